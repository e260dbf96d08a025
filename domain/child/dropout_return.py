"""复学与清零 · The pupil comes back, is watched for some school days, and only then is the case cleared.

SH2020-5.4-d, CQ2024-1-f, CQ2024-2.5-b. Clearing is the clock's: nobody clears by deleting or by another category.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain import school_days
from domain.child.enrolment import left_again
from domain.child.school_roll import NOT_ENROLLED
from domain.child.school_state import Schooling
from domain.child.schooling import OUT
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.sensitivity import P0, P2, P3_SCHOOL

name_fields(
    back_at_school_on=("复学日期", "Returned on"),
    return_note=("复学情况", "How the return went"),
    cleared_on=("清零日期", "Cleared on"),
)

RETURNED_LATER = Refusal(
    "returned_in_future", zh="复学日期不能晚于办理之日", en="Nobody has returned in the future"
)
RETURNED_BEFORE = Refusal(
    "returned_before_dropout",
    zh="复学日期不能早于辍学登记",
    en="The return cannot be before the dropout was registered",
)


class ReturnedToSchool(
    Event[Child], name="child.returned_to_school", zh="已复学", en="Returned to school"
):
    dropout_id: Annotated[UUID, P0]
    back_at_school_on: Annotated[date, P3_SCHOOL]
    return_note: Annotated[str | None, P3_SCHOOL] = None
    school_unit_id: Annotated[UUID | None, P2] = None
    stable_on: Annotated[date, P2]
    date_provisional: Annotated[bool, P0] = False

    def evolve(self, state: Child) -> Child:
        school = replace(state.school, status=Schooling.RETURNED, absent_on=()).case(
            back_at_school_on=self.back_at_school_on, stable_on=self.stable_on
        )
        return replace(state, school=school, facts=state.facts.closed(RiskFactor.RF_27))


def returned(
    command: Command[Child], state: Child, on: date, note: str | None = None
) -> ReturnedToSchool:
    """The return, with the watch that begins; refuses a child no school has taken in."""
    case = state.school.dropout
    assert case is not None, "nobody returns without having been away"
    if not state.school.enrolled:
        raise NOT_ENROLLED(cite=command.rules.binding("CQ2016-3.3-b", "CN2017-3.3-d"))
    if on > command.rules.on:
        raise RETURNED_LATER(field="backAtSchoolOn")
    if case.registered_on is not None and on < case.registered_on:
        raise RETURNED_BEFORE(field="backAtSchoolOn")
    watched = command.rules.school_days("dropout_stable_school_days")
    watch = school_days.after(command, on, watched)
    return ReturnedToSchool(
        dropout_id=case.dropout_id,
        back_at_school_on=on,
        return_note=note,
        school_unit_id=state.file.school_unit_id,
        stable_on=watch.day,
        date_provisional=watch.provisional,
    )


class ReturnToSchool(
    Command[Child],
    name="child.return_to_school",
    zh="登记复学",
    en="Record the return to school",
    when=ON_FILE & OUT,
    clauses=(
        "SH2020-5.4-d",
        "CQ2016-3.3-t",
        "CQ2024-1-f",
        "CQ2024-2.5-b",
        "CQ2016-3.3-n",
    ),
):
    """By the school or district education; a child that was in no school must be enrolled first."""

    back_at_school_on: Annotated[date, P3_SCHOOL]
    return_note: Annotated[str | None, P3_SCHOOL] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if state.school.dropout is not None:
            yield returned(self, state, self.back_at_school_on, self.return_note)


class DropoutCleared(
    Event[Child], name="child.dropout_cleared", zh="控辍清零", en="Dropout cleared"
):
    dropout_id: Annotated[UUID, P0]
    cleared_on: Annotated[date, P2]

    def evolve(self, state: Child) -> Child:
        return replace(state, school=replace(state.school, status=Schooling.CLEARED))


class ClearDropout(
    Command[Child],
    name="child.clear_dropout",
    zh="控辍清零",
    en="Clear a dropout",
    clauses=("CQ2024-1-f", "CQ2024-2.5-b", "SH2020-5.4-d"),
    by_system=True,
):
    """Put on the day after ``stable_on``; nothing where the pupil has been absent again, or is in no school, since."""

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        case, today = state.school.dropout, local_date(self.at)
        if case is None or state.school.status is not Schooling.RETURNED:
            return
        if case.stable_on is None or today <= case.stable_on:
            return
        if not state.school.enrolled:
            yield from left_again(self, state)
            return
        yield DropoutCleared(dropout_id=case.dropout_id, cleared_on=today)
