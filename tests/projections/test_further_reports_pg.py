"""A further report of a child whose case is open is somebody's task, and the child is in somebody's case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.access.audit import OpenAuditOrder
from domain.case.care_needed import CareNeedGround, FindCareNeed
from domain.case.commendation import CommendReporter, ReporterAssistanceRecorded
from domain.case.dispatch import DispatchPolice, RecordPoliceFindings
from domain.case.further_reports import JoinOpenCase, LinkFurtherReport, ReportLinked
from domain.case.intake import AcceptReport, FindReportUnfounded
from domain.case.reports import SubmitReport
from domain.case.state import Case
from domain.context import Actor
from domain.terms.emergency import Finding
from domain.terms.places import DivisionId
from domain.terms.reports import Commendation, ReportChannel, ReporterCategory, Trigger
from domain.terms.roles import Role
from ops.clock_worker import fire_due
from ops.platform import retell_all
from projections.kernel import PROJECTIONS, Projection, sql
from projections.registry import INLINE
from tests.database import Database, Postgres, database_of
from tests.dsl import an_id, local, place
from tests.projections.town import (
    BAIDI,
    CLERK,
    DIRECTOR,
    HUANHUA,
    OFFICER,
    SECRETS,
    TEACHER,
    Town,
    filed,
    notified,
    town_on,
    unit_id,
)

CAOTANG = place("重庆市/奉节县/草堂镇")
AUDITOR = Actor(
    person_id=an_id("auditor"), role=Role.AUDITOR.value, assignment_id=an_id("auditor's post")
)
pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def town(postgres: Postgres, template_database: Database) -> Iterator[Town]:
    """One town for all of them; each test has its own case."""
    with database_of(postgres, template_database.name) as database, town_on(database) as town:
        yield town


def tasks(town: Town, case: UUID, unit: str = "police") -> set[str]:
    """The queues in which the case waits for a unit."""
    rows = town.rows(
        "select queue from read.work_item where case_id = %(case)s and is_open "
        "and owner_unit_id = %(unit)s",
        case=case,
        unit=unit_id(unit),
    )
    return {row["queue"] for row in rows}


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A projection whose writes about further reports the database refuses, for a retelling."""
    name = "test_refused"
    made = Projection(name, zh="测试", en="For the test of a batch that is refused")
    made.on(ReportLinked)(lambda _r, _e: [sql("select 1 / 0")])
    monkeypatch.setattr("ops.platform.INLINE", (*INLINE, made))
    yield name
    del PROJECTIONS[name]


def test_whom_a_report_is_passed_on_by_is_no_more_told_than_who_made_it(
    town: Town, refused: str
) -> None:
    case = notified(town)
    beaten = LinkFurtherReport(
        report_channel=ReportChannel.PHONE,
        reporter_category=ReporterCategory.SCHOOL,
        discovered_at=local("2025-03-20 08:50"),
        triggers=(Trigger.SUSPECTED_DV,),
    )
    town.at("2025-03-20 09:00").do(beaten, case, TEACHER)
    helping: Any = ReporterAssistanceRecorded.Command
    helped = helping(assistance="说明经过")
    town.at("2025-03-20 09:05").do(helped, case, TEACHER)
    nobody = {"actor_role": "reporter", "actor_unit_id": None, "actor_person_id": None}
    names = ("case.report_linked", "case.report_forwarded", "case.reporter_assistance_recorded")
    expected = [{"name": name, **nobody} for name in names]
    assert latest(town, case) == expected
    assert retell_all(town.platform.ways, SECRETS, lambda _: None).parked == 1
    assert town.rows("select projection from read.parked") == [{"projection": refused}]
    assert latest(town, case) == expected, "what was refused along with others is told as it was"


def latest(town: Town, case: UUID) -> list[dict[str, Any]]:
    """Who did what from the day of the further report on, as the timeline tells everybody."""
    return town.rows(
        "select name, actor_role, actor_unit_id, actor_person_id from read.timeline "
        "where case_id = %(case)s and recorded_at >= '2025-03-20' order by position",
        case=case,
    )


