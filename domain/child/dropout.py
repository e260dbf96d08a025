"""辍学登记与劝返 · A dropout is registered, and the school tries to bring the pupil back (SH2020-5.4-b, CQ2016-3.3-r).

劝返无效 has no number in the texts: three failed attempts or ten school days, by the platform. Then the school owes a
written report (``dropout_report``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain import school_days
from domain.child.dropout_return import ReturnedToSchool, returned
from domain.child.school_state import TO_PERSUADE, Dropout, Schooling
from domain.child.schooling import OUT, TRUANT
from domain.child.standing import id_of
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.sensitivity import P0, P2, P3_SCHOOL
from domain.terms.school import (
    DropoutReason,
    PersuasionFailure,
    PersuasionMeans,
    PersuasionResult,
    PersuasionWith,
)

name_fields(
    dropout_since=("辍学起始日期", "Absent since"),
    dropout_reason=("辍学原因", "Reason of the dropout"),
    dropout_note=("辍学情况", "What is known of the dropout"),
    learning_supported=("此前已开展学业帮扶", "Helped with learning before"),
    persuasion_means=("劝返方式", "How persuasion was tried"),
    persuaded_with=("劝返对象与参与方", "With whom"),
    persuasion_result=("劝返结果", "Result of the persuasion"),
    persuasion_note=("劝返情况", "How the persuasion went"),
    attempt_number=("第几次劝返", "Number of the attempt"),
    failed_attempts=("劝返无效次数", "Attempts in vain"),
    persuasion_failure=("劝返无效依据", "Why persuasion counts as failed"),
    report_by=("书面报告时限", "Report in writing by"),
)

SINCE_LATER = Refusal(
    "dropout_since_later", zh="辍学起始日期不能晚于办理之日", en="It cannot have begun after today"
)
WITH_NOBODY = Refusal(
    "persuasion_with_nobody", zh="须写明向谁劝返", en="Say with whom it was tried"
)


class DropoutRegistered(
    Event[Child], name="child.dropout_registered", zh="辍学已登记", en="Dropout registered"
):
    """``learning_supported``: of a pupil with a learning difficulty, whether it was helped first (SH2020-3.3-i)."""

    dropout_id: Annotated[UUID, P0]
    dropout_since: Annotated[date, P3_SCHOOL]
    dropout_reason: Annotated[DropoutReason, P3_SCHOOL]
    dropout_note: Annotated[str | None, P3_SCHOOL] = None
    learning_supported: Annotated[bool | None, P3_SCHOOL] = None
    school_unit_id: Annotated[UUID | None, P2] = None
    persuade_by: Annotated[date, P2]
    date_provisional: Annotated[bool, P0] = False

    def evolve(self, state: Child) -> Child:
        told = id_of(self)
        before = (
            state.school.dropout.events if state.school.watched and state.school.dropout else ()
        )
        case = Dropout(
            dropout_id=self.dropout_id,
            events=(*before, *((told,) if told else ())),
            registered_on=local_date(self.stamp.occurred_at) if self.stamp else None,
            persuade_by=self.persuade_by,
        )
        school = replace(state.school, status=Schooling.DROPPED_OUT, dropout=case)
        facts = state.facts.without(school.truancy_event).closed(RiskFactor.RF_27)
        after = replace(school, absent_on=(), truancy_event=None)
        return replace(state, school=after, facts=facts.opened(RiskFactor.RF_27, self))


class RegisterDropout(
    Command[Child],
    name="child.register_dropout",
    zh="登记辍学",
    en="Register a dropout",
    when=ON_FILE & TRUANT,
    clauses=(
        "SH2020-5.4-b",
        "CQ2016-3.3-r",
        "SH2020-3.3-i",
        "CQ2024-2.5-b",
        "CQ2016-3.3-n",
        "CQ2016-3.3-a",
    ),
):
    dropout_reason: Annotated[DropoutReason, P3_SCHOOL]
    dropout_since: Annotated[date | None, P3_SCHOOL] = None
    dropout_note: Annotated[str | None, P3_SCHOOL] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        since = self.dropout_since or min(state.school.absent_on, default=self.rules.on)
        if since > self.rules.on:
            raise SINCE_LATER(field="dropoutSince")
        days = self.rules.school_days("persuasion_school_days")
        due = school_days.after(self, self.rules.on, days)
        open_ones = state.school.difficulties
        yield DropoutRegistered.of(
            self,
            dropout_id=self.new_id("dropout"),
            dropout_since=since,
            learning_supported=all(d.helped for d in open_ones) if open_ones else None,
            school_unit_id=state.file.school_unit_id,
            persuade_by=due.day,
            date_provisional=due.provisional,
        )


class ReturnPersuasionMade(
    Event[Child], name="child.return_persuasion_made", zh="已劝返", en="Return persuasion made"
):
    dropout_id: Annotated[UUID, P0]
    attempt_number: Annotated[int, P3_SCHOOL]
    persuasion_means: Annotated[PersuasionMeans, P3_SCHOOL]
    persuaded_with: Annotated[tuple[PersuasionWith, ...], P3_SCHOOL]
    persuasion_result: Annotated[PersuasionResult, P3_SCHOOL]
    persuasion_note: Annotated[str | None, P3_SCHOOL] = None

    def evolve(self, state: Child) -> Child:
        case = state.school.dropout
        if case is None:
            return state
        failed = self.persuasion_result is not PersuasionResult.RETURNS
        school = state.school.case(
            attempts=case.attempts + 1, failed_attempts=case.failed_attempts + failed
        )
        return replace(state, school=school)


class PersuasionFailed(
    Event[Child], name="child.persuasion_failed", zh="劝返无效", en="Persuasion has failed"
):
    """The school owes a written report to each of ``report_addressees`` by ``report_by``."""

    dropout_id: Annotated[UUID, P0]
    persuasion_failure: Annotated[PersuasionFailure, P3_SCHOOL]
    failed_attempts: Annotated[int, P3_SCHOOL]
    school_unit_id: Annotated[UUID | None, P2] = None
    report_by: Annotated[date, P2]

    def evolve(self, state: Child) -> Child:
        school = replace(state.school, status=Schooling.PERSUASION_FAILED)
        facts = state.facts.changed(RiskFactor.RF_27, persuasion_failed=True)
        return replace(state, school=school, facts=facts)


def failed(
    command: Command[Child], state: Child, why: PersuasionFailure
) -> Iterator[PersuasionFailed]:
    """The duty to report, once: by the end of the time for persuasion, or today where that is over."""
    case = state.school.dropout
    if case is None or state.school.status not in TO_PERSUADE:
        return
    today = local_date(command.at)
    yield PersuasionFailed(
        dropout_id=case.dropout_id,
        persuasion_failure=why,
        failed_attempts=case.failed_attempts,
        school_unit_id=state.file.school_unit_id,
        report_by=max(case.persuade_by or today, today),
    )


class MakeReturnPersuasion(
    Command[Child],
    name="child.make_return_persuasion",
    zh="劝返复学",
    en="Persuade to return to school",
    when=ON_FILE & OUT,
    clauses=("SH2020-5.4-b", "CQ2016-3.3-r", "CQ2016-3.3-b"),
):
    """``back_at_school_on``: where the child comes back, the day of it; today where none is said."""

    persuasion_means: Annotated[PersuasionMeans, P3_SCHOOL]
    persuaded_with: Annotated[tuple[PersuasionWith, ...], P3_SCHOOL]
    persuasion_result: Annotated[PersuasionResult, P3_SCHOOL]
    persuasion_note: Annotated[str | None, P3_SCHOOL] = None
    back_at_school_on: Annotated[date | None, P3_SCHOOL] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        case = state.school.dropout
        if case is None:
            return
        if not self.persuaded_with:
            raise WITH_NOBODY(field="persuadedWith")
        made = ReturnPersuasionMade.of(
            self, dropout_id=case.dropout_id, attempt_number=case.attempts + 1
        )
        if self.persuasion_result is PersuasionResult.RETURNS:
            back = returned(self, state, self.back_at_school_on or self.rules.on)
            yield from self._told(made, back)
            return
        yield made
        after = made.evolve(state)
        tries = after.school.dropout.failed_attempts if after.school.dropout else 0
        if tries >= self.rules.count("persuasion_attempts"):
            yield from failed(self, after, PersuasionFailure.ATTEMPTS)

    def _told(self, made: ReturnPersuasionMade, back: ReturnedToSchool) -> Iterator[Event[Child]]:
        yield made
        yield back


class NotePersuasionFailed(
    Command[Child],
    name="child.note_persuasion_failed",
    zh="登记劝返期满无效",
    en="Note that the time for persuasion is over",
    clauses=("SH2020-5.4-c", "CQ2016-3.3-s", "SH2020-5.4-b", "CQ2016-3.3-r"),
    by_system=True,
):
    """Put on the day after ``persuade_by``; nothing where the child is back, or failure is told already."""

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        case = state.school.dropout
        if case is None or case.persuade_by is None or local_date(self.at) <= case.persuade_by:
            return
        yield from failed(self, state, PersuasionFailure.TIME)
