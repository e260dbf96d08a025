"""机构 · A unit by id: what it is, who serves there, the duties it owes in each period, and its own timeline, masked by
class; and the directory: which units there are in a division, of a kind, of a name."""

from __future__ import annotations

from typing import Any, Optional
from uuid import UUID

import strawberry

from domain.sensitivity import P0
from domain.terms.units import UnitKind
from projections.unit_details import ObligationRow, UnitLine
from projections.units import PostRow, UnitRow
from schema.connections import Connection
from schema.objects import Info, object_type
from schema.relations import Many, Relation, Shown
from schema.scalars import enum_type
from schema.timeline import TimelineLine, line_of
from schema.words_asked import DIVISION

ObligationType = object_type(ObligationRow, "Obligation", hidden=frozenset({"duty_unit_id"}))


PersonType = object_type(PostRow, "UnitPerson", hidden=frozenset({"unit_id", "standing"}))


OBLIGATIONS = Relation(
    ObligationRow,
    "Obligation",
    "obligation.duty_unit_id = %(id)s",
    "unit_id",
    "obligation.duty_from_on, obligation.duty_code, obligation.obligation_id",
)
PEOPLE = Relation(
    PostRow,
    "UnitPerson",
    "post.unit_id = %(id)s and post.standing = 'ACTIVE'",
    "unit_id",
    "post.role, post.assignment_id",
    shown=Shown.BY_TOKENS,
)
"""Who does not serve now is not there, and why is not told."""
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
DIRECTORY = Relation(
    UnitRow,
    "UnitRecord",
    "(%(division)s::text is null or unit.tokens @> array['R:' || %(division)s::text]) "
    "and (%(kind)s::text is null or unit.kind = %(kind)s::text) "
    "and (%(name)s::text is null or strpos(unit.unit_name, %(name)s::text) > 0)",
    many=Many.PAGE,
    shown=Shown.BY_TOKENS,
)
"""名录: all it is asked by is open to whoever reads units (P0)."""


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
        (
            "people",
            PEOPLE.field(PersonType, "人员 · Who serves there now, in which role, by role."),
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


async def units(
    info: Info,
    division: strawberry.ID | None = None,
    kind: enum_type(UnitKind) | None = None,  # type: ignore[valid-type]
    name: str | None = None,
    first: int | None = None,
    after: str | None = None,
) -> Connection[UnitRecordType]:
    """A page of the directory."""
    given = {
        "division": DIVISION.maybe(division, "division"),
        "kind": None if kind is None else UnitKind(kind).value,
        "name": name,
    }
    for argument, value in given.items():
        if value is not None:
            info.context.asks_by(argument, "unit", P0)
    found = await DIRECTORY.page(info, given, first, after)
    connection: Connection[UnitRecordType] = found.connection(
        await DIRECTORY.objects(info, found.rows)
    )
    return connection


unit_field = strawberry.field(
    resolver=unit_record, description="机构台账 · A unit's record: its duties and its timeline."
)
units_field = strawberry.field(
    resolver=units,
    description="机构名录 · The units within a division, of a kind, with this in their name, and who serves there.",
)
