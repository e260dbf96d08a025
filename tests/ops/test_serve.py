"""How a process listens: whoever comes is taken up, so that it can be answered or refused."""

from __future__ import annotations

import asyncio
import resource
import socket
from contextlib import ExitStack

import uvloop

from ops.serve import as_many_files_as_allowed, copies

WAIT_S = 20.0
CALLERS = 100  # no more than a machine's shortest queue of those who wait to be taken up
TURNS = 20
"""Of the loop: far fewer than callers."""


def test_many_who_call_at_once_are_taken_up_within_few_turns_of_the_loop() -> None:
    made: list[asyncio.BaseTransport] = []

    class Noted(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            made.append(transport)

    async def listen() -> int:
        loop = asyncio.get_running_loop()
        with socket.create_server(("127.0.0.1", 0), backlog=CALLERS * 2) as listener:
            servers = [
                await loop.create_server(Noted, sock=each, backlog=CALLERS * 2)
                for each in copies(listener)
            ]
            with ExitStack() as sockets:
                for _ in range(CALLERS):
                    where = listener.getsockname()
                    sockets.enter_context(socket.create_connection(where, timeout=WAIT_S))
                for _ in range(TURNS):
                    await asyncio.sleep(0)
                taken = len(made)
            for each in made:
                each.close()
            for server in servers:
                server.close()
                await server.wait_closed()
            return taken

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(listen()) == CALLERS


def test_a_process_may_hold_as_many_connections_as_the_machine_allows() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    few = min(256, before[1])
    resource.setrlimit(resource.RLIMIT_NOFILE, (few, before[1]))
    try:
        as_many_files_as_allowed()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (before[1], before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
