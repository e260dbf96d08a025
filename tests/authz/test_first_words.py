"""The first words of a law settle a row as the whole law does: for every capacity and every table, with what a
statement says it is about and without."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import psycopg
import pytest

from projections.readmodel import READ_MODELS, laws
from projections.row_law import KEEPING
from projections.short_law import policy
from tests.authz import test_matrix as matrix
from tests.authz.matrix import Rows, in_sql_as, purposes
from tests.authz.test_looked_at import SAY, WITHIN, all_of, everything
from tests.journeys.conftest import story, templates
from tests.journeys.world import World

__all__ = ["story", "templates"]
pytestmark = [pytest.mark.postgres]
rows, reader = matrix.rows, matrix.reader
CAPACITIES = list(purposes())

Seen = dict[tuple[str, str, bool, str], list[str]]
"""By role, purpose, whether it was said what is looked at, and table: the rows."""


def seen_by_all(
    story: World, rows: Rows, reader: psycopg.Connection, tables: Iterable[str]
) -> Seen:
    found: Seen = {}
    for role, purpose in CAPACITIES:
        with in_sql_as(story, reader, role, purpose):
            for said in (False, True):
                reader.execute(SAY, (everything(rows) if said else "",))
                for table, those in all_of(reader, tables).items():
                    found[role, purpose, said, table] = those
    return found


@contextmanager
def policies(story: World, instead: Mapping[str, str]) -> Iterator[None]:
    """Other predicates in the place of those that policies have for the API role."""
    before = matrix.laws(story)
    with psycopg.connect(story.platform.ways.admin_dsn, autocommit=True) as admin:
        admin.execute("set search_path = ''")

        def put(predicates: Mapping[str, str]) -> None:
            for table, law in predicates.items():
                admin.execute(f'alter policy seen on read."{table}" using ({law})'.encode())

        put({table: instead[table] for table in before})
        try:
            yield
        finally:
            put(before)


PERIOD = (
    "update read.access_grant set records_from = '2000-01-01', records_to = "
    "(select percentile_disc(0.5) within group (order by recorded_at)::date from read.timeline) "
    "where md5(subject_id::text) < 'a' returning 1"
)
OF_A_CASE = (
    "update read.timeline_of_child l set case_id = (select f.case_id from read.case_file f "
    "order by md5(f.case_id::text || l.position) limit 1) where mod(l.position, 3) = 0 returning 1"
)
SPECIAL = (
    OF_A_CASE,
    *(
        f"update read.{lines} set existence = '{own}' where mod(position, {some}) = 0 returning 1"
        for lines in ("timeline", "timeline_of_child")
        for own, some in (("P3_CARE", 7), ("P5", 11))
    ),
    "update read.work_item set existence = 'P3_CARE' where md5(task_id::text) < '5' returning 1",
    PERIOD,
    f"select 1 from read.child where {KEEPING}",
)
"""Rows that the first words leave to the whole law: of a class of their own, open for a period, kept from somebody."""


@pytest.fixture(scope="module")
def special(story: World, rows: Rows) -> Rows:
    for statement in SPECIAL:
        assert story.sql(statement), statement
    return rows


def test_the_first_words_settle_what_the_whole_law_does(
    story: World, special: Rows, reader: psycopg.Connection
) -> None:
    tables = sorted(matrix.laws(story))
    short = seen_by_all(story, special, reader, tables)
    with policies(story, laws()):
        whole = seen_by_all(story, special, reader, tables)
    assert [k for k, found in short.items() if found != whole[k]] == []
    assert sum(map(len, short.values())) > len(CAPACITIES)


BROKEN = {
    "who is kept from it": ("child", "not child.keeping and ", ""),
    "what grants for periods open": ("timeline", "not (select sec.holds_none())", "false"),
    "a class of its own": ("timeline", "existence) && p.tokens", "existence) is not null"),
    "a child's line of a class": (
        "timeline_of_child",
        "existence) && p.tokens",
        "existence) <> '{}'",
    ),
    "a task of a class": ("work_item", "existence) && work_item.tokens", "existence) is not null"),
    "the case of a child's line": (
        "timeline_of_child",
        "(timeline_of_child.case_id is null or ",
        "(true or ",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_first_word_left_out_is_missed(
    story: World, special: Rows, reader: psycopg.Connection, name: str
) -> None:
    """Mutation check of the comparison itself."""
    table, word, instead = BROKEN[name]
    law = policy(READ_MODELS[table], "read")
    assert word in law
    before = matrix.laws(story)
    short = seen_by_all(story, special, reader, [table])
    with policies(story, before | {table: law.replace(word, instead)}):
        assert seen_by_all(story, special, reader, [table]) != short


def test_whoever_holds_no_grant_never_comes_to_the_whole_law_within_a_file(
    story: World, special: Rows, reader: psycopg.Connection
) -> None:
    """A list of lists would take many times as long: the function is as dear as a statement."""
    functions = story.sql(
        "select pg_get_functiondef(oid) as made from pg_proc where pronamespace = 'read'::regnamespace "
        "and proname = any(%s)",
        [f"{table}_otherwise" for table in WITHIN],
    )
    assert len(functions) == len(WITHIN)
    asked = 0
    with psycopg.connect(story.platform.ways.admin_dsn, autocommit=True) as admin:
        for (made,) in functions:
            refusing = re.sub(r" RETURN .*", " RETURN (1 / 0) = 1", made, flags=re.DOTALL)
            admin.execute(refusing.encode())
        try:
            for role, purpose in CAPACITIES:
                with in_sql_as(story, reader, role, purpose):
                    if reader.execute("select sec.holds_none()").fetchone() == (True,):
                        asked += len(all_of(reader)["timeline"])
        finally:
            for (made,) in functions:
                admin.execute(made.encode())
    assert asked > 0
    assert special.child
