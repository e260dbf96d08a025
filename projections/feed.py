"""The live feed: one LISTEN connection a process; whoever looks at a queue waits here until that queue moves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Protocol
from uuid import UUID

import psycopg

logger = logging.getLogger("yidang.feed")
FALLBACK_S = 1.0
"""How long the feed goes without a notification before it looks for itself."""

Place = tuple[UUID, str | None]
"""A unit and one of its queues, or all of them."""


class Tasks(Protocol):
    """Where the feed looks (``projections.lookup.Lookup``)."""

    def last_move(self) -> int:
        """The position of the last move of any task; 0 where there is none."""

    def moves(self, after: int) -> Mapping[tuple[UUID, str], int]:
        """The queues in which something moved after a position of the log, each with the last position."""


class Feed:
    """``wait`` returns as soon as a queue moved past a position; a lost connection is only a slower answer.

    A notification is looked at once a process, however many wait: those whose queue did not move are not woken.
    """

    def __init__(self, dsn: str, tasks: Tasks) -> None:
        self._dsn, self._tasks_moved = dsn, tasks
        self._last = 0
        self._moved: dict[Place, int] = {}
        self._waiting: dict[Place, set[asyncio.Future[int]]] = {}
        self._look = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begins to listen. What moved before is for whoever opens a queue to read; it is not told here."""
        look = self._tasks_moved.last_move
        self._last = await asyncio.get_running_loop().run_in_executor(None, look)
        self._tasks = [
            asyncio.create_task(self._listen(), name="feed"),
            asyncio.create_task(self._tell(), name="feed moves"),
        ]

    async def stop(self) -> None:
        """Stops listening."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def wait(self, unit: UUID, queue: str | None, after: int) -> int:
        """Until something in this queue (None: in any of the unit) moved past ``after``; up to where it can be read."""
        place: Place = (unit, queue)
        if (moved := self._moved.get(place, 0)) > after:
            return moved
        waiter: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(place, set()).add(waiter)
        try:
            return await waiter
        finally:
            waiters = self._waiting.get(place, set())
            waiters.discard(waiter)
            if not waiters:
                self._waiting.pop(place, None)

    async def _listen(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._dsn, autocommit=True, connect_timeout=3, application_name="yidang feed"
                ) as conn:
                    await conn.execute("listen es_event")
                    self._look.set()
                    async for _ in conn.notifies():
                        self._look.set()
            except psycopg.Error:
                logger.warning("the feed lost its connection and tries again")
                await asyncio.sleep(FALLBACK_S)

    async def _tell(self) -> None:
        """Looks what moved, after a notification or a short while, and wakes those who wait for it."""
        loop = asyncio.get_running_loop()
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._look.wait(), FALLBACK_S)
            self._look.clear()
            try:
                moved = await loop.run_in_executor(None, self._tasks_moved.moves, self._last)
            except Exception as error:  # noqa: BLE001 - a database that is away only means later
                logger.warning("the feed could not look: %s", type(error).__name__)
                await asyncio.sleep(FALLBACK_S)
                self._look.set()
                continue
            self._last = max(moved.values(), default=self._last)
            everywhere = _with_units(moved)
            self._moved.update(everywhere)
            for place, position in everywhere.items():
                for waiter in self._waiting.get(place, ()):
                    if not waiter.done():
                        waiter.set_result(position)


def _with_units(moved: Mapping[tuple[UUID, str], int]) -> dict[Place, int]:
    """The queues that moved, and their units as wholes."""
    found: dict[Place, int] = {}
    for (unit, queue), position in moved.items():
        found[unit, queue] = position
        found[unit, None] = max(position, found.get((unit, None), 0))
    return found
