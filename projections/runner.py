"""Later projections: told in log order, in batches, each from its own bookmark, resumable and one at a time.

For read models whose readers can wait a moment and whose rows would make writers queue. Rows and bookmark move in one
transaction under an advisory lock, so a second process is a hot standby and a crash repeats nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from threading import Event, Thread

import psycopg

from eventlog.recorded import Recorded
from projections.inline import Inline
from projections.kernel import Projection

logger = logging.getLogger("yidang.projections")
BATCH = 500
PAUSE_S = 1.0
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
        """Tells everything there is; answers how many events."""
        told = 0
        for projection in self._projections:
            while n := self._batch(projection):
                told += n
        return told

    def _batch(self, projection: Projection) -> int:
        with psycopg.connect(self._dsn) as conn:
            conn.execute("select pg_advisory_xact_lock(hashtext(%s))", (projection.name,))
            row = conn.execute(
                "select position from bookmark where projection = %s", (projection.name,)
            ).fetchone()
            events = self._page(row[0] if row else 0, BATCH)
            if not events:
                return 0
            parked = conn.execute(
                "select projection, stream_id from parked where projection = %s",
                (projection.name,),
            ).fetchall()
            inline = Inline([projection], parked={(name, stream_id) for name, stream_id in parked})
            for write in inline(events):
                conn.execute(write.sql, write.params, prepare=False)
            conn.execute(
                "insert into bookmark (projection, position) values (%s, %s) "
                "on conflict (projection) do update set position = excluded.position",
                (projection.name, events[-1].position),
            )
        return len(events)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self.catch_up()
            except Exception as error:  # noqa: BLE001 - a lost database only means later
                logger.warning("later projections wait: %s", type(error).__name__)
            self._poked.wait(PAUSE_S)
            self._poked.clear()
