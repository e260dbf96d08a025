"""查阅事项 · Matters of access as people see them: emergency access and its review, audit orders, sharing contracts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from domain.access.audit import AuditOrderOpened, TimelineExported
from domain.access.break_glass import BreakGlassUsed
from domain.access.break_glass_review import BreakGlassReviewed
from domain.access.contracts import SharingContractMade
from domain.access.state import AccessOrder
from domain.divisions import Divisions
from domain.kernel import Event
from domain.sensitivity import P0, P2, P3
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import Projection, change, insert, upsert
from projections.readmodel import ReadModel

EVERYBODY = "N:all"
"""Those who may read such rows at all need no relation to them (``authz.words.EVERYBODY``)."""


class AccessOrderRow(
    ReadModel,
    table="access_order",
    obj="access_order",
    key=("order_id",),
    tokens=True,
    indexes=("child_id", "case_id", "opened_by_id, opened_at"),
    zh="查阅事项",
    en="Access order",
):
    """``order_kind`` says what it is; ``order_status``: OPEN, APPROVED (twice), REVIEWED, ENDED."""

    order_id: Annotated[UUID, P0]
    order_kind: Annotated[str, P0]
    order_status: Annotated[str, P0]
    is_settled: Annotated[bool, P0]
    """Whether nothing more will be said of it; with a child that is erased its words go then, and not before."""
    version: Annotated[int, P0]
    opened_at: Annotated[datetime, P0]
    opened_by_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2]
    case_id: Annotated[UUID | None, P2]
    order_purpose: Annotated[str | None, P2]
    order_reason: Annotated[str | None, P3]
    open_until: Annotated[datetime | None, P0]
    audited_from_on: Annotated[date | None, P2]
    audited_to_on: Annotated[date | None, P2]
    approved_by_id: Annotated[UUID | None, P2]
    review_outcome: Annotated[str | None, P2]
    contract_fields: Annotated[tuple[str, ...], P0]


class ExportRow(
    ReadModel,
    table="timeline_export",
    obj="access_order",
    key=("event_id",),
    tokens=True,
    indexes=("order_id",),
    zh="时间线导出",
    en="Exports of timelines",
):
    """What left the platform: scope, hash of the file, recipient."""

    event_id: Annotated[UUID, P0]
    order_id: Annotated[UUID, P0]
    exported_at: Annotated[datetime, P0]
    export_scope: Annotated[str | None, P2]
    export_hash: Annotated[str | None, P2]
    export_recipient: Annotated[str | None, P2]


access_orders = Projection("access_order", zh="查阅事项", en="Access orders")


@access_orders.on_every
def born(r: Recorded, _event: Event[Any]) -> Iterator[Write]:
    """The row, at the first event of a matter; what it is about follows from that event."""
    order = r.after
    if not isinstance(order, AccessOrder):
        return
    yield (
        upsert(
            AccessOrderRow,
            order_id=r.stream_id,
            order_kind=order.kind.value if order.kind else "",
            order_status=_status(order),
            is_settled=order.settled,
            version=r.version,
            opened_at=r.recorded_at,
            opened_by_id=r.stamp.by.person_id,
        )
        if r.version == 1
        else change(
            AccessOrderRow,
            {"order_id": r.stream_id},
            order_status=_status(order),
            is_settled=order.settled,
            version=r.version,
            approved_by_id=order.audit.approved_by_id if order.audit else None,
        )
    )


def _status(order: AccessOrder) -> str:
    if order.audit and order.audit.ended:
        return "ENDED"
    if order.audit and order.audit.approved_by_id:
        return "APPROVED"
    if order.contract and order.contract.ended:
        return "ENDED"
    if order.break_glass and order.break_glass.outcome:
        return "REVIEWED"
    return "ERASED" if order.erased else "OPEN"


@access_orders.on(BreakGlassUsed)
def broken(r: Recorded, e: BreakGlassUsed) -> Iterator[Write]:
    """For the reviewing unit, the unit that was told, and whoever looked."""
    units = dict.fromkeys(u for u in (e.review_unit_id, e.told_unit_id) if u)
    yield change(
        AccessOrderRow,
        {"order_id": r.stream_id},
        child_id=e.child_id,
        order_purpose=e.break_glass_ground,
        order_reason=e.break_glass_reason,
        open_until=e.open_until,
        tokens=[*(f"T:{u}" for u in units), f"U:{r.stamp.by.person_id}"],
    )


@access_orders.on(BreakGlassReviewed)
def reviewed(r: Recorded, e: BreakGlassReviewed) -> Iterator[Write]:
    """The one outcome."""
    yield change(AccessOrderRow, {"order_id": r.stream_id}, review_outcome=e.review_outcome)


@access_orders.on(AuditOrderOpened)
def ordered(r: Recorded, e: AuditOrderOpened) -> Iterator[Write]:
    """Audit orders are known to the auditors of the same unit, so that another can approve them."""
    yield change(
        AccessOrderRow,
        {"order_id": r.stream_id},
        child_id=e.child_id,
        case_id=e.case_id,
        order_purpose=e.audit_purpose,
        open_until=e.open_until,
        audited_from_on=e.audited_from_on,
        audited_to_on=e.audited_to_on,
        tokens=_auditors(r),
    )


@access_orders.on(SharingContractMade)
def agreed(r: Recorded, e: SharingContractMade) -> Iterator[Write]:
    """Contracts hide nothing: whoever shares must know what may pass."""
    yield change(
        AccessOrderRow,
        {"order_id": r.stream_id},
        order_purpose=f"{e.from_kind.value} → {e.to_kind.value}: {e.sharing_purpose.value}",
        contract_fields=e.contract_fields,
        tokens=[EVERYBODY, *(f"R:{d}" for d in Divisions.load().path(e.contract_place))],
    )


@access_orders.on(TimelineExported)
def exported(r: Recorded, e: TimelineExported) -> Iterator[Write]:
    """On record with the order it was made under."""
    yield insert(
        ExportRow,
        event_id=r.event_id,
        order_id=r.stream_id,
        exported_at=r.recorded_at,
        export_scope=e.export_scope,
        export_hash=e.export_hash,
        export_recipient=e.export_recipient,
        tokens=_auditors(r),
    )


def _auditors(r: Recorded) -> list[str]:
    by = r.stamp.by
    return [*([f"T:{by.unit_id}"] if by.unit_id else ()), f"U:{by.person_id}"]
