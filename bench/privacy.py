"""What privacy costs: ``python -m bench.privacy DSN CHILDREN [SECONDS] [ROUNDS]``.

DSN is the administrator of a server that holds the city. The same read by id and the same queue page of fifty, by the
same declarations and plans: as a user gets it (scope, row-level security, masks, journal), without the journal, and
without all of it (``bench.reads.open`` says how that is made). The three servers are up at once, their answers are
checked to be equal, and short slots in turn, forwards and backwards, load one after another; ratios are taken inside a
round. Beside the rate of answers stands the processor time of server and PostgreSQL together, which a busy machine
disturbs less. Then what a mask costs a field (``bench.masks``), and what the policy costs to read, check and compile.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import psycopg

from authz.gate import Gate
from authz.policy import SOURCE, load
from bench.city.__main__ import ways_to
from bench.figures import Figure, cpu_s, figure, keep, machine_of, said_of, tell
from bench.masks import mask_us
from bench.reads.__main__ import Load, checked, rate, script, token, viewers
from bench.reads.open import give_way_past
from bench.reads.operations import HEAD, OPERATIONS, Operation, arguments
from bench.reads.ways import Way, graphql, running

PORT = 8730
RATIO_MAX, MASK_MAX_US, POLICY_MAX_S = 1.5, 0.2, 2.0
"""What the goal asks."""
WAYS = ("open", "unjournaled", "yidang")
BY_ID = Operation(
    "by id",
    "a child by its id",
    "district",
    f"query($id: UUID!) {{ child(id: $id) {{ {HEAD} }} }}",
    "",
    ("id",),
)
PAGE = next(o for o in OPERATIONS if o.name == "Q2")
KEYS = {"by id": "by_id", "Q2": "page"}


@dataclass
class Slots:
    """Of one operation, by way: answers a second, and processor microseconds an answer."""

    rates: dict[str, list[float]]
    spent: dict[str, list[float]]

    def ratios(self, way: str) -> list[float]:
        """How many times as long an answer takes as without privacy, round by round."""
        pairs = zip(self.rates[way], self.rates["open"], strict=True)
        return [bare / mine for mine, bare in pairs]

    def work(self, way: str) -> list[float]:
        """How many times the processor time."""
        return [m / b for m, b in zip(self.spent[way], self.spent["open"], strict=True)]


def main(admin: str, children: int, seconds: float, rounds: int) -> None:
    """Measure, tell, keep."""
    machine = machine_of(admin)
    print(
        f"\n隐私的代价 · The cost of privacy, {children:,} children\n{said_of(machine)}", flush=True
    )
    give_way_past(admin)
    who = viewers(ways_to(admin).admin_dsn)
    given = arguments(ways_to(admin).admin_dsn, who)
    given = {"by id": given["Q1"], "Q2": given["Q2"]}
    bearer = token(who["district"])
    found: list[Figure] = []
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        load_ = Load(Path(name), seconds, rounds, 16)
        serve = (sys.executable, "-m", "bench.reads.serve")
        ways = [Way(w, (*serve, w, admin), frozenset(KEYS), graphql) for w in WAYS]
        servers = {
            way.name: (way, *stack.enter_context(running(way, PORT + n)))
            for n, way in enumerate(ways)
        }
        for operation in (BY_ID, PAGE):
            slots = slots_of(operation, servers, given[operation.name], bearer, load_, admin)
            found += _figures(operation, slots)
    costs = mask_us(admin, who["district"], PAGE.graphql, given["Q2"][0])
    found.append(figure("privacy.mask", "a mask, a field", "µs", costs, MASK_MAX_US))
    found += _policy(rounds)
    tell(found)
    keep("privacy", children, machine, found)


Servers = Mapping[str, tuple[Way, str, int]]


def slots_of(
    operation: Operation,
    servers: Servers,
    given: list[dict[str, str]],
    bearer: str,
    load_: Load,
    admin: str,
) -> Slots:
    """Short slots in turn; every way answers as the first does."""
    able = {n: (way, at) for n, (way, at, _) in servers.items()}
    checked(operation, able, given, bearer, next(iter(able)))
    scripts = {
        n: script(load_.folder, operation, way, given, bearer) for n, (way, _, _) in servers.items()
    }
    for name, (_, address, _) in servers.items():
        rate(address, scripts[name], load_)
    slots = Slots({n: [] for n in servers}, {n: [] for n in servers})
    for number in range(load_.rounds):
        for name in list(servers) if number % 2 == 0 else list(servers)[::-1]:
            _, address, pid = servers[name]
            before, served = cpu_s(pid), backends(admin)
            a_second = rate(address, scripts[name], load_)
            spent = cpu_s(pid) - before + since(served, admin)
            slots.rates[name].append(a_second)
            slots.spent[name].append(spent * 1e6 / (a_second * load_.seconds))
    return slots


def since(before: Mapping[int, float], admin: str) -> float:
    """Processor seconds that PostgreSQL's connections have used since; one that ended meanwhile is not counted."""
    return sum(spent - before.get(pid, 0.0) for pid, spent in backends(admin).items())


