"""How a process listens: whoever comes is taken up, so that it can be answered or refused. And that it ends."""

from __future__ import annotations

import asyncio
import resource
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
import uvloop

from ops.serve import as_many_files_as_allowed, copies

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 60.0
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


STUCK = """
import re, sys
from contextlib import asynccontextmanager
from starlette.applications import Starlette
from ops import serve

serve.STOP_S, serve.LAST_S = {limits}


@asynccontextmanager
async def lifespan(app):
    print("begun", flush=True)
    yield
    {ending}


here = serve.Place(host="127.0.0.1", port=0)
serve.run(Starlette(lifespan=lifespan), here, lambda text: None, "stuck")
"""
ENDINGS = {
    "waits for ever": ("import asyncio; await asyncio.Event().wait()", "1.0, 600", 1),
    "holds the interpreter": ("re.match('(a+)+$', 'a' * 60 + 'b')", "600.0, 2", -signal.SIGALRM),
}
"""How it hangs, how long it may (on a busy machine two short limits run out in the same moment), and how it ends."""


@pytest.mark.parametrize("way", ENDINGS)
def test_a_process_that_cannot_end_is_ended(way: str) -> None:
    ending, limits, status = ENDINGS[way]
    program = [sys.executable, "-c", STUCK.format(ending=ending, limits=limits)]
    with subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            process.send_signal(signal.SIGTERM)
            assert process.wait(WAIT_S * 3) == status
        finally:
            process.kill()
