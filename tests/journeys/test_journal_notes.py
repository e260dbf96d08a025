"""What is put into the journal: signed, nobody in another's name, each request's fate its own; and rows of before."""

from __future__ import annotations

import asyncio
import hmac
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from authz.scope import Scope
from authz.scope_db import apply, install_secret
from authz.words import Resource
from domain.sensitivity import P2
from migrations.run import FOLDER, ensure_roles, migrate
from projections.journal import ABSENT, FIELDS, LOOKS, NOTE, Outcome, Seal, look_at, told
from projections.notes import Notes
from projections.pipeline import Failed
from schema.context import wall_clock
from tests.database import READER_PASSWORD, WRITER_PASSWORD, Database, Postgres, database_of
from tests.journeys.looking import SEAL, Journal, looks_at, viewer
from tests.journeys.world import SECRETS

ROW_BY_ROW, HASHED_TWICE = "0018", "0022"
"""The first migrations after which a look at many is one row, and a batch is hashed once."""
DEADLINE_S = 120.0


@pytest.fixture(scope="module")
def journal(postgres: Postgres, founded_template: Database) -> Iterator[Journal]:
    with database_of(postgres, founded_template.name) as clone:
        yield Journal(clone)


def put(journal: Journal, note: tuple[str, str, str], scope_of: UUID | None = None) -> None:
    """A note as the API's role, in a transaction with somebody's scope or with none."""
    with psycopg.connect(journal.database.reader_dsn) as conn:
        if scope_of is not None:
            grid = {Resource.ACCESS: {P2: frozenset({"T:unit"})}}
            apply(conn, Scope(scope_of, grid).signed(SECRETS.scope_key, wall_clock()))
        conn.execute(NOTE, note)


def test_without_the_key_nobody_writes_not_even_in_their_own_name(journal: Journal) -> None:
    child, me = uuid4(), uuid4()
    looks, expires, signature = SEAL.note(looks_at(child, by=viewer(me)))
    forged = [
        (looks, expires, "0" * 64),
        Seal(b"x" * 32, wall_clock).note(looks),
        (looks.replace("casework", "judicial"), expires, signature),
        (looks, str(int(expires) + 60), signature),
        ("", expires, signature),
    ]
    for note in forged:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            put(journal, note, scope_of=me)
    assert journal.written(child) == []
    put(journal, (looks, expires, signature), scope_of=me)
    assert len(journal.written(child)) == 1


def test_a_note_ends(journal: Journal) -> None:
    child = uuid4()

    def earlier() -> datetime:
        return wall_clock() - timedelta(hours=1)

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        put(journal, Seal(SECRETS.scope_key, earlier).note(looks_at(child)))
    assert journal.written(child) == []


def test_who_reads_notes_for_nobody_else(journal: Journal) -> None:
    child, me = uuid4(), uuid4()
    mixed = LOOKS.join([looks_at(child, by=viewer(me)), looks_at(child)])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        put(journal, SEAL.note(mixed), scope_of=me)
    assert journal.written(child) == []


