"""Variables as a plan reads them: strictly, in their usual spelling. Any other is for graphql-core to read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    Undefined,
)

from schema.plan.selection import Deopt, Unplanned

INT = 2**31
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
Reads = Callable[[object], Any]
"""A value that is not null as it was given → as the plan takes it, or ``Deopt``."""


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


COERCED: Final[Mapping[str, Reads]] = {
    "Int": _whole,
    "String": _text,
    "ID": _text,
    "Boolean": _truth,
    "UUID": _uuid,
}
"""Scalars that are read here; others are asked."""


def reading(kind: GraphQLInputType) -> Reads:
    """What reads a value of this type. Raises ``Unplanned`` for an input object with a member that is always there."""
    if isinstance(kind, GraphQLNonNull):
        return reading(kind.of_type)
    if isinstance(kind, GraphQLList):
        return partial(_items, reading(kind.of_type), isinstance(kind.of_type, GraphQLNonNull))
    if isinstance(kind, GraphQLEnumType):
        return partial(_named, frozenset(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        return partial(_object, {name: _member(f) for name, f in kind.fields.items()})
    assert isinstance(kind, GraphQLScalarType)
    return COERCED.get(kind.name) or partial(_readable, kind)


def _named(names: frozenset[str], value: object) -> str:
    if type(value) is str and value in names:
        return value
    raise Deopt


def _items(read: Reads, required: bool, value: object) -> list[Any]:  # noqa: FBT001 - bound once
    if type(value) is not list or (required and None in value):
        raise Deopt
    return [None if item is None else read(item) for item in value]


def _member(field: GraphQLInputField) -> Reads:
    required = isinstance(field.type, GraphQLNonNull)
    if required or field.default_value not in (None, Undefined):
        raise Unplanned("an input object with members that are always there")
    return reading(field.type)


def _object(members: Mapping[str, Reads], value: object) -> dict[str, Any]:
    if type(value) is not dict or value.keys() - members.keys():
        raise Deopt
    return {name: None if given is None else members[name](given) for name, given in value.items()}
