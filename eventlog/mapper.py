"""The mapper: a recorded event as canonical JSON bytes under its domain name, personal values sealed; and back.

The stored state reads ``{"box": {…}, "data": {…}, "meta": {…}}`` with sorted keys, so the same event is always the
same bytes and the chain is over what stands in the table. No import path is stored: history outlives this layout.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import orjson
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, StoredEvent

from domain.codec import REPORTER, SUBJECT, decode, encode
from domain.context import Actor, Precision, Stamp
from eventlog.keyring import Keyring
from eventlog.recorded import Recorded

LATE = "~late_because"
"""The reason of a late entry travels in the subject's box: it is free text."""


def scope_of(stream: str, stream_id: UUID, box: str) -> str:
    """Whose key seals a box: the child's, the case's, or that of the case's reporter."""
    return f"{REPORTER}:{stream_id}" if box == REPORTER else f"{stream}:{stream_id}"


def scopes_of(stream: str, stream_id: UUID) -> tuple[str, ...]:
    """The scopes of all keys that a stream's values may be sealed with."""
    boxes = (SUBJECT, REPORTER) if stream == "case" else (SUBJECT,)
    return tuple(scope_of(stream, stream_id, box) for box in boxes)


class EventMapper(Mapper[UUID]):
    """Stores ``Recorded`` events; seals and opens their boxes with the keyring."""

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring
        self.cipher = self.compressor = None

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """The bytes to store; a key that does not exist yet is made first."""
        assert isinstance(domain_event, Recorded)
        r = domain_event
        encoded = encode(r.event)
        boxes = dict(encoded.boxes)
        if r.stamp.late_because:
            boxes[SUBJECT] = {**boxes.get(SUBJECT, {}), LATE: r.stamp.late_because}
        state = {
            "meta": {"v": encoded.version, **_meta(r)},
            "data": encoded.plain,
            "box": {box: self._seal(r, box, values) for box, values in boxes.items()},
        }
        return StoredEvent(
            originator_id=r.originator_id,
            originator_version=r.originator_version,
            topic=r.event.name,
            state=orjson.dumps(state, option=orjson.OPT_SORT_KEYS),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Recorded:
        """The event again; raises what ``domain.codec.decode`` raises for a shape nobody can read."""
        assert isinstance(stored_event.originator_id, UUID)
        kept = _KEPT.decode(stored_event.state)
        boxes = {box: self._open(stored_event, box, sealed) for box, sealed in kept.box.items()}
        late = (boxes.get(SUBJECT) or {}).pop(LATE, None)
        event = decode(stored_event.topic, kept.meta.v, kept.data, boxes)
        object.__setattr__(event, "stamp", _stamp(kept.meta, late))
        return Recorded(
            originator_id=stored_event.originator_id,
            originator_version=stored_event.originator_version,
            event=event,
            concerns=kept.meta.children,
            position=getattr(stored_event, "id", 0),
        )

    def stamp_of(self, stored_event: StoredEvent) -> Stamp:
        """The envelope alone, also of an event whose values cannot be read."""
        return _stamp(_ENVELOPE.decode(stored_event.state).meta, None)

    def boxes_of(self, stored_event: StoredEvent) -> set[str]:
        """The scopes of the keys that open this event."""
        assert isinstance(stored_event.originator_id, UUID)
        return {*scopes_of(stored_event.topic.partition(".")[0], stored_event.originator_id)}

    def _seal(self, r: Recorded, box: str, values: dict[str, Any]) -> str:
        aad = _aad(r.originator_id, r.originator_version, r.event.name, box)
        scope = scope_of(r.stream, r.originator_id, box)
        return b64encode(self.keyring.seal(scope, orjson.dumps(values), aad)).decode()

    def _open(self, stored: StoredEvent, box: str, sealed: str) -> dict[str, Any] | None:
        assert isinstance(stored.originator_id, UUID)
        stream = stored.topic.partition(".")[0]
        aad = _aad(stored.originator_id, stored.originator_version, stored.topic, box)
        opened = self.keyring.open(
            scope_of(stream, stored.originator_id, box), b64decode(sealed), aad
        )
        return None if opened is None else orjson.loads(opened)


def _aad(stream_id: UUID, version: int, name: str, box: str) -> bytes:
    """Binds a box to its place: it cannot be moved to another event and still open."""
    return f"{stream_id}|{version}|{name}|{box}".encode()


def _meta(r: Recorded) -> dict[str, Any]:
    s, by = r.stamp, r.stamp.by
    return {
        "id": s.event_id,
        "at": s.at,
        "occurred": s.occurred_at,
        "precision": s.precision,
        "late": s.late_because is not None,
        "by": {
            "person": by.person_id,
            "role": by.role,
            "unit": by.unit_id,
            "division": by.division_id,
            "assignment": by.assignment_id,
        },
        "behalf": s.on_behalf_of,
        "command": s.command_id,
        "cause": s.causation_id,
        "correlation": s.correlation_id,
        "children": list(r.concerns),
        "place": s.place,
        "packs": [list(p) for p in s.packs],
        "clauses": list(s.clauses),
    }


class _By(msgspec.Struct, frozen=True):
    """Who, as the envelope has it."""

    person: UUID
    role: str
    unit: UUID | None
    division: str | None
    assignment: UUID | None


class _Meta(msgspec.Struct, frozen=True):
    """The envelope, as ``_meta`` wrote it."""

    v: int
    id: UUID
    at: datetime
    occurred: datetime
    precision: Precision
    by: _By
    behalf: UUID | None
    command: UUID
    cause: UUID | None
    correlation: UUID | None
    children: tuple[UUID, ...]
    place: str | None
    packs: tuple[tuple[str, int], ...]
    clauses: tuple[str, ...]


class _Envelope(msgspec.Struct, frozen=True):
    """The envelope alone; what else there is is not looked at."""

    meta: _Meta


class _Kept(msgspec.Struct, frozen=True):
    """A whole stored state."""

    meta: _Meta
    data: dict[str, Any]
    box: dict[str, str]


_KEPT = msgspec.json.Decoder(_Kept)
_ENVELOPE = msgspec.json.Decoder(_Envelope)


def _stamp(meta: _Meta, late_because: str | None) -> Stamp:
    by = meta.by
    return Stamp(
        event_id=meta.id,
        by=Actor(
            person_id=by.person,
            role=by.role,
            unit_id=by.unit,
            division_id=by.division,
            assignment_id=by.assignment,
        ),
        at=meta.at,
        occurred_at=meta.occurred,
        precision=meta.precision,
        late_because=late_because,
        on_behalf_of=meta.behalf,
        command_id=meta.command,
        causation_id=meta.cause,
        correlation_id=meta.correlation,
        place=meta.place,
        packs=meta.packs,
        clauses=meta.clauses,
    )
