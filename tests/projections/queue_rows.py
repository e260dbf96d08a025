"""A task as its queue declares it, and the town in which it comes and goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from domain.child.file import OpenChildFile
from domain.kernel import Event, State
from domain.periods import local_date
from domain.terms.file import Sex
from domain.terms.places import DivisionId
from tests.dsl import place
from tests.projections.telling import told
from tests.projections.town import (
    CLERK,
    Town,
    unit_id,
)

STREET, CHONGMING = place("上海市/长宁区/江苏路街道"), place("上海市/崇明区")
OFFICE = unit_id("civil affairs")
DAY = date(2019, 3, 20)


@dataclass(frozen=True)
class Row:
    """A task as its queue declares it: the fact that opens it, and the one by which it is done."""

    queue: str
    opens: Event[Any]
    due_on: date
    clauses: list[str]
    ends: Event[Any]


def at_work(town: Town, row: Row, stream: UUID, state: type[State], owner: UUID = OFFICE) -> None:
    """The task of this row comes with its fact and goes with its deed."""
    told(town, stream, row.opens, state=state)
    (task,) = tasks(town, row.queue, stream)
    assert task["owner_unit_id"] == owner
    assert local_date(task["due_at"]) == row.due_on
    assert task["clauses"] == row.clauses
    told(town, stream, row.ends, state=state)
    assert tasks(town, row.queue, stream) == []


def tasks(town: Town, queue: str, stream: UUID) -> list[dict[str, Any]]:
    """The open tasks of a queue on a stream."""
    return town.rows(
        "select * from read.work_item where queue = %(queue)s and is_open "
        "and cause_stream_id = %(stream)s order by due_at",
        queue=queue,
        stream=stream,
    )


def on_file(town: Town, when: str, where: str) -> UUID:
    """A child of this place."""
    opening = OpenChildFile(
        child_name="范小舟", sex=Sex.MALE, birth_on=date(2012, 5, 6), residence=DivisionId(where)
    )
    return town.at(when).do(opening, by=CLERK).stream_id
