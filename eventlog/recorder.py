"""``LogRecorder``: the library's application recorder on ``es.event``, with group commit and typed outcomes.

Plugged by topic (see ``factory.py``). Reads are the library's own statements; appends go through ``es.append``.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import psycopg
from eventsourcing.persistence import InterfaceError, OperationalError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.rows import tuple_row

from eventlog import lookup, snapshots
from eventlog.appender import Appender
from eventlog.asking import Questions
from eventlog.connections import BoundedConnection, Timeouts, bounded, server_limits
from eventlog.entries import Appended, CommandEntry, Write, Writes
from eventlog.errors import (
    AppendRefused,
    CommandKnown,
    LogUnavailable,
    VersionConflict,
    WriteFailed,
)
from eventlog.group import Group, Request
from eventlog.lanes import Lanes
from eventlog.outcomes import Together
from eventlog.statements import encode, register

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from uuid import UUID

    from eventsourcing.persistence import Notification

    from eventlog.pipe import Question, Table
__all__ = [
    "AppendRefused",
    "Appended",
    "CommandEntry",
    "CommandKnown",
    "LogRecorder",
    "LogUnavailable",
    "VersionConflict",
    "Write",
    "WriteFailed",
    "Writes",
]

RV = TypeVar("RV")
Streams = str | Mapping["UUID", str] | None
RETRY_READ_S = 0.1
PLANNED_ONCE = "-c plan_cache_mode=force_generic_plan -c jit=off"
"""An inline write names its rows by key. Left to itself the server plans most of them anew each time, as it takes a
list of keys it has not seen for ten: planning them was three quarters of what a command cost the server."""
SINCE = (
    "select originator_version, topic, state from es.event where originator_id = %s "
    "and originator_version > %s order by originator_version"
)


class LogRecorder(PostgresApplicationRecorder):
    """Records events for the library; ``append`` answers in full, ``command`` gives stored answers."""

    def __init__(
        self,
        datastore: PostgresDatastore,
        *,
        events_table_name: str = "event",
        timeouts: Timeouts | None = None,
    ) -> None:
        """One log, one table: the name the library derives from an application's is not used."""
        del events_table_name
        datastore.schema = "es"
        super().__init__(datastore, events_table_name="event")
        self.channel_name = "es_event"
        self.timeouts = timeouts or Timeouts()
        self.together: Together = list
        """How the inline writes of a batch are put together: the projections know (``projections.together``)."""
        self._questions = Questions(lambda: self._open("yidang log"), self.timeouts)
        self._lanes = Lanes(self._appender)
        self._group = Group(self._lanes.commit)

    def create_table(self) -> None:
        """Nothing: the table is made by the migrations, its owner is not a login."""

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> NoReturn:
        """Not offered: the library reads first and listens later, so what is appended in between is told to nobody
        until the next append. ``eventlog.reader`` listens first."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the connections; the pool is the datastore's."""
        self._lanes.close()
        self._questions.close()

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        stream: Streams = None,
        command: CommandEntry | None = None,
        writes: Writes = (),
        **_: Any,
    ) -> Sequence[int]:
        """Append atomically; the positions, in order. Arguments and errors as ``append``."""
        if not stored_events and command is None and not writes:
            return []
        return self.append(stored_events, stream=stream, command=command, writes=writes).positions

    def append(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        stream: Streams = None,
        command: CommandEntry | None = None,
        writes: Writes = (),
    ) -> Appended:
        """Append events of one or several streams, a command id and inline writes, all or nothing.

        ``stream`` is the kind (child, case, unit, rules, access) of all events, or of each by stream
        id; without it the kind is the topic's word before the dot.
        Raises VersionConflict, CommandKnown, WriteFailed, AppendRefused, LogUnavailable.
        """
        streams = [_kind(stream, event) for event in stored_events]
        try:
            encoded = encode(stored_events, streams, command)
        except (ValueError, TypeError, AttributeError, struct.error) as error:
            raise AppendRefused(error) from error
        return self._group.submit(
            Request(
                events=stored_events,
                encoded=encoded,
                command=command,
                writes=writes,
                deadline=monotonic() + self.timeouts.answer_s,
            )
        )

    def _appender(self) -> Appender:
        return Appender(self._open, self.timeouts, self._put_together)

    def _put_together(self, writes: Iterable[Write]) -> Iterable[Write]:
        return self.together(writes)  # asked for each time: it is set after the recorder is made

    def _open(self, name: str = "yidang append") -> BoundedConnection:
        """A connection with the pool's own parameters."""
        given = self.datastore.pool.kwargs
        params = dict(given() if callable(given) else given or {})
        params.pop("row_factory", None)
        params |= {
            "options": f"{server_limits(self.timeouts)} {PLANNED_ONCE}",
            "connect_timeout": self.timeouts.connect_s,
            "application_name": name,
        }
        if password := self.datastore.pool.get_password_func:
            params["password"] = password()
        conn = bounded(self.timeouts).connect(autocommit=True, **params)
        register(conn)
        return conn

    def command(self, command_id: UUID) -> CommandEntry | None:
        """What this command id was answered, if it ever was."""

        def read() -> CommandEntry | None:
            with self.datastore.get_connection() as conn:
                return lookup.commands(conn, [command_id]).get(command_id)

        return self._in_time(read)

    def ask(self, *asked: Question, binary: bool = False) -> list[Table]:
        """The answers to questions about the log, in one exchange. Raises LogUnavailable."""
        try:
            return self._questions.ask(*asked, binary=binary)
        except psycopg.OperationalError as error:
            raise LogUnavailable("not_written", str(error)) from error

    def select_since(
        self, versions: Mapping[UUID, int], grammar: str
    ) -> dict[UUID, list[StoredEvent]]:
        """The events of each stream above a version, in order: many streams in one exchange.

        Above none: from the snapshot of this ``grammar`` on, if there is one (``eventlog.snapshots``).
        """
        asked: list[Question] = [
            (SINCE, (stream_id, version))
            if version
            else (snapshots.WHOLE, {"stream": stream_id, "grammar": grammar})
            for stream_id, version in versions.items()
        ]
        found = self.ask(*asked, binary=True)
        return {
            stream_id: [StoredEvent(stream_id, *row) for row in table.rows]
            for stream_id, table in zip(versions, found, strict=True)
        }

    def select_events(self, originator_id: UUID | str, **bounds: Any) -> Sequence[StoredEvent]:
        """As the library's."""
        return self._in_time(lambda: _once("select_events")(self, originator_id, **bounds))

    def select_notifications(
        self, start: int | None, limit: int, *args: Any, **bounds: Any
    ) -> Sequence[Notification]:
        """As the library's."""
        return self._in_time(
            lambda: _once("select_notifications")(self, start, limit, *args, **bounds)
        )

    def select_earlier(
        self, versions: Mapping[UUID, int], grammar: str
    ) -> dict[UUID, Sequence[StoredEvent]]:
        """The events of each stream below a version, in order: many streams in one question; from its snapshot on,
        as ``select_since``."""
        asked = {
            "streams": list(versions),
            "versions": list(versions.values()),
            "grammar": grammar,
        }

        def read() -> dict[UUID, Sequence[StoredEvent]]:
            found: dict[UUID, list[StoredEvent]] = {stream_id: [] for stream_id in versions}
            with self.datastore.get_connection() as conn, conn.cursor(row_factory=tuple_row) as cur:
                cur.execute(snapshots.EARLIER, asked, binary=True)
                for stream_id, version, topic, state in cur:
                    found[stream_id].append(StoredEvent(stream_id, version, topic, state))
            return dict(found)

        return self._in_time(read)

    def keep_snapshot(self, stream_id: UUID, version: int, grammar: str, state: bytes) -> None:
        """Keeps the sealed state of a stream after a version. Nobody waits for the disk: it may be lost."""

        def write() -> None:
            with self.datastore.get_connection() as conn, conn.transaction():
                conn.execute("set local synchronous_commit = off")
                conn.execute(
                    snapshots.KEEP,
                    {"stream": stream_id, "version": version, "grammar": grammar, "state": state},
                )

        self._in_time(write)

    def max_notification_id(self) -> int | None:
        """As the library's."""
        read: Callable[[], int | None] = lambda: _once("max_notification_id")(self)  # noqa: E731
        return self._in_time(read)

    def _in_time(self, read: Callable[[], RV]) -> RV:
        """Read, again while there is time: a restarted server leaves dead connections in the pool."""
        deadline = monotonic() + self.timeouts.answer_s / 2
        while True:
            try:
                return read()
            except (InterfaceError, OperationalError) as error:
                if monotonic() > deadline:
                    raise LogUnavailable("not_written", str(error)) from error
                sleep(RETRY_READ_S)


def _once(name: str) -> Callable[..., Any]:
    """The library's method without its retry decorator."""
    method: Callable[..., Any] = getattr(PostgresApplicationRecorder, name).__wrapped__
    return method


def _kind(stream: Streams, event: StoredEvent) -> str:
    if stream is None:
        return event.topic.partition(".")[0]
    if isinstance(stream, str):
        return stream
    return stream[event.originator_id]  # type: ignore[index]
