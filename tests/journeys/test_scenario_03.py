"""Scenario 3 · Violence by the entrusted carer and the father, up to the placement (Chongming, 2022)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import psycopg
import pytest

from domain.terms.emergency import Finding
from domain.terms.measures import MeasureSubject
from domain.terms.placement import PlacementKind
from domain.terms.reports import Standing
from ops.demo_world import BY_KEY, UNIT_BY_KEY
from tests.journeys import rescuing as steps
from tests.journeys.checks import common_checks
from tests.journeys.children import ChildOfStory
from tests.journeys.person import Answer
from tests.journeys.telling import absent, denied, due, line_of, recorded, seen, told
from tests.journeys.world import World

pytestmark = [pytest.mark.begins(2022), pytest.mark.journey, pytest.mark.postgres]


@pytest.fixture
def child(world: World) -> ChildOfStory:
    """M. on file."""
    return steps.girl_on_file(world)


# ── 1


def test_the_clinic_reports_and_the_police_find_violence(world: World, child: ChildOfStory) -> None:
    case_id = steps.reported(world)
    report = recorded(world, case_id, "case.report_submitted")
    assert report.event.report_standing is Standing.MANDATED
    assert report.stamp.packs[0] == ("SH2020", 1)
    assert "SH2020-4.1-e" in report.stamp.clauses
    (task,) = world.as_("cm_police").queue("cm_police", "Q-01")
    assert due(task) == "2022-03-01 09:30"
    steps.found(world, case_id, child)
    finding = recorded(world, case_id, "case.police_finding_recorded")
    assert finding.event.findings == (Finding.DOMESTIC_VIOLENCE,)
    police = world.as_("cm_police").case(case_id)
    assert police is not None
    assert {"HANDLE_VIOLENCE", "CRITICISE_GUARDIAN", "REPRIMAND_GUARDIAN", "SECURE_CARE"} <= set(
        police["openDuties"]
    )
    doctor = world.as_("cm_doctor")
    hurt = {"medical_institution": "区人民医院", "injury_class": "SLIGHT"}
    doctor.done("appraiseInjury", case_id, hurt)  # of a child she has reported herself
    brought = {"child_id": child.id, "medical_institution": "区人民医院"}
    hospital = {"medical_unit_id": UNIT_BY_KEY["cm_hospital"].id}
    world.as_("cm_police").done("giveMedicalAssistance", case_id, brought | hospital)
    (task,) = doctor.queue("cm_hospital", "Q-55-TREATMENT")
    assert task["clauses"] == ["SH2020-4.2-n"]
    doctor.done("provideMedicalTreatment", case_id, brought | {"treatment_note": "清创、包扎"})
    assert doctor.queue("cm_hospital", "Q-55-TREATMENT") == []
    file = world.as_("cm_supervisor").child(child.id)
    assert file is not None
    assert file["tier"] == "R1"
    assert "R-E4" in [r["rule"] for r in file["tierReasons"]["reasons"] if r["deciding"]]
    common_checks(world)


def test_civil_affairs_place_her_where_the_text_allows(world: World, child: ChildOfStory) -> None:
    case_id = steps.reported(world)
    steps.found(world, case_id, child)
    police, civil_affairs = world.as_("cm_police"), world.as_("cm_ca")
    elsewhere = {
        "placement_ground": "施暴者同住",
        "proposed_site": "TEMPORARY_SHELTER",
        "best_interest_reason": "立即脱离施暴者",
    }
    answer = police.refused(
        "placement_site_not_allowed", "notifyCivilAffairsForPlacement", case_id, elsewhere
    )
    assert answer["field"] == "proposedSite"
    assert [c["id"] for c in answer["clauses"]] == ["SH2020-4.2-k"]
    steps.notified(world, case_id)
    notice = told(world, case_id, "case.civil_affairs_notified_for_placement")
    assert notice.stamp.clauses == ("SH2020-4.2-k",)
    (task,) = civil_affairs.queue("cm_ca", "Q-05")
    assert task["caseId"] == str(case_id)
    assert task["namedPersonId"] == str(BY_KEY["cm_ca"].id)
    assert task["clauses"] == ["SH2020-4.2-k"]

    world.clock.set("2022-03-01 10:30")
    hotel = steps.PLACING | {"site_kind": "HOTEL"}
    answer = civil_affairs.refused(
        "placement_site_not_allowed", "decideProtectivePlacement", case_id, hotel
    )
    assert answer["field"] == "siteKind"
    civil_affairs.done("decideProtectivePlacement", case_id, steps.PLACING)
    assert the_placement(world, case_id)["status"] == "PROPOSED"
    steps.received(world, case_id, "2022-03-01 11:30")
    arrival = told(world, case_id, "case.child_received_by_institution")
    assert arrival.placement_kind is PlacementKind.PROTECTIVE
    assert arrival.site_unit_id == UNIT_BY_KEY["cm_rescue"].id
    assert "SH2020-4.2-k" in arrival.stamp.clauses
    placement = the_placement(world, case_id)
    assert (placement["status"], placement["startedOn"]) == ("ACTIVE", "2022-03-01")
    assert placement["limitOn"] is None  # SH2020 sets none
    assert civil_affairs.queue("cm_ca", "Q-05") == []
    assert (world.as_("cm_township").child(child.id) or {})["isPlaced"] is True
    common_checks(world)


def the_placement(world: World, case_id: UUID, by: str = "cm_ca") -> Answer:
    """The case's only placement, as this person reads it."""
    case = world.as_(by).case(case_id)
    assert case is not None
    (found,) = case["placements"]
    placement: Answer = found
    return placement


