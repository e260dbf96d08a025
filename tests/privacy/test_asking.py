"""The questions of the sweep leave no field out, and what they ask is within the limits of a document."""

from __future__ import annotations

from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    validate,
    visit,
)

from schema.build import build, core
from schema.transport.limits import Limits, parse_within
from tests.privacy.asking import questions

SCHEMA: GraphQLSchema = core(build())
Field = tuple[str, str]


def reached() -> set[Field]:
    """Every field of every type that a query reaches."""
    assert SCHEMA.query_type is not None
    found, known, waiting = set[Field](), {SCHEMA.query_type.name}, [SCHEMA.query_type]
    while waiting:
        kind = waiting.pop()
        for name, field in kind.fields.items():
            found.add((kind.name, name))
            below = get_named_type(field.type)
            if isinstance(below, GraphQLObjectType) and below.name not in known:
                known.add(below.name)
                waiting.append(below)
    return found


def asked() -> set[Field]:
    """Those that the questions ask; each question is a valid document within the limits."""
    found, types = set[Field](), TypeInfo(SCHEMA)

    class Noting(Visitor):
        def enter_field(self, node: Any, *_: Any) -> None:
            above = types.get_parent_type()
            assert above is not None
            found.add((above.name, node.name.value))

    for question in questions(SCHEMA):
        document = parse_within(question.text, Limits())
        assert validate(SCHEMA, document) == []
        visit(document, TypeInfoVisitor(types, Noting()))
    return found


def test_no_field_is_left_out() -> None:
    assert len(reached()) > len(SCHEMA.query_type.fields if SCHEMA.query_type else ())
    assert reached() - asked() == set()
