"""紧急调阅告知 · The file itself tells that somebody looked in an emergency: whoever holds it reads it there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from domain.access.break_glass import BreakGlassUsed
from domain.child.state import Child
from domain.kernel import Command, Event, State
from domain.reactions import Put, World, reaction
from domain.sensitivity import P0, P2
from domain.terms.access import BreakGlassGround


class EmergencyAccessNoted(
    Event[Child],
    name="child.emergency_access_noted",
    zh="档案被紧急调阅",
    en="Emergency access noted",
):
    """Told in the same append as the access, so that nobody looks unseen (A.2 rule 3)."""

    break_glass_ground: Annotated[BreakGlassGround, P2]
    user_unit_id: Annotated[UUID | None, P2] = None
    open_until: Annotated[datetime, P0]


class NoteEmergencyAccess(
    Command[Child],
    name="child.note_emergency_access",
    zh="登记档案被紧急调阅",
    en="Note an emergency access",
    clauses=("SH2024-4.3-c",),
    by_system=True,
):
    break_glass_ground: Annotated[BreakGlassGround, P2]
    user_unit_id: Annotated[UUID | None, P2] = None
    open_until: Annotated[datetime, P0]

    def decide(self, _state: Child) -> Iterator[Event[Child]]:
        yield EmergencyAccessNoted.of(self)


@reaction
def file_is_told(_world: World, _state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """The child's file hears of it with the same breath."""
    for event in new:
        if isinstance(event, BreakGlassUsed):
            noted = NoteEmergencyAccess(
                break_glass_ground=event.break_glass_ground,
                user_unit_id=event.user_unit_id,
                open_until=event.open_until,
            )
            yield Put(event.child_id, noted)
