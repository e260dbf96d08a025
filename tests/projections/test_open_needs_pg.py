"""What a district's children need and nobody provides, shown to those who may offer it, without the children."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.case.plan import PlannedItem
from domain.case.state import Case
from domain.terms.plan import PlanField, ServiceType
from tests.database import Database, Postgres, database_of
from tests.dsl import an_id
from tests.projections.telling import past, told
from tests.projections.town import FENGJIE, Town, reported, town_on
from tests.reports.district import CHONGQING, CITY, OFFICIAL, SUPERVISOR, County, somebody

pytestmark = pytest.mark.postgres
NEEDS = """query ($service: String) {
  openNeeds(service: $service) { nodes { needId divisionId service dueOn lastOfferOn } }
}"""
WOMEN = somebody("official of the federation", "womens_federation", FENGJIE)
COUNSELLING, TUTORING = an_id("counselling of the plan"), an_id("tutoring of the plan")


@pytest.fixture(scope="module")
def county(postgres: Postgres, template_database: Database) -> Iterator[County]:
    """A case of Baidi whose plan wants two services."""
    with database_of(postgres, template_database.name) as database, town_on(database) as town:
        planned(town)
        yield County(town)


def planned(town: Town) -> UUID:
    """The plan is adopted."""
    case = reported(town)
    items = tuple(
        PlannedItem(
            plan_field=PlanField.WELFARE,
            service=service,
            need="隐私",
            item_due_on=date(2025, 4, 30),
        )
        for service in (ServiceType.COUNSELLING, ServiceType.TUTORING)
    )
    adopted = past("case.plan_adopted", items=items, item_ids=(COUNSELLING, TUTORING))
    told(town, case, adopted, state=Case)
    return case


def needs(county: County, by: Any = WOMEN, **given: Any) -> list[dict[str, Any]]:
    """What this person is shown."""
    nodes: list[dict[str, Any]] = county.ask(NEEDS, given, by, "casework")["openNeeds"]["nodes"]
    return nodes


@pytest.mark.clause("CQ2016-3.4-i")
def test_a_need_shows_service_district_and_day_until_it_is_taken_on(county: County) -> None:
    assert needs(county, service="TUTORING") == [
        {
            "needId": str(TUTORING),
            "divisionId": FENGJIE,
            "service": "TUTORING",
            "dueOn": "2025-04-30",
            "lastOfferOn": None,
        }
    ]
    assert len(needs(county)) == 2
    (row,) = county.town.rows(
        "select case_id from read.open_need where need_id = %(id)s", id=TUTORING
    )
    matched = past("case.need_service_matched", item_id=TUTORING)
    told(county.town, row["case_id"], matched, state=Case)
    assert needs(county, service="TUTORING")[0]["lastOfferOn"] == "2025-03-03"
    referred = past("case.service_referred", item_id=TUTORING)
    told(county.town, row["case_id"], referred, state=Case)
    assert [need["needId"] for need in needs(county)] == [str(COUNSELLING)]
    declined = past("case.service_declined", item_id=TUTORING)
    told(county.town, row["case_id"], declined, state=Case)
    assert len(needs(county)) == 2


def test_it_names_no_child_and_is_not_for_everybody(county: County) -> None:
    rows = county.town.rows("select * from read.open_need")
    assert {column for row in rows for column in row} == {
        "need_id",
        "case_id",
        "division_id",
        "service",
        "due_on",
        "last_offer_on",
        "tokens",
        "keeping",
    }
    assert all("隐私" not in str(row) for row in rows)
    assert needs(county, OFFICIAL) != []
    for stranger in (SUPERVISOR, CITY, somebody("elsewhere", "womens_federation", "sh00007")):
        assert needs(county, stranger) == []


def test_a_federation_of_the_city_looks_into_its_districts(county: County) -> None:
    of_the_city = somebody("official of the city's federation", "womens_federation", CHONGQING)
    assert needs(county, of_the_city) == needs(county)
    for division in ("cq00002", "sh00001"):
        assert needs(county, somebody(f"of {division}", "womens_federation", division)) == []
