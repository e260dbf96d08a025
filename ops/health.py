"""状况 · How the platform stands: what each process tells at ``/readyz``, also while the database hangs.

A thread looks every second over a connection of its own whose every wait ends; the answer is what it last saw, and how
long ago. So health is told also while all pools and threads are caught in a fault. On a machine that is busy the thread
may have no turn for seconds: that it saw nothing lately says nothing of the database. Only looks that failed do.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from time import monotonic
from typing import Any

import psycopg
from psycopg.rows import dict_row

from eventlog.connections import BoundedConnection, Timeouts, bounded, server_limits
from ops.clock_worker import STANDS

logger = logging.getLogger("yidang.health")

LOOK_S = 1.0
LOOK_AGAIN_S = 0.25
"""While the database does not answer: so that service begins again soon after it does."""
END_S = 10.0
"""How long a stop waits for the thread: whatever hangs, the process ends, and nothing recorded is lost."""
FRESH_S = 3.0
"""Looks that have failed for this long, and never once succeeded, say that the database does not answer."""
FAILURES = 2
"""So many looks in a row must have failed: one may have been late by itself."""
BLIND_S = 30.0
"""A process whose thread has seen nothing for this long, for whatever reason, does not call itself ready."""
LIMITS = Timeouts(connect_s=1, statement_s=1.0, lock_s=0.5)
_ANSWERED = (psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable)
"""The database itself ended a look that took too long: it is slow, and it answers."""

_HEAD = "select coalesce(max(notification_id), 0) as head from es.event"
_LAG = (
    "select greatest(%(head)s - coalesce(b.position, 0), 0) as events, coalesce((select extract(epoch from "
    "clock_timestamp() - e.recorded_at) from es.event e where e.notification_id > coalesce(b.position, 0) "
    "order by e.notification_id limit 1), 0)::float as seconds "
    "from (select %(name)s::text as projection) p left join bookmark b using (projection)"
)
_WRITABLE = "select current_setting('transaction_read_only')::bool is false as writable"
_ROOM = "select es.room()"
_PARKED = "select count(*) as n from parked"
_CONNECTIONS = (
    "select count(*) as open, current_setting('max_connections')::int as most from pg_stat_activity "
    "where datid is not null"
)
DUE_MAX = 1_000
"""So many due clocks are counted: after a long silence there are as many as there are children, and a look every second
would be over all of them."""
_CLOCKS = (
    "select count(*) as due, extract(epoch from %(now)s - min(rings_from))::float as late from ("  # noqa: S608 - a literal of this package
    "select k.rings_from from clock k where k.rings_from <= %(now)s and "
    + STANDS
    + " order by k.rings_from limit %(most)s) due"
)


class Why(StrEnum):
    """Why a process is not ready."""

    STARTING = "STARTING"
    """It has not looked yet."""
    STOPPING = "STOPPING"
    DATABASE_SILENT = "DATABASE_SILENT"
    """No answer for a while."""
    READ_ONLY = "READ_ONLY"
    """It stands by, or was set so."""
    DISK_FULL = "DISK_FULL"
    """What is new finds no room. Reads go on for as long as their journal finds some."""


@dataclass(frozen=True)
class Lag:
    """How far a later projection is behind the log: events, and seconds since the first of them."""

    events: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What one look found. ``clocks_due``: as far as ``DUE_MAX``; ``clocks_late_s``: how long the longest overdue clock
    has waited since it could ring, in seconds. ``refuses``: why the database takes nothing new, if it does not.
    ``connections``: to the whole server, and how many it takes."""

    head: int
    refuses: Why | None
    lags: dict[str, Lag]
    parked: int
    clocks_due: int
    clocks_late_s: float
    connections: int
    connections_most: int

    def shown(self) -> dict[str, Any]:
        """As JSON tells it; figures only."""
        return {
            "head": self.head,
            "writable": self.refuses is None,
            "lag": {
                name: {"events": lag.events, "seconds": round(lag.seconds, 1)}
                for name, lag in self.lags.items()
            },
            "parked": self.parked,
            "clocks": {"due": self.clocks_due, "lateSeconds": round(self.clocks_late_s, 1)},
            "connections": {"open": self.connections, "most": self.connections_most},
        }


