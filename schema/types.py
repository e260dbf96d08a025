"""The nouns of the API: a child, a case, a task, and what hangs on each. Columns come from the read models."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Optional
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
from projections.reader import Row
from projections.school_details import SchoolingRow
from projections.timeline import TimelineLine as TimelineModel
from projections.units import UnitRow
from projections.work_item import WorkItemRow
from schema.connections import Connection, page
from schema.context import RequestContext
from schema.objects import Info, object_type
from schema.outcomes import ClauseRef, clause_ref
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


def _within(model: Any, type_: Any, column: str, order: str) -> Any:
    """A resolver of the rows that lie within a child or a case, under its mask."""

    async def rows(self: Any, info: Info) -> list[Any]:
        reads = await info.context.reads()
        found = await reads.rows(
            f"select * from {model.table} where {column} = %(id)s order by {order}",
            {"id": self.row[column]},
        )
        return [type_(row, self.mask) for row in found]

    rows.__doc__ = f"{model.label.zh} · {model.label.en}"
    rows.__annotations__["return"] = list[type_]
    return rows


def _only(model: Any, type_: Any) -> Any:
    """A resolver of the one row of a child, under its mask; null where there is none."""

    async def row(self: Any, info: Info) -> Any:
        reads = await info.context.reads()
        found = await reads.row(
            f"select * from {model.table} where child_id = %(id)s", {"id": self.row["child_id"]}
        )
        return type_(found, self.mask) if found else None

    row.__doc__ = f"{model.label.zh} · {model.label.en}"
    row.__annotations__["return"] = Optional[type_]  # noqa: UP045 - built at run time
    return row


async def _child_timeline(
    self: Any, info: Info, first: int | None = None, after: str | None = None
) -> Connection[TimelineLine]:
    """时间线 · The child's file and its cases, latest first."""
    return await timeline_page(
        info,
        "timeline.position in (select position from timeline_of_child where child_id = %(id)s)",
        self.row["child_id"],
        first,
        after,
    )


async def _case_timeline(
    self: Any, info: Info, first: int | None = None, after: str | None = None
) -> Connection[TimelineLine]:
    """时间线 · The case's events, latest first."""
    return await timeline_page(info, "timeline.case_id = %(id)s", self.row["case_id"], first, after)


async def timeline_page(
    info: Info, where: str, subject_id: UUID, first: int | None, after: str | None
) -> Connection[TimelineLine]:
    """A page of lines; each is masked by the child or the case it belongs to, not by the way one came to it."""
    scope = info.context.scope
    reads = await info.context.reads()
    found = await page(
        reads,
        TimelineModel,
        where,
        {"id": subject_id},
        first=first,
        after=after,
        key=info.context.services.scope_key,
        descending=True,
    )
    masks: dict[UUID, frozenset[Any]] = {}
    for obj, table in (("child", "child"), ("case", "case_file")):
        ids = list({r["stream_id"] for r in found.rows if r["stream"] == obj})
        if not ids:
            continue
        for row in await reads.rows(
            f"select {obj}_id, tokens from {table} where {obj}_id = any(%(ids)s)",
            {"ids": ids},
        ):
            masks[row[f"{obj}_id"]] = scope.mask(obj, tuple(row["tokens"]))
            reads.note(row[f"{obj}_id"], obj, masks[row[f"{obj}_id"]])
    lines = [line_of(r, masks.get(r["stream_id"], frozenset())) for r in found.rows]
    connection: Connection[TimelineLine] = found.connection(lines)
    return connection


async def _child_actions(self: Any, info: Info) -> list[AvailableAction]:
    """可办事项 · What this viewer may do on the file now."""
    return await available(info.context, "child", self.row)


async def _case_actions(self: Any, info: Info) -> list[AvailableAction]:
    """可办事项 · What this viewer may do on the case now."""
    return await available(info.context, "case", self.row)


async def load_child(info: Info, child_id: UUID) -> Any | None:
    """A child within reach, or None: absent and out of reach are told alike."""
    return await _load(info, ChildRow, ChildType, child_id)


async def load_case(info: Info, case_id: UUID) -> Any | None:
    """A case within reach, or None."""
    return await _load(info, CaseRow, CaseType, case_id)


async def _load(info: Info, model: Any, type_: Any, subject_id: UUID) -> Any | None:
    key = model.key[0]
    reads = await info.context.reads()
    row = await reads.row(f"select * from {model.table} where {key} = %(id)s", {"id": subject_id})
    if row is None:
        return None
    mask = info.context.scope.mask(model.obj, tuple(row["tokens"]))
    reads.note(subject_id, model.obj, mask)
    return type_(row, mask)


