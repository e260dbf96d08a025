"""待遇随事实而动 · What follows by rule: what comes with a grant, and other days when a birth date is corrected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.child.category_review import somebody_is_back
from domain.child.corrections import EventCorrected
from domain.child.entitlement_decision import Granted
from domain.child.entitlement_review import NoteEntitlementReviewDue, RedateEntitlements
from domain.child.entitlement_screening import NO_SUPPORT
from domain.child.entitlement_state import EntitlementStatus
from domain.child.entitlement_together import SynchroniseEntitlements
from domain.child.state import Child
from domain.kernel import Event, State
from domain.reactions import Put, World, reaction
from domain.terms.entitlements import ReviewCause


@reaction
def together_with_the_grant(
    _world: World, state: State, new: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """同步享受: medical and education aid open with the grant they come with (SH2024-2.3.8-c)."""
    for event in new:
        if isinstance(event, Granted):
            yield Put(state.id, SynchroniseEntitlements(comes_with=event.entitlement))


@reaction
def days_follow_the_birth_date(
    world: World, state: State, new: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """A corrected birth date moves the review and the end of what depends on age."""
    for event in new:
        if isinstance(event, EventCorrected) and event.birth_on is not None:
            dated = (i for i in world.child(state.id).entitlements.items if i.held and i.ends_on)
            if any(dated):
                yield Put(state.id, RedateEntitlements())


@reaction
def somebody_to_support_the_child(
    _world: World, state: State, new: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """What was granted because nobody supports the child is looked at again once a guardian is back (D.6).

    It goes on until somebody has decided. Why is not told: who knows of the aid need not know of a prison.
    """
    if not isinstance(state, Child) or not somebody_is_back(state, new):
        return
    for item in state.entitlements.items:
        unsupported = any(fact.value in item.facts for fact in NO_SUPPORT)
        if item.status is EntitlementStatus.ACTIVE and unsupported:
            cause = ReviewCause.FACTS_CHANGED
            yield Put(
                state.id,
                NoteEntitlementReviewDue(entitlement_item_id=item.item_id, review_cause=cause),
            )
