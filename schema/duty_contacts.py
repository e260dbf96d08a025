"""值班电话 · Whom to call at a place: the public phones of the desks whose territory holds it, the nearest first.

For whoever has something to report, in every capacity: a report is due at the first moment (SH2020-4.1-d, CQ2016-4.1-b,
CN2017-4.1-b). A desk's phone is P0 and no look at anybody; what it is called by other units is told by ``units``.
"""

from __future__ import annotations

from uuid import UUID

import strawberry

from domain.periods import local_date
from domain.terms.units import UnitKind
from schema.objects import Info
from schema.scalars import enum_type
from schema.words_asked import DIVISION

SERVING = (
    "select unit_id, kind, unit_name, division_id, public_phone, public_hours from duty_contact "
    "where division_id = any(%(path)s::text[]) and (%(kind)s::text is null or kind = %(kind)s::text) "
    "order by array_position(%(path)s::text[], division_id::text) desc, kind, unit_name, unit_id"
)


@strawberry.type(description="值班电话 · The public phone of a unit's desk.")
class DutyContact:
    """As the unit, or who keeps the directory of its territory, has said it."""

    unit_id: UUID
    kind: enum_type(UnitKind)  # type: ignore[valid-type]
    unit_name: str
    division_id: strawberry.ID
    public_phone: str
    public_hours: str | None


async def duty_contacts(
    info: Info,
    place: strawberry.ID,
    kind: enum_type(UnitKind) | None = None,  # type: ignore[valid-type]
) -> list[DutyContact]:
    """Of the village of ``place`` first, then of its township, district and city."""
    services = info.context.services
    path = services.divisions.path(DIVISION.word(str(place), "place"), local_date(services.now()))
    asked = {"path": list(path), "kind": None if kind is None else UnitKind(kind).value}
    rows = await (await info.context.reads()).rows(SERVING, asked)
    return [DutyContact(**{**row, "kind": UnitKind(row["kind"])}) for row in rows]
