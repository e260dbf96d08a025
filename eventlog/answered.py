"""Whether the answers that were given stand by the events that they were given for.

Each event names in its envelope, which is hashed and under a root, the request that brought it about (``correlation``).
So of a command that caused events everything but what was asked is told by these: that it is there at all (without it a
repeated request would be done again), its place in the log, who asked, and the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from psycopg.rows import tuple_row

COMMANDS = """
    SELECT position, command_id, actor, stream_id, version, timestamptz_send(recorded_at), answer
    FROM es.command WHERE position IS NOT NULL ORDER BY position, command_id
"""
PAGE = 5000


class _By(msgspec.Struct, frozen=True):
    person: str | None = None


class _Meta(msgspec.Struct, frozen=True):
    """Ids as they are written, which is canonical: one pass over the whole log does not make them into others."""

    id: str | None = None
    by: _By = _By()
    command: str | None = None
    correlation: str | None = None


class _State(msgspec.Struct, frozen=True):
    meta: _Meta = _Meta()


_read = msgspec.json.Decoder(_State).decode
Place = tuple[bytes, int]
"""A stream's id and a version of it."""
Event = tuple[int, bytes, Place, _Meta]
Say = Callable[[str, int, tuple[UUID, int]], None]
"""A fault: why, the position, stream and version."""


class Answered:
    """Holds the commands against the events of each, which follow one another, as they pass in order of position."""

    def __init__(self, conn: psycopg.Connection[Any], say: Say) -> None:
        self._say = say
        self._rows = _rows(conn)
        self._row = next(self._rows, None)
        self._events: list[Event] = []

    def take(self, position: int, recorded_at: bytes, place: Place, state: bytes) -> None:
        """The next event of the log."""
        try:
            meta = _read(state).meta
        except (msgspec.DecodeError, UnicodeDecodeError):
            meta = _Meta()  # its hash is looked at elsewhere
        if self._events and self._events[0][3].correlation != meta.correlation:
            self.end()
        if meta.correlation is not None:  # else of no request
            self._events.append((position, recorded_at, place, meta))

    def end(self) -> None:
        """No more events of this request."""
        if not self._events:
            return
        events, self._events = self._events, []
        (first, *_), (last, _, place, meta) = events[0], events[-1]
        found = [row for row in self._until(last) if row[0] >= first]
        where = UUID(bytes=place[0]), place[1]
        if not any((row[0], str(row[1])) == (last, meta.correlation) for row in found):
            self._say("the command that caused this event is not there", last, where)
        for row in found:
            if reason := _wrong(row, events):
                self._say(reason, row[0], where)

    def _until(self, position: int) -> Iterator[Any]:
        """The commands up to this position. One whose event is gone is told elsewhere."""
        while self._row is not None and self._row[0] <= position:
            yield self._row
            self._row = next(self._rows, None)


def _wrong(row: Any, events: list[Event]) -> str | None:
    """Why a command does not stand by the events it caused."""
    position, command_id, actor, stream_id, version, recorded_at, answer = row
    last, at, _, meta = events[-1]
    asked_of = stream_id.bytes if stream_id else b""
    own = [(place[1], each.id) for _, _, place, each in events if place[0] == asked_of]
    asked = {each.by.person for _, _, _, each in events if each.command == str(command_id)}
    if (position, str(command_id)) != (last, meta.correlation):
        return "a command stands by an event that it did not cause"
    if recorded_at != at or not asked <= {str(actor)}:
        return "a command was not asked by this person at this time"
    if not own:
        return None
    told = (version, answer.get("version"), answer.get("stream_id"), answer.get("event_ids"))
    if told != (own[-1][0], version, str(stream_id), [known for _, known in own]):
        return "a command was not answered as it stands here"
    return None


def _rows(conn: psycopg.Connection[Any]) -> Iterator[tuple[Any, ...]]:
    with conn.cursor("answered", row_factory=tuple_row) as cursor:
        cursor.itersize = PAGE
        cursor.execute(COMMANDS, binary=True)
        while rows := cursor.fetchmany(PAGE):
            yield from rows
