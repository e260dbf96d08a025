"""待遇恢复: an allowance stopped by mistake is the child's again, with its days and what came with it (D.6)."""

from __future__ import annotations

from typing import Any

import pytest

from domain.child.corrections import DisavowEvent
from domain.child.entitlement_decision import (
    EntitlementGranted,
    EntitlementRefused,
    RefuseEntitlement,
)
from domain.child.entitlement_review import (
    EntitlementEnded,
    EntitlementReviewDue,
    EntitlementReviewed,
    OpenEntitlementReview,
    ReviewEntitlement,
)
from domain.child.entitlement_state import EntitlementStatus
from domain.child.entitlement_together import AdjustEntitlementStandard
from domain.kernel import Event, Refused
from domain.terms.entitlements import ReviewOutcome
from tests.domain.child.aid import (
    CIVIL,
    MOTHER,
    TEACHING,
    F,
    T,
    apply,
    day,
    grant,
    only,
    screen,
    story_of,
)
from tests.domain.story import Story
from tests.dsl import an_id

S = EntitlementStatus
CHILD = an_id("T.")


@pytest.fixture
def poor() -> Story:
    """On minimum living since May 2019, with the medical aid that came with it."""
    story = story_of("2010-05-04")
    story.put(
        screen(T.MINIMUM_LIVING, F.MINIMUM_LIVING_CONDITIONS), at="2019-04-01 09:00", by=CIVIL
    )
    story.put(apply(T.MINIMUM_LIVING), at="2019-04-01 09:10", by=MOTHER)
    story.put(grant(T.MINIMUM_LIVING, "2019-05-01"), at="2019-04-01 09:20", by=CIVIL)
    story.put(grant(T.MEDICAL_AID, "2019-05-01"), at="2019-04-01 10:00", by=CIVIL)
    return story


def review(outcome: ReviewOutcome) -> ReviewEntitlement:
    return ReviewEntitlement(
        entitlement=T.MINIMUM_LIVING, review_outcome=outcome, review_reason="误以为已迁出"
    )


def gone(story: Story, event: Event[Any], at: str = "2019-08-02 09:00") -> tuple[Event[Any], ...]:
    undoing = DisavowEvent(target_event_id=event.told.event_id, disavowal_reason="误停")
    return story.put(undoing, at=at, by=CIVIL)


def standing(story: Story, entitlement: T) -> Any:
    return story.child(CHILD).entitlements.current(entitlement)


@pytest.mark.parametrize("what", [EntitlementReviewed, EntitlementEnded])
def test_what_was_stopped_by_mistake_goes_on_as_it_was(poor: Story, what: type[Event[Any]]) -> None:
    stopped = poor.put(review(ReviewOutcome.END), at="2019-08-01 09:00", by=CIVIL)
    assert [standing(poor, e).status for e in (T.MINIMUM_LIVING, T.MEDICAL_AID)] == [
        S.ENDED,
        S.REVIEW,
    ]
    again = gone(poor, only(stopped, what))
    back = [e.entitlement for e in again if isinstance(e, EntitlementGranted)]
    assert back == [T.MINIMUM_LIVING, T.MEDICAL_AID]
    for entitlement in back:
        item = standing(poor, entitlement)
        assert (item.status, item.ended_on, item.from_on) == (S.ACTIVE, None, day("2019-05-01"))
    assert poor.child(CHILD).entitlements.had_on(T.MINIMUM_LIVING, day("2019-08-01"))


def test_what_still_waits_beside_it_waits_until_no_later_day() -> None:
    story = story_of("2010-05-04")
    story.put(
        screen(T.MINIMUM_LIVING, F.MINIMUM_LIVING_CONDITIONS), at="2019-04-01 09:00", by=CIVIL
    )
    story.put(apply(T.MINIMUM_LIVING), at="2019-04-01 09:10", by=MOTHER)
    story.put(grant(T.MINIMUM_LIVING, "2019-05-01"), at="2019-04-01 09:20", by=CIVIL)
    waits = standing(story, T.MEDICAL_AID)
    assert (waits.status, waits.decide_by) == (S.ELIGIBLE, day("2019-04-01"))
    stopped = story.put(review(ReviewOutcome.END), at="2019-08-01 09:00", by=CIVIL)
    gone(story, only(stopped, EntitlementEnded))
    assert standing(story, T.MEDICAL_AID) == waits


def test_it_goes_on_by_the_latest_standard(poor: Story) -> None:
    newer = AdjustEntitlementStandard(
        entitlement=T.MINIMUM_LIVING,
        standard_version="2019-2",
        adjusted_from_on=day("2019-07-01"),
        adjustment_basis="按规定调整",
    )
    poor.put(newer, at="2019-06-20 09:00", by=CIVIL)
    stopped = poor.put(review(ReviewOutcome.END), at="2019-08-01 09:00", by=CIVIL)
    gone(poor, only(stopped, EntitlementEnded))
    assert standing(poor, T.MINIMUM_LIVING).standard == "2019-2"


def test_the_review_that_was_due_is_due_again(poor: Story) -> None:
    changed = OpenEntitlementReview(entitlement=T.MINIMUM_LIVING, changed_facts="父亲就业")
    poor.put(changed, at="2019-07-20 09:00", by=CIVIL)
    answered = poor.put(review(ReviewOutcome.CONTINUE), at="2019-08-01 09:00", by=CIVIL)
    again = gone(poor, only(answered, EntitlementReviewed))
    assert only(again, EntitlementReviewDue).changed_facts == "父亲就业"
    assert standing(poor, T.MINIMUM_LIVING).status is S.REVIEW


def test_a_refusal_that_was_none_leaves_the_question_open(poor: Story) -> None:
    poor.put(apply(T.EDU_AID), at="2019-06-01 09:00", by=MOTHER)
    edu = standing(poor, T.EDU_AID)
    no = RefuseEntitlement(entitlement=T.EDU_AID, entitlement_reason="未在学")
    refused = only(poor.put(no, at="2019-06-10 09:00", by=TEACHING), EntitlementRefused)
    undoing = DisavowEvent(target_event_id=refused.told.event_id, disavowal_reason="看错学籍")
    poor.put(undoing, at="2019-06-11 09:00", by=TEACHING)
    assert standing(poor, T.EDU_AID) == edu


def test_a_grant_is_ended_with_reasons_and_not_disavowed(poor: Story) -> None:
    granted = next(e for _, e in poor.told if isinstance(e, EntitlementGranted))
    with pytest.raises(Refused) as refusal:
        gone(poor, granted)
    assert refusal.value.code == "grant_not_disavowed"
    assert standing(poor, T.MINIMUM_LIVING).status is S.ACTIVE
