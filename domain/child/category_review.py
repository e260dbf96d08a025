"""类别复核 · When the township is asked to review a category: before an age, after a return, after a move (D.7, Q-47).

Nothing ends by itself: the platform proposes, and the township decides (C.2 CategoryEnded).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from domain.child.categories import review_day
from domain.child.citing import bound
from domain.child.file_state import CategoryHeld
from domain.child.guardians import ParentReturned
from domain.child.places import move_in
from domain.child.state import Child
from domain.child.turns import ON_LEDGER
from domain.codec import says_more
from domain.kernel import Command, Event, State
from domain.labels import name_fields
from domain.periods import local_date
from domain.reactions import Put, World, reaction
from domain.sensitivity import P2
from domain.terms.file import CategoryCode, CategoryEndReason

name_fields(likely_end=("可能终止原因", "Why it may end"))


class CategoryReviewDue(
    Event[Child],
    name="child.category_review_due",
    zh="类别须复核",
    en="Category review due",
    version=2,
):
    """``likely_end`` None: the age, which is still ahead."""

    category: Annotated[CategoryCode, P2]
    review_unit_id: Annotated[UUID | None, P2]
    likely_end: Annotated[CategoryEndReason | None, P2] = None


# At first a category was reviewed by age alone.
says_more("child.category_review_due", 1)


class NoteCategoryReviewDue(
    Command[Child],
    name="child.note_category_review_due",
    zh="提示类别复核",
    en="Note that a category is due for review",
    when=ON_LEDGER,
    clauses=("SH2020-1-c", "SH2020-1-d", "CQ2016-1-a", "CN2017-3.1-b"),
    by_system=True,
):
    """Put by the clock on the review day, and by what may end a category; nothing of one left meanwhile."""

    category: Annotated[CategoryCode, P2]
    likely_end: Annotated[CategoryEndReason | None, P2] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        held = state.file.category(self.category.value)
        if held is not None and (self.likely_end is not None or self._of_age_soon(state, held)):
            yield CategoryReviewDue.of(self, review_unit_id=state.file.owner_unit_id)

    def _of_age_soon(self, state: Child, held: CategoryHeld) -> bool:
        due = review_day(state.file.birth_on, held.age_below, self.rules)
        return due is not None and due <= self.rules.on


@reaction
def return_questions(_world: World, state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """A parent who is back puts the left-behind categories in question (SH2020-1-c, CQ2016-1-a)."""
    for event in new:
        if isinstance(event, ParentReturned):
            for code in event.categories_in_question:
                yield _review(state.id, code, CategoryEndReason.PARENT_RETURNED)


@reaction
def move_questions(world: World, state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """A move to where the text of a category does not bind puts it in question."""
    moved = move_in(new)
    if moved is None:
        return
    child, on = world.child(state.id), local_date(moved.told.occurred_at)
    home, before = child.file.residence, world.home_before(child.id)
    if home == before or not child.file.held:
        return
    was, now = world.rules_at(before, on), world.rules_at(home, on)
    for held in child.file.held:
        if bound(was, *held.clauses) and not bound(now, *held.clauses):
            yield _review(child.id, CategoryCode(held.code), CategoryEndReason.MOVED)


def _review(child_id: UUID, code: CategoryCode, why: CategoryEndReason) -> Put:
    return Put(child_id, NoteCategoryReviewDue(category=code, likely_end=why))
