"""更正与撤销声明 · A fact is never changed: a later fact says what was wrong, and the old value stays in the history.

A correction of the identity also says the right value, so that the file reads right from now on and the auditor still
sees what everybody believed before. Disavowing says that something did not happen; what rested on it falls away.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.child.care_state import CareState, Guardian
from domain.child.categories import review_day
from domain.child.file_state import FileState
from domain.child.identity import check_birth, clean_id_number, clean_name
from domain.child.standing import settled
from domain.child.state import Child
from domain.kernel import PRESENT, Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P1, P2, P3, P4
from domain.terms.file import Sex

name_fields(
    target_event_id=("所更正的记录", "The record concerned"),
    what_was_wrong=("错误之处", "What was wrong"),
    right_value=("正确内容", "What is right"),
    correction_reason=("更正理由", "Reason for the correction"),
    disavowal_reason=("撤销理由", "Why it did not happen"),
)

CORRECTION_EMPTY = Refusal(
    "correction_empty", zh="须写明错误之处和正确内容", en="Say what was wrong and what is right"
)

DROPOUT_NOT_DISAVOWED = Refusal(
    "dropout_not_disavowed",
    zh="失学辍学只能因复学并稳定就读而清零,不能以撤销记录清零",
    en="A dropout is cleared by a stable return to school, never by disavowing it",
    clauses=("CQ2024-1-f", "CQ2024-2.5-b"),
)


class EventCorrected(Event[Child], name="child.event_corrected", zh="已更正", en="Corrected"):
    target_event_id: Annotated[UUID, P0]
    what_was_wrong: Annotated[str, P4]
    right_value: Annotated[str | None, P4] = None
    correction_reason: Annotated[str | None, P3] = None
    child_name: Annotated[str | None, P1] = None
    sex: Annotated[Sex | None, P1] = None
    birth_on: Annotated[date | None, P1] = None
    id_number: Annotated[str | None, P1] = None
    review_on: Annotated[date | None, P2] = None
    """The next review of a category by age, where the birth date changed."""

    def evolve(self, state: Child) -> Child:
        sex = self.sex or state.file.sex
        file = replace(state.file, birth_on=self.birth_on or state.file.birth_on, sex=sex)
        return replace(state, file=file)


class CorrectEvent(
    Command[Child],
    name="child.correct_event",
    zh="更正记录",
    en="Correct a record",
    when=PRESENT,
    clauses=("SH2020-3.2-g", "CQ2016-3.3-d"),
):
    """Name, sex, birth date and number take effect at once; other facts are corrected in words and recorded anew."""

    target_event_id: Annotated[UUID, P0]
    what_was_wrong: Annotated[str, P4]
    right_value: Annotated[str | None, P4] = None
    correction_reason: Annotated[str | None, P3] = None
    child_name: Annotated[str | None, P1] = None
    sex: Annotated[Sex | None, P1] = None
    birth_on: Annotated[date | None, P1] = None
    id_number: Annotated[str | None, P1] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        right = (self.right_value, self.child_name, self.sex, self.birth_on, self.id_number)
        if not self.what_was_wrong.strip() or not any(right):
            raise CORRECTION_EMPTY(field="rightValue")
        if self.birth_on is not None:
            check_birth(self.birth_on, self.rules)
        name = None if self.child_name is None else clean_name(self.child_name)
        yield EventCorrected.of(
            self,
            child_name=name,
            id_number=clean_id_number(self.id_number),
            review_on=self._review(state),
        )

    def _review(self, state: Child) -> date | None:
        days = (review_day(self.birth_on, c.age_below, self.rules) for c in state.file.held)
        return min((day for day in days if day is not None), default=None)


class EventDisavowed(Event[Child], name="child.event_disavowed", zh="已撤销声明", en="Disavowed"):
    target_event_id: Annotated[UUID, P0]
    disavowal_reason: Annotated[str, P3]

    def evolve(self, state: Child) -> Child:
        gone = self.target_event_id
        after = replace(
            state,
            file=_file_without(state.file, gone),
            care=_care_without(state.care, gone),
            facts=state.facts.without(gone),
        )
        return settled(after, self)


class DisavowEvent(
    Command[Child],
    name="child.disavow_event",
    zh="撤销记录",
    en="Disavow a record",
    when=PRESENT,
    clauses=("SH2020-3.2-g", "CQ2016-3.3-d"),
):
    """For what did not happen: the record stays, marked, and nothing rests on it any more."""

    target_event_id: Annotated[UUID, P0]
    disavowal_reason: Annotated[str, P3]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if self.target_event_id in state.school.dropout_events:
            raise DROPOUT_NOT_DISAVOWED(field="targetEventId")
        if self.target_event_id not in state.file.disavowed:
            yield EventDisavowed.of(self)


def _file_without(file: FileState, gone: UUID) -> FileState:
    """The file as it stands without what one event said."""
    if file.closing_event == gone:
        file = replace(file, status=file.closed_from, closing_event=None, merged_into=None)
    return replace(
        file,
        held=tuple(c for c in file.held if c.event_id != gone),
        flags=tuple(f for f in file.flags if f.event_id != gone),
        places=tuple(p for p in file.places if p.event_id != gone),
        hardship_event=None if file.hardship_event == gone else file.hardship_event,
        disabled=file.disabled and file.disability_event != gone,
        disavowed=file.disavowed | {gone},
    ).resettled()


def _care_without(care: CareState, gone: UUID) -> CareState:
    """The guardians as they stand without what one event said."""
    kept = (g for g in care.guardians if g.event_id != gone)
    return replace(care, guardians=tuple(_guardian_without(g, gone) for g in kept))


def _guardian_without(guardian: Guardian, gone: UUID) -> Guardian:
    return replace(
        guardian,
        away=guardian.away and guardian.away_event != gone,
        confined=guardian.confined and guardian.confined_event != gone,
        incapable=guardian.incapable and guardian.capacity_event != gone,
        severely_disabled=guardian.severely_disabled and guardian.disability_event != gone,
    )
