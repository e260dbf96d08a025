"""The root fields a plan knows, and the plan itself: its statements, its parameters, and what writes the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any, Final

from graphql import FieldNode, GraphQLObjectType, SelectionNode, get_named_type

from projections.pipeline import Statement
from projections.row_law import seen
from projections.work_item import WorkItemRow
from schema.objects import SHAPES
from schema.own_work import CASELOAD, WORK_QUEUE, WORK_QUEUES
from schema.plan.compilation import Compilation, Path, Place, Writes
from schema.plan.level import Level, Param, Ready
from schema.plan.objects import ObjectNode, present
from schema.plan.pages import root_page
from schema.plan.selection import Deopt, Selection, Unplanned
from schema.relations import Relation
from schema.types import CASE_BY_ID, CHILD_BY_ID

if TYPE_CHECKING:
    from schema.plan.run import Run

WritesRoot = Callable[["Run"], str]
OF_VIEWER: Final = frozenset({"personId", "role", "unitId", "divisionId", "purpose"})
LOOKUPS: Final = {"child": CHILD_BY_ID, "case": CASE_BY_ID}


@dataclass(frozen=True)
class Plan:
    """What runs: statements with the parameters each takes, and the members of ``data`` in their order."""

    statements: tuple[Ready, ...]
    params: tuple[Param, ...]
    members: tuple[tuple[str, WritesRoot], ...]
    names: tuple[object, ...]
    """What each parameter is, for whoever reads the plan."""

    def write(self, run: Run) -> str:
        """The JSON of ``data``."""
        return "{" + ",".join(f'"{key}":{write(run)}' for key, write in self.members) + "}"


def compiled(
    selection: Selection, selections: Sequence[SelectionNode], absent: frozenset[str]
) -> Plan:
    """The plan of a query. Raises ``Unplanned``."""
    made = Compilation(selection, absent=absent)
    query = selection.schema.query_type
    assert query is not None
    members = tuple(
        (key, _root(made, query, key, nodes))
        for key, nodes in selection.fields(query, selections).items()
    )
    statements = tuple(level.finished() for level in made.levels)
    return Plan(statements, tuple(made.params.all), members, tuple(made.params.named))


def _root(
    made: Compilation, query: GraphQLObjectType, key: str, nodes: list[FieldNode]
) -> WritesRoot:
    name = nodes[0].name.value
    if name == "__typename":
        return lambda _run: f'"{query.name}"'
    if name in LOOKUPS:
        return _lookup(made, query, LOOKUPS[name], key, nodes)
    if name == "workQueue":
        arguments = made.selection.arguments(query, nodes[0], "unit", "queue", "first", "after")
        given = {
            a: made.params.mark(
                (a, arguments[a].variable, arguments[a].value), _text(made, a, arguments)
            )
            for a in ("unit", "queue")
        }
        write = root_page(made, query, WORK_QUEUE, given, key, nodes)
        return lambda run: write((), None, run)
    if name == "viewer":
        return _viewer(made, query, key, nodes)
    raise Unplanned(f"Query.{name}")


def _text(made: Compilation, name: str, arguments: Any) -> Param:
    value = made.value(arguments[name])

    def param(run: Run) -> bytes:
        found = value(run)
        if found is None:
            raise Deopt
        return str(found).encode()

    return param


def _lookup(
    made: Compilation,
    query: GraphQLObjectType,
    relation: Relation,
    key: str,
    nodes: list[FieldNode],
) -> WritesRoot:
    """One object by its id."""
    arguments = made.selection.arguments(query, nodes[0], "id")
    ident = _text(made, "id", arguments)
    mark = made.params.mark(("id", arguments["id"].variable, arguments["id"].value), ident)
    model = relation.model
    level = Level(made.params, model, where=relation.where, given={"id": mark})
    number = made.level(level)
    place = Place(level, model.table, {relation.parent: mark})
    node = ObjectNode(made, SHAPES[relation.target], place, nodes)
    tokens, found = level.column("tokens"), level.column(model.key[0])
    path: Path = (None, key)

    def write(run: Run) -> str:
        rows = run.rows[number]
        if not rows:
            run.denied(model.obj, (ident(run) or b"").decode())
            return "null"
        row = rows[0]
        mask = run.look(model.obj, present(row[found]), present(row[tokens]))
        return node.function(mask)(row, path, run)

    return write


def _viewer(
    made: Compilation, query: GraphQLObjectType, key: str, nodes: list[FieldNode]
) -> WritesRoot:
    kind = get_named_type(query.fields["viewer"].type)
    assert isinstance(kind, GraphQLObjectType)
    path: Path = (None, key)
    members = tuple(
        (k, _of_viewer(made, kind, k, inner))
        for k, inner in made.selection.below(kind, nodes).items()
    )

    def write(run: Run) -> str:
        return "{" + ",".join(f'"{k}":{w((), path, run)}' for k, w in members) + "}"

    return write


def _of_viewer(
    made: Compilation, kind: GraphQLObjectType, key: str, nodes: list[FieldNode]
) -> Writes:
    name = nodes[0].name.value
    if name == "__typename":
        return lambda _r, _p, _x: f'"{kind.name}"'
    if name == "caseload":
        person = made.params.mark("person", lambda run: run.viewer["personId"])
        return root_page(made, kind, CASELOAD, {"person": person}, key, nodes)
    if name == "workQueues":
        return _queues(made, kind, nodes)
    if name not in OF_VIEWER:
        raise Unplanned(f"Viewer.{name}")

    def write(_r: Any, _p: Path, x: Run) -> str:
        value = x.viewer[name]
        return "null" if value is None else encode_basestring(value.decode())

    return write


def _queues(made: Compilation, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Writes:
    inner = get_named_type(kind.fields["workQueues"].type)
    assert isinstance(inner, GraphQLObjectType)
    number = made.level(Counts(made))
    columns = ("queue", "unitId", "open", "overdue", "escalated")
    members = []
    for key, fields in made.selection.below(inner, nodes).items():
        name = fields[0].name.value
        members.append((key, columns.index(name) if name in columns else -1))
    typename = f'"{inner.name}"'

    def cell(row: Sequence[str | None], index: int) -> str:
        if index < 0:
            return typename
        text = row[index]
        assert text is not None
        return encode_basestring(text) if index < columns.index("open") else text

    def write(_r: Any, _p: Path, x: Run) -> str:
        told = (
            "{" + ",".join(f'"{key}":{cell(row, i)}' for key, i in members) + "}"
            for row in x.rows[number]
        )
        return f"[{','.join(told)}]"

    return write


class Counts(Level):
    """The counts of the viewer's queues: figures over rows within reach, so limited like rows."""

    def __init__(self, made: Compilation) -> None:
        self.params = made.params
        marks = {
            "now": made.params.mark("now", lambda run: run.now) + "::timestamptz",
            "unit": made.params.mark("unit of viewer", lambda run: run.viewer["unitId"]) + "::uuid",
            "person": made.params.mark("person", lambda run: run.viewer["personId"]) + "::uuid",
        }
        law = seen(WorkItemRow, made.params.words())
        text = WORK_QUEUES
        for name, mark in marks.items():
            text = text.replace(f"%({name})s", mark)
        head, by, rest = text.partition(" group by ")
        self._text = f"{head} and {law}{by}{rest}"

    def text(self) -> str:
        """The statement before its parameters are numbered."""
        return self._text


__all__ = ["Plan", "Statement", "compiled"]