def backends(admin: str) -> dict[int, float]:
    """Processor seconds of each connection that PostgreSQL serves now."""
    with psycopg.connect(admin) as conn:
        pids = conn.execute(
            "select pid from pg_stat_activity where backend_type = 'client backend' "
            "and pid <> pg_backend_pid()"
        ).fetchall()
    return {pid: cpu_s(pid) for (pid,) in pids}


def _figures(operation: Operation, slots: Slots) -> list[Figure]:
    key, label = f"privacy.{KEYS[operation.name]}", operation.label
    made = [
        figure(
            f"{key}.ratio",
            f"{label}: privacy on, journal off / without",
            "×",
            slots.ratios("unjournaled"),
            RATIO_MAX,
        ),
        figure(f"{key}.work", f"{label}: … processor time", "×", slots.work("unjournaled")),
        figure(
            f"{key}.journaled",
            f"{label}: privacy and journal on / without",
            "×",
            slots.ratios("yidang"),
        ),
        figure(f"{key}.journaled_work", f"{label}: … processor time", "×", slots.work("yidang")),
        figure(f"{key}.us", f"{label}: processor time", "µs", slots.spent["yidang"]),
        figure(
            f"{key}.bare_us", f"{label}: processor time without privacy", "µs", slots.spent["open"]
        ),
    ]
    if operation is PAGE:
        more = [m - b for m, b in zip(slots.spent["yidang"], slots.spent["open"], strict=True)]
        made.append(
            figure(f"{key}.row_us", "privacy, a row of fifty", "µs", [m / 50 for m in more])
        )
    return made


def _policy(rounds: int) -> list[Figure]:
    text = SOURCE.read_text(encoding="utf-8")
    compiled, asked = [], []
    for _ in range(rounds):
        began = process_time()
        gate = Gate(load(text))
        compiled.append(process_time() - began)
        for role in gate.policy.roles.values():
            for purpose in role.purposes:
                gate._reach(role.code, purpose)  # noqa: SLF001 - what a first request of each role asks
        asked.append(process_time() - began)
    rows = len(load(text).rows)
    return [
        figure(
            "privacy.policy",
            f"policy of {rows:,.0f} rows read, checked, compiled",
            "s",
            compiled,
            POLICY_MAX_S,
        ),
        figure("privacy.policy_asked", "… and asked once for every role and purpose", "s", asked),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.privacy", description=__doc__)
    parser.add_argument("dsn")
    parser.add_argument("children", type=int)
    parser.add_argument("seconds", type=float, nargs="?", default=2)
    parser.add_argument("rounds", type=int, nargs="?", default=5)
    args = parser.parse_args()
    main(args.dsn, args.children, args.seconds, args.rounds)
