"""The one statement that appends, and its parameters as PostgreSQL reads them.

Each request is encoded by the thread that asks, so that a value that cannot be is that caller's error
alone; the leader of a batch only joins what is encoded. By hand, since psycopg turns each element of
an array in Python: here that is the greatest part of what an append costs this process.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import TYPE_CHECKING, Any, LiteralString

from eventsourcing.persistence import StoredEvent
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

from eventlog.entries import CommandEntry

if TYPE_CHECKING:
    import psycopg

    from eventlog.group import Request

APPEND: LiteralString = """
    SELECT positions, hashes, recorded_at, known, stale, stale_streams, heads
    FROM es.append(
        %(requests)s::int[], %(streams)s::text[], %(ids)s::uuid[], %(versions)s::bigint[],
        %(topics)s::text[], %(states)s::bytea[],
        %(command_requests)s::int[], %(command_ids)s::uuid[], %(actors)s::uuid[],
        %(digests)s::bytea[],
        %(command_streams)s::uuid[], %(command_versions)s::bigint[], %(answers)s::text[])
"""

# Types by their fixed object ids (src/include/catalog/pg_type.dat).
INT4, INT8, TEXT, BYTEA, UUID = 23, 20, 25, 17, 2950
EVENT_ARRAYS = {"streams": TEXT, "ids": UUID, "versions": INT8, "topics": TEXT, "states": BYTEA}
COMMAND_ARRAYS = {
    "command_ids": UUID,
    "actors": UUID,
    "digests": BYTEA,
    "command_streams": UUID,
    "command_versions": INT8,
    "answers": TEXT,
}
# The binary form of an array (array_recv): dimensions, null flag, element type, length, lower bound;
# then each element as its length and bytes, length -1 for null.
_header = Struct(">iiIii").pack
_length = Struct(">i").pack
_int4 = Struct(">ii").pack
_int8 = Struct(">iq").pack
NULL = _length(-1)


class Array(bytes):
    """An array in PostgreSQL's binary form."""

    __slots__ = ()


class ArrayDumper(Dumper):
    """Sends an Array as it is; the cast in the statement gives its type."""

    format = Format.BINARY

    def dump(self, obj: Array) -> Buffer:
        """As it is."""
        return obj


@dataclass(frozen=True, slots=True)
class Encoded:
    """One request's elements, joined array by array: events in order, and the command if there is one."""

    events: tuple[bytes, ...]
    command: tuple[bytes, ...] | None


def register(conn: psycopg.Connection[Any]) -> None:
    """Let a connection send arrays."""
    conn.adapters.register_dumper(Array, ArrayDumper)


def encode(
    events: Sequence[StoredEvent], streams: Sequence[str], command: CommandEntry | None
) -> Encoded:
    """A request as bytes. Raises what the values raise: UnicodeError, struct.error, TypeError…"""
    columns = (
        b"".join([_bytes(stream.encode()) for stream in streams]),
        b"".join([_uuid(event.originator_id) for event in events]),
        b"".join([_int8(8, event.originator_version) for event in events]),
        b"".join([_bytes(event.topic.encode()) for event in events]),
        b"".join([_bytes(event.state) for event in events]),
    )
    return Encoded(columns, None if command is None else _command(command))


def append_params(batch: Sequence[Request]) -> dict[str, Array]:
    """Parallel arrays for ``es.append``; requests are numbered from 1 in the order of the batch."""
    numbers = [_int4(4, n) * len(request.events) for n, request in enumerate(batch, 1)]
    size = sum([len(request.events) for request in batch])
    params = NO_COMMANDS | {"requests": _array(INT4, size, numbers)}
    columns = zip(*[request.encoded.events for request in batch], strict=True)
    for (name, oid), column in zip(EVENT_ARRAYS.items(), columns, strict=True):
        params[name] = _array(oid, size, column)
    commands = [(n, r.encoded.command) for n, r in enumerate(batch, 1) if r.encoded.command]
    if commands:
        params["command_requests"] = _array(INT4, len(commands), [_int4(4, n) for n, _ in commands])
        columns = zip(*[command for _, command in commands], strict=True)
        for (name, oid), column in zip(COMMAND_ARRAYS.items(), columns, strict=True):
            params[name] = _array(oid, len(commands), column)
    return params


def _command(command: CommandEntry) -> tuple[bytes, ...]:
    answer = json.dumps(command.answer, ensure_ascii=False, separators=(",", ":"))
    return (
        _uuid(command.command_id),
        _uuid(command.actor),
        _bytes(command.digest),
        NULL if command.stream_id is None else _uuid(command.stream_id),
        NULL if command.version is None else _int8(8, command.version),
        _bytes(answer.encode()),
    )


def _array(oid: int, size: int, parts: Iterable[bytes]) -> Array:
    # An array without elements has no dimensions.
    header = _header(1, 1, oid, size, 1) if size else _header(0, 0, oid, 0, 0)[:12]
    return Array(header + b"".join(parts))


def _bytes(value: bytes) -> bytes:
    return _length(len(value)) + value


def _uuid(value: Any) -> bytes:
    raw: bytes = value.bytes
    return _length(16) + raw


NO_COMMANDS = {name: _array(oid, 0, ()) for name, oid in COMMAND_ARRAYS.items()}
NO_COMMANDS["command_requests"] = _array(INT4, 0, ())
