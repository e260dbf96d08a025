"""S-02 and S-09 on a real database: the filing milestone, and what came of ten violent fathers in Chongming, 2024."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.database import Database, Postgres, database_of
from tests.projections.town import town_on
from tests.reports.district import cells, figure, value
from tests.reports.intervening import CHONGMING, CIVIL, MIAOZHEN, PROSECUTOR, Town2024, town_2024

SPRING: dict[str, Any] = {"asOf": date(2024, 6, 30), "period": "2024-Q2"}


@pytest.fixture(scope="module")
def county(postgres: Postgres, template_database: Database) -> Iterator[Town2024]:
    """The whole of 2024."""
    with (
        database_of(postgres, template_database.name) as database,
        town_on(database, units=False) as town,
    ):
        yield town_2024(town)


def asked(county: Town2024, code: str, **more: Any) -> Any:
    """The district's civil affairs asks."""
    return county.report(code, CHONGMING, by=CIVIL, purpose="casework", **more)


def part(report: Any, key: str) -> tuple[int | None, int | None]:
    """A figure with its whole."""
    return value(report, key), figure(report, key)["outOf"]


def named(county: Town2024, report: Any, key: str) -> dict[str, int]:
    """How many events of which name the figure rests on."""
    rows = county.town.rows(
        "select name, count(*) as n from read.timeline where event_id = any(%(ids)s) group by name",
        ids=figure(report, key)["traceable"]["eventIds"],
    )
    return {r["name"]: r["n"] for r in rows}


def test_nothing_was_parked(county: Town2024) -> None:
    assert county.town.rows("select * from read.parked") == []


def test_what_was_verified_by_the_milestone(county: Town2024) -> None:
    """Five on 21 June. Two of July come too late; one of 29 June, entered on 12 July, does not."""
    before = asked(county, "S-02", asOf=date(2024, 6, 20))
    assert (value(before, "open"), value(before, "verified")) == (10, 0)
    assert part(asked(county, "S-02", asOf=date(2024, 6, 21)), "verified") == (5, 10)
    assert part(asked(county, "S-02", asOf=date(2024, 7, 11)), "verified") == (5, 10)
    july = figure(asked(county, "S-02", asOf=date(2024, 7, 11)), "verified_since")
    assert len(july["traceable"]["eventIds"]) == 2, "once, then live: the two of July"
    after = asked(county, "S-02", asOf=date(2024, 7, 12))
    assert figure(after, "verified")["suppressed"], "six of ten: the four are few"
    assert len(figure(after, "verified")["traceable"]["eventIds"]) == 6
    assert cells(after, "open", "group") == {"NONE": 10}


def test_measures_and_orders_of_the_first_quarter(county: Town2024) -> None:
    """Ten criticised and six ordered on 1 and 5 March; five of the orders broken by the twentieth."""
    known = asked(county, "S-09", asOf=date(2024, 3, 31))
    assert value(known, "measures") == 16
    assert cells(known, "measures", "measure") == {
        "case.family_education_ordered": 6,
        "case.guardian_criticised": 10,
    }
    assert cells(known, "orders", "issuer") == {"POLICE": 6}
    assert cells(known, "execution", "execution") == {"BREACHED": 5}
    earlier = asked(county, "S-09", asOf=date(2024, 3, 4))
    assert (value(earlier, "measures"), value(earlier, "orders")) == (10, 0)
    assert named(county, known, "orders") == {"case.family_education_ordered": 6}


def test_six_months_of_refusal(county: Town2024) -> None:
    """Ten refuse since January; five perform again in May, and for the others it is half a year on 10 July."""
    before = asked(county, "S-09", asOf=date(2024, 7, 9), period="2024")
    after = asked(county, "S-09", asOf=date(2024, 7, 10), period="2024")
    assert part(before, "refusals") == (None, 10), "nobody yet, which would tell of each"
    assert part(after, "refusals") == (5, 10)
    assert (value(before, "six_months"), value(after, "six_months")) == (0, 5)
    assert named(county, after, "six_months") == {"case.six_month_threshold_reached": 5}
    autumn = asked(county, "S-09", asOf=date(2024, 12, 31), period="2024-Q4")
    assert figure(autumn, "refusals")["outOf"] == 5, "those who performed again refuse no more"


def test_applications_by_whom_and_civil_affairs_where_nobody_did(county: Town2024) -> None:
    """Five mothers on 3 June. For the other five the thirty days end on 9 June; civil affairs apply on the 20th."""
    fallen = asked(county, "S-09", asOf=date(2024, 6, 10), period="2024-Q2")
    known = asked(county, "S-09", **SPRING)
    assert part(fallen, "fallbacks") == (0, 5)
    assert part(known, "fallbacks") == (5, 5)
    assert cells(known, "fallbacks", "modality") == {"SHALL": 5}
    assert value(known, "days_waited") == 31
    assert cells(fallen, "applications", "applicant") == {"OTHER_QUALIFIED_GUARDIAN": 5}
    assert cells(known, "applications", "applicant") == {
        "CIVIL_AFFAIRS": 5,
        "OTHER_QUALIFIED_GUARDIAN": 5,
    }
    assert named(county, known, "applications") == {"case.revocation_application_filed": 10}


def test_what_the_court_decided(county: Town2024) -> None:
    known = asked(county, "S-09", asOf=date(2024, 8, 1))
    assert (known["fromOn"], known["toOn"]) == ("2024-07-01", "2024-08-01")
    assert cells(known, "judged", "result") == {
        "case.guardianship_revoked": 5,
        "case.revocation_denied": 5,
    }
    assert cells(known, "new_guardians", "guardian") == {"RELATIVE": 5}
    assert value(asked(county, "S-09", asOf=date(2024, 7, 31)), "judged") == 0
    assert named(county, known, "new_guardians") == {"case.guardian_appointed": 5}


def test_the_procuratorate_is_shown_the_same_without_names(county: Town2024) -> None:
    known = county.report("S-09", CHONGMING, by=PROSECUTOR, purpose="judicial", **SPRING)
    assert value(known, "applications") == 10
    assert figure(known, "applications")["traceable"] is None
    assert county.report("S-02", CHONGMING, by=PROSECUTOR, purpose="judicial") is None


def test_the_only_town_is_shown_what_its_district_is(county: Town2024) -> None:
    asked_of_town: dict[str, Any] = {"by": CIVIL, "purpose": "casework", **SPRING}
    assert value(county.report("S-09", MIAOZHEN, **asked_of_town), "applications") == 10
