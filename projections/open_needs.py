"""待对接需求 · What children of a district need and nobody provides yet, without the children (CQ2016-3.4-i).

实现需求与服务有效对接: a federation looks for what it can offer; whom it is for it learns with the accepted referral.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from domain.case.services import NeedServiceMatched
from domain.case.state import Case
from domain.divisions import Divisions
from domain.kernel import Event
from domain.periods import local_date
from domain.sensitivity import P0, P2
from domain.terms.plan import ItemStatus
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import Projection, change, remove, upsert
from projections.readmodel import ReadModel

WANTED = frozenset({ItemStatus.PLANNED, ItemStatus.DECLINED})
DISTRICT_LEVEL = 2
"""Divisions of a path from the province down that a need names: a village of three children would name the child."""


class OpenNeedRow(
    ReadModel,
    table="open_need",
    obj="need",
    key=("need_id",),
    sort=("division_id",),
    tokens=True,
    indexes=("case_id",),
    forgets=("service", "due_on", "last_offer_on"),
    asked_by=("CQ2016-3.4-i",),
    zh="待对接需求",
    en="Open need",
):
    """A service of some plan that no provider has taken on. The case is nobody's here."""

    need_id: Annotated[UUID, P0]
    case_id: Annotated[UUID, P0]
    division_id: Annotated[str, P0]
    service: Annotated[str | None, P2]
    due_on: Annotated[date | None, P2]
    last_offer_on: Annotated[date | None, P2]


open_needs = Projection("open_need", zh="待对接需求", en="Open needs")


@open_needs.on_state(Case)
def wanted(r: Recorded, _event: Event[Any]) -> Iterator[Write]:
    """Every item of the plan that waits for a provider; the others are gone from here."""
    case = r.after
    if not isinstance(case, Case) or case.place is None:
        return
    path = Divisions.load().path(case.place, local_date(r.occurred_at))[:DISTRICT_LEVEL]
    for item in case.plan.items:
        if case.is_open and item.status in WANTED:
            yield upsert(
                OpenNeedRow,
                need_id=item.item_id,
                case_id=r.stream_id,
                division_id=path[-1],
                service=item.service,
                due_on=item.due_on,
                tokens=[f"R:{division}" for division in path],
            )
        else:
            yield remove(OpenNeedRow, need_id=item.item_id)


@open_needs.on(NeedServiceMatched)
def offered(r: Recorded, e: NeedServiceMatched) -> Iterator[Write]:
    """Somebody has an offer; the referral is another step."""
    yield change(OpenNeedRow, {"need_id": e.item_id}, last_offer_on=local_date(r.occurred_at))
