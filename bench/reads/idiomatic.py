"""strawberry as its documentation shows it: types with resolvers, dataloaders, a pool; no person, policy or journal."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

import strawberry
from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader

Row = dict[str, Any]
Pool = AsyncConnectionPool[AsyncConnection[Row]]


class Loaders:
    """Of one request."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.child: DataLoader[UUID, Child | None] = DataLoader(load_fn=self._children)
        self.work: DataLoader[UUID, list[Task]] = DataLoader(load_fn=self._work)

    async def rows(self, query: str, *params: Any) -> list[Row]:
        """The rows of a statement."""
        async with self.pool.connection() as conn:
            return await (await conn.execute(query.encode(), params)).fetchall()

    async def _children(self, ids: list[UUID]) -> Sequence[Child | None]:
        found = await self.rows(
            "select * from read.child left join read.child_p4 using (child_id) where child_id = any(%s)",
            ids,
        )
        by_id = {row["child_id"]: _made(Child, row) for row in found}
        return [by_id.get(i) for i in ids]

    async def _work(self, ids: list[UUID]) -> list[list[Task]]:
        found = await self.rows(
            "select * from read.work_item where child_id = any(%s) "
            "order by is_open desc, due_at, task_id",
            ids,
        )
        return [[_made(Task, row) for row in found if row["child_id"] == i] for i in ids]


Info = strawberry.Info[Loaders, None]


def _made(kind: Any, row: Row) -> Any:
    return kind(**{name: row[name] for name in kind.__annotations__})


@strawberry.type
class Line:
    """A line of the timeline."""

    position: int
    name: str
    occurred_at: datetime
    recorded_at: datetime
    actor_role: str
    actor_unit_id: UUID | None


@strawberry.type
class Task:
    """A work item."""

    task_id: UUID
    queue: str
    status: str
    is_open: bool
    due_at: datetime
    due_basis: str
    escalation: int
    clauses: list[str]
    child_id: strawberry.Private[UUID | None]

    @strawberry.field
    async def child(self, info: Info) -> Child | None:
        """The child it is about."""
        return await info.context.child.load(self.child_id) if self.child_id else None


@strawberry.type
class Lines:
    """A page of lines."""

    nodes: list[Line]


@strawberry.type
class Child:
    """A child."""

    child_id: UUID
    name: str | None
    sex: str | None
    birth_on: date | None
    file_status: str
    categories: list[str]
    cadence: str
    responsible_person_id: UUID | None
    last_contact_on: date | None
    next_contact_on: date | None
    next_home_visit_on: date | None
    tier: str | None

    @strawberry.field
    async def work_items(self, info: Info) -> list[Task]:
        """Its tasks."""
        return await info.context.work.load(self.child_id)

    @strawberry.field
    async def timeline(self, info: Info, first: int) -> Lines:
        """Its latest lines."""
        found = await info.context.rows(
            "select * from read.timeline_of_child where child_id = %s order by position desc limit %s",
            self.child_id,
            first,
        )
        return Lines(nodes=[_made(Line, row) for row in found])


@strawberry.type
class Tasks:
    """A page of tasks."""

    nodes: list[Task]


@strawberry.type
class Query:
    """The reads that are measured."""

    @strawberry.field
    async def child(self, info: Info, id: UUID) -> Child | None:
        """One child."""
        return await info.context.child.load(id)

    @strawberry.field
    async def work_queue(self, info: Info, unit: UUID, queue: str, first: int) -> Tasks:
        """The open tasks of a queue."""
        found = await info.context.rows(
            "select * from read.work_item where owner_unit_id = %s and queue = %s and is_open "
            "order by precedence, due_at, task_id limit %s",
            unit,
            queue,
            first,
        )
        return Tasks(nodes=[_made(Task, row) for row in found])


def idiomatic(dsn: str) -> Starlette:
    """The application over a role that row security does not bind."""
    pool: Pool = AsyncConnectionPool(
        dsn,
        min_size=4,
        max_size=8,
        open=False,
        kwargs={"row_factory": dict_row, "autocommit": True},
    )

    class Served(GraphQL[Loaders, None]):
        async def get_context(self, request: Any, response: Any) -> Loaders:  # noqa: ARG002
            return Loaders(pool)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await pool.open()
        yield
        await pool.close()

    app = Served(strawberry.Schema(Query))
    return Starlette(routes=[Route("/graphql", app)], lifespan=lifespan)
