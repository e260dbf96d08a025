"""类别复核 · When the township is asked to review a category: before an age, after a return, after a move (D.7, Q-47).

Nothing ends by itself: the platform proposes, and the township decides (C.2 CategoryEnded). It ends the category, or
says why it stands. Who has left again, or moved back, has answered the question: then it is asked no longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from domain.child.categories import review_day
from domain.child.file_state import CategoryHeld, ReviewAsked
from domain.child.guardian_condition import GuardianReleased, GuardianshipCapacityAssessed
from domain.child.guardians import GuardianRecorded, ParentReturned
from domain.child.places import move_in
from domain.child.standing import id_of
from domain.child.state import Child
from domain.child.turns import ON_LEDGER
from domain.codec import says_more
from domain.kernel import Command, Event, Refusal, State
from domain.labels import name_fields
from domain.periods import local_date
from domain.reactions import Put, World, reaction
from domain.replacing import replace
from domain.sensitivity import P2, P3
from domain.terms.file import CategoryCode, CategoryEndReason, DifficultyCause

name_fields(
    likely_end=("可能终止原因", "Why it may end"),
    confirmed_because=("仍成立的理由", "Why it stands"),
)

_OVER = CategoryEndReason.CAUSE_OVER
NO_REVIEW_DUE = Refusal(
    "no_category_review_due",
    zh="该类别没有待答复的复核;将满年龄的,待期满终止",
    en="Nothing is asked about this category; one that ends with an age is ended when it is reached",
)


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

    def evolve(self, state: Child) -> Child:
        why = self.likely_end.value if self.likely_end else None
        asked = ReviewAsked(code=self.category.value, why=why, event_id=id_of(self))
        file = replace(state.file, reviews=(*state.file.reviews, asked))
        return replace(state, file=file)


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


class CategoryConfirmed(
    Event[Child],
    name="child.category_confirmed",
    zh="类别经复核仍成立",
    en="Category found to stand",
):
    """``confirmed_because`` None: what had put it in question is no more."""

    category: Annotated[CategoryCode, P2]
    confirmed_because: Annotated[str | None, P3] = None

    def evolve(self, state: Child) -> Child:
        return replace(state, file=state.file.answered(self.category.value))


class ConfirmCategory(
    Command[Child],
    name="child.confirm_category",
    zh="确认类别仍成立",
    en="Confirm that a category stands",
    when=ON_LEDGER,
    clauses=("SH2020-1-c", "CQ2016-1-a"),
):
    """The answer to a review that ends nothing. An age is not answered: it is waited for."""

    category: Annotated[CategoryCode, P2]
    confirmed_because: Annotated[str, P3]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        asked = state.file.why_asked(self.category.value)
        if not asked or None in asked:
            raise NO_REVIEW_DUE(field="category")
        yield CategoryConfirmed.of(self)


class DropCategoryReview(
    Command[Child],
    name="child.drop_category_review",
    zh="取消类别复核",
    en="Ask for the review of a category no longer",
    when=ON_LEDGER,
    clauses=("SH2020-1-c", "CQ2016-1-a"),
    by_system=True,
):
    category: Annotated[CategoryCode, P2]

    def decide(self, _state: Child) -> Iterator[Event[Child]]:
        yield CategoryConfirmed.of(self)


@reaction
def return_questions(_world: World, state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """A parent who is back puts the left-behind categories in question (SH2020-1-c, CQ2016-1-a)."""
    for event in new:
        if isinstance(event, ParentReturned):
            for code in event.categories_in_question:
                yield _review(state.id, code, CategoryEndReason.PARENT_RETURNED)


@reaction
def release_questions(_world: World, state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """Somebody able is with the child again: a difficulty of guardianship is in question (CN2017-1-c)."""
    if not isinstance(state, Child) or not somebody_is_back(state, new):
        return
    for held in state.file.held:
        asked = _OVER in state.file.why_asked(held.code)
        if DifficultyCause.GUARDIANSHIP in held.causes and not asked:
            yield _review(state.id, CategoryCode(held.code), _OVER)


def somebody_is_back(child: Child, new: tuple[Event[Any], ...]) -> bool:
    """A guardian is free, back, found again or found able, and is now at home with the child."""
    back = {
        e.guardian_id
        for e in new
        if isinstance(e, GuardianReleased | ParentReturned | GuardianshipCapacityAssessed)
        or (isinstance(e, GuardianRecorded) and e.found_again)
    }
    return any(g.able_at_home for g in child.care.guardians if g.guardian_id in back)


@reaction
def departure_answers(_world: World, state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """Nobody able is at home, whoever was: the parent has left again, or was never able."""
    if not new or not isinstance(state, Child) or not state.file.reviews:
        return
    back = CategoryEndReason.PARENT_RETURNED.value
    if not any(p.able_at_home for p in state.care.parents):
        for held in state.file.held:
            if state.file.asked(held.code, back):
                yield Put(state.id, DropCategoryReview(category=CategoryCode(held.code)))


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
        if was.binding(*held.clauses) and not now.binding(*held.clauses):
            yield _review(child.id, CategoryCode(held.code), CategoryEndReason.MOVED)
        elif now.binding(*held.clauses) and child.file.asked(held.code, CategoryEndReason.MOVED):
            yield Put(child.id, DropCategoryReview(category=CategoryCode(held.code)))


def _review(child_id: UUID, code: CategoryCode, why: CategoryEndReason) -> Put:
    return Put(child_id, NoteCategoryReviewDue(category=code, likely_end=why))
