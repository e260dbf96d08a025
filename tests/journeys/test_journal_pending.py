"""Looks that wait for the journal's index: in every answer at once, found once, and of nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import psycopg
import pytest

from projections.journal import NOTE, settled
from tests.database import Database, Postgres, database_of
from tests.journeys.looking import CLASS_OF_READER, SEAL, Journal, looks_at

MANY = 400
"""Children of one look; a hundred such looks are more than is settled in a moment."""


@pytest.fixture(scope="module")
def journal(postgres: Postgres, founded_template: Database) -> Iterator[Journal]:
    """Nobody settles here but the tests."""
    with database_of(postgres, founded_template.name) as clone:
        yield Journal(clone)


def pages_settled(journal: Journal) -> int:
    """How much was waiting."""
    with psycopg.connect(journal.database.writer_dsn, autocommit=True) as conn:
        return settled(conn)


@pytest.mark.parametrize("reader", CLASS_OF_READER)
def test_a_look_is_in_every_readers_answer_before_it_is_settled(
    journal: Journal, reader: str
) -> None:
    pages_settled(journal)
    child, beside = uuid4(), uuid4()
    journal.opened(child)
    assert journal.shown(reader, child) == []
    journal.note(looks_at(beside, child))
    told = journal.shown(reader, child)
    assert [row["role"] for row in told] == ["child_director"]
    assert journal.found(child) == journal.written(child) == [told[0]["id"]]
    assert pages_settled(journal) > 0, "it had been waiting all the time"
    assert journal.shown(reader, child) == told
    assert journal.found(child) == [told[0]["id"]]


@pytest.mark.parametrize("reader", CLASS_OF_READER)
@pytest.mark.parametrize("when", ["pending", "settled"])
def test_of_the_other_children_of_a_look_nothing_shows(
    journal: Journal, reader: str, when: str
) -> None:
    child, *others = (uuid4() for _ in range(50))
    journal.opened(child)
    journal.note(looks_at(*others[:25], child, *others[25:]))
    if when == "settled":
        pages_settled(journal)
    (told,) = journal.shown(reader, child)
    assert not [other for other in others if str(other) in str(told)]
    assert journal.shown(reader, others[0]) == [], "whose journal is not open"


def test_figures_count_each_child_of_a_look_before_it_is_settled(journal: Journal) -> None:
    """S-23 reads this view."""
    children = [uuid4() for _ in range(3)]
    journal.note(looks_at(*children))
    query = "select subject_id from sec.access_look where subjects && %s"
    assert {row[0] for row in journal.sql(query, children)} == set(children)
    assert len(journal.sql(query, children)) == 3


def test_two_who_settle_at_once_give_each_look_once(journal: Journal) -> None:
    children = [uuid4() for _ in range(MANY)]
    for _ in range(60):
        journal.note(looks_at(*children))
    start = Barrier(3)

    def settling() -> int:
        start.wait(timeout=120)
        return pages_settled(journal)

    def looking() -> None:
        start.wait(timeout=120)
        for _ in range(40):
            journal.note(looks_at(*children))

    with ThreadPoolExecutor(3) as threads:
        both = [threads.submit(settling) for _ in range(2)]
        threads.submit(looking).result(timeout=240)
        assert sum(done.result(timeout=240) for done in both) > 0
    for child in (children[0], children[-1]):
        assert len(journal.found(child)) == 100
        assert journal.found(child) == journal.written(child)
    pages_settled(journal)
    assert journal.found(children[0]) == journal.written(children[0])


def killed_while_settling(journal: Journal) -> bool:
    """Whether the connection that settled was ended before it was done."""
    with (
        psycopg.connect(journal.database.writer_dsn, autocommit=True) as conn,
        psycopg.connect(journal.database.admin_dsn, autocommit=True) as admin,
        ThreadPoolExecutor(1) as thread,
    ):
        done = thread.submit(settled, conn)
        pid = conn.info.backend_pid
        query = "select state = 'active' and query like %s from pg_stat_activity where pid = %s"
        while not done.done():
            row = admin.execute(query, ("%journal_settled%", pid)).fetchone()
            if row is not None and row[0]:
                admin.execute("select pg_terminate_backend(%s)", (pid,))
                break
        return isinstance(done.exception(timeout=240), psycopg.OperationalError)


def test_what_was_killed_in_the_middle_loses_and_doubles_nothing(journal: Journal) -> None:
    children = [uuid4() for _ in range(MANY)]
    looks = 0
    for _ in range(20):
        for _ in range(60):
            journal.note(looks_at(*children))
        looks += 60
        if killed_while_settling(journal):
            break
    else:
        pytest.fail("it was always done before it could be ended")
    assert len(journal.found(children[0])) == looks
    assert journal.found(children[7]) == journal.written(children[7])
    pages_settled(journal)
    assert len(journal.found(children[0])) == looks
    assert pages_settled(journal) == 0, "all is settled"


def test_the_chain_holds_over_looks_pending_and_settled(journal: Journal) -> None:
    assert journal.sql("select * from sec.journal_faults()") == []
    (many,) = journal.sql("select count(distinct hash) from sec.access_journal where lane >= 64")
    assert many[0] > 100


def test_one_subject_exchanged_for_another_in_a_look_is_found(journal: Journal) -> None:
    child: UUID = uuid4()
    journal.note(looks_at(uuid4(), child, uuid4()))
    with psycopg.connect(journal.database.admin_dsn) as conn:
        conn.execute("alter table sec.access_journal disable trigger all")
        changed = conn.execute(
            "update sec.access_journal set subjects = array_replace(subjects, %s, gen_random_uuid()) "
            "where subjects @> array[%s]",
            (child, child),
        )
        assert changed.rowcount == 1
        assert conn.execute("select fault from sec.journal_faults()").fetchall() == [("changed",)]
        conn.rollback()


def test_several_looks_of_one_call_are_one_link_and_each_its_row(journal: Journal) -> None:
    children = [uuid4() for _ in range(4)]
    with psycopg.connect(journal.database.reader_dsn) as conn:
        conn.execute(NOTE, SEAL.note("\x1e".join(looks_at(c) for c in children)))
    rows = journal.sql(
        "select seq, encode(hash, 'hex'), subjects[1] from sec.access_journal "
        "where subjects && %s order by seq",
        children,
    )
    assert [child for *_, child in rows] == children
    assert len({link for _, link, _ in rows}) == 1
    assert [seq - rows[0][0] for seq, *_ in rows] == [0, 1, 2, 3]
    with psycopg.connect(journal.database.admin_dsn) as admin:
        admin.execute("alter table sec.access_journal disable trigger all")
        admin.execute("delete from sec.access_journal where subjects @> array[%s]", (children[1],))
        assert admin.execute("select fault from sec.journal_faults()").fetchall() == [("changed",)]
        admin.rollback()
