"""S-23 and S-15 over HTTP: how often was looked and denied, in figures; whoever reads them is noted."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from ops.demo_world import CHANGNING, DAJINGENG
from tests.journeys.children import open_file
from tests.journeys.world import World

REPORT = """query ($code: String!, $division: ID!, $period: String) {
  report(code: $code, division: $division, period: $period) {
    asOf figures { key value outOf suppressed breakdown { key cells { cell value } } traceable { next } }
  }
}"""
LOOKS = 6
"""Of the township at its child's file; enough to be shown though one person did it would be few."""


@pytest.fixture(scope="module")
def world(story: World) -> World:
    """A file in Changning: the township looks, a stranger is denied, the police break the glass. Then it is later."""
    story.clock.set("2025-03-03 21:00")
    child = open_file(
        story,
        "cn_township",
        child_name="余小满",
        sex="FEMALE",
        birth_on=date(2013, 5, 1),
        residence=story.place(DAJINGENG),
    )
    for _ in range(LOOKS):
        assert story.as_("cn_township").child(child) is not None
    officer = story.as_("jd_police", "emergency")
    assert officer.child(child) is None
    asked = {
        "break_glass_ground": "FOUND_ALONE",
        "break_glass_reason": "夜间发现儿童独自在车站,须立即联系监护人",
        "child_id": child,
    }
    officer.done("useBreakGlass", None, asked)
    assert officer.child(child) is not None
    assert story.as_("cn_ca").ask(REPORT, **of("S-15", story))["report"] is None
    (told,) = story.sql("select max(at) from sec.access_journal")
    looked: datetime = told[0]
    story.clock.now = looked + timedelta(days=62)
    return story


def of(
    code: str, world: World, place: str = CHANGNING, period: str | None = None
) -> dict[str, Any]:
    """The question."""
    return {"code": code, "division": world.place(place), "period": period}


def month(world: World) -> str:
    """The month in which was looked, by the journal's own clock."""
    (told,) = world.sql(
        "select to_char(max(at) at time zone 'Asia/Shanghai', 'YYYY-MM') from sec.access_journal "
        "where obj = 'child'"
    )
    return str(told[0])


def audited(world: World, place: str = CHANGNING) -> dict[str, Any]:
    """The figures of the month for a district, by key."""
    asked = of("S-23", world, place, month(world))
    found = world.as_("auditor").ask(REPORT, **asked)["report"]
    return {f["key"]: f for f in found["figures"]}


def cells(figure: dict[str, Any], split: str) -> dict[str, int | None]:
    """The cells of one breakdown in which anything is counted."""
    (found,) = [b for b in figure["breakdown"] if b["key"] == split]
    return {c["cell"]: c["value"] for c in found["cells"] if c["value"] != 0}


def noted(world: World, act: str) -> list[tuple[Any, ...]]:
    """The looks at figures, as the journal tells them."""
    return world.sql(
        "select role, outcome, obj, relation, classes, subject_id, purpose from sec.access_look "
        "where act = %s order by id",
        act,
    )


def test_denials_and_broken_glass_are_told_however_rare(world: World) -> None:
    """By Jiading's officer, whose looks are counted where the officer serves."""
    found = audited(world, "上海市/嘉定区")
    assert found["denials"]["value"] == 1
    assert cells(found["denials"], "role") == {"police": 1}
    assert cells(found["denials"], "object") == {"child": 1}
    assert found["break_glass"]["value"] == 1
    assert cells(found["break_glass"], "role") == {"police": 1}
    assert found["exports"]["value"] == 0


def test_denied_figures_are_denials_too(world: World) -> None:
    found = audited(world)
    assert cells(found["denials"], "object") == {"statistics": 1}
    assert found["break_glass"]["value"] == 0


def test_how_often_one_person_looked_is_held_back(world: World) -> None:
    found = audited(world)
    assert found["views"]["value"] is None
    assert found["views"]["suppressed"]
    assert all(f["traceable"] is None for f in found.values()), "at whom, no figure tells"


def test_reading_the_figures_is_noted_itself(world: World) -> None:
    before = len(noted(world, "statistics.access_journal"))
    audited(world)
    rows = noted(world, "statistics.access_journal")
    assert len(rows) == before + 1
    assert rows[-1] == ("auditor", "SEEN", "statistics", "none", ["P2"], None, "audit")


def test_nobody_else_is_shown_the_journal_and_asking_is_noted(world: World) -> None:
    for key in ("cn_ca", "cn_township", "cn_proc"):
        before = len(noted(world, "statistics.access_journal"))
        asked = of("S-23", world, period=month(world))
        assert world.as_(key).ask(REPORT, **asked)["report"] is None, key
        assert noted(world, "statistics.access_journal")[before:] == [
            (
                world.as_(key).who.role.value,
                "DENIED",
                "statistics",
                None,
                [],
                None,
                world.as_(key).who.purpose,
            )
        ]


def test_whoever_reads_the_figures_of_conduct_is_noted(world: World) -> None:
    """Refused to civil affairs, shown to justice; figures that are open to all who serve there are not noted."""
    shown = world.as_("cn_justice", "judicial").ask(REPORT, **of("S-15", world))["report"]
    assert {f["key"]: f["value"] for f in shown["figures"]}["opened"] == 0
    rows = noted(world, "statistics.correction")
    assert [(r[0], r[1], r[4]) for r in rows] == [
        ("district_civil_affairs", "DENIED", []),
        ("district_justice", "SEEN", ["P5"]),
    ]
    assert world.as_("cn_ca").ask(REPORT, **of("S-22", world))["report"] is not None
    assert noted(world, "statistics.stations") == []


def test_the_journal_stays_whole(world: World) -> None:
    assert world.sql("select * from sec.journal_faults()") == []
    assert isinstance(world.as_("auditor").who.id, UUID)
