"""Queues under a filter: by plan and by graphql-core the same, and what may not be asked by is refused as ever."""

from __future__ import annotations

from random import Random
from typing import Any

import orjson
import pytest
from graphql import parse

from schema.plan.operation import VARIANTS_MAX, operation_of
from schema.words_asked import DIVISION
from tests.plan.comparing import ROLES, Reading, both
from tests.plan.filters import KINDS, Filters
from tests.plan.operations import Known

PAGE = """query ($unit: UUID!, $queue: String, $where: WorkItemFilter, $first: Int, $after: String) {
  workQueue(unit: $unit, queue: $queue, where: $where, first: $first, after: $after) {
    nodes { taskId queue status dueAt escalation namedPersonId child { childId name tier } }
    pageInfo { hasNextPage endCursor } } }"""
LOAD = """query ($unit: UUID!, $queue: String, $where: WorkItemFilter) {
  unitLoad(unit: $unit, queue: $queue, where: $where) { __typename unitId open overdue escalated oldestDueAt
    queues { queue unitId open created accepted inProgress overdue escalated }
    people { personId open overdue escalated oldestDueAt } } }"""
BY_KEY = {who.key: who for who in ROLES}
AT_WORK = ("fj_township", "fj_ca", "fj_supervisor", "fj_director", "fj_police", "cq_inspector")
TRIED: dict[str, list[Any]] = {
    "states": [["CREATED"], ["ACCEPTED", "ESCALATED"]],
    "dueBefore": ["2025-05-20T00:00:00Z", "2025-06-20T00:00:00+08:00"],
    "tier": ["R1", "R2"],
}


@pytest.mark.parametrize("text", [PAGE, LOAD], ids=["page", "load"])
@pytest.mark.parametrize("key", AT_WORK)
def test_drawn_filters(reading: Reading, known: Known, text: str, key: str) -> None:
    planned = 0
    for seed in range(8):
        chance = Random(f"{key} {seed}")  # noqa: S311 - repeatable, not secret
        given: dict[str, Any] = {"unit": str(chance.choice(known.units))}
        given["queue"] = chance.choice([None, None, *known.queues])
        if text is PAGE:
            given["first"] = chance.choice((1, 2, 100))
        declared: dict[str, Any] = {}

        def declare(kind: str, value: Any, declared: dict[str, Any] = declared) -> str:
            declared[f"v{len(declared)}"] = (kind, value)
            return f"$v{len(declared) - 1}"

        where = Filters(chance, known.people, known.divisions).drawn(declare)
        head = "".join(f"${name}: {kind}, " for name, (kind, _) in declared.items())
        asked = text.replace("where: $where", f"where: {where}")
        asked = asked.replace("$where: WorkItemFilter", head or "$unused: Int")
        asked = asked.replace("query (", "query Q(", 1)
        if not head:
            asked = asked.replace(", $unused: Int", "")
        values = given | {name: value for name, (_, value) in declared.items()}
        planned += both(reading, BY_KEY[key], asked, values)
    assert planned, "some of them are right, and may be asked"


@pytest.mark.parametrize("name", list(KINDS))
def test_each_condition_has_a_plan_and_narrows(reading: Reading, known: Known, name: str) -> None:
    who, moved = BY_KEY["fj_ca"], 0
    named: dict[str, list[Any]] = {
        "namedPersonId": known.people[:3],
        "division": [d for d in known.divisions if DIVISION.holds(d)],
    }
    values = TRIED.get(name) or [str(v) for v in named.get(name, ())] or [True, False]
    for unit in known.units[:2]:
        whole = reading.reference(who, LOAD, {"unit": str(unit)}).body
        for value in values:
            given: dict[str, Any] = {"unit": str(unit), "where": {name: value}}
            assert both(reading, who, PAGE, given)
            assert both(reading, who, LOAD, given)
            moved += reading.reference(who, LOAD, given).body != whole
    assert moved, "it made a difference somewhere"


