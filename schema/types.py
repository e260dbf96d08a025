"""The nouns of the API: a child, a case, a task, and what hangs on each. Columns come from the read models."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any
from uuid import UUID

import strawberry

from domain.kernel import STREAMS, open_to
from projections.case import CaseRow, ContributionRow, PlacementRow, PlanItemRow, PlanRow
from projections.child import (
    CareArrangementRow,
    ChildRow,
    EntrustedCareRow,
    GuardianRow,
    HouseholdRow,
    VisitRow,
)
from projections.entitlement_details import EntitlementRow
from projections.intervention_details import RevocationRow
from projections.open_needs import OpenNeedRow
from projections.reader import Row
from projections.school_details import SchoolingRow
from projections.timeline import TimelineLine as TimelineModel
from projections.timeline import TimelineOfChild
from projections.units import UnitRow
from projections.work_item import WorkItemRow
from schema.connections import Connection
from schema.context import RequestContext
from schema.objects import Info, object_type
from schema.outcomes import ClauseRef, clause_ref
from schema.relations import Many, Relation, Shown
from schema.scalars import mutation_name
from schema.timeline import TimelineLine, line_of

GuardianType = object_type(GuardianRow, "Guardian", hidden=frozenset({"child_id"}))
EntrustedCareType = object_type(EntrustedCareRow, "EntrustedCare", hidden=frozenset({"child_id"}))
CareArrangementType = object_type(
    CareArrangementRow, "CareArrangement", hidden=frozenset({"child_id"})
)
HouseholdType = object_type(HouseholdRow, "Household", hidden=frozenset({"child_id"}))
SchoolingType = object_type(SchoolingRow, "Schooling", hidden=frozenset({"child_id"}))
EntitlementType = object_type(EntitlementRow, "Entitlement", hidden=frozenset({"child_id"}))
VisitType = object_type(VisitRow, "Visit", hidden=frozenset({"child_id"}))
PlacementType = object_type(PlacementRow, "Placement")
RevocationType = object_type(RevocationRow, "Revocation", hidden=frozenset({"case_id"}))
PlanType = object_type(PlanRow, "Plan", hidden=frozenset({"case_id"}))
PlanItemType = object_type(PlanItemRow, "PlanItem", hidden=frozenset({"case_id"}))
ContributionType = object_type(ContributionRow, "Contribution", hidden=frozenset({"case_id"}))
UnitType = object_type(UnitRow, "Unit")


@strawberry.type(description="可办事项 · What this viewer may do here now.")
class AvailableAction:
    """A command whose turn it is and which the gate permits."""

    act: str
    mutation: str
    zh: str
    en: str
    clauses: list[ClauseRef]


async def available(context: RequestContext, stream: str, row: Row) -> list[AvailableAction]:
    """The commands open on this stream, less those the gate does not permit this viewer."""
    kind = STREAMS[stream]
    key = row[f"{stream}_id"]
    state = await asyncio.get_running_loop().run_in_executor(
        None, context.services.casebook.state, kind, key
    )
    gate = context.services.gate()
    return [
        AvailableAction(
            act=c.name,
            mutation=mutation_name(c),
            zh=c.label.zh,
            en=c.label.en,
            clauses=[clause_ref(i) for i in c.clauses],
        )
        for c in open_to(state)
        if gate.permits(context.assignment, c.name, stream, row["tokens"], context.purpose).allowed
    ]


def _within(model: Any, type_: Any, parent: str, order: str) -> Any:
    """The rows that lie within a child or a case, under its mask."""
    target = type_.__strawberry_definition__.name
    return Relation(model, target, f"{model.table}.{parent} = %(id)s", parent, order).field(type_)


def _only(model: Any, type_: Any) -> Any:
    """The one row of a child, under its mask; null where there is none."""
    target = type_.__strawberry_definition__.name
    where = f"{model.table}.child_id = %(id)s"
    return Relation(model, target, where, "child_id", many=Many.ONE).field(type_)


CHILD_TIMELINE = Relation(
    TimelineModel,
    "TimelineLine",
    "timeline.position in (select timeline_of_child.position from timeline_of_child "
    "where timeline_of_child.child_id = %(id)s)",
    "child_id",
    many=Many.PAGE,
    shown=Shown.BY_LINE,
    descending=True,
    brief=Relation(
        TimelineOfChild,
        "TimelineLine",
        "timeline_of_child.child_id = %(id)s",
        "child_id",
        many=Many.PAGE,
        shown=Shown.BY_LINE,
        descending=True,
        by=TimelineModel.key,
    ),
)
CASE_TIMELINE = Relation(
    TimelineModel,
    "TimelineLine",
    "timeline.case_id = %(id)s",
    "case_id",
    many=Many.PAGE,
    shown=Shown.BY_LINE,
    descending=True,
)


async def _child_timeline(
    self: Any, info: Info, first: int | None = None, after: str | None = None
) -> Connection[TimelineLine]:
    """时间线 · The child's file and its cases, latest first."""
    return await timeline_page(info, CHILD_TIMELINE, self.row, first, after)


