"""Rules in time: a pack that ends, gaps for the owner, a parameter set for one city, and what was decided before."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.rules.state import rules_file_id
from ops.demo_world import BY_KEY
from ops.platform import compose, retell_all
from tests.journeys.checks import tasks_have_somebody
from tests.journeys.person import Answer, moment
from tests.journeys.telling import due, told
from tests.journeys.world import SECRETS, World

pytestmark = [pytest.mark.begins(2016), pytest.mark.journey, pytest.mark.postgres]

RULES = "query ($place: ID!, $on: Date!) { rulesInForce(place: $place, on: $on) { packs { id version } gaps } }"


def file_of(world: World, path: str) -> UUID:
    return rules_file_id(world.place(path))


def tasks_told(world: World) -> list[tuple[Any, ...]]:
    """The tasks, their time limits and the clocks, as the read models have them."""
    tasks = "select t::text from read.work_item t order by 1"
    return [*world.sql(tasks), *world.sql("select t::text from read.clock t order by 1")]


def reported(world: World, where: str, at: str) -> UUID:
    """A report to the police; answers the case."""
    outcome = world.as_("sh_citizen").done(
        "submitReport",
        given={
            "report_channel": "ONLINE",
            "reporter_category": "CITIZEN",
            "triggers": ["LIVING_ALONE"],
            "situation": "九岁儿童独自居住",
            "incident_place": world.place(where),
            "discovered_at": moment(f"{at}:00+08:00"),
        },
    )
    return UUID(outcome["id"])


def acceptance(world: World, case_id: UUID, who: str = "cm_police") -> Answer:
    (task,) = [t for t in world.as_(who).queue(who, "Q-01") if t["caseId"] == str(case_id)]
    return task


def setting(**more: Any) -> Answer:
    given = {
        "pack_id": "PLATFORM",
        "parameter": "accept_minutes",
        "parameter_value": "15",
        "silent_in_text": True,
        "binding_from": date(2025, 7, 10),
        "set_because": "第一时间按十五分钟掌握",
        "approved_by_id": BY_KEY["sh_city_ca"].id,
    }
    return {**given, **more}


def test_the_owner_is_told_of_an_end_and_answers(world: World) -> None:
    city = world.as_("sh_rules")
    world.tick("2025-07-03 09:00")
    shanghai = file_of(world, "上海市")
    assert "rules.pack_ending_found" not in world.names(shanghai)
    world.tick("2025-07-04 09:00")
    ending = [t for t in city.queue("sh_city_ca", "Q-48") if due(t) == "2025-12-31"]
    assert [t["namedPersonId"] for t in ending] == [str(BY_KEY["sh_rules"].id)]
    assert "SH2020-6-a" in ending[0]["clauses"]
    city.done("acceptRulesTask", shanghai, {"task_id": ending[0]["taskId"]})
    # Asked again on the same day and by another process, it is told once.
    world.tick("2025-07-04 20:00")
    names = world.names(shanghai)
    assert names.count("rules.pack_ending_found") == 1
    # Chongqing's owner has nothing to do with it, nor has anybody who owns no rules.
    decision = {
        "topic": "SH2020",
        "from_on": date(2026, 1, 1),
        "decision": "KEEP_PROCESS",
        "decision_reason": "新文件印发前沿用",
    }
    world.as_("cq_rules").refused("not_your_jurisdiction", "decideRulePackGap", shanghai, decision)
    world.as_("cm_ca").not_found("decideRulePackGap", shanghai, decision, version=1)
    city.done("decideRulePackGap", shanghai, decision)
    assert [t for t in city.queue("sh_city_ca", "Q-48") if due(t) == "2025-12-31"] == []
    world.tick("2026-01-01 09:00")
    assert told(world, shanghai, "rules.pack_ended").ended_on == date(2025, 12, 31)
    found = city.ask(RULES, place=world.place("上海市/崇明区"), on=date(2026, 1, 1))
    assert "categories_left_behind" not in found["rulesInForce"]["gaps"]
    assert {"id": "PLATFORM", "version": 2} in found["rulesInForce"]["packs"]
    tasks_have_somebody(world)


def test_without_an_answer_the_gaps_are_tasks_and_reports_are_taken(world: World) -> None:
    world.tick("2026-01-01 09:00")
    city = world.as_("sh_rules")
    tasks = city.queue("sh_city_ca", "Q-48")
    shanghai = file_of(world, "上海市")
    gaps = {e.event.topic for e in world.events(shanghai, "rules.gap_found")}
    assert {"categories_left_behind", "reporters"} <= gaps
    assert len(tasks) == len(gaps) + len(world.events(shanghai, "rules.conflict_found"))
    case_id = reported(world, "上海市/崇明区/向化镇/春光村村委会", "2026-01-01T08:50")
    assert due(acceptance(world, case_id)) == "2026-01-01 09:30"
    city.done(
        "setRuleParameter",
        shanghai,
        setting(
            parameter="reporters",
            parameter_value="[SCHOOL, MEDICAL]",
            binding_from=date(2026, 1, 1),
        ),
    )
    assert len(city.queue("sh_city_ca", "Q-48")) == len(tasks) - 1


def test_a_parameter_binds_from_its_day_and_what_was_decided_stays(world: World) -> None:
    world.tick("2025-07-09 09:00")
    city, shanghai = world.as_("sh_rules"), file_of(world, "上海市")
    before = reported(world, "上海市/崇明区/向化镇/春光村村委会", "2025-07-09T08:50")
    city.done("setRuleParameter", shanghai, setting())
    same_day = reported(world, "上海市/崇明区/向化镇/春光村村委会", "2025-07-09T08:55")
    assert due(acceptance(world, same_day)) == "2025-07-09 09:30"
    world.clock.set("2025-07-10 09:00")
    after = reported(world, "上海市/崇明区/向化镇/春光村村委会", "2025-07-10T08:50")
    assert due(acceptance(world, after)) == "2025-07-10 09:15"
    assert ("PLATFORM", 1) in world.log(before)[0].stamp.packs
    assert ("PLATFORM", 2) in world.log(after)[0].stamp.packs
    # The owner is told where to put the next decision, nobody else of the city is.
    there = "{ rulesFile { id version } }"
    assert city.ask(there)["rulesFile"] == {
        "id": str(shanghai),
        "version": len(world.log(shanghai)),
    }
    assert world.as_("sh_citizen").ask(there)["rulesFile"] is None
    # Another process, and one started anew, decide by the same rules.
    other = compose(world.platform.ways, SECRETS, now=world.clock)
    try:
        place = world.place("上海市/崇明区")
        assert other.casebook.rules_at(place, date(2025, 7, 10)).minutes("accept_minutes") == 15
        assert other.casebook.rules_at(place, date(2025, 7, 9)).minutes("accept_minutes") == 30
        elsewhere = other.casebook.rules_at(world.place("重庆市/奉节县"), date(2025, 7, 10))
        assert elsewhere.minutes("accept_minutes") == 30
        city.done("setRuleParameter", shanghai, setting(parameter_value="5"))
        assert other.casebook.rules_at(place, date(2025, 7, 10)).minutes("accept_minutes") == 5
    finally:
        other.close()
    # Told anew with the later version, every task is as it was.
    live = tasks_told(world)
    assert retell_all(world.platform.ways, SECRETS, lambda _: None).parked == 0
    assert tasks_told(world) == live
    assert due(acceptance(world, after)) == "2025-07-10 09:15"
