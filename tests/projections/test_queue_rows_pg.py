"""Rows of the table of queues on a real database: what opens a task, its unit, day and clauses, what ends it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.case.commendation import CommendReporter
from domain.case.dispatch import DispatchPolice, RecordPoliceFindings
from domain.case.intake import AcceptReport, AcceptStreetReport, ForwardReport
from domain.case.reports import SubmitReport
from domain.case.state import Case
from domain.child.file import OpenChildFile
from domain.child.household import HouseholdMember
from domain.child.state import Child
from domain.child.tier_decisions import ConfirmRiskTier
from domain.context import Actor
from domain.kernel import Event, State
from domain.periods import local_date
from domain.terms.care import CapacityNextStep, CapacityResult, HouseholdEmployment, Kinship
from domain.terms.emergency import Finding
from domain.terms.entitlements import InsuranceScheme
from domain.terms.file import Sex
from domain.terms.places import DivisionId
from domain.terms.reports import (
    Addressee,
    Commendation,
    ForwardGround,
    ReportChannel,
    ReporterCategory,
    SanctionCondition,
    Trigger,
)
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from domain.unit.posts import RegisterUnit
from eventlog.casebook import Request
from tests.database import Database, Postgres, database_of
from tests.dsl import an_id, local, place
from tests.projections.telling import past, told
from tests.projections.town import (
    BAIDI,
    CHANGNING,
    CLERK,
    OFFICER,
    SUPERVISOR,
    TEACHER,
    Town,
    reported,
    town_on,
    unit_id,
)

pytestmark = pytest.mark.postgres
STREET, CHONGMING = place("上海市/长宁区/江苏路街道"), place("上海市/崇明区")
OFFICE = unit_id("civil affairs")
DAY = date(2019, 3, 20)


@pytest.fixture(scope="module")
def town(postgres: Postgres, template_database: Database) -> Iterator[Town]:
    """One town; each row has a case or a child of its own."""
    with database_of(postgres, template_database.name) as database, town_on(database) as town:
        yield town


@dataclass(frozen=True)
class Row:
    """A task as its queue declares it: the fact that opens it, and the one by which it is done."""

    queue: str
    opens: Event[Any]
    due_on: date
    clauses: list[str]
    ends: Event[Any]


CASES = [
    Row(
        "Q-23",
        past(
            "case.guardian_search_started",
            search_unit_ids=(OFFICE,),
            progress_by=DAY,
            search_id=an_id("search 1"),
        ),
        DAY,
        ["CN2017-4.3-g"],
        past("case.guardian_found", search_id=an_id("search 1")),
    ),
    Row(
        "Q-24",
        past(
            "case.guardian_search_attempted",
            certificate_unit_id=OFFICE,
            search_exhausted=True,
            progress_by=DAY,
            search_id=an_id("search 2"),
        ),
        DAY,
        ["CN2017-4.3-e"],
        past("case.guardian_search_failed_certified", search_id=an_id("search 2")),
    ),
    Row(
        "Q-27",
        past(
            "case.custody_child_inquiry_made",
            care_unit_id=OFFICE,
            arrange_by=local("2019-03-20 23:59"),
            incident_place=None,
        ),
        DAY,
        ["CN2017-3.4-d"],
        past("case.temporary_care_on_custody_arranged"),
    ),
    Row(
        "Q-27-RELEASE",
        past(
            "case.placement_activated",
            civil_affairs_unit_id=OFFICE,
            review_on=DAY,
            placement_id=an_id("care in custody"),
        ),
        DAY,
        ["CN2017-3.4-d"],
        past("case.temporary_guardianship_ended", placement_id=an_id("care in custody")),
    ),
    Row(
        "Q-28",
        past(
            "case.hukou_escort_decided",
            civil_affairs_unit_id=OFFICE,
            receipt_by=DAY,
            placement_id=an_id("placement 1"),
        ),
        DAY,
        ["CN2017-4.3-h", "CN2017-4.3-i"],
        past("case.hukou_escort_completed", placement_id=an_id("placement 1")),
    ),
    Row(
        "Q-32",
        past(
            "case.failure_to_report_found",
            authority_unit_id=OFFICE,
            decide_by=DAY,
            sanction_condition=SanctionCondition.NOT_REQUIRED,
            failing_id=an_id("school"),
        ),
        DAY,
        ["CN2017-4.1-d"],
        past("case.reporter_accountability_decided", failing_id=an_id("school")),
    ),
]
CHILDREN = [
    Row(
        "Q-40",
        past(
            "child.legal_aid_referred",
            legal_aid_unit_id=OFFICE,
            legal_aid_by=DAY,
            legal_aid_id=an_id("matter"),
        ),
        DAY,
        ["CN2017-5.1-t"],
        past("child.legal_aid_provided", legal_aid_id=an_id("matter")),
    ),
    Row(
        "Q-41",
        past(
            "child.insurance_checked",
            insurance_unit_id=OFFICE,
            insurance_check_on=DAY,
            schemes_missing=(InsuranceScheme.SERIOUS_ILLNESS,),
            insurance_year=2019,
        ),
        DAY,
        ["CN2017-3.2-a", "CN2017-5.1-u"],
        past(
            "child.insurance_enrolment_recorded",
            insurance_schemes=tuple(InsuranceScheme),
            insurance_year=2019,
        ),
    ),
    Row(
        "Q-64",
        past(
            "child.enrolment_barrier_reported",
            education_unit_id=OFFICE,
            resolve_by=DAY,
            barrier_id=an_id("barrier"),
        ),
        DAY,
        ["CN2017-5.1-p"],
        past("child.enrolment_barrier_resolved", barrier_id=an_id("barrier")),
    ),
]
CHILDREN_OF_FENGJIE = [
    Row(
        "Q-37",
        past(
            "child.mental_health_concern_recorded",
            counsel_unit_id=OFFICE,
            counsel_by=date(2025, 3, 17),
            concern_id=an_id("concern"),
        ),
        date(2025, 3, 17),
        ["CQ2024-2.2-a", "CQ2024-2.2-j"],
        past("child.counselling_session_recorded", concern_id=an_id("concern")),
    ),
    Row(
        "Q-50",
        past(
            "child.warning_raised",
            warned_unit_ids=(OFFICE,),
            warning_urgent=True,
            react_by_at=local("2025-03-04 09:00"),
            warning_id=an_id("warning"),
        ),
        date(2025, 3, 4),
        ["CQ2024-3.1-e"],
        past("child.warning_closed", warning_id=an_id("warning")),
    ),
    Row(
        "Q-65",
        past(
            "child.bullying_incident_recorded",
            school_unit_id=OFFICE,
            deal_by=date(2025, 3, 20),
            bullying_id=an_id("incident"),
        ),
        date(2025, 3, 20),
        ["CQ2024-2.4-e"],
        past("child.bullying_dealt_with", bullying_id=an_id("incident")),
    ),
    Row(
        "Q-67",
        past(
            "child.clinic_referral_made",
            clinic_unit_id=OFFICE,
            clinic_referral_id=an_id("referral"),
        ),
        date(2025, 3, 17),
        ["CQ2024-2.2-f"],
        past("child.clinic_attendance_recorded", clinic_referral_id=an_id("referral")),
    ),
]


def at_work(town: Town, row: Row, stream: UUID, state: type[State], owner: UUID = OFFICE) -> None:
    """The task of this row comes with its fact and goes with its deed."""
    told(town, stream, row.opens, state=state)
    (task,) = tasks(town, row.queue, stream)
    assert task["owner_unit_id"] == owner
    assert local_date(task["due_at"]) == row.due_on
    assert task["clauses"] == row.clauses
    told(town, stream, row.ends, state=state)
    assert tasks(town, row.queue, stream) == []


def tasks(town: Town, queue: str, stream: UUID) -> list[dict[str, Any]]:
    """The open tasks of a queue on a stream."""
    return town.rows(
        "select * from read.work_item where queue = %(queue)s and is_open "
        "and cause_stream_id = %(stream)s order by due_at",
        queue=queue,
        stream=stream,
    )


def on_file(town: Town, when: str, where: str) -> UUID:
    """A child of this place."""
    opening = OpenChildFile(
        child_name="范小舟", sex=Sex.MALE, birth_on=date(2012, 5, 6), residence=DivisionId(where)
    )
    return town.at(when).do(opening, by=CLERK).stream_id


@pytest.mark.parametrize("row", CASES, ids=[r.queue for r in CASES])
def test_a_task_of_a_case_comes_with_its_fact_and_goes_with_its_deed(town: Town, row: Row) -> None:
    case = reported(town, "2019-03-04 09:00", where=CHANGNING)
    at_work(town, row, case, Case)


def test_care_arranged_in_custody_is_looked_at_again_at_the_release(town: Town) -> None:
    """CN2017-3.4-d: one task a child, on the day said last; none where nobody said a day, or the child is placed."""
    case = reported(town, "2019-03-04 09:00", where=CHANGNING)
    arranged = "case.temporary_care_on_custody_arranged"
    child_id = an_id("child of a detained man")
    for day, due in ((date(2019, 4, 2), date(2019, 4, 2)), (date(2019, 5, 6), date(2019, 5, 6))):
        told(town, case, past(arranged, child_id=child_id, review_on=day), state=Case)
        (task,) = tasks(town, "Q-27-RELEASE", case)
        assert local_date(task["due_at"]) == due
        assert task["clauses"] == ["CN2017-3.4-d"]
    placed = past("case.placement_activated", child_id=child_id, review_on=None)
    told(town, case, placed, state=Case)
    assert tasks(town, "Q-27-RELEASE", case) == []
    told(town, case, past(arranged, child_id=child_id, review_on=None), state=Case)
    assert tasks(town, "Q-27-RELEASE", case) == []


@pytest.mark.parametrize("row", CHILDREN, ids=[r.queue for r in CHILDREN])
def test_a_task_of_a_file_in_changning(town: Town, row: Row) -> None:
    at_work(town, row, on_file(town, "2019-03-04 09:00", STREET), Child)


@pytest.mark.parametrize("row", CHILDREN_OF_FENGJIE, ids=[r.queue for r in CHILDREN_OF_FENGJIE])
def test_a_task_of_a_file_in_fengjie(town: Town, row: Row) -> None:
    at_work(town, row, on_file(town, "2025-03-03 09:00", BAIDI), Child)


def test_a_village_s_living_care_is_a_task_of_the_township_in_chongming(town: Town) -> None:
    case = reported(town, "2022-03-04 09:00", where=CHONGMING)
    row = Row(
        "Q-46",
        past(
            "case.temporary_living_care_arranged",
            support_unit_id=OFFICE,
            support_by=date(2022, 3, 9),
            domicile=None,
            placement_id=an_id("care in the village"),
        ),
        date(2022, 3, 9),
        ["SH2020-3.2-f"],
        past("case.temporary_care_supported", placement_id=an_id("care in the village")),
    )
    at_work(town, row, case, Case)


@pytest.mark.clause("SH2024-2.4.12-d")
def test_a_contact_before_the_holiday_is_a_task_of_the_school_in_chongming(town: Town) -> None:
    row = Row(
        "Q-68",
        past("child.holiday_contact_due", school_unit_id=OFFICE, contact_home_by=date(2025, 1, 17)),
        date(2025, 1, 17),
        ["SH2024-2.4.12-d"],
        past("child.school_home_contact_made"),
    )
    at_work(town, row, on_file(town, "2025-01-06 09:00", CHONGMING), Child)


def with_street(town: Town) -> UUID:
    """The street of Jiangsu Road, registered once however often it is asked for."""
    street = an_id("the street of Jiangsu Road")
    town.at("2019-01-07 09:00").platform.casebook.perform(
        Request(
            command=RegisterUnit(
                kind=UnitKind.TOWNSHIP,
                unit_name="江苏路街道办事处",
                division_id=DivisionId(STREET),
            ),
            command_id=an_id("register the street of Jiangsu Road"),
            stream_id=street,
        )
    )
    return street


@pytest.mark.clause("CN2017-4.1-c")
def test_a_report_made_to_the_street_waits_there_until_it_is_accepted_or_passed_on(
    town: Town,
) -> None:
    street = with_street(town)
    clerk = Actor(person_id=an_id("street clerk"), role=Role.TOWNSHIP.value, unit_id=street)
    cases = [
        town.at(when).do(
            SubmitReport(
                report_channel=ReportChannel.IN_PERSON,
                reporter_category=ReporterCategory.SCHOOL,
                discovered_at=local(when),
                triggers=(Trigger.GUARDIANSHIP_MISSING,),
                addressees=(Addressee.STREET,),
                situation="父母失联,由邻居照看",
                incident_place=DivisionId(STREET),
            ),
            by=TEACHER,
        )
        for when in ("2019-03-04 09:00", "2019-03-04 09:10")
    ]
    accepted, passed_on = (done.stream_id for done in cases)
    for case in (accepted, passed_on):
        (task,) = tasks(town, "Q-02", case)
        assert (task["owner_unit_id"], task["clauses"]) == (street, ["CN2017-4.1-c"])
        assert tasks(town, "Q-01", case) == []
    (task,) = tasks(town, "Q-02", accepted)
    assert task["due_at"] == local("2019-03-04 09:30")
    town.do(AcceptStreetReport(), accepted, clerk)
    assert tasks(town, "Q-02", accepted) == []
    town.do(ForwardReport(forward_ground=ForwardGround.DANGER), passed_on, clerk)
    assert tasks(town, "Q-02", passed_on) == []
    assert len(tasks(town, "Q-01", passed_on)) == 1


@pytest.mark.clause("CN2017-2-h", "CN2017-5.1-ae")
def test_in_changning_the_street_has_what_names_no_other_unit(town: Town) -> None:
    street = with_street(town)
    case = reported(town, "2019-03-04 09:00", where=STREET)
    happened = (
        ("Q-06", past("case.township_notified_by_police", township_unit_id=None)),
        ("Q-53", past("case.assessment_completed")),
        ("Q-07", past("case.placement_activated", plan_unit_id=None)),
    )
    for queue, its_fact in happened:
        told(town, case, its_fact, state=Case)
        assert {t["owner_unit_id"] for t in tasks(town, queue, case)} == {street}, queue
    needed = reported(town, "2019-03-04 10:00", where=STREET)
    place = DivisionId(STREET)
    need = past("case.care_need_found", incident_place=place, township_unit_id=None)
    told(town, needed, need, state=Case)
    (to_assess,) = tasks(town, "Q-07", needed)
    assert to_assess["owner_unit_id"] == street
    assert to_assess["clauses"] == ["CN2017-4.3-a"]


def test_a_proposed_tier_is_to_be_confirmed_by_the_township(town: Town) -> None:
    child = on_file(town, "2025-03-03 09:00", BAIDI)
    told(town, child, past("child.mental_health_concern_recorded"), state=Child)
    (task,) = tasks(town, "Q-51", child)
    assert task["owner_unit_id"] == unit_id("township")
    assert local_date(task["due_at"]) == date(2025, 3, 6)
    assert task["clauses"] == ["CQ2024-3.1-c"]
    town.do(ConfirmRiskTier(), child, SUPERVISOR)
    assert tasks(town, "Q-51", child) == []


def test_an_assessed_child_needs_a_plan_within_the_time_of_the_platform(town: Town) -> None:
    case = reported(town, "2022-03-04 09:00", where=CHONGMING)
    told(town, case, past("case.assessment_completed"), state=Case)
    (task,) = tasks(town, "Q-53", case)
    assert local_date(task["due_at"]) == date(2022, 3, 11)
    assert task["due_basis"].startswith("plan_working_days")
    assert task["clauses"] == ["SH2020-3.2-a", "SH2020-5.2-b"]
    told(town, case, past("case.closed"), state=Case)
    assert tasks(town, "Q-53", case) == []


def test_the_plan_of_one_child_leaves_the_other_to_be_planned_for(town: Town) -> None:
    """SH2020-3.2-a: one plan a child."""
    one, other = (on_file(town, "2025-03-03 08:00", BAIDI) for _ in range(2))
    report = SubmitReport(
        report_channel=ReportChannel.PHONE,
        reporter_category=ReporterCategory.SCHOOL,
        discovered_at=local("2025-03-03 08:30"),
        triggers=(Trigger.LIVING_ALONE,),
        incident_place=DivisionId(BAIDI),
        children=(one, other),
    )
    case = town.at("2025-03-03 09:00").do(report, by=CLERK).stream_id
    told(town, case, past("case.assessment_completed"), state=Case)
    assert {t["child_id"] for t in tasks(town, "Q-53", case)} == {one, other}
    review = date(2025, 6, 3)
    told(town, case, past("case.plan_adopted", child_id=one, plan_review_on=review), state=Case)
    (first, later) = tasks(town, "Q-53", case)
    assert (first["child_id"], local_date(first["due_at"])) == (other, date(2025, 3, 10))
    assert (later["child_id"], local_date(later["due_at"])) == (one, review)


def test_a_member_of_the_family_without_work_is_a_task_until_help_was_offered(town: Town) -> None:
    child = on_file(town, "2025-03-03 09:00", BAIDI)
    members = (
        HouseholdMember(
            member_name="范大海",
            member_relation=Kinship.FATHER,
            member_employment=HouseholdEmployment.UNEMPLOYED,
        ),
    )
    told(town, child, past("child.household_recorded", household_members=members), state=Child)
    (task,) = tasks(town, "Q-41-EMPLOYMENT", child)
    assert task["owner_unit_id"] == unit_id("civil affairs")
    assert task["clauses"] == ["CQ2016-5.2-c", "CQ2024-2.8-e"]
    told(town, child, past("child.employment_service_offered"), state=Child)
    assert tasks(town, "Q-41-EMPLOYMENT", child) == []


@pytest.mark.parametrize(
    ("follows", "tasks_then"),
    [(CapacityNextStep.SUPPORT, 1), (CapacityNextStep.INTERVENTION, 1), (CapacityNextStep.NONE, 0)],
)
def test_an_assessment_that_asks_for_help_is_a_task_until_help_was_given(
    town: Town, follows: CapacityNextStep, tasks_then: int
) -> None:
    child = on_file(town, "2025-03-03 09:00", BAIDI)
    assessed = past(
        "child.capacity_assessed",
        capacity_result=CapacityResult.LIMITED,
        capacity_next=follows,
    )
    told(town, child, assessed, state=Child)
    found = tasks(town, "Q-81", child)
    assert [t["owner_unit_id"] for t in found] == [unit_id("township")] * tasks_then
    clauses = ["CQ2024-2.1-d", "CQ2024-2.1-e", "CQ2024-3.2-a"]
    assert [t["clauses"] for t in found] == [clauses] * tasks_then
    told(town, child, past("child.family_education_delivered"), state=Child)
    assert tasks(town, "Q-81", child) == []


@pytest.mark.clause("CQ2024-2.1-d")
def test_what_an_assessment_asked_for_is_no_task_once_the_next_one_asks_for_nothing(
    town: Town,
) -> None:
    child, mother, father = on_file(town, "2025-03-03 09:00", BAIDI), an_id("M"), an_id("F")

    def assessed(guardian: UUID, follows: CapacityNextStep) -> None:
        told_of = {"guardian_id": guardian, "capacity_next": follows}
        told(town, child, past("child.capacity_assessed", **told_of), state=Child)

    assessed(mother, CapacityNextStep.SUPPORT)
    assessed(father, CapacityNextStep.NONE)
    assert len(tasks(town, "Q-81", child)) == 1
    assessed(mother, CapacityNextStep.NONE)
    assert tasks(town, "Q-81", child) == []


def test_a_citizen_who_reported_is_to_be_commended(town: Town) -> None:
    town.at("2025-03-03 09:00")
    report = SubmitReport(
        report_channel=ReportChannel.PHONE,
        reporter_category=ReporterCategory.CITIZEN,
        discovered_at=local("2025-03-03 08:30"),
        triggers=(Trigger.LIVING_ALONE,),
        incident_place=DivisionId(BAIDI),
    )
    case = town.do(report, by=CLERK).stream_id
    town.at("2025-03-03 09:10").do(AcceptReport(), case, OFFICER)
    town.at("2025-03-03 09:20").do(DispatchPolice(), case, OFFICER)
    assert tasks(town, "Q-33", case) == []
    found = RecordPoliceFindings(findings=(Finding.LIVING_ALONE,))
    town.at("2025-03-03 10:00").do(found, case, OFFICER)
    (task,) = tasks(town, "Q-33", case)
    assert (task["owner_unit_id"], task["clauses"]) == (unit_id("police"), ["CQ2016-4.1-e"])
    state = town.platform.casebook.state(Case, case)
    assert isinstance(state, Case)
    commend = CommendReporter(
        report_id=state.intake.reports[0].report_id, commendation=Commendation.PRAISE, publish=False
    )
    town.at("2025-03-04 09:00").do(commend, case, OFFICER)
    assert tasks(town, "Q-33", case) == []


def test_what_is_established_against_one_guardian_leaves_the_other_s_refusal_to_be_looked_into(
    town: Town,
) -> None:
    """SH2020-4.4-e, CQ2016-4.4-e: six months of the mother's are not answered by the father's violence."""
    case = reported(town, "2025-03-03 09:00")
    mother, father = an_id("refusing mother"), an_id("violent father")
    told(town, case, past("case.six_month_threshold_reached", subject_id=mother), state=Case)
    assert len(tasks(town, "Q-17-SIX-MONTHS", case)) == 1
    against = past("case.revocation_ground_established", guardian_id=father)
    told(town, case, against, state=Case)
    assert len(tasks(town, "Q-17-SIX-MONTHS", case)) == 1
    hers = past("case.revocation_ground_established", guardian_id=mother)
    told(town, case, hers, state=Case)
    assert tasks(town, "Q-17-SIX-MONTHS", case) == []