def look(conn: psycopg.Connection[Any], now: datetime, later: Sequence[str]) -> Standing:
    """One look. Raises psycopg.Error."""
    head = int(_one(conn, _HEAD)["head"])
    lags = {}
    for name in later:
        row = _one(conn, _LAG, head=head, name=name)
        lags[name] = Lag(row["events"], row["seconds"] if row["events"] else 0.0)
    clocks = _one(conn, _CLOCKS, now=now, most=DUE_MAX)
    connections = _one(conn, _CONNECTIONS)
    return Standing(
        head=head,
        refuses=_refuses(conn),
        lags=lags,
        parked=int(_one(conn, _PARKED)["n"]),
        clocks_due=clocks["due"],
        clocks_late_s=max(0.0, clocks["late"] or 0.0),
        connections=connections["open"],
        connections_most=connections["most"],
    )


def _refuses(conn: psycopg.Connection[Any]) -> Why | None:
    """Why it takes nothing new; None if it does. A full disk is known by writing."""
    if not _one(conn, _WRITABLE)["writable"]:
        return Why.READ_ONLY
    try:
        conn.execute(_ROOM)
    except psycopg.errors.DiskFull:
        return Why.DISK_FULL
    return None


def _one(conn: psycopg.Connection[Any], query: str, **params: Any) -> dict[str, Any]:
    row: dict[str, Any] | None = conn.execute(query.encode(), params).fetchone()
    assert row is not None, "the query answers one row"
    return row


@dataclass
class Health:
    """The thread, and what it last saw."""

    writer_dsn: str = field(repr=False)
    later: Sequence[str]
    now: Callable[[], datetime]
    _seen: Standing | None = None
    _seen_at: float = field(default_factory=monotonic)
    _failed: int = 0
    """Looks that failed since the last that did not."""
    _stopped: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begins to look."""
        self._thread = threading.Thread(target=self._run, name="health", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends; from now on not ready."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(END_S)

    @property
    def database_answers(self) -> bool:
        """False once looks have failed for a while; until one succeeds, nothing is worth waiting for."""
        return self._failed < FAILURES or monotonic() - self._seen_at < FRESH_S

    def told(self) -> tuple[bool, dict[str, Any]]:
        """Whether this process can serve, or why not, and what it knows; at once, whatever hangs."""
        age = monotonic() - self._seen_at
        why = self._why(age)
        told: dict[str, Any] = {"ready": why is None, "seenSecondsAgo": round(age, 1)}
        if why is not None:
            told["reason"] = why.value
        return why is None, told | (self._seen.shown() if self._seen else {})

    def _why(self, age: float) -> Why | None:
        if self._stopped.is_set():
            return Why.STOPPING
        if not self.database_answers or age >= BLIND_S:
            return Why.DATABASE_SILENT
        return Why.STARTING if self._seen is None else self._seen.refuses

    def _run(self) -> None:
        conn: BoundedConnection | None = None
        while not self._stopped.is_set():
            try:
                conn = conn or self._open()
                self._seen = look(conn, self.now(), self.later)
                self._seen_at, self._failed = monotonic(), 0
                if self._seen.refuses is Why.READ_ONLY:  # a session that began so stays so
                    conn.close()
                    conn = None
                self._stopped.wait(LOOK_S)
            except _ANSWERED as error:
                self._failed = 0
                logger.warning("a look took too long: %s", type(error).__name__)
                self._stopped.wait(LOOK_AGAIN_S)
            except psycopg.Error as error:
                self._failed += 1
                logger.warning("the database does not answer: %s", type(error).__name__)
                if conn is not None:
                    conn.close()
                    conn = None
                self._stopped.wait(LOOK_AGAIN_S)
        if conn is not None:
            conn.close()

    def _open(self) -> BoundedConnection:
        return bounded(LIMITS).connect(
            self.writer_dsn,
            autocommit=True,
            row_factory=dict_row,
            connect_timeout=LIMITS.connect_s,
            options=f"-c search_path=read,pg_catalog {server_limits(LIMITS)}",
            application_name="yidang health",
        )
