"""The connection goes away around a COMMIT: the log answers what really happened, never writes twice."""

from collections.abc import Iterator
from time import monotonic
from uuid import UUID, uuid4

import pytest

from eventlog.recorder import CommandEntry, CommandKnown, LogRecorder, LogUnavailable, Write
from tests.database import Database
from tests.eventlog.conftest import OpenLog, Sql, command, event
from tests.eventlog.wire import Wire

WAIT_S = 60.0

NO_WRITES: tuple[Write, ...] = ()
WRITES = (Write("SELECT 1"),)
both_paths = pytest.mark.parametrize(
    "writes", [NO_WRITES, WRITES], ids=["one statement", "pipeline"]
)


@pytest.fixture
def wire(database: Database) -> Iterator[Wire]:
    with Wire(database.writer_dsn) as wire:
        yield wire


@pytest.fixture
def log(open_log: OpenLog, wire: Wire) -> LogRecorder:
    log = open_log(wire.dsn)
    log.insert_events([event(uuid4(), 1)])  # connected
    return log


def is_append(packet: bytes) -> bool:
    """The first time it is prepared, then asked for by its name, the first of the connection."""
    return b"es.append" in packet or b"es1\0" in packet


def is_commit(packet: bytes) -> bool:
    return b"COMMIT" in packet


def is_committed(packet: bytes) -> bool:
    """The server's CommandComplete after a commit: of the COMMIT, or of the one statement."""
    return b"COMMIT\0" in packet or b"SELECT 1\0" in packet


@both_paths
def test_an_answer_lost_after_the_commit_is_given_all_the_same(
    log: LogRecorder, wire: Wire, admin: Sql, writes: tuple[Write, ...]
) -> None:
    case, entry = uuid4(), command()
    wire.cut_answer = (lambda packet: b"COMMIT\0" in packet) if writes else is_committed
    assert log.insert_events([event(case, 1)], command=entry, writes=writes) == [2]
    assert wire.cuts == 1
    assert admin("SELECT notification_id FROM es.event WHERE originator_id = %s", case) == [(2,)]


@both_paths
def test_what_never_reached_the_server_is_written_once(
    log: LogRecorder, wire: Wire, admin: Sql, writes: tuple[Write, ...]
) -> None:
    case = uuid4()
    wire.cut_request = is_commit if writes else is_append
    (position,) = log.insert_events([event(case, 1)], command=command(), writes=writes)
    assert wire.cuts == 1
    assert admin("SELECT notification_id FROM es.event WHERE originator_id = %s", case) == [
        (position,)
    ]
    assert admin("SELECT count(*) FROM es.event") == [(2,)]


def test_a_server_that_closed_the_idle_connection_is_not_noticed(
    log: LogRecorder, admin: Sql
) -> None:
    admin("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
          " AND datname = current_database()")  # fmt: skip
    assert log.insert_events([event(uuid4(), 1)], command=command()) == [2]
    assert log.max_notification_id() == 2


def test_a_lost_command_without_events_is_found_by_its_id(log: LogRecorder, wire: Wire) -> None:
    entry = command()
    wire.cut_answer = is_committed
    assert log.insert_events([], command=entry) == []
    assert wire.cuts == 1
    assert log.command(entry.command_id) is not None


def test_a_lost_answer_to_a_known_command_is_still_the_first_answer(
    log: LogRecorder, wire: Wire
) -> None:
    entry = command()
    log.insert_events([event(uuid4(), 1)], command=entry)
    wire.cut_answer = is_committed
    with pytest.raises(CommandKnown) as known:
        log.insert_events([event(uuid4(), 1)], command=entry)
    assert known.value.entry.position == 2
    assert wire.cuts == 1


def test_a_frozen_server_is_an_answer_in_time_and_the_truth_is_told_later(
    open_log: OpenLog, wire: Wire, admin: Sql
) -> None:
    log = open_log(wire.dsn, connect_s=2, statement_s=0.2, lock_s=0.2, answer_s=1.0)
    log.insert_events([event(uuid4(), 1)])
    case, entry = uuid4(), command()
    wire.hold()
    with pytest.raises(LogUnavailable) as unavailable:
        log.insert_events([event(case, 1)], command=entry)
    assert unavailable.value.outcome == "unknown"
    wire.release()
    assert in_the_end(log, case, entry) == 2
    assert admin("SELECT notification_id FROM es.event WHERE originator_id = %s", case) == [(2,)]


def in_the_end(log: LogRecorder, case: UUID, entry: CommandEntry) -> int | None:
    """The position, asked again with the same command id, as a client does, until there is an answer."""
    until = monotonic() + WAIT_S
    while True:
        try:
            return log.insert_events([event(case, 1)], command=entry)[0]
        except CommandKnown as known:
            return known.entry.position
        except LogUnavailable:
            assert monotonic() < until, "no answer in time"
