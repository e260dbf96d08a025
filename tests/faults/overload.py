"""Six times as much as can be done, over real sockets from processes of their own: what is served, how soon, what is
refused, how much memory that takes, and whether reports and the police get through a flood of one role.

python -m tests.faults.overload --seconds 10 --times 6
"""

from __future__ import annotations

import argparse
import json
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from os import sysconf
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from authz.signin import DemoIssuer
from ops.client import mutation_document, wire
from ops.demo_world import BY_KEY, UNIT_BY_KEY, division, found
from ops.platform import compose, prepare
from ops.server import AUDIENCE
from tests.database import Postgres, database_of
from tests.database import prepare as prepare_database
from tests.faults.clients import VILLAGES
from tests.faults.cluster import scratch_cluster
from tests.faults.flood import PATIENCE_S, Heard, Kind, Plan, written
from tests.faults.installation import ROOT, Installation, installation
from tests.faults.soak import cpu_s, memory_mb
from tests.journeys.live import QUEUE as LIVE
from tests.journeys.reads import QUEUE
from tests.journeys.world import SECRETS, ways_of

REFUSED = {429, 503}
TOKENS = 40
"""Sessions of each person: what is limited by caller is limited by session."""
PEOPLE, FIRST = 500, 50
"""Connections that are there when it begins: of those who flood, and of reports and the police."""
FEW = 0.05
"""Of the capacity: what reports and the police ask, each; as on any day."""
SILENT, BESIDE_SILENT_S, SILENT_MB = 100, 0.3, 60.0
"""Readers who never read, how soon others are answered beside them (p95), and what they may cost."""
START_S = 1.0
"""What a process of the load has to get ready, so that those of one phase begin together."""
GOODPUT, P99_S, REFUSAL_P95_S, MEMORY_MB, THROUGH = 0.7, 2.0, 0.5, 150.0, 0.95
"""The goals of docs/operations/goals.md."""


@dataclass
class Phase:
    """What the processes of one phase heard together, by kind; the seconds until the last answer; what asking cost."""

    seconds: float
    heard: dict[str, Heard]
    cpu_s: float = 0.0
    connections: int = 0

    def good(self, *kinds: str) -> list[float]:
        """How long each accepted answer took."""
        chosen = [self.heard[kind] for kind in kinds or self.heard]
        return [
            s
            for h in chosen
            for s, status in zip(h.seconds, h.statuses, strict=True)
            if status == 200
        ]

    def refusals(self) -> list[float]:
        """How long each refusal took."""
        return [
            s
            for h in self.heard.values()
            for s, status in zip(h.seconds, h.statuses, strict=True)
            if status in REFUSED
        ]

    def statuses(self, *kinds: str) -> Counter[int]:
        """How many answers of each status; 0 is none."""
        return Counter(s for kind in kinds or self.heard for s in self.heard[kind].statuses)

    @property
    def goodput(self) -> float:
        """Accepted a second."""
        return len(self.good()) / self.seconds


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share lies; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


@dataclass
class Load:
    """The three kinds of people at an installation: many of one role, those who report, and the police."""

    here: Installation
    kinds: dict[str, Kind] = field(init=False)

    def __post_init__(self) -> None:
        self.kinds = {
            "township": self._reads("township", "Q-07"),
            "police": self._reads("police", "Q-01"),
            "report": self._reports(),
        }

    def _reads(self, seat: str, queue: str) -> Kind:
        variables: dict[str, object] = {"unit": str(UNIT_BY_KEY[f"fj_{seat}"].id), "queue": queue}
        return Kind(seat, QUEUE, variables, self._tokens(f"fj_{seat}"), 1.0)

    def _reports(self) -> Kind:
        given = {
            "report_channel": "ONLINE",
            "reporter_category": "SCHOOL",
            "discovered_at": datetime(2026, 1, 1, tzinfo=UTC),
            "triggers": ["LIVING_ALONE"],
            "situation": "独自在家",
            "incident_place": division(VILLAGES["fj"]),
            "children": [],
        }
        variables: dict[str, object] = {"input": wire(given)}
        return Kind(
            "report",
            mutation_document("submitReport"),
            variables,
            self._tokens("fj_teacher"),
            1.0,
            fresh=True,
        )

    def _tokens(self, who: str) -> list[str]:
        issuer = DemoIssuer(
            demo=True, host="127.0.0.1", audience=AUDIENCE, seed=self.here.secrets.token_key
        )
        person = BY_KEY[who]
        return [
            issuer.mint(
                person.id,
                person.assignment_id,
                person.purpose,
                self.here.epoch - timedelta(seconds=n),
            )
            for n in range(TOKENS)
        ]

    def at(self, **rates: float) -> list[Kind]:
        """These kinds at these rates."""
        return [replace(self.kinds[name], rate=rate) for name, rate in rates.items()]


