"""What people and the clock do with a task, on every stream: accept, refuse, hand over, reassign, complete, go up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.context import Actor
from domain.directory import Directory, Post, Unit
from domain.kernel import COMMANDS, EVENTS, Command
from domain.tasks import QueueCode, TaskView
from domain.terms.units import UnitKind
from ops.golden import sample_of
from tests.dsl import Asked, an_id, given, local, person, place, put

SUBJECT, TASK = an_id("subject"), an_id("task")
STATION, COUNTY, TOWN = an_id("police station"), an_id("county police"), an_id("township")
BAIDI = place("重庆市/奉节县/白帝镇")
OFFICER = replace(person("officer", "police"), unit_id=STATION)
CLERK = replace(person("clerk", "township"), unit_id=TOWN)
DIRECTORY = Directory.of(
    [
        Unit(id=key, kind=kind, name=kind.zh, division_id=BAIDI)
        for key, kind in (
            (STATION, UnitKind.POLICE),
            (COUNTY, UnitKind.DISTRICT_POLICE),
            (TOWN, UnitKind.TOWNSHIP),
        )
    ],
    [
        Post(
            assignment_id=an_id("post of the second officer"),
            person_id=an_id("second officer"),
            role="police",
            unit_id=STATION,
            division_id=BAIDI,
        )
    ],
)
TASK_OF_THE_STATION = TaskView(
    task_id=TASK,
    queue="Q-03",
    status="CREATED",
    is_open=True,
    stream_id=SUBJECT,
    owner_unit_id=STATION,
    named_person_id=an_id("officer"),
    escalation=0,
    set_at=local("2025-03-03 09:00"),
    due_at=local("2025-03-03 12:00"),
    escalates_at=local("2025-03-03 12:00"),
    by_hand=False,
    above=(COUNTY,),
)
Q = QueueCode("Q-03")


def asked(
    act: str,
    by: Actor = OFFICER,
    *,
    task: TaskView | None = TASK_OF_THE_STATION,
    at: str = "2025-03-03 10:00",
    **more: Any,
) -> Asked:
    """An act on the task, on a stream that is there."""
    made: Any = COMMANDS[act]
    command: Command[Any] = put(
        made(task_id=TASK, **more), by=by, at=at, where=BAIDI, directory=DIRECTORY
    )
    stream = act.partition(".")[0]
    first = next(event for name, event in EVENTS.items() if name.startswith(f"{stream}."))
    there = sample_of(first)
    return given(there).when(replace(command, context=replace(command.context, task=task)))


def event(name: str, **values: Any) -> Any:
    """A fact about the task."""
    made: Any = EVENTS[name]
    return made(task_id=TASK, queue=Q, **values)


@pytest.mark.parametrize(
    ("act", "fact"),
    [
        ("child.accept_task", "child.task_accepted"),
        ("case.accept_task", "case.task_accepted"),
        ("unit.accept_task", "unit.task_accepted"),
        ("rules.accept_task", "rules.task_accepted"),
        ("access.accept_task", "access.task_accepted"),
    ],
)
def test_whoever_accepts_is_named_for_it(act: str, fact: str) -> None:
    second = replace(OFFICER, person_id=an_id("second officer"))
    asked(act, second).then(
        event(fact, task_unit_id=STATION, accepted_by_id=an_id("second officer"))
    )
    held = replace(TASK_OF_THE_STATION, status="ACCEPTED")
    asked(act, task=held).then_nothing()
    asked(act, CLERK).then_refused("not_your_task", cites="CQ2016-6.2-f")
    asked(act, task=None).then_refused("unknown_task", field="taskId")
    asked(act, task=replace(TASK_OF_THE_STATION, is_open=False)).then_refused("task_not_open")


@pytest.mark.parametrize(
    ("act", "refused", "reassigned"),
    [
        ("child.refuse_task", "child.task_refused", "child.task_reassigned"),
        ("case.refuse_task", "case.task_refused", "case.task_reassigned"),
        ("unit.refuse_task", "unit.task_refused", "unit.task_reassigned"),
        ("rules.refuse_task", "rules.task_refused", "rules.task_reassigned"),
        ("access.refuse_task", "access.task_refused", "access.task_reassigned"),
    ],
)
def test_a_refused_duty_goes_up_with_the_reason_and_is_never_ownerless(
    act: str, refused: str, reassigned: str
) -> None:
    asked(act, task_reason="不在辖区").then(
        event(refused, task_unit_id=STATION, task_reason="不在辖区"),
        event(
            reassigned,
            from_unit_id=STATION,
            to_unit_id=COUNTY,
            task_due_at=local("2025-03-03 12:00"),
            task_reason="不在辖区",
        ),
    )
    asked(act, task_reason=" ").then_refused("task_reason_missing", field="taskReason")
    nobody_above = replace(TASK_OF_THE_STATION, above=())
    asked(act, task=nobody_above, task_reason="不在辖区").then_refused("task_has_no_superior")


@pytest.mark.parametrize(
    ("act", "fact"),
    [
        ("child.hand_over_task", "child.task_handed_over"),
        ("case.hand_over_task", "case.task_handed_over"),
        ("unit.hand_over_task", "unit.task_handed_over"),
        ("rules.hand_over_task", "rules.task_handed_over"),
        ("access.hand_over_task", "access.task_handed_over"),
    ],
)
def test_a_task_is_handed_over_within_the_unit_with_the_reason(act: str, fact: str) -> None:
    second = an_id("second officer")
    asked(act, task_reason="休假", to_person_id=second).then(
        event(fact, to_person_id=second, task_reason="休假")
    )
    asked(act, task_reason="休假", to_person_id=an_id("officer")).then_refused("not_in_task_unit")


@pytest.mark.parametrize(
    ("act", "fact"),
    [
        ("child.reassign_task", "child.task_reassigned"),
        ("case.reassign_task", "case.task_reassigned"),
        ("unit.reassign_task", "unit.task_reassigned"),
        ("rules.reassign_task", "rules.task_reassigned"),
        ("access.reassign_task", "access.task_reassigned"),
    ],
)
def test_a_duty_given_to_another_unit_keeps_its_time_or_has_one_step(act: str, fact: str) -> None:
    values = {"from_unit_id": STATION, "to_unit_id": TOWN, "task_reason": "属乡镇职责"}
    given_away: dict[str, Any] = {"task_reason": "属乡镇职责", "to_unit_id": TOWN}
    asked(act, CLERK, **given_away).then(
        event(fact, task_due_at=local("2025-03-03 12:00"), **values)
    )
    late = asked(act, CLERK, at="2025-03-03 15:00", **given_away)
    late.then(event(fact, task_due_at=local("2025-03-03 18:00"), **values))
    elsewhere: dict[str, Any] = {**given_away, "to_unit_id": an_id("no such unit")}
    asked(act, CLERK, **elsewhere).then_refused("task_unit_unknown", field="toUnitId")
    asked(act, CLERK, **{**given_away, "to_unit_id": STATION}).then_refused("task_already_there")
    teacher = replace(person("teacher", "class_teacher"), unit_id=an_id("school"))
    asked(act, teacher, **given_away).then_refused("not_your_task")


@pytest.mark.parametrize(
    ("act", "fact"),
    [
        ("child.complete_task", "child.task_completed"),
        ("case.complete_task", "case.task_completed"),
        ("unit.complete_task", "unit.task_completed"),
        ("rules.complete_task", "rules.task_completed"),
        ("access.complete_task", "access.task_completed"),
    ],
)
def test_only_what_no_deed_completes_is_completed_by_hand(act: str, fact: str) -> None:
    by_hand = replace(TASK_OF_THE_STATION, by_hand=True)
    asked(act, task=by_hand, outcome_text=" 已落实 ").then(event(fact, outcome_text="已落实"))
    asked(act, task=by_hand, outcome_text=" ").then_refused("task_reason_missing")
    asked(act, outcome_text="已落实").then_refused("deed_completes_task")


@pytest.mark.parametrize(
    ("act", "fact"),
    [
        ("child.escalate_task", "child.task_escalated"),
        ("case.escalate_task", "case.task_escalated"),
        ("unit.escalate_task", "unit.task_escalated"),
        ("rules.escalate_task", "rules.task_escalated"),
        ("access.escalate_task", "access.task_escalated"),
    ],
)
def test_what_is_not_done_in_time_goes_up_once_a_level(act: str, fact: str) -> None:
    late = "2025-03-03 12:01"
    asked(act, at=late, level=1).then(
        event(fact, level=1, to_unit_id=COUNTY, task_due_at=local("2025-03-03 15:01"))
    )
    asked(act, at="2025-03-03 12:00", level=1).then_nothing()
    asked(act, at=late, level=2).then_nothing()
    asked(act, at=late, level=1, task=replace(TASK_OF_THE_STATION, is_open=False)).then_nothing()
