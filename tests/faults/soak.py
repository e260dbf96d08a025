"""A long steady load: many subscribers, a few writers, clocks. Memory and lag are printed; loss, a memory that climbs
and a lag that climbs are judged at the end: exit status 1.

python -m tests.faults.soak --minutes 30 --subscribers 2000
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from uuid import UUID

import httpx

from bench.figures import cpu_s
from ops.demo_world import UNIT_BY_KEY
from ops.serve import as_many_files_as_allowed
from tests.faults.clients import VILLAGES, Everybody, Writer
from tests.faults.flatness import Looks
from tests.faults.installation import Installation
from tests.faults.judge import judge, missing, slow_stops, told
from tests.faults.ledger import Delivery, Subscribed
from tests.faults.load import say, scratch_installation
from tests.journeys.live import QUEUE

LOOK_S = 30.0
LOOKS = 20
"""At least so many, in a short run too."""
ARRIVES_S = 180.0
"""How long what is on its way may be; what has not arrived by then is lost. How soon is told."""
OPENING = 24
"""How many subscriptions are opened at once: a caller may ask for eight things at a time."""
PAUSE_S = 0.5
QUEUES = tuple(f"Q-{number:02}" for number in range(1, 11))
"""The desks: each watches one queue of its station."""
WORK_S = 2.0
"""Between one deed of a writer and the next."""


@dataclass
class Audience:
    """Subscribers on one event loop, each a bare connection."""

    shared: Everybody
    host: str
    port: int
    seen: list[Subscribed] = field(default_factory=list)
    open_now: int = 0
    delivered: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    opening: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(OPENING))

    async def run(self, many: int) -> None:
        """All of them, until told to stop."""
        prefixes = tuple(VILLAGES)
        tasks = [
            asyncio.create_task(
                self._subscriber(
                    prefixes[n % len(prefixes)], QUEUES[n // len(prefixes) % len(QUEUES)]
                )
            )
            for n in range(many)
        ]
        await asyncio.to_thread(self.shared.stop.wait)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _subscriber(self, prefix: str, queue: str) -> None:
        seen = Subscribed(UNIT_BY_KEY[f"{prefix}_police"].id, queue)
        self.seen.append(seen)
        cursor: str | None = None
        while True:
            try:
                cursor = await self._watch(seen, f"{prefix}_police", cursor)
            except (OSError, EOFError, ValueError, asyncio.IncompleteReadError) as error:
                self.ends[type(error).__name__] += 1
            seen.times_resumed += 1
            await asyncio.sleep(PAUSE_S)

    async def _watch(self, seen: Subscribed, who: str, cursor: str | None) -> str | None:
        async with self.opening:
            reader, writer = await asyncio.open_connection(self.host, self.port)
            writer.write(self._request(seen, who, cursor))
            await writer.drain()
            head = await reader.readuntil(b"\r\n\r\n")
        try:
            status = head.split(b" ", 2)[1].decode()
            if status != "200":
                self.ends[status] += 1
                return cursor
            self.open_now += 1
            try:
                return await self._deliveries(reader, seen, cursor)
            finally:
                self.open_now -= 1
                self.ends["cut"] += 1
        finally:
            writer.close()

    async def _deliveries(
        self, reader: asyncio.StreamReader, seen: Subscribed, cursor: str | None
    ) -> str | None:
        began: list[Delivery] = []
        while line := await reader.readline():
            if not line.startswith(b"data:") or not (data := line[5:].strip()):
                continue
            answer = json.loads(data)
            if answer.get("errors"):
                return cursor
            change = answer["data"]["workQueue"]
            got = Delivery(change["kind"], change["position"], _id(change["taskId"]))
            if cursor is not None:
                seen.got.append(got)
                self.delivered += 1
                cursor = change["cursor"]
                continue
            began.append(got)
            if got.kind == "CAUGHT_UP":
                seen.got += began
                cursor = change["cursor"]
        return cursor

    def _request(self, seen: Subscribed, who: str, cursor: str | None) -> bytes:
        variables = {"unit": str(seen.unit_id), "queue": seen.queue, "resume": cursor}
        body = json.dumps({"query": QUEUE, "variables": variables}).encode()
        return (
            f"POST /graphql HTTP/1.1\r\nHost: {self.host}\r\nAccept: text/event-stream\r\n"
            f"Authorization: Bearer {self.shared.token(who)}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def memory_mb(pid: int) -> float:
    """Resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096 / 1e6


