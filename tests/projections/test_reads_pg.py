"""Reads of one request: a field that is given up takes neither the connection nor the answer of the others with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from projections.reader import OpensScope, Reads, reader_pool, reading
from tests.database import Database

WAIT_S = 60.0
NO_SCOPE = OpensScope("select null::text as open", ())
SLOW = "select pg_sleep(0.3), 1 as n"


class Ended(Exception):
    """The request ends."""


def read(database: Database, story: Callable[[Reads], Coroutine[Any, Any, None]]) -> None:
    async def whole() -> None:
        pool = reader_pool(database.reader_dsn, size=1)
        await pool.open()
        try:
            async with asyncio.timeout(WAIT_S), reading(pool, NO_SCOPE) as reads:
                await story(reads)
        finally:
            await pool.close()

    asyncio.run(whole())


async def begun(reads: Reads) -> asyncio.Task[Any]:
    """A read that is on its way."""
    task = asyncio.ensure_future(reads.rows(SLOW, {}))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return task


def test_a_read_given_up_leaves_the_connection_to_the_others(database: Database) -> None:
    async def story(reads: Reads) -> None:
        given_up = await begun(reads)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        assert await reads.rows("select 2 as n", {}) == [{"n": 2}]

    read(database, story)


def test_a_request_that_ends_drops_what_still_runs(database: Database) -> None:
    left: list[asyncio.Task[Any]] = []

    async def story(reads: Reads) -> None:
        left.append(await begun(reads))
        raise Ended

    with pytest.raises(Ended):
        read(database, story)
    assert left[0].cancelled()
