"""The access journal of many reads in one flush: what waits while one batch is written leaves with the next.

A batch is one transaction of one pipelined connection: for each request its signed scope, so that PostgreSQL takes the
person from it, and one ``sec.note``. No answer goes out before its batch is committed; a batch that fails is put again
request by request, so that one fault is not another's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from projections.pipeline import Call, Failed, Lost, Pipelines, Statement, Value

NOTE: Final = Statement(b"select sec.note($1)")
MOST: Final = 64
"""Requests in one batch."""


@dataclass(slots=True, eq=False)
class _Waiting:
    calls: tuple[Call, ...]
    done: asyncio.Future[None]


class Notes:
    """``put`` returns when the rows are durable; raises ``Failed`` or ``Lost`` when they are not."""

    def __init__(self, dsn: str) -> None:
        self._pipelines = Pipelines(dsn, size=1, name="yidang journal", reads=False)
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connects, now or as soon as there is a server."""
        await self._pipelines.open()

    async def close(self) -> None:
        """Ends the connection."""
        await self._pipelines.close()

    async def put(self, opens: Statement, arguments: Sequence[Value], rows: str) -> None:
        """Writes the rows (``projections.journal.told``) as the person whose scope ``opens`` sets."""
        loop = asyncio.get_running_loop()
        calls = ((opens, arguments), (NOTE, (rows.encode(),)))
        waiting = _Waiting(calls, loop.create_future())
        self._waiting.append(waiting)
        if self._writing is None:
            self._writing = loop.create_task(self._write(), name="journal")
        await waiting.done

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._together(batch)
        finally:
            self._writing = None

    async def _together(self, batch: list[_Waiting]) -> None:
        try:
            await self._pipelines.put([call for w in batch for call in w.calls])
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
            await self._pipelines.put(waiting.calls)
        except (Failed, Lost) as error:
            _fail(waiting, error)
        else:
            if not waiting.done.done():
                waiting.done.set_result(None)


def _fail(waiting: _Waiting, error: Exception) -> None:
    if not waiting.done.done():
        waiting.done.set_exception(error)
