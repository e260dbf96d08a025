"""Six times as much as can be done, over real sockets from processes of their own: what is served, how soon, what is
refused, how much memory that takes, and whether reports and the police get through a flood of one role.

python -m tests.faults.overload --seconds 10 --times 6
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

from bench.figures import cpu_s
from tests.faults.installation import Installation
from tests.faults.load import (
    REFUSED,
    Load,
    Phase,
    apart,
    played,
    quantile,
    say,
    scratch_installation,
    silent_readers,
)
from tests.faults.soak import memory_mb

CALLERS = (8, 16, 32, 64)
"""Who ask as fast as they are answered, while the most is found that can be done."""
PEOPLE, FIRST = 500, 50
"""Connections that are there when it begins: of those who flood, and of reports and the police."""
FEW = 0.05
"""Of the capacity: what reports and the police ask, each; as on any day."""
BESIDE_SILENT_S, SILENT_MB = 0.3, 60.0
"""How soon others are answered beside readers who never read (p95), and what they may cost."""
GOODPUT, P99_S, REFUSAL_P95_S, MEMORY_MB, THROUGH = 0.7, 2.0, 0.5, 150.0, 0.95
"""The goals of docs/operations/goals.md."""


def capacity(load: Load, seconds: float) -> Phase:
    """The most that is served, of a mix as on any day, by so many callers as it takes."""
    best: Phase | None = None
    for callers in CALLERS:
        kinds = load.at(township=0.9, police=0.05, report=0.05)
        phase = played(load.plan(seconds, kinds, seed=callers, callers=callers))
        best = phase if best is None or phase.goodput > best.goodput else best
    assert best is not None
    return best


def overloaded(load: Load, most: float, times: float, seconds: float) -> Phase:
    """One role asks for all of it; reports and police ask what they always do, from a process of their own."""
    few = load.at(police=most * FEW, report=most * FEW)
    return played(
        load.plan(seconds, load.at(township=most * times), seed=1, opened=PEOPLE),
        load.plan(seconds, few, seed=2, opened=FIRST),
    )


@dataclass
class Judged:
    """Each goal by name: the figure, and whether it is met."""

    lines: list[tuple[str, str, bool]] = field(default_factory=list)

    def goal(self, name: str, figure: str, *, met: bool) -> None:
        """One line."""
        self.lines.append((name, figure, met))

    @property
    def all_met(self) -> bool:
        """Whether the whole is well."""
        return all(met for *_, met in self.lines)


def judged(most: Phase, flood: Phase, after: Phase, memory: float) -> Judged:
    """The figures beside the goals."""
    found, share = Judged(), flood.goodput / most.goodput
    other = {s: n for s, n in flood.statuses().items() if s != 200 and s not in REFUSED}
    silent = sum(h.without_retry_after for h in flood.heard.values())
    good, p99 = flood.good(), quantile(flood.good(), 0.99)
    late = quantile(flood.refusals(), 0.95)
    found.goal("answers other than 200, 429, 503", str(other or 0), met=not other)
    found.goal("refusals without Retry-After", str(silent), met=not silent)
    found.goal("goodput", f"{flood.goodput:.0f}/s, {share:.0%} of capacity", met=share >= GOODPUT)
    found.goal(
        "accepted, p50 and p99", f"{quantile(good, 0.5):.2f} s, {p99:.2f} s", met=p99 <= P99_S
    )
    found.goal("refusals, p95", f"{late:.2f} s", met=late <= REFUSAL_P95_S)
    for kind in ("report", "police"):
        through = len(flood.good(kind)) / max(1, len(flood.heard[kind].statuses))
        found.goal(f"{kind}: accepted through the flood", f"{through:.1%}", met=through >= THROUGH)
    found.goal("memory of the web process", f"+{memory:.0f} MB", met=memory <= MEMORY_MB)
    again = after.statuses()
    found.goal("three seconds later", str(dict(again)), met=set(again) == {200})
    return found


def beside_silent_readers(load: Load, most: float, seconds: float, judge: Judged) -> None:
    """What readers who do not read cost the others."""
    before, few = memory(load.here), most * FEW
    with silent_readers(load) as opened:
        phase = played(load.plan(seconds, load.at(police=few, report=few), seed=5))
        late, grown = quantile(phase.good("police"), 0.95), memory(load.here) - before
    name = f"{len(opened)} readers who never read"
    judge.goal(f"{name}: others, p95", f"{late:.2f} s", met=late <= BESIDE_SILENT_S)
    judge.goal(f"{name}: memory", f"+{grown:.0f} MB", met=grown <= SILENT_MB)


def memory(here: Installation) -> float:
    """Resident, of the web process and the one that decides for it; MB."""
    return memory_mb(here.processes["web"].pid) + memory_mb(here.decider)


@dataclass(frozen=True)
class Used:
    """What the processor did: for the web process, and for everybody on this machine; seconds."""

    at: float
    web: float
    everybody: float

    @staticmethod
    def until_now(web: int) -> Used:
        """Until now."""
        user, nice, system = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:4]
        busy = (int(user) + int(nice) + int(system)) / os.sysconf("SC_CLK_TCK")
        return Used(monotonic(), cpu_s(web), busy)

    def since(self, before: Used, phase: Phase) -> str:
        """Who had how much of the machine meanwhile: of little use where others work on it."""
        seconds, late = self.at - before.at, [s for h in phase.heard.values() for s in h.late]
        web, everybody = self.web - before.web, self.everybody - before.everybody
        rest = everybody - web - phase.cpu_s
        return (
            f"cores: web {web / seconds:.2f}, those who asked {phase.cpu_s / seconds:.2f}, "
            f"PostgreSQL and others {rest / seconds:.2f}; {phase.connections} connections; "
            f"asked {quantile(late, 0.95):.3f} s late (p95)"
        )


def measure(load: Load, seconds: float, times: float) -> Judged:
    """The whole: capacity, the flood, and how it is afterwards."""
    here = load.here
    web = here.processes["web"].pid
    load.stocked()
    played(load.plan(2.0, load.at(township=1, police=1, report=1), seed=0, callers=8))
    used = Used.until_now(web)
    most = capacity(load, seconds)
    say(Used.until_now(web).since(used, most))
    say(
        f"capacity {most.goodput:.0f}/s, p99 {quantile(most.good(), 0.99):.2f} s {dict(most.statuses())}"
    )
    before, used = memory(here), Used.until_now(web)
    flood = overloaded(load, most.goodput, times, seconds)
    grown = memory(here) - before
    say(Used.until_now(web).since(used, flood))
    for kind in flood.heard:
        say(f"{times:g} times: {kind} {dict(flood.statuses(kind))}")
    sleep(3.0)
    tenth = most.goodput / 10
    after = played(load.plan(3.0, load.at(township=tenth, police=tenth), seed=4))
    result = judged(most, flood, after, grown)
    beside_silent_readers(load, most.goodput, seconds, result)
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every goal is met."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--times", type=float, default=6.0)
    parser.add_argument("--together", action="store_true", help="the load on the same cores")
    asked = parser.parse_args(arguments)
    with ExitStack() as stack:
        cores = [] if asked.together else stack.enter_context(apart())
        here = stack.enter_context(scratch_installation())
        result = measure(Load(here, cores), asked.seconds, asked.times)
    for name, figure, met in result.lines:
        say(f"  {'ok  ' if met else 'MISS'}  {name}: {figure}")
    return 0 if result.all_met else 1


if __name__ == "__main__":
    sys.exit(main())
