"""SQL as the API role over every table of a sensitive class: a value is found exactly where the policy opens its class.

Generated from the declarations: every read model that has such columns is given a row in every relation, with a value
in every class. What must be seen is read off the lines of the policy, without gate, scope or row security.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg import sql

from authz.scope_db import APPLY, arguments
from domain.sensitivity import P0
from projections.apart import SENSITIVE, Side
from projections.readmodel import READ_MODELS, ReadModel, sql_type
from schema.signin import assignment_of
from tests.authz import test_matrix as matrix
from tests.authz.matrix import GRANTS, RELATIONS, Rows, allowed, post_of, purposes, tokens_of
from tests.authz.test_mutations_caught import weakened
from tests.journeys.conftest import story, templates
from tests.journeys.world import World

__all__ = ["story", "templates"]
pytestmark = [pytest.mark.postgres]
rows, reader = matrix.rows, matrix.reader
MODELS = [m for _, m in sorted(READ_MODELS.items()) if m.sides]
SIDES = [(m, side) for m in MODELS for side in m.sides]
CAPACITIES = [pytest.param(r, p, id=f"{r}-{p}") for r, p in purposes()]
SOMETHING = {
    "uuid": "gen_random_uuid()",
    "text": "'x'",
    "bigint": "1",
    "boolean": "true",
    "date": "date '2025-03-03'",
    "timestamptz": "timestamptz '2025-03-03 08:00+08'",
    "jsonb": """jsonb '{"a": 1}'""",
    "text[]": "'{x}'::text[]",
}
"""A value of each type of column."""
FIRST = 10_000_000
"""Positions from here on are not those of the log."""

Marked = dict[str, dict[str, tuple[str, str]]]
"""Read model → key of a row (as text) → the relation and object it stands for."""


@pytest.fixture(scope="module")
def marked(story: World, rows: Rows) -> Marked:
    """Read model → key of a row (as text) → the relation and object it stands for; each has a value of every class."""
    found: Marked = {}
    with psycopg.connect(story.platform.ways.admin_dsn, autocommit=True) as admin:
        admin.execute("set search_path = read, pg_catalog")
        for model in MODELS:
            mine = found[model.table] = {}
            subjects = [("child", rows.child), ("case", rows.case)]
            if model.table in {"child", "case_file"}:
                obj, ids = subjects[model.table == "case_file"]
                mine.update({str(ids[r]): (r, obj) for r in RELATIONS})
                for relation in RELATIONS:
                    _told(admin, model, str(ids[relation]))
                continue
            for relation in RELATIONS:
                objects: list[tuple[str, dict[str, Any]]] = [(model.obj, {})]
                if model.within is not None:
                    within = ("child", "case") if model.within == "file" else (model.within,)
                    objects = [(o, {f"{o}_id": dict(subjects)[o][relation]}) for o in within]
                for obj, given in objects:
                    mine[_row(admin, model, relation, given)] = (relation, obj)
    return found


def _row(
    admin: psycopg.Connection, model: type[ReadModel], relation: str, given: dict[str, Any]
) -> str:
    """A row of its own table with something in every column, and those beside it; its key."""
    columns, places = [], []
    for spec in model.specs:
        if spec.name in model.apart or (model.within == "file" and spec.name in _UNLESS_GIVEN):
            continue
        columns.append(spec.name)
        kind = sql_type(spec.type)[0].removesuffix(' collate "C"')
        place = SOMETHING[kind]
        if spec.name == "position":
            place = f"(select greatest(max(position), {FIRST}) + 1 from {model.table})"
        elif spec.name == "existence":
            place = f"'{P0}'"
        elif spec.name == model.by_class:
            place = "'{}'::jsonb"
        places.append(f"%({spec.name})s" if spec.name in given else place)
    if model.within == "file":
        columns += list(given)
        places += [f"%({name})s" for name in given]
    if model.tokens:
        columns.append("tokens")
        places.append("array(select sec.sealed(t) from unnest(%(tokens)s::text[]) t)")
    (key,) = model.key
    text = (
        f"insert into {model.table} ({', '.join(columns)}) values ({', '.join(places)}) "
        f"returning {key}::text"
    )
    (told,) = admin.execute(text.encode(), {**given, "tokens": tokens_of(relation)}).fetchone() or (
        "",
    )
    _told(admin, model, told)
    return str(told)


_UNLESS_GIVEN = frozenset({"child_id", "case_id"})


def _told(admin: psycopg.Connection, model: type[ReadModel], key: str) -> None:
    """Something in every column and of every class beside the row."""
    (name,) = model.key
    for side in model.sides:
        (kind,) = (sql_type(s.type)[0] for s in side.key)
        if side.by_class:
            told = ", ".join((name, *(s.name for s in side.carried)))
            text = (
                f"insert into {side.table} ({told}, class, said) select {told}, c, '{{}}' from {model.table}, "
                f"unnest(%(classes)s::text[]) c where {name} = %(key)s::{kind} on conflict do nothing"
            )
        else:
            here = [SOMETHING[sql_type(s.type)[0].removesuffix(' collate "C"')] for s in side.specs]
            tokens = ("tokens",) if side.has_tokens else ()
            text = (
                f"insert into {side.table} ({', '.join((name, *tokens, *side.names))}) "
                f"select {', '.join((name, *tokens, *here))} from {model.table} "
                f"where {name} = %(key)s::{kind} on conflict do nothing"
            )
        admin.execute(text.encode(), {"key": key, "classes": [c.value for c in SENSITIVE]})


def expected(
    model: type[ReadModel],
    side: Side,
    marked: dict[str, tuple[str, str]],
    role: str,
    purpose: str,
) -> set[tuple[str, str]]:
    """The keys and classes that the policy's lines open."""
    out: set[tuple[str, str]] = set()
    for key, (relation, obj) in marked.items():
        if (
            model.within is None
            and relation in GRANTS
            and model.table not in {"child", "case_file"}
        ):
            continue  # nobody was given a grant on it
        classes = allowed(role, purpose, relation, obj, "read")
        if {P0.value, model.reach.value} <= classes:
            out |= {(key, cls.value) for cls in side.classes if cls.value in classes}
    return out


