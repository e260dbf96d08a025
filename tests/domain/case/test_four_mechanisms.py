"""强制报告、应急处置、评估帮扶、监护干预: one case through all four, one after the other (CQ2016-2.3-b)."""

from __future__ import annotations

from datetime import date

import pytest

from domain.case.assessment import AssessmentStarted
from domain.case.dispatch import PoliceFindingRecorded
from domain.case.non_performance import NonPerformanceStarted, StartNonPerformance
from domain.case.report_state import Stage
from domain.case.reports import ReportSubmitted
from domain.terms.measures import MeasureSubject
from tests.domain.case.cast import FATHER, case_of, cq
from tests.domain.case.on_scene import then
from tests.domain.case.planning import PLANNED

REFUSAL = StartNonPerformance(
    subject_kind=MeasureSubject.PARENT,
    subject_id=FATHER,
    refused_since_on=date(2025, 1, 1),
    refusal_facts="接到通知仍不返回",
)
FOUR = [ReportSubmitted, PoliceFindingRecorded, AssessmentStarted, NonPerformanceStarted]
WHOLE = then(PLANNED, cq(REFUSAL, at="2025-03-18 09:00"))


@pytest.mark.clause("CQ2016-2.3-b")
def test_a_case_goes_through_the_four_mechanisms_one_linked_to_the_next() -> None:
    stages = list(dict.fromkeys(case_of(*WHOLE[: n + 1]).stage for n in range(len(WHOLE))))
    assert stages == [
        Stage.REPORTED,
        Stage.ACCEPTED,
        Stage.ON_SCENE,
        Stage.HANDLING,
        Stage.NOTIFIED,
        Stage.ASSESSING,
        Stage.PLANNED,
    ]
    linked = [type(e) for e in WHOLE if "CQ2016-2.3-b" in e.told.clauses]
    assert [kind for kind in linked if kind in FOUR] == FOUR
    assert case_of(*WHOLE).intervention.is_running
