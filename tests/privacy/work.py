"""What a request makes the platform do, counted and not timed: its statements, and every call of our own functions.

The application runs in the test's own loop, without a socket; calls are seen by the interpreter's profiler, in the loop
and in the threads where commands are decided. A coroutine counts when it begins: how often it is resumed while bytes
come in is the network's doing.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from dis import get_instructions
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import httpx

from authz.signin import DemoIssuer
from ops.demo_world import DemoPerson
from ops.platform import compose
from ops.server import application, demo_issuer
from tests.journeys.wire import wire
from tests.journeys.world import HOST, SECRETS, Clock, World

ROOT = str(Path(__file__).parents[2])
OURS = tuple(
    f"{ROOT}/{p}/" for p in ("domain", "authz", "eventlog", "projections", "schema", "ops")
)
BY_THE_SOCKET = frozenset({"Pipeline._readable", "Pipeline._look", "BoundedConnection.wait"})
"""Called as often as PostgreSQL's bytes come in pieces: the network's doing."""


@dataclass
class Work:
    """What one request took, and what it was answered."""

    calls: Counter[str] = field(default_factory=Counter)
    statements: list[str] = field(default_factory=list)
    status: int = 0
    answer: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Bench:
    """The application, asked request by request."""

    runner: asyncio.Runner
    client: httpx.AsyncClient
    issuer: DemoIssuer
    clock: Clock
    now: Work | None = None

    def ask(self, who: DemoPerson, query: str, **variables: Any) -> Work:
        """One request, and what it took."""
        token = self.issuer.mint(who.id, who.assignment_id, who.purpose, self.clock.now)
        body = {"query": query, "variables": {k: wire(v) for k, v in variables.items()}}
        headers = {"Authorization": f"Bearer {token}"}
        work = self.now = Work()
        try:
            found = self.runner.run(self.client.post("/graphql", json=body, headers=headers))
        finally:
            self.now = None
        work.status, work.answer = found.status_code, found.content
        work.headers = {k: v for k, v in found.headers.items() if k != "date"}
        return work

    def seen(self, frame: FrameType, event: str, _argument: object) -> None:
        """The profiler's word of one call."""
        work, code = self.now, frame.f_code
        if event != "call" or work is None or not self._is_here():
            return
        if code.co_name == "put" and code.co_filename.endswith("projections/pipeline.py"):
            work.statements += [str(s.sql) for s, _ in frame.f_locals.get("calls", ())]
        elif code.co_name == "execute" and "/psycopg/_connection" in code.co_filename:
            work.statements.append(str(frame.f_locals["query"]))
        if (
            code.co_filename.startswith(OURS)
            and frame.f_lasti == beginning(code)
            and code.co_qualname not in BY_THE_SOCKET
        ):
            work.calls[f"{code.co_filename.removeprefix(ROOT)}:{code.co_qualname}"] += 1

    def _is_here(self) -> bool:
        """In the loop's own thread or one of those it hands commands to: another server may run beside."""
        here = threading.current_thread()
        return here is threading.main_thread() or here in workers_of(self.runner)


def workers_of(runner: asyncio.Runner) -> Collection[threading.Thread]:
    """The threads of the loop's executor."""
    executor: Any = getattr(runner.get_loop(), "_default_executor", None)
    return executor._threads if executor is not None else ()


@cache
def beginning(code: CodeType) -> int:
    """Where a function stands when it is called, and a coroutine when it is first run (RESUME 0)."""
    return next(i.offset for i in get_instructions(code) if (i.opname, i.arg) == ("RESUME", 0))


@contextmanager
def bench_on(world: World) -> Iterator[Bench]:
    """A further process over the world's database, whose every call is seen."""
    platform = compose(world.platform.ways, SECRETS, now=world.clock)
    app = application(platform, demo=True, host=HOST, clocks=False, projections=False)
    runner = asyncio.Runner()
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")
    bench = Bench(runner, client, demo_issuer(platform, HOST), world.clock)
    before = sys.getprofile()
    threading.setprofile(bench.seen)
    lifespan = app.router.lifespan_context(app)
    try:
        runner.run(lifespan.__aenter__())
        runner.run(platform.feed.stop())  # it looks for itself every second, for nobody here
        sys.setprofile(bench.seen)
        yield bench
    finally:
        sys.setprofile(before)
        threading.setprofile(None)
        runner.run(lifespan.__aexit__(None, None, None))
        runner.run(client.aclose())
        runner.close()
        platform.close()
