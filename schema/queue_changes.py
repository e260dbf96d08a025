"""队列变化 · The changes of a work queue as they are read: a snapshot, then what moved, each with where to resume."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import field
from enum import StrEnum
from typing import Annotated, Any, Optional
from uuid import UUID

import strawberry

from projections.reader import Row
from projections.work_item import WorkItemRow
from schema.context import RequestContext
from schema.signin import still_standing
from schema.transport.errors import Code, CodedError
from schema.types import WorkItemType

PAGE = 500
POSITIONS = 2**63


@strawberry.enum(description="变化 · What happened to the item in this view.")
class QueueChangeKind(StrEnum):
    """An item that leaves is told as leaving, without saying what became of it."""

    SNAPSHOT = "SNAPSHOT"
    CHANGED = "CHANGED"
    LEFT = "LEFT"
    CAUGHT_UP = "CAUGHT_UP"


@strawberry.type(description="队列变化 · One change of a live queue.")
class QueueChange:
    """Resume with ``resume: cursor`` and nothing is missed or doubled; tasks that moved together share a position."""

    kind: QueueChangeKind
    position: int
    cursor: str | None = strawberry.field(
        description="续读处 · Resume from here; none while the snapshot is not complete"
    )
    task_id: UUID | None
    item: Optional[Annotated["WorkItemType", strawberry.lazy("schema.types")]]  # noqa: UP037, UP045
    answers: strawberry.Private[dict[Any, Any]] = field(default_factory=dict)
    """What was answered of this change, by what was asked of it."""


At = tuple[int, UUID]
"""How far a reader has come: a position of the log, and the last task of those that moved there."""
LAST = UUID(int=2**128 - 1)
"""After all tasks of a position."""


def cursor_of(position: int, task_id: UUID) -> str:
    return f"{position}.{task_id}"


def resumed(cursor: str) -> At:
    position, _, task_id = cursor.partition(".")
    try:
        at = int(position), UUID(task_id)
    except ValueError:
        raise CodedError(Code.BAD_USER_INPUT, field="resume") from None
    if not (position.isascii() and position.isdigit() and at[0] < POSITIONS):
        raise CodedError(Code.BAD_USER_INPUT, field="resume")
    return at


async def snapshot(
    context: RequestContext, place: tuple[UUID, str]
) -> AsyncGenerator[tuple[list[QueueChange], int], None]:
    """The open items, page by page, and the position up to which whatever moves later is told as a change.

    The position is that of the first page's view of the log: what moves between two pages is told again.
    """
    head: int | None = None
    last: dict[str, Any] | None = {"due": None, "last": None}

    async def read(renewed: RequestContext) -> list[QueueChange]:
        nonlocal head, last
        reads = await renewed.reads()
        rows = await reads.rows(_OPEN_ITEMS, {**_named(place), **(last or {})})
        head = rows[0]["head"] if head is None else head
        found = [r for r in rows if r["task_id"]]
        ends = {"due": found[-1]["due_at"], "last": found[-1]["task_id"]} if found else None
        last = ends if len(found) == PAGE else None
        return [_change(renewed, r, QueueChangeKind.SNAPSHOT) for r in found]

    while last is not None:
        page = await _fresh(context, read, context.services.catching_up)
        yield page, head or 0


_OPEN_ITEMS = (
    "with here as (select * from work_item where owner_unit_id = %(unit)s and queue = %(queue)s) "
    "select head.position as head, here.* from "
    "(select coalesce(max(position), 0) as position from here) head "
    "left join here on here.is_open and (%(last)s::uuid is null or (here.due_at, here.task_id) > "
    "(%(due)s::timestamptz, %(last)s::uuid)) order by here.due_at, here.task_id limit %(most)s"
)


async def changes(
    context: RequestContext, place: tuple[UUID, str], at: At, turn: asyncio.Semaphore
) -> list[QueueChange]:
    """What moved in this queue after that, in log order; what moved together by the id of its task."""

    async def read(renewed: RequestContext) -> list[QueueChange]:
        reads = await renewed.reads()
        rows = await reads.rows(
            "select * from work_item where owner_unit_id = %(unit)s and queue = %(queue)s "
            "and position >= %(after)s and (position, task_id) > (%(after)s, %(last)s) "
            "order by position, task_id limit %(most)s",
            {**_named(place), "after": at[0], "last": at[1]},
        )
        return [
            _change(renewed, r, QueueChangeKind.CHANGED if r["is_open"] else QueueChangeKind.LEFT)
            for r in rows
        ]

    return await _fresh(context, read, turn)


def _named(place: tuple[UUID, str]) -> dict[str, Any]:
    return {"unit": place[0], "queue": place[1], "most": PAGE}


async def _fresh(context: RequestContext, read: Any, turn: asyncio.Semaphore) -> list[QueueChange]:
    """Reads, when its turn comes, with rights computed anew: an ended assignment ends the stream."""
    async with turn:
        return await _fresh_now(context, read)


async def _fresh_now(context: RequestContext, read: Any) -> list[QueueChange]:
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


def _change(context: RequestContext, row: Row, kind: QueueChangeKind) -> QueueChange:
    gone = kind is QueueChangeKind.LEFT
    return QueueChange(
        kind=kind,
        position=row["position"],
        cursor=None
        if kind is QueueChangeKind.SNAPSHOT
        else cursor_of(row["position"], row["task_id"]),
        task_id=row["task_id"],
        item=None if gone else WorkItemType(row, context.mask(WorkItemRow, row)),
    )
