"""权益受侵害 · An infringement told in a case leads to legal aid for its children (CN2017-5.1-t)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.case.measures import CriminalCaseOpened, InfringementRepeated
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
    """Every child of the case that is on file."""
    if any(isinstance(event, INFRINGEMENTS) for event in new):
        for child_id in state.concerns:
            if world.child(child_id).version:
                yield Put(child_id, NoteRightsInfringed(legal_aid_case=state.id))
