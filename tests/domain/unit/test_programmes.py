"""Programmes with places for these children first, and who is on duty at a boarding school."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.directory import Directory
from domain.directory import Unit as Office
from domain.kernel import Event
from domain.terms.entitlements import PriorityProgramme
from domain.terms.places import DivisionId
from domain.terms.units import UnitKind
from domain.unit.attestations import DutyRosterAttested, DutyRosterLapsed, NoteDutyRosterLapsed
from domain.unit.posts import UnitRegistered
from domain.unit.programmes import EndProgramme, OpenProgramme, ProgrammeEnded, ProgrammeOpened
from tests.dsl import an_id, given, place, put

CHONGMING, XIANGHUA = place("上海市/崇明区"), place("上海市/崇明区/向化镇")
MIAOZHEN, FENGJIE = place("上海市/崇明区/庙镇"), place("重庆市/奉节县")


def office(name: str, kind: UnitKind, where: str) -> Office:
    return Office(id=an_id(name), kind=kind, name=name, division_id=where)


FIRST, SECOND = (
    office("向化镇", UnitKind.TOWNSHIP, XIANGHUA),
    office("庙镇", UnitKind.TOWNSHIP, MIAOZHEN),
)
OFFICES = Directory.of([FIRST, SECOND, office("奉节", UnitKind.TOWNSHIP, FENGJIE)])
BUREAU = UnitRegistered(
    kind=UnitKind.DISTRICT_CIVIL_AFFAIRS, unit_name="民政局", division_id=DivisionId(CHONGMING)
)
STATION = UnitRegistered(
    kind=UnitKind.TOWNSHIP, unit_name="向化镇", division_id=DivisionId(XIANGHUA)
)
SCHOOL = UnitRegistered(kind=UnitKind.SCHOOL, unit_name="寄宿学校", division_id=DivisionId(FENGJIE))


def opened(where: str = CHONGMING, **more: Any) -> Any:
    said: dict[str, Any] = {
        "priority_programme": PriorityProgramme.SUMMER_CARE,
        "programme_name": "爱心暑托班",
        "programme_from_on": date(2025, 7, 5),
        "programme_until_on": date(2025, 8, 15),
        "programme_places": 60,
        "for_reuniting": True,
    }
    command = OpenProgramme(**{**said, **more})
    return put(command, at="2025-06-10 09:00", where=where, directory=OFFICES)


def test_every_station_of_the_territory_has_places_to_give() -> None:
    (fact,) = given(BUREAU).when(opened()).facts()
    assert isinstance(fact, ProgrammeOpened)
    assert set(fact.station_unit_ids) == {FIRST.id, SECOND.id}
    assert fact.for_reuniting


def test_a_streets_own_programme_is_its_stations() -> None:
    (fact,) = given(STATION).when(opened(XIANGHUA)).facts()
    assert isinstance(fact, ProgrammeOpened)
    assert fact.station_unit_ids == (an_id("subject"),)


def test_it_is_closed_with_its_outcome_and_once() -> None:
    (fact,) = given(BUREAU).when(opened()).facts()
    assert isinstance(fact, ProgrammeOpened)
    over = EndProgramme(
        opened_programme_id=fact.opened_programme_id, programme_outcome="60名额已满"
    )
    ended = ProgrammeEnded(
        opened_programme_id=fact.opened_programme_id, programme_outcome="60名额已满"
    )
    given(BUREAU, fact).when(put(over, at="2025-08-16 09:00", where=CHONGMING)).then(ended)
    given(BUREAU, fact, ended).when(put(over, at="2025-08-16 09:00", where=CHONGMING)).then_refused(
        "no_such_programme"
    )


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"programme_until_on": date(2025, 7, 4)}, "programme_reversed"),
        ({"programme_from_on": date(2025, 6, 9)}, "programme_past"),
    ],
)
def test_a_programme_that_cannot_be_opened(wrong: dict[str, Any], code: str) -> None:
    given(BUREAU).when(opened(**wrong)).then_refused(code)


def attested(until: date, *, weekend: bool = True) -> Event[Any]:
    return DutyRosterAttested(
        roster_from_on=date(2025, 3, 3),
        roster_to_on=until,
        weekend_covered=weekend,
        dormitory_responsible="王老师",
    )


def test_a_roster_that_has_run_out_shows_once_it_is_over() -> None:
    until = date(2025, 3, 9)
    note = put(NoteDutyRosterLapsed(), at="2025-03-10 00:00", where=FENGJIE)
    given(SCHOOL, attested(until)).when(note).then(DutyRosterLapsed(roster_to_on=until))
    given(SCHOOL, attested(until), attested(date(2025, 3, 16))).when(note).then_nothing()
    given(SCHOOL).when(note).then_nothing()
