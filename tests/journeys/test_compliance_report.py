"""S-23 over a year, as a yearly compliance audit asks: emergency access and its reviews, orders, erasures."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from ops.demo_world import CHANGNING, DAJINGENG
from tests.journeys.children import open_file
from tests.journeys.test_access_report import REPORT, cells, noted
from tests.journeys.test_audit import EXPORT
from tests.journeys.world import World

REASONS = (
    "夜间发现儿童独自在车站,须立即联系监护人",
    "儿童称已两日未进食,须核实照料人的电话",
    "医院急救需要联系监护人签字,无法等待",
)


@pytest.fixture(scope="module")
def year(story: World) -> World:
    """2025 in Changning: three emergency looks (judged in time, judged late, never judged), an order, an erasure."""
    story.clock.set("2025-03-03 20:00")
    child = _on_file(story, "余小满", "2013-05-01")
    looks = []
    for reason in REASONS:
        story.clock.forward(minutes=30)
        officer = story.as_("jd_police", "emergency")
        asked = {
            "break_glass_ground": "FOUND_ALONE",
            "break_glass_reason": reason,
            "child_id": child,
        }
        looks.append(UUID(officer.done("useBreakGlass", None, asked)["id"]))
    _judged(story, looks[0], "JUSTIFIED", "2025-03-04 10:00")
    _judged(story, looks[1], "NOT_JUSTIFIED", "2025-03-06 10:00")
    _audited(story, child)
    gone = _on_file(story, "林晓", "2012-02-02")
    story.as_("cn_township").done("closeFile", gone, {"file_close_reason": "OPENED_IN_ERROR"})
    story.as_("cn_ca").done("eraseChild", None, {"child_id": gone, "legal_basis": "第四十七条"})
    story.clock.set("2025-12-31 12:00")
    story.told_later()
    return story


def _on_file(world: World, name: str, born: str) -> UUID:
    return open_file(
        world,
        "cn_township",
        child_name=name,
        sex="FEMALE",
        birth_on=date.fromisoformat(born),
        residence=world.place(DAJINGENG),
    )


def _judged(world: World, look: UUID, outcome: str, at: str) -> None:
    world.clock.set(at)
    said = {"review_outcome": outcome, "review_reason": "已核对警情记录"}
    world.as_("cn_ca").done("reviewBreakGlass", look, said)


def _audited(world: World, child: UUID) -> None:
    auditor = world.as_("auditor")
    given = {
        "audit_purpose": "年度抽查",
        "audit_until_on": date(2025, 3, 20),
        "audited_from_on": date(2025, 3, 1),
        "audited_to_on": date(2025, 3, 31),
        "child_id": child,
    }
    order = UUID(auditor.done("openAuditOrder", None, given)["id"])
    world.as_("auditor2").done("approveAuditOrder", order)
    auditor.ask(EXPORT, c=uuid4(), o=order, r="市审计局")


def told(world: World, period: str, place: str = CHANGNING) -> dict[str, Any]:
    asked = {"code": "S-23", "division": world.place(place), "period": period}
    found = world.as_("auditor").ask(REPORT, **asked)["report"]
    return {f["key"]: f for f in found["figures"]}


def test_every_emergency_look_with_its_review_in_time_or_late(year: World) -> None:
    found = told(year, "2025")
    assert found["break_glass_used"]["value"] == 3
    reviewed = found["break_glass_reviewed"]
    assert (reviewed["value"], reviewed["outOf"]) == (2, 3)
    assert cells(reviewed, "outcome") == {"JUSTIFIED": 1, "NOT_JUSTIFIED": 1, "OPEN": 1}
    assert found["break_glass_in_time"]["value"] == 1
    assert found["break_glass_late"]["value"] == 2, "one late, one late and open still"
    assert found["break_glass_often"]["value"] == 0


def test_orders_files_taken_out_and_erasures(year: World) -> None:
    found = told(year, "2025")
    keys = ("audit_orders", "second_approvals", "files_taken_out", "erasures")
    assert [found[key]["value"] for key in keys] == [1, 1, 1, 1]
    before = told(year, "2024")
    assert [before[key]["value"] for key in keys] == [0, 0, 0, 0]
    elsewhere = told(year, "2025", "上海市/嘉定区")
    assert [elsewhere[key]["value"] for key in keys] == [0, 0, 0, 0]


def test_what_is_of_so_few_children_that_it_names_them_is_held_back(year: World) -> None:
    grounds = told(year, "2025")["break_glass_grounds"]
    assert (grounds["value"], grounds["suppressed"]) == (None, True)
    assert all(c["value"] is None for b in grounds["breakdown"] for c in b["cells"])


def test_who_looked_is_told_by_unit_and_role_and_few_are_held_back(year: World) -> None:
    """By the journal's own clock, which is not that of the story."""
    (now,) = year.sql("select to_char(max(at), 'YYYY') from sec.access_journal")
    year.clock.set(f"{now[0]}-12-31 12:00")
    for _ in range(2):
        assert year.as_("jd_police").child(uuid4()) is None
    found = told(year, now[0], "上海市/嘉定区")
    assert cells(found["denials"], "unit") == {str(year.unit("jd_police")): 2}
    assert cells(found["denials"], "role") == {"police": 2}
    few = cells(found["views"], "unit")
    assert set(few.values()) <= {None}, "one officer's looks"


def test_reading_it_is_a_look_of_its_own(year: World) -> None:
    before = len(noted(year, "statistics.access_journal"))
    told(year, "2025")
    (row,) = noted(year, "statistics.access_journal")[before:]
    assert row == ("auditor", "SEEN", "statistics", "none", ["P2"], None, "audit")
