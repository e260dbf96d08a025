"""Pages that PostgreSQL writes whole: which they are, what they hold to the byte, and whose they are."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
import pytest
from graphql import parse

from ops.demo_world import DemoPerson
from schema.plan.operation import operation_of
from schema.plan.roots import Plan
from schema.plan.selection import Rendering
from schema.plan.whole import Heed, Told
from tests.plan.comparing import ROLES, Reading, both, differing
from tests.plan.operations import Known

TASK = "taskId queue status isOpen dueAt dueBasis"
CARD = "childId name birthOn"
LINE = "position name occurredAt recordedAt actorRole actorUnitId"
QUEUE = (
    "query($unit: UUID!, $first: Int, $after: String) "
    "{ workQueue(unit: $unit, first: $first, after: $after) { %s } }"
)
LINES = (
    "query($id: UUID!, $first: Int, $after: String) "
    "{ child(id: $id) { timeline(first: $first, after: $after) { %s } } }"
)
MORE = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
TOWNSHIP = next(who for who in ROLES if who.key == "fj_township")


def plan_of(reading: Reading, text: str, given: dict[str, Any]) -> Plan:
    """The plan that is tried first."""
    operation = operation_of(reading.schema, parse(text))
    assert operation is not None
    plan = operation.plan(reading.schema, given)
    assert plan is not None
    return plan


def is_whole(reading: Reading, text: str, given: dict[str, Any]) -> bool:
    """Whether PostgreSQL writes some list of the operation."""
    return plan_of(reading, text, given).rendering is Rendering.WHOLE


@pytest.mark.parametrize(
    ("selection", "whole"),
    [
        (f"nodes {{ {TASK} }}", True),
        (f"nodes {{ {TASK} child {{ {CARD} tier }} }}", True),
        (f"nodes {{ {TASK} child {{ {CARD} }} }} {MORE} __typename", True),
        ("nodes { called: queue again: queue __typename child { a: name } }", True),
        ("nodes { escalation }", False),  # a number, alone, that may be too large for GraphQL
        (f"nodes {{ {TASK} duty {{ id }} }}", False),  # words that no table holds
        (f"nodes {{ {TASK} child {{ workItems {{ taskId }} }} }}", False),
        (f"a: nodes {{ {TASK} }} b: nodes {{ taskId }}", False),
        (f"edges {{ cursor node {{ {TASK} }} }}", False),
        (f"nodes {{ {TASK} }} edges {{ cursor }}", False),
        ("nodes { taskId @skip(if: true) }", False),  # an item without members
        ("nodes { taskId child { name @include(if: false) } }", False),
    ],
)
def test_a_page_of_columns_and_runs_is_whole(
    reading: Reading,
    known: Known,
    selection: str,
    whole: bool,  # noqa: FBT001
) -> None:
    given = {"unit": str(known.units[0]), "first": 7}
    assert is_whole(reading, QUEUE % selection, given) is whole
    for who in ROLES:
        both(reading, who, QUEUE % selection, given)


def pages(
    reading: Reading, who: DemoPerson, text: str, given: dict[str, Any], *path: str
) -> list[int]:
    """Page after page by whatever is the last of each; how many items each has."""
    found: list[int] = []
    after = None
    while True:
        variables = {**given, "after": after}
        assert both(reading, who, text, variables)
        told = orjson.loads(reading.reference(who, text, variables).body)["data"]
        for name in path:
            told = told[name]
        found.append(len(told["nodes"]))
        assert told["pageInfo"]["hasPreviousPage"] is (after is not None)
        if not told["pageInfo"]["hasNextPage"]:
            return found
        after = told["pageInfo"]["endCursor"]


@pytest.mark.parametrize("first", [1, 3, 100])
def test_pages_end_where_they_end(reading: Reading, known: Known, first: int) -> None:
    child = max(known.children, key=lambda c: len(lines_of(reading, str(c))))
    text = LINES % f"nodes {{ {LINE} }} {MORE}"
    given = {"id": str(child), "first": first}
    assert is_whole(reading, text, given)
    held = len(lines_of(reading, str(child)))
    found = pages(reading, TOWNSHIP, text, given, "child", "timeline")
    assert sum(found) == held
    assert set(found[:-1]) <= {first}


def test_lines_of_cases_are_told_with_the_child_s_own(reading: Reading) -> None:
    """Their masks are by the cases' tokens, which come beside the page: all see some, few see all."""
    children = reading.ids(
        "select child_id from read.timeline_of_child where case_id is not null "
        "group by 1 order by count(*) desc, 1 limit 6"
    )
    assert children
    text, told = LINES % f"nodes {{ {LINE} }}", set()
    for who in ROLES:
        for child in children:
            given = {"id": str(child), "first": 100}
            assert both(reading, who, text, given)
            page = orjson.loads(reading.reference(who, text, given).body)["data"]["child"]
            told |= {
                n["name"].partition(".")[0]
                for n in (page or {"timeline": {"nodes": []}})["timeline"]["nodes"]
            }
    assert {"child", "case"} <= told


def lines_of(reading: Reading, child: str) -> list[str]:
    """The lines a township sees of a child."""
    text = LINES % "nodes { position }"
    told = orjson.loads(reading.reference(TOWNSHIP, text, {"id": child, "first": 100}).body)
    return [] if told["data"]["child"] is None else told["data"]["child"]["timeline"]["nodes"]


