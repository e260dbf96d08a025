"""年度进展报告 · The district's report of the year, before 30 November, to the city bureau (T-18, SH2024-4.2-c).

The figures are the platform's own, as of a day; whoever signs names the digest of what was looked at, and with it they
are recorded. A later correction of a fact never changes a report that was sent: it shows as a difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from domain.codec import upcasts
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P2
from domain.terms.units import UnitKind
from domain.unit.annual_figures import ReportedFigure
from domain.unit.obligations import ANNUAL_REPORT, ObligationFulfilled
from domain.unit.state import Unit

name_fields(
    report_year=("报告年度", "Year of the report"),
    figures_as_of_on=("数据截止日", "Figures as of"),
    figures_hash=("数据摘要(SHA-256)", "SHA-256 of the figures"),
    report_narrative=("进展说明", "Narrative"),
    figures_position=("数据所据日志位置", "Position of the log behind the figures"),
    reported_figures=("报送数据", "The figures that were sent"),
    open_rectifications=("未完成整改数", "Findings still open"),
    city_unit_id=("市民政局", "City civil affairs"),
    receipt_note=("接收说明", "Note on receipt"),
)

REPORT = ("SH2024-4.2-c",)
NOT_A_DISTRICT = Refusal(
    "report_not_of_district",
    zh="年度进展报告由区民政部门报送",
    en="The report is sent by the district's civil affairs",
)
REPORT_SENT = Refusal(
    "annual_report_already_sent",
    zh="该年度报告已报送,报送后不再改动",
    en="The report of that year was sent, and stays as it was",
)
FIGURES_LATER = Refusal(
    "figures_as_of_later",
    zh="数据截止日不能晚于报送之日",
    en="The figures cannot be of a later day",
)
FIGURES_OF_OTHER_YEAR = Refusal(
    "figures_of_other_year",
    zh="数据截止日须在报告年度之内",
    en="The figures must be of a day in the year of the report",
)
FIGURES_HASH_MALFORMED = Refusal(
    "figures_hash_malformed", zh="数据摘要须为64位十六进制", en="The hash is 64 hexadecimal digits"
)
FIGURES_NOT_READY = Refusal(
    "figures_not_ready",
    zh="截止日的数据尚未汇总完毕,请稍后再报",
    en="The figures of that day are not complete yet: try again in a moment",
)
FIGURES_CHANGED = Refusal(
    "figures_hash_differs",
    zh="数据摘要与平台数据不符,请重新核对",
    en="The digest is not that of the platform's figures: look at them again",
)
REPORT_NOT_SENT = Refusal(
    "annual_report_not_sent", zh="该年度报告尚未报送", en="The report of that year was not sent"
)
_SHA256 = re.compile(r"[0-9a-f]{64}")


class AnnualProgressReportSubmitted(
    Event[Unit],
    name="unit.annual_progress_report_submitted",
    zh="年度进展报告已报送",
    en="Annual report submitted",
    version=2,
):
    """Version 1 had the digest alone, and no figures."""

    report_year: Annotated[int, P0]
    figures_as_of_on: Annotated[date, P0]
    figures_hash: Annotated[str, P2]
    report_narrative: Annotated[str, P2]
    open_rectifications: Annotated[int, P0] = 0
    city_unit_id: Annotated[UUID | None, P0] = None
    figures_position: Annotated[int, P0] = 0
    reported_figures: Annotated[tuple[ReportedFigure, ...], P0] = ()

    def evolve(self, state: Unit) -> Unit:
        reported = state.oversight.reported | {self.report_year}
        return replace(state, oversight=replace(state.oversight, reported=reported))


@upcasts("unit.annual_progress_report_submitted", 1)
def _without_figures(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "figures_position": 0, "reported_figures": []}


class SubmitAnnualProgressReport(
    Command[Unit],
    name="unit.submit_annual_progress_report",
    zh="报送年度进展报告",
    en="Submit the annual report",
    clauses=(*REPORT, "SH2024-3.2-b"),
    needs=("figures",),
):
    """Late is recorded as late, never refused; what is refused is a digest of other figures than the platform's."""

    report_year: Annotated[int, P0]
    figures_as_of_on: Annotated[date, P0]
    figures_hash: Annotated[str, P2]
    report_narrative: Annotated[str, P2]

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        if state.kind is not UnitKind.DISTRICT_CIVIL_AFFAIRS:
            raise NOT_A_DISTRICT(field="id")
        if self.report_year in state.oversight.reported:
            raise REPORT_SENT(field="reportYear")
        if self.figures_as_of_on > self.rules.on:
            raise FIGURES_LATER(field="figuresAsOfOn")
        if self.figures_as_of_on.year != self.report_year:
            raise FIGURES_OF_OTHER_YEAR(cite=REPORT, field="figuresAsOfOn")
        if not _SHA256.fullmatch(self.figures_hash):
            raise FIGURES_HASH_MALFORMED(field="figuresHash")
        taken, place = self.figures, state.place
        if taken is None or place is None:
            raise FIGURES_NOT_READY(field="figuresAsOfOn")
        if taken.digest(place, self.report_year, self.figures_as_of_on) != self.figures_hash:
            raise FIGURES_CHANGED(field="figuresHash")
        city = self.directory.unit_for(
            UnitKind.CITY_CIVIL_AFFAIRS, state.place, self.divisions, self.rules.on
        )
        yield AnnualProgressReportSubmitted.of(
            self,
            open_rectifications=state.oversight.open_findings,
            city_unit_id=city.id if city else None,
            figures_position=taken.position,
            reported_figures=taken.figures,
        )
        yield from self._fulfilled(state)

    def _fulfilled(self, state: Unit) -> Iterator[Event[Unit]]:
        """A report is owed until it is there: one sent too late fulfils its own year, marked as missed."""
        for owed in state.obligations.owed:
            of_year = owed.code == ANNUAL_REPORT and owed.period == str(self.report_year)
            if of_year and not owed.fulfilled:
                yield ObligationFulfilled(
                    obligation_id=owed.obligation_id,
                    duty_code=owed.code,
                    duty_period=owed.period,
                    fulfilled_on=self.rules.on,
                    after_missed=owed.missed,
                )


class AnnualProgressReportReceived(
    Event[Unit],
    name="unit.annual_progress_report_received",
    zh="年度进展报告已接收",
    en="Annual report received",
):
    report_year: Annotated[int, P0]
    receipt_note: Annotated[str | None, P2] = None

    def evolve(self, state: Unit) -> Unit:
        received = state.oversight.received | {self.report_year}
        return replace(state, oversight=replace(state.oversight, received=received))


class ReceiveAnnualProgressReport(
    Command[Unit],
    name="unit.receive_annual_progress_report",
    zh="接收年度进展报告",
    en="Receive the annual report",
    clauses=REPORT,
):
    """By the city bureau, on the district's record."""

    report_year: Annotated[int, P0]
    receipt_note: Annotated[str | None, P2] = None

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        if self.report_year not in state.oversight.reported:
            raise REPORT_NOT_SENT(field="reportYear")
        if self.report_year not in state.oversight.received:
            yield AnnualProgressReportReceived.of(self)
