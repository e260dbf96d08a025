"""Read the log in position order, page by page or live.

Position order is commit order (``es.append`` holds its lock to the end of the transaction), so one
number is a whole bookmark: nothing can appear later below a position that was read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from time import monotonic
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import args_row
from psycopg_pool import ConnectionPool

from eventlog.connections import Timeouts, bounded, connect, server_limits
from eventlog.errors import LogUnavailable

PAGE_MAX = 500
POLL_S = 1.0  # a notice may be lost with its connection: look by oneself at least this often
STOP_S = 0.2  # how long a stopped follower may stay in its wait
RETRY_S = (0.1, 1.0)  # between tries to reach a database that is away: first, and at most

PAGE = """
    SELECT notification_id, stream, originator_id, originator_version, topic, state, recorded_at,
           prev_hash, hash
    FROM es.event
    WHERE notification_id > %(after)s AND (%(streams)s::text[] IS NULL OR stream = ANY (%(streams)s))
    ORDER BY notification_id LIMIT %(limit)s
"""
STREAM = """
    SELECT notification_id, stream, originator_id, originator_version, topic, state, recorded_at,
           prev_hash, hash
    FROM es.event
    WHERE originator_id = %(id)s AND originator_version > %(after)s ORDER BY originator_version
"""
HEAD = "SELECT coalesce(max(notification_id), 0) FROM es.event"


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One event as it stands in the log: ``state`` is the hashed bytes, personal values still sealed.

    ``id``, ``originator_id`` and ``originator_version`` are the library's words, so that a mapper
    takes it like one of the library's notifications.
    """

    position: int
    stream: str
    stream_id: UUID
    version: int
    topic: str
    state: bytes
    recorded_at: datetime
    prev_hash: bytes
    hash: bytes

    @property
    def id(self) -> int:
        """The position."""
        return self.position

    @property
    def originator_id(self) -> UUID:
        """The stream."""
        return self.stream_id

    @property
    def originator_version(self) -> int:
        """The version."""
        return self.version


class LogReader:
    """Reads as the role of ``dsn`` (the writer: the API's reader has no access to the log)."""

    def __init__(self, dsn: str, *, timeouts: Timeouts | None = None, pool_max: int = 4) -> None:
        """Connects at first use."""
        self._dsn = dsn
        self._timeouts = timeouts or Timeouts()
        self._pool: ConnectionPool[psycopg.Connection[Any]] = ConnectionPool(
            dsn,
            connection_class=bounded(self._timeouts),
            kwargs={
                "autocommit": True,
                "connect_timeout": self._timeouts.connect_s,
                "options": server_limits(self._timeouts),
                "application_name": "yidang read log",
            },
            min_size=0,
            max_size=pool_max,
            timeout=self._timeouts.answer_s,
            open=False,
            check=ConnectionPool.check_connection,
        )

    def close(self) -> None:
        """Close the pool; followers end by their own ``stop``."""
        self._pool.close()

    def page(
        self, after: int, limit: int = PAGE_MAX, streams: Collection[str] | None = None
    ) -> list[LoggedEvent]:
        """At most ``limit`` events after a position, in order, of these kinds of stream or of all."""
        kinds = None if streams is None else list(streams)
        return self._events(PAGE, {"after": after, "streams": kinds, "limit": limit})

    def stream(self, stream_id: UUID, after_version: int = 0) -> list[LoggedEvent]:
        """The events of one stream after a version, in order."""
        return self._events(STREAM, {"id": stream_id, "after": after_version})

    def head(self) -> int:
        """The position of the last event; 0 of an empty log."""
        with self._connection() as conn:
            row = conn.execute(HEAD).fetchone()
        return int(row[0]) if row else 0

    def follow(
        self,
        after: int,
        stop: Event,
        *,
        limit: int = PAGE_MAX,
        streams: Collection[str] | None = None,
    ) -> Iterator[Sequence[LoggedEvent]]:
        """Pages as they come, never empty, until ``stop`` is set; none is skipped, none comes twice.

        Outlives the database: while it is away the follower keeps its position and tries again.
        """
        position, pause = after, RETRY_S[0]
        while not stop.is_set():
            try:
                with connect(self._dsn, self._timeouts) as conn:
                    conn.execute("LISTEN es_event")
                    while not stop.is_set():
                        page, position = self._next(position, limit, streams)
                        pause = RETRY_S[0]
                        if page:
                            yield page
                        if len(page) < limit:
                            _await_notice(conn, stop)
            except (psycopg.OperationalError, LogUnavailable):
                stop.wait(pause)
                pause = min(pause * 2, RETRY_S[1])

    def _next(
        self, position: int, limit: int, streams: Collection[str] | None
    ) -> tuple[list[LoggedEvent], int]:
        """The next page and the position after it."""
        # Asked before the page: up to here an incomplete page has passed over all other kinds.
        head = self.head()
        page = self.page(position, limit, streams)
        last = page[-1].position if page else position
        return page, last if len(page) == limit else max(head, last)

    def _events(self, query: LiteralString, params: dict[str, Any]) -> list[LoggedEvent]:
        with self._connection() as conn, conn.cursor(row_factory=args_row(LoggedEvent)) as cursor:
            return cursor.execute(query, params, binary=True).fetchall()

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[Any]]:
        """A pooled connection. Raises LogUnavailable when there is none, or it is lost."""
        try:
            self._pool.open()
            with self._pool.connection() as conn:
                yield conn
        except psycopg.OperationalError as error:
            raise LogUnavailable("not_written", str(error)) from error


def _await_notice(conn: psycopg.Connection[Any], stop: Event) -> None:
    """Until something was appended, ``stop`` is set, or it is time to look anyway."""
    end = monotonic() + POLL_S
    while not stop.is_set() and monotonic() < end:
        for _ in conn.notifies(timeout=STOP_S, stop_after=1):
            return
