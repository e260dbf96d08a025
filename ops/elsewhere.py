"""What other processes of this installation record: this process's copies are put right, its workers woken.

Any number of processes share one log. Each keeps a snapshot of the directory; another process's appointment makes it
stale. One LISTEN connection a process says that the log moved, one query says by which events. While the connection
is lost nothing is known, so everything is taken anew when it is back. Over the same connection this process's clock is
compared with the log's (ADR 0085).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

import psycopg

from eventlog.connections import connect

logger = logging.getLogger("yidang.elsewhere")
END_S = 10.0
"""How long a stop waits for the thread: whatever hangs, the process ends, and nothing recorded is lost."""
LOOK_S = 0.2
"""How long one wait for a notification lasts; it bounds how long a stop takes."""
RETRY_S = 0.5
GATHER_S = 0.02
"""After a look it lets others gather for so long: most of what is heard of is this process's own, and known to it."""
COMPARE_S = 10.0
"""Between two looks at the log's hour: so long nobody notices that it was set, or that another stands in its place."""
_MOVED = "select max(notification_id), array_agg(distinct topic) from es.event where notification_id > %s"
_HEAD = "select coalesce(max(notification_id), 0) from es.event"


class Elsewhere:
    """A thread that follows the log. ``heard`` is told the names of what was recorded, None if nobody knows them;
    ``moved`` that anything was. ``compare`` is handed the connection to ask what hour it is."""

    def __init__(
        self,
        writer_dsn: str,
        heard: Callable[[set[str] | None], None],
        moved: Callable[[], None],
        compare: Callable[[psycopg.Connection[Any]], None],
    ) -> None:
        self._dsn, self._heard, self._moved, self._compare = writer_dsn, heard, moved, compare
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="elsewhere", daemon=True)

    def start(self) -> None:
        """Begins to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Ends."""
        self._stopped.set()
        self._thread.join(END_S)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with connect(self._dsn) as conn:
                    self._follow(conn)
            except psycopg.Error as error:
                logger.warning("the log is out of hearing: %s", type(error).__name__)
                self._stopped.wait(RETRY_S)

    def _follow(self, conn: psycopg.Connection[Any]) -> None:
        conn.execute("listen es_event")
        self._compare(conn)
        compared = monotonic()
        row = conn.execute(_HEAD).fetchone()
        assert row is not None, "an aggregate answers one row"
        at = int(row[0])
        self._heard(None)  # whatever happened before this connection
        self._moved()
        while not self._stopped.is_set():
            if monotonic() - compared > COMPARE_S:
                self._compare(conn)
                compared = monotonic()
            if not list(conn.notifies(timeout=LOOK_S, stop_after=1)):
                continue
            found = conn.execute(_MOVED, (at,)).fetchone()
            if found is not None and found[0] is not None:
                at = int(found[0])
                self._heard(set(found[1]))
                self._moved()
                self._stopped.wait(GATHER_S)
