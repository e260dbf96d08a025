"""The live feed: one LISTEN connection a process, and everybody who waits for the next position of the log."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

import psycopg

logger = logging.getLogger("yidang.feed")
FALLBACK_S = 1.0
"""How long a waiter goes without a notification before it looks for itself."""


class Feed:
    """``wait(after)`` returns as soon as the log may be past ``after``; a lost connection is only a slower answer."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._position = 0
        self._moved = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begins to listen."""
        self._task = asyncio.create_task(self._listen(), name="feed")

    async def stop(self) -> None:
        """Stops listening."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def wait(self, after: int) -> None:
        """Until the log moved past ``after``, or a short while."""
        async with self._moved:
            if self._position > after:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), FALLBACK_S)

    async def _listen(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._dsn, autocommit=True, connect_timeout=3, application_name="yidang feed"
                ) as conn:
                    await conn.execute("listen es_event")
                    async for notification in conn.notifies():
                        await self._move(notification.payload)
            except psycopg.Error:
                logger.warning("the feed lost its connection and tries again")
                await asyncio.sleep(FALLBACK_S)

    async def _move(self, payload: str) -> None:
        async with self._moved:
            if payload.isascii() and payload.isdigit():
                self._position = max(self._position, int(payload))
            self._moved.notify_all()
