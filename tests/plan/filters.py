"""Filters of a queue, drawn at random: as one variable, written out, or written out with variables in it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any
from uuid import UUID

KINDS = {
    "states": "[WorkItemState!]",
    "namedPersonId": "UUID",
    "unassigned": "Boolean",
    "overdue": "Boolean",
    "escalated": "Boolean",
    "dueBefore": "DateTime",
    "division": "ID",
    "tier": "String",
}
"""The conditions, and the types of variables in their places."""
STATES = ("CREATED", "ACCEPTED", "IN_PROGRESS", "ESCALATED")
MOMENTS = ("2025-06-10T00:00:00+08:00", "2025-05-20T00:00:00Z", "2025-06-10T00:00:00", "soon")
"""One without a zone is refused, and one that is none at all."""
TIERS = ("R1", "R2", "R3", "R4", "", "R2\0")
Declares = Callable[[str, Any], str]
"""A type and a value → the variable's mark."""


class Filters:
    """Draws filters over the people and places there are."""

    def __init__(self, chance: Random, people: list[UUID], divisions: list[str]) -> None:
        self._chance, self._people, self._divisions = chance, people, divisions

    def drawn(self, declare: Declares) -> str:
        """The value of the argument."""
        names = self._chance.sample(list(KINDS), self._chance.choice((0, 1, 1, 1, 2, 2, 3, 8)))
        values = {name: self._value(name) for name in names}
        if self._chance.random() < 0.5:
            return declare("WorkItemFilter", values)
        members = [f"{name}: {self._member(name, v, declare)}" for name, v in values.items()]
        return f"{{{', '.join(members)}}}"

    def _member(self, name: str, value: Any, declare: Declares) -> str:
        if self._chance.random() < 0.5:
            return declare(KINDS[name], value)
        if value is None:
            return "null"
        if isinstance(value, bool):
            return str(value).lower()
        if name == "states":
            return f"[{', '.join(value)}]"
        text: str = value.replace("\0", "\\u0000")
        return f'"{text}"'

    def _value(self, name: str) -> Any:
        chance = self._chance
        if chance.random() < 0.1:
            return None
        if name == "states":
            return chance.sample(STATES, chance.choice((0, 1, 2, 4)))
        if KINDS[name] == "Boolean":
            return chance.random() < 0.5
        if name == "dueBefore":
            return chance.choice(MOMENTS)
        if name == "namedPersonId":
            return str(chance.choice(self._people))
        return chance.choice(self._divisions if name == "division" else TIERS)
