"""What a batch of many requests does in the database, and where the next one waits."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from uuid import uuid4

import psycopg
from eventsourcing.persistence import StoredEvent

from eventlog.entries import Appended, CommandEntry
from eventlog.errors import VersionConflict
from eventlog.group import Request
from eventlog.recorder import LogRecorder
from eventlog.statements import encode
from eventlog.verify import verify
from tests.database import Database
from tests.eventlog.conftest import OpenLog, Sql, command, event, events

WAIT_S = 60.0
AT_THE_LOCK = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


def request(stored: Sequence[StoredEvent], entry: CommandEntry | None = None) -> Request:
    return Request(
        events=stored,
        encoded=encode(stored, ["case"] * len(stored), entry),
        command=entry,
        writes=(),
        deadline=monotonic() + WAIT_S,
    )


def committed(log: LogRecorder, *batch: Request) -> list[list[int] | int | None]:
    """Of each request its positions, or the head it did not follow, or None."""
    assert log._lanes.commit(batch, lambda: None)
    return [
        [*r.appended.positions]
        if r.appended
        else r.error.current_version
        if isinstance(r.error, VersionConflict)
        else None
        for r in batch
    ]


def test_one_event_a_request_and_several_are_chained_alike(
    log: LogRecorder, database: Database
) -> None:
    a, b, c = uuid4(), uuid4(), uuid4()
    first = [request([event(a, 1)]), request([event(b, 1)])]
    assert committed(log, *first) == [[1], [2]]
    each = [request([event(b, 2)]), request([event(c, 1)]), request([event(a, 2)])]
    assert committed(log, *each) == [[3], [4], [5]]
    several = [request(events(a, [3, 4])), request([], command()), request([event(c, 2)])]
    assert committed(log, *several) == [[6, 7], [], [8]]
    report = verify(database.writer_dsn)
    assert (report.ok, report.events) == (True, 8)
    assert each[2].appended is not None
    stored = Sql(database.admin_dsn)(
        "SELECT hash FROM es.event WHERE originator_id = %s AND originator_version = 2", a
    )
    assert stored == [(each[2].appended.hashes[0],)]


def test_of_single_events_only_those_that_do_not_follow_are_refused(log: LogRecorder) -> None:
    a, b, c = uuid4(), uuid4(), uuid4()
    log.append(events(a, [1, 2]))
    batch = [request([event(i, v)]) for i, v in ((b, 1), (a, 2), (c, 5))]
    assert committed(log, *batch) == [[3], 2, 0]
    assert committed(log, *[request([event(i, v)]) for i, v in ((a, 3), (b, 2))]) == [[4], [5]]


def test_a_known_command_whose_event_follows_is_not_written(log: LogRecorder) -> None:
    a, b, entry = uuid4(), uuid4(), command()
    log.append([event(a, 1)], command=entry)
    assert committed(log, request([event(b, 1)]), request([event(a, 2)], entry)) == [[2], None]
    assert len(log.select_events(a)) == 1


def until(reached: Callable[[], bool]) -> None:
    deadline = monotonic() + WAIT_S
    while not reached():
        assert monotonic() < deadline


def test_the_next_batch_stands_at_the_logs_lock_and_no_third(open_log: OpenLog, admin: Sql) -> None:
    log = open_log(lock_s=WAIT_S, statement_s=WAIT_S, answer_s=WAIT_S)
    with ThreadPoolExecutor(8) as callers:

        def put() -> Callable[[], Appended]:
            return callers.submit(log.append, [event(uuid4(), 1)]).result

        with psycopg.connect(admin.dsn) as holder:
            holder.execute("SELECT es.lock_append()")
            answers = [put()]
            until(lambda: admin(AT_THE_LOCK) == [(1,)])
            answers.append(put())
            until(lambda: admin(AT_THE_LOCK) == [(2,)])
            answers += [put() for _ in range(6)]
            until(lambda: len(log._group._waiting) == 6)
            assert admin(AT_THE_LOCK) == [(2,)]
        positions = [answer().positions[0] for answer in answers]
    assert positions[:2] == [1, 2]
    assert sorted(positions) == [*range(1, 9)]
