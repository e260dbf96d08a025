"""任务办理 · What people do with a task: accept, refuse, hand over, reassign; what the clock does: escalate (D.8).

A task is told from events by the table of queues; it is no state of its own stream. What a decision must know of it
comes from the shell as ``TaskView``. A task is done by its deed and never by a tick; only where the
texts know no deed may it be completed by hand, with its outcome in words. Refusals, hand-overs and
reassignments are kept for good, because 推诿扯皮 is a ground of accountability (SH2020-5.4-h), and a
refused duty goes up: nobody can make it ownerless (law 10).

The actions are the same on the case and on the child's file; ``task_actions`` declares them for one stream.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import new_class
from typing import Annotated, Any, NewType, cast
from uuid import UUID

from domain.kernel import PRESENT, Command, Event, Message, Refusal, State
from domain.labels import name_fields
from domain.sensitivity import P0, P2, P3
from domain.terms.roles import Role

QueueCode = NewType("QueueCode", str)
"""``Q-01`` … ``Q-50`` of the catalogue (domain model G)."""

CLAUSES = ("CQ2016-4.3-c", "CQ2016-6.2-f", "SH2020-5.4-h")
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


class Tasked(Message):
    """A fact about one task."""

    task_id: Annotated[UUID, P0]
    queue: Annotated[QueueCode, P0]


class Accepted(Tasked):
    """任务已接受 · Somebody of the unit took it on, and is named for it from now on."""

    task_unit_id: Annotated[UUID, P0]
    accepted_by_id: Annotated[UUID, P2]


class TaskRefusedFact(Tasked):
    """任务已拒绝 · The unit will not do it, and says why; the duty goes up in the same breath."""

    task_unit_id: Annotated[UUID, P0]
    task_reason: Annotated[str, P2]


class HandedOver(Tasked):
    """任务已移交 · Another person of the same unit is named for it."""

    to_person_id: Annotated[UUID, P2]
    task_reason: Annotated[str, P2]


class Reassigned(Tasked):
    """任务已改派 · Another unit holds the duty."""

    from_unit_id: Annotated[UUID, P0]
    to_unit_id: Annotated[UUID, P0]
    task_due_at: Annotated[datetime, P0]
    task_reason: Annotated[str, P2]


class Completed(Tasked):
    """任务已办结 · Done, where no other record says so."""

    outcome_text: Annotated[str, P3]


class Escalated(Tasked):
    """任务已升级 · Not done in time: the unit above has it in its queue too, until it is done."""

    level: Annotated[int, P0]
    to_unit_id: Annotated[UUID, P0]
    task_due_at: Annotated[datetime, P0]
    """By when the unit above must have seen to it."""
    next_level_at: Annotated[datetime | None, P0] = None


@dataclass(frozen=True)
class TaskFacts:
    """The task events of one stream."""

    accepted: type[Any]
    refused: type[Any]
    handed_over: type[Any]
    reassigned: type[Any]
    completed: type[Any]
    escalated: type[Any]


class OnTask(Message):
    """What is asked about one task."""

    task_id: Annotated[UUID, P0]


def found(command: Command[Any], state: State) -> TaskView:
    """The open task the command names, on this very stream."""
    task = command.task
    if task is None or task.stream_id != state.id:
        raise UNKNOWN_TASK(field="taskId")
    if not task.is_open:
        raise TASK_NOT_OPEN(field="taskId")
    return task


def mine(command: Command[Any], state: State) -> TaskView:
    """The open task, held by the actor's own unit or naming the actor."""
    task = found(command, state)
    if command.by.unit_id != task.owner_unit_id and command.by.person_id != task.named_person_id:
        raise NOT_YOUR_TASK(field="taskId")
    return task


def because(reason: str) -> str:
    """A reason in words."""
    if not reason.strip():
        raise TASK_REASON_MISSING(field="taskReason")
    return reason.strip()


def step(command: Command[Any], task: TaskView) -> timedelta:
    """How long the next unit has: as long as the duty had, but not longer than the platform's step."""
    longest = timedelta(days=command.rules.days("escalation_step_days"))
    had = task.due_at - task.set_at
    return min(had, longest) if had > timedelta(0) else longest


