"""Steps of many subjects go as one statement in a long batch, each subject's in their order, and none past its time."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson

from eventlog.entries import Write
from projections.child import ChildRow
from projections.kernel import change, insert, sql
from projections.relations import AccessRelation
from projections.rowwrite import Step
from projections.steps import step
from projections.together import at_length_together, together
from tests.dsl import an_id

ANN, BOB, CARL, CASE = (an_id(name) for name in ("ann", "bob", "carl", "case"))


def closed(position: int, *of: UUID) -> Step:
    return step(
        of,
        "update work_item w set status = 'ENDED', position = %(position)s "
        "from {rows}duty d where d.task_id = w.task_id and w.child_id = %(child)s",
        position=position,
        child=of[0],
    )


def graded(child: UUID, grade: str) -> Write:
    return change(ChildRow, {"child_id": child}, school_grade=grade)


def rows_of(write: Write) -> list[dict[str, Any]]:
    """The rows of a statement for many; of one for one, its values."""
    assert isinstance(write.params, dict)
    found = write.params.get("rows")
    return [write.params] if found is None else orjson.loads(found)


def test_what_is_said_of_several_is_one_statement_for_each_of_their_steps() -> None:
    steps = [s for child in (ANN, BOB, CARL) for s in (graded(child, "3"), closed(7, child))]
    first, then = at_length_together(steps)
    assert [r["where_child_id"] for r in rows_of(first)] == [str(c) for c in (ANN, BOB, CARL)]
    assert [r["child"] for r in rows_of(then)] == [str(c) for c in (ANN, BOB, CARL)]
    assert "update child set school_grade = r.school_grade from rows r" in str(first.sql)
    assert "from rows r, duty d where d.task_id = w.task_id and w.child_id = r.child" in str(
        then.sql
    )


def test_the_steps_of_one_subject_keep_their_order() -> None:
    steps = [graded(ANN, "1"), graded(BOB, "1"), graded(ANN, "2")]
    first, then = at_length_together(steps)
    assert [r["school_grade"] for r in rows_of(first)] == ["1", "1"]
    assert [r["school_grade"] for r in rows_of(then)] == ["2"]


def test_who_is_named_together_goes_in_one_order() -> None:
    """A case and its child: either may mean the other's task, so neither passes the other."""
    steps = [closed(1, ANN), closed(2, CASE, ANN), closed(3, CASE), closed(4, BOB)]
    told = [[r["position"] for r in rows_of(w)] for w in at_length_together(steps)]
    assert told == [[1, 4], [2], [3]]


def test_a_statement_about_everybody_waits_for_the_steps_that_speak_of_its_tables() -> None:
    renamed = sql("update work_item set named_person_id = null where owner_unit_id = %(u)s", u=CASE)
    elsewhere = sql("delete from visit where child_id = %(child)s", child=ANN)
    told = at_length_together([closed(1, ANN), elsewhere, closed(2, BOB), renamed, closed(3, CARL)])
    assert [[r.get("position") for r in rows_of(w)] for w in told] == [[None], [1, 2], [None], [3]]


def test_a_row_that_waits_is_there_when_a_step_speaks_of_its_table() -> None:
    given = insert(AccessRelation, subject_id=ANN, token="T:x", reason="file", event_id=CASE)
    gone = step((ANN,), "delete from access_relation where subject_id = %(child)s", child=ANN)
    assert at_length_together([given, gone, given]) == [given, gone, given]


def test_where_writers_wait_each_step_goes_as_it_stands() -> None:
    steps = [graded(ANN, "3"), graded(BOB, "3")]
    assert together(steps) == steps
