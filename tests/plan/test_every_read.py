"""Every field a query can ask for has a plan: a statement, or an answer worked out for a reason that is stated."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    get_named_type,
    is_abstract_type,
    parse,
    validate,
)

from schema.build import build, core
from schema.plan.operation import operation_of
from schema.plan.roots import WORKED_OUT, Plan
from schema.plan.selection import Rendering

SCHEMA: GraphQLSchema = core(build())
Way = tuple[tuple[GraphQLObjectType, str], ...]
"""The fields from the root down, each with its type."""


def ways() -> Iterator[Way]:
    """Every field of every type that a query reaches, by the first way there."""
    query = SCHEMA.query_type
    assert query is not None
    known = {query.name}
    waiting: list[tuple[GraphQLObjectType, Way]] = [(query, ())]
    while waiting:
        kind, above = waiting.pop(0)
        for name, field in kind.fields.items():
            way: Way = (*above, (kind, name))
            yield way
            below = get_named_type(field.type)
            if isinstance(below, GraphQLObjectType) and below.name not in known:
                known.add(below.name)
                waiting.append((below, way))


def plan_of(way: Way) -> Plan:
    """The plan of a query for this field alone; its required arguments are variables."""
    declared: list[str] = []
    text = ""
    last = get_named_type(way[-1][0].fields[way[-1][1]].type)
    if isinstance(last, GraphQLObjectType):
        text = "{ __typename }"
    for kind, name in reversed(way):
        given = []
        for argument, about in kind.fields[name].args.items():
            if isinstance(about.type, GraphQLNonNull) and about.default_value is Undefined:
                given.append(f"{argument}: $v{len(declared)}")
                declared.append(f"$v{len(declared)}: {about.type}")
        arguments = f"({', '.join(given)})" if given else ""
        text = f"{{ {name}{arguments} {text} }}"
    head = f"query({', '.join(declared)})" if declared else "query"
    document = parse(f"{head} {text}")
    assert not validate(SCHEMA, document)
    operation = operation_of(SCHEMA, document)
    assert operation is not None, text
    return operation.compiled(SCHEMA, {}, frozenset(), Rendering.WHOLE)


@pytest.mark.parametrize("way", list(ways()), ids=lambda way: f"{way[-1][0].name}.{way[-1][1]}")
def test_it_has_a_plan(way: Way) -> None:
    plan = plan_of(way)
    root = way[0][1]
    if root in WORKED_OUT:
        assert [one.key for one in plan.worked] == [root]
    else:
        assert not plan.worked, "it is answered by statements of its own"
        of_the_request = root == "viewer" and not plan.statements
        assert plan.statements or (of_the_request and len(way) <= 2)


def test_reasons_are_of_fields_that_exist() -> None:
    query = SCHEMA.query_type
    assert query is not None
    assert set(query.fields) >= set(WORKED_OUT)
    assert all(WORKED_OUT.values())


def test_no_read_is_of_an_abstract_type() -> None:
    """Interfaces and unions are the outcomes of commands; a read that returned one would need a plan for it."""
    fields = {f"{kind}.{name}": kind.fields[name].type for *_, (kind, name) in ways()}
    assert fields
    assert [name for name, kind in fields.items() if is_abstract_type(get_named_type(kind))] == []
