"""A child is erased over HTTP: whatever is the child's goes, once and for good, and what is refused afterwards says why
(PIPL 47; docs/how-to/erase-a-child.md)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from ops.demo_world import BY_KEY, OUYING
from tests.journeys.checks import common_checks
from tests.journeys.children import open_file
from tests.journeys.wire import local
from tests.journeys.world import World

pytestmark = [pytest.mark.journey, pytest.mark.postgres]

BASIS = "个人信息保护法第四十七条"
SITUATION = "两兄弟独自在家,三日无人做饭"
NAMED = "{ child(id: $id) { fileStatus name address } }"


def boy(world: World, name: str) -> UUID:
    """On file where he lives."""
    return open_file(
        world,
        "fj_director",
        child_name=name,
        sex="MALE",
        birth_on=date(2016, 2, 3),
        residence=world.place(OUYING),
        residence_address="欧营村九组9号",
        area_type="RURAL",
        responsible_person_id=BY_KEY["fj_director"].id,
    )


def closed(world: World, child: UUID) -> None:
    world.as_("fj_township").done("closeFile", child, {"file_close_reason": "OPENED_IN_ERROR"})


def erasing(child: UUID) -> tuple[str, None, dict[str, Any]]:
    return "eraseChild", None, {"child_id": child, "legal_basis": BASIS}


def erased(world: World, child: UUID) -> None:
    closed(world, child)
    world.as_("fj_ca").done(*erasing(child))


def seen(world: World, child: UUID) -> Any:
    return world.as_("fj_director").ask(f"query ($id: UUID!) {NAMED}", id=child)["child"]


def report(world: World, *children: UUID) -> dict[str, Any]:
    return {
        "report_channel": "ONLINE",
        "reporter_category": "VILLAGE_COMMITTEE",
        "discovered_at": local("2025-03-03 08:40"),
        "triggers": ["LIVING_ALONE"],
        "situation": SITUATION,
        "incident_place": world.place(OUYING),
        "children": list(children),
        "dissuasion": "FAILED",
        "dissuasion_note": "致电父亲,无人接听",
    }


def test_the_duplicate_of_an_erased_child_is_erased_with_it(world: World) -> None:
    world.clock.set("2025-03-01 09:00")
    child, duplicate = boy(world, "施小宝"), boy(world, "施小保")
    given = {"survivor_id": child, "merged_because": "身份号码相同"}
    world.as_("fj_township").done("mergeDuplicateFile", duplicate, given)
    assert seen(world, duplicate)["name"] == "施小保"
    erased(world, child)
    for one in (child, duplicate):
        assert seen(world, one) == {"fileStatus": "CLOSED", "name": None, "address": None}
        assert world.names(one)[-1] == "child.file_erased"
    common_checks(world)


def test_what_is_erased_was_known_at_no_moment(world: World) -> None:
    """Not by a name of brackets, nor as a girl of the year 1."""
    world.clock.set("2025-03-01 09:00")
    child = boy(world, "施小宝")
    world.clock.set("2025-03-02 09:00")
    then = (
        "query ($id: UUID!, $until: DateTime) { childAsKnown(id: $id, recordedUntil: $until) "
        "{ fileStatus name sex birthOn residenceId address } }"
    )
    before = {"id": child, "until": local("2025-03-01 12:00")}
    civil_affairs = world.as_("fj_ca")
    assert civil_affairs.ask(then, **before)["childAsKnown"]["name"] == "施小宝"
    erased(world, child)
    known = civil_affairs.ask(then, **before)["childAsKnown"]
    assert known.pop("fileStatus") == "OPEN", "that there was a file"
    assert {*known.values()} == {None}


def test_the_case_of_two_brothers_is_erased_with_the_second(world: World) -> None:
    world.clock.set("2025-03-01 09:00")
    elder, younger = boy(world, "施大宝"), boy(world, "施二宝")
    world.clock.set("2025-03-03 08:55")
    given = report(world, elder, younger)
    case = UUID(world.as_("fj_director").done("submitReport", None, given)["id"])
    police = world.as_("fj_police")
    police.done("acceptReport", case)
    police.done("dispatchPolice", case)
    police.done("findReportUnfounded", case, {"unfounded_reason": "到场未见异常"})
    facts = "query ($id: UUID!) { case(id: $id) { factsReported } }"
    erased(world, elder)
    assert police.ask(facts, id=case)["case"] == {"factsReported": SITUATION}, "his brother's too"
    erased(world, younger)
    assert police.ask(facts, id=case)["case"] == {"factsReported": None}
    common_checks(world)


def test_what_is_asked_of_an_erased_child_is_refused_in_words(world: World) -> None:
    world.clock.set("2025-03-01 09:00")
    child = boy(world, "施小宝")
    erased(world, child)
    again = {"reopened_because": "迁回"}
    world.as_("fj_township").refused("information_erased", "reopenFile", child, again)
    (closing,) = world.events(child, "child.file_closed")
    wrong = {"target_event_id": closing.event_id, "disavowal_reason": "误结"}
    world.as_("fj_township").refused("information_erased", "disavowEvent", child, wrong)
    world.as_("fj_ca").refused("already_erased", *erasing(child))
    common_checks(world)


def test_a_report_of_an_erased_child_is_taken_all_the_same(world: World) -> None:
    """No child is ever outside the system (law 10)."""
    world.clock.set("2025-03-01 09:00")
    child = boy(world, "施小宝")
    erased(world, child)
    world.clock.set("2025-03-03 08:55")
    case = UUID(world.as_("fj_director").done("submitReport", None, report(world, child))["id"])
    (task,) = world.as_("fj_police").queue("fj_police", "Q-01")
    assert task["caseId"] == str(case)
    world.told_later()
    figures = "select distinct birth_on, sex from read.report_child where child_id = %s"
    assert world.sql(figures, child) == [(None, None)], "a tombstone is no age"
