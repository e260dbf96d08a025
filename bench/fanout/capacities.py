"""One event that concerns many capacities: each is read for and answered by itself, with its own rights.

The same number of subscribers follows one queue twice, on a server of its own: all in one capacity, then spread over
all whose rights reach the queue. What a further capacity costs is the difference in the server's processor time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic_ns
from typing import Any

import psycopg
from psycopg.rows import dict_row

from bench.city.__main__ import ways_to
from bench.fanout.audience import Audience, Subscriber
from bench.fanout.world import Watched
from bench.figures import Figure, cpu_s, figure
from bench.reads.__main__ import token
from bench.reads.ways import Way, ask, graphql

REACHED = """select p.* from read.post p, read.work_item w
    where p.standing = 'ACTIVE' and w.task_id = %s and p.tokens && w.tokens order by p.assignment_id"""
QUEUE = "query ($unit: UUID!, $queue: String!) { workQueue(unit: $unit, queue: $queue) { nodes { taskId } } }"
YIDANG = Way("yidang", (), frozenset(), graphql)


def capacities(
    admin: str,
    port: int,
    at: Watched,
    done: Callable[[], int],
    measured: tuple[int, int, int],
    folder: Path,
) -> list[Figure]:
    """``measured``: the server's process, subscribers, events."""
    pid, many, events = measured
    bearers = _who_see(admin, port, at)
    took, spent = [], []
    for some in (bearers[:1], bearers):
        crowd: list[Subscriber] = [
            {"token": some[n % len(some)], "variables": {**at.variables, "resume": None}}
            for n in range(many)
        ]
        with Audience.opened("sse", port, crowd, folder) as audience:
            audience.seen(done())
            last, cpu = _told(audience, done, pid, events)
        took.append(last)
        spent.append(cpu)
    further = max(1, len(bearers) - 1)
    label = f"{many:,} subscribers in {len(bearers)} capacities"
    return [
        figure("fanout.capacities.last", f"{label}: last client", "ms", took[1]),
        figure("fanout.capacities.one", f"{many:,} in one: last client", "ms", took[0]),
        figure(
            "fanout.capacities.cpu",
            f"{label}: processor time a further capacity",
            "µs",
            [(spent[1] - spent[0]) / further],
        ),
    ]


def _told(
    audience: Audience, done: Callable[[], int], pid: int, events: int
) -> tuple[list[float], float]:
    """For each event: until the last client has it, in milliseconds; and the server's processor time an event, in
    microseconds, over all of them: the system counts it in hundredths of a second."""
    last, before = [], cpu_s(pid)
    for _ in range(events):
        position, acknowledged = done(), monotonic_ns()
        last.append((audience.seen(position)[-1] - acknowledged) / 1e6)
    return last, (cpu_s(pid) - before) * 1e6 / events


def _who_see(admin: str, port: int, at: Watched) -> Sequence[str]:
    """The tokens of all who are shown the task: row security and policy decide, so they are asked."""
    with psycopg.connect(ways_to(admin).admin_dsn, row_factory=dict_row) as conn:
        posts = conn.execute(REACHED.encode(), (at.task_id,)).fetchall()
    address = f"http://127.0.0.1:{port}/graphql"
    asked = {"query": QUEUE, "variables": at.variables}
    bearers = [token(post) for post in posts]
    found = [one for one in bearers if _shows(at, address, asked, one)]
    if not found:
        raise RuntimeError("nobody sees the queue")
    return found


def _shows(at: Watched, address: str, asked: Mapping[str, Any], bearer: str) -> bool:
    try:
        data = ask(YIDANG, address, asked, bearer)
    except RuntimeError:  # not permitted
        return False
    return any(node["taskId"] == str(at.task_id) for node in data["workQueue"]["nodes"])