@pytest.mark.parametrize("text", [PAGE, LOAD], ids=["page", "load"])
@pytest.mark.parametrize("queue", ["Q01", "", "q-01", "Q-999"])
def test_what_is_no_queue_is_said_to_be_none(
    reading: Reading, known: Known, text: str, queue: str
) -> None:
    who, unit = BY_KEY["fj_police"], str(known.units[0])
    written = text.replace("queue: $queue", f'queue: "{queue}"')
    assert not both(reading, who, text, {"unit": unit, "queue": queue})
    assert not both(reading, who, written, {"unit": unit})
    (error,) = orjson.loads(reading.reference(who, text, {"unit": unit, "queue": queue}).body)[
        "errors"
    ]
    said = error["extensions"]
    assert (said["code"], said["field"]) == ("BAD_USER_INPUT", "queue")
    assert (said["zh"][:6], "no such queue" in said["en"]) == ("没有这个队列", True)
    assert both(reading, who, text, {"unit": unit, "queue": "Q-01"})


def test_pages_under_a_filter_follow_each_other(reading: Reading, known: Known) -> None:
    who, after, seen = BY_KEY["fj_ca"], None, 0
    given = {"unit": str(known.units[0]), "where": {"escalated": False, "states": ["CREATED"]}}
    while True:
        values: dict[str, Any] = {**given, "first": 2, "after": after}
        assert both(reading, who, PAGE, values)
        page = orjson.loads(reading.reference(who, PAGE, values).body)["data"]["workQueue"]
        seen += len(page["nodes"])
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert seen > 2


@pytest.mark.parametrize("text", [PAGE, LOAD], ids=["page", "load"])
@pytest.mark.parametrize(
    ("key", "where"),
    [
        ("fj_director", {"tier": "R2"}),
        ("cq_inspector", {"unassigned": True}),
        ("citizen", {"division": "cq00001"}),
        ("citizen", {"namedPersonId": "00000000-0000-4000-8000-000000000000"}),
    ],
)
def test_a_class_that_is_closed_is_not_asked_by(
    reading: Reading, known: Known, text: str, key: str, where: dict[str, Any]
) -> None:
    who, given = BY_KEY[key], {"unit": str(known.units[0]), "where": where}
    assert reading.plan(who, text, given) is None
    told = orjson.loads(reading.reference(who, text, given).body)
    (error,) = told["errors"]
    assert error["extensions"]["code"] == "FIELD_NOT_PERMITTED"
    assert reading.plan(who, text, {**given, "where": dict.fromkeys(where)}) is not None


@pytest.mark.parametrize(
    "where",
    [
        {"dueBefore": "2025-06-10T00:00:00"},
        {"dueBefore": "soon"},
        {"states": ["NONE"]},
        {"states": "CREATED"},
        {"states": [None]},
        {"tier": "R2\0"},
        {"unassigned": 1},
        {"nothing": True},
        [],
    ],
    ids=repr,
)
def test_what_is_spelt_otherwise_is_for_the_reference(
    reading: Reading, known: Known, where: Any
) -> None:
    given = {"unit": str(known.units[0]), "where": where}
    assert reading.plan(BY_KEY["fj_ca"], PAGE, given) is None


def test_a_text_that_cannot_be_sent_finds_nothing_by_its_beginning(
    reading: Reading, known: Known
) -> None:
    given = {"unit": str(known.units[0]), "queue": f"{known.queues[0]}\0"}
    assert reading.plan(BY_KEY["fj_ca"], PAGE, given) is None


def test_a_filter_has_a_statement_for_what_is_given(reading: Reading, known: Known) -> None:
    operation = operation_of(reading.schema, parse(PAGE))
    assert operation is not None
    given = {"unit": str(known.units[0])}
    for where in (None, {}, {"tier": "R2"}, {"tier": "R2", "overdue": None}):
        operation.plan(reading.schema, {**given, "where": where})
    assert len(operation.plans) == 2
    plans = [plan for plan in operation.plans.values() if plan is not None]
    texts = [plan.statements[0].statement.sql.decode() for plan in plans]
    assert ["tier = $" in text for text in texts] == [False, True]
    assert all("overdue" not in text and "queue =" not in text for text in texts)
    assert len(KINDS) < VARIANTS_MAX
