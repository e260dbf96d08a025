"""待遇随事实而动 · What follows by rule: what comes with a grant, and other days when a birth date is corrected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.child.corrections import EventCorrected
from domain.child.entitlement_decision import Granted
from domain.child.entitlement_review import RedateEntitlements
from domain.child.entitlement_together import SynchroniseEntitlements
from domain.kernel import Event, State
from domain.reactions import Put, World, reaction


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
