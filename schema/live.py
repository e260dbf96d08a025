"""实时队列 · Live work queues: a snapshot, then every change with its position, resumable from any of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from enum import StrEnum
from typing import Annotated, Any, Optional
from uuid import UUID

import strawberry

from projections.reader import Row
from schema.context import RequestContext
from schema.objects import Info
from schema.signin import still_standing
from schema.transport.errors import Code, CodedError
from schema.types import WorkItemType, work_item

SNAPSHOT_MAX = 500


@strawberry.enum(description="变化 · What happened to the item in this view.")
class QueueChangeKind(StrEnum):
    """An item that leaves is told as leaving, without saying what became of it."""

    SNAPSHOT = "SNAPSHOT"
    CHANGED = "CHANGED"
    LEFT = "LEFT"
    CAUGHT_UP = "CAUGHT_UP"


@strawberry.type(description="队列变化 · One change of a live queue.")
class QueueChange:
    """Resume with ``after: position`` and nothing is missed or doubled."""

    kind: QueueChangeKind
    position: int
    task_id: UUID | None
    item: Optional[Annotated["WorkItemType", strawberry.lazy("schema.types")]]  # noqa: UP037, UP045


@strawberry.type(description="订阅 · Live reads.")
class Subscription:
    """Over server-sent events or graphql-transport-ws."""

    @strawberry.subscription(
        description="工作队列 · A unit's queue, live: snapshot, then changes after each position."
    )
    async def work_queue(
        self, info: Info, unit: UUID, queue: str, after: int | None = None
    ) -> AsyncGenerator[QueueChange, None]:
        position = after or 0
        if after is None:
            items, position = await _snapshot(info, unit, queue)
            for change in items:
                yield change
            yield QueueChange(
                kind=QueueChangeKind.CAUGHT_UP, position=position, task_id=None, item=None
            )
        while True:
            changes = await _changes(info, unit, queue, position)
            for change in changes:
                position = max(position, change.position)
                yield change
            if not changes:
                await info.context.services.feed.wait(position)


async def _snapshot(info: Info, unit: UUID, queue: str) -> tuple[list[QueueChange], int]:
    """The open items and the position they are true at, from one statement's view of the log."""
    head = 0

    async def read(context: RequestContext) -> list[QueueChange]:
        nonlocal head
        reads = await context.reads()
        rows = await reads.rows(
            "with here as (select * from work_item where owner_unit_id = %(unit)s and queue = %(queue)s) "
            "select head.position as head, here.* from "
            "(select coalesce(max(position), 0) as position from here) head "
            "left join here on here.is_open order by here.due_at, here.task_id limit %(most)s",
            {"unit": unit, "queue": queue, "most": SNAPSHOT_MAX},
        )
        head = rows[0]["head"]
        return [_change(info, r, QueueChangeKind.SNAPSHOT) for r in rows if r["task_id"]]

    return await _fresh(info, read), head


async def _changes(info: Info, unit: UUID, queue: str, after: int) -> list[QueueChange]:
    """What moved in this queue after a position, in log order."""

    async def read(context: RequestContext) -> list[QueueChange]:
        reads = await context.reads()
        rows = await reads.rows(
            "select * from work_item where owner_unit_id = %(unit)s and queue = %(queue)s "
            "and position > %(after)s order by position, task_id limit %(most)s",
            {"unit": unit, "queue": queue, "after": after, "most": SNAPSHOT_MAX},
        )
        return [
            _change(info, r, QueueChangeKind.CHANGED if r["is_open"] else QueueChangeKind.LEFT)
            for r in rows
        ]

    return await _fresh(info, read)


async def _fresh(info: Info, read: Any) -> list[QueueChange]:
    """Reads with rights computed anew: an ended assignment ends the stream."""
    context = info.context
    loop = asyncio.get_running_loop()
    assignment = await loop.run_in_executor(None, still_standing, context)
    if assignment is None:
        raise CodedError(Code.FORBIDDEN)
    renewed = context.renewed(assignment)
    context.assignment, context._scope = assignment, None  # noqa: SLF001 - nested fields see the same rights
    try:
        found: list[QueueChange] = await read(renewed)
        await renewed.finish()
    except BaseException as error:
        await renewed.abandon(error)
        raise
    return found


def _change(info: Info, row: Row, kind: QueueChangeKind) -> QueueChange:
    gone = kind is QueueChangeKind.LEFT
    return QueueChange(
        kind=kind,
        position=row["position"],
        task_id=row["task_id"],
        item=None if gone else work_item(info, row),
    )
