"""Processes of one installation: started in any order, together on an empty database, again, and stopped in time."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import httpx
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from ops.platform import prepare
from ops.wrong import MISUSE
from tests.database import Database, Postgres, database_of
from tests.journeys.world import SECRETS, ways_of

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 400.0
SERVES = re.compile(r"服务已启动 · (\w+) at (http://\S+)")


@dataclass
class Run:
    """A running ``yidang`` command: what it says, and where its processes serve."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    urls: dict[str, str] = field(default_factory=dict)
    news: threading.Condition = field(default_factory=threading.Condition)

    def read(self) -> None:
        """Until the command closes its output."""
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                with self.news:
                    self.lines.append(line.strip())
                    if found := SERVES.search(line):
                        self.urls[found[1]] = found[2]
                    self.news.notify_all()

    def serving(self, kind: str, times: int = 1) -> str:
        """Waits until a process of this kind said so often that it serves; where."""

        def said() -> bool:
            return sum(f"· {kind} at" in line for line in self.lines) >= times

        with self.news:
            assert self.news.wait_for(said, WAIT_S), self.lines
            return self.urls[kind]

    def stop(self) -> None:
        """SIGTERM. It must end well: what does not end by itself is ended, with another status (test_serve)."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(WAIT_S) == 0, self.lines


@pytest.fixture
def empty(postgres: Postgres) -> Iterator[Database]:
    with database_of(postgres) as database:
        yield database


@contextmanager
def yidang(database: str, state: Path, *words: str, **given: str) -> Iterator[Run]:
    """The command, run over a database, on a free port; killed at the end if it still runs."""
    environment = {
        **os.environ,
        "YIDANG_DATABASE_URL": database,
        "YIDANG_STATE": str(state),
        "YIDANG_PORT": "0",
        "YIDANG_MASTER_KEY": "bWFzdGVyLWtleS1vZi10aGUtam91cm5leXMtMzItYnk=",
        "YIDANG_WRITER_PASSWORD": "writer-of-the-tests",
        "YIDANG_READER_PASSWORD": "reader-of-the-tests",
        **given,
    }
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "app.py"), *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    run = Run(process)
    reading = threading.Thread(target=run.read, daemon=True)
    reading.start()
    try:
        yield run
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(WAIT_S)
        reading.join(WAIT_S)
        assert not reading.is_alive(), "a process that it started outlives it"


def ready(url: str) -> dict[str, object]:
    """What a process tells of itself once it is ready."""
    until = monotonic() + WAIT_S
    while monotonic() < until:
        answer = httpx.get(f"{url}/readyz", timeout=WAIT_S)
        if answer.status_code == 200:
            told: dict[str, object] = answer.json()
            return told
    raise AssertionError("never ready")


def test_processes_that_start_together_on_an_empty_database_all_serve(
    empty: Database, tmp_path: Path
) -> None:
    kinds = ("web", "web", "projections", "clocks", "clocks")
    with _all(empty.admin_dsn, tmp_path, kinds) as runs:
        for kind, run in zip(kinds, runs, strict=True):
            url = run.serving(kind)
            assert httpx.get(f"{url}/livez", timeout=WAIT_S).json() == {"live": True}
            told = ready(url)
            assert told["parked"] == 0
            assert told["clocks"] == {"due": 0, "lateSeconds": 0.0}
            assert set(json.loads(json.dumps(told["lag"]))) == {"statistics", "reports"}
        for run in runs:
            run.stop()
    with psycopg.connect(empty.admin_dsn) as conn:
        assert conn.execute("select count(*) from read.told").fetchone() == (1,)


@contextmanager
def _all(database: str, state: Path, kinds: tuple[str, ...]) -> Iterator[list[Run]]:
    first, *rest = kinds
    with yidang(database, state, "serve", first) as run:
        if not rest:
            yield [run]
            return
        with _all(database, state, tuple(rest)) as others:
            yield [run, *others]


def test_a_process_waits_for_a_database_that_is_not_there_yet(
    empty: Database, tmp_path: Path
) -> None:
    nowhere = tmp_path / "not yet"
    nowhere.mkdir()
    here = make_conninfo(empty.admin_dsn, host=str(nowhere))
    with yidang(here, tmp_path, "serve", "clocks") as run:
        with run.news:
            assert run.news.wait_for(lambda: any("等待数据库" in x for x in run.lines), WAIT_S)
        real = Path(str(psycopg.conninfo.conninfo_to_dict(empty.admin_dsn)["host"]))
        (nowhere / ".s.PGSQL.5432").symlink_to(real / ".s.PGSQL.5432")
        ready(run.serving("clocks"))
        run.stop()


def test_one_command_runs_all_and_starts_again_what_was_killed(
    empty: Database, tmp_path: Path
) -> None:
    with yidang(empty.admin_dsn, tmp_path, "up") as run:
        for kind in ("web", "projections", "clocks"):
            url = run.serving(kind)
            ready(url)
        for child in _children(run.process.pid):
            os.kill(child, signal.SIGKILL)
        for kind in ("web", "projections", "clocks"):
            ready(run.serving(kind, times=2))
        run.stop()
    with yidang(empty.admin_dsn, tmp_path, "up") as run:
        for kind in ("web", "projections", "clocks"):
            run.serving(kind)
        run.process.kill()  # its processes end with it
        run.process.wait(WAIT_S)
    # leaving the block reads the output to its end: until the last child has closed it


def refused(run: Run) -> str:
    """What a command said that cannot run as things are; nothing that it started goes on (``yidang``)."""
    assert run.process.wait(WAIT_S) == MISUSE, run.lines
    said = "\n".join(run.lines)
    assert "Traceback" not in said
    return said


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"password": "another"}, "password authentication failed"),
        ({"user": "nobody_here"}, "nobody_here"),
        ({"dbname": "none_here"}, 'database "none_here" does not exist'),
    ],
)
def test_a_database_that_turns_it_away_is_not_waited_for(
    empty: Database, tmp_path: Path, changed: dict[str, str], said: str
) -> None:
    address = make_conninfo(empty.admin_dsn, **changed)
    with yidang(address, tmp_path, "up") as run:
        told = refused(run)
    assert said in told
    assert "数据库拒绝" in told


def test_with_other_secrets_all_end(module_database: Database, tmp_path: Path) -> None:
    ways = ways_of(module_database)
    prepare(ways, SECRETS, lambda _: None)
    scope = base64.b64encode(SECRETS.scope_key).decode()
    other = base64.b64encode(bytes(32)).decode()
    for given, said in (
        ({"YIDANG_MASTER_KEY": other, "YIDANG_SCOPE_KEY": scope}, "LOST_MASTER_KEY"),
        ({"YIDANG_SCOPE_KEY": other}, "OTHER_SECRETS YIDANG_SCOPE_KEY "),
        (
            {"YIDANG_READER_PASSWORD": "another", "YIDANG_SCOPE_KEY": scope},
            "OTHER_SECRETS YIDANG_READER_PASSWORD ",
        ),
    ):
        with yidang(module_database.admin_dsn, tmp_path, "up", **given) as run:
            assert said in refused(run)


def test_where_somebody_else_listens_nothing_is_started(empty: Database, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as theirs:
        port = str(theirs.getsockname()[1])
        for words in (("up",), ("serve", "clocks", "--port", port)):
            with yidang(empty.admin_dsn, tmp_path, *words, YIDANG_PORT=port) as run:
                assert f"the port is taken: {port}" in refused(run)


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rsplit(") ", 1)[1].split()[1])
        except (OSError, IndexError):
            continue
        if parent == pid:
            found.append(int(stat.parent.name))
    return found
