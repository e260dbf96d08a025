"""评估 · What the rules know of the assessment (D.1, ASSESSING)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.replacing import replace
from domain.terms.assessment import Contributor, Dimension


@dataclass(frozen=True, kw_only=True)
class QuestionAsked:
    """One question to one contributor; ``unit_id`` is the unit asked, none for a relative."""

    question_id: UUID
    contributor: Contributor
    unit_id: UUID | None = None
    due_on: date | None = None
    answered: bool = False
    overdue: bool = False


@dataclass(frozen=True, kw_only=True)
class AssessmentState:
    """The latest assessment of the case; a later one begins anew and leaves the plan in force."""

    assessment_id: UUID | None = None
    running: bool = False
    completed: bool = False
    """Whether any assessment of this case has been completed."""
    dimensions: frozenset[Dimension] = frozenset()
    lead_unit_id: UUID | None = None
    complete_by: date | None = None
    overdue: bool = False
    questions: tuple[QuestionAsked, ...] = ()
    hardship: bool = False

    @property
    def begun(self) -> bool:
        """Whether one has ever been started."""
        return self.assessment_id is not None

    def received_by(self, unit_id: UUID, sender_id: UUID) -> AssessmentState:
        """What the sending unit led, or was asked, is the receiving unit's (D.9)."""
        questions = (
            replace(q, unit_id=unit_id) if q.unit_id == sender_id and not q.answered else q
            for q in self.questions
        )
        lead = unit_id if self.lead_unit_id == sender_id else self.lead_unit_id
        return replace(self, lead_unit_id=lead, questions=tuple(questions))

    def question(self, question_id: UUID) -> QuestionAsked | None:
        """The question of this id."""
        return next((q for q in self.questions if q.question_id == question_id), None)
