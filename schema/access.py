"""查阅事项 · What the viewer may look at for a time, matters of access within reach, the meetings of a companion."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Optional
from uuid import UUID

import strawberry

from projections.access_orders import AccessOrderRow, ExportRow
from projections.companions import CompanionshipRow
from schema.objects import Info, object_type


@strawberry.type(
    description="限时授权 · What this capacity may look at for a time, in which classes, until when."
)
class HeldGrant:
    """A grant of the viewer's own that is valid now, for the purpose of this request."""

    subject_id: UUID = strawberry.field(description="儿童或个案 · The child or the case")
    relation: str = strawberry.field(description="关系 · As in the policy: referral, mdt, …")
    classes: list[str]
    valid_to: datetime


CompanionshipType: Any = object_type(
    CompanionshipRow, "Companionship", hidden=frozenset({"child_id"})
)
ExportType: Any = object_type(ExportRow, "TimelineExport")


async def _exports(self: Any, info: Info) -> list[ExportType]:
    """导出 · What left the platform under this order, latest first."""
    reads = await info.context.reads()
    found = await reads.rows(
        "select * from timeline_export where order_id = %(id)s order by exported_at desc, event_id",
        {"id": self.row["order_id"]},
    )
    return [ExportType(row, self.mask) for row in found]


AccessOrderType: Any = object_type(
    AccessOrderRow, "AccessOrder", relations=(("exports", _exports),)
)


async def held_grants(info: Info) -> list[HeldGrant]:
    """限时授权 · What this capacity may look at for a time, the first to end first."""
    reads = await info.context.reads()
    found = await reads.rows(
        "select distinct on (subject_id, relation, valid_to) subject_id, relation, classes, valid_to "
        "from access_grant order by valid_to, subject_id, relation, cardinality(classes) desc",
        {},
    )
    return [HeldGrant(**row) for row in found]


async def companionships(info: Info) -> list[CompanionshipType]:
    """社会结对 · The meetings of this person's pairings outside school, and nothing of the child's file."""
    reads = await info.context.reads()
    found = await reads.rows("select * from companionship order by pairing_id", {})
    scope = info.context.scope
    return [
        CompanionshipType(row, scope.mask("companionship", tuple(row["tokens"]))) for row in found
    ]


async def access_order(info: Info, id: UUID) -> Optional[AccessOrderType]:  # noqa: UP045
    """An emergency access, an audit order or a sharing contract within reach, or null."""
    reads = await info.context.reads()
    row = await reads.row("select * from access_order where order_id = %(id)s", {"id": id})
    if row is None:
        info.context.denied("access", "read", id)
        return None
    mask = info.context.scope.mask("access_order", tuple(row["tokens"]))
    return AccessOrderType(row, mask)
