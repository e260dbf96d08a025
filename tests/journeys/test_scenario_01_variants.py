"""Scenario 1, its variants: a missing child, domestic violence, the key target, and a township nobody told."""

from __future__ import annotations

from uuid import UUID

from tests.journeys import living_alone as steps
from tests.journeys.checks import common_checks
from tests.journeys.children import left_behind_girl
from tests.journeys.wire import local
from tests.journeys.world import World


def test_a_search_outranks_every_other_duty(world: World) -> None:
    world.clock.set("2025-02-10 10:00")
    child = left_behind_girl(world)
    case_id = steps.reported(world, child)
    steps.police_on_scene(world, case_id, "LIVING_ALONE", "MISSING")
    police = world.as_("fj_police")
    police.done("startMissingChildSearch", case_id, {})
    case = police.case(case_id)
    assert case is not None
    assert case["openDuties"][0] == "SEARCH_CHILD"
    assert (
        "CQ2016-4.2-i"
        in world.events(case_id, "case.missing_child_search_started")[0].stamp.clauses
    )
    seen = UUID(
        world.as_("fj_teacher").done("submitReport", None, steps.report_of(world, child))["id"]
    )
    (lead,) = police.queue("fj_police", "Q-55-TURNED_UP")
    assert (lead["caseId"], lead["clauses"]) == (str(case_id), ["CQ2016-4.2-i"])
    (told,) = world.events(case_id, "case.missing_child_met")
    assert told.event.met_in_case_id == seen
    found = {"found_where": "镇上网吧", "found_condition": "疲惫,无外伤"}
    police.done("findMissingChild", case_id, found)
    assert not police.queue("fj_police", "Q-55-TURNED_UP")
    steps.nobody_reached(world, child, case_id)
    steps.escorted(world, case_id)
    case = police.case(case_id)
    assert case is not None
    assert "SEARCH_CHILD" not in case["openDuties"]
    common_checks(world)


def test_after_violence_civil_affairs_place_where_the_clause_says(world: World) -> None:
    world.clock.set("2025-02-10 10:00")
    child = left_behind_girl(world)
    case_id = steps.reported(world, child, "SUSPECTED_DV")
    steps.police_on_scene(world, case_id, "DOMESTIC_VIOLENCE")
    police = world.as_("fj_police")
    given = {"placement_ground": "继父殴打", "best_interest_reason": "须离开施暴人"}
    refusal = police.refused(
        "placement_site_not_allowed", "notifyCivilAffairsForPlacement", case_id,
        {**given, "proposed_site": "CLOSE_RELATIVE"},
    )  # fmt: skip
    assert {clause["id"] for clause in refusal["clauses"]} == {"CQ2016-4.2-k"}
    place = police.case(case_id)["incidentPlaceId"]  # type: ignore[index]
    rules = world.platform.casebook.rules_at(place, local("2025-03-03").date())
    assert rules.codes("domestic_violence_placement") == {
        "TEMPORARY_SHELTER",
        "RESCUE_MANAGEMENT_INSTITUTION",
        "WELFARE_INSTITUTION",
    }
    police.done(
        "notifyCivilAffairsForPlacement", case_id, {**given, "proposed_site": "TEMPORARY_SHELTER"}
    )
    assert [task["caseId"] for task in world.as_("fj_ca").queue("fj_ca", "Q-05")] == [str(case_id)]
    common_checks(world)


def test_a_left_behind_girl_is_a_key_target_whatever_her_tier(world: World) -> None:
    world.clock.set("2025-02-10 10:00")
    child = left_behind_girl(world)
    (flag,) = world.events(child.id, "child.key_target_flagged")
    assert flag.event.key_target_ground.name == "GIRL"
    cited = world.platform.casebook.rules_at(flag.stamp.place, local("2025-02-10").date())
    assert cited.cite("key_target_grounds", "GIRL") == ("CQ2016-4.3-e",)
    (task,) = world.as_("fj_township").queue("fj_township", "Q-13")
    assert task["childId"] == str(child.id)
    given = {
        "key_target_ground": "GIRL",
        "key_target_result": "CONFIRMED",
        "verification_findings": "与祖辈无同住",
    }
    township = world.as_("fj_township")
    refusal = township.refused(
        "verifier_not_listed",
        "verifyKeyTarget",
        child.id,
        {**given, "verified_by_kinds": ["TOWNSHIP"]},
    )
    assert "CQ2016-3.2-m" in {clause["id"] for clause in refusal["clauses"]}
    for verifier in ("RESIDENT_CADRE", "SOCIAL_WORKER"):
        township.done("verifyKeyTarget", child.id, {**given, "verified_by_kinds": [verifier]})
    common_checks(world)


def test_a_township_not_told_by_the_end_of_the_day_is_shown_and_escalated(world: World) -> None:
    world.clock.set("2025-02-10 10:00")
    child = left_behind_girl(world)
    case_id = steps.reported(world, child)
    steps.police_on_scene(world, case_id)
    world.tick("2025-03-04 09:41")
    (overdue,) = world.events(case_id, "case.township_notice_overdue")
    assert overdue.event.escalated_to_unit_id == world.unit("fj_police_district")
    assert overdue.event.informed_unit_id == world.unit("fj_ca")
    case = world.as_("fj_police").case(case_id)
    assert case is not None
    assert "NOTIFY_TOWNSHIP" in case["openDuties"]
    common_checks(world)


def test_a_case_without_a_named_carer_cannot_be_closed_whatever_else_is_done(world: World) -> None:
    world.clock.set("2025-02-10 10:00")
    child = left_behind_girl(world)
    case_id = steps.reported(world, child)
    steps.police_on_scene(world, case_id)
    steps.nobody_reached(world, child, case_id)
    steps.escorted(world, case_id)
    steps.township_told(world, case_id)
    steps.assessment_started(world, case_id)
    steps.assessed(world, case_id)
    steps.planned(world, case_id)
    township = world.as_("fj_township")
    case = township.case(case_id)
    assert case is not None
    withdrawn = {
        "withdrawn": [item["itemId"] for item in case["planItems"]],
        "revision_reason": "改由其他途径提供",
    }
    township.done("revisePlan", case_id, withdrawn)
    closing = {"closing_summary": "已护送至外祖母处"}
    refusal = township.refused("no_named_carer", "closeCase", case_id, closing)
    assert "CQ2016-4.2-c2" in {clause["id"] for clause in refusal["clauses"]}
    named = {**steps.CARER, "entrusted_by": [child.guardians["MOTHER"]]}
    world.as_("fj_mother").done("designateEntrustedCarer", child.id, named)
    township.done("closeCase", case_id, closing)
    common_checks(world)
