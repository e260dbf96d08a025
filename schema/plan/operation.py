"""A query that may have plans: its variables, read strictly, and one plan for each of its variants."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from graphql import (
    ArgumentNode,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLScalarType,
    GraphQLSchema,
    Node,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    Undefined,
    VariableNode,
    value_from_ast,
)
from graphql.language import NamedTypeNode, VariableDefinitionNode

from schema.plan.roots import Plan, compiled
from schema.plan.selection import Deopt, Selection, Unplanned, deciding

VARIANTS_MAX: Final = 16
"""Combinations of decided booleans and absent cursors planned for one operation."""
INT = 2**31
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")


def _whole(value: object) -> int:
    if type(value) is int and -INT <= value < INT:
        return value
    raise Deopt


def _text(value: object) -> str:
    if type(value) is str:
        return value
    raise Deopt


def _truth(value: object) -> bool:
    if type(value) is bool:
        return value
    raise Deopt


def _uuid(value: object) -> str:
    if type(value) is str and _UUID.match(value):
        return value.lower()
    raise Deopt


def _readable(scalar: GraphQLScalarType, value: object) -> object:
    """The value as it was given, if the scalar reads it: whoever takes it reads it again."""
    if type(value) is not str:
        raise Deopt
    try:
        scalar.parse_value(value)
    except (GraphQLError, ValueError):
        raise Deopt from None
    return value


COERCED: Final[Mapping[str, Callable[[object], Any]]] = {
    "Int": _whole,
    "String": _text,
    "ID": _text,
    "Boolean": _truth,
    "UUID": _uuid,
}
"""Variables a plan reads by itself, strictly; every other spelling is for graphql-core to read."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A declared variable."""

    name: str
    required: bool
    read: Callable[[object], Any]
    default: Any


@dataclass
class Operation:
    """A query that may have plans: its variables, and what its variants depend on."""

    document: DocumentNode
    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: tuple[Variable, ...]
    decides: tuple[str, ...]
    cursors: tuple[str, ...]
    plans: dict[tuple[Any, ...], Plan | None] = field(default_factory=dict)

    def coerced(self, given: Mapping[str, object]) -> dict[str, Any]:
        """The variables' values (GraphQL specification 6.1.2), or ``Deopt`` where something is wrong or unusual."""
        out: dict[str, Any] = {}
        for v in self.variables:
            value = given.get(v.name, Undefined)
            if value is Undefined:
                if v.default is not Undefined:
                    out[v.name] = v.default
                elif v.required:
                    raise Deopt
            elif value is None:
                if v.required:
                    raise Deopt
                out[v.name] = None
            else:
                out[v.name] = v.read(value)
        return out

    def plan(
        self, schema: GraphQLSchema, values: Mapping[str, Any], *, fragments: bool = True
    ) -> Plan | None:
        """The plan of this request's variant, with rendered fragments or without; None where it has none."""
        decided = tuple(values.get(n) for n in self.decides)
        absent = tuple(values.get(n) is None for n in self.cursors)
        key = (fragments, *decided, *absent)
        if key not in self.plans:
            if len(self.plans) >= VARIANTS_MAX or None in decided:
                raise Deopt
            self.plans[key] = self._compiled(schema, decided, absent, fragments=fragments)
        return self.plans[key]

    def _compiled(
        self,
        schema: GraphQLSchema,
        decided: tuple[Any, ...],
        absent: tuple[bool, ...],
        *,
        fragments: bool,
    ) -> Plan | None:
        booleans = dict(zip(self.decides, decided, strict=True))
        gone = frozenset(n for n, is_absent in zip(self.cursors, absent, strict=True) if is_absent)
        selection = Selection(schema, self.fragments, booleans)
        try:
            return compiled(
                selection, self.node.selection_set.selections, gone, fragments=fragments
            )
        except Unplanned:
            return None


def operation_of(schema: GraphQLSchema, document: DocumentNode) -> Operation | None:
    """What of a valid document may have plans; None for everything but one query with variables of known types."""
    found = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if len(found) != 1 or found[0].operation is not OperationType.QUERY or found[0].directives:
        return None
    (node,) = found
    fragments = {
        d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
    }
    try:
        variables = tuple(_variable(schema, d) for d in node.variable_definitions or ())
    except Unplanned:
        return None
    sets = [node.selection_set, *(f.selection_set for f in fragments.values())]
    decides = sorted({name for s in sets for name in deciding(s.selections)})
    cursors = sorted(set(_cursor_variables(document)))
    return Operation(document, node, fragments, variables, tuple(decides), tuple(cursors))


def _variable(schema: GraphQLSchema, defined: VariableDefinitionNode) -> Variable:
    required = isinstance(defined.type, NonNullTypeNode)
    named = defined.type.type if isinstance(defined.type, NonNullTypeNode) else defined.type
    if not isinstance(named, NamedTypeNode):
        raise Unplanned("the type of a variable")
    default: Any = Undefined
    scalar = schema.type_map[named.name.value]
    if named.name.value not in COERCED:
        if not isinstance(scalar, GraphQLScalarType) or defined.default_value is not None:
            raise Unplanned("the type of a variable")
        name = defined.variable.name.value
        return Variable(name, required, partial(_readable, scalar), default)
    if defined.default_value is not None:
        default = value_from_ast(defined.default_value, schema.type_map[named.name.value])  # type: ignore[arg-type]
        if default is Undefined:
            raise Unplanned("the default of a variable")
    return Variable(defined.variable.name.value, required, COERCED[named.name.value], default)


def _cursor_variables(node: Node) -> Iterator[str]:
    """The variables given as ``after``: without one the statement has no such condition."""
    if isinstance(node, ArgumentNode):
        if node.name.value == "after" and isinstance(node.value, VariableNode):
            yield node.value.name.value
        return
    for key in node.keys:
        inner = getattr(node, key)
        for each in inner if isinstance(inner, list | tuple) else (inner,):
            if isinstance(each, Node):
                yield from _cursor_variables(each)
