"""Each minute whatever is new comes under a signed root, told outside: its end is what is cut most easily."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import psycopg
import pytest

from eventlog.connections import Timeouts
from eventlog.factory import LogFactory, environment
from eventlog.keyring import Keyring
from eventlog.master_key import MasterKey
from eventlog.outside import whole_lines
from eventlog.recorder import LogRecorder
from eventlog.verify import Report, verify
from ops import checkpointing, secrets_file, verbs_of_the_log
from ops.checkpointing import Checkpointer, anchor_in
from ops.keys import keys
from ops.platform import Platform
from ops.same_secrets import check_master_key
from ops.secrets_file import NEXT, next_master_key, secrets_in
from ops.settings import Settings
from ops.verbs_of_the_log import verify_log
from ops.ways import Ways
from tests.eventlog.conftest import events


@contextmanager
def log_of(ways: Ways) -> Iterator[LogRecorder]:
    factory = LogFactory(environment(ways.writer_dsn, Timeouts()))
    recorder = factory.application_recorder()
    assert isinstance(recorder, LogRecorder)
    yield recorder
    recorder.close()
    factory.close()


def recorded(ways: Ways, many: int) -> None:
    with log_of(ways) as log:
        log.insert_events(events(uuid4(), range(1, many + 1)))


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


class Scissors:
    """Kills this process, as ``kill -9`` does, when it has done so many steps: statements, commits, files written."""

    def __init__(self, after: int) -> None:
        self._left = after

    def on(self, owner: object, name: str) -> None:
        """Each call is a step before it, and one after."""
        does = getattr(owner, name)

        def cut(*given: Any, **named: Any) -> Any:
            self._step()
            done = does(*given, **named)
            self._step()
            return done

        setattr(owner, name, cut)

    def _step(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def rotate_until(steps: int, ways: Ways, state: Path) -> bool:
    """Changes the master key in a process of its own that is killed; whether it got to the end before."""

    def cut_short() -> None:
        scissors = Scissors(steps)
        scissors.on(psycopg.Connection, "execute")
        scissors.on(psycopg.Connection, "commit")
        scissors.on(secrets_file, "write_private")
        rotate(ways, state)

    process = multiprocessing.get_context("fork").Process(target=cut_short)
    process.start()
    process.join()
    assert process.exitcode in {0, -signal.SIGKILL}
    return process.exitcode == 0


def test_killed_at_any_step_of_the_change_the_log_is_shown_to_be_whole(
    ways: Ways, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    running, path = checkpointer(ways, tmp_path), tmp_path / "secrets.json"
    keyring = Keyring(ways.writer_dsn, (held := secrets_in(path)).master_key, more=held.master_keys)
    box = keyring.seal("child:one", b"value", b"aad")
    steps, done = 0, False
    while not done:
        steps += 1
        recorded(ways, 1)
        assert running.make() == 1
        done = rotate_until(steps, ways, tmp_path)
        for moment in ("as it was left", "with a checkpoint more", "with the change ended"):
            status, said = verified(ways, tmp_path, capsys)
            assert status == 0, (steps, moment, said)
            assert keyring.open("child:one", box, b"aad") == b"value", (steps, moment)
            if moment == "as it was left":
                recorded(ways, 1)
                assert running.make() == 1, steps
            elif moment == "with a checkpoint more" and not done:
                rotate(ways, tmp_path)
                assert NEXT not in json.loads(path.read_text())
    keyring.close()
    assert steps > 20


def test_changed_while_it_is_checked_it_is_checked_by_the_key_that_followed(
    ways: Ways,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running = checkpointer(ways, tmp_path)
    recorded(ways, 1)
    assert running.make() == 1
    keys_of: list[object] = []

    def meanwhile(*given: Any, **named: Any) -> Report:
        if not keys_of:
            rotate(ways, tmp_path)
        keys_of.append(named["public_key"])
        return verify(*given, **named)

    monkeypatch.setattr(verbs_of_the_log, "verify", meanwhile)
    status, said = verified(ways, tmp_path, capsys)
    assert status == 0, said
    assert len(keys_of) == 2


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
