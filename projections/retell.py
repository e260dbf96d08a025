"""重述 · Retell: build every read model anew beside the live ones, from the log alone, and swap (law 9).

The whole set is retold together, because a read model may look things up in another and log order is what makes that
repeatable. Readers and writers go on meanwhile; only the last few events are told under the append lock, just before
the swap. Progress says how far, how fast, and how long yet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

import psycopg
from psycopg import Connection

from eventlog.entries import Write
from eventlog.recorded import Recorded
from eventlog.transient import is_transient
from projections import tables
from projections.inline import Inline
from projections.kernel import Projection

PAGE = 1_000
PREPARED_MAX = 1_000
"""Statements kept prepared: there are a few hundred, and planning one costs more than running it."""
Page = Callable[[int, int], Sequence[Recorded]]
"""``(after, limit)`` → the next events of the log, in order."""


@dataclass(frozen=True)
class Told:
    """What a retelling did: events, seconds, and the streams that had to be parked."""

    events: int
    seconds: float
    parked: int


def retell(
    owner_dsn: str,
    projections: Sequence[Projection],
    page: Page,
    *,
    lock_log: str,
    later: Sequence[Projection] = (),
    report: Callable[[str], None] = lambda _: None,
) -> Told:
    """Retells into ``read_next`` and swaps it in. ``lock_log`` is the statement that holds the log still.

    The ``later`` projections are told along, and go on from there.
    """
    began = monotonic()
    with psycopg.connect(owner_dsn, autocommit=True) as conn:
        conn.prepared_max = PREPARED_MAX
        with conn.transaction():
            conn.execute("set local role yidang_owner")
            tables.create(conn, tables.NEXT)
        inline = Inline((*projections, *later))
        position, events = 0, 0
        while batch := _whole(page(position, PAGE)):
            _write(conn, inline, batch)
            position, events = batch[-1].position, events + len(batch)
            report(_progress(events, position, monotonic() - began))
        with conn.transaction():
            conn.execute(lock_log.encode())
            while batch := _whole(page(position, PAGE)):
                _write(conn, inline, batch)
                position, events = batch[-1].position, events + len(batch)
            conn.execute("update read_next.told set position = %s", (position,))
            for projection in later:
                conn.execute(
                    "insert into read_next.bookmark (projection, position) values (%s, %s)",
                    (projection.name, position),
                )
            conn.execute("set local role yidang_owner")
            tables.swap(conn)
    return Told(events, monotonic() - began, len(inline.parked))


def _whole(page: Sequence[Recorded]) -> Sequence[Recorded]:
    """The page without an append that it may cut in two: an append is told as a whole, as it was when it was live."""
    if len(page) < PAGE:
        return page
    cut = page[-1].stamp.correlation_id
    return [r for r in page if r.stamp.correlation_id != cut] or page


def _write(conn: Connection, inline: Inline, batch: Sequence[Recorded]) -> None:
    """Tells a batch; if the database refuses a write, tells it event by event to find which to park."""
    try:
        with conn.transaction():
            _execute(conn, inline(batch))
    except psycopg.Error as error:
        if is_transient(error):
            raise  # out of disk, time or reach: no event's fault, the live read models stay as they are
        for recorded in batch:
            _write_one(conn, inline, recorded)


def _write_one(conn: Connection, inline: Inline, recorded: Recorded) -> None:
    for suspects in inline.ways_out():
        try:
            with conn.transaction():
                _execute(conn, inline.without(suspects, [recorded]))
        except psycopg.Error as error:
            if is_transient(error):
                raise
            inline.acquit(suspects, [recorded.stream_id])
        else:
            return


def _execute(conn: Connection, writes: Sequence[Write]) -> None:
    with conn.transaction(), conn.pipeline(), conn.cursor() as cursor:
        cursor.execute("set local role yidang_writer")
        cursor.execute("set local search_path = read_next, pg_catalog")
        for write in writes:
            cursor.execute(write.sql, write.params, prepare=True)


def _progress(events: int, position: int, seconds: float) -> str:
    rate = events / seconds if seconds else 0.0
    return f"已重述 retold {events} events · position {position} · {rate:,.0f}/s"
