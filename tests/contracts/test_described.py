"""A front end is built from the schema alone: nothing in it is without words, and those are in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    is_introspection_type,
    is_specified_directive,
    is_specified_scalar_type,
)

from schema import described
from schema.build import build, core

pytestmark = pytest.mark.contract
SCHEMA = core(build())
BOTH = re.compile(r"[^A-Za-z\n]*[一-鿿][^\n]* · .*[A-Za-z0-9]", re.DOTALL)
"""The Chinese term of record comes first, in the first line."""
OF_PAGES = {"first", "after"}


def of_directives() -> Iterator[tuple[str, str | None]]:
    """Each of our own, and its arguments."""
    for directive in SCHEMA.directives:
        if not is_specified_directive(directive):
            yield f"@{directive.name}", directive.description
            for asked, argument in directive.args.items():
                yield f"@{directive.name}({asked})", argument.description


def parts() -> Iterator[tuple[str, str | None]]:
    """Every type, field, argument and value of an enum that the specification does not bring, with its words."""
    yield from of_directives()
    for kind in SCHEMA.type_map.values():
        if is_introspection_type(kind) or is_specified_scalar_type(kind):
            continue
        yield kind.name, kind.description
        if isinstance(kind, GraphQLEnumType):
            for name, value in kind.values.items():
                yield f"{kind.name}.{name}", value.description
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for name, field in kind.fields.items():
                yield f"{kind.name}.{name}", field.description
                if isinstance(field, GraphQLField):
                    for asked, argument in field.args.items():
                        shared = kind is SCHEMA.mutation_type and asked in SHARED
                        words = SHARED[asked] if shared else argument.description
                        yield f"{kind.name}.{name}({asked})", words


SHARED = described.OF_EVERY_MUTATION


def test_every_type_field_argument_and_value_is_described_in_both_languages() -> None:
    every = list(parts())
    assert len(every) > len(SCHEMA.type_map), "there is something to look at"
    assert {where for where, words in every if not (words and BOTH.match(words))} == set()


def test_what_mutations_share_is_told_by_their_type() -> None:
    kind = SCHEMA.mutation_type
    assert kind is not None
    assert all(f"`{name}`: {words}" in str(kind.description) for name, words in SHARED.items())


def test_no_words_are_left_over() -> None:
    """A name that is gone, or has words of its own now, is not kept here."""
    fields = {w.partition("(")[0] for w, _ in parts()}
    names = {w.partition(".")[2] for w in fields}
    arguments = {w.partition("(")[2].rstrip(")") for w, _ in parts()}
    assert described.FIELDS.keys() - names == set()
    assert described.OF_TYPE.keys() - fields == set()
    assert described.OF_FIELD.keys() - {w for w, _ in parts()} == set()
    assert described.ARGUMENTS.keys() - arguments == set()
    assert {f"{kind}.{v}" for kind, values in described.VALUES.items() for v in values} <= fields


def test_whatever_has_an_end_cursor_can_be_asked_for_page_by_page() -> None:
    """A list that grows is a connection with ``first`` and ``after``, under these names, wherever it is."""
    for kind in SCHEMA.type_map.values():
        for name, field in getattr(kind, "fields", {}).items():
            if str(field.type).rstrip("!").endswith("Connection"):
                assert field.args.keys() >= OF_PAGES, f"{kind.name}.{name}"
                assert {str(field.args[a].type) for a in OF_PAGES} == {"Int", "String"}
