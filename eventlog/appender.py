"""Write a batch of requests in one transaction, and know of each one what became of it.

Fast path: one call of ``es.append``; with inline writes, the call, the writes and the COMMIT in one
pipeline. Version conflicts and known command ids are told by ``es.append`` under its lock and cost
the batch nothing. When a write fails, the whole is rolled back and replayed in one transaction with
a savepoint a request (``eventlog.replay``), so that only the request at fault loses. When the connection
is lost the batch is looked up on a new connection, under the same lock, so that the lost transaction has ended one way
or the other; what is proven not written is tried once more.

Before they are sent the writes of the whole batch are put ``together`` (the projections know how), so that what many
requests write into one table is one statement. Once all of a batch is sent, its COMMIT included, the next may begin: it
waits for the log's lock on the server, not for this process to hear of the end (``eventlog.lanes``).

The fast path is sent prepared (``eventlog.pipe``): planning an inline write costs more than running it. The replay is
sent unprepared.
"""

from __future__ import annotations

from itertools import chain
from time import monotonic
from typing import TYPE_CHECKING

import psycopg

from eventlog import lookup
from eventlog.connections import BoundedConnection, Timeouts, is_lost
from eventlog.entries import Appended
from eventlog.errors import CommandKnown, LogBusy, LogUnavailable
from eventlog.outcomes import (
    ROLLED_BACK,
    Outcome,
    ProjectionError,
    Together,
    put_together,
    verdicts,
    writes_of,
)
from eventlog.pipe import Pipe
from eventlog.replay import replay
from eventlog.statements import APPEND, append_params

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eventlog.entries import Write
    from eventlog.group import Request

# Not the fault of one request: the server was too slow or too busy for all of them.
BUSY = (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled)


class ConnectionLost(Exception):
    """The connection went away; whether the batch was committed must be looked up."""


class Appender:
    """One connection through which this process appends, used by one leader at a time."""

    def __init__(
        self,
        open_connection: Callable[[], BoundedConnection],
        timeouts: Timeouts,
        together: Together = list,
    ) -> None:
        """``open_connection`` gives an autocommit connection as the log's writer, or raises psycopg.Error."""
        self._open = open_connection
        self._timeouts = timeouts
        self._together = together
        self._pipe: Pipe | None = None

    def close(self) -> None:
        """Give the connection back."""
        if self._pipe is not None:
            self._pipe.conn.close()
            self._pipe = None

    def commit(self, batch: Sequence[Request], pass_on: Callable[[], None] = lambda: None) -> bool:
        """Settle every request of the batch. False when there is no database to speak to.

        ``pass_on`` is called when all of it is sent and only its end is waited for, if it comes to that.
        """
        try:
            try:
                self._attempt(batch, pass_on)
            except ConnectionLost:
                lost = self._resolve(batch)
                if lost:
                    self._attempt(lost, pass_on)
        except ConnectionLost as error:
            settle_unsettled(batch, LogUnavailable("unknown", str(error)))
            return False
        return not any(_is_absent(request.error) for request in batch if request.error)

    def _opened(self) -> Pipe:
        if self._pipe is None or self._pipe.conn.closed:
            self._pipe = Pipe(self._open())
        self._pipe.conn.deadline = monotonic() + self._timeouts.statement_s + 0.25
        return self._pipe

    def _attempt(self, batch: Sequence[Request], pass_on: Callable[[], None]) -> None:
        """Fast path, else replay. Raises ConnectionLost when the outcome is not known."""
        try:
            pipe = self._opened()
        except psycopg.Error as error:
            settle_unsettled(batch, LogUnavailable("not_written", str(error)))
            return
        try:
            outcomes = written(pipe, batch, self._together, pass_on)
            settle(batch, outcomes)
            settle_known(pipe.conn, batch)
        except psycopg.Error as error:
            self.close()
            raise ConnectionLost(str(error)) from error
        except BaseException:
            self.close()  # interrupted in the middle: the state of the connection is not known
            raise

    def _resolve(self, batch: Sequence[Request]) -> list[Request]:
        """Settle what did happen, by looking; return what is proven not written."""
        pending = [request for request in batch if not request.settled]
        try:
            return lookup.settle_what_was_written(self._opened().conn, pending)
        except psycopg.Error as error:
            self.close()
            raise ConnectionLost(str(error)) from error


