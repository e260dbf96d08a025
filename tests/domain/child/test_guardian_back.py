"""A guardian is free, back or able again: what rested on there being nobody is looked at again (D.6, D.7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from domain.child.categories import DetermineCategory
from domain.child.category_review import CategoryReviewDue
from domain.child.entitlement_review import EntitlementReviewDue
from domain.child.entitlement_state import EntitlementStatus
from domain.child.guardian_condition import RecordGuardianConfinement, RecordGuardianRelease
from domain.child.guardians import RecordGuardian, RecordParentReturn
from domain.kernel import Event
from domain.terms.care import AbsenceReason, ConfinementKind, Kinship, LifeStatus
from domain.terms.entitlements import ReviewCause
from domain.terms.file import CategoryCode, CategoryEndReason, Difficulty, DifficultyCause
from projections.queues import QUEUES
from tests.domain.child.aid import CIVIL, MOTHER, F, T, apply, day, grant, only, screen, story_of
from tests.domain.child.family import gone, parent
from tests.domain.story import Story
from tests.dsl import an_id

CHILD = an_id("T.")


@pytest.fixture
def alone() -> Story:
    """The father in prison, the mother gone; the grandparents are paid for raising the child (CN2017-3.1-c)."""
    story = story_of("2012-05-04")
    for relation in (Kinship.FATHER, Kinship.MOTHER):
        story.put(parent(relation), at="2019-03-02 09:00")
    father, mother = parents(story)
    prison = RecordGuardianConfinement(
        guardian_id=father,
        confinement_kind=ConfinementKind.SENTENCE,
        confined_from_on=day("2019-03-01"),
    )
    story.put(prison, at="2019-03-02 09:10")
    story.put(gone(mother, AbsenceReason.LEFT_FAMILY), at="2019-03-02 09:20")
    entered = DetermineCategory(
        category=CategoryCode.DIFFICULTY_GUARDIANSHIP,
        causes=(DifficultyCause.GUARDIANSHIP,),
        difficulties=(Difficulty.SAFETY,),
    )
    story.put(entered, at="2019-03-02 10:00")
    story.put(screen(T.SCATTERED_ORPHAN, F.RAISED_BY_OTHERS), at="2019-04-01 09:00", by=CIVIL)
    story.put(apply(T.SCATTERED_ORPHAN), at="2019-04-01 09:10", by=MOTHER)
    story.put(grant(T.SCATTERED_ORPHAN, "2019-05-01"), at="2019-04-01 09:20", by=CIVIL)
    return story


def parents(story: Story) -> tuple[UUID, UUID]:
    father, mother = (g.guardian_id for g in story.child(CHILD).care.guardians)
    return father, mother


def freed(story: Story, at: str = "2019-09-09 09:00") -> tuple[Event[Any], ...]:
    return story.put(
        RecordGuardianRelease(guardian_id=parents(story)[0], released_on=day(at[:10])), at=at
    )


def back(story: Story, at: str) -> tuple[Event[Any], ...]:
    return story.put(
        RecordParentReturn(guardian_id=parents(story)[1], returned_on=day(at[:10])), at=at
    )


def test_a_father_who_is_free_puts_in_question_what_rested_on_his_absence(alone: Story) -> None:
    told = freed(alone)
    asked = only(told, CategoryReviewDue)
    assert (asked.category, asked.likely_end) == (
        CategoryCode.DIFFICULTY_GUARDIANSHIP,
        CategoryEndReason.CAUSE_OVER,
    )
    due = only(told, EntitlementReviewDue)
    assert (due.entitlement, due.review_cause) == (T.SCATTERED_ORPHAN, ReviewCause.FACTS_CHANGED)
    assert due.changed_facts is None, "who knows of the aid need not know of the prison"
    item = alone.child(CHILD).entitlements.current(T.SCATTERED_ORPHAN)
    assert item is not None
    assert (item.status, item.held) == (EntitlementStatus.REVIEW, True)


def test_it_is_asked_once(alone: Story) -> None:
    freed(alone)
    told = back(alone, "2019-09-20 09:00")
    assert not [e for e in told if isinstance(e, CategoryReviewDue | EntitlementReviewDue)]


def test_who_is_free_and_away_is_not_with_the_child(alone: Story) -> None:
    alone.put(gone(parents(alone)[0]), at="2019-08-01 09:00")
    told = freed(alone)
    assert not [e for e in told if isinstance(e, CategoryReviewDue | EntitlementReviewDue)]


@pytest.mark.parametrize("lost", [LifeStatus.UNTRACEABLE, LifeStatus.DECEASED])
def test_a_mother_who_was_held_lost_and_is_there_is_back(alone: Story, lost: LifeStatus) -> None:
    """Nothing but her record says so, and a word about somebody who was there all along asks nothing."""

    def recorded(at: str, life: LifeStatus | None = None) -> tuple[Event[Any], ...]:
        mother = RecordGuardian(
            relation=Kinship.MOTHER,
            guardian_id=parents(alone)[1],
            guardian_name="母亲",
            life_status=life,
        )
        return alone.put(mother, at=at)

    def asked(told: tuple[Event[Any], ...]) -> list[type[Event[Any]]]:
        return [type(e) for e in told if isinstance(e, CategoryReviewDue | EntitlementReviewDue)]

    assert not asked(recorded("2019-08-01 09:00", lost))
    assert not asked(back(alone, "2019-08-02 09:00"))
    assert asked(recorded("2019-09-09 09:00", LifeStatus.LIVING)) == [
        CategoryReviewDue,
        EntitlementReviewDue,
    ]
    (mother,) = (g for g in alone.child(CHILD).care.guardians if g.guardian_id == parents(alone)[1])
    assert mother.able_at_home


def test_who_was_there_all_along_asks_nothing_when_recorded_again() -> None:
    story = story_of("2012-05-04")
    story.put(parent(Kinship.MOTHER), at="2019-03-02 09:00")
    (mother,) = story.child(CHILD).care.guardians
    again = RecordGuardian(
        relation=Kinship.MOTHER, guardian_id=mother.guardian_id, guardian_name="母亲"
    )
    (event,) = story.put(again, at="2019-03-03 09:00")
    assert not event.found_again  # type: ignore[attr-defined]


def test_the_review_cites_that_a_file_is_kept_up_and_no_age_of_another_text(alone: Story) -> None:
    asked = only(freed(alone), CategoryReviewDue)
    child = alone.child(CHILD)
    (opening,) = (
        o
        for o in QUEUES["Q-47"].opens
        if o.event == asked.name and o.only is not None and o.only(asked, child)
    )
    assert (opening.due.parameter, "CN2017-5.1-af" in opening.clauses) == (
        "category_review_days",
        True,
    )
    majority = replace(asked, likely_end=None)
    found = [o for o in QUEUES["Q-47"].opens if o.event == asked.name and o.only]
    (opening,) = (o for o in found if o.only is not None and o.only(majority, child))
    assert opening.due.parameter == "age_review_warn_days"
    assert "CN2017-3.1-b" not in opening.clauses


def test_a_review_of_aid_cites_no_definition_of_the_left_behind(alone: Story) -> None:
    due = only(freed(alone), EntitlementReviewDue)
    for cause, clause in (
        (ReviewCause.FACTS_CHANGED, "CN2017-5.1-af"),
        (ReviewCause.AGE, "CN2017-3.1-b"),
    ):
        asked = replace(due, review_cause=cause)
        (opening,) = (
            o
            for o in QUEUES["Q-47"].opens
            if o.event == due.name and o.only is not None and o.only(asked, None)
        )
        assert clause in opening.clauses
        assert "SH2020-1-d" not in opening.clauses
