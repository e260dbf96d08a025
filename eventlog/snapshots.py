"""快照 · States of long streams, kept beside the log: whoever meets one for the first time reads only what came after.

A snapshot is no truth, only the fold of the events up to a version, and is believed only if it is
* of this log: the event of that version still has the hash that the snapshot was taken at,
* of this code: other code may fold the same events to another state, or call its parts otherwise,
* sealed with every key of its stream. So it goes with any of them, and nobody can put another in its place: the seal is
  bound to stream, version and code.
Whatever is not is passed over, and the events are read from the first. Deleting all of them costs time alone.
"""

from __future__ import annotations

import logging
import time
from functools import cache
from typing import Final, LiteralString, TypeVar
from uuid import UUID

import msgspec

import domain
import eventlog
from domain.kernel import State
from domain.typed import typed_bytes
from eventlog.errors import KeyDestroyed, Tampered
from eventlog.grammar import changed_since, digest_of
from eventlog.keyring import Keyring
from eventlog.mapper import scopes_of

logger = logging.getLogger("yidang.log")
LONG: Final = 100
"""Events read to know a state after which it is worth keeping: some five milliseconds of reading."""
SNAPSHOT: Final = ""
"""In the place of an event's name: what comes is not the first event but the state after some."""
WHOLE: LiteralString = """
    WITH kept AS MATERIALIZED (
        SELECT originator_version, state FROM es.snapshot_of_log
        WHERE originator_id = %(stream)s AND grammar = %(grammar)s)
    SELECT originator_version, '' AS topic, state FROM kept
    UNION ALL
    SELECT originator_version, topic, state FROM es.event
    WHERE originator_id = %(stream)s
      AND originator_version > coalesce((SELECT originator_version FROM kept), 0)
    ORDER BY originator_version
"""
"""A stream from its snapshot on: that first, if there is one. One statement, so that nothing comes in between."""
EARLIER: LiteralString = """
    WITH w AS MATERIALIZED (
        SELECT id, version FROM unnest(%(streams)s::uuid[], %(versions)s::bigint[]) AS w(id, version)),
    kept AS MATERIALIZED (
        SELECT s.* FROM w JOIN es.snapshot_of_log AS s
          ON s.originator_id = w.id AND s.originator_version < w.version AND s.grammar = %(grammar)s)
    SELECT originator_id, originator_version, '' AS topic, state FROM kept
    UNION ALL
    SELECT e.originator_id, e.originator_version, e.topic, e.state
    FROM w LEFT JOIN kept AS k ON k.originator_id = w.id
    JOIN es.event AS e ON e.originator_id = w.id AND e.originator_version < w.version
                      AND e.originator_version > coalesce(k.originator_version, 0)
    ORDER BY originator_id, originator_version
"""
"""The same for many streams, each up to what came before a version."""
KEEP: LiteralString = """
    INSERT INTO es.snapshot AS s (originator_id, originator_version, hash, grammar, state)
    SELECT originator_id, originator_version, hash, %(grammar)s, %(state)s FROM es.event
    WHERE originator_id = %(stream)s AND originator_version = %(version)s
    ON CONFLICT (originator_id) DO UPDATE
    SET originator_version = excluded.originator_version, hash = excluded.hash,
        grammar = excluded.grammar, state = excluded.state
    WHERE s.grammar <> excluded.grammar OR s.originator_version < excluded.originator_version
"""

S = TypeVar("S", bound=State)


_BEGAN: Final = time.time()


@cache
def _grammar() -> str:
    """Of all that has a say in a state; empty where its files are no longer those that this process began with."""
    parts = (domain, eventlog)
    return "" if changed_since(_BEGAN, *parts) else digest_of(*parts)


class Snapshots:
    """Seals and opens snapshots. Safe to share between threads."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    @property
    def grammar(self) -> str:
        """Of the snapshots that are read and kept: none where it is empty. Known once the first is asked for."""
        return _grammar()

    def sealed(self, state: State) -> bytes | None:
        """The state as bytes; None where one of its keys was destroyed: what is left says less from then on."""
        scopes = scopes_of(type(state).stream, state.id)
        try:
            box = msgspec.json.encode(state)
            for scope in scopes:
                box = self._keyring.seal(scope, box, self._place(state.id, state.version))
        except KeyDestroyed:
            return None
        return box

    def opened(self, kind: type[S], stream_id: UUID, version: int, box: bytes) -> S | None:
        """The state again; None for what is not to be believed."""
        opened: bytes | None = box
        try:
            for scope in reversed(scopes_of(kind.stream, stream_id)):
                opened = opened and self._keyring.open(
                    scope, opened, self._place(stream_id, version)
                )
            state = opened and typed_bytes(opened, kind)
        except (Tampered, msgspec.DecodeError) as error:
            logger.warning("a snapshot is passed over: %s", type(error).__name__)
            return None
        return state or None

    def _place(self, stream_id: UUID, version: int) -> bytes:
        return f"{stream_id}|{version}|{self.grammar}".encode()
