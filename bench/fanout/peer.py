"""strawberry's own subscriptions as its documentation shows them, over graphql-transport-ws: the peer of the fan-out.

One LISTEN connection; after a notification the moved tasks are read once, with their child, and put into the inbox of
everyone who looks at their queue; each subscription is an async generator over its inbox. Kinder to it than need be: no
sign-in, policy or journal, and nobody's resolver asks the database.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg
import strawberry
from psycopg.rows import dict_row
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

Inbox = asyncio.Queue["QueueChange"]
Place = tuple[UUID, str]
MOVED = """select w.*, c.child_id as c_child_id, c.name, c.sex, c.birth_on, c.categories, c.cadence, p.tier,
    c.next_home_visit_on from read.work_item w left join read.child c on c.child_id = w.child_id
    left join read.child_p4 p on p.child_id = c.child_id
    where w.position > %s order by w.position"""


@strawberry.type
class Card:
    """The child's card."""

    child_id: UUID
    name: str | None
    sex: str | None
    birth_on: date | None
    categories: list[str]
    cadence: str
    tier: str | None
    next_home_visit_on: date | None


@strawberry.type
class Item:
    """The task."""

    task_id: UUID
    queue: str
    status: str
    is_open: bool
    due_at: datetime
    due_basis: str
    escalation: int
    clauses: list[str]
    child: Card | None


@strawberry.type
class QueueChange:
    """One change of a queue."""

    kind: str
    position: int
    cursor: str | None = None
    task_id: UUID | None = None
    item: Item | None = None


class Hub:
    """Who looks at which queue."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self.inboxes: dict[Place, set[Inbox]] = defaultdict(set)

    async def run(self) -> None:
        """Listens, reads what moved, hands it out."""
        async with await psycopg.AsyncConnection.connect(
            self._dsn, autocommit=True, row_factory=dict_row
        ) as conn:
            found = await conn.execute("select max(position) as position from read.work_item")
            row = await found.fetchone()
            last = row["position"] if row else 0
            await conn.execute("listen es_event")
            while True:
                async for _ in conn.notifies(stop_after=1):
                    pass
                for moved in await (await conn.execute(MOVED, (last,))).fetchall():
                    last = moved["position"]
                    change = _change(moved)
                    for inbox in self.inboxes[moved["owner_unit_id"], moved["queue"]]:
                        inbox.put_nowait(change)


def _change(row: dict[str, Any]) -> QueueChange:
    card = {
        name: row["c_child_id" if name == "child_id" else name] for name in Card.__annotations__
    }
    told = {name: row[name] for name in Item.__annotations__ if name != "child"}
    item = Item(**told, child=Card(**card) if row["c_child_id"] else None)
    return QueueChange(kind="CHANGED", position=row["position"], task_id=row["task_id"], item=item)


@strawberry.type
class Query:
    """A schema has a query."""

    ok: bool = True


@strawberry.type
class Subscription:
    """What is measured."""

    @strawberry.subscription
    async def work_queue(
        self, info: strawberry.Info[Hub, None], unit: UUID, queue: str, resume: str | None = None
    ) -> AsyncGenerator[QueueChange, None]:
        """The changes of a queue. It cannot resume: ``resume`` is there so that all are asked alike."""
        del resume
        inbox: Inbox = asyncio.Queue()
        inboxes = info.context.inboxes[unit, queue]
        inboxes.add(inbox)
        try:
            yield QueueChange(kind="CAUGHT_UP", position=0)
            while True:
                yield await inbox.get()
        finally:
            inboxes.discard(inbox)


def broadcast(dsn: str) -> Starlette:
    """The application over a role that row security does not bind."""
    hub = Hub(dsn)

    class Served(GraphQL[Hub, None]):
        async def get_context(self, request: Any, response: Any) -> Hub:  # noqa: ARG002
            return hub

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        listening = asyncio.create_task(hub.run())
        yield
        listening.cancel()

    app = Served(
        strawberry.Schema(Query, subscription=Subscription),
        subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
    )
    routes = [Route("/graphql", app), WebSocketRoute("/graphql", app)]
    return Starlette(routes=routes, lifespan=lifespan)
