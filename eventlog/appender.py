"""Write a batch of requests in one transaction, and know of each one what became of it.

Fast path: one call of ``es.append``; with inline writes, the call, the writes and the COMMIT in one
pipeline. Version conflicts and known command ids are told by ``es.append`` under its lock and cost
the batch nothing. When a write fails, the whole is rolled back and replayed in one transaction with
a savepoint a request, so that only the request at fault loses. When the connection is lost the batch
is looked up on a new connection, under the same lock, so that the lost transaction has ended one way
or the other; what is proven not written is tried once more.

The fast path is sent prepared: planning an inline write costs more than running it. In a pipeline that
a failure aborts psycopg remembers statements that the server never kept; the ROLLBACK that follows makes
it forget them all, on both sides, and the replay is sent unprepared.
"""

from __future__ import annotations

from itertools import chain, groupby
from operator import attrgetter
from time import monotonic
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import TupleRow, tuple_row

from eventlog import lookup
from eventlog.connections import BoundedConnection, Timeouts, is_lost
from eventlog.entries import Appended
from eventlog.errors import (
    AppendRefused,
    CommandKnown,
    LogBusy,
    LogUnavailable,
    VersionConflict,
    WriteFailed,
)
from eventlog.statements import APPEND, append_params
from eventlog.transient import is_transient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from psycopg import Cursor

    from eventlog.entries import Write
    from eventlog.group import Request

PREPARED_MAX = 1_000  # a few hundred kinds of inline write
# Not the fault of one request: the server was too slow or too busy for all of them.
BUSY = (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled)
EXHAUSTED = ("40", "53", "58")
"""Classes of SQLSTATE: rolled back for others' sake, out of disk or memory, system error. Nobody's fault either."""
REPLAY_LOCK = "SET LOCAL lock_timeout = '200ms'"
"""How long each request of a replay waits for a row that others hold: the first try has waited in full."""


# Kept, refused, or None where the command id is known and its entry is read after.
Outcome = Appended | Exception | None


class ConnectionLost(Exception):
    """The connection went away; whether the batch was committed must be looked up."""


class Appender:
    """The one connection through which this process appends, used by the leader of the moment."""

    def __init__(
        self, open_connection: Callable[[], BoundedConnection], timeouts: Timeouts
    ) -> None:
        """``open_connection`` gives an autocommit connection as the log's writer, or raises psycopg.Error."""
        self._open = open_connection
        self._timeouts = timeouts
        self._conn: BoundedConnection | None = None

    def close(self) -> None:
        """Give the connection back."""
        if self._conn is not None:
            self._conn.close()
            self._conn = None

    def commit(self, batch: Sequence[Request]) -> bool:
        """Settle every request of the batch. False when there is no database to speak to."""
        try:
            try:
                self._attempt(batch)
            except ConnectionLost:
                lost = self._resolve(batch)
                if lost:
                    self._attempt(lost)
        except ConnectionLost as error:
            settle_unsettled(batch, LogUnavailable("unknown", str(error)))
            return False
        return not any(_is_absent(request.error) for request in batch)

    def _connection(self) -> BoundedConnection:
        if self._conn is None or self._conn.closed:
            self._conn = self._open()
            self._conn.prepared_max = PREPARED_MAX
        self._conn.deadline = monotonic() + self._timeouts.statement_s + 0.25
        return self._conn

    def _attempt(self, batch: Sequence[Request]) -> None:
        """Fast path, else replay. Raises ConnectionLost when the outcome is not known."""
        try:
            conn = self._connection()
        except psycopg.Error as error:
            settle_unsettled(batch, LogUnavailable("not_written", str(error)))
            return
        try:
            outcomes = written(conn, batch)
            settle(batch, outcomes)
            settle_known(conn, batch)
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
            return lookup.settle_what_was_written(self._connection(), pending)
        except psycopg.Error as error:
            self.close()
            raise ConnectionLost(str(error)) from error


class _LockHeld(Exception):
    """The lock of the log itself was not to be had: no request of the batch would fare better alone."""


class _ProjectionError(Exception):
    """A request's own writes raised on this side: the replay will tell which request it was."""


def written(conn: BoundedConnection, batch: Sequence[Request]) -> list[Outcome]:
    """Commit the batch, the fast way or by replay. Raises psycopg.Error only on a lost connection."""
    try:
        return fast(conn, batch)
    except _LockHeld as error:
        conn.rollback()
        return [LogUnavailable("not_written", str(error))] * len(batch)
    except psycopg.Error as error:
        if is_lost(conn, error):
            raise
        conn.rollback()
    except _ProjectionError:
        conn.rollback()
    try:
        return replay(conn, batch)
    except psycopg.Error as error:
        if is_lost(conn, error):
            raise
        conn.rollback()
        return [LogUnavailable("not_written", str(error))] * len(batch)


def fast(conn: BoundedConnection, batch: Sequence[Request]) -> list[Outcome]:
    """All requests in one transaction, one or two round trips; raises, nothing kept, if any fails."""
    if not any(request.writes for request in batch):
        try:
            return verdicts(batch, append(conn, batch))
        except BUSY as error:
            raise _LockHeld(str(error)) from error
    failure: Exception | None = None
    outcomes: list[Outcome] = []
    appended = False
    with conn.pipeline():
        conn.execute("BEGIN", prepare=False)
        committed = conn.cursor()
        try:
            outcomes = verdicts(batch, append(conn, batch))
            appended = True
            for alike in alike_in_order(chain.from_iterable(map(writes_of, batch, outcomes))):
                run_all(conn, alike)
            committed.execute("COMMIT", prepare=False)
        except (psycopg.Error, _ProjectionError) as error:
            held = isinstance(error, BUSY) and not appended
            # raised outside: the pipeline must end in order
            failure = _LockHeld(str(error)) if held else error
    if failure is not None:
        raise failure
    must_be_commit(committed)
    return outcomes


