"""Scenario 4, from the admonition on · Repeat, limit, the move to the grandfather, and what must not be."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from ops.demo_world import BY_KEY, UNIT_BY_KEY
from tests.journeys import sheltering as steps
from tests.journeys.checks import common_checks
from tests.journeys.children import ChildOfStory
from tests.journeys.telling import absent, denied, due, recorded, told
from tests.journeys.world import World

pytestmark = [pytest.mark.begins(2019), pytest.mark.journey, pytest.mark.postgres]


@pytest.fixture
def child(world: World) -> ChildOfStory:
    """W. on file."""
    return steps.boy_on_file(world)


# ── 6


def admonished(world: World, child: ChildOfStory) -> UUID:
    """Placed; out of danger; the supervisor has confirmed the lower tier; the mother admonished on 04-02."""
    case_id = steps.placed(world, child)
    police = world.as_("cn_police")
    world.clock.set("2019-04-01 09:00")
    dealt = {
        "legal_basis": "反家庭暴力法",
        "measures_taken": "现场制止",
        "suspect_access": "NO_ACCESS",
    }
    police.done("handleDomesticViolence", case_id, dealt)
    police.done("endDanger", case_id, {"danger_over_because": "已就医,与施暴者隔离"})
    world.as_("cn_supervisor").done(
        "confirmRiskTier",
        child.id,
        {
            "tier_reason": "已安置,施暴者不能接触",
            "review_on": "2019-05-01",
            "best_interest_reason": "稳定照料",
        },
    )
    world.clock.set("2019-04-02 10:00")
    letter = {
        "subject_kind": "PARENT",
        "subject_id": child.guardians["MOTHER"],
        "letter_number": "长公告字〔2019〕12号",
        "measure_ground": "殴打致伤",
    }
    police.done("issueWarningLetter", case_id, letter)
    return case_id


@pytest.mark.parametrize(("serious", "tier", "rule"), [(False, "R2", "R-H1"), (True, "R1", "R-E3")])
def test_a_repeat_after_the_admonition_asks_for_a_penalty(
    world: World, child: ChildOfStory, tier: str, rule: str, *, serious: bool
) -> None:
    case_id = admonished(world, child)
    police, mother = world.as_("cn_police"), child.guardians["MOTHER"]
    assert (world.as_("cn_supervisor").child(child.id) or {})["tier"] == "R2"
    world.clock.set("2019-04-12 16:00")
    given = {
        "subject_id": mother,
        "repeat_facts": "监督会面中再次推打",
        "serious_injury": serious,
    }
    first = police.refused(
        "no_earlier_measure", "recordRepeatInfringement", case_id, given | {"subject_id": uuid4()}
    )
    assert first["field"] == "subjectId"
    police.done("recordRepeatInfringement", case_id, given)
    repeat = recorded(world, case_id, "case.infringement_repeated")
    assert repeat.stamp.clauses == ("CN2017-4.4.3-b",)
    (task,) = police.queue("cn_police", "Q-55-IMPOSE_PENALTY")
    assert task["caseId"] == str(case_id)
    assert task["clauses"] == ["CN2017-4.4.3-b"]
    file = world.as_("cn_supervisor").child(child.id)
    assert file is not None
    assert file["tier"] == tier
    deciding = {r["rule"]: r for r in file["tierReasons"]["reasons"] if r["deciding"]}
    assert deciding[rule]["event"] == str(repeat.event_id)
    penalty = {
        "subject_kind": "PARENT",
        "subject_id": mother,
        "penalty_class": "DETENTION",
        "penalty_reference": "长公行罚决字〔2019〕8号",
    }
    police.done("imposeSecurityPenalty", case_id, penalty)
    assert police.queue("cn_police", "Q-55-IMPOSE_PENALTY") == []
    common_checks(world)


# ── 7


def test_the_limit_is_warned_of_passed_and_extended_late(world: World, child: ChildOfStory) -> None:
    case_id = steps.placed(world, child)
    civil_affairs = world.as_("cn_ca")
    world.tick("2019-04-19 23:59")
    assert world.events(case_id, "case.guardianship_limit_warning_issued") == []
    for day, left in (("2019-04-20", 10), ("2019-04-27", 3)):
        world.tick(f"{day} 00:00")
        warning = world.events(case_id, "case.guardianship_limit_warning_issued")[-1]
        assert warning.event.days_left == left
        assert warning.occurred_at == world.clock.now
        (task,) = civil_affairs.queue("cn_ca", "Q-22")
        assert due(task) == "2019-04-30"
        assert task["clauses"] == ["CN2017-4.3-d", "CN2017-4.3-f"]
    assert len(world.events(case_id, "case.guardianship_limit_warning_issued")) == 2
    world.tick("2019-04-30 00:00")
    exceeded = recorded(world, case_id, "case.guardianship_limit_exceeded")
    assert exceeded.occurred_at == world.clock.now
    placement = steps.the_placement(world, case_id)
    assert (placement["status"], placement["limitExceeded"]) == ("OVER_LIMIT", True)
    assert placement["endedOn"] is None
    # he stays: nothing ends by itself
    world.tick("2019-05-01 23:59")
    assert world.events(case_id, "case.temporary_guardianship_ended") == []
    assert (world.as_("cn_township").child(child.id) or {})["isPlaced"] is True
    world.tick("2019-05-02 11:00")
    given = {"placement_id": placement["placementId"], "new_limit_on": "2019-05-31"}
    civil_affairs.refused(
        "exception_reason_missing",
        "approveGuardianshipLimitException",
        case_id,
        given | {"exception_reason": " "},
    )
    civil_affairs.done(
        "approveGuardianshipLimitException",
        case_id,
        given | {"exception_reason": "祖父正在办理接手,需一个月"},
    )
    approval = told(world, case_id, "case.guardianship_limit_exception_approved")
    assert (approval.approved_late, approval.days_late) == (True, 2)
    assert approval.stamp.by.person_id == BY_KEY["cn_ca"].id
    placement = steps.the_placement(world, case_id)
    assert (placement["status"], placement["limitExceeded"]) == ("ACTIVE", False)
    assert placement["limitOn"] == "2019-05-31"
    assert civil_affairs.queue("cn_ca", "Q-22") == []
    common_checks(world)


# ── 8


def test_he_moves_to_his_grandfather_handed_over_again(world: World, child: ChildOfStory) -> None:
    case_id = steps.placed(world, child)
    first = told(world, case_id, "case.written_handover_completed").handover_id
    world.clock.set("2019-05-20 15:00")
    moving = {
        "end_reason": "RELATIVE_TAKES_OVER",
        "next_care": "RELATIVE",
        "next_carer": "万福根",
        "best_interest_reason": "祖父愿意并有能力,同校就读",
        "aftercare_services": ["COUNSELLING"],
    }
    township = world.as_("cn_township")
    answer = township.refused("handover_missing", "endTemporaryGuardianship", case_id, moving)
    assert [c["id"] for c in answer["clauses"]] == ["CN2017-4.2-c"]
    used = moving | {"handover_id": first}
    township.refused("unknown_handover", "endTemporaryGuardianship", case_id, used)
    to_nobody = moving | {"next_carer": " "}
    township.refused("next_carer_missing", "endTemporaryGuardianship", case_id, to_nobody)
    again = {
        "giver_name": "尤桂芳",
        "receiver_name": "万福根",
        "receiver_unit_id": None,
        "handover_place": "仙霞路99弄5号",
        "handover_hash": "0b" * 32,
    }
    steps.handed_over(world, case_id, "2019-05-20 15:30", by="cn_site", **again)
    township.done("endTemporaryGuardianship", case_id, moving)
    assert world.names(case_id)[-2:] == [
        "case.temporary_guardianship_ended",
        "case.aftercare_plan_opened",
    ]
    ended = told(world, case_id, "case.temporary_guardianship_ended")
    assert ended.next_carer == "万福根"
    assert ended.handover_id != first
    plan = told(world, case_id, "case.aftercare_plan_opened")
    assert plan.visits_on[:2] == (date(2019, 6, 3), date(2019, 6, 17))
    assert plan.aftercare_until == date(2020, 5, 20)
    assert "CN2017-5.1-e" in plan.stamp.clauses
    (task,) = world.as_("cn_ca").queue("cn_ca", "Q-31")
    assert due(task) == "2019-06-03"
    assert task["clauses"] == ["CN2017-5.1-e"]
    placement = steps.the_placement(world, case_id)
    assert (placement["status"], placement["endedOn"]) == ("AFTERCARE", "2019-05-20")
    assert (township.child(child.id) or {})["isPlaced"] is False
    common_checks(world)


# ── Must not


def test_the_mother_never_learns_the_hotel(world: World, child: ChildOfStory) -> None:
    case_id = steps.placed(world, child)
    mother = world.as_("cn_mother")
    file = mother.child(child.id)
    assert file is not None
    assert (file["name"], file["isPlaced"], file["schoolUnitId"]) == ("万小川", True, None)
    absent(mother, "case", case_id)
    read = str(file) + str(mother.timeline("child", child.id))
    for secret in (steps.HOTEL, "HOTEL", str(UNIT_BY_KEY["cn_site"].id), "尤桂芳", steps.WORDS):
        assert secret not in read
    # those who protect him do see it
    assert steps.the_placement(world, case_id, "cn_township")["address"] == steps.HOTEL
    assert steps.the_placement(world, case_id, "cn_site")["address"] == steps.HOTEL
    assert steps.the_placement(world, case_id, "cn_police")["address"] == steps.HOTEL
    common_checks(world)


def test_nobody_from_elsewhere_reads_or_acts(world: World, child: ChildOfStory) -> None:
    case_id = steps.placed(world, child)
    given = steps.PLACING
    for key in ("cm_township", "jd_ca", "fj_police", "cn_mother"):
        absent(world.as_(key), "case", case_id)
        denied(world.as_(key), "startShortTermGuardianship", case_id, given)
    # whoever reads the case here acts only by their own part in it
    denied(world.as_("cn_edu"), "startShortTermGuardianship", case_id, given)
    common_checks(world)
