"""The one clock of an installation: the database's, by which the log says when something was recorded.

Each process has a clock of its own, and those of two machines may stand minutes apart: what one recorded would lie in
the future of the other, which would refuse whatever comes next on that stream as happened before (ADR 0085). So no
process asks its own hour. It compares with the database now and then, and in between counts the seconds.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import psycopg
from psycopg.rows import tuple_row

HOUR = "select clock_timestamp()"


class LogClock:
    """The hour of the database, as far as it is known here: exact to half of what a comparison took."""

    def __init__(self, conn: psycopg.Connection[Any]) -> None:
        self._known = _compared(conn)

    def __call__(self) -> datetime:
        """Now, in UTC; asks nobody."""
        hour, at = self._known
        return hour + timedelta(seconds=monotonic() - at)

    def compare(self, conn: psycopg.Connection[Any]) -> None:
        """Takes the database's hour anew. Raises psycopg.Error."""
        self._known = _compared(conn)


def _compared(conn: psycopg.Connection[Any]) -> tuple[datetime, float]:
    """The database's hour, and what the seconds of this process counted then."""
    began = monotonic()
    with conn.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(HOUR).fetchone()
    assert row is not None, "the query answers one row"
    return row[0], (began + monotonic()) / 2
