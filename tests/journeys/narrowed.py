"""Documents that ask for everything, cut to what exists for a role: what does not is answered as null.

A client written for one role asks for that role's fields. The journeys ask as everybody, so their documents are cut.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import (
    REMOVE,
    FieldNode,
    GraphQLSchema,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    parse,
    print_ast,
    visit,
)

from authz.gate import Gate
from schema.audience import Audiences
from schema.build import build, core

Holes = dict[tuple[str, ...], None]


def schemas(gate: Callable[[], Gate]) -> Callable[[str], GraphQLSchema]:
    """The schema of a role."""
    return Audiences(core(build()), gate).of


def cut(query: str, schema: GraphQLSchema) -> tuple[str | None, Holes]:
    """The document without what does not exist, and where that was; None if nothing is left."""
    holes: Holes = {}
    types, path = TypeInfo(schema), list[str]()

    class Cutting(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> Any:
            path.append(node.alias.value if node.alias else node.name.value)
            if types.get_field_def() is None and not node.name.value.startswith("__"):
                holes[tuple(path)] = None
                path.pop()
                return REMOVE
            return None

        def leave_field(self, node: FieldNode, *_: Any) -> Any:
            if node.selection_set is not None and not node.selection_set.selections:
                holes[tuple(path)] = None
                path.pop()
                return REMOVE
            path.pop()
            return None

    left = visit(parse(query), TypeInfoVisitor(types, Cutting()))
    selected: SelectionSetNode = left.definitions[0].selection_set
    return (print_ast(left) if selected.selections else None), holes


def filled(data: dict[str, Any], holes: Holes) -> dict[str, Any]:
    """The answer with null where something was cut out."""
    for hole in holes:
        _fill(data, hole)
    return data


def _fill(inside: Any, path: tuple[str, ...]) -> None:
    if isinstance(inside, list):
        for each in inside:
            _fill(each, path)
    elif isinstance(inside, dict):
        if len(path) == 1:
            inside.setdefault(path[0], None)
        elif path[0] in inside:
            _fill(inside[path[0]], path[1:])
