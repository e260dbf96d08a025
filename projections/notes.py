"""The access journal of many reads in one flush: what waits while one batch is written leaves with the next.

A batch is one statement and one transaction of one pipelined connection: the looks of all its requests, signed. No
answer goes out before its batch is committed; a batch that fails is put again request by request, so that one fault is
not another's. While others are being answered, a batch waits a few milliseconds for their looks; who asks alone waits
for nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from projections.journal import LOOKS, Seal
from projections.pipeline import Failed, Lost, Pipelines, Statement

NOTE: Final = Statement(b"select sec.note($1, $2, $3)")
MOST: Final = 64
"""Requests in one batch."""
GATHER_S: Final = 0.006
"""How long a batch waits at most for the looks of requests that are being answered, seconds."""


@dataclass(slots=True, eq=False)
class _Waiting:
    looks: str
    done: asyncio.Future[None]


class Notes:
    """``put`` returns when the rows are durable; raises ``Failed`` or ``Lost`` when they are not."""

    def __init__(self, dsn: str, seal: Seal) -> None:
        self._seal = seal
        self._pipelines = Pipelines(dsn, size=1, name="yidang journal", reads=False)
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None
        self._coming = 0
        self._enough: asyncio.Future[None] | None = None

    async def open(self) -> None:
        """Connects, now or as soon as there is a server."""
        await self._pipelines.open()

    async def close(self) -> None:
        """Ends the connection."""
        await self._pipelines.close()

    @contextmanager
    def coming(self) -> Iterator[None]:
        """While a request is answered that may have looks to put: a batch waits for it, a moment."""
        self._coming += 1
        try:
            yield
        finally:
            self._coming -= 1
            self._look_round()

    async def put(self, looks: str) -> None:
        """Writes the looks of one request (``projections.journal.told``)."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(looks, loop.create_future())
        self._waiting.append(waiting)
        if self._writing is None:
            self._writing = loop.create_task(self._write(), name="journal")
        await waiting.done

    async def _write(self) -> None:
        try:
            while self._waiting:
                await self._gather()
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._together(batch)
        finally:
            self._writing = None

    def _look_round(self) -> None:
        """Ends the wait for more where none is coming, or enough are here."""
        enough = self._enough
        if enough is None or enough.done():
            return
        if not self._coming or len(self._waiting) >= MOST:
            enough.set_result(None)

    async def _gather(self) -> None:
        loop = asyncio.get_running_loop()
        self._enough = loop.create_future()
        self._look_round()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._enough, GATHER_S)
        self._enough = None

    async def _sent(self, looks: list[str]) -> None:
        note = [part.encode() for part in self._seal.note(LOOKS.join(looks))]
        await self._pipelines.put([(NOTE, note)])

    async def _together(self, batch: list[_Waiting]) -> None:
        try:
            await self._sent([waiting.looks for waiting in batch])
        except Lost as lost:
            for waiting in batch:
                _fail(waiting, lost)
        except Failed:
            for waiting in batch:
                await self._alone(waiting)
        else:
            for waiting in batch:
                if not waiting.done.done():
                    waiting.done.set_result(None)

    async def _alone(self, waiting: _Waiting) -> None:
        try:
            await self._sent([waiting.looks])
        except (Failed, Lost) as error:
            _fail(waiting, error)
        else:
            if not waiting.done.done():
                waiting.done.set_result(None)


def _fail(waiting: _Waiting, error: Exception) -> None:
    if not waiting.done.done():
        waiting.done.set_exception(error)
