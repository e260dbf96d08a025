"""Mental health: monitoring, counselling, the clinic; a child found in a bar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.child.clinic import (
    ClinicAttendanceRecorded,
    ClinicReferralMade,
    MakeClinicReferral,
    RecordClinicAttendance,
)
from domain.child.concerns import MentalHealthConcernRecorded, RecordBehaviourConcern
from domain.child.counselling import (
    CounsellingSessionRecorded,
    MentalHealthMonitored,
    MonitorMentalHealth,
    RecordCounsellingSession,
)
from domain.child.mind_education import MentalHealthEducationGiven
from domain.child.warnings import WarningRaised
from domain.directory import Directory, Unit
from domain.risk import RiskFactor
from domain.sensitivity import P2, P4_MIND
from domain.terms.school import MindLesson, MindReferral, MonitoringResult, SessionKind
from domain.terms.units import UnitKind
from domain.terms.visits import BehaviourConcern, ConcernSource, MindConcern
from tests.domain.child.pupils import (
    HOSPITAL,
    OFFICER,
    SCHOOL,
    Q,
    on_file,
    one,
    put,
    refused,
)
from tests.dsl import an_id

DAY = "2024-09-10 09:00"
MONITORED = MonitorMentalHealth(
    monitored_on=date(2024, 9, 9), monitoring_result=MonitoringResult.NORMAL
)
FOUND = replace(
    MONITORED,
    monitoring_result=MonitoringResult.CONCERN,
    monitoring_note="量表提示情绪低落",
    mind_concern=MindConcern.LOW_MOOD,
)
SESSION = RecordCounsellingSession(
    session_on=date(2024, 9, 10), session_kind=SessionKind.INDIVIDUAL, session_content="谈睡眠"
)
TAUGHT = MentalHealthEducationGiven.Command(mind_lesson=MindLesson.COURSE)  # type: ignore[call-arg]


def test_what_is_normal_starts_nothing() -> None:
    (told,) = put(on_file(), MONITORED, DAY)
    assert isinstance(told, MentalHealthMonitored)
    assert told.told.clauses == ("CQ2024-2.2-a", "CQ2016-3.3-h")


def test_what_monitoring_finds_is_a_concern_and_a_warning_at_once() -> None:
    story = on_file()
    told = put(story, FOUND, DAY)
    concern = one(told, MentalHealthConcernRecorded)
    assert concern.concern_source is ConcernSource.MONITORING
    assert concern.counsel_unit_id == SCHOOL.id
    assert concern.counsel_by == date(2024, 9, 17)
    assert one(told, WarningRaised).warning_cause_id == concern.told.event_id
    assert story.child(Q).facts.source(RiskFactor.RF_21) == concern.told.event_id


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (replace(FOUND, mind_concern=None), "monitoring_concern_missing", "mindConcern"),
        (replace(FOUND, monitoring_note=" "), "monitoring_concern_missing", "monitoringNote"),
        (
            replace(MONITORED, monitored_on=date(2024, 9, 11)),
            "monitored_in_future",
            "monitoredOn",
        ),
        (replace(SESSION, session_on=date(2024, 9, 11)), "monitored_in_future", "sessionOn"),
        (replace(SESSION, session_content=""), "school_note_missing", "sessionContent"),
        (replace(SESSION, concern_id=an_id("none")), "unknown_concern", "concernId"),
        (MakeClinicReferral(), "clinic_missing", "clinicName"),
        (MakeClinicReferral(clinic_unit_id=SCHOOL.id), "clinic_missing", "clinicUnitId"),
        (
            RecordClinicAttendance(
                clinic_referral_id=an_id("none"), visited_clinic_on=date(2024, 9, 10)
            ),
            "unknown_clinic_referral",
            "clinicReferralId",
        ),
    ],
)
def test_what_is_refused(command: MonitorMentalHealth, code: str, field: str) -> None:
    no = refused(on_file(), command, DAY)
    assert (no.code, no.field) == (code, field)


def test_the_content_of_a_session_is_for_those_who_counsel() -> None:
    story = on_file()
    concern = one(put(story, FOUND, DAY), MentalHealthConcernRecorded)
    session = replace(SESSION, concern_id=concern.concern_id)
    told = one(put(story, session, "2024-09-10 10:00"), CounsellingSessionRecorded)
    assert told.concern_id == concern.concern_id
    classes = {s.name: s.sensitivity for s in CounsellingSessionRecorded.specs}
    assert classes["session_content"] is P4_MIND


@pytest.mark.clause("SH2024-2.1.2-c")
def test_of_the_clinic_only_the_fact_is_kept() -> None:
    story = on_file()
    made = one(put(story, MakeClinicReferral(clinic_unit_id=HOSPITAL.id), DAY), ClinicReferralMade)
    attended = RecordClinicAttendance(
        clinic_referral_id=made.clinic_referral_id, visited_clinic_on=date(2024, 9, 20)
    )
    assert refused(story, attended, "2024-09-19 09:00").code == "monitored_in_future"
    told = one(put(story, attended, "2024-09-20 15:00"), ClinicAttendanceRecorded)
    assert {s.name for s in ClinicAttendanceRecorded.specs} == {
        "clinic_referral_id",
        "visited_clinic_on",
    }
    assert told.told.clauses == ("CQ2024-2.2-f",)
    assert refused(story, attended, "2024-09-21 09:00").code == "unknown_clinic_referral"
    put(story, MakeClinicReferral(clinic_name="市精神卫生中心"), "2024-09-22 09:00")
    assert len(story.child(Q).mind.referrals) == 1


@pytest.mark.clause("SH2024-2.1.2-d")
def test_community_rehabilitation_is_referred_under_the_class_of_the_mind() -> None:
    """By whoever treats the child, to a clinic or a provider; what it is for is told with it alone."""
    story = on_file()
    provider = Unit(
        id=an_id("provider"),
        kind=UnitKind.SOCIAL_WORK_PROVIDER,
        name="社会工作服务中心",
        division_id=HOSPITAL.division_id,
    )
    story.directory = Directory.of([*story.directory.units.values(), provider])
    asked = MakeClinicReferral(
        clinic_unit_id=provider.id, referred_for=MindReferral.COMMUNITY_REHABILITATION
    )
    made = one(put(story, asked, DAY), ClinicReferralMade)
    assert made.referred_for is MindReferral.COMMUNITY_REHABILITATION
    (told,) = (s for s in ClinicReferralMade.specs if s.name == "referred_for")
    assert (told.sensitivity, ClinicReferralMade.existence_class) == (P4_MIND, P4_MIND)
    no_clinic = MakeClinicReferral(clinic_unit_id=provider.id)
    assert refused(story, no_clinic, "2024-09-11 09:00").code == "clinic_missing"


def test_a_child_found_in_a_bar_is_a_behaviour_concern_of_its_own_kind() -> None:
    story = on_file()
    bar = RecordBehaviourConcern(
        behaviour_concern=BehaviourConcern.ADULT_VENUE,
        concern_source=ConcernSource.OTHER,
        concern_note="22时在KTV被查见",
    )
    told = put(story, bar, DAY, by=OFFICER)
    assert "CQ2024-2.6-g" in told[0].told.clauses
    found = {f.factor for f in story.child(Q).facts.facts}
    assert found == {RiskFactor.RF_21, RiskFactor.RF_31}


def test_mental_health_education_is_noted_and_says_nothing_of_the_child() -> None:
    (told,) = put(on_file(), TAUGHT, DAY)
    assert isinstance(told, MentalHealthEducationGiven)
    assert told.mind_lesson is MindLesson.COURSE
    assert {s.sensitivity for s in told.specs} == {P2}
    assert told.told.clauses == ("CQ2024-1-d", "CQ2024-2.2-a", "CQ2016-3.3-h")
