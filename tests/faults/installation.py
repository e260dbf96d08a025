"""An installation under test: its processes, the proxies before and behind them, and the clients at work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import psycopg
from psycopg.conninfo import make_conninfo

from authz.signin import DemoIssuer
from bench.figures import children_of
from ops.demo_world import BY_KEY
from ops.platform import Ways
from ops.secrets_file import NAMES, Secrets
from ops.server import AUDIENCE
from tests.faults.clients import VILLAGES, Everybody, Prober, Subscriber, Writer, kept_token
from tests.faults.ledger import Ledger, now
from tests.faults.ports import standing_port
from tests.faults.program import ENVIRONMENT, fast_clock
from tests.faults.proxy import Proxy

ROOT = Path(__file__).resolve().parents[2]
START_S = 180.0
STOP_S = 15.0
AWAY_S = 120.0
"""How long until everybody has noticed a cut."""
KINDS = ("web", "projections", "clocks")


@dataclass
class Installation:
    """Web, projections and clocks over one database, reached through proxies. ``ways`` go straight to the database."""

    ways: Ways
    secrets: Secrets
    database: Proxy
    entrance: Proxy
    shared: Everybody
    port: int
    speed: float
    epoch: datetime
    state: str
    options: tuple[str, ...] = ()
    proxied: bool = True
    processes: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    stopped_within: dict[str, float] = field(default_factory=dict)

    @property
    def ledger(self) -> Ledger:
        """What the clients were told."""
        return self.shared.ledger

    def all_watch(self) -> bool:
        """Whether every subscriber has its queue whole: what it misses from now on it can be told when it resumes."""
        return all(who.got for who in self.ledger.subscribed)

    def clock(self) -> datetime:
        """The time in the processes under test."""
        return fast_clock(self.epoch, self.speed)()

    @property
    def decider(self) -> int:
        """The process that decides beside the web process, the latest of several. Raises LookupError."""
        deciders = children_of(self.cradle)
        if not deciders:
            raise LookupError(self.cradle)
        return max(deciders, key=_begun)

    @property
    def cradle(self) -> int:
        """The process that forks those who decide. Raises LookupError."""
        web = self.processes["web"].pid
        for child in children_of(web):
            return child
        raise LookupError(web)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database holds."""
        with psycopg.connect(self.ways.admin_dsn) as conn:
            return conn.execute(query.encode()).fetchall()

    def start(self, *kinds: str) -> None:
        """Starts processes side by side and waits until each serves."""
        for kind in kinds:
            port = self.port if kind == "web" else 0
            command = [sys.executable, "-m", "tests.faults.program", kind, "--port", str(port)]
            self.processes[kind] = subprocess.Popen(
                [*command, *self.options],
                cwd=ROOT,
                env={**os.environ, ENVIRONMENT: self._environment()},
                stdout=subprocess.PIPE,
                text=True,
            )
        for kind in kinds:
            self._await(kind)
        if "web" in kinds:
            httpx.get(f"http://127.0.0.1:{self.port}/livez", timeout=START_S)
            self.shared.up.set()

    def kill(self, kind: str) -> None:
        """Kill -9."""
        if kind == "web":
            self.shared.up.clear()
        process = self.processes.pop(kind)
        process.kill()
        process.wait(START_S)

    def stop(self, *kinds: str) -> None:
        """SIGTERM; how long each took is kept."""
        if "web" in kinds:
            self.shared.up.clear()
        began = now()
        for kind in kinds:
            self.processes[kind].send_signal(signal.SIGTERM)
        for kind in kinds:
            self.processes.pop(kind).wait(START_S)
            self.stopped_within[kind] = now() - began

    def _await(self, kind: str) -> None:
        """Until the process says that it serves; its output is read on, so that it never blocks."""
        process = self.processes[kind]
        said = threading.Event()
        assert process.stdout is not None
        lines = process.stdout

        def read() -> None:
            with lines:
                for line in lines:
                    if "服务已启动" in line:
                        said.set()

        threading.Thread(target=read, daemon=True).start()
        assert said.wait(START_S), f"{kind} did not start"

    def _environment(self) -> str:
        def through(dsn: str) -> str:
            if not self.proxied:
                return dsn
            return make_conninfo(dsn, host="127.0.0.1", port=self.database.port)

        kept = {name: getattr(self.secrets, name) for name in NAMES}
        secrets = {name: v.hex() if isinstance(v, bytes) else v for name, v in kept.items()}
        ways = {name: through(dsn) for name, dsn in vars(self.ways).items()}
        return json.dumps(
            {
                "ways": ways,
                "secrets": secrets,
                "epoch": self.epoch.isoformat(),
                "speed": self.speed,
                "state": self.state,
            }
        )


