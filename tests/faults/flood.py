"""Load from a process of its own, over bare sockets: asks at a steady rate whatever comes back, or as fast as a number
of callers can. Its plan comes as JSON on standard input, its findings go as JSON to standard output.

python -m tests.faults.flood < plan.json
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import cycle
from random import Random
from resource import RLIMIT_NOFILE, getrlimit, setrlimit
from time import monotonic
from uuid import UUID

PATIENCE_S = 20.0
"""No answer within this is no answer."""


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
    """What one process does. ``callers`` None: at the rates, whatever comes back; ``each``: as often, and no longer."""

    port: int
    seconds: float
    kinds: list[Kind]
    seed: int
    callers: int | None = None
    each: int | None = None


@dataclass
class Heard:
    """Of one kind: the answers by status, how long each took, and how late it was asked; seconds."""

    statuses: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    without_retry_after: int = 0
    codes: list[str] = field(default_factory=list)


class Driver:
    """The connections of this process, kept open and used again."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._draw = Random(plan.seed)  # noqa: S311 - repeatable, not secret
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._tokens = {kind.name: cycle(kind.tokens) for kind in plan.kinds}
        self.heard = {kind.name: Heard() for kind in plan.kinds}

    async def run(self) -> None:
        """The whole plan."""
        jobs: list[Awaitable[object]]
        if self._plan.callers is not None:
            jobs = [self._caller() for _ in range(self._plan.callers)]
        elif self._plan.each is not None:
            jobs = [self._ask(kind, monotonic()) for kind in self._plan.kinds * self._plan.each]
        else:
            jobs = [self._steady(kind) for kind in self._plan.kinds]
        await asyncio.gather(*jobs)
        for _, writer in self._idle:
            writer.close()

    async def _steady(self, kind: Kind) -> None:
        began, asked = monotonic(), []
        for number in range(int(kind.rate * self._plan.seconds)):
            at = began + number / kind.rate
            await asyncio.sleep(max(0.0, at - monotonic()))
            asked.append(asyncio.create_task(self._ask(kind, at)))
        await asyncio.gather(*asked)

    async def _caller(self) -> None:
        end = monotonic() + self._plan.seconds
        shares = [kind.rate for kind in self._plan.kinds]
        while monotonic() < end:
            (kind,) = self._draw.choices(self._plan.kinds, shares)
            await self._ask(kind, monotonic())

    async def _ask(self, kind: Kind, due: float) -> None:
        status, head, body = 0, b"", b""
        asked_at = monotonic()
        with suppress(OSError, EOFError, TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                status, head, body = await self._answer(self._request(kind))
        heard = self.heard[kind.name]
        heard.statuses.append(status)
        heard.seconds.append(monotonic() - asked_at)
        heard.late.append(asked_at - due)
        if status != 200:
            heard.without_retry_after += b"\r\nretry-after:" not in head.lower()
            heard.codes += _codes(body)

    async def _answer(self, request: bytes) -> tuple[int, bytes, bytes]:
        reader, writer = self._idle.pop() if self._idle else await self._open()
        whole = False
        try:
            writer.write(request)
            await writer.drain()
            head = await reader.readuntil(b"\r\n\r\n")
            body = await reader.readexactly(_length(head))
            whole = b"connection: close" not in head.lower()
        finally:
            if whole:
                self._idle.append((reader, writer))
            else:
                writer.close()
        return int(head.split(b" ", 2)[1]), head, body

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self._plan.port)

    def _request(self, kind: Kind) -> bytes:
        variables = dict(kind.variables)
        if kind.fresh:
            variables["commandId"] = str(UUID(int=self._draw.getrandbits(128), version=4))
        body = json.dumps({"query": kind.query, "variables": variables}).encode()
        head = (
            f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {next(self._tokens[kind.name])}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0


def _codes(body: bytes) -> Iterator[str]:
    with suppress(ValueError, KeyError, TypeError):
        yield from (str(e["extensions"]["code"]) for e in json.loads(body)["errors"])


def written(plan: Plan) -> str:
    """As the process reads it."""
    return json.dumps(asdict(plan))


def main() -> None:
    """Plays the plan."""
    _, most = getrlimit(RLIMIT_NOFILE)
    setrlimit(RLIMIT_NOFILE, (most, most))
    given = json.load(sys.stdin)
    plan = Plan(**{**given, "kinds": [Kind(**kind) for kind in given["kinds"]]})
    driver = Driver(plan)
    asyncio.run(driver.run())
    json.dump({name: asdict(heard) for name, heard in driver.heard.items()}, sys.stdout)


if __name__ == "__main__":
    main()