@dataclass
class Figures:
    """What the looks saw."""

    memory: dict[str, list[float]] = field(default_factory=dict)
    looks: Looks = field(default_factory=Looks)
    used: tuple[float, float] | None = None
    """When the web process was last looked at, and the seconds of processor it had used."""

    def look(
        self, here: Installation, audience: Audience, minute: float, *, all_there: bool
    ) -> str:
        """One line. What was seen before everybody was there says nothing of what stays."""
        pids = {kind: process.pid for kind, process in here.processes.items()}
        for kind, pid in {**pids, "decider": here.decider}.items():
            self.memory.setdefault(kind, []).append(memory_mb(pid))
        try:
            health = httpx.get(f"http://127.0.0.1:{here.port}/readyz", timeout=10).json()
        except httpx.HTTPError as error:
            health = {"lag": {}, "clocks": type(error).__name__}
        lag = max((each["events"] for each in health.get("lag", {}).values()), default=0)
        if all_there:
            self.looks.add({kind: of[-1] for kind, of in self.memory.items()}, lag)
        memory = " ".join(f"{kind} {of[-1]:.0f}" for kind, of in self.memory.items())
        return (
            f"{minute:5.1f} min · open {audience.open_now} · delivered {audience.delivered} · "
            f"ends {dict(audience.ends)} · acks {len(here.ledger.acks)} · slow {len(here.ledger.slow)} · lag {lag} · "
            f"clocks {health.get('clocks')} · MB {memory} · web {self._cores(here):.2f} cores"
        )

    def keep(
        self, report: Path, here: Installation, audience: Audience, more: dict[str, object]
    ) -> None:
        """As JSON."""
        kept = {
            **more,
            "delivered": audience.delivered,
            "acknowledged": len(here.ledger.acks),
            "ends": dict(audience.ends),
            "memory_mb": self.looks.memory,
            "lag_events": self.looks.lag,
            "stopped_within_s": here.stopped_within,
        }
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(json.dumps(kept, indent=1, ensure_ascii=False), encoding="utf-8")
        say(f"kept in {report}")

    def _cores(self, here: Installation) -> float:
        """How much of a core the web process used since the last look."""
        now, used = monotonic(), cpu_s(here.processes["web"].pid)
        before, self.used = self.used or (now - 1.0, used), (now, used)
        return (used - before[1]) / (now - before[0])


def soak(here: Installation, minutes: float, subscribers: int, report: Path) -> int:
    """Runs the load; 0 when nothing was lost and all is flat. The figures are kept in ``report``, as JSON."""
    audience = Audience(here.shared, "127.0.0.1", here.port)
    listening = threading.Thread(target=asyncio.run, args=[audience.run(subscribers)], daemon=True)
    listening.start()
    writers = [Writer(here.shared, prefix, 1, pause=WORK_S) for prefix in VILLAGES]
    for writer in writers:
        writer.start()
    figures, began, all_there = Figures(), monotonic(), False
    each = min(LOOK_S, minutes * 60 / LOOKS)
    while (passed := monotonic() - began) < minutes * 60:
        here.shared.stop.wait(min(each, minutes * 60 - passed))
        all_there = all_there or audience.open_now >= subscribers
        say(figures.look(here, audience, (monotonic() - began) / 60, all_there=all_there))
    here.shared.quiet.set()
    for writer in writers:
        writer.join(60)
    quiet_at = here.clock()
    # A change of theirs that is on its way while we look would count as missing.
    here.stop("clocks")
    here.ledger.subscribed += audience.seen
    arriving = monotonic()
    while any(missing(here)) and monotonic() - arriving < ARRIVES_S:
        here.shared.stop.wait(1.0)
    arrived_s = round(monotonic() - arriving, 1)
    say(f"all was delivered {arrived_s:.0f} s after the last deed")
    resumed = Counter(seen.times_resumed for seen in audience.seen)
    found = told(list(missing(here)))
    here.shared.stop.set()
    listening.join(30)
    here.stop("web", "projections")
    found |= told([f for f in judge(here, quiet_at, retold=True) if f.kind != "never rung"])
    found |= told(list(slow_stops(here)))
    say(f"times resumed {dict(resumed)} · stopped within {here.stopped_within}")
    uneven = list(figures.looks.findings())
    say(figures.looks.told())
    say(f"findings {found or 'none'}; {uneven or 'flat'}")
    more = {"last_delivered_s": arrived_s, "findings": found, "uneven": uneven}
    figures.keep(report, here, audience, {"minutes": minutes, "subscribers": subscribers, **more})
    return 1 if found or uneven else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Everything of its own: server, database, installation."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--subscribers", type=int, default=2000)
    parser.add_argument("--report", type=Path, default=Path("build/soak.json"))
    asked = parser.parse_args(arguments)
    as_many_files_as_allowed()
    with scratch_installation() as here:
        return soak(here, asked.minutes, asked.subscribers, asked.report)


if __name__ == "__main__":
    sys.exit(main())
