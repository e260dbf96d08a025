"""Live fan-out: ``python -m bench.fanout DSN CHILDREN [SUBSCRIBERS] [EVENTS]``.

DSN is the administrator of a server that holds the city. Three servers are up at once, each with its own subscribers on
a queue of its own: Yidang over server-sent events, Yidang over graphql-transport-ws, and strawberry's own subscription
server (``bench.fanout.peer``) over graphql-transport-ws. A deed in another process moves a task in one of the queues,
in turn, so that a slow moment of the machine meets all of them; the clock runs from the deed's acknowledgement until
the last subscriber has the change. Subscribers are bare sockets in light processes (``bench.fanout.clients``).

Then, each on a server of its own: how one event reaches as many when they look in many capacities; and commands over
HTTP at a steady rate on many queues, and how long after its acknowledgement each change is seen.

Each subscriber is two open files, one here and one in the server's process: the hard limit of ``RLIMIT_NOFILE`` must
leave room for that (it is taken whole), and ``net.ipv4.ip_local_port_range`` for all three crowds. Connecting is paced
by the server and takes as long as it takes, as long as it goes on.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic_ns, sleep
from typing import Any

from bench.city.__main__ import SECRETS, ways_to
from bench.fanout.audience import Audience, Subscriber
from bench.fanout.capacities import capacities
from bench.fanout.steady import steady
from bench.fanout.world import Watched, deed, watched
from bench.figures import Figure, cpu_s, figure, keep, machine_of, resident_kib, said_of, tell
from bench.reads.__main__ import token, viewers
from bench.reads.ways import Way, graphql, running
from ops.platform import Platform, compose

PORT = 8750
FEW_SHARE = 4
"""One in so many is there before memory is first looked at: threads and connections come with the first ones, once."""
LAST_MAX_MS, TIMES_MIN, KIB_MAX, SSE_AIM_MS = 100.0, 6.0, 25.0, 60.0
"""What the goal asks."""
SETTLE_S = 1.0
LEAST_MS = 1.0
"""What is seen before the deed's process hears that it is done counts as seen after so long."""


