"""A document of several operations: each has plans, a door and variables of its own (GraphQL specification, 6.1)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from graphql import parse

from ops.demo_world import BY_KEY
from projections.journal import Door
from schema import fanout
from schema.build import build, core
from schema.execution import Execution, asked
from schema.plan.operation import operation_of
from tests.plan.comparing import Reading

WHO = BY_KEY["fj_township"]
TEXT = """
query Name($id: UUID!, $tier: Boolean!) { child(id: $id) { name ...Tier } }
query Ledger($few: Int) { ledger(first: $few) { nodes { ...Id } } }
mutation Write { __typename }
subscription Live($unit: UUID!, $id: String) { workQueue(unit: $unit, resume: $id) { kind } }
fragment Tier on Child { tier @include(if: $tier) ...Id }
fragment Id on Child { childId }
"""


@pytest.mark.parametrize(
    ("name", "variables", "decides", "fragments"),
    [
        ("Name", {"id", "tier"}, ("tier",), {"Tier", "Id"}),
        ("Ledger", {"few"}, (), {"Id"}),
        ("Live", {"unit", "id"}, (), set()),
    ],
)
def test_an_operation_has_its_own_variables_and_fragments(
    name: str, variables: set[str], decides: tuple[str, ...], fragments: set[str]
) -> None:
    operation = operation_of(core(build()), parse(TEXT), name)
    assert operation is not None
    assert {v.name for v in operation.variables} == variables
    assert operation.decides == decides
    assert set(operation.fragments) == fragments


def test_only_reads_have_plans_and_none_is_guessed() -> None:
    for name in ("Write", "Nothing", None):
        assert operation_of(core(build()), parse(TEXT), name) is None


def test_the_door_is_that_of_the_operation() -> None:
    document = parse(TEXT)
    doors = {name: asked(document, name)[0] for name in ("Name", "Write", "Live")}
    assert doors == {"Name": Door.QUERY, "Write": Door.MUTATION, "Live": Door.SUBSCRIPTION}


@pytest.mark.postgres
def test_each_is_answered_by_a_plan_of_its_own(reading: Reading) -> None:
    place = WHO.division or reading.assignments[WHO.key].division_id
    (child, *_) = reading.ids(
        f"select child_id from read.child where 'R:{place}' = any(tokens) order by 1"
    )
    planned, reference = Execution(reading.schema, plans=reading.plans), Execution(reading.schema)
    given: dict[str, dict[str, Any]] = {
        "Name": {"id": str(child), "tier": True},
        "Ledger": {"few": 2},
    }
    before = reading.plans.answered
    for name, variables in given.items():
        by_plan = reading.by(planned, WHO, TEXT, variables, operation=name)
        assert by_plan == reading.by(reference, WHO, TEXT, variables, operation=name)
        assert {"Name": b'"child":', "Ledger": b'"ledger":'}[name] in by_plan.body
    assert reading.plans.answered == before + len(given)


@pytest.mark.postgres
def test_what_only_says_from_where_is_told_by_the_operation(reading: Reading) -> None:
    """A variable that resumes one operation tells the questions of another apart."""
    text = (
        TEXT
        + "subscription One($unit: UUID!, $id: String) { workQueue(unit: $unit, queue: $id) { kind } }"
    )
    document, context = parse(text), reading.context(WHO)
    unit = str(UUID(int=1))

    def same(name: str) -> bool:
        one, other = (
            fanout.asked(document, name, {"unit": unit, "id": said}, context) for said in "ab"
        )
        return one == other

    assert same("Live")
    assert not same("One")
