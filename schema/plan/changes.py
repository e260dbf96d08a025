"""队列变化 · What is told of the changes of a live queue, by a plan: the items of all that wait in one statement.

A change says where and when; its item is read anew, with what is asked below it, under rights computed anew. An item
that has moved on since the view read it is not this change's any more: graphql-core tells all of them from the rows the
view has read, and the later move is told by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLScalarType,
    SelectionNode,
    get_named_type,
)
from strawberry.types.field import StrawberryField

from schema.objects import SHAPES
from schema.own_work import WORK_QUEUE
from schema.plan.below import masks
from schema.plan.compilation import Compilation, Path, Place
from schema.plan.level import Level
from schema.plan.objects import ObjectNode
from schema.plan.roots import Plan, planned
from schema.plan.selection import Deopt, Unplanned
from schema.plan.told import DEFINITION, leaf_json

if TYPE_CHECKING:
    from schema.plan.run import Run
    from schema.queue_changes import QueueChange

ROOT: Final = "workQueue"
ITEM: Final = "item"
Tells = Callable[["QueueChange", Path, "Run"], str]
"""A change, its path and the request → JSON."""


def compiled_changes(made: Compilation, selections: Sequence[SelectionNode]) -> Plan:
    """The plan of a subscription to a queue. Raises ``Unplanned``."""
    selection = made.selection
    root = selection.schema.subscription_type
    assert root is not None
    ((key, nodes),) = selection.fields(root, selections).items()  # there is but one
    if nodes[0].name.value != ROOT:
        raise Unplanned(f"Subscription.{nodes[0].name.value}")
    kind = get_named_type(root.fields[ROOT].type)
    assert isinstance(kind, GraphQLObjectType)
    members = [
        (inner_key, _member(made, kind, inner_key, inner))
        for inner_key, inner in selection.below(kind, nodes).items()
    ]
    if made.later:
        raise Unplanned("what resolvers work out below a change")

    def tells(change: QueueChange, run: Run) -> str:
        path: Path = (None, key)
        parts = [f'"{name}":{told(change, path, run)}' for name, told in members]
        return f'{{"{key}":{{{",".join(parts)}}}}}'

    return planned(made, tells=tells)


def _member(made: Compilation, kind: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Tells:
    name = nodes[0].name.value
    if name == "__typename":
        return lambda _c, _p, _x: f'"{kind.name}"'
    if name == ITEM:
        return _item(made, key, nodes)
    declared = kind.fields[name]
    leaf = get_named_type(declared.type)
    assert isinstance(leaf, GraphQLScalarType | GraphQLEnumType)
    field: StrawberryField = declared.extensions[DEFINITION]
    attribute, written = field.python_name, leaf_json(leaf)
    return lambda change, _p, _x: written(getattr(change, attribute))


def _item(made: Compilation, key: str, nodes: list[FieldNode]) -> Tells:
    """The item as it stands, where that is as the change tells it."""
    model = WORK_QUEUE.model
    tasks = made.params.mark("tasks", lambda run: run.tasks)
    level = Level(
        made.params,
        model,
        where="work_item.task_id = any(%(tasks)s::uuid[])",
        given={"tasks": tasks},
    )
    number = made.level(level)
    place = Place(level, model.table)
    node = ObjectNode(made, SHAPES[WORK_QUEUE.target], place, nodes)
    masked, task, position = (
        masks(level, WORK_QUEUE),
        level.column("task_id"),
        level.column("position"),
    )

    def told(change: QueueChange, path: Path, run: Run) -> str:
        if change.item is None:
            return "null"
        row = run.row_of(number, task, str(change.task_id))
        if row is None or row[position] != str(change.item.row["position"]):
            raise Deopt
        (mask,) = masked([row], run)
        return node.under[mask].one(row, (path, key), run)

    return told


def tasks_of(changes: Sequence[QueueChange]) -> bytes:
    """The tasks whose items are told, as PostgreSQL's array text."""
    return b"{" + b",".join(str(c.task_id).encode() for c in changes if c.item is not None) + b"}"
