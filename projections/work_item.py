"""任务 · Work items: what each unit has to do, until when, by which clause, and who is named for it (D.8)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from domain.sensitivity import P0, P2
from projections.queue_grammar import GUARDED
from projections.readmodel import ReadModel


class WorkItemRow(
    ReadModel,
    table="work_item",
    obj="work_item",
    key=("task_id",),
    sort=("precedence", "due_at"),
    tokens=True,
    asked_by=("CN2017-2-h", "CN2017-5.1-ae"),
    guarded=GUARDED,
    dated=("created_at", "completed_at"),
    forgets=("trail",),
    indexes=(
        "owner_unit_id, queue, precedence, due_at, task_id",
        "owner_unit_id, completed_at, task_id",
        "named_person_id",
        "child_id",
        "case_id",
        "cause_stream_id",
        "position",
    ),
    fragments={
        "row": (
            "task_id",
            "queue",
            "status",
            "is_open",
            "due_at",
            "due_basis",
            "escalation",
            "clauses",
        )
    },
    zh="任务",
    en="Work item",
):
    """One task in one unit's queue. Nothing is ever without an owner; the clauses say why it is there.

    ``status``: CREATED, ACCEPTED, IN_PROGRESS, ESCALATED while open; COMPLETED by the deed, ENDED where the
    duty fell away, REFUSED, REASSIGNED afterwards. ``escalation`` counts levels.
    """

    task_id: Annotated[UUID, P0]
    queue: Annotated[str, P0]
    status: Annotated[str, P0]
    is_open: Annotated[bool, P0]
    owner_unit_id: Annotated[UUID, P0]
    named_person_id: Annotated[UUID | None, P2]
    child_id: Annotated[UUID | None, P0]
    case_id: Annotated[UUID | None, P0]
    cause_stream: Annotated[str, P0]
    cause_stream_id: Annotated[UUID, P0]
    cause_event_id: Annotated[UUID, P0]
    created_at: Annotated[datetime, P0]
    due_at: Annotated[datetime, P0]
    due_basis: Annotated[str, P0]
    """The pack parameter behind ``due_at`` and its mark: in the text, or platform default."""
    is_provisional: Annotated[bool, P0]
    escalation: Annotated[int, P0]
    escalated_at: Annotated[datetime | None, P0]
    completed_at: Annotated[datetime | None, P0]
    refusal_reason: Annotated[str | None, P2]
    trail: Annotated[dict[str, Any], P2]
    """By log position: who took it, handed it on, refused it or sent it elsewhere, why, and each time it went up."""
    clauses: Annotated[tuple[str, ...], P0]
    existence: Annotated[str, P0]
    """What it tells to know that there is this task."""
    precedence: Annotated[int, P0]
    """0 where it has gone up a level, else 1: what is escalated comes first, then what is due first."""
    position: Annotated[int, P0]
    """The log position of the last change: where a subscriber resumes."""


class TaskLeftRow(
    ReadModel,
    table="task_left",
    obj="work_item",
    key=("task_id", "position"),
    tokens=True,
    guarded=GUARDED,
    indexes=("owner_unit_id, queue, position, task_id", "position", "child_id", "case_id"),
    zh="离开队列的任务",
    en="Tasks that left a queue",
):
    """That a task is no longer where it was, for those who could see it there; never where it went (domain model G).

    A task whose owner or named person changes in place, or from which somebody is kept from now on, leaves no row
    behind in the queue that they look at. Its ``tokens`` are those by which it was seen until then.
    """

    task_id: Annotated[UUID, P0]
    position: Annotated[int, P0]
    owner_unit_id: Annotated[UUID, P0]
    queue: Annotated[str, P0]
    child_id: Annotated[UUID | None, P0]
    case_id: Annotated[UUID | None, P0]
    existence: Annotated[str, P0]
