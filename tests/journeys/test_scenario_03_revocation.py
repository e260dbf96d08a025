"""Scenario 3, steps 3 to 6: the father's guardianship is revoked; civil affairs apply as nobody does (2022)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from domain.case.state import Case
from domain.risk import RiskFactor
from domain.terms.intervention import Applicant, Ground, Modality
from tests.journeys import rescuing
from tests.journeys import revoking as steps
from tests.journeys.checks import common_checks
from tests.journeys.children import ChildOfStory
from tests.journeys.telling import denied, due, last, new_names, recorded, told
from tests.journeys.world import World

pytestmark = [pytest.mark.begins(2022), pytest.mark.journey, pytest.mark.postgres]
TOLD = {
    "cm_village": "VILLAGE_COMMITTEE",
    "cm_school": "SCHOOL",
    "cm_hospital": "MEDICAL",
    "cm_wf": "WOMENS_FED",
    "cm_rescue": "MINORS_PROTECTION_ORG",
    "cm_ca": "CIVIL_AFFAIRS",
}
SERVING = {
    "cm_village": "cm_committee",
    "cm_school": "cm_head",
    "cm_hospital": "cm_doctor",
    "cm_wf": "cm_wf",
    "cm_rescue": "cm_rescue",
    "cm_ca": "cm_ca",
}


@pytest.fixture
def child(world: World) -> ChildOfStory:
    """M. on file."""
    return rescuing.girl_on_file(world)


# ── 3


def test_serious_harm_is_a_ground_against_the_father_and_none_against_the_uncle(
    world: World, child: ChildOfStory
) -> None:
    case_id = steps.harmed(world, child)
    world.clock.set("2022-05-10 10:00")
    refusal = world.as_("cm_township").refused(
        "carer_has_no_guardianship",
        "establishRevocationGround",
        case_id,
        steps.ground(child, "UNCLE"),
    )
    assert refusal["field"] == "guardianId"
    assert "child.end_entrusted_care" in str(refusal)
    done = steps.established(world, case_id, child)
    assert new_names(world, case_id, done)[0] == "case.revocation_ground_established"
    event = recorded(world, case_id, "case.revocation_ground_established")
    assert event.event.revocation_ground is Ground.GROUND_3
    assert event.event.guardian_id == child.guardians["FATHER"]
    assert event.event.fallback_on == date(2022, 6, 9)
    assert "SH2020-4.4-f" in event.stamp.clauses
    case = world.platform.casebook.state(Case, case_id)
    assert isinstance(case, Case)
    fact = case.facts.find(RiskFactor.RF_15)
    assert fact is not None
    assert (fact.event_id, fact.child_id) == (event.event_id, child.id)
    assert (world.as_("cm_supervisor").child(child.id) or {})["tier"] == "R1"
    given = {"care_end_reason": "CARER_HARMED", "care_end_note": "殴打儿童"}
    world.as_("cm_committee").done("endEntrustedCare", child.id, given)
    common_checks(world)


# ── 4


def test_all_eight_kinds_that_exist_are_told_and_may_apply(
    world: World, child: ChildOfStory
) -> None:
    world.clock.set("2022-02-20 09:00")
    federation = steps.federation(world)
    case_id = steps.harmed(world, child)
    steps.established(world, case_id, child)
    notices = [r.event for r in world.events(case_id, "case.revocation_applicant_notified")]
    assert [n.applicant for n in notices] == [
        Applicant.OTHER_QUALIFIED_GUARDIAN,
        Applicant.VILLAGE_COMMITTEE,
        Applicant.SCHOOL,
        Applicant.MEDICAL,
        Applicant.WOMENS_FED,
        Applicant.DPF,
        Applicant.MINORS_PROTECTION_ORG,
        Applicant.CIVIL_AFFAIRS,
    ]
    assert {n.modality for n in notices} == {Modality.MAY}
    assert notices[0].applicant_name == steps.GRANDFATHER
    assert notices[5].applicant_unit_id == federation
    for unit, key in SERVING.items():
        (task,) = world.as_(key).queue(unit, "Q-29")
        assert task["caseId"] == str(case_id)
        assert due(task) == "2022-06-09"
        assert "SH2020-4.4-g" in task["clauses"]
    found = steps.revocation(world, case_id)
    assert (found["revocationStage"], found["modality"]) == ("AWAIT_APPLICATION", "MAY")
    common_checks(world)


def test_who_may_apply_and_does_not_is_done(world: World, child: ChildOfStory) -> None:
    case_id = steps.harmed(world, child)
    steps.established(world, case_id, child)
    notices = world.events(case_id, "case.revocation_applicant_notified")
    school = next(r.event for r in notices if r.event.applicant is Applicant.SCHOOL)
    given = {
        "revocation_id": school.revocation_id,
        "notice_id": school.notice_id,
        "application_decline_reason": "由民政部门申请更合适",
    }
    world.as_("cm_head").done("declineRevocationApplication", case_id, given)
    assert world.as_("cm_head").queue("cm_school", "Q-29") == []
    assert len(world.as_("cm_ca").queue("cm_ca", "Q-29")) == 1
    assert steps.revocation(world, case_id)["applicantsDeclined"] == ["SCHOOL"]
    common_checks(world)


# ── 5


def test_nobody_applied_so_civil_affairs_must(world: World, child: ChildOfStory) -> None:
    case_id = steps.harmed(world, child)
    steps.established(world, case_id, child)
    world.tick("2022-06-09 23:00")
    assert world.events(case_id, "case.civil_affairs_fallback_triggered") == []
    steps.nobody_applied(world)
    event = recorded(world, case_id, "case.civil_affairs_fallback_triggered")
    assert event.stamp.clauses == ("SH2020-4.4-j",)
    assert event.event.modality is Modality.SHALL
    assert Applicant.VILLAGE_COMMITTEE in event.event.not_applied
    (task,) = world.as_("cm_ca").queue("cm_ca", "Q-29-FALLBACK")
    assert (task["caseId"], task["clauses"]) == (str(case_id), ["SH2020-4.4-j"])
    assert world.as_("cm_head").queue("cm_school", "Q-29") == []
    world.tick("2022-06-12 00:01")
    assert len(world.events(case_id, "case.civil_affairs_fallback_triggered")) == 1
    common_checks(world)


# ── 6


def test_the_court_revokes_and_the_grandfather_is_appointed(
    world: World, child: ChildOfStory
) -> None:
    case_id = steps.until_the_court(world, child)
    placement = (world.as_("cm_ca").case(case_id) or {})["placements"][0]
    filed = recorded(world, case_id, "case.revocation_application_filed")
    assert str(filed.event.placement_id) == placement["placementId"]
    assert "SH2020-4.4-h" in filed.stamp.clauses
    assert steps.revocation(world, case_id)["placementId"] == placement["placementId"]
    assert world.as_("cm_ca").queue("cm_ca", "Q-29-FALLBACK") == []
    steps.revoked(world, case_id)
    judgment = told(world, case_id, "case.guardianship_revoked")
    assert (judgment.guardian_id, str(judgment.placement_id)) == (
        child.guardians["FATHER"],
        placement["placementId"],
    )
    assert len(world.as_("cm_ca").queue("cm_ca", "Q-29-APPOINT")) == 1
    world.clock.set("2022-08-02 10:00")
    court = world.as_("cm_judge")
    blank = steps.appointment(world, case_id, best_interest_reason=" ")
    refusal = court.refused("appointment_needs_best_interest", "appointGuardian", case_id, blank)
    assert [c["id"] for c in refusal["clauses"]] == ["SH2020-4.4-i"]
    court.done("appointGuardian", case_id, steps.appointment(world, case_id))
    assert told(world, case_id, "case.guardian_appointed").best_interest_reason.strip()
    assert world.as_("cm_ca").queue("cm_ca", "Q-29-APPOINT") == []
    (over,) = world.as_("cm_ca").queue("cm_ca", "Q-22-OVER")
    assert (due(over), over["clauses"]) == ("2022-08-09", ["SH2020-4.4-i"])
    ends = {
        "end_reason": "GUARDIAN_APPOINTED",
        "next_care": "NEW_GUARDIAN",
        "next_carer": steps.GRANDFATHER,
        "best_interest_reason": "由新监护人照料",
    }
    world.as_("cm_ca").done("endTemporaryGuardianship", case_id, ends)
    assert told(world, case_id, "case.temporary_guardianship_ended").end_reason.name == (
        "GUARDIAN_APPOINTED"
    )
    assert steps.revocation(world, case_id)["placementId"] is None
    assert world.as_("cm_ca").queue("cm_ca", "Q-22-OVER") == []
    common_checks(world)


def test_the_fathers_record_is_kept_and_his_account_sees_her_no_more(
    world: World, child: ChildOfStory
) -> None:
    case_id = steps.until_the_court(world, child)
    assert world.as_("cm_father").child(child.id) is not None
    before = world.names(child.id)
    steps.revoked(world, case_id)
    world.clock.set("2022-08-02 10:00")
    given = steps.appointment(world, case_id)
    world.as_("cm_judge").done("appointGuardian", case_id, given)
    assert world.names(child.id)[: len(before)] == before
    assert told(world, child.id, "child.guardian_revoked").guardian_id == child.guardians["FATHER"]
    file = world.as_("cm_director").child(child.id)
    assert file is not None
    relations = {g["relation"] for g in file["guardians"]}
    assert relations == {"FATHER", "MOTHER", "PATERNAL_GRANDFATHER"}
    newcomer = last(world, child.id, "child.guardian_recorded")
    assert (newcomer.guardian_name, newcomer.basis_document) == (steps.GRANDFATHER, steps.JUDGMENT)
    assert newcomer.guardian_basis.name == "COURT_ORDER"
    assert world.as_("cm_father").child(child.id) is None
    measures = world.events(case_id, "case.guardian_reprimanded")
    assert child.guardians["FATHER"] in [m.event.subject_id for m in measures]
    # Civil affairs, who lead, are told whose it was; and when the court gives it back, he is one again, alone.
    civil, ask = world.as_("cm_ca"), "query ($id: UUID!) { child(id: $id) { guardians { %s } } }"

    def removed() -> dict[str, bool]:
        found = civil.ask(ask % "relation isRevoked", id=child.id)["child"]["guardians"]
        return {g["relation"]: g["isRevoked"] for g in found}

    assert removed() == {"FATHER": True, "MOTHER": False, "PATERNAL_GRANDFATHER": False}
    world.clock.set("2023-09-01 10:00")
    back = {
        "guardian_id": child.guardians["FATHER"],
        "judgment_reference": "(2023)沪0151民特31号",
        "judged_on": date(2023, 8, 30),
    }
    world.as_("cm_township").not_found("restoreGuardianship", child.id, back)
    civil.done("restoreGuardianship", child.id, back)
    assert removed() == {"FATHER": False, "MOTHER": False}
    assert world.as_("cm_father").child(child.id) is not None
    common_checks(world)


# ── Must not


def test_an_unlisted_applicant_is_recorded_and_flagged_for_the_court(
    world: World, child: ChildOfStory
) -> None:
    case_id = steps.harmed(world, child)
    steps.established(world, case_id, child)
    neighbour = {
        "applicant": "OTHER",
        "applicant_unit_id": None,
        "applicant_name": "邻居施某",
        "court_name": "崇明区人民法院",
    }
    given = steps.application(world, case_id) | neighbour
    civil_affairs = world.as_("cm_ca")
    refusal = civil_affairs.refused(
        "standing_law_missing", "fileRevocationApplication", case_id, given
    )
    assert refusal["field"] == "legalBasis"
    given |= {"legal_basis": "《民法典》第三十六条第二款“等”"}
    civil_affairs.done("fileRevocationApplication", case_id, given)
    filed = told(world, case_id, "case.revocation_application_filed")
    assert filed.applicant is Applicant.OTHER
    assert filed.flagged_for_court
    assert world.as_("cm_judge").case(case_id) is not None
    world.tick("2022-06-10 00:01")
    assert world.events(case_id, "case.civil_affairs_fallback_triggered") == []
    common_checks(world)


def test_who_is_no_party_does_nothing_here(world: World, child: ChildOfStory) -> None:
    case_id = steps.harmed(world, child)
    ground = steps.ground(child)
    for key in ("cm_father", "cm_uncle", "cm_teacher", "cm_director"):
        denied(world.as_(key), "establishRevocationGround", case_id, ground)
    steps.established(world, case_id, child)
    judgment = {
        "revocation_id": steps.revocation(world, case_id)["revocationId"],
        "judgment_reference": steps.JUDGMENT,
        "judged_on": "2022-05-10",
    }
    for key in ("cm_father", "cm_head", "cm_township", "cm_judge"):
        denied(world.as_(key), "recordGuardianshipRevocation", case_id, judgment)
    common_checks(world)


# ── Variant 2024: return instead of revocation


@pytest.fixture
def sheltered(world: World) -> tuple[ChildOfStory, UUID]:
    """2024-05-06: the same girl, placed in the same way."""
    child = rescuing.girl_on_file(world, "2024-04-10 09:00")
    return child, rescuing.placed(world, child, "2024-05-06")


def test_2024_she_returns_only_under_a_supervisor(
    world: World, sheltered: tuple[ChildOfStory, UUID]
) -> None:
    child, case_id = sheltered
    police = world.as_("cm_police")
    against = rescuing.against(child, "FATHER", measure_ground="酒后殴打")
    world.clock.set("2024-05-06 14:00")
    world.as_("cm_committee").done("dissuadeGuardian", case_id, against)
    assert "SH2024-2.2.4-b" in recorded(world, case_id, "case.guardian_dissuaded").stamp.clauses
    police.done("reprimandGuardian", case_id, against)
    order = rescuing.against(child, "FATHER", order_issuer="POLICE", order_number="责家教1号")
    police.done("orderFamilyEducation", case_id, order)
    ordered = recorded(world, case_id, "case.family_education_ordered")
    assert "SH2024-2.2.4-c" in ordered.stamp.clauses
    assert ordered.event.issuer_basis.name == "TEXT"
    tasks = world.as_("cm_wf").queue("cm_wf", "Q-26")
    assert "2024-05-13" in [due(t) for t in tasks]

    world.clock.set("2024-06-20 10:00")
    finding = {
        "guardian_id": child.guardians["FATHER"],
        "assessors": ["PROCURATORATE", "CIVIL_AFFAIRS"],
        "capacity_result": "CAPABLE",
        "capacity_reasons": "已戒酒,完成家庭教育指导",
        "capacity_next": "CAN_RETURN",
    }
    world.as_("cm_ca").done("assessGuardianshipCapacity", child.id, finding)
    (task,) = world.as_("cm_proc").queue("cm_proc", "Q-30")
    assert (due(task), task["clauses"]) == ("2024-07-04", ["SH2024-2.2.6-b"])
    returned = {
        "returned_to": "父亲石根生",
        "return_conditions": "不再饮酒,接受监护监督",
        "best_interest_reason": "孩子愿意回家,父亲已履行",
    }
    civil_affairs = world.as_("cm_ca")
    refusal = civil_affairs.refused(
        "guardianship_supervisor_missing", "returnChildToFamily", case_id, returned
    )
    assert [c["id"] for c in refusal["clauses"]] == ["SH2024-2.2.6-b"]
    supervisor = {"supervisor_name": "监督员施某", "together_with": "区民政局、区妇联"}
    world.as_("cm_proc").done("appointGuardianshipSupervisor", case_id, supervisor)
    assert world.as_("cm_proc").queue("cm_proc", "Q-30") == []
    civil_affairs.done("returnChildToFamily", case_id, returned)
    flag = last(world, child.id, "child.key_target_flagged")
    assert flag.key_target_ground.name == "RETURNED_HOME"
    assert civil_affairs.queue("cm_ca", "Q-31")
    visit = {
        "follow_up_ground": "RETURNED_HOME",
        "child_seen": True,
        "follow_up_finding": "情绪稳定,父亲按时接送",
    }
    world.clock.set("2024-07-04 10:00")
    civil_affairs.done("makeFollowUpVisit", child.id, visit)
    assert "SH2024-2.2.6-c" in recorded(world, child.id, "child.follow_up_visit_made").stamp.clauses
    common_checks(world)


@pytest.mark.parametrize(
    "form",
    [
        "CHILD_WELFARE_INSTITUTION",
        "MINORS_PROTECTION_INSTITUTION",
        "STREET_TEMPORARY_CARE_SITE",
    ],
)
def test_2024_who_cannot_return_is_placed_for_long(
    world: World, sheltered: tuple[ChildOfStory, UUID], form: str
) -> None:
    child, case_id = sheltered
    world.clock.set("2024-06-20 10:00")
    finding = {
        "guardian_id": child.guardians["FATHER"],
        "assessors": ["POLICE"],
        "capacity_result": "INCAPABLE",
        "capacity_reasons": "仍酗酒施暴",
        "capacity_next": "CANNOT_RETURN",
    }
    world.as_("cm_police").done("assessGuardianshipCapacity", child.id, finding)
    assert world.as_("cm_proc").queue("cm_proc", "Q-30") == []
    given = {
        "care_form": form,
        "site_kind": form,
        "placement_ground": "不可回归家庭",
        "best_interest_reason": "长期稳定照料",
    }
    world.as_("cm_ca").done("startLongTermGuardianship", case_id, given)
    started = recorded(world, case_id, "case.long_term_guardianship_started")
    assert "SH2024-2.2.6-d" in started.stamp.clauses
    common_checks(world)
