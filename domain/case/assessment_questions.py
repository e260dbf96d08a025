"""协助评估 · Each contributor is asked its own question and answers it alone.

SH2020-4.3-b and CQ2016-4.3-b name who assists (kindergartens only in the first); CN2017 has the
police (CN2017-5.1-s) and hospitals (CN2017-5.1-aa). One event a question and one an answer, each
with the unit concerned, so that nobody reads what another was asked or said.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.case.assessment_state import QuestionAsked
from domain.case.report_routing import unit_at
from domain.case.state import Case
from domain.child.state import Child
from domain.kernel import Command, Event, Refusal, Turn, Value
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.sensitivity import P0, P2, P4
from domain.terms.assessment import Contributor
from domain.terms.units import UnitKind

name_fields(
    questions=("协助评估事项", "Questions to contributors"),
    question_id=("协助评估事项编号", "Question id"),
    contributor=("协助单位类别", "Contributor"),
    contributor_unit_id=("协助单位", "Unit asked"),
    question=("询问内容", "Question"),
    answer=("协助评估意见", "Answer"),
    answer_by=("答复时限", "Answer by"),
    named_by_text=("文件规定的协助单位", "Named in the text"),
)

ASSESSING: Turn[Case] = Turn(
    "assessing", "评估进行中", "assessment running", lambda c: c.assessment.running
)
UNKNOWN_QUESTION = Refusal(
    "unknown_question", zh="没有此协助评估事项", en="There is no such question"
)
NOT_ASKED_OF_YOU = Refusal(
    "not_asked_of_you",
    zh="此事项询问的是另一单位",
    en="This was asked of another unit",
    clauses=("SH2020-4.3-b", "CQ2016-4.3-b"),
)
QUESTION_ANSWERED = Refusal(
    "question_already_answered", zh="此事项已答复", en="It has been answered already"
)
EMPTY_QUESTION = Refusal(
    "empty_question", zh="须写明询问或答复内容", en="A question or an answer has words"
)


class QuestionPut(Value):
    """询问事项 · One question to one contributor; without a unit, to the one in charge there."""

    contributor: Annotated[Contributor, P2]
    question: Annotated[str, P4]
    contributor_unit_id: Annotated[UUID | None, P2] = None


class AssessmentContributionAsked(
    Event[Case], name="case.assessment_contribution_asked", zh="请求协助评估", en="Help asked for"
):
    """One contributor was asked one question."""

    question_id: Annotated[UUID, P0]
    contributor: Annotated[Contributor, P2]
    contributor_unit_id: Annotated[UUID | None, P2] = None
    question: Annotated[str, P4]
    answer_by: Annotated[date, P2]
    date_provisional: Annotated[bool, P0] = False
    named_by_text: Annotated[bool, P0] = False

    def evolve(self, case: Case) -> Case:
        """It waits for an answer."""
        question = QuestionAsked(
            question_id=self.question_id,
            contributor=self.contributor,
            unit_id=self.contributor_unit_id,
            due_on=self.answer_by,
        )
        state = case.assessment
        return replace(case, assessment=replace(state, questions=(*state.questions, question)))


def asked(
    command: Command[Case], case: Case, put: QuestionPut, number: int
) -> AssessmentContributionAsked:
    """The question on its way, with its own day; refuses an empty one."""
    if not put.question.strip():
        raise EMPTY_QUESTION(field="questions")
    days = command.rules.working_days("contribution_working_days")
    due = command.workdays.add(local_date(command.occurred_at), days)
    return AssessmentContributionAsked(
        question_id=command.new_id(f"question/{number}"),
        contributor=put.contributor,
        contributor_unit_id=put.contributor_unit_id or _unit_of(command, case, put.contributor),
        question=put.question,
        answer_by=due.day,
        date_provisional=due.provisional,
        named_by_text=bool(command.rules.cite("assessment_contributors", put.contributor))
        and put.contributor in command.rules.codes("assessment_contributors"),
    )


def _unit_of(command: Command[Case], case: Case, contributor: Contributor) -> UUID | None:
    """The child's own school; else the unit at the place. Never somebody who was not meant."""
    if contributor in {Contributor.SCHOOL, Contributor.KINDERGARTEN}:
        files = (command.linked.get(child) for child in case.children)
        schools = [f.file.school_unit_id for f in files if isinstance(f, Child)]
        return next((s for s in schools if s is not None), None)
    if contributor.unit_kind is None:
        return None
    unit = command.directory.unit_for(contributor.unit_kind, case.place, command.divisions)
    return unit.id if unit else None


