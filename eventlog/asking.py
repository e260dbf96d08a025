"""Point reads: what a decision looks up before it is made, over a few connections that speak as the log's own do.

A look-up is answered within the limits of a statement. A connection that turns out to be lost (the server was started
anew) is replaced and asked again while there is time: a read may be put twice.
"""

from __future__ import annotations

from threading import BoundedSemaphore, Lock
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Final

import psycopg

from eventlog.connections import BoundedConnection, Timeouts, bounded, is_lost, server_limits
from eventlog.pipe import Pipe, Question, Table

if TYPE_CHECKING:
    from collections.abc import Callable

AT_ONCE: Final = 8
"""Connections: a look-up takes a fraction of a millisecond, so that few serve many."""
RETRY_S: Final = 0.1


class Questions:
    """``ask`` from any thread. ``connect`` gives an autocommit connection, or raises psycopg.OperationalError."""

    def __init__(self, connect: Callable[[], BoundedConnection], timeouts: Timeouts) -> None:
        self._connect, self._timeouts = connect, timeouts
        self._lock, self._turn = Lock(), BoundedSemaphore(AT_ONCE)
        self._free: list[Pipe] = []
        self._is_closed = False

    @classmethod
    def over(
        cls, dsn: str, name: str, options: str = "", timeouts: Timeouts | None = None
    ) -> Questions:
        """Over connections of their own; ``options``: further settings of a session, as libpq takes them."""
        timeouts = timeouts or Timeouts()
        kind = bounded(timeouts)

        def connect() -> BoundedConnection:
            return kind.connect(
                dsn,
                autocommit=True,
                connect_timeout=timeouts.connect_s,
                options=f"{server_limits(timeouts)} {options}".strip(),
                application_name=name,
            )

        return cls(connect, timeouts)

    def ask(self, *asked: Question, binary: bool = False) -> list[Table]:
        """The answers, in one exchange; ``binary``: of types that have such a form. Raises psycopg.Error."""
        if not self._turn.acquire(timeout=self._timeouts.connect_s):
            raise psycopg.OperationalError("no connection is free")
        try:
            return self._asked(asked, binary=binary)
        finally:
            self._turn.release()

    def rows(self, text: str, *params: Any) -> list[dict[str, Any]]:
        """The rows of one statement, by column."""
        (table,) = self.ask((text, params))
        return table.dicts()

    def close(self) -> None:
        """Ends the connections. Who asks once more is answered over one that is not kept."""
        with self._lock:
            free, self._free, self._is_closed = self._free, [], True
        for pipe in free:
            pipe.conn.close()

    def _asked(self, asked: tuple[Question, ...], *, binary: bool) -> list[Table]:
        deadline = monotonic() + self._timeouts.answer_s / 2
        while True:
            pipe: Pipe | None = None
            try:
                pipe = self._taken()
                found = pipe.ask(asked, binary=binary)
            except psycopg.OperationalError as error:
                lost = pipe is None or is_lost(pipe.conn, error)
                self._given_back(pipe, lost=lost)
                if not lost or monotonic() > deadline:
                    raise
                sleep(0 if self._free else RETRY_S)
            except BaseException:
                self._given_back(pipe, lost=True)  # in the middle of an answer, perhaps
                raise
            else:
                self._given_back(pipe, lost=False)
                return found

    def _taken(self) -> Pipe:
        with self._lock:
            if self._free:
                return self._free.pop()
        return Pipe(self._connect())

    def _given_back(self, pipe: Pipe | None, *, lost: bool) -> None:
        if pipe is None:
            return
        with self._lock:
            kept = not (lost or self._is_closed)
            if kept:
                self._free.append(pipe)
        if not kept:
            pipe.conn.close()
