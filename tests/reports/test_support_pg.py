"""S-12 and S-13: dropout to zero and entitlements, every figure worked out by hand from the stories of the fixtures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from ops.platform import retell_all
from tests.database import Database, Postgres, database_of
from tests.projections.town import BAIDI, FENGJIE, HUANHUA, SECRETS, town_on
from tests.reports.changning import CHANGNING
from tests.reports.changning import OFFICIAL as CIVIL_OF_CHANGNING
from tests.reports.district import (
    CAOTANG,
    OFFICIAL,
    County,
    cells,
    figure,
    of_whole,
    somebody,
    value,
)
from tests.reports.fengjie import School, school_on
from tests.reports.supported import supported_on

EDUCATION = somebody("education official of Fengjie", "district_education", FENGJIE, "education")


@pytest.fixture(scope="module")
def school(postgres: Postgres, template_database: Database) -> Iterator[School]:
    """The autumn of 2024."""
    with (
        database_of(postgres, template_database.name) as database,
        town_on(database, units=False) as town,
    ):
        school = school_on(town)
        school.told()
        yield school


@pytest.fixture(scope="module")
def county(postgres: Postgres, template_database: Database) -> Iterator[County]:
    """April 2024."""
    with (
        database_of(postgres, template_database.name) as database,
        town_on(database, units=False) as town,
    ):
        yield supported_on(town)


def board(school: School, day: date, where: str = FENGJIE, **more: Any) -> Any:
    """The zero board as district education is answered."""
    return school.report("S-12", where, by=EDUCATION, purpose="schooling", asOf=day, **more)


# ── S-14 校园欺凌防治, S-18 活动: what the same autumn tells of schools and units


@pytest.mark.clause("CQ2024-2.4-e")
def test_s_14_tells_education_how_much_bullying_there_was_and_what_was_done_in_time(
    school: School,
) -> None:
    asked: dict[str, Any] = {"by": EDUCATION, "purpose": "schooling", "period": "2024"}
    known = school.report("S-14", FENGJIE, asOf=date(2024, 12, 31), **asked)
    assert of_whole(known, "bullying_in_time") == (6, 8)
    assert value(known, "bullying") == 8
    in_october = school.report("S-14", FENGJIE, asOf=date(2024, 10, 15), **asked)
    assert of_whole(in_october, "bullying_in_time") == (0, 8)


@pytest.mark.clause("CQ2016-3.4-a", "CQ2024-2.5-g", "CQ2024-2.6-j", "CQ2024-2.4-b")
def test_s_18_counts_activities_by_key_period_and_lessons_by_topic(school: School) -> None:
    asked: dict[str, Any] = {"by": OFFICIAL, "purpose": "casework", "period": "2024"}
    known = school.report("S-18", FENGJIE, asOf=date(2024, 12, 31), **asked)
    periods = cells(known, "care_activities", "period")
    assert {period: n for period, n in periods.items() if n} == {"AFTER_SCHOOL": 2, "FESTIVAL": 1}
    assert value(known, "care_participants") == 77
    assert {t for t, n in cells(known, "lessons", "topic").items() if n} == {
        "LAW",
        "MENTAL_HEALTH",
        "SEXUAL_SAFETY",
    }
    assert (value(known, "lessons"), value(known, "lessons_reached")) == (2, 160)
    assert value(known, "sexual_safety_reached") == 40
    assert value(known, "sexual_safety_girls") == 25, "留守女童 are counted apart (CQ2024-2.4-b)"
    september = school.report("S-18", FENGJIE, asOf=date(2024, 9, 30), **asked)
    assert (value(september, "care_activities"), value(september, "lessons")) == (2, 0)


# ── S-12 控辍保学清零


def test_nothing_was_parked(school: School, county: County) -> None:
    assert school.town.rows("select * from read.parked") == []
    assert county.town.rows("select * from read.parked") == []


def test_s_12_counts_who_is_out_of_school_and_for_how_long(school: School) -> None:
    """14 registered on 9 September; on the 15th all are out, six days; of 7 in vain 5 are reported to both."""
    known = board(school, date(2024, 9, 15))
    assert value(known, "open") == 14
    assert value(known, "days") == 6
    assert of_whole(known, "reported_to_both") == (5, 7)
    assert (value(known, "returned"), value(known, "cleared")) == (0, 0)


@pytest.mark.clause("CQ2024-2.5-b")
def test_s_12_tells_the_left_behind_apart_whom_the_text_puts_first(school: School) -> None:
    """Six of the sixteen are left behind, and all six are among the fourteen."""
    assert value(board(school, date(2024, 9, 15)), "left_behind") == 6
    assert value(board(school, date(2024, 9, 8)), "left_behind") == 0


def test_s_12_holds_back_the_two_not_reported_and_the_next_smallest(school: School) -> None:
    """Seven still to be persuaded, five reported, and two whose report is owed: the two and the five are not shown."""
    stages = cells(board(school, date(2024, 9, 15)), "open", "stage")
    assert stages == {"DROPPED_OUT": 7, "PERSUASION_FAILED": None, "REPORTED": None}


def test_s_12_who_returned_is_no_longer_open_and_is_cleared_later(school: School) -> None:
    september = board(school, date(2024, 9, 30))
    assert (value(september, "open"), value(september, "days")) == (7, 21)
    assert (value(september, "returned"), value(september, "cleared")) == (7, 0)
    november = board(school, date(2024, 11, 30))
    assert value(november, "open") == 7
    assert (value(november, "returned"), value(november, "cleared")) == (0, 7)


def test_s_12_the_target_zero_is_shown_as_zero(school: School) -> None:
    assert value(board(school, date(2024, 9, 8)), "open") == 0
    assert value(board(school, date(2024, 9, 15), CAOTANG), "open") == 0


def test_s_12_rests_on_the_events_of_the_fourteen(school: School) -> None:
    found = figure(board(school, date(2024, 9, 9), first=200), "open")["traceable"]["eventIds"]
    registered = school.town.rows(
        "select event_id from read.timeline where name = 'child.dropout_registered' "
        "order by position"
    )
    assert set(found) == {str(r["event_id"]) for r in registered}
    assert len(found) == 14


def test_s_12_is_for_district_education(school: School) -> None:
    denied: Any = {"by": OFFICIAL, "purpose": "casework", "asOf": date(2024, 9, 15)}
    assert school.report("S-12", FENGJIE, **denied) is None
    assert board(school, date(2024, 9, 15), BAIDI) is not None
    assert value(board(school, date(2024, 9, 15), HUANHUA), "open") == 14


# ── S-13 应助尽助


def completeness(county: County, day: date, **more: Any) -> Any:
    """As the district's civil affairs are answered."""
    asked: Any = {"by": CIVIL_OF_CHANGNING, "purpose": "casework", "asOf": day}
    return county.report("S-13", CHANGNING, **asked, **more)


