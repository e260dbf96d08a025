"""A further report of a child whose case is open reaches the police, whoever has the case and however far it is."""

from __future__ import annotations

from typing import Any

import pytest

from domain.case.closing import CloseCase
from domain.case.clues import ReportClue
from domain.case.commendation import CommendReporter, ReporterCommended
from domain.case.dispatch import DispatchPolice, PoliceFindingRecorded, RecordPoliceFindings
from domain.case.further_reports import (
    CaseLinked,
    ChildIdentified,
    LinkFurtherReport,
    NoteJoinedCase,
    ReportLinked,
)
from domain.case.intake import (
    AcceptReport,
    AcceptStreetReport,
    ForwardReport,
    NoteAcceptanceOverdue,
    ReportAcceptanceOverdue,
    ReportAccepted,
)
from domain.case.report_state import Stage
from domain.case.reports import ReportForwarded
from domain.case.state import Case
from domain.case.violence import InfringementStopped
from domain.kernel import Command, Event, Refused, decide
from domain.replacing import replace
from domain.terms.emergency import EmergencyDuty, Finding
from domain.terms.places import DivisionId
from domain.terms.reports import (
    Addressee,
    ClueAddressee,
    Commendation,
    ForwardGround,
    ReportChannel,
    ReporterCategory,
    Trigger,
)
from tests.domain.case.cast import (
    BROTHER,
    CLERK,
    HUANHUA,
    JIANGSU_ROAD,
    LI,
    OFFICER,
    POLICE_CN,
    POLICE_CQ,
    case_of,
    cn,
    cq,
    played,
    report,
)
from tests.dsl import an_id, given, local

CLUE = cq(
    ReportClue(
        report_channel=ReportChannel.IN_PERSON,
        reporter_category=ReporterCategory.VILLAGE_COMMITTEE,
        discovered_at=local("2025-03-03 08:30"),
        clue_addressees=(ClueAddressee.CIVIL_AFFAIRS,),
        clue_text="常无人接送",
        incident_place=DivisionId(HUANHUA),
        children=(LI,),
    ),
    at="2025-03-03 08:55",
)
CLUE_ONLY = played(CLUE)
OTHER_CASE = an_id("another case")
TAKEN_BY_TOWNSHIP = played(CLUE, cq(AcceptStreetReport(), at="2025-03-03 09:00", by=CLERK))
ON_SCENE = played(
    cq(report(Trigger.LIVING_ALONE), at="2025-03-03 08:55"),
    cq(AcceptReport(), at="2025-03-03 09:00"),
    cq(DispatchPolice(), at="2025-03-03 09:10"),
)


def further(*triggers: Trigger, at: str = "11:00", in_danger: bool = False) -> Command[Case]:
    """The school calls about the same child."""
    told = LinkFurtherReport(
        report_channel=ReportChannel.PHONE,
        reporter_category=ReporterCategory.SCHOOL,
        discovered_at=local("2025-03-03 08:50"),
        triggers=triggers,
        in_danger=in_danger,
    )
    return cq(told, at=f"2025-03-03 {at}")


def after(*history: Event[Any], then: Command[Case]) -> tuple[Event[Any], ...]:
    """The history, and what follows when this is put."""
    return (*history, *given(*history).when(then).facts())


HURT = further(Trigger.SUSPECTED_DV, in_danger=True)


def violence(at: str) -> Command[Case]:
    """What the police find."""
    return cq(RecordPoliceFindings(findings=(Finding.DOMESTIC_VIOLENCE,)), at=f"2025-03-03 {at}")


def test_what_must_be_reported_to_the_police_takes_a_clue_to_them() -> None:
    facts = given(*CLUE_ONLY).when(further(Trigger.LIVING_ALONE)).facts()
    assert [type(e) for e in facts] == [ReportLinked, ReportForwarded]
    assert isinstance(facts[1], ReportForwarded)
    assert facts[1].forward_ground is ForwardGround.REPORTABLE
    assert facts[1].police_unit_id == POLICE_CQ.id
    assert case_of(*CLUE_ONLY, *facts).stage is Stage.REPORTED
    other = given(*CLUE_ONLY).when(further(Trigger.OTHER)).facts()
    assert [type(e) for e in other] == [ReportLinked]


def test_a_clue_of_a_child_in_danger_is_a_report_to_the_police() -> None:
    danger = played(replace(CLUE, in_danger=True, triggers=(Trigger.OTHER,)))
    assert case_of(*danger).stage is Stage.REPORTED


def test_the_police_look_into_what_a_case_in_hand_was_told() -> None:
    told = after(*TAKEN_BY_TOWNSHIP, then=HURT)
    case = case_of(*told)
    assert (case.stage, case.intake.again) == (Stage.NOTIFIED, Stage.REPORTED)
    more = given(*told).when(further(Trigger.SUSPECTED_DV, at="11:05")).facts()
    assert [type(e) for e in more] == [ReportLinked]  # they have it before them already
    accepted = after(*told, then=cq(AcceptReport(), at="2025-03-03 11:10", by=OFFICER))
    assert isinstance(accepted[-1], ReportAccepted)
    assert (accepted[-1].minutes_waited, accepted[-1].police_unit_id) == (10, POLICE_CQ.id)
    gone = after(*accepted, then=cq(DispatchPolice(), at="2025-03-03 11:15"))
    assert case_of(*gone).intake.again is Stage.ON_SCENE
    found = case_of(*after(*gone, then=violence("11:30")))
    assert (found.stage, found.intake.again) == (Stage.NOTIFIED, Stage.NONE)


