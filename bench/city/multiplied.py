"""A larger city for reads, in minutes: the read models of one that was told from its log, copied over and over.

Each copy has ids, tokens and divisions of its own, as if it lay in other districts: the tables grow and the district
that is read stays as it was. Only what the measured reads look into is copied, and no event: the log stays that of the
first city, so nothing is retold here. Positions of the copies are negative, and so never newer than a real one.

Indexes are made anew behind the rows: of a million children that is a quarter of an hour in the place of hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import Connection

TABLES = (
    "child",
    "case_file",
    "case_child",
    "work_item",
    "timeline",
    "timeline_of_child",
    "tier_standing",
)
INDEXES = """select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from pg_index i
    where i.indrelid = %s::regclass and not exists (select from pg_constraint c where c.conindid = i.indexrelid)"""
"""Those that are not a constraint's: their names, and how they are made."""
COLUMNS = """select column_name, udt_name from information_schema.columns
    where table_schema = 'read' and table_name = %s and is_generated = 'NEVER' order by ordinal_position"""


def multiply(dsn: str, times: int) -> None:
    """Makes the city of this database ``times`` as large. ``dsn`` is its administrator's."""
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute("set synchronous_commit = off")
        conn.execute("set maintenance_work_mem = '1GB'")
        span = conn.execute("select max(position) + 1 from read.timeline").fetchone()
        assert span is not None
        for table in TABLES:
            with _without_indexes(conn, table):
                conn.execute(copies(conn, table, times, span[0]).encode())
        conn.execute("vacuum analyze")


@contextmanager
def _without_indexes(conn: Connection, table: str) -> Iterator[None]:
    found = conn.execute(INDEXES, (f"read.{table}",)).fetchall()
    for name, _ in found:
        conn.execute(f"drop index {name}".encode())
    yield
    for _, made in found:
        conn.execute(made.encode())


def is_multiplied(conn: Connection) -> bool:
    """Whether this city was made by ``multiply``."""
    row = conn.execute("select exists(select from read.timeline where position < 0)").fetchone()
    return row == (True,)


def copies(conn: Connection, table: str, times: int, span: int) -> str:
    """The statement that copies a table; what PostgreSQL works out of other columns it works out anew."""
    columns = conn.execute(COLUMNS, (table,)).fetchall()
    told = ", ".join(_moved(name, kind, span) for name, kind in columns)
    names = ", ".join(name for name, _ in columns)
    return (
        f"insert into read.{table} ({names}) select {told} "
        f"from read.{table} t, generate_series(1, {times - 1}) k"
    )


def _moved(name: str, kind: str, span: int) -> str:
    if kind == "uuid":
        return f"md5(t.{name}::text || k)::uuid"
    if name == "tokens":
        return "array(select token || '~' || k from unnest(t.tokens) token)"
    if name == "position":
        return f"t.position - k * {span}"
    if kind == "text" and name.endswith("_id"):
        return f"t.{name} || '~' || k"
    return f"t.{name}"
