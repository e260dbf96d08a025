"""One stream with what shows that it is whole, for whoever has neither the database nor this program.

Its events as they are stored (personal values sealed), each with the way from its leaf to the signed root of its
checkpoint (RFC 6962), the history of the signing keys, and a signature over how far the stream went when it was
exported. ``ops/check_export.py`` checks it against ``checkpoints.log``.

For somebody who may know certain periods alone, what happened outside them is not told: a stand-in with nothing but its
place and its hash keeps the chain whole (ADR 0086), and the signature says which periods, and what was left out.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg.rows import tuple_row

from domain.periods import local_date
from eventlog import merkle, signing

FORMAT = "yidang export 2"
EVENTS = """
    SELECT stream, originator_version, notification_id, timestamptz_send(recorded_at), topic, state, hash,
           c.no, c.from_position, c.to_position
    FROM es.event e LEFT JOIN es.checkpoint c ON e.notification_id BETWEEN c.from_position AND c.to_position
    WHERE originator_id = %s ORDER BY originator_version
"""
LEAVES = """
    SELECT notification_id, timestamptz_send(recorded_at), stream, hash FROM es.event
    WHERE notification_id BETWEEN %s AND %s ORDER BY notification_id
"""
LAST = "SELECT coalesce(max(no), 0) FROM es.checkpoint"


class NoSuchStream(LookupError):
    """Nothing was ever recorded on it."""


class NotUnderARoot(Exception):
    """Its last events are so new that no checkpoint covers them, or nothing signs them yet."""


@dataclass(frozen=True)
class Days:
    """From the first day to the last, both included, in Shanghai."""

    first: date
    last: date

    def __contains__(self, moment: datetime) -> bool:
        return self.first <= local_date(moment) <= self.last

    def __str__(self) -> str:
        return f"{self.first}/{self.last}"


def export(
    dsn: str, stream_id: UUID, key: Ed25519PrivateKey, periods: Sequence[Days] = ()
) -> dict[str, Any]:
    """The stream as it is now, to be written as JSON. ``key``: that which signs now. ``periods``: only what happened in
    one of them is told; empty: everything.

    Raises ``NoSuchStream``, ``NotUnderARoot``, psycopg.Error.
    """
    with psycopg.connect(dsn, options="-c timezone=UTC", row_factory=tuple_row) as conn:
        conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        conn.read_only = True
        rows = conn.execute(EVENTS, (stream_id,), binary=True).fetchall()
        if not rows:
            raise NoSuchStream(stream_id)
        keys = signing.history(conn)
        signs = bool(keys) and keys[-1].public_key == key.public_key().public_bytes_raw()
        if not signs or any(row[7] is None for row in rows):
            raise NotUnderARoot(stream_id)
        events = [_event(conn, row, periods) for row in rows]
        last = conn.execute(LAST).fetchone()
    assert last is not None, "an aggregate answers one row"
    head, version = bytes(rows[-1][6]), len(rows)
    at = datetime.now(UTC).isoformat()  # noqa: TID251 - when it was exported
    about = _about([str(each) for each in periods], events)
    signed = key.sign(message(stream_id, version, last[0], head, at) + about)
    return {
        "format": FORMAT,
        "stream": rows[0][0],
        "stream_id": str(stream_id),
        "exported_at": at,
        "periods": [str(each) for each in periods],
        "version": version,
        "checkpoint": last[0],
        "signature": signed.hex(),
        "keys": [each.line() for each in keys],
        "events": events,
    }


def message(stream_id: UUID, version: int, checkpoint: int, head: bytes, at: str) -> bytes:
    """What is signed: how far the stream went, and the last checkpoint there was."""
    numbers = struct.pack(">qq", version, checkpoint)
    return f"{FORMAT}\n".encode() + stream_id.bytes + numbers + head + at.encode()


def _about(periods: Sequence[str], events: Iterable[dict[str, Any]]) -> bytes:
    """What is signed too: the periods, and every event that is not told."""
    left_out = hashlib.sha256()
    for each in events:
        if "state" not in each:
            place = struct.pack(">qq", each["version"], each["position"])
            left_out.update(place + bytes.fromhex(each["hash"]))
    return b"\n" + " ".join(periods).encode() + b"\n" + left_out.digest()


def _event(
    conn: psycopg.Connection[Any], row: Sequence[Any], periods: Sequence[Days]
) -> dict[str, Any]:
    _, version, position, recorded_at, topic, state, event_hash, no, first, last = row
    place = {"version": version, "position": position, "hash": bytes(event_hash).hex()}
    if periods and not any(_occurred(state) in each for each in periods):
        return place
    under = conn.execute(LEAVES, (first, last), binary=True).fetchall()
    at = [each[0] for each in under].index(position)
    path = merkle.path([merkle.leaf(*each) for each in under], at)
    return {
        **place,
        "recorded_at": struct.unpack(">q", recorded_at)[0],
        "topic": topic,
        "state": bytes(state).decode(),
        "checkpoint": no,
        "path": [[side, sibling.hex()] for side, sibling in path],
    }


def _occurred(state: bytes) -> datetime:
    """When it happened, which every event says in clear."""
    return datetime.fromisoformat(json.loads(state)["meta"]["occurred"])
