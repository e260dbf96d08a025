"""Tokens are read with the row that carries them; those that would name what a class protects name nobody."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from authz.sealing import SEALED, Seal, plain, seal_of
from authz.words import Prefix
from domain.child.conduct import OpenConductCase
from domain.child.conflict import DeclareConflict
from domain.terms.access import ConflictGround
from domain.terms.conduct import ConductClass
from domain.terms.roles import Role
from projections.exposure import TABLES
from tests.database import Database
from tests.dsl import an_id
from tests.projections import history as told
from tests.projections.history import SITE, History, words
from tests.projections.test_details_pg import capacity, seen_by
from tests.projections.town import CLERK, OFFICER, TEACHER, Town, town_on, unit_id

KEPT_AWAY = an_id("kept away")
PROTECTED = {
    "who reported": TEACHER.person_id,
    "where the child is placed": SITE,
    "who is kept away": KEPT_AWAY,
}


@pytest.fixture(scope="module")
def history(module_database: Database) -> Iterator[History]:
    """A teacher reported, the child is placed, somebody is kept away, the police opened a matter of conduct."""
    with town_on(module_database) as town:
        history = told.opened(town)
        told.reported(history)
        told.placed(history)
        kept = DeclareConflict(kept_away_id=KEPT_AWAY, conflict_ground=ConflictGround.FAMILY)
        history.on_file(kept, CLERK)
        matter = OpenConductCase(
            conduct_class=ConductClass.SERIOUS_MISCONDUCT, conduct_summary=words("打架")
        )
        history.on_file(matter, OFFICER)
        yield history
        assert town.rows("select * from read.parked") == []


def tables_with_tokens(town: Town) -> list[str]:
    with psycopg.connect(town.platform.ways.reader_dsn) as reader:
        found = reader.execute(TABLES.encode(), ("read",)).fetchall()
    return [table for table, columns, *_ in found if "tokens" in columns]


def read_in_sql(town: Town) -> dict[str, set[str]]:
    """The tokens of every table, as the township's officer and the officer of the police read them as the API role."""
    officers = [
        (capacity("clerk", Role.TOWNSHIP, unit_id("township")), "casework"),
        (capacity("officer", Role.POLICE, unit_id("police")), "investigation"),
    ]
    return {
        table: {
            token
            for who, purpose in officers
            for row in seen_by(town, who, purpose, f"select tokens from read.{table}")
            for token in row["tokens"]
        }
        for table in tables_with_tokens(town)
    }


def test_whoever_sees_the_row_in_sql_reads_no_name_in_its_tokens(history: History) -> None:
    read = read_in_sql(history.town)
    assert {"child", "case_file", "work_item"} <= {
        table for table, tokens in read.items() if tokens
    }
    whole = {token for tokens in read.values() for token in tokens}
    kinds = {token.partition(":")[0] for token in whole}
    assert not kinds & (SEALED - {Prefix.CONFLICT}), "not even what kind of relation it is"
    assert {"S", Prefix.CONFLICT} <= kinds
    for what, subject in PROTECTED.items():
        assert not any(str(subject) in token for token in whole), what


def test_the_relations_hold_all_the_same(history: History) -> None:
    town, cases = history.town, "select case_id from read.case_file"
    keeper = capacity("keeper", Role.PLACEMENT_SITE, SITE)
    elsewhere = capacity("keeper", Role.PLACEMENT_SITE, an_id("another site"))
    teacher = capacity("teacher", Role.CLASS_TEACHER)
    assert [r["case_id"] for r in seen_by(town, keeper, "casework", cases)] == [history.case]
    assert seen_by(town, elsewhere, "casework", cases) == []
    assert [r["case_id"] for r in seen_by(town, teacher, "schooling", cases)] == [history.case]
    kept = capacity("kept away", Role.TOWNSHIP, unit_id("township"))
    assert seen_by(town, kept, "casework", cases) == []


def test_the_application_and_the_database_seal_alike(history: History) -> None:
    seal = history.town.platform.services.seal
    tokens = [f"{prefix}:{SITE}" for prefix in Prefix]
    found = history.town.rows(
        "select token, sec.sealed(token) as sealed from unnest(%(tokens)s::text[]) token",
        tokens=tokens,
    )
    assert {r["token"]: r["sealed"] for r in found} == {token: seal(token) for token in tokens}
    assert {t[0] for t in tokens if seal(t) != plain(t)} == SEALED
    assert len({seal(token) for token in tokens}) == len(tokens)


def test_each_database_has_a_key_of_its_own(history: History) -> None:
    token = f"W:{TEACHER.person_id}"
    other = Seal(b"i" * 64, b"o" * 64)
    assert other(token) != history.town.platform.services.seal(token)
    assert seal_of(history.town.platform.ways.writer_dsn)(token) != token
    assert "i" * 64 not in repr(other)


@pytest.mark.parametrize(
    "tried",
    [
        "select * from sec.relation_key",
        "select sec.sealed('W:' || gen_random_uuid())",
        "select * from read.access_relation",
    ],
)
def test_the_api_role_neither_reads_the_key_nor_tries_a_name(history: History, tried: str) -> None:
    with (
        psycopg.connect(history.town.platform.ways.reader_dsn) as reader,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        reader.execute(tried.encode())


def test_told_in_plain_it_would_be_missed(history: History) -> None:
    """The mutation: a database that seals nothing tells each of these names to whoever sees the row."""
    town = history.town
    (found,) = town.rows("select pg_get_functiondef('sec.sealed'::regproc) as made")
    open_ = (
        "create or replace function sec.sealed(token text) returns text language sql return token"
    )
    with psycopg.connect(town.platform.ways.admin_dsn, autocommit=True) as admin:
        admin.execute(open_.encode())
        try:
            history.on_file(
                DeclareConflict(
                    kept_away_id=an_id("another"), conflict_ground=ConflictGround.FAMILY
                ),
                CLERK,
            )
            with pytest.raises(AssertionError):
                test_whoever_sees_the_row_in_sql_reads_no_name_in_its_tokens(history)
        finally:
            admin.execute(found["made"].encode())
