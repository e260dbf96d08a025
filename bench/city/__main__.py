"""A city's log, deterministically: ``python -m bench.city DSN CHILDREN``.

DSN is a server's administrator. Makes database ``bench_city`` anew: the demo's world by real commands, then copies of
it over every township until CHILDREN children are on file, some twelve events a child; then tells every read model from
that log. Prints what came to be and how fast.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from time import monotonic

import psycopg
from psycopg.conninfo import make_conninfo

from bench.city.copies import Copies, Row, townships
from bench.city.world import Clock, patterns, play
from eventlog.keyring import Keyring
from ops.platform import Platform, Ways, compose, prepare, retell_all
from ops.secrets_file import Secrets

DATABASE = "bench_city"
SECRETS = Secrets(
    master_key=b"m" * 32,
    scope_key=b"s" * 32,
    token_key=b"t" * 32,
    writer_password="writer-of-the-bench",
    reader_password="reader-of-the-bench",
)
"""Of synthetic data on a server of its own."""
COPY = (
    "copy es.event (originator_id, originator_version, notification_id, stream, topic, state, "
    "recorded_at, prev_hash, hash) from stdin (format binary)"
)
TYPES = ("uuid", "int8", "int8", "text", "text", "bytea", "timestamptz", "bytea", "bytea")


def ways_to(admin: str) -> Ways:
    """The three ways into the bench's database."""
    dsn = make_conninfo(admin, dbname=DATABASE)
    return Ways(
        admin_dsn=dsn,
        writer_dsn=make_conninfo(dsn, user="yidang_writer", password=SECRETS.writer_password),
        reader_dsn=make_conninfo(dsn, user="yidang_reader", password=SECRETS.reader_password),
    )


def build(admin: str, children: int) -> Ways:
    """The database of the city."""
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(f"drop database if exists {DATABASE} with (force)".encode())
        conn.execute(f"create database {DATABASE}".encode())
    ways, clock = ways_to(admin), Clock()
    prepare(ways, SECRETS, say)
    platform = compose(ways, SECRETS, now=clock)
    try:
        play(platform, clock, say)
        _copy(platform, children)
    finally:
        platform.close()
    told = retell_all(ways, SECRETS, lambda text: say(text, "\r"))
    say(f"\n重述 · told {told.events:,} events in {told.seconds:,.0f} s, parked {told.parked}")
    with psycopg.connect(ways.admin_dsn, autocommit=True) as conn:
        conn.execute("vacuum analyze")
    return ways


def _copy(platform: Platform, children: int) -> None:
    made, scopes = patterns(platform)
    began, rows = monotonic(), 0
    with psycopg.connect(platform.ways.admin_dsn) as conn:
        conn.execute("set local role yidang_owner")
        (position,) = conn.execute("select max(notification_id) from es.event").fetchone() or (0,)
        keyring = Keyring(platform.ways.writer_dsn, SECRETS.master_key)
        copies = Copies(keyring, scopes, position)
        try:
            with conn.cursor() as cursor, cursor.copy(COPY) as copy:
                copy.set_types(TYPES)
                for row in _all(copies, made, children):
                    copy.write_row(row)
                    rows += 1
                    if rows % 20_000 == 0:
                        say(f"写入 · {rows:,} events, {rows / (monotonic() - began):,.0f}/s", "\r")
        finally:
            keyring.close()
        conn.execute("select setval('es.event_position', %s)", (copies.position,))
    say(f"\n日志 · {rows:,} events in {monotonic() - began:,.0f} s")


def _all(copies: Copies, made: Iterable[object], children: int) -> Iterator[Row]:
    for township in townships(list(made), children):  # type: ignore[arg-type]
        yield from copies.of(township)


def say(text: str, end: str = "\n") -> None:
    """Progress, at once."""
    print(text, end=end, flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.city", description=__doc__)
    parser.add_argument("dsn")
    parser.add_argument("children", type=int)
    given = parser.parse_args()
    build(given.dsn, given.children)
    sys.exit(0)
