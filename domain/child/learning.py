"""学习困难 · A pupil who cannot follow is helped before it drops out (SH2020-3.3-i)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from domain.child.school_state import OpenMatter, find, without
from domain.child.schooling import MATTER_UNKNOWN, said
from domain.child.standing import id_of
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.sensitivity import P0, P2, P3_SCHOOL

name_fields(
    difficulty_id=("学习困难", "Learning difficulty"),
    difficulty_subject=("困难学科", "Subject of the difficulty"),
    difficulty_note=("学习困难情况", "What is difficult"),
    help_planned=("拟帮扶措施", "Help that is planned"),
    learning_help=("学业帮扶情况", "Help given"),
    learning_help_by=("帮扶时限", "Help by"),
    overcome_because=("困难消除情况", "How it was overcome"),
)


class LearningDifficultyRecorded(
    Event[Child],
    name="child.learning_difficulty_recorded",
    zh="学习困难已登记",
    en="Learning difficulty recorded",
):
    difficulty_id: Annotated[UUID, P0]
    difficulty_subject: Annotated[str, P3_SCHOOL]
    difficulty_note: Annotated[str | None, P3_SCHOOL] = None
    help_planned: Annotated[str | None, P3_SCHOOL] = None
    school_unit_id: Annotated[UUID | None, P2] = None
    learning_help_by: Annotated[date, P2]

    def evolve(self, state: Child) -> Child:
        new = OpenMatter(matter_id=self.difficulty_id, event_id=id_of(self))
        kept = (*without(state.school.difficulties, self.difficulty_id), new)
        return replace(
            state,
            school=replace(state.school, difficulties=kept),
            facts=state.facts.opened(RiskFactor.RF_28, self),
        )


class RecordLearningDifficulty(
    Command[Child],
    name="child.record_learning_difficulty",
    zh="登记学习困难",
    en="Record a learning difficulty",
    when=ON_FILE,
    clauses=("SH2020-3.3-i", "SH2020-3.3-c"),
):
    """By the class teacher; help is due, so that it does not come to a dropout."""

    difficulty_subject: Annotated[str, P3_SCHOOL]
    difficulty_note: Annotated[str | None, P3_SCHOOL] = None
    help_planned: Annotated[str | None, P3_SCHOOL] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        days = timedelta(days=self.rules.days("learning_support_days"))
        yield LearningDifficultyRecorded.of(
            self,
            difficulty_id=self.new_id("difficulty"),
            difficulty_subject=said(self.difficulty_subject, "difficultySubject"),
            school_unit_id=state.file.school_unit_id,
            learning_help_by=local_date(self.at) + days,
        )


class LearningSupportGiven(
    Event[Child], name="child.learning_support_given", zh="已开展学业帮扶", en="Help given"
):
    difficulty_id: Annotated[UUID, P0]
    learning_help: Annotated[str, P3_SCHOOL]

    def evolve(self, state: Child) -> Child:
        found = find(state.school.difficulties, self.difficulty_id)
        if found is None:
            return state
        rest = without(state.school.difficulties, self.difficulty_id)
        kept = (*rest, replace(found, helped=True))
        return replace(state, school=replace(state.school, difficulties=kept))


class GiveLearningSupport(
    Command[Child],
    name="child.give_learning_support",
    zh="开展学业帮扶",
    en="Help with learning",
    when=ON_FILE,
    clauses=("SH2020-3.3-i",),
):
    difficulty_id: Annotated[UUID, P0]
    learning_help: Annotated[str, P3_SCHOOL]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if find(state.school.difficulties, self.difficulty_id) is None:
            raise MATTER_UNKNOWN(field="difficultyId")
        said(self.learning_help, "learningHelp")
        yield LearningSupportGiven.of(self)


class LearningDifficultyOvercome(
    Event[Child],
    name="child.learning_difficulty_overcome",
    zh="学习困难已消除",
    en="Learning difficulty overcome",
):
    difficulty_id: Annotated[UUID, P0]
    overcome_because: Annotated[str, P3_SCHOOL]

    def evolve(self, state: Child) -> Child:
        found = find(state.school.difficulties, self.difficulty_id)
        if found is None:
            return state
        kept = without(state.school.difficulties, self.difficulty_id)
        return replace(
            state,
            school=replace(state.school, difficulties=kept),
            facts=state.facts.without(found.event_id),
        )


class CloseLearningDifficulty(
    Command[Child],
    name="child.close_learning_difficulty",
    zh="消除学习困难",
    en="Close a learning difficulty",
    when=ON_FILE,
    clauses=("SH2020-3.3-i",),
):
    difficulty_id: Annotated[UUID, P0]
    overcome_because: Annotated[str, P3_SCHOOL]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if find(state.school.difficulties, self.difficulty_id) is None:
            raise MATTER_UNKNOWN(field="difficultyId")
        said(self.overcome_because, "overcomeBecause")
        yield LearningDifficultyOvercome.of(self)
