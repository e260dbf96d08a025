"""The ledger: a township's, a village's with its families, a school's; one child one file, and only within reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from authz.gate import Assignment
from domain.child.closing import CloseFile
from domain.child.file import EnrolmentRecorded
from domain.child.household import HouseholdMember, HouseholdRecorded
from domain.terms.care import HouseholdEmployment, Kinship
from domain.terms.file import FileCloseReason
from tests.database import Database, Postgres, database_of
from tests.dsl import an_id
from tests.projections.town import BAIDI, FENGJIE, HUANHUA, TEACHER, town_on
from tests.reports.district import (
    CAOTANG,
    OFFICIAL,
    SUPERVISOR,
    VILLAGER,
    County,
    county_on,
    opened,
    somebody,
)

pytestmark = pytest.mark.postgres
LEDGER = """query (
  $division: ID, $school: UUID, $status: LedgerStatus, $first: Int, $after: String
) {
  ledger(division: $division, school: $school, status: $status, first: $first, after: $after) {
    nodes { childId name fileStatus household { householdSize } }
    pageInfo { hasNextPage endCursor }
  }
}"""
PAGE = """query ($first: Int, $after: String) {
  ledger(first: $first, after: $after) {
    edges { cursor }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""
SCHOOL = an_id("unit school")
HEAD = somebody("head", "school_head", BAIDI, "school")


@pytest.fixture(scope="module")
def county(postgres: Postgres, template_database: Database) -> Iterator[County]:
    """Baidi has 12 children, all of Huanhua, one with a family file, three at its school; Caotang 9, Kangle 7. A closed
    file is of Huanhua and of a pupil too."""
    with database_of(postgres, template_database.name) as database, town_on(database) as town:
        county = county_on(town)
        family: Any = HouseholdRecorded.Command
        enrol: Any = EnrolmentRecorded.Command
        member = HouseholdMember(
            member_name="冷大山",
            member_relation=Kinship.FATHER,
            member_employment=HouseholdEmployment.EMPLOYED,
        )
        first, *others = county.children[HUANHUA]
        county.put(
            family(household_size=3, hardship_found=False, household_members=(member,)), first
        )
        for child in (first, *others[:2]):
            county.put(enrol(school_unit_id=SCHOOL), child, TEACHER)
        closed = opened(county, HUANHUA, len(county.children[HUANHUA]))
        county.put(enrol(school_unit_id=SCHOOL), closed, TEACHER)
        mistake = CloseFile(file_close_reason=FileCloseReason.OPENED_IN_ERROR, close_note="误建")
        county.put(mistake, closed)
        yield county.told()


def ledger(
    county: County, by: Assignment, purpose: str = "casework", **given: Any
) -> list[dict[str, Any]]:
    """Every row, page by page, as this person reads them."""
    rows: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        found = county.ask(LEDGER, {**given, "first": 10, "after": after}, by, purpose)["ledger"]
        rows += found["nodes"]
        if not found["pageInfo"]["hasNextPage"]:
            return rows
        after = found["pageInfo"]["endCursor"]


@pytest.mark.clause("SH2020-3.2-g", "CQ2016-3.2-k", "CN2017-5.1-af")
def test_a_township_s_ledger_has_every_child_once(county: County) -> None:
    found = [row["childId"] for row in ledger(county, SUPERVISOR, division=BAIDI)]
    assert sorted(found) == sorted(str(child) for child in county.children[HUANHUA])
    assert len(ledger(county, OFFICIAL, division=FENGJIE)) == 28
    assert len(ledger(county, OFFICIAL, division=CAOTANG)) == 9


@pytest.mark.clause("CQ2016-3.2-f")
def test_a_village_s_ledger_has_its_families(county: County) -> None:
    rows = ledger(county, SUPERVISOR, division=HUANHUA)
    families = [row["household"]["householdSize"] for row in rows if row["household"]]
    assert (len(rows), families) == (12, [3])


@pytest.mark.clause("CQ2016-3.3-c")
def test_a_school_s_ledger_has_its_pupils(county: County) -> None:
    rows = ledger(county, HEAD, "schooling", school=str(SCHOOL))
    assert len(rows) == 3


@pytest.mark.parametrize(("status", "states"), [
    (None, ["OPEN"]),
    ("OPEN", ["OPEN"]),
    ("CLOSED", ["CLOSED"]),
    ("ALL", ["CLOSED", "OPEN"]),
])  # fmt: skip
def test_closed_files_are_in_the_ledger_of_those_who_ask(
    county: County, status: str | None, states: list[str]
) -> None:
    many = {"OPEN": 12, "CLOSED": 1}
    for by, given in ((SUPERVISOR, {"division": BAIDI}), (VILLAGER, {})):
        rows = ledger(county, by, status=status, **given)
        assert sorted({row["fileStatus"] for row in rows}) == states
        assert len(rows) == sum(many[state] for state in states)
    pupils = ledger(county, HEAD, "schooling", school=str(SCHOOL), status=status)
    assert len(pupils) == sum({"OPEN": 3, "CLOSED": 1}[state] for state in states)
    assert ledger(county, SUPERVISOR, division=CAOTANG, status="CLOSED") == []


def test_a_page_says_where_it_begins_and_ends(county: County) -> None:
    """GraphQL Cursor Connections, PageInfo."""
    after, begun = None, False
    for last in (False, False, True):
        found = county.ask(PAGE, {"first": 5, "after": after}, SUPERVISOR, "casework")["ledger"]
        marks = [edge["cursor"] for edge in found["edges"]]
        assert found["pageInfo"] == {
            "hasNextPage": not last,
            "hasPreviousPage": begun,
            "startCursor": marks[0],
            "endCursor": marks[-1],
        }
        after, begun = marks[-1], True
    beyond = county.ask(PAGE, {"first": 5, "after": after}, SUPERVISOR, "casework")["ledger"]
    assert beyond["pageInfo"] == {
        "hasNextPage": False,
        "hasPreviousPage": True,
        "startCursor": None,
        "endCursor": None,
    }


def test_nobody_s_ledger_goes_beyond_their_reach(county: County) -> None:
    assert ledger(county, SUPERVISOR, division=CAOTANG) == []
    assert len(ledger(county, VILLAGER)) == 12
    # For statistics nobody's residence is open, and so it cannot be asked by.
    with pytest.raises(AssertionError, match="Not permitted to filter"):
        ledger(county, SUPERVISOR, "statistics", division=BAIDI)
