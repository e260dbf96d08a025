"""The district of scenario 20: Chongming with twelve towns, forty schools, and who is needed to act in them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from domain.divisions import Divisions, Level
from domain.terms.roles import Role
from ops.demo_world import CHONGMING, XIANGHUA, DemoPerson
from tests.journeys.person import Answer, Person
from tests.journeys.world import World

TOWNS, SCHOOLS = 12, 40


def founded(world: World) -> tuple[list[UUID], list[UUID]]:
    """In December 2024: towns and schools, those of the demo first."""
    world.clock.set("2024-12-20 09:00")
    bureau, divisions = world.as_("cm_ca"), Divisions.load()
    places = [
        d.id
        for d in divisions.children(world.place(CHONGMING))
        if d.level is Level.TOWNSHIP and d.id != world.place(XIANGHUA)
    ]
    towns, schools = [world.unit("cm_township")], [world.unit("cm_school")]
    for number, place in enumerate(places[: TOWNS - 1], start=2):
        unit = {"kind": "TOWNSHIP", "unit_name": f"第{number}街镇", "division_id": place}
        towns.append(UUID(bureau.done("registerUnit", None, unit)["id"]))
    for number in range(2, SCHOOLS + 1):
        place = places[number % len(places)]
        unit = {"kind": "SCHOOL", "unit_name": f"第{number}学校", "division_id": place}
        schools.append(UUID(bureau.done("registerUnit", None, unit)["id"]))
    return towns, schools


def official(world: World, key: str, unit_id: UUID) -> Person:
    """Somebody who acts for a town, appointed by civil affairs."""
    who = DemoPerson(key, "街镇干部", Role.TOWNSHIP, "cm_township", "casework")
    world.as_("cm_ca").done(
        "appointPerson",
        unit_id,
        {"person_id": who.id, "person_name": who.name, "role": who.role},
        command_id=who.command_id,
    )
    return world.person(who)


def calendar(world: World, by: str, unit: str, year: int = 2025) -> None:
    """The holidays of the year, as the education department sets them for its schools."""
    given = {
        "calendar_year": year,
        "winter_holiday_on": date(year, 1, 18),
        "summer_holiday_on": date(year, 7, 1),
    }
    world.as_(by).done("recordSchoolCalendar", world.unit(unit), given)


def activity(*declared: str, **more: Any) -> Answer:
    """A safety activity for the children of the place."""
    return {
        "safety_topics": ["DROWNING", "ACCIDENTS"],
        "safety_audience": ["CARE_CHILDREN", "GUARDIANS"],
        "children_reached": 30,
        "declared_for": list(declared),
        **more,
    }


def owed_in(world: World, year: int, units: set[UUID]) -> list[Any]:
    """The obligations of a year of these units, as created."""
    created: list[Any] = [
        r.event
        for r in world.log()
        if r.event.name == "unit.obligation_created" and r.stream_id in units
    ]
    return [e for e in created if e.duty_period.startswith(str(year))]


def of(world: World, unit_id: UUID, name: str, period: str, code: str | None = None) -> list[Any]:
    """What happened to a unit's obligations of one period."""
    return [
        r.event
        for r in world.events(unit_id, name)
        if r.event.duty_period == period and code in {None, r.event.duty_code}
    ]