def test_of_a_case_received_elsewhere_the_police_there_are_told() -> None:
    at_work = case_of(*after(*ON_SCENE, then=violence("10:00")))
    moved = replace(at_work, handled_place=JIANGSU_ROAD)
    here, elsewhere = (decide(case, HURT)[-1] for case in (at_work, moved))
    assert isinstance(here, ReportForwarded)
    assert isinstance(elsewhere, ReportForwarded)
    assert (here.police_unit_id, elsewhere.police_unit_id) == (POLICE_CQ.id, POLICE_CN.id)


def test_a_further_report_may_prove_unfounded() -> None:
    nothing = RecordPoliceFindings(findings=(), not_confirmed=(Trigger.SUSPECTED_DV,))
    put = cq(nothing, at="2025-03-03 11:30")
    told = after(*TAKEN_BY_TOWNSHIP, then=HURT)
    given(*told).when(put).then_refused("no_finding", field="findings")
    accepted = after(*told, then=cq(AcceptReport(), at="2025-03-03 11:10"))
    case = case_of(*after(*accepted, then=put))
    assert (case.stage, case.intake.again) == (Stage.NOTIFIED, Stage.NONE)


def test_a_case_does_not_close_before_the_police_have_looked_into_it() -> None:
    told = after(*TAKEN_BY_TOWNSHIP, then=HURT)
    case = replace(case_of(*told), stage=Stage.SERVING)
    with pytest.raises(Refused) as refusal:
        decide(case, cq(CloseCase(closing_summary="已改善"), at="2025-03-03 11:30"))
    assert refusal.value.code == "further_report_open"


def test_nobody_accepting_a_further_report_is_said_too() -> None:
    told = after(*TAKEN_BY_TOWNSHIP, then=HURT)
    given(*told).when(cq(NoteAcceptanceOverdue(), at="2025-03-03 11:29")).then_nothing()
    late = given(*told).when(cq(NoteAcceptanceOverdue(), at="2025-03-03 11:31")).facts()
    assert isinstance(late[0], ReportAcceptanceOverdue)
    assert late[0].minutes_waited == 31


def test_waiting_too_long_is_said_of_the_street_and_of_the_police() -> None:
    street = cn(
        report(
            Trigger.LIVING_ALONE,
            where=JIANGSU_ROAD,
            discovered="2019-03-30 09:40",
            addressees=(Addressee.STREET,),
        ),
        at="2019-03-30 10:00",
    )
    overdue = cn(NoteAcceptanceOverdue(), at="2019-03-30 10:31")
    forward = cn(ForwardReport(forward_ground=ForwardGround.DANGER), at="2019-03-30 10:40")
    told = played(street, overdue, forward)
    late = given(*told).when(cn(NoteAcceptanceOverdue(), at="2019-03-30 11:10")).facts()
    assert [type(e) for e in late] == [ReportAcceptanceOverdue]


def joined(into: tuple[Event[Any], ...], **more: Any) -> list[Event[Any]]:
    """What follows in the open case when another report is joined to it."""
    told: dict[str, Any] = {"joined_case_id": OTHER_CASE, "triggers": (Trigger.OTHER,)}
    note = NoteJoinedCase(**{**told, **more})
    return list(given(*into).when(cq(note, at="2025-03-03 11:00")).facts())


def test_what_the_police_were_told_they_are_told_wherever_it_is_joined() -> None:
    linked, forward = joined(TAKEN_BY_TOWNSHIP, to_police=True, police_unit_id=POLICE_CQ.id)
    assert isinstance(linked, CaseLinked)
    assert isinstance(forward, ReportForwarded)
    assert (forward.forward_ground, forward.police_unit_id) == (
        ForwardGround.REPORTABLE,
        POLICE_CQ.id,
    )
    assert [type(e) for e in joined(TAKEN_BY_TOWNSHIP)] == [CaseLinked]
    danger = joined(TAKEN_BY_TOWNSHIP, in_danger=True)
    assert [type(e) for e in danger] == [CaseLinked, ReportForwarded]
    assert case_of(*TAKEN_BY_TOWNSHIP, *danger).intake.in_danger
    assert [type(e) for e in joined(ON_SCENE, to_police=True)] == [CaseLinked]
    again = joined((*TAKEN_BY_TOWNSHIP, linked), to_police=True)
    assert again == []


def test_a_child_that_only_the_joined_report_names_is_in_the_open_case() -> None:
    facts = joined(ON_SCENE, children=(LI, BROTHER))
    assert facts[1:] == [ChildIdentified(child_id=BROTHER)]
    assert case_of(*ON_SCENE, *facts).children == (LI, BROTHER)


def test_a_citizen_whose_report_was_joined_is_still_to_be_praised() -> None:
    report_id = an_id("a neighbour's report")
    case = case_of(*ON_SCENE, *joined(ON_SCENE, citizen_reports=(report_id,)))
    assert case.intake.to_be_praised == (report_id,)
    praise = CommendReporter(report_id=report_id, commendation=Commendation.PRAISE)
    (praised,) = (
        given(*ON_SCENE, *joined(ON_SCENE, citizen_reports=(report_id,)))
        .when(cq(praise, at="2025-03-03 12:00"))
        .facts()
    )
    assert isinstance(praised, ReporterCommended)


def test_what_was_reported_again_and_found_again_is_to_be_done_again() -> None:
    stopped = InfringementStopped(act_stopped="殴打")
    handled = (*after(*ON_SCENE, then=violence("10:00")), stopped)

    def duties(*history: Event[Any]) -> tuple[EmergencyDuty, ...]:
        (event,) = given(*history).when(violence("12:00")).facts()
        assert isinstance(event, PoliceFindingRecorded)
        return event.duties

    assert duties(*handled) == ()
    assert EmergencyDuty.STOP_INFRINGEMENT in duties(*after(*handled, then=HURT))