PLAYED_S = 300.0
"""How long a plan may take beside its own seconds: on a busy machine a process alone takes long to start."""


def played(*plans: Plan) -> Phase:
    """The plans side by side, each in a process of its own."""
    begins = monotonic() + START_S
    with ThreadPoolExecutor(len(plans)) as pool:
        said = list(pool.map(_play, (replace(plan, begins=begins) for plan in plans)))
    whole = Phase(max(told["seconds"] for told in said), {})
    for told in said:
        whole.cpu_s += told["cpu_s"]
        whole.connections += told["connections"]
        for name, part in told["heard"].items():
            one = whole.heard.setdefault(name, Heard())
            one.statuses += part["statuses"]
            one.seconds += part["seconds"]
            one.codes += part["codes"]
            one.late += part["late"]
            one.without_retry_after += part["without_retry_after"]
    return whole


def _play(plan: Plan) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.flood"],
        cwd=ROOT,
        input=written(plan),
        capture_output=True,
        text=True,
        timeout=plan.seconds + PLAYED_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def capacity(load: Load, seconds: float) -> Phase:
    """The most that is served, of a mix as on any day, by so many callers as it takes."""
    best: Phase | None = None
    for callers in (8, 16):
        kinds = load.at(township=0.9, police=0.05, report=0.05)
        phase = played(Plan(load.here.port, seconds, kinds, seed=callers, callers=callers))
        best = phase if best is None or phase.goodput > best.goodput else best
    assert best is not None
    return best


def overloaded(load: Load, most: float, times: float, seconds: float) -> Phase:
    """One role asks for all of it; reports and police ask what they always do, from a process of their own."""
    port = load.here.port
    return played(
        Plan(port, seconds, load.at(township=most * times), seed=1, opened=PEOPLE),
        Plan(port, seconds, load.at(police=most * FEW, report=most * FEW), seed=2, opened=FIRST),
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


@contextmanager
def silent_readers(load: Load) -> Iterator[list[socket.socket]]:
    """So many subscribe to what the police watch, and never read a byte of it."""
    police = load.kinds["police"]
    with ExitStack() as sockets:
        opened = []
        for number in range(SILENT):
            asked = {"query": LIVE, "variables": {**police.variables, "resume": None}}
            body, token = json.dumps(asked).encode(), police.tokens[number % TOKENS]
            head = (
                f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n"
                f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            )
            silent = sockets.enter_context(socket.socket())
            silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            silent.settimeout(PATIENCE_S)
            silent.connect(("127.0.0.1", load.here.port))
            silent.sendall(head.encode() + body)
            assert silent.recv(12, socket.MSG_PEEK), "it was not answered"
            opened.append(silent)
        yield opened


def beside_silent_readers(load: Load, most: float, seconds: float, judge: Judged) -> None:
    """What readers who do not read cost the others."""
    before, few = memory(load.here), most * FEW
    with silent_readers(load) as opened:
        phase = played(Plan(load.here.port, seconds, load.at(police=few, report=few), seed=5))
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
        busy = (int(user) + int(nice) + int(system)) / sysconf("SC_CLK_TCK")
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


def measure(here: Installation, seconds: float, times: float) -> Judged:
    """The whole: capacity, the flood, and how it is afterwards."""
    load, web = Load(here), here.processes["web"].pid
    played(Plan(here.port, 2.0, load.at(township=1, police=1, report=1), seed=0, callers=8))
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
    after = played(Plan(here.port, 3.0, load.at(township=tenth, police=tenth), seed=4))
    result = judged(most, flood, after, grown)
    beside_silent_readers(load, most.goodput, seconds, result)
    return result


def say(text: str) -> None:
    """A line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@contextmanager
def scratch_installation() -> Iterator[Installation]:
    """Everything of its own: server, database, processes; nothing between them."""
    with scratch_cluster() as cluster, database_of(Postgres(cluster.dsn)) as database:
        prepare_database(database)
        ways = ways_of(database)
        prepare(ways, SECRETS, lambda _: None)
        before = datetime.now(UTC) - timedelta(days=1)  # noqa: TID251 - before the run
        platform = compose(ways, SECRETS, now=lambda: before)
        found(platform.casebook)
        platform.close()
        with installation(ways, SECRETS, cluster.socket, speed=1.0, proxied=False) as here:
            yield here


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every goal is met."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--times", type=float, default=6.0)
    asked = parser.parse_args(arguments)
    with scratch_installation() as here:
        result = measure(here, asked.seconds, asked.times)
    for name, figure, met in result.lines:
        say(f"  {'ok  ' if met else 'MISS'}  {name}: {figure}")
    return 0 if result.all_met else 1


if __name__ == "__main__":
    sys.exit(main())
