"""What a unit does with a task: accepts it, refuses it, hands it over, moves it; who leaves is named no longer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from domain.case.intake import AcceptReport
from domain.kernel import Refused
from domain.terms.roles import Role
from domain.unit.posts import AppointPerson, EndAssignment
from projections.task_writes import DESK
from tests.database import Database
from tests.dsl import an_id, local
from tests.projections.tasks import act, relations
from tests.projections.town import (
    CLERK,
    OFFICER,
    SUPERVISOR,
    TEACHER,
    Town,
    actor,
    notified,
    reported,
    town_on,
    unit_id,
)


def test_accepting_names_the_one_who_accepts(town: Town) -> None:
    case = reported(town)
    second = actor("second officer", Role.POLICE, "police")
    done = town.do(act("accept", town.task("Q-01")), case, second)
    assert len(done.event_ids) == 1
    task = town.task("Q-01")
    assert (task["status"], task["named_person_id"]) == ("ACCEPTED", an_id("second officer"))
    assert town.do(act("accept", task), case, second).event_ids == ()


def test_a_refused_duty_goes_up_and_is_never_ownerless(town: Town) -> None:
    case = reported(town)
    task = town.task("Q-01")
    town.at("2025-03-03 09:05").do(act("refuse", task, task_reason="不属本所管辖"), case, OFFICER)
    taken, left = sorted(town.tasks("Q-01"), key=lambda t: not t["is_open"])
    assert (left["status"], left["is_open"]) == ("REASSIGNED", False)
    assert left["refusal_reason"] == "不属本所管辖"
    assert taken["owner_unit_id"] == unit_id("district police")
    assert taken["named_person_id"] == an_id("chief")
    assert taken["due_at"] == local("2025-03-03 09:30")
    assert relations(town, f"task:{task['task_id']}") == set()
    assert (case, f"T:{unit_id('district police')}") in relations(town, f"task:{taken['task_id']}")
    town.at("2025-03-03 09:20").do(AcceptReport(), case, OFFICER)
    assert [t["is_open"] for t in town.tasks("Q-01")] == [False, False]


def test_what_goes_up_names_nobody_who_only_keeps_the_rules(town: Town) -> None:
    """CQ2016-6.2-f: one named person who answers for it; a rule owner of the same bureau sees no child."""
    for n in range(4):
        keeper = AppointPerson(
            person_id=an_id(f"keeper {n}"), person_name="管规则", role=Role.RULE_OWNER
        )
        town.do(keeper, unit_id("civil affairs"))
    case = notified(town)
    task = town.task("Q-06")
    town.do(act("refuse", task, task_reason="不属本镇管辖"), case, CLERK)
    assert town.task("Q-06")["named_person_id"] == an_id("official")


def test_who_has_nobody_above_cannot_refuse(database: Database) -> None:
    with town_on(database, units=False) as town:
        case = reported(town)
        task = town.task("Q-01")
        desk = actor("desk", Role.SYSTEM, "desk")
        at_desk = type(desk)(person_id=desk.person_id, role=desk.role, unit_id=DESK)
        assert refused(town, act("refuse", task, task_reason="没有人"), case, at_desk) == (
            "task_has_no_superior"
        )


def test_handing_over_stays_within_the_unit(town: Town) -> None:
    case = notified(town)
    task = town.task("Q-06")
    stranger = act("hand_over", task, to_person_id=an_id("chief"), task_reason="出差")
    assert refused(town, stranger, case, CLERK) == "not_in_task_unit"
    town.do(
        act("hand_over", task, to_person_id=SUPERVISOR.person_id, task_reason="出差"), case, CLERK
    )
    assert town.task("Q-06")["named_person_id"] == SUPERVISOR.person_id


def test_a_supervisor_moves_a_task_to_another_unit(town: Town) -> None:
    case = reported(town)
    task = town.task("Q-01")
    there = {"to_unit_id": unit_id("district police"), "task_reason": "警力不足"}
    assert refused(town, act("reassign", task, **there), case, TEACHER) == "not_your_task"
    nowhere = there | {"to_unit_id": an_id("nowhere")}
    assert refused(town, act("reassign", task, **nowhere), case, SUPERVISOR) == "task_unit_unknown"
    here = there | {"to_unit_id": unit_id("police")}
    assert refused(town, act("reassign", task, **here), case, SUPERVISOR) == "task_already_there"
    town.do(act("reassign", task, **there), case, SUPERVISOR)
    assert town.task("Q-01")["owner_unit_id"] == unit_id("district police")


def test_a_task_is_done_by_its_deed_and_not_by_a_tick(town: Town) -> None:
    case = notified(town)
    assessment = act("complete", town.task("Q-07"), outcome_text="已办")
    assert refused(town, assessment, case, CLERK) == "deed_completes_task"
    notice = town.task("Q-06")
    assert refused(town, act("complete", notice, outcome_text=" "), case, CLERK) == (
        "task_reason_missing"
    )
    town.do(act("complete", notice, outcome_text="已派人接办"), case, CLERK)
    assert [t["status"] for t in town.tasks("Q-06")] == ["COMPLETED"]


def test_what_may_not_be_done_to_a_task(town: Town) -> None:
    case = reported(town)
    task = town.task("Q-01")
    assert refused(town, act("accept", task), case, CLERK) == "not_your_task"
    assert refused(town, act("refuse", task, task_reason=" "), case, OFFICER) == (
        "task_reason_missing"
    )
    assert refused(town, act("accept", task | {"task_id": an_id("no task")}), case, OFFICER) == (
        "unknown_task"
    )
    other = reported(town)
    assert refused(town, act("accept", task), other, OFFICER) == "unknown_task"
    town.at("2025-03-03 09:10").do(AcceptReport(), case, OFFICER)
    assert refused(town, act("accept", task), case, OFFICER) == "task_not_open"


def refused(town: Town, command: Any, stream: UUID, by: Any) -> str:
    with pytest.raises(Refused) as refusal:
        town.do(command, stream, by)
    return refusal.value.code


def test_who_leaves_the_unit_is_named_no_longer(town: Town) -> None:
    reported(town)
    named = town.task("Q-01")["named_person_id"]
    (post,) = town.rows(
        "select assignment_id from read.post where person_id = %(named)s", named=named
    )
    leave = EndAssignment(assignment_id=post["assignment_id"], ground="调离")
    town.do(leave, unit_id("police"))
    assert (
        town.task("Q-01")["named_person_id"]
        == ({an_id("officer"), an_id("second officer")} - {named}).pop()
    )


def test_a_unit_that_had_nobody_names_the_first_who_comes(database: Database) -> None:
    with town_on(database) as town:
        for name in ("officer", "second officer"):
            (post,) = town.rows(
                "select assignment_id from read.post where person_id = %(id)s", id=an_id(name)
            )
            town.do(
                EndAssignment(assignment_id=post["assignment_id"], ground="调离"), unit_id("police")
            )
        reported(town)
        assert town.task("Q-01")["named_person_id"] is None
        newcomer = AppointPerson(
            person_id=an_id("newcomer"), person_name="新警员", role=Role.POLICE
        )
        town.do(newcomer, unit_id("police"))
        assert town.task("Q-01")["named_person_id"] == an_id("newcomer")
