"""The start-up check: each way in which row-level security would not hold is found and named."""

import re

import psycopg
import pytest

from authz.scope_db import UnsafeReader, check_roles
from tests.database import Database

READ = "CREATE SCHEMA IF NOT EXISTS read; GRANT USAGE ON SCHEMA read TO yidang_reader;"
TABLE = READ + "CREATE TABLE read.t (id int); GRANT SELECT ON read.t TO yidang_reader;"
FORCED = (
    "ALTER TABLE read.t ENABLE ROW LEVEL SECURITY; ALTER TABLE read.t FORCE ROW LEVEL SECURITY;"
)
POLICY = "CREATE POLICY see ON read.t FOR SELECT TO yidang_reader USING (id > 0);"
SAFE = TABLE + FORCED + POLICY

UNSAFE = {
    "owner: table read.mine": READ
    + "GRANT CREATE ON SCHEMA read TO yidang_reader; SET ROLE yidang_reader; "
    "CREATE TABLE read.mine (id int); RESET ROLE;",
    "owner: schema mine": "CREATE SCHEMA mine AUTHORIZATION yidang_reader",
    "rights in the event log: es": "GRANT USAGE ON SCHEMA es TO yidang_reader",
    "rights in the event log: es.event": "GRANT SELECT ON es.event TO PUBLIC",
    "row-level security not forced: read.t": TABLE
    + "ALTER TABLE read.t ENABLE ROW LEVEL SECURITY;"
    + POLICY,
    "no policy: read.t": TABLE + FORCED,
    "a policy opens every row: read.t": SAFE
    + "CREATE POLICY all_of_it ON read.t FOR SELECT USING (true);",
    "a partition is granted: read.p1": SAFE + "CREATE TABLE read.p (id int) PARTITION BY LIST (id);"
    "CREATE TABLE read.p1 PARTITION OF read.p DEFAULT; GRANT SELECT ON read.p1 TO yidang_reader;",
    "a view does not ask as its reader: read.v": SAFE + "CREATE VIEW read.v AS SELECT 1 AS one;",
    "a materialized view is granted: read.m": SAFE
    + "CREATE MATERIALIZED VIEW read.m AS SELECT 1 AS one;GRANT SELECT ON read.m TO PUBLIC;",
    "runs with its owner's rights: read.f": SAFE
    + "CREATE FUNCTION read.f() RETURNS int LANGUAGE sql SECURITY DEFINER RETURN 1;",
    "the signing key is readable: sec.secret": "GRANT SELECT ON sec.secret TO yidang_reader",
    "the key of relations is readable: sec.relation_key": "GRANT SELECT (inner_pad) ON "
    "sec.relation_key TO yidang_reader",
}


def prepare(database: Database, statements: str) -> None:
    with psycopg.connect(database.admin_dsn) as admin:
        admin.execute(statements.encode())


def test_a_safe_database_passes(database: Database) -> None:
    prepare(
        database,
        SAFE
        + "CREATE VIEW read.v WITH (security_invoker = true) AS SELECT * FROM read.t;"
        + "GRANT SELECT ON read.v TO yidang_reader;",
    )
    check_roles(database.reader_dsn)


@pytest.mark.parametrize(("problem", "statements"), UNSAFE.items(), ids=UNSAFE.keys())
def test_an_unsafe_one_is_refused(database: Database, problem: str, statements: str) -> None:
    prepare(database, statements)
    with pytest.raises(UnsafeReader, match=re.escape(problem)) as refused:
        check_roles(database.reader_dsn)
    assert problem in refused.value.problems


def test_the_administrator_and_the_owner_are_no_readers(database: Database) -> None:
    with pytest.raises(UnsafeReader, match=r"superuser: .*BYPASSRLS: .*may make roles: "):
        check_roles(database.admin_dsn)


def test_the_writer_is_no_reader(database: Database) -> None:
    with pytest.raises(UnsafeReader, match="rights in the event log"):
        check_roles(database.writer_dsn)
