"""What the fan-out is measured on: queues of the city, who may look at them, and a deed that moves a task in one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import dict_row

from authz.gate import Assignment, Gate, Standing
from authz.policy import committed
from bench.reads.operations import CARD, TASK
from domain.context import Actor
from domain.kernel import COMMANDS
from eventlog.casebook import Request
from ops.platform import Platform

QUERY = (
    "subscription ($unit: UUID!, $queue: String!, $resume: String) "
    "{ workQueue(unit: $unit, queue: $queue, resume: $resume) "
    f"{{ kind position cursor taskId item {{ {TASK} child {{ {CARD} }} }} }} }}"
)
SMALL = 20
"""The queues watched hold at most so many open tasks: what is measured is a change, not a snapshot."""
QUEUES = """select w.owner_unit_id, w.queue, min(w.task_id::text)::uuid as task_id, count(*) as open
    from read.work_item w join read.unit u on u.unit_id = w.owner_unit_id
    where w.is_open and w.cause_stream = 'child' and w.child_id is not null and %(token)s = any(w.tokens)
    and exists (select from read.post p where p.unit_id = w.owner_unit_id and p.standing = 'ACTIVE'
      offset 1)
    group by 1, 2 having count(*) <= %(small)s order by 4, 1, 2"""
TASKS = """select w.task_id, w.child_id from read.work_item w where w.is_open and w.cause_stream = 'child'
    and w.owner_unit_id = %s and w.queue = %s and w.child_id is not null order by length(w.trail::text), 1"""
POSTS = (
    """select * from read.post where unit_id = %s and standing = 'ACTIVE' order by assignment_id"""
)


@dataclass(frozen=True)
class Watched:
    """A queue that is watched, one of its tasks, and two of its unit who take that task from each other."""

    unit: UUID
    queue: str
    task_id: UUID
    child_id: UUID
    posts: tuple[dict[str, Any], ...] = field(hash=False, compare=False)

    @property
    def variables(self) -> dict[str, str]:
        """Of the subscription."""
        return {"unit": str(self.unit), "queue": self.queue}


def watched(admin: str, district: str, many: int) -> list[Watched]:
    """So many queues of the district."""
    with psycopg.connect(admin, row_factory=dict_row) as conn:
        gate, made = Gate(committed()), []
        rows = conn.execute(QUEUES.encode(), {"token": f"R:{district}", "small": SMALL}).fetchall()
        for row in rows:
            task = conn.execute(
                "select c.child_id, c.tokens from read.work_item w join read.child c "
                "on c.child_id = w.child_id where task_id = %s",
                (row["task_id"],),
            ).fetchone()
            assert task is not None
            posts = conn.execute(POSTS.encode(), (row["owner_unit_id"],)).fetchall()
            able = tuple(p for p in posts if _may_accept(gate, p, task["tokens"]))
            if len(able) > 1:
                at = (row["owner_unit_id"], row["queue"], row["task_id"], task["child_id"])
                made.append(Watched(*at, able[:2]))
            if len(made) == many:
                break
    return made


def of_many_children(admin: str, places: Sequence[Watched]) -> list[Watched]:
    """The open tasks of these queues, one a child, those that were moved least first: whose trail has grown by
    thousands of moves is nobody's task."""
    with psycopg.connect(admin, row_factory=dict_row) as conn:
        found = [
            replace(place, task_id=row["task_id"], child_id=row["child_id"])
            for place in places
            for row in conn.execute(TASKS, (place.unit, place.queue))
        ]
    return list({one.child_id: one for one in reversed(found)}.values())


def _may_accept(gate: Gate, post: dict[str, Any], tokens: list[str]) -> bool:
    assignment = Assignment(
        id=post["assignment_id"],
        person_id=post["person_id"],
        role=post["role"],
        unit_id=post["unit_id"],
        division_id=post["division_id"],
        standing=Standing.ACTIVE,
    )
    return gate.permits(assignment, "child.accept_task", "child", tokens, "casework").allowed


def head(admin: str) -> int:
    """The last position of the log."""
    with psycopg.connect(admin) as conn:
        row = conn.execute("select max(notification_id) from es.event").fetchone()
    assert row is not None
    position: int = row[0]
    return position


def deed(platform: Platform, at: Watched) -> Callable[[], int]:
    """Accepts the queue's task, each time for the other of two people; answers the position that moved."""
    command: Any = COMMANDS["child.accept_task"]
    actors = cycle([actor(post) for post in at.posts])

    def done() -> int:
        position = 0
        while not position:  # nothing is recorded for whoever has the task already
            request = Request(
                command=command(task_id=at.task_id),
                command_id=uuid4(),
                actor=next(actors),
                stream_id=at.child_id,
            )
            position = platform.casebook.perform(request).position
        return position

    return done


def actor(post: dict[str, Any]) -> Actor:
    """Somebody in a post."""
    return Actor(
        person_id=post["person_id"],
        role=post["role"],
        unit_id=post["unit_id"],
        division_id=post["division_id"],
        assignment_id=post["assignment_id"],
    )