# ── 2


def test_uncle_and_father_are_both_criticised_and_reprimanded(
    world: World, child: ChildOfStory
) -> None:
    case_id = steps.placed(world, child)
    police = world.as_("cm_police")
    for who in ("UNCLE", "FATHER"):
        given = steps.against(child, who, measure_ground="殴打儿童")
        police.done("criticiseGuardian", case_id, given | {"criticised_by": "POLICE"})
        police.done("reprimandGuardian", case_id, given)
    for name in ("case.guardian_criticised", "case.guardian_reprimanded"):
        measures = world.events(case_id, name)
        assert [(m.event.subject_kind, m.event.subject_id) for m in measures] == [
            (MeasureSubject.ENTRUSTED_CARER, child.guardians["UNCLE"]),
            (MeasureSubject.PARENT, child.guardians["FATHER"]),
        ]
        assert all("SH2020-4.4-a" in m.stamp.clauses for m in measures)
    case = police.case(case_id)
    assert case is not None
    assert not {"CRITICISE_GUARDIAN", "REPRIMAND_GUARDIAN"} & set(case["openDuties"])
    penalty = steps.against(child, "FATHER", penalty_class="DETENTION", penalty_reference="8号")
    police.done("imposeSecurityPenalty", case_id, penalty)
    assert recorded(world, case_id, "case.security_penalty_imposed").stamp.clauses == (
        "SH2020-4.4-b",
    )
    common_checks(world)


def test_the_criminal_reference_is_for_police_and_procuratorate(
    world: World, child: ChildOfStory
) -> None:
    case_id = steps.placed(world, child)
    given = steps.against(child, "FATHER", criminal_reference=steps.REFERENCE)
    world.as_("cm_police").done("openCriminalCase", case_id, given)
    for key in ("cm_police", "cm_proc"):
        line = line_of(world.as_(key), "case", case_id, "case.criminal_case_opened")
        assert seen(line)["criminalReference"] == steps.REFERENCE
    for key in ("cm_ca", "cm_township", "cm_supervisor"):
        line = line_of(world.as_(key), "case", case_id, "case.criminal_case_opened")
        assert "criminalReference" not in seen(line)
    for key in (
        "cm_rescue",
        "cm_director",
        "cm_committee",
        "cm_teacher",
        "cm_father",
        "cm_uncle",
        "cm_doctor",
    ):
        person = world.as_(key)
        read = str(person.timeline("case", case_id)) + str(person.timeline("child", child.id))
        assert steps.REFERENCE not in read
    common_checks(world)


JUSTICE = {
    "case.criminal_case_opened",
    "case.guardian_reprimanded",
    "case.security_penalty_imposed",
    "case.transferred_to_judiciary",
}


