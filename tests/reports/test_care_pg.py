"""S-15, S-16 and S-19 on a real database: entrusted care, risk and correction in a county whose parents are away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.database import Database, Postgres, database_of
from tests.projections.town import BAIDI, FENGJIE, HUANHUA, town_on
from tests.reports.caring import care_on
from tests.reports.district import (
    CAOTANG,
    KANGLE,
    OFFICIAL,
    SUPERVISOR,
    VILLAGER,
    County,
    cells,
    figure,
    somebody,
    value,
)

PROSECUTOR = somebody("prosecutor", "procuratorate", FENGJIE)
JUSTICE = somebody("justice official", "district_justice", FENGJIE)


@pytest.fixture(scope="module")
def county(postgres: Postgres, template_database: Database) -> Iterator[County]:
    """March to July 2025."""
    with database_of(postgres, template_database.name) as database, town_on(database) as town:
        yield care_on(town)


def asked(county: County, code: str, day: date, division: str = FENGJIE, **more: Any) -> Any:
    """The county's official asks at work."""
    return county.report(code, division, by=OFFICIAL, purpose="casework", asOf=day, **more)


def correction(county: County, day: date, division: str = FENGJIE) -> Any:
    """The procuratorate asks."""
    return county.report("S-15", division, by=PROSECUTOR, purpose="judicial", asOf=day)


def parts(report: Any, *keys: str) -> list[tuple[int | None, int | None]]:
    """Each figure with its whole."""
    return [(value(report, key), figure(report, key)["outOf"]) for key in keys]


def named(county: County, report: Any, key: str) -> dict[str, int]:
    """How many events of which name the figure rests on."""
    rows = county.town.rows(
        "select name, count(*) as n from read.timeline where event_id = any(%(ids)s) group by name",
        ids=figure(report, key)["traceable"]["eventIds"],
    )
    return {r["name"]: r["n"] for r in rows}


def test_nothing_was_parked(county: County) -> None:
    assert county.town.rows("select * from read.parked") == []


def test_children_whose_parents_are_both_away(county: County) -> None:
    """None on 4 March; twenty-one on the fifth, fifteen with a carer from the tenth, ten with an agreement after."""
    assert value(asked(county, "S-16", date(2025, 3, 4)), "both_away") == 0
    keys = ("with_carer", "with_agreement")
    assert parts(asked(county, "S-16", date(2025, 3, 5)), *keys) == [(0, 21), (0, 0)]
    assert parts(asked(county, "S-16", date(2025, 3, 10)), *keys) == [(15, 21), (0, 15)]
    known = asked(county, "S-16", date(2025, 3, 12))
    assert parts(known, *keys) == [(15, 21), (10, 15)]
    assert named(county, known, "with_carer") == {
        "child.entrusted_carer_designated": 5,
        "child.entrusted_care_agreement_signed": 10,
    }


def test_supervision_is_late_from_the_day_after_it_was_due(county: County) -> None:
    """Due on 12 June for ten; five were supervised before, two on the 20th: three of fifteen are too few."""
    due, after = (asked(county, "S-16", date(2025, 6, d)) for d in (12, 13))
    assert parts(due, "supervised_in_time") == [(15, 15)]
    assert parts(after, "supervised_in_time") == [(10, 15)]
    assert parts(asked(county, "S-16", date(2025, 6, 30)), "supervised_in_time") == [(None, 15)]


def test_concerns_and_ends_of_the_quarter(county: County) -> None:
    """Six concerns in June; five carers withdrew in July, whose five had none."""
    june = asked(county, "S-16", date(2025, 6, 30))
    assert parts(june, "with_concern") == [(6, 21)]
    july = asked(county, "S-16", date(2025, 7, 31))
    assert cells(july, "ended", "reason") == {"CARER_WITHDREW": 5}
    assert parts(july, "with_carer", "with_agreement") == [(10, 21), (10, 10)]
    assert named(county, july, "ended") == {"child.entrusted_care_ended": 5}
    assert parts(july, "with_concern") == [(None, 21)], (
        "that nobody has a concern would tell of each"
    )
    second = asked(county, "S-16", date(2025, 7, 31), period="2025-Q2")
    assert (value(second, "ended"), value(second, "with_concern")) == (0, 6)


