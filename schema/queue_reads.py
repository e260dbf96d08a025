"""队列读取 · How a live work queue is read: its open items, what moved after a position, who has what in view.

Every read is made with rights computed anew, in one statement, so that it is one moment of the log: what is told up to
a position is whole. Turns keep streams that come back all at once from taking the connections that everybody needs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, TypeVar
from uuid import UUID

import orjson

from projections.reader import Reads, Row
from projections.work_item import WorkItemRow
from schema.context import RequestContext
from schema.outline import recalled
from schema.queue_changes import (
    LAST,
    Account,
    At,
    Found,
    Place,
    QueueChange,
    QueueChangeKind,
    Resumed,
    cursor_of,
    gone,
)
from schema.signin import standing_now
from schema.transport.errors import Code, CodedError
from schema.types import WorkItemType

PAGE = 500
FIRST_PAGE = 32
"""A snapshot begins with small pages, each twice the last: whoever does not read on is not read ahead for."""
T = TypeVar("T")


async def snapshot(
    context: RequestContext, place: Place, moment: datetime
) -> AsyncGenerator[tuple[list[QueueChange], int, str], None]:
    """The open items, page by page, the position up to which whatever moves later is told as a change, and the rights.

    Position and rights are those of the first page: what moves between two pages is told again.
    """
    head: int | None = None
    held = ""
    last: dict[str, Any] | None = {"rank": None, "due": None, "last": None}
    most = FIRST_PAGE

    async def read(renewed: RequestContext) -> list[QueueChange]:
        nonlocal head, last, held
        reads = await renewed.reads()
        held = held or _rights(renewed, reads, place)
        text = _OPEN_ITEMS.replace("{narrowed}", place.narrowed.sql)
        rows = await reads.rows(text, {**_named(place, moment), **(last or {}), "most": most})
        head = rows[0]["head"] if head is None else head
        found = [r for r in rows if r["task_id"]]
        names = {"rank": "precedence", "due": "due_at", "last": "task_id"}
        ends = {name: found[-1][column] for name, column in names.items()} if found else None
        last = ends if len(found) == most else None
        return [_item(renewed, r, QueueChangeKind.SNAPSHOT, "") for r in found]

    while last is not None:
        page = await fresh(context, read, context.services.catching_up)
        yield page, head or 0, held
        most = min(2 * most, PAGE)


def _columns(table: str) -> str:
    """What is read of a task. Its trail as text: it grows with the task, and few ask for it."""
    own = [s.name for s in WorkItemRow.specs if s.name != "trail"]
    return (
        ", ".join([f"{table}.{name}" for name in (*own, "tokens")])
        + f", {table}.trail::text as trail_text"
    )


class TaskRow(Row):
    """A task as it was read; its trail is made of its text when somebody asks for it."""

    def __missing__(self, name: str) -> Any:
        if name != "trail":
            raise KeyError(name)
        trail = self[name] = orjson.loads(self["trail_text"])
        return trail


_HERE = (
    "{table}.owner_unit_id = %(unit)s and (%(queue)s::text is null or {table}.queue = %(queue)s) "
)
_IN = _HERE.replace("{table}", "work_item")
_OPEN_ITEMS = (
    f"with here as (select * from work_item where {_IN} and work_item.is_open{{narrowed}}) "
    f"select head.position as head, {_columns('here')} from (select greatest("
    f"(select max(position) from work_item where {_IN}), "
    f"(select max(position) from task_left where {_HERE.replace('{table}', 'task_left')}), 0) "
    "as position) head left join here on %(last)s::uuid is null or "
    "(here.precedence, here.due_at, here.task_id) > "
    "(%(rank)s::bigint, %(due)s::timestamptz, %(last)s::uuid) "
    "order by here.precedence, here.due_at, here.task_id limit %(most)s"
)
_GONE = (
    f"{_HERE.replace('{table}', 'task_left')} and not exists (select from work_item w "
    "where w.task_id = task_left.task_id and w.owner_unit_id = task_left.owner_unit_id)"
)
"""What left this place, unless the viewer still sees it here."""
_MOVED = (
    f"with moved as ((select position, task_id, true as here from work_item where {_IN} "
    "and position >= %(after)s and (position, task_id) > (%(after)s, %(last)s) "
    f"order by position, task_id limit %(most)s) "
    f"union all (select position, task_id, false from task_left where {_GONE} "
    "and position >= %(after)s and (position, task_id) > (%(after)s, %(last)s) "
    "order by position, task_id limit %(most)s)) "
    "select moved.position as at_position, moved.task_id as at_task, "
    f"{_columns('work_item')}, "
    "coalesce(work_item.is_open{narrowed}, false) as fits from moved "
    "left join work_item on moved.here and work_item.task_id = moved.task_id "
    "order by moved.position, moved.task_id limit %(most)s"
)
_STANDS = (
    "select task_id, (position, task_id) > (%(after)s, %(last)s) as moved, "
    f"(work_item.is_open{{narrowed}}) as fits from work_item where {_IN} "
    "and (work_item.is_open or (position >= %(after)s and (position, task_id) > (%(after)s, %(last)s))) "
    f"union all select task_id, true, false from task_left where {_GONE} "
    "and position >= %(after)s and (position, task_id) > (%(after)s, %(last)s)"
)


async def changes(
    context: RequestContext, place: Place, at: At, moment: datetime, turn: asyncio.Semaphore
) -> Found:
    """What moved in this place after that, in log order; what moved together by the id of its task."""

    async def read(renewed: RequestContext) -> Found:
        reads = await renewed.reads()
        rights = _rights(renewed, reads, place)
        rows = await reads.rows(
            _MOVED.replace("{narrowed}", place.narrowed.sql),
            {**_named(place, moment), "after": at[0], "last": at[1]},
        )
        return Found([_moved(renewed, r, rights) for r in rows], rights, len(rows) == PAGE)

    return await fresh(context, read, turn)


@dataclass(frozen=True)
class Standing:
    """What is in a place, told everything up to a point of the log: of what had moved by then ``visible`` is in view
    and ``others`` are not; ``later`` moved since and is told by itself.
    """

    visible: frozenset[UUID]
    others: frozenset[UUID]
    later: frozenset[UUID]
    rights: str


async def standing(
    context: RequestContext, place: Place, at: At, moment: datetime, turn: asyncio.Semaphore
) -> Standing:
    """Which tasks the viewer has in view by rights, children and tasks as they are now, and time as of ``moment``."""

    async def read(renewed: RequestContext) -> Standing:
        reads = await renewed.reads()
        rights = _rights(renewed, reads, place)
        rows = await reads.rows(
            _STANDS.replace("{narrowed}", place.narrowed.sql),
            {**_named(place, moment), "after": at[0], "last": at[1]},
        )
        later = frozenset(r["task_id"] for r in rows if r["moved"])
        here = frozenset(r["task_id"] for r in rows) - later
        fits = frozenset(r["task_id"] for r in rows if r["fits"]) - later
        return Standing(fits, here - fits, later, rights)

    return await fresh(context, read, turn)


async def had(
    context: RequestContext, place: Place, said: Resumed, turn: asyncio.Semaphore
) -> tuple[set[UUID], str]:
    """What a reader had in view who resumes under a filter that moves; and the rights it is found out with.

    What has not moved since was in view if it fitted as of the moment the filter was last looked at, but for what the
    child has moved; the outline says which. Where it cannot, too much is told: what fits, and that the rest has left.
    """
    moment, outline = said.saw or (context.services.now(), 0)
    found = await standing(context, place, said.at, moment, turn)
    return recalled(outline, {*found.visible}, {*found.later}, {*found.others}), found.rights


async def entered(
    context: RequestContext,
    place: Place,
    tasks: frozenset[UUID],
    at: tuple[int, str],
    turn: asyncio.Semaphore,
) -> list[QueueChange]:
    """Tasks that came into view although they did not move; told ``at`` a position, under these rights."""

    async def read(renewed: RequestContext) -> list[QueueChange]:
        reads = await renewed.reads()
        rows = await reads.rows(
            f"select {_columns('work_item')} from work_item where task_id = any(%(tasks)s) and {_IN} and is_open "
            "order by precedence, due_at, task_id",
            {"unit": place.unit, "queue": place.queue, "tasks": list(tasks)},
        )
        told = [_item(renewed, r, QueueChangeKind.CHANGED, at[1]) for r in rows]
        for change in told:
            change.position, change.of_rights = at[0], True
            change.cursor = cursor_of(at[0], LAST, at[1])
        return told

    return await fresh(context, read, turn)


def _named(place: Place, moment: datetime) -> dict[str, Any]:
    given = {"unit": place.unit, "queue": place.queue, "most": PAGE}
    return {**place.narrowed.given(moment), **given}


def _rights(context: RequestContext, reads: Reads, place: Place) -> str:
    """A digest of what decides which tasks are in view: the scope, the grants, the filter. It tells none of them."""
    said = f"{context.scope.text}|{context.purpose}|{reads.granted}|{place.key}"
    return blake2b(said.encode(), digest_size=8, key=context.services.scope_key[:64]).hexdigest()


async def fresh(
    context: RequestContext,
    read: Callable[[RequestContext], Awaitable[T]],
    turn: asyncio.Semaphore,
) -> T:
    """Reads, when its turn comes, with rights computed anew: an ended assignment ends the stream."""
    async with turn:
        return await _fresh_now(context, read)


async def _fresh_now(context: RequestContext, read: Callable[[RequestContext], Awaitable[T]]) -> T:
    assignment = await standing_now(context)
    if assignment is None:
        raise CodedError(Code.FORBIDDEN)
    renewed = context.renewed(assignment)
    context.assignment, context._scope = assignment, None  # noqa: SLF001 - nested fields see the same rights
    async with renewed.finishing():
        return await read(renewed)


def _moved(context: RequestContext, row: Row, rights: str) -> QueueChange:
    """What is said of one that moved: how it is now, or that it is gone."""
    if not row["fits"]:
        return gone(row["at_task"], row["at_position"], rights)
    return _item(context, row, QueueChangeKind.CHANGED, rights)


def _item(context: RequestContext, row: Row, kind: QueueChangeKind, rights: str) -> QueueChange:
    snapped = kind is QueueChangeKind.SNAPSHOT
    return QueueChange(
        kind=kind,
        position=row["position"],
        cursor=None if snapped else cursor_of(row["position"], row["task_id"], rights),
        task_id=row["task_id"],
        item=WorkItemType(TaskRow(row), context.mask(WorkItemRow, row)),
    )


async def reviewed(
    context: RequestContext, place: Place, have: Account, position: int, turn: asyncio.Semaphore
) -> Found:
    """What came into reach and went out of it, also by time, for a reader who is told up to ``position``.

    Its account has come to that moment when this returns, and is still to admit the changes.
    """
    known, moment = have.known or set(), context.services.now()
    now = await standing(context, place, (position, LAST), moment, turn)
    lost = sorted(known - now.visible - now.later, key=str)
    told = [gone(task, position, now.rights, of_rights=True) for task in lost]
    if come := now.visible - known:
        told += await entered(context, place, come, (position, now.rights), turn)
    have.moment = moment
    return Found(told, now.rights)
