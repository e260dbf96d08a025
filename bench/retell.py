"""Telling the read models against the limit: ``python -m bench.retell DSN CHILDREN``.

DSN is the administrator of a server that holds the city; what is measured runs in a clone of its database.

* The limit: one ``INSERT … SELECT`` a table of the very rows, into empty tables of the same declaration with all their
  indexes and policies, in one transaction. It decides nothing, opens no seal and looks nothing up.
* Retell: every read model from the log beside the live ones, and swapped (``projections.retell``).
* Catch-up: the later projections from the first event on, batch by batch with their bookmark (``projections.runner``),
  against the limit of their own tables.

The ratio is the limit's time by ours: how much of PostgreSQL's own speed is left.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace
from time import monotonic

import psycopg
from psycopg.conninfo import make_conninfo

from bench.city.__main__ import DATABASE, SECRETS, say, ways_to
from bench.figures import Figure, figure, keep, machine_of, said_of, tell
from migrations.run import prepare_roles
from ops.platform import Ways, compose, retell_all
from projections import tables
from projections.readmodel import READ_MODELS

CLONE = "bench_retell"
ROUNDS = 3
SHARE_MIN = 0.4
TOLD_LATER = ("projections.statistics", "projections.reports.")
"""Where the tables of the later projections (``projections.registry.LATER``) are declared."""


def main(admin: str, children: int) -> None:
    """Measure, tell, keep."""
    machine = machine_of(admin)
    print(
        f"\n重述与追赶 · Retell and catch-up, {children:,} children\n{said_of(machine)}", flush=True
    )
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(f"drop database if exists {CLONE} with (force)".encode())
        conn.execute(f"create database {CLONE} template {DATABASE}".encode())
    with psycopg.connect(make_conninfo(admin, dbname=CLONE), autocommit=True) as conn:
        prepare_roles(conn)  # a clone does not take the rights on the database itself
    given = ways_to(admin)
    ways = replace(
        given,
        admin_dsn=make_conninfo(given.admin_dsn, dbname=CLONE),
        writer_dsn=make_conninfo(given.writer_dsn, dbname=CLONE),
        reader_dsn=make_conninfo(given.reader_dsn, dbname=CLONE),
    )
    try:
        found = [*_retold(ways), *_caught_up(ways)]
    finally:
        with psycopg.connect(admin, autocommit=True) as conn:
            conn.execute(f"drop database if exists {CLONE} with (force)".encode())
    tell(found)
    keep("retell", children, machine, found)


def _retold(ways: Ways) -> list[Figure]:
    limits = [_copied(ways.admin_dsn, READ_MODELS) for _ in range(ROUNDS)]
    told = retell_all(ways, SECRETS, lambda text: say(text, "\r"))
    say("")
    return [
        figure(
            "retell.share",
            "retell against one INSERT … SELECT",
            "×",
            [s / told.seconds for s in limits],
            SHARE_MIN,
            most=False,
        ),
        figure(
            "retell.rate",
            f"retell of {told.events:,} events",
            "events/s",
            [told.events / told.seconds],
        ),
        figure("retell.limit", "one INSERT … SELECT of the same rows", "s", limits),
        figure("retell.seconds", "retell", "s", [told.seconds]),
    ]


def _caught_up(ways: Ways) -> list[Figure]:
    """The later projections, from nothing."""
    mine = [name for name, model in READ_MODELS.items() if model.__module__.startswith(TOLD_LATER)]
    limits = [_copied(ways.admin_dsn, mine) for _ in range(ROUNDS)]
    with psycopg.connect(ways.admin_dsn, autocommit=True) as conn:
        for table in mine:
            conn.execute(f"truncate read.{table}".encode())
        conn.execute("delete from read.bookmark")
    platform = compose(ways, SECRETS)
    try:
        began = monotonic()
        events = platform.runner.catch_up()
        seconds = monotonic() - began
    finally:
        platform.close()
    return [
        figure(
            "catch_up.share",
            "catch-up against one INSERT … SELECT",
            "×",
            [s / seconds for s in limits],
            SHARE_MIN,
            most=False,
        ),
        figure(
            "catch_up.rate",
            f"catch-up of {events:,} events ({', '.join(mine)})",
            "events/s",
            [events / seconds],
        ),
    ]


def _copied(admin: str, names: Iterable[str]) -> float:
    """Seconds of the limit."""
    with psycopg.connect(admin, autocommit=True) as conn:
        tables.create(conn, tables.NEXT)
        seconds = _timed(conn, names)
        conn.execute(f"drop schema {tables.NEXT} cascade".encode())
    return seconds


def _timed(conn: psycopg.Connection, names: Iterable[str]) -> float:
    """A row's own table first: those beside it refer to it."""
    copies = [_copy(conn, table) for name in names for table in _lies_in(name)]
    began = monotonic()
    with conn.transaction():
        for copy in copies:
            conn.execute(copy)
    return monotonic() - began


def _lies_in(name: str) -> list[str]:
    return [name, *(side.table for side in READ_MODELS[name].sides)]


def _copy(conn: psycopg.Connection, table: str) -> bytes:
    """What PostgreSQL generates it generates here too."""
    columns = ", ".join(
        name
        for (name,) in conn.execute(
            "select quote_ident(attname) from pg_attribute where attrelid = %s::regclass "
            "and attnum > 0 and not attisdropped and attgenerated = '' order by attnum",
            (f"read.{table}",),
        )
    )
    into = f"{tables.NEXT}.{table} ({columns})"
    return f"insert into {into} select {columns} from read.{table}".encode()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.retell", description=__doc__)
    parser.add_argument("dsn")
    parser.add_argument("children", type=int)
    args = parser.parse_args()
    main(args.dsn, args.children)
