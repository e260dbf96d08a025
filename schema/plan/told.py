"""Fields that are worked out, not read from one table: the resolver's own answer under a compiled encoder.

A report's figures, the acts that are open, a child as known at a moment: the resolver is asked as graphql-core would
ask it, with a context of its own, and what it gives is written by closures made once for the selection. What it looked
at is taken over into the request's journal entries; if anything is an error, that context is given up and graphql-core
answers from the start.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from inspect import isawaitable
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLInputType,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    Undefined,
    VariableNode,
    get_named_type,
    get_nullable_type,
    value_from_ast,
)
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from authz.scope import Scope
from schema.context import RequestContext
from schema.plan.compilation import Compilation, Path
from schema.plan.selection import Deopt, Unplanned
from schema.transport.errors import CodedError

if TYPE_CHECKING:
    from schema.plan.run import Run

DEFINITION = "strawberry-definition"
"""Where strawberry keeps its own field on graphql-core's."""


@dataclass(frozen=True, slots=True)
class Place:
    """A path as resolvers ask for it."""

    path: Path

    def as_list(self) -> list[str | int]:
        """From the root down."""
        steps: list[str | int] = []
        path = self.path
        while path is not None:
            path, step = path
            steps.append(step)
        return steps[::-1]


@dataclass(frozen=True, slots=True)
class Asking:
    """What a resolver is told of the request: as much of strawberry's ``Info`` as resolvers here use."""

    context: RequestContext
    path: Place


Completes = Callable[[Any, Path, "Telling"], Awaitable[str]]
"""A value, its path and the request → JSON."""
Resolves = Callable[[Any, Path, "Telling"], Awaitable[Any]]
"""The object above, the path and the request → the field's value."""


@dataclass(slots=True)
class Telling:
    """One request's worked-out fields: the context they are asked with, the variables."""

    context: RequestContext
    variables: dict[str, Any]


