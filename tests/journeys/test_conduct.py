"""Conduct over HTTP: police and the named corrector see it; for everybody else it does not exist (A.2 rule 7)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from ops.demo_world import BY_KEY, OUYING
from tests.journeys.checks import common_checks
from tests.journeys.telling import denied, due, line_of, seen, told
from tests.journeys.test_scenario_10 import pupil
from tests.journeys.wire import local
from tests.journeys.world import World

pytestmark = [pytest.mark.begins(2024), pytest.mark.journey, pytest.mark.postgres]

CRIME = "多次参与盗窃电动车"
PROGRESS = "按时报到,复学"
OUTSIDERS = (
    "fj_director",
    "fj_committee",
    "fj_supervisor",
    "fj_township",
    "fj_ca",
    "fj_edu",
    "fj_head",
    "fj_teacher",
)


def known_to_police(world: World) -> UUID:
    """Q., whose being alone at night has been reported to the police."""
    child = pupil(world)
    world.tick("2024-09-10 08:00")
    report = {
        "report_channel": "ONLINE", "reporter_category": "SCHOOL",
        "discovered_at": local("2024-09-10 07:30"), "triggers": ["LIVING_ALONE"],
        "situation": "夜间独自在外", "incident_place": world.place(OUYING), "children": [child],
        "dissuasion": "FAILED", "dissuasion_note": "电话无人接听",
    }  # fmt: skip
    case = world.as_("fj_teacher").done("submitReport", None, report)["id"]
    world.as_("fj_police").done("acceptReport", case)
    return child


def opened(world: World, child: UUID, **more: Any) -> UUID:
    """The police open a conduct case."""
    world.tick("2024-09-10 09:00")
    given = {"conduct_class": "SERIOUS_MISCONDUCT", "conduct_summary": CRIME, **more}
    world.as_("fj_police").done("openConductCase", child, given)
    found: UUID = told(world, child, "child.conduct_case_opened").conduct_id
    return found


def enrolled(world: World, child: UUID, conduct_id: UUID) -> UUID:
    """Ms Pu, a social worker, is named to correct."""
    world.tick("2024-09-20 09:00")
    given = {
        "conduct_id": conduct_id,
        "correction_programme": "TARGETED_HELP",
        "corrector_person_id": BY_KEY["fj_sw"].id,
    }
    world.as_("fj_police").done("enrolInCorrection", child, given)
    found: UUID = told(world, child, "child.correction_programme_enrolled").programme_id
    return found


def everything(world: World, who: str, child: UUID) -> str:
    """All this person reads of the child: head, timeline, tasks, actions, queue counts."""
    person = world.as_(who)
    queue = person.queue("fj_police", "Q-38") + person.queue("fj_edu", "Q-69")
    read = (person.child(child), person.timeline("child", child), queue, person.queues())
    return f"{read} {sorted(person.actions('child', child))}"


def test_for_everybody_else_it_does_not_exist(world: World) -> None:
    child = known_to_police(world)
    conduct_id = opened(world, child)
    enrolled(world, child, conduct_id)
    hidden = ("conduct", "correction", "Q-38", "RF-29", "R-H6", "R-M4", CRIME, str(conduct_id))
    for who in OUTSIDERS:
        read = everything(world, who, child).lower()
        assert "truancy_recorded" not in read
        for word in hidden:
            assert word.lower() not in read, (who, word)
    world.as_("fj_teacher").done("recordTruancy", child, {"absence_dates": [date(2024, 9, 10)]})
    assert "child.truancy_recorded" in everything(world, "fj_head", child)
    common_checks(world)


HEAD = "query ($id: UUID!) { child(id: $id) { hasCareFlag updatedAt } }"


def test_it_raises_no_flag_and_moves_no_date_of_the_file(world: World) -> None:
    child = known_to_police(world)
    before = {who: world.as_(who).ask(HEAD, id=child) for who in OUTSIDERS}
    assert before["fj_teacher"]["child"]["hasCareFlag"] is False
    opened(world, child)
    assert {who: world.as_(who).ask(HEAD, id=child) for who in OUTSIDERS} == before
    world.as_("fj_teacher").done("recordTruancy", child, {"absence_dates": [date(2024, 9, 10)]})
    assert world.as_("fj_teacher").ask(HEAD, id=child) != before["fj_teacher"]
    common_checks(world)


SEALED = "query ($id: UUID!) { child(id: $id) { sealedTierReasons } }"


def sealed_reasons(world: World, who: str, child: UUID) -> tuple[Any, list[str]]:
    """The reasons of the tier that are sealed, as this person reads them, and the classes held back."""
    answer = world.as_(who).post(SEALED, id=child)
    back = [r["class"] for r in answer.get("extensions", {}).get("redactions", [])]
    return answer["data"]["child"]["sealedTierReasons"], back


def test_the_police_have_the_task_and_the_line(world: World) -> None:
    child = known_to_police(world)
    assert sealed_reasons(world, "fj_police", child) == (None, []), "there are none"
    assert sealed_reasons(world, "fj_supervisor", child) == (None, ["P5"]), "none, or held back"
    opened(world, child)
    assert sealed_reasons(world, "fj_supervisor", child) == (None, ["P5"])
    police = world.as_("fj_police")
    (task,) = police.queue("fj_police", "Q-38")
    assert due(task) == "2024-09-24"
    assert task["clauses"] == ["CQ2024-1-g", "CQ2024-2.3-h"]
    line = line_of(police, "child", child, "child.conduct_case_opened")
    assert seen(line)["conductSummary"] == CRIME
    given = {"task_id": task["taskId"]}
    police.done("acceptChildTask", child, given)
    assert line_of(police, "child", child, "child.task_accepted")
    for who in OUTSIDERS:
        names = {one["name"] for one in world.as_(who).timeline("child", child)}
        assert "child.task_accepted" not in names, who
    common_checks(world)


def test_the_named_corrector_looks_on_until_the_child_is_back(world: World) -> None:
    child = known_to_police(world)
    conduct_id = opened(world, child)
    helper = world.as_("fj_sw")
    assert helper.child(child) is None
    programme_id = enrolled(world, child, conduct_id)
    assert world.as_("fj_police").queue("fj_police", "Q-38") == []
    line = line_of(helper, "child", child, "child.conduct_case_opened")
    assert seen(line)["conductSummary"] == CRIME
    given = {
        "conduct_id": conduct_id,
        "programme_id": programme_id,
        "correction_progress": PROGRESS,
    }
    helper.done("recordCorrectionProgress", child, given)
    denied(world.as_("fj_director"), "recordCorrectionProgress", child, given)
    world.tick("2025-03-01 09:00")
    done = {
        "conduct_id": conduct_id,
        "reintegrated_on": date(2025, 2, 28),
        "reintegration_note": "复学,无再犯",
    }
    denied(helper, "completeReintegration", child, done)
    world.as_("fj_police").done("completeReintegration", child, done)
    assert helper.child(child) is None
    common_checks(world)


def test_education_learns_of_it_only_where_special_education_is_asked(world: World) -> None:
    child = known_to_police(world)
    conduct_id = opened(world, child, special_education_proposed=True)
    (task,) = world.as_("fj_edu").queue("fj_edu", "Q-69")
    assert task["clauses"] == ["CQ2024-2.3-g"]
    world.tick("2024-09-25 15:00")
    given = {
        "conduct_id": conduct_id,
        "special_school": "重庆市专门学校",
        "placement_basis": "专门教育指导委员会评估同意",
        "placed_for_education_on": date(2024, 9, 25),
    }
    denied(world.as_("fj_head"), "recordSpecialEducation", child, given)
    world.as_("fj_edu").done("recordSpecialEducation", child, given)
    assert world.as_("fj_edu").queue("fj_edu", "Q-69") == []
    for who in set(OUTSIDERS) - {"fj_edu"}:
        assert "special_education" not in everything(world, who, child)
    common_checks(world)
