"""Scenario 8 · The 31st child, vetting and an employment ban."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from domain.unit.obligation_state import Obligation
from domain.unit.state import Unit
from ops.demo_world import BY_KEY, DAJINGENG, OUYING
from tests.journeys.checks import common_checks
from tests.journeys.staffing import (
    MR_K,
    MR_K_IN_CHONGQING,
    MS_P,
    appointment,
    check_asked,
    check_clear,
    child_on_file,
    employed,
    thirty_children,
)
from tests.journeys.telling import due, last, recorded, told
from tests.journeys.world import World

pytestmark = [pytest.mark.journey, pytest.mark.postgres]

CHECK_CLAUSES = {"SH2024-2.5.15-d"}


@pytest.fixture(scope="module")
def children(story: World) -> list[UUID]:
    """The thirty children of 1 February 2025."""
    story.clock.set("2025-02-01 09:00")
    return thirty_children(story)


def _village(world: World) -> Unit:
    state = world.platform.casebook.state(Unit, world.unit("cm_village"))
    assert isinstance(state, Unit)
    return state


def test_1_thirty_children_counted_once_are_no_breach(story: World, children: list[UUID]) -> None:
    village = story.unit("cm_village")
    assert _village(story).workforce.children == len(children) == 30
    assert story.events(village, "unit.director_ratio_breached") == []
    assert _extra(story) == []


def _extra(world: World) -> list[dict[str, object]]:
    """The township's open tasks to appoint one more director."""
    causes = {
        str(r.event_id)
        for r in world.events(world.unit("cm_village"), "unit.director_ratio_breached")
    }
    tasks = world.as_("cm_township").queue("cm_township", "Q-34")
    return [task for task in tasks if _cause(world, task) in causes]


def _cause(world: World, task: dict[str, object]) -> str:
    (row,) = world.sql(
        "select cause_event_id from read.work_item where task_id = %s", task["taskId"]
    )
    return str(row[0])


def test_2_the_thirty_first_breaches_and_the_township_has_the_task(
    story: World, children: list[UUID]
) -> None:
    story.clock.set("2025-02-10 10:00")
    children.append(child_on_file(story, left_behind=False, poor=True))
    found = recorded(story, story.unit("cm_village"), "unit.director_ratio_breached")
    breach = found.event
    assert (breach.children_counted, breach.ratio_limit, breach.extra_directors) == (31, 30, 1)
    assert found.stamp.clauses == ("SH2024-2.5.15-b",)
    (task,) = _extra(story)
    assert due(task) == "2025-03-12"
    assert task["namedPersonId"] == str(BY_KEY["cm_township"].id)
    assert "SH2024-2.5.15-b" in task["clauses"]  # type: ignore[operator]


def test_3_a_candidate_is_given_no_post_and_no_children(story: World, children: list[UUID]) -> None:
    story.clock.set("2025-02-12 09:00")
    village, township = story.unit("cm_village"), story.as_("cm_township")
    check_asked(story, "cm_township", MS_P)
    (task,) = story.as_("cm_police").queue("cm_police", "Q-35")
    assert task["namedPersonId"] == str(BY_KEY["cm_police"].id)
    refusal = township.refused("check_not_clear", "appointPerson", village, appointment(MS_P))
    assert {clause["id"] for clause in refusal["clauses"]} == CHECK_CLAUSES
    assert refusal["field"] == "personId"
    township.refused(
        "worker_not_in_service",
        "assignResponsibleWorker",
        children[0],
        {"responsible_person_id": MS_P.id},
    )
    answer = {"check_id": last(story, village, "unit.employment_check_requested").check_id}
    answer["check_result"] = "CLEAR"
    for outsider in ("cm_township", "cm_committee", "fj_police"):
        story.as_(outsider).not_found("completeEmploymentCheck", village, answer)


