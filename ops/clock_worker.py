"""时钟执行 · Fires the clocks: whatever the system must do by itself, at its time, once, by any one process.

A clock fires as a command whose id follows from the clock and its moment. The log keeps command ids
for ever, so a crash, a second worker or a retelling makes nothing happen twice. An advisory lock lets
one worker of any number fire at a time; what is due is decided by the platform's own clock, never the
database's. A worker that hangs loses its session, and with it the lock.

A clock that still stands after it rang had no effect. It is noted so, with the reason, and not looked at again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.rows import dict_row

from domain.kernel import BACKDATED, COMMANDS, Command, Refused
from domain.periods import local_date
from domain.typed import typed
from eventlog.casebook import Absent, CommandReused, Request
from eventlog.connections import BY_KEY, Timeouts
from eventlog.errors import OUT_OF_REACH
from eventlog.locks import AdvisoryLock
from ops.daily import look_through
from ops.platform import Platform
from projections.clock_table import DATED
from projections.clocks import firing

logger = logging.getLogger("yidang.clock")

PAGE = 200
PASSES_MAX = 50
"""A clock that sets itself due again more often than this is a fault of the rules; the next second goes on."""
LATE = timedelta(minutes=1)
"""A clock that fires later than this after it could have is told as late."""
EVERY_S = 1.0
END_S = 10.0
"""How long a stop waits for the thread: whatever hangs, the process ends, and nothing recorded is lost."""
HUNG_S = 20
"""Longer than any one command may take; who says nothing for so long no longer fires."""

STANDS: LiteralString = (
    "not exists (select from parked p where p.stream_id = k.stream_id "
    "and p.projection = 'clock ' || k.act) and not exists (select from es.clock_rung g "
    "where g.clock_id = k.clock_id and g.fires_at = k.fires_at)"
)
"""Of a clock ``k``: neither set aside nor rung in vain."""
_DUE: LiteralString = (
    "select clock_id, fires_at, rings_from, act, stream_id, arguments from clock k where fires_at <= %(now)s "  # noqa: S608 - a literal of this package
    "and (fires_at, clock_id) > (%(after)s, %(last)s) and " + STANDS + " "
    "order by fires_at, clock_id limit %(page)s"
)
_RUNG = (
    "insert into es.clock_rung (clock_id, fires_at, act, reason, rung_at) select k.clock_id, k.fires_at, "
    "k.act, %(reason)s, %(now)s from clock k where k.clock_id = %(clock_id)s "
    "and k.fires_at = %(fires_at)s on conflict do nothing"
)
_PARK = (
    "insert into parked (projection, stream_id, stream, from_position, event_name, error, parked_at) "
    "values (%(projection)s, %(stream_id)s, %(stream)s, 0, %(act)s, %(error)s, %(now)s) "
    "on conflict do nothing"
)
_STANDS_STILL: LiteralString = (
    "select exists (select from clock k where k.clock_id = %s and k.fires_at = %s and "  # noqa: S608 - a literal of this package
    + STANDS
    + ") as here"
)
FAULTS = (LookupError, TypeError, ValueError, AssertionError, AttributeError, CommandReused)
_LONG_AGO = datetime.fromisoformat("0001-01-02T00:00:00+00:00")


@dataclass
class Fired:
    """What was done: how many commands, how many of them late, how many refused, how many without effect.

    ``busy``: another worker was at it.
    """

    count: int = 0
    late: int = 0
    refused: int = 0
    idle: int = 0
    busy: bool = False
    last_at: datetime | None = field(default=None)


def fire_due(platform: Platform, now: datetime) -> Fired:
    """Fires every clock that is due at ``now``, in the order of their times, until nothing more is due."""
    with psycopg.connect(platform.ways.writer_dsn, **_OPTIONS) as conn:
        return _fire(platform, conn, now)


_OPTIONS: dict[str, Any] = {
    "autocommit": True,
    "row_factory": dict_row,
    "connect_timeout": Timeouts().connect_s,
    "options": f"-c search_path=read,pg_catalog -c statement_timeout=10s "
    f"-c idle_session_timeout={HUNG_S}s {BY_KEY}",
    "application_name": "yidang clock",
}


def _fire(
    platform: Platform,
    conn: Connection[dict[str, Any]],
    now: datetime,
    stopping: Callable[[], bool] = lambda: False,
) -> Fired:
    fired = Fired()
    if not _one(conn, "select pg_try_advisory_lock(%s) as got", AdvisoryLock.CLOCKS)["got"]:
        fired.busy = True
        return fired
    try:
        _look_through(platform, now)
        for _ in range(PASSES_MAX):
            if not _pass(platform, conn, now, fired, stopping):
                break
    finally:
        with suppress(psycopg.Error):  # a lost session has given its lock back
            conn.execute("select pg_advisory_unlock(%s)", (AdvisoryLock.CLOCKS,))
    return fired


def _look_through(platform: Platform, now: datetime) -> None:
    """The first time on a day; a fault of it keeps no clock from ringing."""
    if platform.looked_through_on == local_date(now):
        return
    try:
        look_through(platform.casebook, now)
        platform.lookup.drop_overtaken()
    except (Refused, Absent, *FAULTS):
        logger.exception("the daily look could not be made")
    platform.looked_through_on = local_date(now)


def _pass(
    platform: Platform,
    conn: Connection[dict[str, Any]],
    now: datetime,
    fired: Fired,
    stopping: Callable[[], bool],
) -> bool:
    """Once over all that is due; whether something was fired, so that new clocks may have come due."""
    before, after, last = fired.count, _LONG_AGO, UUID(int=0)
    while True:
        rows = conn.execute(
            _DUE, {"now": now, "after": after, "last": last, "page": PAGE}
        ).fetchall()
        known = _fired_before(conn, rows)
        for row in rows:
            if stopping():
                return False
            if firing(row["clock_id"], row["fires_at"]) in known:
                _note_idle(conn, row, now, "answered before", fired)
            elif _still(conn, row) and _ring(platform, conn, row, now, fired):
                _note_idle(conn, row, now, "no event followed", fired)
        if len(rows) < PAGE:
            return fired.count > before
        after, last = rows[-1]["fires_at"], rows[-1]["clock_id"]


def _note_idle(
    conn: Connection[dict[str, Any]],
    row: Mapping[str, Any],
    now: datetime,
    reason: str,
    fired: Fired,
) -> None:
    """Notes that this moment of the clock had no effect, if the clock still stands at it and is not set aside."""
    if not _one(conn, _STANDS_STILL, row["clock_id"], row["fires_at"])["here"]:
        return
    noted = {"clock_id": row["clock_id"], "fires_at": row["fires_at"], "now": now, "reason": reason}
    conn.execute(_RUNG.encode(), noted)
    logger.warning("the clock of %s had no effect: %s", row["act"], reason)
    fired.idle += 1


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
) -> bool:
    """One command; whether it was recorded. What cannot be put is set aside for this stream, visibly; the rest goes on.

    A database out of reach raises: it is no fault of the clock's. While the platform's own clock stands before what the
    stream has recorded (it was set back), this one waits: it rings when that time has come again.
    """
    try:
        platform.casebook.perform(
            Request(
                command=command_of(row),
                command_id=firing(row["clock_id"], row["fires_at"]),
                stream_id=row["stream_id"],
                **_dated(row, now),
            )
        )
    except (Refused, Absent) as refusal:
        if isinstance(refusal, Refused) and refusal.code == BACKDATED.code:
            logger.warning("the clock of %s waits: time was set back", row["act"])
            return False
        _park(conn, row, now, refusal.code if isinstance(refusal, Refused) else "absent")
        fired.refused += 1
    except FAULTS as fault:  # of the rules or of this code: another clock may still ring
        _park(conn, row, now, type(fault).__name__)
        fired.refused += 1
    else:
        fired.count += 1
        fired.late += int(now - row["rings_from"] > LATE)
        fired.last_at = row["fires_at"]
        return True
    return False


def _park(
    conn: Connection[dict[str, Any]], row: Mapping[str, Any], now: datetime, error: str
) -> None:
    logger.warning("the clock of %s was refused: %s", row["act"], error)
    told = {
        "projection": f"clock {row['act']}",
        "stream_id": row["stream_id"],
        "stream": row["act"].partition(".")[0],
        "act": row["act"],
        "error": error,
        "now": now,
    }
    conn.execute(_PARK, told)


def _dated(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What belongs to a day happens on it, however late the clock rings: a year opens on its first of January."""
    if row["act"] not in DATED or now - row["fires_at"] <= LATE:
        return {}
    return {"occurred_at": row["fires_at"], "late_because": "时钟迟响 · the clock rang late"}


def command_of(row: Mapping[str, Any]) -> Command[Any]:
    """The command a clock puts, its input read back from plain values."""
    kind = COMMANDS[row["act"]]
    given = row["arguments"]
    values = {s.name: typed(given[s.name], s.type) for s in kind.specs if s.name in given}
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
            self._thread.join(END_S)
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
            now = self._platform.casebook.now()
            fired = _fire(self._platform, self._conn, now, self._stopping.is_set)
            if fired.count:
                logger.info("fired %d clocks, %d of them late", fired.count, fired.late)
        except (
            Exception
        ) as error:  # a clock is a row until it is fired: the next second tries again
            if isinstance(error, (psycopg.Error, *OUT_OF_REACH)):
                logger.warning("the clocks wait for the database: %s", type(error).__name__)
            else:
                logger.exception("the clocks could not be fired")
            if self._conn is not None:
                self._conn.close()
                self._conn = None
