"""队列变化 · What is told of a live work queue: a snapshot, then what moved, each with where to resume.

What leaves a view is told as leaving, without a word on what became of it: done, refused, handed to another unit or
person, outside the filter, or no longer within the viewer's reach. A cursor carries a digest of the rights and the
filter it was read with; who resumes with others is told to forget what they have and gets the queue anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Optional
from uuid import UUID

import strawberry

from schema.queue_filter import Narrowed
from schema.transport.errors import Code, CodedError

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


def cursor_of(position: int, task_id: UUID, rights: str = "") -> str:
    return f"{position}.{task_id}{'.' if rights else ''}{rights}"


def resumed(cursor: str) -> tuple[At, str | None]:
    """How far the reader had come, and with which rights; ``BAD_USER_INPUT`` for what is no cursor."""
    position, _, rest = cursor.partition(".")
    task_id, _, rights = rest.partition(".")
    try:
        at = int(position), UUID(task_id)
    except ValueError:
        raise CodedError(Code.BAD_USER_INPUT, field="resume") from None
    if not (position.isascii() and position.isdigit() and at[0] < POSITIONS):
        raise CodedError(Code.BAD_USER_INPUT, field="resume")
    return at, rights or None


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
    """Which tasks a reader has in view; None where it resumed and nobody knows."""

    narrowed: Narrowed
    known: set[UUID] | None = None

    def admits(self, change: QueueChange) -> bool:
        """Keeps account of a change; false for one that leaves although the filter never let it in."""
        if self.known is None or change.task_id is None:
            return True
        if change.kind is not QueueChangeKind.LEFT:
            self.known.add(change.task_id)
            return True
        had = change.task_id in self.known
        self.known.discard(change.task_id)
        return had or not self.narrowed.sql