def replay(conn: BoundedConnection, batch: Sequence[Request]) -> list[Outcome]:
    """Request by request within one transaction, so that a failing one takes none with it."""
    conn.execute("BEGIN", prepare=False)
    # Taken outside the savepoints: rolling one back would let the lock go in the middle.
    conn.execute("SELECT es.lock_append()", prepare=False)
    conn.execute(REPLAY_LOCK, prepare=False)
    outcomes = [replay_one(conn, request) for request in batch]
    must_be_commit(conn.execute("COMMIT", prepare=False))
    return outcomes


def must_be_commit(cursor: Cursor[Any]) -> None:
    """PostgreSQL answers the COMMIT of a failed transaction with a quiet ROLLBACK."""
    if cursor.statusmessage != "COMMIT":
        raise psycopg.errors.InFailedSqlTransaction("the transaction was rolled back at COMMIT")


def replay_one(conn: BoundedConnection, request: Request) -> Outcome:
    """One request behind a savepoint: what it appended, or why it kept nothing."""
    conn.execute("SAVEPOINT request", prepare=False)
    appended = False
    try:
        (outcome,) = verdicts([request], append(conn, [request]))
        appended = True
        for write in writes_of(request, outcome):
            run(conn, write)
        # A constraint that waits for COMMIT would then fail everybody: let it speak now.
        conn.execute("SET CONSTRAINTS ALL IMMEDIATE", prepare=False)
    except (psycopg.Error, _ProjectionError) as error:
        if isinstance(error, psycopg.Error) and (is_lost(conn, error) or is_exhausted(error)):
            raise
        conn.execute("ROLLBACK TO SAVEPOINT request", prepare=False)
        cause = error.__cause__ if isinstance(error, _ProjectionError) else error
        outcome = _kept_nothing(_exception(cause), appended=appended)
    conn.execute("RELEASE SAVEPOINT request", prepare=False)
    return outcome


def _kept_nothing(cause: Exception, *, appended: bool) -> Exception:
    """Why: what passes is nobody's fault, and no projection is suspected for it."""
    if is_transient(cause):
        return LogBusy(str(cause))
    return WriteFailed(cause) if appended else AppendRefused(cause)


def is_exhausted(error: psycopg.Error) -> bool:
    """Whether the server, not the request, was at its end: the same request may succeed later, unchanged."""
    return (error.sqlstate or "").startswith(EXHAUSTED)


def writes_of(request: Request, outcome: Outcome) -> Iterable[Write]:
    """The inline writes of a request, told where its events stand; none when it was refused."""
    if not isinstance(outcome, Appended):
        return ()
    if not callable(request.writes):
        return request.writes
    try:
        return list(request.writes(outcome.positions, outcome.recorded_at))
    except Exception as error:
        raise _ProjectionError from error


def run(conn: BoundedConnection, write: Write, *, prepare: bool = False) -> None:
    """One inline write. What fails on this side (a value that cannot be sent) is the request's fault."""
    try:
        conn.execute(write.sql, write.params or None, prepare=prepare)
    except psycopg.Error:
        raise
    except Exception as error:
        raise _ProjectionError from error


def alike_in_order(writes: Iterable[Write]) -> Iterator[list[Write]]:
    """The writes in their order, neighbours of one statement together: a batch says the same of many streams."""
    for _, alike in groupby(writes, key=attrgetter("sql")):
        yield list(alike)


def run_all(conn: BoundedConnection, alike: Sequence[Write]) -> None:
    """Inline writes of one statement, prepared. What fails on this side is a request's fault; the replay says whose."""
    if len(alike) == 1:
        run(conn, alike[0], prepare=True)
        return
    try:
        with conn.cursor() as cursor:
            cursor.executemany(alike[0].sql, [write.params for write in alike])
    except psycopg.Error:
        raise
    except Exception as error:
        raise _ProjectionError from error


def append(conn: BoundedConnection, batch: Sequence[Request]) -> TupleRow:
    """Call ``es.append``: its one row."""
    with conn.cursor(row_factory=tuple_row, binary=True) as cursor:
        row = cursor.execute(APPEND, append_params(batch), prepare=False).fetchone()
    if row is None:
        raise psycopg.DataError("es.append answered nothing")
    return row


def verdicts(batch: Sequence[Request], row: TupleRow) -> list[Outcome]:
    """What ``es.append`` decided for each request."""
    positions, hashes, recorded_at, known, stale, stale_streams, heads = row
    conflicts = dict(zip(stale, zip(heads, stale_streams, strict=True), strict=True))
    outcomes: list[Outcome] = []
    at = 0
    for number, request in enumerate(batch, start=1):
        if number in known:
            outcomes.append(None)
        elif number in conflicts:
            outcomes.append(VersionConflict(*conflicts[number]))
        else:
            end = at + len(request.events)
            outcomes.append(Appended(positions[at:end], hashes[at:end], recorded_at))
            at = end
    return outcomes


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


def _is_absent(error: Exception | None) -> bool:
    return isinstance(error, LogUnavailable) and not isinstance(error, LogBusy)


def _exception(cause: BaseException | None) -> Exception:
    return cause if isinstance(cause, Exception) else RuntimeError(repr(cause))
