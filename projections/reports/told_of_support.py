"""就学与待遇事实 · What a child's events change of its dropout case and of its entitlements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.child.state import Child
from domain.periods import local_date
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.at_rest import is_closed
from projections.kernel import sql
from projections.reports.facts_of_support import DropoutFact, EntitlementItemFact
from projections.reports.versions import stands, turns

_OF_DROPOUT = frozenset(
    {
        "child.dropout_registered",
        "child.enrolment_gap_found",
        "child.persuasion_failed",
        "child.dropout_report_submitted",
        "child.dropout_report_acknowledged",
        "child.dropout_measure_taken",
        "child.returned_to_school",
        "child.dropout_cleared",
    }
)
_OF_PLACE = frozenset({"child.location_recorded", "child.jurisdiction_assigned"})
"""A child that moves takes its rows along."""
_OF_FILE = frozenset(
    {
        "child.file_closed",
        "child.duplicate_file_merged",
        "child.file_reopened",
        "child.event_disavowed",
    }
)
"""A file that closes takes its matters out of what is to be done; one that is reopened brings them back."""
_OF_ALL = _OF_PLACE | _OF_FILE


def support_facts(r: Recorded, child: Child, places: tuple[str, ...]) -> Iterator[Write]:
    """What falls under schooling and support after one of the child's events."""
    name = r.event.name
    if name in _OF_DROPOUT | _OF_ALL:
        yield from _dropout(r, child, places)
    if name.startswith("child.entitlement_") or name in _OF_ALL:
        yield from _entitlements(r, child, places)


def _dropout(r: Recorded, child: Child, places: tuple[str, ...]) -> Iterator[Write]:
    case = child.school.dropout
    if case is None:
        return
    said: dict[str, Any] = {
        "child_id": r.stream_id,
        "places": places,
        "stage": child.school.status.value,
        "on_file": not is_closed(child),
        "registered_on": case.registered_on,
        "reported_to": tuple(sorted(case.reported)),
        "not_told": tuple(sorted(case.missing)),
        "back_on": case.back_at_school_on,
        "cleared_on": getattr(r.event, "cleared_on", None),
    }
    if r.event.name in {"child.dropout_registered", "child.enrolment_gap_found"}:
        yield from turns(
            DropoutFact,
            r,
            {"child_id": r.stream_id},
            only="dropout_id <> %(but)s::uuid and stage not in ('CLEARED', 'AGAIN')",
            given={"but": case.dropout_id},
            stage="AGAIN",
            event_id=r.event_id,
        )
    if r.event.name in _OF_ALL and not child.school.watched:
        return
    yield from stands(DropoutFact, r, {"dropout_id": case.dropout_id}, **said)


def _entitlements(r: Recorded, child: Child, places: tuple[str, ...]) -> Iterator[Write]:
    on = local_date(r.occurred_at)
    for item in child.entitlements.items:
        yield from stands(
            EntitlementItemFact,
            r,
            {"item_id": item.item_id},
            unhashed={"opened_on": on},
            child_id=r.stream_id,
            places=places,
            entitlement=item.entitlement,
            status=item.status.value,
            on_file=not is_closed(child),
            route=item.route,
            decide_by=item.decide_by,
            granted_from_on=item.from_on,
        )
        yield sql(
            "update report_entitlement e set opened_on = (select min(o.opened_on) "
            "from report_entitlement o where o.item_id = e.item_id) "
            "where e.item_id = %(item_id)s and e.from_position = %(position)s",
            item_id=item.item_id,
            position=r.position,
        )
