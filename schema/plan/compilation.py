"""What the parts of a plan share while it is made: the selection, the parameters, the statements so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import GraphQLObjectType

from domain.sensitivity import Sensitivity
from schema.plan.level import Level, Param, Parameters
from schema.plan.selection import Arg, Selection

if TYPE_CHECKING:
    from projections.fragments import Fragment
    from schema.plan.run import Run
    from schema.plan.told import Worked

Mask = frozenset[Sensitivity]
Cells = tuple[str | None, ...]
Path = tuple[Any, str | int] | None
"""A path from its end: ``(parent, key)``."""
Writes = Callable[[Cells, Path, "Run"], str]
"""A row, its path and the request → JSON."""


class Functions(dict[Mask, Writes]):
    """A mask → the function that writes rows under it, made when it is first asked for."""

    def __init__(self, make: Callable[[Mask], Writes]) -> None:
        self._make = make

    def __missing__(self, mask: Mask) -> Writes:
        made = self[mask] = self._make(mask)
        return made


@dataclass
class Compilation:
    """What one plan is being made of."""

    selection: Selection
    params: Parameters = field(default_factory=Parameters)
    levels: list[Level] = field(default_factory=list)
    later: bool = False
    """Whether resolvers are asked for rows once they are read."""
    worked: list[Worked] = field(default_factory=list)
    """The root fields that are asked of their resolvers."""
    used: dict[tuple[str, str], Fragment] = field(default_factory=dict)
    """The fragments that are, by table and column."""
    looks: list[Param] = field(default_factory=list)
    """The children and cases asked for by their ids."""
    absent: frozenset[str] = frozenset()
    """Variables, and members of them, that are null in the requests this plan is for."""

    def level(self, made: Level) -> int:
        """Adds a statement; answers its number."""
        self.levels.append(made)
        return len(self.levels) - 1

    def kind(self, name: str) -> GraphQLObjectType:
        """An object type of the schema."""
        found = self.selection.schema.type_map[name]
        assert isinstance(found, GraphQLObjectType)
        return found

    def left_out(self, arg: Arg) -> bool:
        """Whether an argument is null in the requests this plan is for."""
        return arg.value is None and (arg.source is None or arg.source in self.absent)

    def value(self, arg: Arg) -> Callable[[Run], Any]:
        """An argument's value in one request."""
        if arg.variable is None:
            constant = arg.value
            return lambda _run: constant
        name, member = arg.variable, arg.member
        if member is not None:
            return lambda run: (run.variables.get(name) or {}).get(member)
        return lambda run: run.variables.get(name)


@dataclass(frozen=True)
class Place:
    """Where an object's cells are: the statement, the table, and columns whose value a parameter already has."""

    level: Level
    table: str
    known: dict[str, str] = field(default_factory=dict)
