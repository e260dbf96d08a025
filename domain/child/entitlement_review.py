"""复核与终止 · Looking again at what is held: before the age limit, when facts change; and the end (D.6, T-09).

特困 ends with the sixteenth birthday; free education of a disabled child has no such limit (CN2017-3.3-b).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.child.entitlement_decision import REASON_NEEDED, own_decision
from domain.child.entitlement_rules import cite, last_days, the_item, with_item
from domain.child.entitlement_state import EntitlementStatus, Item
from domain.child.entitlement_together import NOT_HELD
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.sensitivity import P0, P2, P3, P3_AID, P4
from domain.terms.entitlements import (
    EntitlementEnd,
    EntitlementRoute,
    EntitlementType,
    ReviewCause,
    ReviewOutcome,
)

name_fields(
    review_cause=("复核原因", "Why it is reviewed"),
    changed_facts=("变化情况", "What has changed"),
    review_outcome=("复核结论", "Outcome of the review"),
    review_reason=("复核理由", "Reasons of the review"),
    entitlement_end=("终止原因", "Why it ended"),
    entitlement_ended_on=("终止日期", "Ended on"),
)

CHANGED_FACTS_MISSING = Refusal(
    "changed_facts_missing", zh="须写明变化情况", en="Say what has changed"
)
ENDS_WITH_AGE = Refusal(
    "entitlement_ends_with_age",
    zh="年满规定年龄,不能继续享受",
    en="The age of the text is reached: it cannot go on",
)


class EntitlementReviewDue(
    Event[Child], name="child.entitlement_review_due", zh="待遇须复核", en="Review due"
):
    """It goes on while it is reviewed."""

    entitlement_item_id: Annotated[UUID, P0]
    entitlement: Annotated[EntitlementType, P3_AID]
    review_cause: Annotated[ReviewCause, P3_AID]
    changed_facts: Annotated[str | None, P4] = None
    entitlement_unit_id: Annotated[UUID | None, P2] = None

    def evolve(self, state: Child) -> Child:
        item = state.entitlements.item(self.entitlement_item_id)
        if item is None or not item.held:
            return state
        return with_item(state, self.entitlement_item_id, status=EntitlementStatus.REVIEW)


class OpenEntitlementReview(
    Command[Child],
    name="child.open_entitlement_review",
    zh="提起待遇复核",
    en="Open the review of an entitlement",
    when=ON_FILE,
    clauses=("CN2017-3.1-a", "CN2017-3.1-b", "CN2017-5.1-af"),
):
    """When the facts have changed."""

    entitlement: Annotated[EntitlementType, P3_AID]
    changed_facts: Annotated[str, P4]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        item = the_item(state, self.entitlement)
        if not item.held:
            raise NOT_HELD(field="entitlement")
        if not self.changed_facts.strip():
            raise CHANGED_FACTS_MISSING(field="changedFacts")
        if item.status is not EntitlementStatus.REVIEW:
            yield review_due(item, ReviewCause.FACTS_CHANGED, self.changed_facts)


def review_due(item: Item, cause: ReviewCause, facts: str | None = None) -> EntitlementReviewDue:
    """The fact that an item is to be reviewed."""
    assert item.entitlement is not None
    return EntitlementReviewDue(
        entitlement_item_id=item.item_id,
        entitlement=EntitlementType(item.entitlement),
        review_cause=cause,
        changed_facts=facts,
        entitlement_unit_id=item.unit_id,
    )


class NoteEntitlementReviewDue(
    Command[Child],
    name="child.note_entitlement_review_due",
    zh="提示待遇复核",
    en="Note that an entitlement is due for review",
    clauses=("CN2017-3.1-b",),
    by_system=True,
):
    """Put by the clock sixty days before the birthday, and where the facts it rests on have changed.

    Silent if it is held no more, or under review already.
    """

    entitlement_item_id: Annotated[UUID, P0]
    review_cause: Annotated[ReviewCause, P3_AID] = ReviewCause.AGE

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        item = state.entitlements.item(self.entitlement_item_id)
        if item is None or item.status is not EntitlementStatus.ACTIVE:
            return
        ahead = item.review_on is None or item.review_on > local_date(self.at)
        if self.review_cause is not ReviewCause.AGE or not ahead:
            yield review_due(item, self.review_cause)


class EntitlementReviewed(
    Event[Child], name="child.entitlement_reviewed", zh="待遇已复核", en="Reviewed"
):
    entitlement_item_id: Annotated[UUID, P0]
    entitlement: Annotated[EntitlementType, P3_AID]
    review_outcome: Annotated[ReviewOutcome, P3_AID]
    review_reason: Annotated[str, P3]

    def evolve(self, state: Child) -> Child:
        return with_item(state, self.entitlement_item_id, status=EntitlementStatus.ACTIVE)


class EntitlementEnded(
    Event[Child], name="child.entitlement_ended", zh="待遇已终止", en="Entitlement ended"
):
    entitlement_item_id: Annotated[UUID, P0]
    entitlement: Annotated[EntitlementType, P3_AID]
    entitlement_end: Annotated[EntitlementEnd, P3_AID]
    entitlement_ended_on: Annotated[date, P3_AID]

    def evolve(self, state: Child) -> Child:
        return with_item(
            state,
            self.entitlement_item_id,
            status=EntitlementStatus.ENDED,
            ended_on=self.entitlement_ended_on,
        )


class ReviewEntitlement(
    Command[Child],
    name="child.review_entitlement",
    zh="复核待遇",
    en="Review an entitlement",
    when=ON_FILE,
    clauses=("CN2017-3.1-b", "CN2017-3.1-a", "SH2024-2.3.8-a"),
):
    """Goes on or ends, with reasons; what came with an ended one is reviewed in its turn."""

    entitlement: Annotated[EntitlementType, P3_AID]
    review_outcome: Annotated[ReviewOutcome, P3_AID]
    review_reason: Annotated[str, P3]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        item = the_item(state, self.entitlement)
        if not item.held:
            raise NOT_HELD(field="entitlement")
        own_decision(self, item, self.entitlement)
        if not self.review_reason.strip():
            raise REASON_NEEDED(field="reviewReason")
        today, goes_on = self.rules.on, self.review_outcome is ReviewOutcome.CONTINUE
        if goes_on and item.ends_on is not None and item.ends_on <= today:
            raise ENDS_WITH_AGE(cite=cite(self, self.entitlement), field="reviewOutcome")
        yield EntitlementReviewed.of(self, entitlement_item_id=item.item_id)
        if not goes_on:
            source_gone = item.source is not None and not state.entitlements.has(
                EntitlementType(item.source)
            )
            why = EntitlementEnd.SOURCE_ENDED if source_gone else EntitlementEnd.FACTS_CHANGED
            yield from ended(state, item, why, today)


def ended(state: Child, item: Item, why: EntitlementEnd, on: date) -> Iterator[Event[Child]]:
    """The end of one, and the review of what had come with it."""
    assert item.entitlement is not None
    yield EntitlementEnded(
        entitlement_item_id=item.item_id,
        entitlement=EntitlementType(item.entitlement),
        entitlement_end=why,
        entitlement_ended_on=on,
    )
    for other in state.entitlements.items:
        together = other.route == EntitlementRoute.SYNCHRONISED and other.source == item.entitlement
        if together and other.status is EntitlementStatus.ACTIVE:
            yield review_due(other, ReviewCause.SOURCE_ENDED)


class EndEntitlementByAge(
    Command[Child],
    name="child.end_entitlement_by_age",
    zh="年满终止待遇",
    en="End an entitlement by age",
    clauses=("CN2017-3.1-b",),
    by_system=True,
):
    """Put by the clock on the birthday; the review before it does not stop it."""

    entitlement_item_id: Annotated[UUID, P0]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        item = state.entitlements.item(self.entitlement_item_id)
        if item is None or not item.held or item.ends_on is None:
            return
        if item.ends_on <= local_date(self.at):
            yield from ended(state, item, EntitlementEnd.AGE_REACHED, item.ends_on)


class EntitlementRedated(
    Event[Child], name="child.entitlement_redated", zh="待遇期限已更正", en="Days corrected"
):
    """The birth date was corrected: review and end fall on other days."""

    entitlement_item_id: Annotated[UUID, P0]
    entitlement: Annotated[EntitlementType, P3_AID]
    entitlement_review_on: Annotated[date, P2]
    entitlement_ends_on: Annotated[date, P2]

    def evolve(self, state: Child) -> Child:
        return with_item(
            state,
            self.entitlement_item_id,
            review_on=self.entitlement_review_on,
            ends_on=self.entitlement_ends_on,
        )


class RedateEntitlements(
    Command[Child],
    name="child.redate_entitlements",
    zh="更正待遇期限",
    en="Correct the days of entitlements",
    clauses=("CN2017-3.1-b",),
    by_system=True,
):
    """Put when the birth date is corrected."""

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        for item in state.entitlements.items:
            if not item.held or item.entitlement is None:
                continue
            review_on, ends_on = last_days(self, state, item.entitlement)
            if review_on is None or ends_on is None or ends_on == item.ends_on:
                continue
            yield EntitlementRedated(
                entitlement_item_id=item.item_id,
                entitlement=EntitlementType(item.entitlement),
                entitlement_review_on=review_on,
                entitlement_ends_on=ends_on,
            )
