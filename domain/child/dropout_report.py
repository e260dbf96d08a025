"""辍学书面报告 · To district education and to the township, both, in writing (SH2020-5.4-c, CQ2016-3.3-s).

A report to one of them is incomplete: the case stays where it is, and says who is missing. When both have
acknowledged, both take lawful measures (SH2020-5.4-d, CQ2016-3.3-t).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from domain.child.dropout import failed
from domain.child.school_state import Schooling
from domain.child.schooling import REPORTABLE, REPORTED, said, unit_told
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3_SCHOOL
from domain.terms.roles import Role
from domain.terms.school import DropoutMeasure, PersuasionFailure, ReportAddressee

name_fields(
    report_addressees=("书面报告对象", "Reported in writing to"),
    missing_addressees=("尚缺报告对象", "Addressee missing"),
    report_document_hash=("书面报告摘要(SHA-256)", "SHA-256 of the written report"),
    addressee_unit_ids=("接收单位", "Units addressed"),
    acknowledge_by=("签收时限", "Acknowledge by"),
    acknowledged_for=("签收单位类别", "Acknowledged as"),
    measure_unit_ids=("采取措施单位", "Units to take measures"),
    measures_by=("采取措施时限", "Take measures by"),
    dropout_measure=("措施", "Measure"),
    dropout_measure_note=("措施情况", "What was done"),
)

ADDRESSEE_MISSING = Refusal(
    "report_addressee_missing", zh="须写明书面报告对象", en="Say to whom the report goes"
)
NOT_IN_WRITING = Refusal(
    "report_not_in_writing",
    zh="须为书面报告,附文件摘要(64位十六进制)",
    en="The report must be in writing: give the hash of the document",
)
NOT_ADDRESSED = Refusal(
    "not_the_addressee",
    zh="书面报告未送达该部门",
    en="The written report was not addressed to this department",
)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_BOTH = ("SH2020-5.4-c", "CQ2016-3.3-s")
_ADDRESSEE_OF = {
    Role.DISTRICT_EDUCATION: ReportAddressee.EDUCATION,
    Role.TOWNSHIP: ReportAddressee.TOWNSHIP,
    Role.CHILD_SUPERVISOR: ReportAddressee.TOWNSHIP,
}


def _in_order(codes: frozenset[str]) -> tuple[ReportAddressee, ...]:
    return tuple(a for a in ReportAddressee if a.value in codes)


class DropoutReportSubmitted(
    Event[Child],
    name="child.dropout_report_submitted",
    zh="辍学书面报告已提交",
    en="Dropout report submitted",
):
    """``missing_addressees``: who has still not been told; the state stays 劝返无效 until nobody is missing."""

    dropout_id: Annotated[UUID, P0]
    report_addressees: Annotated[tuple[ReportAddressee, ...], P2]
    missing_addressees: Annotated[tuple[ReportAddressee, ...], P2] = ()
    report_document_hash: Annotated[str, P2]
    addressee_unit_ids: Annotated[tuple[UUID, ...], P2] = ()
    acknowledge_by: Annotated[date, P2]
    date_provisional: Annotated[bool, P0] = False

    def evolve(self, state: Child) -> Child:
        case = state.school.dropout
        if case is None:
            return state
        told = case.reported | {a.value for a in self.report_addressees}
        school = state.school.case(
            reported=told, addressees=told | {a.value for a in self.missing_addressees}
        )
        if not self.missing_addressees and school.status is Schooling.PERSUASION_FAILED:
            school = replace(school, status=Schooling.REPORTED)
        return replace(state, school=school)


class SubmitDropoutReport(
    Command[Child],
    name="child.submit_dropout_report",
    zh="提交辍学书面报告",
    en="Submit the written dropout report",
    when=ON_FILE & REPORTABLE,
    clauses=(
        *_BOTH,
        "SH2020-5.4-b",
        "CQ2016-3.3-r",
        "CQ2016-3.3-a",
    ),
):
    """A school that reports before the time for persuasion is over says thereby that it is in vain."""

    report_addressees: Annotated[tuple[ReportAddressee, ...], P2]
    report_document_hash: Annotated[str, P2]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        case = state.school.dropout
        if case is None:
            return
        cite = self.rules.cite("dropout_report_addressees")
        if not self.report_addressees:
            raise ADDRESSEE_MISSING(cite=cite, field="reportAddressees")
        if not _SHA256.fullmatch(self.report_document_hash):
            raise NOT_IN_WRITING(cite=cite, field="reportDocumentHash")
        told = {a.value for a in self.report_addressees}
        if told <= case.reported:
            return
        yield from failed(self, state, PersuasionFailure.SCHOOL_SAYS_SO)
        new = _in_order(frozenset(told - case.reported))
        owed = self.rules.codes("dropout_report_addressees") - case.reported - told
        days = self.rules.working_days("dropout_acknowledgement_working_days")
        due = self.workdays.add(local_date(self.at), days)
        units = (unit_told(self, state, a) for a in new)
        yield DropoutReportSubmitted.of(
            self,
            dropout_id=case.dropout_id,
            report_addressees=new,
            missing_addressees=_in_order(owed),
            addressee_unit_ids=tuple(u for u in units if u is not None),
            acknowledge_by=due.day,
            date_provisional=due.provisional,
        )


class DropoutReportAcknowledged(
    Event[Child],
    name="child.dropout_report_acknowledged",
    zh="辍学书面报告已签收",
    en="Dropout report acknowledged",
):
    """``measure_unit_ids``: once both have acknowledged, the units that now take measures."""

    dropout_id: Annotated[UUID, P0]
    acknowledged_for: Annotated[ReportAddressee, P2]
    measure_unit_ids: Annotated[tuple[UUID, ...], P2] = ()
    measures_by: Annotated[date | None, P2] = None

    def evolve(self, state: Child) -> Child:
        case = state.school.dropout
        if case is None:
            return state
        done = case.acknowledged | {self.acknowledged_for.value}
        school = state.school.case(acknowledged=done)
        if self.measures_by is not None and school.status is Schooling.REPORTED:
            school = replace(school, status=Schooling.MEASURES)
        return replace(state, school=school)


class AcknowledgeDropoutReport(
    Command[Child],
    name="child.acknowledge_dropout_report",
    zh="签收辍学书面报告",
    en="Acknowledge the dropout report",
    when=ON_FILE & REPORTED,
    clauses=(
        *_BOTH,
        "SH2020-5.4-d",
        "CQ2016-3.3-t",
        "CQ2016-3.3-a",
    ),
):
    """By district education and by the township, each for itself."""

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        case = state.school.dropout
        if case is None:
            return
        me = next((a for role, a in _ADDRESSEE_OF.items() if role == self.by.role), None)
        if me is None or me.value not in case.reported:
            raise NOT_ADDRESSED(cite=self.rules.cite("dropout_report_addressees"))
        if me.value in case.acknowledged:
            return
        complete = not case.missing and case.reported <= case.acknowledged | {me.value}
        units = (unit_told(self, state, a) for a in _in_order(case.reported)) if complete else ()
        days = timedelta(days=self.rules.days("dropout_measure_days"))
        yield DropoutReportAcknowledged(
            dropout_id=case.dropout_id,
            acknowledged_for=me,
            measure_unit_ids=tuple(u for u in units if u is not None),
            measures_by=local_date(self.at) + days if complete else None,
        )


class DropoutMeasureTaken(
    Event[Child], name="child.dropout_measure_taken", zh="已采取措施", en="Measure taken"
):
    dropout_id: Annotated[UUID, P0]
    dropout_measure: Annotated[DropoutMeasure, P3_SCHOOL]
    dropout_measure_note: Annotated[str, P3_SCHOOL]


class TakeDropoutMeasure(
    Command[Child],
    name="child.take_dropout_measure",
    zh="依法采取措施",
    en="Take a measure against a dropout",
    when=ON_FILE & REPORTED,
    clauses=("SH2020-5.4-d", "CQ2016-3.3-t", "CQ2016-3.3-a", "CN2017-3.3-d"),
):
    """Whoever has the report may act at once: a missing acknowledgement must not keep help from the child."""

    dropout_measure: Annotated[DropoutMeasure, P3_SCHOOL]
    dropout_measure_note: Annotated[str, P3_SCHOOL]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        case = state.school.dropout
        if case is None:
            return
        said(self.dropout_measure_note, "dropoutMeasureNote")
        yield DropoutMeasureTaken.of(self, dropout_id=case.dropout_id)
