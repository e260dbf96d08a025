"""An operation that may have plans: its variables, read strictly, and one plan for each of its variants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLNonNull,
    GraphQLSchema,
    InlineFragmentNode,
    Node,
    ObjectFieldNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Undefined,
    VariableNode,
    get_nullable_type,
    get_operation_ast,
    is_input_type,
    type_from_ast,
    value_from_ast,
)
from graphql.language import VariableDefinitionNode

from schema.plan.changes import compiled_changes
from schema.plan.compilation import Compilation
from schema.plan.inputs import COERCED, Reads, reading
from schema.plan.level import Parameters
from schema.plan.roots import Plan, compiled
from schema.plan.selection import Deopt, Rendering, Selection, Unplanned, deciding, part

VARIANTS_MAX: Final = 64
"""Combinations of decided booleans, absent cursors and absent conditions planned for one operation."""
SHAPING: Final = ("after", "queue")
"""Arguments without which a statement has another condition; those of a filter have each their own."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A declared variable."""

    name: str
    kind: GraphQLInputType
    required: bool
    read: Reads
    default: Any


class Shape(NamedTuple):
    """A variable, or a member of one that is a filter: where it is null the plan is another."""

    argument: str
    variable: str
    member: str | None = None

    @property
    def name(self) -> str:
        """As ``Arg.source`` says it."""
        return part(self.variable, self.member)

    def is_absent(self, values: Mapping[str, Any]) -> bool:
        """Whether a request leaves it out."""
        value = values.get(self.variable)
        return value is None or (self.member is not None and value.get(self.member) is None)


@dataclass
class Operation:
    """An operation that may have plans: its variables, and what its variants depend on."""

    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: tuple[Variable, ...]
    decides: tuple[str, ...]
    shaping: tuple[Shape, ...]
    plans: dict[tuple[Any, ...], Plan | None] = field(default_factory=dict)

    @property
    def is_query(self) -> bool:
        """Else a subscription, whose plan tells changes."""
        return self.node.operation is OperationType.QUERY

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
        self,
        schema: GraphQLSchema,
        values: Mapping[str, Any],
        rendering: Rendering = Rendering.WHOLE,
    ) -> Plan | None:
        """The plan of this request's variant, with what may be rendered in it; None where it has none."""
        decided: tuple[Any, ...] = tuple(values.get(n) for n in self.decides)
        absent = tuple(one.is_absent(values) for one in self.shaping)
        key = (rendering, *decided, *absent)
        if key not in self.plans:
            if len(self.plans) >= VARIANTS_MAX or None in decided:
                raise Deopt
            booleans = dict(zip(self.decides, decided, strict=True))
            gone = frozenset(
                one.name for one, is_absent in zip(self.shaping, absent, strict=True) if is_absent
            )
            try:
                self.plans[key] = self.compiled(schema, booleans, gone, rendering)
            except Unplanned:
                self.plans[key] = None
        return self.plans[key]

    def compiled(
        self,
        schema: GraphQLSchema,
        decided: Mapping[str, bool],
        absent: frozenset[str],
        rendering: Rendering,
    ) -> Plan:
        """The plan of one variant. Raises ``Unplanned``."""
        selection = Selection(schema, self.fragments, decided)
        made = Compilation(selection, Parameters(rendering), absent=absent)
        compiles = compiled if self.is_query else compiled_changes
        return compiles(made, self.node.selection_set.selections)


def operation_of(
    schema: GraphQLSchema, document: DocumentNode, name: str | None = None
) -> Operation | None:
    """What of a valid document may have plans, of several operations the one of this ``name``; None for everything but
    a query or a subscription with variables of known types."""
    node = get_operation_ast(document, name)
    if node is None or node.operation is OperationType.MUTATION or node.directives:
        return None
    fragments = _spread(document, node)
    try:
        variables = tuple(_variable(schema, d) for d in node.variable_definitions or ())
    except Unplanned:
        return None
    sets = [node.selection_set, *(f.selection_set for f in fragments.values())]
    decides = sorted({name for s in sets for name in deciding(s.selections)})
    kinds = {v.name: v.kind for v in variables}
    shaping = dict.fromkeys(shape for s in sets for shape in _shaping(s, kinds))
    return Operation(node, fragments, variables, tuple(decides), tuple(shaping))


def _spread(
    document: DocumentNode, node: OperationDefinitionNode
) -> Mapping[str, FragmentDefinitionNode]:
    """The fragments of one operation: those of its neighbours speak of variables that it does not have."""
    known = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    found: dict[str, FragmentDefinitionNode] = {}
    waiting = [*_spreads(node.selection_set)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = known[name]
            waiting.extend(_spreads(known[name].selection_set))
    return found


def _spreads(within: SelectionSetNode) -> Iterator[str]:
    for s in within.selections:
        if isinstance(s, FragmentSpreadNode):
            yield s.name.value
            continue
        assert isinstance(s, FieldNode | InlineFragmentNode), "all kinds of selections there are"
        if s.selection_set is not None:
            yield from _spreads(s.selection_set)


def _variable(schema: GraphQLSchema, defined: VariableDefinitionNode) -> Variable:
    kind = type_from_ast(schema, defined.type)
    if not is_input_type(kind):
        raise Unplanned("the type of a variable")
    default: Any = Undefined
    if defined.default_value is not None:
        if str(get_nullable_type(kind)) not in COERCED:
            raise Unplanned("the default of a variable")
        default = value_from_ast(defined.default_value, kind)
        if default is Undefined:
            raise Unplanned("the default of a variable")
    required = isinstance(kind, GraphQLNonNull)
    return Variable(defined.variable.name.value, kind, required, reading(kind), default)


def _shaping(node: Node, kinds: Mapping[str, GraphQLInputType]) -> Iterator[Shape]:
    """The variables, and members of variables, without which a statement is another."""
    if isinstance(node, ArgumentNode) and isinstance(node.value, VariableNode):
        name, argument = node.value.name.value, node.name.value
        kind = get_nullable_type(kinds[name])
        if isinstance(kind, GraphQLInputObjectType):
            yield from (Shape(argument, name, member) for member in kind.fields)
        elif argument in SHAPING:
            yield Shape(argument, name)
        return
    if isinstance(node, ObjectFieldNode) and isinstance(node.value, VariableNode):
        yield Shape(node.name.value, node.value.name.value)
    for key in node.keys:
        inner = getattr(node, key)
        for each in inner if isinstance(inner, list | tuple) else (inner,):
            if isinstance(each, Node):
                yield from _shaping(each, kinds)
