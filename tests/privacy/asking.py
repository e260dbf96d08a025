"""Questions for everything: of a schema, documents that together ask each field of each type a query reaches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    get_named_type,
)

MOST_FIELDS, MOST_REPEATS = 350, 25
"""Well below the limits on a document."""
DEEP = 5
OPTIONAL = frozenset({"first", "status", "division", "school"})
"""Arguments beside the required ones that are given now and then."""


@dataclass(frozen=True)
class Question:
    """A document that asks one root field for a part of what it has; its arguments are variables."""

    root: str
    text: str
    required: tuple[str, ...]


def questions(schema: GraphQLSchema) -> Iterator[Question]:
    """Everything the schema has."""
    assert schema.query_type is not None
    for name, field in schema.query_type.fields.items():
        needed = tuple(a for a, each in field.args.items() if _required(each))
        given = {a: str(f.type) for a, f in field.args.items() if a in OPTIONAL or a in needed}
        head = f"query({', '.join(f'${a}: {kind}' for a, kind in given.items())})"
        call = f"{name}({', '.join(f'{a}: ${a}' for a in given)})"
        for selection in _selections(field, (schema.query_type.name,)):
            text = f"{head} {{ {call} {selection} }}" if given else f"{{ {name} {selection} }}"
            yield Question(name, text, needed)


def _required(argument: GraphQLArgument) -> bool:
    return isinstance(argument.type, GraphQLNonNull) and argument.default_value is Undefined


def _selections(field: GraphQLField, above: tuple[str, ...]) -> list[str]:
    """Selections of a field that together are all of it, each below the limits; no type within itself."""
    kind = get_named_type(field.type)
    if not isinstance(kind, GraphQLObjectType):
        return [""]
    own, parts = [], []
    for name, each in kind.fields.items():
        below = get_named_type(each.type)
        if any(_required(a) for a in each.args.values()):
            continue
        if not isinstance(below, GraphQLObjectType):
            own.append(name)
        elif below.name not in above and len(above) < DEEP:
            page = "(first: 100)" if "first" in each.args else ""
            inner = _selections(each, (*above, kind.name))
            parts += [f"{name}{page} {selection}" for selection in inner]
    return [f"{{ {part} }}" for part in _packed([" ".join(own) or "__typename", *parts])]


def _packed(parts: list[str]) -> Iterator[str]:
    """The parts, together as far as the limits allow."""
    together: list[str] = []
    for part in parts:
        if together and len(re.findall(r"\w+", " ".join([*together, part]))) > MOST_FIELDS:
            yield " ".join(together)
            together = []
        together.append(part)
        if len(together) == MOST_REPEATS:
            yield " ".join(together)
            together = []
    if together:
        yield " ".join(together)
