"""On random worlds PostgreSQL shows exactly what the policy allows: no row more, none less.

The oracle asks Casbin for each row, class and relation; it shares nothing with the compiled scope.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

import psycopg
import pytest

from authz.gate import Assignment, Gate
from authz.scope_db import apply, check_roles, install_secret
from authz.words import BY_GRANT, PURPOSES, RESOURCES, Prefix, Relation, conflict, grantee
from domain.sensitivity import P0, P3, P4_INJURY, P5, P6_ADDRESS, P6_REPORTER, Sensitivity
from tests.authz.people import NOW, SECRET, named
from tests.database import Database

OBJECTS = ("child", "case")
CLASSES = (P0, P3, P4_INJURY, P5, P6_ADDRESS, P6_REPORTER)
DIVISIONS = [f"sh{n:05d}" for n in range(6)]
UNITS = [named(f"unit {n}") for n in range(4)]
PEOPLE = [named(f"person {n}") for n in range(5)]
ASSIGNMENTS = [named(f"assignment {n}") for n in range(6)]
ROWS, SCOPES = 120, 90
MOMENT = NOW + timedelta(days=400)
"""The platform's clock, far from the server's: grants end by the former."""

TABLES = """
SET ROLE yidang_owner;
CREATE SCHEMA IF NOT EXISTS read;
GRANT USAGE ON SCHEMA read TO yidang_reader;
CREATE TABLE read.scratch_grant (grantee text COLLATE "C" NOT NULL, subject_id uuid NOT NULL,
                                 classes text[] NOT NULL, for_purpose text,
                                 valid_from timestamptz NOT NULL, valid_to timestamptz NOT NULL);
ALTER TABLE read.scratch_grant ENABLE ROW LEVEL SECURITY;
ALTER TABLE read.scratch_grant FORCE ROW LEVEL SECURITY;
CREATE POLICY load ON read.scratch_grant TO yidang_owner USING (true);
CREATE POLICY see ON read.scratch_grant FOR SELECT TO yidang_reader
    USING (grantee = ANY ((SELECT sec.grantees())::text[])
           AND valid_from <= (SELECT sec.moment()) AND valid_to > (SELECT sec.moment())
           AND (for_purpose IS NULL OR for_purpose = (SELECT sec.purpose())));
GRANT SELECT ON read.scratch_grant TO yidang_reader;
"""
TABLE = """
CREATE TABLE read.scratch_{obj}_{cls} (id uuid PRIMARY KEY, tokens text[] NOT NULL);
ALTER TABLE read.scratch_{obj}_{cls} ENABLE ROW LEVEL SECURITY;
ALTER TABLE read.scratch_{obj}_{cls} FORCE ROW LEVEL SECURITY;
CREATE POLICY load ON read.scratch_{obj}_{cls} TO yidang_owner USING (true);
CREATE POLICY see ON read.scratch_{obj}_{cls} FOR SELECT TO yidang_reader USING (
    NOT tokens && (SELECT sec.conflicts())::text[]
    AND (tokens && (SELECT sec.scope('{obj}', '{cls}'))::text[]
         OR id = ANY (ARRAY(SELECT g.subject_id FROM read.scratch_grant AS g
                            WHERE g.grantee = ANY ((SELECT sec.scope('{obj}', '{cls}'))::text[])
                              AND '{cls}' = ANY (g.classes)))));
GRANT SELECT ON read.scratch_{obj}_{cls} TO yidang_reader;
"""


@dataclass(frozen=True)
class World:
    rows: dict[UUID, frozenset[str]]
    grants: list[tuple[str, UUID, list[str], str | None, datetime, datetime]]


def a_world(chance: random.Random) -> World:
    """Rows with every kind of token, few enough that many overlap; grants in force and ended."""
    pools: dict[Prefix, Sequence[object]] = {
        Prefix.RESIDENCE: DIVISIONS,
        Prefix.HUKOU: DIVISIONS,
        Prefix.INCIDENT: DIVISIONS,
        Prefix.TEAM: UNITS,
        Prefix.ENROLLED: UNITS,
        Prefix.PLACED: UNITS,
        Prefix.ASSIGNED: PEOPLE,
        Prefix.OWN_CHILD: PEOPLE,
        Prefix.OWN_REPORT: PEOPLE,
        Prefix.ENTRUSTED: PEOPLE,
    }
    rows: dict[UUID, frozenset[str]] = {}
    for number in range(ROWS):
        held = {f"{p}:{chance.choice(pool)}" for p, pool in pools.items() if chance.random() < 0.15}
        if chance.random() < 0.1:
            held.add(conflict(chance.choice([*PEOPLE, *UNITS])))
        rows[named(f"row {number}")] = frozenset(held)
    grants = [
        (
            grantee(chance.choice(BY_GRANT), chance.choice([*UNITS, *ASSIGNMENTS])),
            chance.choice(list(rows)),
            chance.sample([str(c) for c in CLASSES], chance.randint(1, len(CLASSES))),
            chance.choice([None, *map(str, PURPOSES)]) if chance.random() < 0.3 else None,
            MOMENT - timedelta(days=chance.choice((-1, 0, 2))),
            MOMENT + timedelta(days=chance.choice((-1, 0, 3))),
        )
        for _ in range(300)
    ]
    return World(rows, grants)


def an_actor(chance: random.Random, gate: Gate) -> tuple[Assignment, str]:
    roles = [r for r in gate.policy.roles.values() if r.purposes]
    role = chance.choice(roles)
    actor = Assignment(
        id=chance.choice(ASSIGNMENTS),
        person_id=chance.choice(PEOPLE),
        role=role.code,
        unit_id=chance.choice([*UNITS, None]),
        division_id=chance.choice([*DIVISIONS, None]),
    )
    return actor, chance.choice([*role.purposes, *PURPOSES])


Oracle = Callable[[str, Relation, str, Sensitivity, str], bool]


@pytest.fixture(scope="module")
def oracle(gate: Gate) -> Oracle:
    """Casbin's own answer to (role, relation, object, class, purpose), asked once each."""

    @cache
    def answer(role: str, relation: Relation, obj: str, cls: Sensitivity, purpose: str) -> bool:
        question = (RESOURCES[obj], "read", cls, PURPOSES[purpose])
        return gate._engine.allows(role, relation, *question)

    return answer