class AskForContribution(
    Command[Case],
    name="case.ask_for_contribution",
    zh="请求协助评估",
    en="Ask somebody to help with the assessment",
    when=ASSESSING,
    needs=("child",),
    clauses=("SH2020-4.3-b", "CQ2016-4.3-b", "CN2017-5.1-s", "CN2017-5.1-aa"),
):
    """By the lead, while the assessment runs."""

    contributor: Annotated[Contributor, P2]
    question: Annotated[str, P4]
    contributor_unit_id: Annotated[UUID | None, P2] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """One more question."""
        put = QuestionPut(
            contributor=self.contributor,
            question=self.question,
            contributor_unit_id=self.contributor_unit_id,
        )
        yield asked(self, case, put, len(case.assessment.questions))


class AssessmentContributionRecorded(
    Event[Case],
    name="case.assessment_contribution_recorded",
    zh="协助评估",
    en="Contribution to the assessment",
):
    """One contributor has answered."""

    question_id: Annotated[UUID, P0]
    contributor: Annotated[Contributor, P2]
    contributor_unit_id: Annotated[UUID | None, P2] = None
    answer: Annotated[str, P4]

    def evolve(self, case: Case) -> Case:
        """Answered."""
        questions = tuple(
            replace(q, answered=True) if q.question_id == self.question_id else q
            for q in case.assessment.questions
        )
        return replace(case, assessment=replace(case.assessment, questions=questions))


class ContributeToAssessment(
    Command[Case],
    name="case.contribute_to_assessment",
    zh="协助评估",
    en="Answer a question of the assessment",
    when=ASSESSING,
    needs=("own_question",),
    clauses=("SH2020-4.3-b", "CQ2016-4.3-b", "CN2017-5.1-s", "CN2017-5.1-aa"),
):
    """By the unit asked, or whoever has its task now; for a relative, or where there is no unit, by the lead."""

    question_id: Annotated[UUID, P0]
    answer: Annotated[str, P4]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Only what was asked of you, and once."""
        question = case.assessment.question(self.question_id)
        if question is None:
            raise UNKNOWN_QUESTION(field="questionId")
        asked_of = question.unit_id or case.assessment.lead_unit_id
        if asked_of is not None and self.by.unit_id != asked_of and self.task is None:
            raise NOT_ASKED_OF_YOU(field="questionId")
        if question.answered:
            raise QUESTION_ANSWERED(field="questionId")
        if not self.answer.strip():
            raise EMPTY_QUESTION(field="answer")
        yield AssessmentContributionRecorded.of(
            self, contributor=question.contributor, contributor_unit_id=question.unit_id
        )


class AssessmentContributionOverdue(
    Event[Case],
    name="case.assessment_contribution_overdue",
    zh="协助评估超期",
    en="Contribution overdue",
):
    """A contributor has not answered in time; the lead, then its superior, hears of it."""

    question_id: Annotated[UUID, P0]
    contributor_unit_id: Annotated[UUID | None, P2] = None
    answer_by: Annotated[date, P2]
    overseer_unit_id: Annotated[UUID | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """Said once."""
        questions = tuple(
            replace(q, overdue=True) if q.question_id == self.question_id else q
            for q in case.assessment.questions
        )
        return replace(case, assessment=replace(case.assessment, questions=questions))


class NoteContributionOverdue(
    Command[Case],
    name="case.note_contribution_overdue",
    zh="协助评估超期",
    en="Note that a contribution is overdue",
    by_system=True,
    clauses=("SH2020-4.3-b", "CQ2016-4.3-b", "CN2017-5.1-s", "CN2017-5.1-aa"),
):
    """Put by the clock the day after ``answer_by``."""

    question_id: Annotated[UUID, P0]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Nothing where it is answered, said already, or the assessment is over."""
        question = case.assessment.question(self.question_id)
        if question is None or question.answered or question.overdue or question.due_on is None:
            return
        if case.assessment.running and local_date(self.at) > question.due_on:
            yield AssessmentContributionOverdue(
                question_id=question.question_id,
                contributor_unit_id=question.unit_id,
                answer_by=question.due_on,
                overseer_unit_id=unit_at(self, UnitKind.DISTRICT_CIVIL_AFFAIRS, case.place),
            )
