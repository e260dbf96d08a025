"""The viewer in a plan: who asks, and what is read of their own work (``schema.query.Viewer``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from graphql import FieldNode, GraphQLObjectType, get_named_type

from projections.grants import AccessGrant
from projections.row_law import seen
from projections.work_item import WorkItemRow
from schema.access import COMPANIONSHIPS, HELD_GRANTS
from schema.own_work import CASELOAD, WORK_QUEUES
from schema.plan import leaves
from schema.plan.below import listed
from schema.plan.compilation import Compilation, Path, Writes
from schema.plan.level import Level
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
    if name == "grants":
        return _grants(made, kind, nodes)
    if name == "companionships":
        return _companionships(made, key, nodes)
    if name not in OF_VIEWER:
        raise Unplanned(f"Viewer.{name}")

    def write(_r: Any, _p: Path, x: Run) -> str:
        value = x.viewer[name]
        return "null" if value is None else encode_basestring(value.decode())

    return write


def _companionships(made: Compilation, key: str, nodes: list[FieldNode]) -> Writes:
    relation = COMPANIONSHIPS
    level = Level(made.params, relation.model, where="true", given={}, order=relation.order)
    number = made.level(level)
    write_all = listed(made, level, relation, lambda _r, x: x.rows[number], key, nodes)
    return write_all(frozenset())


GRANT: Final[Mapping[str, Any]] = {
    "subjectId": UUID,
    "relation": str,
    "classes": tuple[str, ...],
    "validTo": datetime,
}
"""The columns of ``HELD_GRANTS`` in their order."""


def _grants(made: Compilation, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Writes:
    inner = get_named_type(kind.fields["grants"].type)
    assert isinstance(inner, GraphQLObjectType)
    law = seen(AccessGrant, made.params.words())
    number = made.level(Written(made, HELD_GRANTS.format(law=law)))
    cells = {name: leaves.expression(t, f"r[{i}]") for i, (name, t) in enumerate(GRANT.items())}
    cells["__typename"] = f'"{inner.name}"'
    members = [
        f'"{key}":{cells[fields[0].name.value]}'
        for key, fields in made.selection.below(inner, nodes).items()
    ]
    names: dict[str, Any] = dict(leaves.NAMES)
    text = "{{" + ",".join(members) + "}}"
    exec(f"def write(r):\n    return f'''{text}'''\n", names)  # noqa: S102 - of GraphQL names and our own text
    one = names["write"]
    return lambda _r, _p, x: f"[{','.join([one(row) for row in x.rows[number]])}]"


class Written(Level):
    """A statement written out, already limited."""

    def __init__(self, made: Compilation, text: str) -> None:
        self.params, self._text = made.params, text

    def text(self) -> str:
        """The statement before its parameters are numbered."""
        return self._text


def _queues(made: Compilation, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Writes:
    inner = get_named_type(kind.fields["workQueues"].type)
    assert isinstance(inner, GraphQLObjectType)
    number = made.level(Counts(made))
    states = ("created", "accepted", "inProgress", "overdue", "escalated")
    columns = ("queue", "unitId", "open", *states)
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


class Counts(Written):
    """The counts of the viewer's queues: figures over rows within reach, so limited like rows."""

    def __init__(self, made: Compilation) -> None:
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
        super().__init__(made, f"{head} and {law}{by}{rest}")