def test_a_beating_reported_of_a_case_in_hand_is_accepted_and_looked_into(town: Town) -> None:
    case = notified(town)
    beaten = LinkFurtherReport(
        report_channel=ReportChannel.PHONE,
        reporter_category=ReporterCategory.SCHOOL,
        discovered_at=local("2025-03-20 08:50"),
        triggers=(Trigger.SUSPECTED_DV,),
    )
    assert not {"Q-01", "Q-03"} & tasks(town, case)
    town.at("2025-03-20 09:00").do(beaten, case, TEACHER)
    assert "Q-01" in tasks(town, case)
    town.at("2025-03-20 09:10").do(AcceptReport(), case, OFFICER)
    assert {"Q-01", "Q-03"} & tasks(town, case) == {"Q-03"}
    town.at("2025-03-20 09:15").do(DispatchPolice(), case, OFFICER)
    found = RecordPoliceFindings(findings=(Finding.DOMESTIC_VIOLENCE,))
    town.at("2025-03-20 10:00").do(found, case, OFFICER)
    assert {"Q-03", "Q-55-STOP_INFRINGEMENT"} & tasks(town, case) == {"Q-55-STOP_INFRINGEMENT"}
    (row,) = town.rows("select * from read.case_file where case_id = %(case)s", case=case)
    assert row["stage"] == "NOTIFIED"
    assert row["accepted_at"] == local("2025-03-03 09:10")  # the first report's way is the interval
    assert row["dispatched_at"] == local("2025-03-03 09:20")


@pytest.mark.parametrize("known", [True, False])
def test_a_report_without_a_place_is_accepted_where_the_child_lives_or_the_reporter_serves(
    town: Town, *, known: bool
) -> None:
    town.at("2025-03-03 08:00")
    told = SubmitReport(
        report_channel=ReportChannel.PHONE,
        reporter_category=ReporterCategory.VILLAGE_COMMITTEE,
        discovered_at=local("2025-03-03 08:50"),
        triggers=(Trigger.MISSING,),
        children=(filed(town, "莫小雨"),) if known else (),
    )
    case = town.at("2025-03-03 09:00").do(told, by=TEACHER if known else DIRECTOR).stream_id
    assert tasks(town, case) == {"Q-01"}
    fire_due(town.at("2025-03-03 09:31").platform, town.now[0])
    assert tasks(town, case, "district police") == {"Q-01"}
    (row,) = town.rows("select * from read.case_file where case_id = %(case)s", case=case)
    assert row["incident_place_id"] == HUANHUA


def test_the_village_a_child_lives_in_screens_it_wherever_it_was_seen(town: Town) -> None:
    town.at("2025-03-03 08:00")
    told = SubmitReport(
        report_channel=ReportChannel.PHONE,
        reporter_category=ReporterCategory.SCHOOL,
        discovered_at=local("2025-03-03 08:50"),
        triggers=(Trigger.LIVING_ALONE,),
        incident_place=DivisionId(CAOTANG),
        children=(filed(town, "莫小雨"), filed(town, "施小宝", CAOTANG)),
    )
    case = town.at("2025-03-03 09:00").do(told, by=TEACHER).stream_id
    town.at("2025-03-03 09:10").do(AcceptReport(), case, OFFICER)
    town.at("2025-03-03 09:20").do(DispatchPolice(), case, OFFICER)
    unfounded = FindReportUnfounded(unfounded_reason="走亲戚")
    town.at("2025-03-03 09:40").do(unfounded, case, OFFICER)
    rows = town.rows(
        "select child_id, owner_unit_id from read.work_item "
        "where queue = 'Q-11' and case_id = %(case)s",
        case=case,
    )
    owners = {row["child_id"]: row["owner_unit_id"] for row in rows}
    elsewhere = unit_id("civil affairs")  # no committee and no township of Caotang serves here
    assert owners == dict(zip(told.children, (unit_id("village"), elsewhere), strict=True))


