"""年度进展报告 · The district's report of the year, before 30 November, to the city bureau (T-18, SH2024-4.2-c).

What was sent is fixed by the digest of its figures; a later correction of a fact never changes a report that was sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.sensitivity import P0, P2
from domain.terms.units import UnitKind
from domain.unit.obligations import ANNUAL_REPORT, ObligationFulfilled
from domain.unit.state import Unit

name_fields(
    report_year=("报告年度", "Year of the report"),
    figures_as_of_on=("数据截止日", "Figures as of"),
    figures_hash=("数据摘要(SHA-256)", "SHA-256 of the figures"),
    report_narrative=("进展说明", "Narrative"),
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
FIGURES_HASH_MALFORMED = Refusal(
    "figures_hash_malformed", zh="数据摘要须为64位十六进制", en="The hash is 64 hexadecimal digits"
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
):
    report_year: Annotated[int, P0]
    figures_as_of_on: Annotated[date, P0]
    figures_hash: Annotated[str, P2]
    report_narrative: Annotated[str, P2]
    open_rectifications: Annotated[int, P0] = 0
    city_unit_id: Annotated[UUID | None, P0] = None

    def evolve(self, state: Unit) -> Unit:
        reported = state.oversight.reported | {self.report_year}
        return replace(state, oversight=replace(state.oversight, reported=reported))


class SubmitAnnualProgressReport(
    Command[Unit],
    name="unit.submit_annual_progress_report",
    zh="报送年度进展报告",
    en="Submit the annual report",
    clauses=(*REPORT, "SH2024-3.2-b"),
):
    """Late is recorded as late, never refused."""

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
        if not _SHA256.fullmatch(self.figures_hash):
            raise FIGURES_HASH_MALFORMED(field="figuresHash")
        city = self.directory.unit_for(
            UnitKind.CITY_CIVIL_AFFAIRS, state.place, self.divisions, self.rules.on
        )
        yield AnnualProgressReportSubmitted.of(
            self,
            open_rectifications=state.oversight.open_findings,
            city_unit_id=city.id if city else None,
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
