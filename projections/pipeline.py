"""Pipelined connections for reads: many requests share a few connections, and nobody waits for somebody else's answer.

A *segment* is what is sent between two Sync messages, for one request or for a few of one capacity
(``projections.shared``): PostgreSQL runs it as one transaction, so the signed scope set with ``set_config(…, true)`` at
its beginning ends with it, and an error in it is an error of it alone (PostgreSQL documentation, "Pipeline Mode" of
libpq and "Pipelining" of the extended query protocol). Nobody waits for the answer of another segment before sending.

Statements are prepared once a connection, each in a segment of its own; a statement that failed by itself is forgotten,
so that it is prepared anew after the read models were swapped. A lost connection fails what was in flight (``Lost``)
and is opened again beside the traffic; so is one whose session may only read, since that lasts as long as it. Nothing
here blocks the event loop, and nothing waits longer than ``limit_s``.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from select import POLLIN, poll
from time import monotonic
from typing import Final

import psycopg
from psycopg import pq
from psycopg.adapt import Transformer
from psycopg.pq.abc import PGconn, PGresult

from eventlog.connections import BY_KEY

logger = logging.getLogger("yidang.pipeline")

OPTIONS: Final = (
    "-c statement_timeout=3000 -c lock_timeout=2000 -c jit=off -c timezone=UTC -c datestyle=ISO "
    f"-c plan_cache_mode=force_generic_plan {BY_KEY}"
)
"""Text forms are pinned; a statement is planned once a connection: each is narrow by its keys."""
ONE_SNAPSHOT: Final = " -c default_transaction_isolation=repeatable\\ read"
"""For reads: all statements of a segment see the same moment."""
TEXT_OID: Final = 25
PREPARED_MAX: Final = 1_000
"""Statements kept prepared on one connection; the least recently used goes first. More than a segment ever has."""
READS_A_TURN: Final = 64
"""libpq takes some 16 kB of what has arrived at a time. One such piece a turn of a loop that is busy refusing others
would leave PostgreSQL waiting for its answers to be read, and whoever they are for."""
READ_ONLY: Final = "25006"
NOT_ITS_FAULT: Final = ("22", "40", "53", "55", "57")
"""Classes of PostgreSQL's codes for what is wrong with a value or with the moment, and with no statement: it stays
prepared. Each that is prepared anew leaves another with its plan in the session, for as long as that lasts."""
RETRY_S: Final = 0.5
"""How long a lost connection waits before it is tried again, seconds."""

Value = bytes | None
_OK: Final = frozenset({pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK})
_SYNC: Final = pq.ExecStatus.PIPELINE_SYNC


class Lost(Exception):
    """No connection, or it was lost before the answer came: nothing was written, ask by another way."""


class Failed(Exception):
    """PostgreSQL refused a statement of the segment. ``sqlstate`` says why; values are never told."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(f"a segment failed: {sqlstate}")
        self.sqlstate = sqlstate


@dataclass(eq=False, slots=True)
class Statement:
    """A text with ``$1`` … parameters in text form. Compared by identity: make it once and keep it."""

    sql: bytes
    varies: frozenset[int] | None = None
    """The parameters, from 1, that differ between requests of one kind (``projections.joined``); None where it is not
    known."""
    types: tuple[int, ...] | None = field(default=None, init=False)
    """What PostgreSQL takes its parameters for (``pg_type.oid``), once a connection has prepared it."""


Call = tuple[Statement, Sequence[Value]]


@dataclass(slots=True, eq=False)
class _Segment:
    """What is waited for: the results so far, the first error, and who waits."""

    statements: tuple[Statement, ...]
    waiter: asyncio.Future[list[PGresult]]
    sent_at: float
    results: list[PGresult] = field(default_factory=list)
    error: str | None = None


