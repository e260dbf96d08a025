"""待遇明细 · The child's entitlements as they stand: indicated, applied for, granted, refused, declined or ended.

``is_overdue`` shows the child about whom nobody has decided in time (应助尽助, CQ2024-1-e).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from domain.child.entitlement_state import Item
from domain.child.state import Child
from domain.kernel import Event
from domain.sensitivity import P0, P2, P3, P3_AID
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import Projection, upsert
from projections.readmodel import ReadModel


class EntitlementRow(
    ReadModel,
    table="entitlement",
    within="child",
    key=("entitlement_item_id",),
    reach=P3_AID,
    indexes=("child_id",),
    zh="保障待遇",
    en="Entitlement",
):
    """One question asked for a child, and how it was answered; ``entitlement`` None: hardship, type not named yet."""

    entitlement_item_id: Annotated[UUID, P0]
    child_id: Annotated[UUID, P0]
    entitlement: Annotated[str | None, P3_AID]
    status: Annotated[str, P3_AID]
    entitlement_route: Annotated[str | None, P3_AID]
    entitlement_application_id: Annotated[UUID | None, P3]
    entitlement_unit_id: Annotated[UUID | None, P2]
    entitlement_by: Annotated[date | None, P2]
    is_overdue: Annotated[bool, P2]
    standard_version: Annotated[str | None, P3]
    granted_from_on: Annotated[date | None, P3_AID]
    entitlement_review_on: Annotated[date | None, P3_AID]
    entitlement_ends_on: Annotated[date | None, P3_AID]
    entitlement_ended_on: Annotated[date | None, P3_AID]


entitlements = Projection("entitlement_details", zh="待遇明细", en="Entitlements of children")


@entitlements.on_state(Child)
def standing(r: Recorded, _event: Event[Any]) -> Iterator[Write]:
    """Every item as the state says."""
    child = r.after
    if isinstance(child, Child):
        for item in child.entitlements.items:
            yield _row(r.stream_id, item)


def _row(child_id: UUID, item: Item) -> Write:
    return upsert(
        EntitlementRow,
        entitlement_item_id=item.item_id,
        child_id=child_id,
        entitlement=item.entitlement,
        status=item.status.value,
        entitlement_route=item.route,
        entitlement_application_id=item.application_id,
        entitlement_unit_id=item.unit_id,
        entitlement_by=item.decide_by,
        is_overdue=item.overdue,
        standard_version=item.standard,
        granted_from_on=item.from_on,
        entitlement_review_on=item.review_on,
        entitlement_ends_on=item.ends_on,
        entitlement_ended_on=item.ended_on,
    )
