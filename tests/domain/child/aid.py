"""The departments and the children of scenario 14: Changning under CN2017, Jiading under SH2020 and SH2024."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeAlias

from domain.child.entitlement_application import FileEntitlementApplication
from domain.child.entitlement_decision import GrantEntitlement
from domain.child.entitlement_screening import ScreenEntitlement
from domain.child.state import Child
from domain.context import Actor
from domain.directory import Directory, Unit
from domain.kernel import Command, Event, replay
from domain.terms.entitlements import AidApplicant, EntitlementFact, EntitlementType
from domain.terms.file import Sex
from domain.terms.places import AreaType, DivisionId
from domain.terms.units import UnitKind
from domain.unit.posts import UnitRegistered
from domain.unit.state import Unit as UnitStream
from tests.domain.child.family import (
    CHANGNING,
    CHANGNING_CIVIL,
    DISTRICT,
    JIADING,
    JIANGSU_ROAD,
    JUYUAN,
    SHANGHAI,
    at_place,
    opening,
    told_by,
)
from tests.domain.story import Story
from tests.dsl import an_id, given, put

T: TypeAlias = EntitlementType
F: TypeAlias = EntitlementFact


def _unit(name: str, kind: UnitKind, where: str) -> Unit:
    return Unit(id=an_id(name), kind=kind, name=name, division_id=where)


EDUCATION = _unit("长宁区教育局", UnitKind.DISTRICT_EDUCATION, CHANGNING)
DISABLED = _unit("长宁区残联", UnitKind.DISABLED_FEDERATION, CHANGNING)
HOUSING = _unit("长宁区房管局", UnitKind.DISTRICT_HOUSING, CHANGNING)
RESOURCES = _unit("长宁区人社局", UnitKind.DISTRICT_HUMAN_RESOURCES, CHANGNING)
JUSTICE = _unit("长宁区司法局", UnitKind.DISTRICT_JUSTICE, CHANGNING)
JD_EDUCATION = _unit("嘉定区教育局", UnitKind.DISTRICT_EDUCATION, JIADING)
JD_DISABLED = _unit("嘉定区残联", UnitKind.DISABLED_FEDERATION, JIADING)
CITY = _unit("上海市民政局", UnitKind.CITY_CIVIL_AFFAIRS, SHANGHAI)
DEPARTMENTS = Directory.of(
    (
        CHANGNING_CIVIL,
        DISTRICT,
        EDUCATION,
        DISABLED,
        HOUSING,
        RESOURCES,
        JUSTICE,
        JD_EDUCATION,
        JD_DISABLED,
        CITY,
    )
)
CQ_VILLAGE = at_place("重庆市/奉节县/白帝镇/浣花社区居民委员会")


def officer(role: str, unit: Unit) -> Actor:
    """Somebody of a department."""
    return Actor(person_id=an_id(f"{role} of {unit.name}"), role=role, unit_id=unit.id)


CIVIL = officer("district_civil_affairs", CHANGNING_CIVIL)
TEACHING = officer("district_education", EDUCATION)
FEDERATION = officer("disabled_federation", DISABLED)
LODGING = officer("district_housing", HOUSING)
JD_CIVIL = officer("district_civil_affairs", DISTRICT)
JD_TEACHING = officer("district_education", JD_EDUCATION)
MOTHER = Actor(person_id=an_id("mother"), role="guardian")
WORKER = Actor(person_id=an_id("community worker"), role="community_worker")


def changning(command: Command[Any], at: str = "2019-04-01 09:00", **more: Any) -> Command[Any]:
    """Put in Jiangsu Road, Changning, by civil affairs unless said otherwise."""
    usual: dict[str, Any] = {"by": CIVIL, "directory": DEPARTMENTS}
    return put(command, at=at, where=JIANGSU_ROAD, **{**usual, **more})


def jiading(command: Command[Any], at: str = "2024-04-01 09:00", **more: Any) -> Command[Any]:
    """Put in Jiading, by civil affairs unless said otherwise."""
    usual: dict[str, Any] = {"by": JD_CIVIL, "directory": DEPARTMENTS}
    return put(command, at=at, where=JUYUAN, **{**usual, **more})


def file_of(born: str, **more: Any) -> Command[Any]:
    """A file in Changning."""
    usual: dict[str, Any] = {
        "child_name": "艾一",
        "sex": Sex.MALE,
        "birth_on": date.fromisoformat(born),
        "residence": JIANGSU_ROAD,
        "hukou": CHANGNING,
        "area_type": AreaType.URBAN,
    }
    return opening(**{**usual, **more})


def changning_child(born: str = "2010-05-04") -> Command[Any]:
    """A child of Changning on file since March 2019."""
    return changning(file_of(born), "2019-03-01 09:00")


def jiading_child(born: str = "2014-05-04") -> Command[Any]:
    """A child of Jiading on file since March 2024."""
    return jiading(file_of(born, residence=JUYUAN, hukou=JIADING), "2024-03-01 09:00")


def screen(entitlement: EntitlementType, *facts: EntitlementFact, **more: Any) -> ScreenEntitlement:
    """Screened on these facts."""
    return ScreenEntitlement(entitlement=entitlement, basis_facts=facts, **more)


def apply(*entitlements: EntitlementType, **more: Any) -> FileEntitlementApplication:
    """One form."""
    usual: dict[str, Any] = {"family_applicant": AidApplicant.GUARDIAN}
    return FileEntitlementApplication(applied_for=entitlements, **{**usual, **more})


def grant(entitlement: EntitlementType, from_on: str, **more: Any) -> GrantEntitlement:
    """A grant with reason and standard."""
    usual: dict[str, Any] = {
        "standard_version": "2019-1",
        "granted_from_on": date.fromisoformat(from_on),
        "entitlement_reason": "符合规定条件",
    }
    return GrantEntitlement(entitlement=entitlement, **{**usual, **more})


def day(text: str) -> date:
    """A day."""
    return date.fromisoformat(text)


def only(facts: tuple[Event[Any], ...], kind: type[Any]) -> Any:
    """The one fact of this kind."""
    (found,) = (f for f in facts if isinstance(f, kind))
    return found


def story_of(born: str, at: str = "2019-03-01 09:00", where: Any = JIANGSU_ROAD) -> Story:
    """A child's file with reactions, in Changning or elsewhere."""
    story = Story(where, DEPARTMENTS)
    for office in (
        CHANGNING_CIVIL,
        DISTRICT,
    ):  # the subsidy counts towards the office's yearly duty
        told = UnitRegistered(
            kind=office.kind,
            unit_name=office.name,
            division_id=DivisionId(office.division_id),
        )
        story.states[office.id] = replay(UnitStream(id=office.id), (told,))
    story.put(file_of(born, residence=where, hukou=where), at=at)
    return story


A_CHILD = changning_child()


def world_of(child: Child) -> Story:
    """One child, no cases."""
    return Story(JIANGSU_ROAD, DEPARTMENTS, {child.id: child})


def facts(command: Command[Any], *before: Command[Any]) -> tuple[Any, ...]:
    """What the command tells of a child whose file is ``before``; that of ``A_CHILD`` if nothing is said."""
    return given(*told_by(*(before or (A_CHILD,)))).when(command).facts()
