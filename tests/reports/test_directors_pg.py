"""S-04, S-05 and S-11: the full inspection, townships side by side, the directors; each figure worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.database import Database, Postgres, database_of
from tests.projections.town import town_on
from tests.reports.changning import (
    CHANGNING,
    CITY,
    HUAYANG,
    INSPECTOR,
    JIANGSU,
    OFFICIAL,
    SHANGHAI,
    XINHUA,
    changning_on,
)
from tests.reports.district import cells, figure, of_whole, value
from tests.reports.jiading import District


@pytest.fixture(scope="module")
def district(postgres: Postgres, template_database: Database) -> Iterator[District]:
    """The year up to 23 November."""
    with (
        database_of(postgres, template_database.name) as database,
        town_on(database, units=False) as town,
    ):
        yield changning_on(town)


def asked(district: District, code: str, day: date, where: str = CHANGNING, **more: Any) -> Any:
    """As the district's civil affairs are answered."""
    who = {"by": OFFICIAL, "purpose": "casework", **more}
    return district.report(code, where, asOf=day, **who)


def test_nothing_was_parked(district: District) -> None:
    assert district.town.rows("select * from read.parked") == []


# ── S-04 全面检查


def test_s_04_counts_what_the_full_inspection_found_and_how_far_it_is_put_right(
    district: District,
) -> None:
    """Three findings of fourteen, three and one; one put right by 20 November, one overdue since 1 November."""
    known = asked(district, "S-04", date(2025, 11, 20))
    assert cells(known, "inspections", "kind") == {"FULL": 1, "ROUTINE": 1}
    assert value(known, "sampled_files") == 60
    assert value(known, "found") == 14 + 3 + 1
    assert cells(known, "findings", "kind") == {
        "FILES_UNVERIFIED": 1,
        "FORMALISM": 1,
        "VISITS_OVERDUE": 1,
    }
    assert cells(known, "findings", "state") == {"COMPLETED": 1, "FOUND": 1, "ORDERED": 1}
    assert of_whole(known, "rectified") == (1, 3)
    assert of_whole(known, "rectified_late") == (0, 1)
    assert of_whole(known, "overdue") == (1, 1)


def test_s_04_as_of_an_earlier_day_knows_no_more_than_was_known(district: District) -> None:
    """On 11 October nothing was put right, and no time limit was over; in August there had been no inspection."""
    october = asked(district, "S-04", date(2025, 10, 11))
    assert of_whole(october, "rectified") == (0, 3)
    assert of_whole(october, "overdue") == (0, 2)
    assert of_whole(asked(district, "S-04", date(2025, 10, 31)), "overdue") == (0, 1)
    assert of_whole(asked(district, "S-04", date(2025, 11, 1)), "overdue") == (1, 1)
    august = asked(district, "S-04", date(2025, 8, 31))
    assert value(august, "findings") == 0
    assert cells(august, "inspections", "kind") == {"ROUTINE": 1}


def test_s_04_rests_on_the_events_it_names(district: District) -> None:
    known = asked(district, "S-04", date(2025, 11, 20))
    found = district.town.rows(
        "select event_id, name from read.unit_line where name in ('unit.rectification_completed', "
        "'unit.rectification_ordered', 'unit.finding_recorded') order by position"
    )
    done = [str(r["event_id"]) for r in found if r["name"] == "unit.rectification_completed"]
    assert figure(known, "rectified")["traceable"]["eventIds"] == done
    late = [str(r["event_id"]) for r in found if r["name"] == "unit.rectification_ordered"]
    assert figure(known, "overdue")["traceable"]["eventIds"] == late[1:]


def test_s_04_is_shown_to_the_inspector_and_the_city_and_to_nobody_below(
    district: District,
) -> None:
    oversight: Any = {"by": INSPECTOR, "purpose": "oversight"}
    assert value(asked(district, "S-04", date(2025, 11, 20), **oversight), "findings") == 3
    above: Any = {"by": CITY, "purpose": "statistics"}
    assert value(asked(district, "S-04", date(2025, 11, 20), SHANGHAI, **above), "findings") == 3
    assert asked(district, "S-04", date(2025, 11, 20), SHANGHAI) is None


# ── S-05 工作简报