def test_that_somebody_was_punished_is_the_outcome_of_justice(
    world: World, child: ChildOfStory
) -> None:
    """Village, school, family, shelter and clinic learn of it neither what nor that (A.2, P5)."""
    case_id = steps.placed(world, child)
    police, father = world.as_("cm_police"), steps.against(child, "FATHER")
    police.done("reprimandGuardian", case_id, father | {"measure_ground": "殴打儿童"})
    penalty = {"penalty_class": "DETENTION", "penalty_reference": "8号"}
    police.done("imposeSecurityPenalty", case_id, father | penalty)
    police.done("openCriminalCase", case_id, father | {"criminal_reference": steps.REFERENCE})
    moved = {"transferred_to": "PROCURATORATE", "criminal_reference": steps.REFERENCE}
    police.done("transferToJudiciary", case_id, father | moved)
    for key in ("cm_police", "cm_proc", "cm_ca", "cm_township", "cm_supervisor"):
        lines = world.as_(key).timeline("case", case_id)
        assert {line["name"] for line in lines} >= JUSTICE, key
    outside = ("cm_director", "cm_committee", "cm_teacher", "cm_head", "cm_father", "cm_uncle")
    for key in (*outside, "cm_rescue", "cm_doctor"):
        person = world.as_(key)
        lines = person.timeline("case", case_id) + person.timeline("child", child.id)
        assert not {line["name"] for line in lines} & JUSTICE, key
    common_checks(world)


def test_the_uncles_care_ends(world: World, child: ChildOfStory) -> None:
    steps.placed(world, child)
    given = {"care_end_reason": "CARER_HARMED", "care_end_note": "殴打儿童,已训诫"}
    world.as_("cm_committee").done("endEntrustedCare", child.id, given)
    ended = told(world, child.id, "child.entrusted_care_ended")
    assert ended.carer_id == child.guardians["UNCLE"]
    file = world.as_("cm_director").child(child.id)
    assert file is not None
    assert file["entrustedCare"]["status"] == "NEEDED"  # her father away, her mother dead
    # a carer never was a guardian: the file lists the father and the mother, and no third
    assert {g["relation"] for g in file["guardians"]} == {"FATHER", "MOTHER"}
    assert world.as_("cm_uncle").child(child.id) is None
    common_checks(world)


# ── Must not


def test_father_and_uncle_never_learn_where_she_is(world: World, child: ChildOfStory) -> None:
    case_id = steps.placed(world, child)
    secrets = (
        steps.SHELTER,
        "MINORS_PROTECTION_INSTITUTION",
        str(UNIT_BY_KEY["cm_rescue"].id),
        "朱德明",
        "俞仁杰",
        str(BY_KEY["cm_doctor"].id),
    )
    for key in ("cm_father", "cm_uncle"):
        person = world.as_(key)
        file = person.child(child.id)
        assert file is not None
        assert file["name"] == "石小梅"
        read = str(file) + str(person.timeline("child", child.id))
        assert [secret for secret in secrets if secret in read] == []
        absent(person, "case", case_id)
        denied(person, "decideProtectivePlacement", case_id, steps.PLACING)
    for key in ("cm_ca", "cm_township", "cm_rescue", "cm_police"):
        assert the_placement(world, case_id, key)["address"] == steps.SHELTER
    # the village knows that she is placed, and neither where nor by whom she was received
    for key in ("cm_director", "cm_committee"):
        village = world.as_(key)
        read = str(village.child(child.id)) + str(village.timeline("child", child.id))
        assert [secret for secret in (steps.SHELTER, "朱德明") if secret in read] == []
    common_checks(world)


def test_who_may_be_the_one_suspected_learns_nothing_in_the_minute_of_the_report(
    world: World, child: ChildOfStory
) -> None:
    """Neither family nor the school's head, who may have to be reported: the tier rises for those who act on it."""
    kept, told_of = ("cm_father", "cm_uncle", "cm_head"), ("cm_township", "cm_supervisor", "cm_ca")
    before = {who: names_of(world, who, child) for who in (*kept, *told_of)}
    world.clock.set("2022-03-01 09:00")
    report = steps.report_of(
        world, "2022-03-01", children=[child.id], reporter_category="SCHOOL", reporter_name=None
    )
    world.as_("cm_teacher").done("submitReport", None, report)
    for who in kept:
        assert names_of(world, who, child) == before[who], who
    for who in told_of:
        assert "child.risk_tier_assigned" in names_of(world, who, child)[len(before[who]) :], who
    common_checks(world)


