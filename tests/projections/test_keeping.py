"""Which rows are said to hold a token that keeps somebody away: PostgreSQL tells it from the tokens."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from authz.scope import Scope
from authz.words import KEEPS_AWAY, Prefix
from projections import registry, row_law, tables
from tests.database import Database

assert registry.INLINE, "every read model is declared"
WITH_TOKENS = """
select c.relname, coalesce((select k.attgenerated = 's' and k.attnotnull from pg_attribute k
                            where k.attrelid = c.oid and k.attname = %s), false) as told
from pg_attribute a join pg_class c on c.oid = a.attrelid
where c.relnamespace = 'read'::regnamespace and c.relkind = 'r' and a.attname = 'tokens' order by 1
"""


@pytest.fixture
def told(database: Database) -> Iterator[psycopg.Connection]:
    """The read models, empty; the administrator's connection."""
    with psycopg.connect(database.admin_dsn, autocommit=True) as admin:
        tables.create(admin, tables.LIVE)
        yield admin


def test_both_sides_mean_the_same_kinds() -> None:
    assert set(row_law.KEEPS_AWAY) == {prefix.value for prefix in KEEPS_AWAY}


@pytest.mark.parametrize("prefix", sorted(set(Prefix) - KEEPS_AWAY))
def test_no_scope_is_made_whose_conflicts_no_row_would_be_asked_for(prefix: Prefix) -> None:
    with pytest.raises(ValueError, match="keep anybody"):
        Scope(uuid4(), {}, {f"{prefix}:{uuid4()}"})


def test_a_token_is_found_wherever_it_stands(told: psycopg.Connection) -> None:
    def keep(*tokens: str) -> bool:
        (found,) = told.execute("select read.tokens_keep(%s)", (list(tokens),)).fetchall()
        return bool(found[0])

    for prefix in Prefix:
        mine, other, keeps = f"{prefix}:{uuid4()}", f"R:{uuid4()}", prefix in KEEPS_AWAY
        assert keep(mine) is keep(other, mine) is keep(mine, other) is keeps, prefix
    assert not keep()
    assert not keep("R:X:1", "U:F")


def test_every_table_with_tokens_has_it_told_by_postgresql(told: psycopg.Connection) -> None:
    found = told.execute(WITH_TOKENS, (row_law.KEEPING,)).fetchall()
    assert {"child", "case_file", "work_item", "child_p4"} <= {table for table, _ in found}
    assert [table for table, generated in found if not generated] == []
