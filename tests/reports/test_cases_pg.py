"""S-07, S-08 and what S-09 has counted from the start: reports, placements, measures, worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from domain.case.measures import GuardianCriticised
from domain.terms.measures import CriticisedBy, MeasureSubject
from tests.database import Database, Postgres, database_of
from tests.dsl import an_id
from tests.projections.town import town_on
from tests.reports.changning import CHANGNING, HUAYANG
from tests.reports.changning import OFFICIAL as CIVIL
from tests.reports.district import INSPECTOR, cells, figure, of_whole, somebody, value
from tests.reports.sheltering import POLICE, Shelter, shelter_on

MARCH, APRIL = {"period": "2019-03"}, {"period": "2019-04"}
END_OF_MARCH, END_OF_APRIL = date(2019, 3, 31), date(2019, 4, 30)
PROSECUTOR = somebody("prosecutor of Changning", "procuratorate", CHANGNING, "procuratorate")


@pytest.fixture(scope="module")
def shelter(postgres: Postgres, template_database: Database) -> Iterator[Shelter]:
    """March and April 2019; on 30 April five of the guardians are criticised."""
    with (
        database_of(postgres, template_database.name) as database,
        town_on(database, units=False) as town,
    ):
        shelter = shelter_on(town)
        for case in shelter.cases[:5]:
            criticising: Any = GuardianCriticised.Command
            criticised = criticising(
                subject_kind=MeasureSubject.PARENT,
                subject_id=an_id(f"mother in {case}"),
                criticised_by=CriticisedBy.POLICE,
                measure_ground="殴打儿童",
            )
            shelter.on(case, criticised)
        shelter.told()
        yield shelter


def asked(shelter: Shelter, code: str, day: date, where: str = CHANGNING, **more: Any) -> Any:
    """As the district's civil affairs are answered."""
    who = {"by": CIVIL, "purpose": "casework", **more}
    return shelter.report(code, where, asOf=day, **who)


def test_nothing_was_parked(shelter: Shelter) -> None:
    assert shelter.town.rows("select * from read.parked") == []


# ── S-07 强制报告


def test_s_07_reports_by_category_and_trigger(shelter: Shelter) -> None:
    """Six of the school, five of citizens who named two triggers each."""
    known = asked(shelter, "S-07", END_OF_MARCH, **MARCH)
    assert value(known, "reports") == 11
    assert cells(known, "reports", "category") == {"CITIZEN": 5, "SCHOOL": 6}
    assert cells(known, "reports", "trigger") == {
        "LIVING_ALONE": 5,
        "OTHER": 5,
        "SUSPECTED_DV": 6,
    }
    assert of_whole(known, "unfounded") == (0, 11)


def test_s_07_the_middle_of_each_interval(shelter: Shelter) -> None:
    """Reported: 30 × 5, 60 × 6. Accepted: 10 × 5, 50. Dispatched: 10 × 6. Street told: 90, 130 × 5."""
    known = asked(shelter, "S-07", END_OF_MARCH, **MARCH)
    assert value(known, "minutes_to_report") == 60
    assert value(known, "minutes_to_accept") == 10
    assert value(known, "minutes_to_dispatch") == 10
    assert value(known, "minutes_to_township") == 130


def test_s_07_failures_praise_and_the_one_obstruction_held_back(shelter: Shelter) -> None:
    known = asked(shelter, "S-07", END_OF_MARCH, **MARCH)
    assert value(known, "failures") == 5
    assert figure(known, "obstruction")["suppressed"]
    assert value(known, "commendations") == 5
    assert cells(known, "commendations", "kind") == {"PRAISE": 5}
    assert figure(known, "decided")["suppressed"], "five of six: the sixth is the obstruction"


def test_s_07_as_of_an_earlier_day_and_of_another_month(shelter: Shelter) -> None:
    early = asked(shelter, "S-07", date(2019, 3, 8), **MARCH)
    assert value(early, "reports") == 10, "five mornings, five afternoons"
    assert value(early, "failures") == 0
    assert value(asked(shelter, "S-07", END_OF_APRIL, **APRIL), "reports") == 0


def test_s_07_no_two_days_tell_in_which_capacity_a_child_was_reported(shelter: Shelter) -> None:
    """Civil affairs see every case and never who reported: they are told of it as those outside are."""
    for day, period in ((date(2019, 3, 8), MARCH), (END_OF_MARCH, {"period": "2019"})):
        known = asked(shelter, "S-07", day, **period)
        assert value(known, "reports") in {10, 11}
        for split in ("category", "school"):
            assert set(cells(known, "reports", split).values()) <= {None}
        assert None not in cells(known, "reports", "trigger").values()


