"""Programmes with places for these children first, and who is on duty at a boarding school."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.child.file import ChildFileOpened, EnrolmentRecorded
from domain.directory import Directory
from domain.directory import Unit as Office
from domain.kernel import Event
from domain.terms.entitlements import PriorityProgramme
from domain.terms.file import Sex
from domain.terms.places import DivisionId
from domain.terms.units import UnitKind
from domain.unit.attestations import (
    AttestDutyRoster,
    DutyRosterAttested,
    DutyRosterGapFound,
    DutyRosterLapsed,
    NoteDutyRosterLapsed,
)
from domain.unit.posts import UnitRegistered
from domain.unit.programmes import EndProgramme, OpenProgramme, ProgrammeEnded, ProgrammeOpened
from eventlog.recorded import Recorded
from projections.clocks import RULES
from projections.rowwrite import RowWrite
from tests.domain.story import Story
from tests.dsl import an_id, given, place, put, told

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
        rostered_until_on=until,
    )


def roster(first: date, last: date, at: str, where: str = FENGJIE) -> Any:
    command = AttestDutyRoster(
        roster_from_on=first,
        roster_to_on=last,
        weekend_covered=True,
        dormitory_responsible="王老师",
    )
    return put(command, at=at, where=where)


def test_a_roster_without_an_end_leaves_nobody_missing() -> None:
    """Such a day is refused today (``domain.plausible``), and stands in a log that is older than that."""
    told = given(SCHOOL).when(roster(date(2025, 3, 3), date(2025, 6, 30), "2025-03-03 09:00"))
    (event,) = told.facts()
    assert isinstance(event, DutyRosterAttested)
    event = replace(event, rostered_until_on=date.max)
    r = Recorded(originator_id=an_id("school"), originator_version=1, event=event)
    assert not [w for rule in RULES[event.name] for w in rule(r) if isinstance(w, RowWrite)]


def until(facts: tuple[Event[Any], ...]) -> date:
    (told,) = [f for f in facts if isinstance(f, DutyRosterAttested)]
    return told.rostered_until_on


@pytest.mark.clause("CQ2016-3.3-v", "CQ2024-2.6-c")
def test_days_between_two_rosters_on_which_nobody_is_on_duty_show_until_they_are_filled() -> None:
    first = (
        given(SCHOOL).when(roster(date(2025, 9, 1), date(2025, 9, 30), "2025-08-29 09:00")).facts()
    )
    assert [type(f) for f in first] == [DutyRosterAttested]
    late = roster(date(2025, 10, 20), date(2025, 11, 30), "2025-09-25 09:00")
    later = given(SCHOOL, *first).when(late).facts()
    assert until(later) == date(2025, 9, 30)
    assert later[1] == DutyRosterGapFound(
        roster_gap_from_on=date(2025, 10, 1), roster_gap_to_on=date(2025, 10, 19)
    )
    filled = roster(date(2025, 10, 1), date(2025, 10, 19), "2025-09-26 09:00")
    whole = given(SCHOOL, *first, *later).when(filled).facts()
    assert [type(f) for f in whole] == [DutyRosterAttested]
    assert until(whole) == date(2025, 11, 30), "the clock goes by the last of them"
    note = put(NoteDutyRosterLapsed(), at="2025-10-20 00:00", where=FENGJIE)
    given(SCHOOL, *first, *later, *whole).when(note).then_nothing()


@pytest.mark.clause("CQ2024-2.6-c", "SH2020-3.3-h")
def test_a_weekend_is_a_gap_where_the_text_asks_for_it_and_a_holiday_nowhere() -> None:
    monday = (date(2025, 3, 3), date(2025, 3, 7))
    weeks = {}
    for where in (FENGJIE, XIANGHUA):
        week = given(SCHOOL).when(roster(*monday, "2025-03-03 09:00", where)).facts()
        next_week = roster(date(2025, 3, 10), date(2025, 3, 14), "2025-03-05 09:00", where)
        weeks[where] = given(SCHOOL, *week).when(next_week).facts()
    assert [type(f) for f in weeks[FENGJIE]] == [DutyRosterAttested, DutyRosterGapFound]
    assert [type(f) for f in weeks[XIANGHUA]] == [DutyRosterAttested]
    assert until(weeks[XIANGHUA]) == date(2025, 3, 16), "Monday is the first day missing"
    term = given(SCHOOL).when(roster(date(2025, 2, 17), date(2025, 6, 30), "2025-02-17 09:00"))
    assert until(term.facts()) == date(2025, 8, 31), "nobody boards in summer"


def test_a_roster_ends_after_it_begins() -> None:
    turned = roster(date(2025, 3, 9), date(2025, 3, 8), "2025-03-03 09:00")
    given(SCHOOL).when(turned).then_refused("roster_reversed", field="rosterToOn")


@pytest.mark.clause("CQ2016-3.3-v", "CQ2024-2.6-c")
def test_a_school_where_a_pupil_boards_owes_a_roster_it_never_attested() -> None:
    there = Office(
        id=an_id("boarding school"), kind=UnitKind.SCHOOL, name="寄宿学校", division_id=FENGJIE
    )
    story = Story(place=FENGJIE, directory=Directory.of([there]))
    story.tell(told(SCHOOL, at="2025-01-02 09:00"), on=there.id)
    child = an_id("boarder")
    story.tell(
        told(
            ChildFileOpened(child_name="小朋友", sex=Sex.MALE, birth_on=date(2015, 6, 1)),
            at="2025-01-03 09:00",
        ),
        on=child,
    )
    for boards, names in ((False, []), (True, ["unit.boarding_school_known"]), (True, [])):
        before = len(story.told)
        enrolled: dict[str, Any] = {"school_unit_id": there.id, "boarding": boards}
        story.put(EnrolmentRecorded.Command(**enrolled), at="2025-02-20 09:00", on=child)
        assert [e.name for stream, e in story.told[before:] if stream == there.id] == names


def test_a_roster_that_has_run_out_shows_once_it_is_over() -> None:
    last = date(2025, 3, 9)
    note = put(NoteDutyRosterLapsed(), at="2025-03-10 00:00", where=FENGJIE)
    given(SCHOOL, attested(last)).when(note).then(DutyRosterLapsed(roster_to_on=last))
    given(SCHOOL, attested(last), attested(date(2025, 3, 16))).when(note).then_nothing()
    given(SCHOOL).when(note).then_nothing()
