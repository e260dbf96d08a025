"""当时所知 · A child or a case at a moment: what could be known then, or what was the case then."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, Optional
from uuid import UUID

from projections.as_known import Moment, Rows, as_known
from projections.case import CaseRow
from projections.child import ChildRow, GuardianRow, VisitRow
from schema.context import RequestContext
from schema.objects import Info, object_type
from schema.transport.errors import Code, CodedError

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
    mask = await _mask(
        context, "child", "select child_id, tokens from child where child_id = %(id)s", id
    )
    if mask is None:
        return None
    found = await _told(context, id, moment, OF_A_CHILD)
    return next(
        (
            ChildThen({**row, VISITS: found["visit"], GUARDIANS: found["guardian"]}, mask)
            for row in found["child"]
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
    mask = await _mask(
        context, "case", "select case_id, tokens from case_file where case_id = %(id)s", id
    )
    if mask is None:
        return None
    found = await _told(context, id, moment, (("case_file", "case_id"),))
    return next((CaseThen(row, mask) for row in found["case_file"]), None)


def _moment(recorded: datetime | None, occurred: datetime | None) -> Moment:
    for name, given in (("recordedUntil", recorded), ("occurredUntil", occurred)):
        if given is not None and given.utcoffset() is None:
            raise CodedError(Code.BAD_USER_INPUT, field=name)
    return Moment(recorded=recorded, occurred=occurred)


async def _mask(context: RequestContext, obj: str, query: str, key: UUID) -> Any:
    """The classes open on it now; None (and on record as denied) when it is out of reach."""
    reads = await context.reads()
    row = await reads.row(query, {"id": key})
    if row is None:
        context.denied(obj, "read", key)
        return None
    return await context.look(obj, row)


async def _told(
    context: RequestContext, key: UUID, moment: Moment, wanted: tuple[tuple[str, str], ...]
) -> dict[str, Rows]:
    services = context.services

    def work() -> dict[str, Rows]:
        history = services.casebook.store.history(key)
        return as_known(services.lookup.pool, [history], moment, wanted)

    return await asyncio.get_running_loop().run_in_executor(None, work)
