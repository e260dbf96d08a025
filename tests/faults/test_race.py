"""Many decide about the same report at the same moment, through two processes: one does, all others are told so."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx

from ops.client import mutation_document, wire
from tests.faults.clients import Writer
from tests.faults.conftest import Install
from tests.faults.installation import Installation
from tests.faults.ports import standing_port

RACERS, RACES = 16, 4
ANSWER_S = 60.0
TRIES = 60
"""Told to come back later, a racer does, with the same command id."""


def two_processes(here: Installation) -> tuple[str, str]:
    """Starts a second web process beside the first."""
    first = here.port
    here.processes["first"] = here.processes.pop("web")
    here.port = standing_port()
    here.start("web")
    return f"http://127.0.0.1:{first}", f"http://127.0.0.1:{here.port}"


def put(url: str, token: str, mutation: str, variables: dict[str, Any]) -> dict[str, Any]:
    body = {
        "query": mutation_document(mutation),
        "variables": {"commandId": str(uuid4()), **variables},
    }
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.post(f"{url}/graphql", json=body, headers=headers, timeout=ANSWER_S)
    for _ in range(TRIES):
        if "Retry-After" not in answer.headers:
            break
        threading.Event().wait(float(answer.headers["Retry-After"]))
        answer = httpx.post(f"{url}/graphql", json=body, headers=headers, timeout=ANSWER_S)
    assert answer.status_code == 200, answer.text
    outcome: dict[str, Any] = answer.json()["data"]["outcome"]
    return outcome


def at_once(do: Callable[[int], str]) -> Counter[str]:
    """All begin together; what each was told."""
    ready = threading.Barrier(RACERS)

    def run(number: int) -> str:
        ready.wait(ANSWER_S)
        return do(number)

    with ThreadPoolExecutor(RACERS) as pool:
        return Counter(pool.map(run, range(RACERS)))


def test_one_wins_and_every_other_is_told_of_the_conflict(install: Install) -> None:
    with install(kinds=("web",), proxied=False) as here:
        urls = two_processes(here)
        teacher, police = here.shared.token("fj_teacher"), here.shared.token("fj_police")
        report = wire(Writer(here.shared, "fj", 1)._report())
        for _ in range(RACES):
            opened = put(urls[0], teacher, "submitReport", {"input": report})
            asked = {"id": opened["id"], "expectedVersion": opened["version"]}

            def accept(number: int, asked: dict[str, Any] = asked) -> str:
                told = put(urls[number % 2], police, "acceptReport", asked)
                return str(told["__typename"])

            assert at_once(accept) == {"CommandDone": 1, "VersionConflict": RACERS - 1}
            events = here.rows(
                f"select count(*) from es.event where originator_id = '{opened['id']}' "
                "and topic like '%report_accepted%'"
            )
            assert events == [(1,)]
