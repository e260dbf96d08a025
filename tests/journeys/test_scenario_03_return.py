"""Scenario 3, variant of 2024 · The girl returns to her father under supervision, or cannot (SH2020 and SH2024)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from ops.demo_world import BY_KEY
from tests.journeys import rescuing as steps
from tests.journeys.checks import common_checks
from tests.journeys.children import ChildOfStory
from tests.journeys.person import Answer
from tests.journeys.telling import due, last, recorded, told
from tests.journeys.world import World

pytestmark = [pytest.mark.begins(2022), pytest.mark.journey, pytest.mark.postgres]

DAY = "2024-05-06"


@pytest.fixture
def child(world: World) -> ChildOfStory:
    """The same girl, two years later."""
    return steps.girl_on_file(world, "2024-04-15 09:00")


def capacity(child: ChildOfStory, assessor: str, after: str = "CAN_RETURN") -> Answer:
    """What an assessment of the father found."""
    return {
        "guardian_id": child.guardians["FATHER"],
        "assessors": [assessor],
        "capacity_result": "CAPABLE" if after == "CAN_RETURN" else "INCAPABLE",
        "capacity_reasons": "接受家庭教育指导,已认错并返乡" if after == "CAN_RETURN" else "仍施暴",
        "capacity_next": after,
    }


def returning() -> Answer:
    """Back to her father, under conditions."""
    return {
        "returned_to": "父亲石根生",
        "return_conditions": "每周报到,不得饮酒",
        "best_interest_reason": "父女关系修复,本人愿意",
    }


def test_dissuasion_then_reprimand_and_ordered_family_education(
    world: World, child: ChildOfStory
) -> None:
    case_id = steps.reported(world, DAY)
    steps.found(world, case_id, child, DAY)
    committee, police = world.as_("cm_committee"), world.as_("cm_police")
    (task,) = committee.queue("cm_village", "Q-17")
    assert task["clauses"] == ["SH2020-3.1-d", "SH2024-2.2.4-b"]
    assert due(task) == "2024-05-08"
    ground = steps.against(child, "FATHER", measure_ground="殴打儿童")
    committee.done("dissuadeGuardian", case_id, ground)
    dissuasion = recorded(world, case_id, "case.guardian_dissuaded")
    assert "SH2024-2.2.4-b" in dissuasion.stamp.clauses
    assert dissuasion.stamp.by.person_id == BY_KEY["cm_committee"].id
    assert committee.queue("cm_village", "Q-17") == []
    police.done("reprimandGuardian", case_id, ground)
    reprimand = recorded(world, case_id, "case.guardian_reprimanded")
    assert "SH2024-2.2.4-c" in reprimand.stamp.clauses
    order = {"order_issuer": "POLICE", "order_number": "沪公(崇)责令〔2024〕5号"}
    police.done("orderFamilyEducation", case_id, steps.against(child, "FATHER", **order))
    assert recorded(world, case_id, "case.family_education_ordered").stamp.clauses == (
        "SH2024-2.2.4-c",
    )
    (education,) = world.as_("cm_wf").queue("cm_wf", "Q-26")
    assert education["clauses"] == ["SH2024-2.2.4-d"]
    assert due(education) == "2024-05-13"
    common_checks(world)


def test_each_of_the_departments_named_may_assess_the_capacity(
    world: World, child: ChildOfStory
) -> None:
    case_id = steps.placed(world, child, DAY)
    prosecution = steps.against(child, "FATHER", criminal_reference=steps.REFERENCE)
    world.as_("cm_police").done("openCriminalCase", case_id, prosecution)
    for key, assessor in (
        ("cm_ca", "CIVIL_AFFAIRS"),
        ("cm_police", "POLICE"),
        ("cm_proc", "PROCURATORATE"),
    ):
        world.as_(key).done(
            "assessGuardianshipCapacity", child.id, capacity(child, assessor, "NONE")
        )
        assessed = world.events(child.id, "child.capacity_assessed")[-1]
        assert "SH2024-2.2.6-a" in assessed.stamp.clauses
        assert assessed.stamp.by.person_id == BY_KEY[key].id
    answer = world.as_("cm_ca").refused(
        "assessor_not_named",
        "assessGuardianshipCapacity",
        child.id,
        capacity(child, "PROFESSIONAL", "NONE"),
    )
    assert answer["field"] == "assessors"
    assert [c["id"] for c in answer["clauses"]] == ["SH2024-2.2.6-a"]
    common_checks(world)


def test_no_return_before_a_supervisor_is_appointed(world: World, child: ChildOfStory) -> None:
    case_id = steps.placed(world, child, DAY)
    civil_affairs, procuratorate = world.as_("cm_ca"), world.as_("cm_proc")
    world.clock.set("2024-08-01 10:00")
    civil_affairs.done("assessGuardianshipCapacity", child.id, capacity(child, "CIVIL_AFFAIRS"))
    answer = civil_affairs.refused(
        "guardianship_supervisor_missing", "returnChildToFamily", case_id, returning()
    )
    assert [c["id"] for c in answer["clauses"]] == ["SH2024-2.2.6-b"]
    (task,) = procuratorate.queue("cm_proc", "Q-30")
    assert task["clauses"] == ["SH2024-2.2.6-b"]
    assert task["namedPersonId"] == str(BY_KEY["cm_proc"].id)
    world.clock.set("2024-08-05 10:00")
    given = {"supervisor_name": "顾才根", "together_with": "区民政局、向化镇人民政府"}
    procuratorate.done("appointGuardianshipSupervisor", case_id, given)
    assert procuratorate.queue("cm_proc", "Q-30") == []
    world.clock.set("2024-08-06 10:00")
    civil_affairs.done("returnChildToFamily", case_id, returning())
    returned = told(world, case_id, "case.child_returned_to_family")
    assert returned.stamp.clauses == ("SH2024-2.2.6-b", "SH2024-2.2.6-c")
    file = civil_affairs.child(child.id)
    assert file is not None
    assert file["isPlaced"] is False
    assert "RETURNED_HOME" in file["keyTargets"]
    flag = last(world, child.id, "child.key_target_flagged")
    assert "SH2024-2.2.6-c" in flag.stamp.clauses
    common_checks(world)


def test_civil_affairs_follow_up_again_and_again(world: World, child: ChildOfStory) -> None:
    case_id = steps.placed(world, child, DAY)
    civil_affairs = world.as_("cm_ca")
    world.clock.set("2024-08-01 10:00")
    civil_affairs.done("assessGuardianshipCapacity", child.id, capacity(child, "CIVIL_AFFAIRS"))
    given = {"supervisor_name": "顾才根", "together_with": "区民政局"}
    world.as_("cm_proc").done("appointGuardianshipSupervisor", case_id, given)
    world.clock.set("2024-08-06 10:00")
    civil_affairs.done("returnChildToFamily", case_id, returning())
    for day, following in (("2024-08-20", "2024-09-03"), ("2024-09-03", "2024-09-17")):
        (task,) = civil_affairs.queue("cm_ca", "Q-31")
        assert due(task) == day
        assert "SH2024-2.2.6-c" in task["clauses"]
        world.tick(f"{day} 15:00")
        found = {"child_seen": True, "follow_up_finding": "生活稳定,按时上学"}
        civil_affairs.done(
            "makeFollowUpVisit", child.id, found | {"follow_up_ground": "RETURNED_HOME"}
        )
        visit = last(world, child.id, "child.follow_up_visit_made")
        assert visit.next_follow_up_on == date.fromisoformat(following)
    assert len(world.events(case_id, "case.aftercare_visit_made")) == 2
    common_checks(world)


@pytest.mark.parametrize(
    "form",
    ["CHILD_WELFARE_INSTITUTION", "MINORS_PROTECTION_INSTITUTION", "STREET_TEMPORARY_CARE_SITE"],
)
def test_who_cannot_return_is_placed_for_long(world: World, child: ChildOfStory, form: str) -> None:
    case_id = steps.placed(world, child, DAY)
    world.clock.set("2024-08-01 10:00")
    civil_affairs = world.as_("cm_ca")
    civil_affairs.done(
        "assessGuardianshipCapacity", child.id, capacity(child, "CIVIL_AFFAIRS", "CANNOT_RETURN")
    )
    assert world.events(case_id, "case.return_found_possible") == []
    given = steps.PLACING | {"care_form": form, "site_kind": form}
    civil_affairs.done("startLongTermGuardianship", case_id, given)
    started = recorded(world, case_id, "case.long_term_guardianship_started")
    assert started.event.care_form.name == form
    assert started.stamp.clauses == ("SH2024-2.2.6-d",)
    case = civil_affairs.case(case_id)
    assert case is not None
    running = [p for p in case["placements"] if p["endedOn"] is None]
    assert [(p["kind"], p["status"]) for p in running] == [("STATE_LONG_TERM", "ACTIVE")]
    ended: list[UUID] = [UUID(p["placementId"]) for p in case["placements"] if p["endedOn"]]
    assert ended == [started.event.follows_placement_id]
    common_checks(world)
