"""Whoever settles the journal's index goes on after a lost connection, and ends when told to."""

from __future__ import annotations

from time import monotonic

import psycopg
import pytest

from ops import journal_index
from ops.journal_index import JournalIndex
from tests.database import Database

DEADLINE_S = 120.0
SETTLING = (
    "select pid from pg_stat_activity where datname = current_database() "
    "and application_name = 'yidang journal index' and query like '%%journal_settled%%' and pid <> %s"
)


def settling(admin: psycopg.Connection, but: int = 0) -> int | None:
    """The process of the connection that has settled, other than ``but``; None once there is none."""
    row = admin.execute(SETTLING, (but,)).fetchone()
    return None if row is None else int(row[0])


def test_it_goes_on_after_a_lost_connection_and_ends_when_told(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_index, "EVERY_S", 0.05)
    until = monotonic() + DEADLINE_S
    index = JournalIndex(database.writer_dsn)
    with psycopg.connect(database.admin_dsn, autocommit=True) as admin:
        index.start()
        try:
            while (first := settling(admin)) is None:
                assert monotonic() < until
            admin.execute("select pg_terminate_backend(%s)", (first,))
            while settling(admin, but=first) is None:
                assert monotonic() < until
        finally:
            index.stop()
        while settling(admin) is not None:
            assert monotonic() < until
