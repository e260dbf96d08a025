"""队列视图 · The view of a capacity: what moves is read once for all who look at the same queue in the same capacity.

Rights are computed anew at every read. When they change, or a filter is one that time or the child changes, the view
compares what is in reach with what it has handed out: what is no longer there is told as leaving, what has come into
reach as changed. A change handed to many is one object, so that its answer is made once as well (``schema.fanout``).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from schema.context import RequestContext
from schema.queue_changes import LAST, Account, At, Found, Place, QueueChange
from schema.queue_reads import changes, reviewed, standing
from schema.transport.errors import Code, CodedError

INBOX_MAX = 1_000
"""Changes that wait for a reader who is slow; beyond that the reader is cut off and resumes where it was."""
REVIEW_S = 5.0
"""How long a view believes that its rights are the same while nothing moves; a new policy it sees sooner."""
LOOK_S = 1.0

Inbox = asyncio.Queue[QueueChange | BaseException]


async def taken(inbox: Inbox) -> QueueChange:
    """The next change, or the error that ends the stream."""
    found = await inbox.get()
    if isinstance(found, BaseException):
        raise found
    return found


async def taken_together(inbox: Inbox, most: int) -> list[QueueChange]:
    """The next changes, as many as have come by now and at most so many; or the error that ends the stream."""
    found = [await taken(inbox)]
    while len(found) < most and not inbox.empty():
        one = inbox.get_nowait()
        if isinstance(one, BaseException):
            inbox.put_nowait(one)  # told next: nothing follows it
            break
        found.append(one)
    return found


class Anew(Exception):
    """The rights changed in between: the reader reads on by itself, and is told."""


@dataclass
class View:
    """One place in one capacity, however many look at it. ``position``: everything up to here was handed out.

    ``account``: the tasks its readers have in view; ``rights``: the digest of those they were read with.
    """

    context: RequestContext
    place: Place
    position: int
    rights: str
    account: Account
    gone: Callable[[], object]
    """Called when nobody looks any more, or the view can no longer be kept."""
    inboxes: set[Inbox] = field(default_factory=set)
    channels: dict[Any, Any] = field(default_factory=dict)
    """Who asks what of it (``schema.channel.Channel``), by question."""
    coming: int = 0
    """Readers that are about to join."""
    is_over: bool = False
    reviews: int = 0
    """How often it has told what rights, time and children have moved."""
    beginning: asyncio.Lock = field(default_factory=asyncio.Lock)
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
            self._end_unlooked_at()

    @asynccontextmanager
    async def begun(self) -> AsyncIterator[None]:
        """Kept open for a reader who is about to join, once it is known what those who look have in view.

        Raises ``Anew`` where that cannot be known.
        """
        self.coming += 1
        try:
            async with self.beginning:
                await self._began()
            yield
        finally:
            self.coming -= 1
            self._end_unlooked_at()

    def _end_unlooked_at(self) -> None:
        if not (self.inboxes or self.coming):
            self._end()

    async def _run(self) -> None:
        try:
            while True:
                moved = await self._waited()
                found, at = await self._read((self.position, LAST))
                while found.is_full:
                    found, at = await self._read(at)
                self.position = max(moved, at[0])  # also past what is not for this capacity
                if found.rights != self.rights or not self.place.narrowed.steady:
                    await self._reviewed()
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - each reader is told, by its own stream
            for inbox in self.inboxes:
                _cut(inbox, error)
            self.inboxes.clear()
            self._end()

    @property
    def _turn(self) -> asyncio.Semaphore:
        return self.context.services.following

    async def _began(self) -> None:
        """What its first reader has in view, if that reader cannot say: what is there, and whatever moved since."""
        if self.account.known is not None:
            return
        at, moment = (self.position, LAST), self.account.moment
        found = await standing(self.context, self.place, at, moment, self._turn)
        if found.rights != self.rights:
            raise Anew
        self.account.begins({*found.visible, *found.later})

    async def _waited(self) -> int:
        """Until something moves, or it is time to look at the rights; the position that can be read now."""
        services, place = self.context.services, self.place
        version, slept = services.gate().policy.version, 0.0
        while slept < REVIEW_S and services.gate().policy.version == version:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    moved: int = await services.feed.wait(place.unit, place.queue, self.position)
                    return moved
            slept += LOOK_S
        return self.position

    async def _reviewed(self) -> None:
        """Compares what is in reach now with what was handed out, and tells the difference."""
        at = self.position
        found = await reviewed(self.context, self.place, self.account, at, self._turn)
        self.reviews += 1
        for change in found.changes:
            self._tell(change)
        if found.rights != self.rights:
            self._renamed(found.rights)

    async def _read(self, at: At) -> tuple[Found, At]:
        """Hands out what is read next, and says up to where. Who joins from then on must have read as far by itself."""
        moment = self.account.moment
        found = await changes(self.context, self.place, at, moment, self._turn)
        for change in found.changes:
            self._tell(change)
            at = change.position, change.task_id or LAST
        self.position = max(self.position, at[0])
        return found, at

    def _tell(self, change: QueueChange) -> None:
        if self.account.admits(change):
            self._hand_out(change)

    def _renamed(self, rights: str) -> None:
        """Whoever comes now has these rights."""
        views: dict[Any, View] = self.context.services.views
        if views.get(self.key) is self:
            del views[self.key]
        self.rights = rights
        views.setdefault(self.key, self)

    @property
    def key(self) -> tuple[Any, ...]:
        """Whose view of what it is."""
        return _key(self.context, self.place, self.rights)

    def _hand_out(self, change: QueueChange) -> None:
        for inbox in list(self.inboxes):
            try:
                inbox.put_nowait(change)
            except asyncio.QueueFull:
                self.inboxes.discard(inbox)
                _cut(inbox, CodedError(Code.UNAVAILABLE))

    def _end(self) -> None:
        self.is_over = True
        self.gone()
        if self.task is not None and self.task is not asyncio.current_task():
            self.task.cancel()


def _cut(inbox: Inbox, error: Exception) -> None:
    """The last thing a reader gets, in the place of what it has not taken: it resumes from its own position."""
    while not inbox.empty():
        with suppress(asyncio.QueueEmpty):
            inbox.get_nowait()
    inbox.put_nowait(error)


def _key(context: RequestContext, place: Place, rights: str) -> tuple[Any, ...]:
    return context.assignment.id, context.purpose, place.key, rights


def reached(context: RequestContext, place: Place, rights: str | None) -> int:
    """Up to where the view of this capacity has read; 0 if nobody looks."""
    found: View | None = context.services.views.get(_key(context, place, rights or ""))
    return found.position if found is not None else 0


def view_of(
    context: RequestContext, place: Place, position: int, rights: str, have: Account
) -> View:
    """The view of this capacity; opened at ``position`` by a reader who ``has`` so much if nobody looks yet.

    Under a filter that moves, a reader who has not what the others have gets a view of its own.
    """
    views = context.services.views
    found: View | None = views.get(_key(context, place, rights))
    if found is not None and (place.narrowed.steady or found.account.known == have.known):
        return found

    def ended() -> None:
        if views.get(made.key) is made:
            del views[made.key]

    made = View(context.for_many(), place, position, rights, have.copied(), ended)
    views.setdefault(made.key, made)
    return made
