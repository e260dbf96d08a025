"""Conference, judicial order, clinic, companion, conflict of interest over HTTP: in for a reason, out with it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.child.clinic import MakeClinicReferral
from eventlog.casebook import Request
from ops.demo_world import BY_KEY, DAJINGENG, UNIT_BY_KEY
from tests.journeys.children import left_behind_girl, open_file
from tests.journeys.living_alone import police_on_scene, reported
from tests.journeys.person import Person
from tests.journeys.telling import absent, denied, last, unknown
from tests.journeys.world import World

REPORTER = "query ($id: UUID!) { case(id: $id) { reporterCategory factsReported } }"


@pytest.fixture
def case(world: World) -> UUID:
    """A girl living alone in Fengjie, handled by the police."""
    child = left_behind_girl(world)
    case_id = reported(world, child)
    police_on_scene(world, case_id)
    return case_id


def child_of(world: World, case_id: UUID) -> UUID:
    ((child,),) = world.sql("select child_id from read.case_child where case_id = %s", case_id)
    found: UUID = child
    return found


# ── 会商 Conference
def agenda(**more: Any) -> dict[str, Any]:
    return {
        "called_unit_ids": [UNIT_BY_KEY["cm_ca"].id],
        "conference_purposes": ["CASEWORK"],
        "conference_on": date(2025, 3, 6),
        "conference_question": "接续照护",
        **more,
    }


def test_a_conference_sees_the_case_until_it_is_over(world: World, case: UUID) -> None:
    guest, lead = world.as_("cm_ca"), world.as_("fj_ca")
    child = child_of(world, case)
    absent(guest, "case", case)
    hospital, both = world.as_("cm_doctor"), ["cm_ca", "cm_hospital"]
    mixed = agenda(called_unit_ids=[UNIT_BY_KEY[key].id for key in both])
    lead.refused("conference_purpose_unfit", "callCaseConference", case, mixed)
    purposes = {"conference_purposes": ["CASEWORK", "TREATMENT"]}
    lead.done("callCaseConference", case, mixed | purposes)
    assert hospital.case(case) is not None
    assert guest.case(case) is not None
    assert (guest.child(child) or {})["name"] == "冷小禾"
    assert guest.read(REPORTER, id=case)["case"] == {
        "reporterCategory": None,
        "factsReported": None,
    }
    absent(world.as_("cm_ca", "emergency"), "case", case)  # for the purpose of the conference
    denied(
        guest,
        "concludeCaseConference",
        case,
        {"case_conference_id": uuid4(), "conference_outcome": "x"},
    )
    world.clock.forward(minutes=1)
    held = last(world, case, "case.conference_called").case_conference_id
    done = {"case_conference_id": held, "conference_outcome": "由奉节县接续"}
    lead.done("concludeCaseConference", case, done)
    absent(guest, "case", case)
    absent(guest, "child", child)
    lead.refused("unknown_case_conference", "concludeCaseConference", case, done)


def test_a_conference_forgotten_ends_by_time(world: World, case: UUID) -> None:
    world.as_("fj_ca").done("callCaseConference", case, agenda())
    world.clock.set("2025-03-18 00:01")
    absent(world.as_("cm_ca"), "case", case)


def test_what_a_conference_must_say(world: World, case: UUID) -> None:
    lead, put = world.as_("fj_ca"), "callCaseConference"
    for units in ([], [uuid4()]):
        lead.refused("conference_units_unknown", put, case, agenda(called_unit_ids=units))
    lead.refused("conference_question_missing", put, case, agenda(conference_question=""))
    for day in (date(2025, 3, 2), date(2025, 3, 18)):
        lead.refused("conference_day_invalid", put, case, agenda(conference_on=day))
    unknown(world.as_("fj_police"), put)


# ── 司法调取 Judicial order
def test_a_court_learns_who_reported_by_its_own_order_only(world: World, case: UUID) -> None:
    judge = world.as_("fj_judge")
    absent(judge, "case", case)
    world.as_("fj_ca").done(
        "callCaseConference",
        case,
        agenda(called_unit_ids=[UNIT_BY_KEY["fj_court"].id], conference_purposes=["JUDICIAL"]),
    )
    assert judge.read(REPORTER, id=case)["case"]["reporterCategory"] is None
    order = {
        "disclosure_order_number": "(2025)奉法调1号",
        "disclosure_reason": "核实报告经过",
        "disclosed_to_unit_id": UNIT_BY_KEY["fj_court"].id,
    }
    denied(world.as_("fj_police"), "orderReporterDisclosure", case, order)
    elsewhere = {**order, "disclosed_to_unit_id": UNIT_BY_KEY["fj_police"].id}
    judge.refused("disclosure_to_tribunal_only", "orderReporterDisclosure", case, elsewhere)
    judge.done("orderReporterDisclosure", case, order)
    assert judge.read(REPORTER, id=case)["case"]["reporterCategory"] == "SCHOOL"
    assert world.as_("fj_proc").case(case) is None  # the order names one organ
    world.clock.forward(days=31)
    absent(judge, "case", case)


# ── 门诊 Clinic
@pytest.fixture
def pupil(world: World) -> UUID:
    """A girl on file in Changning, pupil of the school there."""
    world.clock.set("2025-03-03 09:00")
    return open_file(
        world,
        "cn_township",
        child_name="余小满",
        sex="FEMALE",
        birth_on=date(2013, 5, 1),
        residence=world.place(DAJINGENG),
        school_unit_id=UNIT_BY_KEY["cn_school"].id,
    )


def sent_to_clinic(world: World, pupil: UUID) -> UUID:
    """The school's counsellor sends her to the district hospital."""
    referral = MakeClinicReferral(clinic_unit_id=UNIT_BY_KEY["cn_hospital"].id)
    world.platform.casebook.perform(Request(command=referral, command_id=uuid4(), stream_id=pupil))
    made: UUID = last(world, pupil, "child.clinic_referral_made").clinic_referral_id
    return made


