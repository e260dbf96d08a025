"""任务办理 · What people do with a task: accept, refuse, hand over, reassign; what the clock does: escalate (D.8).

A task is told from events by the table of queues; it is no state of its own stream. What a decision must know of it
comes from the shell as ``TaskView``. A task is done by its deed and never by a tick; only where the
texts know no deed may it be completed by hand, with its outcome in words. Refusals, hand-overs and
reassignments are kept for good, because 推诿扯皮 is a ground of accountability (SH2020-5.4-h), and a
refused duty goes up: nobody can make it ownerless (law 10).

The actions are declared in ``domain.task_actions``, for both streams alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, NewType
from uuid import UUID

from domain.kernel import Message, Refusal
from domain.labels import name_fields
from domain.sensitivity import P0, P2, P3
from domain.terms.roles import Role

QueueCode = NewType("QueueCode", str)
"""``Q-01`` … ``Q-50`` of the catalogue (domain model G)."""

REASSIGNING = frozenset(
    {Role.CHILD_SUPERVISOR, Role.TOWNSHIP, Role.DISTRICT_CIVIL_AFFAIRS, Role.CITY_CIVIL_AFFAIRS}
)
"""Who may move a task that is not their own unit's; over which territory is the gate's to say."""

name_fields(
    task_id=("任务", "Task"),
    queue=("工作队列", "Work queue"),
    task_unit_id=("任务承办单位", "Unit that holds the task"),
    accepted_by_id=("承办人", "Person who took it on"),
    task_reason=("理由", "Reason"),
    from_unit_id=("原承办单位", "Unit that held it"),
    to_unit_id=("改派至单位", "Reassigned to unit"),
    to_person_id=("移交给", "Handed over to"),
    task_due_at=("办理时限", "Due at"),
    outcome_text=("办理结果", "Outcome"),
    level=("升级层级", "Level of escalation"),
    next_level_at=("再次升级时间", "Next escalation at"),
)

UNKNOWN_TASK = Refusal("unknown_task", zh="没有此任务", en="There is no such task")
TASK_NOT_OPEN = Refusal("task_not_open", zh="任务已办结或已改派", en="The task is no longer open")
NOT_YOUR_TASK = Refusal(
    "not_your_task",
    zh="任务由另一单位承办",
    en="Another unit holds this task",
    clauses=("CQ2016-6.2-f",),
)
TASK_REASON_MISSING = Refusal("task_reason_missing", zh="须写明理由", en="Say why")
TASK_HAS_NO_SUPERIOR = Refusal(
    "task_has_no_superior",
    zh="没有上级单位可以承接,任务不得拒绝",
    en="Nobody stands above: the task cannot be refused",
)
NOT_IN_TASK_UNIT = Refusal(
    "not_in_task_unit",
    zh="此人不在承办单位任职",
    en="This person does not serve in the unit that holds the task",
)
TASK_UNIT_UNKNOWN = Refusal("task_unit_unknown", zh="没有此机构", en="There is no such unit")
TASK_ALREADY_THERE = Refusal(
    "task_already_there", zh="任务已由该单位承办", en="That unit holds the task already"
)
DEED_COMPLETES_TASK = Refusal(
    "deed_completes_task",
    zh="此任务以办理事项本身办结,不能勾选完成",
    en="This task is completed by its deed, not by a tick",
)


@dataclass(frozen=True, kw_only=True)
class TaskView:
    """A task as the shell finds it. ``above``: the units of the escalation chain over its owner, the nearest first.

    ``beyond``: who takes a refused duty where the chain has nobody. ``set_at``: when ``due_at`` began to run.
    """

    task_id: UUID
    queue: str
    status: str
    is_open: bool
    stream_id: UUID
    owner_unit_id: UUID
    named_person_id: UUID | None
    escalation: int
    set_at: datetime
    due_at: datetime
    escalates_at: datetime | None
    by_hand: bool
    above: tuple[UUID, ...] = ()
    beyond: tuple[UUID, ...] = ()
    subject: str = ""
    """What tells it from others of its queue on its stream, such as the concern it is about."""


class Tasked(Message):
    """A fact about one task."""

    task_id: Annotated[UUID, P0]
    queue: Annotated[QueueCode, P0]


class Accepted(Tasked):
    """任务已接受 · Somebody of the unit took it on, and is named for it from now on."""

    task_unit_id: Annotated[UUID, P2]
    accepted_by_id: Annotated[UUID, P2]


class TaskRefusedFact(Tasked):
    """任务已拒绝 · The unit will not do it, and says why; the duty goes up in the same breath."""

    task_unit_id: Annotated[UUID, P2]
    task_reason: Annotated[str, P2]


class HandedOver(Tasked):
    """任务已移交 · Another person of the same unit is named for it."""

    to_person_id: Annotated[UUID, P2]
    task_reason: Annotated[str, P2]


class Reassigned(Tasked):
    """任务已改派 · Another unit holds the duty."""

    from_unit_id: Annotated[UUID, P2]
    to_unit_id: Annotated[UUID, P2]
    task_due_at: Annotated[datetime, P0]
    task_reason: Annotated[str, P2]


class Completed(Tasked):
    """任务已办结 · Done, where no other record says so."""

    outcome_text: Annotated[str, P3]


class Escalated(Tasked):
    """任务已升级 · Not done in time: the unit above has it in its queue too, until it is done."""

    level: Annotated[int, P0]
    to_unit_id: Annotated[UUID, P2]
    task_due_at: Annotated[datetime, P0]
    """By when the unit above must have seen to it."""
    next_level_at: Annotated[datetime | None, P0] = None


class OnTask(Message):
    """What is asked about one task."""

    task_id: Annotated[UUID, P0]


class WithReason(OnTask):
    """A task and why."""

    task_reason: Annotated[str, P2]


class ToPerson(WithReason):
    """To whom of the same unit."""

    to_person_id: Annotated[UUID, P2]


class ToUnit(WithReason):
    """To which unit."""

    to_unit_id: Annotated[UUID, P2]


class WithOutcome(OnTask):
    """What came of it."""

    outcome_text: Annotated[str, P3]


class ToEscalate(OnTask):
    """Which level is asked for, so that a clock rung late does not ring twice."""

    level: Annotated[int, P0]
