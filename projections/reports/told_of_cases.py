"""个案事实 · What a case's events change of its reports and of its placements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid5

from domain.case.state import Case
from domain.terms.roles import ROLES_OF
from domain.terms.units import UnitKind
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.reports.facts import IntakeFact, MatterFact, PlacementFact
from projections.reports.places import is_news
from projections.reports.versions import SCREENING, begins, end_of, stands, turns

_STATIONS = {
    "case.report_accepted": "accepted_at",
    "case.police_dispatched": "dispatched_at",
    "case.township_notified_by_police": "notified_at",
}
"""The stations of the first report's way, each told once."""
SCHOOL_STAFF = frozenset(role.value for role in ROLES_OF[UnitKind.SCHOOL])


def case_facts(r: Recorded, case: Case, places: tuple[str, ...]) -> Iterator[Write]:
    """All facts of one case after one of its events."""
    name = r.event.name
    if name in {"case.report_submitted", "case.report_linked"}:
        yield from _reported(r, places, first=name == "case.report_submitted")
    if name == "case.report_directed":
        yield from turns(IntakeFact, r, {"case_id": r.stream_id}, places=places)
    if station := _STATIONS.get(name):
        when: dict[str, Any] = {station: r.occurred_at}
        if station == "accepted_at":
            when["dispatch_due_at"] = getattr(r.event, "dispatch_due_at", None)
        yield from turns(
            IntakeFact,
            r,
            {"case_id": r.stream_id},
            only=f"is_first and {station} is null",
            **when,
        )
    if name == "case.report_found_unfounded":
        yield from turns(IntakeFact, r, {"case_id": r.stream_id}, unfounded=True)
        yield from _to_screen(r, case, places)
    before = r.before.placement if isinstance(r.before, Case) else None
    for one in case.placement.placements if is_news(r, before, case.placement) else ():
        yield from stands(
            PlacementFact,
            r,
            {"placement_id": one.placement_id},
            case_id=r.stream_id,
            child_id=one.child_id,
            places=places,
            kind=str(one.kind),
            status=str(one.status),
            site_kind=str(one.site_kind),
            started_on=one.started_on,
            limit_on=one.limit_on,
            ended_on=one.ended_on,
        )


def _reported(r: Recorded, places: tuple[str, ...], *, first: bool) -> Iterator[Write]:
    e: Any = r.event
    yield from begins(
        IntakeFact,
        r,
        {"report_id": e.report_id},
        case_id=r.stream_id,
        places=places,
        is_first=first,
        reporter_category=str(e.reporter_category),
        school_unit_id=_school_of(r),
        triggers=tuple(sorted(str(t) for t in e.triggers)),
        discovered_at=e.discovered_at,
        reported_at=e.reported_at,
        accepted_at=None,
        dispatch_due_at=None,
        dispatched_at=None,
        notified_at=None,
        unfounded=False,
    )


def _to_screen(r: Recorded, case: Case, places: tuple[str, ...]) -> Iterator[Write]:
    """The household of each child named is screened all the same (Q-11); who is not known is nobody's to screen."""
    e: Any = r.event
    for child in case.children:
        yield from begins(
            MatterFact,
            r,
            {"kind": SCREENING, "matter_id": uuid5(r.event_id, str(child))},
            subject_id=r.stream_id,
            child_id=child,
            case_id=r.stream_id,
            places=places,
            cell=None,
            opened_at=r.occurred_at,
            due_at=end_of(e.screen_by),
            closed_at=None,
            closed_event=None,
            outcome=None,
        )


def _school_of(r: Recorded) -> UUID | None:
    """The school of the reporter's own post (CN2017-5.1-o); none where it was taken down for somebody."""
    by, e = r.stamp.by, r.event
    own = getattr(e, "reporter_id", None) == by.person_id
    return by.unit_id if own and by.role in SCHOOL_STAFF else None
