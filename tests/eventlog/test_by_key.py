"""A plan that was made while a table was small goes by its key when it has grown."""

from __future__ import annotations

import psycopg
import pytest

from eventlog.connections import Timeouts, server_limits
from eventlog.recorder import PLANNED_ONCE
from projections.pipeline import OPTIONS
from tests.database import Database

WORK = f"{server_limits(Timeouts())} {PLANNED_ONCE}"


def plan(conn: psycopg.Connection) -> str:
    rows = conn.execute("explain (costs off) execute found('{1,2}')").fetchall()
    return "\n".join(line for (line,) in rows)


@pytest.mark.parametrize("options", [WORK, OPTIONS], ids=["writes", "reads"])
def test_it_goes_by_key_before_anything_is_known_of_the_table(
    database: Database, options: str
) -> None:
    with psycopg.connect(database.admin_dsn, options=options, autocommit=True) as conn:
        conn.execute("create temp table grown (id int primary key, said text)")
        conn.execute("insert into grown select n, 'x' from generate_series(1, 40) n")
        conn.execute("analyze grown")
        conn.execute("prepare found as select said from grown where id = any($1::int[])")
        first = plan(conn)
        conn.execute("insert into grown select n, 'x' from generate_series(41, 9000) n")
        assert plan(conn) == first, "it is kept until statistics are gathered anew"
        assert "grown_pkey" in first
        assert "Seq Scan" not in first
