"""Reads side by side: ``python -m bench.reads DSN [SECONDS] [ROUNDS] [CONNECTIONS]``.

DSN is the administrator of a server that holds the city (``python -m bench.city``). All servers are up at once; every
answer is checked to be equal before anything is timed; then each way is loaded for a short slot in turn, forwards and
backwards, so that a slow moment of the machine meets all of them. Ratios are taken inside a round; medians and spread
over the rounds are printed and kept. Needs ``wrk`` (Debian's package).
"""

from __future__ import annotations

import argparse
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import psycopg
from psycopg.rows import dict_row

from authz.gate import Assignment, Gate, Standing
from authz.policy import committed
from authz.signin import DemoIssuer
from bench.city.__main__ import SECRETS, ways_to
from bench.figures import Figure, figure, keep, machine_of
from bench.pictures import READERS
from bench.reads.operations import OPERATIONS, Operation, arguments
from bench.reads.ways import Way, ask, comparable, serving, ways
from ops.demo_world import BY_KEY
from ops.server import AUDIENCE

CHECKED = 10
"""Argument sets per operation on which the ways must agree before they are timed."""
PORT = 8700
RATIOS: tuple[tuple[str, str, Mapping[str, float]], ...] = (
    ("unjournaled", "hand", {"Q1": 0.8, "Q2": 1.0, "Q3": 1.1}),
    ("apart", "hand", {}),
    ("yidang", "hand", {}),
    ("yidang", "unjournaled", {"Q1": 0.7, "Q2": 0.7, "Q3": 0.7}),
    ("unjournaled", "postgraphile", {"Q1": 4.0, "Q2": 4.0, "Q3": 4.0}),
    ("yidang", "yoga", {}),
    ("yidang", "idiomatic", {}),
)
"""Whose rate is told against whose, and what the goal asks."""
WRK = """
local bodies, n = {}, 0
for line in io.lines("%s") do bodies[#bodies + 1] = line end
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer %s"
request = function() n = n %% #bodies + 1; return wrk.format(nil, nil, nil, bodies[n]) end
"""


def viewers(dsn: str) -> dict[str, dict[str, Any]]:
    """Whose tokens are used: the civil affairs officer of the demo's district, the busiest director, and the least busy
    one who has a child to look after."""
    with psycopg.connect(dsn, row_factory=dict_row) as conn:
        officer = conn.execute(
            "select * from read.post where assignment_id = %s", (BY_KEY["fj_ca"].assignment_id,)
        ).fetchone()
        directors = conn.execute(
            "select p.* from read.post p join (select responsible_person_id as id, count(*) as many "
            "from read.child where file_status = 'OPEN' group by 1) c on c.id = p.person_id "
            "where p.standing = 'ACTIVE' order by c.many desc, p.assignment_id"
        ).fetchall()
    assert officer is not None
    village = [post for post in directors if post["role"] == "child_director"]
    return {"district": officer, "director": directors[0], "village": village[-1]}


def token(viewer: dict[str, Any]) -> str:
    """A token of the demo's issuer."""
    issuer = DemoIssuer(demo=True, host="127.0.0.1", audience=AUDIENCE, seed=SECRETS.token_key)
    now = datetime.now(UTC)  # noqa: TID251 - the bench's own clock
    return issuer.mint(viewer["person_id"], viewer["assignment_id"], "casework", now)


def scope_settings(viewer: dict[str, Any], folder: Path) -> Path:
    """The signed scope of a viewer as settings of a session, for a peer that answers under the same row rules."""
    assignment = Assignment(
        id=viewer["assignment_id"],
        person_id=viewer["person_id"],
        role=viewer["role"],
        unit_id=viewer["unit_id"],
        division_id=viewer["division_id"],
        standing=Standing(viewer["standing"]),
    )
    now = datetime.now(UTC)  # noqa: TID251
    signed = (
        Gate(committed())
        .scope(assignment, "casework")
        .signed(SECRETS.scope_key, now, timedelta(hours=6))
    )
    names = ("app.scope", "app.actor", "app.expires", "app.sig")
    values = (signed.text, signed.actor, signed.expires, signed.signature)
    path = folder / "scope.json"
    path.write_bytes(orjson.dumps(dict(zip(names, values, strict=True))))
    return path


@dataclass(frozen=True)
class Load:
    """How it is loaded: slots of so many seconds, rounds, connections at once; ``folder`` holds the scripts."""

    folder: Path
    seconds: float
    rounds: int
    connections: int


