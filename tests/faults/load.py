"""Who asks an installation, as many at once: the people, their requests, what one phase of them heard."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any
from uuid import uuid4

from authz.signin import DemoIssuer
from ops.client import Client, command_of, mutation_document, wire
from ops.demo_world import BY_KEY, UNIT_BY_KEY, division, found
from ops.platform import compose, prepare
from ops.server import AUDIENCE
from tests.database import Postgres, database_of
from tests.database import prepare as prepare_database
from tests.faults.clients import VILLAGES
from tests.faults.cluster import scratch_cluster
from tests.faults.flood import PATIENCE_S, Heard, Kind, Plan, written
from tests.faults.installation import ROOT, Installation, installation
from tests.journeys.live import QUEUE as LIVE
from tests.journeys.reads import QUEUE
from tests.journeys.world import SECRETS, ways_of

REFUSED = {429, 503}
TOKENS = 40
"""Sessions of each person: what is limited by caller is limited by session."""
REPORTS, NOTICES = 110, 20
"""What lies there when it begins: reports with the police, a page of them and more; of those, what the police have told
the township of."""
TAKEN_OVER: dict[str, dict[str, object]] = {
    "acceptReport": {},
    "dispatchPolice": {},
    "recordPoliceFindings": {"findings": ["LIVING_ALONE"]},
    "notifyTownship": {"notice_text": "请接办"},
}
SILENT = 100
"""Readers who never read."""
START_S = 1.0
"""What a process of the load has to get ready, so that those of one phase begin together."""


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
    cores: list[int] = field(default_factory=list)
    """Those the load keeps to; none: any."""
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

    def stocked(self) -> None:
        """The queues as they are on any day, before anything is measured: an empty page costs nothing to read."""
        teacher, police = (self._client(f"fj_{seat}") for seat in ("teacher", "police"))
        intake, report = mutation_document("submitReport"), self.kinds["report"]
        for number in range(REPORTS):
            case = teacher.ask(intake, **{**report.variables, "commandId": uuid4()})["outcome"]
            if number < NOTICES:
                for mutation, given in TAKEN_OVER.items():
                    case = _done(police, case, mutation, given)
        township, kind = self._client("fj_township"), self.kinds["township"]
        until = monotonic() + PATIENCE_S
        while len(township.ask(kind.query, **kind.variables)["workQueue"]["nodes"]) < NOTICES:
            assert monotonic() < until, "what was told does not lie in the queue"
        for one in (teacher, police, township):
            one.close()

    def _client(self, who: str) -> Client:
        return Client(f"http://127.0.0.1:{self.here.port}", self._tokens(who)[0])

    def plan(self, seconds: float, kinds: list[Kind], seed: int, **more: Any) -> Plan:
        """What one process of the load does."""
        return Plan(self.here.port, seconds, kinds, seed, cores=self.cores, **more)


def _done(who: Client, case: dict[str, Any], mutation: str, given: dict[str, object]) -> Any:
    asked: dict[str, Any] = {
        "commandId": uuid4(),
        "id": case["id"],
        "expectedVersion": case["version"],
    }
    if command_of(mutation).specs:
        asked["input"] = wire(given)
    outcome = who.ask(mutation_document(mutation), **asked)["outcome"]
    assert outcome["__typename"] == "CommandDone", outcome
    return outcome


@contextmanager
def apart() -> Iterator[list[int]]:
    """One half of the cores for this process and all it starts; the others, which are for the load. None where the
    machine has but one, or does not let one choose.

    The load stands for people elsewhere. What it takes to ask six times as much would otherwise be taken from those who
    answer, and by the one phase only.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield []
        return
    before = os.sched_getaffinity(0)
    cores = sorted(before)
    ours = len(cores) - len(cores) // 2
    os.sched_setaffinity(0, cores[:ours])
    try:
        yield cores[ours:]
    finally:
        os.sched_setaffinity(0, before)


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