def test_the_carer_does_not_learn_who_complained_nor_of_what(
    world: World, child: ChildOfStory
) -> None:
    world.clock.set("2022-03-01 09:00")
    given = {"care_concern": "NEGLECTS", "concern_facts": "手臂淤伤", "child_in_need_now": True}
    teacher = world.as_("cm_teacher")
    teacher.done("raiseEntrustedCareConcern", child.id, given)
    name = "child.entrusted_care_concern_raised"
    for key in ("cm_uncle", "cm_father", "cm_committee"):
        line = line_of(world.as_(key), "child", child.id, name)
        assert (line["actorRole"], line["actorUnitId"]) == ("reporter", None), key
        assert str(teacher.who.id) not in str(line), key
    line = line_of(world.as_("cm_uncle"), "child", child.id, name)
    assert not {"careConcern", "reportOffered", "reportTrigger"} & set(seen(line))
    line = line_of(world.as_("cm_township"), "child", child.id, name)
    assert seen(line)["careConcern"] == "NEGLECTS"
    assert str(teacher.who.id) in str(line)
    common_checks(world)


def test_a_referral_to_the_shelter_does_not_lead_to_her(world: World, child: ChildOfStory) -> None:
    """Neither by whom it asks nor by who answers it; the shelter has its task, and who asked sees it."""
    steps.placed(world, child)
    world.clock.set("2022-03-03 09:00")
    shelter = UNIT_BY_KEY["cm_rescue"].id
    referral = {
        "referred_to_unit_id": shelter, "referral_fields": ["CARE_NEEDS"],
        "referral_purpose": "CASEWORK", "referral_need": "照料", "referral_until_on": date(2022, 3, 20),
    }  # fmt: skip
    world.as_("cm_ca").done("referFile", child.id, referral)
    rescue = world.as_("cm_rescue")
    (task,) = rescue.queue("cm_rescue", "Q-94")
    assert task["childId"] == str(child.id)
    made = told(world, child.id, "child.file_referred")
    given = {"file_referral_id": made.file_referral_id}
    rescue.done("acceptFileReferral", child.id, given)
    assert rescue.queue("cm_rescue", "Q-94") == []
    for key in ("cm_father", "cm_uncle", "cm_teacher", "cm_director"):
        lines = world.as_(key).timeline("child", child.id)
        assert "child.file_referral_accepted" in {line["name"] for line in lines}, key
        assert str(shelter) not in str(lines), key
    for name in ("child.file_referred", "child.file_referral_accepted"):
        line = line_of(world.as_("cm_ca"), "child", child.id, name)
        assert seen(line)["referredToSiteId"] == str(shelter)
    common_checks(world)


def names_of(world: World, who: str, child: ChildOfStory) -> list[str]:
    """The lines of her timeline, as this person reads them."""
    return [line["name"] for line in world.as_(who).timeline("child", child.id)]


@pytest.mark.parametrize("category", ["CITIZEN", "SOCIAL_ORGANISATION", "FAMILY", "CHILD"])
def test_whom_no_list_names_is_taken_all_the_same(world: World, category: str) -> None:
    world.clock.set("2022-03-01 09:00")
    report = steps.report_of(world, "2022-03-01", reporter_category=category, triggers=["OTHER"])
    case_id = world.as_("sh_citizen").done("submitReport", None, report)["id"]
    taken = told(world, case_id, "case.report_submitted")
    assert taken.report_standing is Standing.CITIZEN
    (task,) = world.as_("cm_police").queue("cm_police", "Q-01")
    assert task["caseId"] == case_id
    common_checks(world)


def test_what_is_recorded_of_the_father_stays(world: World, child: ChildOfStory) -> None:
    case_id = steps.placed(world, child)
    given = steps.against(child, "FATHER", measure_ground="殴打儿童")
    world.as_("cm_police").done("reprimandGuardian", case_id, given)
    measure = recorded(world, case_id, "case.guardian_reprimanded")
    undoing = {"target_event_id": measure.event_id, "disavowal_reason": "误记"}
    denied(world.as_("cm_father"), "disavowEvent", child.id, undoing)
    with psycopg.connect(world.platform.ways.writer_dsn, autocommit=True) as writer:
        for statement in ("delete from es.event", "update es.event set originator_version = 0"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                writer.execute(statement)
    assert recorded(world, case_id, "case.guardian_reprimanded") == measure
    common_checks(world)