def test_4_clear_and_one_director_more(story: World, children: list[UUID]) -> None:
    story.clock.set("2025-02-18 09:00")
    village, township = story.unit("cm_village"), story.as_("cm_township")
    check = last(story, village, "unit.employment_check_requested").check_id
    check_clear(story, "cm_police", MS_P, check)
    assert story.as_("cm_police").queue("cm_police", "Q-35") == []
    township.done("appointPerson", village, appointment(MS_P), command_id=MS_P.command_id)
    assert told(story, village, "unit.additional_director_appointed").person_id == MS_P.id
    assert _extra(story) == []
    background = {"director_background": "SOCIAL_WORKER", "employment_type": "FULL_TIME"}
    township.done(
        "registerChildDirector", village, {"assignment_id": MS_P.assignment_id, **background}
    )
    assert told(story, village, "unit.child_director_registered").preferred_background
    for child_id in children[:15]:
        township.done("assignResponsibleWorker", child_id, {"responsible_person_id": MS_P.id})
    assert len(story.person(MS_P).caseload()) == 15


def test_4_training_is_owed_by_the_city_and_by_the_district(story: World) -> None:
    story.tick("2025-02-18 10:00")
    for unit, level in (("cm_ca", "DISTRICT"), ("sh_city_ca", "CITY")):
        (owed,) = [
            o
            for o in _obligations(story, unit)
            if o.code == f"DIRECTOR_TRAINING_{level}" and o.period == "2025"
        ]
        assert not owed.fulfilled
        tasks = story.as_(unit).queue(unit, "Q-43")
        assert [due(t) for t in tasks].count("2025-12-31") == 1
        given = {
            "training_level": level,
            "trainees": "DIRECTORS",
            "training_topic": "入户走访",
            "training_hours": 8,
            "trained_person_ids": [BY_KEY["cm_director"].id],
        }
        story.as_(unit).done("recordTraining", story.unit(unit), given)
        missing = last(story, story.unit(unit), "unit.training_recorded").untrained_person_ids
        assert MS_P.id in missing
    given = given | {"training_level": "DISTRICT", "trained_person_ids": [MS_P.id]}
    story.as_("cm_ca").done("recordTraining", story.unit("cm_ca"), given)
    assert told(story, story.unit("cm_ca"), "unit.obligation_fulfilled").duty_period == "2025"
    left = story.as_("cm_ca").queue("cm_ca", "Q-43")
    assert "2025-12-31" not in {due(t) for t in left}


def _obligations(world: World, unit: str) -> tuple[Obligation, ...]:
    state = world.platform.casebook.state(Unit, world.unit(unit))
    assert isinstance(state, Unit)
    return state.obligations.owed


def test_5_a_child_leaves_the_breach_closes_and_nobody_is_dismissed(
    story: World, children: list[UUID]
) -> None:
    story.clock.set("2025-03-20 09:00")
    move = {
        "place_kind": "RESIDENCE",
        "place_division": story.place(DAJINGENG),
        "area_type": "URBAN",
    }
    story.as_("cm_director").done("recordLocation", children[30], move)
    village = story.unit("cm_village")
    assert told(story, village, "unit.director_ratio_restored").children_counted == 30
    assert [p for p in _village(story).posts if p.person_id == MS_P.id and p.active]


def test_7_a_file_closed_by_mistake_shows_as_a_gap_of_two_days(story: World) -> None:
    story.clock.set("2025-04-01 09:00")
    one_more = child_on_file(story, left_behind=False, poor=True)
    village = story.unit("cm_village")
    assert _village(story).workforce.breached
    story.clock.set("2025-04-02 09:00")
    township = story.as_("cm_township")
    closing = {"file_close_reason": "OPENED_IN_ERROR", "close_note": "误结"}
    township.done("closeFile", one_more, closing)
    story.clock.set("2025-04-04 09:00")
    township.done("reopenFile", one_more, {"reopened_because": "核实在册"})
    history = [
        (r.event.name.partition(".")[2], r.stamp.occurred_at.date())
        for r in story.log(village)
        if r.event.name.startswith("unit.director_ratio_")
    ][-3:]
    assert history == [
        ("director_ratio_breached", date(2025, 4, 1)),
        ("director_ratio_restored", date(2025, 4, 2)),
        ("director_ratio_breached", date(2025, 4, 4)),
    ]
    counts = [
        r.event.children_counted for r in story.events(village, "unit.director_caseload_counted")
    ]
    assert counts[-3:] == [31, 30, 31]


