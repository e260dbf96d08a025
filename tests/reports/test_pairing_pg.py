"""S-17 and S-14 on a real database: pairing and mental health at the first school of Jiading (scenario 20, step 4)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.projections.town import unit_id
from tests.reports.district import cells, figure, value
from tests.reports.jiading import (
    CITY,
    EDUCATION,
    JIADING,
    TOWN_STREET,
    XINCHENG,
    ZHENXIN,
    District,
)


def asked(jiading: District, code: str, day: date, division: str = JIADING, **more: Any) -> Any:
    """The education department asks."""
    return jiading.report(code, division, by=EDUCATION, purpose="schooling", asOf=day, **more)


def events(jiading: District, key: str, report: Any, *names: str) -> None:
    """The figure is as many events as it says, each of one of these names."""
    found = figure(report, key)
    traced = found["traceable"]["eventIds"]
    assert len(set(traced)) == found["value"]
    rows = jiading.town.rows(
        "select distinct name from read.timeline where event_id = any(%(ids)s)", ids=traced
    )
    assert {r["name"] for r in rows} == set(names)


def test_nothing_was_parked(jiading: District) -> None:
    assert jiading.town.rows("select * from read.parked") == []


def test_pairing_before_the_school_began(jiading: District) -> None:
    """On 4 March fifteen are owed everything and have nothing."""
    known = asked(jiading, "S-17", date(2025, 3, 4))
    for key in ("teacher", "mentor", "peer", "mentor_and_peer", "one_to_one"):
        assert (value(known, key), figure(known, key)["outOf"]) == (0, 15), key


@pytest.mark.clause("CQ2016-3.3-i")
def test_pairing_in_spring(jiading: District) -> None:
    """Of fifteen: a teacher for all but the last, a mentor for all but the twelfth, seven peers, six with both.

    Ms Lu has fourteen and Mr Shen fourteen; only Ms Jin's pupil has somebody alone.
    """
    known = asked(jiading, "S-17", date(2025, 5, 31))
    assert (known["fromOn"], known["toOn"]) == ("2025-02-01", "2025-05-31")
    shown = {k: value(known, k) for k in ("teacher", "mentor", "peer", "mentor_and_peer")}
    assert shown == {"teacher": 14, "mentor": 14, "peer": 7, "mentor_and_peer": 6}
    assert value(known, "one_to_one") == 1
    assert cells(known, "teacher", "group") == {"LBC": 15}
    first = str(unit_id("first school"))
    assert cells(known, "left_behind_pupils", "school") == {first: 15}, "where they are many"
    assert value(known, "begun") == 36
    assert cells(known, "begun", "kind") == {
        "child.growth_mentor_assigned": 14,
        "child.peer_partner_assigned": 7,
        "child.teacher_paired": 15,
    }


def test_a_pairing_that_ends_counts_no_more(jiading: District) -> None:
    day_before = asked(jiading, "S-17", date(2025, 6, 9))
    day = asked(jiading, "S-17", date(2025, 6, 10))
    assert (value(day_before, "mentor"), value(day, "mentor")) == (14, 13)
    assert figure(day, "ended")["suppressed"], "one pupil lost a mentor: too few to be told"
    autumn = asked(jiading, "S-17", date(2025, 9, 30))
    assert (autumn["fromOn"], value(autumn, "begun")) == ("2025-09-01", 0)
    again = asked(jiading, "S-17", date(2025, 9, 30), period="2025-SPRING")
    assert (again["toOn"], value(again, "begun")) == ("2025-08-31", 36)


def test_whoever_is_paired_with_two_is_nobodys_alone(jiading: District) -> None:
    """Ms Jin tutors a second pupil from 3 November on."""
    before, after = (asked(jiading, "S-17", date(2025, 11, d)) for d in (2, 3))
    assert (value(before, "one_to_one"), value(after, "one_to_one")) == (1, 0)
    assert (value(before, "begun"), figure(after, "begun")["suppressed"]) == (0, True)


def test_little_that_is_missing_is_shown_and_few_children_are_not(jiading: District) -> None:
    """Fourteen of fifteen in the district; of Xincheng's three nothing, and nothing of the twelve beside them."""
    shown = {
        street: figure(asked(jiading, "S-17", date(2025, 5, 31), street), "teacher")
        for street in (TOWN_STREET, XINCHENG, ZHENXIN)
    }
    assert [f["value"] for f in shown.values()] == [None, None, 0]
    assert shown[XINCHENG]["outOf"] is None
    assert shown[TOWN_STREET]["outOf"] is None, "fifteen less twelve would tell the three"


def test_a_pairing_is_traced_to_what_made_it_so(jiading: District) -> None:
    known = asked(jiading, "S-17", date(2025, 5, 31))
    events(
        jiading,
        "begun",
        known,
        "child.growth_mentor_assigned",
        "child.peer_partner_assigned",
        "child.teacher_paired",
    )
    assert len(figure(known, "mentor")["traceable"]["eventIds"]) == 14


def test_mental_health_education_reaches_a_child_once(jiading: District) -> None:
    """Seven in March; in May two of them again and two more: nine children, eleven records."""
    march, may = (
        asked(jiading, "S-14", date(2025, 3, 31)),
        asked(jiading, "S-14", date(2025, 5, 31)),
    )
    assert (value(march, "educated"), figure(march, "educated")["outOf"]) == (7, 15)
    assert (value(may, "educated"), value(may, "lessons")) == (9, 11)
    assert cells(may, "lessons", "form") == {"LECTURE": 11}
    assert cells(may, "educated", "area") == {"SUBURBAN_RURAL": 15}
    events(jiading, "lessons", may, "child.mental_health_education_given")


def test_only_what_was_taught_in_the_period_counts(jiading: District) -> None:
    second = asked(jiading, "S-14", date(2025, 6, 30), period="2025-Q2")
    assert figure(second, "educated")["value"] == 4, "the fifteen are shown, so is how many"
    assert figure(second, "lessons")["suppressed"], "four children are few"


def test_a_school_lacks_what_its_last_record_does_not_say(jiading: District) -> None:
    """All three at the first school in April; no teacher from May on. The second never said anything."""
    april, may = (
        asked(jiading, "S-14", date(2025, 4, 30)),
        asked(jiading, "S-14", date(2025, 5, 31)),
    )
    keys = ("with_room", "with_teacher", "with_course", "complete")
    assert [value(april, k) for k in keys] == [1, 1, 1, 1]
    assert [value(may, k) for k in keys] == [1, 0, 1, 0]
    assert {figure(may, k)["outOf"] for k in keys} == {2}
    first, second = str(unit_id("first school")), str(unit_id("second school"))
    assert cells(april, "gaps", "school") == {second: 1}
    assert cells(may, "gaps", "school") == {first: 1, second: 1}
    assert len(figure(may, "gaps")["traceable"]["eventIds"]) == 1, (
        "nothing is behind what was never said"
    )


def test_pairing_is_no_business_of_the_city(jiading: District) -> None:
    for code in ("S-17", "S-14"):
        assert jiading.report(code, JIADING, by=CITY, purpose="oversight") is None
