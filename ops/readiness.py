"""Whether a database was made ready by this release, for the commands that make nothing ready themselves."""

from __future__ import annotations

import psycopg

from ops.same_release import check_release
from ops.settings import Refused
from ops.ways import Ways
from projections import tables

LOG, ROWS = ("es.event",), ("es.event", "read.clock")
"""What is there once the log is, and once the read models are told, too."""
_THERE = "select bool_and(to_regclass(name) is not null) from unnest(%s::text[]) name"


def require_ready(needs: tuple[str, ...], ways: Ways) -> None:
    """Refuses a database that was never made ready, or not to the end, or for another release: an older one's must be
    made ready anew, a newer one's is nothing for this program. Raises ``OlderRelease``, psycopg.Error."""
    if not needs:
        return
    with psycopg.connect(ways.admin_dsn) as conn:
        row = conn.execute(_THERE, [list(needs)]).fetchone()
        is_ready = row == (True,) and (needs == LOG or tables.is_current(conn))
    check_release(ways, forms=needs != LOG)
    if not is_ready:
        raise Refused(
            "数据库尚未就绪,请先运行 yidang migrate · the database is not ready: run yidang migrate first"
        )
