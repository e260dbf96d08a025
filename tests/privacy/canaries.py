"""Canaries: every text that somebody types carries a mark of its own, by which it is known wherever it turns up.

A journey is told by its people as ever; on the way to the server each free text of a command gets its mark, and on the
way back the marks are taken off, so that the journey's own tests read what they wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, get_args, get_type_hints

from domain.fields import FieldSpec, strip
from domain.kernel import Command
from domain.sensitivity import Sensitivity

MARK = re.compile(r"⟦(\d+)⟧")
KEPT = {"id_number", "pack_text", "parameter_value", "parameter", "pack_id", "report_period"}
"""Texts that are codes or carry a check character: they are sent as they are."""


@dataclass(frozen=True)
class Canary:
    """One text: by which command and field it was said, and in which class."""

    act: str
    name: str
    cls: Sensitivity


@dataclass
class Canaries:
    """Those of one world, by number; and of which stream each came to be."""

    planted: dict[int, Canary] = field(default_factory=dict)
    stream: dict[int, str] = field(default_factory=dict)

    def marked(self, command: type[Command[Any]], given: Mapping[str, Any]) -> Any:
        """What a command is given, each free text with a mark."""
        specs = {spec.name: spec for spec in command.specs}
        return {
            name: self._marked(command.name, specs[name], specs[name].type, value)
            if name in specs and name not in KEPT
            else value
            for name, value in given.items()
        }

    def _marked(self, act: str, spec: FieldSpec, kind: Any, value: Any) -> Any:
        if isinstance(value, str):
            return self._new(act, spec, value) if _is_text(kind) and value.strip() else value
        if isinstance(value, Mapping):
            inside = next((k for k in _kinds(kind) if is_dataclass(k)), None)
            if inside is None:
                return value
            hints = get_type_hints(inside, include_extras=False)
            known = {f.name for f in fields(inside)}
            return {
                name: self._marked(act, spec, strip(hints[name]), each) if name in known else each
                for name, each in value.items()
            }
        if isinstance(value, list | tuple):
            return [self._marked(act, spec, kind, each) for each in value]
        return value

    def _new(self, act: str, spec: FieldSpec, text: str) -> str:
        number = len(self.planted) + 1
        self.planted[number] = Canary(act, spec.name, spec.sensitivity)
        return f"{text}⟦{number}⟧"

    def since(self, number: int, stream: str) -> None:
        """Those planted after ``number`` are about this stream."""
        for each in range(number + 1, len(self.planted) + 1):
            self.stream.setdefault(each, stream)


def found_in(text: str) -> set[int]:
    """The numbers of the marks in a text."""
    return {int(number) for number in MARK.findall(text)}


def bare(value: Any) -> Any:
    """An answer without marks."""
    if isinstance(value, str):
        return MARK.sub("", value)
    if isinstance(value, dict):
        return {key: bare(each) for key, each in value.items()}
    if isinstance(value, list):
        return [bare(each) for each in value]
    return value


def _kinds(kind: Any) -> Iterator[Any]:
    yield kind
    for each in get_args(kind):
        yield from _kinds(each)


def _is_text(kind: Any) -> bool:
    return str in set(_kinds(kind))
