"""任务动作 · The actions on a task, declared once for the case and for the child's file (D.8).

``task_actions`` makes the events and commands of one stream: ``AcceptCaseTask`` and ``AcceptChildTask``
are the same rule on two streams. What they say and refuse is in ``domain.tasks``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import new_class
from typing import Any, cast

from domain.kernel import PRESENT, Command, Event, Message, State
from domain.tasks import (
    DEED_COMPLETES_TASK,
    NOT_IN_TASK_UNIT,
    NOT_YOUR_TASK,
    REASSIGNING,
    TASK_ALREADY_THERE,
    TASK_HAS_NO_SUPERIOR,
    TASK_NOT_OPEN,
    TASK_REASON_MISSING,
    TASK_UNIT_UNKNOWN,
    UNKNOWN_TASK,
    Accepted,
    Completed,
    Escalated,
    HandedOver,
    OnTask,
    QueueCode,
    Reassigned,
    TaskRefusedFact,
    TaskView,
    ToEscalate,
    ToPerson,
    ToUnit,
    WithOutcome,
    WithReason,
)

CLAUSES = ("CQ2016-4.3-c", "CQ2016-6.2-f", "SH2020-5.4-h")


@dataclass(frozen=True)
class TaskFacts:
    """The task events of one stream."""

    accepted: type[Any]
    refused: type[Any]
    handed_over: type[Any]
    reassigned: type[Any]
    completed: type[Any]
    escalated: type[Any]


def found(command: Command[Any], state: State) -> TaskView:
    """The open task the command names, on this very stream."""
    task = named(command, state)
    if not task.is_open:
        raise TASK_NOT_OPEN(field="taskId")
    return task


def named(command: Command[Any], state: State) -> TaskView:
    """The task the command names, on this very stream, open or over."""
    task = command.task
    if task is None or task.stream_id != state.id:
        raise UNKNOWN_TASK(field="taskId")
    return task


def mine(command: Command[Any], state: State) -> TaskView:
    """The open task, held by the actor's own unit or naming the actor."""
    return own(command, found(command, state))


def own(command: Command[Any], task: TaskView) -> TaskView:
    """A task held by the actor's own unit or naming the actor."""
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
        handed_over=_event(
            state, noun, HandedOver, "HandedOver", ("任务已移交", "Task handed over")
        ),
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
        snake = "".join(
            f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(act.verb)
        )
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
