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
    cursor_of,
    resumed,
)
from schema.queue_filter import WorkItemFilter, narrowed
from schema.queue_reads import changes, reviewed, snapshot
from schema.view import Anew, reached, view_of


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
        after: int | None = None,
        resume: str | None = None,
    ) -> AsyncGenerator[QueueChange, None]:
        place = Place(unit, queue, narrowed(info.context, where))
        at, rights = _began(after, resume)
        reader = Reader(info.context, place, Account(place.narrowed), at, rights)
        if at is not None and not place.narrowed.steady:  # time went on, and nobody told
            yield reader.reset(at[0])
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
    """One who follows a place. ``at``: how far it has come; None: it begins. ``rights``: None where it cannot say."""

    context: RequestContext
    place: Place
    have: Account
    at: At | None
    rights: str | None
    is_behind: bool = True

    def reset(self, position: int) -> QueueChange:
        """The word that what it has counts no longer."""
        self.at = None
        return _mark(QueueChangeKind.RESET, position)

    async def whole(self) -> AsyncGenerator[QueueChange, None]:
        """The open items, and at last the word that they are complete, with the cursor that follows it."""
        self.have.known, position = set(), 0
        async for page, head, rights in snapshot(self.context, self.place):
            for change in page:
                self.have.admits(change)
                yield change
            position, self.rights = head, rights
        self.at = (position, LAST)
        cursor = cursor_of(*self.at, self.rights or "")
        yield _mark(QueueChangeKind.CAUGHT_UP, position, cursor)

    async def read(self) -> list[QueueChange]:
        """What it missed; ``is_behind`` says whether there may be more."""
        at, turn = self.at or (0, LAST), self.context.services.catching_up
        ahead = reached(self.context, self.place, self.rights)
        found = await changes(self.context, self.place, at, turn)
        self.rights, self.is_behind = self.rights or found.rights, True
        if found.rights != self.rights and self.have.known is None:
            return [self.reset(at[0])]
        if found.changes:
            last = found.changes[-1]
            self.at = last.position, last.task_id or LAST
            return [change for change in found.changes if self.have.admits(change)]
        self.at = (
            max(at[0], ahead),
            at[1],
        )  # whatever moved by then was read, or is not for these rights
        if found.rights != self.rights:
            return await self._reviewed(self.at[0])
        self.is_behind = False
        return []

    async def _reviewed(self, position: int) -> list[QueueChange]:
        """What the rights have come to open and to close since it read."""
        known, turn = self.have.known or set(), self.context.services.catching_up
        found = await reviewed(self.context, self.place, known, position, turn)
        self.rights = found.rights
        return [change for change in found.changes if self.have.admits(change)]

    @asynccontextmanager
    async def ready(self) -> AsyncIterator[Any]:
        """The view of this capacity and how far this reader has come; ``Anew`` where it must read on by itself."""
        assert self.at is not None
        position, rights = self.at[0], self.rights or ""
        view = view_of(self.context, self.place, position, rights, self.have.known)
        async with view.begun():
            yield Ready(view, position)


def _began(after: int | None, resume: str | None) -> tuple[At | None, str | None]:
    """How far the reader had come and with which rights, as far as it says; None: it begins."""
    if resume is not None:
        return resumed(resume)
    return (None if after is None else (after, LAST)), None


def _mark(kind: QueueChangeKind, position: int, cursor: str | None = None) -> QueueChange:
    """A word on the whole view."""
    return QueueChange(kind=kind, position=position, cursor=cursor, task_id=None, item=None)
