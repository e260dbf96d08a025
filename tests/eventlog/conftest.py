"""A log to write to, and the doors to its database."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent

from eventlog.connections import Timeouts
from eventlog.entries import CommandEntry
from eventlog.factory import LogFactory, environment
from eventlog.reader import LogReader
from eventlog.recorder import LogRecorder
from tests.database import Database

OpenLog = Callable[..., LogRecorder]


def event(stream_id: UUID, version: int, topic: str = "case.noted", note: str = "") -> StoredEvent:
    state = f'{{"data":{{"note":"{note}"}},"meta":{{}}}}'
    return StoredEvent(stream_id, version, topic, state.encode())


def events(stream_id: UUID, versions: Sequence[int]) -> list[StoredEvent]:
    return [event(stream_id, version, note=f"n{version}") for version in versions]


def command(stream_id: UUID | None = None, version: int | None = None) -> CommandEntry:
    return CommandEntry(uuid4(), uuid4(), b"d" * 32, stream_id, version, {"outcome": "已记录"})


@dataclass(frozen=True)
class Sql:
    """One statement at a time as the role of a dsn."""

    dsn: str

    def __call__(self, query: str, *params: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            cursor = connection.execute(query.encode(), params or None)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def open_log(database: Database) -> Iterator[OpenLog]:
    """Another recorder, as another process would have it."""
    opened: list[tuple[LogFactory, LogRecorder]] = []

    def open_one(dsn: str = database.writer_dsn, **limits: float) -> LogRecorder:
        factory = LogFactory(environment(dsn, Timeouts(**limits)))  # type: ignore[arg-type]
        recorder = factory.application_recorder()
        assert isinstance(recorder, LogRecorder)
        opened.append((factory, recorder))
        return recorder

    yield open_one
    for factory, recorder in opened:
        recorder.close()
        factory.close()


@pytest.fixture
def log(open_log: OpenLog) -> LogRecorder:
    return open_log()


@pytest.fixture
def reader(database: Database) -> Iterator[LogReader]:
    reader = LogReader(database.writer_dsn)
    yield reader
    reader.close()


@pytest.fixture
def admin(database: Database) -> Sql:
    return Sql(database.admin_dsn)


@pytest.fixture
def writer(database: Database) -> Sql:
    return Sql(database.writer_dsn)
