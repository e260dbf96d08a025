"""What follows from a file's state is told where it may follow otherwise than before the append, and not else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from domain.child.care_state import EntrustedCareStatus
from domain.child.contacts import ContactMade
from domain.child.file_state import FileState
from domain.child.state import Child
from domain.divisions import Divisions
from domain.kernel import Event
from domain.replacing import replace
from eventlog.entries import Write
from eventlog.recorded import Recorded
from ops.golden import sample_of
from projections import task_writes
from projections.care_details import care
from projections.child_told import children
from projections.inline import Inline
from projections.kernel import PROJECTIONS, Projection
from projections.rowwrite import RowWrite
from tests.dsl import an_id, told

MOVED = "cq00138"
"""Of 江北区 until 2025-11-06 and of 两江新区 since: what its path is depends on the day."""
STILL = next(d.id for d in Divisions.load() if Divisions.load().lies_still(d.id))
CHILD = Child(id=an_id("child"), version=7, file=FileState(residence=STILL))
MADE: Event[Any] = told(sample_of(ContactMade), at="2025-03-03 09:00")


def step(after: Child, before: Child | None) -> Recorded:
    return Recorded(
        originator_id=after.id,
        originator_version=after.version,
        event=MADE,
        position=after.version,
        before=before,
        after=after,
    )


def relations(after: Child, before: Child | None) -> int:
    """How many statements tell who stands how to the file."""
    written = [str(w.sql) for w in children.settled(step(after, before))]
    return sum("select %(child)s::uuid, token, 'file'" in text for text in written)


def test_who_stands_how_to_a_file_is_told_where_it_may_have_changed() -> None:
    later, file = replace(CHILD, version=8), CHILD.file
    assert relations(later, CHILD) == 0
    assert relations(later, None) == 1
    assert relations(replace(CHILD, version=1), Child(id=CHILD.id, file=file)) == 1, "the first"
    for name in ("responsible_person", "owner_unit_id", "school_unit_id"):
        given: dict[str, Any] = {name: an_id(name)}
        assert relations(replace(later, file=replace(file, **given)), CHILD) == 1, name
    for name in ("residence", "hukou", "owner_division"):
        there: dict[str, Any] = {name: MOVED}
        moved = replace(CHILD, file=replace(file, **there))
        assert relations(replace(moved, version=8), CHILD) == 1, name
        assert relations(replace(moved, version=8), moved) == 1, "its path depends on the day"
    assert relations(replace(later, care=_with_carer()), CHILD) == 1


def _with_carer() -> Any:
    return replace(CHILD.care, carer_person_id=an_id("carer"))


def cared(status: EntrustedCareStatus, version: int) -> Child:
    return replace(CHILD, version=version, care=replace(CHILD.care, entrusted=status))


def test_a_carer_nobody_had_is_not_told_again_and_one_that_is_needed_waits() -> None:
    none, needed = EntrustedCareStatus.NONE, EntrustedCareStatus.NEEDED
    assert [*care.settled(step(cared(none, 8), cared(none, 7)))] == []
    assert len([*care.settled(step(cared(none, 9), cared(none, 7)))]) == 1, "there was between"
    assert len([*care.settled(step(cared(none, 8), cared(needed, 7)))]) == 1
    assert len([*care.settled(step(cared(none, 8), None))]) == 1
    (row,) = care.settled(step(cared(needed, 8), cared(needed, 7)))
    assert isinstance(row, RowWrite)
    assert isinstance(row.params, dict)
    assert {v for n, v in row.params.items() if n not in {"child_id", "status"}} == {None}


@pytest.fixture
def heads() -> Iterator[list[Recorded]]:
    heard: list[Recorded] = []
    projection = Projection("test_heads", zh="测试", en="For the test")

    def keep(r: Recorded, _event: Event[Any]) -> list[Write]:
        heard.append(r)
        return []

    projection.on_state(Child)(keep)
    yield heard
    del PROJECTIONS[projection.name]


def test_a_state_is_heard_with_what_was_before_the_append(heads: list[Recorded]) -> None:
    states = [replace(CHILD, version=n) for n in range(7, 10)]
    steps = [step(after, before) for before, after in pairwise(states)]
    Inline([PROJECTIONS["test_heads"]])(steps)
    (head,) = heads
    assert isinstance(head.before, Child)
    assert (head.before.version, head.version) == (7, 9)


def test_whether_a_task_changes_hands_is_asked_where_a_statement_sets_an_owner() -> None:
    task: dict[str, Any] = {"case_id": None, "child_id": CHILD.id, "position": 1, "at": None}
    ending, of = {"stream": "child", "status": "ENDED"}, (CHILD.id,)
    assert not any(task_writes.changes_hands(str(w.sql)) for w in task_writes.opened(of, **task))
    assert not task_writes.changes_hands(str(task_writes.closed(of, **ending).sql))
    assert not task_writes.changes_hands(str(task_writes.in_progress(of, **ending).sql))
    assert any(task_writes.changes_hands(str(w.sql)) for w in task_writes.kept_open(of, **task))
    assert task_writes.changes_hands("update work_item w set named_person_id = p.person_id")
