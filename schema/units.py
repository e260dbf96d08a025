"""机构 · A unit by id: what it is, the duties it owes in each period, and its own timeline, masked by class."""

from __future__ import annotations

from typing import Any, Optional
from uuid import UUID

import strawberry

from projections.unit_details import ObligationRow, UnitLine
from projections.units import UnitRow
from schema.connections import Connection, page
from schema.objects import Info, object_type
from schema.timeline import TimelineLine, line_of

ObligationType = object_type(ObligationRow, "Obligation", hidden=frozenset({"duty_unit_id"}))


async def _obligations(self: Any, info: Info) -> list[ObligationType]:  # type: ignore[valid-type]
    """周期义务 · The duties of every period, the earliest first."""
    reads = await info.context.reads()
    found = await reads.rows(
        "select * from obligation where duty_unit_id = %(id)s "
        "order by duty_from_on, duty_code, obligation_id",
        {"id": self.row["unit_id"]},
    )
    return [ObligationType(row, self.mask) for row in found]


async def _timeline(
    self: Any, info: Info, first: int | None = None, after: str | None = None
) -> Connection[TimelineLine]:
    """时间线 · The unit's events, latest first."""
    reads = await info.context.reads()
    found = await page(
        reads,
        UnitLine,
        "unit_line.stream_id = %(id)s",
        {"id": self.row["unit_id"]},
        first=first,
        after=after,
        key=info.context.services.scope_key,
        descending=True,
    )
    connection: Connection[TimelineLine] = found.connection(
        [line_of(row, self.mask) for row in found.rows]
    )
    return connection


UnitRecordType: Any = object_type(
    UnitRow,
    "UnitRecord",
    relations=(("obligations", _obligations), ("timeline", _timeline)),
)


async def unit_record(info: Info, id: UUID) -> Optional[UnitRecordType]:  # noqa: UP045
    """A unit within reach, or null."""
    reads = await info.context.reads()
    row = await reads.row("select * from unit where unit_id = %(id)s", {"id": id})
    if row is None:
        info.context.denied("unit", "read", id)
        return None
    return UnitRecordType(row, info.context.scope.mask("unit", tuple(row["tokens"])))


unit_field = strawberry.field(
    resolver=unit_record, description="机构台账 · A unit's record: its duties and its timeline."
)
