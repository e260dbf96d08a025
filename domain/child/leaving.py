"""类别终止 · Leaving a category: the last one ended makes the file dormant (D.7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.child.categories import ends_at
from domain.child.entrusted_end import care_ended
from domain.child.file_state import CategoryHeld, FileState, FileStatus
from domain.child.key_targets import KeyTargetCleared
from domain.child.school_roll import SchoolRollFlagCleared
from domain.child.standing import settled
from domain.child.state import Child
from domain.child.turns import ON_LEDGER
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import add, under
from domain.replacing import replace
from domain.sensitivity import P2, P3
from domain.terms.care import CareEndReason
from domain.terms.file import (
    CategoryCode,
    CategoryEndReason,
    CategoryGroup,
    KeyTargetGround,
)

name_fields(
    category_end_reason=("终止原因", "Why the category ended"),
    ending_note=("终止说明", "Note on the ending"),
    dormant_until=("休眠至", "Dormant until"),
)

NOT_IN_CATEGORY = Refusal(
    "not_in_category", zh="该儿童不在此类别", en="The child is not in this category"
)
AGE_NOT_REACHED = Refusal(
    "age_not_reached",
    zh="尚未年满规定年龄",
    en="The age of the definition is not reached",
)
NO_PARENT_HOME = Refusal(
    "no_parent_at_home",
    zh="未登记有能力的父母返回",
    en="No able parent is on file as being at home",
)
PACK_STILL_BINDS = Refusal(
    "pack_still_binds", zh="认定所依规则包仍有效", en="The pack of the definition is still in force"
)


class CategoryEnded(
    Event[Child], name="child.category_ended", zh="类别已终止", en="Category ended"
):
    category: Annotated[CategoryCode, P2]
    category_end_reason: Annotated[CategoryEndReason, P2]
    ending_note: Annotated[str | None, P3] = None
    education_unit_id: Annotated[UUID | None, P2] = None
    dormant_until: Annotated[date | None, P2] = None
    """Set where it was the last category: the file then rests, with aftercare, until this day."""

    def evolve(self, state: Child) -> Child:
        left = state.file.category(self.category.value)
        held = tuple(c for c in state.file.held if c is not left)
        file = replace(state.file.answered(self.category.value), held=held)
        school, care = state.school, state.care
        aged = self.category_end_reason is CategoryEndReason.AGE
        if aged and left is not None and left.group == CategoryGroup.LBC:
            care = replace(care, of_age=True)  # that nobody is entrusted any more is no failing
        if not held:  # what nobody is asked for any more is asked for again in the next category
            school = replace(school, pairing_due=frozenset())
        if not held and file.status is FileStatus.OPEN:
            file = replace(file, status=FileStatus.DORMANT, dormant_until=self.dormant_until)
        return settled(replace(state, file=file, school=school, care=care), self)


class EndCategory(
    Command[Child],
    name="child.end_category",
    zh="终止类别",
    en="End a category",
    when=ON_LEDGER,
    clauses=("SH2020-1-d", "CQ2016-1-a", "CQ2016-5.1-b"),
):
    """With the last left-behind category go what rests on it: entrusted care, the school-roll flag, the girl's flag."""

    category: Annotated[CategoryCode, P2]
    category_end_reason: Annotated[CategoryEndReason, P2]
    ending_note: Annotated[str | None, P3] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        held = state.file.category(self.category.value)
        if held is None:
            raise NOT_IN_CATEGORY(field="category")
        self._check_reason(state, held)
        left = replace(state.file, held=tuple(c for c in state.file.held if c is not held))
        span = self.rules.duration("file_dormant_span")
        yield CategoryEnded.of(self, dormant_until=None if left.held else add(self.rules.on, span))
        if held.group == CategoryGroup.LBC and not left.left_behind:
            yield from self._with_it(state, left)

    def _with_it(self, state: Child, left: FileState) -> Iterator[Event[Child]]:
        if state.care.has_carer:
            aged = self.category_end_reason is CategoryEndReason.AGE
            reason = CareEndReason.AGE_REACHED if aged else CareEndReason.CATEGORY_ENDED
            yield care_ended(state, reason)
        if left.roll_flagged:
            yield SchoolRollFlagCleared(school_unit_id=left.school_unit_id)
        if KeyTargetGround.GIRL in left.key_targets:
            yield KeyTargetCleared(key_target_ground=KeyTargetGround.GIRL)

    def _check_reason(self, state: Child, held: CategoryHeld) -> None:
        reason, birth_on, on = self.category_end_reason, state.file.birth_on, self.rules.on
        below = ends_at(held.age_below, self.rules)
        unknown = birth_on is None and held.age_below is None
        if reason is CategoryEndReason.AGE and (
            unknown or (birth_on and under(birth_on, below, on))
        ):
            cite = self.rules.binding("SH2020-1-d", "CQ2016-1-a")
            raise AGE_NOT_REACHED(cite=cite, field="categoryEndReason")
        at_home = any(p.able_at_home for p in state.care.parents)
        if reason is CategoryEndReason.PARENT_RETURNED and not at_home:
            raise NO_PARENT_HOME(field="categoryEndReason")
        if reason is CategoryEndReason.PACK_ENDED and self.rules.binding(*held.clauses):
            raise PACK_STILL_BINDS(field="categoryEndReason")
