"""Recompute the whole log from its stored bytes, and name the first event where it does not hold.

Checked in one pass in position order, in one snapshot: the hash of every event, the link to the
version before, versions without a gap; that every answered command's events are there, and that it
was answered for them as it stands there (``eventlog.answered``); every checkpoint's root, chain and
signature; and that the checkpoints told outside the database are those inside. The hashing is done
here, not by the server that is being checked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from psycopg.rows import tuple_row

from eventlog import merkle, signing
from eventlog.answered import Answered
from eventlog.checkpoints import Checkpoint, parse, stored
from eventlog.outside import whole_lines
from eventlog.signing import SigningKey

NOTHING_OUTSIDE = "库外没有根可比,日志末尾是否被截无从得知 · whether the end of the log was cut off cannot be known"
FAULTS_MAX = 100  # reported; a log that was changed a thousand times is as broken as after one
PAGE = 5000
EVENTS = """
    SELECT notification_id, timestamptz_send(recorded_at), stream, uuid_send(originator_id),
           originator_version, int8send(originator_version), topic, state, prev_hash, hash
    FROM es.event ORDER BY notification_id
"""
# A command's version is that of its own stream after it, its position that of the last event it caused anywhere: an
# event that is gone leaves its command.
ORPHANS = """
    SELECT c.stream_id, c.version, c.position FROM es.command c
    WHERE c.position IS NOT NULL AND (
        NOT EXISTS (SELECT FROM es.event e WHERE e.notification_id = c.position)
        OR (c.version > 0 AND NOT EXISTS (SELECT FROM es.event e WHERE e.originator_id = c.stream_id
                                          AND e.originator_version = c.version)))
    ORDER BY c.position LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """Where the log does not hold, and why. What is not known of the place is None."""

    position: int | None
    stream_id: UUID | None
    version: int | None
    reason: str


