"""Commands at a steady rate over HTTP, and how long after its acknowledgement each change is seen.

Open loop: a deed is put when it is due, whether or not the one before was answered in time, so that waiting in line is
part of what is measured. The moment of the acknowledgement is that at which its answer was read.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from time import monotonic, monotonic_ns, sleep
from uuid import uuid4

import orjson
import psycopg

from bench.city.__main__ import ways_to
from bench.fanout.audience import Audience
from bench.fanout.world import Watched, of_many_children
from bench.figures import Figure, family_cpu_s, figure
from bench.reads.__main__ import token
from ops.client import mutation_document

RATE = 100
"""Commands a second."""
SECONDS = 10.0
WARM_S = 2.0
EACH = 5
"""Subscribers to each queue."""
SEEN_MAX_MS = 50.0
ARRIVAL_S = 2.0
"""What is on its way when the last command is answered arrives within."""


@dataclass
class Writer(threading.Thread):
    """One connection that puts the deeds of one queue when they are due. ``acks``: position → moment."""

    port: int
    at: Watched
    every_s: float
    first_at: float
    until: float
    version: int
    acks: dict[int, int] = field(default_factory=dict)
    took_ms: list[float] = field(default_factory=list)
    late: int = 0

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Until the time is over."""
        conn = http.client.HTTPConnection("127.0.0.1", self.port)
        bearers = cycle([token(post) for post in self.at.posts])
        due = self.first_at
        while due < self.until:
            sleep(max(0.0, due - monotonic()))
            self.late += monotonic() - due > self.every_s
            self._put(conn, next(bearers), due)
            due += self.every_s
        conn.close()

    def _put(self, conn: http.client.HTTPConnection, bearer: str, due: float) -> None:
        variables = {
            "id": str(self.at.child_id),
            "expectedVersion": self.version,
            "commandId": str(uuid4()),
            "input": {"taskId": str(self.at.task_id)},
        }
        body = orjson.dumps({"query": mutation_document("acceptChildTask"), "variables": variables})
        headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}
        conn.request("POST", "/graphql", body, headers)
        told = orjson.loads(conn.getresponse().read())
        at = monotonic_ns()
        outcome = told["data"]["outcome"]
        if outcome["__typename"] != "CommandDone":
            raise RuntimeError(str(outcome))
        self.version = outcome["version"]
        if not outcome["position"]:
            return  # whoever has the task already: nothing is recorded
        self.acks[outcome["position"]] = at
        self.took_ms.append((at / 1e9 - due) * 1e3)


def steady(
    admin: str, pid: int, port: int, places: Sequence[Watched], bearer: str, folder: Path
) -> list[Figure]:
    """The figures of the steady load."""
    apart = of_many_children(ways_to(admin).admin_dsn, places)
    queues = {(w.unit, w.queue): w.variables for w in apart}.values()
    subscribers = [{"token": bearer, "variables": queue} for queue in queues for _ in range(EACH)]
    with Audience.opened("sse", port, subscribers, folder) as audience:
        warm = monotonic() + 0.5
        _run(admin, port, apart, warm, warm + WARM_S)
        audience.dump()
        began, cpu = monotonic() + 0.2, family_cpu_s(pid)
        writers = _run(admin, port, apart, began, began + SECONDS)
        spent = family_cpu_s(pid) - cpu
        sleep(ARRIVAL_S)
        seen = audience.dump()
    lags = sorted(ms for w in writers for ms in lags_of(w.acks, seen, EACH))
    took = sorted(ms for w in writers for ms in w.took_ms)
    many = sum(len(w.acks) for w in writers)
    rate = many / SECONDS
    label = f"{rate:.0f} commands a second on {len(apart)} children"
    return [
        figure(
            "fanout.seen.p99",
            f"{label}: acknowledged to seen, p99",
            "ms",
            [_at(lags, 0.99)],
            SEEN_MAX_MS,
        ),
        figure(
            "fanout.seen.median", f"{label}: acknowledged to seen, median", "ms", [_at(lags, 0.5)]
        ),
        figure("fanout.command.p99", f"{label}: due to acknowledged, p99", "ms", [_at(took, 0.99)]),
        figure(
            "fanout.command.median", f"{label}: due to acknowledged, median", "ms", [_at(took, 0.5)]
        ),
        figure(
            "fanout.command.cpu",
            f"{label}: processor time a command, the decider's included",
            "µs",
            [spent * 1e6 / many],
        ),
    ]


def lags_of(
    acks: Mapping[int, int], seen: Mapping[int, Sequence[int]], each: int
) -> Iterator[float]:
    """Milliseconds from each acknowledgement of one task's moves to each of its subscribers seeing it.

    Of a task that moved twice before it was read the later move tells both: an item is told as it is now. Raises
    RuntimeError for a move that nobody was told, by itself or by a later one.
    """
    told: Sequence[int] | None = None
    for position in sorted(acks, reverse=True):
        at = seen.get(position, ())
        if at and len(at) != each:
            raise RuntimeError(f"{len(at)} of {each} subscribers saw the change at {position}")
        told = at or told
        if told is None:
            raise RuntimeError(f"nobody saw the change at {position}")
        yield from ((moment - acks[position]) / 1e6 for moment in told)


def _at(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))]


def _run(
    admin: str, port: int, apart: Sequence[Watched], began: float, until: float
) -> list[Writer]:
    every = len(apart) / RATE
    versions = dict(_versions(admin, apart))
    writers = [
        Writer(port, w, every, began + n * every / len(apart), until, versions[w])
        for n, w in enumerate(apart)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    if any(not writer.acks for writer in writers):
        raise RuntimeError("a writer got nothing acknowledged")
    return writers


def _versions(admin: str, apart: Sequence[Watched]) -> Iterator[tuple[Watched, int]]:
    with psycopg.connect(ways_to(admin).admin_dsn) as conn:
        for w in apart:
            row = conn.execute(
                "select max(originator_version) from es.event where originator_id = %s",
                (w.child_id,),
            ).fetchone()
            assert row is not None
            yield w, row[0]
