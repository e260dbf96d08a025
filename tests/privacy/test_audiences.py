"""Negative list 18, 19, 37, 38: what one can never have is not in one's schema, and asking for it tells nothing."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    print_schema,
    validate_schema,
)

from authz.gate import Gate
from authz.policy import SOURCE, committed, load
from authz.words import RESOURCES, Resource
from domain.sensitivity import Sensitivity
from projections.child import ChildRow
from projections.readmodel import ReadModel
from projections.units import UnitRow
from projections.work_item import WorkItemRow
from schema.audience import AUDIENCES, Audiences, audience_of
from schema.build import build, core
from schema.mutations import public_commands
from schema.objects import SHAPES
from schema.scalars import mutation_name
from schema.transport.documents import Documents
from schema.transport.errors import InvalidDocument, mask
from schema.transport.limits import Limits

ROLES = sorted(committed().roles)
PAGING = {"first", "after", "resume"}
ASKED_BY = {"service", "where", "category", "tier"}
"""Texts that filter by a column: refused, or limited to rows whose class is open (``RequestContext.asks_by``)."""
OPEN_TO_ALL: dict[str, tuple[type[ReadModel], str]] = {
    "status": (ChildRow, "file_status"),
    "kind": (UnitRow, "kind"),
    "name": (UnitRow, "unit_name"),
    "late": (WorkItemRow, "completed_at"),
}
"""What filters by a column that is open to whoever sees the row at all (P0)."""
REFERENCE = {"divisions": {"name", "code"}, "terms": {"names"}}
"""Reads of what is nobody's (P0) and in no read model."""
ASKED_WHOLE = {**REFERENCE, "possibleDuplicates": {"name", "idNumber"}}
"""Reads by a whole identity that the asker holds, through a function that tells no more of it (ADR 0060)."""
KEYS = {"id", "queue", "code", "pack", "year", "period", "changedOnly"}


@cache
def gate() -> Gate:
    return Gate(committed())


@cache
def audiences() -> Audiences:
    return Audiences(core(build()), gate)


def fields_of(schema: GraphQLSchema, name: str) -> dict[str, Any]:
    kind = schema.type_map.get(name)
    return dict(kind.fields) if isinstance(kind, GraphQLObjectType) else {}


def refusals(schema: GraphQLSchema, query: str) -> list[dict[str, Any]]:
    """The errors a client gets for a document, but for trace ids and places."""
    documents = Documents(core(build()), limits=Limits(), max_bytes=1_000_000, suggestions=False)
    with pytest.raises(InvalidDocument) as refused:
        documents.prepare(query, None, schema)
    found: list[dict[str, Any]] = mask(refused.value.errors)
    for error in found:
        error.pop("locations", None)
        error["extensions"].pop("traceId")
    return found


@pytest.mark.parametrize("role", ROLES)
def test_a_role_s_schema_is_whole_and_holds_what_the_role_can_have(role: str) -> None:
    schema = audiences().of(role)
    assert validate_schema(schema) == []
    assert build_schema(print_schema(schema)).query_type is not None
    for shape in SHAPES.values():
        if shape.model.obj not in RESOURCES or shape.name not in core(build()).type_map:
            continue
        mine = gate().ever_reads(role, RESOURCES[shape.model.obj])
        there = fields_of(schema, shape.name)
        for name, spec in shape.columns.items():
            if spec.sensitivity in mine:
                assert name in there, f"{shape.name}.{name}"
    names = {mutation_name(c) for c in public_commands() if c.name in gate().acts(role)}
    assert names <= set(schema.mutation_type.fields if schema.mutation_type else ())


@pytest.mark.parametrize("role", ROLES)
def test_what_protects_a_child_does_not_exist_for_whom_it_is_never_open(role: str) -> None:
    schema = audiences().of(role)
    hidden = 0
    for shape in SHAPES.values():
        mine = gate().ever_reads(role, RESOURCES.get(shape.model.obj, Resource.REFERENCE))
        for name, spec in shape.columns.items():
            if spec.sensitivity.is_silent and spec.sensitivity not in mine:
                assert name not in fields_of(schema, shape.name), f"{shape.name}.{name}"
                hidden += 1
    assert hidden or {c for c in Sensitivity if c.is_silent} <= gate().ever_reads(
        role, Resource.CASE
    ), role