def rate(address: str, script: Path, load: Load) -> float:
    """Requests a second of wrk; any answer that is not 200 is an error."""
    slot = (f"-c{load.connections}", f"-d{load.seconds:.0f}s")
    command = ["wrk", "-t1", *slot, "-s", str(script), address]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    if "Non-2xx" in done.stdout:
        raise RuntimeError(f"{address}: {done.stdout}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    assert found is not None, done.stdout
    return float(found[1])


def main(admin: str, seconds: float, rounds: int, connections: int, children: int = 0) -> None:
    """Start, check, time, tell, and keep the figures beside those of a city of that size."""
    machine = machine_of(admin)
    assert shutil.which("wrk"), "wrk is missing: apt-get install wrk"
    dsns = ways_to(admin)
    who = viewers(dsns.admin_dsn)
    given = arguments(dsns.admin_dsn, who)
    tokens = {name: token(viewer) for name, viewer in who.items()}
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        load = Load(folder := Path(name), seconds, rounds, connections)
        settings = scope_settings(who["district"], folder)
        servers: dict[str, tuple[Way, str]] = {}
        for number, way in enumerate(ways(admin, dsns, settings)):
            servers[way.name] = way, running.enter_context(serving(way, PORT + number))
        measured = {
            o.name: _measured(o, servers, given[o.name], tokens[o.viewer], load) for o in OPERATIONS
        }
    _tell(measured, admin)
    keep("reads", children, machine, figures_of(measured))


def _measured(
    operation: Operation,
    servers: dict[str, tuple[Way, str]],
    given: list[dict[str, str]],
    bearer: str,
    load: Load,
) -> dict[str, list[float]]:
    """Requests a second of each way, round by round."""
    able = {n: s for n, s in servers.items() if operation.name in s[0].operations}
    checked(operation, able, given, bearer, "hand")
    scripts = {
        n: script(load.folder, operation, way, given, bearer) for n, (way, _) in able.items()
    }
    for name, (_, address) in able.items():
        rate(address, scripts[name], load)  # plans and caches warm
    rates: dict[str, list[float]] = {name: [] for name in able}
    for number in range(load.rounds):
        order = list(able) if number % 2 == 0 else list(able)[::-1]
        for name in order:
            rates[name].append(rate(able[name][1], scripts[name], load))
    print(operation.name, {n: round(statistics.median(r)) for n, r in rates.items()}, flush=True)
    return rates


def checked(
    operation: Operation,
    able: Mapping[str, tuple[Way, str]],
    given: list[dict[str, str]],
    bearer: str,
    truth: str,
) -> None:
    """All ways answer as ``truth`` does, or it is an error."""
    for one in given[:CHECKED]:
        answers = {
            name: comparable(
                way.plain(operation.name, ask(way, at, way.body(operation, one), bearer))
            )
            for name, (way, at) in able.items()
        }
        first = answers[truth]
        for name, answer in answers.items():
            if answer != first:
                raise RuntimeError(
                    f"{operation.name}: {name} differs for {one}:\n{answer}\n{first}"
                )


def script(
    folder: Path, operation: Operation, way: Way, given: list[dict[str, str]], bearer: str
) -> Path:
    """What wrk is told to send: the argument sets in turn."""
    bodies = folder / f"{operation.name}-{way.name}.jsonl"
    bodies.write_bytes(b"\n".join(orjson.dumps(way.body(operation, one)) for one in given))
    script = folder / f"{operation.name}-{way.name}.lua"
    script.write_text(WRK % (bodies, bearer))
    return script


def _tell(measured: dict[str, dict[str, list[float]]], admin: str) -> None:
    """The table of ratios, and the file."""
    with psycopg.connect(admin) as conn:
        server = conn.info.server_version
    machine = f"{platform.machine()}, Python {platform.python_version()}, PostgreSQL {server}"
    print(f"\n{machine}\n{'':14}", *(f"{o.name:>22}" for o in OPERATIONS))
    for name in measured["Q1"]:
        cells = [_cell(measured[o.name], name) for o in OPERATIONS]
        print(f"{name:14}", *cells)
    print("requests a second; × hand-written SQL, median of the rounds (least–most)")


def figures_of(measured: Mapping[str, Mapping[str, list[float]]]) -> list[Figure]:
    """The rates, and what the goal asks of them: ratios inside a round. None against a way that had no answer in it."""
    found = []
    for name, rates in measured.items():
        for way, values in rates.items():
            found.append(
                figure(f"reads.{name}.rate.{way}", f"{name}: {READERS[way]}", "a second", values)
            )
        for mine, theirs, musts in RATIOS:
            if mine in rates and theirs in rates:
                both = zip(rates[mine], rates[theirs], strict=True)
                ratios = [m / t for m, t in both if t]
                if not ratios:
                    continue
                label = f"{name}: {READERS[mine]} / {READERS[theirs]}"
                key, must = f"reads.{name}.{mine}.{theirs}", musts.get(name)
                found.append(figure(key, label, "×", ratios, must, most=False))
    return found


def _cell(rates: dict[str, list[float]], name: str) -> str:
    if name not in rates:
        return f"{'':22}"
    both = zip(rates[name], rates["hand"], strict=True)
    ratios = [mine / hand for mine, hand in both if hand] or [0.0]
    spread = f"({min(ratios):.2f}–{max(ratios):.2f})"
    return f"{statistics.median(rates[name]):6.0f} {statistics.median(ratios):4.2f} {spread:>10}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.reads", description=__doc__)
    parser.add_argument("dsn")
    parser.add_argument("seconds", type=float, nargs="?", default=2)
    parser.add_argument("rounds", type=int, nargs="?", default=5)
    parser.add_argument("connections", type=int, nargs="?", default=16)
    args = parser.parse_args()
    main(args.dsn, args.seconds, args.rounds, args.connections)
    sys.exit(0)
