"""机构 · A unit by id: what it is, the duties it owes in each period, and its own timeline, masked by class."""

from __future__ import annotations

from typing import Any, Optional
from uuid import UUID

import strawberry

from projections.unit_details import ObligationRow, UnitLine
from projections.units import UnitRow
from schema.connections import Connection
from schema.objects import Info, object_type
from schema.relations import Many, Relation, Shown
from schema.timeline import TimelineLine, line_of

ObligationType = object_type(ObligationRow, "Obligation", hidden=frozenset({"duty_unit_id"}))


OBLIGATIONS = Relation(
    ObligationRow,
    "Obligation",
    "obligation.duty_unit_id = %(id)s",
    "unit_id",
    "obligation.duty_from_on, obligation.duty_code, obligation.obligation_id",
)
UNIT_TIMELINE = Relation(
    UnitLine,
    "TimelineLine",
    "unit_line.stream_id = %(id)s",
    "unit_id",
    many=Many.PAGE,
    descending=True,
)
UNIT_BY_ID = Relation(
    UnitRow,
    "UnitRecord",
    "unit.unit_id = %(id)s",
    "unit_id",
    many=Many.ONE,
    shown=Shown.BY_TOKENS,
)


async def _timeline(
    self: Any, info: Info, first: int | None = None, after: str | None = None
) -> Connection[TimelineLine]:
    """时间线 · The unit's events, latest first."""
    found = await UNIT_TIMELINE.page(info, UNIT_TIMELINE.given(self.row), first, after)
    connection: Connection[TimelineLine] = found.connection(
        [line_of(row, self.mask) for row in found.rows]
    )
    return connection


_timeline.relation = UNIT_TIMELINE  # type: ignore[attr-defined]

UnitRecordType: Any = object_type(
    UnitRow,
    "UnitRecord",
    relations=(
        (
            "obligations",
            OBLIGATIONS.field(
                ObligationType, "周期义务 · The duties of every period, the earliest first."
            ),
        ),
        ("timeline", _timeline),
    ),
)


async def unit_record(info: Info, id: UUID) -> Optional[UnitRecordType]:  # noqa: UP045
    """A unit within reach, or null."""
    found = await UNIT_BY_ID.one(info, {"id": id})
    if found is None:
        info.context.denied("unit", "read", id)
    return found


unit_field = strawberry.field(
    resolver=unit_record, description="机构台账 · A unit's record: its duties and its timeline."
)
