"""S-18, S-21 and S-22 on a real database: duties, plans and stations of Jiading in 2025 (scenario 20, steps 1 to 4)."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.divisions import Divisions
from tests.projections.town import unit_id
from tests.reports.district import cells, figure, value
from tests.reports.jiading import (
    CHANGNING,
    CHONGMING,
    CITY,
    CIVIL,
    EDUCATION,
    JIADING,
    PROSECUTOR,
    SHANGHAI,
    XINCHENG,
    ZHENXIN,
    District,
)

DUTIES: dict[str, Any] = {"by": CIVIL, "purpose": "casework", "period": "2025"}


def duties(jiading: District, day: date, division: str = JIADING, **more: Any) -> Any:
    """The district's civil affairs asks for the year."""
    return jiading.report("S-18", division, **{**DUTIES, "asOf": day, **more})


def some(found: dict[str, int | None]) -> dict[str, int | None]:
    """The cells in which anything is counted."""
    return {cell: n for cell, n in found.items() if n}


def names(jiading: District, report: Any, key: str) -> set[str]:
    """The events a figure rests on, one for each unit counted."""
    traced = figure(report, key)["traceable"]["eventIds"]
    assert len(traced) == value(report, key)
    rows = jiading.town.rows(
        "select distinct name from read.unit_line where event_id = any(%(ids)s)", ids=traced
    )
    return {r["name"] for r in rows}


def test_the_year_as_it_was_opened(jiading: District) -> None:
    """Registered in March: three streets in four quarters; two schools, whose summer is the usual one."""
    known = duties(jiading, date(2025, 3, 4))
    assert figure(known, "fulfilled")["outOf"] == 22
    assert (value(known, "fulfilled"), value(known, "missed")) == (0, 0)
    assert some(cells(known, "ahead", "duty")) == {
        "ANNUAL_REPORT": 1,
        "DIRECTOR_TRAINING_DISTRICT": 1,
        "DISTRICT_SAFETY": 1,
        "FULL_INSPECTION": 1,
        "SCHOOL_SAFETY": 2,
        "STATION_ACTIVITY": 12,
        "WORK_BULLETIN": 4,
    }
    assert some(cells(known, "undated", "duty")) == {"SCHOOL_SAFETY": 2}


def test_duties_in_june(jiading: District) -> None:
    """Fulfilled: three streets in Q1, two in Q2, the district, the first school; a winter that was over is not owed."""
    known = duties(jiading, date(2025, 6, 30))
    assert (value(known, "fulfilled"), figure(known, "fulfilled")["outOf"]) == (7, 22)
    assert some(cells(known, "missed", "duty")) == {"WORK_BULLETIN": 1}
    assert some(cells(known, "undated", "duty")) == {}
    assert some(cells(known, "ahead", "duty")) == {
        "ANNUAL_REPORT": 1,
        "DIRECTOR_TRAINING_DISTRICT": 1,
        "FULL_INSPECTION": 1,
        "SCHOOL_SAFETY": 1,
        "STATION_ACTIVITY": 7,
        "WORK_BULLETIN": 3,
    }
    assert some(cells(known, "double_use", "duty")) == {
        "DISTRICT_SAFETY": 1,
        "STATION_ACTIVITY": 1,
    }
    assert names(jiading, known, "fulfilled") == {"unit.obligation_fulfilled"}


def test_what_the_third_quarter_holds_does_not_fill_the_second(jiading: District) -> None:
    """Xincheng's August counts for Q3; its Q2 stays missed, and so does the second school's summer."""
    known = duties(jiading, date(2025, 9, 30))
    assert value(known, "fulfilled") == 8
    xincheng = str(unit_id("xincheng"))
    second = str(unit_id("second school"))
    assert some(cells(known, "missed", "unit")) == {
        xincheng: 1,
        second: 1,
        str(unit_id("civil affairs of Jiading")): 2,  # its bulletins of two quarters (定期通报)
    }
    quarter = duties(jiading, date(2025, 9, 30), XINCHENG, period="2025-Q2")
    assert some(cells(quarter, "missed", "duty")) == {"STATION_ACTIVITY": 1, "SCHOOL_SAFETY": 1}
    third = duties(jiading, date(2025, 9, 30), XINCHENG, period="2025-Q3")
    assert (value(third, "fulfilled"), value(third, "missed")) == (1, 0)
    assert value(known, "entered_late") == 0


def test_education_is_shown_the_duties_too(jiading: District) -> None:
    known = duties(jiading, date(2025, 6, 30), by=EDUCATION, purpose="schooling")
    assert value(known, "fulfilled") == 7
    assert duties(jiading, date(2025, 6, 30), by=PROSECUTOR, purpose="judicial") is None


def test_a_street_is_without_a_prosecutor_from_the_day_the_office_ends(jiading: District) -> None:
    asked: dict[str, Any] = {"by": PROSECUTOR, "purpose": "judicial"}
    before = jiading.report("S-22", JIADING, asOf=date(2025, 8, 10), **asked)
    after = jiading.report("S-22", JIADING, asOf=date(2025, 8, 11), **asked)
    assert (value(before, "with_prosecutor"), figure(before, "with_prosecutor")["outOf"]) == (2, 3)
    assert some(cells(before, "without_prosecutor", "place")) == {ZHENXIN: 1}
    assert value(after, "with_prosecutor") == 1
    assert some(cells(after, "without_prosecutor", "place")) == {XINCHENG: 1, ZHENXIN: 1}
    assert names(jiading, before, "with_prosecutor") == {"unit.station_officer_appointed"}
    streets = Divisions.load().children(JIADING, date(2025, 8, 10))
    assert value(before, "without_station") == len(streets) - 3, (
        "all streets and towns are to be covered"
    )
    assert not {XINCHENG, ZHENXIN} & cells(before, "without_station", "place").keys()


def coordination(jiading: District, day: date) -> Any:
    """The city asks about all its districts."""
    return jiading.report("S-21", SHANGHAI, by=CITY, purpose="oversight", asOf=day)


def test_every_district_counts_whether_it_has_units_here_or_not(jiading: District) -> None:
    known = coordination(jiading, date(2025, 3, 31))
    keys = ("with_mechanism", "with_plan", "with_method")
    assert [(value(known, k), figure(known, k)["outOf"]) for k in keys] == [(0, 16)] * 3
    assert len(cells(known, "without_plan", "district")) == 16


def test_another_conference_is_no_mechanism_and_a_division_of_work_no_plan(
    jiading: District,
) -> None:
    """End of August: one mechanism, two plans; the method follows in September."""
    august, september = (coordination(jiading, date(2025, m, d)) for m, d in ((8, 31), (9, 30)))
    keys = ("with_mechanism", "with_plan", "with_method")
    assert [value(august, k) for k in keys] == [1, 2, 0]
    assert [value(september, k) for k in keys] == [1, 2, 1]
    without = cells(september, "without_plan", "district")
    assert len(without) == 14
    assert CHONGMING in without
    assert not {JIADING, CHANGNING} & set(without)
    assert CHANGNING in cells(september, "without_mechanism", "district")
    assert names(jiading, september, "with_plan") == {"unit.implementation_plan_filed"}
    assert figure(september, "without_plan")["traceable"]["eventIds"] == []


def test_a_district_does_not_ask_about_the_others(jiading: District) -> None:
    assert jiading.report("S-21", SHANGHAI, by=CIVIL, purpose="casework") is None