def test_a_clinic_knows_whom_to_expect_and_then_its_own_patient(world: World, pupil: UUID) -> None:
    """Scenario 17 line 12: a hospital sees its own patient and nothing of school."""
    clinic = world.as_("cn_doctor")
    absent(clinic, "child", pupil)
    sent_to_clinic(world, pupil)
    expected = clinic.child(pupil)
    assert expected is not None
    assert expected["name"] == "余小满"
    assert expected["schoolGrade"] is None
    world.clock.forward(days=1)
    # That she was sent is no line of what the clinic or her school reads (A.2, psychology); the task says it.
    for key in ("cn_doctor", "cn_head", "cn_teacher", "cn_ca"):
        names = {line["name"] for line in world.as_(key).timeline("child", pupil)}
        assert "child.clinic_referral_made" not in names, key
    for key in ("cn_township", "cn_supervisor"):
        names = {line["name"] for line in world.as_(key).timeline("child", pupil)}
        assert "child.clinic_referral_made" in names, key
    (task,) = clinic.queue("cn_hospital", "Q-67")
    given = {"task_id": task["taskId"], "visited_clinic_on": date(2025, 3, 4)}
    clinic.done("recordClinicAttendance", pupil, given)
    patient = clinic.child(pupil)
    assert patient is not None
    assert (patient["name"], patient["responsibleUnitId"]) == ("余小满", None)  # P1, not P2
    assert clinic.ask("{ viewer { grants { relation } } }")["viewer"]["grants"] == []
    absent(world.as_("jd_doctor"), "child", pupil)


# ── 社会结对 Companion
MEETING = {
    "pairing_kind": "TUTOR",
    "called_name": "小满",
    "meeting_time": "每周三16:00",
    "meeting_place": "大金更居委会活动室",
    "safety_alert": "花生过敏",
}
MEETINGS = """{ viewer { companionships { pairingId pairingKind calledName meetingTime meetingPlace
  safetyAlert } } }"""


def paired(**more: Any) -> dict[str, Any]:
    return {**MEETING, "companion_person_id": BY_KEY["cn_volunteer"].id, **more}


def test_a_tutor_sees_the_meeting_and_nothing_of_the_file(world: World, pupil: UUID) -> None:
    """Scenario 4 step 5: first name, time, place, safety alerts."""
    tutor, school = world.as_("cn_volunteer"), world.as_("cn_head")
    assert tutor.ask(MEETINGS)["viewer"]["companionships"] == []
    school.done("startPairing", pupil, paired())
    (meeting,) = tutor.ask(MEETINGS)["viewer"]["companionships"]
    pairing = meeting.pop("pairingId")
    assert meeting == {
        "pairingKind": "TUTOR",
        "calledName": "小满",
        "meetingTime": "每周三16:00",
        "meetingPlace": "大金更居委会活动室",
        "safetyAlert": "花生过敏",
    }
    absent(tutor, "child", pupil)
    assert world.as_("cm_sw").ask(MEETINGS)["viewer"]["companionships"] == []
    school.done(
        "endPairing", pupil, {"pairing_id": UUID(pairing), "pairing_ended_because": "学期结束"}
    )
    assert tutor.ask(MEETINGS)["viewer"]["companionships"] == []


def test_a_pairing_needs_somebody_in_service(world: World, pupil: UUID) -> None:
    school, put = world.as_("cn_head"), "startPairing"
    stranger = paired(companion_person_id=uuid4())
    school.refused("companion_not_in_service", put, pupil, stranger)
    school.refused("school_pairing_is_schools", put, pupil, paired(pairing_kind="PEER"))
    school.refused("meeting_not_arranged", put, pupil, paired(meeting_place=" "))
    school.done(put, pupil, paired())
    school.refused("companion_paired_already", put, pupil, paired())
    denied(world.as_("cn_volunteer"), put, pupil, paired())