async def _case_timeline(
    self: Any, info: Info, first: int | None = None, after: str | None = None
) -> Connection[TimelineLine]:
    """时间线 · The case's events, latest first."""
    return await timeline_page(info, CASE_TIMELINE, self.row, first, after)


_child_timeline.relation = CHILD_TIMELINE  # type: ignore[attr-defined]
_case_timeline.relation = CASE_TIMELINE  # type: ignore[attr-defined]


async def timeline_page(
    info: Info, relation: Relation, row: Row, first: int | None, after: str | None
) -> Connection[TimelineLine]:
    """A page of lines; each is masked by the child or the case it belongs to, not by the way one came to it."""
    reads = await info.context.reads()
    found = await relation.page(info, relation.given(row), first, after)
    masks: dict[UUID, frozenset[Any]] = {}
    for obj, table in (("child", "child"), ("case", "case_file")):
        ids = list({r["stream_id"] for r in found.rows if r["stream"] == obj})
        if not ids:
            continue
        for subject in await reads.rows(
            f"select {obj}_id, tokens from {table} where {obj}_id = any(%(ids)s)",
            {"ids": ids},
        ):
            masks[subject[f"{obj}_id"]] = await info.context.look(obj, subject)
    lines = [line_of(r, masks.get(r["stream_id"], frozenset())) for r in found.rows]
    connection: Connection[TimelineLine] = found.connection(lines)
    return connection


async def _child_actions(self: Any, info: Info) -> list[AvailableAction]:
    """可办事项 · What this viewer may do on the file now."""
    return await available(info.context, "child", self.row)


async def _case_actions(self: Any, info: Info) -> list[AvailableAction]:
    """可办事项 · What this viewer may do on the case now."""
    return await available(info.context, "case", self.row)


_child_actions.needs = "child_id"  # type: ignore[attr-defined]
_case_actions.needs = "case_id"  # type: ignore[attr-defined]
"""The column that a plan hands over beside the row's tokens, once its rows are read."""

CHILD_BY_ID = Relation(
    ChildRow, "Child", "child.child_id = %(id)s", "child_id", many=Many.ONE, shown=Shown.BY_LOOK
)
CASE_BY_ID = Relation(
    CaseRow, "Case", "case_file.case_id = %(id)s", "case_id", many=Many.ONE, shown=Shown.BY_LOOK
)
CASES_OF_CHILD = Relation(
    CaseRow,
    "Case",
    "case_child.child_id = %(id)s",
    "child_id",
    "case_file.opened_at, case_file.case_id",
    shown=Shown.BY_LOOK,
    source="case_file join case_child on case_child.case_id = case_file.case_id",
)
CHILDREN_OF_CASE = Relation(
    ChildRow,
    "Child",
    "case_child.case_id = %(id)s",
    "case_id",
    "child.child_id",
    shown=Shown.BY_LOOK,
    source="child join case_child on case_child.child_id = child.child_id",
)
TASK_BY_ID = Relation(
    WorkItemRow,
    "WorkItem",
    "work_item.task_id = %(id)s",
    "task_id",
    many=Many.ONE,
    shown=Shown.BY_TOKENS,
)
CONTRIBUTIONS = Relation(
    ContributionRow,
    "Contribution",
    "contribution.case_id = %(id)s",
    "case_id",
    "contribution.request_id",
    shown=Shown.BY_TOKENS,
)
LazyChild = Annotated["ChildType", strawberry.lazy("schema.types")]
LazyCase = Annotated["CaseType", strawberry.lazy("schema.types")]
LazyWorkItem = Annotated["WorkItemType", strawberry.lazy("schema.types")]


