"""A city of copies takes every column that is told, and none that PostgreSQL works out."""

from __future__ import annotations

import psycopg

import projections.registry  # noqa: F401 - registers the read models
from bench.city.multiplied import TABLES, copies
from projections.tables import create
from tests.database import Database


def test_each_table_can_be_copied(database: Database) -> None:
    with psycopg.connect(database.admin_dsn) as conn:
        conn.execute("set local role yidang_owner")
        create(conn, "read")
        conn.execute("reset role")
        for table in TABLES:
            conn.execute(f"explain {copies(conn, table, 3, 100)}".encode())
        assert conn.execute("select count(*) from read.child").fetchone() == (0,)
