"""权益受侵害 · An infringement told in a case leads to legal aid for its children (CN2017-5.1-t)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from domain.case.measures import CriminalCaseOpened, InfringementRepeated
from domain.case.state import Case
from domain.case.violence import DomesticViolenceHandled, InfringementStopped
from domain.child.legal_aid import NoteRightsInfringed
from domain.kernel import Event, State
from domain.reactions import Put, World, reaction

INFRINGEMENTS = (
    CriminalCaseOpened,
    DomesticViolenceHandled,
    InfringementRepeated,
    InfringementStopped,
)


@reaction
def legal_aid_follows(world: World, state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """Every child that it was done to and that is on file; where none is named, every child of the case.

    What is told of one infringement, that it was stopped and that it is a crime, is one matter of legal aid.
    """
    if not isinstance(state, Case):
        return
    told = [event for event in new if isinstance(event, INFRINGEMENTS)]
    theirs = dict.fromkeys(child for event in told for child in _done_to(event) or state.concerns)
    for child_id in theirs:
        if world.child(child_id).version:
            note = NoteRightsInfringed(
                legal_aid_case=state.id,
                infringement=state.intervention.infringements_before(child_id),
            )
            yield Put(child_id, note)


def _done_to(event: Event[Any]) -> tuple[UUID, ...]:
    match event:
        case (
            InfringementStopped(child_id=UUID() as one)
            | DomesticViolenceHandled(child_id=UUID() as one)
        ):
            return (one,)
        case InfringementRepeated(about_children=children):
            return children
        case _:
            return ()
