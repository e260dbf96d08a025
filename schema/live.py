"""实时队列 · Live work queues: a snapshot, then every change with its position, resumable from any of them.

Whoever opens a queue reads for themselves until they are up to date, and then follows the view of their capacity
(``schema.view``), with all who ask the same of it (``schema.channel``). Who resumes with other rights or another filter
than they had is told so, and begins anew.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import strawberry

from schema.channel import Ready
from schema.context import RequestContext
from schema.objects import Info
from schema.queue_changes import (
    LAST,
    Account,
    At,
    Place,
    QueueChange,
    QueueChangeKind,
    Resumed,
    cursor_of,
    resumed,
)
from schema.queue_filter import WorkItemFilter, narrowed
from schema.queue_reads import changes, had, reviewed, snapshot
from schema.view import Anew, reached, view_of
from schema.words_asked import QUEUE


@strawberry.type(description="订阅 · Live reads.")
class Subscription:
    """Over server-sent events or graphql-transport-ws."""

    @strawberry.subscription(
        description="工作队列 · A unit's queue (or all its queues), live: snapshot, then changes after each position."
    )
    async def work_queue(
        self,
        info: Info,
        unit: UUID,
        queue: str | None = None,
        where: WorkItemFilter | None = None,
        resume: str | None = None,
    ) -> AsyncGenerator[QueueChange, None]:
        place = Place(unit, QUEUE.maybe(queue, "queue"), narrowed(info.context, where))
        reader = Reader(info.context, place, Account(place.narrowed, info.context.services.now()))
        if resume is not None and not await reader.resumed(resumed(resume)):
            yield reader.reset()
        while True:
            if reader.at is None:
                async for change in reader.whole():
                    yield change
            for change in await reader.read():
                yield change
            if reader.is_behind:
                continue
            with suppress(Anew):
                async with reader.ready() as ready:
                    yield ready  # whoever takes it goes on with others; else we read on: the view is ahead


@dataclass
class Reader:
    """One who follows a place. ``at``: how far it has come; None: it begins. ``rights``: those it has come with."""

    context: RequestContext
    place: Place
    have: Account
    at: At | None = None
    rights: str = ""
    is_behind: bool = True
    is_reviewed: bool = False
    """What time alone has moved since was told."""

    async def resumed(self, said: Resumed) -> bool:
        """Goes on from there; false where rights or filter are others, so that nobody knows what it should forget."""
        self.at, self.rights = said.at, said.rights
        if self.place.narrowed.steady:
            return True
        turn = self.context.services.catching_up
        tasks, rights = await had(self.context, self.place, said, turn)
        if said.saw is None or rights != said.rights:
            return False
        self.have.moment = said.saw[0]
        self.have.begins(tasks)
        return True

    def reset(self) -> QueueChange:
        """The word that what it has counts no longer."""
        assert self.at is not None
        position, self.at = self.at[0], None
        return _mark(QueueChangeKind.RESET, position)

    async def whole(self) -> AsyncGenerator[QueueChange, None]:
        """The open items, and at last the word that they are complete, with the cursor that follows it."""
        self.have.begins(())
        self.have.moment, position = self.context.services.now(), 0
        async for page, head, rights in snapshot(self.context, self.place, self.have.moment):
            page.reverse()
            while page:  # what is told is let go of
                change = page.pop()
                self.have.admits(change)
                yield change
            position, self.rights = head, rights
        self.at = (position, LAST)
        cursor = cursor_of(*self.at, self.rights) + self.have.said
        yield _mark(QueueChangeKind.CAUGHT_UP, position, cursor)

    async def read(self) -> list[QueueChange]:
        """What it missed; ``is_behind`` says whether there may be more."""
        at, turn = self.at or (0, LAST), self.context.services.catching_up
        ahead = reached(self.context, self.place, self.rights)
        found = await changes(self.context, self.place, at, self.have.moment, turn)
        self.is_behind = True
        if found.rights != self.rights and self.have.known is None:
            return [self.reset()]
        if found.changes:
            last = found.changes[-1]
            self.at = last.position, last.task_id or LAST
            return [change for change in found.changes if self.have.admits(change)]
        # whatever moved by then was read, or is not for these rights
        self.at = max(at[0], ahead), at[1]
        if found.rights != self.rights or not (self.place.narrowed.steady or self.is_reviewed):
            return await self._reviewed(self.at[0])
        self.is_behind = False
        return []

    async def _reviewed(self, position: int) -> list[QueueChange]:
        """What the rights, and time, have come to open and to close since it read."""
        turn = self.context.services.catching_up
        found = await reviewed(self.context, self.place, self.have, position, turn)
        self.rights, self.is_reviewed = found.rights, True
        return [change for change in found.changes if self.have.admits(change)]

    @asynccontextmanager
    async def ready(self) -> AsyncIterator[Any]:
        """The view of this capacity and how far this reader has come; ``Anew`` where it must read on by itself."""
        assert self.at is not None
        position = self.at[0]
        view = view_of(self.context, self.place, position, self.rights, self.have)
        reviews = view.reviews
        async with view.begun():
            yield Ready(view, position, reviews)


def _mark(kind: QueueChangeKind, position: int, cursor: str | None = None) -> QueueChange:
    """A word on the whole view."""
    return QueueChange(kind=kind, position=position, cursor=cursor, task_id=None, item=None)