class Worked:
    """A worked-out field under one selection."""

    def __init__(
        self, made: Compilation, kind: GraphQLObjectType, key: str, nodes: list[FieldNode]
    ) -> None:
        self._made = made
        self.key, self.field = key, nodes[0].name.value
        self._resolve, self._completes = self._field(kind, nodes)

    async def json(self, source: Any, path: Path, telling: Telling) -> str:
        """The member's JSON. Raises ``Deopt`` for whatever would be an error."""
        at = (path, self.key)
        try:
            return await self._completes(await self._resolve(source, at, telling), at, telling)
        except (CodedError, GraphQLError):
            raise Deopt from None

    def _field(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> tuple[Resolves, Completes]:
        declared = kind.fields[nodes[0].name.value]
        return (
            _resolver(nodes[0], declared),
            self._completer(declared.type, nodes),
        )

    def _completer(self, kind: GraphQLOutputType, nodes: list[FieldNode]) -> Completes:
        if isinstance(kind, GraphQLNonNull):
            inner = self._completer(kind.of_type, nodes)

            async def present(value: Any, path: Path, telling: Telling) -> str:
                if value is None:
                    raise Deopt  # a null that may not be: the reference's error
                return await inner(value, path, telling)

            return present
        if isinstance(kind, GraphQLList):
            return _listed(self._completer(kind.of_type, nodes))
        if isinstance(kind, GraphQLObjectType):
            return self._object(kind, nodes)
        if not isinstance(kind, GraphQLScalarType | GraphQLEnumType):
            raise Unplanned(f"{kind} is abstract")
        return _leaf(kind)

    def _object(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Completes:
        members: list[tuple[str, Resolves | None, Completes]] = []
        for key, inner in self._made.selection.below(kind, nodes).items():
            if inner[0].name.value == "__typename":
                members.append((key, None, _constant(kind.name)))
            else:
                members.append((key, *self._field(kind, inner)))

        async def told(value: Any, path: Path, telling: Telling) -> str:
            if value is None:
                return "null"
            parts = []
            for key, resolve, completes in members:
                at = (path, key)
                found = None if resolve is None else await resolve(value, at, telling)
                parts.append(f'"{key}":{await completes(found, at, telling)}')
            return "{" + ",".join(parts) + "}"

        return told


def _listed(inner: Completes) -> Completes:
    async def told(value: Any, path: Path, telling: Telling) -> str:
        if value is None:
            return "null"
        parts = [await inner(one, (path, i), telling) for i, one in enumerate(value)]
        return f"[{','.join(parts)}]"

    return told


def _constant(name: str) -> Completes:
    async def told(_value: Any, _path: Path, _telling: Telling) -> str:
        return f'"{name}"'

    return told


def leaf_json(kind: GraphQLLeafType) -> Callable[[Any], str]:
    """What writes values of a scalar or an enum."""
    serialize = kind.serialize

    def written(value: Any) -> str:
        if value is None:
            return "null"
        said = serialize(value)
        if said.__class__ is str:
            return encode_basestring(said)
        return orjson.dumps(said).decode()

    return written


def _leaf(kind: GraphQLLeafType) -> Completes:
    written = leaf_json(kind)

    async def told(value: Any, _path: Path, _telling: Telling) -> str:
        return written(value)

    return told


def _resolver(node: FieldNode, declared: GraphQLField) -> Resolves:
    """Asks the field's own function, as strawberry would; a field without one is an attribute."""
    field: StrawberryField = declared.extensions[DEFINITION]
    found = field.base_resolver
    if found is None:
        name = field.python_name

        async def attribute(source: Any, _path: Path, _telling: Telling) -> Any:
            return getattr(source, name)

        return attribute
    function: Any = found.wrapped_func
    arguments = _arguments(node, declared, field)
    me, info = found.self_parameter, found.info_parameter

    async def asked(source: Any, path: Path, telling: Telling) -> Any:
        given = {name: value(telling) for name, value in arguments}
        given = {name: value for name, value in given.items() if value is not Undefined}
        if me is not None:
            given[me.name] = source
        if info is not None:
            given[info.name] = Asking(telling.context, Place(path))
        value = function(**given)
        return await value if isawaitable(value) else value

    return asked


Argument = tuple[str, Callable[[Telling], Any]]


def _arguments(
    node: FieldNode, declared: GraphQLField, field: StrawberryField
) -> Sequence[Argument]:
    given = {a.name.value: a for a in node.arguments or ()}
    out = []
    for argument in field.arguments:
        name = argument.graphql_name or to_camel_case(argument.python_name)
        kind = declared.args[name].type
        if name not in given:
            continue
        if not isinstance(get_nullable_type(kind), GraphQLScalarType):
            raise Unplanned(f"an argument of type {kind}")
        out.append((argument.python_name, _argument(given[name], kind)))
    return out


def _argument(node: ArgumentNode, kind: GraphQLInputType) -> Callable[[Telling], Any]:
    if isinstance(node.value, VariableNode):
        called = node.value.name.value
        scalar = get_named_type(kind)
        assert isinstance(scalar, GraphQLScalarType)
        required = isinstance(kind, GraphQLNonNull)

        def value(telling: Telling) -> Any:
            found = telling.variables.get(called, Undefined)
            if found is None and required:
                raise Deopt
            if found is None or found is Undefined:
                return found
            return scalar.parse_value(str(found) if isinstance(found, UUID) else found)

        return value
    constant = value_from_ast(node.value, kind)
    if constant is Undefined:
        raise Unplanned("the value of an argument")
    return lambda _telling: constant


def own_context(context: RequestContext, scope: Scope) -> RequestContext:
    """A context for the worked-out fields alone: given up whole where graphql-core has to answer."""
    made = context.renewed(context.assignment)
    return replace(made, door=context.door, operation=context.operation, _scope=scope)


def taken_over(context: RequestContext, run: Run) -> None:
    """What the worked-out fields looked at, noted as this request's; their read transaction is not the journal's."""
    run.others.extend(context.others)
    seen = context.seen
    if seen is None:
        return
    for at, of in seen.looks.items():
        run.seen.note(at, of)
    run.seen.held.extend(seen.held)
