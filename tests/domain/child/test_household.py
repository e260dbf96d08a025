"""Care arrangement, actual carer and course; the household; guidance, publicity and reminders."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.child.guidance import (
    EmployerReminderRecorded,
    FamilyEducationDelivered,
    GuardianGuidanceGiven,
    GuardianResponsibilityListIssued,
    IssueGuardianResponsibilityList,
    LegalPublicityDelivered,
    RecordEmployerReminder,
)
from domain.child.household import (
    CareArrangementRecorded,
    CarerCourseAttended,
    HouseholdMember,
    HouseholdRecorded,
    RecordCareArrangement,
    RecordCarerCourse,
)
from domain.codec import decode
from domain.kernel import Command, Record
from domain.risk import RiskFactor
from domain.sensitivity import P2, P5_OUTCOME
from domain.terms.care import (
    ArrangementKind,
    CareAudience,
    CareMeans,
    FamilyProgramme,
    GuidanceTopic,
    HouseholdEmployment,
    HouseholdMeans,
    Kinship,
    LawTopic,
)
from tests.domain.child.family import (
    HUANHUA,
    after,
    cq,
    jd,
    li_left_behind,
    noted,
    opening,
    sh_opening,
    the_id,
    told_by,
)
from tests.dsl import an_id, given

OPENED = told_by(cq(opening()))
LATER = "2025-03-04 09:00"
COOK = RecordCareArrangement(
    arrangement=ArrangementKind.ENTRUSTED,
    actual_carer_name="外祖母",
    actual_carer_relation=Kinship.MATERNAL_GRANDMOTHER,
)


def infant(born: date) -> Command[Any]:
    return jd(sh_opening(birth_on=born))


def test_the_grandmother_who_cooks_is_the_actual_carer_and_nothing_else() -> None:
    (recorded,) = given(*OPENED).when(cq(COOK, LATER)).facts()
    assert isinstance(recorded, CareArrangementRecorded)
    assert recorded.actual_carer_id is not None
    assert recorded.course_invited is False
    child = after(cq(opening()), cq(COOK, LATER))
    assert child.care.actual_carer_id == recorded.actual_carer_id
    assert (child.care.carer_id, child.care.guardians) == (None, ())


@pytest.mark.parametrize(
    ("born", "invited"),
    [(date(2021, 7, 3), True), (date(2021, 7, 2), False), (date(2018, 11, 1), False)],
)
def test_the_course_invites_those_who_look_after_infants(born: date, *, invited: bool) -> None:
    at = "2024-07-02 09:00"
    (recorded,) = given(*told_by(infant(born))).when(jd(COOK, at)).facts()
    assert isinstance(recorded, CareArrangementRecorded)
    assert recorded.course_invited is invited


def test_nobody_is_invited_where_no_text_offers_a_course_or_nobody_is_named() -> None:
    baby = told_by(cq(opening(birth_on=date(2024, 1, 1))))
    (recorded,) = given(*baby).when(cq(COOK, LATER)).facts()
    assert isinstance(recorded, CareArrangementRecorded)
    assert recorded.course_invited is False
    unnamed = RecordCareArrangement(arrangement=ArrangementKind.ONE_STAYS)
    given(*told_by(infant(date(2023, 1, 1)))).when(jd(unnamed, "2024-07-02 09:00")).then(
        CareArrangementRecorded(arrangement=ArrangementKind.ONE_STAYS)
    )


def test_an_actual_carer_has_a_name() -> None:
    given(*OPENED).when(
        cq(
            RecordCareArrangement(
                arrangement=ArrangementKind.NONE, actual_carer_relation=Kinship.OTHER_RELATIVE
            ),
            LATER,
        )
    ).then_refused("actual_carer_unnamed", field="actualCarerName")


def test_a_course_is_recorded_of_the_actual_carer_of_an_infant() -> None:
    course = jd(
        RecordCarerCourse(carer_course="婴幼儿早期发展课程", attended_on=date(2024, 8, 1)),
        "2024-08-01 09:00",
    )
    arranged = jd(COOK, "2024-07-02 09:00")
    baby = (infant(date(2023, 1, 1)), arranged)
    carer = after(*baby).care.actual_carer_id
    given(*told_by(*baby)).when(course).then(
        CarerCourseAttended(
            actual_carer_id=carer,
            carer_course="婴幼儿早期发展课程",
            attended_on=date(2024, 8, 1),
        )
    )
    given(*told_by(infant(date(2023, 1, 1)))).when(course).then_refused("no_actual_carer")
    given(*told_by(infant(date(2018, 11, 1)), arranged)).when(course).then_refused(
        "course_for_infants_only", cites="SH2024-2.2.5-a"
    )


def test_the_household_is_a_record_and_hardship_opens_rf_24() -> None:
    told: dict[str, Any] = {
        "household_size": 4,
        "household_means": (HouseholdMeans.FARMING,),
        "hardship_found": True,
        "household_members": (
            HouseholdMember(
                member_name="祖母",
                member_relation=Kinship.PATERNAL_GRANDMOTHER,
                member_employment=HouseholdEmployment.UNABLE,
            ),
        ),
    }
    record = cq(noted(HouseholdRecorded, **told), LATER)
    given(*OPENED).when(record).then(HouseholdRecorded(**told))
    assert after(cq(opening()), record).facts.find(RiskFactor.RF_24)
    better = cq(
        noted(HouseholdRecorded, household_size=4, hardship_found=False), "2025-04-04 09:00"
    )
    assert after(cq(opening()), record, better).facts.find(RiskFactor.RF_24) is None


@pytest.mark.parametrize(
    "record",
    [
        GuardianGuidanceGiven(
            guidance_topics=(GuidanceTopic.CONTACT,),
            care_audience=CareAudience.AWAY_PARENT,
            care_means=CareMeans.VIDEO,
        ),
        LegalPublicityDelivered(
            law_topics=(LawTopic.MINORS_PROTECTION,),
            care_audience=CareAudience.AWAY_PARENT,
            care_means=CareMeans.MESSAGE,
        ),
        FamilyEducationDelivered(
            family_programme=FamilyProgramme.PARENT_GROWTH,
            care_audience=CareAudience.GUARDIAN,
            education_ordered=True,
            care_means=CareMeans.AT_HOME,
        ),
    ],
    ids=lambda record: record.name,
)
@pytest.mark.clause(
    "SH2024-2.2.4-d",
    "CQ2024-2.1-f",
    "CN2017-4.4.2-b",
    "CQ2016-3.4-g",
    "CQ2024-3.2-a",
    "CQ2024-2.1-f2",
    "CQ2024-2.1-a",
    "SH2024-2.2.5-d",
)
def test_what_was_done_with_guardians_is_written_down(record: Record[Any]) -> None:
    values = {spec.name: getattr(record, spec.name) for spec in record.specs}
    given(*OPENED).when(cq(noted(type(record), **values), LATER)).then(record)


def test_that_education_was_ordered_is_an_outcome_of_justice() -> None:
    classes = {spec.name: spec.sensitivity for spec in FamilyEducationDelivered.specs}
    assert classes["education_ordered"] is P5_OUTCOME
    assert classes["family_programme"] is P2


def test_the_duty_list_is_acknowledged_by_guardians_on_file() -> None:
    history = told_by(*li_left_behind("2023-02-06"))
    father = the_id(history, Kinship.FATHER)

    def issue(*who: object) -> Command[Any]:
        return cq(
            IssueGuardianResponsibilityList(
                duty_list_version="2023-1",
                duty_list_village=HUANHUA,
                acknowledged_by=who,  # type: ignore[arg-type]
                acknowledged_on=date(2023, 2, 10),
            ),
            "2023-02-10 10:00",
        )

    given(*history).when(issue(father)).then(
        GuardianResponsibilityListIssued(
            duty_list_version="2023-1",
            duty_list_village=HUANHUA,
            acknowledged_by=(father,),
            acknowledged_on=date(2023, 2, 10),
        )
    )
    given(*history).when(issue(father, an_id("nobody"))).then_refused(
        "unknown_guardian", field="acknowledgedBy"
    )


def test_the_employer_is_reminded_of_a_guardian_and_learns_nothing_of_the_child() -> None:
    history = told_by(*li_left_behind())
    father = the_id(history, Kinship.FATHER)
    remind = RecordEmployerReminder(
        guardian_id=father, employer_name="东莞某厂", reminded_on=date(2025, 3, 4)
    )
    given(*history).when(cq(remind, LATER)).then(
        EmployerReminderRecorded(
            guardian_id=father, employer_name="东莞某厂", reminded_on=date(2025, 3, 4)
        )
    )
    given(*OPENED).when(cq(remind, LATER)).then_refused("unknown_guardian")
    assert {spec.name for spec in EmployerReminderRecorded.specs} == {
        "guardian_id",
        "employer_name",
        "reminded_on",
    }


def test_hardship_ends_when_that_is_said_and_not_by_silence() -> None:
    """A record of before says False where it was silent, and means what it meant then."""
    poor = cq(noted(HouseholdRecorded, household_size=4, hardship_found=True), LATER)
    silent = cq(noted(HouseholdRecorded, household_size=5), "2025-03-20 09:00")
    over = cq(noted(HouseholdRecorded, household_size=5, hardship_found=False), "2025-03-21 09:00")
    assert after(cq(opening()), poor, silent).facts.find(RiskFactor.RF_24)
    assert after(cq(opening()), poor, silent, over).facts.find(RiskFactor.RF_24) is None
    stored = {"household_size": 4, "hardship_found": False}
    old: Any = decode("child.household_recorded", 1, stored, {})
    assert old.hardship_found is False