def task_actions(state: type[State], noun: str) -> TaskFacts:
    """Declares the events and commands for one stream; ``noun`` tells the mutations apart (``AcceptCaseTask``)."""
    facts = TaskFacts(
        accepted=_event(state, noun, Accepted, "Accepted", ("任务已接受", "Task accepted")),
        refused=_event(state, noun, TaskRefusedFact, "Refused", ("任务已拒绝", "Task refused")),
        handed_over=_event(state, noun, HandedOver, "HandedOver", ("任务已移交", "Task handed over")),
        reassigned=_event(state, noun, Reassigned, "Reassigned", ("任务已改派", "Task reassigned")),
        completed=_event(state, noun, Completed, "Completed", ("任务已办结", "Task completed")),
        escalated=_event(state, noun, Escalated, "Escalated", ("任务已升级", "Task escalated")),
    )
    _commands(state, noun, facts)
    return facts


def _event(
    state: type[State], noun: str, shape: type[Message], verb: str, label: tuple[str, str]
) -> type[Any]:
    snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in verb)
    declared = {"name": f"{state.stream}.task{snake}", "zh": label[0], "en": label[1]}
    return _made(f"{noun}Task{verb}", shape, Event[state], declared, shape.__doc__)  # type: ignore[valid-type]


def _made(
    title: str, shape: type, kind: Any, declared: dict[str, Any], doc: str | None, **body: Any
) -> type[Any]:
    """``class <title>(shape, kind, **declared)``, so that the names follow from the stream."""
    bases = (shape, kind.__origin__)
    space = {
        "__module__": __name__,
        "__qualname__": title,
        "__doc__": doc,
        "__orig_bases__": (shape, kind),
        **body,
    }
    return cast("type[Any]", new_class(title, bases, declared, lambda ns: ns.update(space)))


Decides = Callable[[Any, Any, TaskFacts], Iterator[Any]]


@dataclass(frozen=True)
class _Act:
    """One action on a task: its name, labels, input and rule."""

    verb: str
    zh: str
    en: str
    shape: type[Message]
    rule: Decides
    by_system: bool = False


class WithReason(OnTask):
    """A task and why."""

    task_reason: Annotated[str, P2]


class ToPerson(WithReason):
    """To whom of the same unit."""

    to_person_id: Annotated[UUID, P2]


class ToUnit(WithReason):
    """To which unit."""

    to_unit_id: Annotated[UUID, P0]


class WithOutcome(OnTask):
    """What came of it."""

    outcome_text: Annotated[str, P3]


class ToEscalate(OnTask):
    """Which level is asked for, so that a clock rung late does not ring twice."""

    level: Annotated[int, P0]


def _accept(self: Any, state: State, facts: TaskFacts) -> Iterator[Any]:
    """接受任务 · Takes the task on; the accepter is named for it (CQ2016-6.2-f)."""
    task = mine(self, state)
    me = self.by.person_id
    if task.status == "ACCEPTED" and task.named_person_id == me:
        return
    yield facts.accepted(
        task_id=task.task_id,
        queue=QueueCode(task.queue),
        task_unit_id=task.owner_unit_id,
        accepted_by_id=me,
    )


def _refuse(self: Any, state: State, facts: TaskFacts) -> Iterator[Any]:
    """拒绝任务 · Refuses with a reason; the duty goes to the unit above at once."""
    task, reason = mine(self, state), because(self.task_reason)
    heirs = (*task.above, *task.beyond)
    if not heirs:
        raise TASK_HAS_NO_SUPERIOR(field="taskId")
    queue = QueueCode(task.queue)
    yield facts.refused(
        task_id=task.task_id, queue=queue, task_unit_id=task.owner_unit_id, task_reason=reason
    )
    yield facts.reassigned(
        task_id=task.task_id,
        queue=queue,
        from_unit_id=task.owner_unit_id,
        to_unit_id=heirs[0],
        task_due_at=_due_there(self, task),
        task_reason=reason,
    )


