"""What a process says of the platform's standing, and that it says so at once while the database hangs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from time import monotonic

import psycopg
import pytest

from ops.health import FRESH_S, Health
from projections.registry import LATER
from tests.database import Database
from tests.dsl import local
from tests.faults.proxy import Proxy
from tests.projections.town import Town, reported, town_on

NAMES = [p.name for p in LATER]
WAIT_S = 20.0


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    with town_on(database) as town:
        yield town


def told_when(health: Health, *, ready: bool) -> dict[str, object]:
    """What it tells once it is (not) ready; it never takes long to say so."""
    until = monotonic() + WAIT_S
    while monotonic() < until:
        began = monotonic()
        is_ready, told = health.told()
        assert monotonic() - began < 1
        if is_ready is ready:
            return told
    raise AssertionError(f"never {ready=}")


def test_lag_parked_streams_and_late_clocks_are_told(town: Town) -> None:
    town.platform.runner.catch_up()
    case = reported(town)
    with psycopg.connect(town.platform.ways.admin_dsn) as conn:
        conn.execute(
            "insert into read.parked (projection, stream_id, stream, from_position, event_name, "
            "error, parked_at) values ('tasks', %s, 'case', 1, 'case.noted', 'ValueError', now())",
            (case,),
        )
    now = [local("2025-03-03 09:40")]
    health = Health(town.platform.ways.writer_dsn, NAMES, lambda: now[0])
    health.start()
    try:
        told = told_when(health, ready=True)
    finally:
        health.stop()
    lag = told["lag"]
    assert isinstance(lag, dict)
    assert set(lag) == set(NAMES)
    assert all(each["events"] > 0 for each in lag.values())
    assert told["parked"] == 1
    assert told["clocks"] == {"due": 2, "lateSeconds": 600.0}
    assert health.told()[0] is False  # stopped


def test_a_frozen_database_is_told_at_once_and_its_return_as_well(town: Town) -> None:
    dsn = town.platform.ways.writer_dsn
    given = psycopg.conninfo.conninfo_to_dict(dsn)
    with Proxy(f"{given['host']}/.s.PGSQL.{given.get('port', 5432)}") as proxy:
        through = psycopg.conninfo.make_conninfo(dsn, host="127.0.0.1", port=proxy.port)
        health = Health(through, NAMES, lambda: datetime.fromisoformat("2025-03-03T00:00:00Z"))
        health.start()
        try:
            told_when(health, ready=True)
            proxy.freeze()
            told = told_when(health, ready=False)
            assert float(str(told["seenSecondsAgo"])) >= FRESH_S
            assert health.database_answers is False
            proxy.thaw()
            assert "head" in told_when(health, ready=True)
        finally:
            proxy.thaw()
            health.stop()