@pytest.mark.parametrize("role", ROLES)
def test_introspection_knows_nothing_of_acts_nobody_of_the_audience_may_do(role: str) -> None:
    together = {r for r in ROLES if audience_of(r) == audience_of(role)}
    allowed = frozenset[str]().union(*(gate().acts(r) for r in together))
    text = print_schema(audiences().of(role))
    for command in public_commands():
        if command.name not in allowed:
            assert f"  {mutation_name(command)}(" not in text
            assert f"input {command.__name__}Input " not in text


def test_every_audience_is_smaller_than_the_whole() -> None:
    everything = print_schema(core(build()))
    for audience in (*AUDIENCES, "casework"):
        role = next(r for r in ROLES if audience_of(r) == audience)
        assert len(print_schema(audiences().of(role))) < len(everything)
    assert audiences().of("citizen") is audiences().of("reporter"), "one schema an audience"
    for name in ("child", "workQueue", "accessJournal", "unitRecord"):
        assert name not in fields_of(audiences().of("citizen"), "Query")


@pytest.mark.parametrize(
    ("role", "query", "never"),
    [
        ("class_teacher", '{ case(id: "1") { %s } }', "reporterName"),
        ("class_teacher", '{ case(id: "1") { placements { %s } } }', "address"),
        ("citizen", '{ %s(id: "1") { __typename } }', "child"),
        ("guardian", "mutation { %s { __typename } }", "acceptReport"),
        ("auditor", "mutation { %s { __typename } }", "openChildFile"),
    ],
)
def test_a_field_one_can_never_have_is_answered_as_one_that_never_was(
    role: str, query: str, never: str
) -> None:
    schema, invented = audiences().of(role), "neverWasThere"
    real = str(refusals(schema, query % never)).replace(never, "it")
    made_up = str(refusals(schema, query % invented)).replace(invented, "it")
    assert real == made_up
    assert "Did you mean" not in real


def test_a_document_of_another_audience_is_not_served_from_the_cache() -> None:
    """Negative list 38: the same text, another reader."""
    documents = Documents(core(build()), limits=Limits(), max_bytes=10_000_000, suggestions=False)
    query = '{ case(id: "9f0bb4a4-0000-4000-8000-000000000000") { reporterName } }'
    assert documents.prepare(query, None, audiences().of("police")).is_query
    with pytest.raises(InvalidDocument):
        documents.prepare(query, None, audiences().of("class_teacher"))
    assert documents.prepare(query, None, audiences().of("police")).is_query


def test_another_policy_is_another_schema() -> None:
    text = SOURCE.read_text(encoding="utf-8")
    line = next(
        each for each in text.splitlines() if "case.submit_report" in each and "| allow |" in each
    )
    gates = [gate(), Gate(load(text.replace(line, "")))]
    now = Audiences(core(build()), lambda: gates[0])
    assert "submitReport" in fields_of(now.of("citizen"), "Mutation")
    gates.reverse()
    assert "submitReport" not in fields_of(now.of("citizen"), "Mutation")


def test_nothing_is_filtered_ordered_or_paged_by_what_could_be_masked() -> None:
    """Negative list 19: the arguments of every read are keys, days and pages; a cursor holds open values only.

    Whoever adds a filter or an order on a column must refuse it (FIELD_NOT_PERMITTED) where the column's class is
    closed, and say so here.
    """
    for kind in core(build()).type_map.values():
        if not isinstance(kind, GraphQLObjectType) or kind is core(build()).mutation_type:
            continue
        if kind.name.startswith("__"):
            continue
        for name, field in kind.fields.items():
            words = {
                arg
                for arg, of in field.args.items()
                if get_named_type(of.type).name not in {"Date", "DateTime", "UUID", "ID"}
            }
            known = PAGING | KEYS | ASKED_BY | OPEN_TO_ALL.keys() | ASKED_WHOLE.get(name, set())
            assert words <= known, f"{kind.name}.{name}"
    for told_from, column in OPEN_TO_ALL.values():
        classes = {s.name: s.sensitivity for s in told_from.specs}
        assert classes[column] is Sensitivity.P0
    paged = {"WorkItem", "Child", "UnitRecord", "Obligation"}
    for name in paged:
        model = SHAPES[name].model
        classes = {s.name: s.sensitivity for s in model.specs}
        assert {classes[c] for c in (*model.sort, *model.key)} == {Sensitivity.P0}, name