def test_a_signed_note_opens_no_scope(journal: Journal) -> None:
    """One key signs both; the bytes of a note begin as no text of PostgreSQL can."""
    looks, expires, signature = SEAL.note("\n\taccess/P2\t=T:unit\n")
    with psycopg.connect(journal.database.reader_dsn) as conn:
        conn.execute(
            "select set_config('app.scope', %s, true), set_config('app.actor', 'note', true), "
            "set_config('app.expires', %s, true), set_config('app.sig', %s, true)",
            (looks, expires, signature),
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("select sec.scope('access', 'P2')")


@pytest.mark.parametrize("mark", [FIELDS, LOOKS])
def test_a_word_cannot_part_what_is_one(mark: str) -> None:
    """Else a trace id could make a look of somebody else of the rest."""
    with pytest.raises(ValueError, match="parts words"):
        looks_at(uuid4(), by=viewer(trace_id=f"t{mark}x"))


def test_what_was_asked_twice_in_one_request_is_told_twice(journal: Journal) -> None:
    child, other = uuid4(), uuid4()
    journal.note(looks_at(child, other, child, outcome=Outcome.DENIED))
    assert len(journal.written(child)) == 2
    assert len(journal.written(other)) == 1


def test_an_act_put_to_nobody_and_every_absent_field_come_back_as_given(journal: Journal) -> None:
    mine = viewer(unit_id=None, division_id=None)
    looks = told(mine, [look_at("access", "sign_in", outcome=Outcome.DENIED)])
    assert looks is not None
    journal.note(looks)
    (row,) = journal.sql(
        "select unit_id, division_id, operation, relation, subject_id, classes, withheld "
        "from sec.access_look where person_id = %s",
        mine.person_id,
    )
    assert row == (None, None, None, None, None, [], [])
    query = "select sec.journal_line(j) from sec.access_journal j where person_id = %s"
    assert journal.sql(query, mine.person_id) == [(looks,)]


def test_open_figures_alone_are_no_look() -> None:
    assert told(viewer(), [look_at("child", "read", uuid4(), classes={"P0"})]) is None


async def gathered(database: Database, *looks: str) -> list[BaseException | None]:
    """All put at once through one connection; what became of each."""
    notes = Notes(database.reader_dsn, SEAL)
    await notes.open()
    try:
        async with asyncio.timeout(DEADLINE_S):
            return await asyncio.gather(*(notes.put(x) for x in looks), return_exceptions=True)
    finally:
        await notes.close()


def links(journal: Journal, *children: UUID) -> int:
    """How many links of the chain hold looks at these."""
    query = "select count(distinct (lane, hash)) from sec.access_journal where subjects && %s"
    return int(journal.sql(query, list(children))[0][0])


def test_looks_put_at_once_are_one_link(journal: Journal) -> None:
    children = [uuid4() for _ in range(20)]
    done = asyncio.run(gathered(journal.database, *(looks_at(c) for c in children)))
    assert done == [None] * 20
    assert links(journal, *children) == 1


def test_one_requests_fault_is_not_anothers(journal: Journal) -> None:
    good, bad, fine = (uuid4() for _ in range(3))
    broken = looks_at(bad).replace("child_director", ABSENT)
    looks = (looks_at(good), broken, looks_at(fine))
    first, second, third = asyncio.run(gathered(journal.database, *looks))
    assert (first, third) == (None, None)
    assert isinstance(second, Failed)
    assert [len(journal.written(c)) for c in (good, bad, fine)] == [1, 0, 1]
    assert journal.sql("select * from sec.journal_faults()") == []


@contextmanager
def database_before(postgres: Postgres, version: str, folder: Path) -> Iterator[Database]:
    """One migrated up to this version, and not to it."""
    for file in FOLDER.glob("????_*.sql"):
        if file.name < version:
            shutil.copy(file, folder)
    shutil.copy(FOLDER / "roles.sql", folder)
    with database_of(postgres) as old:
        ensure_roles(old.admin_dsn, WRITER_PASSWORD, READER_PASSWORD)
        migrate(old.admin_dsn, report=lambda _: None, folder=folder)
        install_secret(old.admin_dsn, SECRETS.scope_key)
        yield old


def signed_before(looks: str) -> tuple[str, str, str]:
    """A note as it was signed when a batch was hashed twice."""
    _, expires, _ = SEAL.note(looks)
    signed = hmac.new(SEAL.key, f"\0note|{expires}|{looks}".encode(), "sha256")
    return looks, expires, signed.hexdigest()


def faults_when(old: Database, change: bytes) -> int:
    """How many faults a change brings, made by somebody whom nothing keeps from it; taken back afterwards."""
    with psycopg.connect(old.admin_dsn) as conn:
        conn.execute("alter table sec.access_journal disable trigger all")
        conn.execute(change)
        found = conn.execute("select * from sec.journal_faults()").fetchall()
        conn.rollback()
    return len(found)


def test_links_of_before_keep_their_bytes_and_their_chain_holds(
    postgres: Postgres, tmp_path: Path
) -> None:
    child = uuid4()
    with (
        database_before(postgres, HASHED_TWICE, tmp_path) as old,
        psycopg.connect(old.reader_dsn, autocommit=True) as conn,
    ):
        for _ in range(3):
            conn.execute(NOTE, signed_before(LOOKS.join([looks_at(child), looks_at(child)])))
        migrate(old.admin_dsn, report=lambda _: None)
        conn.execute(NOTE, SEAL.note(looks_at(child)))
        journal = Journal(old)
        assert len(journal.found(child)) == 7
        assert journal.sql("select * from sec.journal_faults()") == []
        before = b"update sec.access_journal set purpose = 'audit' where lane between 64 and 127 and seq = "
        after = b"update sec.access_journal set purpose = 'audit' where lane > 127"
        assert [faults_when(old, before + b"2"), faults_when(old, after)] == [1, 1]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(NOTE, signed_before(looks_at(child)))


def test_rows_of_before_are_read_and_their_chain_holds(postgres: Postgres, tmp_path: Path) -> None:
    child, other, me = uuid4(), uuid4(), uuid4()
    with database_before(postgres, ROW_BY_ROW, tmp_path) as old:
        look = f'["child", "read", "SEEN", "assigned", "P1 P3", "", ["{child}", "{other}"]]'
        put_to_nobody = '["access", "sign_in", "DENIED", null, "", "", [null]]'
        common = (
            '{"role": "township", "purpose": "casework", "trace_id": "t", "policy_version": "p", '
            '"door": "QUERY"}'
        )
        with psycopg.connect(old.reader_dsn) as conn:
            grid = {Resource.ACCESS: {P2: frozenset({"T:unit"})}}
            apply(conn, Scope(me, grid).signed(SECRETS.scope_key, wall_clock()))
            entries = f'{{"common": {common}, "looks": [{look}, {put_to_nobody}]}}'
            conn.execute("select sec.note(%s::jsonb)", (entries,))
        migrate(old.admin_dsn, report=lambda _: None)
        journal = Journal(old)
        journal.note(looks_at(child, other))
        assert len(journal.found(child)) == len(journal.written(other)) == 2
        assert journal.sql("select * from sec.journal_faults()") == []
        rows = journal.sql("select subject_id, role from sec.access_look order by id, subject_id")
        assert [subject for subject, role in rows if role == "township"] == [child, other, None]
        change = b"update sec.access_journal set purpose = 'audit' where lane < 64"
        assert faults_when(old, change) == 3
