"""社会结对 · What whoever is paired with a child outside school is shown: the meeting, and nothing of the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.child.companions import PairingStarted
from domain.child.pairing import PairingEnded
from domain.sensitivity import P0, P1, P2, P4_ALERT
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import Projection, insert, remove
from projections.readmodel import ReadModel


class CompanionshipRow(
    ReadModel,
    table="companionship",
    obj="companionship",
    key=("pairing_id",),
    tokens=True,
    indexes=("companion_person_id", "child_id"),
    zh="社会结对",
    en="Companionship",
):
    """First name, time, place, what to look out for (A.1 VOL). The child's id is nobody's here."""

    pairing_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P1]
    pairing_kind: Annotated[str, P0]
    companion_person_id: Annotated[UUID, P0]
    called_name: Annotated[str | None, P2]
    meeting_time: Annotated[str | None, P2]
    meeting_place: Annotated[str | None, P2]
    safety_alert: Annotated[str | None, P4_ALERT]


companions = Projection("companionship", zh="社会结对", en="Companionships")


@companions.on(PairingStarted)
def started(r: Recorded, e: PairingStarted) -> Iterator[Write]:
    """To the companion alone."""
    yield insert(
        CompanionshipRow,
        pairing_id=e.pairing_id,
        child_id=r.stream_id,
        pairing_kind=e.pairing_kind,
        companion_person_id=e.companion_person_id,
        called_name=e.called_name,
        meeting_time=e.meeting_time,
        meeting_place=e.meeting_place,
        safety_alert=e.safety_alert,
        tokens=[f"U:{e.companion_person_id}"],
    )


@companions.on(PairingEnded)
def over(_r: Recorded, e: PairingEnded) -> Iterator[Write]:
    """Gone from the companion's screen."""
    yield remove(CompanionshipRow, pairing_id=e.pairing_id)
