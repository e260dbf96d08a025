"""An ordinary day's load: sixty requests a second, a third of them writes, twenty subscribers; then 300 people who come
and go. How long answers take, how soon a change is seen, and what the coming and going leaves behind.

python -m tests.faults.steady --seconds 30
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from uuid import UUID

from tests.faults.clients import Everybody, Subscriber, Writer
from tests.faults.flood import Plan
from tests.faults.installation import Installation
from tests.faults.ledger import Ack, Delivery, Ledger, Subscribed, now
from tests.faults.load import (
    Load,
    played,
    quantile,
    say,
    scratch_installation,
    silent_readers,
)
from tests.faults.overload import Judged
from tests.faults.soak import memory_mb

READS, WRITERS, SUBSCRIBERS = 40.0, 6, 20
"""Reads a second; writers, each some three deeds a second; desks that watch."""
PAUSE_S = 0.25
P95_S, P99_S, SEEN_P95_S, LEFT_MB = 0.25, 0.75, 0.5, 30.0
"""The goals of docs/operations/goals.md."""
VISITS = 3
"""Each of them brings a hundred connections, and takes them away."""
SETTLES_S = 20.0


@dataclass
class Timed(Ledger):
    """Knows when each change came to each desk."""

    came: dict[tuple[int, UUID | None, int], float] = field(default_factory=dict)

    def deliver(self, to: Subscribed, *got: Delivery) -> None:
        """A subscriber got these, now."""
        at = now()
        for one in got:
            self.came.setdefault((id(to), one.task_id, one.position), at)
        super().deliver(to, *got)

    def seen_after(self, acks: Sequence[Ack]) -> list[float]:
        """Seconds from an acknowledgement to each desk that was told of it."""
        said = {ack.position: ack.at for ack in acks}
        return [
            max(0.0, at - said[position])
            for (_, _, position), at in self.came.items()
            if position in said
        ]


def worked(here: Installation, load: Load, seconds: float, judge: Judged) -> None:
    """The load, and what it says of answers and deliveries."""
    shared = replace(here.shared, ledger=(ledger := Timed()), url=f"http://127.0.0.1:{here.port}")
    desks = [Subscriber(shared, "fj") for _ in range(SUBSCRIBERS)]
    writers = [Writer(shared, "fj", seed, pause=PAUSE_S) for seed in range(WRITERS)]
    with ExitStack() as ends:
        ends.callback(_home, shared, [*desks, *writers])
        for desk in desks:
            desk.start()
        assert ledger.wait_for(lambda: all(d.seen.got for d in desks), SETTLES_S), "nobody watches"
        for writer in writers:
            writer.start()
        half = READS / 2
        phase = played(Plan(here.port, seconds, load.at(township=half, police=half), seed=1))
        shared.quiet.set()
    _judge(judge, phase.good(), dict(phase.statuses()), ledger, seconds)


def _home(shared: Everybody, everybody: Sequence[threading.Thread]) -> None:
    shared.quiet.set()
    shared.stop.set()
    for each in everybody:
        each.join(SETTLES_S)


def _judge(
    judge: Judged, good: list[float], statuses: dict[int, int], ledger: Timed, seconds: float
) -> None:
    acks = list(ledger.acks)
    took = sorted(good + [ack.at - ack.asked_at for ack in acks])
    seen = ledger.seen_after(acks)
    rate = len(took) / seconds
    share = len(acks) / max(1, len(took))
    judge.goal("asked a second, of which writes", f"{rate:.0f}, {share:.0%}", met=rate >= READS)
    judge.goal(
        "answers other than 200",
        str({s: n for s, n in statuses.items() if s != 200} or 0),
        met=set(statuses) == {200} and not ledger.uncoded,
    )
    p95, p99 = quantile(took, 0.95), quantile(took, 0.99)
    judge.goal(
        "answers, p95 and p99",
        f"{p95 * 1000:.0f} ms, {p99 * 1000:.0f} ms",
        met=p95 <= P95_S and p99 <= P99_S,
    )
    late = quantile(seen, 0.95)
    judge.goal(
        f"{len(seen)} changes seen by a desk after the acknowledgement, p95",
        f"{late * 1000:.0f} ms",
        met=bool(seen) and late <= SEEN_P95_S,
    )


def come_and_go(here: Installation, load: Load, judge: Judged) -> None:
    """A hundred streams are opened and dropped, three times over; the first time makes what is made once."""
    web = here.processes["web"].pid
    with silent_readers(load):
        pass
    before = memory_mb(web)
    for _ in range(VISITS):
        with silent_readers(load):
            pass
    load_after = played(Plan(here.port, 2.0, load.at(township=20.0), seed=2))
    grown = memory_mb(web) - before
    fine = set(load_after.statuses()) == {200}
    judge.goal("300 come and go: memory", f"{grown:+.0f} MB", met=grown <= LEFT_MB and fine)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every goal is met."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=30.0)
    asked = parser.parse_args(arguments)
    judge = Judged()
    with scratch_installation() as here:
        load = Load(here)
        played(Plan(here.port, 2.0, load.at(township=1, police=1, report=1), seed=0, callers=8))
        worked(here, load, asked.seconds, judge)
        come_and_go(here, load, judge)
    for name, figure, met in judge.lines:
        say(f"  {'ok  ' if met else 'MISS'}  {name}: {figure}")
    return 0 if judge.all_met else 1


if __name__ == "__main__":
    sys.exit(main())