def expected(
    world: World, oracle: Oracle, actor: Assignment, purpose: str, obj: str, cls: Sensitivity
) -> set[UUID]:
    """Row by row and relation by relation."""
    out = set()
    for row, tokens in world.rows.items():
        granted = {
            g
            for g, subject, opens, aim, begins, ends in world.grants
            if subject == row
            and cls in opens
            and aim in {None, purpose}
            and begins <= MOMENT < ends
        }
        if tokens & {conflict(actor.person_id), conflict(actor.unit_id)}:
            continue
        family = {f"F:{actor.person_id}", f"C:{actor.person_id}"}
        if actor.role not in {"guardian", "entrusted_carer", "child_self"} and tokens & family:
            continue  # one's own child is seen as its family and in no office
        for relation in Relation:
            holds = actor.tokens.get(relation, frozenset()) & (tokens | granted)
            if holds and oracle(actor.role, relation, obj, cls, purpose):
                out.add(row)
                break
    return out


@pytest.fixture(scope="module")
def reader(module_database: Database) -> Iterator[psycopg.Connection]:
    install_secret(module_database.admin_dsn, SECRET)
    with psycopg.connect(module_database.admin_dsn) as admin:
        admin.execute(TABLES.encode())
        for obj in OBJECTS:
            for cls in CLASSES:
                admin.execute(TABLE.format(obj=obj, cls=cls).encode())
    with psycopg.connect(module_database.reader_dsn, autocommit=True) as connection:
        yield connection


def load(admin: psycopg.Connection, world: World) -> None:
    cursor = admin.cursor()
    cursor.execute("SET ROLE yidang_owner")
    cursor.execute("DELETE FROM read.scratch_grant")
    cursor.executemany(
        "INSERT INTO read.scratch_grant VALUES (%s, %s, %s, %s, %s, %s)", world.grants
    )
    for obj in OBJECTS:
        for cls in CLASSES:
            table = f"read.scratch_{obj}_{cls}"
            cursor.execute(f"DELETE FROM {table}".encode())
            rows = [(row, list(tokens)) for row, tokens in world.rows.items()]
            cursor.executemany(f"INSERT INTO {table} VALUES (%s, %s)".encode(), rows)


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_what_is_seen_is_what_is_allowed(
    module_database: Database, reader: psycopg.Connection, gate: Gate, oracle: Oracle, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test's dice
    world = a_world(chance)
    with psycopg.connect(module_database.admin_dsn) as admin:
        load(admin, world)
    shown, hidden = 0, 0
    for _ in range(SCOPES):
        actor, purpose = an_actor(chance, gate)
        scope = gate.scope(actor, purpose)
        with reader.transaction():
            apply(reader, scope.signed(SECRET, NOW, timedelta(days=1), moment=MOMENT))
            for obj in OBJECTS:
                for cls in CLASSES:
                    query = f"SELECT id FROM read.scratch_{obj}_{cls}".encode()
                    seen = {row for (row,) in reader.execute(query)}
                    assert seen == expected(world, oracle, actor, purpose, obj, cls), (
                        actor,
                        purpose,
                        obj,
                        cls,
                    )
                    shown, hidden = shown + len(seen), hidden + ROWS - len(seen)
    assert shown > 300
    assert hidden > 300


def test_without_a_scope_nothing_is_seen(
    module_database: Database, reader: psycopg.Connection
) -> None:
    with psycopg.connect(module_database.admin_dsn) as admin:
        load(admin, a_world(random.Random(1)))  # noqa: S311 - a test's dice
    for obj in OBJECTS:
        for cls in CLASSES:
            query = f"SELECT count(*) FROM read.scratch_{obj}_{cls}".encode()
            assert reader.execute(query).fetchone() == (0,)
    assert reader.execute("SELECT count(*) FROM read.scratch_grant").fetchone() == (0,)


def test_the_template_passes_the_check_at_start(
    module_database: Database, reader: psycopg.Connection
) -> None:
    assert reader.info.user == "yidang_reader"
    check_roles(module_database.reader_dsn)


def test_the_scope_is_asked_once_a_statement(reader: psycopg.Connection) -> None:
    plan = [
        line
        for (line,) in reader.execute("EXPLAIN (VERBOSE) SELECT * FROM read.scratch_case_P5")
        if "sec." in line
    ]
    assert plan
    assert all("Output:" in line or "InitPlan" in line for line in plan), plan
