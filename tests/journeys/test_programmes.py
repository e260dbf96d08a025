"""Programmes with places for these children first, and what a boarding school owes at weekends (Q-49, Q-84)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.journeys.checks import common_checks
from tests.journeys.telling import denied, due, told
from tests.journeys.world import World

pytestmark = [pytest.mark.journey, pytest.mark.postgres]


def test_a_programme_is_a_task_of_the_stations_until_its_places_are_given(world: World) -> None:
    """SH2024-2.3.10-a, SH2024-2.3.10-b: summer day-care, also for children who visit their parents."""
    world.clock.set("2025-06-10 09:00")
    bureau, unit = world.as_("jd_ca"), world.unit("jd_ca")
    programme = {
        "priority_programme": "SUMMER_CARE",
        "programme_name": "爱心暑托班",
        "programme_from_on": date(2025, 7, 5),
        "programme_until_on": date(2025, 8, 15),
        "programme_places": 60,
        "for_reuniting": True,
    }
    denied(world.as_("jd_head"), "openProgramme", unit, programme)
    bureau.done("openProgramme", unit, programme)
    (task,) = world.as_("jd_township").queue("jd_township", "Q-49")
    assert due(task) == "2025-07-05"
    assert set(task["clauses"]) == {"SH2024-2.3.10-a", "SH2024-2.3.10-b"}
    opened = told(world, unit, "unit.programme_opened")
    assert opened.station_unit_ids == (world.unit("jd_township"),)
    over = {
        "opened_programme_id": opened.opened_programme_id,
        "programme_outcome": "60个名额已全部优先安排",
    }
    bureau.done("endProgramme", unit, over)
    assert world.as_("jd_township").queue("jd_township", "Q-49") == []
    common_checks(world)


def test_a_boarding_school_says_who_is_on_duty_every_weekend(world: World) -> None:
    """CQ2024-2.6-c: an uncovered weekend is a task at once, a roster that has run out the day after."""
    world.clock.set("2025-03-03 09:00")
    head, school = world.as_("fj_head"), world.unit("fj_school")
    roster = {
        "roster_from_on": date(2025, 3, 3),
        "roster_to_on": date(2025, 3, 9),
        "weekend_covered": False,
        "dormitory_responsible": "宿舍管理员",
    }
    head.done("attestDutyRoster", school, roster)
    (task,) = head.queue("fj_school", "Q-84")
    assert "CQ2024-2.6-c" in task["clauses"]
    head.done("attestDutyRoster", school, {**roster, "weekend_covered": True})
    assert head.queue("fj_school", "Q-84") == []
    world.tick("2025-03-09 23:00")
    assert head.queue("fj_school", "Q-84") == []
    world.tick("2025-03-10 00:05")
    assert len(head.queue("fj_school", "Q-84")) == 1
    following = {**roster, "roster_from_on": date(2025, 3, 10), "roster_to_on": date(2025, 3, 16)}
    head.done("attestDutyRoster", school, {**following, "weekend_covered": True})
    assert head.queue("fj_school", "Q-84") == []
    common_checks(world)
