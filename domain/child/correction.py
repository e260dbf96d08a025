"""帮教矫治 · Help and correction, special education, and the way back (CQ2024-1-g, CQ2024-2.3-g, -h, -i)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.child.conduct import CONDUCT_OPEN, conduct_case, settled_conduct
from domain.child.schooling import said
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P5
from domain.terms.conduct import CorrectionProgramme

name_fields(
    programme_id=("矫治项目", "Programme"),
    correction_programme=("帮教矫治方式", "Programme of correction"),
    programme_note=("矫治安排", "How it is arranged"),
    corrector_person_id=("帮教矫治人员", "Named corrector"),
    corrector_unit_id=("帮教矫治人员单位", "Unit of the corrector"),
    correction_progress=("矫治进展", "Progress"),
    special_school=("专门学校", "Special school"),
    placed_for_education_on=("送专门教育日期", "Placed on"),
    placement_basis=("送专门教育依据", "Basis of the placement"),
    reintegrated_on=("回归社会日期", "Reintegrated on"),
    reintegration_note=("回归情况", "How the child has come back"),
)

CORRECTOR_NOT_IN_SERVICE = Refusal(
    "corrector_not_in_service",
    zh="该人员未在岗,不能指定为帮教矫治人员",
    en="This person is not in service and cannot be named to correct",
)
UNKNOWN_PROGRAMME = Refusal(
    "unknown_programme", zh="没有此矫治项目", en="There is no such programme"
)
NOT_THE_CORRECTOR = Refusal(
    "not_the_corrector",
    zh="只有指定的帮教矫治人员、公安和司法行政部门可以记录",
    en="Only the named corrector, police and justice record progress",
)
CORRECTION_LATER = Refusal(
    "correction_in_future", zh="日期不能晚于办理之日", en="It cannot have happened after today"
)
_JUSTICE = frozenset({"police", "district_justice"})


class CorrectionProgrammeEnrolled(
    Event[Child],
    name="child.correction_programme_enrolled",
    zh="已纳入帮教矫治",
    en="Enrolled in correction",
    existence=P5,
):
    """``corrector_person_id`` may look at the child for as long as the conduct case is open."""

    conduct_id: Annotated[UUID, P5]
    programme_id: Annotated[UUID, P5]
    correction_programme: Annotated[CorrectionProgramme, P5]
    programme_note: Annotated[str | None, P5] = None
    corrector_person_id: Annotated[UUID, P5]
    corrector_unit_id: Annotated[UUID | None, P5] = None

    def evolve(self, state: Child) -> Child:
        found = state.conduct.case(self.conduct_id)
        if found is None:
            return state
        mine = (self.programme_id, self.corrector_person_id)
        rest = tuple(p for p in found.programmes if p[0] != self.programme_id)
        kept = state.conduct.kept(replace(found, programmes=(*rest, mine)))
        return settled_conduct(replace(state, conduct=kept))


class EnrolInCorrection(
    Command[Child],
    name="child.enrol_in_correction",
    zh="纳入帮教矫治",
    en="Enrol in correction",
    when=ON_FILE & CONDUCT_OPEN,
    clauses=(
        "CQ2024-1-g",
        "CQ2024-2.3-h",
        "CQ2024-2.3-i",
        "CQ2024-2.3-a",
    ),
):
    """Somebody is named, and must serve somewhere."""

    conduct_id: Annotated[UUID, P5]
    correction_programme: Annotated[CorrectionProgramme, P5]
    corrector_person_id: Annotated[UUID, P5]
    programme_note: Annotated[str | None, P5] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        conduct_case(state, self.conduct_id)
        serving = (p for p in self.directory.posts if p.person_id == self.corrector_person_id)
        post = next((p for p in serving if p.active), None)
        if post is None:
            raise CORRECTOR_NOT_IN_SERVICE(field="correctorPersonId")
        yield CorrectionProgrammeEnrolled.of(
            self, programme_id=self.new_id("programme"), corrector_unit_id=post.unit_id
        )


class CorrectionProgressRecorded(
    Event[Child],
    name="child.correction_progress_recorded",
    zh="矫治进展已记录",
    en="Progress of correction recorded",
    existence=P5,
):
    conduct_id: Annotated[UUID, P5]
    programme_id: Annotated[UUID, P5]
    correction_progress: Annotated[str, P5]


class RecordCorrectionProgress(
    Command[Child],
    name="child.record_correction_progress",
    zh="记录矫治进展",
    en="Record the progress of correction",
    when=ON_FILE & CONDUCT_OPEN,
    clauses=("CQ2024-2.3-h", "CQ2024-2.3-i"),
):
    conduct_id: Annotated[UUID, P5]
    programme_id: Annotated[UUID, P5]
    correction_progress: Annotated[str, P5]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        named = dict(conduct_case(state, self.conduct_id).programmes)
        if self.programme_id not in named:
            raise UNKNOWN_PROGRAMME(field="programmeId")
        if self.by.role not in _JUSTICE and named[self.programme_id] != self.by.person_id:
            raise NOT_THE_CORRECTOR(field="programmeId")
        said(self.correction_progress, "correctionProgress")
        yield CorrectionProgressRecorded.of(self)


class SpecialEducationPlacementRecorded(
    Event[Child],
    name="child.special_education_placement_recorded",
    zh="已送专门教育",
    en="Placed for special education",
    existence=P5,
):
    conduct_id: Annotated[UUID, P5]
    special_school: Annotated[str, P5]
    placement_basis: Annotated[str, P5]
    placed_for_education_on: Annotated[date, P5]

    def evolve(self, state: Child) -> Child:
        found = state.conduct.case(self.conduct_id)
        if found is None:
            return state
        kept = state.conduct.kept(replace(found, in_special_education=True))
        return settled_conduct(replace(state, conduct=kept))


class RecordSpecialEducation(
    Command[Child],
    name="child.record_special_education",
    zh="记录专门教育",
    en="Record special education",
    when=ON_FILE & CONDUCT_OPEN,
    clauses=(
        "CQ2024-2.3-g",
        "CQ2024-2.3-a",
    ),
):
    """By education where it was asked, or by the police."""

    conduct_id: Annotated[UUID, P5]
    special_school: Annotated[str, P5]
    placement_basis: Annotated[str, P5]
    placed_for_education_on: Annotated[date, P5]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        conduct_case(state, self.conduct_id)
        said(self.special_school, "specialSchool")
        said(self.placement_basis, "placementBasis")
        if self.placed_for_education_on > self.rules.on:
            raise CORRECTION_LATER(field="placedForEducationOn")
        yield SpecialEducationPlacementRecorded.of(self)


class ReintegrationCompleted(
    Event[Child],
    name="child.reintegration_completed",
    zh="已回归社会",
    en="Reintegration completed",
    existence=P5,
):
    conduct_id: Annotated[UUID, P5]
    reintegrated_on: Annotated[date, P5]
    reintegration_note: Annotated[str, P5]

    def evolve(self, state: Child) -> Child:
        found = state.conduct.case(self.conduct_id)
        if found is None:
            return state
        return replace(
            state,
            conduct=state.conduct.ended(self.conduct_id),
            facts=state.facts.without(found.event_id),
        )


class CompleteReintegration(
    Command[Child],
    name="child.complete_reintegration",
    zh="完成回归社会",
    en="Complete the reintegration",
    when=ON_FILE & CONDUCT_OPEN,
    clauses=(
        "CQ2024-2.3-i",
        "CQ2024-2.3-a",
    ),
):
    """By justice. The matter is closed, and nobody's access rests on it any more."""

    conduct_id: Annotated[UUID, P5]
    reintegrated_on: Annotated[date, P5]
    reintegration_note: Annotated[str, P5]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        conduct_case(state, self.conduct_id)
        said(self.reintegration_note, "reintegrationNote")
        if self.reintegrated_on > self.rules.on:
            raise CORRECTION_LATER(field="reintegratedOn")
        yield ReintegrationCompleted.of(self)
