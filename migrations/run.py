"""Brings a database to the newest NNNN_name.sql, forward only; what was applied may not change.

A file runs in one transaction, as the administrator, and says itself `SET ROLE yidang_owner`.
"""

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psycopg
from psycopg import Connection, sql

FOLDER = Path(__file__).parent
LOCK = 6573000  # one migrator a database
LOCK_TIMEOUT = "10s"  # rather give up than make every request queue behind a waiting DDL


class MigrationError(RuntimeError):
    """The files and the database's history do not fit; nothing was changed."""


def migrate(
    admin_dsn: str, *, report: Callable[[str], object] = print, folder: Path = FOLDER
) -> list[str]:
    """Apply what is pending, each in one transaction; the names applied. Raises MigrationError."""
    with _alone(admin_dsn) as connection:
        prepare_roles(connection)
        connection.execute(
            "CREATE TABLE IF NOT EXISTS public.schema_migration (name text PRIMARY KEY,"
            " sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
        )
        pending = _pending(connection, folder)
        for path in pending:
            with connection.transaction():
                connection.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'".encode())
                connection.execute(path.read_bytes())
                connection.execute("RESET ROLE")
                connection.execute(
                    "INSERT INTO public.schema_migration (name, sha256) VALUES (%s, %s)",
                    (path.stem, _sha256(path)),
                )
            report(path.stem)
        return [path.stem for path in pending]


def pending(admin_dsn: str, *, folder: Path = FOLDER) -> list[str]:
    """The names `migrate` would apply, found without changing anything. Raises MigrationError."""
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        return [path.stem for path in _pending(connection, folder)]


def unknown(connection: Connection, *, folder: Path = FOLDER) -> list[str]:
    """The names that were applied to a database and are not here: the code is older."""
    here = {path.stem for path in folder.glob("[0-9][0-9][0-9][0-9]_*.sql")}
    return [name for name in _applied(connection) if name not in here]


def ensure_roles(admin_dsn: str, writer_password: str, reader_password: str) -> None:
    """Make the roles where they are missing and give both logins these passwords."""
    with _alone(admin_dsn) as connection:
        prepare_roles(connection)
        passwords = {"yidang_writer": writer_password, "yidang_reader": reader_password}
        for role, password in passwords.items():
            # Hashed here (SCRAM): the server, and so its log, never sees the password.
            hashed = connection.pgconn.encrypt_password(
                password.encode(), role.encode(), b"scram-sha-256"
            )
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), hashed.decode())
            )


@contextlib.contextmanager
def _alone(admin_dsn: str) -> Iterator[Connection]:
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        yield connection


def prepare_roles(connection: Connection) -> None:
    """Roles and their rights on this database, as roles.sql has them."""
    connection.execute((FOLDER / "roles.sql").read_bytes())


def _pending(connection: Connection, folder: Path) -> Sequence[Path]:
    files = {path.stem: path for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))}
    applied = _applied(connection)
    for name, sha256 in applied.items():
        if name not in files:
            raise MigrationError(f"{name} was applied and is not here: the code is older")
        if _sha256(files[name]) != sha256:
            raise MigrationError(f"{name} was changed after it was applied: write a new one")
    waiting = [path for name, path in files.items() if name not in applied]
    if applied and waiting and waiting[0].stem < max(applied):
        raise MigrationError(f"{waiting[0].stem} comes before {max(applied)}, which is applied")
    return waiting


def _applied(connection: Connection) -> dict[str, str]:
    """Name → SHA-256 of the file as it was, in order."""
    known = connection.execute("SELECT to_regclass('public.schema_migration')").fetchone()
    if not (known and known[0]):
        return {}
    query = "SELECT name, sha256 FROM public.schema_migration ORDER BY name"
    return dict(connection.execute(query).fetchall())


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
