"""Scenario 20, step 4: what a district of Shanghai is asked on 31 October is answered by its reports, by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.projections.town import unit_id
from tests.reports.district import cells, figure, value
from tests.reports.jiading import CIVIL, EDUCATION, JIADING, ZHENXIN, District

THE_DAY: dict[str, Any] = {"by": CIVIL, "purpose": "casework", "asOf": date(2025, 10, 31)}


def asked(jiading: District, code: str, **more: Any) -> Any:
    """The district's civil affairs asks."""
    return jiading.report(code, JIADING, **{**THE_DAY, **more})


def part(report: Any, key: str) -> tuple[int | None, int | None]:
    """A figure with its whole."""
    return value(report, key), figure(report, key)["outOf"]


def test_coverage_of_pairing(jiading: District) -> None:
    """Mentors, peers, teachers of fifteen: what is missing is shown, though it is two, eight and one."""
    known = asked(jiading, "S-17")
    shown = {key: part(known, key) for key in ("mentor", "peer", "teacher")}
    assert shown == {"mentor": (13, 15), "peer": (7, 15), "teacher": (14, 15)}


def test_the_names_of_those_without_a_peer_are_no_figure(jiading: District) -> None:
    """Civil affairs and education are given events of pairings that there are; who has none, the school is told."""
    for who, purpose in ((CIVIL, "casework"), (EDUCATION, "schooling")):
        known = asked(jiading, "S-17", by=who, purpose=purpose)
        traced = figure(known, "peer")["traceable"]
        assert traced is None or len(traced["eventIds"]) == 7
    without = {str(c) for c in (*jiading.pupils[:5], *jiading.pupils[12:])}
    owners = {
        t["owner_unit_id"] for t in jiading.town.tasks("Q-18") if str(t["child_id"]) in without
    }
    assert owners == {unit_id("first school")}


def test_stations_with_a_prosecutor(jiading: District) -> None:
    known = asked(jiading, "S-22")
    assert part(known, "with_prosecutor") == (1, 3)
    assert ZHENXIN in cells(known, "without_prosecutor", "place")


def test_social_workers_beside_the_number_the_city_set_itself(jiading: District) -> None:
    """None serves here; five hundred by 2025 in the whole city (SH2024-2.5.16-a)."""
    assert part(asked(jiading, "S-11"), "social_workers") == (0, 500)


def test_overdue_visits_by_class(jiading: District) -> None:
    """Nobody visited or rang: one contact and one home visit of each child stand since spring.

    Early in June one child is in a class of its own; that is few, and thirty less the others would tell it. When their
    school holds its lecture, all of them are looked at anew.
    """
    spring = asked(jiading, "S-10", period="2025", asOf=date(2025, 5, 31))
    june = asked(jiading, "S-10", period="2025", asOf=date(2025, 6, 19))
    autumn = asked(jiading, "S-10", period="2025")
    assert part(spring, "overdue") == part(june, "overdue") == part(autumn, "overdue") == (30, 30)
    assert cells(spring, "overdue_by_class", "cadence") == {"NORMAL": 30}
    assert cells(june, "overdue_by_class", "cadence") == {"ENHANCED": None, "NORMAL": None}
    assert cells(autumn, "overdue_by_class", "cadence") == {"ENHANCED": 30}
