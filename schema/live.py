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
from uuid import UUID

import strawberry

from schema.context import RequestContext
from schema.objects import Info
from schema.queue_changes import (
    LAST,
    At,
    QueueChange,
    QueueChangeKind,
    changes,
    cursor_of,
    resumed,
    snapshot,
)
from schema.transport.errors import Code, CodedError

INBOX_MAX = 1_000
"""Changes that wait for a reader who is slow; beyond that the reader is cut off and resumes where it was."""


@strawberry.type(description="订阅 · Live reads.")
class Subscription:
    """Over server-sent events or graphql-transport-ws."""

    @strawberry.subscription(
        description="工作队列 · A unit's queue, live: snapshot, then changes after each position."
    )
    async def work_queue(
        self,
        info: Info,
        unit: UUID,
        queue: str,
        after: int | None = None,
        resume: str | None = None,
    ) -> AsyncGenerator[QueueChange, None]:
        context, place = info.context, (unit, queue)
        at = resumed(resume) if resume is not None else (after or 0, LAST)
        if after is None and resume is None:
            async for page, head in snapshot(context, place):
                for change in page:
                    yield change
                at = head, LAST
            yield QueueChange(
                kind=QueueChangeKind.CAUGHT_UP,
                position=at[0],
                cursor=cursor_of(*at),
                task_id=None,
                item=None,
            )
        while True:
            turn = context.services.catching_up
            found = await changes(context, place, at, turn)
            for change in found:
                at = change.position, change.task_id or LAST
                yield change
            if found:
                continue
            position = at[0]
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
                moved, at = await feed.wait(self.unit, self.queue, self.position), self.position
                last = LAST
                while found := await self._moved((at, last)):
                    for change in found:
                        self._hand_out(change)
                        at, last = change.position, change.task_id or LAST
                self.position = max(moved, at)  # also past what is not for this capacity
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - each reader is told, by its own stream
            for inbox in self.inboxes:
                _cut(inbox, error)
            self.inboxes.clear()
            self._end()

    async def _moved(self, at: At) -> list[QueueChange]:
        turn = self.context.services.following
        return await changes(self.context, (self.unit, self.queue), at, turn)

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

    made = views[key] = View(context.for_many(), unit, queue, position, gone)
    return made