def compared(report: Any, key: str) -> dict[str, tuple[int | None, int | None]]:
    """Township → value and of how many, without those in which nothing is counted."""
    return {
        c["division"]: (c["value"], c["outOf"])
        for c in figure(report, key)["compared"]
        if (c["value"], c["outOf"]) not in {(0, None), (0, 0)}
    }


def test_s_05_sets_the_streets_side_by_side(district: District) -> None:
    """Second quarter: Huayang Road held its activity; nobody of the eight, six and three children was contacted."""
    known = asked(district, "S-05", date(2025, 6, 30))
    assert compared(known, "station_activities") == {HUAYANG: (1, 1), JIANGSU: (0, 1)}
    assert of_whole(known, "station_activities") == (1, 2)
    assert compared(known, "villages_with_vacancy") == {HUAYANG: (1, 5), JIANGSU: (0, 2)}
    assert of_whole(known, "visits_overdue") == (34, 34)


def test_s_05_holds_back_three_children_and_whoever_would_give_them_away(
    district: District,
) -> None:
    """Seventeen less eight less six would be three: Xinhua Road goes, and with it the next smallest."""
    known = asked(district, "S-05", date(2025, 6, 30))
    assert value(known, "registered") == 17
    assert compared(known, "registered") == {
        HUAYANG: (8, None),
        JIANGSU: (None, None),
        XINHUA: (None, None),
    }


def test_s_05_never_says_of_a_street_what_its_own_report_does_not(district: District) -> None:
    known = asked(district, "S-05", date(2025, 6, 30))
    for key in ("registered", "with_worker", "visits_overdue"):
        side_by_side = {c["division"]: c["value"] for c in figure(known, key)["compared"]}
        assert len(side_by_side) == 10
        for street in (HUAYANG, JIANGSU, XINHUA):
            alone = asked(district, "S-05", date(2025, 6, 30), street)
            assert value(alone, key) == side_by_side[street]


# ── S-11 儿童主任队伍


def test_s_11_counts_villages_and_the_training_of_their_directors(district: District) -> None:
    known = asked(district, "S-11", date(2025, 11, 20))
    assert of_whole(known, "without_director") == (1, 7)
    assert of_whole(known, "above_ratio") == (1, 7), "thirty is not more than thirty"
    assert of_whole(known, "extra_missing") == (1, 1)
    assert of_whole(known, "trained_by_city") == (6, 6)
    assert of_whole(known, "trained_by_district") == (5, 6)
    assert of_whole(known, "social_workers") == (5, 500)
    assert value(known, "ratio_breaches") == 1


def test_s_11_counts_the_checks_and_holds_back_the_one_who_was_banned(district: District) -> None:
    """Six directors and five social workers were checked; of a twelfth nobody has heard."""
    known = asked(district, "S-11", date(2025, 11, 20))
    assert of_whole(known, "checks") == (11, 12)
    banned = figure(known, "bars")
    assert (banned["value"], banned["suppressed"]) == (None, True)
    assert value(asked(district, "S-11", date(2025, 5, 31)), "bars") == 0


def test_s_11_as_of_a_day_before_the_training_of_the_district(district: District) -> None:
    april = asked(district, "S-11", date(2025, 4, 30))
    assert of_whole(april, "trained_by_city") == (6, 6)
    assert of_whole(april, "trained_by_district") == (0, 6)
    assert of_whole(april, "above_ratio") == (0, 7)


def test_s_11_rests_on_appointments(district: District) -> None:
    known = asked(district, "S-11", date(2025, 11, 20), first=200)
    appointed = district.town.rows(
        "select event_id from read.unit_line where name = 'unit.person_appointed' "
        "and details::text like '%%child_director%%' order by position"
    )
    trace = figure(known, "trained_by_city")["traceable"]["eventIds"]
    assert trace == [str(r["event_id"]) for r in appointed]
    assert len(trace) == 6


def test_s_11_is_for_the_district_and_the_city(district: District) -> None:
    above: Any = {"by": CITY, "purpose": "statistics"}
    assert of_whole(
        asked(district, "S-11", date(2025, 11, 20), SHANGHAI, **above), "without_director"
    ) == (1, 7)
    below: Any = {"by": INSPECTOR, "purpose": "oversight"}
    assert asked(district, "S-11", date(2025, 11, 20), **below) is None
