"""What ``yidang clocks`` shows: clocks that are due and late, set aside, or that rang without effect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from domain.kernel import COMMANDS
from domain.periods import SHANGHAI
from ops.clock_worker import LATE, STANDS
from ops.platform import Ways

MOST = 200
"""Lines of one kind; the figures count all."""

_DUE = (
    "select k.act, k.stream_id, k.fires_at, k.rings_from, k.clauses, count(*) over () as n, "  # noqa: S608 - a literal of this package
    "count(*) filter (where k.rings_from < %(late)s) over () as late from clock k "
    "where k.fires_at <= %(now)s and "
    + STANDS
    + " order by k.rings_from, k.clock_id limit %(most)s"
)
_PARKED = (
    "select event_name as act, stream_id, parked_at as fires_at, error, count(*) over () as n "
    "from parked where starts_with(projection, 'clock ') order by parked_at limit %(most)s"
)
_RUNG = (
    "select k.act, k.stream_id, k.fires_at, g.reason, count(*) over () as n from clock k "
    "join es.clock_rung g using (clock_id, fires_at) order by k.fires_at, k.clock_id limit %(most)s"
)
_NEXT = "select count(*) as n, min(fires_at) as fires_at from clock where fires_at > %(now)s"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Rows ``act stream_id fires_at …`` of each kind, each with ``n``, how many there are in all."""

    now: datetime
    due: Sequence[dict[str, Any]]
    parked: Sequence[dict[str, Any]]
    rung: Sequence[dict[str, Any]]
    ahead: dict[str, Any]

    @property
    def late(self) -> int:
        """How many of all that are due should have fired by now."""
        return self.due[0]["late"] if self.due else 0


def look(ways: Ways, now: datetime) -> Shown:
    """The clocks as they stand at ``now``."""
    with psycopg.connect(
        ways.admin_dsn, row_factory=dict_row, options="-c search_path=read,pg_catalog"
    ) as conn:

        def rows(query: str) -> list[dict[str, Any]]:
            return conn.execute(
                query.encode(), {"now": now, "late": now - LATE, "most": MOST}
            ).fetchall()

        return Shown(
            now=now, due=rows(_DUE), parked=rows(_PARKED), rung=rows(_RUNG), ahead=rows(_NEXT)[0]
        )


def lines(shown: Shown) -> Iterator[str]:
    """The lines, oldest first, and the figures."""
    for row in shown.due:
        late = shown.now - row["rings_from"]
        mark = f"迟 late {_span(late.total_seconds())}" if late > LATE else "到期 due"
        yield f"{mark} · {_named(row)} · {' '.join(row['clauses'] or ())}"
    for row in shown.parked:
        yield f"搁置 parked · {_named(row)} · {row['error']}"
    for row in shown.rung:
        yield f"空响 without effect · {_named(row)} · {row['reason']}"
    due, parked, rung = (
        rows[0]["n"] if rows else 0 for rows in (shown.due, shown.parked, shown.rung)
    )
    yield (
        f"到期 due {due} · 其中迟 late {shown.late} · 搁置 parked {parked} · "
        f"空响 without effect {rung} · 未到 ahead {shown.ahead['n']}"
    )
    if shown.ahead["fires_at"]:
        yield f"下一个 next {_local(shown.ahead['fires_at'])}"


def _named(row: dict[str, Any]) -> str:
    command = COMMANDS.get(row["act"])
    label = f"{command.label.zh} {row['act']}" if command else row["act"]
    return f"{_local(row['fires_at'])} · {label} · {row['stream_id']}"


def _local(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).isoformat(sep=" ", timespec="seconds")


def _span(seconds: float) -> str:
    minutes = int(seconds // 60)
    return f"{minutes // 1440}d {minutes % 1440 // 60}h {minutes % 60}m"
