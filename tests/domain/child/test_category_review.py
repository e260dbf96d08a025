"""What puts a category in question before any birthday: a parent who is back, a move out of its text (D.7, Q-47)."""

from __future__ import annotations

from datetime import date

from domain.child.category_review import CategoryReviewDue
from domain.child.guardians import RecordParentReturn
from domain.child.places import AssignJurisdiction, RecordLocation
from domain.terms.care import Kinship
from domain.terms.file import CategoryEndReason
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
