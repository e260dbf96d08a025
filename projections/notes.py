"""The access journal of many reads in one flush, and the next batch gathered while the one before is written.

A batch is one statement and one transaction of one pipelined connection: the looks of all its requests, signed. No
answer goes out before its batch is committed; a batch that fails is put again request by request, so that one fault is
not another's.

While nothing is being written, a batch leaves as soon as those who wait are no fewer than those who are still being
answered: one half of many readers is answered while the other half is written, and who asks alone waits for nobody.
Beside a batch on its way another leaves, on a second connection, when nobody is left to wait for, if it is worth a
flush of its own.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Final

from psycopg.pq.abc import PGresult

from projections.journal import LOOKS, Seal
from projections.pipeline import Failed, Lost, Pipelines, Statement

NOTE: Final = Statement(b"select sec.note($1, $2, $3)")
MOST: Final = 64
"""Requests in one batch."""
BATCHES: Final = 2
"""On their way at once."""
WORTH: Final = 2
"""A batch leaves beside another if it is no smaller than this part of it."""
GATHER_S: Final = 0.006
"""How long a batch waits at most for the looks of requests that are being answered, seconds."""
MARK: Final = LOOKS.encode()

Written = asyncio.Future[list[PGresult]]


@dataclass(slots=True, eq=False)
class _Waiting:
    looks: bytes
    done: asyncio.Future[None]

    def tell(self, error: BaseException | None) -> None:
        """Wakes who waits, unless they went away."""
        if self.done.done():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)


@dataclass(slots=True)
class Flushes:
    """Batches since the process began: how many were written, how long that took in all, how many were not."""

    written: int = 0
    seconds: float = 0.0
    failed: int = 0


class Notes:
    """``put`` returns when the rows are durable; raises ``Failed`` or ``Lost`` when they are not."""

    def __init__(self, dsn: str, seal: Seal) -> None:
        self._seal = seal
        self._pipelines = Pipelines(dsn, size=BATCHES, name="yidang journal", reads=False)
        self.flushes = Flushes()
        self._waiting: list[_Waiting] = []
        self._under_way: list[list[_Waiting]] = []
        self._again: set[asyncio.Task[None]] = set()
        self._coming = 0
        self._answering = _Answering(self)
        self._look: asyncio.Handle | None = None
        self._limit: asyncio.TimerHandle | None = None

    async def open(self) -> None:
        """Connects, now or as soon as there is a server."""
        await self._pipelines.open()

    async def close(self) -> None:
        """Ends the connections: what is not written by then is lost to whoever waits for it."""
        await self._pipelines.close()
        lost, self._waiting = self._waiting, []
        _tell(lost, Lost())
        if self._again:
            await asyncio.wait(self._again)

    def coming(self) -> AbstractContextManager[None]:
        """While a request is answered that may have looks to put: a batch waits for it, a moment."""
        return self._answering

    def begin(self) -> None:
        """One more is answered."""
        self._coming += 1

    def end(self) -> None:
        """One of them has been."""
        self._coming -= 1
        if self._waiting:
            self._look_round()

    async def put(self, looks: str) -> None:
        """Writes the looks of one request (``projections.journal.told``)."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(looks.encode(), done))
        self._look_round()
        await done

    def _look_round(self) -> None:
        """Once all is done that is due now: whoever has just been answered puts their looks first."""
        if self._look is None:
            self._look = asyncio.get_running_loop().call_soon(self._send)

    def _send(self) -> None:
        """What may leave leaves; what stays because others are coming does not stay for long."""
        self._look = None
        while self._waiting and self._may_leave():
            self._leave()
        if self._waiting and not self._under_way and self._limit is None:
            self._limit = asyncio.get_running_loop().call_later(GATHER_S, self._leave)

    def _may_leave(self) -> bool:
        many = len(self._waiting)
        if not self._under_way:
            return many >= min(self._coming, MOST)
        if len(self._under_way) < BATCHES:
            before = len(self._under_way[-1])
            return many >= MOST or (not self._coming and many * WORTH >= before)
        return False

    def _leave(self) -> None:
        """Those who came first, as a batch."""
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None
        batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        if not batch:
            return
        try:
            written = self._written(batch)
        except Lost as lost:
            self.flushes.failed += 1
            _tell(batch, lost)
        else:
            self._under_way.append(batch)
            written.add_done_callback(partial(self._ended, batch, monotonic()))

    def _written(self, batch: list[_Waiting]) -> Written:
        note = self._seal.sealed(MARK.join([waiting.looks for waiting in batch]))
        return self._pipelines.put([(NOTE, note)])

    def _ended(self, batch: list[_Waiting], left_at: float, written: Written) -> None:
        """Tells those of a batch, or puts it again one by one; and the next may leave."""
        self._under_way.remove(batch)
        error = written.exception()
        if error is None:
            self.flushes.written += 1
            self.flushes.seconds += monotonic() - left_at
        else:
            self.flushes.failed += 1
        if isinstance(error, Failed):
            task = asyncio.get_running_loop().create_task(self._one_by_one(batch), name="journal")
            self._again.add(task)
            task.add_done_callback(self._again.discard)
        else:
            _tell(batch, error)
        if self._waiting:
            self._look_round()

    async def _one_by_one(self, batch: list[_Waiting]) -> None:
        for waiting in batch:
            try:
                await self._written([waiting])
            except (Failed, Lost) as error:
                waiting.tell(error)
            else:
                waiting.tell(None)


class _Answering(AbstractContextManager[None]):
    """Entered by all who are answered: it keeps nothing of any of them."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def __enter__(self) -> None:
        self._notes.begin()

    def __exit__(self, *_: object) -> None:
        self._notes.end()


def _tell(batch: list[_Waiting], error: BaseException | None) -> None:
    for waiting in batch:
        waiting.tell(error)