async def _cases(
    self: Any, info: Info
) -> list[Annotated["CaseType", strawberry.lazy("schema.types")]]:  # noqa: UP037
    """个案 · The cases that concern the child and are within reach."""
    reads = await info.context.reads()
    found = await reads.rows(
        "select case_file.* from case_file join case_child using (case_id) "
        "where case_child.child_id = %(id)s order by opened_at",
        {"id": self.row["child_id"]},
    )
    scope = info.context.scope
    return [CaseType(r, scope.mask("case", tuple(r["tokens"]))) for r in found]


async def _children(
    self: Any, info: Info
) -> list[Annotated["ChildType", strawberry.lazy("schema.types")]]:  # noqa: UP037
    """儿童 · The children the case concerns, as far as they are within reach."""
    reads = await info.context.reads()
    found = await reads.rows(
        "select child.* from child join case_child using (child_id) "
        "where case_child.case_id = %(id)s order by child_id",
        {"id": self.row["case_id"]},
    )
    scope = info.context.scope
    return [ChildType(r, scope.mask("child", tuple(r["tokens"]))) for r in found]


async def _contributions(self: Any, info: Info) -> list[ContributionType]:  # type: ignore[valid-type]
    """协助评估 · The questions of the assessment that this viewer was asked, or has put."""
    reads = await info.context.reads()
    found = await reads.rows(
        "select * from contribution where case_id = %(id)s order by request_id",
        {"id": self.row["case_id"]},
    )
    scope = info.context.scope
    return [ContributionType(r, scope.mask("case", tuple(r["tokens"]))) for r in found]


def _tasks(column: str) -> Any:
    async def tasks(
        self: Any, info: Info
    ) -> list[Annotated["WorkItemType", strawberry.lazy("schema.types")]]:  # noqa: UP037
        """任务 · The tasks here that this viewer may see, open ones first."""
        reads = await info.context.reads()
        found = await reads.rows(
            f"select * from work_item where {column} = %(id)s "
            "order by is_open desc, due_at, task_id",
            {"id": self.row[column]},
        )
        return [work_item(info, row) for row in found]

    return tasks


def work_item(info: Info, row: Row) -> Any:
    """A task with its mask."""
    return WorkItemType(row, info.context.scope.mask("work_item", tuple(row["tokens"])))


async def _task_child(
    self: Any, info: Info
) -> Optional[Annotated["ChildType", strawberry.lazy("schema.types")]]:  # noqa: UP037, UP045
    """儿童 · The child, as far as the task's owner may see it."""
    child_id = self.row["child_id"]
    return await load_child(info, child_id) if child_id else None


async def _task_case(
    self: Any, info: Info
) -> Optional[Annotated["CaseType", strawberry.lazy("schema.types")]]:  # noqa: UP037, UP045
    """个案 · The case, as far as the task's owner may see it."""
    case_id = self.row["case_id"]
    return await load_case(info, case_id) if case_id else None


async def _duty(self: Any, info: Info) -> list[ClauseRef]:  # noqa: ARG001
    """依据 · The clauses that make this a duty, with their words."""
    return [clause_ref(c) for c in self.row["clauses"]]


ChildType: Any = object_type(
    ChildRow,
    "Child",
    relations=(
        ("guardians", _within(GuardianRow, GuardianType, "child_id", "guardian_id")),
        ("entrusted_care", _only(EntrustedCareRow, EntrustedCareType)),
        ("care_arrangement", _only(CareArrangementRow, CareArrangementType)),
        ("household", _only(HouseholdRow, HouseholdType)),
        ("schooling", _only(SchoolingRow, SchoolingType)),
        (
            "entitlements",
            _within(EntitlementRow, EntitlementType, "child_id", "entitlement_item_id"),
        ),
        ("visits", _within(VisitRow, VisitType, "child_id", "made_on desc, event_id")),
        ("cases", _cases),
        ("work_items", _tasks("child_id")),
        ("timeline", _child_timeline),
        ("actions", _child_actions),
    ),
)
CaseType: Any = object_type(
    CaseRow,
    "Case",
    relations=(
        ("children", _children),
        ("placements", _within(PlacementRow, PlacementType, "case_id", "placement_id")),
        ("revocations", _within(RevocationRow, RevocationType, "case_id", "revocation_id")),
        ("contributions", _contributions),
        ("plans", _within(PlanRow, PlanType, "case_id", "adopted_on, plan_id")),
        ("plan_items", _within(PlanItemRow, PlanItemType, "case_id", "item_id")),
        ("work_items", _tasks("case_id")),
        ("timeline", _case_timeline),
        ("actions", _case_actions),
    ),
)
WorkItemType: Any = object_type(
    WorkItemRow,
    "WorkItem",
    relations=(("child", _task_child), ("case", _task_case), ("duty", _duty)),
)