@contextmanager
def installation(
    ways: Ways,
    secrets: Secrets,
    pg_socket: str,
    *,
    speed: float = 40.0,
    options: tuple[str, ...] = (),
    kinds: tuple[str, ...] = KINDS,
    proxied: bool = True,
) -> Iterator[Installation]:
    """A running installation, its processes gone at the end. Not ``proxied``: nothing stands before its database."""
    port = standing_port()
    with ExitStack() as stack:
        database = stack.enter_context(Proxy(pg_socket))
        entrance = stack.enter_context(Proxy(("127.0.0.1", port)))
        epoch = datetime.now(UTC)  # noqa: TID251 - the clock of the processes under test
        issuer = DemoIssuer(demo=True, host="127.0.0.1", audience=AUDIENCE, seed=secrets.token_key)

        def mint(who: str) -> str:
            person = BY_KEY[who]
            return issuer.mint(person.id, person.assignment_id, person.purpose, epoch)

        shared = Everybody(
            url=f"http://127.0.0.1:{entrance.port}",
            token=kept_token(mint),
            ledger=Ledger(),
        )
        made = Installation(
            ways=ways,
            secrets=secrets,
            database=database,
            entrance=entrance,
            shared=shared,
            port=port,
            speed=speed,
            epoch=epoch,
            state=stack.enter_context(TemporaryDirectory()),
            options=options,
            proxied=proxied,
        )
        try:
            made.start(*kinds)
            yield made
        finally:
            shared.stop.set()
            for process in made.processes.values():
                process.kill()
                process.wait(START_S)


@dataclass
class Crew:
    """Writers, subscribers and a prober of every district, at work."""

    here: Installation
    writers: list[Writer]
    others: list[Subscriber | Prober]

    def quiet(self) -> None:
        """Nothing new is begun, and what was begun is answered."""
        self.here.shared.quiet.set()
        _join(self.writers)

    @contextmanager
    def away(self) -> Iterator[None]:
        """Every connection is cut, and the subscribers stay away until the block ends."""
        watching, deadline = self.here.shared.watching, now() + AWAY_S
        watching.clear()
        try:
            for each in self.others:
                # Who was on the way back when the cut came has a stream again: it is cut once more.
                while isinstance(each, Subscriber) and not each.away.wait(0.2):
                    assert now() < deadline, f"{each.name} does not go away"
                    self.here.entrance.cut()
            yield
        finally:
            watching.set()

    def go_home(self) -> None:
        """Everybody ends."""
        self.here.shared.quiet.set()
        self.here.shared.stop.set()
        self.here.shared.watching.set()
        self.here.entrance.cut()  # who waits for a change that no longer comes
        _join([*self.writers, *self.others])


def _join(threads: Sequence[threading.Thread]) -> None:
    for each in threads:
        each.join(60)
        assert not each.is_alive(), f"{each.name} does not end"


@contextmanager
def at_work(
    here: Installation, seed: int, prefixes: Sequence[str] = tuple(VILLAGES)
) -> Iterator[Crew]:
    """People of these districts at work, until the block ends."""
    prober = Prober(here.shared)
    crew = Crew(
        here,
        [Writer(here.shared, prefix, seed) for prefix in prefixes],
        [prober, *(Subscriber(here.shared, prefix) for prefix in prefixes)],
    )
    for each in (*crew.others, *crew.writers):
        each.start()
    try:
        yield crew
    finally:
        crew.go_home()


def _begun(pid: int) -> int:
    """When a process began, by the kernel's clock."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
