"""他案出现 · A child that is searched for turns up in another case: whoever searches is told at once (SH2020-4.2-i).

The police of one place search while those of another, or a rescue institution, have the child before them and know
nothing of the search. The search does not end by itself: that it is this child, and how it is, the police who search
for it say (``case.find_missing_child``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from domain.case.dispatch import PoliceFindingRecorded
from domain.case.escort import ChildEscorted
from domain.case.further_reports import CaseLinked, ChildIdentified, ReportLinked
from domain.case.handover import WrittenHandoverCompleted
from domain.case.missing import MissingChildFound, MissingChildSearchStarted, missing_children
from domain.case.placement_begun import PlacementActivated
from domain.case.reports import ReportSubmitted
from domain.case.state import CASE_OPEN, Case
from domain.child.closing import MergedFileTakenOver
from domain.kernel import Command, Event, State
from domain.labels import name_fields
from domain.reactions import Put, World, reaction
from domain.replacing import replace
from domain.sensitivity import P2, P6_ADDRESS, P6_REPORTER
from domain.terms.emergency import MetHow

name_fields(
    met_in_case_id=("出现于个案", "Case in which it turned up"),
    met_how=("如何出现", "How it turned up"),
    met_unit_id=("可询问的单位", "Unit to ask"),
)

_TURNS_UP: dict[type[Event[Any]], MetHow] = {
    ReportSubmitted: MetHow.NAMED,
    ChildIdentified: MetHow.IDENTIFIED,
    ChildEscorted: MetHow.IN_HAND,
    WrittenHandoverCompleted: MetHow.IN_HAND,
    PlacementActivated: MetHow.IN_HAND,
    MissingChildFound: MetHow.IN_HAND,
}
_IS_MISSED = (
    ReportSubmitted,
    ReportLinked,
    CaseLinked,
    PoliceFindingRecorded,
    MissingChildSearchStarted,
)


class MissingChildMet(
    Event[Case],
    name="case.missing_child_met",
    zh="失踪儿童在他案中出现",
    en="Missing child turned up in another case",
):
    """``met_unit_id`` may be where the child is sheltered; whoever searches asks there."""

    child_id: Annotated[UUID, P2]
    met_in_case_id: Annotated[UUID, P2]
    met_how: Annotated[MetHow, P2]
    met_unit_id: Annotated[UUID | None, P6_ADDRESS] = None

    def evolve(self, case: Case) -> Case:
        """Told once in each way; the search goes on."""
        met = case.emergency.met | {(self.child_id, self.met_in_case_id, self.met_how)}
        return replace(case, emergency=replace(case.emergency, met=met))


class NoteMissingChildMet(
    Command[Case],
    name="case.note_missing_child_met",
    zh="提示失踪儿童在他案中出现",
    en="Note that a missing child turned up",
    when=CASE_OPEN,
    by_system=True,
    clauses=("SH2020-4.2-i", "CQ2016-4.2-i"),
):
    """Put where one case misses a child that is in another."""

    child_id: Annotated[UUID, P2]
    met_in_case_id: Annotated[UUID, P2]
    met_how: Annotated[MetHow, P2]
    met_unit_id: Annotated[UUID | None, P6_ADDRESS] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Of a child that is still missing here, and once in each way: to be in hand says more than to be named."""
        told = (self.child_id, self.met_in_case_id, self.met_how)
        if self.child_id in missing_children(case) and told not in case.emergency.met:
            yield MissingChildMet.of(self)


@reaction
def who_searches_is_told(
    world: World, state: State, events: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """The child turns up: each other open case that misses it is told. Who reports it missing as well tells nothing."""
    if not isinstance(state, Case):
        return
    for event in events:
        how = _TURNS_UP.get(type(event))
        if how is None:
            continue
        for child_id in sorted(_whom(event) - missing_children(state)):
            for known_as in _files_of(world, child_id):
                for other in world.cases_of(known_as):
                    if _misses(other, known_as) and other.id != state.id:
                        unit_id = _whom_to_ask(state, event)
                        yield Put(other.id, _note(known_as, state.id, how, unit_id))


@reaction
def who_begins_to_search_is_told(
    world: World, state: State, events: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """The child is missed only now, and was taken in elsewhere before anybody missed it."""
    if not isinstance(state, Case) or not any(isinstance(e, _IS_MISSED) for e in events):
        return
    for child_id in sorted(c for c in missing_children(state) if c is not None):
        for known_as in _files_of(world, child_id):
            yield from _in_hand(world, known_as, state.id, child_id)


@reaction
def who_searches_is_told_of_the_other_file(
    world: World, state: State, events: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """Two files turn out to be of one child: what is missed by the one may be in hand by the other."""
    if not any(isinstance(event, MergedFileTakenOver) for event in events):
        return
    for case in world.cases_of(state.id):
        if _misses(case, state.id):
            for known_as in _files_of(world, state.id):
                yield from _in_hand(world, known_as, case.id, state.id)


def _files_of(world: World, child_id: UUID) -> tuple[UUID, ...]:
    """Every file of the child: that which stands, and all that were merged into it, be it by way of another."""
    stands = child_id
    while into := world.child(stands).file.merged_into:
        stands = into
    files = [stands]
    for one in files:
        took_over = sorted(world.child(one).file.took_over)
        files += [i for i in took_over if world.child(i).file.merged_into == one]
    return tuple(files)


def _in_hand(world: World, known_as: UUID, searching_id: UUID, child_id: UUID) -> Iterator[Put]:
    """To the case that searches for the child: each case that has it, under whichever of its files."""
    for other in world.cases_of(known_as):
        unit_id = _has_it(other, known_as)
        if unit_id is not None and other.id != searching_id:
            yield Put(searching_id, _note(child_id, other.id, MetHow.IN_HAND, unit_id))


def _whom_to_ask(case: Case, event: Event[Any]) -> UUID | None:
    """Who says so, or has the child; of a report those who received it, for nobody else is told who reported."""
    received = case.intake.police_unit_id or case.intake.township_unit_id
    if type(event).actor_class is P6_REPORTER:
        return received
    return event.told.by.unit_id or received


def _misses(case: Case, child_id: UUID) -> bool:
    return CASE_OPEN.holds(case) and child_id in missing_children(case)


def _has_it(case: Case, child_id: UUID) -> UUID | None:
    """The unit that has the child by this case: where it is placed, or was brought to."""
    if child_id in missing_children(case):
        return None
    placed = case.placement.running(child_id)
    if placed is not None and placed.in_care and placed.site_unit_id is not None:
        return placed.site_unit_id
    brought = case.emergency.brought_to if CASE_OPEN.holds(case) else ()
    return next((unit for child, unit in brought if child == child_id), None)


def _whom(event: Event[Any]) -> set[UUID]:
    """The children an event says something of."""
    if isinstance(event, ReportSubmitted):
        return set(event.children)
    child_id = getattr(event, "child_id", None)
    return set() if child_id is None else {child_id}


def _note(child_id: UUID, case_id: UUID, how: MetHow, unit_id: UUID | None) -> NoteMissingChildMet:
    return NoteMissingChildMet(
        child_id=child_id, met_in_case_id=case_id, met_how=how, met_unit_id=unit_id
    )
