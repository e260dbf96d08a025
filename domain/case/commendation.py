"""报告人 · Those who did report: praised, and helping (SH2020-4.1-i, SH2020-4.2-c)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.case.state import Case
from domain.kernel import PRESENT, Command, Event, Record, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P6_REPORTER
from domain.terms.reports import Commendation

name_fields(
    report_id=("报告", "Report"),
    commendation=("表扬奖励方式", "How it is honoured"),
    publish=("公开表扬", "Publish it"),
    publication_consent=("报告人同意公开", "The reporter agrees to publication"),
    assistance=("协助情况", "Help given"),
)

UNKNOWN_REPORT = Refusal("unknown_report", zh="没有此报告", en="There is no such report")
NOT_A_CITIZEN_REPORT = Refusal(
    "not_a_citizen_report",
    zh="强制报告责任人的报告不属于表扬奖励范围",
    en="Praise and reward are for those who had no duty to report",
)
PUBLICATION_NEEDS_CONSENT = Refusal(
    "publication_needs_consent",
    zh="未经报告人同意,不得公开表扬",
    en="It is not published without the reporter's consent",
)


class ReporterCommended(
    Event[Case], name="case.reporter_commended", zh="表扬奖励", en="Reporter commended"
):
    """A citizen or organisation without a duty was praised or rewarded for reporting."""

    report_id: Annotated[UUID, P0]
    commendation: Annotated[Commendation, P6_REPORTER]
    publish: Annotated[bool, P6_REPORTER] = False

    def evolve(self, case: Case) -> Case:
        """The report has been honoured."""
        reports = tuple(
            replace(r, commended=True) if r.report_id == self.report_id else r
            for r in case.intake.reports
        )
        return replace(case, intake=replace(case.intake, reports=reports))


class CommendReporter(
    Command[Case],
    name="case.commend_reporter",
    zh="表扬奖励报告人",
    en="Commend the reporter",
    when=PRESENT,
    clauses=("SH2020-4.1-i", "CQ2016-4.1-e"),
):
    """Promptly; who it was stays protected."""

    report_id: Annotated[UUID, P0]
    commendation: Annotated[Commendation, P6_REPORTER]
    publish: Annotated[bool, P6_REPORTER] = False
    publication_consent: Annotated[bool, P6_REPORTER] = False

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """其他公民、社会组织: not those who had the duty; not in public against their will."""
        report = case.intake.report(self.report_id)
        if report is None:
            raise UNKNOWN_REPORT(field="reportId")
        if report.mandated:
            raise NOT_A_CITIZEN_REPORT(cite=self.rules.cite("citizen_reward"), field="reportId")
        if self.publish and not self.publication_consent:
            raise PUBLICATION_NEEDS_CONSENT(field="publish")
        if not report.commended:
            yield ReporterCommended.of(self)


class ReporterAssistanceRecorded(
    Record[Case],
    name="case.reporter_assistance_recorded",
    actor=P6_REPORTER,
    zh="协助调查",
    en="Reporter assisted",
    act="case.record_reporter_assistance",
    does=("记录报告人协助", "Record the reporter's help"),
    when=PRESENT,
    clauses=("SH2020-4.2-c", "CQ2016-4.2-c", "CQ2024-3.1-h"),
):
    """The reporter helped the police to inquire and to act; either of them says so."""

    assistance: Annotated[str, P6_REPORTER]
