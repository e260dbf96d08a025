"""队列变化 · What is told of a live work queue: a snapshot, then what moved, each with where to resume.

What leaves a view is told as leaving, without a word on what became of it: done, refused, handed to another unit or
person, outside the filter, or no longer within the viewer's reach. A cursor carries a digest of the rights and the
filter it was read with; who resumes with others is told to forget what they have and gets the queue anew.

Under a filter that time or the child moves, a cursor also tells when the filter was last looked at, and an outline of
what the reader had in view then. With it the server finds out again what that was (``Account``, ``queue_reads``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Optional
from uuid import UUID

import strawberry

from schema.cursors import no_cursor
from schema.outline import mark, outline_in, outline_of, told
from schema.queue_filter import Narrowed

if TYPE_CHECKING:
    from schema.types import WorkItemType

POSITIONS = 2**63


@strawberry.enum(
    description="变化 · What happened to the item in this view; RESET: forget what you have, a snapshot follows."
)
class QueueChangeKind(StrEnum):
    """An item that leaves is told as leaving, without saying what became of it.

    ``RESET``: the rights or the filter are not those the reader resumes with.
    """

    SNAPSHOT = "SNAPSHOT"
    CHANGED = "CHANGED"
    LEFT = "LEFT"
    CAUGHT_UP = "CAUGHT_UP"
    RESET = "RESET"


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
    of_rights: strawberry.Private[bool] = False
    """The task did not move: who may see it did, or the time came."""
    answers: strawberry.Private[dict[Any, Any]] = field(default_factory=dict)
    """What was answered of this change, by what was asked of it."""


At = tuple[int, UUID]
"""How far a reader has come: a position of the log, and the last task of those that moved there."""
LAST = UUID(int=2**128 - 1)
"""After all tasks of a position."""


@dataclass(frozen=True)
class Place:
    """A unit's queue, or all of its queues, under a filter."""

    unit: UUID
    queue: str | None
    narrowed: Narrowed = field(default_factory=Narrowed)

    @property
    def key(self) -> tuple[Any, ...]:
        """The same tasks, the same key."""
        return self.unit, self.queue, self.narrowed.key


@dataclass(frozen=True)
class Found:
    """Changes, and a digest of the rights they were read with."""

    changes: list[QueueChange]
    rights: str
    is_full: bool = False
    """There may be more that had moved by then."""


@dataclass(frozen=True)
class Resumed:
    """What a cursor says: how far the reader had come, with which rights; ``saw``: under a filter that moves, when it
    was last looked at and the outline of what was in view then.
    """

    at: At
    rights: str
    saw: tuple[datetime, int] | None = None


def cursor_of(position: int, task_id: UUID, rights: str) -> str:
    return f"{position}.{task_id}.{rights}"


def resumed(cursor: str) -> Resumed:
    """What it says; ``BAD_USER_INPUT`` for what is no cursor."""
    words = cursor.split(".")
    try:
        position, task_id, rights = words[:3]
        at, saw = (int(position), UUID(task_id)), None
        if len(words) > len((position, task_id, rights)):
            micros, outline = words[3:]
            saw = _EPOCH + timedelta(microseconds=int(micros)), outline_in(outline)
    except (ValueError, OverflowError):
        raise no_cursor("resume") from None
    if not (position.isascii() and position.isdigit() and at[0] < POSITIONS):
        raise no_cursor("resume")
    return Resumed(at, rights, saw)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def gone(task_id: UUID, position: int, rights: str, *, of_rights: bool = False) -> QueueChange:
    """That a task is in view no longer, and nothing else."""
    cursor = cursor_of(position, LAST if of_rights else task_id, rights)
    return QueueChange(
        kind=QueueChangeKind.LEFT,
        position=position,
        cursor=cursor,
        task_id=task_id,
        item=None,
        of_rights=of_rights,
    )


@dataclass
class Account:
    """Which tasks a reader has in view; None where it resumed and nobody knows.

    ``moment``: as of when the conditions of time hold or do not. It moves only where what came in and fell out by it
    is told.
    """

    narrowed: Narrowed
    moment: datetime
    known: set[UUID] | None = None
    _outline: int = 0

    def begins(self, tasks: Iterable[UUID]) -> None:
        """These are in view."""
        self.known = set(tasks)
        self._outline = 0 if self.narrowed.steady else outline_of(self.known)

    def admits(self, change: QueueChange) -> bool:
        """Keeps account of a change; false for one that leaves although the filter never let it in."""
        if self.known is None or change.task_id is None:
            return True
        had, leaves = change.task_id in self.known, change.kind is QueueChangeKind.LEFT
        if had is leaves:
            (self.known.remove if leaves else self.known.add)(change.task_id)
            self._outline ^= 0 if self.narrowed.steady else mark(change.task_id)
        if change.cursor is not None:
            change.cursor += self.said
        return not leaves or had or not self.narrowed.sql

    @property
    def said(self) -> str:
        """The end of a cursor under a filter that moves; nothing under any other."""
        if self.narrowed.steady:
            return ""
        micros = (self.moment - _EPOCH) // timedelta(microseconds=1)
        return f".{micros}.{told(self._outline)}"

    def copied(self) -> Account:
        """The same, kept apart from now on."""
        found = Account(self.narrowed, self.moment)
        if self.known is not None:
            found.begins(self.known)
        return found
