"""Load the divisions and the calendar of ``data/`` into the schema ``ref``."""

import hashlib
from dataclasses import dataclass
from importlib.resources import files

from psycopg import Connection, sql

from eventlog.locks import AdvisoryLock


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load found and did; ``rows`` counts every table of ``ref`` afterwards."""

    loaded: tuple[str, ...]  # datasets that were new; empty when all was there already
    versions: dict[str, str]  # dataset -> sha256 of its files
    rows: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Table:
    """One table, its columns in the order of its files, and the files."""

    name: str
    columns: tuple[str, ...]
    files: tuple[str, ...]

    def into(self, target: str) -> sql.Composed:
        columns = sql.SQL(", ").join(map(sql.Identifier, self.columns))
        return sql.SQL("{} ({})").format(sql.Identifier("ref", target), columns)


_SPAN = ("valid_from", "valid_to")
_DATASETS = {
    # In the order of their references: a division before what names it.
    "divisions": (
        _Table(
            "division",
            ("id", "name", "level", *_SPAN),
            ("divisions/shanghai.csv", "divisions/chongqing.csv"),
        ),
        _Table("division_parent", ("id", "parent_id", *_SPAN), ("divisions/parents.csv",)),
        _Table(
            "division_code", ("id", "code_system", "code", *_SPAN, "name"), ("divisions/codes.csv",)
        ),
        _Table(
            "division_change",
            ("changed_on", "kind", "division_id", "old_id", "new_id", "document"),
            ("divisions/changes.csv",),
        ),
    ),
    "calendar": (
        _Table(
            "calendar_day",
            ("day", "kind", "name"),
            ("calendar/cn_workdays.csv", "calendar/cn_statutory.csv"),
        ),
    ),
}


def load_reference(conn: Connection) -> LoadReport:
    """Bring ``ref`` to the version of the files, in one transaction; do nothing if it is there.

    The connection must be able to become ``yidang_owner``. Divisions are added and updated but
    never deleted, since other rows name them for ever; what hangs on them is replaced.
    """
    with conn.transaction():
        conn.execute("SET LOCAL ROLE yidang_owner")
        conn.execute("SELECT pg_advisory_xact_lock(%s)", (AdvisoryLock.REFERENCE,))
        present: dict[str, str] = dict(conn.execute("SELECT name, version FROM ref.dataset"))
        contents = {name: _read(tables) for name, tables in _DATASETS.items()}
        versions = {name: _version(content) for name, content in contents.items()}
        loaded = tuple(n for n in _DATASETS if present.get(n) != versions[n])
        for name in loaded:
            _replace(conn, _DATASETS[name], contents[name])
            conn.execute(
                "INSERT INTO ref.dataset (name, version) VALUES (%s, %s) ON CONFLICT (name)"
                " DO UPDATE SET version = excluded.version, loaded_at = excluded.loaded_at",
                (name, versions[name]),
            )
        rows = {t.name: _count(conn, t) for tables in _DATASETS.values() for t in tables}
        conn.execute("RESET ROLE")
    return LoadReport(loaded, versions, rows)


def _read(tables: tuple[_Table, ...]) -> dict[str, bytes]:
    folder = files("data")
    return {f: folder.joinpath(*f.split("/")).read_bytes() for t in tables for f in t.files}


def _version(content: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, data in content.items():
        digest.update(f"{name} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()


def _replace(conn: Connection, tables: tuple[_Table, ...], content: dict[str, bytes]) -> None:
    for table in reversed(tables):
        if table.name != "division":
            conn.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier("ref", table.name)))
    for table in tables:
        if table.name == "division":
            _merge_divisions(conn, table, content)
        else:
            _copy(conn, table, table.name, content)
        conn.execute(sql.SQL("ANALYZE {}").format(sql.Identifier("ref", table.name)))


def _merge_divisions(conn: Connection, table: _Table, content: dict[str, bytes]) -> None:
    conn.execute("CREATE UNLOGGED TABLE ref.division_staging (LIKE ref.division)")
    _copy(conn, table, "division_staging", content)
    conn.execute(
        "INSERT INTO ref.division (id, name, level, valid_from, valid_to)"
        " SELECT id, name, level, valid_from, valid_to FROM ref.division_staging"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name, level = excluded.level,"
        " valid_from = excluded.valid_from, valid_to = excluded.valid_to"
    )
    conn.execute("DROP TABLE ref.division_staging")


def _copy(conn: Connection, table: _Table, target: str, content: dict[str, bytes]) -> None:
    statement = sql.SQL("COPY {} FROM STDIN (FORMAT csv, HEADER, ENCODING 'UTF8')")
    for name in table.files:
        with conn.cursor() as cursor, cursor.copy(statement.format(table.into(target))) as copy:
            copy.write(content[name])


def _count(conn: Connection, table: _Table) -> int:
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("ref", table.name))
    row = conn.execute(query).fetchone()
    return int(row[0]) if row else 0
