"""Clients as they should be written: each deed has one command id, is asked again until it is answered, and a
subscription goes on from the last cursor it saw.
"""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from ops.client import command_of, mutation_document, wire
from ops.demo_world import BY_KEY, UNIT_BY_KEY, division
from tests.faults.ledger import Ack, Delivery, Ledger, Subscribed, now
from tests.journeys.live import QUEUE

ANSWER_S = 5.0
"""The goal: every request gets an answer within this, whatever is broken."""
PATIENCE_S = 12.0
"""How long a client waits before it calls it no answer at all."""
PAUSE_S = 0.15
"""Before the same is asked again."""
WORK_S = 0.4
"""Between one deed and the next."""
VILLAGES = {
    "fj": "重庆市/奉节县/草堂镇/欧营村村民委员会",
    "cm": "上海市/崇明区/向化镇/春光村村委会",
    "cn": "上海市/长宁区/仙霞新村街道/大金更居委会",
    "jd": "上海市/嘉定区/安亭镇/迎春社区居委会",
}
Token = Callable[[str], str]


@dataclass
class Everybody:
    """What all clients share. ``quiet``: nothing new is begun; ``stop``: all go home; ``up``: there is a server;
    ``watching``: subscribers that were cut off come back.
    """

    url: str
    token: Token
    ledger: Ledger
    quiet: threading.Event = field(default_factory=threading.Event)
    stop: threading.Event = field(default_factory=threading.Event)
    up: threading.Event = field(default_factory=threading.Event)
    watching: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.watching.set()


class Writer(threading.Thread):
    """One agency's day: reports come in; the police accept some, others are left to fall due."""

    def __init__(self, shared: Everybody, prefix: str, seed: int, *, pause: float = WORK_S) -> None:
        super().__init__(name=f"writer {prefix} {seed}", daemon=True)
        self._shared, self._prefix, self._pause = shared, prefix, pause
        self._draw = random.Random(f"{prefix} {seed}")  # noqa: S311 - repeatable, not secret
        self._client = httpx.Client(base_url=shared.url, timeout=PATIENCE_S)

    def run(self) -> None:
        """Until no more is to be begun; what was begun is brought to its answer."""
        while not self._shared.quiet.is_set():
            report = self._do("teacher", "submitReport", None, None, self._report())
            if report is not None and self._draw.random() < 0.6:
                self._accepted(report)
            self._shared.quiet.wait(self._pause)
        self._client.close()

    def _accepted(self, report: Ack) -> None:
        done = self._do("police", "acceptReport", report.stream_id, report.version, {})
        if done is not None:  # a second time the rules forbid it
            self._do("police", "acceptReport", report.stream_id, done.version, {})

    def _report(self) -> dict[str, Any]:
        minutes = self._draw.randrange(5, 200)
        return {
            "report_channel": "ONLINE",
            "reporter_category": "SCHOOL",
            "discovered_at": datetime(2026, 1, 1, tzinfo=UTC) - timedelta(minutes=minutes),
            "triggers": ["LIVING_ALONE"],
            "situation": "独自在家",
            "incident_place": division(VILLAGES[self._prefix]),
            "children": [],
        }

    def _do(
        self, seat: str, mutation: str, stream: UUID | None, version: int | None, given: Any
    ) -> Ack | None:
        """Asks, with the same command id, until there is an outcome; None when it is no acknowledgement."""
        command_id = UUID(int=self._draw.getrandbits(128), version=4)
        variables: dict[str, Any] = {"commandId": command_id}
        if stream is not None:
            variables |= {"id": stream, "expectedVersion": version}
        if command_of(mutation).specs:
            variables["input"] = given
        self._shared.ledger.ask(command_id, mutation)
        while True:
            asked_at = now()
            outcome = self._ask(f"{self._prefix}_{seat}", mutation, variables)
            if outcome is not None:
                return self._heard(mutation, command_id, outcome, asked_at)
            if self._shared.stop.wait(PAUSE_S):
                return None

    def _heard(
        self, mutation: str, command_id: UUID, outcome: dict[str, Any], asked_at: float
    ) -> Ack | None:
        if outcome["__typename"] != "CommandDone":
            if outcome["__typename"] == "RuleRefused":
                self._shared.ledger.refuse(command_id)
            return None
        ack = Ack(
            mutation=mutation,
            command_id=command_id,
            stream_id=UUID(outcome["id"]),
            version=outcome["version"],
            position=outcome["position"],
            asked_at=asked_at,
            at=now(),
        )
        self._shared.ledger.acknowledge(ack)
        return ack

    def _ask(self, who: str, mutation: str, variables: dict[str, Any]) -> dict[str, Any] | None:
        """One request: its outcome, or None if it must be asked again."""
        body = {
            "query": mutation_document(mutation),
            "variables": {k: wire(v) for k, v in variables.items()},
        }
        headers = {"Authorization": f"Bearer {self._shared.token(who)}"}
        began, was_up = now(), self._shared.up.is_set()
        try:
            answer = self._client.post("/graphql", json=body, headers=headers)
        except httpx.HTTPError as error:
            if was_up and self._shared.up.is_set() and isinstance(error, httpx.TimeoutException):
                self._shared.ledger.took(f"{mutation}: none", now() - began, ANSWER_S)
            return None
        if was_up and self._shared.up.is_set():
            self._shared.ledger.took(mutation, now() - began, ANSWER_S)
        return self._outcome(mutation, answer)

    def _outcome(self, mutation: str, answer: httpx.Response) -> dict[str, Any] | None:
        told = answer.json()
        codes = {str(e["extensions"]["code"]) for e in told.get("errors", [])}
        if codes - {"UNAVAILABLE", "THROTTLED"}:
            self._shared.ledger.answered_badly(f"{mutation} {answer.status_code} {codes}")
        if codes:
            return None
        outcome: dict[str, Any] = told["data"]["outcome"]
        return outcome


