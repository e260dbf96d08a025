"""Through whose hands a task went stays with it, with the reasons, for whoever holds it next (SH2020-5.4-h)."""

from __future__ import annotations

from typing import Any

import pytest

from domain.case.assessment import StartAssessment
from domain.case.assessment_questions import ContributeToAssessment, QuestionPut
from domain.case.state import Case
from domain.kernel import COMMANDS, Refused
from domain.terms.assessment import Contributor
from ops.clock_worker import fire_due
from ops.platform import retell_all
from tests.dsl import an_id
from tests.projections.town import (
    CLERK,
    DIRECTOR,
    OFFICER,
    SECRETS,
    Town,
    notified,
    reported,
    unit_id,
)


def act(town: Town, name: str, task: dict[str, Any], **more: Any) -> None:
    command = COMMANDS[f"case.{name}_task"](task_id=task["task_id"], **more)  # type: ignore[call-arg]
    town.do(command, task["cause_stream_id"], OFFICER)


def steps(task: dict[str, Any]) -> list[tuple[str, str | None]]:
    inorder = sorted(task["trail"].items(), key=lambda step: int(step[0]))
    return [(step["step"], step.get("reason")) for _, step in inorder]


def test_hand_overs_refusals_and_escalations_go_with_the_duty(town: Town) -> None:
    reported(town)
    second = an_id("second officer")
    act(town, "accept", town.task("Q-01"))
    act(town, "hand_over", town.task("Q-01"), to_person_id=second, task_reason="交班")
    fire_due(town.at("2025-03-03 09:31").platform, town.now[0])
    (own,) = [t for t in town.tasks("Q-01") if t["owner_unit_id"] == unit_id("police")]
    went = [("ACCEPTED", None), ("HANDED_OVER", "交班"), ("ESCALATED", None)]
    assert steps(own) == went
    act(town, "refuse", own, task_reason="不属本所管辖")
    heirs = [t for t in town.tasks("Q-01") if t["is_open"]]
    assert heirs
    (left,) = [t for t in town.tasks("Q-01") if t["task_id"] == own["task_id"]]
    refused = [("REFUSED", "不属本所管辖"), ("REASSIGNED", "不属本所管辖")]
    assert steps(left) == [*went, *refused]
    assert any(steps(task) == [*went, *refused] for task in heirs), "whoever has it now reads why"
    handed = next(s for s in left["trail"].values() if s["step"] == "HANDED_OVER")
    assert (handed["toPersonId"], handed["byPersonId"]) == (str(second), str(OFFICER.person_id))
    assert handed["byUnitId"] == str(unit_id("police"))
    before = town.rows("select * from read.work_item t order by t::text")
    retell_all(town.platform.ways, SECRETS, lambda _: None)
    assert town.rows("select * from read.work_item t order by t::text") == before


def test_the_departure_of_a_task_is_kept_for_those_who_saw_it_and_retold_alike(town: Town) -> None:
    reported(town)
    task = town.task("Q-01")
    (other,) = {an_id("officer"), an_id("second officer")} - {task["named_person_id"]}
    act(town, "hand_over", task, to_person_id=other, task_reason="交班")
    (gone,) = town.rows("select * from read.task_left")
    named = f"U:{task['named_person_id']}"
    assert (gone["task_id"], gone["owner_unit_id"]) == (task["task_id"], task["owner_unit_id"])
    assert {named, f"T:{unit_id('police')}"} <= set(gone["tokens"])
    assert f"U:{other}" not in gone["tokens"], "nothing says who has it now"
    retell_all(town.platform.ways, SECRETS, lambda _: None)
    assert town.rows("select * from read.task_left") == [gone]


def test_a_refused_question_is_answered_by_whoever_has_it_now(town: Town) -> None:
    """D.8: the township above the village, and no other question of the village by the way."""
    case = notified(town)
    village = unit_id("village")
    asked = tuple(
        QuestionPut(
            contributor=Contributor.VILLAGE_COMMITTEE, question=words, contributor_unit_id=village
        )
        for words in ("近况?", "亲属?")
    )
    town.at("2025-03-04 09:00").do(StartAssessment(questions=asked), case, CLERK)
    task = town.tasks("Q-08")[0]
    refuse = COMMANDS["case.refuse_task"](task_id=task["task_id"], task_reason="已外迁")  # type: ignore[call-arg]
    town.do(refuse, case, DIRECTOR)
    (about,) = town.rows("select subject from read.duty where task_id = %(id)s", id=task["task_id"])
    state = town.platform.casebook.state(Case, case)
    assert isinstance(state, Case)
    for question in state.assessment.questions:
        answer = ContributeToAssessment(question_id=question.question_id, answer="由祖母照料")
        if str(question.question_id) == about["subject"]:
            town.do(answer, case, CLERK)
        else:
            with pytest.raises(Refused, match="not_asked_of_you"):
                town.do(answer, case, CLERK)
