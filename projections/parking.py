"""搁置 · Parking: a projection that cannot read an event sets that stream aside, visibly, and goes on with all others.

A report is taken even when a read model has a fault (law 10): the fault costs that stream its rows in that one
projection until it is released, never the event.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from domain.sensitivity import P0
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import insert
from projections.readmodel import ReadModel


class Parked(
    ReadModel,
    table="parked",
    key=("projection", "stream_id"),
    private=True,
    zh="搁置",
    en="Parked streams",
):
    """A stream that one projection stopped telling, from which position, and the kind of error (no values)."""

    projection: Annotated[str, P0]
    stream_id: Annotated[UUID, P0]
    stream: Annotated[str, P0]
    from_position: Annotated[int, P0]
    event_name: Annotated[str, P0]
    error: Annotated[str, P0]
    parked_at: Annotated[datetime, P0]


def park(projection: str, r: Recorded, error: Exception) -> Write:
    """The row that says so. Only the error's type is kept: its text may quote a value."""
    return insert(
        Parked,
        projection=projection,
        stream_id=r.stream_id,
        stream=r.stream,
        from_position=r.position,
        event_name=r.event.name,
        error=type(error).__name__,
        parked_at=r.recorded_at,
    )