class Subscriber(threading.Thread):
    """One desk that watches one queue over server-sent events, and comes back after every cut."""

    def __init__(self, shared: Everybody, prefix: str, queue: str = "Q-01") -> None:
        super().__init__(name=f"subscriber {prefix} {queue}", daemon=True)
        self._shared, self._who = shared, f"{prefix}_police"
        self.seen = Subscribed(UNIT_BY_KEY[f"{prefix}_police"].id, queue)
        shared.ledger.subscribed.append(self.seen)
        self.away = threading.Event()
        """Set while it has no stream and waits to be let back."""
        self._cursor: str | None = None

    def run(self) -> None:
        """Until told to stop."""
        with httpx.Client(base_url=self._shared.url, timeout=PATIENCE_S) as client:
            while not self._shared.stop.is_set():
                self._let_back()
                with suppress(httpx.HTTPError, ConnectionError):
                    self._watch(client)
                self.seen.times_resumed += 1
                self._shared.stop.wait(PAUSE_S)

    def _let_back(self) -> None:
        if not self._shared.watching.is_set():
            self.away.set()
            self._shared.watching.wait()
            self.away.clear()

    def _watch(self, client: httpx.Client) -> None:
        variables = {"unit": str(self.seen.unit_id), "queue": self.seen.queue}
        asked = {"query": QUEUE, "variables": {**variables, "resume": self._cursor}}
        headers = {
            "Authorization": f"Bearer {self._shared.token(self._who)}",
            "Accept": "text/event-stream",
        }
        began: list[Delivery] = []
        with client.stream("POST", "/graphql", json=asked, headers=headers) as answer:
            if answer.status_code != 200:
                return
            for change in _changes(answer, self._shared.stop):
                got = Delivery(change["kind"], change["position"], _id(change["taskId"]))
                if self._cursor is None:  # a snapshot counts once it is whole
                    began.append(got)
                    if got.kind == "CAUGHT_UP":
                        self._shared.ledger.deliver(self.seen, *began)
                        self._cursor = change["cursor"]
                    continue
                self._shared.ledger.deliver(self.seen, got)
                self._cursor = change["cursor"]


def _changes(answer: httpx.Response, stop: threading.Event) -> Iterator[dict[str, Any]]:
    for line in answer.iter_lines():
        if stop.is_set():
            return
        if line.startswith("data:") and (data := line.removeprefix("data:").strip()):
            told = json.loads(data)
            if told.get("errors"):
                return
            yield told["data"]["workQueue"]


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None


class Prober(threading.Thread):
    """Asks for health, again and again: it must be told at once, whatever else hangs."""

    def __init__(self, shared: Everybody) -> None:
        super().__init__(name="prober", daemon=True)
        self._shared = shared
        self.statuses: set[int] = set()

    def run(self) -> None:
        """Until told to stop."""
        while not self._shared.stop.wait(0.3):
            for path in ("/livez", "/readyz"):
                self._probe(path)

    def _probe(self, path: str) -> None:
        began, was_up = now(), self._shared.up.is_set()
        try:
            status = httpx.get(f"{self._shared.url}{path}", timeout=PATIENCE_S).status_code
        except httpx.HTTPError:
            status = 0
        if was_up and self._shared.up.is_set():
            self._shared.ledger.took(path, now() - began, ANSWER_S)
            self.statuses.add(status)


def kept_token(mint: Callable[[str], str]) -> Token:
    """Tokens by person, each minted once."""
    kept: dict[str, str] = {}

    def token(who: str) -> str:
        if who not in kept:
            assert who in BY_KEY
            kept[who] = mint(who)
        return kept[who]

    return token
