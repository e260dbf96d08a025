"""A live reader sees every event once, in order, whoever is slow."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from uuid import uuid4

import psycopg

from eventlog.reader import LoggedEvent, LogReader
from eventlog.recorder import LogRecorder, Write
from tests.eventlog.conftest import OpenLog, Sql, event, events

WAIT_S = 120
WAITING = """SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database
             WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"""


class Follower:
    """A reader following the log in a thread of its own."""

    def __init__(self, reader: LogReader, after: int = 0, **kwargs: object) -> None:
        self.got: list[LoggedEvent] = []
        self.stop = threading.Event()
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, args=(reader, after, kwargs))
        self._thread.start()

    def _run(self, reader: LogReader, after: int, kwargs: dict[str, object]) -> None:
        for page in reader.follow(after, self.stop, **kwargs):  # type: ignore[arg-type]
            with self._changed:
                self.got += page
                self._changed.notify_all()

    def until(self, position: int) -> list[int]:
        """The positions read, once this one was."""
        with self._changed:
            assert self._changed.wait_for(
                lambda: bool(self.got) and self.got[-1].position >= position, WAIT_S
            )
            return [e.position for e in self.got]

    def end(self) -> None:
        self.stop.set()
        self._thread.join(WAIT_S)
        assert not self._thread.is_alive(), "the reader does not end"


def test_eight_writers_with_slow_transactions_lose_nothing_for_a_live_reader(
    open_log: OpenLog, reader: LogReader, admin: Sql
) -> None:
    """Two processes' worth of recorders, four threads each; some hold their transaction open."""
    logs = [open_log(), open_log()]
    follower = Follower(reader)
    slow = [Write("SELECT pg_sleep(0.003)")]

    def write(number: int) -> int:
        random, log, written = Random(number), logs[number % 2], 0  # noqa: S311
        for _ in range(60):
            count = random.choice([1, 1, 1, 2, 40])
            own = events(uuid4(), range(1, count + 1))
            written += len(log.insert_events(own, writes=slow if random.random() < 0.2 else ()))
        return written

    try:
        with ThreadPoolExecutor(8) as pool:
            written = sum(pool.map(write, range(8)))
        got = follower.until(reader.head())
    finally:
        follower.end()
    assert len(got) == written == len(set(got))
    assert got == sorted(got)
    assert [(p,) for p in got] == admin("SELECT notification_id FROM es.event ORDER BY 1")


def test_an_open_transaction_delays_later_positions_instead_of_being_skipped(
    log: LogRecorder, reader: LogReader, admin: Sql
) -> None:
    with psycopg.connect(admin.dsn) as slow:
        slow.execute(
            "SELECT es.append('{1}', '{case}', ARRAY[gen_random_uuid()], '{1}', '{case.slow}',"
            " ARRAY['{}'::bytea], '{}', '{}', '{}', '{}', '{}', '{}', '{}')"
        )
        with ThreadPoolExecutor(1) as pool:
            later = pool.submit(log.insert_events, [event(uuid4(), 1, "case.fast")])
            while not admin(WAITING):
                assert not later.done()
            assert reader.page(0) == []
            slow.commit()
            assert later.result(WAIT_S) == [2]
    assert [e.topic for e in reader.page(0)] == ["case.slow", "case.fast"]


def test_pages_and_streams_in_order(log: LogRecorder, reader: LogReader) -> None:
    case, child = uuid4(), uuid4()
    assert (reader.head(), reader.page(0)) == (0, [])
    log.insert_events([event(case, 1), event(child, 1, "child.met"), event(case, 2)])
    assert reader.head() == 3
    assert [e.position for e in reader.page(0, 2)] == [1, 2]
    assert [e.position for e in reader.page(2, 2)] == [3]
    assert [e.stream_id for e in reader.page(0, 10, ["child"])] == [child]
    assert [e.version for e in reader.stream(case)] == [1, 2]
    (last,) = reader.stream(case, 1)
    assert (last.id, last.originator_id, last.originator_version) == (3, case, 2)
    assert last.prev_hash == reader.stream(case)[0].hash


def test_a_follower_of_one_kind_passes_over_the_others(log: LogRecorder, reader: LogReader) -> None:
    log.insert_events([event(uuid4(), 1) for _ in range(5)])
    follower = Follower(reader, limit=2, streams=["child"])
    try:
        for _ in range(3):
            log.insert_events([event(uuid4(), 1), event(uuid4(), 1, "child.met")])
        assert follower.until(reader.head()) == [7, 9, 11]
    finally:
        follower.end()


def test_a_follower_outlives_the_loss_of_its_connections(
    log: LogRecorder, reader: LogReader, admin: Sql
) -> None:
    follower = Follower(reader)
    try:
        log.insert_events(events(uuid4(), [1, 2]))
        follower.until(2)
        cut_all(admin)
        log.insert_events(events(uuid4(), [1, 2]))
        assert follower.until(reader.head()) == positions(reader.page(0))
    finally:
        follower.end()


def cut_all(admin: Sql) -> None:
    """End every connection of the application, as a restart of the server does."""
    admin("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
          " WHERE datname = current_database() AND application_name LIKE 'yidang%%'")  # fmt: skip


def positions(page: Sequence[LoggedEvent]) -> list[int]:
    return [e.position for e in page]
