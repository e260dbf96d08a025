"""Reading: one short transaction as the API role, opened with the signed scope, closed with the access journal.

The role owns nothing and cannot bypass row security; what the scope does not open does not exist here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection, sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from eventlog.connections import RECONNECT_S, AsyncBoundedConnection

Row = dict[str, Any]


@dataclass(frozen=True)
class OpensScope:
    """The statement and arguments that open a scope in a transaction (``authz.scope_db``)."""

    statement: str
    arguments: tuple[str, ...]


@dataclass
class Seen:
    """What the journal notes of one view: which child or case, in which classes."""

    subject_id: UUID
    obj: str
    classes: set[str] = field(default_factory=set)


class Reads:
    """Reads in one transaction. ``note`` collects what was seen; it is journaled before the transaction ends."""

    def __init__(self, conn: AsyncConnection[Row]) -> None:
        self._conn = conn
        self._seen: dict[UUID, Seen] = {}

    async def rows(self, statement: sql.Composed | str, params: Mapping[str, Any]) -> list[Row]:
        """The rows of a statement; names in it come from declarations, values from ``params``."""
        text = statement.encode() if isinstance(statement, str) else statement
        cursor = await self._conn.execute(text, params)
        return await cursor.fetchall()

    async def row(self, statement: sql.Composed | str, params: Mapping[str, Any]) -> Row | None:
        """The one row, or None."""
        found = await self.rows(statement, params)
        return found[0] if found else None

    def note(self, subject_id: UUID, obj: str, classes: frozenset[str]) -> None:
        """Somebody looked at this child or case with these classes open."""
        self._seen.setdefault(subject_id, Seen(subject_id, obj)).classes.update(classes)

    async def journal(self, viewer: Mapping[str, Any]) -> None:
        """Writes what was seen of class P3 and above, in the fate of the read (DESIGN §8; A.2 rule 1)."""
        entries = [
            {**viewer, "subject_id": s.subject_id, "obj": s.obj, "classes": sorted(s.classes)}
            for s in self._seen.values()
            if any(c[1] >= "3" for c in s.classes)
        ]
        if entries:
            await self._conn.execute(
                "insert into sec.access_journal (person_id, assignment_id, role, purpose, trace_id, "
                "operation, policy_version, subject_id, obj, classes) "
                "select person_id, assignment_id, role, purpose, trace_id, operation, policy_version, "
                "subject_id, obj, classes from jsonb_to_recordset(%s) as j(person_id uuid, "
                "assignment_id uuid, role text, purpose text, trace_id text, operation text, "
                "policy_version text, subject_id uuid, obj text, classes text[])",
                (Jsonb([{k: _text(v) for k, v in e.items()} for e in entries]),),
            )
        self._seen.clear()


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


@asynccontextmanager
async def reading(
    pool: AsyncConnectionPool[AsyncConnection[Row]], opens: OpensScope, viewer: Mapping[str, Any]
) -> AsyncIterator[Reads]:
    """A transaction with the scope open; the journal is written before it commits, or the read fails."""
    async with pool.connection() as conn, conn.transaction():
        await conn.execute(opens.statement.encode(), opens.arguments)
        reads = Reads(conn)
        yield reads
        await reads.journal(viewer)


def reader_pool(dsn: str, *, size: int = 8) -> AsyncConnectionPool[AsyncConnection[Row]]:
    """The pool of the API role; opened by the application's lifespan."""
    return AsyncConnectionPool(
        dsn,
        min_size=1,
        max_size=size,
        open=False,
        timeout=2.0,
        reconnect_timeout=RECONNECT_S,
        connection_class=AsyncBoundedConnection,
        kwargs={
            "row_factory": dict_row,
            "autocommit": True,
            "connect_timeout": 2,
            "options": "-c statement_timeout=3000 -c lock_timeout=2000",
            "application_name": "yidang read",
        },
    )
