"""One child, one file: whoever registers learns that there is a file, and whom to ask, and nothing of the child."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from authz.gate import Assignment
from domain.child.file import OpenChildFile
from domain.child.guardians import RecordGuardian
from domain.rulebook import Rulebook
from domain.terms.care import Kinship
from domain.terms.file import Sex
from domain.terms.places import DivisionId
from tests.database import Database, Postgres, database_of
from tests.projections.town import BAIDI, HUANHUA, town_on, unit_id
from tests.reports.district import (
    CAOTANG,
    INSPECTOR,
    OFFICIAL,
    SUPERVISOR,
    VILLAGER,
    County,
    county_on,
    somebody,
)

pytestmark = pytest.mark.postgres
ASK = """query ($name: String, $born: Date, $number: String) {
  possibleDuplicates(name: $name, birthDate: $born, idNumber: $number) {
    unitId unitName byIdNumber childId
  }
}"""
NUMBER, NAME, BORN = "500236201405060033", "冷小独", date(2014, 5, 6)
ELSEWHERE = somebody("director of Caotang", "child_director", CAOTANG, "village of Caotang")
TOWNSHIP = somebody("clerk", "township", BAIDI, "township")
PARENT = somebody("a guardian who serves the township", "township", BAIDI, "township")


@pytest.fixture(scope="module")
def county(postgres: Postgres, template_database: Database) -> Iterator[County]:
    """A child of Huanhua with an id number, and the child of somebody who serves the township."""
    with database_of(postgres, template_database.name) as database, town_on(database) as town:
        county = county_on(town)
        for name, number in ((NAME, NUMBER), ("冷小亲", None)):
            opening = OpenChildFile(
                child_name=name,
                sex=Sex.MALE,
                birth_on=BORN,
                id_number=number,
                residence=DivisionId(HUANHUA),
            )
            child = town.do(opening).stream_id
            county.children[name] = [child]
        guardian = RecordGuardian(
            relation=Kinship.FATHER, guardian_name="冷大山", guardian_person_id=PARENT.person_id
        )
        county.put(guardian, county.children["冷小亲"][0])
        yield county.told()


def asked(county: County, by: Assignment, **given: Any) -> list[dict[str, Any]] | None:
    purpose = "oversight" if by.role == "inspector" else "casework"
    found: list[dict[str, Any]] | None = county.ask(ASK, given, by, purpose)["possibleDuplicates"]
    return found


@pytest.mark.clause("SH2020-3.2-g", "CQ2016-3.2-k", "CN2017-5.1-af")
@pytest.mark.parametrize(
    ("given", "by_number"),
    [
        ({"number": NUMBER}, True),
        ({"number": NUMBER.replace("X", "x"), "name": "别名", "born": BORN}, True),
        ({"name": f" {NAME} ", "born": BORN}, False),
    ],
)
def test_elsewhere_one_learns_that_there_is_a_file_and_whom_to_ask(
    county: County, given: dict[str, Any], *, by_number: bool
) -> None:
    told = {
        "unitId": str(unit_id("township")),
        "unitName": "township",
        "byIdNumber": by_number,
        "childId": None,
    }
    assert asked(county, ELSEWHERE, **given) == [told]
    (child,) = county.children[NAME]
    assert asked(county, VILLAGER, **given) == [told | {"childId": str(child)}]


@pytest.mark.parametrize(
    "given",
    [
        {"name": NAME, "born": date(2014, 5, 7)},
        {"name": "冷小", "born": BORN},
        {"number": "11010519491231002X"},
    ],
)
def test_nobody_else_is_found(county: County, given: dict[str, Any]) -> None:
    assert asked(county, ELSEWHERE, **given) == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": NAME}, "birthDate"),
        ({"born": BORN}, "name"),
        ({}, "name"),
        ({"number": "12"}, "idNumber"),
        ({"number": "500236201405060037"}, "idNumber"),
    ],
)
def test_it_is_asked_by_an_identity(county: County, given: dict[str, Any], field: str) -> None:
    with pytest.raises(AssertionError) as refused:
        asked(county, ELSEWHERE, **given)
    (error,) = refused.value.args[0]
    assert error.original_error.field == field


@pytest.mark.parametrize("by", [OFFICIAL, SUPERVISOR, INSPECTOR])
def test_whoever_registers_nobody_learns_nothing(county: County, by: Assignment) -> None:
    assert asked(county, by, number=NUMBER) is None


def test_nobody_learns_of_a_file_they_are_kept_from(county: County) -> None:
    given = {"name": "冷小亲", "born": BORN}
    assert asked(county, TOWNSHIP, **given)
    assert asked(county, PARENT, **given) == []


def test_every_question_is_a_look(county: County) -> None:
    """At whoever was found, also beyond reach; and at nobody, where nobody was."""
    (child,) = county.children[NAME]
    query = (
        "select subject_id, role, outcome, classes from sec.access_look "
        "where act = 'possible_duplicates' and person_id = %(who)s"
    )
    before = county.town.rows(query, who=ELSEWHERE.person_id)
    asked(county, ELSEWHERE, number=NUMBER)
    asked(county, ELSEWHERE, number="11010519491231002X")
    looks = county.town.rows(query, who=ELSEWHERE.person_id)[len(before) :]
    assert [(look["subject_id"], look["outcome"], look["classes"]) for look in looks] == [
        (child, "SEEN", ["P1"]),
        (None, "SEEN", ["P1"]),
    ]
    assert asked(county, OFFICIAL, number=NUMBER) is None
    (denied,) = county.town.rows(query, who=OFFICIAL.person_id)[-1:]
    assert (denied["subject_id"], denied["outcome"]) == (None, "DENIED")


def test_a_days_questions_have_an_end(county: County) -> None:
    """The number is the packs'; who else asks is not counted, and what is refused is on record."""
    asker = somebody("hasty director", "child_director", CAOTANG, "village of Caotang")
    most = Rulebook.load().pack("PLATFORM").provisions["duplicate_questions_a_day"].value
    at_once = 20
    many = " ".join(
        f'a{n}: possibleDuplicates(idNumber: "{NUMBER}") {{ unitId }}' for n in range(at_once)
    )
    for _ in range(most // at_once):
        assert len(county.ask(f"{{ {many} }}", {}, asker, "casework")) == at_once
    with pytest.raises(AssertionError) as refused:
        asked(county, asker, number=NUMBER)
    (error,) = refused.value.args[0]
    assert (error.original_error.code, error.original_error.extra) == ("THROTTLED", {"limit": most})
    assert int(error.original_error.headers["Retry-After"]) > 0
    assert asked(county, VILLAGER, name="无此人", born=BORN) == []
    query = "select outcome from sec.access_look where person_id = %(who)s order by id"
    looks = county.town.rows(query, who=asker.person_id)
    assert [look["outcome"] for look in looks] == ["SEEN"] * most + ["DENIED"]
