"""督查与整改 · Inspections, what they find, and that it is put right (C.13; SH2020-5.4-g, SH2024-4.2-b, CQ2016-7-b).

A full inspection is owed once a year; a special one comes when the city chooses and has no date. Findings are counts
and kinds, never a child: the samples an inspector sees are masked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.kernel import Command, Event, Refusal, Value
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P2
from domain.terms.oversight import FindingKind, InspectionKind
from domain.unit.obligations import FULL_INSPECTION, fulfilled
from domain.unit.oversight_state import FindingStatus
from domain.unit.state import Unit

name_fields(
    inspection_id=("督查", "Inspection"),
    inspection_kind=("督查种类", "Kind of inspection"),
    inspected_unit_id=("受督查单位", "Unit under inspection"),
    sampled_files=("抽查档案数", "Files sampled"),
    inspection_findings=("发现问题", "What the inspection found"),
    finding_id=("督查问题", "Finding"),
    finding_kind=("问题类别", "Kind of finding"),
    finding_count=("问题数量", "How many"),
    finding_note=("问题说明", "Note on the finding"),
    rectifying_unit_id=("整改单位", "Unit to put it right"),
    rectification_order=("整改要求", "What must be put right"),
    rectification_result=("整改结果", "What was put right"),
)

UNKNOWN_FINDING = Refusal("unknown_finding", zh="没有这项督查问题", en="There is no such finding")
FINDING_ORDERED = Refusal(
    "rectification_already_ordered", zh="该问题已责令整改", en="It has been ordered already"
)
NOT_ORDERED = Refusal(
    "rectification_not_ordered", zh="该问题尚未责令整改", en="It has not been ordered yet"
)
ORDERED_TO_THE_PAST = Refusal(
    "rectification_due_past", zh="整改期限不能早于责令之日", en="The time limit lies in the past"
)
INSPECTED_UNKNOWN = Refusal(
    "inspected_unit_unknown", zh="没有登记此机构", en="There is no such unit on the register"
)
COUNT_IMPOSSIBLE = Refusal(
    "inspection_count_impossible",
    zh="问题数至少为一",
    en="What was found was found at least once",
)
RECTIFICATION = ("SH2020-5.4-g",)


class FindingDraft(Value):
    """督查发现 · A finding as the inspector writes it down."""

    finding_kind: Annotated[FindingKind, P0]
    finding_count: Annotated[int, P0] = 1
    finding_note: Annotated[str | None, P2] = None


class InspectionRecorded(
    Event[Unit], name="unit.inspection_recorded", zh="督查已开展", en="Inspection recorded"
):
    inspection_id: Annotated[UUID, P0]
    inspection_kind: Annotated[InspectionKind, P0]
    inspected_unit_id: Annotated[UUID | None, P0] = None
    sampled_files: Annotated[int, P0] = 0


class FindingRecorded(
    Event[Unit], name="unit.finding_recorded", zh="督查问题已登记", en="Finding recorded"
):
    finding_id: Annotated[UUID, P0]
    inspection_id: Annotated[UUID, P0]
    finding_kind: Annotated[FindingKind, P0]
    finding_count: Annotated[int, P0]
    finding_note: Annotated[str | None, P2] = None

    def evolve(self, state: Unit) -> Unit:
        oversight = state.oversight.with_finding(self.finding_id, FindingStatus.FOUND)
        return replace(state, oversight=oversight)


class RecordInspection(
    Command[Unit],
    name="unit.record_inspection",
    zh="登记督查",
    en="Record an inspection",
    clauses=(
        "SH2024-4.2-b",
        "CQ2016-7-b",
        "CN2017-5.1-f",
        "CQ2016-3.2-a",
        "CQ2016-6.1-b2",
        "CQ2016-6.3-d",
        "CQ2024-2.4-e",
    ),
):
    """A full one fulfils the year's duty of the district that holds it (T-17)."""

    inspection_kind: Annotated[InspectionKind, P0]
    inspected_unit_id: Annotated[UUID | None, P0] = None
    sampled_files: Annotated[int, P0] = 0
    inspection_findings: Annotated[tuple[FindingDraft, ...], P2] = ()

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        if self.inspected_unit_id is not None:
            _on_the_register(self, self.inspected_unit_id, "inspectedUnitId")
        if any(found.finding_count < 1 for found in self.inspection_findings):
            raise COUNT_IMPOSSIBLE(field="inspectionFindings")
        inspection_id = self.new_id("inspection")
        yield InspectionRecorded.of(self, inspection_id=inspection_id)
        for number, found in enumerate(self.inspection_findings):
            yield FindingRecorded(
                finding_id=self.new_id(f"finding/{number}"),
                inspection_id=inspection_id,
                finding_kind=found.finding_kind,
                finding_count=found.finding_count,
                finding_note=found.finding_note,
            )
        if self.inspection_kind is InspectionKind.FULL:
            yield from fulfilled(self, state, FULL_INSPECTION)


def _on_the_register(command: Command[Unit], unit_id: UUID, field: str) -> None:
    """An order to a unit that is none would be a duty of nobody."""
    if unit_id not in command.directory.units:
        raise INSPECTED_UNKNOWN(field=field)


class RectificationOrdered(
    Event[Unit], name="unit.rectification_ordered", zh="已责令整改", en="Rectification ordered"
):
    finding_id: Annotated[UUID, P0]
    rectifying_unit_id: Annotated[UUID, P0]
    rectify_by_on: Annotated[date, P0]
    rectification_order: Annotated[str, P2]

    def evolve(self, state: Unit) -> Unit:
        oversight = state.oversight.with_finding(self.finding_id, FindingStatus.ORDERED)
        return replace(state, oversight=oversight)


class OrderRectification(
    Command[Unit],
    name="unit.order_rectification",
    zh="责令整改",
    en="Order a rectification",
    clauses=RECTIFICATION,
):
    finding_id: Annotated[UUID, P0]
    rectifying_unit_id: Annotated[UUID, P0]
    rectify_by_on: Annotated[date, P0]
    rectification_order: Annotated[str, P2]

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        status = state.oversight.finding(self.finding_id)
        if status is None:
            raise UNKNOWN_FINDING(field="findingId")
        if status is not FindingStatus.FOUND:
            raise FINDING_ORDERED(field="findingId")
        _on_the_register(self, self.rectifying_unit_id, "rectifyingUnitId")
        if self.rectify_by_on < self.rules.on:
            raise ORDERED_TO_THE_PAST(field="rectifyByOn")
        yield RectificationOrdered.of(self)


class RectificationCompleted(
    Event[Unit], name="unit.rectification_completed", zh="整改已完成", en="Rectification completed"
):
    finding_id: Annotated[UUID, P0]
    rectification_result: Annotated[str, P2]

    def evolve(self, state: Unit) -> Unit:
        oversight = state.oversight.with_finding(self.finding_id, FindingStatus.COMPLETED)
        return replace(state, oversight=oversight)


class CompleteRectification(
    Command[Unit],
    name="unit.complete_rectification",
    zh="确认整改完成",
    en="Record that it was put right",
    clauses=RECTIFICATION,
):
    finding_id: Annotated[UUID, P0]
    rectification_result: Annotated[str, P2]

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        status = state.oversight.finding(self.finding_id)
        if status is None:
            raise UNKNOWN_FINDING(field="findingId")
        if status is FindingStatus.FOUND:
            raise NOT_ORDERED(field="findingId")
        if status is FindingStatus.ORDERED:
            yield RectificationCompleted.of(self)
