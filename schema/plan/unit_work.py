"""The work of a unit in a plan (``schema.unit_work``): pages of its queues and its load, each under the same filter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from graphql import FieldNode, GraphQLObjectType, get_named_type

from domain.sensitivity import P2
from projections.short_law import seen
from projections.work_item import WorkItemRow
from schema.own_work import LOAD_OF_QUEUES, WORK_QUEUE, of_people
from schema.plan import leaves
from schema.plan.compilation import Cells, Compilation, Path, Writes
from schema.plan.filters import WHERE, narrowing
from schema.plan.level import Written, bound, sent
from schema.plan.pages import root_page
from schema.plan.selection import Arg, Deopt
from schema.plan.viewer import queue_counts
from schema.words_asked import QUEUE

if TYPE_CHECKING:
    from schema.plan.run import Run

WritesRows = Callable[[Sequence[Cells]], str]


def work_queue(
    made: Compilation, query: GraphQLObjectType, key: str, nodes: list[FieldNode]
) -> Writes:
    """A page. Where no queue is named, or no condition given, the statement has none for it."""
    known = ("unit", "queue", WHERE, "first", "after")
    arguments = made.selection.arguments(query, nodes[0], *known)
    found = narrowing(made, query, nodes[0])
    given = {**found.given, "unit": _mark(made, "unit", arguments["unit"])}
    where = "work_item.owner_unit_id = %(unit)s and work_item.is_open"
    if not made.left_out(arguments["queue"]):
        where += " and work_item.queue = %(queue)s"
        given["queue"] = _mark(made, "queue", arguments["queue"], _queue)
    relation = replace(WORK_QUEUE, where=where + found.sql)
    return root_page(made, query, relation, given, key, nodes, filtered=("queue", WHERE))


def _queue(code: str) -> str:
    """What is no queue is the reference's to refuse."""
    if not QUEUE.holds(code):
        raise Deopt
    return code


def _mark(made: Compilation, name: str, arg: Arg, text: Callable[[Any], str] = str) -> str:
    value = made.value(arg)

    def param(run: Run) -> bytes | None:
        said = value(run)
        return None if said is None else sent(text(said))

    return made.params.mark((name, arg.variable, arg.value), param)


def unit_load(
    made: Compilation, query: GraphQLObjectType, key: str, nodes: list[FieldNode]
) -> Writes:
    """What a unit has open: the sums of its queues, the queues, and people where the viewer may know them."""
    arguments = made.selection.arguments(query, nodes[0], "unit", "queue", WHERE)
    found = narrowing(made, query, nodes[0])
    given = {n: f"{m}::timestamptz" if n == "now" else m for n, m in found.given.items()}
    given["unit"] = _mark(made, "unit", arguments["unit"])
    given["queue"] = _mark(made, "queue", arguments["queue"], _queue)
    load = _Load(made, found.sql, given, made.value(arguments["unit"]))
    kind = get_named_type(query.fields["unitLoad"].type)
    assert isinstance(kind, GraphQLObjectType)
    members = [
        (inner_key, load.member(kind, inner_key, inner))
        for inner_key, inner in made.selection.below(kind, nodes).items()
    ]

    def write(_r: Cells, _p: Path, x: Run) -> str:
        path: Path = (None, key)
        return "{" + ",".join(f'"{k}":{told(path, x)}' for k, told in members) + "}"

    return write


Tells = Callable[[Path, "Run"], str]
PERSON: Final[Mapping[str, Any]] = {
    "personId": UUID | None,
    "personName": str | None,
    "open": int,
    "overdue": int,
    "escalated": int,
    "oldestDueAt": datetime,
}
"""The columns of ``LOAD_OF_PEOPLE`` in their order."""
SUMS: Final = {"open": 2, "overdue": 6, "escalated": 7}
OLDEST: Final = 8
"""Where they stand in a row of ``LOAD_OF_QUEUES``."""


class _Load:
    """The members of a unit's load under one selection."""

    def __init__(
        self, made: Compilation, narrowed: str, given: Mapping[str, str], unit: Callable[[Run], Any]
    ) -> None:
        self._made, self._narrowed, self._given, self._unit = made, narrowed, given, unit
        self._queues = self._statement(LOAD_OF_QUEUES)

    def _statement(self, text: str) -> int:
        """Figures over rows within reach, so limited like rows."""
        head, by, rest = text.replace("{narrowed}", self._narrowed).partition(" group by ")
        law = seen(WorkItemRow, self._made.params.words())
        told = bound(self._made.params, head, self._given)
        return self._made.level(Written(self._made, f"{told} and {law}{by}{rest}"))

    def member(self, kind: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Tells:
        """One of its fields."""
        name, number = nodes[0].name.value, self._queues
        if name == "__typename":
            return lambda _p, _x: f'"{kind.name}"'
        if name == "unitId":
            return lambda _p, x: f'"{self._unit(x)}"'
        if name in SUMS:
            cell = SUMS[name]
            return lambda _p, x: str(sum(int(row[cell] or 0) for row in x.rows[number]))
        if name == "oldestDueAt":
            return lambda _p, x: _oldest(x.rows[number])
        inner = get_named_type(kind.fields[name].type)
        assert isinstance(inner, GraphQLObjectType)
        if name == "queues":
            told = queue_counts(self._made, inner, nodes)
            return lambda _p, x: told(x.rows[number])
        assert name == "people"
        return self._people(inner, key, nodes)

    def _people(self, kind: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Tells:
        number, made = self._statement(of_people(self._made.params.words())), self._made
        cells = {
            name: leaves.expression(t, f"r[{i}]") for i, (name, t) in enumerate(PERSON.items())
        }
        cells["__typename"] = f'"{kind.name}"'
        told = leaves.written(
            {
                k: cells[inner[0].name.value]
                for k, inner in made.selection.below(kind, nodes).items()
            }
        )

        def people(path: Path, x: Run) -> str:
            if not x.scoped.scope["work_item"].get(P2):
                x.redact((path, key), P2)
                return "null"
            return told(x.rows[number])

        return people


def _oldest(rows: Sequence[Cells]) -> str:
    """The earliest; times of one zone stand in the order of their text."""
    moments = [row[OLDEST] or "" for row in rows]
    return f'"{leaves.moment_json(min(moments))}"' if moments else "null"
