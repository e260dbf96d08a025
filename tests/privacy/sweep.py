"""Everybody asks everything: a pytest plugin that looks, when the world of a journey ends, for what should not show.

``make privacy`` runs journeys under it. Each free text carries a canary of its own on the way in (``canaries``). At the
end of a world every person of its city, and one of each other role, asks for every purpose of the role every field
there is (``asking``), of each child, case, order and own queue. A canary may show where the lines of the policy open
its class to the role in a relation that a row of its stream carries (``reckoning``); a child or a case may be named
where some class of it is open. ``/metrics`` and what can be read out of cursors are looked through as well.

What was found is printed, and the session fails. A journey's own test may fail because it looks into the log itself.
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import pytest

import tests.journeys.conftest as journeys
from authz.policy import committed
from ops.demo_world import PEOPLE, UNIT_BY_KEY, DemoPerson, division
from tests.journeys.person import Person
from tests.journeys.wire import command_of
from tests.journeys.world import World
from tests.privacy.asking import Question, questions
from tests.privacy.canaries import Canaries, bare, found_in
from tests.privacy.reckoning import ROWS, Reckoning

AS_TOLD = {("child.start_pairing", "called_name"): "P2"}
"""By what a child is called who is met: a companion reads that much of P1 (A.2, VOL)."""
TASKS = "select task_id from read.work_item order by 1"
TASKS_ASKED, REPORTS_ASKED = 12, ("S-01", "S-05", "S-08", "S-12", "S-19", "S-23")
OF_A_CHILD = ("child", "childAsKnown")
OF_A_CASE = ("case", "caseAsKnown")
CARRIED = {("case.complete_assessment", "hardship_facts")}
"""Texts of a case that go on to the files of its children, where aid is decided on them (SH2020-4.3-d)."""


@dataclass(frozen=True)
class Found:
    """Something that shows and should not: to whom, for what, in answer to what, and where in the answer."""

    who: str
    purpose: str
    asked: str
    what: str
    paths: tuple[str, ...]


class Sweep:
    """One sweep of one world."""

    def __init__(self, world: World, canaries: Canaries) -> None:
        self.world, self.canaries = world, canaries
        reckoning = Reckoning(world)
        self.known = {stream: [str(r[0]) for r in world.sql(q)] for stream, q in ROWS.items()}
        tasks = [str(row[0]) for row in world.sql(TASKS)]
        self.tasks = tasks[:: max(1, len(tasks) // TASKS_ASKED)]
        self.found: set[Found] = set()
        self.shown: Counter[str] = Counter()
        self.open, self.children = cache(reckoning.open), reckoning.children
        self.asked = cache(lambda role: tuple(questions(world.schema_of(role))))

    def run(self) -> None:
        """Everybody, for every purpose; and the figures for whoever operates."""
        with httpx.Client(base_url=self.world.url, timeout=120) as client:
            for who in self._people():
                for purpose in committed().roles[who.role.value].purposes:
                    self._everything(client, who, str(purpose))
            self._judge(None, "", "/metrics", client.get("/metrics").text)

    def _people(self) -> list[DemoPerson]:
        """Those whose city the story is in, and one of each role that is left."""
        cities = {key.split("_")[0] for key in self.world.people}
        mine = [p for p in PEOPLE if p.key.split("_")[0] in cities]
        there = {p.role for p in mine}
        return mine + [p for p in {p.role: p for p in PEOPLE}.values() if p.role not in there]

    def _everything(self, client: httpx.Client, who: DemoPerson, purpose: str) -> None:
        headers = {"Authorization": f"Bearer {self.world.token(who, purpose)}"}
        for question in self.asked(who.role.value):
            for variables in self._variables(question, who):
                body = {"query": question.text, "variables": variables}
                told = client.post("/graphql", json=body, headers=headers).text
                self._judge(who, purpose, f"{question.root} {variables}", told)

    def _variables(self, question: Question, who: DemoPerson) -> Iterator[dict[str, Any]]:
        """What a question is put for: all there is of what it names, else the person's own unit and place."""
        unit, now = UNIT_BY_KEY[who.unit], self.world.clock.now
        root, child, case = question.root, self.known["child"], self.known["case"]
        ids = {
            **dict.fromkeys(OF_A_CHILD, child),
            **dict.fromkeys(OF_A_CASE, case),
            "workItem": self.tasks,
            "accessOrder": self.known["access"],
            "unitRecord": [str(unit.id)],
            "clause": ["SH2020-4.2-g"],
        }
        usual: dict[str, Any] = {
            "unit": str(unit.id),
            "division": division(who.division or unit.division),
            "place": division(who.division or unit.division),
            "year": now.year,
            "asOf": now.date().isoformat(),
            "pack": "id: nonsense",
            "code": REPORTS_ASKED[0],
        }
        if root == "ledger":  # of the place, and of the unit as a school
            yield {"division": usual["division"], "status": "ALL", "first": 100}
            yield {"school": usual["unit"], "status": "ALL", "first": 100}
        elif root == "report":
            yield from ({"code": c, "division": usual["division"]} for c in REPORTS_ASKED)
        elif root == "accessJournal":
            yield from ({"subject": each, "first": 100} for each in (*child, *case))
        elif root in ids:
            yield from ({"id": each} for each in ids[root])
        else:
            yield {name: usual[name] for name in question.required if name in usual}

    # ── Judging

    def _judge(self, who: DemoPerson | None, purpose: str, asked: str, told: str) -> None:
        for number in found_in(told) | found_in(opened(told)):
            canary, about = self.canaries.planted[number], self.canaries.stream.get(number, "")
            classes = self._open(who, purpose, canary.act.split(".")[0], about)
            if (canary.act, canary.name) in CARRIED:
                for child in self.children[about]:
                    classes |= self._open(who, purpose, "child", child)
            if AS_TOLD.get((canary.act, canary.name), canary.cls.value) in classes:
                self.shown[canary.cls.value] += 1
            else:
                what = f"{canary.cls.value} {canary.act} {canary.name} of {about}"
                self._find(who, purpose, asked, what, paths(told, f"⟦{number}⟧"))
        for stream in ("child", "case"):
            for each in self.known[stream]:
                named = each in told and each not in asked
                if named and not self._open(who, purpose, stream, each):
                    self._find(who, purpose, asked, f"the id of {stream} {each}", paths(told, each))

    def _open(
        self, who: DemoPerson | None, purpose: str, stream: str, about: str
    ) -> frozenset[str]:
        return self.open(who, purpose, stream, about) if who else frozenset()

    def _find(
        self, who: DemoPerson | None, purpose: str, asked: str, what: str, where: tuple[str, ...]
    ) -> None:
        name = f"{who.key} ({who.role.value})" if who else "whoever operates"
        self.found.add(Found(name, purpose, asked, what, where))


