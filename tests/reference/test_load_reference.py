"""Loading the reference data into a real PostgreSQL: complete, idempotent, read-only for logins."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import Connection

from domain.divisions import Divisions
from ops.load_reference import load_reference
from tests.database import Database

ROWS = {
    "division": 19_104,
    "division_parent": 19_149,
    "division_code": 20_406,
    "division_change": 50,
    "calendar_day": 771 + 942,
}


@pytest.fixture
def admin(database: Database) -> Iterator[Connection]:
    with psycopg.connect(database.admin_dsn, autocommit=True) as connection:
        yield connection


@pytest.fixture
def empty(admin: Connection) -> Connection:
    admin.execute(
        "TRUNCATE ref.dataset, ref.division_change, ref.division_code, ref.division_parent,"
        " ref.division, ref.calendar_day CASCADE"
    )
    return admin


def test_a_first_load_brings_every_row(empty: Connection) -> None:
    report = load_reference(empty)
    assert report.loaded == ("divisions", "calendar")
    assert report.rows == ROWS
    stored: dict[str, str] = dict(empty.execute("SELECT name, version FROM ref.dataset"))
    assert stored == report.versions


def test_a_second_load_touches_no_row(empty: Connection) -> None:
    load_reference(empty)
    written = "SELECT xmin::text, id FROM ref.division UNION ALL SELECT xmin::text, day::text"
    written += " FROM ref.calendar_day UNION ALL SELECT loaded_at::text, name FROM ref.dataset"
    before = set(empty.execute(written).fetchall())
    report = load_reference(empty)
    assert report.loaded == ()
    assert report.rows == ROWS
    assert set(empty.execute(written).fetchall()) == before


def test_another_version_is_replaced_and_divisions_survive_it(empty: Connection) -> None:
    load_reference(empty)
    empty.execute("UPDATE ref.dataset SET version = repeat('0', 64) WHERE name = 'divisions'")
    empty.execute("UPDATE ref.division SET name = '旧名' WHERE id = 'sh00002'")
    empty.execute(
        "INSERT INTO ref.division (id, name, level) VALUES ('sh99999', '只在库中', 'VILLAGE')"
    )
    empty.execute("DELETE FROM ref.division_parent WHERE id = 'sh00002'")
    report = load_reference(empty)
    assert report.loaded == ("divisions",)
    assert report.rows == ROWS | {"division": ROWS["division"] + 1}
    names = "SELECT name FROM ref.division WHERE id IN ('sh00002', 'sh99999') ORDER BY id"
    assert empty.execute(names).fetchall() == [("黄浦区",), ("只在库中",)]


def test_a_load_that_fails_leaves_what_was_there(empty: Connection) -> None:
    load_reference(empty)
    empty.execute("UPDATE ref.dataset SET version = repeat('0', 64)")
    empty.execute(
        "ALTER TABLE ref.calendar_day ADD CONSTRAINT never CHECK (day < '2026-01-01') NOT VALID"
    )
    with pytest.raises(psycopg.errors.CheckViolation):
        load_reference(empty)
    count = (
        "SELECT (SELECT count(*) FROM ref.division_code), (SELECT count(*) FROM ref.calendar_day)"
    )
    assert empty.execute(count).fetchone() == (ROWS["division_code"], ROWS["calendar_day"])
    assert empty.execute("SELECT current_user = session_user").fetchone() == (True,)


def test_the_tables_say_what_the_files_say(empty: Connection) -> None:
    load_reference(empty)
    stored = empty.execute("SELECT id, name, level, valid_from, valid_to FROM ref.division")
    assert set(stored.fetchall()) == {
        (d.id, d.name, d.level.value, d.valid_from, d.valid_to) for d in Divisions.load()
    }
    levels = empty.execute(
        "SELECT left(id, 2), level, count(*) FROM ref.division GROUP BY 1, 2 ORDER BY 1, 2"
    ).fetchall()
    assert ("cq", "VILLAGE", 11270) in levels
    assert ("sh", "VILLAGE", 6509) in levels


@pytest.mark.parametrize("login", ["writer_dsn", "reader_dsn"])
def test_logins_read_and_do_not_write(database: Database, login: str) -> None:
    with psycopg.connect(getattr(database, login), autocommit=True) as connection:
        assert connection.execute("SELECT count(*) > 0 FROM ref.division").fetchone() == (True,)
        for table in ("division", "calendar_day", "dataset"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"DELETE FROM ref.{table}")


@pytest.mark.parametrize(
    "code", ["500112", "%", "", "500112".translate({48 + d: 0xFF10 + d for d in range(10)}) * 2]
)
def test_the_table_refuses_a_malformed_code(admin: Connection, code: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        admin.execute(
            "INSERT INTO ref.division_code (id, code_system, code) VALUES ('cq00001', 'NBS', %s)",
            (code,),
        )
