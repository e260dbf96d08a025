"""实时队列 · Live work queues: a snapshot, then every change with its position, resumable from any of them.

Whoever opens a queue reads for themselves until they are up to date, and then joins the view of their capacity: what
moves is read once for all who look at the same queue in the same capacity, with rights computed anew, and handed to
each. A change handed to many is one object, so that its answer is made once as well (``schema.fanout``).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, Optional
from uuid import UUID

import strawberry

from projections.reader import Row
from schema.context import RequestContext
from schema.objects import Info
from schema.signin import still_standing
from schema.transport.errors import Code, CodedError
from schema.types import WorkItemType

SNAPSHOT_MAX = 500
INBOX_MAX = 1_000
"""Changes that wait for a reader who is slow; beyond that the reader is cut off and resumes where it was."""


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
    answers: strawberry.Private[dict[Any, Any]] = field(default_factory=dict)
    """What was answered of this change, by what was asked of it."""


@strawberry.type(description="订阅 · Live reads.")
class Subscription:
    """Over server-sent events or graphql-transport-ws."""

    @strawberry.subscription(
        description="工作队列 · A unit's queue, live: snapshot, then changes after each position."
    )
    async def work_queue(
        self, info: Info, unit: UUID, queue: str, after: int | None = None
    ) -> AsyncGenerator[QueueChange, None]:
        context, position = info.context, after or 0
        if after is None:
            items, position = await _snapshot(context, unit, queue)
            for change in items:
                yield change
            yield QueueChange(
                kind=QueueChangeKind.CAUGHT_UP, position=position, task_id=None, item=None
            )
        while True:
            turn = context.services.catching_up
            changes = await _changes(context, unit, queue, position, turn)
            for change in changes:
                position = max(position, change.position)
                yield change
            if changes:
                continue
            with _view(context, unit, queue, position).joined(position) as inbox:
                while inbox is not None:
                    change = await _taken(inbox)
                    if change.position > position:
                        yield change


Inbox = asyncio.Queue[QueueChange | BaseException]


async def _taken(inbox: Inbox) -> QueueChange:
    taken = await inbox.get()
    if isinstance(taken, BaseException):
        raise taken
    return taken


@dataclass
class View:
    """One queue in one capacity, however many look at it. ``position``: everything up to here was handed out."""

    context: RequestContext
    unit: UUID
    queue: str
    position: int
    gone: Callable[[], object]
    """Called when nobody looks any more, or the view can no longer be kept."""
    inboxes: set[Inbox] = field(default_factory=set)
    task: asyncio.Task[None] | None = None

    @contextmanager
    def joined(self, position: int) -> Iterator[Inbox | None]:
        """An inbox of what comes after ``position``; None if the view is ahead: read on by yourself first."""
        if self.position > position:
            yield None
            return
        inbox: Inbox = asyncio.Queue(INBOX_MAX)
        self.inboxes.add(inbox)
        if self.task is None:
            self.task = asyncio.create_task(self._run(), name="view")
        try:
            yield inbox
        finally:
            self.inboxes.discard(inbox)
            if not self.inboxes:
                self._end()

    async def _run(self) -> None:
        feed = self.context.services.feed
        try:
            while True:
                moved = await feed.wait(self.unit, self.queue, self.position)
                for change in await self._moved():
                    self._hand_out(change)
                    moved = max(moved, change.position)
                self.position = moved  # also past what moved and is not for this capacity
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - each reader is told, by its own stream
            for inbox in self.inboxes:
                _cut(inbox, error)
            self.inboxes.clear()
            self._end()

    async def _moved(self) -> list[QueueChange]:
        turn = self.context.services.following
        return await _changes(self.context, self.unit, self.queue, self.position, turn)

    def _hand_out(self, change: QueueChange) -> None:
        for inbox in list(self.inboxes):
            try:
                inbox.put_nowait(change)
            except asyncio.QueueFull:
                self.inboxes.discard(inbox)
                _cut(inbox, CodedError(Code.UNAVAILABLE))

    def _end(self) -> None:
        self.gone()
        if self.task is not None and self.task is not asyncio.current_task():
            self.task.cancel()


def _cut(inbox: Inbox, error: Exception) -> None:
    """The last thing a reader gets, in the place of what it has not taken: it resumes from its own position."""
    while not inbox.empty():
        with suppress(asyncio.QueueEmpty):
            inbox.get_nowait()
    inbox.put_nowait(error)


def _view(context: RequestContext, unit: UUID, queue: str, position: int) -> View:
    """The view of this capacity, opened at ``position`` if nobody looks yet."""
    views = context.services.views
    key = context.assignment.id, context.purpose, unit, queue
    found: View | None = views.get(key)
    if found is not None:
        return found

    def gone() -> None:
        if views.get(key) is made:
            del views[key]

    made = views[key] = View(context.renewed(context.assignment), unit, queue, position, gone)
    return made


async def _snapshot(
    context: RequestContext, unit: UUID, queue: str
) -> tuple[list[QueueChange], int]:
    """The open items and the position they are true at, from one statement's view of the log."""
    head = 0

    async def read(renewed: RequestContext) -> list[QueueChange]:
        nonlocal head
        reads = await renewed.reads()
        rows = await reads.rows(
            "with here as (select * from work_item where owner_unit_id = %(unit)s and queue = %(queue)s) "
            "select head.position as head, here.* from "
            "(select coalesce(max(position), 0) as position from here) head "
            "left join here on here.is_open order by here.due_at, here.task_id limit %(most)s",
            {"unit": unit, "queue": queue, "most": SNAPSHOT_MAX},
        )
        head = rows[0]["head"]
        return [_change(renewed, r, QueueChangeKind.SNAPSHOT) for r in rows if r["task_id"]]

    return await _fresh(context, read, context.services.catching_up), head


async def _changes(
    context: RequestContext, unit: UUID, queue: str, after: int, turn: asyncio.Semaphore
) -> list[QueueChange]:
    """What moved in this queue after a position, in log order; what moved together is never cut in two."""

    async def read(renewed: RequestContext) -> list[QueueChange]:
        reads = await renewed.reads()
        rows = await reads.rows(
            "select * from work_item where owner_unit_id = %(unit)s and queue = %(queue)s "
            "and position > %(after)s order by position fetch first %(most)s rows with ties",
            {"unit": unit, "queue": queue, "after": after, "most": SNAPSHOT_MAX},
        )
        rows.sort(key=lambda r: (r["position"], str(r["task_id"])))
        return [
            _change(renewed, r, QueueChangeKind.CHANGED if r["is_open"] else QueueChangeKind.LEFT)
            for r in rows
        ]

    return await _fresh(context, read, turn)


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
        task_id=row["task_id"],
        item=None if gone else WorkItemType(row, _mask(context, row)),
    )


def _mask(context: RequestContext, row: Row) -> Any:
    granted = context.granted(row["child_id"], row["case_id"])
    return context.scope.mask("work_item", (*row["tokens"], *granted))
