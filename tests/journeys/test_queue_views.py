"""Queues as people look for their work in them: filters, counts, order, pages, a unit's load; each by right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from authz.current import publish
from authz.policy import SOURCE
from domain.kernel import COMMANDS
from ops.demo_world import BY_KEY, LINZHENG, OUYING
from tests.authz.test_current_policy import until
from tests.journeys.children import left_behind_girl
from tests.journeys.living_alone import report_of
from tests.journeys.wire import local
from tests.journeys.world import World

PAGE = """query ($unit: UUID!, $queue: String, $where: WorkItemFilter, $first: Int, $after: String) {
  workQueue(unit: $unit, queue: $queue, where: $where, first: $first, after: $after) {
    nodes { taskId caseId escalation dueAt } pageInfo { hasNextPage endCursor } } }"""
LOAD = """query ($unit: UUID!, $queue: String, $where: WorkItemFilter) {
  unitLoad(unit: $unit, queue: $queue, where: $where) {
    open overdue escalated oldestDueAt
    queues { queue open created accepted inProgress overdue escalated }
    people { personId open overdue escalated oldestDueAt } } }"""
LIVE = """subscription ($unit: UUID!, $where: WorkItemFilter) {
  workQueue(unit: $unit, queue: "Q-01", where: $where) { kind } }"""
RELEASE = SOURCE.read_text(encoding="utf-8")


def report(world: World, at: str) -> UUID:
    """A case of its own for the police of Fengjie."""
    world.clock.set(f"2025-03-03 {at}")
    given = report_of(world, GIRLS[id(world)], discovered_at=local("2025-03-03 08:30"))
    return UUID(world.as_("fj_teacher").done("submitReport", None, given)["id"])


GIRLS: dict[int, Any] = {}


@pytest.fixture
def cases(world: World) -> Iterator[list[UUID]]:
    """Four reports, ten minutes apart; the first is overdue and has gone up, the second was accepted as a task."""
    GIRLS[id(world)] = left_behind_girl(world)
    found = [report(world, at) for at in ("09:00", "09:10", "09:20", "09:30")]
    world.tick("2025-03-03 09:31")
    second = task_of(world, found[1])
    world.as_("fj_police").done("acceptCaseTask", found[1], {"task_id": second})
    yield found
    del GIRLS[id(world)]


def task_of(world: World, case: UUID) -> UUID:
    ((task,),) = world.sql(
        "select task_id from read.work_item where case_id = %s and queue = 'Q-01' "
        "and owner_unit_id = %s",
        case,
        world.unit("fj_police"),
    )
    found: UUID = task
    return found


def page(world: World, key: str = "fj_police", **more: Any) -> dict[str, Any]:
    given = {"unit": world.unit("fj_police"), "queue": "Q-01", **more}
    found: dict[str, Any] = world.as_(key).ask(PAGE, **given)["workQueue"]
    return found


def shown(world: World, key: str = "fj_police", **more: Any) -> list[str]:
    return [n["caseId"] for n in page(world, key, **more)["nodes"]]


def load(world: World, key: str = "fj_police", **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = world.as_(key).ask(LOAD, unit=world.unit("fj_police"), **more)[
        "unitLoad"
    ]
    return found


def refusal(world: World, key: str, query: str, **given: Any) -> tuple[str, str]:
    (error,) = world.as_(key).post(query, unit=world.unit("fj_police"), **given)["errors"]
    return error["extensions"]["code"], error["extensions"]["field"]


def test_each_condition_narrows_page_counts_and_live_alike(world: World, cases: list[UUID]) -> None:
    first, second, third, fourth = map(str, cases)
    officer = BY_KEY["fj_police"].id
    wanted: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {first, second, third, fourth}),
        ({"states": ["ACCEPTED"]}, {second}),
        ({"states": ["CREATED"]}, {third, fourth}),
        ({"escalated": True}, {first}),
        ({"overdue": True}, {first}),
        ({"overdue": False}, {second, third, fourth}),
        ({"dueBefore": "2025-03-03T09:45:00+08:00"}, {first, second}),
        ({"namedPersonId": str(officer), "states": ["ACCEPTED", "ESCALATED"]}, {first, second}),
        ({"unassigned": True}, set()),
        ({"division": world.place(OUYING)}, {first, second, third, fourth}),
        ({"division": world.place(LINZHENG)}, set()),
        ({"escalated": False, "overdue": True}, set()),
    ]
    for where, expected in wanted:
        assert set(shown(world, where=where)) == expected, where
        counted = load(world, queue="Q-01", where=where)
        assert counted["open"] == len(expected), where
        assert sum(p["open"] for p in counted["people"]) == len(expected), where
        with world.as_("fj_police").listen("fj_police", "Q-01", where=where) as live:
            snapshot = live.caught_up()[:-1]
        assert {c["item"]["caseId"] for c in snapshot} == expected, where


def test_what_is_escalated_comes_first_then_what_is_due_first(
    world: World, cases: list[UUID]
) -> None:
    assert shown(world) == [str(c) for c in cases]
    world.as_("fj_police").done("acceptReport", cases[0])
    world.sql(
        "update read.work_item set escalation = 1, precedence = 0 where case_id = %s and queue = 'Q-01' "
        "returning 1",
        cases[3],
    )
    assert shown(world) == [str(cases[3]), str(cases[1]), str(cases[2])]


def test_pages_neither_skip_nor_repeat_when_tasks_come_and_go_between_them(
    world: World, cases: list[UUID]
) -> None:
    first = page(world, first=1)
    late = report(world, "09:32")
    world.as_("fj_police").done("acceptReport", cases[1])
    rest = [first]
    while rest[-1]["pageInfo"]["hasNextPage"]:
        rest.append(page(world, first=1, after=rest[-1]["pageInfo"]["endCursor"]))
    seen = [n["caseId"] for found in rest for n in found["nodes"]]
    assert seen == [str(c) for c in (cases[0], cases[2], cases[3], late)]
    narrowed = page(world, where={"escalated": True}, first=1)
    assert not narrowed["pageInfo"]["hasNextPage"]


def test_the_superior_sees_the_load_of_a_unit_by_state_and_person(
    world: World, cases: list[UUID]
) -> None:
    of_unit = load(world, "fj_township", queue="Q-01")
    assert of_unit == load(world, queue="Q-01")
    counts = {"queue": "Q-01", "open": 4, "created": 2, "accepted": 1, "inProgress": 0}
    assert of_unit["queues"] == [{**counts, "overdue": 1, "escalated": 1}]
    oldest = of_unit["oldestDueAt"]
    assert oldest.startswith(("2025-03-03T01:30", "2025-03-03T09:30"))
    assert sum(p["open"] for p in of_unit["people"]) == 4
    assert sum(p["overdue"] for p in of_unit["people"]) == 1
    assert min(p["oldestDueAt"] for p in of_unit["people"]) == oldest
    own = world.as_("fj_police").queues()["Q-01"]
    assert {n: own[n] for n in ("open", "overdue", "escalated")} == {
        "open": 4,
        "overdue": 1,
        "escalated": 1,
    }
    world.sql(
        "update read.work_item set named_person_id = null where case_id = %s returning 1", cases[2]
    )
    (nobody, *_) = load(world, queue="Q-01")["people"]
    assert (nobody["personId"], nobody["open"]) == (None, 1), "whom nobody has is shown first"
    assert shown(world, where={"unassigned": True}) == [str(cases[2])]
    elsewhere = load(world, "cm_township", queue="Q-01")
    nothing = {"open": 0, "overdue": 0, "escalated": 0, "oldestDueAt": None}
    assert elsewhere == {**nothing, "queues": [], "people": []}, "as if there were no such unit"


def test_a_condition_on_a_closed_class_is_refused_and_the_load_of_people_is_null(
    world: World, cases: list[UUID]
) -> None:
    dsn = world.platform.ways.admin_dsn
    lines = [
        line
        for line in RELEASE.splitlines()
        if "| work_item  " in line and "P0 P1 P2 " in line and line.startswith(("@terr", "@staff"))
    ]
    closed = RELEASE
    for line in lines:
        closed = closed.replace(line, line.replace("P0 P1 P2", "P0      "))
    version = publish(dsn, closed, COMMANDS, origin="OPERATOR")
    until(lambda: world.platform.policy.gate().policy.version == version)
    someone = str(BY_KEY["fj_police"].id)
    for name, value in (("namedPersonId", someone), ("unassigned", True)):
        for query in (PAGE, LOAD):
            given = {"queue": "Q-01", "where": {name: value}}
            found = refusal(world, "fj_township", query, **given)
            assert found == ("FIELD_NOT_PERMITTED", name)
        given = {"unit": str(world.unit("fj_police")), "where": {name: value}}
        with world.as_("fj_township").subscribe(LIVE, given) as live:
            assert (live.ended() or {})["extensions"]["code"] == "FIELD_NOT_PERMITTED"
    counted = load(world, "fj_township", queue="Q-01")
    assert (counted["open"], counted["people"]) == (len(cases), None)


def test_nobody_filters_by_what_they_may_not_know_of_the_child(
    world: World, cases: list[UUID]
) -> None:
    without_zone = {"where": {"dueBefore": "2025-03-03T09:45:00"}}
    assert refusal(world, "fj_police", PAGE, **without_zone) == ("BAD_USER_INPUT", "dueBefore")
    girl = GIRLS[id(world)].id
    world.sql("update read.child_p4 set tier = 'R1' where child_id = %s returning 1", girl)
    tier = {"queue": "Q-01", "where": {"tier": "R1"}}
    assert refusal(world, "fj_police", PAGE, **tier) == ("FIELD_NOT_PERMITTED", "tier")
    everybody = [str(c) for c in cases]
    assert shown(world, "fj_township", **tier) == everybody
    assert shown(world, "fj_township", queue="Q-01", where={"tier": "R2"}) == []
    out_of_reach = "update read.child set tokens = array['R:x'] where child_id = %s returning 1"
    world.sql(out_of_reach, girl)
    assert shown(world, "fj_township", **tier) == [], "a child out of reach fits no condition"
    assert shown(world, "fj_township") == everybody


def test_a_live_filter_tells_what_enters_and_leaves_it_also_by_time_alone(
    world: World, cases: list[UUID]
) -> None:
    police, third = world.as_("fj_police"), task_of(world, cases[2])
    with (
        police.listen("fj_police", "Q-01", where={"states": ["CREATED"]}) as created,
        police.listen("fj_police", "Q-01", where={"overdue": True}) as overdue,
    ):
        cursor = created.caught_up()[-1]["cursor"]
        overdue.caught_up()
        police.done("acceptCaseTask", cases[2], {"task_id": third})
        gone = created.next()
        assert (gone["kind"], gone["taskId"], gone["item"]) == ("LEFT", str(third), None)
        world.clock.set("2025-03-03 09:51")
        entered = {overdue.next()["item"]["caseId"] for _ in range(2)}
        assert entered == {str(cases[1]), str(cases[2])}
    with police.listen("fj_police", "Q-01", where={"states": ["CREATED"]}, resume=cursor) as live:
        assert live.next() == gone
    for where in ({"overdue": True}, {"escalated": True}):
        with police.listen("fj_police", "Q-01", where=where, resume=cursor) as live:
            assert live.caught_up()[0]["kind"] == "RESET", "another filter: begin anew"