class Pipeline:
    """One connection in pipeline mode. ``put`` answers a future of a segment's results, one a statement."""

    def __init__(self, dsn: str, *, name: str, options: str, limit_s: float = 4.0) -> None:
        self._dsn, self._name, self._options, self._limit_s = dsn, name, options, limit_s
        self._conn: psycopg.AsyncConnection | None = None
        self._pg: PGconn | None = None
        self._fd = -1
        self._waiting: deque[_Segment] = deque()
        self._prepared: dict[Statement, bytes] = {}
        self._made = 0
        self._flush_due = self._writing = self._closed = False
        self._watch: asyncio.TimerHandle | None = None
        self._again: asyncio.Task[None] | None = None

    @property
    def load(self) -> int:
        """How many segments wait for their answer; a connection that is not there carries no load at all."""
        return len(self._waiting)

    @property
    def is_open(self) -> bool:
        """Whether segments can be put now."""
        return self._pg is not None

    async def open(self) -> None:
        """Connects. Raises ``psycopg.Error``."""
        conn = await psycopg.AsyncConnection.connect(
            self._dsn,
            autocommit=True,
            connect_timeout=3,
            options=self._options,
            application_name=self._name,
        )
        self._conn, self._pg = conn, conn.pgconn
        self._pg.enter_pipeline_mode()
        self._fd = self._pg.socket
        self._arrived = poll()
        self._arrived.register(self._fd, POLLIN)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._fd, self._readable)

    async def start(self) -> None:
        """Connects, now or as soon as there is a server."""
        try:
            await self.open()
        except psycopg.Error:
            loop = asyncio.get_running_loop()
            self._again = loop.create_task(self._reopen(), name="reopen")

    async def close(self) -> None:
        """Ends the connection; what is in flight fails."""
        self._closed = True
        if self._again is not None:
            self._again.cancel()
            with suppress(asyncio.CancelledError):
                await self._again
        self._lose()

    def put(self, calls: Sequence[Call]) -> asyncio.Future[list[PGresult]]:
        """Sends the calls as one transaction. The future raises ``Failed`` or ``Lost``."""
        pg = self._pg
        if pg is None:
            raise Lost
        waiter: asyncio.Future[list[PGresult]] = self._loop.create_future()
        try:
            for statement, _ in calls:
                name = self._prepared.pop(statement, None)
                if name is None:
                    self._prepare(pg, statement)
                else:  # the last used goes last
                    self._prepared[statement] = name
            for statement, values in calls:
                pg.send_query_prepared(self._prepared[statement], values)
            pg.pipeline_sync()
        except psycopg.Error:
            self._lose()
            raise Lost from None
        except Exception:
            self._lose()  # what is sent in part would be the beginning of somebody else's segment
            raise
        statements = tuple(statement for statement, _ in calls)
        self._waiting.append(_Segment(statements, waiter, monotonic()))
        self._set_off()
        return waiter

    def _prepare(self, pg: PGconn, statement: Statement) -> None:
        if len(self._prepared) >= PREPARED_MAX:
            oldest = next(iter(self._prepared))
            pg.send_query_params(b"deallocate " + self._prepared.pop(oldest), None)
            self._alone(pg, oldest)
        self._made += 1
        name = self._prepared[statement] = b"s%d" % self._made
        pg.send_prepare(name, statement.sql)
        pg.send_describe_prepared(name)
        self._alone(pg, statement)

    def _alone(self, pg: PGconn, statement: Statement) -> None:
        """Ends a segment of housekeeping: nobody waits for it, and its error is its own."""
        pg.pipeline_sync()
        nobody: asyncio.Future[list[PGresult]] = self._loop.create_future()
        nobody.add_done_callback(partial(_kept, statement))
        self._waiting.append(_Segment((statement,), nobody, monotonic()))

    def _set_off(self) -> None:
        if not self._flush_due:
            self._flush_due = True
            self._loop.call_soon(self._flush)
        if self._watch is None:
            self._watch = self._loop.call_later(self._limit_s, self._look)

    def _flush(self) -> None:
        self._flush_due = False
        if self._pg is None:
            return
        try:
            unsent = self._pg.flush()
        except psycopg.Error:
            self._lose()
            return
        if unsent and not self._writing:
            self._writing = True
            self._loop.add_writer(self._fd, self._flush)
        elif not unsent and self._writing:
            self._writing = False
            self._loop.remove_writer(self._fd)

    def _readable(self) -> None:
        pg = self._pg
        if pg is None:
            return
        try:
            for _ in range(READS_A_TURN):
                pg.consume_input()
                while self._waiting and not pg.is_busy():
                    result = pg.get_result()
                    if result is not None:
                        self._take(result)
                if not self._waiting or not self._arrived.poll(0):
                    break
        except psycopg.Error:
            self._lose()
            return
        if pg.status != pq.ConnStatus.OK:
            self._lose()

    def _take(self, result: PGresult) -> None:
        """One result of the oldest segment; its Sync tells whoever waits."""
        segment, status = self._waiting[0], result.status
        if status in _OK:
            segment.results.append(result)
        elif status != _SYNC:
            if segment.error is None:
                state = result.error_field(pq.DiagnosticField.SQLSTATE)
                segment.error = state.decode() if state else "?"
        else:
            self._waiting.popleft()
            if segment.error is not None and not segment.error.startswith(NOT_ITS_FAULT):
                for statement in segment.statements:
                    self._prepared.pop(statement, None)
            if segment.waiter.done():
                return
            if segment.error is not None:
                segment.waiter.set_exception(Failed(segment.error))
                if segment.error == READ_ONLY:
                    self._lose()
            else:
                segment.waiter.set_result(segment.results)

    def _look(self) -> None:
        """Ends a connection that has not answered for too long: a frozen server must not hold anybody."""
        self._watch = None
        if not self._waiting:
            return
        left = self._waiting[0].sent_at + self._limit_s - monotonic()
        if left <= 0:
            self._lose()
        else:
            self._watch = self._loop.call_later(left, self._look)

    def _lose(self) -> None:
        pg, self._pg = self._pg, None
        if pg is None:
            return
        self._loop.remove_reader(self._fd)
        if self._writing:
            self._loop.remove_writer(self._fd)
        if self._watch is not None:
            self._watch.cancel()
        self._watch, self._writing = None, False
        pg.finish()
        self._conn = None
        self._prepared.clear()
        lost, self._waiting = self._waiting, deque()
        for segment in lost:
            if not segment.waiter.done():
                segment.waiter.set_exception(Lost())
        if not self._closed:
            logger.warning("a read connection was lost and is opened again")
            self._again = self._loop.create_task(self._reopen(), name="reopen")

    async def _reopen(self) -> None:
        while not self._closed:
            try:
                await self.open()
            except psycopg.Error:
                await asyncio.sleep(RETRY_S)
            else:
                return


