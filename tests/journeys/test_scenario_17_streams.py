"""Scenario 17, lines 20 to 22: a stream whose task is closed, a nested path to the reporter, a cell of one."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from ops.demo_world import BY_KEY, UNIT_BY_KEY, XIANGHUA, YINGCHUN
from tests.journeys import wrong_roles as steps
from tests.journeys.checks import common_checks
from tests.journeys.children import open_file
from tests.journeys.telling import recorded
from tests.journeys.world import World
from tests.journeys.wrong_roles import (
    Cast,
    denied_as_absent,
    entries,
    journal_end,
    no_such_field,
    nothing_written,
)

pytestmark = [pytest.mark.journey, pytest.mark.postgres]
CHILD = "query ($id: UUID!) { child(id: $id) { name tier } }"
LEDGER = """query ($id: UUID!) { ledger(school: $id) { nodes { childId name tier
  cases { caseId %s } } } }"""
FEW = 5


@pytest.fixture(scope="module")
def cast(story: World) -> Cast:
    return steps.cast(story)


def autistic(story: World, name: str) -> UUID:
    """A child in Jiading that needs training: the federation's task."""
    child = open_file(
        story,
        "jd_director",
        child_name=name,
        sex="FEMALE",
        birth_on=date(2018, 5, 4),
        residence=story.place(YINGCHUN),
        area_type="URBAN",
        hukou=story.place(YINGCHUN),
        responsible_person_id=BY_KEY["jd_director"].id,
    )
    need = {"rehabilitation_kinds": ["TRAINING"], "need_facts": ["AUTISM"]}
    story.as_("jd_director").done("recordRehabilitationNeed", child, need)
    return child


def served(story: World, child: UUID) -> None:
    need = recorded(story, child, "child.rehabilitation_need_recorded").event
    given = {
        "rehabilitation_need_id": need.rehabilitation_need_id,
        "rehabilitation_kind": "TRAINING",
        "rehabilitation_provider": "区康复中心",
        "served_on": story.clock.now.date(),
    }
    story.as_("jd_dpf").done("recordRehabilitationService", child, given)


@pytest.mark.usefixtures("cast")
def test_20_with_the_task_the_stream_of_that_child_ends(story: World) -> None:
    story.clock.forward(minutes=5)
    child, federation = autistic(story, "时小鸣"), story.as_("jd_dpf")
    with federation.listen("jd_dpf", "Q-39") as live:
        (first, *_) = live.caught_up()
        task = first["taskId"]
        assert first["item"]["childId"] == str(child)
        served(story, child)
        gone = live.next()
        assert (gone["taskId"], gone["item"]) == (task, None)
        denied_as_absent(story, federation, CHILD, child)
        means = {"household_size": 3, "household_means": ["WAGES"], "hardship_found": False}
        story.as_("jd_director").done("recordHousehold", child, means)
        other = autistic(story, "时小亮")
        assert live.next()["item"]["childId"] == str(other), "nothing of the first in between"


def test_21_the_reporter_is_denied_at_the_field_and_not_only_at_the_root(
    story: World, cast: Cast
) -> None:
    school = UNIT_BY_KEY["cm_school"].id
    head, since = story.as_("cm_head"), journal_end(story)
    no_such_field(story, head, LEDGER, "reporterName")
    with nothing_written(story):
        pupils = head.ask(LEDGER % "stage", id=school)["ledger"]["nodes"]
    assert [p["cases"] for p in pupils if p["childId"] == str(cast.r.id)] == [[]]
    assert [e.outcome for e in entries(story, head, since) if e.subject == cast.r.id] == ["SEEN"]
    street = story.as_("cm_township")
    no_such_field(story, street, LEDGER, "reporterName")
    # Police of the place that do not handle it: the field exists, and says as little as an empty one.
    chief = story.as_("cm_police_chief")
    query = "query ($id: UUID!) { case(id: $id) { caseId reporterName reporterCategory } }"
    with nothing_written(story):
        answer = chief.post(query, id=cast.case)
    assert answer == {
        "data": {"case": {"caseId": str(cast.case), "reporterName": None, "reporterCategory": None}}
    }
    query = "query ($id: UUID!) { child(id: $id) { cases { reporterName } } }"
    officer = story.as_("cm_police").ask(query, id=cast.r.id)["child"]["cases"]
    assert "俞仁杰" in {case["reporterName"] for case in officer}, "there is one to be kept"


def cells(figures: list[dict[str, Any]]) -> list[tuple[int | None, bool]]:
    found = [
        (c["value"], c["suppressed"]) for f in figures for b in f["breakdown"] for c in b["cells"]
    ]
    return found + [(f["value"], f["suppressed"]) for f in figures if f["unit"] != "%"]


@pytest.mark.usefixtures("cast")
def test_22_a_cell_of_one_is_held_back(story: World) -> None:
    """R. is the only girl of her tier, and the only victim, of her street."""
    street, place = story.as_("cm_township"), story.place(XIANGHUA)
    tiers = "query ($d: ID!) { riskDistribution(division: $d) { tier children } }"
    with nothing_written(story):
        told = street.ask(tiers, d=place)["riskDistribution"]
    assert told
    assert not [t for t in told if t["children"] is not None and t["children"] < FEW]
    assert [t for t in told if t["children"] is None], "there was something to hold back"
    report = """query ($c: String!, $d: ID!) { report(code: $c, division: $d) { figures { key unit value suppressed
      breakdown { cells { cell value suppressed } } } } }"""
    asked = ((street, "S-19"), (story.as_("cm_ca"), "S-08"), (story.as_("cm_ca"), "S-01"))
    held = 0
    for person, code in asked:
        with nothing_written(story):
            found = person.ask(report, c=code, d=place)["report"]
        assert found is not None, code
        for value, suppressed in cells(found["figures"]):
            assert value is None or value == 0 or value >= FEW, code
            held += suppressed
    assert held


def test_everything_carries_its_grounds(story: World) -> None:
    common_checks(story)
