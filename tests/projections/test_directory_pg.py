"""The directory: which units there are in a place, of a kind, of a name, and who serves there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from authz.gate import Assignment
from domain.unit.contacts import SetUnitContact
from domain.unit.posts import EndAssignment
from domain.unit.state import Unit
from tests.database import Database, Postgres, database_of
from tests.dsl import an_id
from tests.projections.town import BAIDI, FENGJIE, HUANHUA, town_on, unit_id
from tests.reports.district import CAOTANG, SUPERVISOR, VILLAGER, County, somebody

pytestmark = pytest.mark.postgres
UNITS = """query ($division: ID, $kind: UnitKind, $name: String, $first: Int, $after: String) {
  units(division: $division, kind: $kind, name: $name, first: $first, after: $after) {
    nodes { unitId kind unitName divisionId people { personName role } }
    pageInfo { hasNextPage endCursor }
  }
}"""
TEACHER = somebody("teacher", "class_teacher", BAIDI, "school")
CITIZEN = somebody("citizen", "citizen", None)


@pytest.fixture(scope="module")
def county(postgres: Postgres, template_database: Database) -> Iterator[County]:
    """The units of the town; one of the police officers has left."""
    with database_of(postgres, template_database.name) as database, town_on(database) as town:
        state = town.platform.casebook.state(Unit, unit_id("police"))
        assert isinstance(state, Unit)
        post = next(p for p in state.posts if p.person_id == an_id("second officer"))
        town.do(EndAssignment(assignment_id=post.assignment_id, ground="调离"), unit_id("police"))
        for name, phone in (
            ("police", "023-56551100"),
            ("district police", "110"),
            ("village", None),
        ):
            town.do(
                SetUnitContact(public_phone=phone, desk_contact=f"{name}转值班台"), unit_id(name)
            )
        yield County(town).told()


def units(county: County, by: Assignment = SUPERVISOR, **given: Any) -> dict[str, dict[str, Any]]:
    """All of them, page by page, by name."""
    found: dict[str, dict[str, Any]] = {}
    after = None
    while True:
        page = county.ask(UNITS, {**given, "first": 2, "after": after}, by, "casework")["units"]
        found |= {node["unitName"]: node for node in page["nodes"]}
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({}, {"police", "district police", "township", "civil affairs", "village"}),
        ({"division": FENGJIE}, {"police", "district police", "township", "civil affairs", "village"}),
        ({"division": BAIDI}, {"police", "township", "village"}),
        ({"division": HUANHUA}, {"village"}),
        ({"division": CAOTANG}, set()),
        ({"kind": "POLICE"}, {"police"}),
        ({"name": "police"}, {"police", "district police"}),
        ({"name": "%"}, set()),
        ({"division": BAIDI, "name": "police"}, {"police"}),
    ],
)  # fmt: skip
def test_units_are_found_by_place_kind_and_name(
    county: County, given: dict[str, Any], names: set[str]
) -> None:
    assert set(units(county, **given)) >= names
    assert not set(units(county, **given)) - names - {"platform"} or not given


@pytest.mark.parametrize("by", [SUPERVISOR, VILLAGER, TEACHER])
def test_staff_read_who_serves_there_now(county: County, by: Assignment) -> None:
    purpose = "schooling" if by is TEACHER else "casework"
    page = county.ask(UNITS, {"name": "police", "kind": "POLICE"}, by, purpose)["units"]
    (police,) = page["nodes"]
    assert police["people"] == [{"personName": "officer", "role": "police"}]


def test_the_public_reads_no_unit(county: County) -> None:
    page = county.ask(UNITS, {}, CITIZEN, "casework")["units"]
    assert page["nodes"] == []


DIVISIONS = """query ($within: ID, $name: String, $code: String, $first: Int, $after: String) {
  divisions(within: $within, name: $name, code: $code, first: $first, after: $after) {
    nodes { id name fullName level parentId civilAffairsCode statisticsCode }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""


def places(county: County, by: Assignment = CITIZEN, **given: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = county.ask(DIVISIONS, {**given, "after": after}, by, "casework")["divisions"]
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def test_the_tree_of_divisions_is_walked_from_the_provinces_down(county: County) -> None:
    assert {p["name"] for p in places(county)} == {"上海市", "重庆市"}
    towns = places(county, within=FENGJIE, first=10)
    (baidi,) = [p for p in towns if p["id"] == BAIDI]
    assert (baidi["name"], baidi["level"]) == ("白帝镇", "TOWNSHIP")
    assert (baidi["fullName"], baidi["parentId"]) == ("重庆市奉节县白帝镇", FENGJIE)
    assert len({p["id"] for p in towns}) == len(towns) > 10
    assert HUANHUA in {p["id"] for p in places(county, within=BAIDI)}


def test_a_division_is_found_by_its_name_and_by_its_code(county: County) -> None:
    (baidi,) = places(county, within=FENGJIE, name="白帝")
    assert baidi["id"] == BAIDI
    for code in (baidi["civilAffairsCode"], baidi["statisticsCode"]):
        assert code is None or BAIDI in {p["id"] for p in places(county, code=code)}
    assert places(county, name="没有这个地方") == []
    assert places(county, within=CAOTANG, name="白帝") == []


@pytest.mark.parametrize(
    ("given", "field"), [({"within": "nowhere"}, "within"), ({"code": "50"}, "code")]
)
def test_what_is_no_division_is_said_to_be_none(
    county: County, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(AssertionError) as refused:
        places(county, **given)
    (error,) = refused.value.args[0]
    assert error.original_error.field == field


PHONES = """query ($place: ID!, $kind: UnitKind) {
  dutyContacts(place: $place, kind: $kind) { kind unitName publicPhone publicHours }
}"""


@pytest.mark.clause("SH2020-4.1-d", "CQ2016-4.1-b", "CN2017-4.1-b")
@pytest.mark.parametrize("by", [CITIZEN, SUPERVISOR])
def test_everybody_is_told_whom_to_call_at_a_place_the_nearest_first(
    county: County, by: Assignment
) -> None:
    def called(place: str, **more: Any) -> list[tuple[str, str]]:
        asked = {"place": place, **more}
        found = county.ask(PHONES, asked, by, "casework")["dutyContacts"]
        return [(one["unitName"], one["publicPhone"]) for one in found]

    both = [("police", "023-56551100"), ("district police", "110")]
    assert called(HUANHUA) == both
    assert called(HUANHUA, kind="DISTRICT_POLICE") == both[1:]
    assert called(CAOTANG) == both[1:]
    with pytest.raises(AssertionError) as refused:
        called("nowhere")
    (error,) = refused.value.args[0]
    assert error.original_error.field == "place"


def test_how_other_units_reach_a_desk_is_for_units(county: County) -> None:
    query = "query ($kind: UnitKind) { units(kind: $kind) { nodes { deskContact } } }"
    found = county.ask(query, {"kind": "VILLAGE_COMMITTEE"}, SUPERVISOR, "casework")["units"]
    assert found["nodes"] == [{"deskContact": "village转值班台"}]
