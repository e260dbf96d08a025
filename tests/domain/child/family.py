"""The places, units and families of the file stories, and a file as far as it has come.

Chongqing: Huanhua in Fengjie, packs CQ2016 and from 2024-06-14 CQ2024. Shanghai: Jiading and Chongming under SH2020
(2021 to 2025) and SH2024 (from 2023-12); Changning under CN2017 until 2022-07-31.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.child.file import OpenChildFile
from domain.child.guardians import RecordGuardian, RecordGuardianAbsence
from domain.child.state import Child
from domain.context import Actor
from domain.directory import Directory, Post, Unit
from domain.kernel import Command, Event, Record, decide, replay
from domain.periods import local_date
from domain.terms.care import AbsenceReason, Kinship
from domain.terms.file import HukouKind, Sex
from domain.terms.places import AreaType, DivisionId
from domain.terms.units import UnitKind
from tests.dsl import an_id, knowing, local, place, put

CHILD = an_id("subject")


def at_place(name: str) -> DivisionId:
    """A division by its names."""
    return DivisionId(place(name))


HUANHUA = at_place("重庆市/奉节县/白帝镇/浣花社区居民委员会")
BAIDI = at_place("重庆市/奉节县/白帝镇")
FENGJIE = at_place("重庆市/奉节县")
CHONGQING = at_place("重庆市")
CAOTANG = at_place("重庆市/奉节县/草堂镇")
KAIZHOU = at_place("重庆市/开州区")
JIADING = at_place("上海市/嘉定区")
JUYUAN = at_place("上海市/嘉定区/嘉定镇街道")
CHONGMING = at_place("上海市/崇明区")
MIAOZHEN = at_place("上海市/崇明区/庙镇")
JIANGSU_ROAD = at_place("上海市/长宁区/江苏路街道")
CHANGNING = at_place("上海市/长宁区")
SHANGHAI = at_place("上海市")


def _unit(name: str, kind: UnitKind, where: str) -> Unit:
    return Unit(id=an_id(name), kind=kind, name=name, division_id=where)


COMMITTEE = _unit("浣花社区居民委员会", UnitKind.VILLAGE_COMMITTEE, HUANHUA)
TOWNSHIP = _unit("白帝镇人民政府", UnitKind.TOWNSHIP, BAIDI)
TOWNSHIP_HUKOU = _unit("草堂镇人民政府", UnitKind.TOWNSHIP, CAOTANG)
COUNTY = _unit("奉节县民政局", UnitKind.DISTRICT_CIVIL_AFFAIRS, FENGJIE)
CITY = _unit("重庆市民政局", UnitKind.CITY_CIVIL_AFFAIRS, CHONGQING)
EDUCATION = _unit("奉节县教育委员会", UnitKind.DISTRICT_EDUCATION, FENGJIE)
STREET = _unit("嘉定镇街道办事处", UnitKind.TOWNSHIP, JUYUAN)
DISTRICT = _unit("嘉定区民政局", UnitKind.DISTRICT_CIVIL_AFFAIRS, JIADING)
CHANGNING_CIVIL = _unit("长宁区民政局", UnitKind.DISTRICT_CIVIL_AFFAIRS, CHANGNING)
UNITS = (
    COMMITTEE,
    TOWNSHIP,
    TOWNSHIP_HUKOU,
    COUNTY,
    CITY,
    EDUCATION,
    STREET,
    DISTRICT,
    CHANGNING_CIVIL,
)


def _post(name: str, role: str, unit: Unit, *, active: bool = True) -> Post:
    return Post(
        assignment_id=an_id(f"{name} as {role}"),
        person_id=an_id(name),
        role=role,
        unit_id=unit.id,
        division_id=unit.division_id,
        active=active,
    )


DIRECTOR, OTHER_DIRECTOR, CANDIDATE = (
    an_id("director"),
    an_id("second director"),
    an_id("candidate"),
)
DIRECTORY = Directory.of(
    UNITS,
    (
        _post("director", "child_director", COMMITTEE),
        _post("second director", "community_worker", COMMITTEE),
        _post("candidate", "child_director", COMMITTEE, active=False),
    ),
)
NOWHERE = DivisionId("cq99999")
SCHOOL = an_id("白帝小学")
FATHER, MOTHER = an_id("father"), an_id("mother")


def cq(command: Command[Any], at: str = "2025-03-03 09:00", **more: Any) -> Command[Any]:
    """Put in the village of Huanhua, Fengjie, Chongqing."""
    return put(command, at=at, where=HUANHUA, **{"directory": DIRECTORY, **more})


def jd(command: Command[Any], at: str = "2024-07-01 09:00", **more: Any) -> Command[Any]:
    """Put in Jiading, Shanghai, by default under SH2020 and SH2024."""
    return put(command, at=at, where=JUYUAN, **{"directory": DIRECTORY, **more})


def cn(command: Command[Any], at: str = "2019-03-30 10:00", **more: Any) -> Command[Any]:
    """Put in Changning, by default under CN2017."""
    return put(command, at=at, where=JIANGSU_ROAD, **{"directory": DIRECTORY, **more})


def told_by(*commands: Command[Any]) -> tuple[Event[Any], ...]:
    """The facts that follow when these are put one after the other to a child nothing is known of."""
    facts: tuple[Event[Any], ...] = ()
    for command in commands:
        facts += decide(replay(Child(id=CHILD), facts), knowing(command, facts))
    return facts


def after(*commands: Command[Any]) -> Child:
    """The state these commands lead to."""
    state: Child = replay(Child(id=CHILD), told_by(*commands))
    return state


def opening(**more: Any) -> OpenChildFile:
    """The file of Li: a girl born on 2015-06-01 who lives in Huanhua, unless said otherwise."""
    usual: dict[str, Any] = {
        "child_name": "李小花",
        "sex": Sex.FEMALE,
        "birth_on": local_date(local("2015-06-01 12:00")),
        "residence": HUANHUA,
        "area_type": AreaType.RURAL,
    }
    return OpenChildFile(**{**usual, **more})


def noted(kind: type[Record[Any]], **fields: Any) -> Command[Any]:
    """The command that a record derives, with these fields."""
    made: Any = kind.Command
    command: Command[Any] = made(**fields)
    return command


def parent(relation: Kinship, **more: Any) -> RecordGuardian:
    """A parent, as recorded."""
    name = "父" if relation is Kinship.FATHER else "母"
    return RecordGuardian(relation=relation, guardian_name=name, **more)


def gone(guardian_id: UUID, reason: AbsenceReason = AbsenceReason.WORK) -> RecordGuardianAbsence:
    """A guardian away for work, from before any text."""
    return RecordGuardianAbsence(
        guardian_id=guardian_id,
        absence_reason=reason,
        away_from_on=local_date(local("2016-01-01 00:00")),
        away_to="广东",
    )


def the_id(facts: tuple[Event[Any], ...], relation: Kinship) -> UUID:
    """The id a guardian got."""
    state: Child = replay(Child(id=CHILD), facts)
    found = state.care.guardians
    return next(g.guardian_id for g in found if g.relation == relation)


def with_parents(
    first: Command[Any], here: Any, at: str, *, father: dict[str, Any], mother: dict[str, Any]
) -> tuple[Command[Any], ...]:
    """``first`` and the recording of both parents, a minute apart; ``here`` puts a command at its place."""
    return (
        first,
        here(parent(Kinship.FATHER, **father), f"{at} 09:01"),
        here(parent(Kinship.MOTHER, **mother), f"{at} 09:02"),
    )


def both_away(
    first: Command[Any], here: Any, at: str, **parents: dict[str, Any]
) -> tuple[Command[Any], ...]:
    """``first``, both parents on file and both away for work."""
    commands = with_parents(
        first, here, at, father=parents.get("father", {}), mother=parents.get("mother", {})
    )
    facts = told_by(*commands)
    return (
        *commands,
        here(gone(the_id(facts, Kinship.FATHER)), f"{at} 09:03"),
        here(gone(the_id(facts, Kinship.MOTHER)), f"{at} 09:04"),
    )


def li_left_behind(at: str = "2025-03-03", **more: Any) -> tuple[Command[Any], ...]:
    """Li of Huanhua, whose parents are both away."""
    return both_away(cq(opening(**more), f"{at} 09:00"), cq, at)


SH_FARMER: dict[str, Any] = {
    "guardian_hukou": JIADING,
    "guardian_hukou_kind": HukouKind.AGRICULTURAL,
}


def sh_opening(**more: Any) -> OpenChildFile:
    """The file of a boy with Shanghai hukou who lives in suburban rural Jiading."""
    usual: dict[str, Any] = {
        "child_name": "陈一",
        "sex": Sex.MALE,
        "birth_on": local_date(local("2014-03-03 12:00")),
        "residence": JUYUAN,
        "area_type": AreaType.SUBURBAN_RURAL,
        "hukou": JIADING,
    }
    return opening(**{**usual, **more})


def sh_left_behind(at: str = "2024-07-01", **more: Any) -> tuple[Command[Any], ...]:
    """The boy of Jiading, both parents Shanghai farmers and away for work."""
    first = jd(sh_opening(**more), f"{at} 09:00")
    return both_away(first, jd, at, father=SH_FARMER, mother=SH_FARMER)


def who(name: str, role: str) -> Actor:
    """Somebody in one capacity."""
    return Actor(person_id=an_id(name), role=role)
