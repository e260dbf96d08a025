"""Settles the access journal's index by child and case, beside the traffic.

A look is found by each child it was at from the moment it is written: what is pending is searched as well. Settled, it
is found sooner, and no read has to settle for others. Any number of processes may do it at once, and one that ends in
the middle leaves nothing undone that the next does not do; without any, PostgreSQL settles by itself before too much
waits.
"""

from __future__ import annotations

import logging
from threading import Event, Thread

import psycopg

from eventlog.connections import BoundedConnection, Timeouts
from projections.journal import settled

logger = logging.getLogger("yidang.journal")
EVERY_S = 2.0
END_S = 10.0


class JournalIndex:
    """The thread of one process."""

    def __init__(self, writer_dsn: str) -> None:
        self._dsn = writer_dsn
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="journal index", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Ends after the round in hand."""
        self._stopped.set()
        self._thread.join(timeout=END_S)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._settle()
            except psycopg.Error as error:  # a lost database only means later
                logger.warning("the journal's index waits: %s", type(error).__name__)
                self._stopped.wait(EVERY_S)

    def _settle(self) -> None:
        """Round after round on one connection."""
        with BoundedConnection.connect(
            self._dsn,
            autocommit=True,
            connect_timeout=Timeouts().connect_s,
            application_name="yidang journal index",
        ) as conn:
            while not self._stopped.is_set():
                settled(conn)
                self._stopped.wait(EVERY_S)
