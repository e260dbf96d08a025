"""Look up what the log holds: stored answers, and what became of a COMMIT that was never answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg.rows import class_row, tuple_row

from eventlog.entries import Appended, CommandEntry
from eventlog.errors import CommandKnown, LogUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    import psycopg

    from eventlog.group import Request

COMMANDS = """
    SELECT command_id, actor, digest, stream_id, version, answer, position, recorded_at
    FROM es.command WHERE command_id = ANY(%s)
"""
# The same bytes under the same topic at the same place of the stream are ours: the envelope in the
# state names the command and its time, so another writer's event cannot look like it.
OWN_EVENTS = """
    SELECT e.notification_id, e.hash, e.recorded_at
    FROM unnest(%(ids)s::uuid[], %(versions)s::bigint[], %(topics)s::text[], %(states)b::bytea[])
         AS own(id, version, topic, state)
    JOIN es.event e ON e.originator_id = own.id AND e.originator_version = own.version
         AND e.topic = own.topic AND e.state = own.state
    ORDER BY e.notification_id
"""


def commands(conn: psycopg.Connection[Any], ids: Sequence[UUID]) -> dict[UUID, CommandEntry]:
    """The stored entries of those command ids that are known."""
    with conn.cursor(row_factory=class_row(CommandEntry)) as cursor:
        rows = cursor.execute(COMMANDS, (list(ids),), prepare=False).fetchall()
    return {entry.command_id: entry for entry in rows}


def settle_what_was_written(
    conn: psycopg.Connection[Any], pending: Sequence[Request]
) -> list[Request]:
    """Settle the requests that were committed after all; return those proven not to be.

    Waits for the append lock first: the lost transaction held it, so once it is ours that one has ended.
    """
    conn.execute("BEGIN", prepare=False)
    conn.execute("SELECT es.lock_append()", prepare=False)
    not_written = [request for request in pending if not _settle(conn, request)]
    conn.execute("COMMIT", prepare=False)
    return not_written


def _settle(conn: psycopg.Connection[Any], request: Request) -> bool:
    """Whether the request has its answer now. Events and command row are there together or not."""
    if not request.events and request.command is None:
        request.error = LogUnavailable("unknown", "the log does not tell if bare writes were kept")
        return True
    own = _own_events(conn, request) if request.events else None
    if own is not None:
        request.appended = own
        return True
    if request.command is None:
        return False
    entry = commands(conn, [request.command.command_id]).get(request.command.command_id)
    if entry is None:
        return False
    if not request.events and _same(entry, request.command) and entry.recorded_at is not None:
        request.appended = Appended([], [], entry.recorded_at)
    else:
        request.error = CommandKnown(entry)
    return True


def _own_events(conn: psycopg.Connection[Any], request: Request) -> Appended | None:
    params = {
        "ids": [event.originator_id for event in request.events],
        "versions": [event.originator_version for event in request.events],
        "topics": [event.topic for event in request.events],
        "states": [event.state for event in request.events],
    }
    with conn.cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(OWN_EVENTS, params, prepare=False).fetchall()
    if len(rows) != len(request.events):
        return None
    return Appended([row[0] for row in rows], [bytes(row[1]) for row in rows], rows[0][2])


def _same(entry: CommandEntry, command: CommandEntry) -> bool:
    return entry.actor == command.actor and entry.digest == command.digest
