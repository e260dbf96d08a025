"""问同一事的人 · A channel: all who ask one question of one view follow it together, and it alone has an inbox.

Each change is answered once, with the capacity's rights as the view last computed them; then it is told to all
followers (``schema.transport.following``). Who joins has read for itself up to the view's position, and is told what is
handed out from then on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from graphql import ExecutionResult

from schema.context import RequestContext
from schema.fanout import Answer
from schema.queue_changes import QueueChange
from schema.transport.following import Follower, Told, end_all, tell_all
from schema.view import View, taken_together

Question = tuple[Any, ...]
TOGETHER = 8
"""Changes that wait are answered together, at most so many: in one transaction, and the first is told with the last."""
Tell = Callable[[ExecutionResult], Told]


@dataclass(frozen=True, slots=True)
class Ready:
    """What the source of a live queue yields when its reader is up to date with a view."""

    view: View
    position: int
    reviews: int


@dataclass(frozen=True, slots=True)
class Together:
    """The handover to those who ask the same of the same view. ``answers`` is made where there are none yet."""

    ready: Ready
    question: Question
    answers: Callable[[RequestContext], Answer]

    def join(self, follower: Follower, tell: Tell) -> bool:
        """False if the view is ahead: read on by yourself first."""
        view, position = self.ready.view, self.ready.position
        ahead = view.position > position or view.reviews > self.ready.reviews
        if ahead or view.is_over:
            return False
        channel = view.channels.get(self.question)
        if channel is None:
            channel = view.channels[self.question] = Channel(self, tell)
        channel.add(follower, position)
        return True


class Channel:
    """Open while somebody follows."""

    def __init__(self, first: Together, tell: Tell) -> None:
        self._view, self._question, self._tell = first.ready.view, first.question, tell
        self._context = self._view.context.for_many()
        self._answers = first.answers(self._context)
        self._followers: set[Follower] = set()
        self._taken = 0
        self._held = ExitStack()
        inbox = self._held.enter_context(self._view.joined(first.ready.position))
        assert inbox is not None, "the view was not ahead"
        self._inbox = inbox
        self._task = asyncio.create_task(self._run(), name="channel")

    @property
    def size(self) -> int:
        """How many follow."""
        return len(self._followers)

    def add(self, follower: Follower, position: int) -> None:
        """From here on it is told what is handed out, unless it has that already."""
        follower.since, follower.position = self._taken + self._inbox.qsize(), position
        follower.left = self._discard
        self._followers.add(follower)

    def _discard(self, follower: Follower) -> None:
        self._followers.discard(follower)
        if not self._followers:
            self._close()

    def _close(self) -> None:
        if self._view.channels.get(self._question) is self:
            del self._view.channels[self._question]
        self._held.close()
        if self._task is not asyncio.current_task():
            self._task.cancel()

    async def _run(self) -> None:
        try:
            while self._followers:
                changes = await taken_together(self._inbox, TOGETHER)
                first, self._taken = self._taken + 1, self._taken + len(changes)
                await self._told(changes, first)
        except Exception as error:  # noqa: BLE001 - each follower is told, in its own stream
            self._close()
            await end_all(error, self._followers)

    async def _told(self, changes: Sequence[QueueChange], first: int) -> None:
        self._context.assignment = self._view.context.assignment
        answers = await self._answers(changes)
        for place, (change, answer) in enumerate(zip(changes, answers, strict=True), first):
            whom = [one for one in self._followers if _concerns(one, change, place)]
            await tell_all(self._tell(answer), whom)


def _concerns(one: Follower, change: QueueChange, place: int) -> bool:
    """``place``: which of all the channel has taken it is."""
    new = change.position > one.position or change.of_rights
    return new and one.since < place
