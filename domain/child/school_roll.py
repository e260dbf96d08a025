"""学籍系统标识 · The flag in the school roll: set for a left-behind pupil, gone with the category."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.child.standing import id_of
from domain.child.state import Child
from domain.child.turns import ON_LEDGER
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P2

name_fields(roll_sent_to=("已发送系统", "Sent to"))

NOT_ENROLLED = Refusal("not_enrolled", zh="未登记就学", en="No school is on file")
NOT_LEFT_BEHIND = Refusal(
    "not_left_behind",
    zh="该儿童不是留守儿童,不作学籍标识",
    en="Only a left-behind pupil is flagged in the school roll",
)


def _marked(state: Child, event: Event[Child], *, on_the_roll: bool) -> Child:
    marks = (*state.file.roll_marks, (id_of(event), on_the_roll))
    return replace(state, file=replace(state.file, roll_marks=marks))


class SchoolRollFlagSet(
    Event[Child], name="child.school_roll_flag_set", zh="学籍已标识", en="School-roll flag set"
):
    school_unit_id: Annotated[UUID | None, P2]
    roll_sent_to: Annotated[str | None, P2] = None

    def evolve(self, state: Child) -> Child:
        return _marked(state, self, on_the_roll=True)


class SetSchoolRollFlag(
    Command[Child],
    name="child.set_school_roll_flag",
    zh="学籍系统标识",
    en="Set the school-roll flag",
    when=ON_LEDGER,
    clauses=("CQ2016-3.3-d",),
):
    roll_sent_to: Annotated[str | None, P2] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if not state.file.left_behind:
            raise NOT_LEFT_BEHIND(cite=self.rules.binding("CQ2016-3.3-d"))
        if state.file.school_unit_id is None:
            raise NOT_ENROLLED(cite=self.rules.binding("CQ2016-3.3-d"))
        if not state.file.roll_flagged:
            yield SchoolRollFlagSet.of(self, school_unit_id=state.file.school_unit_id)


class SchoolRollFlagCleared(
    Event[Child], name="child.school_roll_flag_cleared", zh="学籍标识已取消", en="Flag cleared"
):
    school_unit_id: Annotated[UUID | None, P2]

    def evolve(self, state: Child) -> Child:
        return _marked(state, self, on_the_roll=False)


class ClearSchoolRollFlag(
    Command[Child],
    name="child.clear_school_roll_flag",
    zh="取消学籍标识",
    en="Clear the school-roll flag",
    when=ON_LEDGER,
    clauses=("CQ2016-3.3-d",),
):
    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if state.file.roll_flagged:
            yield SchoolRollFlagCleared(school_unit_id=state.file.school_unit_id)
