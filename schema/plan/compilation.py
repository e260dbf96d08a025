"""What the parts of a plan share while it is made: the selection, the parameters, the statements so far."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from graphql import GraphQLObjectType

from domain.sensitivity import Sensitivity
from schema.plan.level import Level, Parameters, Ready
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


class Masks(NamedTuple):
    """The masks of the rows of a list: which there are among them, and, where that does not tell all, that of each."""

    among: Collection[Mask]
    each: Callable[[], Sequence[Mask]]

    @classmethod
    def of(cls, each: Sequence[Mask]) -> Masks:
        """Those of rows that were looked at one by one."""
        return cls(set(each), lambda: each)


class Encoder(NamedTuple):
    """What writes rows under a mask: ``one`` by itself, or ``all`` of a list, whose path it is given."""

    one: Writes
    all: Callable[[Sequence[Cells], Path, Run], str]


class Functions(dict[Mask, Encoder]):
    """A mask → what writes rows under it, made when it is first asked for."""

    def __init__(self, make: Callable[[Mask], Encoder]) -> None:
        self._make = make

    def __missing__(self, mask: Mask) -> Encoder:
        made = self[mask] = self._make(mask)
        return made

    def rows(self, rows: Sequence[Cells], masks: Masks, at: Path, x: Run) -> str:
        """The items of a list, each under its own mask: mostly all under one, or under several that write alike."""
        encoders = {self[mask] for mask in masks.among}
        if len(encoders) == 1:
            return encoders.pop().all(rows, at, x)
        each = enumerate(zip(rows, masks.each(), strict=True))
        return ",".join([self[mask].one(row, (at, i), x) for i, (row, mask) in each])


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
    looks: list[int] = field(default_factory=list)
    """The parameters that are ids of children and cases asked for."""
    reaches: tuple[int, ...] = ()
    """The parameters by which what is reached may be few, of the one list that is read among these."""
    absent: frozenset[str] = frozenset()
    """Variables, and members of them, that are null in the requests this plan is for."""

    def level(self, made: Level) -> int:
        """Adds a statement; answers its number."""
        self.levels.append(made)
        return len(self.levels) - 1

    def statements(self) -> tuple[Ready, ...]:
        """All of them; a list that is written whole comes in that of the row it stands below."""
        alone = []
        for number, level in enumerate(self.levels):
            if level.whole is not None and level.above is not None:
                level.above.carries(number, level)
            else:
                alone.append((number, level))
        return tuple(level.finished(number) for number, level in alone)

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
