"""待遇恢复 · An entitlement that ended for nothing but a record that is disavowed is the child's again (D.6, ADR 0063).

It is granted anew as it was, so that the family's money, its days and the queues follow as they follow any grant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias
from uuid import UUID

from domain.child.entitlement_application import EntitlementDeclined, EntitlementItemApplied
from domain.child.entitlement_decision import EntitlementRefused, Granted
from domain.child.entitlement_review import (
    EntitlementEnded,
    EntitlementReviewDue,
    EntitlementReviewed,
)
from domain.child.entitlement_screening import EntitlementScreened
from domain.child.entitlement_state import HELD, UNDECIDED, EntitlementStatus, Item
from domain.child.entitlement_together import EntitlementStandardAdjusted, EntitlementSynchronised
from domain.child.standing import id_of
from domain.child.state import Child
from domain.child.undoing import told_without
from domain.kernel import Command, Event, Refusal
from domain.replacing import replace

GRANT_NOT_DISAVOWED = Refusal(
    "grant_not_disavowed",
    zh="已认定的待遇不以撤销记录收回,须经复核终止",
    en="What was granted is not taken back by a disavowal: review it, and end it with reasons",
)

Review: TypeAlias = EntitlementReviewed | EntitlementEnded | EntitlementReviewDue
Settled: TypeAlias = Review | EntitlementRefused | EntitlementDeclined
Asked: TypeAlias = EntitlementScreened | EntitlementItemApplied | EntitlementSynchronised


def settled_with(target: Event[Child], history: Iterable[Event[Any]]) -> Iterator[Event[Any]]:
    """Said in the same breath as a review or an end: the other of the two, and the review of what came with it."""
    for event in history if isinstance(target, EntitlementReviewed | EntitlementEnded) else ():
        same = event.told.command_id == target.told.command_id
        if same and event is not target and isinstance(event, Review):
            yield event


def entitlements_back(
    command: Command[Child], target: Event[Child], state: Child
) -> Iterator[Event[Child]]:
    """The entitlements that stand again; ``state`` is the file once everything is disavowed that is to be."""
    undone = (target, *settled_with(target, command.history))
    ids = dict.fromkeys(e.entitlement_item_id for e in undone if isinstance(e, Settled))
    if not ids:
        return
    gone = state.file.disavowed
    now = told_without(command.history, gone).entitlements
    kept = tuple(e for e in command.history if id_of(e) not in gone)
    for item_id in ids:
        item, here = now.item(item_id), state.entitlements.item(item_id)
        if item is not None and here is not None and item.status is not here.status:
            yield from _told_again(item, here, _about(item_id, kept))


def _about(item_id: UUID, kept: Iterable[Event[Any]]) -> tuple[Event[Any], ...]:
    return tuple(e for e in kept if getattr(e, "entitlement_item_id", None) == item_id)


def _told_again(item: Item, here: Item, about: tuple[Event[Any], ...]) -> Iterator[Event[Child]]:
    """The grant with its latest standard, then the review that was due; or the question that nobody has answered."""
    if item.status in UNDECIDED:
        asked = next((e for e in reversed(about) if isinstance(e, Asked)), None)
        if asked is not None:
            yield replace(asked, stamp=None, newly_opened=True)
    if item.status not in HELD:
        return
    if here.status is not EntitlementStatus.REVIEW or item.status is EntitlementStatus.ACTIVE:
        yield from _last(about, Granted)
        yield from _last(about, EntitlementStandardAdjusted)
    if item.status is EntitlementStatus.REVIEW:
        yield from _last(about, EntitlementReviewDue)


def _last(about: tuple[Event[Any], ...], kind: type[Event[Any]]) -> Iterator[Event[Child]]:
    found = next((e for e in reversed(about) if isinstance(e, kind)), None)
    if found is not None:
        yield replace(found, stamp=None)
