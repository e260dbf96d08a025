"""随事实而动 · What follows from facts on a child's file: cadence, tier and warnings, in the same breath.

Each reaction asks the state first and puts a command only where there is something to record, so none of them loops
and an event that changes nothing costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.child.cadence import SetCadenceClass, cadence_basis, is_visited
from domain.child.concerns import BehaviourConcernRecorded, MentalHealthConcernRecorded
from domain.child.home_hazards import HomeHazardFound
from domain.child.home_visits import HomeVisitMade
from domain.child.state import Child
from domain.child.tier import ReassessTier
from domain.child.tier_outlook import ALONE_BELOW, Verdict, outlook, verdict
from domain.child.warnings import RaiseWarning
from domain.kernel import Event, State
from domain.periods import local_date
from domain.reactions import Put, World, reaction
from domain.terms.visits import MindConcern, WarningType


@reaction
def cadence_follows(world: World, state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """The cadence begins with the open file, follows facts and tier, and ends with the file or the childhood.

    Counted from the day the file was opened; from the day a fact was *recorded* (T-03, T-04), for nobody can visit by
    what is not known.
    """
    if not isinstance(state, Child):
        return
    child, stamp = world.child(state.id), new[-1].told
    today = local_date(stamp.at)
    visited = is_visited(child, world.rules_at(child.place, today), today)
    visits = child.visits
    if visited is visits.in_force and not (visited and visits.basis != cadence_basis(child)):
        return
    since = local_date(stamp.at if visits.in_force else stamp.occurred_at)
    yield Put(child.id, SetCadenceClass(counted_from=since))


@reaction
def tier_follows(world: World, state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """The tier of every child concerned is asked for again, on its file and on all its cases."""
    if all(type(event).evolve is Event.evolve for event in new):
        return  # a mere record changes no state, so no tier
    at = new[-1].told.at
    for child_id in state.concerns:
        child = world.child(child_id)
        if child.version == 0:
            continue
        alone_below = world.rules_at(child.place, local_date(at)).count(ALONE_BELOW)
        seen = outlook(child, world.cases_of(child_id), at, alone_below=alone_below)
        if verdict(child, seen, at) is not Verdict.NOTHING:
            yield Put(child_id, ReassessTier())


@reaction
def warning_follows(_world: World, state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """快速预警: abnormal behaviour, hazards, danger and concerns of the mind warn by themselves (CQ2024-3.1-e)."""
    for event in new:
        found = _warning(event)
        if found is None:
            continue
        kind, urgent = found
        warning = RaiseWarning(
            warning_type=kind, warning_urgent=urgent, warning_cause_id=event.told.event_id
        )
        yield Put(state.id, warning)


def _warning(event: Event[Any]) -> tuple[WarningType, bool] | None:
    """The type of the warning and whether it is high."""
    match event:
        case BehaviourConcernRecorded():
            return WarningType.BEHAVIOUR, False
        case MentalHealthConcernRecorded():
            return WarningType.MENTAL, event.mind_concern is MindConcern.SELF_HARM
        case HomeHazardFound():
            return WarningType.HAZARD, False
        case HomeVisitMade() if event.signs_seen:
            return WarningType.DANGER, True
        case _:
            return None
