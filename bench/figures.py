"""What a measurement leaves behind: figures round by round, beside what they must reach and the machine they ran on.

A part of the bench makes ``Figure``s, prints them with ``tell`` and keeps them with ``keep`` as JSON under
``build/bench``; ``bench.report`` draws what is kept. Values are never averaged away: the median is told with the least
and the most of the rounds.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson
import psycopg

from ops.embedded import EmbeddedPostgres

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "build" / "bench"
PACKAGES = ("strawberry-graphql", "graphql-core", "uvicorn", "psycopg", "pycasbin", "eventsourcing")
BUSY_S = 1.0
"""How long the machine is watched before we load it ourselves."""
QUIET = 0.15
"""Above this share of the processors in the hands of others, figures are marked as taken under load."""
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "4GB", "max_connections": "200"}
"""Of the bench's own server."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One thing measured. ``key`` finds it in the report; ``values``: one a round.

    ``must`` is what the goal asks of the median: at least, or, where ``most``, at most so much.
    """

    key: str
    label: str
    unit: str
    values: tuple[float, ...]
    must: float | None = None
    most: bool = True

    @property
    def median(self) -> float:
        """The middle of the rounds."""
        return statistics.median(self.values)

    @property
    def holds(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        if self.must is None:
            return None
        return self.median <= self.must if self.most else self.median >= self.must


def figure(
    key: str,
    label: str,
    unit: str,
    values: Iterable[float],
    must: float | None = None,
    *,
    most: bool = True,
) -> Figure:
    """A figure of these rounds."""
    return Figure(key=key, label=label, unit=unit, values=tuple(values), must=must, most=most)


def tell(figures: Sequence[Figure]) -> None:
    """One line each."""
    for f in figures:
        spread = f"({short(min(f.values))} – {short(max(f.values))})"
        sign = "≤" if f.most else "≥"
        goal = "" if f.must is None else f"{sign} {short(f.must)} {'✓' if f.holds else '✗'}"
        print(f"  {f.label:64} {short(f.median):>9} {f.unit:10} {spread:22} {goal}", flush=True)


def short(value: float) -> str:
    """Three figures that count."""
    if abs(value) >= 100:  # noqa: PLR2004
        return f"{value:,.0f}"
    return f"{value:.3g}"


def keep(part: str, children: int, machine: dict[str, Any], figures: Sequence[Figure]) -> None:
    """Adds the figures of a part, measured on a city of so many children, to what is kept."""
    KEPT.mkdir(parents=True, exist_ok=True)
    told = {"part": part, "children": children, "machine": machine}
    told["figures"] = [asdict(f) for f in figures]
    path = KEPT / f"{part}-{children}.json"
    path.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))


def machine_of(admin: str) -> dict[str, Any]:
    """The machine and the versions, and how busy others kept it just before."""
    with psycopg.connect(admin) as conn:
        server = conn.info.server_version
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "postgresql": f"{server // 10_000}.{server % 10_000}",
        "packages": {name: version(name) for name in PACKAGES},
        "commit": _commit(),
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "busy_before": (busy := round(busy_share(), 2)),
        "under_load": busy > QUIET,
    }


def said_of(machine: dict[str, Any]) -> str:
    """The machine in a line."""
    load = " · 机器繁忙 the machine was busy with other work" if machine["under_load"] else ""
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
        f"{machine['kernel']}, Python {machine['python']}, PostgreSQL {machine['postgresql']}{load}"
    )


def busy_share() -> float:
    """The share of the processors that others use while we wait."""
    before = _ticks()
    time.sleep(BUSY_S)
    after = _ticks()
    whole, idle = after[0] - before[0], after[1] - before[1]
    return 1 - idle / whole if whole else 0.0


def _ticks() -> tuple[int, int]:
    ticks = [int(n) for n in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return sum(ticks), ticks[3] + ticks[4]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _commit() -> str:
    said = subprocess.run(
        ["/usr/bin/env", "git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout.strip()


def cpu_s(pid: int) -> float:
    """Processor seconds a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children_of(pid: int) -> list[int]:
    """The processes that a process has started and that still run."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # gone meanwhile
            if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(entry.name))
    return found


def family_cpu_s(pid: int) -> float:
    """Of a process, its children and theirs."""
    return cpu_s(pid) + sum(map(family_cpu_s, children_of(pid)))


def resident_kib(pid: int) -> int:
    """Memory a process holds in RAM for itself."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Private_Dirty"):
            return int(line.split()[1])
    raise LookupError(pid)


def server() -> EmbeddedPostgres:
    """The bench's own PostgreSQL, kept between runs."""
    KEPT.mkdir(parents=True, exist_ok=True)
    return EmbeddedPostgres(KEPT, settings=SETTINGS)
