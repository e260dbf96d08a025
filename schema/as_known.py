"""当时所知 · A child or a case at a moment: what could be known then, or what was the case then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Optional
from uuid import UUID

from projections.as_known import Moment
from projections.case import CaseRow
from projections.child import ChildRow, GuardianRow, VisitRow
from schema.context import RequestContext
from schema.objects import Info, object_type
from schema.past_head import end_of
from schema.words_asked import without_zone

VISITS, GUARDIANS = "_visits", "_guardians"
VisitThen: Any = object_type(VisitRow, "VisitAsKnown", hidden=frozenset({"child_id"}))
GuardianThen: Any = object_type(GuardianRow, "GuardianAsKnown", hidden=frozenset({"child_id"}))


async def _visits(self: Any) -> list[VisitThen]:
    """走访联系 · Contacts and visits as known then."""
    return [VisitThen(row, self.mask) for row in self.row[VISITS]]


async def _guardians(self: Any) -> list[GuardianThen]:
    """监护人 · Guardians as known then."""
    return [GuardianThen(row, self.mask) for row in self.row[GUARDIANS]]


ChildThen: Any = object_type(
    ChildRow, "ChildAsKnown", relations=(("visits", _visits), ("guardians", _guardians))
)
CaseThen: Any = object_type(CaseRow, "CaseAsKnown")
PERIODS = "select records_from, records_to from access_grant where subject_id = %(id)s"
"""Of the capacity's own grants that are valid now: row security leaves no others."""
OF_A_CHILD = (("child", "child_id"), ("visit", "made_on, event_id"), ("guardian", "guardian_id"))


async def child_as_known(
    info: Info,
    id: UUID,
    recorded_until: datetime | None = None,
    occurred_until: datetime | None = None,
) -> Optional[ChildThen]:  # noqa: UP045
    """The child's file at a moment, masked as the file is for this viewer now; null out of reach or before it was."""
    context = info.context
    moment = _moment(recorded_until, occurred_until)
    query = "select child_id, tokens from child where child_id = %(id)s"
    looked = await _looked(context, "child", query, id)
    if looked is None:
        return None
    mask, ended = looked
    found = then = await context.told(id, moment, OF_A_CHILD)
    if ended is not None:
        then = await context.told(id, _by(moment, ended), OF_A_CHILD)
    of_period = await _period(context, id)
    visits = [v for v in found["visit"] if of_period(v["made_on"])]
    return next(
        (
            ChildThen({**row, VISITS: visits, GUARDIANS: then["guardian"]}, mask)
            for row in then["child"]
        ),
        None,
    )


async def case_as_known(
    info: Info,
    id: UUID,
    recorded_until: datetime | None = None,
    occurred_until: datetime | None = None,
) -> Optional[CaseThen]:  # noqa: UP045
    """The head of a case at a moment, masked as the case is for this viewer now."""
    context = info.context
    moment = _moment(recorded_until, occurred_until)
    looked = await _looked(
        context, "case", "select case_id, tokens from case_file where case_id = %(id)s", id
    )
    if looked is None:
        return None
    mask, ended = looked
    found = await context.told(id, _by(moment, ended), (("case_file", "case_id"),))
    return next((CaseThen(row, mask) for row in found["case_file"]), None)


def _moment(recorded: datetime | None, occurred: datetime | None) -> Moment:
    for name, given in (("recordedUntil", recorded), ("occurredUntil", occurred)):
        if given is not None and given.utcoffset() is None:
            raise without_zone(name)
    return Moment(recorded=recorded, occurred=occurred)


def _by(moment: Moment, ended: date | None) -> Moment:
    """Not after the end of the period, where that is all one may look at."""
    if ended is None:
        return moment
    end = end_of(ended)
    return replace(moment, recorded=min(moment.recorded or end, end))


async def _looked(
    context: RequestContext, obj: str, query: str, key: UUID
) -> tuple[Any, date | None] | None:
    """The classes open on it now, and when the period ended that is all one may look at; None (and on record as
    denied) when it is out of reach."""
    reads = await context.reads()
    row = await reads.row(query, {"id": key})
    if row is None:
        context.denied(obj, "read", key)
        return None
    mask = await context.look(obj, row)
    return mask, context.period_over(obj, row["tokens"])


async def _period(context: RequestContext, key: UUID) -> Callable[[date], bool]:
    """Which days this capacity may look at: all, but under an order for a period and by nothing else.

    The rows of the past are told beside the tables, so what row security says of the live ones is asked here.
    """
    reads = await context.reads()
    own = await reads.row("select tokens from child where child_id = %(id)s", {"id": key})
    spans = await reads.rows(PERIODS, {"id": key})
    whole = any(s["records_from"] is None for s in spans)
    if whole or (own is not None and context.scope.mask("child", tuple(own["tokens"]))):
        return lambda _: True
    return lambda day: any(s["records_from"] <= day <= s["records_to"] for s in spans)
