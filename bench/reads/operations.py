"""The five operations, as GraphQL for Yidang and its peers, and as SQL by hand; with the arguments they rotate over.

The answers are equal by construction and checked to be before anything is timed: every way names its fields alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from domain.periods import local_date
from domain.risk import DEFAULT_SCALE
from domain.rulebook import Rulebook

PAGE, EVENTS, LINES, CASELOAD = 50, 20, 100, 40
ARGUMENTS_MAX = 500

CARD = "childId name sex birthOn categories cadence tier nextHomeVisitOn"
DUE = "childId name birthOn address cadence lastContactOn nextContactOn nextHomeVisitOn"
LINE = "position name occurredAt recordedAt actorRole actorUnitId"
HEAD = (
    "childId name sex birthOn fileStatus categories cadence responsiblePersonId "
    "nextContactOn nextHomeVisitOn tier"
)
CHILD = "(select c.*, p.tier from read.child c left join read.child_p4 p using (child_id)) c"
"""The tier is of class P4 and lies in a table of its own."""
TASK = "taskId queue status isOpen dueAt dueBasis escalation clauses"


@dataclass(frozen=True)
class Operation:
    """One operation. ``sql``: one row, one column of JSON text, the value of ``data``; ``viewer``: whose token."""

    name: str
    label: str
    viewer: str
    graphql: str
    sql: str
    parameters: tuple[str, ...]
    """The variables, in the order of the SQL's ``$1`` …."""


def _object(alias: str, fields: str) -> str:
    """The named columns of a row as a JSON object, keys as the API says them."""
    return ", ".join(f"'{f}', {alias}.{_snake(f)}" for f in fields.split())


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


def _lines(child: str, count: int) -> str:
    return (
        f"(select json_build_object('nodes', coalesce(json_agg(json_build_object({_object('t', LINE)}) "
        "order by t.position desc), '[]')) from (select t.* from read.timeline_of_child t "
        f"where t.child_id = {child} order by t.position desc limit {count}) t)"
    )


def by_tier(below: int) -> str:
    """A district's children at every tier of the scale, by hand: cells under ``below`` are held back, and a lone one
    takes the next smallest with it, as A.2 asks of whoever tells figures (``schema.statistics.held_back``).
    """
    tiers = ", ".join(f"'{tier.code}'" for tier in DEFAULT_SCALE.tiers)
    return (
        "select json_build_object('riskDistribution', json_agg(json_build_object('tier', tier, 'children', "
        f"case when n >= {below} and not (small = 1 and place_by_size = 2) then n end) order by place)) "
        f"from (select *, count(*) filter (where n < {below}) over () as small, "
        'row_number() over (order by n, tier collate "C") as place_by_size '
        "from (select s.tier, s.place, count(t.tier) as n "
        f"from unnest(array[{tiers}]) with ordinality s (tier, place) left join read.tier_standing t "
        "on t.tier = s.tier and t.file_status = 'OPEN' and t.district_id = $1 "
        "group by s.tier, s.place) counted) ranked"
    )


def small_cells_below() -> int:
    """The rule in force today."""
    today = local_date(datetime.now(UTC))  # noqa: TID251 - the bench's own clock
    return Rulebook.load().in_force(None, today).count("small_cell_below")


