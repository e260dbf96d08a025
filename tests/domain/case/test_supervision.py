"""The child can return: a supervisor first, and what the supervisor reports (SH2024-2.2.6-b)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from domain.case.institution import ReceiveChild
from domain.case.intervention import INTERVENING
from domain.case.placement_state import PlacementState
from domain.case.report_state import Stage
from domain.case.reports import SubmitReport
from domain.case.return_home import AppointGuardianshipSupervisor
from domain.case.return_possible import (
    NoteReturnPossible,
    ReturnFoundPossible,
    assessment_calls_for_a_supervisor,
)
from domain.case.supervision import (
    EndGuardianshipSupervision,
    GuardianshipSupervisionEnded,
    GuardianshipSupervisionReported,
    NoteSupervisionOver,
    ReportGuardianshipSupervision,
)
from domain.child.guardian_condition import GuardianshipCapacityAssessed
from domain.kernel import Command, Event
from domain.reactions import Put
from domain.terms.care import (
    CapacityAssessor,
    CapacityNextStep,
    CapacityResult,
)
from domain.terms.placement import SiteKind
from domain.terms.reports import Trigger
from tests.domain.case.before_court import (
    PLACED,
    supervisor,
)
from tests.domain.case.cast import (
    BROTHER,
    FATHER,
    LI,
    MIAOZHEN,
    MOTHER,
    POLICE_SH,
    Around,
    case_of,
    played,
    sh,
)
from tests.domain.case.cast import report as report_to_police
from tests.domain.case.on_scene import then
from tests.domain.case.revoking import (
    GIRL,
    PROC,
    VILLAGE,
    in_sh,
)
from tests.dsl import given, told

# --- return under supervision -------------------------------------------------------------------


def capacity(next_step: CapacityNextStep) -> Event[Any]:
    """What an assessment of the father found."""
    return told(
        GuardianshipCapacityAssessed(
            guardian_id=FATHER,
            assessors=(CapacityAssessor.PROCURATORATE,),
            capacity_result=CapacityResult.CAPABLE,
            capacity_reasons="已戒酒,居所稳定",
            capacity_next=next_step,
        )
    )


def test_an_assessment_that_she_can_return_calls_for_a_supervisor() -> None:
    receive = ReceiveChild(
        site_kind=SiteKind.CHILD_WELFARE_INSTITUTION,
        receiving_staff="保育员",
        child_condition="平稳",
    )
    received = then(PLACED, in_sh(receive, at="2022-03-02 10:00"))
    case = case_of(*received)
    around = Around(files=(GIRL,), cases=(case,))
    can = (capacity(CapacityNextStep.CAN_RETURN),)
    assert list(assessment_calls_for_a_supervisor(around, GIRL, can)) == [
        Put(case.id, NoteReturnPossible(child_id=LI))
    ]
    cannot = (capacity(CapacityNextStep.CANNOT_RETURN),)
    assert not list(assessment_calls_for_a_supervisor(around, GIRL, cannot))
    note = in_sh(NoteReturnPossible(child_id=LI), at="2024-05-06 10:00")
    given(*received).when(note).then(
        ReturnFoundPossible(
            child_id=LI, supervision_unit_id=PROC.id, supervisor_by=date(2024, 5, 20)
        )
    )
    given(*then(received, supervisor())).when(
        in_sh(NoteReturnPossible(child_id=LI), at="2024-05-11 10:00")
    ).then_nothing()
    before = in_sh(NoteReturnPossible(child_id=LI), at="2022-05-06 10:00")
    given(*received).when(before).then_nothing()
    stranger = in_sh(NoteReturnPossible(child_id=MOTHER), at="2024-05-06 10:00")
    given(*received).when(stranger).then_nothing()


def report(performs: bool = True, **more: Any) -> Command[Any]:  # noqa: FBT001, FBT002
    """What the supervisor found."""
    said = ReportGuardianshipSupervision(
        **{"supervision_findings": "按时接送,未再饮酒", "guardian_performs": performs, **more}
    )
    return in_sh(said, at="2024-06-10 10:00")


def test_the_supervisor_reports_and_a_guardian_who_fails_is_dissuaded_anew() -> None:
    supervised = then(PLACED, supervisor())
    given(*supervised).when(report()).then(
        GuardianshipSupervisionReported(
            child_id=LI, supervision_findings="按时接送,未再饮酒", guardian_performs=True
        )
    )
    (event,) = given(*supervised).when(report(performs=False)).facts()
    assert event.dissuading_unit_ids == (VILLAGE.id, POLICE_SH.id)  # type: ignore[attr-defined]
    given(*PLACED).when(report()).then_refused("out_of_turn")
    given(*supervised).when(report(supervision_findings=" ")).then_refused(
        "supervision_findings_missing", field="supervisionFindings"
    )


def test_a_supervisor_reports_on_the_guardian_they_watch() -> None:
    two = then(
        played(
            sh(replace(report_of_both(), children=(LI, BROTHER)), at="2022-03-01 10:00"),
        ),
        in_sh(
            AppointGuardianshipSupervisor(
                child_id=LI, supervisor_name="监督员", together_with="民政局"
            ),
            at="2024-05-10 10:00",
        ),
    )
    given(*two).when(report(child_id=BROTHER)).then_refused(
        "no_guardianship_supervisor", field="childId"
    )


def report_of_both() -> SubmitReport:
    """A report of two children in Chongming."""
    return report_to_police(Trigger.SUSPECTED_DV, discovered="2022-03-01 09:50", where=MIAOZHEN)


# --- the end ------------------------------------------------------------------------------------


def appointed(until: date | None, at: str = "2024-05-10 10:00") -> Command[Any]:
    """For a term, or for none."""
    command = AppointGuardianshipSupervisor(
        supervisor_name="监督员", together_with="民政局", supervised_until=until
    )
    return in_sh(command, at=at)


TERM = then(PLACED, appointed(date(2024, 11, 10)))


def test_nobody_is_appointed_for_a_term_that_is_over() -> None:
    given(*PLACED).when(appointed(date(2024, 5, 9))).then_refused(
        "supervision_term_past", field="supervisedUntil"
    )
    assert given(*PLACED).when(appointed(date(2024, 5, 10))).facts()


def over(at: str, until: date = date(2024, 11, 10)) -> Command[Any]:
    """The clock, once the last day is over."""
    return in_sh(NoteSupervisionOver(supervised_until=until), at=at)


def test_the_supervision_is_over_with_its_term() -> None:
    given(*TERM).when(over("2024-11-10 23:59")).then_nothing()
    given(*TERM).when(over("2024-11-11 00:00")).then(
        GuardianshipSupervisionEnded(child_id=LI, supervised_until=date(2024, 11, 10))
    )
    ended = then(TERM, over("2024-11-11 00:00"))
    assert case_of(*TERM).placement.supervised == {LI}
    assert case_of(*ended).placement.supervised == frozenset()
    for history, open_to_more in ((TERM, True), (ended, False)):
        supervisions = case_of(*history).placement.supervisions
        home = PlacementState(supervisions=supervisions)
        closed = replace(case_of(*history), stage=Stage.CLOSED, placement=home)
        assert INTERVENING.holds(closed) is open_to_more


def test_a_longer_term_appointed_since_stands() -> None:
    longer = then(TERM, appointed(date(2025, 5, 10), at="2024-11-01 10:00"))
    given(*longer).when(over("2024-11-11 00:00")).then_nothing()


def test_the_procuratorate_ends_it_with_a_reason() -> None:
    end = EndGuardianshipSupervision(supervision_end_reason="监护人已稳定履职")
    open_ended = given(*then(PLACED, appointed(None)))
    open_ended.when(in_sh(end, at="2024-12-01 10:00")).then(
        GuardianshipSupervisionEnded(child_id=LI, supervision_end_reason="监护人已稳定履职")
    )
    open_ended.when(
        in_sh(EndGuardianshipSupervision(supervision_end_reason=" "), at="2024-12-01 10:00")
    ).then_refused("supervision_end_reason_missing", field="supervisionEndReason")
    given(*PLACED).when(in_sh(end, at="2024-12-01 10:00")).then_refused("out_of_turn")
