"""A clue reaches the departments it is sent to (CQ2024-2.4-g), and each report those alone who may take it on."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from ops.demo_world import BY_KEY, OUYING
from tests.journeys.checks import common_checks
from tests.journeys.children import open_file
from tests.journeys.wire import local
from tests.journeys.world import World

pytestmark = [pytest.mark.journey, pytest.mark.postgres]


def told(world: World, act: str, *triggers: str, **more: object) -> UUID:
    """What the committee of Ouying says of a boy who is on file there."""
    world.clock.set("2025-03-01 09:00")
    child = open_file(
        world,
        "fj_director",
        child_name="施小宝",
        sex="MALE",
        birth_on=date(2016, 2, 3),
        residence=world.place(OUYING),
        area_type="RURAL",
        responsible_person_id=BY_KEY["fj_director"].id,
    )
    world.clock.set("2025-03-03 09:00")
    given = {
        "report_channel": "PHONE",
        "reporter_category": "VILLAGE_COMMITTEE",
        "triggers": list(triggers),
        "discovered_at": local("2025-03-03 08:50"),
        "incident_place": world.place(OUYING),
        "children": [child],
        **more,
    }
    return UUID(world.as_("fj_committee").done(act, None, given)["id"])


@pytest.mark.parametrize("trigger", ["OTHER", "LIVING_ALONE"])
def test_a_clue_is_seen_by_each_department_it_was_sent_to(world: World, trigger: str) -> None:
    clue = {"clue_addressees": ["WOMENS_FED", "EDUCATION"], "clue_text": "女孩常被人打扰"}
    case = told(world, "reportClue", trigger, **clue)
    for department in ("fj_wf", "fj_edu"):
        assert world.as_(department).case(case) is not None
    common_checks(world)


def test_each_department_a_clue_was_sent_to_has_it_to_look_into(world: World) -> None:
    clue = {"clue_addressees": ["POLICE", "WOMENS_FED"], "clue_text": "女孩常被人打扰"}
    case = told(world, "reportClue", "OTHER", **clue)
    federation = world.as_("fj_wf")
    (task,) = federation.queue("fj_wf", "Q-85")
    assert (task["caseId"], task["dueAt"][:10]) == (str(case), "2025-03-06")
    answer = {"task_id": task["taskId"], "outcome_text": "已上门了解,转心理辅导"}
    federation.done("completeCaseTask", case, answer)
    assert federation.queue("fj_wf", "Q-85") == []
    assert world.as_("fj_police").queue("fj_police", "Q-85") == []


def test_a_report_to_the_police_is_accepted_by_them_alone(world: World) -> None:
    case = told(world, "submitReport", "LIVING_ALONE", situation="独自在家")
    township = world.as_("fj_township")
    assert not {"acceptReport", "acceptStreetReport"} & set(township.actions("case", case))
    township.not_found("acceptReport", case)
    world.as_("fj_police").done("acceptReport", case)


def test_a_clue_is_accepted_by_the_township(world: World) -> None:
    clue = {"clue_addressees": ["CIVIL_AFFAIRS"], "clue_text": "常无人接送"}
    case = told(world, "reportClue", "OTHER", **clue)
    township = world.as_("fj_township")
    assert "acceptStreetReport" in township.actions("case", case)
    township.done("acceptStreetReport", case)
