"""A school owes two lectures a year, each before its holiday; the calendar says which days those are (T-15)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.directory import Directory
from domain.directory import Unit as Entry
from domain.terms.units import UnitKind
from domain.unit.obligation_clock import (
    ObligationDated,
    RecordSchoolCalendar,
    SchoolCalendarRecorded,
)
from domain.unit.obligations import (
    ObligationFulfilled,
    OpenObligationYear,
)
from tests.domain.story import Story
from tests.domain.unit.cast import (
    CAOTANG,
    CHONGMING,
    EDUCATION,
    SCHOOL,
    UNITS,
    XIANGHUA,
    here,
    registered,
)
from tests.domain.unit.owing import (
    AT_SCHOOL,
    CALENDAR,
    NEW_YEAR,
    STATION,
    held,
    opened,
    owed,
)
from tests.dsl import an_id, given, told


def test_a_school_owes_two_lectures_by_the_usual_holidays_until_its_calendar_is_known() -> None:
    assert owed(opened(AT_SCHOOL, XIANGHUA)) == [
        ("SCHOOL_SAFETY", "2025-WINTER", date(2025, 1, 19)),
        ("SCHOOL_SAFETY", "2025-SUMMER", date(2025, 6, 30)),
    ]
    assert [period for _, period, _ in owed(opened(AT_SCHOOL, XIANGHUA, "2025-03-01 09:00"))] == [
        "2025-SUMMER"
    ]


def test_the_calendar_dates_them_to_the_day_before_the_holiday() -> None:
    history = given(AT_SCHOOL, *opened(AT_SCHOOL, XIANGHUA))
    facts = history.when(here(CALENDAR, at="2025-01-03 09:00", where=XIANGHUA)).facts()
    dated = [f for f in facts if isinstance(f, ObligationDated)]
    assert [(f.duty_due_on, f.duty_warn_on) for f in dated] == [
        (date(2025, 1, 17), (date(2025, 1, 10),)),
        (date(2025, 6, 30), (date(2025, 6, 23),)),
    ]
    given(AT_SCHOOL, *opened(AT_SCHOOL, XIANGHUA), *facts).when(
        here(CALENDAR, at="2025-01-03 10:00", where=XIANGHUA)
    ).then(facts[0])


def test_a_warning_of_the_very_day_is_still_given() -> None:
    for at, first in (("2025-01-10 09:00", (date(2025, 1, 10),)), ("2025-01-11 09:00", ())):
        history = given(AT_SCHOOL, *opened(AT_SCHOOL, XIANGHUA))
        facts = history.when(here(CALENDAR, at=at, where=XIANGHUA)).facts()
        dated = [f for f in facts if isinstance(f, ObligationDated)]
        assert dated[0].duty_warn_on == first


def test_a_calendar_known_before_the_year_dates_them_at_once() -> None:
    known = SchoolCalendarRecorded(
        calendar_year=2025, winter_holiday_on=date(2025, 1, 18), summer_holiday_on=date(2025, 7, 1)
    )
    facts = given(AT_SCHOOL, known).when(here(OpenObligationYear(), at=NEW_YEAR, where=XIANGHUA))
    assert owed(facts.facts()) == [
        ("SCHOOL_SAFETY", "2025-WINTER", date(2025, 1, 17)),
        ("SCHOOL_SAFETY", "2025-SUMMER", date(2025, 6, 30)),
    ]


def test_a_calendar_has_its_holidays_in_their_seasons() -> None:
    turned = RecordSchoolCalendar(
        calendar_year=2025, winter_holiday_on=date(2025, 7, 1), summer_holiday_on=date(2025, 1, 18)
    )
    given(AT_SCHOOL).when(here(turned)).then_refused("calendar_reversed")
    for wrong in (
        replace(CALENDAR, winter_holiday_on=date(2025, 3, 1)),
        replace(CALENDAR, summer_holiday_on=date(2025, 5, 31)),
        replace(CALENDAR, calendar_year=2026),
    ):
        given(AT_SCHOOL).when(here(wrong)).then_refused("calendar_reversed")
    just = replace(
        CALENDAR, winter_holiday_on=date(2025, 2, 28), summer_holiday_on=date(2025, 6, 1)
    )
    assert given(AT_SCHOOL).when(here(just)).facts()
    given(STATION).when(here(CALENDAR)).then_refused("no_school_calendar")


def test_the_departments_calendar_reaches_the_schools_of_its_district() -> None:
    elsewhere = Entry(
        id=an_id("far school"), kind=UnitKind.SCHOOL, name="草堂小学", division_id=CAOTANG
    )
    story = Story(place=CHONGMING, directory=Directory.of((*UNITS, elsewhere)))
    education = registered(UnitKind.DISTRICT_EDUCATION, CHONGMING)
    story.tell(told(education, at="2025-01-02 09:00"), on=EDUCATION)
    story.tell(told(AT_SCHOOL, at="2025-01-02 09:00"), on=SCHOOL)
    story.put(CALENDAR, at="2025-01-03 09:00", on=EDUCATION)
    at_school = [e.name for stream, e in story.told if stream == SCHOOL]
    assert at_school[-1] == "unit.school_calendar_recorded"
    assert not [e for stream, e in story.told if stream == elsewhere.id]


def test_a_school_lecture_is_held_before_its_holiday() -> None:
    facts = opened(AT_SCHOOL, XIANGHUA)
    dated = given(AT_SCHOOL, *facts).when(here(CALENDAR, at="2025-01-03 09:00", where=XIANGHUA))
    history = given(AT_SCHOOL, *facts, *dated.facts())
    _, done = history.when(held("SCHOOL_SAFETY", at="2025-01-15 14:00")).facts()
    assert isinstance(done, ObligationFulfilled)
    assert done.duty_period == "2025-WINTER"
    history.when(held("SCHOOL_SAFETY", at="2025-01-20 14:00")).then_refused(
        "no_period_open", field="declaredFor"
    )
