"""重述 · Retell: build every read model anew beside the live ones, from the log alone, and swap (law 9).

The whole set is retold together, because a read model may look things up in another and log order is what makes that
repeatable. Readers and writers go on meanwhile; only the last few events are told under the append lock, just before
the swap. While PostgreSQL takes one batch, the next is read and told. Progress says how far, how fast, how long yet.
A retelling that was cut short is gone on with (``projections.resuming``), if what tells is still the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

import psycopg

from eventlog.entries import Write
from eventlog.recorded import Recorded
from eventlog.transient import is_transient
from projections import resuming, tables
from projections.at_length import BY_THE_ROW, PLANNED_ONCE, at_length
from projections.inline import Inline
from projections.kernel import Projection
from projections.resuming import PATIENCE_S, Standing
from projections.runner import tell_apart
from projections.sending import Sender
from projections.together import at_length_together

logger = logging.getLogger("yidang.projections")
PAGE = 1_000
Page = Callable[[int, int], Sequence[Recorded]]
"""``(after, limit)`` → the next events of the log, in order."""


@dataclass(frozen=True)
class Told:
    """What a retelling did: events, seconds, and the streams that had to be parked."""

    events: int
    seconds: float
    parked: int
    before: int = 0
    """Events that an earlier retelling, cut short, had told; ``events`` and ``seconds`` are without them."""


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How to retell: ``anew`` takes up nothing that was cut short; so long one waits for another that is at it."""

    anew: bool = False
    patience_s: float = PATIENCE_S


USUAL: Final = Manner()


def retell(
    owner_dsn: str,
    projections: Sequence[Projection],
    page: Page,
    *,
    lock_log: str,
    later: Sequence[Projection] = (),
    manner: Manner = USUAL,
    report: Callable[[str], None] = lambda _: None,
) -> Told:
    """Retells into ``read_next`` and swaps it in. ``lock_log`` is the statement that holds the log still.

    The ``later`` projections are told along, and go on from there. Raises ``resuming.UnderWay``.
    """
    every = (*projections, *later)
    with (
        at_length(),
        _connected(owner_dsn) as conn,
        resuming.alone(conn, manner.patience_s),
    ):
        standing = _taken_up(conn, resuming.grammar(every), manner, report)
        progress = _Progress(report, _head(conn), before=standing.events)
        inline = Inline(every, parked={*standing.parked}, put_together=at_length_together)
        telling = _Telling(Sender(conn), inline, page, progress, standing.position)
        telling.go_on()
        with conn.transaction():
            conn.execute(lock_log.encode())
            telling.go_on()
            _swap(conn, telling.position, later)
    return Told(progress.events, progress.seconds, len(inline.parked), standing.events)


def _connected(owner_dsn: str) -> psycopg.Connection:
    return psycopg.connect(
        owner_dsn,
        autocommit=True,
        options=f"{PLANNED_ONCE} {BY_THE_ROW}",
        application_name="yidang retelling",
    )


def _taken_up(
    conn: psycopg.Connection, grammar: str, manner: Manner, report: Callable[[str], None]
) -> Standing:
    """Where it goes on: where another was cut short, or at the beginning of the log."""
    left = resuming.unfinished(conn)
    if left is not None and left[0] == grammar and not manner.anew:
        _, standing = left
        report(
            f"接续未完成的重述 going on with a retelling that was cut short: position "
            f"{standing.position}, {standing.events} events told before"
        )
        return standing
    if left is not None:
        why = (
            "按要求 as asked"
            if manner.anew
            else "讲述读模型的代码或数据已变 what tells the read models has changed since"
        )
        report(f"另起重述 begun anew, not from position {left[1].position}: {why}")
    resuming.begin(conn, grammar)
    return Standing()


def _swap(conn: psycopg.Connection, position: int, later: Sequence[Projection]) -> None:
    """What was told up to there takes the place of the live read models, in the caller's transaction."""
    conn.execute("update read_next.told set position = %s", (position,))
    for projection in later:
        conn.execute(
            "insert into read_next.bookmark (projection, position) values (%s, %s)",
            (projection.name, position),
        )
    conn.execute("set local role yidang_owner")
    resuming.end(conn)
    tables.swap(conn)


