"""Lines of a timeline in a plan (``schema.timeline``), and the clauses with their words that lines and tasks cite."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphql import FieldNode, GraphQLObjectType, get_named_type

from domain.sensitivity import P0_PROCESS, P2, P3
from projections.fragments import Fragment
from schema.plan import leaves
from schema.plan.cited import LABELS, Clauses, Values
from schema.plan.compilation import Compilation, Encoder, Functions, Mask
from schema.plan.level import Level
from schema.plan.rendered import Member, rendered, runs
from schema.plan.selection import Unplanned
from schema.plan.whole import Item, NotWhole

PLAIN = {
    "position": ("position", int, None),
    "eventId": ("event_id", str, None),
    "stream": ("stream", str, None),
    "streamId": ("stream_id", str, None),
    "version": ("version", int, None),
    "name": ("name", str, None),
    "precision": ("precision", str, None),
    "isLate": ("is_late", bool, None),
    "lateBecause": ("late_because", str | None, P3),
    "actorRole": ("actor_role", str, None),
    "actorUnitId": ("actor_unit_id", str | None, P2),
    "actorPersonId": ("actor_person_id", str | None, P2),
    "packs": ("packs", tuple[str, ...], P0_PROCESS),
}
"""Fields that are a column: its name, its type as text, and the class that must be open (null otherwise, unsaid)."""
MOMENTS = {"occurredAt": "occurred_at", "recordedAt": "recorded_at"}
OTHERS = {"__typename": "", "zh": "name", "en": "name", "clauses": "clauses", "values": "details"}
"""The column that any other field is made of."""


class LineNode:
    """A timeline line under one selection; ``function(mask)`` writes its rows."""

    def __init__(self, made: Compilation, level: Level, nodes: Sequence[FieldNode]) -> None:
        self._made, self._level = made, level
        self._kind = made.kind("TimelineLine")
        self.under = Functions(self._generated)
        """By the classes that are open on a line, the function that writes it."""
        fields = made.selection.below(self._kind, nodes)
        self._runs = list(runs(made, level.model, fields))
        self._sources = [self._member(run) for run in self._runs]

    def item(self) -> Item:
        """The line for PostgreSQL to write: one that is rendered. Raises ``NotWhole``."""
        members = []
        for run in self._runs:
            if not isinstance(run, Fragment):
                raise NotWhole
            text = f"{self._level.model.table}.{run.column}"
            members.append(("", Item(text, run.classes)))
        return Item.object_of(members)

    def _member(self, run: Member | Fragment) -> tuple[str, Callable[[Mask, dict[str, Any]], str]]:
        if not isinstance(run, Fragment):
            return f'"{run[0]}":', self._source(run[1])
        part = rendered(self._made, self._level.model, run, self._level.column)
        return "", lambda mask, names: part.source(mask, f"n{len(names)}", names)

    def _source(self, nodes: list[FieldNode]) -> Callable[[Mask, dict[str, Any]], str]:
        name = nodes[0].name.value
        if name == "__typename":
            return lambda _mask, _names: '"TimelineLine"'
        if name in PLAIN:
            column, plain, cls = PLAIN[name]
            cell = f"r[{self._level.column(column)}]"
            text = leaves.expression(plain, cell)
            return lambda mask, _names: text if cls is None or cls in mask else "null"
        if name in MOMENTS:
            cell = f"r[{self._level.column(MOMENTS[name])}]"
            return lambda _mask, _names: f'"{{moment({cell})}}"'
        if name in {"zh", "en"}:
            cell, which = f"r[{self._level.column('name')}]", ("zh", "en").index(name)

            def label(_mask: Mask, names: dict[str, Any]) -> str:
                names["LABELS"] = LABELS
                return f"{{LABELS[{cell}][{which}]}}"

            return label
        inner = get_named_type(self._kind.fields[name].type)
        if name == "clauses":
            clauses = Clauses(self._made, inner, self._level.column("clauses"), nodes)

            def cited(mask: Mask, names: dict[str, Any]) -> str:
                shown = P0_PROCESS in mask
                return clauses.source(mask, f"n{len(names)}", names) if shown else "null"

            return cited
        if name != "values":
            raise Unplanned(f"TimelineLine.{name}")
        values, details = Values(self._made, inner, nodes), self._level.column("details")

        def source(mask: Mask, names: dict[str, Any]) -> str:
            called = f"n{len(names)}"
            names[called] = values.writes(mask)
            return f"{{{called}(r[{details}])}}"

        return source

    def _generated(self, mask: Mask) -> Encoder:
        names: dict[str, Any] = {}
        members = [f"{before}{source(mask, names)}" for before, source in self._sources]
        return leaves.encoder(members, names)


def columns(made: Compilation, kind: GraphQLObjectType, nodes: Sequence[FieldNode]) -> set[str]:
    """The columns that the lines of a page are told from; ``kind``: the connection, an edge or the line."""
    found: set[str] = set()
    for inner in made.selection.below(kind, nodes).values():
        name = inner[0].name.value
        if kind.name == "TimelineLine":
            found.add(PLAIN[name][0] if name in PLAIN else MOMENTS.get(name) or OTHERS[name])
        elif name in {"nodes", "edges", "node"}:
            below = get_named_type(kind.fields[name].type)
            assert isinstance(below, GraphQLObjectType)
            found |= columns(made, below, inner)
    return found
