"""Reading: one short transaction as the API role, opened with the signed scope, closed with the access journal.

The role owns nothing and cannot bypass row security; what the scope does not open does not exist here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from psycopg import AsyncConnection, sql
from psycopg.rows import dict_row
from psycopg.types.json import set_json_loads
from psycopg_pool import AsyncConnectionPool

from eventlog.connections import RECONNECT_S, ReadLimits, async_bounded
from projections.grants import held
from projections.journal import Look, Row, Seal, Seen, Viewer, look_at, write

__all__ = ["OpensScope", "Reads", "Row", "reader_pool", "reading"]


@dataclass(frozen=True)
class OpensScope:
    """The statement and arguments that open a scope in a transaction and answer its grants (``authz.scope_db``)."""

    statement: str
    arguments: tuple[str, ...]


class Reads:
    """Reads in one transaction. ``note`` collects what was seen; it is journaled before the transaction ends.

    A statement outlives whoever waits for it: graphql-core cancels the fields beside one that failed, and the request
    goes on, with its answer and its journal, on the same connection. Where the request itself ends, it is dropped.
    """

    def __init__(self, conn: AsyncConnection[Row], granted: str | None) -> None:
        self._conn, self._granted, self._grants = conn, granted or "", held(granted)
        self._running: set[asyncio.Task[list[Row]]] = set()
        self._once: dict[tuple[str, str], asyncio.Task[list[Row]]] = {}
        self.seen = Seen()

    @property
    def granted(self) -> str:
        """The grants that are valid now, as the opening of the scope told them; the same grants, the same text."""
        return "\n".join(sorted(self._granted.splitlines()))

    async def rows(self, statement: sql.Composed | str, params: Mapping[str, Any]) -> list[Row]:
        """The rows of a statement; names in it come from declarations, values from ``params``."""
        return await asyncio.shield(self._put(statement, params))

    async def once(self, statement: str, ident: object) -> list[Row]:
        """The same of a statement about one id, which many rows ask for: it is asked once an operation."""
        key = (statement, str(ident))
        if key not in self._once:
            self._once[key] = self._put(statement, {"id": ident})
        return await asyncio.shield(self._once[key])

    def _put(
        self, statement: sql.Composed | str, params: Mapping[str, Any]
    ) -> asyncio.Task[list[Row]]:
        text = statement.encode() if isinstance(statement, str) else statement
        task = asyncio.ensure_future(self._fetched(text, params))
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def _fetched(
        self, statement: sql.Composed | bytes, params: Mapping[str, Any]
    ) -> list[Row]:
        cursor = await self._conn.execute(statement, params)
        return await cursor.fetchall()

    def _ended(self, task: asyncio.Task[list[Row]]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # whoever waited may be gone

    async def drop(self) -> None:
        """Ends what still runs, and the connection with it, at once."""
        running = tuple(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def row(self, statement: sql.Composed | str, params: Mapping[str, Any]) -> Row | None:
        """The one row, or None."""
        found = await self.rows(statement, params)
        return found[0] if found else None

    def grants_on(self, *subjects: UUID | None) -> tuple[str, ...]:
        """The capacity's grants on these children and cases that are valid now, as tokens (``G:…|classes``)."""
        if not self._grants:
            return ()
        return tuple(token for s in subjects for token in self._grants.get(str(s), ()))

    def note(
        self, subject_id: UUID, obj: str, classes: Iterable[str], relation: str | None = None
    ) -> None:
        """Somebody looked at this child or case with these classes open, by this relation."""
        of, subject = look_at(obj, "read", subject_id, relation=relation, classes=classes)
        self.seen.note((obj, subject), of)

    async def journal(self, viewer: Viewer, others: Iterable[Look], seal: Seal) -> None:
        """Writes what was seen, and the ``others``, in the fate of the read (DESIGN §8; A.2 rule 1)."""
        looked, self.seen = self.seen.settled(), Seen()
        await write(self._conn, viewer, (*looked, *others), seal)


@asynccontextmanager
async def reading(
    pool: AsyncConnectionPool[AsyncConnection[Row]], opens: OpensScope
) -> AsyncIterator[Reads]:
    """A transaction with the scope open. Whoever reads writes the journal before it ends (``Reads.journal``)."""
    async with pool.connection() as conn, conn.transaction():
        opened = await conn.execute(opens.statement.encode(), opens.arguments)
        (answer,) = (await opened.fetchone() or {"open": None}).values()
        reads = Reads(conn, answer)
        try:
            yield reads
        except BaseException:
            await reads.drop()
            raise


async def _configured(conn: AsyncConnection[Row]) -> None:
    """JSON is a good part of what is read, and the loop's own time."""
    set_json_loads(orjson.loads, conn)


def reader_pool(dsn: str, *, size: int = 8) -> AsyncConnectionPool[AsyncConnection[Row]]:
    """The pool of the API role; opened by the application's lifespan."""
    limits = ReadLimits()
    return AsyncConnectionPool(
        dsn,
        min_size=1,
        max_size=size,
        open=False,
        timeout=limits.place_s,
        reconnect_timeout=RECONNECT_S,
        connection_class=async_bounded(limits),
        configure=_configured,
        kwargs={
            "row_factory": dict_row,
            "autocommit": True,
            "connect_timeout": limits.connect_s,
            "options": limits.options,
            "application_name": "yidang read",
        },
    )