def opened(told: str) -> str:
    """What cursors and the like hold, as far as it can be read."""
    out = []
    for each in set(re.findall(r'"([A-Za-z0-9_\-+/=]{16,})"', told)):
        try:
            raw = base64.urlsafe_b64decode(each + "=" * (-len(each) % 4))
        except ValueError:
            continue
        out.append(raw.decode(errors="replace"))
    return " ".join(out)


def paths(told: str, text: str) -> tuple[str, ...]:
    """Where in an answer a text stands, places in lists left open."""

    def walk(value: Any, above: str) -> Iterator[str]:
        match value:
            case dict():
                for key, each in value.items():
                    yield from walk(each, f"{above}.{key}")
            case list():
                for each in value:
                    yield from walk(each, f"{above}.*")
            case str() if text in value:
                yield above
            case _:
                return

    try:
        return tuple(sorted(set(walk(json.loads(told), ""))))
    except ValueError:
        return ()


# ── As a plugin

CURRENT: list[Canaries] = []
FOUND: list[Found] = []
_post, _do, _begun = Person.post, Person.do, journeys.begun


def _planting(
    self: Person, mutation: str, stream_id: Any = None, given: Any = None, **more: Any
) -> Any:
    """As ``Person.do``; each text that is given carries a canary."""
    if not CURRENT or not given:
        return _do(self, mutation, stream_id, given, **more)
    canaries = CURRENT[-1]
    before, command = len(canaries.planted), command_of(mutation)
    outcome = _do(self, mutation, stream_id, canaries.marked(command, given), **more)
    canaries.since(before, str(outcome.get("id") or stream_id))
    return outcome


def _reading(self: Person, query: str, **variables: Any) -> Any:
    """As ``Person.post``, without the canaries."""
    return bare(_post(self, query, **variables))


@contextmanager
def _swept(*args: Any) -> Iterator[World]:
    """As ``begun``; the world is swept at its end."""
    CURRENT.append(Canaries())
    with _begun(*args) as world:
        try:
            yield world
        finally:
            canaries = CURRENT.pop()
            if canaries.planted:
                sweep = Sweep(world, canaries)
                sweep.run()
                FOUND.extend(sweep.found)
                test = os.environ.get("PYTEST_CURRENT_TEST", "").split("::")[0]
                said = f"{test}: {len(canaries.planted)} canaries, shown {dict(sweep.shown)}"
                print(f"\n{said}, found {len(sweep.found)}")  # noqa: T201 - a tool


def pytest_configure() -> None:
    """Everything that journeys do goes through the canaries."""
    Person.do, Person.post = _planting, _reading  # type: ignore[method-assign]
    journeys.begun = _swept  # type: ignore[assignment]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """What was found is printed, and is a failure."""
    for each in FOUND:
        print(each)  # noqa: T201 - a tool
    if FOUND:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
