"""机构工作 · The work of a unit as it is read: the pages of its queues, the counts, and who carries how much of it.

Figures count what the viewer may see, as every count of tasks. Who is named for a task is told only where the viewer
may know it (P2): the load of people is null where that class is closed, and leaves out the tasks on which it is.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from domain.sensitivity import P0, P2
from projections.reader import Row
from schema.connections import Connection
from schema.objects import Info, redaction
from schema.own_work import LOAD_OF_QUEUES, WORK_DONE, WORK_QUEUE, WORK_QUEUES, of_people
from schema.queue_filter import Narrowed, WorkItemFilter, narrowed
from schema.words_asked import QUEUE

if TYPE_CHECKING:
    from schema.types import WorkItemType

ANY_QUEUE = (
    "work_item.owner_unit_id = %(unit)s and (%(queue)s::text is null or work_item.queue = %(queue)s) "
    "and work_item.is_open"
)


@strawberry.type(
    description="队列概况 · One queue of a unit: how much is open, in which state, how much is late."
)
class QueueCount:
    """Counts under the viewer's own reach."""

    queue: str
    unit_id: UUID
    open: int
    created: int
    accepted: int
    in_progress: int
    overdue: int
    escalated: int


@strawberry.type(
    description="承办量 · What one person is named for; nobody is named where the person is null."
)
class PersonLoad:
    """``oldestDueAt``: the earliest time limit of what is open."""

    person_id: UUID | None
    person_name: str | None
    open: int
    overdue: int
    escalated: int
    oldest_due_at: datetime


@strawberry.type(description="机构工作量 · What a unit has open, by queue and by person.")
class UnitLoad:
    """Under the viewer's own reach. A unit that is out of reach and one that does not exist are told alike: nothing."""

    unit_id: UUID
    open: int
    overdue: int
    escalated: int
    oldest_due_at: datetime | None
    queues: list[QueueCount]
    asked: strawberry.Private[dict[str, Any]]
    narrowing: strawberry.Private[Narrowed]

    @strawberry.field(
        description="人员承办量 · By named person, those with nobody named first; null if not yours to know."
    )
    async def people(self, info: Info) -> list[PersonLoad] | None:
        if not info.context.scope["work_item"].get(P2):
            info.context.redactions.append(redaction(info.path.as_list(), P2))
            return None
        reads = await info.context.reads()
        text = of_people().replace("{narrowed}", self.narrowing.sql)
        return [PersonLoad(**row) for row in await reads.rows(text, self.asked)]


def queue_count(row: Row) -> QueueCount:
    """A row of ``WORK_QUEUES``."""
    given = {name: row[name] for name in _COUNTED}
    return QueueCount(queue=row["queue"], unit_id=row["owner_unit_id"], **given)


_COUNTED = ("open", "created", "accepted", "in_progress", "overdue", "escalated")


async def work_queues(info: Info) -> list[QueueCount]:
    """The queues of the viewer's unit, and those in which the viewer is named."""
    reads, viewer = await info.context.reads(), info.context.assignment
    asked = {
        "now": info.context.services.now(),
        "unit": viewer.unit_id,
        "person": viewer.person_id,
    }
    return [queue_count(row) for row in await reads.rows(WORK_QUEUES, asked)]


async def work_queue(
    info: Info,
    unit: UUID,
    queue: str | None = None,
    where: WorkItemFilter | None = None,
    first: int | None = None,
    after: str | None = None,
) -> Connection[Annotated["WorkItemType", strawberry.lazy("schema.types")]]:  # noqa: UP037
    """A page of one queue of a unit, or of all of them."""
    found, queue = narrowed(info.context, where), QUEUE.maybe(queue, "queue")
    relation = replace(WORK_QUEUE, where=ANY_QUEUE + found.sql)
    given = {**found.given(info.context.services.now()), "unit": unit, "queue": queue}
    page = await relation.page(info, given, first, after)
    return page.connection(await relation.objects(info, page.rows))


async def work_done(  # noqa: PLR0913 - the arguments of the field
    info: Info,
    unit: UUID,
    queue: str | None = None,
    since: date | None = None,
    until: date | None = None,
    *,
    late: bool | None = None,
    person: UUID | None = None,
    first: int | None = None,
    after: str | None = None,
) -> Connection[Annotated["WorkItemType", strawberry.lazy("schema.types")]]:  # noqa: UP037
    """A page of what is over between two local days, both included; ``late``: over after, or within, its time."""
    if person is not None:
        info.context.asks_by("person", "work_item", P2)
    given = {
        "unit": unit,
        "queue": QUEUE.maybe(queue, "queue"),
        "since": since,
        "until": until,
        "late": late,
        "person": person,
    }
    for argument in ("queue", "since", "until", "late"):
        if given[argument] is not None:
            info.context.asks_by(argument, "work_item", P0)
    page = await WORK_DONE.page(info, given, first, after)
    return page.connection(await WORK_DONE.objects(info, page.rows))


async def unit_load(
    info: Info, unit: UUID, queue: str | None = None, where: WorkItemFilter | None = None
) -> UnitLoad:
    """What a unit has open, as a superior or its own people see it."""
    found, queue = narrowed(info.context, where), QUEUE.maybe(queue, "queue")
    reads = await info.context.reads()
    asked = {**found.given(info.context.services.now()), "unit": unit, "queue": queue}
    rows = await reads.rows(LOAD_OF_QUEUES.replace("{narrowed}", found.sql), asked)
    return UnitLoad(
        unit_id=unit,
        open=sum(r["open"] for r in rows),
        overdue=sum(r["overdue"] for r in rows),
        escalated=sum(r["escalated"] for r in rows),
        oldest_due_at=min((r["oldest_due_at"] for r in rows), default=None),
        queues=[queue_count(r) for r in rows],
        asked=asked,
        narrowing=found,
    )
