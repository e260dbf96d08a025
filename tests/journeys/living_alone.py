"""The steps of scenario 1, each put by the person whose step it is; what must follow is for the tests to say."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from ops.demo_world import BY_KEY, OUYING
from tests.journeys.children import ChildOfStory
from tests.journeys.wire import local
from tests.journeys.world import World

Answer = dict[str, Any]
ESCORT = {
    "escort_destination": "CLOSE_RELATIVE",
    "escort_address": "林政村二组7号",
    "receiver_name": "莫阿秀",
    "nearest_because": "外祖母家在邻村,步行二十分钟",
    "best_interest_reason": "孩子熟悉外祖母,愿意同住",
}
CARER = {
    "carer_name": "莫阿秀",
    "carer_relation": "MATERNAL_GRANDMOTHER",
    "carer_birth_on": date(1956, 4, 2),
    "carer_capability": "CAPABLE",
    "carer_person_id": BY_KEY["fj_grandmother"].id,
}
ASSESSED = {
    "safety_situation": "独居已结束,居所安全",
    "family_situation": "父母在外务工,收入不稳",
    "guardianship_situation": "外祖母受托照护,父母按周联系",
    "health_situation": "身体健康,情绪低落",
    "recommended_services": ["GUARDIANSHIP_GUIDANCE", "COUNSELLING"],
    "hardship": True,
    "hardship_facts": "父亲停工三个月,家庭人均收入低于当地标准",
    "entitlements": ["TEMP_AID"],
}


def reported_now(world: World, child: ChildOfStory) -> UUID:
    """What the class teacher has just seen and reports at once; the case."""
    given = report_of(world, child, discovered_at=world.clock.now)
    return UUID(world.as_("fj_teacher").done("submitReport", None, given)["id"])


def report_of(world: World, child: ChildOfStory, *triggers: str, **more: Any) -> Answer:
    """What the class teacher says."""
    return {
        "report_channel": "ONLINE",
        "reporter_category": "SCHOOL",
        "discovered_at": local("2025-03-03 08:40"),
        "triggers": list(triggers) or ["LIVING_ALONE"],
        "situation": "独自居住已两周,无人做饭",
        "incident_place": world.place(OUYING),
        "children": [child.id],
        "dissuasion": "FAILED",
        "dissuasion_note": "致电父亲,无人接听",
        **more,
    }


def reported(world: World, child: ChildOfStory, *triggers: str, **more: Any) -> UUID:
    """Step 1, at 08:55: the case."""
    world.clock.set("2025-03-03 08:55")
    given = report_of(world, child, *triggers, **more)
    return UUID(world.as_("fj_teacher").done("submitReport", None, given)["id"])


def police_on_scene(world: World, case_id: UUID, *findings: str, **more: Any) -> None:
    """Steps 3 and 4: accepted 09:00, out 09:10, found 09:40."""
    police = world.as_("fj_police")
    world.clock.set("2025-03-03 09:00")
    police.done("acceptReport", case_id)
    world.clock.set("2025-03-03 09:10")
    police.done("dispatchPolice", case_id)
    world.clock.set("2025-03-03 09:40")
    given = {"findings": list(findings) or ["LIVING_ALONE"], **more}
    police.done("recordPoliceFindings", case_id, given)


def tried(world: World, case_id: UUID, guardian_id: UUID, outcome: str = "NO_ANSWER") -> Answer:
    """One attempt to reach one parent."""
    given = {"guardian_id": guardian_id, "contact_means": "PHONE", "contact_outcome": outcome}
    return world.as_("fj_police").done("attemptParentContact", case_id, given)


def nobody_reached(world: World, child: ChildOfStory, case_id: UUID) -> None:
    """Step 5: two attempts to each parent."""
    for at, parent in (
        ("09:45", "FATHER"),
        ("09:50", "MOTHER"),
        ("10:05", "FATHER"),
        ("10:10", "MOTHER"),
    ):
        world.clock.set(f"2025-03-03 {at}")
        tried(world, case_id, child.guardians[parent])
    world.clock.set("2025-03-03 10:15")
    world.as_("fj_police").done("recordParentsUnreachable", case_id, {})


def escorted(world: World, case_id: UUID) -> None:
    """Step 6, at 10:40."""
    world.clock.set("2025-03-03 10:40")
    world.as_("fj_police").done("escortChild", case_id, ESCORT)


def township_told(world: World, case_id: UUID) -> None:
    """Step 7, at 11:30."""
    world.clock.set("2025-03-03 11:30")
    given = {"notice_text": "女童独居,已就近护送至外祖母处,请接办"}
    world.as_("fj_police").done("notifyTownship", case_id, given)


def mother_calls(world: World, child: ChildOfStory, case_id: UUID) -> None:
    """Step 8, on 03-05: told, ordered back, both parents reprimanded."""
    police, mother = world.as_("fj_police"), child.guardians["MOTHER"]
    world.clock.set("2025-03-05 19:20")
    told = {"guardian_id": mother, "contact_means": "PHONE", "contact_outcome": "REACHED"}
    police.done("attemptParentNotification", case_id, told)
    police.done("orderParentsToReturn", case_id, {"guardian_id": mother, "return_demand": "EITHER"})
    for parent in child.guardians.values():
        given = {
            "subject_kind": "PARENT",
            "subject_id": parent,
            "measure_ground": "外出未委托,使未满十六周岁子女单独居住",
        }
        police.done("reprimandGuardian", case_id, given)


def grandmother_named(world: World, child: ChildOfStory) -> Answer:
    """Step 8, on 03-07: the mother names the grandmother."""
    world.clock.set("2025-03-07 20:10")
    given = {**CARER, "entrusted_by": [child.guardians["MOTHER"]]}
    return world.as_("fj_mother").done("designateEntrustedCarer", child.id, given)


QUESTIONS = [
    {"contributor": "VILLAGE_COMMITTEE", "question": "家庭和照护情况如何?"},
    {"contributor": "SCHOOL", "question": "在校表现和情绪如何?"},
    {"contributor": "MEDICAL", "question": "身体状况如何?"},
]


def assessment_started(world: World, case_id: UUID) -> None:
    """Step 9, on 03-10: with village committee, school and hospital."""
    world.clock.set("2025-03-10 09:00")
    world.as_("fj_township").done("startAssessment", case_id, {"questions": QUESTIONS})


def assessed(world: World, case_id: UUID) -> None:
    """Step 10, on 03-14: hardship found."""
    world.clock.set("2025-03-14 15:00")
    world.as_("fj_township").done("completeAssessment", case_id, ASSESSED)


def planned(world: World, case_id: UUID) -> None:
    """Step 10, on 03-17: guidance for the guardians, counselling for the girl."""
    world.clock.set("2025-03-17 10:00")
    items = [
        {
            "service": "GUARDIANSHIP_GUIDANCE",
            "plan_field": "WELFARE",
            "need": "指导父母履行监护责任",
        },
        {
            "service": "COUNSELLING",
            "plan_field": "WELFARE",
            "need": "情绪疏导",
            "provider_unit_id": world.unit("fj_sw"),
        },
    ]
    world.as_("fj_township").done("adoptPlan", case_id, {"items": items})


def until_care_is_secured(world: World, child: ChildOfStory) -> UUID:
    """Steps 1 to 8."""
    case_id = reported(world, child)
    police_on_scene(world, case_id)
    nobody_reached(world, child, case_id)
    escorted(world, case_id)
    township_told(world, case_id)
    mother_calls(world, child, case_id)
    grandmother_named(world, child)
    return case_id
