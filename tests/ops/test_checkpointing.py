"""Each minute whatever is new comes under a signed root, told outside: its end is what is cut most easily."""

from __future__ import annotations

import argparse
from pathlib import Path
from time import monotonic, sleep
from types import SimpleNamespace
from typing import cast
from uuid import uuid4

import psycopg
import pytest

from eventlog.connections import Timeouts
from eventlog.factory import LogFactory, environment
from eventlog.master_key import MasterKey
from eventlog.outside import whole_lines
from eventlog.recorder import LogRecorder
from ops import checkpointing
from ops.checkpointing import Checkpointer, anchor_in
from ops.commands import verify_log
from ops.keys import keys
from ops.platform import Platform
from ops.same_secrets import check_master_key
from ops.secrets_file import next_master_key, secrets_in
from ops.settings import Settings
from ops.ways import Ways
from tests.database import Database
from tests.eventlog.conftest import events


@pytest.fixture
def ways(database: Database) -> Ways:
    return Ways(
        admin_dsn=database.admin_dsn,
        writer_dsn=database.writer_dsn,
        reader_dsn=database.reader_dsn,
    )


def recorded(ways: Ways, many: int) -> None:
    factory = LogFactory(environment(ways.writer_dsn, Timeouts()))
    recorder = factory.application_recorder()
    assert isinstance(recorder, LogRecorder)
    recorder.insert_events(events(uuid4(), range(1, many + 1)))
    recorder.close()
    factory.close()


def checkpointer(ways: Ways, state: Path) -> Checkpointer:
    secrets = secrets_in(state / "secrets.json")
    check_master_key(ways, secrets)
    parts = SimpleNamespace(ways=ways, secrets=secrets)
    return Checkpointer(cast(Platform, parts), anchor_in(state))


def test_a_few_events_are_told_outside_within_a_round(
    ways: Ways, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpointing, "EVERY_S", 0.05)
    recorded(ways, 3)
    running = checkpointer(ways, tmp_path)
    running.start()
    try:
        end = monotonic() + 20
        while not whole_lines(anchor_in(tmp_path)) and monotonic() < end:
            sleep(0.05)
        _key, line = whole_lines(anchor_in(tmp_path))
        assert line.startswith("1 1 3 ")
    finally:
        running.stop()


def test_where_nothing_is_new_none_is_made(ways: Ways, tmp_path: Path) -> None:
    one = checkpointer(ways, tmp_path)
    assert one.make() == 0
    recorded(ways, 2)
    assert [one.make(), one.make()] == [1, 0]
    recorded(ways, 1)
    assert one.make() == 1


def verified(ways: Ways, state: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    secrets = secrets_in(state / "secrets.json")
    capsys.readouterr()
    status = verify_log(argparse.Namespace(anchor=None), Settings(state=state), ways, secrets)
    return status, capsys.readouterr().out


def rotate(ways: Ways, state: Path) -> None:
    given = argparse.Namespace(what="rotate")
    assert keys(given, Settings(state=state), ways, lambda _: None) == 0


def test_verify_says_what_it_said_when_the_master_key_was_changed(
    ways: Ways, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The running process goes on, with the key that follows."""
    running = checkpointer(ways, tmp_path)
    recorded(ways, 2)
    assert running.make() == 1
    for before in (1, 2):
        rotate(ways, tmp_path)
        assert verified(ways, tmp_path, capsys)[0] == 0
        recorded(ways, 1)
        assert running.make() == 1
        status, said = verified(ways, tmp_path, capsys)
        assert status == 0, said
        assert f"told outside: {before + 1}\n" in said


def test_while_it_is_being_changed_the_old_key_signs(
    ways: Ways, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    running = checkpointer(ways, tmp_path)
    recorded(ways, 1)
    assert running.make() == 1
    _, following = next_master_key(tmp_path / "secrets.json", {})
    with psycopg.connect(ways.admin_dsn) as conn:
        conn.execute("select es.begin_master(%b)", (MasterKey(following).id,))
    recorded(ways, 1)
    assert running.make() == 1
    assert verified(ways, tmp_path, capsys)[0] == 0
    rotate(ways, tmp_path)
    assert verified(ways, tmp_path, capsys)[0] == 0
