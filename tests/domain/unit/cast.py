"""The units and people of the tests of the unit stream: a village in Shanghai, a county in Chongqing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.directory import Directory, Post
from domain.directory import Unit as Entry
from domain.kernel import Command, Event
from domain.terms.places import DivisionId
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from domain.terms.workforce import CheckResult
from domain.unit.posts import PersonAppointed, UnitRegistered
from domain.unit.vetting import EmploymentCheckCompleted, EmploymentCheckRequested
from tests.dsl import an_id, place, put

CHONGMING = place("上海市/崇明区")
XIANGHUA = place("上海市/崇明区/向化镇")
CHUNGUANG = place("上海市/崇明区/向化镇/春光村村委会")
SHANGHAI = place("上海市")
FENGJIE = place("重庆市/奉节县")
CAOTANG = place("重庆市/奉节县/草堂镇")
OUYING = place("重庆市/奉节县/草堂镇/欧营村村民委员会")

VILLAGE, TOWNSHIP, DISTRICT, CITY = (an_id(n) for n in ("village", "township", "district", "city"))
SCHOOL, EDUCATION, POLICE = (an_id(n) for n in ("school", "education", "police station"))
MS_P, MR_K, OLD_LU = an_id("Ms P."), an_id("Mr K."), an_id("Lu")

UNITS = (
    Entry(id=VILLAGE, kind=UnitKind.VILLAGE_COMMITTEE, name="春光村", division_id=CHUNGUANG),
    Entry(id=TOWNSHIP, kind=UnitKind.TOWNSHIP, name="向化镇", division_id=XIANGHUA),
    Entry(id=DISTRICT, kind=UnitKind.DISTRICT_CIVIL_AFFAIRS, name="民政局", division_id=CHONGMING),
    Entry(id=CITY, kind=UnitKind.CITY_CIVIL_AFFAIRS, name="市民政局", division_id=SHANGHAI),
    Entry(id=SCHOOL, kind=UnitKind.SCHOOL, name="小学", division_id=XIANGHUA),
    Entry(id=EDUCATION, kind=UnitKind.DISTRICT_EDUCATION, name="教育局", division_id=CHONGMING),
    Entry(id=POLICE, kind=UnitKind.POLICE, name="派出所", division_id=XIANGHUA),
)
DIRECTORY = Directory.of(UNITS)


def post(person_id: UUID, role: Role, unit_id: UUID, where: str) -> Post:
    """A post in the directory."""
    return Post(
        assignment_id=an_id(f"post of {person_id}"),
        person_id=person_id,
        role=role,
        unit_id=unit_id,
        division_id=where,
    )


def registered(kind: UnitKind, where: str) -> UnitRegistered:
    """A unit of this kind."""
    return UnitRegistered(kind=kind, unit_name="某单位", division_id=DivisionId(where))


VILLAGE_THERE = registered(UnitKind.VILLAGE_COMMITTEE, CHUNGUANG)


def asked(person_id: UUID = MS_P, role: Role = Role.CHILD_DIRECTOR) -> EmploymentCheckRequested:
    """A check was asked for."""
    return EmploymentCheckRequested(
        check_id=an_id(f"check of {person_id}"),
        person_id=person_id,
        person_name="潘女士",
        role=role,
        checking_unit_ids=(POLICE,),
    )


def answered(
    result: CheckResult = CheckResult.CLEAR,
    person_id: UUID = MS_P,
    role: Role = Role.CHILD_DIRECTOR,
) -> EmploymentCheckCompleted:
    """The police answered."""
    return EmploymentCheckCompleted(
        check_id=an_id(f"check of {person_id}"), person_id=person_id, role=role, check_result=result
    )


def appointed(person_id: UUID = OLD_LU, role: Role = Role.CHILD_DIRECTOR) -> PersonAppointed:
    """Somebody serves."""
    return PersonAppointed(
        assignment_id=an_id(f"post of {person_id}"),
        person_id=person_id,
        person_name="陆师傅",
        role=role,
    )


def here(
    command: Command[Any],
    at: str = "2025-02-10 09:00",
    where: str = CHUNGUANG,
    directory: Directory = DIRECTORY,
    **more: Any,
) -> Command[Any]:
    """The command, put in the village unless said otherwise."""
    return put(command, at=at, where=where, directory=directory, **more)


def named(facts: tuple[Event[Any], ...]) -> list[str]:
    """The names of the facts, without the stream."""
    return [fact.name.partition(".")[2] for fact in facts]
