"""The child can return: a supervisor first, and what the supervisor reports (SH2024-2.2.6-b)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from domain.case.institution import ReceiveChild
from domain.case.reports import SubmitReport
from domain.case.return_home import AppointGuardianshipSupervisor
from domain.case.return_possible import (
    NoteReturnPossible,
    ReturnFoundPossible,
    assessment_calls_for_a_supervisor,
)
from domain.case.supervision import (
    GuardianshipSupervisionReported,
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
