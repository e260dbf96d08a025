"""Scenario 4 · The child's opinion, the written handover, the limit of one month (Changning, 2019)."""

from __future__ import annotations

import pytest

from domain.terms.emergency import CareCandidate, DangerState, DeclineReason
from domain.terms.reports import Addressee, ForwardGround
from ops.demo_world import UNIT_BY_KEY
from tests.journeys import sheltering as steps
from tests.journeys.checks import common_checks
from tests.journeys.children import ChildOfStory
from tests.journeys.telling import due, recorded, told
from tests.journeys.world import World

pytestmark = [pytest.mark.begins(2019), pytest.mark.journey, pytest.mark.postgres]


@pytest.fixture
def child(world: World) -> ChildOfStory:
    """W. on file."""
    return steps.boy_on_file(world)


# ── 1


def test_a_report_to_the_street_goes_on_to_the_police_the_same_minute(
    world: World, child: ChildOfStory
) -> None:
    case_id = steps.reported(world, child)
    report = recorded(world, case_id, "case.report_submitted")
    assert report.event.addressees == (Addressee.STREET,)
    assert report.stamp.packs[0] == ("CN2017", 1)
    assert "CN2017-4.1-c" in report.stamp.clauses
    forwarded = recorded(world, case_id, "case.report_forwarded")
    assert forwarded.event.forward_ground is ForwardGround.INFRINGEMENT
    assert forwarded.occurred_at == report.occurred_at
    assert world.as_("cn_township").queue("cn_township", "Q-02") == []
    (task,) = world.as_("cn_police").queue("cn_police", "Q-01")
    assert task["caseId"] == str(case_id)
    assert due(task) == "2019-03-30 15:30"
    assert "CN2017-5.1-q" in task["clauses"]
    common_checks(world)


# ── 2


def test_the_candidates_are_asked_in_the_order_of_the_text(
    world: World, child: ChildOfStory
) -> None:
    case_id = steps.reported(world, child)
    steps.found(world, case_id)
    finding = told(world, case_id, "case.police_finding_recorded")
    assert finding.dangers == (DangerState.SERIOUS_INJURY,)
    police = world.as_("cn_police")
    for too_early in ("RELATIVE", "RESIDENTIAL_COMMITTEE"):
        given = {"candidate_kind": too_early, "candidate_name": "万晓芸"}
        answer = police.refused("candidate_out_of_order", "askCareCandidate", case_id, given)
        assert answer["field"] == "candidateKind"
        assert "CN2017-4.2-b" in [c["id"] for c in answer["clauses"]]
    steps.nobody_takes_him(world, case_id)
    asked = [r.event for r in world.events(case_id, "case.care_candidate_asked")]
    assert [e.candidate_kind for e in asked] == list(CareCandidate)
    assert [e.nobody_of_this_kind for e in asked] == [True, False, False]
    declined = [r.event for r in world.events(case_id, "case.care_candidate_declined")]
    assert [e.decline_reason for e in declined] == [
        DeclineReason.NO_WILL,
        DeclineReason.NO_CONDITIONS,
    ]
    (task,) = world.as_("cn_township").queue("cn_township", "Q-05")
    assert task["caseId"] == str(case_id)
    assert task["clauses"] == ["CN2017-4.2-e"]
    common_checks(world)


# ── 3


def test_no_escort_before_the_child_was_asked(world: World, child: ChildOfStory) -> None:
    case_id = steps.reported(world, child)
    steps.found(world, case_id)
    steps.nobody_takes_him(world, case_id)
    police = world.as_("cn_police")
    answer = police.refused("child_opinion_missing", "escortChild", case_id, steps.ESCORT)
    assert [c["id"] for c in answer["clauses"]] == ["CN2017-4.2-d"]
    silent = {"opinion_about": "ESCORT_PLACE", "able_to_express": True, "opinion_followed": True}
    answer = police.refused("child_words_missing", "seekChildOpinion", case_id, silent)
    assert answer["field"] == "childWords"
    steps.heard(world, case_id)
    opinion = told(world, case_id, "case.child_opinion_sought")
    assert (opinion.able_to_express, opinion.opinion_followed) == (True, True)
    assert opinion.child_words == steps.WORDS
    steps.escorted(world, case_id)
    assert world.names(case_id)[-1] == "case.child_escorted"
    common_checks(world)


# ── 4


