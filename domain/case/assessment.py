"""调查评估 · The township leads an assessment with its partners (4.3-a of SH2020, CQ2016, CN2017).

With which partners and in which dimensions is said by the packs of the day it starts; the event
keeps them, so that an assessment is completed by the rules it was begun under.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.case.assessment_questions import QuestionPut, asked
from domain.case.assessment_state import AssessmentState
from domain.case.report_routing import unit_at
from domain.case.report_state import OPEN_STAGES, Stage
from domain.case.state import Case
from domain.kernel import Command, Event, Refusal, Turn
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.rulebook import Basis
from domain.sensitivity import P0, P2
from domain.terms.assessment import Contributor, Dimension
from domain.terms.units import UnitKind

name_fields(
    assessment_id=("评估", "Assessment"),
    lead_unit_id=("评估牵头单位", "Unit that leads the assessment"),
    partner_unit_ids=("会同评估单位", "Units that assess with it"),
    dimensions=("评估方面", "Dimensions"),
    complete_by=("评估完成时限", "Complete by"),
    date_provisional=("工作日历未公布,时限暂定", "Calendar not published: date provisional"),
    overseer_unit_id=("督办单位", "Unit that oversees"),
)

TO_ASSESS: Turn[Case] = Turn(
    "to_assess",
    "公安已处置、可以评估",
    "ready to be assessed",
    lambda c: c.stage in OPEN_STAGES - {Stage.REPORTED, Stage.REPORTED_STREET, Stage.ACCEPTED},
)
ASSESSMENT_RUNNING = Refusal(
    "assessment_running", zh="评估正在进行", en="An assessment is running already"
)
NOTICE_COMES_FIRST = Refusal(
    "notice_comes_first",
    zh="乡镇(街道)须在接到公安机关通报后评估",
    en="The township assesses once the police have notified it",
)

_PARTNERS = {"CIVIL_AFFAIRS": Contributor.CIVIL_AFFAIRS, "POLICE": Contributor.POLICE}


class AssessmentStarted(
    Event[Case], name="case.assessment_started", zh="启动评估", en="Assessment started"
):
    """Who assesses, what has to be answered, and until when."""

    assessment_id: Annotated[UUID, P0]
    lead_unit_id: Annotated[UUID | None, P2] = None
    partner_unit_ids: Annotated[tuple[UUID, ...], P2] = ()
    dimensions: Annotated[tuple[Dimension, ...], P2]
    complete_by: Annotated[date, P2]
    date_provisional: Annotated[bool, P0] = False
    overseer_unit_id: Annotated[UUID | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """It runs; a later one leaves the plan in force."""
        before = {Stage.ON_SCENE, Stage.HANDLING, Stage.NOTIFIED}
        return replace(
            case,
            stage=Stage.ASSESSING if case.stage in before else case.stage,
            assessment=AssessmentState(
                assessment_id=self.assessment_id,
                running=True,
                completed=case.assessment.completed,
                dimensions=frozenset(self.dimensions),
                lead_unit_id=self.lead_unit_id,
                complete_by=self.complete_by,
                hardship=case.assessment.hardship,
            ),
        )


class StartAssessment(
    Command[Case],
    name="case.start_assessment",
    zh="启动评估",
    en="Start the assessment",
    when=TO_ASSESS,
    needs=("child",),
    clauses=(
        "SH2020-4.3-a",
        "SH2020-4.3-b",
        "CQ2016-4.3-a",
        "CQ2016-4.3-b",
        "CN2017-4.3-a",
        "CN2017-5.1-s",
        "CN2017-5.1-aa",
        "SH2020-2.1-b",
        "CQ2016-2.3-b",
    ),
):
    """会同民政、公安等: each contributor gets its own question."""

    questions: Annotated[tuple[QuestionPut, ...], P2] = ()

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """接到公安机关通报后, where the text says so; the street of CN2017 needs no notice."""
        if case.assessment.running:
            raise ASSESSMENT_RUNNING(cite=self.rules.cite("assessment_lead"))
        if self._waits_for_notice(case):
            raise NOTICE_COMES_FIRST(cite=self.rules.cite("township_notice_required"))
        days = self.rules.working_days("assessment_working_days")
        due = self.workdays.add(local_date(self.occurred_at), days)
        names = self.rules.codes("assessment_dimensions")
        yield AssessmentStarted(
            assessment_id=self.new_id("assessment"),
            lead_unit_id=self._lead(case),
            partner_unit_ids=self._partners(case),
            dimensions=tuple(d for d in Dimension if d in names),
            complete_by=due.day,
            date_provisional=due.provisional,
            overseer_unit_id=unit_at(self, UnitKind.DISTRICT_CIVIL_AFFAIRS, case.place),
        )
        for number, question in enumerate(self.questions):
            yield asked(self, case, question, number)

    def _waits_for_notice(self, case: Case) -> bool:
        """Only where a text says so, and of a case the township does not have yet; a placed child is never kept
        waiting for a paper (law 10)."""
        said = self.rules.basis("township_notice_required") is Basis.TEXT
        with_police = case.stage in {Stage.ON_SCENE, Stage.HANDLING}
        placed = bool(case.placement.placements)
        return said and self.rules.flag("township_notice_required") and with_police and not placed

    def _lead(self, case: Case) -> UUID | None:
        known = case.intake.township_unit_id
        return known or unit_at(self, UnitKind.TOWNSHIP, case.place)

    def _partners(self, case: Case) -> tuple[UUID, ...]:
        """民政 and 公安 in SH2020 and CQ2016, 公安 alone in CN2017."""
        units = []
        for code, partner in _PARTNERS.items():
            if code not in self.rules.codes("assessment_partners") or partner.unit_kind is None:
                continue
            known = case.intake.police_unit_id if partner is Contributor.POLICE else None
            units.append(known or unit_at(self, partner.unit_kind, case.place))
        return tuple(dict.fromkeys(u for u in units if u is not None))


class AssessmentOverdue(
    Event[Case], name="case.assessment_overdue", zh="评估超期", en="Assessment overdue"
):
    """The day has passed; the superior hears of it."""

    assessment_id: Annotated[UUID, P0]
    complete_by: Annotated[date, P2]
    overseer_unit_id: Annotated[UUID | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """Said once."""
        return replace(case, assessment=replace(case.assessment, overdue=True))


class NoteAssessmentOverdue(
    Command[Case],
    name="case.note_assessment_overdue",
    zh="评估超期",
    en="Note that the assessment is overdue",
    by_system=True,
    clauses=("SH2020-4.3-a", "CQ2016-4.3-a", "CN2017-4.3-a"),
):
    """Put by the clock the day after ``complete_by``."""

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Nothing where it is done, or already said."""
        state = case.assessment
        if not state.running or state.overdue or state.complete_by is None:
            return
        if state.assessment_id is not None and local_date(self.at) > state.complete_by:
            yield AssessmentOverdue(
                assessment_id=state.assessment_id,
                complete_by=state.complete_by,
                overseer_unit_id=unit_at(self, UnitKind.DISTRICT_CIVIL_AFFAIRS, case.place),
            )