def _tasks(parent: str) -> Any:
    tasks = Relation(
        WorkItemRow,
        "WorkItem",
        f"work_item.{parent} = %(id)s",
        parent,
        "work_item.is_open desc, work_item.due_at, work_item.task_id",
        shown=Shown.BY_TOKENS,
    )
    return tasks.field(
        LazyWorkItem, "任务 · The tasks here that this viewer may see, open ones first."
    )


async def load_child(info: Info, child_id: UUID) -> Any | None:
    """A child within reach, or None: absent and out of reach are told alike."""
    return await CHILD_BY_ID.one(info, {"id": child_id})


async def load_case(info: Info, case_id: UUID) -> Any | None:
    """A case within reach, or None."""
    return await CASE_BY_ID.one(info, {"id": case_id})


async def load_task(info: Info, task_id: UUID) -> Any | None:
    """A task within reach, open or over, or None."""
    found = await TASK_BY_ID.one(info, {"id": task_id})
    if found is None:
        info.context.denied("work_item", "read", task_id)
    return found


async def _duty(self: Any, info: Info) -> list[ClauseRef]:  # noqa: ARG001
    """依据 · The clauses that make this a duty, with their words."""
    return [clause_ref(c) for c in self.row["clauses"]]


ChildType: Any = object_type(
    ChildRow,
    "Child",
    relations=(
        ("guardians", _within(GuardianRow, GuardianType, "child_id", "guardian.guardian_id")),
        ("entrusted_care", _only(EntrustedCareRow, EntrustedCareType)),
        ("care_arrangement", _only(CareArrangementRow, CareArrangementType)),
        ("household", _only(HouseholdRow, HouseholdType)),
        ("schooling", _only(SchoolingRow, SchoolingType)),
        (
            "entitlements",
            _within(EntitlementRow, EntitlementType, "child_id", "entitlement.entitlement_item_id"),
        ),
        ("visits", _within(VisitRow, VisitType, "child_id", "visit.made_on desc, visit.event_id")),
        (
            "cases",
            CASES_OF_CHILD.field(
                LazyCase, "个案 · The cases that concern the child and are within reach."
            ),
        ),
        ("work_items", _tasks("child_id")),
        ("timeline", _child_timeline),
        ("actions", _child_actions),
    ),
)
CaseType: Any = object_type(
    CaseRow,
    "Case",
    relations=(
        (
            "children",
            CHILDREN_OF_CASE.field(
                LazyChild, "儿童 · The children the case concerns, as far as they are within reach."
            ),
        ),
        ("placements", _within(PlacementRow, PlacementType, "case_id", "placement.placement_id")),
        (
            "revocations",
            _within(RevocationRow, RevocationType, "case_id", "revocation.revocation_id"),
        ),
        (
            "contributions",
            CONTRIBUTIONS.field(
                ContributionType,
                "协助评估 · The questions of the assessment that this viewer was asked, or has put.",
            ),
        ),
        ("plans", _within(PlanRow, PlanType, "case_id", "plan.adopted_on, plan.plan_id")),
        ("plan_items", _within(PlanItemRow, PlanItemType, "case_id", "plan_item.item_id")),
        ("work_items", _tasks("case_id")),
        ("timeline", _case_timeline),
        ("actions", _case_actions),
    ),
)
OpenNeedType: Any = object_type(OpenNeedRow, "OpenNeed", hidden=frozenset({"case_id"}))
WorkItemType: Any = object_type(
    WorkItemRow,
    "WorkItem",
    hidden=frozenset({"precedence"}),
    relations=(
        (
            "child",
            CHILD_BY_ID.field(
                LazyChild, "儿童 · The child, as far as the task's owner may see it."
            ),
        ),
        (
            "case",
            CASE_BY_ID.field(LazyCase, "个案 · The case, as far as the task's owner may see it."),
        ),
        ("duty", _duty),
    ),
)
