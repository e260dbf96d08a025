"""Who forks on demand: as often as asked, after a refusal of the system too, and never outliving whoever asked."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BEGINS = """
import os, resource, socket
from ops.cradle import Cradle, NotForked

def live(theirs):
    theirs.sendall(b"%d" % os.getpid())
    theirs.recv(1)  # until the other end is closed
    os._exit(0)

def pid_of(ours):
    return int(ours.recv(20))

def runs(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True

cradle = Cradle.begin(live)
first = cradle.given()
one = pid_of(first)
"""
AGAIN = """
cradle.ask()
second = cradle.given()
assert pid_of(second) != one
"""
REFUSED = """
soft, hard = resource.prlimit(cradle._pid, resource.RLIMIT_NOFILE)
resource.prlimit(cradle._pid, resource.RLIMIT_NOFILE, (3, hard))
cradle.ask()
try:
    cradle.given()
except NotForked:
    print("refused")
resource.prlimit(cradle._pid, resource.RLIMIT_NOFILE, (soft, hard))
"""
ENDS = """
first.close()
second.close()
cradle.end()
assert not runs(cradle._pid) and not runs(one) and not cradle.is_there
print("ended")
"""
GONE = """
assert cradle.is_there
os.kill(cradle._pid, 9)
os.waitpid(cradle._pid, 0)
for asks in (lambda: (cradle.ask(), cradle.given()),) * 2:
    try:
        asks()
    except OSError as error:
        print(type(error).__name__)
    assert not cradle.is_there
assert runs(one)
"""


def told(*steps: str) -> list[str]:
    """What a process of its own says that does this: one without threads, which this one is not."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "\n".join(steps)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_it_forks_as_often_as_it_is_asked_and_ends_after_its_children() -> None:
    assert told(BEGINS, AGAIN, ENDS) == ["ended"]


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="another's limits are Linux's to set")
def test_refused_by_the_system_it_says_so_and_can_be_asked_again() -> None:
    assert told(BEGINS, REFUSED, AGAIN, ENDS) == ["refused", "ended"]


def test_with_nobody_to_fork_whoever_asks_hears_of_it() -> None:
    said = told(BEGINS, GONE)
    assert len(said) == 2
    assert set(said) <= {"BrokenPipeError", "ConnectionError", "ConnectionResetError"}
