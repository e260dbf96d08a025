"""Reports on a real database: figures worked out by hand, as known before and after, traced, held back, and retold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest

from domain.terms.file import Sex
from ops.platform import retell_all
from projections.reports.counted import faults
from projections.reports.facts import FACTS
from tests.database import Database, Postgres, database_of
from tests.projections.town import (
    BAIDI,
    FENGJIE,
    HUANHUA,
    SECRETS,
    town_on,
)
from tests.reports.district import (
    AUDITOR,
    CAOTANG,
    CHONGQING,
    CITY,
    INSPECTOR,
    KANGLE,
    OFFICIAL,
    SUPERVISOR,
    VILLAGER,
    County,
    cells,
    corrected_sex,
    county_on,
    figure,
    left_behind,
    value,
)

APRIL: dict[str, Any] = {"period": "2025-04"}


@pytest.fixture(scope="module")
def county(postgres: Postgres, template_database: Database) -> Iterator[County]:
    """The whole spring: visits until April, categories in May, a correction, two late-comers in June."""
    with database_of(postgres, template_database.name) as database, town_on(database) as town:
        county = county_on(town)
        baidi, caotang = county.children[HUANHUA], county.children[CAOTANG]
        for child in baidi[:7]:
            county.contacted(child, "2025-03-20 10:00")
        for child in caotang[:3]:
            county.contacted(child, "2025-03-25 10:00")
        for child in baidi[7:]:
            county.contacted(child, "2025-04-10 10:00")
        county.contacted(caotang[3], "2025-04-14 10:00", occurred="2025-04-01 10:00")
        town.at("2025-05-06 09:00")
        for child in baidi:
            left_behind(county, child)
        town.at("2025-05-20 09:00")
        opening = town.platform.store.history(baidi[0])[0].event_id
        corrected_sex(county, baidi[0], opening, Sex.FEMALE)
        town.at("2025-06-10 09:00")
        for child in caotang[:2]:
            left_behind(county, child)
        town.at("2025-07-01 09:00")
        yield county.told()


def as_of(county: County, code: str, day: date, division: str = FENGJIE, **more: Any) -> Any:
    """The county's official asks at work."""
    return county.report(code, division, by=OFFICIAL, purpose="casework", asOf=day, **more)


def test_every_event_and_field_that_is_counted_exists() -> None:
    assert faults() == []


def test_nothing_was_parked(county: County) -> None:
    assert county.town.rows("select * from read.parked") == []


def test_visits_of_april_as_known_before_the_late_entry(county: County) -> None:
    """28 first contacts fell due on the third: 7 + 3 in time, 5 on the tenth, 6 + 7 not at all."""
    known = as_of(county, "S-10", date(2025, 4, 13), **APRIL)
    assert known["toOn"] == "2025-04-13"
    assert value(known, "due") == 28
    assert cells(known, "due", "kind") == {"CONTACT": 28}
    assert cells(known, "due", "cadence") == {"NORMAL": 28}
    assert value(known, "on_time") == 10
    assert value(known, "late") == 5
    assert value(known, "overdue") == 13
    assert figure(known, "overdue")["outOf"] == 28


def test_a_late_entry_changes_the_figure_from_its_day_on(county: County) -> None:
    known = as_of(county, "S-10", date(2025, 4, 14), **APRIL)
    assert (value(known, "on_time"), value(known, "late"), value(known, "overdue")) == (11, 5, 12)
    before = as_of(county, "S-10", date(2025, 4, 13), **APRIL)
    assert value(before, "on_time") == 10


def test_before_the_first_day_nothing_was_known(county: County) -> None:
    assert value(as_of(county, "S-01", date(2025, 3, 2)), "registered") == 0
    known = as_of(county, "S-01", date(2025, 3, 3))
    assert (value(known, "registered"), value(known, "with_file")) == (28, 28)
    assert value(known, "with_worker") == 12, "only Huanhua has a director"


def test_a_correction_changes_the_figure_from_its_day_on(county: County) -> None:
    """Twelve children, six girls; one boy turns out to be a girl."""
    before = as_of(county, "S-06", date(2025, 5, 19))
    assert value(before, "left_behind") == 12
    assert cells(before, "left_behind", "sex") == {"FEMALE": 6, "MALE": 6}
    after = as_of(county, "S-06", date(2025, 5, 20))
    assert cells(after, "left_behind", "sex") == {"FEMALE": 7, "MALE": 5}
    assert cells(after, "left_behind", "category") == {"LBC_CQ_URBAN_RURAL": 12}
    assert cells(after, "left_behind", "age") == {"2": 12}, "from 6 to under 12"
    assert value(after, "entries") == 12
    assert value(after, "exits") == 0


def test_a_figure_is_as_many_events_as_it_says(county: County) -> None:
    known = as_of(county, "S-10", date(2025, 4, 14), first=4, **APRIL)
    found: list[str] = []
    page = figure(known, "on_time")["traceable"]
    while True:
        found += page["eventIds"]
        if page["next"] is None:
            break
        again = as_of(county, "S-10", date(2025, 4, 14), first=4, after=page["next"], **APRIL)
        page = figure(again, "on_time")["traceable"]
    contacts = county.town.rows(
        "select event_id from read.report_happening where name = 'child.contact_made' "
        "and occurred_on <= '2025-04-03'"
    )
    assert len(found) == value(known, "on_time") == 11
    assert set(found) == {str(c["event_id"]) for c in contacts}


