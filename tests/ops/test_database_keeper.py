"""`yidang up` with its own PostgreSQL: killed, it is started again and the platform serves, without a human."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
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
    monkeypatch.setenv("YIDANG_MODE", "service")  # nothing of the demo need be there
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
        assert serves_again(url, server) != killed
        run.stop()
    assert not server.running(), "the last to leave stops it"


def serves_again(url: str, server: EmbeddedPostgres) -> int:
    """The new server's process, once a sign-in that reads the database is answered as such."""
    until = monotonic() + WAIT_S
    stranger = {"Authorization": "Bearer nobody"}
    while monotonic() < until:
        answer = httpx.post(
            f"{url}/graphql", json={"query": "{ __typename }"}, headers=stranger, timeout=WAIT_S
        )
        told = httpx.get(f"{url}/readyz", timeout=WAIT_S)
        fresh = told.json()["seenSecondsAgo"] < 1.0
        if told.status_code == 200 and fresh and answer.status_code < 500:
            return postmaster(server)
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
