"""Clocks that are set and cleared in one batch: put together they leave what they leave one after another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import psycopg
import pytest

from domain.child.contacts import ContactMade
from eventlog.entries import Write
from eventlog.recorded import Recorded
from ops.golden import sample_of
from projections import tables
from projections.clocks import ClockRow, cleared
from projections.kernel import insert
from projections.together import together
from tests.database import Database
from tests.dsl import an_id, told

NOON = datetime(2025, 3, 3, 4, tzinfo=UTC)
SUBJECTS = ("", "A", "A/1", "A/2", "B")


@pytest.fixture
def writer(database: Database) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.admin_dsn, autocommit=True) as admin:
        admin.execute("set role yidang_owner")
        tables.create(admin, tables.LIVE)
    with psycopg.connect(database.writer_dsn, autocommit=True) as conn:
        yield conn


def of(stream: str) -> Recorded:
    event = told(sample_of(ContactMade))
    return Recorded(originator_id=an_id(stream), originator_version=1, event=event)


def some(random: Random, n: int) -> Iterator[Write]:
    """Clocks that come and go on two streams, some of them of tasks; an id says what its clock is, as of those told."""
    for _ in range(n):
        stream, act = random.choice(("one", "other")), random.choice(("child.x", "child.y"))
        subject = random.choice(SUBJECTS)
        at = NOON + timedelta(hours=random.randrange(5))
        task = random.choice((None, None, an_id("task")))
        if random.random() < 0.6:
            yield insert(
                ClockRow,
                clock_id=an_id(f"{stream} {act} {subject} {at} {task}"),
                fires_at=at,
                rings_from=at,
                act=act,
                stream="child",
                stream_id=an_id(stream),
                subject=subject,
                arguments={},
                task_id=task,
                clauses=(),
            )
        else:
            until = random.choice((None, at))
            yield cleared(of(stream), act, subject, begins=random.random() < 0.3, until=until)


def left(conn: psycopg.Connection[Any], writes: list[Write]) -> list[Any]:
    for write in writes:
        conn.execute(write.sql, write.params)
    return conn.execute("select * from clock order by clock_id").fetchall()


@pytest.mark.parametrize("seed", range(12))
def test_it_is_the_same_however_they_are_told(writer: psycopg.Connection[Any], seed: int) -> None:
    random = Random(seed)  # noqa: S311 - histories, not secrets
    batches = [list(some(random, 60)) for _ in range(3)]
    one_by_one: list[list[Any]] = []
    with writer.transaction(force_rollback=True):
        one_by_one = [left(writer, batch) for batch in batches]
    with writer.transaction(force_rollback=True):
        assert [left(writer, together(batch)) for batch in batches] == one_by_one
    assert all(len(together(batch)) == 2 for batch in batches), "one statement clears, one sets"
    assert any(one_by_one)
