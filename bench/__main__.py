"""Everything that is measured, on a PostgreSQL of its own: ``python -m bench [--children N] [--seconds S] …``.

Builds the city if it is not there (``build/bench``, kept), then runs the appends and the reads side by side. With
``--only-data`` it builds the city and stops. The peers run where ``npm ci`` was run in ``bench/peers``, which is done
here if npm is on the machine; ``wrk`` makes the load (Debian's package).
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg

import bench.reads.__main__ as reads
from bench.city.__main__ import DATABASE, SECRETS, build, say, ways_to
from ops.embedded import EmbeddedPostgres
from ops.platform import prepare

ROOT = Path(__file__).parent.parent
PEERS = ROOT / "bench" / "peers"
STATE = ROOT / "build" / "bench"
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "4GB", "max_connections": "200"}
CHILDREN = 200_000
SLACK = 100


def peers() -> None:
    """Installs the servers from npm, unless they are there or npm is not."""
    if (PEERS / "node_modules").exists():
        return
    npm = shutil.which("npm")
    if npm is None:
        say("没有 npm,不测同类 · no npm here: the peers are left out")
        return
    subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=PEERS, check=True)


def there(admin: str, children: int) -> bool:
    """Whether the city of this size is built; its read models are brought up to the present declarations."""
    with psycopg.connect(admin) as conn:
        known = conn.execute("select from pg_database where datname = %s", (DATABASE,)).fetchone()
    if known is None:
        return False
    prepare(ways_to(admin), SECRETS, say)
    with psycopg.connect(ways_to(admin).admin_dsn) as conn:
        row = conn.execute("select count(*) from read.child").fetchone()
    return row is not None and abs(row[0] - children) < max(SLACK, children // 20)


def main(children: int, seconds: float, rounds: int, *, only_data: bool) -> None:
    """Data, appends, reads."""
    STATE.mkdir(parents=True, exist_ok=True)
    with EmbeddedPostgres(STATE, settings=SETTINGS) as server:
        if not there(server.dsn, children):
            build(server.dsn, children)
        if only_data:
            return
        peers()
        append = [sys.executable, str(ROOT / "bench" / "append.py"), server.dsn, str(seconds)]
        subprocess.run(append, cwd=ROOT, check=True)
        reads.main(server.dsn, seconds, rounds, connections=16)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--children", type=int, default=CHILDREN)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only-data", action="store_true")
    given = parser.parse_args()
    main(given.children, given.seconds, given.rounds, only_data=given.only_data)
