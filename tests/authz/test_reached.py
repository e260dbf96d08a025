"""Which children are reached: all that row security shows are among them, and none that only another may see."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest

from tests.authz import test_matrix as matrix
from tests.authz.matrix import Rows, in_sql_as, purposes
from tests.journeys.conftest import story, templates
from tests.journeys.world import World

__all__ = ["story", "templates"]
pytestmark = [pytest.mark.postgres]
rows, reader = matrix.rows, matrix.reader
CAPACITIES = [pytest.param(r, p, id=f"{r}-{p}") for r, p in purposes()]
MOST = 4_000
SEEN = "select child_id from read.child"
IN_A_DIVISION = f"{SEEN} where tokens @> array['R:' || %(division)s]"
IN_A_SCHOOL = f"{SEEN} where school_unit_id = %(school)s"


def ids(conn: psycopg.Connection, query: str, **given: object) -> set[UUID]:
    return {i for (i,) in conn.execute(query.encode(), given)}


def reached(
    conn: psycopg.Connection,
    division: str | None = None,
    school: UUID | None = None,
    most: int = MOST,
) -> set[UUID] | None:
    row = conn.execute("select sec.reached(%s, %s, %s)", (most, division, school)).fetchone()
    assert row is not None
    return None if row[0] is None else set(row[0])


def every(admin: psycopg.Connection, query: str) -> list[str]:
    return [one for (one,) in admin.execute(query.encode())]


@pytest.mark.parametrize(("role", "purpose"), CAPACITIES)
def test_all_that_is_seen_is_reached_and_little_else(
    story: World, rows: Rows, reader: psycopg.Connection, role: str, purpose: str
) -> None:
    assert rows.child
    with psycopg.connect(story.platform.ways.admin_dsn) as admin:
        divisions = every(
            admin,
            "select distinct substr(t, 3) from read.child, unnest(tokens) t where t like 'R:%'",
        )
        schools = every(
            admin, "select distinct school_unit_id from read.child where school_unit_id is not null"
        )
    with in_sql_as(story, reader, role, purpose):
        seen, found = ids(reader, SEEN), reached(reader)
        granted = ids(reader, "select unnest(sec.granted('child', 'P0'))")
        assert found is not None
        assert seen <= found <= seen | granted
        for division in divisions:
            found = reached(reader, division=division)
            assert found is not None
            assert ids(reader, IN_A_DIVISION, division=division) <= found <= seen | granted
        for school in schools:
            found = reached(reader, school=UUID(str(school)))
            assert found is not None
            assert ids(reader, IN_A_SCHOOL, school=school) <= found <= seen | granted


def test_where_they_are_many_it_says_so(
    story: World, rows: Rows, reader: psycopg.Connection
) -> None:
    assert rows.child
    with in_sql_as(story, reader, "township", "casework"):
        found = reached(reader)
        assert found is not None
        own = found - ids(reader, "select unnest(sec.granted('child', 'P0'))")
        assert len(own) > 1
        assert reached(reader, most=len(own) - 1) is None
        assert reached(reader, most=len(own)) == found


def test_without_a_scope_nothing_is_reached(
    story: World, rows: Rows, reader: psycopg.Connection
) -> None:
    assert rows.child
    assert story.platform is not None
    with reader.transaction():
        assert reached(reader) == set()
        assert reached(reader, division="cq00001") == set()
