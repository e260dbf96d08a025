"""What passes by itself is nobody's fault: the request is told to come again, and nobody else is held up by it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import fields
from time import monotonic
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from eventlog.connections import Timeouts
from eventlog.entries import Write, Writes
from eventlog.errors import LogBusy, WriteFailed
from eventlog.group import Request
from eventlog.keyring import Keyring
from eventlog.recorder import LogRecorder, LogUnavailable
from eventlog.statements import encode
from eventlog.transient import is_transient
from schema.faults import coded
from schema.transport.errors import Code
from tests.database import Database
from tests.eventlog.conftest import OpenLog, Sql, command, event
from tests.eventlog.test_append import TABLE, seen

PASSES = ("40P01", "40001", "53100", "53200", "55P03", "57014", "58030", "08006", "25006")
STAYS = ("54000", "23514", "22P02", "XX000", "42P01")


def raises(state: str) -> Write:
    """An inline write that the database answers with this SQLSTATE."""
    return Write(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$")


@pytest.mark.parametrize("state", PASSES)
def test_what_passes_is_asked_again_and_no_write_is_blamed(log: LogRecorder, state: str) -> None:
    case, entry = uuid4(), command()
    with pytest.raises(LogUnavailable) as unavailable:
        log.insert_events([event(case, 1)], command=entry, writes=[raises(state)])
    assert unavailable.value.outcome == "not_written"
    assert log.command(entry.command_id) is None
    assert log.insert_events([event(case, 1)], command=entry) != []


@pytest.mark.parametrize("state", PASSES)
def test_whoever_met_it_is_told_to_come_again(state: str) -> None:
    told = coded(psycopg.errors.lookup(state)())
    assert told is not None
    assert told.code is Code.UNAVAILABLE


@contextmanager
def read_only(admin: Sql) -> Iterator[None]:
    """Every session that begins meanwhile may only read, for as long as it lasts."""
    writes = Sql(make_conninfo(admin.dsn, options="-c default_transaction_read_only=off"))
    ((name,),) = admin("select quote_ident(current_database())")
    admin(f"alter database {name} set default_transaction_read_only = on")
    try:
        yield
    finally:
        writes(f"alter database {name} reset default_transaction_read_only")


@pytest.mark.parametrize("writes", [(), [Write("SELECT 1")]], ids=["alone", "with a write"])
def test_a_database_that_was_read_only_is_written_to_again_by_those_who_were_there(
    open_log: OpenLog, admin: Sql, writes: Writes
) -> None:
    log, case = open_log(), uuid4()
    with read_only(admin), pytest.raises(LogUnavailable) as unavailable:
        log.insert_events([event(case, 1)], writes=writes)
    assert unavailable.value.outcome == "not_written"
    assert log.insert_events([event(case, 1)], writes=writes) != []


def test_a_key_is_made_by_who_found_the_database_read_only(database: Database, admin: Sql) -> None:
    keyring, scope = Keyring(database.writer_dsn, b"k" * 32), f"child:{uuid4()}"
    try:
        with read_only(admin), pytest.raises(LogUnavailable):
            keyring.seal(scope, b"said", b"")
        with suppress(LogUnavailable):  # the session that took the place of the first began in time
            keyring.seal(scope, b"said", b"")
        assert keyring.open(scope, keyring.seal(scope, b"said", b""), b"") == b"said"
    finally:
        keyring.close()


@pytest.mark.parametrize("state", STAYS)
def test_what_does_not_pass_is_the_write_s_fault(log: LogRecorder, state: str) -> None:
    with pytest.raises(WriteFailed):
        log.insert_events([event(uuid4(), 1)], writes=[raises(state)])


def test_a_projection_that_finds_its_database_gone_is_not_blamed(log: LogRecorder) -> None:
    def writes(*_: object) -> list[Write]:
        raise psycopg.OperationalError("the connection is lost")

    with pytest.raises(LogUnavailable):
        log.insert_events([event(uuid4(), 1)], writes=writes)


def request(writes: Writes) -> Request:
    """One stream's first event with these writes."""
    stored = [event(uuid4(), 1)]
    return Request(
        events=stored,
        encoded=encode(stored, ["case"], None),
        command=None,
        writes=writes,
        deadline=monotonic() + 60,
    )


def test_rows_that_others_hold_cost_only_those_who_write_them(
    open_log: OpenLog, admin: Sql
) -> None:
    admin(TABLE)
    log = open_log(lock_s=0.1, statement_s=30.0)
    held, free = [request(seen("held")) for _ in range(3)], request([Write("SELECT 1")])
    with psycopg.connect(admin.dsn) as holder:
        holder.execute("LOCK TABLE inline.seen IN EXCLUSIVE MODE")
        there = log._lanes.commit([*held, free], lambda: None)
    assert [type(r.error) for r in held] == [LogBusy] * 3
    assert free.appended is not None
    assert there, "those who wait in line are not turned away: there is a database"


WAITS = """SELECT waitstart FROM pg_locks JOIN pg_database d ON d.oid = database
           WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"""


def test_the_log_s_own_lock_held_elsewhere_is_waited_for_once(
    open_log: OpenLog, admin: Sql
) -> None:
    """Waited for a second time, it would outlast the statement's limit and cost the connection."""
    admin(TABLE)
    log = open_log(lock_s=0.5)
    log.insert_events([event(uuid4(), 1)])
    appender = log._lanes._free[-1]
    before, waiting = appender._pipe, request(seen("ok"))
    waits: set[object] = set()
    with psycopg.connect(admin.dsn) as holder, ThreadPoolExecutor(1) as thread:
        holder.execute("SELECT es.lock_append()")
        done = thread.submit(appender.commit, [waiting])
        while not done.done():
            waits |= {began for (began,) in admin(WAITS) if began is not None}
        done.result()
    assert len(waits) <= 1
    assert isinstance(waiting.error, LogUnavailable)
    assert waiting.error.outcome == "not_written"
    assert appender._pipe is before
    assert before is not None
    assert not before.conn.closed


def test_which_errors_pass() -> None:
    assert is_transient(psycopg.errors.DeadlockDetected())
    assert is_transient(psycopg.errors.LockNotAvailable())
    assert is_transient(LogUnavailable("unknown", "cut"))
    assert is_transient(ConnectionResetError())
    assert not is_transient(psycopg.errors.ProgramLimitExceeded())
    assert not is_transient(ValueError())
    limits: dict[str, Any] = {f.name: f.default for f in fields(Timeouts)}  # of an installation
    assert limits["lock_s"] < limits["statement_s"], "a lock is told from a slow statement"
