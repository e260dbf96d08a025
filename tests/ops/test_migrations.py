"""The migration runner: forward only, history checked, safe to start twice at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from migrations.run import FOLDER, MigrationError, ensure_roles, migrate, pending
from tests.database import (
    READER_PASSWORD,
    WRITER_PASSWORD,
    Database,
    Postgres,
    database_of,
    embedded_in,
)

ALL = sorted(path.stem for path in FOLDER.glob("????_*.sql"))


@pytest.fixture
def empty(postgres: Postgres) -> Iterator[Database]:
    with database_of(postgres) as database:
        yield database


@pytest.fixture
def history(tmp_path: Path) -> Path:
    (tmp_path / "0001_first.sql").write_text("CREATE TABLE first (i int)")
    (tmp_path / "0003_third.sql").write_text("CREATE TABLE third (i int)")
    return tmp_path


def quietly(_: str) -> None:
    pass


def tables(dsn: str) -> set[str]:
    with psycopg.connect(dsn) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in found} - {"schema_migration"}


def test_every_file_is_applied_once_and_in_order(empty: Database) -> None:
    told: list[str] = []
    assert pending(empty.admin_dsn) == ALL
    assert migrate(empty.admin_dsn, report=told.append) == ALL == told
    assert migrate(empty.admin_dsn, report=told.append) == []
    assert pending(empty.admin_dsn) == []
    assert told == ALL


def test_the_owner_of_everything_is_no_login(database: Database) -> None:
    with psycopg.connect(database.admin_dsn) as connection:
        owners = connection.execute(
            "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class c JOIN pg_namespace n"
            " ON n.oid = c.relnamespace WHERE nspname IN ('es', 'ref', 'org', 'sec', 'read')"
        ).fetchall()
        logins = connection.execute(
            "SELECT rolname, rolcanlogin, rolsuper, rolbypassrls FROM pg_roles"
            " WHERE rolname LIKE 'yidang\\_%' ORDER BY 1"
        ).fetchall()
    assert owners == [("yidang_owner",)]
    assert logins == [
        ("yidang_owner", False, False, False),
        ("yidang_reader", True, False, False),
        ("yidang_writer", True, False, False),
    ]


def test_listing_what_is_pending_changes_nothing(empty: Database, history: Path) -> None:
    assert pending(empty.admin_dsn, folder=history) == ["0001_first", "0003_third"]
    with psycopg.connect(empty.admin_dsn) as connection:
        made = connection.execute("SELECT to_regclass('public.schema_migration')").fetchone()
    assert made == (None,)


def test_changed_history_is_refused(empty: Database, history: Path) -> None:
    migrate(empty.admin_dsn, report=quietly, folder=history)
    (history / "0001_first.sql").write_text("CREATE TABLE first (i bigint)")
    (history / "0004_fourth.sql").write_text("CREATE TABLE fourth (i int)")
    with pytest.raises(MigrationError, match="0001_first was changed after it was applied"):
        migrate(empty.admin_dsn, report=quietly, folder=history)
    assert tables(empty.admin_dsn) == {"first", "third"}


def test_a_file_that_comes_late_is_refused(empty: Database, history: Path) -> None:
    migrate(empty.admin_dsn, report=quietly, folder=history)
    (history / "0002_second.sql").write_text("CREATE TABLE second (i int)")
    with pytest.raises(MigrationError, match="0002_second comes before 0003_third"):
        migrate(empty.admin_dsn, report=quietly, folder=history)
    assert tables(empty.admin_dsn) == {"first", "third"}


def test_code_older_than_the_database_is_refused(empty: Database, history: Path) -> None:
    migrate(empty.admin_dsn, report=quietly, folder=history)
    (history / "0003_third.sql").unlink()
    with pytest.raises(MigrationError, match="0003_third was applied and is not here"):
        migrate(empty.admin_dsn, report=quietly, folder=history)


def test_a_file_that_fails_leaves_no_trace(empty: Database, history: Path) -> None:
    (history / "0003_third.sql").write_text("CREATE TABLE third (i int); SELECT 1 / 0")
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(empty.admin_dsn, report=quietly, folder=history)
    assert tables(empty.admin_dsn) == {"first"}
    assert pending(empty.admin_dsn, folder=history) == ["0003_third"]


def test_two_that_start_at_once_on_an_empty_database_both_succeed(empty: Database) -> None:
    def begin(_: int) -> list[str]:
        ensure_roles(empty.admin_dsn, WRITER_PASSWORD, READER_PASSWORD)
        return migrate(empty.admin_dsn, report=quietly)

    with ThreadPoolExecutor(4) as pool:
        applied = list(pool.map(begin, range(4)))
    assert sorted(applied) == [[], [], [], ALL]


def test_the_logins_get_in_with_their_passwords_and_nobody_else_does(database: Database) -> None:
    for dsn in (database.writer_dsn, database.reader_dsn):
        with psycopg.connect(dsn) as connection:
            connection.execute("SELECT 1")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(dsn, password="guessed")


def test_a_login_of_another_application_stays_out(database: Database) -> None:
    role = f"passer_by_{database.name}"
    with psycopg.connect(database.admin_dsn, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'known'".encode())
        try:
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(database.admin_dsn, user=role, password="known")
        finally:
            connection.execute(f"DROP ROLE {role}".encode())


def test_an_administrator_who_is_no_superuser_can_migrate(folder: Path) -> None:
    """A managed server gives CREATEROLE and a database of one's own, and no more."""
    with embedded_in(folder) as server:
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            connection.execute("CREATE ROLE managed LOGIN CREATEROLE PASSWORD 'known'")
            connection.execute("CREATE DATABASE managed OWNER managed")
        admin = make_conninfo(server.dsn, user="managed", password="known", dbname="managed")
        ensure_roles(admin, WRITER_PASSWORD, READER_PASSWORD)
        assert migrate(admin, report=quietly) == ALL
        writer = make_conninfo(admin, user="yidang_writer", password=WRITER_PASSWORD)
        with psycopg.connect(writer) as connection:
            assert connection.execute("SELECT count(*) FROM es.event").fetchone() == (0,)


def test_a_reader_that_could_bypass_row_security_is_refused(folder: Path) -> None:
    with embedded_in(folder) as server:
        ensure_roles(server.dsn, WRITER_PASSWORD, READER_PASSWORD)
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            connection.execute("ALTER ROLE yidang_reader BYPASSRLS")
        with pytest.raises(psycopg.errors.RaiseException, match="yidang_reader must not be"):
            migrate(server.dsn, report=quietly)
