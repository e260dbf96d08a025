"""Later projections: told in log order, in batches, each from its own bookmark, resumable and one at a time.

For read models whose readers can wait a moment and whose rows would make writers queue. Rows and bookmark move in one
transaction under an advisory lock, so any number of processes may run: one tells, the others find it at it and are hot
standbys, and a crash repeats nothing. A process that hangs in the middle loses its transaction, and so the lock.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event, Thread

import psycopg

from eventlog.connections import BY_KEY, Timeouts, is_lost
from eventlog.recorded import Recorded, appends
from eventlog.transient import is_transient
from projections.at_length import PLANNED_ONCE, at_length
from projections.inline import Aside, Inline
from projections.kernel import Projection
from projections.sending import Sender
from projections.together import together

logger = logging.getLogger("yidang.projections")
BATCH = 500
PAUSE_S = 1.0
GATHER_S = 0.05
"""After a batch it lets others gather for so long: a hundred commands a second are twenty batches, not a hundred."""
HUNG_S = 10
"""Between two statements of a batch; a process that stops for longer leaves the rest to a standby."""
Page = Callable[[int, int], Sequence[Recorded]]


class Runner:
    """Tells the later projections of one process."""

    def __init__(self, writer_dsn: str, projections: Sequence[Projection], page: Page) -> None:
        self._dsn, self._page = writer_dsn, page
        self._projections = projections
        self._stopped, self._poked = Event(), Event()
        self._thread = Thread(target=self._run, name="later projections", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Ends after the batch in hand."""
        self._stopped.set()
        self._poked.set()
        self._thread.join(timeout=10)

    def poke(self) -> None:
        """Something was recorded: look now."""
        self._poked.set()

    def catch_up(self) -> int:
        """Tells everything there is that nobody else is telling just now; answers how many events."""
        with at_length(), self._connected() as conn:
            return self._told(Sender(conn))

    def _connected(self) -> psycopg.Connection:
        return psycopg.connect(
            self._dsn,
            connect_timeout=Timeouts().connect_s,
            options=f"-c idle_in_transaction_session_timeout={HUNG_S}s {BY_KEY} {PLANNED_ONCE}",
            application_name="yidang later projections",
        )

    def _told(self, sender: Sender) -> int:
        """Batch by batch, each projection in its turn: those that stand at one place are told from one reading."""
        told = 0
        with ThreadPoolExecutor(1, thread_name_prefix="read on") as beside:
            page = _Pages(self._page, beside)
            while n := sum(self._batch(sender, p, page) for p in self._projections):
                told += n
        return told

    def _batch(self, sender: Sender, projection: Projection, page: Page) -> int:
        if self._stopped.is_set():
            return 0
        conn = sender.conn
        with conn.transaction():
            if not _alone(conn, projection):
                return 0
            row = conn.execute(
                "select position from bookmark where projection = %s", (projection.name,)
            ).fetchone()
            events = page(row[0] if row else 0, BATCH)
            if not events:
                return 0
            parked = conn.execute(
                "select projection, stream_id from parked where projection = %s",
                (projection.name,),
            ).fetchall()
            inline = Inline([projection], parked={(name, stream_id) for name, stream_id in parked})
            tell(sender, inline, events)
            conn.execute(
                "insert into bookmark (projection, position) values (%s, %s) "
                "on conflict (projection) do update set position = excluded.position",
                (projection.name, events[-1].position),
            )
        return len(events)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with self._connected() as conn:
                    self._follow(Sender(conn))
            except Exception as error:  # noqa: BLE001 - a lost database only means later
                logger.warning("later projections wait: %s", type(error).__name__)
                self._rest()

    def _follow(self, sender: Sender) -> None:
        """Tells what there is whenever it is poked, over one connection, on which what it sends stays prepared."""
        while not self._stopped.is_set():
            if self._told(sender):
                self._stopped.wait(GATHER_S)
            self._rest()

    def _rest(self) -> None:
        if (
            not self._stopped.is_set()
        ):  # whoever stops pokes first, and that poke may be spent by now
            self._poked.wait(PAUSE_S)
            self._poked.clear()


@dataclass
class _Pages:
    """The last page, read once for all who stand at one place; while a full one is told, the next is read ``beside``.

    Kept no longer than the telling goes on: what is erased is in no memory for long.
    """

    page: Page
    beside: ThreadPoolExecutor
    after: int = -1
    kept: Sequence[Recorded] = ()
    coming: tuple[int, Future[Sequence[Recorded]]] | None = None

    def __call__(self, after: int, limit: int) -> Sequence[Recorded]:
        if self.after != after or not self.kept:
            self.after, self.kept = after, self._next(after, limit)
            if len(self.kept) == limit:
                further = self.kept[-1].position
                self.coming = further, self.beside.submit(self.page, further, limit)
        return self.kept

    def _next(self, after: int, limit: int) -> Sequence[Recorded]:
        coming, self.coming = self.coming, None
        if coming is not None and coming[0] == after:
            return coming[1].result()
        return self.page(after, limit)


def tell(sender: Sender, inline: Inline, events: Sequence[Recorded]) -> None:
    """Writes what these events say; where the database refuses a write, append by append, to find which to park."""
    aside: Aside = set()
    try:
        with sender.conn.transaction():
            sender.send(together(inline.without(frozenset(), events, aside)))
    except psycopg.Error as error:
        if is_lost(sender.conn, error) or is_transient(error):
            raise  # out of disk, time or reach: no event's fault, all of it is told later
        tell_apart(sender, inline, events)
    else:
        inline.keep(aside)


def tell_apart(sender: Sender, inline: Inline, events: Sequence[Recorded]) -> None:
    """Append by append, each as a whole as it was when live: who acted is told by all that was recorded at once."""
    for append in appends(events):
        _tell_one(sender, inline, append)


def _tell_one(sender: Sender, inline: Inline, append: Sequence[Recorded]) -> None:
    """One append, one projection after the other suspected until the database takes it."""
    for suspects in inline.ways_out():
        aside: Aside = set()
        try:
            with sender.conn.transaction():
                sender.send(together(inline.without(suspects, append, aside)))
        except psycopg.Error as error:
            if is_lost(sender.conn, error) or is_transient(error):
                raise
        else:
            inline.keep(aside)
            return


def _alone(conn: psycopg.Connection, projection: Projection) -> bool:
    row = conn.execute(
        "select pg_try_advisory_xact_lock(hashtext(%s))", (projection.name,)
    ).fetchone()
    return row == (True,)