def _hand_over(self: Any, state: State, facts: TaskFacts) -> Iterator[Any]:
    """移交任务 · Names another person of the same unit."""
    task, reason = mine(self, state), because(self.task_reason)
    serving = any(
        p.person_id == self.to_person_id and p.unit_id == task.owner_unit_id and p.active
        for p in self.directory.posts
    )
    if not serving:
        raise NOT_IN_TASK_UNIT(field="toPersonId")
    if task.named_person_id != self.to_person_id:
        yield facts.handed_over(
            task_id=task.task_id,
            queue=QueueCode(task.queue),
            to_person_id=self.to_person_id,
            task_reason=reason,
        )


def _reassign(self: Any, state: State, facts: TaskFacts) -> Iterator[Any]:
    """改派任务 · Gives the duty to another unit: by the unit itself, a supervisor, the township or civil affairs."""
    task, reason = found(self, state), because(self.task_reason)
    if self.by.unit_id != task.owner_unit_id and self.by.role not in REASSIGNING:
        raise NOT_YOUR_TASK(field="taskId")
    if self.to_unit_id not in self.directory.units:
        raise TASK_UNIT_UNKNOWN(field="toUnitId")
    if self.to_unit_id == task.owner_unit_id:
        raise TASK_ALREADY_THERE(field="toUnitId")
    yield facts.reassigned(
        task_id=task.task_id,
        queue=QueueCode(task.queue),
        from_unit_id=task.owner_unit_id,
        to_unit_id=self.to_unit_id,
        task_due_at=_due_there(self, task),
        task_reason=reason,
    )


def _due_there(command: Command[Any], task: TaskView) -> datetime:
    """The duty keeps its time limit; where that has passed, the next unit has one step."""
    return task.due_at if task.due_at > command.at else command.at + step(command, task)


def _complete(self: Any, state: State, facts: TaskFacts) -> Iterator[Any]:
    """办结任务 · Completes by hand, with the outcome in words, what no other record can complete."""
    task = mine(self, state)
    if not task.by_hand:
        raise DEED_COMPLETES_TASK(field="taskId")
    if not self.outcome_text.strip():
        raise TASK_REASON_MISSING(field="outcomeText")
    yield facts.completed(
        task_id=task.task_id,
        queue=QueueCode(task.queue),
        outcome_text=self.outcome_text.strip(),
    )


def _escalate(self: Any, state: State, facts: TaskFacts) -> Iterator[Any]:
    """升级任务 · Put by the clock when the time is over; nothing where the task was done or moved meanwhile."""
    task = self.task
    if task is None or task.stream_id != state.id or not task.is_open or not task.above:
        return
    if task.escalation + 1 != self.level or task.escalates_at is None:
        return
    if self.at <= task.escalates_at:
        return
    answer_by = self.at + step(self, task)
    yield facts.escalated(
        task_id=task.task_id,
        queue=QueueCode(task.queue),
        level=self.level,
        to_unit_id=task.above[0],
        task_due_at=answer_by,
        next_level_at=answer_by if len(task.above) > 1 else None,
    )


_ACTS = (
    _Act("Accept", "接受任务", "Accept a task", OnTask, _accept),
    _Act("Refuse", "拒绝任务", "Refuse a task", WithReason, _refuse),
    _Act("HandOver", "移交任务", "Hand a task over", ToPerson, _hand_over),
    _Act("Reassign", "改派任务", "Reassign a task", ToUnit, _reassign),
    _Act("Complete", "办结任务", "Complete a task", WithOutcome, _complete),
    _Act("Escalate", "升级任务", "Escalate a task", ToEscalate, _escalate, by_system=True),
)


def _commands(state: type[State], noun: str, facts: TaskFacts) -> None:
    for act in _ACTS:
        snake = "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(act.verb))
        declared = {
            "name": f"{state.stream}.{snake}_task",
            "zh": act.zh,
            "en": act.en,
            "when": PRESENT,
            "clauses": CLAUSES,
            "needs": ("task",),
            "by_system": act.by_system,
        }
        _made(
            f"{act.verb}{noun}Task",
            act.shape,
            Command[state],  # type: ignore[valid-type]
            declared,
            act.rule.__doc__,
            decide=_rule(act.rule, facts),
        )


def _rule(rule: Decides, facts: TaskFacts) -> Callable[[Any, Any], Iterator[Any]]:
    def decide(self: Any, state: Any) -> Iterator[Any]:
        return rule(self, state, facts)

    return decide
