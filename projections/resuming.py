"""接续 · Where an unfinished retelling stands, and whether the next may go on from there.

``read_next.telling`` moves in the transaction of the rows themselves, so it never says more or less than what stands in
the tables. All projections are told together in log order, so one position is that of each of them. It is gone with the
swap. One retelling at a time: a session's advisory lock says who, and ends with the session, however that ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import psycopg

import data
import domain
import eventlog
from eventlog.grammar import digest_of
from eventlog.locks import AdvisoryLock
from projections import tables
from projections.kernel import Projection

PATIENCE_S: Final = 10.0
"""The session of a process that was killed lives on until the server has noticed."""
_CREATE: Final = """
    create table read_next.telling (
        one boolean primary key default true check (one),
        grammar text not null,
        position bigint not null default 0,
        events bigint not null default 0,
        began_at timestamptz not null default clock_timestamp()
    );
    grant select, update on read_next.telling to yidang_writer;
    alter table read_next.telling enable row level security;
    alter table read_next.telling force row level security;
    create policy kept on read_next.telling to yidang_owner, yidang_writer using (true) with check (true)
"""
_MOVED: Final = "update telling set position = %s, events = %s"
_TELL_WITH: Final = (data, domain, eventlog, tables)
"""One module of each package that has a say in what a row is: all files beside it are looked at."""


class UnderWay(Exception):
    """Another process retells just now."""

    def __init__(self) -> None:
        super().__init__("另一重述正在进行 · another retelling is under way")


@dataclass(frozen=True)
class Standing:
    """How far an unfinished retelling came: the log position, and how many events that were."""

    position: int = 0
    events: int = 0
    parked: frozenset[tuple[str, UUID]] = frozenset()
    """The streams it had to set aside, by projection."""


@contextmanager
def alone(conn: psycopg.Connection, patience_s: float = PATIENCE_S) -> Iterator[None]:
    """As the only one who retells, for as long as ``conn`` (in autocommit) lives. Raises ``UnderWay``."""
    free = conn.execute(
        "select pg_try_advisory_lock(%s)", (AdvisoryLock.RETELLING,)
    ).fetchone() == (True,)
    if not free and not (patience_s and _waited(conn, patience_s)):
        raise UnderWay
    try:
        yield
    finally:
        if not conn.broken:
            conn.execute("select pg_advisory_unlock(%s)", (AdvisoryLock.RETELLING,))


def _waited(conn: psycopg.Connection, patience_s: float) -> bool:
    """Whether the other ended in time."""
    conn.execute("select set_config('lock_timeout', %s, false)", (f"{patience_s * 1_000:.0f}ms",))
    try:
        conn.execute("select pg_advisory_lock(%s)", (AdvisoryLock.RETELLING,))
    except psycopg.errors.LockNotAvailable:
        return False
    finally:
        conn.execute("reset lock_timeout")
    return True


def grammar(projections: Sequence[Projection]) -> str:
    """Changes with whatever has a say in what is told: the projections and their order, the tables, the code, the
    rule packs and divisions. Half a telling by one grammar and half by another would be neither."""
    found = hashlib.sha256(tables.fingerprint().encode())
    for projection in projections:
        found.update(projection.name.encode() + b"\0")
    found.update(digest_of(*_TELL_WITH).encode())
    return found.hexdigest()


def unfinished(conn: psycopg.Connection) -> tuple[str, Standing] | None:
    """The grammar and the standing of a retelling that was cut short, if there is one."""
    if conn.execute("select to_regclass('read_next.telling')").fetchone() in {None, (None,)}:
        return None
    row = conn.execute("select grammar, position, events from read_next.telling").fetchone()
    if row is None:
        return None
    parked = conn.execute("select projection, stream_id from read_next.parked").fetchall()
    return row[0], Standing(row[1], row[2], frozenset((name, i) for name, i in parked))


def begin(conn: psycopg.Connection, grammar: str) -> None:
    """Empty tables, in which nothing has been told yet. What was there before is dropped."""
    with conn.transaction():
        conn.execute("set local role yidang_owner")
        tables.create(conn, tables.NEXT)
        conn.execute(_CREATE.encode())
        conn.execute("insert into read_next.telling (grammar) values (%s)", (grammar,))


def moved(conn: psycopg.Connection, position: int, events: int) -> None:
    """Keeps how far the rows of this very transaction go; with the writer's rights, in the schema being told."""
    conn.execute(_MOVED, (position, events))


def end(conn: psycopg.Connection) -> None:
    """Nothing is left to resume; in the transaction of the swap, with the owner's rights."""
    conn.execute("drop table read_next.telling")


def drop_overtaken(conn: psycopg.Connection[Any]) -> None:
    """Drops an unfinished retelling that may say what was erased since it began; not one that somebody is at."""
    conn.execute("select es.drop_overtaken_retelling()")