def test_a_report_to_the_police_joined_into_a_case_without_them_is_still_theirs(town: Town) -> None:
    town.at("2025-03-03 08:00")
    girl, brother = filed(town, "莫小雨"), filed(town, "莫小风")
    need = FindCareNeed(
        care_need_ground=CareNeedGround.GUARDIAN_ILL,
        care_need_note="祖母住院",
        incident_place=DivisionId(BAIDI),
        children=(girl,),
    )
    case = town.at("2025-03-03 08:10").do(need, by=CLERK).stream_id
    told = SubmitReport(
        report_channel=ReportChannel.IN_PERSON,
        reporter_category=ReporterCategory.CITIZEN,
        discovered_at=local("2025-03-03 08:50"),
        triggers=(Trigger.OTHER,),
        incident_place=DivisionId(BAIDI),
        children=(girl, brother),
    )
    report = town.at("2025-03-03 09:00").do(told, by=TEACHER).stream_id
    town.at("2025-03-03 09:02").do(JoinOpenCase(into_case_id=case), report, OFFICER)
    assert tasks(town, report) == set()
    assert tasks(town, case) == {"Q-01"}
    rows = town.rows("select child_id from read.case_child where case_id = %(case)s", case=case)
    assert {row["child_id"] for row in rows} == {girl, brother}
    town.at("2025-03-03 09:10").do(AcceptReport(), case, OFFICER)
    found = RecordPoliceFindings(findings=(Finding.LIVING_ALONE,))
    town.at("2025-03-03 10:00").do(found, case, OFFICER)
    assert "Q-33" in tasks(town, case)  # the neighbour who reported it
    ordered = OpenAuditOrder(
        audit_purpose="核查办理经过",
        audit_until_on=date(2025, 3, 4),
        audited_from_on=date(2025, 3, 1),
        audited_to_on=date(2025, 3, 3),
        case_id=case,
    )
    order = town.at("2025-03-03 11:00").do(ordered, by=AUDITOR).stream_id
    opened = town.rows(
        "select subject_id from read.access_grant where reason = %(reason)s",
        reason=f"order:{order}",
    )
    assert {row["subject_id"] for row in opened} == {case, report, girl, brother}


def test_citizens_who_report_what_was_found_are_each_to_be_commended(town: Town) -> None:
    """SH2020-4.1-i, CQ2016-4.1-e: also one whose report came, or was joined, after the findings."""
    town.at("2025-03-03 08:00")
    girl = filed(town, "莫小雨")
    telling: dict[str, Any] = {
        "report_channel": ReportChannel.PHONE,
        "discovered_at": local("2025-03-03 08:50"),
        "incident_place": DivisionId(BAIDI),
        "children": (girl,),
    }
    school = SubmitReport(
        **telling, reporter_category=ReporterCategory.SCHOOL, triggers=(Trigger.LIVING_ALONE,)
    )
    citizen: dict[str, Any] = {
        "reporter_category": ReporterCategory.CITIZEN,
        "triggers": (Trigger.OTHER,),
    }
    case = town.at("2025-03-03 09:00").do(school, by=TEACHER).stream_id
    other = town.at("2025-03-03 09:05").do(SubmitReport(**telling, **citizen)).stream_id
    town.at("2025-03-03 09:10").do(AcceptReport(), case, OFFICER)
    town.at("2025-03-03 09:20").do(DispatchPolice(), case, OFFICER)
    found = RecordPoliceFindings(findings=(Finding.LIVING_ALONE,))
    town.at("2025-03-03 10:00").do(found, case, OFFICER)
    assert "Q-33" not in tasks(town, case)
    town.at("2025-03-03 10:10").do(JoinOpenCase(into_case_id=case), other, OFFICER)
    assert "Q-33" in tasks(town, case)
    told = {k: v for k, v in telling.items() if k not in {"incident_place", "children"}}
    town.at("2025-03-03 10:30").do(LinkFurtherReport(**told, **citizen), case, CLERK)
    state = town.platform.casebook.state(Case, case)
    assert isinstance(state, Case)
    left = [True, False]
    for report_id, still in zip(state.intake.to_be_praised, left, strict=True):
        praise = CommendReporter(report_id=report_id, commendation=Commendation.PRAISE)
        town.at("2025-03-04 09:00").do(praise, case, OFFICER)
        assert ("Q-33" in tasks(town, case)) is still
