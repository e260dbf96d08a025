"""类别恢复 · A category that ended for nothing but a record that is disavowed is the child's again (D.7, ADR 0063).

It is determined anew as it was, so that the file, its reviews and its queues follow as they do any determination.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import dropwhile
from typing import Any
from uuid import UUID

from domain.child.categories import CategoryDetermined, review_day
from domain.child.category_review import CategoryReviewDue
from domain.child.entrusted_end import EntrustedCareEnded
from domain.child.guardians import ParentReturned
from domain.child.key_targets import KeyTargetCleared, KeyTargetFlagged, flagged
from domain.child.leaving import CategoryEnded
from domain.child.places import ChildLocationRecorded
from domain.child.standing import id_of
from domain.child.state import Child
from domain.child.turns import ON_LEDGER
from domain.child.undoing import told_without
from domain.kernel import Command, Event
from domain.replacing import replace
from domain.terms.file import CategoryEndReason


def ended_because(
    target: Event[Child], history: Iterable[Event[Any]], disavowed: frozenset[UUID]
) -> Iterator[Event[Any]]:
    """What was recorded because of a move or a return: the review, the category's end, what went with it."""
    since = tuple(_while_it_was_the_last(target, history))
    why = _reason(target)
    if why is CategoryEndReason.PARENT_RETURNED and _another_is_back(target, history, disavowed):
        return
    ends = tuple(e for e in since if isinstance(e, CategoryEnded) and e.category_end_reason is why)
    if isinstance(target, CategoryEnded):
        ends = (target,)
    for event in since:
        if isinstance(event, CategoryReviewDue) and why is not None and event.likely_end is why:
            yield event
    for end in ends:
        if end is not target:
            yield end
        yield from _went_with(end, since)


def _reason(target: Event[Child]) -> CategoryEndReason | None:
    match target:
        case ChildLocationRecorded():
            return CategoryEndReason.MOVED
        case ParentReturned():
            return CategoryEndReason.PARENT_RETURNED
        case _:
            return None


def _while_it_was_the_last(
    target: Event[Child], history: Iterable[Event[Any]]
) -> Iterator[Event[Any]]:
    """From the record on, until another move says where the child lives."""
    first, *later = dropwhile(lambda e: id_of(e) != id_of(target), history)
    yield first
    for event in later:
        if isinstance(target, ChildLocationRecorded) and isinstance(event, ChildLocationRecorded):
            return
        yield event


def _another_is_back(
    target: Event[Child], history: Iterable[Event[Any]], disavowed: frozenset[UUID]
) -> bool:
    """With another able parent at home the category would have ended all the same."""
    child = told_without(history, disavowed | {target.told.event_id})
    return any(parent.able_at_home for parent in child.care.parents)


def _went_with(end: CategoryEnded, since: Iterable[Event[Any]]) -> Iterator[Event[Any]]:
    for event in since:
        same = event.told.command_id == end.told.command_id
        if same and isinstance(event, (EntrustedCareEnded, KeyTargetCleared)):
            yield event


def categories_back(
    command: Command[Child], target: Event[Child], state: Child
) -> Iterator[Event[Child]]:
    """The categories that stand again; ``state`` is the file once everything is disavowed that is to be."""
    undone = (target, *ended_because(target, command.history, state.file.disavowed))
    ended = {e.category.value for e in undone if isinstance(e, CategoryEnded)}
    if not ended or not ON_LEDGER.holds(state):
        return
    now = told_without(command.history, state.file.disavowed)
    codes = ended - state.file.categories
    grounds = {e.key_target_ground.value for e in undone if isinstance(e, KeyTargetCleared)}
    grounds -= state.file.key_targets
    stands = {c.event_id for c in now.file.held if c.code in codes}
    stands |= {f.event_id for f in now.file.flags if f.ground in grounds}
    for event in command.history:
        if id_of(event) not in stands:
            continue
        if isinstance(event, CategoryDetermined):
            day = review_day(now.file.birth_on, event.age_below, command.rules)
            yield replace(event, stamp=None, review_on=day)
        elif isinstance(event, KeyTargetFlagged):
            ground = event.key_target_ground
            yield flagged(command, state, ground, event.flag_reason)
