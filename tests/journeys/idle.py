"""Idle streams of a second server, whose heartbeat never comes while a test waits: what ends one was told to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.database import Database, Postgres, database_of
from tests.journeys.live import Live, over_sse, over_ws
from tests.journeys.world import World, world_on

NEVER = 3600.0
"""Seconds between two heartbeats."""
Pair = tuple[World, World]
"""Two servers of one installation, each with its own platform and connections."""


@pytest.fixture(scope="module")
def pair(postgres: Postgres, founded_template: Database) -> Iterator[Pair]:
    """The first is where things are done, the second where people listen."""
    with (
        database_of(postgres, founded_template.name) as clone,
        world_on(clone, heartbeat=NEVER) as one,
        world_on(clone, heartbeat=NEVER) as other,
    ):
        yield one, other


def together(pair: Pair) -> None:
    """A second later, by both clocks."""
    pair[0].clock.forward(seconds=1)
    pair[1].clock.now = pair[0].clock.now


def listening(
    over: str, world: World, token: str, place: tuple[str, str], resume: str | None = None
) -> AbstractContextManager[Live]:
    """A live queue (unit, queue) read with this token, over ``sse`` or ``ws``; ``resume``: from this cursor on."""
    asked = {"unit": str(world.unit(place[0])), "queue": place[1], "resume": resume}
    if over == "ws":
        return over_ws(world.url.replace("http", "ws", 1) + "/graphql", token, asked)
    headers = {"Authorization": f"Bearer {token}"}
    return over_sse(httpx.Client(base_url=world.url, headers=headers, timeout=60), asked)


def ended(over: str, live: Live) -> None:
    """The stream ends as its protocol says, and says nothing else before."""
    if over == "ws":
        with pytest.raises(ConnectionClosed) as closed:
            next(live.results)
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4403, "Forbidden")
    else:
        answer = next(live.results, None)
        assert answer is not None, "the stream just ends"
        assert [e["extensions"]["code"] for e in answer.get("errors", ())] == ["UNAUTHENTICATED"]
