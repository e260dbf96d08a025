"""The process that decides beside a web process: frozen it holds nobody, killed it is done without until there is
another, and it never outlives the one it decides for.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import httpx

from ops.client import mutation_document, wire
from tests.faults.clients import Writer
from tests.faults.conftest import Install
from tests.faults.installation import Installation
from tests.faults.ledger import now
from tests.faults.test_race import put

WAIT_S = 60.0


def gone(pid: int) -> bool:
    """Ended within the time a process has for that, whether or not somebody has asked what became of it."""
    deadline, pause = now() + WAIT_S, Event()
    while now() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0]
        except OSError:
            return True
        if state == "Z":
            return True
        pause.wait(0.05)
    return False


def test_frozen_it_holds_nobody_and_the_command_id_tells_what_became(install: Install) -> None:
    with install(kinds=("web",), proxied=False) as here:
        url, token = f"http://127.0.0.1:{here.port}", here.shared.token("fj_teacher")
        report = {
            "input": wire(Writer(here.shared, "fj", 1)._report()),
            "commandId": str(uuid4()),
        }
        body = {"query": mutation_document("submitReport"), "variables": report}
        headers = {"Authorization": f"Bearer {token}"}
        os.kill(here.decider, signal.SIGSTOP)
        answer = httpx.post(f"{url}/graphql", json=body, headers=headers, timeout=WAIT_S)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        os.kill(here.decider, signal.SIGCONT)
        first = put(url, token, "submitReport", report)
        second = put(url, token, "submitReport", report)
        assert first["id"] == second["id"]
        told = "select count(*) from es.event where topic like '%report_submitted%'"
        assert here.rows(told) == [(1,)]


def readiness(here: Installation) -> dict[str, Any]:
    """What the web process says of itself."""
    told: dict[str, Any] = httpx.get(f"http://127.0.0.1:{here.port}/readyz", timeout=WAIT_S).json()
    return told


def decides(here: Installation) -> str:
    """Where it says that it decides."""
    where: str = readiness(here)["decides"]
    return where


def until_it_decides(here: Installation) -> None:
    """Returns when there is a decider again."""
    deadline, pause = now() + WAIT_S, Event()
    while decides(here) != "child":
        assert now() < deadline
        pause.wait(0.05)


def test_killed_it_is_done_without_until_there_is_another(install: Install) -> None:
    with install(kinds=("web",), proxied=False) as here:
        if hasattr(os, "SCHED_BATCH"):  # meanwhile it lets those go first who answer
            assert os.sched_getscheduler(here.decider) == os.SCHED_BATCH
            assert os.sched_getscheduler(here.processes["web"].pid) == os.SCHED_OTHER
        url, token = f"http://127.0.0.1:{here.port}", here.shared.token("fj_teacher")
        report = {"input": wire(Writer(here.shared, "fj", 1)._report())}
        assert put(url, token, "submitReport", report)["__typename"] == "CommandDone"
        assert decides(here) == "child"
        first = here.decider
        os.kill(first, signal.SIGKILL)
        assert put(url, token, "submitReport", report)["__typename"] == "CommandDone"
        until_it_decides(here)
        second = here.decider
        assert second != first
        assert put(url, token, "submitReport", report)["__typename"] == "CommandDone"
        headers, body = {"Authorization": f"Bearer {token}"}, mutation_document("submitReport")
        os.kill(second, signal.SIGSTOP)  # it is this one that decides
        asked = {"query": body, "variables": {**report, "commandId": str(uuid4())}}
        answer = httpx.post(f"{url}/graphql", json=asked, headers=headers, timeout=WAIT_S)
        assert answer.status_code == 503
        os.kill(second, signal.SIGCONT)


def test_with_nobody_to_fork_another_it_is_done_without(install: Install) -> None:
    with install(kinds=("web",), proxied=False) as here:
        url, token = f"http://127.0.0.1:{here.port}", here.shared.token("fj_teacher")
        report = {"input": wire(Writer(here.shared, "fj", 1)._report())}
        decider, cradle = here.decider, here.cradle
        assert readiness(here)["deciderReplaceable"] is True
        os.kill(cradle, signal.SIGKILL)
        assert gone(cradle)
        assert put(url, token, "submitReport", report)["__typename"] == "CommandDone"
        assert decides(here) == "child", "it does not need who forked it"
        assert readiness(here)["deciderReplaceable"] is False, "but none would follow it"
        os.kill(decider, signal.SIGKILL)
        assert gone(decider)
        assert put(url, token, "submitReport", report)["__typename"] == "CommandDone"
        assert decides(here) == "threads"


def test_it_does_not_outlive_whom_it_decides_for(install: Install) -> None:
    with install(kinds=("web",), proxied=False) as here:
        killed = here.decider, here.cradle
        here.kill("web")
        assert all(map(gone, killed))
        here.start("web")
        stopped = here.decider, here.cradle
        process = here.processes["web"]
        here.stop("web")
        assert process.returncode == 0
        assert all(map(gone, stopped))