def test_s_13_eligible_less_granted_is_what_is_owed(county: County) -> None:
    """Eligible: 8 basic living, 6 education aid, 6 medical aid, 1 minimum living; granted: 6 and 5."""
    known = completeness(county, date(2024, 4, 30))
    assert value(known, "eligible") == 8 + 6 + 6 + 1
    assert cells(known, "granted", "type") == {"BASIC_LIVING": 6, "EDU_AID": 5}
    assert of_whole(known, "complete") == (11, 21)
    assert value(known, "backlog") == 21 - 11


def test_s_13_the_age_of_the_backlog_and_what_is_overdue(county: County) -> None:
    """Of ten, seven have waited since the 10th and were due that very day; three since the 8th, due in May."""
    known = completeness(county, date(2024, 4, 30))
    assert value(known, "days_waiting") == 20
    assert of_whole(known, "overdue") == (7, 10)
    assert value(completeness(county, date(2024, 4, 9)), "days_waiting") == 1


def test_s_13_shares_without_application_and_together(county: County) -> None:
    known = completeness(county, date(2024, 4, 30))
    assert of_whole(known, "without_application") == (6, 11)
    assert of_whole(known, "synchronised") == (5, 11)
    before = completeness(county, date(2024, 4, 11))
    assert of_whole(before, "without_application") == (6, 6)
    assert of_whole(before, "synchronised") == (0, 6)


def test_s_13_holds_back_the_one_who_applied_and_the_one_who_declined(county: County) -> None:
    known = completeness(county, date(2024, 4, 30))
    types = cells(known, "eligible", "type")
    assert types["MINIMUM_LIVING"] is None
    assert types["BASIC_LIVING"] == 8
    assert sorted([types["EDU_AID"] or 0, types["MEDICAL_AID"] or 0]) == [0, 6], "one goes with it"
    assert figure(known, "declined")["suppressed"]


def test_s_13_as_of_the_day_before_the_grants(county: County) -> None:
    known = completeness(county, date(2024, 4, 9))
    assert value(known, "eligible") == 9 + 1
    assert of_whole(known, "complete") == (0, 10)
    assert value(known, "declined") == 0


def test_s_13_rests_on_the_decisions(county: County) -> None:
    known = completeness(county, date(2024, 4, 30), first=200)
    decided = county.town.rows(
        "select event_id from read.timeline where name in "
        "('child.entitlement_granted', 'child.entitlement_granted_without_application')"
    )
    trace = figure(known, "granted")["traceable"]["eventIds"]
    assert set(trace) == {str(d["event_id"]) for d in decided}
    assert len(trace) == 11


def test_retold_equals_live(school: School, county: County) -> None:
    for told in (school, county):
        town = told.town

        def rows(town: Any = town) -> list[Any]:
            return [
                sorted(str(sorted(r.items())) for r in town.rows(f"select * from read.{table}"))
                for table in ("report_dropout", "report_entitlement")
            ]

        live = rows()
        assert any(live)
        assert retell_all(town.platform.ways, SECRETS, lambda _: None).parked == 0
        assert rows() == live
