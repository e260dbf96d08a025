"""规则包 · A rule pack read from its file: one document, its time and place, its parameters.

A pack is data. It loads only if every name is in the catalogue (:mod:`domain.parameters`), every
value has the declared type, and every parameter says what stands behind it:

``text``              the clauses state the value;
``platform_default``  the clauses have at most a ``word`` for it (及时, 定期), the value is ours;
``owner_decides``     the text leaves it open; the value holds until the rule owner decides (note);
``owner_decided``     the rule owner has decided, by an event of the rules stream; never in a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from domain.clauses import DOCUMENTS, UnknownClause, clause
from domain.jurisdiction import Jurisdiction
from domain.labels import Term
from domain.parameters import PARAMETERS, RETIRED, Parameter, Shape
from domain.periods import Period

PLATFORM = "PLATFORM"
_PROVISION_KEYS = frozenset({"value", "members", "rows", "mark", "word", "clauses", "note"})


class PackError(ValueError):
    """A rule pack that must not be loaded; the message names pack and parameter."""


class Mark(Term):
    """规定的出处 · Who stands behind a value."""

    TEXT = "text", "文件规定", "Laid down by a text"
    PLATFORM_DEFAULT = "platform_default", "平台默认值", "Platform default"
    OWNER_DECIDES = "owner_decides", "待规则负责人决定", "For the rule owner to decide"
    OWNER_DECIDED = "owner_decided", "规则负责人已决定", "Decided by the rule owner"


@dataclass(frozen=True, slots=True)
class Validity:
    """The days a pack binds, both included. ``plan``: months of a plan, not a stated validity."""

    first: date | None
    last: date | None
    plan: bool
    mark: Mark
    clauses: tuple[str, ...]

    def holds(self, on: date) -> bool:
        """Whether the pack binds on this day."""
        return (self.first is None or self.first <= on) and not self.ended(on)

    def ended(self, on: date) -> bool:
        """Whether the last day is over."""
        return self.last is not None and self.last < on


@dataclass(frozen=True, slots=True)
class Provision:
    """What one pack lays down for one parameter.

    ``value`` is None where the pack has only the word and takes the platform's value. ``members``
    gives the clauses of each member of a keyed value.
    """

    parameter: Parameter
    value: Any
    mark: Mark
    clauses: tuple[str, ...]
    members: Mapping[str, tuple[str, ...]]
    word: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Pack:
    """One rule pack at one version."""

    id: str
    version: int
    groups: frozenset[str]
    jurisdiction: Jurisdiction | None
    validity: Validity
    layered_on: str | None
    provisions: Mapping[str, Provision]

    @property
    def always(self) -> bool:
        """Whether it holds at every place on every day."""
        return self.jurisdiction is None and self.validity.first is self.validity.last is None

    def binds(self, place: Jurisdiction | None) -> bool:
        """Whether the pack is made for this place; the platform's own is made for every place."""
        return self.jurisdiction is None or self.jurisdiction.covers(place)


def read_pack(path: Path) -> Pack:
    """The pack in this file; raises :class:`PackError`."""
    with path.open(encoding="utf-8") as file:
        return pack_from(yaml.load(file, Loader=_Loader))  # noqa: S506 - a safe loader


def parse_pack(text: str) -> Pack:
    """The pack of this text; raises :class:`PackError`, also where the text is no mapping with parameters."""
    try:
        raw = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, TypeError) as error:
        raise PackError("not YAML") from error
    if not isinstance(raw, dict) or not isinstance(raw.get("parameters"), dict):
        raise PackError("a pack is a mapping with parameters")
    try:
        return pack_from(raw)
    except (KeyError, TypeError, AttributeError) as error:
        raise PackError(f"{raw.get('id')}: {error}") from error


def pack_from(raw: Mapping[str, Any]) -> Pack:
    """The pack in this mapping, checked; raises :class:`PackError`."""
    identity, layered_on = raw.get("id"), raw.get("layered_on")
    if not isinstance(identity, str) or (identity != PLATFORM and identity not in DOCUMENTS):
        raise PackError(f"{identity}: names no document")
    if type(raw.get("version")) is not int:
        raise PackError(f"{identity}: needs a whole number as version")
    own: set[str] = {code for code in DOCUMENTS if code in {identity, layered_on}}
    provisions = {}
    for name, body in raw["parameters"].items():
        if name in RETIRED:
            continue
        try:
            provisions[name] = _provision(name, body, own)
        except (PackError, UnknownClause, TypeError, ValueError) as error:
            raise PackError(f"{identity}.{name}: {error}") from error
    place = raw["jurisdiction"]
    return Pack(
        id=identity,
        version=raw["version"],
        groups=frozenset(raw["groups"]),
        jurisdiction=place and Jurisdiction(place["province"], place.get("district")),
        validity=_validity(raw["valid"], own),
        layered_on=layered_on,
        provisions=MappingProxyType(provisions),
    )


def _validity(raw: Mapping[str, Any], own: set[str]) -> Validity:
    clauses = _clauses(raw.get("clauses", ()), own)
    return Validity(raw["from"], raw["to"], raw.get("plan", False), Mark(raw["mark"]), clauses)


def _provision(name: str, raw: Mapping[str, Any], own: set[str]) -> Provision:
    if name not in PARAMETERS:
        raise PackError("unknown parameter")
    if unknown := raw.keys() - _PROVISION_KEYS:
        raise PackError(f"unknown keys {sorted(unknown)}")
    if "mark" not in raw:
        raise PackError("no mark says who stands behind the value")
    parameter, mark = PARAMETERS[name], Mark(raw["mark"])
    clauses = _clauses(raw.get("clauses", ()), own)
    members = dict(_members(raw, own))
    value = _value(parameter, raw)
    cited = tuple(dict.fromkeys([*clauses, *(c for of in members.values() for c in of)]))
    provision = Provision(
        parameter, value, mark, cited, MappingProxyType(members), raw.get("word"), raw.get("note")
    )
    _check_mark(provision, raw, own)
    return provision