def test_s_07_rests_on_the_reports_and_is_shown_to_the_police(shelter: Shelter) -> None:
    known = shelter.report(
        "S-07", HUAYANG, by=POLICE, purpose="investigation", asOf=END_OF_MARCH, **MARCH
    )
    assert value(known, "reports") == 11
    by_civil = asked(shelter, "S-07", END_OF_MARCH, first=200, **MARCH)
    trace = figure(by_civil, "commendations")["traceable"]["eventIds"]
    praised = shelter.town.rows(
        "select event_id from read.timeline where name = 'case.reporter_commended'"
    )
    assert set(trace) == {str(p["event_id"]) for p in praised}
    assert len(trace) == 5


# ── S-20 工作质量提示


def test_s_20_who_went_out_late_and_who_has_not_gone_out(shelter: Shelter) -> None:
    """Six accepted, all out in ten minutes of the thirty; of what the police have not accepted nobody is to go out."""
    known = asked(shelter, "S-20", END_OF_MARCH, by=INSPECTOR, purpose="oversight", **MARCH)
    assert of_whole(known, "slow_dispatch") == (0, 6)


# ── S-08 应急处置与安置


def test_s_08_placements_days_and_the_limit(shelter: Shelter) -> None:
    """Placed 12 March, limit 12 April: on the 5th all are within it; 24 days. On the 30th five had 39, one has 49."""
    early = asked(shelter, "S-08", date(2019, 4, 5), **APRIL)
    assert value(early, "placements") == 6
    assert value(early, "days") == 24
    assert of_whole(early, "over_limit") == (0, 6)
    known = asked(shelter, "S-08", END_OF_APRIL, **APRIL)
    assert cells(known, "placements", "kind") == {"SHORT_TERM": 6}
    assert cells(known, "placements", "site") == {"HOTEL": 6}
    assert value(known, "days") == 39
    assert figure(known, "over_limit")["suppressed"], (
        "the sixth, prolonged to 1 May, is not over it"
    )


def test_s_08_a_month_asked_for_later_is_as_it_ended(shelter: Shelter) -> None:
    """Nineteen days by the end of March, and nobody over the limit, also when April is known."""
    for day in (END_OF_MARCH, END_OF_APRIL):
        march = asked(shelter, "S-08", day, **MARCH)
        assert (value(march, "placements"), value(march, "days")) == (6, 19)
        assert of_whole(march, "over_limit") == (0, 6)


def test_s_08_emergencies_exceptions_endings_and_aftercare(shelter: Shelter) -> None:
    march = asked(shelter, "S-08", END_OF_MARCH, **MARCH)
    assert cells(march, "emergencies", "finding") == {"DOMESTIC_VIOLENCE": 6}
    assert value(march, "endings") == 0
    known = asked(shelter, "S-08", END_OF_APRIL, **APRIL)
    assert figure(known, "exceptions")["suppressed"]
    assert value(known, "certificates") == 0
    assert cells(known, "endings", "kind") == {"RELATIVE_TAKES_OVER": 5}
    assert of_whole(known, "aftercare") == (0, 5)


def test_s_08_an_ending_rests_on_its_event(shelter: Shelter) -> None:
    known = asked(shelter, "S-08", END_OF_APRIL, first=200, **APRIL)
    ended = shelter.town.rows(
        "select event_id from read.timeline where name = 'case.temporary_guardianship_ended'"
    )
    trace = figure(known, "endings")["traceable"]["eventIds"]
    assert set(trace) == {str(e["event_id"]) for e in ended}
    assert len(trace) == 5


# ── S-09 监护干预


def test_s_09_counts_the_measures_of_the_quarter(shelter: Shelter) -> None:
    """Five criticised on 30 April: in the second quarter, not in the first."""
    second = {"period": "2019-Q2"}
    known = asked(shelter, "S-09", END_OF_APRIL, **second)
    assert cells(known, "measures", "measure") == {"case.guardian_criticised": 5}
    assert value(known, "repeated") == 0
    assert value(asked(shelter, "S-09", date(2019, 4, 29), **second), "measures") == 0
    assert value(asked(shelter, "S-09", END_OF_APRIL, period="2019-Q1"), "measures") == 0
    judged = shelter.report(
        "S-09", CHANGNING, by=PROSECUTOR, purpose="judicial", asOf=END_OF_APRIL, **second
    )
    assert value(judged, "measures") == 5