@pytest.mark.parametrize("beyond", [{"first": 0}, {"first": 201}, {"after": -1}], ids=str)
def test_a_trace_beyond_its_bounds_is_refused(county: County, beyond: dict[str, Any]) -> None:
    with pytest.raises(AssertionError) as refused:
        as_of(county, "S-10", date(2025, 4, 14), **beyond, **APRIL)
    said = refused.value.args[0][0].original_error
    assert (said.code, said.field) == ("BAD_USER_INPUT", *beyond)


def test_a_town_is_held_back_where_the_county_would_give_another_away(county: County) -> None:
    """In time: Baidi 7, Caotang 4, Kangle 0 of 11. Four are few, and eleven less seven would tell them."""
    asked: dict[str, Any] = {
        "by": OFFICIAL,
        "purpose": "casework",
        "asOf": date(2025, 4, 14),
        **APRIL,
    }
    shown = {
        town: value(county.report("S-10", town, **asked), "on_time")
        for town in (FENGJIE, BAIDI, CAOTANG, KANGLE)
    }
    assert shown == {FENGJIE: 11, BAIDI: None, CAOTANG: None, KANGLE: 0}
    whole = {
        town: value(county.report("S-10", town, **asked), "due")
        for town in (FENGJIE, BAIDI, CAOTANG, KANGLE)
    }
    assert whole == {FENGJIE: 28, BAIDI: 12, CAOTANG: 9, KANGLE: 7}


def test_those_outside_are_answered_as_of_the_end_of_a_month(county: County) -> None:
    asked: dict[str, Any] = {"by": CITY, "purpose": "statistics", "asOf": date(2025, 6, 20)}
    known = county.report("S-06", CHONGQING, **asked)
    assert known is not None
    assert known["asOf"] == "2025-05-31"
    assert value(known, "left_behind") == 12
    assert figure(known, "left_behind")["traceable"] is None


def test_two_days_do_not_give_away_the_few_who_came_between(county: County) -> None:
    """Two children entered in June: twelve at the end of May is shown, fourteen at the end of June is not."""
    asked: dict[str, Any] = {"by": CITY, "purpose": "statistics"}
    for division in (CHONGQING, FENGJIE):
        may = county.report("S-06", division, asOf=date(2025, 5, 31), **asked)
        june = county.report("S-06", division, asOf=date(2025, 6, 30), **asked)
        assert value(may, "left_behind") == 12
        assert figure(june, "left_behind")["suppressed"]
    assert value(as_of(county, "S-06", date(2025, 6, 30)), "left_behind") == 14


def test_whom_the_policy_does_not_show_a_report_it_does_not_exist(county: County) -> None:
    day = {"asOf": date(2025, 4, 14)}
    denied = [
        county.report("S-01", HUANHUA, by=VILLAGER, purpose="casework", **day),
        county.report("S-01", CAOTANG, by=SUPERVISOR, purpose="casework", **day),
        county.report("S-01", FENGJIE, by=SUPERVISOR, purpose="casework", **day),
        county.report("S-06", BAIDI, by=SUPERVISOR, purpose="casework", **day),
        county.report("S-01", FENGJIE, by=OFFICIAL, purpose="oversight", **day),
        county.report("S-01", FENGJIE, by=CITY, purpose="statistics", **day),
        county.report("S-20", FENGJIE, by=OFFICIAL, purpose="casework", **day),
    ]
    assert denied == [None] * len(denied)
    assert county.report("S-01", BAIDI, by=SUPERVISOR, purpose="casework", **day) is not None


def test_the_inspector_sees_figures_and_no_child(county: County) -> None:
    known = county.report(
        "S-20", FENGJIE, by=INSPECTOR, purpose="oversight", asOf=date(2025, 4, 30)
    )
    assert value(known, "unverified") == 28
    assert cells(known, "visits_overdue", "kind") == {"CONTACT": 22}
    assert figure(known, "unverified")["traceable"] is None


def test_the_auditor_sees_how_often_was_looked_and_not_at_whom(county: County) -> None:
    town = county.town
    (post,) = town.rows(
        "select assignment_id, person_id from read.post where person_id = %(id)s",
        id=OFFICIAL.person_id,
    )
    with psycopg.connect(town.platform.ways.admin_dsn) as conn:
        for purpose, many in (("casework", 7), ("emergency", 5)):
            for n in range(many):
                conn.execute(
                    "insert into sec.access_journal (at, person_id, assignment_id, role, purpose, "
                    "trace_id, policy_version, subjects, obj, classes, lane, seq, hash) values "
                    "('2025-06-11 10:00+08', gen_random_uuid(), %s, 'district_civil_affairs', %s, "
                    "%s, 'p', array[gen_random_uuid()], 'child', '{P3}', %s, %s, sha256(''))",
                    (post["assignment_id"], purpose, f"trace {n}", 900 + many, n + 1),
                )
    known = county.report("S-23", FENGJIE, by=AUDITOR, purpose="audit", asOf=date(2025, 6, 30))
    assert value(known, "views") == 12
    assert value(known, "emergency_views") == 5
    assert cells(known, "views", "purpose") == {"casework": 7, "emergency": 5}
    assert cells(known, "views", "class") == {"P3": 12}
    assert cells(known, "views", "role") == {"district_civil_affairs": 12}


def test_retold_equals_live(county: County) -> None:
    """Every fact row, positions and all; only the order of telling may differ."""

    def rows() -> dict[str, list[str]]:
        names = ["report_day", *(m.table for m in FACTS)]
        return {
            n: sorted(str(sorted(r.items())) for r in county.town.rows(f"select * from read.{n}"))
            for n in names
        }

    live = rows()
    assert all(live[n] for n in ("report_day", "report_child", "report_duty", "report_happening"))
    told = retell_all(county.town.platform.ways, SECRETS, lambda _: None)
    assert told.parked == 0
    assert rows() == live
