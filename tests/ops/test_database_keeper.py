"""`yidang up` with its own PostgreSQL: killed, it is started again and the platform serves, without a human."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic

import httpx
import pytest

from ops.database_keeper import DatabaseKeeper
from ops.embedded import EmbeddedPostgres
from tests.database import SETTINGS
from tests.ops.test_processes import WAIT_S, Run, ready, yidang

AGAIN = "数据库已退出"


def postmaster(server: EmbeddedPostgres) -> int:
    """The process that the server's own file names."""
    return int((server.data / "postmaster.pid").read_text().split("\n")[0])


def said(run: Run, words: str) -> Callable[[], bool]:
    return lambda: any(words in line for line in run.lines)


def test_a_killed_database_is_started_again_and_everything_serves(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIDANG_MODE", "production")  # nothing of the demo need be there
    monkeypatch.setenv("YIDANG_OIDC_ISSUER", "https://identity.invalid")
    server = EmbeddedPostgres(folder / "state")
    with yidang("", folder / "state", "up") as run:
        url = run.serving("web")
        ready(url)
        run.serving("serving")
        killed = postmaster(server)
        os.kill(killed, signal.SIGKILL)
        with run.news:
            assert run.news.wait_for(said(run, AGAIN), WAIT_S), run.lines
        another_than(killed, server)
        serves_again(url)
        run.stop()
    assert not server.running(), "the last to leave stops it"


def another_than(killed: int, server: EmbeddedPostgres) -> None:
    """Until the server's file names another process: for a moment there is none, or the old one."""
    until = monotonic() + WAIT_S
    while monotonic() < until:
        with suppress(FileNotFoundError, ValueError):  # taken away, or not written yet
            if postmaster(server) != killed:
                return
    raise AssertionError("never started again")


def serves_again(url: str) -> None:
    """Until a sign-in that reads the database is answered as such, by what is seen of it from now on."""
    began = monotonic()
    stranger = {"Authorization": "Bearer nobody"}
    while monotonic() < began + WAIT_S:
        answer = httpx.post(
            f"{url}/graphql", json={"query": "{ __typename }"}, headers=stranger, timeout=WAIT_S
        )
        told = httpx.get(f"{url}/readyz", timeout=WAIT_S)
        since = told.json()["seenSecondsAgo"] < monotonic() - began
        if told.status_code == 200 and since and answer.status_code < 500:
            return
    raise AssertionError("never serves again")


@pytest.fixture
def server(folder: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(folder / "state", settings=SETTINGS)


def test_what_is_frozen_is_not_gone(server: EmbeddedPostgres) -> None:
    with server:
        pid = postmaster(server)
        os.kill(pid, signal.SIGSTOP)
        try:
            assert not server.gone()
        finally:
            os.kill(pid, signal.SIGCONT)
        assert not server.gone()
    assert server.gone()


def test_a_server_that_cannot_start_is_tried_again(server: EmbeddedPostgres) -> None:
    lines: list[str] = []
    keeper = DatabaseKeeper(server, lines.append)
    keeper.start()
    try:
        pid = postmaster(server)
        aside = server.data.with_name("aside")
        version = server.data / "PG_VERSION"
        version.rename(aside)  # what makes every start fail, until it is mended
        os.kill(pid, signal.SIGKILL)
        until = monotonic() + WAIT_S
        while sum("again in a moment" in line for line in lines) < 2:
            assert monotonic() < until, lines
        aside.rename(version)
        while not server.running():
            assert monotonic() < until, lines
    finally:
        keeper.stop()
    assert not server.running()
