"""`yidang up` when something under it is killed: how long until it serves again, without a human. Judged: exit status.

python -m tests.faults.recovery
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import monotonic

import httpx

from bench.figures import children_of
from ops.embedded import EmbeddedPostgres
from tests.ops.test_database_keeper import postmaster
from tests.ops.test_processes import Run, ready, yidang

SEEDED_S = 900.0
"""How long the demo's data may take, on a busy machine."""
AGAIN_S = 120.0
GOAL_S = 5.0
"""From the moment what was killed runs again to the first answer (a process: from its start, by the supervisor)."""
WHO = "fj_police"


@dataclass(frozen=True)
class Recovery:
    """Seconds from the kill to the restart, and from the restart to the first answer; None: never."""

    restarted: float
    served: float | None

    @property
    def met(self) -> bool:
        """Whether it served in time."""
        return self.served is not None and self.served <= GOAL_S


def told(found: Mapping[str, Recovery]) -> list[str]:
    """A line for each."""
    return [
        f"{'met   ' if each.met else 'MISSED'} {name}: started again after {each.restarted:.1f} s, "
        + ("never served" if each.served is None else f"serving {each.served:.1f} s later")
        for name, each in found.items()
    ]


def recovered(
    kill: Callable[[], None], again: Callable[[], bool], serves: Callable[[], bool]
) -> Recovery:
    """What was killed, when it runs again, and when it serves."""
    began = monotonic()
    kill()
    while not again():
        assert monotonic() - began < AGAIN_S, "nobody started it again"
    restarted = monotonic()
    while not serves():
        if monotonic() - restarted > AGAIN_S:
            return Recovery(restarted - began, None)
    return Recovery(restarted - began, monotonic() - restarted)


def answered(url: str, token: str) -> bool:
    """Whether somebody who is signed in is told who they are."""
    try:
        answer = httpx.post(
            f"{url}/graphql",
            json={"query": "{ viewer { role } }"},
            headers={"Authorization": f"Bearer {token}"},
            timeout=GOAL_S,
        )
    except httpx.HTTPError:
        return False
    return answer.status_code == 200


def looks(url: str) -> bool:
    """Whether a worker has seen the database just now."""
    try:
        answer = httpx.get(f"{url}/readyz", timeout=GOAL_S)
    except httpx.HTTPError:
        return False
    return answer.status_code == 200 and answer.json()["seenSecondsAgo"] < GOAL_S


def minted(run: Run) -> str:
    """The token that the start prints for one of the demo's people."""

    def printed() -> bool:
        return any(f"[{WHO}]" in line for line in run.lines[:-1])

    with run.news:
        assert run.news.wait_for(printed, SEEDED_S), run.lines
        return next(after for line, after in pairwise(run.lines) if f"[{WHO}]" in line)


def child(run: Run, kind: str) -> int:
    """The process of this kind, of those that the command started."""
    for pid in children_of(run.process.pid):
        with suppress(OSError):  # gone meanwhile
            words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
            if "serve" in words and kind in words:
                return pid
    raise LookupError(kind)


def measure(run: Run, server: EmbeddedPostgres, url: str, token: str) -> dict[str, Recovery]:
    """The database, a web process and a clock worker, one after the other."""

    def killed(pid: int) -> Callable[[], None]:
        return lambda: os.kill(pid, signal.SIGKILL)

    def lines(words: str) -> int:
        return sum(words in line for line in run.lines)

    def more(words: str) -> Callable[[], bool]:
        before = lines(words)
        return lambda: lines(words) > before

    found = {}
    database = postmaster(server)
    found["database"] = recovered(
        killed(database),
        lambda: not server.gone() and server.running(),
        lambda: answered(url, token),
    )
    restart = "进程重启"
    found["web"] = recovered(killed(child(run, "web")), more(restart), lambda: answered(url, token))
    serving = more("· clocks at")
    found["clocks"] = recovered(
        killed(child(run, "clocks")), more(restart), lambda: serving() and looks(run.urls["clocks"])
    )
    return found


def main() -> int:
    """Everything of its own; 0 when all was met."""
    os.environ["YIDANG_MODE"] = "demo"
    with tempfile.TemporaryDirectory(prefix="yidang-recovery-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        state = folder / "state"
        server = EmbeddedPostgres(state)
        with yidang("", state, "up") as run:
            token = minted(run)
            url = run.serving("web")
            ready(url)
            run.serving("clocks")
            found = measure(run, server, url, token)
            run.stop()
    for line in told(found):
        sys.stdout.write(line + "\n")
    return 0 if all(each.met for each in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