def decided_value(parameter: Parameter, text: str, old: Provision | None, mark: Mark) -> Provision:
    """A parameter as its owner sets it: its value as YAML, on the clauses it rested on; raises :class:`PackError`."""
    try:
        value = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
        key = {Shape.CODES: "members", Shape.TABLE: "rows"}.get(parameter.shape, "value")
        read = _value(parameter, {key: value})
        members = {
            code: old.members.get(code, ()) if old else () for code in _keys(parameter, read)
        }
    except (yaml.YAMLError, TypeError, ValueError, KeyError, AttributeError) as error:
        raise PackError(f"{parameter.name}: {error}") from error
    clauses, word = (old.clauses, old.word) if old else ((), None)
    return Provision(parameter, read, mark, clauses, MappingProxyType(members), word, None)


def _keys(parameter: Parameter, value: Any) -> tuple[str, ...]:
    return tuple(value) if parameter.shape.keyed else ()


def _check_mark(provision: Provision, raw: Mapping[str, Any], own: set[str]) -> None:
    mark = provision.mark
    if mark is Mark.OWNER_DECIDED:
        raise PackError("what an owner decided is an event, not a file")
    if not own:
        if mark is not Mark.PLATFORM_DEFAULT or provision.clauses or provision.value is None:
            raise PackError("the platform can only give defaults of its own, with a value")
        return
    if not provision.clauses or not all(provision.members.values()):
        raise PackError("no clause is cited")
    if provision.value is None and mark is not Mark.PLATFORM_DEFAULT:
        raise PackError("only a platform default may leave the value to the platform")
    if mark is Mark.OWNER_DECIDES and not provision.note:
        raise PackError("a note must say what the owner decides")
    if mark is Mark.PLATFORM_DEFAULT and "word" not in raw:
        raise PackError("name the word of the text, or null where it says nothing about time")
    quotes = [clause(one).quote_zh for one in provision.clauses]
    if provision.word and not any(provision.word in quote for quote in quotes):
        raise PackError(f"no cited clause has the word {provision.word}")


def _clauses(raw: Any, own: set[str]) -> tuple[str, ...]:
    cited = (raw,) if isinstance(raw, str) else tuple(raw)
    for one in cited:
        if clause(one).document not in own:
            raise PackError(f"{one} is a clause of another document")
    return cited


def _members(raw: Mapping[str, Any], own: set[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    members = raw.get("members", {})
    if isinstance(members, list):
        members = dict.fromkeys(members, ())
    yield from ((code, _clauses(cited, own)) for code, cited in members.items())
    for code, row in raw.get("rows", {}).items():
        yield code, _clauses(row.get("clauses", ()), own)


def _value(parameter: Parameter, raw: Mapping[str, Any]) -> Any:
    key = {Shape.CODES: "members", Shape.TABLE: "rows"}.get(parameter.shape, "value")
    if extra := {"value", "members", "rows"} & raw.keys() - {key}:
        raise PackError(f"a {parameter.shape.value} has {key}, not {sorted(extra)}")
    if key not in raw:
        return None
    if parameter.row is not None:
        rows = raw["rows"]
        return MappingProxyType({code: _row(parameter.row, row) for code, row in rows.items()})
    return _READ[parameter.shape](raw[key])


def _row(row: type[Any], raw: Mapping[str, Any]) -> Any:
    types = {field.name: str(field.type) for field in fields(row)}
    values = {}
    for name, value in raw.items():
        if name == "clauses":
            continue
        if name not in types:
            raise PackError(f"{row.__name__} has no field {name}")
        values[name] = _FIELDS[types[name]](value)
    return row(**values)


def _typed(*types: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) not in types:
            raise PackError(f"{value!r} is not of type {' or '.join(t.__name__ for t in types)}")
        return value

    return read


def _whole(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise PackError(f"{value!r} is not a whole number of at least 0")
    return value


def _codes(value: Any) -> frozenset[str]:
    return frozenset(map(_typed(str), value))


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(_typed(str), value))


def _numbers(value: Any) -> tuple[int, ...]:
    return tuple(map(_whole, value))


_READ: Mapping[Shape, Callable[[Any], Any]] = {
    Shape.FLAG: _typed(bool),
    Shape.COUNT: _whole,
    Shape.MINUTES: _whole,
    Shape.HOURS: _whole,
    Shape.DAYS: _whole,
    Shape.WORKING_DAYS: _whole,
    Shape.SCHOOL_DAYS: _whole,
    Shape.DURATION: Period.parse,
    Shape.DATE: _typed(date),
    Shape.CODE: _typed(str),
    Shape.CODES: _codes,
    Shape.NUMBERS: _numbers,
    Shape.SEQUENCE: _texts,
}
_FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "str": _typed(str),
    "str | None": _typed(str),
    "int": _whole,
    "int | None": _whole,
    "bool": _typed(bool),
    "Period | None": Period.parse,
    "frozenset[str]": _codes,
    "tuple[str, ...]": _texts,
    "tuple[int, ...]": _numbers,
}


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe YAML in which a name that is set twice is an error, not a silent overwrite."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - signature of the library
        """The mapping of this node; raises :class:`PackError` on a repeated key."""
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        if len(keys) != len(set(keys)):
            twice = sorted({key for key in keys if keys.count(key) > 1})
            raise PackError(f"set twice: {twice}")
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return mapping
