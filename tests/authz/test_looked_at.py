"""What a statement says it is about: row security judges that once, and it changes no row of any answer."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg
import pytest
from graphql import parse
from psycopg import errors

from projections.readmodel import READ_MODELS
from schema.build import build, core
from schema.plan.operation import operation_of
from tests.authz import test_matrix as matrix
from tests.authz.matrix import Rows, in_sql_as, purposes
from tests.journeys.conftest import story, templates
from tests.journeys.world import World

__all__ = ["story", "templates"]
pytestmark = [pytest.mark.postgres]
rows, reader = matrix.rows, matrix.reader
WITHIN = sorted(table for table, m in READ_MODELS.items() if m.within is not None)
CAPACITIES = [pytest.param(r, p, id=f"{r}-{p}") for r, p in purposes()]
SAY = "select set_config('app.look', %s, true)"


def all_of(reader: psycopg.Connection, tables: Iterable[str] = WITHIN) -> dict[str, list[str]]:
    """Every row of every table that lies within a child or a case, or of these."""
    return {
        table: sorted(
            str(row) for (row,) in reader.execute(f"select t::text from read.{table} t".encode())
        )
        for table in tables
    }


def everything(rows: Rows) -> str:
    """Every child and case there is a row for, as the setting takes them."""
    return "{" + ",".join(str(i) for i in (*rows.child.values(), *rows.case.values())) + "}"


@pytest.mark.parametrize(("role", "purpose"), CAPACITIES)
def test_saying_what_is_looked_at_opens_and_closes_nothing(
    story: World, rows: Rows, reader: psycopg.Connection, role: str, purpose: str
) -> None:
    with in_sql_as(story, reader, role, purpose):
        without = all_of(reader)
        reader.execute(SAY, (everything(rows),))
        assert all_of(reader) == without
        reader.execute(SAY, ("{}",))
        assert all_of(reader) == without


def test_the_rows_compared_are_many(story: World, rows: Rows, reader: psycopg.Connection) -> None:
    """Of lines, which most is read of: some are found, and not all there are."""
    with in_sql_as(story, reader, "township", "casework"):
        reader.execute(SAY, (everything(rows),))
        found = all_of(reader)
    with psycopg.connect(story.platform.ways.admin_dsn) as admin:
        (lines,) = admin.execute("select count(*) from read.timeline").fetchone() or (0,)
    assert 0 < len(found["timeline"]) < lines
    assert found["timeline_of_child"]


def test_it_ends_with_the_transaction(story: World, rows: Rows, reader: psycopg.Connection) -> None:
    with in_sql_as(story, reader, "township", "casework"):
        reader.execute(SAY, (everything(rows),))
        assert all_of(reader)["timeline"]
    assert all_of(reader)["timeline"] == []


def test_what_is_no_list_of_ids_is_an_error_and_no_row(
    story: World, rows: Rows, reader: psycopg.Connection
) -> None:
    with in_sql_as(story, reader, "township", "casework"):
        assert rows.child
        reader.execute(SAY, ("{' or true --}",))
        with pytest.raises(errors.InvalidTextRepresentation):
            all_of(reader)


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("query($id: UUID!) { child(id: $id) { timeline(first: 1) { nodes { position } } } }", 1),
        (
            "query($id: UUID!) { a: child(id: $id) { guardians { guardianId } } b: case(id: $id) { caseId } }",
            2,
        ),
        ("query($id: UUID!) { child(id: $id) { name } }", 0),
        ("{ viewer { personId } }", 0),
    ],
)
def test_a_plan_knows_whom_it_looks_at(text: str, looks: int) -> None:
    schema = core(build())
    operation = operation_of(schema, parse(text))
    assert operation is not None
    plan = operation.plan(schema, {"id": "00000000-0000-0000-0000-000000000001"})
    assert plan is not None
    assert len(plan.looks) == looks
