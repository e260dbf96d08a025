"""Each minute whatever is new comes under a signed root, told outside: its end is what is cut most easily."""

from __future__ import annotations

from pathlib import Path
from time import monotonic, sleep
from types import SimpleNamespace
from typing import cast
from uuid import uuid4

import pytest

from eventlog.connections import Timeouts
from eventlog.factory import LogFactory, environment
from eventlog.outside import whole_lines
from eventlog.recorder import LogRecorder
from ops import checkpointing
from ops.checkpointing import Checkpointer, anchor_in
from ops.platform import Platform, Ways
from ops.secrets_file import secrets_in
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
    parts = SimpleNamespace(ways=ways, secrets=secrets_in(state / "secrets.json"))
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
        (line,) = whole_lines(anchor_in(tmp_path))
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
