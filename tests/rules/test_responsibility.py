"""The division of work and the phases of Shanghai's three-year plan, as its text states them."""

from __future__ import annotations

from datetime import date

import pytest

from domain.responsibility import bodies_for, division_of_work, phase_on, tasks_of
from domain.rulebook import Rulebook
from domain.terms.oversight import CityBody

B = CityBody


@pytest.mark.clause("SH2024-5-a", "SH2024-5-b")
def test_every_task_of_the_plan_has_the_bodies_its_list_names() -> None:
    provision = Rulebook.load().pack("SH2024").provisions["responsible_bodies"]
    assert set(provision.clauses) == {"SH2024-5-a", "SH2024-5-b"}
    rows = division_of_work()
    assert list(rows) == [f"TASK_{n:02}" for n in range(1, 19)]
    assert rows["TASK_01"].bodies == {
        B.CITY_EDUCATION,
        B.CITY_JUSTICE,
        B.HIGH_COURT,
        B.CITY_PROCURATORATE,
        B.CITY_POLICE,
        B.CITY_CIVIL_AFFAIRS,
    }
    assert rows["TASK_13"].bodies == {
        B.CITY_EDUCATION,
        B.CITY_CIVIL_AFFAIRS,
        B.CITY_POLICE,
        B.CITY_WATER,
        B.CITY_EMERGENCY,
    }
    assert {body for row in rows.values() for body in row.bodies} == set(CityBody)


def test_a_clause_leads_to_those_who_answer_for_it() -> None:
    assert tasks_of(("SH2024-2.3.9-a", "CQ2024-2.5-b")) == ("TASK_09",)
    assert bodies_for(("SH2024-2.3.9-a",)) == (
        B.CITY_EDUCATION,
        B.CITY_POLICE,
        B.CITY_CIVIL_AFFAIRS,
    )
    assert bodies_for(("SH2024-2.4.14-b",)) == (B.CYBERSPACE_OFFICE,)
    assert bodies_for(("SH2020-3.2-a", "SH2024-4.1-a")) == ()


@pytest.mark.clause("SH2024-3.2-c", "SH2024-3.3-a", "SH2024-3.1-a")
@pytest.mark.parametrize(
    ("day", "phase"),
    [
        (date(2023, 11, 30), None),
        (date(2023, 12, 1), "PREPARATION"),
        (date(2023, 12, 31), "PREPARATION"),
        (date(2024, 1, 1), "KEY_WORK"),
        (date(2025, 12, 31), "KEY_WORK"),
        (date(2026, 1, 1), "CONSOLIDATION"),
        (date(2026, 10, 31), "CONSOLIDATION"),
        (date(2026, 11, 1), None),
    ],
)
def test_the_plan_has_three_phases_by_month(day: date, phase: str | None) -> None:
    assert "implementation_phases" in Rulebook.load().pack("SH2024").provisions
    assert phase_on(day) == phase
