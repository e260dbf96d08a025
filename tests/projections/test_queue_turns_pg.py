"""Tasks whose beginning and end are no single row of the table: whose they are, and when each falls away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from domain.case.commendation import CommendReporter
from domain.case.dispatch import DispatchPolice, RecordPoliceFindings
from domain.case.intake import AcceptReport, AcceptStreetReport, ForwardReport
from domain.case.reports import SubmitReport
from domain.case.state import Case
from domain.child.household import HouseholdMember
from domain.child.state import Child
from domain.child.tier_decisions import ConfirmRiskTier
from domain.context import Actor
from domain.periods import local_date
from domain.terms.care import CapacityNextStep, CapacityResult, HouseholdEmployment, Kinship
from domain.terms.emergency import Finding
from domain.terms.entitlements import WorkWish
from domain.terms.places import DivisionId
from domain.terms.reports import (
    Addressee,
    Commendation,
    ForwardGround,
    ReportChannel,
    ReporterCategory,
    Trigger,
)
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from domain.unit.posts import RegisterUnit
from eventlog.casebook import Request
from tests.database import Database, Postgres, database_of
from tests.dsl import an_id, local
from tests.projections.queue_rows import CHONGMING, STREET, on_file, tasks
from tests.projections.telling import past, told
from tests.projections.town import (
    BAIDI,
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


@pytest.fixture(scope="module")
def town(postgres: Postgres, template_database: Database) -> Iterator[Town]:
    """One town; each row has a case or a child of its own."""
    with database_of(postgres, template_database.name) as database, town_on(database) as town:
        yield town


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
    at_first = past("child.household_recorded", household_members=members, unemployed_members=())
    told(town, child, at_first, state=Child)
    (task,) = tasks(town, "Q-41-EMPLOYMENT", child)
    assert task["owner_unit_id"] == unit_id("civil affairs")
    assert task["clauses"] == ["CQ2016-5.2-c", "CQ2024-2.8-e"]
    told(town, child, past("child.employment_service_offered"), state=Child)
    assert tasks(town, "Q-41-EMPLOYMENT", child) == []
    # each for itself, once, and a parent's own wish apart
    one, other, father = an_id("one"), an_id("other"), an_id("father away")
    both = past(
        "child.household_recorded", household_members=members, unemployed_members=(one, other)
    )
    wish = past(
        "child.guardian_work_wish_recorded", guardian_helped=father, work_wish=WorkWish.WORK
    )
    for said in (both, wish, both):
        told(town, child, said, state=Child)
    assert len(tasks(town, "Q-41-EMPLOYMENT", child)) == 3
    helped = past("child.employment_service_offered", member_helped=one)
    told(town, child, helped, state=Child)
    assert len(tasks(town, "Q-41-EMPLOYMENT", child)) == 2


@pytest.mark.clause("CQ2016-5.2-c", "CQ2024-2.8-e")
def test_each_parent_who_wants_to_work_near_home_is_a_task_of_its_own(town: Town) -> None:
    child = on_file(town, "2025-03-03 11:00", BAIDI)
    father, mother = an_id("father away"), an_id("mother away")

    def wishes(who: UUID, wish: WorkWish) -> None:
        said = past("child.guardian_work_wish_recorded", guardian_helped=who, work_wish=wish)
        told(town, child, said, state=Child)

    for who in (father, mother):
        wishes(who, WorkWish.WORK)
    assert len(tasks(town, "Q-41-EMPLOYMENT", child)) == 2
    offered = past("child.employment_service_offered", guardian_helped=father)
    told(town, child, offered, state=Child)
    (left,) = tasks(town, "Q-41-EMPLOYMENT", child)
    assert left["clauses"] == ["CQ2016-5.2-c", "CQ2024-2.8-e"]
    assert local_date(left["due_at"]) == date(2025, 3, 17)
    wishes(mother, WorkWish.NONE)
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
