"""CollectFields (GraphQL specification 6.3.2) at compile time, for one combination of @skip and @include."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from graphql import (
    BooleanValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    ObjectValueNode,
    SelectionNode,
    Undefined,
    ValueNode,
    VariableNode,
    is_abstract_type,
    is_input_object_type,
    value_from_ast,
)
from graphql.language import DirectiveNode


class Unplanned(Exception):
    """An operation that is not for a plan; graphql-core executes it. Found once, at compile time."""


class Deopt(Exception):
    """A request that is not for its plan; graphql-core executes it. Found at run time, before anything is sent."""


class Unfit(Exception):
    """A row of which this reader may not be shown all, or that is not rendered: the plan that renders less answers."""


class Rendering(IntEnum):
    """How much of an answer is read as it was written before it came to Python; each falls back on the one before."""

    COLUMNS = 0
    """Every value from its column."""
    RUNS = 1
    """Runs of columns as the projections rendered them (``schema.plan.rendered``), and tokens as text."""
    WHOLE = 2
    """And the items of a page as PostgreSQL puts them together (``schema.plan.whole``)."""


@dataclass(frozen=True, slots=True)
class Arg:
    """An argument: a variable's name, or a value written in the document (None where it was left out).

    ``member``: of an input object that the variable is, the member of this name.
    """

    variable: str | None = None
    value: object = None
    member: str | None = None

    @property
    def source(self) -> str | None:
        """The variable, or the part of it, that decides whether there is a value; None for one that is written out."""
        return None if self.variable is None else part(self.variable, self.member)


def part(variable: str, member: str | None) -> str:
    """What a variable is called, or a member of one that is an input object."""
    return variable if member is None else f"{variable}.{member}"


Fields = dict[str, list[FieldNode]]
"""Response key → the nodes merged under it."""


@dataclass
class Selection:
    """What every step of a compilation shares: the schema, the fragments, the decided booleans."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    decided: Mapping[str, bool]

    def fields(self, kind: GraphQLObjectType, selections: Sequence[SelectionNode]) -> Fields:
        """The fields of an object, in the order of the answer."""
        found: Fields = {}
        self._collect(kind, selections, found, set())
        return found

    def below(self, kind: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Fields:
        """The fields of the object behind ``nodes``, whose selections are merged."""
        inner = [
            s for n in nodes if n.selection_set is not None for s in n.selection_set.selections
        ]
        return self.fields(kind, inner)

    def arguments(self, kind: GraphQLObjectType, node: FieldNode, *known: str) -> dict[str, Arg]:
        """The arguments of a field by their GraphQL names; those left out are null.

        A field that is given an argument which is not among the ``known`` is not for a plan. Those that are input
        objects are asked for by ``members``.
        """
        unknown = {a.name.value for a in node.arguments or ()} - {*known}
        if unknown:
            raise Unplanned(f"{kind.name}.{node.name.value} with {', '.join(sorted(unknown))}")
        given = {a.name.value: a.value for a in node.arguments or ()}
        out: dict[str, Arg] = {}
        for name, declared in kind.fields[node.name.value].args.items():
            if name in known and not is_input_object_type(declared.type):
                out[name] = _arg(name, given.get(name), declared.type)
        return out

    def members(self, kind: GraphQLObjectType, node: FieldNode, name: str) -> dict[str, Arg]:
        """The members of an argument that is an input object, by their GraphQL names; those left out are null."""
        declared = kind.fields[node.name.value].args[name].type
        assert isinstance(declared, GraphQLInputObjectType)
        (value,) = [a.value for a in node.arguments or () if a.name.value == name] or (None,)
        if isinstance(value, VariableNode):
            variable = value.name.value
            return {member: Arg(variable=variable, member=member) for member in declared.fields}
        given = {}
        if isinstance(value, ObjectValueNode):
            given = {f.name.value: f.value for f in value.fields}
        return {
            member: _arg(member, given.get(member), field.type)
            for member, field in declared.fields.items()
        }

    def _collect(
        self,
        kind: GraphQLObjectType,
        selections: Sequence[SelectionNode],
        found: Fields,
        spread: set[str],
    ) -> None:
        for s in selections:
            if not self._included(s.directives):
                continue
            if isinstance(s, FieldNode):
                found.setdefault(s.alias.value if s.alias else s.name.value, []).append(s)
            elif isinstance(s, InlineFragmentNode):
                condition = s.type_condition.name.value if s.type_condition else kind.name
                if self._applies(kind, condition):
                    self._collect(kind, s.selection_set.selections, found, spread)
            elif isinstance(s, FragmentSpreadNode) and s.name.value not in spread:
                spread.add(s.name.value)
                fragment = self.fragments[s.name.value]
                if self._applies(kind, fragment.type_condition.name.value):
                    self._collect(kind, fragment.selection_set.selections, found, spread)

    def _applies(self, kind: GraphQLObjectType, condition: str) -> bool:
        if condition == kind.name:
            return True
        named = self.schema.type_map[condition]
        return is_abstract_type(named) and self.schema.is_sub_type(named, kind)

    def _included(self, directives: Sequence[DirectiveNode] | None) -> bool:
        for directive in directives or ():
            name = directive.name.value
            if name not in {"skip", "include"}:
                raise Unplanned(f"directive @{name}")
            (argument,) = directive.arguments or ()
            value = argument.value
            if isinstance(value, VariableNode):
                holds = self.decided[value.name.value]
            elif isinstance(value, BooleanValueNode):
                holds = value.value
            else:
                raise Unplanned(f"the value of @{name}")
            if holds is (name == "skip"):
                return False
        return True


def _arg(name: str, value: ValueNode | None, kind: GraphQLInputType) -> Arg:
    if isinstance(value, VariableNode):
        return Arg(variable=value.name.value)
    if value is None:
        return Arg()
    # Without variables: one within a list or an object is not for a plan.
    read = value_from_ast(value, kind)
    if read is Undefined or any(isinstance(n, VariableNode) for n in getattr(value, "values", ())):
        raise Unplanned(f"the value of {name}")
    return Arg(value=read)


def deciding(selections: Sequence[SelectionNode]) -> Iterator[str]:
    """The variables that decide @skip and @include within these selections (fragments are asked separately)."""
    for s in selections:
        for directive in s.directives or ():
            for argument in directive.arguments or ():
                if isinstance(argument.value, VariableNode):
                    yield argument.value.name.value
        inner = getattr(s, "selection_set", None)
        if inner is not None:
            yield from deciding(inner.selections)