# ── 回避 Conflict of interest
def test_who_is_kept_away_sees_nothing_from_that_moment(world: World, case: UUID) -> None:
    """It replaces residence, assignment, unit and task at once (authorization notes §8, 17)."""
    child = child_of(world, case)
    officer: Person = world.as_("fj_police")
    assert officer.case(case) is not None
    assert officer.queue("fj_police", "Q-52") or officer.timeline("case", case)
    kept = {"kept_away_id": BY_KEY["fj_police"].id, "conflict_ground": "FAMILY"}
    world.as_("fj_township").done("declareConflict", child, kept)
    absent(officer, "child", child)
    absent(officer, "case", case)
    mine = [t for q in officer.queues() for t in officer.queue("fj_police", q)]
    assert [t for t in mine if t["caseId"] == str(case)] == []
    officer.not_found("recordPoliceFindings", case, {"findings": ["LIVING_ALONE"]}, version=1)
    assert world.as_("fj_police_chief").case(case) is not None  # the unit's others go on

    again = last(world, child, "child.conflict_declared").conflict_id
    lifted = {"conflict_id": again, "conflict_over_because": "查明并非亲属"}
    unknown(officer, "liftConflict")
    world.as_("fj_township").done("liftConflict", child, lifted)
    assert officer.case(case) is not None
    world.as_("fj_township").refused("unknown_conflict", "liftConflict", child, lifted)


def test_a_later_case_is_kept_from_them_too(world: World) -> None:
    girl = left_behind_girl(world)
    kept = {"kept_away_id": BY_KEY["fj_police"].id, "conflict_ground": "ALLEGED_HARM"}
    world.as_("fj_township").done("declareConflict", girl.id, kept)
    case = reported(world, girl)
    absent(world.as_("fj_police"), "case", case)
    assert world.as_("fj_police").queue("fj_police", "Q-01") == []


def test_who_may_keep_whom_away(world: World, pupil: UUID) -> None:
    put = "declareConflict"
    other = {"kept_away_id": BY_KEY["cn_police"].id, "conflict_ground": "OWN_MATTER"}
    world.as_("cn_head").refused("conflict_of_others", put, pupil, other)
    world.as_("cn_head").done(
        put, pupil, {"kept_away_id": BY_KEY["cn_head"].id, "conflict_ground": "FAMILY"}
    )
    absent(world.as_("cn_head"), "child", pupil)
    holder = world.as_("cn_township")
    owner = {"kept_away_id": UNIT_BY_KEY["cn_township"].id, "conflict_ground": "REPORTED_STAFF"}
    holder.refused("file_needs_owner", put, pupil, owner)
    holder.done(put, pupil, other)
    holder.refused("already_kept_away", put, pupil, other)


def test_ones_own_child_is_not_ones_case(world: World, pupil: UUID) -> None:
    """A mother who serves as township officer sees her child as its mother, and in no other capacity."""
    officer = world.as_("cn_supervisor")
    assert officer.child(pupil) is not None
    world.as_("cn_township").done(
        "recordGuardian",
        pupil,
        {
            "relation": "MOTHER",
            "guardian_name": "金慧芳",
            "guardian_person_id": BY_KEY["cn_supervisor"].id,
        },
    )
    absent(officer, "child", pupil)


# ── 从业禁止 Ban
UNIT_LINES = """query ($id: UUID!) { unitRecord(id: $id) { timeline(first: 100) { nodes {
  name values { field value } } } } }"""
BANS = {"unit.employment_bar_recorded", "unit.assignment_barred"}


def test_who_is_barred_is_told_to_those_who_act_on_it(world: World) -> None:
    """The authority, the employer, civil affairs of the place: not to every school of both cities (A.2, P5)."""
    who = BY_KEY["cm_sw"]
    ban = {"person_id": who.id, "bar_ground": "(2025)沪刑终12号"}
    units = [world.unit("cm_police_district"), world.unit("cm_sw")]
    world.as_("cm_police_chief").done("recordEmploymentBar", units[0], ban)

    def bans(key: str, unit: UUID) -> list[Any]:
        found = world.as_(key).ask(UNIT_LINES, id=unit)["unitRecord"]["timeline"]["nodes"]
        return [line for line in found if line["name"] in BANS]

    for key in ("cm_teacher", "cm_director", "fj_teacher", "fj_ca", "sh_rules"):
        assert [bans(key, unit) for unit in units] == [[], []], key
    for key, unit in (("cm_police_chief", units[0]), ("cm_ca", units[1])):
        (line,) = bans(key, unit)
        assert {"field": "personId", "value": str(who.id)} in line["values"], key
