"""What puts a category in question before any birthday: a parent who is back, a move out of its text (D.7, Q-47)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.child.categories import CategoryDetermined
from domain.child.category_review import (
    CategoryConfirmed,
    CategoryReviewDue,
    ConfirmCategory,
    DropCategoryReview,
    NoteCategoryReviewDue,
)
from domain.child.corrections import DisavowEvent, EventDisavowed
from domain.child.file_state import FileStatus
from domain.child.guardians import ParentReturned, RecordParentReturn
from domain.child.leaving import CategoryEnded, EndCategory
from domain.child.places import AssignJurisdiction, ChildLocationRecorded, RecordLocation
from domain.kernel import Event, Refused
from domain.terms.care import Kinship
from domain.terms.file import CategoryEndReason, Limb
from domain.terms.places import AreaType, DivisionId, PlaceKind
from tests.domain.child.categories import CQ, determine
from tests.domain.child.family import (
    DIRECTORY,
    HUANHUA,
    JIADING,
    JUYUAN,
    STREET,
    TOWNSHIP,
    gone,
    parent,
)
from tests.domain.child.jiading import T, only, opened
from tests.domain.child.test_disavowals import CARER
from tests.domain.story import Story


def in_huanhua() -> Story:
    """T. of Huanhua, both parents away, entered as a rural left-behind child."""
    story = opened("2025-03-03 09:00", HUANHUA, area_type=AreaType.RURAL)
    story.directory = DIRECTORY
    story.put(AssignJurisdiction(), at="2025-03-03 09:00")
    for relation in (Kinship.FATHER, Kinship.MOTHER):
        story.put(parent(relation), at="2025-03-03 09:01")
    for guardian in story.child(T).care.guardians:
        story.put(gone(guardian.guardian_id), at="2025-03-03 09:02")
    story.put(determine(CQ), at="2025-03-03 10:00")
    return story


def test_the_township_is_asked_to_review_after_a_return() -> None:
    story = in_huanhua()
    mother = story.child(T).care.guardians[1].guardian_id
    there = RecordParentReturn(guardian_id=mother, returned_on=date(2025, 5, 2))
    due = only(story.put(there, at="2025-05-02 09:00"), CategoryReviewDue)
    asked = (due.category, due.review_unit_id, due.likely_end)
    assert asked == (CQ, TOWNSHIP.id, CategoryEndReason.PARENT_RETURNED)
    assert story.child(T).file.category(CQ.value) is not None


def test_the_township_says_why_the_category_stands() -> None:
    story = in_huanhua()
    confirm = ConfirmCategory(category=CQ, confirmed_because="母亲节后又将外出")
    with pytest.raises(Refused, match="no_category_review_due"):
        story.put(confirm, at="2025-05-01 09:00")
    mother = story.child(T).care.guardians[1].guardian_id
    there = RecordParentReturn(guardian_id=mother, returned_on=date(2025, 5, 2))
    story.put(there, at="2025-05-02 09:00")
    said = only(story.put(confirm, at="2025-05-03 09:00"), CategoryConfirmed)
    assert said.confirmed_because == "母亲节后又将外出"
    assert story.child(T).file.reviews == ()


def test_whoever_leaves_again_has_answered() -> None:
    story = in_huanhua()
    mother = story.child(T).care.guardians[1].guardian_id
    there = RecordParentReturn(guardian_id=mother, returned_on=date(2025, 5, 2))
    story.put(there, at="2025-05-02 09:00")
    said = only(story.put(gone(mother), at="2025-05-06 09:00"), CategoryConfirmed)
    assert (said.category, said.confirmed_because) == (CQ, None)
    assert story.child(T).file.categories == {CQ.value}


def test_an_age_is_waited_for_and_answered_by_nobody() -> None:
    story = in_huanhua()
    mother = story.child(T).care.guardians[1].guardian_id
    soon = NoteCategoryReviewDue(category=CQ)
    told = story.put(soon, at="2031-05-01 09:00")
    assert only(told, CategoryReviewDue).likely_end is None
    there = RecordParentReturn(guardian_id=mother, returned_on=date(2031, 5, 2))
    story.put(there, at="2031-05-02 09:00")
    told = story.put(gone(mother), at="2031-05-03 09:00")
    assert not any(isinstance(event, CategoryConfirmed) for event in told)


def test_who_moves_back_has_answered_as_well() -> None:
    story = in_huanhua()
    story.put(MOVE, at="2025-06-02 09:00")
    story.homes[T] = JUYUAN
    home = RecordLocation(
        place_kind=PlaceKind.RESIDENCE,
        place_division=DivisionId(HUANHUA),
        area_type=AreaType.RURAL,
    )
    assert only(story.put(home, at="2025-06-04 09:00"), CategoryConfirmed).category == CQ
    assert story.child(T).file.reviews == ()


def test_what_is_asked_no_longer_is_gone_from_the_file() -> None:
    story = in_huanhua()
    story.put(MOVE, at="2025-06-02 09:00")
    assert story.child(T).file.asked(CQ.value, CategoryEndReason.MOVED.value)
    dropped = story.put(DropCategoryReview(category=CQ), at="2025-06-03 09:00")
    assert only(dropped, CategoryConfirmed) == CategoryConfirmed(category=CQ)
    assert not story.child(T).file.asked(CQ.value, CategoryEndReason.MOVED.value)


def test_the_township_is_asked_to_review_after_a_move_to_the_other_city() -> None:
    story = in_huanhua()

    def moved(to: str, at: str) -> list[CategoryReviewDue]:
        there = RecordLocation(
            place_kind=PlaceKind.RESIDENCE,
            place_division=DivisionId(to),
            area_type=AreaType.SUBURBAN_RURAL,
        )
        return [e for e in story.put(there, at=at) if isinstance(e, CategoryReviewDue)]

    (due,) = moved(JUYUAN, "2025-06-02 09:00")
    assert (due.category, due.likely_end) == (CQ, CategoryEndReason.MOVED)
    assert due.review_unit_id == STREET.id
    assert moved(JIADING, "2025-06-03 09:00") == []


MOVE = RecordLocation(
    place_kind=PlaceKind.RESIDENCE,
    place_division=DivisionId(JUYUAN),
    area_type=AreaType.SUBURBAN_RURAL,
)


def ending(why: CategoryEndReason) -> EndCategory:
    return EndCategory(category=CQ, category_end_reason=why)


def undone(story: Story, event: Event[Any]) -> tuple[Event[Any], ...]:
    record = DisavowEvent(target_event_id=event.told.event_id, disavowal_reason="误录")
    return story.put(record, at="2025-06-10 09:00")


def test_a_category_that_ended_with_a_move_that_was_none_is_the_child_s_again() -> None:
    """D.7, ADR 0063: with the review that was asked for, and the care that ended with the category."""
    story = in_huanhua()
    story.put(CARER, at="2025-03-04 09:00")
    before = story.child(T)
    recorded = story.put(MOVE, at="2025-06-02 09:00")
    story.put(ending(CategoryEndReason.MOVED), at="2025-06-03 09:00")
    left = story.child(T)
    assert (left.file.held, left.file.status) == ((), FileStatus.DORMANT)
    assert not left.care.has_carer
    told = undone(story, only(recorded, ChildLocationRecorded))
    back = story.child(T)
    assert back.file.categories == {CQ.value}
    assert (back.file.status, back.file.dormant_until) == (FileStatus.OPEN, None)
    assert back.file.key_targets == before.file.key_targets
    assert back.care.carer_id == before.care.carer_id
    assert (back.file.residence, back.file.owner_unit_id) == (HUANHUA, TOWNSHIP.id)
    again = only(told, CategoryDetermined)
    assert again.review_unit_id == TOWNSHIP.id
    assert set(again.limbs_met) == {Limb.AGE, Limb.ABSENCE, Limb.AREA}
    gone_too = {e.target_event_id for e in told if isinstance(e, EventDisavowed)}
    assert only(recorded, CategoryReviewDue).told.event_id in gone_too


def test_a_category_ended_for_another_reason_or_a_later_move_stays_ended() -> None:
    story = in_huanhua()
    recorded = story.put(MOVE, at="2025-06-02 09:00")
    story.put(ending(CategoryEndReason.SETTLED), at="2025-06-03 09:00")
    undone(story, only(recorded, ChildLocationRecorded))
    assert story.child(T).file.categories == frozenset()
    story = in_huanhua()
    recorded = story.put(MOVE, at="2025-06-02 09:00")
    story.put(replace(MOVE, place_division=DivisionId(JIADING)), at="2025-06-03 09:00")
    story.put(ending(CategoryEndReason.MOVED), at="2025-06-04 09:00")
    undone(story, only(recorded, ChildLocationRecorded))
    assert story.child(T).file.categories == frozenset()


def test_a_category_ended_by_error_is_the_child_s_again_once() -> None:
    story = in_huanhua()
    ended = only(story.put(ending(CategoryEndReason.SETTLED), at="2025-06-03 09:00"), CategoryEnded)
    again = only(undone(story, ended), CategoryDetermined)
    assert story.child(T).file.status is FileStatus.OPEN
    undone(story, again)
    assert story.child(T).file.categories == frozenset()


def test_a_return_that_was_none_gives_the_category_back_unless_another_parent_is_home() -> None:
    def ended(*returning: int) -> Story:
        story = in_huanhua()
        guardians = story.child(T).care.guardians
        for one in returning:
            there = RecordParentReturn(
                guardian_id=guardians[one].guardian_id, returned_on=date(2025, 5, 2)
            )
            story.put(there, at="2025-05-02 09:00")
        story.put(ending(CategoryEndReason.PARENT_RETURNED), at="2025-05-03 09:00")
        back = [e for _, e in story.told if isinstance(e, ParentReturned)]
        undone(story, back[-1])
        return story

    assert ended(1).child(T).file.categories == {CQ.value}
    assert ended(0, 1).child(T).file.categories == frozenset()
