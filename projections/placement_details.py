"""安置明细 · Where the children of a case are placed, the clock of each placement, and who may see them because of it.

The site sees the child and the case from the decision until the placement is over (relation ``placed``); so does a unit
to which the police have brought the child, until it is placed or cared for: it has to receive it (SH2020-4.2-g).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from domain.case.candidates import PlacementRequested
from domain.case.notices import CivilAffairsNotifiedForPlacement
from domain.case.placement_begun import PlacementActivated, PlacementBegun
from domain.case.placement_change import PlacementChanged
from domain.case.placement_end import TemporaryGuardianshipEnded
from domain.case.placement_limits import (
    GuardianshipLimitExceeded,
    GuardianshipLimitExceptionApproved,
)
from domain.case.placement_state import Placement
from domain.case.state import Case
from domain.kernel import Event
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.case import PlacementRow
from projections.kernel import Projection, change, insert, sql
from projections.relations import joins, refresh

placements = Projection("placement_details", zh="安置明细", en="Placements")


@placements.on_state(Case)
def standing(r: Recorded, _event: Event[Any]) -> Iterator[Write]:
    """Every placement of the case as its state says, and whose door it opens."""
    case = r.after
    if not isinstance(case, Case) or not (case.placement.placements or case.emergency.brought_to):
        return
    for placement in case.placement.placements:
        yield from _row(r, placement)
    yield from _relations(r, case)
    for child_id in {p.child_id for p in case.placement.placements if p.child_id}:
        yield sql(
            "update child set is_placed = exists (select from placement p "
            "where p.child_id = %(id)s and p.status in ('ACTIVE', 'OVER_LIMIT')) where child_id = %(id)s",
            id=child_id,
        )


def _row(r: Recorded, placement: Placement) -> Iterator[Write]:
    yield insert(
        PlacementRow,
        placement_id=placement.placement_id,
        case_id=r.stream_id,
        kind=placement.kind,
        status=placement.status,
        is_guardianship=False,
        limit_exceeded=False,
    )
    yield change(
        PlacementRow,
        {"placement_id": placement.placement_id},
        child_id=placement.child_id,
        status=placement.status,
        site_kind=placement.site_kind,
        site_unit_id=placement.site_unit_id,
        started_on=placement.started_on,
        clock_from=placement.clock_from,
        limit_on=placement.limit_on,
        review_on=placement.review_on,
        ended_on=placement.ended_on,
    )


def _relations(r: Recorded, case: Case) -> Iterator[Write]:
    """All relations that follow from placements of this case, at once: what no longer stands goes with the stroke."""
    standing_now = [
        (subject, f"L:{unit}", reason)
        for child_id, unit, reason in (*_placed(case), *_brought(r, case))
        for subject in (r.stream_id, *((child_id,) if child_id else ()))
    ]
    subjects, tokens, reasons = zip(*standing_now, strict=True) if standing_now else ((), (), ())
    yield sql(
        "with now as (select * from unnest(%(subjects)s::uuid[], %(tokens)s::text[], %(reasons)s::text[]) "
        "as n (subject_id, token, reason)), gone as (delete from access_relation a "
        "where a.reason = any(%(mine)s) and not exists (select from now n "
        "where n.subject_id = a.subject_id and n.token = a.token and n.reason = a.reason)) "
        "insert into access_relation (subject_id, token, reason, event_id) "
        "select subject_id, token, reason, %(event)s from now on conflict do nothing",
        subjects=subjects,
        tokens=tokens,
        reasons=reasons,
        mine=[_escort(r), *(f"placement:{p.placement_id}" for p in case.placement.placements)],
        event=r.event_id,
    )
    for subject in dict.fromkeys(
        (
            r.stream_id,
            *(p.child_id for p in case.placement.placements if p.child_id),
            *(child_id for child_id, _ in case.emergency.brought_to if child_id),
        )
    ):
        yield from refresh(subject)


def _placed(case: Case) -> Iterator[tuple[UUID | None, UUID, str]]:
    """Who is placed where, and since which placement."""
    for p in case.placement.placements:
        if p.site_unit_id and p.ended_on is None:
            yield p.child_id, p.site_unit_id, f"placement:{p.placement_id}"


def _brought(r: Recorded, case: Case) -> Iterator[tuple[UUID | None, UUID, str]]:
    """Who was brought where and is neither placed nor cared for yet."""
    for child_id, unit in case.emergency.brought_to if case.is_open else ():
        waits = case.placement.running(child_id) is None
        if waits and child_id not in case.emergency.cared_for:
            yield child_id, unit, _escort(r)


def _escort(r: Recorded) -> str:
    return f"escort:{r.stream_id}"


def _where(r: Recorded, e: PlacementBegun | PlacementChanged) -> Iterator[Write]:
    """The address and the people there, which no rule asks for. The row may not be there yet."""
    assert isinstance(r.after, Case)
    found = r.after.placement.of(e.placement_id)
    if found is not None:
        yield from _row(r, found)
    yield change(
        PlacementRow,
        {"placement_id": e.placement_id},
        address=e.site_address,
        placed_with=e.placed_with,
    )


@placements.on_every
def sites(r: Recorded, e: Event[Any]) -> Iterator[Write]:
    """Every kind of placement begins with an event of its own, and may move."""
    if isinstance(e, PlacementBegun | PlacementChanged):
        yield from _where(r, e)


@placements.on(PlacementActivated)
def activated(r: Recorded, e: PlacementActivated) -> Iterator[Write]:
    """The child is there."""
    assert isinstance(r.after, Case)
    found = r.after.placement.of(e.placement_id)
    if found is not None:
        yield from _row(r, found)
    yield change(PlacementRow, {"placement_id": e.placement_id}, is_guardianship=e.is_guardianship)


@placements.on(GuardianshipLimitExceeded)
def exceeded(_r: Recorded, e: GuardianshipLimitExceeded) -> Iterator[Write]:
    """The limit passed without a decision."""
    yield change(PlacementRow, {"placement_id": e.placement_id}, limit_exceeded=True)


@placements.on(GuardianshipLimitExceptionApproved)
def extended(_r: Recorded, e: GuardianshipLimitExceptionApproved) -> Iterator[Write]:
    """Decided, before the limit or after it."""
    yield change(
        PlacementRow,
        {"placement_id": e.placement_id},
        limit_exceeded=False,
        extended_to_on=e.limit_on,
    )


@placements.on(TemporaryGuardianshipEnded)
def ended(_r: Recorded, e: TemporaryGuardianshipEnded) -> Iterator[Write]:
    """Why, and who has the child next."""
    yield change(
        PlacementRow,
        {"placement_id": e.placement_id},
        end_reason=e.end_reason,
        next_care=e.next_care,
    )


@placements.on(CivilAffairsNotifiedForPlacement, PlacementRequested)
def asked_to_place(r: Recorded, e: Event[Case]) -> Iterator[Write]:
    """Whoever must place the child holds the case."""
    assert isinstance(e, CivilAffairsNotifiedForPlacement | PlacementRequested)
    if e.placement_unit_id:
        yield from joins(r, e.placement_unit_id, "placing")
