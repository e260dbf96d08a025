"""What a process says of the platform's standing, and that it says so at once while the database hangs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from time import monotonic

import psycopg
import pytest
from psycopg.rows import dict_row

from eventlog.connections import Timeouts
from ops import health as health_module
from ops.health import BLIND_S, FRESH_S, LIMITS, Health, look
from projections.registry import LATER
from tests.database import Database
from tests.dsl import local
from tests.faults.proxy import Proxy
from tests.projections.town import Town, reported, town_on

NAMES = [p.name for p in LATER]
WAIT_S = 60.0


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    with town_on(database) as town:
        yield town


def told_when(health: Health, *, ready: bool) -> dict[str, object]:
    """What it tells once it is (not) ready."""
    until = monotonic() + WAIT_S
    while monotonic() < until:
        is_ready, told = health.told()
        if is_ready is ready:
            return told
    raise AssertionError(f"never {ready=}")


def told_once(health: Health, name: str, *, told: bool) -> bool:
    """Whether it comes to tell this of it."""
    until = monotonic() + WAIT_S
    while monotonic() < until:
        if health.told()[1].get(name) is told:
            return True
    return False


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


def test_a_database_that_takes_nothing_new_is_not_ready(town: Town) -> None:
    ways = town.platform.ways
    health = Health(ways.writer_dsn, NAMES, town.platform.casebook.now)
    in_read = "-c search_path=read,pg_catalog"
    with psycopg.connect(
        ways.writer_dsn, autocommit=True, row_factory=dict_row, options=in_read
    ) as conn:
        assert look(conn, town.platform.casebook.now(), NAMES).refuses is None
        conn.execute("set default_transaction_read_only = on")
        health._seen = look(conn, town.platform.casebook.now(), NAMES)
    ready, told = health.told()
    assert (ready, told["writable"], told["reason"]) == (False, False, "READ_ONLY")


FULL = """create or replace function es.room() returns void language plpgsql as
$$ begin raise exception using errcode = 'disk_full'; end $$"""


def test_a_full_disk_is_told_and_that_there_is_room_again(town: Town) -> None:
    ways = town.platform.ways
    health = Health(ways.writer_dsn, NAMES, town.platform.casebook.now)
    with psycopg.connect(ways.admin_dsn, autocommit=True) as admin:
        found = admin.execute("select pg_get_functiondef('es.room()'::regprocedure)").fetchone()
        assert found is not None
        health.start()
        try:
            assert "reason" not in told_when(health, ready=True)
            admin.execute(FULL)
            told = told_when(health, ready=False)
            assert (told["reason"], told["writable"]) == ("DISK_FULL", False)
            admin.execute(found[0].encode())
            assert told_when(health, ready=True)["writable"] is True
        finally:
            health.stop()
    assert health.told()[1]["reason"] == "STOPPING"


def test_room_is_asked_for_by_writing_as_much_as_a_table_may_grow_by(database: Database) -> None:
    with psycopg.connect(database.admin_dsn, autocommit=True) as admin:
        admin.execute("set temp_file_limit = '2MB'")
        admin.execute("select es.room()")
        admin.execute("set temp_file_limit = '500kB'")
        with pytest.raises(psycopg.errors.ConfigurationLimitExceeded):
            admin.execute("select es.room()")


def test_who_looks_sees_when_it_takes_what_is_new_again(town: Town) -> None:
    ways = town.platform.ways
    health = Health(ways.writer_dsn, NAMES, town.platform.casebook.now)
    with psycopg.connect(ways.admin_dsn, autocommit=True) as admin:
        ((name,),) = admin.execute("select quote_ident(current_database())").fetchall()
        admin.execute(f"alter database {name} set default_transaction_read_only = on".encode())
        health.start()
        try:
            assert told_once(health, "writable", told=False)
            admin.execute(f"alter database {name} reset default_transaction_read_only".encode())
            assert told_when(health, ready=True)["writable"] is True
        finally:
            health.stop()


def test_of_very_many_due_clocks_some_are_counted_and_the_latest_is_told(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported(town)
    now = local("2025-03-03 09:40")
    with psycopg.connect(town.platform.ways.writer_dsn, row_factory=dict_row) as conn:
        whole = look(conn, now, NAMES)
        monkeypatch.setattr(health_module, "DUE_MAX", 1)
        some = look(conn, now, NAMES)
    assert (whole.clocks_due, some.clocks_due) == (2, 1)
    assert whole.clocks_late_s == some.clocks_late_s == 600.0


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


MORNING = datetime.fromisoformat("2025-03-03T00:00:00Z")


def test_a_thread_that_gets_no_turn_says_nothing_of_the_database(town: Town) -> None:
    stands_still, its_turn = threading.Event(), threading.Event()
    its_turn.set()

    def now() -> datetime:
        """Asked for by each look: where the thread is kept waiting, with a database that answers."""
        if not its_turn.is_set():
            stands_still.set()
            assert its_turn.wait(WAIT_S)
        return MORNING

    health = Health(town.platform.ways.writer_dsn, NAMES, now)
    health.start()
    try:
        told_when(health, ready=True)
        its_turn.clear()
        assert stands_still.wait(WAIT_S)
        health._seen_at -= FRESH_S + 1  # as if it had stood so long
        assert (health.database_answers, health.told()[0]) == (True, True)
        health._seen_at -= BLIND_S
        assert health.database_answers, "requests find out for themselves"
        assert health.told()[0] is False, "but who sees nothing calls nothing well"
        its_turn.set()
        told_when(health, ready=True)
    finally:
        its_turn.set()
        health.stop()


def test_what_it_tells_it_asks_nobody_for() -> None:
    """So it is told at once, whatever hangs."""

    def nobody() -> datetime:
        raise AssertionError

    health = Health("host=/nowhere", NAMES, nobody)
    ready, told = health.told()
    assert (ready, set(told)) == (False, {"ready", "seenSecondsAgo", "reason"})
    assert told["reason"] == "STARTING"
    assert health.database_answers, "nobody has looked"


def test_a_look_that_the_database_ends_itself_is_an_answer(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database alone ends it: nobody loses patience here, however busy the machine."""
    monkeypatch.setattr(health_module, "LIMITS", Timeouts(lock_s=LIMITS.lock_s))
    dsn = town.platform.ways.writer_dsn
    health = Health(dsn, NAMES, lambda: MORNING)
    with psycopg.connect(town.platform.ways.admin_dsn) as conn:
        health.start()
        try:
            told_when(health, ready=True)
            conn.execute("lock table read.parked in access exclusive mode")
            until = monotonic() + WAIT_S
            while health.told()[1]["seenSecondsAgo"] <= FRESH_S:
                assert monotonic() < until
            assert (health.told()[0], health.database_answers) == (True, True)
        finally:
            conn.rollback()
            health.stop()