@dataclass
class Side:
    """One server with its subscribers, and what was seen: per event in milliseconds after the acknowledgement."""

    name: str
    kind: str
    pid: int
    at: Watched
    done: Callable[[], int]
    """The deed that moves its task; answers the position."""
    audiences: list[Audience] = field(default_factory=list)
    kib: float = 0.0
    last: list[float] = field(default_factory=list)
    middle: list[float] = field(default_factory=list)
    every: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)

    def settled(self) -> None:
        """Waits until all of them follow, as a change shows that reaches them all."""
        position = self.done()
        for audience in self.audiences:
            audience.seen(position)
        sleep(SETTLE_S)

    def look(self, position: int, acknowledged: int, before: float) -> None:
        """Waits until all have seen the change."""
        seen = sorted(at for audience in self.audiences for at in audience.seen(position))
        after = [(at - acknowledged) / 1e6 for at in seen]
        self.last.append(after[-1])
        self.middle.append(after[len(after) // 2])
        self.every += after
        self.cpu_us.append((cpu_s(self.pid) - before) * 1e6 / len(after))


def main(admin: str, children: int, many: int, events: int) -> None:
    """Measure, tell, keep."""
    _many_files()
    machine = machine_of(admin)
    print(
        f"\n实时分发 · Live fan-out to {many:,} subscribers, {children:,} children\n{said_of(machine)}"
    )
    ways = ways_to(admin)
    district = viewers(ways.admin_dsn)["district"]
    bearer = token(district)
    places = watched(ways.admin_dsn, district["division_id"], 24)
    apart = list({w.unit: w for w in places}.values())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = _side_by_side(admin, apart[:3], bearer, many, events, folder)
        tell(found)
        keep("fanout", children, machine, found)
        with _serving(admin, "yidang", PORT + 8) as pid, _platform(admin) as platform:
            done, at = deed(platform, apart[0]), apart[0]
            spread = capacities(admin, PORT + 8, at, done, (pid, many, events), folder)
        tell(spread)
        found += spread
        keep("fanout", children, machine, found)
        with _serving(admin, "yidang", PORT + 9) as pid:
            more = steady(admin, pid, PORT + 9, places, bearer, folder)
    tell(more)
    keep("fanout", children, machine, [*found, *more])


@contextmanager
def _platform(admin: str) -> Iterator[Platform]:
    platform = compose(ways_to(admin), SECRETS)
    try:
        yield platform
    finally:
        platform.close()


def _side_by_side(
    admin: str, apart: list[Watched], bearer: str, many: int, events: int, folder: Path
) -> list[Figure]:
    kinds = (("yidang", "sse"), ("yidang", "ws"), ("broadcast", "ws"))
    with ExitStack() as stack:
        platform = stack.enter_context(_platform(admin))
        sides = []
        for n, ((way, kind), at) in enumerate(zip(kinds, apart, strict=True)):
            pid = stack.enter_context(_serving(admin, way, PORT + n))
            side = Side(f"{way} {kind}", kind, pid, at, deed(platform, at))
            sides.append(side)
            each: Subscriber = {"token": bearer, "variables": dict(at.variables)}
            if way == "yidang":
                each["variables"]["resume"] = None
            first = many // FEW_SHARE
            for share in (first, many - first):
                before = resident_kib(pid)
                crowd = Audience.opened(kind, PORT + n, [each] * share, folder)
                side.audiences.append(stack.enter_context(crowd))
                side.settled()
                side.kib = (resident_kib(pid) - before) / share
        for number in range(events + 1):
            for side in sides:
                began = cpu_s(side.pid)
                position = side.done()
                side.look(position, monotonic_ns(), began)
            if number == 0:  # the first event compiles and connects
                for side in sides:
                    side.last, side.middle, side.every, side.cpu_us = [], [], [], []
    return _figures(sides, many)


def _figures(sides: list[Side], many: int) -> list[Figure]:
    made, (*ours, peer) = [], sides
    for side in ours:
        key, label = f"fanout.{side.kind}", f"{side.kind}, {many:,} subscribers"
        pairs = zip(peer.last, side.last, strict=True)
        times = [theirs / max(mine, LEAST_MS) for theirs, mine in pairs if theirs > 0]
        made += [
            figure(f"{key}.last", f"{label}: last client", "ms", side.last),
            figure(
                f"{key}.last_p99",
                f"{label}: last client, p99 of events",
                "ms",
                [p99(side.last)],
                LAST_MAX_MS,
            ),
            figure(f"{key}.median", f"{label}: median client", "ms", side.middle),
            figure(f"{key}.p99", f"{label}: p99 of deliveries", "ms", [p99(side.every)]),
            figure(
                f"{key}.times",
                f"{label}: times as fast as strawberry's own",
                "×",
                times,
                TIMES_MIN,
                most=False,
            ),
            figure(f"{key}.cpu", f"{label}: server processor time a client", "µs", side.cpu_us),
            figure(
                f"{key}.kib", f"{label}: memory of an idle subscriber", "KiB", [side.kib], KIB_MAX
            ),
        ]
    made += [
        figure("fanout.peer.last", "strawberry's own, ws: last client", "ms", peer.last),
        figure("fanout.peer.median", "strawberry's own, ws: median client", "ms", peer.middle),
        figure(
            "fanout.peer.cpu",
            "strawberry's own, ws: server processor time a client",
            "µs",
            peer.cpu_us,
        ),
        figure(
            "fanout.peer.kib",
            "strawberry's own, ws: memory of an idle subscriber",
            "KiB",
            [peer.kib],
        ),
    ]
    return made


def p99(values: list[float]) -> float:
    """The value that one in a hundred exceeds."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))]


@contextmanager
def _serving(admin: str, way: str, port: int) -> Iterator[int]:
    serve = (sys.executable, "-m", "bench.reads.serve")
    with running(Way(way, (*serve, way, admin), frozenset(), graphql), port) as (_, pid):
        yield pid


def _many_files() -> None:
    """As many open sockets as the system lets us have; the processes we start inherit it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def arguments() -> Any:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.fanout", description=__doc__)
    parser.add_argument("dsn")
    parser.add_argument("children", type=int)
    parser.add_argument("subscribers", type=int, nargs="?", default=2000)
    parser.add_argument("events", type=int, nargs="?", default=20)
    return parser.parse_args()


if __name__ == "__main__":
    args = arguments()
    main(args.dsn, args.children, args.subscribers, args.events)
