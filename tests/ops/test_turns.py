"""Who answers people is not put off by those who work for it: the database and its connections, and other processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from ops.embedded import EmbeddedPostgres
from ops.serve import Kind
from tests.database import SETTINGS
from tests.ops.test_database_keeper import postmaster

pytestmark = pytest.mark.skipif(
    not hasattr(os, "SCHED_BATCH"), reason="this system has no such thing"
)


def test_the_server_and_each_of_its_connections(folder: Path) -> None:
    server = EmbeddedPostgres(folder / "state", settings=SETTINGS)
    with server as running, psycopg.connect(running.dsn) as conn:
        named = [postmaster(server), conn.info.backend_pid]
        assert [os.sched_getscheduler(pid) for pid in named] == [os.SCHED_BATCH] * 2
    assert os.sched_getscheduler(0) == os.SCHED_OTHER, "who started it goes on as before"


BEGUN = (
    "import os, sys, threading; from ops.serve import Kind, begun; begun(Kind(sys.argv[1]), None);"
    "found = []; one = threading.Thread(target=lambda: found.append(os.sched_getscheduler(0)));"
    "one.start(); one.join(); print(*found, os.sched_getscheduler(0))"
)


@pytest.mark.parametrize("kind", [Kind.PROJECTIONS, Kind.CLOCKS])
def test_a_process_that_nobody_asks_and_its_threads(kind: Kind) -> None:
    said = subprocess.run(
        [sys.executable, "-c", BEGUN, kind.value], check=True, capture_output=True, text=True
    )
    assert said.stdout.split() == [str(os.SCHED_BATCH)] * 2