def test_6_a_ban_reaches_both_cities_at_once(story: World, children: list[UUID]) -> None:
    story.tick("2025-06-02 09:00")
    employed(story, "cm", MR_K)
    employed(story, "fj", MR_K_IN_CHONGQING, MR_K.id)
    here, there = (
        children[20],
        child_on_file(story, left_behind=False, poor=False, at=OUYING, prefix="fj"),
    )
    worker = {"responsible_person_id": MR_K.id}
    story.as_("cm_township").done("assignResponsibleWorker", here, worker)
    story.as_("fj_township").done("assignResponsibleWorker", there, worker)
    mr_k = story.person(MR_K)
    assert [c["childId"] for c in mr_k.caseload()] != []
    tasks = mr_k.queue("cm_sw", "Q-09")
    assert [task["childId"] for task in tasks] == [str(here)]

    story.clock.set("2025-06-03 10:00")
    with mr_k.listen("cm_sw", "Q-09") as live:
        live.caught_up()
        ban = {"person_id": MR_K.id, "bar_ground": "(2025)沪刑终12号"}
        story.as_("cm_police_chief").done(
            "recordEmploymentBar", story.unit("cm_police_district"), ban
        )
        # Told by the next delivery or by the look at who may still listen, whichever comes first.
        ended = (live.ended() or {})["extensions"]["code"]
        assert ended in {"FORBIDDEN", "UNAUTHENTICATED"}
    for post in (MR_K, MR_K_IN_CHONGQING):
        barred = told(story, story.unit(post.unit), "unit.assignment_barred")
        assert barred.assignment_id == post.assignment_id
    answer = mr_k.post("{ viewer { role } }")
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_6_tasks_and_children_change_hands(story: World, children: list[UUID]) -> None:
    here = children[20]
    child = story.as_("cm_township").child(here)
    assert child is not None
    assert child["responsiblePersonId"] in {str(BY_KEY["cm_director"].id), str(MS_P.id)}
    open_tasks = story.sql(
        "select queue from read.work_item where is_open and named_person_id = %s", MR_K.id
    )
    assert open_tasks == []


def test_6_the_family_reads_that_the_pairing_ended_and_not_why(
    story: World, children: list[UUID]
) -> None:
    own = children[16]
    worker = {"responsible_person_id": MS_P.id}
    story.as_("cm_township").done("assignResponsibleWorker", own, worker)
    ban = {"person_id": MS_P.id, "bar_ground": "(2025)沪刑终13号"}
    story.as_("cm_police_chief").done("recordEmploymentBar", story.unit("cm_police_district"), ban)
    lines = story.as_("cm_father").timeline("child", own)
    (line,) = [one for one in lines if one["name"] == "child.responsible_worker_withdrawn"]
    assert line["zh"] == "责任人结对已终止"
    assert "刑终" not in str(lines)
    assert {value["field"] for value in line["values"]} == {"withdrawnPersonId"}


def test_6_nobody_under_a_ban_comes_back(story: World) -> None:
    village = story.unit("cm_village")
    given = {"person_id": MS_P.id, "person_name": MS_P.name, "role": MS_P.role}
    for mutation in ("requestEmploymentCheck", "appointPerson"):
        refusal = story.as_("cm_township").refused("person_barred", mutation, village, given)
        assert {clause["id"] for clause in refusal["clauses"]} == CHECK_CLAUSES


def test_everything_carries_its_grounds(story: World) -> None:
    common_checks(story)
