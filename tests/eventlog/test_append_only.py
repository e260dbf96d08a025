"""Nobody changes history: not the writer, not the owner, not a superuser while triggers stand."""

from uuid import uuid4

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from eventlog.recorder import LogRecorder
from tests.database import Database
from tests.eventlog.conftest import Sql, command, event

TABLES = ("es.event", "es.command", "es.checkpoint")
CHANGES = {
    "es.event": "UPDATE es.event SET topic = 'case.other'",
    "es.command": "UPDATE es.command SET answer = '{}'",
    "es.checkpoint": "UPDATE es.checkpoint SET at = now()",
}


@pytest.fixture
def database(module_database: Database) -> Database:
    """One for all: nothing here is meant to change anything."""
    return module_database


@pytest.fixture(autouse=True)
def _something_written(log: LogRecorder) -> None:
    log.insert_events([event(uuid4(), 1)], command=command())


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", ["update", "delete", "truncate"])
@pytest.mark.parametrize("who", ["writer", "owner", "superuser", "replica"])
def test_history_is_not_changed(database: Database, table: str, change: str, who: str) -> None:
    statement = {
        "update": CHANGES[table],
        "delete": f"DELETE FROM {table}",
        "truncate": f"TRUNCATE {table}",
    }[change]
    dsn = database.writer_dsn if who == "writer" else database.admin_dsn
    with psycopg.connect(dsn) as connection:
        if who == "owner":
            connection.execute("SET ROLE yidang_owner")
            # Even were the right given back.
            connection.execute(
                f"GRANT UPDATE, DELETE, TRUNCATE ON {table} TO yidang_owner".encode()
            )
        if who == "replica":
            connection.execute("SET session_replication_role = replica")
        with pytest.raises(InsufficientPrivilege):
            connection.execute(statement.encode())


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO es.event SELECT * FROM es.event",
        "INSERT INTO es.event DEFAULT VALUES",
        "INSERT INTO es.command SELECT * FROM es.command",
        "SELECT setval('es.event_position', 1)",
        "ALTER TABLE es.event DISABLE TRIGGER ALL",
        "DROP TABLE es.event",
        "SET session_replication_role = replica",
    ],
)
def test_the_writer_has_no_door_but_append(writer: Sql, statement: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        writer(statement)


@pytest.mark.parametrize("relation", [*TABLES, "es.subject_key", "es.event_log"])
def test_the_reader_of_the_api_sees_nothing_of_the_log(database: Database, relation: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        Sql(database.reader_dsn)(f"SELECT FROM {relation}")


def test_the_reader_of_the_api_appends_nothing(database: Database) -> None:
    with pytest.raises(InsufficientPrivilege):
        Sql(database.reader_dsn)("SELECT es.lock_append()")


def test_the_owner_has_no_right_to_change_what_it_owns(admin: Sql) -> None:
    assert (
        admin(
            "SELECT t, r FROM unnest(%s::text[]) t, unnest(%s::text[]) r"
            " WHERE has_table_privilege('yidang_owner', t, r)",
            list(TABLES),
            ["UPDATE", "DELETE", "TRUNCATE"],
        )
        == []
    )


def test_the_log_is_legible_in_psql(admin: Sql, log: LogRecorder) -> None:
    case = uuid4()
    (position,) = log.insert_events([event(case, 1, note="家访")])
    assert admin(
        "SELECT position, stream, stream_id, version, event, data ->> 'note', length(hash)"
        " FROM es.event_log WHERE stream_id = %s", case,
    ) == [(position, "case", case, 1, "case.noted", "家访", 64)]  # fmt: skip
