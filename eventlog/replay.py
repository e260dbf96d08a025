"""A batch once more, request by request, after it failed as a whole: only the request at fault loses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import TupleRow, tuple_row

from eventlog.connections import BoundedConnection, is_lost
from eventlog.errors import AppendRefused, LogBusy, WriteFailed
from eventlog.outcomes import (
    ROLLED_BACK,
    Outcome,
    ProjectionError,
    Together,
    put_together,
    verdicts,
    writes_of,
)
from eventlog.statements import APPEND, append_params
from eventlog.transient import is_transient

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Cursor

    from eventlog.entries import Write
    from eventlog.group import Request

EXHAUSTED = ("40", "53", "58")
"""Classes of SQLSTATE: rolled back for others' sake, out of disk or memory, system error. Nobody's fault either."""
REPLAY_LOCK = "SET LOCAL lock_timeout = '200ms'"
"""How long each request of a replay waits for a row that others hold: the first try has waited in full."""


def replay(conn: BoundedConnection, batch: Sequence[Request], together: Together) -> list[Outcome]:
    """Request by request within one transaction, so that a failing one takes none with it."""
    conn.execute("BEGIN", prepare=False)
    # Taken outside the savepoints: rolling one back would let the lock go in the middle.
    conn.execute("SELECT es.lock_append()", prepare=False)
    conn.execute(REPLAY_LOCK, prepare=False)
    outcomes = [replay_one(conn, request, together) for request in batch]
    must_be_commit(conn.execute("COMMIT", prepare=False))
    return outcomes


def must_be_commit(cursor: Cursor[Any]) -> None:
    """PostgreSQL answers the COMMIT of a failed transaction with a quiet ROLLBACK."""
    if cursor.statusmessage != "COMMIT":
        raise psycopg.errors.InFailedSqlTransaction(ROLLED_BACK)


def replay_one(conn: BoundedConnection, request: Request, together: Together) -> Outcome:
    """One request behind a savepoint: what it appended, or why it kept nothing."""
    conn.execute("SAVEPOINT request", prepare=False)
    appended = False
    try:
        (outcome,) = verdicts([request], append(conn, [request]))
        appended = True
        for write in put_together(together, writes_of(request, outcome)):
            run(conn, write)
        # A constraint that waits for COMMIT would then fail everybody: let it speak now.
        conn.execute("SET CONSTRAINTS ALL IMMEDIATE", prepare=False)
    except (psycopg.Error, ProjectionError) as error:
        if isinstance(error, psycopg.Error) and (is_lost(conn, error) or is_exhausted(error)):
            raise
        conn.execute("ROLLBACK TO SAVEPOINT request", prepare=False)
        cause = error.__cause__ if isinstance(error, ProjectionError) else error
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


def run(conn: BoundedConnection, write: Write) -> None:
    """One inline write of a replay, unprepared. What fails on this side is the request's fault."""
    try:
        conn.execute(write.sql, write.params or None, prepare=False)
    except psycopg.Error:
        raise
    except Exception as error:
        raise ProjectionError from error


def append(conn: BoundedConnection, batch: Sequence[Request]) -> TupleRow:
    """Call ``es.append``: its one row."""
    with conn.cursor(row_factory=tuple_row, binary=True) as cursor:
        row = cursor.execute(APPEND, append_params(batch), prepare=False).fetchone()
    if row is None:
        raise psycopg.DataError("es.append answered nothing")
    return row


def _exception(cause: BaseException | None) -> Exception:
    return cause if isinstance(cause, Exception) else RuntimeError(repr(cause))
