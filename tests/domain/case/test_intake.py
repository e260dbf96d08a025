"""Accepting a report, passing it on, waiting too long, finding nothing; further reports."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.case.directing import DirectReport, ReportDirected
from domain.case.dispatch import DispatchPolice
from domain.case.further_reports import (
    CaseJoined,
    CaseLinked,
    ChildIdentified,
    IdentifyChild,
    JoinOpenCase,
    LinkFurtherReport,
    NoteJoinedCase,
    ReportLinked,
    joined_case_is_linked,
)
from domain.case.intake import (
    AcceptReport,
    AcceptStreetReport,
    FindReportUnfounded,
    ForwardReport,
    NoteAcceptanceOverdue,
    ReportAcceptanceOverdue,
    ReportAccepted,
    ReportFoundUnfounded,
)
from domain.case.report_state import Stage
from domain.case.reports import ReportForwarded
from domain.case.state import Case
from domain.kernel import Command, Event, replay
from domain.reactions import Put
from domain.risk import RiskFactor
from domain.terms.places import DivisionId
from domain.terms.reports import (
    Addressee,
    ForwardGround,
    ReportChannel,
    ReporterCategory,
    Trigger,
)
from tests.domain.case.cast import (
    BROTHER,
    CASE,
    CITY_CQ,
    CIVIL_CN,
    CIVIL_CQ,
    CLERK,
    DIRECTORY,
    DISTRICT_POLICE_CQ,
    FENGJIE,
    HUANHUA,
    JIANGSU_ROAD,
    LI,
    MIAOZHEN,
    OFFICER,
    POLICE_CN,
    POLICE_CQ,
    POLICE_SH,
    STREET_CN,
    TOWNSHIP_SH,
    VILLAGE_CQ,
    Around,
    case_of,
    cn,
    cq,
    played,
    report,
    sh,
)
from tests.dsl import an_id, given, local, place, put

REPORT = cq(report(Trigger.LIVING_ALONE), at="2025-03-03 08:55")
REPORTED = played(REPORT)
ON_SCENE = played(
    REPORT,
    cq(AcceptReport(), at="2025-03-03 09:00"),
    cq(DispatchPolice(), at="2025-03-03 09:10"),
)
AT_STREET = played(
    cn(
        report(
            Trigger.GUARDIANSHIP_MISSING,
            discovered="2019-03-30 09:50",
            where=JIANGSU_ROAD,
            addressees=(Addressee.STREET,),
        )
    )
)


def further(**more: Any) -> LinkFurtherReport:
    """A neighbour calls about the same child."""
    told: dict[str, Any] = {
        "report_channel": ReportChannel.PHONE,
        "reporter_category": ReporterCategory.CITIZEN,
        "discovered_at": local("2019-03-30 11:00"),
    }
    return LinkFurtherReport(**{**told, **more})


def test_police_accept_five_minutes_after_the_report() -> None:
    given(*REPORTED).when(cq(AcceptReport(), at="2025-03-03 09:00", by=OFFICER)).then(
        ReportAccepted(
            by_street=False,
            accepted_by=OFFICER.person_id,
            minutes_waited=5,
            police_unit_id=POLICE_CQ.id,
            dispatch_due_at=local("2025-03-03 09:30"),
        )
    )


def test_the_street_accepts_what_is_no_police_matter() -> None:
    given(*AT_STREET).when(cn(AcceptStreetReport(), at="2019-03-30 10:20", by=CLERK)).then(
        ReportAccepted(
            by_street=True,
            accepted_by=CLERK.person_id,
            minutes_waited=20,
            township_unit_id=STREET_CN.id,
        )
    )
    accepted = cn(AcceptStreetReport(), at="2019-03-30 10:20")
    assert replay(case_of(*AT_STREET), given(*AT_STREET).when(accepted).facts()).stage is (
        Stage.NOTIFIED
    )


def test_each_accepts_what_was_reported_to_it() -> None:
    given(*REPORTED).when(cq(AcceptStreetReport(), at="2025-03-03 09:00")).then_refused(
        "out_of_turn"
    )
    given(*AT_STREET).when(cn(AcceptReport(), at="2019-03-30 10:20")).then_refused("out_of_turn")


def test_a_report_is_accepted_once() -> None:
    given(*ON_SCENE).when(cq(AcceptReport(), at="2025-03-03 09:20")).then_refused("out_of_turn")


def test_the_street_forwards_what_turns_out_to_be_a_police_matter() -> None:
    forward = ForwardReport(forward_ground=ForwardGround.DANGER)
    given(*AT_STREET).when(cn(forward, at="2019-03-30 10:15")).then(
        ReportForwarded(
            forward_ground=ForwardGround.DANGER,
            police_unit_id=POLICE_CN.id,
            accept_due_at=local("2019-03-30 10:45"),
        )
    )
    given(*REPORTED).when(cq(forward)).then_refused("out_of_turn")


def somewhere(where: str) -> tuple[Event[Any], ...]:
    """Nobody knows more than the city, or the county."""
    told = report(Trigger.LIVING_ALONE, where=where)
    return played(put(told, at="2025-03-03 08:55", where=where, directory=DIRECTORY))


SOMEWHERE = somewhere(place("重庆市"))


@pytest.mark.clause("SH2020-4.2-a", "CQ2016-4.2-a")
def test_a_report_of_somewhere_in_the_city_goes_on_to_the_police_of_the_place_found() -> None:
    assert case_of(*SOMEWHERE).intake.police_unit_id == CITY_CQ.id
    late = given(*SOMEWHERE).when(cq(NoteAcceptanceOverdue(), at="2025-03-03 09:26")).facts()
    direct = DirectReport(incident_place=DivisionId(HUANHUA), place_found_by="回拨来电号码")
    history = given(*SOMEWHERE, *late)
    history.when(cq(direct, at="2025-03-03 09:30")).then(
        ReportDirected(
            incident_place=DivisionId(HUANHUA),
            place_found_by="回拨来电号码",
            police_unit_id=POLICE_CQ.id,
            accept_due_at=local("2025-03-03 10:00"),
        )
    )
    facts = history.when(cq(direct, at="2025-03-03 09:30")).facts()
    case = case_of(*SOMEWHERE, *late, *facts)
    assert (case.incident_place, case.stage) == (HUANHUA, Stage.REPORTED)
    there = given(*SOMEWHERE, *late, *facts)
    there.when(cq(direct, at="2025-03-03 09:40")).then_refused(
        "already_directed_there", field="incidentPlace"
    )
    (overdue,) = there.when(cq(NoteAcceptanceOverdue(), at="2025-03-03 10:00")).facts()
    assert isinstance(overdue, ReportAcceptanceOverdue)
    assert overdue.minutes_waited == 65
    (accepted,) = there.when(cq(AcceptReport(), at="2025-03-03 09:45")).facts()
    assert isinstance(accepted, ReportAccepted)
    assert (accepted.police_unit_id, accepted.minutes_waited) == (POLICE_CQ.id, 50)


def test_what_the_street_alone_could_take_goes_to_the_police_where_only_they_may() -> None:
    elsewhere = DirectReport(incident_place=DivisionId(MIAOZHEN))
    directed, forwarded = given(*AT_STREET).when(sh(elsewhere, at="2019-03-30 10:15")).facts()
    assert isinstance(directed, ReportDirected)
    assert (directed.police_unit_id, directed.township_unit_id) == (None, TOWNSHIP_SH.id)
    assert isinstance(forwarded, ReportForwarded)
    assert forwarded.police_unit_id == POLICE_SH.id
    given(*ON_SCENE).when(cq(elsewhere, at="2025-03-03 09:20")).then_refused("out_of_turn")


def test_where_only_the_district_is_known_the_district_police_have_it() -> None:
    known = case_of(*somewhere(FENGJIE))
    assert known.intake.police_unit_id == DISTRICT_POLICE_CQ.id


def test_nobody_accepted_for_half_an_hour() -> None:
    given(*REPORTED).when(cq(NoteAcceptanceOverdue(), at="2025-03-03 09:25")).then(
        ReportAcceptanceOverdue(
            minutes_waited=30,
            escalated_to_unit_id=DISTRICT_POLICE_CQ.id,
            informed_unit_id=CIVIL_CQ.id,
        )
    )


def test_a_street_report_left_waiting_goes_to_civil_affairs() -> None:
    given(*AT_STREET).when(cn(NoteAcceptanceOverdue(), at="2019-03-30 10:31")).then(
        ReportAcceptanceOverdue(
            minutes_waited=31, escalated_to_unit_id=CIVIL_CN.id, informed_unit_id=CIVIL_CN.id
        )
    )


def test_the_clock_is_harmless() -> None:
    clock = NoteAcceptanceOverdue()
    given(*REPORTED).when(cq(clock, at="2025-03-03 09:24")).then_nothing()
    given(*ON_SCENE).when(cq(clock, at="2025-03-03 10:00")).then_nothing()
    noted = played(REPORT, cq(clock, at="2025-03-03 09:25"))
    assert case_of(*noted).stage is Stage.REPORTED
    given(*noted).when(cq(clock, at="2025-03-03 09:55")).then_nothing()
    assert NoteAcceptanceOverdue.by_system


def test_unfounded_still_has_the_household_screened() -> None:
    unfounded = FindReportUnfounded(unfounded_reason="祖母一直同住")
    given(*ON_SCENE).when(cq(unfounded, at="2025-03-03 10:00")).then(
        ReportFoundUnfounded(
            unfounded_reason="祖母一直同住",
            screening_unit_id=VILLAGE_CQ.id,
            screen_by=date(2025, 3, 10),
            screening_unit_ids=(VILLAGE_CQ.id,),
        )
    )
    case = case_of(*ON_SCENE, *given(*ON_SCENE).when(cq(unfounded, at="2025-03-03 10:00")).facts())
    assert case.stage is Stage.CLOSED_UNFOUNDED
    assert case.facts.facts == ()


def test_unfounded_says_why_and_only_on_the_scene() -> None:
    blank = cq(FindReportUnfounded(unfounded_reason=" "), at="2025-03-03 10:00")
    given(*ON_SCENE).when(blank).then_refused("unfounded_needs_reason", field="unfoundedReason")
    early = cq(FindReportUnfounded(unfounded_reason="误报"))
    given(*REPORTED).when(early).then_refused("out_of_turn")


def test_a_further_report_is_linked_and_weighs() -> None:
    command = cq(
        further(discovered_at=local("2025-03-03 09:30"), triggers=(Trigger.SUSPECTED_DV,)),
        at="2025-03-03 09:40",
    )
    (event,) = given(*ON_SCENE).when(command).facts()
    assert isinstance(event, ReportLinked)
    case = case_of(*ON_SCENE, event)
    assert case.stage is Stage.ON_SCENE
    assert case.intake.triggers == {Trigger.LIVING_ALONE, Trigger.SUSPECTED_DV}
    assert len(case.intake.reports) == 2
    assert case.facts.source(RiskFactor.RF_06) == event.told.event_id


def test_a_further_report_of_infringement_takes_a_street_case_to_the_police() -> None:
    command = cn(further(triggers=(Trigger.SUSPECTED_INFRINGEMENT,)), at="2019-03-30 11:05")
    facts = given(*AT_STREET).when(command).facts()
    assert [type(e) for e in facts] == [ReportLinked, ReportForwarded]
    assert case_of(*AT_STREET, *facts).stage is Stage.REPORTED


def test_a_closed_case_takes_no_further_report() -> None:
    closed = ReportFoundUnfounded(unfounded_reason="误报", screen_by=date(2025, 3, 10))
    command = cq(further(discovered_at=local("2025-03-03 10:00")), at="2025-03-03 10:05")
    given(*ON_SCENE, closed).when(command).then_refused("out_of_turn")


OPEN_CASE = Case(id=an_id("open case"), version=3, stage=Stage.HANDLING, children=(LI,))
JOIN = JoinOpenCase(into_case_id=OPEN_CASE.id)


def joining(into: Case) -> Command[Case]:
    """Joined to this case."""
    return cq(JOIN, linked={into.id: into})


def test_a_report_joins_the_open_case_of_the_same_child() -> None:
    given(*REPORTED).when(joining(OPEN_CASE)).then(CaseJoined(into_case_id=OPEN_CASE.id))
    case = case_of(*REPORTED, CaseJoined(into_case_id=OPEN_CASE.id))
    assert (case.stage, case.facts.facts) == (Stage.CLOSED, ())


def test_only_an_open_case_of_the_same_child_is_joined() -> None:
    closed = Case(id=OPEN_CASE.id, version=3, stage=Stage.CLOSED, children=(LI,))
    other = Case(id=OPEN_CASE.id, version=3, stage=Stage.HANDLING, children=(BROTHER,))
    asked = given(*REPORTED)
    asked.when(cq(JOIN, linked={})).then_refused("no_such_open_case", field="intoCaseId")
    asked.when(joining(closed)).then_refused("no_such_open_case")
    asked.when(joining(other)).then_refused("different_children", field="intoCaseId")
    itself = cq(JoinOpenCase(into_case_id=CASE), linked={CASE: case_of(*REPORTED)})
    asked.when(itself).then_refused("no_such_open_case")
    given(*ON_SCENE).when(joining(OPEN_CASE)).then_refused("out_of_turn")


def test_nobody_but_the_police_joins_what_was_reported_to_them() -> None:
    by_township = cq(JOIN, by=CLERK, linked={OPEN_CASE.id: OPEN_CASE})
    given(*REPORTED).when(by_township).then_refused("reported_to_police", field="id")
    by_police = cq(JOIN, by=OFFICER, linked={OPEN_CASE.id: OPEN_CASE})
    given(*REPORTED).when(by_police).then(CaseJoined(into_case_id=OPEN_CASE.id))
    assert given(*AT_STREET).when(cn(JOIN, by=CLERK, linked={OPEN_CASE.id: OPEN_CASE})).facts()


def test_what_a_joined_case_said_weighs_in_the_open_one() -> None:
    joined = CaseJoined(into_case_id=OPEN_CASE.id)
    after = case_of(*REPORTED, joined)
    note = NoteJoinedCase(
        joined_case_id=CASE,
        triggers=(Trigger.LIVING_ALONE,),
        children=(LI,),
        to_police=True,
        police_unit_id=POLICE_CQ.id,
    )
    assert list(joined_case_is_linked(Around(), after, (joined,))) == [Put(OPEN_CASE.id, note)]
    linked = CaseLinked(joined_case_id=CASE, triggers=(Trigger.LIVING_ALONE,))
    given(*REPORTED).when(cq(note)).then(linked)
    given(*REPORTED, linked).when(cq(note)).then_nothing()
    assert case_of(linked).intake.linked_cases == (CASE,)


def test_an_unknown_child_gets_a_name_later() -> None:
    unknown = played(cq(report(Trigger.LIVING_ALONE, children=(), child_description="男孩")))
    identify = cq(IdentifyChild(child_id=LI), at="2025-03-03 12:00")
    given(*unknown).when(identify).then(ChildIdentified(child_id=LI))
    known = (*unknown, ChildIdentified(child_id=LI))
    assert case_of(*known).concerns == (LI,)
    given(*known).when(identify).then_nothing()
