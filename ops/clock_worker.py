"""时钟执行 · Fires the clocks: whatever the system must do by itself, at its time, once, by any one process.

A clock fires as a command whose id follows from the clock and its moment. The log keeps command ids
for ever, so a crash, a second worker or a retelling makes nothing happen twice. An advisory lock lets
one worker fire at a time; what is due is decided by the platform's own clock, never the database's.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from psycopg import Connection
from psycopg.rows import dict_row

from domain.kernel import COMMANDS, Command, Refused
from eventlog.casebook import Absent, Request
from ops.platform import Platform
from projections.clocks import firing

logger = logging.getLogger("yidang.clock")

LOCK = 7_911_301
"""The advisory lock of whoever fires clocks."""
PAGE = 200
PASSES_MAX = 50
"""A clock that sets itself due again more often than this is a fault of the rules; the next second goes on."""
LATE = timedelta(minutes=1)
"""A clock that fires later than this is told as late."""
EVERY_S = 1.0

_DUE = (
    "select clock_id, fires_at, act, stream_id, arguments from clock k where fires_at <= %(now)s "
    "and (fires_at, clock_id) > (%(after)s, %(last)s) and not exists (select from parked p "
    "where p.stream_id = k.stream_id and p.projection = 'clock ' || k.act) "
    "order by fires_at, clock_id limit %(page)s"
)
_PARK = (
    "insert into parked (projection, stream_id, stream, from_position, event_name, error, parked_at) "
    "values (%(projection)s, %(stream_id)s, %(stream)s, 0, %(act)s, %(error)s, %(now)s) "
    "on conflict do nothing"
)
_LONG_AGO = datetime.fromisoformat("0001-01-02T00:00:00+00:00")


@dataclass
class Fired:
    """What was done: how many commands, how many of them late, how many refused.

    ``busy``: another worker was at it.
    """

    count: int = 0
    late: int = 0
    refused: int = 0
    busy: bool = False
    last_at: datetime | None = field(default=None)


def fire_due(platform: Platform, now: datetime) -> Fired:
    """Fires every clock that is due at ``now``, in the order of their times, until nothing more is due."""
    with psycopg.connect(platform.ways.writer_dsn, **_OPTIONS) as conn:
        return _fire(platform, conn, now)


_OPTIONS: dict[str, Any] = {
    "autocommit": True,
    "row_factory": dict_row,
    "options": "-c search_path=read,pg_catalog",
    "application_name": "yidang clock",
}


def _fire(platform: Platform, conn: Connection[dict[str, Any]], now: datetime) -> Fired:
    fired = Fired()
    if not _one(conn, "select pg_try_advisory_lock(%s) as got", LOCK)["got"]:
        fired.busy = True
        return fired
    try:
        for _ in range(PASSES_MAX):
            if not _pass(platform, conn, now, fired):
                break
    finally:
        conn.execute("select pg_advisory_unlock(%s)", (LOCK,))
    return fired


def _pass(
    platform: Platform, conn: Connection[dict[str, Any]], now: datetime, fired: Fired
) -> bool:
    """Once over all that is due; whether something was fired, so that new clocks may have come due."""
    before, after, last = fired.count, _LONG_AGO, UUID(int=0)
    while True:
        rows = conn.execute(
            _DUE, {"now": now, "after": after, "last": last, "page": PAGE}
        ).fetchall()
        known = _fired_before(conn, rows)
        for row in rows:
            if firing(row["clock_id"], row["fires_at"]) not in known and _still(conn, row):
                _ring(platform, conn, row, now, fired)
        if len(rows) < PAGE:
            return fired.count > before
        after, last = rows[-1]["fires_at"], rows[-1]["clock_id"]


def _fired_before(conn: Connection[dict[str, Any]], rows: list[dict[str, Any]]) -> set[UUID]:
    ids = [firing(row["clock_id"], row["fires_at"]) for row in rows]
    found = conn.execute("select command_id from es.command where command_id = any(%s)", (ids,))
    return {row["command_id"] for row in found}


def _still(conn: Connection[dict[str, Any]], row: Mapping[str, Any]) -> bool:
    """Whether the clock still stands: one fired just before may have ended or moved it."""
    same = "select exists (select from clock where clock_id = %s and fires_at = %s) as here"
    return bool(_one(conn, same, row["clock_id"], row["fires_at"])["here"])


def _ring(
    platform: Platform,
    conn: Connection[dict[str, Any]],
    row: Mapping[str, Any],
    now: datetime,
    fired: Fired,
) -> None:
    """One command. A refusal is a fault of the rules: set aside for this stream, visibly; the rest goes on."""
    request = Request(
        command=command_of(row),
        command_id=firing(row["clock_id"], row["fires_at"]),
        stream_id=row["stream_id"],
    )
    try:
        platform.casebook.perform(request)
    except (Refused, Absent) as refusal:
        code = refusal.code if isinstance(refusal, Refused) else "absent"
        logger.warning("the clock of %s was refused: %s", row["act"], code)
        conn.execute(
            _PARK,
            {
                "projection": f"clock {row['act']}",
                "stream_id": row["stream_id"],
                "stream": row["act"].partition(".")[0],
                "act": row["act"],
                "error": code,
                "now": now,
            },
        )
        fired.refused += 1
        return
    fired.count += 1
    fired.late += int(now - row["fires_at"] > LATE)
    fired.last_at = row["fires_at"]


def command_of(row: Mapping[str, Any]) -> Command[Any]:
    """The command a clock puts, its input read back from plain values."""
    kind = COMMANDS[row["act"]]
    given = row["arguments"]
    values = {
        s.name: msgspec.convert(given[s.name], s.type, strict=False)
        for s in kind.specs
        if s.name in given
    }
    return kind(**values)


def _one(conn: Connection[dict[str, Any]], query: str, *params: Any) -> dict[str, Any]:
    row = conn.execute(query.encode(), params).fetchone()
    assert row is not None, "the query answers one row"
    return row


class ClockWorker:
    """A thread that fires what is due every second, and at once when woken.

    A crash loses nothing: clocks are rows.
    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._conn: Connection[dict[str, Any]] | None = None

    def start(self) -> None:
        """Begins to fire."""
        self._thread = threading.Thread(target=self._run, name="clock", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Looks now."""
        self._wake.set()

    def stop(self) -> None:
        """Ends after the clock that is being fired."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        if self._conn is not None:
            self._conn.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._once()
            self._wake.wait(EVERY_S)
            self._wake.clear()

    def _once(self) -> None:
        try:
            if self._conn is None or self._conn.closed:
                self._conn = psycopg.connect(self._platform.ways.writer_dsn, **_OPTIONS)
            fired = _fire(self._platform, self._conn, self._platform.casebook.now())
            if fired.count:
                logger.info("fired %d clocks, %d of them late", fired.count, fired.late)
        except Exception:  # the next second tries again: a clock is a row until it is fired
            logger.exception("the clocks could not be fired")
            if self._conn is not None:
                self._conn.close()
                self._conn = None
