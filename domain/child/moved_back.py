"""未曾迁居 · A move that was none: the child lives where it lived, and belongs where it belonged (law 10).

The place that stands again is recorded anew, so that jurisdiction, tasks and worker follow it as they follow any move.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Any

from domain.child.file import ResponsibleWorkerAssigned, role_in_service
from domain.child.file_state import PlaceOnFile
from domain.child.places import ChildLocationRecorded, assigned, same_assignment
from domain.child.state import Child
from domain.child.undoing import told_without
from domain.kernel import Command, Event
from domain.terms.places import AreaType, DivisionId, PlaceKind


def moved_back(
    command: Command[Child], target: Event[Child], state: Child
) -> Iterator[Event[Child]]:
    """What the disavowal of ``target`` brings back; ``state`` is the file without it."""
    if not isinstance(target, ChildLocationRecorded) or state.file.place_of(target.place_kind):
        return
    now = told_without(command.history, state.file.disavowed)
    place = now.file.place_of(target.place_kind)
    if place is None:
        return
    again = _told_again(place, command.history)
    yield again
    after = again.evolve(state)
    new = None if after.file.assigned_by_decision else assigned(command, after.file)
    if new is not None and not same_assignment(state.file, new):
        yield new
        after = new.evolve(after)
    until = takewhile(lambda e: e.told.event_id != target.told.event_id, command.history)
    worker = told_without(until, state.file.disavowed).file.responsible_person
    serves = any(p.person_id == worker and p.active for p in command.directory.posts)
    if after.file.responsible_person is None and worker is not None and serves:
        yield ResponsibleWorkerAssigned(
            responsible_person_id=worker, responsible_role=role_in_service(command, worker)
        )


def _told_again(place: PlaceOnFile, history: Iterable[Event[Any]]) -> ChildLocationRecorded:
    for event in history:
        if isinstance(event, ChildLocationRecorded) and event.told.event_id == place.event_id:
            return ChildLocationRecorded.of(event)  # type: ignore[arg-type]
    return ChildLocationRecorded(
        place_kind=PlaceKind[place.kind],
        place_division=DivisionId(place.division) if place.division else None,
        area_type=AreaType(place.area_type) if place.area_type else None,
    )