def test_one_row_whose_child_is_not_seen(reading: Reading) -> None:
    """What is told of the last row by itself may be an empty text: that is not nothing of no row."""
    who = next(one for one in ROLES if one.key == "fj_director2")
    unit = reading.assignments[who.key].unit_id
    text = QUEUE % f"nodes {{ {TASK} child {{ {CARD} }} }} {MORE}"
    given = {"unit": str(unit), "first": 1}
    assert is_whole(reading, text, given)
    found = pages(reading, who, text, given, "workQueue")
    assert set(found) == {1}
    every = reading.reference(who, text, {**given, "first": 100})
    assert every.body.count(b'"child":null') == len(found)


def children_with_work(reading: Reading) -> list[UUID]:
    """Those with the most tasks, some of which exist for few."""
    return reading.ids(
        "select child_id from read.work_item where child_id is not null "
        "group by 1 order by count(distinct existence) desc, count(*) desc, 1 limit 2"
    )


def test_lists_below_one_row_come_with_it(reading: Reading, known: Known) -> None:
    """One statement, whoever asks: a list is not read where its row is not seen."""
    text = (
        f"query($id: UUID!) {{ child(id: $id) {{ {CARD} workItems {{ {TASK} }} "
        f"timeline(first: 3) {{ nodes {{ {LINE} }} {MORE} }} none: timeline(first: 1) {{ __typename }} }} }}"
    )
    told = set()
    for child in [*children_with_work(reading), known.children[0]]:
        given: dict[str, Any] = {"id": str(child)}
        (statement,) = plan_of(reading, text, given).statements[:1]
        assert len(statement.tells) == 2
        for who in ROLES:
            both(reading, who, text, given)
            found = orjson.loads(reading.reference(who, text, given).body)["data"]["child"]
            told.add(None if found is None else bool(found["workItems"]))
    assert told == {None, False, True}


def test_what_is_asked_twice_is_prepared_once(reading: Reading, known: Known) -> None:
    lines = f"{{ timeline(first: 3) {{ nodes {{ {LINE} }} }} }}"
    text = f"query($a: UUID!, $b: UUID!) {{ a: child(id: $a) {lines} b: child(id: $b) {lines} }}"
    given: dict[str, Any] = {"a": str(known.children[0]), "b": str(known.children[1])}
    first, second = plan_of(reading, text, given).statements
    assert first.statement is second.statement
    assert first.takes != second.takes
    for who in ROLES:
        both(reading, who, text, given)


def test_a_list_without_end_is_whole(reading: Reading) -> None:
    """Each of its rows is under its own tokens, and some are for some to see."""
    for selection, whole in (
        (TASK, True),
        (f"{TASK} child {{ {CARD} }}", True),
        ("taskId __typename @skip(if: true)", True),
        ("taskId escalation", False),
    ):
        text = f"query($id: UUID!) {{ child(id: $id) {{ workItems {{ {selection} }} }} }}"
        for child in children_with_work(reading):
            given: dict[str, Any] = {"id": str(child)}
            assert is_whole(reading, text, given) is whole
            for who in ROLES:
                both(reading, who, text, given)


def test_a_page_without_items(reading: Reading, known: Known) -> None:
    text = QUEUE % f"nodes {{ {TASK} child {{ {CARD} }} }} {MORE}"
    text = text.replace("first: $first", 'queue: "Q-95", first: $first')
    given = {"unit": str(known.units[0]), "first": 5}
    assert is_whole(reading, text, given)
    assert both(reading, TOWNSHIP, text, given)
    assert b'"nodes":[]' in reading.reference(TOWNSHIP, text, given).body


@pytest.mark.parametrize(
    "name", ['小,{"x":1', ',{"', 'a"b\\c\x1e\x1f\x01\n', "𠮷{}},{", ',{"a":1},{']
)
def test_what_people_write_does_not_end_an_item(reading: Reading, known: Known, name: str) -> None:
    """The last item of a page is cut off where one begins, which no text within an item can look like."""
    text = QUEUE % f"nodes {{ {TASK} child {{ {CARD} }} }}"
    ids = reading.ids("select child_id from read.child order by child_id")
    before = {
        i: reading.admin.execute("select name from read.child where child_id = %s", (i,)).fetchone()
        for i in ids
    }
    reading.admin.execute("update read.child set name = %s", (name,))
    try:
        for unit in known.units:
            for first in (1, 2, 9):
                assert both(reading, TOWNSHIP, text, {"unit": str(unit), "first": first})
    finally:
        for child, row in before.items():
            assert row is not None
            said = (row["name"], child)
            reading.admin.execute("update read.child set name = %s where child_id = %s", said)


def test_the_rest_is_cut_off_whole() -> None:
    told = Told(b'{"a":1},{"a":"x,{"},{"_a":",{\\"y,{","z":"},{"}', 3, (["p", "q", "r"],))
    assert told.page(3) is told
    assert told.page(2) == Told(b'{"a":1},{"a":"x,{"}', 2, (["p", "q"],))
    assert told.page(2).page(1) == Told(b'{"a":1}', 1, (["p"],))


def asked(reading: Reading, known: Known) -> int:
    """How many pages the ways answer differently, over all roles."""
    text = QUEUE % f"nodes {{ {TASK} child {{ {CARD} address tier }} }}"
    return differing(reading, [(text, {"unit": str(unit), "first": 40}) for unit in known.units])


def test_it_is_shown_only_to_whoever_sees_all_of_it(
    reading: Reading, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading.plans.forget()
    unfit = reading.plans.unfit
    assert asked(reading, known) == 0
    assert reading.plans.unfit > unfit, "some see a queue, and not all of the children in it"
    monkeypatch.setattr(Heed, "granted", lambda *_: None)
    reading.plans.forget()
    assert asked(reading, known) > 0, "a page shown whatever is open is found"
    reading.plans.forget()
