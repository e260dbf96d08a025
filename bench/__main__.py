"""Everything that is measured, on a PostgreSQL of its own: ``python -m bench [--children N] [--growth N,N …] …``.

Builds the city if it is not there (``build/bench``, kept), then measures part by part: appends, reads, privacy, live
fan-out, retelling, growth. ``--growth`` measures what grows on further cities too, and keeps those as well;
``--multiply`` on cities so many times as large, whose read models are copies (``bench.city.multiplied``); ``--parts``
chooses; ``--only-data`` builds the city and stops. Figures are kept as JSON under ``build/bench`` and drawn
in ``bench/report.html``. A part that fails is told and the others go on; the exit code is then 1.

The peers run where ``npm ci`` was run in ``bench/peers``, which is done here if npm is on the machine; ``wrk`` makes
the load (Debian's package).
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import psycopg

import bench.append
import bench.fanout.__main__ as fanout
import bench.reads.__main__ as reads
from bench import growth, privacy, report, retell
from bench.city.__main__ import DATABASE, SECRETS, build, say, ways_to
from bench.city.multiplied import is_multiplied, multiply
from bench.figures import server
from migrations.run import prepare_roles
from ops.platform import prepare

ROOT = Path(__file__).parent.parent
PEERS = ROOT / "bench" / "peers"
CHILDREN = 200_000
SLACK = 100
CONNECTIONS, WRITERS = 16, 32


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How much is measured: slots of so many seconds, rounds, and the crowd of the fan-out."""

    seconds: float
    rounds: int
    subscribers: int
    events: int
    multiply: Sequence[int] = ()


Part = Callable[[str, int, Asked], object]
PARTS: dict[str, Part] = {
    "privacy": lambda dsn, n, a: privacy.main(dsn, n, a.seconds, a.rounds),
    "growth": lambda dsn, n, a: growth.main(dsn, n, a.seconds, a.rounds),
    "fanout": lambda dsn, n, a: fanout.main(dsn, n, a.subscribers, a.events),
    "append": lambda dsn, n, a: bench.append.main(dsn, a.seconds, WRITERS, children=n),
    "reads": lambda dsn, n, a: reads.main(dsn, a.seconds, a.rounds, CONNECTIONS, children=n),
    "retell": lambda dsn, n, _: retell.main(dsn, n),
}
"""In their order: the quick and telling ones first."""
GROWING = ("privacy", "growth")
"""The parts that are measured on every size."""


def peers() -> None:
    """Installs the servers from npm, unless they are there or npm is not."""
    if (PEERS / "node_modules").exists():
        return
    npm = shutil.which("npm")
    if npm is None:
        say("没有 npm,不测同类 · no npm here: the peers are left out")
        return
    subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=PEERS, check=True)


def city(admin: str, children: int) -> None:
    """Puts the city of this size in its place: from where it is kept, or built; the one there is kept by its size."""
    with psycopg.connect(admin, autocommit=True) as conn:
        names = {name for (name,) in conn.execute("select datname from pg_database")}
    if DATABASE in names and _is_copied(
        admin
    ):  # minutes to make again, and no city for other parts
        with psycopg.connect(admin, autocommit=True) as conn:
            conn.execute(f"drop database {DATABASE} with (force)".encode())
    elif DATABASE in names:
        here = _counted(admin)
        if abs(here - children) < max(SLACK, children // 20):
            prepare(ways_to(admin), SECRETS, say)
            return
        _rename(admin, DATABASE, f"{DATABASE}_{here}")
        names.add(f"{DATABASE}_{here}")
    for name in names:
        size = name.removeprefix(f"{DATABASE}_")
        if size.isdigit() and abs(int(size) - children) < max(SLACK, children // 20):
            _rename(admin, name, DATABASE)
            prepare(ways_to(admin), SECRETS, say)
            return
    build(admin, children)


def _is_copied(admin: str) -> bool:
    with psycopg.connect(ways_to(admin).admin_dsn) as conn:
        there = conn.execute("select to_regclass('read.timeline') is not null").fetchone()
        return there == (True,) and is_multiplied(conn)


def _counted(admin: str) -> int:
    with psycopg.connect(ways_to(admin).admin_dsn) as conn:
        there = conn.execute("select to_regclass('read.child') is not null").fetchone()
        row = (
            conn.execute("select count(*) from read.child").fetchone() if there == (True,) else None
        )
    return row[0] if row is not None else 0


def _rename(admin: str, name: str, to: str) -> None:
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(f"drop database if exists {to} with (force)".encode())
        conn.execute(f"alter database {name} rename to {to}".encode())


def main(sizes: Sequence[int], parts: Sequence[str], asked: Asked) -> int:
    """All parts on the first city, those that grow on the others; then the report."""
    failed: list[str] = []
    with server() as running:
        if {"append", "reads"} & set(parts):
            peers()
        for number, children in enumerate(sizes):
            city(running.dsn, children)
            growing = [p for p in parts if p in GROWING]
            failed += _measured(running.dsn, children, growing if number else parts, asked)
        for times in asked.multiply:
            children = _multiplied(running.dsn, sizes[0], times)
            failed += _measured(running.dsn, children, GROWING, asked)
    report.main()
    for line in failed:
        say(f"✗ {line[:400]}")
    return 1 if failed else 0


def _measured(admin: str, children: int, parts: Sequence[str], asked: Asked) -> list[str]:
    """The parts in turn; answers what failed, and why."""
    failed = []
    for name in parts:
        began = monotonic()
        try:
            PARTS[name](admin, children, asked)
        except Exception as error:  # noqa: BLE001 - the other parts are worth having
            failed.append(f"{name} ({children}): {type(error).__name__}: {error}")
            say(f"✗ {failed[-1][:2000]}")
        say(f"  {name}: {monotonic() - began:.0f} s")
    return failed


def _multiplied(admin: str, children: int, times: int) -> int:
    """Puts a city so many times as large in its place; answers how many children it has."""
    city(admin, children)
    here = _counted(admin)
    kept = f"{DATABASE}_{here}"
    _rename(admin, DATABASE, kept)
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(f"create database {DATABASE} template {kept}".encode())
    dsn = ways_to(admin).admin_dsn
    with psycopg.connect(dsn, autocommit=True) as conn:
        prepare_roles(conn)  # a clone does not take the rights on the database itself
    began = monotonic()
    multiply(dsn, times)
    say(f"复制 · {here * times:,} children in {monotonic() - began:.0f} s")
    return here * times


def _sizes(text: str) -> list[int]:
    return [int(size) for size in text.split(",") if size]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--children", type=int, default=CHILDREN)
    parser.add_argument("--growth", type=_sizes, default=[], metavar="N,N")
    parser.add_argument("--multiply", type=_sizes, default=[], metavar="TIMES,TIMES")
    parser.add_argument("--parts", type=lambda text: text.split(","), default=list(PARTS))
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--subscribers", type=int, default=2000)
    parser.add_argument("--events", type=int, default=20)
    parser.add_argument("--only-data", action="store_true")
    given = parser.parse_args()
    measured = Asked(
        seconds=given.seconds,
        rounds=given.rounds,
        subscribers=given.subscribers,
        events=given.events,
        multiply=given.multiply,
    )
    if given.only_data:
        with server() as running_now:
            city(running_now.dsn, given.children)
        sys.exit(0)
    sys.exit(main([given.children, *given.growth], given.parts, measured))
