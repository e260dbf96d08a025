"""Batches are sent without waiting: an error is that write's own, and where batches end changes no row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from eventlog.entries import Write
from ops.platform import retell_all
from projections.sending import PREPARED_MAX, STRETCH, Sender
from tests.database import Database
from tests.projections import history as told
from tests.projections.snapshot import digests
from tests.projections.town import SECRETS, Town

INSERT = "insert into sent (n, words, at, ids) values (%(n)s, %(words)s || '%%', %(at)s, %(ids)s)"
AT = datetime(2025, 5, 6, 9, tzinfo=UTC)


@pytest.fixture
def conn(database: Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.admin_dsn, autocommit=True) as conn:
        conn.execute(
            "create table sent (n bigint primary key, words text, at timestamptz, ids uuid[])"
        )
        yield conn


def row(n: int, words: str | None = "字") -> Write:
    return Write(INSERT, {"n": n, "words": words, "at": AT, "ids": [UUID(int=n)]})


def sent(conn: psycopg.Connection) -> list[int]:
    return [n for (n,) in conn.execute("select n from sent order by n")]


def test_many_writes_arrive_in_order_and_as_they_were_said(conn: psycopg.Connection) -> None:
    many = [row(n) for n in range(3 * STRETCH + 1)]
    many += [Write("update sent set words = %(w)s where words = %(w)s || '%%'", {"w": "字"})]
    many += [row(len(many), None)]
    Sender(conn).send(many)
    assert sent(conn) == [*range(3 * STRETCH + 1), 3 * STRETCH + 2]
    query = "select words, at, ids from sent where n = %s"
    assert conn.execute(query, (7,)).fetchone() == ("字", AT, [UUID(int=7)])
    assert conn.execute(query, (3 * STRETCH + 2,)).fetchone() == (
        None,
        AT,
        [UUID(int=3 * STRETCH + 2)],
    )


def test_a_refused_write_ends_its_batch_and_the_connection_goes_on(
    conn: psycopg.Connection,
) -> None:
    sender = Sender(conn)
    with pytest.raises(psycopg.errors.UniqueViolation), conn.transaction():
        sender.send([row(1), row(2), row(1), Write("select 1 / %(x)s", {"x": 0}), row(3)])
    assert sent(conn) == []
    with pytest.raises(psycopg.errors.DivisionByZero), conn.transaction():
        sender.send([row(n) for n in range(STRETCH)] + [Write("select 1 / %(x)s", {"x": 0})])
    with pytest.raises(psycopg.DataError), conn.transaction():
        sender.send([row(4), row(5, "nul \0"), row(6)])
    sender.send([row(7), Write("select 1 / %(x)s", {"x": 1})])
    assert sent(conn) == [7]


def test_what_is_prepared_does_not_grow_for_ever(conn: psycopg.Connection) -> None:
    sender = Sender(conn)
    for first in range(0, PREPARED_MAX + 200, 100):
        sender.send([Write(f"select {n}", {}) for n in range(first, first + 100)])
    sender.send([row(1)])
    (kept,) = conn.execute("select count(*) from pg_prepared_statements").fetchone() or (0,)
    assert kept < PREPARED_MAX
    assert sent(conn) == [1]


def test_where_batches_end_changes_no_row(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    history = told.opened(town)
    told.family(history)
    told.cared_for(history)
    told.worried_about(history)
    contact, _ = told.visited(history)
    told.put_right(history, contact)
    told.reported(history)
    told.placed(history)
    live = digests(town)

    @given(size=st.integers(min_value=1, max_value=40))
    @settings(
        max_examples=4,
        deadline=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    def whatever(size: int) -> None:
        monkeypatch.setattr("projections.retell.PAGE", size)
        said: list[str] = []
        assert retell_all(town.platform.ways, SECRETS, said.append).parked == 0
        assert digests(town) == live
        assert "0 s left" in said[-1]

    whatever()
