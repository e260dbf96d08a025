"""The codec: an event as plain JSON values under domain names, its personal values apart, and back again.

Pure. It says *what* is sealed and *with whose key*; the log does the sealing. Values of class P1 and P6, and any free
text above P0, leave the plain part and travel in a box: one for the subject of the stream, one for the reporter, so
that either can be made unreadable alone. Codes, dates and ids of other classes stay plain: they are the de-identified
facts that remain when a child's key is destroyed.

A changed event shape is read through ``upcast``: one pure step from version n to n + 1, on plain values.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec

from domain.fields import FieldSpec
from domain.kernel import EVENTS, Event
from domain.sensitivity import P6_REPORTER
from domain.typed import typed

SUBJECT, REPORTER = "subject", "reporter"
DESTROYED = "〔已销毁〕"
"""What a text reads as after its key was destroyed."""

Upcast = Callable[[dict[str, Any]], dict[str, Any]]
UPCASTS: dict[tuple[str, int], Upcast] = {}


def upcasts(name: str, from_version: int) -> Callable[[Upcast], Upcast]:
    """Registers the step that turns values of ``name`` at ``from_version`` into those of the next version."""

    def register(step: Upcast) -> Upcast:
        assert UPCASTS.setdefault((name, from_version), step) is step, f"two upcasts for {name}"
        return step

    return register


def says_more(name: str, from_version: int) -> None:
    """The next version only adds values, which none of ``from_version`` had; beside it stands what was so before."""
    upcasts(name, from_version)(_as_told)


def _as_told(values: dict[str, Any]) -> dict[str, Any]:
    return values


@dataclass(frozen=True)
class Encoded:
    """An event ready for the log: plain values, and the values of each box."""

    name: str
    version: int
    plain: dict[str, Any]
    boxes: dict[str, dict[str, Any]] = field(default_factory=dict)


def encode(event: Event[Any]) -> Encoded:
    """The event's values, apart by who may one day have to be forgotten."""
    plain: dict[str, Any] = {}
    boxes: dict[str, dict[str, Any]] = {}
    for spec in type(event).specs:
        value = msgspec.to_builtins(getattr(event, spec.name))
        if value is None or not spec.sealed:
            plain[spec.name] = value
        else:
            boxes.setdefault(box_of(spec), {})[spec.name] = value
    return Encoded(event.name, type(event).schema_version, plain, boxes)


def decode(
    name: str, version: int, plain: Mapping[str, Any], boxes: Mapping[str, Any]
) -> Event[Any]:
    """The event again. A box given as ``None`` was destroyed: its values read as tombstones.

    Raises ``KeyError`` for an unknown name and ``msgspec.ValidationError`` for values that no upcast explains; a reader
    parks such a stream, it never guesses.
    """
    kind = EVENTS[name]
    values = dict(plain)
    for box in boxes.values():
        values |= box or {}
    for step in range(version, kind.schema_version):
        values = UPCASTS[name, step](values)
    lost = {box for box, content in boxes.items() if content is None}
    if not lost:
        with suppress(msgspec.ValidationError):  # then field by field, to say which
            whole: Event[Any] = typed(values, kind)
            return whole
    built = {
        spec.name: _value(spec, values, lost=box_of(spec) in lost)
        for spec in kind.specs
        if spec.name in values or spec.required or (spec.sealed and box_of(spec) in lost)
    }
    return kind(**built)


def box_of(spec: FieldSpec) -> str:
    """Whose key seals this field."""
    return REPORTER if spec.sensitivity is P6_REPORTER else SUBJECT


def _value(spec: FieldSpec, values: Mapping[str, Any], *, lost: bool) -> Any:
    if spec.name in values:
        return typed(values[spec.name], spec.type)
    if lost and spec.sealed:
        return tombstone(spec.type)
    raise KeyError(spec.name)


def tombstone(plain: Any) -> Any:
    """A value of this type that says no more than that something was here. Total, so that ``evolve`` stays total."""
    origin = get_origin(plain)
    if origin in {Union, types.UnionType}:
        return None if type(None) in get_args(plain) else tombstone(get_args(plain)[0])
    if origin is tuple:
        return ()
    if isinstance(plain, type) and issubclass(plain, Enum):
        return next(iter(plain))
    if is_dataclass(plain) and isinstance(plain, type):
        hints = get_type_hints(plain)
        return plain(**{f.name: tombstone(hints[f.name]) for f in fields(plain)})
    return _TOMBSTONES[plain]


_TOMBSTONES: dict[Any, Any] = {
    str: DESTROYED,
    int: 0,
    bool: False,
    UUID: UUID(int=0),
    date: date.min,
    datetime: datetime.fromisoformat("0001-01-01T00:00:00+00:00"),
}