def test_the_placement_needs_handover_and_all_four_factors(
    world: World, child: ChildOfStory
) -> None:
    case_id = steps.reported(world, child)
    steps.found(world, case_id)
    steps.nobody_takes_him(world, case_id)
    steps.heard(world, case_id)
    steps.escorted(world, case_id)
    township, police = world.as_("cn_township"), world.as_("cn_police")
    world.clock.set("2019-03-31 09:30")
    answer = township.refused(
        "handover_missing", "startShortTermGuardianship", case_id, steps.PLACING
    )
    assert [c["id"] for c in answer["clauses"]] == ["CN2017-4.2-c"]
    for side in ("giver_signed", "receiver_signed"):
        unsigned = steps.HANDOVER | {"handed_over_at": world.clock.now, side: False}
        police.refused("handover_unsigned", "completeWrittenHandover", case_id, unsigned)
    steps.handed_over(world, case_id, "2019-03-31 09:30")
    for factor, field in (
        ("child_wishes", "childWishes"),
        ("health_considered", "healthConsidered"),
        ("address_considered", "addressConsidered"),
        ("school_considered", "schoolConsidered"),
    ):
        given = {k: v for k, v in steps.PLACING.items() if k != factor}
        answer = township.refused(
            "placement_factors_missing", "startShortTermGuardianship", case_id, given
        )
        assert answer["field"] == field
        assert [c["id"] for c in answer["clauses"]] == ["CN2017-4.3-c"]
    case = world.as_("cn_ca").case(case_id)
    assert case is not None
    assert case["placements"] == []
    world.clock.set("2019-03-31 10:00")
    township.done("startShortTermGuardianship", case_id, steps.PLACING)
    placement = steps.the_placement(world, case_id)
    assert placement["status"] == "ACTIVE"
    assert placement["startedOn"] == "2019-03-31"
    assert placement["limitOn"] == "2019-04-30"
    assert placement["address"] == steps.HOTEL
    assert placement["siteUnitId"] == str(UNIT_BY_KEY["cn_site"].id)
    assert world.as_("cn_township").queue("cn_township", "Q-05") == []
    common_checks(world)


# ── 5


def test_others_owe_their_part_while_he_is_placed(world: World, child: ChildOfStory) -> None:
    case_id = steps.placed(world, child)
    given = {
        "daily_care_provider": "PROFESSIONAL_ORGANISATION",
        "provider_unit_id": UNIT_BY_KEY["cn_sw"].id,
        "daily_care_tasks": "早晚接送,陪护就医",
    }
    world.as_("cn_township").done("entrustDailyCare", case_id, given)
    assert told(world, case_id, "case.daily_care_entrusted").stamp.clauses == ("CN2017-4.4.1-a",)
    (schooling,) = world.as_("cn_edu").queue("cn_edu", "Q-25")
    assert due(schooling) == "2019-04-03"
    assert schooling["clauses"] == ["CN2017-4.4.1-b", "CN2017-4.4.1-c"]
    (comfort,) = world.as_("cn_wf").queue("cn_wf", "Q-26")
    assert due(comfort) == "2019-04-07"
    assert comfort["clauses"] == ["CN2017-4.4.2-a", "CN2017-4.4.2-b"]
    active = told(world, case_id, "case.placement_activated")
    assert [service.name for service in active.services_owed] == [
        "GUARDIANSHIP_GUIDANCE",
        "MEDICAL",
        "COUNSELLING",
        "BEHAVIOUR_CORRECTION",
        "LEGAL_SERVICE",
    ]
    assert active.health_unit_id == UNIT_BY_KEY["cn_hospital"].id
    told_school = {"task_id": schooling["taskId"], "outcome_text": "已与学校商定,送教到站点"}
    world.as_("cn_edu").done("completeCaseTask", case_id, told_school)
    assert world.as_("cn_edu").queue("cn_edu", "Q-25") == []
    common_checks(world)


def test_the_plan_sends_tutoring_legal_service_and_health_guidance_to_their_providers(
    world: World, child: ChildOfStory
) -> None:
    case_id = steps.placed(world, child)
    steps.assessed(world, case_id)
    township = world.as_("cn_township")
    plan = steps.plan()
    without = {k: v for k, v in plan.items() if k != "living_support"}
    answer = township.refused("plan_field_missing", "adoptPlan", case_id, without)
    assert answer["field"] == "livingSupport"
    assert [c["id"] for c in answer["clauses"]] == ["CN2017-2-d"]
    township.done("adoptPlan", case_id, plan)
    adopted = told(world, case_id, "case.plan_adopted")
    for item_id, (_, provider, key) in zip(adopted.item_ids, steps.SERVICES, strict=True):
        given = {"item_id": item_id, "referral_reason": "按方案转介"}
        township.done("referService", case_id, given)
        (task,) = world.as_(key).queue(provider, "Q-52")
        assert task["caseId"] == str(case_id)
        assert task["clauses"] == ["CN2017-4.4-a"]
        # whom it serves, not where he sleeps; what was done to him only who treats it
        case = world.as_(key).case(case_id)
        assert case is not None
        assert case["findings"] == (["DOMESTIC_VIOLENCE"] if key == "cn_doctor" else None)
        assert [p["address"] for p in case["placements"]] == [None]
        assert steps.HOTEL not in str(case) + str(world.as_(key).timeline("case", case_id))
    common_checks(world)