class _LockHeld(Exception):
    """The lock of the log itself was not to be had: no request of the batch would fare better alone."""


def written(
    pipe: Pipe, batch: Sequence[Request], together: Together, pass_on: Callable[[], None]
) -> list[Outcome]:
    """Commit the batch, the fast way or by replay. Raises psycopg.Error only on a lost connection."""
    conn = pipe.conn
    try:
        return fast(pipe, batch, together, pass_on)
    except _LockHeld as error:
        conn.rollback()
        return [LogUnavailable("not_written", str(error))] * len(batch)
    except psycopg.errors.ReadOnlySqlTransaction as error:
        conn.close()  # the session would stay so
        return [LogUnavailable("not_written", str(error))] * len(batch)
    except psycopg.Error as error:
        if is_lost(conn, error):
            raise
        conn.rollback()
    except ProjectionError:
        conn.rollback()
    try:
        return replay(conn, batch, together)
    except psycopg.Error as error:
        if is_lost(conn, error):
            raise
        conn.rollback()
        return [LogUnavailable("not_written", str(error))] * len(batch)


def fast(
    pipe: Pipe, batch: Sequence[Request], together: Together, pass_on: Callable[[], None]
) -> list[Outcome]:
    """All requests in one transaction, one or two round trips; raises, nothing kept, if any fails."""
    outcomes: list[Outcome] = []
    appended = False
    try:
        if not any(request.writes for request in batch):
            with pipe:
                pipe.put(APPEND, append_params(batch), binary=True)
                pipe.sync()
                pipe.flush()
                pass_on()
                return verdicts(batch, pipe.row())
        with pipe:
            pipe.put("BEGIN")
            pipe.put(APPEND, append_params(batch), binary=True)
            outcomes = verdicts(batch, pipe.row())
            appended = True
            writes = chain.from_iterable(map(writes_of, batch, outcomes))
            for write in put_together(together, writes):
                put(pipe, write)
            pipe.put("COMMIT")
            pipe.flush()
            pass_on()
    except BUSY as error:
        if appended:
            raise
        raise _LockHeld(str(error)) from error
    if not pipe.committed:
        raise psycopg.errors.InFailedSqlTransaction(ROLLED_BACK)
    return outcomes


def put(pipe: Pipe, write: Write) -> None:
    """One inline write, sent. What fails on this side (a value that cannot be sent) is a request's fault."""
    try:
        pipe.put(str(write.sql), write.params or None)
    except psycopg.OperationalError:
        raise
    except Exception as error:
        raise ProjectionError from error


def settle(batch: Sequence[Request], outcomes: Sequence[Outcome]) -> None:
    """After the commit: hand each request its outcome."""
    for request, outcome in zip(batch, outcomes, strict=True):
        if isinstance(outcome, Appended):
            request.appended = outcome
        else:
            request.error = outcome


def settle_known(conn: BoundedConnection, batch: Sequence[Request]) -> None:
    """Answer the requests whose command id was known with what is stored under it."""
    ids = [r.command.command_id for r in batch if r.command is not None and not r.settled]
    if not ids:
        return
    try:
        entries = lookup.commands(conn, ids)
    except psycopg.Error as error:
        if is_lost(conn, error):
            raise
        settle_unsettled(batch, LogUnavailable("not_written", str(error)))
        return
    for request in batch:
        if request.command is not None and not request.settled:
            request.error = CommandKnown(entries[request.command.command_id])


def settle_unsettled(batch: Sequence[Request], error: Exception) -> None:
    """Give the error to every request that has no answer yet."""
    for request in batch:
        if not request.settled:
            request.error = error


def _is_absent(error: Exception) -> bool:
    return isinstance(error, LogUnavailable) and not isinstance(error, LogBusy)
