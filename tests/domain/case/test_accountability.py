"""Reports not made, reports obstructed, and those who did report (scenario 12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.case.accountability import (
    DecideReporterAccountability,
    EstablishFailureConsequences,
    FailureConsequencesEstablished,
    FailureToReportFound,
    FindFailureToReport,
    FindReportObstruction,
    ReporterAccountabilityDecided,
    ReportObstructionFound,
)
from domain.case.commendation import (
    CommendReporter,
    ReporterAssistanceRecorded,
    ReporterCommended,
)
from domain.kernel import Command
from domain.terms.reports import (
    Commendation,
    ReporterCategory,
    ReporterSanction,
    ResponsibleRole,
    SanctionCondition,
    Trigger,
)
from tests.domain.case.cast import (
    CIVIL_SH,
    JIANGSU_ROAD,
    MIAOZHEN,
    case_of,
    cn,
    cq,
    noting,
    played,
    report,
    sh,
)
from tests.dsl import an_id, given, local

AT = "2023-04-12 09:00"
COMPANY_REPORT = report(
    Trigger.SUSPECTED_DV,
    discovered="2023-04-10 18:00",
    where=MIAOZHEN,
    category=ReporterCategory.CLOSE_CONTACT,
    kept_from_reporting=True,
    obstructing_unit="某培训公司",
)
OBSTRUCTED = played(sh(COMPANY_REPORT, at="2023-04-11 09:00"))
OBSTRUCTION = uuid5(an_id("case.submit_report@2023-04-11 09:00"), "obstruction")


def failure(*, serious: bool | None) -> FindFailureToReport:
    """The company did not report."""
    return FindFailureToReport(
        failing_unit="某培训公司", known_on=date(2023, 4, 10), serious_consequences=serious
    )


def found(command: Command[Any], *history: Any) -> FailureToReportFound:
    """The failure as it is found."""
    (event,) = given(*history).when(command).facts()
    assert isinstance(event, FailureToReportFound)
    return event


@pytest.mark.parametrize(
    ("serious", "condition"),
    [
        (True, SanctionCondition.MET),
        (False, SanctionCondition.NOT_MET),
        (None, SanctionCondition.OPEN),
    ],
)
def test_shanghai_2020_asks_for_serious_consequences(
    *, serious: bool | None, condition: SanctionCondition
) -> None:
    event = found(sh(failure(serious=serious), at=AT), *OBSTRUCTED)
    assert event.sanction_condition is condition
    assert event.decide_by == date(2023, 5, 12)
    assert event.authority_unit_id == CIVIL_SH.id


def test_obstruction_makes_not_reporting_worse() -> None:
    assert found(sh(failure(serious=True), at=AT), *OBSTRUCTED).aggravating
    plain = replace(COMPANY_REPORT, kept_from_reporting=False)
    unhindered = played(sh(plain, at="2023-04-11 09:00"))
    assert not found(sh(failure(serious=True), at=AT), *unhindered).aggravating


def test_chongqing_and_changning_know_no_such_condition() -> None:
    in_cq = found(
        cq(failure(serious=False), at="2023-04-12 09:00"),
        *played(cq(report(Trigger.MISSING, discovered="2023-04-10 09:00"), at="2023-04-11 09:00")),
    )
    assert in_cq.sanction_condition is SanctionCondition.NOT_REQUIRED
    told = report(Trigger.MISSING, discovered="2019-03-30 09:00", where=JIANGSU_ROAD)
    known = replace(failure(serious=None), known_on=date(2019, 3, 30))
    in_cn = found(cn(known, at="2019-03-31 09:00"), *played(cn(told)))
    assert in_cn.sanction_condition is SanctionCondition.NOT_REQUIRED


def test_without_a_text_in_force_a_person_decides() -> None:
    told = report(Trigger.MISSING, discovered="2027-01-04 08:40", where=MIAOZHEN)
    history = played(sh(told, at="2027-01-04 09:00"))
    event = found(sh(failure(serious=False), at="2027-01-05 09:00"), *history)
    assert event.sanction_condition is SanctionCondition.NO_RULE


def decision(
    failing: UUID, sanction: ReporterSanction = ReporterSanction.DISCIPLINE
) -> DecideReporterAccountability:
    """The authority decides."""
    return DecideReporterAccountability(
        failing_id=failing,
        sanction=sanction,
        accountable_role=ResponsibleRole.DIRECT_SUPERVISOR,
    )


@pytest.mark.parametrize("serious", [False, None])
def test_without_serious_consequences_there_is_no_sanction_for_not_reporting(
    *, serious: bool | None
) -> None:
    """Nor while it is open whether there were any."""
    event = found(sh(failure(serious=serious), at=AT), *OBSTRUCTED)
    history = given(*OBSTRUCTED, event)
    later = "2023-04-20 09:00"
    history.when(sh(decision(event.failing_id), at=later)).then_refused(
        "sanction_condition_not_met", cites="SH2020-4.1-f", field="sanction"
    )
    nothing = decision(event.failing_id, ReporterSanction.NONE)
    (closed,) = history.when(sh(nothing, at=later)).facts()
    assert isinstance(closed, ReporterAccountabilityDecided)


def test_obstruction_stays_open_for_a_human_decision() -> None:
    event = found(sh(failure(serious=False), at=AT), *OBSTRUCTED)
    heavier = decision(OBSTRUCTION, ReporterSanction.HEAVIER_DISCIPLINE)
    given(*OBSTRUCTED, event).when(sh(heavier, at="2023-04-20 09:00")).then(
        ReporterAccountabilityDecided(
            failing_id=OBSTRUCTION,
            sanction=ReporterSanction.HEAVIER_DISCIPLINE,
            accountable_role=ResponsibleRole.DIRECT_SUPERVISOR,
        )
    )


def test_a_failing_is_decided_once_and_must_exist() -> None:
    decided = given(*OBSTRUCTED).when(sh(decision(OBSTRUCTION), at=AT)).facts()
    again = sh(decision(OBSTRUCTION), at="2023-04-20 09:00")
    given(*OBSTRUCTED, *decided).when(again).then_refused("failing_already_decided")
    nobody = sh(decision(an_id("nobody")), at=AT)
    given(*OBSTRUCTED).when(nobody).then_refused("unknown_failing", field="failingId")


def test_consequences_that_turn_out_serious_open_the_sanction() -> None:
    event = found(sh(failure(serious=None), at=AT), *OBSTRUCTED)
    history = (*OBSTRUCTED, event)

    def establish(*, serious: bool) -> EstablishFailureConsequences:
        return EstablishFailureConsequences(
            failing_id=event.failing_id, serious_consequences=serious
        )

    later = "2023-04-20 09:00"
    established = FailureConsequencesEstablished(
        failing_id=event.failing_id,
        serious_consequences=True,
        sanction_condition=SanctionCondition.MET,
    )
    given(*history).when(sh(establish(serious=True), at=later)).then(established)
    history = (*history, established)
    given(*history).when(sh(establish(serious=True), at=later)).then_nothing()
    sanctioned = given(*history).when(sh(decision(event.failing_id), at=later)).facts()
    given(*history, *sanctioned).when(sh(establish(serious=False), at=later)).then_refused(
        "failing_already_decided"
    )


@pytest.mark.parametrize(
    ("serious", "condition"), [(True, SanctionCondition.MET), (False, SanctionCondition.NOT_MET)]
)
def test_consequences_known_later_are_judged_by_the_text_of_the_failing(
    *, serious: bool, condition: SanctionCondition
) -> None:
    """SH2020-4.1-f: the text has ended meanwhile; what was open by it stays a matter of it."""
    event = found(sh(failure(serious=None), at=AT), *OBSTRUCTED)
    known = EstablishFailureConsequences(failing_id=event.failing_id, serious_consequences=serious)
    after_its_end = sh(known, at="2026-03-02 09:00")
    (established,) = given(*OBSTRUCTED, event).when(after_its_end).facts()
    assert isinstance(established, FailureConsequencesEstablished)
    assert established.sanction_condition is condition


def test_consequences_are_of_a_failure_to_report() -> None:
    wrong = EstablishFailureConsequences(failing_id=OBSTRUCTION, serious_consequences=True)
    given(*OBSTRUCTED).when(sh(wrong, at=AT)).then_refused("unknown_failing")


def test_an_inspection_may_find_obstruction_too() -> None:
    organ = an_id("superior organ")
    inspection = FindReportObstruction(obstructing_unit="某单位", authority_unit_id=organ)
    (event,) = given(*OBSTRUCTED).when(sh(inspection, at=AT)).facts()
    assert isinstance(event, ReportObstructionFound)
    assert (event.aggravating, event.obstructing_unit) == (True, "某单位")
    assert event.authority_unit_id == organ


CITIZEN = cq(report(Trigger.LIVING_ALONE, category=ReporterCategory.CITIZEN), at="2025-03-03 08:55")
CITIZEN_REPORT = uuid5(an_id("case.submit_report@2025-03-03 08:55"), "report")
PRAISE = CommendReporter(report_id=CITIZEN_REPORT, commendation=Commendation.PRAISE)


def test_a_citizen_is_praised_once() -> None:
    history = played(CITIZEN)
    praised = ReporterCommended(report_id=CITIZEN_REPORT, commendation=Commendation.PRAISE)
    given(*history).when(cq(PRAISE)).then(praised)
    given(*history, praised).when(cq(PRAISE)).then_nothing()


def test_praise_is_not_published_against_the_reporters_will() -> None:
    history = given(*played(CITIZEN))
    history.when(cq(replace(PRAISE, publish=True))).then_refused(
        "publication_needs_consent", field="publish"
    )
    (event,) = history.when(cq(replace(PRAISE, publish=True, publication_consent=True))).facts()
    assert isinstance(event, ReporterCommended)
    assert event.publish


def test_who_had_to_report_is_not_praised_for_it() -> None:
    mandated = played(cq(report(Trigger.LIVING_ALONE), at="2025-03-03 08:55"))
    given(*mandated).when(cq(PRAISE)).then_refused(
        "not_a_citizen_report", cites="CQ2016-4.1-e", field="reportId"
    )


def test_a_report_that_is_not_there_is_not_praised() -> None:
    unknown = replace(PRAISE, report_id=an_id("nothing"))
    given(*played(CITIZEN)).when(cq(unknown)).then_refused("unknown_report", field="reportId")


@pytest.mark.clause("SH2020-4.2-c")
def test_a_reporter_helps_the_police() -> None:
    help_given = noting(ReporterAssistanceRecorded, assistance="带民警到住处")
    given(*played(CITIZEN)).when(cq(help_given)).then(
        ReporterAssistanceRecorded(assistance="带民警到住处")
    )


def test_late_reports_keep_both_times() -> None:
    intake = case_of(*OBSTRUCTED).intake
    assert (intake.discovered_at, intake.reported_at) == (
        local("2023-04-10 18:00"),
        local("2023-04-11 09:00"),
    )
