"""A plan sends the part of the scope its statements ask for: no row is lost by it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from authz.scope import Pairs, Scope
from authz.scope_db import apply
from domain.sensitivity import Sensitivity
from ops.demo_world import BY_KEY
from ops.platform import Platform, compose
from projections.readmodel import READ_MODELS, asked_by_row_security
from schema.context import wall_clock
from schema.signin import assignment_of
from tests.database import Database
from tests.journeys.world import SECRETS, Clock, ways_of
from tests.plan.comparing import NOW

PEOPLE = ("fj_township", "fj_director", "fj_police", "fj_ca", "cn_head")
PUBLIC = sorted(name for name, model in READ_MODELS.items() if not model.private)
ASKED = {name: asked_by_row_security(f"select * from {name}") for name in PUBLIC}


@pytest.fixture(scope="module")
def platform(seeded: Database) -> Iterator[Platform]:
    made = compose(ways_of(seeded), SECRETS, now=Clock(NOW))
    yield made
    made.close()


def rows(seeded: Database, scope: Scope, table: str, asked: Pairs | None) -> int:
    """How many rows of the table a transaction with that much of the scope reads."""
    with psycopg.connect(seeded.reader_dsn) as conn:
        apply(conn, scope.signed(SECRETS.scope_key, wall_clock(), moment=NOW, asked=asked))
        query = sql.SQL("select count(*) from read.{}").format(sql.Identifier(table))
        (found,) = conn.execute(query).fetchone() or (0,)
        conn.rollback()
    return int(found)


@pytest.mark.parametrize("key", PEOPLE)
def test_no_row_is_lost(seeded: Database, platform: Platform, key: str) -> None:
    services, who = platform.services, BY_KEY[key]
    assignment = assignment_of(services, who.assignment_id)
    assert assignment is not None
    scope = services.gate().scope(assignment, who.purpose)
    whole = {table: rows(seeded, scope, table, None) for table in PUBLIC}
    assert sum(whole.values()) > 0
    for table in PUBLIC:
        asked = frozenset((obj, Sensitivity(cls)) for obj, cls in ASKED[table])
        assert rows(seeded, scope, table, asked) == whole[table], table
        if whole[table] and asked:
            assert rows(seeded, scope, table, frozenset()) < whole[table], table


def test_a_law_within_another_is_asked_as_well() -> None:
    assert ("child", "P0") in ASKED["guardian"]
    assert {("child", "P0"), ("case", "P0")} <= ASKED["timeline"]
    assert asked_by_row_security("select 1") == frozenset()
