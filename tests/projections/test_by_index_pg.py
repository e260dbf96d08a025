"""What a command or an inline write looks up in a table that grows is found along an index, whatever its size now."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import psycopg
import pytest

from eventlog.connections import ReadLimits, Timeouts, server_limits
from eventlog.pipe import placed
from eventlog.recorded import Recorded
from projections import task_view, task_writes
from projections.conflicts import _shown
from schema.exports import LINES
from tests.database import Database
from tests.projections.town import town_on

SOMEBODY = cast("Recorded", SimpleNamespace(stream_id=UUID(int=1), position=1))
OPTIONS = f"-c search_path=read,pg_catalog {server_limits(Timeouts())}"
TASK_OF_CHILD = str([*_shown(SOMEBODY)][-1].sql)
ERASED = "(child_id = %(id)s or case_id = %(id)s) and stream_id = %(id)s"
FOUND: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "units of a path": (task_view.UNITS, ("division_id = ANY", "kind = ")),
    "owner of a task": (f"select {task_writes._OWNER}", ("division_id = ANY", "kind = ")),
    "tasks about a child": (TASK_OF_CHILD, ("child_id = ", "case_id = ANY")),
    "tasks somebody is kept from": (task_writes._KEPT_AWAY, ("child_id = ", "case_id = ANY")),
    "lines that are erased": (
        f"delete from timeline where {ERASED}",
        ("child_id = ", "case_id = "),
    ),
}


@pytest.mark.parametrize("what", FOUND)
def test_it_is_found_along_an_index(database: Database, what: str) -> None:
    text, conditions = FOUND[what]
    with town_on(database), psycopg.connect(database.writer_dsn, options=OPTIONS) as conn:
        query, _ = placed(text)
        rows: list[tuple[Any, ...]] = conn.execute(
            b"explain (generic_plan, costs off) " + query
        ).fetchall()
    told = "\n".join(line for (line,) in rows)
    assert not re.search(r"Seq Scan on (unit|work_item|timeline|post|child)\b", told), told
    for condition in conditions:
        assert f"Index Cond: ({condition}" in told.replace("(((", "(").replace("((", "("), told


@pytest.mark.parametrize(
    ("about", "condition"), [("case", "case_id = "), ("child", '"position" = timeline_of_child')]
)
def test_a_file_for_an_auditor_is_not_sought_in_the_whole_log(
    database: Database, about: str, condition: str
) -> None:
    with (
        town_on(database),
        psycopg.connect(database.reader_dsn, options=ReadLimits().options) as conn,
    ):
        conn.execute("set search_path = read, pg_catalog")
        rows: list[tuple[Any, ...]] = conn.execute(
            b"explain (generic_plan, costs off) " + placed(LINES[about])[0]
        ).fetchall()
    told = [line.strip() for (line,) in rows]
    assert not [line for line in told if line.endswith("Seq Scan on timeline")]
    assert [line for line in told if line.startswith(f"Index Cond: ({condition}")], told
