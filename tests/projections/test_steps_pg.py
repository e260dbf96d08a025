"""What a step says for one it says for many: PostgreSQL takes each of the statements that a retelling puts together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg

from projections import task_writes as write
from projections.child import ChildRow
from projections.kernel import change
from projections.readmodel import sql_type
from projections.rowwrite import Step, as_json
from tests.database import Database
from tests.dsl import an_id, local
from tests.projections.town import town_on

AT = local("2025-03-03 09:00")
DUE: dict[str, Any] = {"due_at": AT, "basis": "TEXT", "provisional": False}


def of_tasks(one: UUID) -> Iterator[Any]:
    """All that is done with the tasks of a subject."""
    for stream in ("case", "child", "unit"):
        act = {"queue": "Q-01", "stream": stream, "stream_id": one, "subject": "", "position": 1}
        told = {"at": AT, "told_at": AT, "event_id": one}
        owned = {"own": True, "unit": one, "status": "ENDED", "at": AT}
        yield write.in_progress((one,), **act)
        yield from write.moved((one,), **act, **told, **DUE)
        yield write.closed((one,), **act, **owned)
        for child, case in ((one, None), (None, one), (one, one), (None, None)):
            task = act | told | DUE
            task |= dict.fromkeys(("task_id", "duty_id", "unit"), one)
            task |= {name: ["X"] for name in ("kinds", "path", "roles", "clauses")}
            task |= dict.fromkeys(("responsible", "sees_child", "sees_case"), True)
            task |= {"place": "310000", "existence": "P1", "child_id": child, "case_id": case}
            yield from write.opened((one,), **task)
            yield from write.kept_open((one,), **task)
    for known in (True, False):
        yield write.left((one,), 1, known=known)


def of_the_file(one: UUID) -> Iterator[Any]:
    """Each column of a child's row by itself, wherever it lies."""
    for spec in ChildRow.specs:
        if spec.name not in ChildRow.key and sql_type(spec.type)[1]:
            yield change(ChildRow, {"child_id": one}, **{spec.name: None})


def test_each_step_of_many_is_a_statement(database: Database) -> None:
    """Else a retelling would tell each of its batches append by append, and nobody would see why it takes so long."""
    steps = [
        list(step)
        for step in zip(
            *([*of_tasks(one), *of_the_file(one)] for one in (an_id("one"), an_id("other"))),
            strict=True,
        )
    ]
    with (
        town_on(database, units=False),
        psycopg.connect(database.admin_dsn) as conn,
    ):
        conn.execute("set local search_path = read, pg_catalog")
        for alike in steps:
            assert isinstance(alike[0], Step)
            rows = as_json([each.params for each in alike])
            conn.execute(alike[0].many.encode(), {"rows": rows})
        conn.rollback()
