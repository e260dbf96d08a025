"""查阅事项 · What the viewer may look at for a time, matters of access within reach, the meetings of a companion."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Optional
from uuid import UUID

import strawberry

from domain.sensitivity import P0
from projections.access_orders import AccessOrderRow, ExportRow
from projections.companions import CompanionshipRow
from projections.grants import AccessGrant
from schema.objects import Info, object_type
from schema.relations import Many, Relation, Shown
from schema.types import CASE_BY_ID, CHILD_BY_ID

if TYPE_CHECKING:
    from schema.types import CaseType, ChildType

HELD = {
    "HeldGrant": "限时授权 · What this capacity may look at for a time, in which classes, until when.\n\n"
    "A grant of the viewer's own that is valid now, for the purpose of this request.",
    "subject_id": "儿童或个案 · The child or the case",
    "relation": "关系 · As in the policy: referral, mdt, …\n\n取值 · Relation",
    "classes": "开放的等级 · Classes it opens\n\n取值 · Sensitivity",
    "valid_to": "有效期至 · Valid until",
}
"""What is told of a grant; who opened it and why is on the child's or the case's own timeline."""
_OF_GRANT = "儿童 · The child it is on, as far as it opens it; null if it is on a case."
_CASE_OF_GRANT = "个案 · The case it is on, as far as it opens it; null if it is on a child."
HeldGrantType: Any = object_type(
    AccessGrant,
    "HeldGrant",
    hidden=frozenset(s.name for s in AccessGrant.specs) - HELD.keys(),
    called=HELD,
    relations=(
        (
            "child",
            replace(CHILD_BY_ID, parent="subject_id", maybe=True).field(
                Annotated["ChildType", strawberry.lazy("schema.types")], _OF_GRANT
            ),
        ),
        (
            "case",
            replace(CASE_BY_ID, parent="subject_id", maybe=True).field(
                Annotated["CaseType", strawberry.lazy("schema.types")], _CASE_OF_GRANT
            ),
        ),
    ),
)
"""A grant of the viewer's own that is valid now, for the purpose of this request."""
CompanionshipType: Any = object_type(
    CompanionshipRow, "Companionship", hidden=frozenset({"child_id"})
)
ExportType: Any = object_type(ExportRow, "TimelineExport")


EXPORTS = Relation(
    ExportRow,
    "TimelineExport",
    "timeline_export.order_id = %(id)s",
    "order_id",
    "timeline_export.exported_at desc, timeline_export.event_id",
)
AccessOrderType: Any = object_type(
    AccessOrderRow,
    "AccessOrder",
    relations=(
        (
            "exports",
            EXPORTS.field(
                ExportType, "导出 · What left the platform under this order, latest first."
            ),
        ),
    ),
)
ORDER_BY_ID = Relation(
    AccessOrderRow,
    "AccessOrder",
    "access_order.order_id = %(id)s",
    "order_id",
    many=Many.ONE,
    shown=Shown.BY_TOKENS,
)
COMPANIONSHIPS = Relation(
    CompanionshipRow,
    "Companionship",
    "companionship.companion_person_id = %(person)s",
    order="companionship.pairing_id",
    shown=Shown.BY_TOKENS,
)
HELD_GRANTS = (
    "select distinct on (access_grant.subject_id, access_grant.relation, access_grant.valid_to) "
    "access_grant.subject_id, access_grant.relation, access_grant.classes, access_grant.valid_to "
    "from access_grant where {law} order by access_grant.valid_to, access_grant.subject_id, "
    "access_grant.relation, cardinality(access_grant.classes) desc"
)
"""``law``: what a plan limits the rows by, beside row security."""
GRANTS = Relation(
    AccessGrant,
    "HeldGrant",
    "true",
    order="access_grant.valid_to, access_grant.subject_id, access_grant.relation",
)
"""Of ``HELD_GRANTS``: several events may have opened the same, and it is told once."""


async def held_grants(info: Info) -> list[HeldGrantType]:
    """限时授权 · What this capacity may look at for a time, the first to end first."""
    reads = await info.context.reads()
    found = await reads.rows(HELD_GRANTS.format(law="true"), {})
    return await GRANTS.objects(info, found, frozenset({P0}))


async def companionships(info: Info) -> list[CompanionshipType]:
    """社会结对 · The meetings of this person's pairings outside school, and nothing of the child's file."""
    return await COMPANIONSHIPS.all(info, {"person": info.context.assignment.person_id})


async def access_order(info: Info, id: UUID) -> Optional[AccessOrderType]:  # noqa: UP045
    """An emergency access, an audit order or a sharing contract within reach, or null."""
    found = await ORDER_BY_ID.one(info, {"id": id})
    if found is None:
        info.context.denied("access", "read", id)
    return found
