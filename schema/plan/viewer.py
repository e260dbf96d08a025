"""The viewer in a plan: who asks, and what is read of their own work (``schema.query.Viewer``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from graphql import FieldNode, GraphQLObjectType, get_named_type

from domain.sensitivity import P0
from projections.grants import AccessGrant
from projections.short_law import seen
from projections.work_item import WorkItemRow
from schema.access import COMPANIONSHIPS, GRANTS, HELD_GRANTS
from schema.own_work import CASELOAD, WORK_QUEUES
from schema.plan import leaves
from schema.plan.below import listed
from schema.plan.compilation import Cells, Compilation, Path, Writes
from schema.plan.level import Level, Written
from schema.plan.pages import root_page
from schema.plan.selection import Unplanned

if TYPE_CHECKING:
    from schema.plan.run import Run

OF_VIEWER: Final = frozenset({"personId", "role", "unitId", "divisionId", "purpose"})


def viewer(
    made: Compilation, query: GraphQLObjectType, key: str, nodes: list[FieldNode]
) -> Callable[[Run], str]:
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


OWN: Final = {"personId": "person", "unitId": "unit of viewer"}
"""What a statement takes of the viewer, and how a plan's reader is told it."""


def own(made: Compilation, name: str) -> str:
    """A parameter that is the viewer's."""
    return made.params.mark(OWN[name], lambda run: run.scoped.viewer[name], standing=True)


def _of_viewer(
    made: Compilation, kind: GraphQLObjectType, key: str, nodes: list[FieldNode]
) -> Writes:
    name = nodes[0].name.value
    if name == "__typename":
        return lambda _r, _p, _x: f'"{kind.name}"'
    if name == "caseload":
        person = own(made, "personId")
        return root_page(made, kind, CASELOAD, {"person": person}, key, nodes)
    if name == "workQueues":
        return _queues(made, kind, nodes)
    if name == "grants":
        return _grants(made, key, nodes)
    if name == "companionships":
        return _companionships(made, key, nodes)
    if name not in OF_VIEWER:
        raise Unplanned(f"Viewer.{name}")

    def write(_r: Any, _p: Path, x: Run) -> str:
        value = x.scoped.viewer[name]
        return "null" if value is None else encode_basestring(value.decode())

    return write


def _companionships(made: Compilation, key: str, nodes: list[FieldNode]) -> Writes:
    relation = COMPANIONSHIPS
    given = {"person": own(made, "personId")}
    level = Level(
        made.params, relation.model, where=relation.where, given=given, order=relation.order
    )
    number = made.level(level)
    write_all = listed(made, level, relation, lambda _r, x: x.rows[number], key, nodes)
    return write_all(frozenset())


def _grants(made: Compilation, key: str, nodes: list[FieldNode]) -> Writes:
    held = HELD_GRANTS.format(law=seen(AccessGrant, made.params.words()))
    source = f"({held}) access_grant"
    level = Level(
        made.params, AccessGrant, where="true", given={}, order=GRANTS.order, source=source
    )
    number = made.level(level)
    write_all = listed(made, level, GRANTS, lambda _r, x: x.rows[number], key, nodes)
    return write_all(frozenset({P0}))


def _queues(made: Compilation, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Writes:
    inner = get_named_type(kind.fields["workQueues"].type)
    assert isinstance(inner, GraphQLObjectType)
    number, told = made.level(Counts(made)), queue_counts(made, inner, nodes)
    return lambda _r, _p, x: told(x.rows[number])


def queue_counts(
    made: Compilation, kind: GraphQLObjectType, nodes: list[FieldNode]
) -> Callable[[Sequence[Cells]], str]:
    """The rows of ``WORK_QUEUES`` or of ``LOAD_OF_QUEUES`` as a JSON array."""
    counts = ("open", "created", "accepted", "inProgress", "overdue", "escalated")
    columns: dict[str, Any] = {"queue": str, "unitId": UUID} | dict.fromkeys(counts, int)
    cells = {n: leaves.expression(t, f"r[{i}]") for i, (n, t) in enumerate(columns.items())}
    cells["__typename"] = f'"{kind.name}"'
    told = made.selection.below(kind, nodes).items()
    return leaves.written({key: cells[fields[0].name.value] for key, fields in told})


class Counts(Written):
    """The counts of the viewer's queues: figures over rows within reach, so limited like rows."""

    def __init__(self, made: Compilation) -> None:
        marks = {
            "now": made.params.mark("now", lambda run: run.said) + "::timestamptz",
            "unit": own(made, "unitId") + "::uuid",
            "person": own(made, "personId") + "::uuid",
        }
        law = seen(WorkItemRow, made.params.words())
        text = WORK_QUEUES
        for name, mark in marks.items():
            text = text.replace(f"%({name})s", mark)
        head, by, rest = text.partition(" group by ")
        super().__init__(made, f"{head} and {law}{by}{rest}")
