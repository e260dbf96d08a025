"""风险分布 · Risk distribution (S-19): how many children stand at which tier in a place; told a moment later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from domain.child.state import Child
from domain.divisions import Divisions, Level
from domain.kernel import Event
from domain.periods import local_date
from domain.sensitivity import P0
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import Projection, upsert
from projections.readmodel import ReadModel

COUNTED_AT = {
    Level.PROVINCE: "city_id",
    Level.DISTRICT: "district_id",
    Level.TOWNSHIP: "township_id",
}
"""The column of a division of each level; nobody is counted by village, where a figure would be a child."""


class TierStanding(
    ReadModel,
    table="tier_standing",
    key=("child_id",),
    private=True,
    indexes=tuple(f"{column}, file_status, tier" for column in COUNTED_AT.values()),
    zh="风险分布",
    en="Risk distribution",
):
    """Where each child on file is counted. Never shown by the row, only as figures."""

    child_id: Annotated[UUID, P0]
    township_id: Annotated[str | None, P0]
    district_id: Annotated[str | None, P0]
    city_id: Annotated[str | None, P0]
    tier: Annotated[str | None, P0]
    file_status: Annotated[str, P0]
    as_of_on: Annotated[date, P0]


statistics = Projection("statistics", zh="风险分布", en="Risk distribution", inline=False)


@statistics.on_state(Child)
def counted(r: Recorded, _event: Event[Any]) -> Iterator[Write]:
    """Counted where it lives, at the tier it stands at."""
    child = r.after
    if not isinstance(child, Child):
        return
    day = local_date(r.occurred_at)
    place = child.file.residence or child.file.owner_division
    divisions = Divisions.load()
    known = place if place and divisions.find(place) else None
    steps = {level: divisions.ancestor(known, level, day) if known else None for level in Level}
    ids = {level: step.id if step else None for level, step in steps.items()}
    yield upsert(
        TierStanding,
        child_id=r.stream_id,
        township_id=ids[Level.TOWNSHIP],
        district_id=ids[Level.DISTRICT],
        city_id=ids[Level.PROVINCE],
        tier=child.tier.tier,
        file_status=child.file.status.value,
        as_of_on=day,
    )
