"""Load from a process of its own, over bare sockets that are kept open: asks at a steady rate whatever comes back, or
as fast as a number of callers can. Its plan comes as JSON on standard input, its findings go so to standard output.

It shares the machine with what it measures, so it costs little: requests are bytes made beforehand, answers are looked
at and not read, nothing is a task. How long an answer took is told from when it was due, however late it was asked.

python -m tests.faults.flood < plan.json
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import re
import socket
import sys
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import cycle
from random import Random
from resource import RLIMIT_NOFILE, getrlimit, setrlimit
from time import monotonic, process_time
from typing import cast
from uuid import UUID

import uvloop

PATIENCE_S = 20.0
"""No answer within this is no answer."""
TICK_S = 0.002
"""Between two looks at what is due."""
IDLE_S = 3.0
"""A connection that was not used for so long is not used again: the server may be about to close it."""
AT_ONCE = 64
"""Asked without a look at the answers, by one who is late."""
CODE = re.compile(rb'"code":"(\w+)"')
FRESH = str(UUID(int=0))
"""Stands in a body where each request has an id of its own."""


@dataclass(frozen=True)
class Kind:
    """One kind of request. ``rate``: a second, or its share where callers ask as fast as they can; ``tokens``: taken in
    turn; ``fresh``: each request has a command id of its own.
    """

    name: str
    query: str
    variables: dict[str, object]
    tokens: list[str]
    rate: float
    fresh: bool = False


@dataclass(frozen=True)
class Plan:
    """What one process does. ``callers`` None: at the rates, whatever comes back; ``each``: as often, and no longer.
    ``begins``: when, by the clock that all processes of a machine share; so that several begin together.
    ``opened``: connections there are before it begins, as of people at work already; more are opened as needed.
    ``cores``: those of the machine it keeps to; none: any.
    """

    port: int
    seconds: float
    kinds: list[Kind]
    seed: int
    callers: int | None = None
    each: int | None = None
    begins: float = 0.0
    opened: int = 0
    cores: list[int] = field(default_factory=list)


@dataclass
class Heard:
    """Of one kind: the answers by status, how long each took since it was due, and how late it was asked; seconds."""

    statuses: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    without_retry_after: int = 0
    codes: list[str] = field(default_factory=list)


@dataclass
class Told:
    """What a process says at its end: what it heard, how long it took until the last answer, what that cost it."""

    heard: dict[str, Heard]
    seconds: float
    cpu_s: float
    connections: int


class Requests:
    """The requests of one kind, written beforehand."""

    def __init__(self, kind: Kind, draw: Random) -> None:
        self.kind = kind
        variables = {**kind.variables, **({"commandId": FRESH} if kind.fresh else {})}
        body = json.dumps({"query": kind.query, "variables": variables}).encode()
        self._heads = cycle([_head(token, len(body)) + body for token in kind.tokens])
        self._draw = draw

    def next(self) -> bytes:
        """The next one."""
        request = next(self._heads)
        if not self.kind.fresh:
            return request
        own = str(UUID(int=self._draw.getrandbits(128), version=4))
        return request.replace(FRESH.encode(), own.encode())


def _head(token: str, length: int) -> bytes:
    return (
        f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


@dataclass(eq=False, slots=True)
class Asked:
    """One request on its way. ``after``: called once it is answered, or never will be."""

    requests: Requests
    due: float
    at: float
    after: Callable[[], None]


class Line(asyncio.Protocol):
    """One connection, with one request on its way at most."""

    __slots__ = ("_driver", "_had", "asked", "transport", "used_at")

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._had = b""
        self.asked: Asked | None = None
        self.used_at = 0.0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's own kind
        self.ask()

    def ask(self) -> None:
        """Sends what is to be asked, if anything."""
        if self.transport is None:
            return
        if self.asked is not None:
            self.transport.write(self.asked.requests.next())
        else:
            self.used_at = monotonic()
            self._driver.idle.append(self)

    def data_received(self, data: bytes) -> None:
        had = self._had = self._had + data if self._had else data
        end = had.find(b"\r\n\r\n")
        if end < 0 or len(had) < end + 4 + _length(had, end):
            return
        self._had = b""
        asked, self.asked, self.used_at = self.asked, None, monotonic()
        closes = b"\r\nconnection: close" in had[:end].lower()
        if closes and self.transport is not None:
            self.transport.close()
        else:
            self._driver.idle.append(self)
        if asked is not None:
            self._driver.answered(asked, int(had[9:12]), had, end)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.transport = None
        if self.asked is not None:
            asked, self.asked = self.asked, None
            self._driver.answered(asked, 0, b"", 0)

    def abandon(self) -> None:
        """Nobody waits here any longer."""
        if self.transport is not None:
            self.transport.abort()


class Driver:
    """The connections of this process, kept open and used again."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._draw = Random(plan.seed)  # noqa: S311 - repeatable, not secret
        self._requests = [Requests(kind, self._draw) for kind in plan.kinds]
        self._lines: set[Line] = set()
        self._opening: set[asyncio.Task[None]] = set()
        self._on_their_way = 0
        self._done = asyncio.Event()
        self._nothing_more = False
        self.idle: deque[Line] = deque()
        self.heard = {kind.name: Heard() for kind in plan.kinds}
        self.last_at = 0.0

    async def run(self) -> float:
        """The whole plan; the seconds from its beginning to the last answer."""
        await asyncio.gather(*(self._open(self._line()) for _ in range(self._plan.opened)))
        await asyncio.sleep(max(0.0, self._plan.begins - monotonic()))
        began = monotonic()
        watch = asyncio.create_task(self._lose_patience())
        if self._plan.callers is not None:
            for _ in range(self._plan.callers):
                self._call(began + self._plan.seconds)
        elif self._plan.each is not None:
            for requests in self._requests * self._plan.each:
                self._ask(requests, began, lambda: None)
        else:
            await self._steadily(began)
        self._nothing_more = True
        while self._on_their_way:
            self._done.clear()
            await self._done.wait()
        watch.cancel()
        return max(self.last_at - began, self._plan.seconds)

    async def _steadily(self, began: float) -> None:
        """Asks what is due, and looks again; whether or not anything was answered."""
        due = sorted(
            (began + number / requests.kind.rate, index)
            for index, requests in enumerate(self._requests)
            for number in range(int(requests.kind.rate * self._plan.seconds))
        )
        for number, (at, index) in enumerate(due):
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
            while (left := at - monotonic()) > 0:  # noqa: ASYNC110 - time is what it waits for
                await asyncio.sleep(max(left, TICK_S))
            self._ask(self._requests[index], at, lambda: None)

    def _call(self, end: float) -> None:
        """One caller asks, and asks again when answered."""
        if monotonic() < end:
            shares = [kind.rate for kind in self._plan.kinds]
            (requests,) = self._draw.choices(self._requests, shares)
            self._ask(requests, monotonic(), lambda: self._call(end))

    def _ask(self, requests: Requests, due: float, after: Callable[[], None]) -> None:
        self._on_their_way += 1
        asked = Asked(requests, due, monotonic(), after)
        while self.idle:
            line = self.idle.popleft()
            if line.transport is None or line.transport.is_closing():
                continue
            if asked.at - line.used_at < IDLE_S:
                line.asked = asked
                line.ask()
                return
            line.transport.close()
        line = self._line()
        line.asked = asked
        opening = asyncio.ensure_future(self._open(line))
        self._opening.add(opening)
        opening.add_done_callback(self._opening.discard)

    def _line(self) -> Line:
        line = Line(self)
        self._lines.add(line)
        return line

    async def _open(self, line: Line) -> None:
        try:
            await asyncio.get_running_loop().create_connection(
                lambda: line, "127.0.0.1", self._plan.port, family=socket.AF_INET
            )
        except OSError:
            line.connection_lost(None)

    def answered(self, asked: Asked, status: int, answer: bytes, end: int) -> None:
        """One answer; status 0 is none."""
        heard, now = self.heard[asked.requests.kind.name], monotonic()
        heard.statuses.append(status)
        heard.seconds.append(now - asked.due)
        heard.late.append(asked.at - asked.due)
        if status != 200:
            heard.without_retry_after += b"\r\nretry-after:" not in answer[:end].lower()
            heard.codes += _codes(answer[end:])
        self.last_at = now
        self._on_their_way -= 1
        asked.after()
        if self._nothing_more or not self._on_their_way:
            self._done.set()

    async def _lose_patience(self) -> None:
        while True:
            await asyncio.sleep(0.5)
            before = monotonic() - PATIENCE_S
            for line in list(self._lines):
                if line.asked is not None and line.asked.at < before:
                    asked, line.asked = line.asked, None
                    line.abandon()
                    self.answered(asked, 0, b"", 0)

    @property
    def connections(self) -> int:
        """How many were opened."""
        return len(self._lines)


def _length(answer: bytes, end: int) -> int:
    at = answer.find(b"content-length: ", 0, end)
    return int(answer[at + 16 : answer.index(b"\r", at)]) if at >= 0 else 0


def _codes(body: bytes) -> Iterator[str]:
    return (found.decode() for found in CODE.findall(body))


def written(plan: Plan) -> str:
    """As the process reads it."""
    return json.dumps(asdict(plan))


async def play(plan: Plan) -> Told:
    """Plays the plan."""
    driver = Driver(plan)
    used = process_time()
    seconds = await driver.run()
    return Told(driver.heard, seconds, process_time() - used, driver.connections)


def main() -> None:
    """From standard input to standard output."""
    _, most = getrlimit(RLIMIT_NOFILE)
    setrlimit(RLIMIT_NOFILE, (most, most))
    given = json.load(sys.stdin)
    plan = Plan(**{**given, "kinds": [Kind(**kind) for kind in given["kinds"]]})
    if plan.cores:
        os.sched_setaffinity(0, plan.cores)
    gc.disable()
    told = uvloop.run(play(plan))
    json.dump(asdict(told), sys.stdout)


if __name__ == "__main__":
    main()