def seen(
    reader: psycopg.Connection, model: type[ReadModel], side: Side, marked: dict[str, Any]
) -> set[tuple[str, str]]:
    """What raw SQL finds, of the rows that are marked."""
    (key,) = model.key
    cls = "class" if side.by_class else f"'{side.classes[0]}'"
    query = f"select {key}::text, {cls} from {side.table} where {key}::text = any(%s)"
    return set(reader.execute(query.encode(), (list(marked),)).fetchall())


@pytest.mark.parametrize(("role", "purpose"), CAPACITIES)
def test_every_table_and_class(
    story: World,
    marked: Marked,
    reader: psycopg.Connection,
    role: str,
    purpose: str,
) -> None:
    services = story.platform.services
    assignment = assignment_of(services, post_of(role).assignment_id)
    assert assignment is not None
    scope = services.gate().scope(assignment, purpose)
    with reader.transaction():
        signed = scope.signed(services.scope_key, datetime.now(UTC))  # noqa: TID251 - PostgreSQL checks by its own clock
        reader.execute(APPLY.encode(), arguments(signed))
        for model, side in SIDES:
            mine = marked[model.table]
            must = expected(model, side, mine, role, purpose)
            assert seen(reader, model, side, mine) == must, side.table


def test_the_matrix_opens_and_closes_every_table_and_class(
    marked: Marked,
) -> None:
    """Each table is closed to somebody in some row, and open to somebody."""
    shut = set()
    for model, side in SIDES:
        cells = [
            (role, expected(model, side, marked[model.table], role, purpose))
            for role, purpose in purposes()
        ]
        every = {(key, c.value) for key in marked[model.table] for c in side.classes}
        assert all(found < every for _, found in cells), side.table
        if not any(found for _, found in cells):
            shut.add(side.table)
    assert shut == {"unit_line_values"}, "no line opens such a value on a unit"


def test_without_a_scope_there_is_nothing(marked: Marked, reader: psycopg.Connection) -> None:
    for model, side in SIDES:
        assert marked[model.table]
        assert seen(reader, model, side, marked[model.table]) == set(), side.table


def test_a_table_without_its_law_is_missed(
    story: World,
    marked: Marked,
    reader: psycopg.Connection,
) -> None:
    for _, side in SIDES:
        with weakened(story, side.table, None), pytest.raises(AssertionError, match=side.table):
            test_every_table_and_class(story, marked, reader, "township", "casework")


def test_no_other_table_has_such_a_column(story: World, reader: psycopg.Connection) -> None:
    """By name: what lies apart is in none of the tables the API role can read but its own."""
    assert story.head() > 0
    own = {(side.table, name) for _, side in SIDES for name in side.names}
    for model in MODELS:
        for name, side in model.apart.items():
            query = sql.SQL("select {column} from {table}").format(
                column=sql.Identifier(name), table=sql.Identifier(model.table)
            )
            with pytest.raises(psycopg.errors.UndefinedColumn):
                reader.execute(query)
            assert (side.table, name) in own
