"""Tasks as the database tells them: whose, until when, who is named, who may look, and what people do with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from domain.case.assessment import StartAssessment
from domain.case.dispatch import DispatchPolice
from domain.case.further_reports import IdentifyChild
from domain.case.intake import AcceptReport, FindReportUnfounded
from domain.case.reports import SubmitReport
from domain.child.concerns import RecordBehaviourConcern
from domain.child.contacts import MakeContact
from domain.child.corrections import DisavowEvent
from domain.child.file import OpenScreenedFile
from domain.child.screening import RecordScreening, ScreenChild
from domain.terms.file import ScreeningSource, Sex
from domain.terms.places import DivisionId
from domain.terms.reports import ReportChannel, ReporterCategory, Trigger
from domain.terms.visits import (
    BehaviourConcern,
    ConcernSource,
    VisitContactChannel,
    VisitContactResult,
    VisitContactWith,
)
from ops.platform import retell_all
from projections.task_writes import DESK
from tests.database import Database
from tests.dsl import an_id, local
from tests.projections.tasks import act, relations
from tests.projections.town import (
    BAIDI,
    CHANGNING,
    CLERK,
    DIRECTOR,
    HUANHUA,
    OFFICER,
    SECRETS,
    SUPERVISOR,
    TEACHER,
    Town,
    filed,
    notified,
    reported,
    town_on,
    unit_id,
)


def test_a_report_is_a_task_of_the_police_within_the_time_of_the_pack(town: Town) -> None:
    case = reported(town)
    task = town.task("Q-01")
    assert task["owner_unit_id"] == unit_id("police")
    assert task["named_person_id"] in {an_id("officer"), an_id("second officer")}
    assert task["due_at"] == local("2025-03-03 09:30")
    assert task["due_basis"] == "accept_minutes · platform_default"
    assert task["clauses"] == ["CQ2016-4.2-a"]
    assert (task["status"], task["case_id"], task["escalation"]) == ("CREATED", case, 0)


def test_where_no_text_is_in_force_the_platform_says_so(town: Town) -> None:
    reported(town, "2016-01-04 09:00")
    task = town.task("Q-01")
    assert task["clauses"] == []
    assert task["due_basis"] == "accept_minutes · platform baseline"
    assert task["due_at"] == local("2016-01-04 09:30")


def test_the_deed_ends_the_task_and_begins_the_next(town: Town) -> None:
    case = reported(town)
    town.at("2025-03-03 09:10").do(AcceptReport(), case, OFFICER)
    (accepted,) = town.tasks("Q-01")
    assert (accepted["status"], accepted["is_open"]) == ("COMPLETED", False)
    assert accepted["completed_at"] == local("2025-03-03 09:10")
    assert town.task("Q-03")["due_at"] == local("2025-03-03 09:40")


def test_the_units_may_look_while_the_task_is_open_and_no_longer(town: Town) -> None:
    child = filed(town)
    town.at("2025-03-03 09:00")
    case = town.do(
        SubmitReport(
            report_channel=ReportChannel.IN_PERSON,
            reporter_category=ReporterCategory.SCHOOL,
            discovered_at=local("2025-03-03 08:40"),
            triggers=(Trigger.LIVING_ALONE,),
            incident_place=DivisionId(BAIDI),
            children=(child,),
        ),
        by=TEACHER,
    ).stream_id
    reason = f"task:{town.task('Q-01')['task_id']}"
    named = town.task("Q-01")["named_person_id"]
    assert relations(town, reason) == {
        (subject, token)
        for subject in (case, child)
        for token in (f"T:{unit_id('police')}", f"U:{named}")
    }
    assert f"U:{named}" in town.tokens("child", "child_id", child)
    town.at("2025-03-03 09:10").do(AcceptReport(), case, OFFICER)
    assert relations(town, reason) == set()


def test_a_child_known_later_is_seen_by_those_who_have_tasks(town: Town) -> None:
    child = filed(town)
    case = reported(town)
    assert town.task("Q-01")["child_id"] is None
    town.at("2025-03-03 09:05").do(IdentifyChild(child_id=child), case, OFFICER)
    task = town.task("Q-01")
    assert task["child_id"] == child
    assert (child, f"T:{unit_id('police')}") in relations(town, f"task:{task['task_id']}")


def test_the_township_sees_the_load_of_its_territory(town: Town) -> None:
    reported(town)
    assert {f"R:{BAIDI}", f"T:{unit_id('police')}"} <= set(town.task("Q-01")["tokens"])


def test_without_a_unit_of_the_kind_the_duty_widens(town: Town) -> None:
    reported(town, where=str(CHANGNING))  # nobody of Shanghai is registered
    assert town.task("Q-01")["owner_unit_id"] == DESK


def test_on_an_empty_platform_the_desk_owns_the_report(database: Database) -> None:
    with town_on(database, units=False) as town:
        reported(town)
        task = town.task("Q-01")
        assert (task["owner_unit_id"], task["named_person_id"]) == (DESK, None)
        assert town.rows("select * from read.parked") == []


def test_an_assessment_moves_its_own_time_limit(town: Town) -> None:
    case = notified(town)
    assert town.task("Q-06")["due_at"] == local("2025-03-03 23:59:59")
    first = town.task("Q-07")
    assert first["due_at"] == local("2025-03-04 23:59:59")
    town.at("2025-03-04 10:00").do(StartAssessment(), case, SUPERVISOR)
    again = next(t for t in town.tasks("Q-07") if t["task_id"] == first["task_id"])
    assert again["status"] == "IN_PROGRESS"
    assert again["due_at"] == local("2025-03-18 23:59:59")  # ten working days
    assert [t["status"] for t in town.tasks("Q-06")] == ["COMPLETED"]


def test_what_falls_away_with_the_case_is_ended_and_the_screening_stays(town: Town) -> None:
    child = filed(town)
    case = reported(town)
    town.do(IdentifyChild(child_id=child), case, OFFICER)
    town.at("2025-03-03 09:10").do(AcceptReport(), case, OFFICER)
    town.at("2025-03-03 09:20").do(DispatchPolice(), case, OFFICER)
    town.at("2025-03-03 09:40").do(FindReportUnfounded(unfounded_reason="已核实"), case, OFFICER)
    assert [t["status"] for t in town.tasks("Q-03")] == ["ENDED"]
    screening = town.task("Q-11")
    assert screening["child_id"] == child
    town.at("2025-03-05 09:00").do(
        RecordScreening(screening_source=ScreeningSource.REPORT, screening_findings="家中有人"),
        child,
        DIRECTOR,
    )
    assert [t["status"] for t in town.tasks("Q-11")] == ["COMPLETED"]


def test_a_child_that_was_found_is_to_be_filed_by_the_township(town: Town) -> None:
    found = ScreenChild(
        child_name="莫小雨",
        residence=DivisionId(HUANHUA),
        screening_source=ScreeningSource.VILLAGE_VISIT,
        screening_findings="随祖母居住,父母均外出",
    )
    child = town.do(found, by=DIRECTOR).stream_id
    task = town.task("Q-86")
    assert (task["owner_unit_id"], task["child_id"]) == (unit_id("township"), child)
    assert task["due_at"] == local("2025-03-10 23:59:59")
    assert task["clauses"] == ["CQ2016-3.2-k", "CQ2024-3.1-b"]
    opening = OpenScreenedFile(child_name="莫小雨", sex=Sex.FEMALE, birth_on=date(2014, 5, 6))
    town.at("2025-03-05 09:00").do(opening, child, CLERK)
    assert [t["status"] for t in town.tasks("Q-86")] == ["COMPLETED"]
    unneeded = replace(found, child_name="莫小雪", needs_file=False)
    town.do(unneeded, by=DIRECTOR)
    assert len(town.tasks("Q-86")) == 1


def test_the_visits_are_one_task_that_moves(town: Town) -> None:
    child = filed(town)
    (contact,) = town.tasks("Q-09")
    assert contact["owner_unit_id"] == unit_id("village")
    assert contact["named_person_id"] == an_id("director")
    assert contact["due_at"] == local("2025-04-03 23:59:59")
    assert contact["clauses"] == ["CQ2016-3.2-e", "CQ2024-4-f"]
    assert contact["due_basis"] == "contact_interval_normal · platform_default"
    made = MakeContact(
        contact_channel=VisitContactChannel.PHONE,
        contact_with=(VisitContactWith.CHILD,),
        contact_result=VisitContactResult.REACHED,
    )
    town.at("2025-03-20 10:00").do(made, child, DIRECTOR)
    (moved,) = town.tasks("Q-09")
    assert moved["task_id"] == contact["task_id"]
    assert moved["due_at"] == local("2025-04-20 23:59:59")
    assert len(town.tasks("Q-10")) == 1


def test_a_visit_that_was_none_sets_tasks_and_clocks_back(town: Town) -> None:
    child = filed(town)
    at_first = clocks(town, child)
    made = MakeContact(
        contact_channel=VisitContactChannel.PHONE,
        contact_with=(VisitContactWith.CHILD,),
        contact_result=VisitContactResult.REACHED,
    )
    told = town.at("2025-03-20 10:00").do(made, child, DIRECTOR)
    assert clocks(town, child) != at_first
    wrong = DisavowEvent(target_event_id=told.event_ids[0], disavowal_reason="记错了儿童")
    town.at("2025-03-21 10:00").do(wrong, child, DIRECTOR)
    assert town.task("Q-09")["due_at"] == local("2025-04-03 23:59:59")
    assert clocks(town, child) == at_first
    (row,) = town.rows("select * from read.child where child_id = %(child)s", child=child)
    assert (row["last_contact_on"], row["next_contact_on"]) == (None, date(2025, 4, 3))


def clocks(town: Town, child: UUID) -> list[tuple[Any, ...]]:
    """The clocks of the visits."""
    return [
        (r["subject"], r["fires_at"])
        for r in town.rows(
            "select * from read.clock where stream_id = %(child)s and act = %(act)s order by subject",
            child=child,
            act="child.note_visit_overdue",
        )
    ]


def test_what_a_concern_that_was_none_asked_for_falls_away(town: Town) -> None:
    child = filed(town)
    worry = RecordBehaviourConcern(
        behaviour_concern=BehaviourConcern.AGGRESSION,
        concern_source=ConcernSource.TEACHER,
        concern_note="多次与同学打架",
    )
    told = town.at("2025-03-20 10:00").do(worry, child, TEACHER)
    help_guardians, warning = town.tasks("Q-36"), town.tasks("Q-50")
    assert all(t["is_open"] for t in (*help_guardians, *warning))
    assert help_guardians
    wrong = DisavowEvent(target_event_id=told.event_ids[0], disavowal_reason="记错了学生")
    town.at("2025-03-21 10:00").do(wrong, child, TEACHER)
    assert {t["status"] for q in ("Q-36", "Q-50") for t in town.tasks(q)} == {"ENDED"}
    assert town.task("Q-09")["due_at"] == local("2025-04-03 23:59:59")


def test_retold_tasks_and_clocks_equal_the_live_ones(town: Town) -> None:
    filed(town)
    case = notified(town)
    town.do(act("refuse", town.task("Q-06"), task_reason="不在辖区"), case, CLERK)
    tables = {
        "work_item": "task_id",
        "duty": "task_id",
        "clock": "clock_id",
        "access_relation": "subject_id, token, reason",
        "child": "child_id",
        "case_file": "case_id",
    }
    live = {t: town.rows(f"select * from read.{t} order by {key}") for t, key in tables.items()}
    retell_all(town.platform.ways, SECRETS, lambda _: None)
    told = {t: town.rows(f"select * from read.{t} order by {key}") for t, key in tables.items()}
    assert told == live
    assert town.rows("select * from read.parked") == []
