"""What grows with the number of children: ``python -m bench.growth DSN CHILDREN [SECONDS] [ROUNDS]``.

DSN is the administrator of a server that holds the city. Processor time (server and PostgreSQL together) of each of the
reads as a user gets them, of a command, and how large log and database are; ``bench.report`` draws it over the
sizes that were measured.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from time import process_time

import psycopg

from bench.city.__main__ import SECRETS, ways_to
from bench.city.multiplied import TABLES, is_multiplied
from bench.fanout.world import deed, watched
from bench.figures import Figure, figure, keep, machine_of, said_of, tell
from bench.privacy import backends, since, slots_of
from bench.reads.__main__ import Load, token, viewers
from bench.reads.operations import OF_FEW, OPERATIONS, arguments
from bench.reads.ways import Way, graphql, running
from ops.platform import compose

PORT = 8770
ASKED = (*OPERATIONS, *OF_FEW)
SIZES = """select (select count(*) from es.event),
    (select count(*) from es.event where stream in ('child', 'case')), pg_total_relation_size('es.event'),
    (select sum(pg_total_relation_size(('read.' || name)::regclass)) from unnest(%s::text[]) name)"""
COMMANDS, BATCH = 40, 10
"""Commands put in all, and how many make one value."""


def main(admin: str, children: int, seconds: float, rounds: int) -> None:
    """Measure, tell, keep."""
    machine = machine_of(admin)
    print(f"\n增长 · What grows, {children:,} children\n{said_of(machine)}", flush=True)
    found = [*_reads(admin, seconds, rounds), *_commands(admin), *_sizes(admin, children)]
    tell(found)
    keep("growth", children, machine, found)


def _reads(admin: str, seconds: float, rounds: int) -> list[Figure]:
    dsn, found = ways_to(admin).admin_dsn, []
    who = viewers(dsn)
    given = arguments(dsn, who)
    way = Way(
        "yidang",
        (sys.executable, "-m", "bench.reads.serve", "yidang", admin),
        frozenset(o.name for o in ASKED),
        graphql,
    )
    with tempfile.TemporaryDirectory() as name, running(way, PORT) as (address, pid):
        load = Load(Path(name), seconds, rounds, 16)
        for o in ASKED:
            bearer, servers = token(who[o.viewer]), {"yidang": (way, address, pid)}
            slots = slots_of(o, servers, given[o.name], bearer, load, admin)
            key = f"growth.{o.name}"
            found += [
                figure(
                    f"{key}.us", f"{o.name} {o.label}: processor time", "µs", slots.spent["yidang"]
                ),
                figure(
                    f"{key}.rate",
                    f"{o.name}: answers, 16 connections",
                    "a second",
                    slots.rates["yidang"],
                ),
            ]
    return found


def _commands(admin: str) -> list[Figure]:
    dsn = ways_to(admin).admin_dsn
    (at,) = watched(dsn, viewers(dsn)["district"]["division_id"], 1)
    platform, spent = compose(ways_to(admin), SECRETS), []
    try:
        do = deed(platform, at)
        do()
        for _ in range(COMMANDS // BATCH):
            began, served = process_time(), backends(admin)
            for _ in range(BATCH):
                do()
            spent.append((process_time() - began + since(served, admin)) * 1e6 / BATCH)
    finally:
        platform.close()
    return [figure("growth.command_us", "a command: processor time", "µs", spent)]


def _sizes(admin: str, children: int) -> list[Figure]:
    """What a child takes: events of the log, and bytes of log and read models. Of a city told from its own log."""
    with psycopg.connect(ways_to(admin).admin_dsn) as conn:
        if is_multiplied(conn):
            return []
        row = conn.execute(SIZES, (list(TABLES),)).fetchone()
    assert row is not None
    events, theirs, log, tables = map(float, row)
    return [
        figure(
            "growth.events", "events of children and cases, a child", "events", [theirs / children]
        ),
        figure("growth.log_bytes", "the log with its indexes, an event", "bytes", [log / events]),
        figure(
            "growth.bytes",
            "log and read models, a child",
            "bytes",
            [(theirs * log / events + tables) / children],
        ),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("dsn")
    parser.add_argument("children", type=int)
    parser.add_argument("seconds", type=float, nargs="?", default=1)
    parser.add_argument("rounds", type=int, nargs="?", default=3)
    args = parser.parse_args()
    main(args.dsn, args.children, args.seconds, args.rounds)