def _kept(statement: Statement, future: asyncio.Future[list[PGresult]]) -> None:
    """What was learned of a statement. A failed preparation fails the segment that needed it; here the exception is
    only taken note of."""
    if not future.cancelled() and future.exception() is None:
        *_, described = future.result()
        if len(future.result()) > 1:
            statement.types = tuple(map(described.param_type, range(described.nparams)))


class Pipelines:
    """A few pipelines; a segment goes to the one with the least in flight."""

    def __init__(self, dsn: str, *, size: int, name: str, reads: bool = True) -> None:
        options = OPTIONS + ONE_SNAPSHOT if reads else OPTIONS
        self._all = [Pipeline(dsn, name=name, options=options) for _ in range(size)]

    async def open(self) -> None:
        """Connects all; one that cannot connect yet goes on trying."""
        for pipeline in self._all:
            await pipeline.start()

    async def close(self) -> None:
        """Ends all connections."""
        for pipeline in self._all:
            await pipeline.close()

    def put(self, calls: Sequence[Call]) -> asyncio.Future[list[PGresult]]:
        """Sends the calls as one transaction on the least loaded connection. Raises ``Lost`` when there is none."""
        best: Pipeline | None = None
        for pipeline in self._all:
            if pipeline.is_open and (best is None or pipeline.load < best.load):
                best = pipeline
        if best is None:
            raise Lost
        return best.put(calls)


class Texts:
    """Reads results of so many columns as tuples of text, whatever the columns' types; NULL is None."""

    def __init__(self, columns: int) -> None:
        self._transformer = Transformer()
        self._transformer.set_loader_types([TEXT_OID] * columns, pq.Format.TEXT)

    def rows(self, result: PGresult, first: int, end: int) -> list[tuple[str | None, ...]]:
        """Some rows of a result, the last not among them."""
        self._transformer.set_pgresult(result, set_loaders=False)
        found: list[tuple[str | None, ...]] = self._transformer.load_rows(first, end, tuple)
        return found


_TEXTS: dict[int, Texts] = {}


def texts(result: PGresult, first: int = 0, end: int | None = None) -> list[tuple[str | None, ...]]:
    """The rows of a result as text. For the event loop's thread only: readers are kept and not locked."""
    columns = result.nfields
    reader = _TEXTS.get(columns)
    if reader is None:
        reader = _TEXTS[columns] = Texts(columns)
    return reader.rows(result, first, result.ntuples if end is None else end)