def test_towns_side_by_side_do_not_give_each_other_away(county: County) -> None:
    """With a carer: all twelve of Baidi, three of Caotang's nine. Three are few, and fifteen less twelve is three."""
    day = date(2025, 3, 31)
    shown = {
        town: parts(asked(county, "S-16", day, town), "with_carer")[0]
        for town in (FENGJIE, BAIDI, CAOTANG, KANGLE)
    }
    assert shown[FENGJIE] == (15, 21)
    assert (shown[CAOTANG], shown[BAIDI]) == ((None, 9), (None, 12))
    assert shown[KANGLE] == (0, 0)


def test_a_township_and_its_supervisor_are_shown_their_own(county: County) -> None:
    day, work = date(2025, 3, 31), "casework"
    own = county.report("S-16", BAIDI, by=SUPERVISOR, purpose=work, asOf=day)
    assert value(own, "both_away") == 12
    for code in ("S-16", "S-19"):
        assert county.report(code, FENGJIE, by=SUPERVISOR, purpose=work, asOf=day) is None
        assert county.report(code, HUANHUA, by=VILLAGER, purpose=work, asOf=day) is None


def test_tiers_before_and_after_a_supervisor_raised_five(county: County) -> None:
    before, after = (asked(county, "S-19", date(2025, 4, d)) for d in (9, 10))
    assert cells(before, "by_tier", "tier") == {"NONE": 28}
    assert cells(after, "by_tier", "tier") == {"NONE": 23, "R1": 5}
    assert (value(before, "overrides"), value(after, "overrides")) == (0, 5)
    assert named(county, after, "overrides") == {"child.risk_tier_overridden": 5}


def test_warnings_of_march_and_how_long_they_took(county: County) -> None:
    """Six on the 20th at nine; closed after 60, 120, 180, 240 and 300 minutes, one not at all."""
    before, day = (asked(county, "S-19", date(2025, 3, d)) for d in (19, 20))
    assert (value(before, "warnings"), value(before, "minutes_to_close")) == (0, None)
    assert cells(day, "warnings", "type") == {"HAZARD": 6}
    assert value(day, "minutes_to_close") == 180
    assert figure(day, "minutes_to_close")["unit"] == "MINUTES"
    assert parts(day, "warnings_closed") == [(None, 6)], "one is open: few"
    assert named(county, day, "warnings") == {"child.warning_raised": 6}
    april = asked(county, "S-19", date(2025, 4, 30))
    assert value(april, "warnings") == 0


def test_children_in_conduct_cases_and_in_correction(county: County) -> None:
    """Seven cases in May, five of them in correction by its end; nobody by the end of April."""
    april, may = correction(county, date(2025, 4, 30)), correction(county, date(2025, 5, 31))
    assert parts(april, "in_correction", "all_in_correction") == [(0, 0)] * 2
    assert parts(may, "in_correction", "all_in_correction") == [(5, 7)] * 2
    assert cells(may, "all_in_correction", "group") == {"LBC": 7}
    assert value(may, "opened") == 7
    classes = cells(may, "opened", "class")
    assert classes == {"SERIOUS_MISCONDUCT": None, "SUSPECTED_CRIME": None}, "two are few"


def test_one_child_more_or_less_is_not_told_by_the_next_month(county: County) -> None:
    """One is enrolled and one reintegrated in June: six remain, and seven less six would tell one."""
    june = correction(county, date(2025, 6, 30))
    assert parts(june, "in_correction") == [(None, None)]
    assert figure(june, "reintegrated")["suppressed"]
    middle = correction(county, date(2025, 6, 16))
    assert middle["asOf"] == "2025-05-31", "asked in between, as of the end of a month"


def test_conduct_is_shown_to_those_who_correct_and_traced_for_nobody(county: County) -> None:
    may = date(2025, 5, 31)
    justice = county.report("S-15", FENGJIE, by=JUSTICE, purpose="judicial", asOf=may)
    assert value(justice, "in_correction") == 5
    assert all(f["traceable"] is None for f in correction(county, may)["figures"])
    for who, purpose in ((OFFICIAL, "casework"), (OFFICIAL, "statistics"), (JUSTICE, "casework")):
        assert county.report("S-15", FENGJIE, by=who, purpose=purpose, asOf=may) is None
    assert correction(county, may, KANGLE) is not None


def test_there_is_a_row_of_conduct_for_those_in_it_alone(county: County) -> None:
    rows = county.town.rows(
        "select child_id, until_position from read.report_conduct where from_position > 0"
    )
    assert len({r["child_id"] for r in rows}) == 7
    standing = {r["child_id"] for r in rows if r["until_position"] is None}
    assert len(standing) == 6