def _head(conn: psycopg.Connection) -> int:
    row = conn.execute("select coalesce(max(notification_id), 0) from es.event").fetchone()
    return int(row[0]) if row else 0


@dataclass
class _Progress:
    """How far, how fast, how long yet."""

    report: Callable[[str], None]
    head: int
    """Where the log ended when it began."""
    before: int = 0
    """Events told by a retelling that was cut short."""
    events: int = 0
    began: float = field(default_factory=monotonic)

    @property
    def seconds(self) -> float:
        """Since it began."""
        return monotonic() - self.began

    def told(self, events: int, position: int) -> None:
        """So many more, up to there."""
        self.events += events
        rate = self.events / (self.seconds or 1e-9)
        left = max(0, self.head - position) / rate
        self.report(
            f"已重述 retold {self.before + self.events} events · position {position} of {self.head} · "
            f"{rate:,.0f}/s · 还需 {left:,.0f} s left"
        )


@dataclass
class _Telling:
    """Where it stands: the next batch is told while the last one is written."""

    sender: Sender
    inline: Inline
    page: Page
    progress: _Progress
    position: int = 0
    counted_at: int = 0
    """How many events had been told when PostgreSQL was last told how much there is."""

    def go_on(self) -> None:
        """Tells up to the end of the log."""
        with ThreadPoolExecutor(1, thread_name_prefix="retell") as beside:
            written: Future[bool] | None = None
            before, read_to = set(self.inline.parked), self.position
            earlier: Sequence[Recorded] = []
            while True:
                batch = self._whole(read_to)
                parked = set(self.inline.parked)
                writes = self.inline(batch)
                if written is not None and not written.result():
                    self.inline.parked = before  # what the refused batch parked went with it
                    self._apart(earlier)
                    parked = set(self.inline.parked)
                    writes = self.inline(batch)
                if earlier:
                    self.position = earlier[-1].position
                    self.progress.told(len(earlier), self.position)
                if not batch:
                    return
                before, earlier, read_to = parked, batch, batch[-1].position
                written = beside.submit(self._written, writes, batch)

    def _whole(self, after: int) -> Sequence[Recorded]:
        """The next page without an append that it cuts in two: an append is told as a whole, as it was when live."""
        size = PAGE
        while True:
            page = self.page(after, size)
            if len(page) < size:
                return page
            cut = page[-1].stamp.correlation_id
            if whole := [r for r in page if r.stamp.correlation_id != cut]:
                return whole
            size *= 2  # one append fills it

    def _apart(self, batch: Sequence[Recorded]) -> None:
        """The appends of a batch that the database refused, to find which of them it refuses."""
        with self._as_writer():
            tell_apart(self.sender, self.inline, batch)
            self._moved(batch)

    def _moved(self, batch: Sequence[Recorded]) -> None:
        """After this batch it stands at its end: kept in the transaction that writes it."""
        if batch:
            told = self.progress.before + self.progress.events + len(batch)
            resuming.moved(self.sender.conn, batch[-1].position, told)

    def _written(self, writes: Sequence[Write], batch: Sequence[Recorded]) -> bool:
        """Whether the database took the batch; what passes by itself is raised: the live read models stay."""
        try:
            self._count()
            with self._as_writer():
                self.sender.send(writes)
                self._moved(batch)
        except psycopg.Error as error:
            if is_transient(error):
                raise
            to, why = batch[-1].position, error.sqlstate
            logger.warning("the batch up to %s was refused (%s): told append by append", to, why)
            return False
        return True

    def _count(self) -> None:
        """Whenever the tables have doubled: what was planned while they were empty would read them from end to end."""
        if self.progress.events >= 2 * self.counted_at + PAGE:
            self.counted_at = self.progress.events
            tables.count(self.sender.conn, tables.NEXT)

    @contextmanager
    def _as_writer(self) -> Iterator[None]:
        """With the writer's rights, in the schema that is being told."""
        conn = self.sender.conn
        with conn.transaction():
            conn.execute("set local role yidang_writer")
            conn.execute("set local search_path = read_next, pg_catalog")
            yield
