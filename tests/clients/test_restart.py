"""An ordinary client through a restart of its server: nothing missing, nothing twice, in order, by the last cursor."""

from __future__ import annotations

import json
import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn

from ops.platform import compose
from ops.server import application
from schema.transport.websocket import Connection
from tests.clients.node import Node
from tests.clients.story import reported
from tests.faults.ports import standing_port
from tests.journeys.world import HOST, SECRETS, WAIT_S, World

Change = dict[str, Any]


@contextmanager
def desk(world: World, port: int) -> Iterator[None]:
    """A server of its own over the world's database, at this port; its connections are cut when it ends."""
    platform = compose(world.platform.ways, SECRETS, now=world.clock)
    app = application(platform, demo=True, host=HOST, clocks=False)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
        ws=Connection,
    )
    listener = socket.create_server((HOST, port))
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(3 * WAIT_S)
        listener.close()
        platform.close()


class Follower:
    """The client's process, and what it has printed so far."""

    def __init__(self, node: Node, **environment: str) -> None:
        self._process = node.start("resume.mjs", **environment)
        self._lines: queue.Queue[Change | None] = queue.Queue()
        self.seen: list[Change] = []
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._lines.put(json.loads(line))
        self._lines.put(None)

    def until(self, wanted: Callable[[Change], bool]) -> None:
        """Up to the first that is ``wanted``; an error if it does not come in time."""
        while True:
            change = self._lines.get(timeout=3 * WAIT_S)
            assert change is not None, "the client has ended"
            self.seen.append(change)
            if wanted(change):
                return

    def end(self) -> None:
        """Its input ends, and so does it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(WAIT_S)
        self._reading.join(WAIT_S)
        assert not self._reading.is_alive(), "somebody else holds its output open"


def of(case: object) -> Callable[[Change], bool]:
    return lambda change: (change.get("item") or {}).get("caseId") == str(case)


@pytest.mark.parametrize("client", ["graphql-ws", "graphql-sse"])
def test_a_client_goes_on_where_it_was_when_the_server_comes_back(
    node: Node, world: World, client: str
) -> None:
    port = standing_port()
    police = world.as_("fj_police")
    with desk(world, port):
        follower = Follower(
            node,
            URL=f"http://{HOST}:{port}/graphql",
            TOKEN=police.token(),
            CLIENT=client,
            UNIT=str(world.unit("fj_police")),
        )
        follower.until(lambda change: change["kind"] == "CAUGHT_UP")
        began = len(follower.seen)
        one = reported(world)
        follower.until(of(one))
    follower.until(lambda change: change["kind"] == "END")
    two = reported(world)
    police.done("acceptReport", one)
    with desk(world, port):
        follower.until(lambda change: change["kind"] == "LEFT")
        three = reported(world)
        follower.until(of(three))
        follower.end()
    told = [change for change in follower.seen[began:] if change["kind"] != "END"]
    assert [change["kind"] for change in told] == ["CHANGED", "CHANGED", "LEFT", "CHANGED"]
    first, second, left, third = told
    cases = [change["item"]["caseId"] for change in (first, second, third)]
    assert cases == [str(one), str(two), str(three)]
    assert (left["taskId"], left["item"]) == (first["taskId"], None)
    positions = [change["position"] for change in told]
    assert positions == sorted(set(positions)), "each once, in order"