@dataclass(slots=True)
class Report:
    """What was checked, and the faults in order of position; none means that the log holds."""

    events: int = 0
    streams: int = 0
    checkpoints: int = 0
    checkpointed_to: int = 0
    signing_key: str = ""
    """The public key that signs now, in hex."""
    told_to: int = 0
    """The last checkpoint told outside."""
    faults: list[Fault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything held."""
        return not self.faults

    @property
    def first_bad(self) -> Fault | None:
        """The fault at the lowest position."""
        return self.faults[0] if self.faults else None

    def add(self, reason: str, position: int | None = None, place: _Place = None) -> None:
        """Note a fault."""
        if len(self.faults) < FAULTS_MAX:
            stream_id, version = place or (None, None)
            self.faults.append(Fault(position, stream_id, version, reason))


_Place = tuple[UUID, int] | None


def verify(
    dsn: str,
    *,
    checkpoints: bool = True,
    public_key: Ed25519PublicKey | None = None,
    anchor: Path | None = None,
) -> Report:
    """Check the log that ``dsn`` (its writer, or an administrator) reads.

    ``public_key`` is the key that signs now, which vouches for those before it. Without it signatures, and without
    ``anchor`` the outside head, are not looked at.
    """
    report = Report()
    with psycopg.connect(dsn, options="-c timezone=UTC") as conn:
        conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        conn.read_only = True
        marks = stored(conn) if checkpoints else []
        keys = signing.history(conn) if checkpoints else []
        _check_events(conn, report, _Roots(report, marks))
        for stream_id, version, position in conn.execute(ORPHANS):
            place = (stream_id, version) if stream_id and version else None
            report.add("a command was answered, its event is gone", position, place)
    if checkpoints:
        _check_marks(report, marks)
        if public_key is not None:
            report.signing_key = public_key.public_bytes_raw().hex()
            _check_signatures(report, marks, keys, public_key)
        if anchor is not None:
            _check_anchor(report, marks, keys, anchor)
    report.faults.sort(key=lambda fault: (fault.position is None, fault.position or 0))
    return report


def _check_events(conn: psycopg.Connection[Any], report: Report, roots: _Roots) -> None:
    """One pass over all events in position order."""
    sha256 = hashlib.sha256
    heads: dict[bytes, tuple[int, bytes]] = {}
    answered = Answered(conn, report.add)
    for row in _rows(conn):
        position, recorded_at, stream, raw_id, version, version8, topic, state, prev_hash, hash_ = (
            row
        )
        head, prev = heads.get(raw_id, (0, b""))
        if version != head + 1:
            reason = f"version {version} follows version {head}"
        elif prev_hash != prev:
            reason = "the link to the version before is not its hash"
        elif (
            sha256(b"".join((prev, raw_id, version8, topic.encode(), b"\x00", state))).digest()
            != hash_
        ):
            reason = "the stored bytes do not give the stored hash"
        elif topic.partition(".")[0] != stream and "." in topic:
            reason = f"an event {topic} in a stream of kind {stream}"
        else:
            reason = ""
        if reason:
            report.add(reason, position, (UUID(bytes=raw_id), version))
        # Go on from what is stored: one fault is told once, not again for each event after it.
        heads[raw_id] = (version, hash_)
        roots.take(position, recorded_at, stream, hash_)
        answered.take(position, recorded_at, (raw_id, version), state)
        report.events += 1
    report.streams = len(heads)
    roots.end()
    answered.end()


def _rows(conn: psycopg.Connection[Any]) -> Iterator[tuple[Any, ...]]:
    with conn.cursor("verify", row_factory=tuple_row) as cursor:
        cursor.itersize = PAGE
        cursor.execute(EVENTS, binary=True)
        while rows := cursor.fetchmany(PAGE):
            yield from rows


class _Roots:
    """Compares each checkpoint's root with that of the events in its range, as they pass."""

    def __init__(self, report: Report, marks: list[Checkpoint]) -> None:
        self._report = report
        self._marks = iter(marks)
        self._mark = next(self._marks, None)
        self._leaves: list[bytes] = []

    def take(self, position: int, recorded_at: bytes, stream: str, event_hash: bytes) -> None:
        """The next event of the log."""
        while self._mark is not None and position > self._mark.to_position:
            self._close(self._mark)
        if self._mark is not None:
            self._leaves.append(merkle.leaf(position, recorded_at, stream, event_hash))

    def end(self) -> None:
        """No more events: what is still open has lost its tail, unless it ends here."""
        while self._mark is not None:
            self._close(self._mark)

    def _close(self, mark: Checkpoint) -> None:
        self._report.checkpoints += 1
        self._report.checkpointed_to = mark.to_position
        if merkle.root(self._leaves) != mark.root:
            self._report.add(
                f"events {mark.from_position} to {mark.to_position} are not those that"
                f" checkpoint {mark.no} was made of",
                mark.to_position,
            )
        self._leaves.clear()
        self._mark = next(self._marks, None)


def _check_marks(report: Report, marks: list[Checkpoint]) -> None:
    """Checkpoints are numbered without a gap, chained, and in order."""
    before: Checkpoint | None = None
    for mark in marks:
        expected = (before.no + 1, before.root) if before else (1, b"")
        if (mark.no, mark.prev_root) != expected:
            report.add(f"checkpoint {mark.no} does not follow the one before", mark.from_position)
        if before and mark.from_position <= before.to_position:
            report.add(f"checkpoint {mark.no} overlaps the one before", mark.from_position)
        before = mark


def _check_signatures(
    report: Report, marks: list[Checkpoint], keys: list[SigningKey], own: Ed25519PublicKey
) -> None:
    """Each checkpoint is signed by the key in force then, and each key found the checkpoints that are there."""
    vouched = signing.vouched(keys, own)
    for key in keys[: len(keys) - len(vouched)]:
        report.add(f"nothing vouches for signing key {key.no}")
    for key in vouched:
        if key.past != signing.digest(mark.line() for mark in marks if mark.no < key.since):
            report.add(
                f"the checkpoints before {key.since} are not those signing key {key.no} found"
            )
    for mark in marks:
        signer = next((key.public() for key in reversed(vouched) if key.since <= mark.no), own)
        if not mark.signed_by(signer):
            report.add(f"checkpoint {mark.no} is not signed by the log's key", mark.from_position)


def _check_anchor(
    report: Report, marks: list[Checkpoint], keys: list[SigningKey], anchor: Path
) -> None:
    """What was told outside is what stands inside."""
    if marks and not anchor.exists():
        report.add(
            f"{anchor.name} is not there, to which {len(marks)} checkpoints were told: {NOTHING_OUTSIDE}"
        )
    inside = {mark.no: mark for mark in marks}
    key_lines = {key.line() for key in keys}
    for number, line in enumerate(whole_lines(anchor), 1):
        if line.startswith(f"{signing.WORD} "):
            if line not in key_lines:
                report.add(f"{anchor.name} line {number}: this signing key is not in the database")
            continue
        try:
            told = parse(line)
        except ValueError:
            report.add(f"{anchor.name} line {number} is not a checkpoint")
            continue
        report.told_to = max(report.told_to, told.no)
        if inside.get(told.no) != told:
            report.add(f"checkpoint {told.no} is not the one told outside", told.from_position)
