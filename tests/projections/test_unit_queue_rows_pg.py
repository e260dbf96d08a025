"""Rows of the table of queues that units owe: yearly duties, programmes, rosters, what an inspection ordered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from domain.periods import local_date
from domain.terms.oversight import DutyCode
from domain.terms.places import DivisionId
from domain.terms.units import UnitKind
from domain.unit.obligations import obligation_id
from domain.unit.posts import RegisterUnit
from domain.unit.state import Unit
from eventlog.casebook import Request
from tests.database import Database, Postgres, database_of
from tests.dsl import an_id, place
from tests.projections.queue_rows import CHONGMING, OFFICE, Row, at_work, tasks
from tests.projections.telling import past, told
from tests.projections.town import BAIDI, FENGJIE, Town, town_on

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def town(postgres: Postgres, template_database: Database) -> Iterator[Town]:
    """One town; each row has a unit of its own."""
    with database_of(postgres, template_database.name) as database, town_on(database) as town:
        yield town


def registered(town: Town, kind: UnitKind, where: str) -> UUID:
    """A unit of this kind at this place."""
    unit = an_id(f"{kind.value} of {where}")
    town.platform.casebook.perform(
        Request(
            command=RegisterUnit(kind=kind, unit_name=kind.zh, division_id=DivisionId(where)),
            command_id=an_id(f"register {unit}"),
            stream_id=unit,
        )
    )
    return unit


def test_a_district_that_is_registered_owes_its_yearly_duties_until_they_are_fulfilled(
    town: Town,
) -> None:
    town.at("2025-01-06 09:00")
    office = registered(town, UnitKind.DISTRICT_CIVIL_AFFAIRS, CHONGMING)
    state = town.platform.casebook.state(Unit, office)
    assert isinstance(state, Unit)
    safety, reviewed = tasks(town, "Q-42", office), tasks(town, "Q-44", office)
    assert [local_date(t["due_at"]) for t in safety] == [date(2025, 12, 31)]
    assert [local_date(t["due_at"]) for t in reviewed] == [date(2025, 11, 30), date(2025, 12, 31)]
    bulletins = tasks(town, "Q-88", office)
    quarters = [date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31)]
    assert [local_date(t["due_at"]) for t in bulletins] == quarters
    assert bulletins[0]["clauses"] == ["SH2020-5.4-e"]
    assert {t["owner_unit_id"] for t in (*safety, *reviewed, *bulletins)} == {office}
    assert safety[0]["clauses"][0] == "SH2024-2.4.12-a"
    assert reviewed[0]["clauses"] == ["SH2024-4.2-b", "SH2024-4.2-c"]
    for owed in state.obligations.owed:
        fulfilled = past(
            "unit.obligation_fulfilled", obligation_id=owed.obligation_id, duty_code=owed.code
        )
        told(town, office, fulfilled, state=Unit)
    for queue in ("Q-42", "Q-44", "Q-88"):
        assert tasks(town, queue, office) == []


def test_a_training_that_was_met_is_a_task_again_when_a_director_comes(town: Town) -> None:
    town.at("2025-01-06 10:00")
    office = registered(town, UnitKind.DISTRICT_CIVIL_AFFAIRS, place("上海市/奉贤区"))
    code = DutyCode("DIRECTOR_TRAINING_DISTRICT")
    owed = {"obligation_id": obligation_id(office, code, "2025"), "duty_code": code}
    told(town, office, past("unit.obligation_fulfilled", **owed), state=Unit)
    assert tasks(town, "Q-43", office) == []
    town.at("2025-06-02 10:00")
    told_again = past(
        "unit.obligation_reopened",
        **owed,
        duty_unit_id=office,
        duty_due_on=date(2025, 12, 31),
        duty_warn_on=(date(2025, 10, 1),),
    )
    told(town, office, told_again, state=Unit)
    (task,) = tasks(town, "Q-43", office)
    assert local_date(task["due_at"]) == date(2025, 12, 31)
    (row,) = town.rows(
        "select status, times_done, fulfilled_on from read.obligation where obligation_id = %(owed)s",
        owed=owed["obligation_id"],
    )
    assert (row["status"], row["times_done"], row["fulfilled_on"]) == ("OPEN", 0, None)


def test_a_programme_with_places_is_a_task_of_its_stations_until_they_are_given(
    town: Town,
) -> None:
    town.at("2025-05-06 09:00")
    street = registered(town, UnitKind.TOWNSHIP, place("上海市/嘉定区/嘉定镇街道"))
    row = Row(
        "Q-49",
        past(
            "unit.programme_opened",
            station_unit_ids=(OFFICE,),
            programme_from_on=date(2025, 7, 1),
            opened_programme_id=an_id("summer care"),
        ),
        date(2025, 7, 1),
        ["SH2024-2.3.10-a", "SH2024-2.3.10-b"],
        past("unit.programme_ended", opened_programme_id=an_id("summer care")),
    )
    at_work(town, row, street, Unit)


def test_a_duty_roster_that_lapsed_is_a_task_of_the_school_until_one_is_attested(
    town: Town,
) -> None:
    town.at("2025-03-03 09:00")
    school = registered(town, UnitKind.SCHOOL, BAIDI)
    row = Row(
        "Q-84",
        past("unit.duty_roster_lapsed"),
        date(2025, 3, 5),
        ["CQ2024-2.6-c", "CQ2016-3.3-v"],
        past("unit.duty_roster_attested", weekend_covered=True),
    )
    at_work(town, row, school, Unit, school)
    told(town, school, past("unit.boarding_school_known"), state=Unit)
    assert tasks(town, "Q-84", school) == [], "its roster holds, or was missed already"
    told(town, school, past("unit.duty_roster_gap_found"), state=Unit)
    assert len(tasks(town, "Q-84", school)) == 1
    silent = registered(town, UnitKind.SCHOOL, FENGJIE)
    told(town, silent, past("unit.boarding_school_known"), state=Unit)
    (task,) = tasks(town, "Q-84", silent)
    assert local_date(task["due_at"]) == date(2025, 3, 5)


def test_what_an_inspection_orders_is_a_task_of_the_unit_that_must_put_it_right(
    town: Town,
) -> None:
    town.at("2025-01-06 09:00")
    office = registered(town, UnitKind.DISTRICT_CIVIL_AFFAIRS, place("上海市/嘉定区"))
    row = Row(
        "Q-80",
        past(
            "unit.rectification_ordered",
            rectifying_unit_id=OFFICE,
            rectify_by_on=date(2025, 2, 28),
            finding_id=an_id("finding"),
        ),
        date(2025, 2, 28),
        ["SH2020-5.4-g"],
        past("unit.rectification_completed", finding_id=an_id("finding")),
    )
    at_work(town, row, office, Unit)
