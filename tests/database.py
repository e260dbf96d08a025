"""Databases for tests: one server a session, one migrated template, a clone a test."""

import itertools
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from migrations.run import ensure_roles, migrate, prepare_roles
from ops.embedded import EmbeddedPostgres
from ops.load_reference import load_reference

WRITER_PASSWORD = "writer-of-the-tests"
READER_PASSWORD = "reader-of-the-tests"
SETTINGS: Mapping[str, str] = {  # a test's data need not survive a power cut
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "scram_iterations": "1",  # nor are its passwords worth guessing, and every test connects a dozen times
}
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Postgres:
    """A server. `dsn` is its administrator's."""

    dsn: str = field(repr=False)


@dataclass(frozen=True)
class Database:
    """One database and the three ways into it."""

    name: str
    admin_dsn: str = field(repr=False)
    writer_dsn: str = field(repr=False)
    reader_dsn: str = field(repr=False)


def embedded_in(folder: Path) -> EmbeddedPostgres:
    """A server to be started below a temporary `folder`, all of it gone with the folder."""
    folder.chmod(0o755)  # private to root, the server's account could not enter
    return EmbeddedPostgres(folder / "state", settings=SETTINGS)


def opened(server: Postgres, name: str) -> Database:
    admin = make_conninfo(server.dsn, dbname=name)
    return Database(
        name=name,
        admin_dsn=admin,
        writer_dsn=make_conninfo(admin, user="yidang_writer", password=WRITER_PASSWORD),
        reader_dsn=make_conninfo(admin, user="yidang_reader", password=READER_PASSWORD),
    )


@contextmanager
def database_of(server: Postgres, template: str = "template1") -> Iterator[Database]:
    """A new database cloned from `template`, dropped at the end."""
    name = f"test_{os.getpid()}_{next(_numbers)}_{secrets.token_hex(2)}"
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    clone = opened(server, name)
    try:
        with psycopg.connect(clone.admin_dsn, autocommit=True) as connection:
            prepare_roles(connection)  # a clone does not take the rights on the database itself
        yield clone
    finally:
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )


def prepare(database: Database) -> None:
    """Migrate and load the reference data: what every test's database starts from."""
    ensure_roles(database.admin_dsn, WRITER_PASSWORD, READER_PASSWORD)
    migrate(database.admin_dsn, report=lambda _: None)
    with psycopg.connect(database.admin_dsn, autocommit=True) as connection:
        load_reference(connection)
        connection.execute("ANALYZE")  # autovacuum, which would do it, is off
