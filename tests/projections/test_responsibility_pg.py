"""The city's board: what is open, late and escalated under each task of the plan, within the viewer's reach."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from domain.child.file import OpenChildFile
from domain.terms.file import Sex
from domain.terms.places import DivisionId
from domain.terms.units import UnitKind
from domain.unit.posts import RegisterUnit
from eventlog.casebook import Request
from tests.database import Database, Postgres, database_of
from tests.dsl import an_id, place
from tests.projections.town import CLERK, town_on
from tests.reports.district import County, somebody

pytestmark = pytest.mark.postgres
SHANGHAI, STREET = place("上海市"), place("上海市/嘉定区/嘉定镇街道")
CITY = somebody("city official of Shanghai", "city_civil_affairs", SHANGHAI)
ELSEWHERE = somebody("city official of Chongqing", "city_civil_affairs", place("重庆市"))
BOARD = "{ responsibilities { task section bodies open overdue escalated } }"


@pytest.fixture(scope="module")
def county(postgres: Postgres, template_database: Database) -> Iterator[County]:
    """Two children of Jiading on file since January, whom nobody has contacted or visited."""
    with database_of(postgres, template_database.name) as database, town_on(database) as town:
        town.platform.casebook.perform(
            Request(
                command=RegisterUnit(
                    kind=UnitKind.TOWNSHIP,
                    unit_name="嘉定镇街道办事处",
                    division_id=DivisionId(STREET),
                ),
                command_id=an_id("register the street"),
                stream_id=an_id("the street"),
            )
        )
        for name in ("范小舟", "范小帆"):
            opening = OpenChildFile(
                child_name=name,
                sex=Sex.MALE,
                birth_on=date(2014, 5, 6),
                residence=DivisionId(STREET),
            )
            town.at("2025-01-06 09:00").do(opening, by=CLERK)
        yield County(town)


def board(county: County, now: str, by: Any = CITY) -> dict[str, dict[str, Any]]:
    """The board as this official reads it."""
    county.town.at(now)
    county.told()
    rows = county.ask(BOARD, {}, by, "statistics")["responsibilities"]
    return {row["task"]: row for row in rows}


@pytest.mark.clause("SH2024-5-b")
def test_visits_that_are_late_show_under_task_seven_of_civil_affairs(county: County) -> None:
    before = board(county, "2025-01-07 09:00")
    assert len(before) == 18
    assert before["TASK_07"] == {
        "task": "TASK_07",
        "section": "2.3.7",
        "bodies": ["CITY_CIVIL_AFFAIRS"],
        "open": 4,
        "overdue": 0,
        "escalated": 0,
    }
    assert board(county, "2025-03-20 09:00")["TASK_07"]["overdue"] == 4
    assert before["TASK_09"]["bodies"] == ["CITY_EDUCATION", "CITY_POLICE", "CITY_CIVIL_AFFAIRS"]
    assert before["TASK_09"]["open"] == 0


def test_another_city_s_official_sees_the_division_of_work_and_no_count(county: County) -> None:
    found = board(county, "2025-03-20 09:00", ELSEWHERE)
    assert [row["open"] for row in found.values()] == [0] * 18