OPERATIONS = (
    Operation(
        "Q1",
        "a child with the last 20 events and its work",
        "district",
        f"query($id: UUID!) {{ child(id: $id) {{ {HEAD} workItems {{ {TASK} }} "
        f"timeline(first: {EVENTS}) {{ nodes {{ {LINE} }} }} }} }}",
        f"select json_build_object('child', json_build_object({_object('c', HEAD)}, 'workItems', "
        f"(select coalesce(json_agg(json_build_object({_object('w', TASK)}) "
        "order by w.is_open desc, w.due_at, w.task_id), '[]') from read.work_item w "
        f"where w.child_id = c.child_id), 'timeline', {_lines('c.child_id', EVENTS)})) "
        f"from {CHILD} where c.child_id = $1::uuid",
        ("id",),
    ),
    Operation(
        "Q2",
        "a queue page of 50 with the child's card",
        "district",
        f"query($unit: UUID!, $queue: String!) {{ workQueue(unit: $unit, queue: $queue, first: {PAGE}) "
        f"{{ nodes {{ {TASK} child {{ {CARD} }} }} }} }}",
        "select json_build_object('workQueue', json_build_object('nodes', coalesce(json_agg("
        f"json_build_object({_object('w', TASK)}, 'child', case when c.child_id is not null then "
        f"json_build_object({_object('c', CARD)}) end) order by w.precedence, w.due_at, w.task_id), '[]'))) "
        "from (select * from read.work_item where owner_unit_id = $1::uuid and queue = $2 and is_open "
        f"order by precedence, due_at, task_id limit {PAGE}) w left join {CHILD} on c.child_id = w.child_id",
        ("unit", "queue"),
    ),
    Operation(
        "Q3",
        "timelines of 200 events, 100 of each of two children",
        "district",
        f"query($a: UUID!, $b: UUID!) {{ a: child(id: $a) {{ timeline(first: {LINES}) {{ nodes {{ {LINE} }} }} }} "
        f"b: child(id: $b) {{ timeline(first: {LINES}) {{ nodes {{ {LINE} }} }} }} }}",
        f"select json_build_object('a', json_build_object('timeline', {_lines('$1::uuid', LINES)}), "
        f"'b', json_build_object('timeline', {_lines('$2::uuid', LINES)}))",
        ("a", "b"),
    ),
    Operation(
        "Q4",
        "a director's caseload of 40 with due visits",
        "director",
        f"query {{ viewer {{ caseload(first: {CASELOAD}) {{ nodes {{ {DUE} }} }} }} }}",
        "select json_build_object('viewer', json_build_object('caseload', json_build_object('nodes', "
        f"coalesce(json_agg(json_build_object({_object('c', DUE)}) "
        "order by c.child_id), '[]')))) from (select * from read.child where responsible_person_id = "
        f"$1::uuid and file_status = 'OPEN' order by child_id limit {CASELOAD}) c",
        ("person",),
    ),
    Operation(
        "Q5",
        "a district's children by tier",
        "district",
        "query($division: ID!) { riskDistribution(division: $division) { tier children } }",
        by_tier(small_cells_below()),
        ("division",),
    ),
)

OF_FEW = (
    Operation(
        "Q6",
        "the ledger of a village director",
        "village",
        f"{{ ledger(first: {CASELOAD}) {{ nodes {{ {CARD} }} pageInfo {{ hasNextPage }} }} }}",
        "",
        (),
    ),
    Operation(
        "Q7",
        "one's own queues",
        "village",
        "{ viewer { workQueues { queue unitId open overdue } } }",
        "",
        (),
    ),
)
"""What somebody asks who reaches little, of all there is: it must not grow with what there is. No peer answers it."""


def arguments(dsn: str, viewers: dict[str, dict[str, Any]]) -> dict[str, list[dict[str, str]]]:
    """For each operation the variables to rotate over: what lies whole in the district's reach, the longest first."""
    district = viewers["district"]["division_id"]
    with psycopg.connect(dsn, row_factory=dict_row) as conn:
        children = _texts(
            conn,
            "select child_id from read.child c where %(token)s = any(tokens) "
            "and file_status = 'OPEN' and not exists (select from read.work_item w "
            "where w.child_id = c.child_id and not %(token)s = any(w.tokens)) "
            "order by version desc, child_id limit %(most)s",
            f"R:{district}",
        )
        queues = conn.execute(
            "select owner_unit_id::text as unit, queue from read.work_item w join read.unit u "
            "on u.unit_id = w.owner_unit_id where is_open and %s = any(u.tokens) and queue in "
            "('Q-09', 'Q-10') group by 1, 2 order by count(*) desc limit 20",
            (f"R:{district}",),
        ).fetchall()
    long = children[: max(2, len(children) // 100)]
    told = children[: max(10, len(children) // 10)]  # whose last twenty events are not a handful
    return {
        "Q1": [{"id": c} for c in told],
        "Q2": [dict(q) for q in queues],
        "Q3": [{"a": a, "b": b} for a, b in zip(long, [*long[1:], long[0]], strict=True)],
        "Q4": [{"person": str(viewers["director"]["person_id"])}],
        "Q5": [{"division": district}],
        "Q6": [{}],
        "Q7": [{}],
    }


def _texts(conn: psycopg.Connection[Any], query: str, token: str) -> list[str]:
    rows: Sequence[Any] = conn.execute(
        query.encode(), {"token": token, "most": ARGUMENTS_MAX}
    ).fetchall()
    return [str(row["child_id"]) for row in rows]
