"""Connections that never wait for ever: limits on the server's and the client's side of a statement.

The server's limits (statement, lock, idle in transaction) end what runs too long. A server that is
frozen keeps no limits, so the client counts too: past its own limit it drops the connection, and
what was in flight is then looked up on a new one.

And no session outlives its time: one that began while a database or a role was set read-only stays so when that is
over. Whoever is refused for it ends it, and the next one is as the database is by then.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg import waiting
from psycopg.errors import _WaitTimeout

if TYPE_CHECKING:
    from psycopg.abc import PQGen

RV = TypeVar("RV")
INTERRUPT_S = 0.1  # how often a waiting statement looks for Ctrl-C, psycopg's own default
SHUTDOWN_STATES = frozenset(
    {"57P01", "57P02", "57P03"}
)  # admin_, crash_shutdown, cannot_connect_now


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Limits in seconds. ``answer_s`` is how long an append may wait for its turn."""

    connect_s: int = 2
    statement_s: float = 2.0
    lock_s: float = 1.5
    answer_s: float = 5.0


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Limits in seconds of a read for somebody who waits. ``place_s``: until a connection of the pool is free."""

    connect_s: int = 2
    place_s: float = 2.0
    statement_s: float = 3.0
    lock_s: float = 2.0

    @property
    def options(self) -> str:
        """The libpq ``options`` that set the server's side of them."""
        return f"-c statement_timeout={self.statement_s * 1000:.0f} -c lock_timeout={self.lock_s * 1000:.0f}"


class BoundedConnection(psycopg.Connection[Any]):
    """A connection whose every wait ends: at ``deadline`` (monotonic), else after ``bound_s``."""

    bound_s: float = 5.0
    deadline: float | None = None

    def wait(
        self, gen: PQGen[RV], interval: float = INTERRUPT_S, timeout: float | None = None
    ) -> RV:
        """As psycopg's, but without a limit of its own a wait gets one, and past it ends the connection."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        left = self.bound_s if self.deadline is None else max(0.0, self.deadline - monotonic())
        try:
            return super().wait(gen, interval, left)
        except _WaitTimeout:
            self.pgconn.finish()
            raise psycopg.OperationalError(f"no answer within {left:.1f} s") from None
        except psycopg.errors.ReadOnlySqlTransaction:
            self.pgconn.finish()
            raise


class AsyncBoundedConnection(psycopg.AsyncConnection[Any]):
    """As ``BoundedConnection``, for the event loop. Whoever is cancelled in the middle of a statement drops the
    connection at once: psycopg's own way, to ask a frozen server to cancel, would hold the caller for seconds.
    """

    bound_s: float

    async def wait(
        self,
        gen: PQGen[RV],
        interval: float = INTERRUPT_S,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's own signature
    ) -> RV:
        """Past the limit, and when cancelled, the connection ends. Raises psycopg.OperationalError."""
        limit = self.bound_s if timeout is None else timeout
        try:
            return await waiting.wait_async(gen, self.pgconn.socket, interval, limit)
        except _WaitTimeout:
            if timeout is not None:
                raise
            self.pgconn.finish()
            raise psycopg.OperationalError(f"no answer within {limit:.1f} s") from None
        except (asyncio.CancelledError, psycopg.errors.ReadOnlySqlTransaction):
            self.pgconn.finish()
            raise


def bounded(timeouts: Timeouts) -> type[BoundedConnection]:
    """The connection class for a pool: each statement bounded a little above the server's own limit."""
    return type("BoundedConnection", (BoundedConnection,), {"bound_s": timeouts.statement_s + 1.0})


def async_bounded(limits: ReadLimits) -> type[AsyncBoundedConnection]:
    """The same for a pool of the event loop: a server that is frozen ends no statement."""
    return type(
        "AsyncBoundedConnection", (AsyncBoundedConnection,), {"bound_s": limits.statement_s}
    )


RECONNECT_S = 2.0
"""How long a pool tries to get a lost connection back before it waits to be asked again. The library backs off from
one try to the next, so that after a long fault it would come back late."""


BY_KEY = "-c enable_seqscan=off -c random_page_cost=1.1"
"""Whoever asks at work asks by key, of tables that grow. A plan is kept with its connection; one made while a table was
small reads all of it: at a new installation each report cost the server more than the one before. And a page is read
along the index that has its order: by the usual cost of a page apart, all that somebody has was fetched and sorted for
the first forty. Not for those who count and sum: they may well be better served by reading everything."""


def server_limits(timeouts: Timeouts) -> str:
    """The libpq ``options`` that set the server's side of the limits, milliseconds, and that it goes by keys."""
    limits = {
        "statement_timeout": timeouts.statement_s,
        "lock_timeout": timeouts.lock_s,
        # A client that vanished must not hold the append lock.
        "idle_in_transaction_session_timeout": timeouts.answer_s,
    }
    settings = [f"-c {name}={int(seconds * 1000)}" for name, seconds in limits.items()]
    return " ".join([*settings, "-c timezone=UTC", BY_KEY])


def connect(dsn: str, timeouts: Timeouts | None = None) -> BoundedConnection:
    """An autocommit connection within the limits. Raises psycopg.OperationalError when there is no server."""
    timeouts = timeouts or Timeouts()
    return bounded(timeouts).connect(
        dsn,
        autocommit=True,
        connect_timeout=timeouts.connect_s,
        options=server_limits(timeouts),
        application_name="yidang",
    )


def is_lost(conn: psycopg.Connection[Any], error: BaseException) -> bool:
    """Whether the connection is gone, so that it is not known what the server did."""
    return conn.closed or conn.broken or getattr(error, "sqlstate", None) in SHUTDOWN_STATES
