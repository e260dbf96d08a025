"""Where the texts say nothing, or no more: the basis that stands in, the gap that shows, the ending told before."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.periods import Period
from domain.rulebook import (
    Basis,
    Gap,
    Jurisdiction,
    Rulebook,
)
from tests.rules.test_rulebook import CHANGNING, FENGJIE, JINSHAN, rules


@pytest.mark.parametrize(
    ("place", "day", "topic", "basis"),
    [
        (JINSHAN, "2025-12-31", "categories_left_behind", Basis.TEXT),
        (JINSHAN, "2026-01-01", "categories_left_behind", Basis.DEFINITION_ENDED),
        (JINSHAN, "2026-01-01", "reporters", Basis.PLATFORM_BASELINE),
        (JINSHAN, "2026-01-01", "escort_destinations", Basis.PLATFORM_BASELINE),
        (JINSHAN, "2026-01-01", "revocation_modality", Basis.DEFINITION_ENDED),
        (JINSHAN, "2026-10-31", "contact_interval_normal", Basis.TEXT),
        (JINSHAN, "2026-11-01", "contact_interval_normal", Basis.PLATFORM_BASELINE),
        (JINSHAN, "2020-12-31", "categories_left_behind", Basis.PLATFORM_BASELINE),
        (JINSHAN, "2025-03-03", "entrusted_agreement", Basis.SILENT),
        (CHANGNING, "2022-07-31", "categories_in_difficulty", Basis.TEXT),
        (CHANGNING, "2022-08-01", "categories_in_difficulty", Basis.DEFINITION_ENDED),
        (FENGJIE, "2025-03-03", "reporters", Basis.TEXT),
        (FENGJIE, "2025-03-03", "contact_interval_normal", Basis.PLATFORM_BASELINE),
        (FENGJIE, "2025-03-03", "refusal_months", Basis.TEXT),
        (FENGJIE, "2025-03-03", "placement_factors", Basis.SILENT),
    ],
)
def test_the_basis_is_a_label(
    place: Jurisdiction | None, day: str, topic: str, basis: Basis
) -> None:
    assert rules(place, day).basis(topic) is basis


def test_the_labels_are_bilingual() -> None:
    assert [(b.zh, b.en) for b in Basis] == [
        ("文件规定", "in the text"),
        ("平台基线", "platform baseline"),
        ("定义已失效", "definition ended"),
        ("文件未作规定", "silent in the texts"),
        ("规则负责人裁定", "decided by the rule owner"),
    ]


@pytest.mark.law
@pytest.mark.parametrize("place", [None, JINSHAN, CHANGNING, FENGJIE])
@pytest.mark.parametrize(
    "day", ["2015-01-01", "2019-06-01", "2022-08-01", "2026-01-01", "2030-01-01"]
)
def test_no_child_is_outside_the_system(place: Jurisdiction | None, day: str) -> None:
    here = rules(place, day)
    assert "POLICE" in here.codes("addressees")
    assert "OTHER" in here.codes("triggers")
    assert here.codes("reporters") >= {"SCHOOL"} or here.codes("reporters") >= {"SPECIAL_DUTY"}
    assert here.codes("escort_destinations")
    assert here.codes("assessment_dimensions") >= {"GUARDIANSHIP", "HEALTH"}
    assert {category.group for category in here.categories().values()} >= {"LBC", "CID"}
    assert here.table("placement_kinds").keys() >= {"ESCORT_CARE", "PROTECTIVE"}
    assert here.duration("contact_interval_normal") == Period(months=1)
    assert here.minutes("accept_minutes") == here.minutes("dispatch_minutes") == 30


def gaps(place: Jurisdiction | None, on: str) -> dict[str, Gap]:
    return {gap.topic: gap for gap in Rulebook.load().gaps(place, date.fromisoformat(on))}


def test_the_gap_after_the_definition_ended_in_shanghai() -> None:
    assert "categories_left_behind" not in gaps(JINSHAN, "2025-12-31")
    gap = gaps(JINSHAN, "2026-01-01")["categories_left_behind"]
    assert (gap.basis, gap.baseline) == (Basis.DEFINITION_ENDED, True)
    assert gap.ended == (("SH2020", date(2025, 12, 31)),)
    assert gap.zh == "留守儿童类别"


def test_the_gap_after_the_plan_grows() -> None:
    assert gaps(JINSHAN, "2026-10-31").keys() < gaps(JINSHAN, "2026-11-01").keys()
    assert "contact_interval_enhanced" in gaps(JINSHAN, "2026-11-01")


def test_a_topic_no_text_of_the_place_ever_held_is_a_gap_without_a_past() -> None:
    gap = gaps(FENGJIE, "2025-03-03")["categories_in_difficulty"]
    assert (gap.basis, gap.ended) == (Basis.PLATFORM_BASELINE, ())


@pytest.mark.parametrize(
    ("day", "within", "expected"),
    [
        ("2025-07-03", 180, []),
        ("2025-07-04", 180, [("SH2020", 180, False)]),
        ("2025-12-31", 0, [("SH2020", 0, False)]),
        ("2026-01-01", 180, []),
        ("2026-05-04", 180, [("SH2024", 180, True)]),
        ("2025-12-31", 400, [("SH2020", 0, False), ("SH2024", 304, True)]),
        ("2022-02-01", 180, [("CN2017", 180, False)]),
    ],
)
def test_packs_about_to_end(day: str, within: int, expected: list[Any]) -> None:
    endings = Rulebook.load().ending(date.fromisoformat(day), within)
    assert [(e.pack_id, e.days_left, e.plan) for e in endings] == expected


def test_an_ending_quotes_where_the_day_is_said() -> None:
    (ending,) = Rulebook.load().ending(date(2025, 12, 1), 60)
    assert ending.last_day == date(2025, 12, 31)
    assert ending.citations[0].clause_id == "SH2020-6-a"
    assert "有效期至2025年12月31日" in (ending.citations[0].quote_zh or "")


def test_the_baseline_says_when_to_warn_of_an_ending() -> None:
    assert rules(JINSHAN, "2025-07-04").days("pack_ending_warn_days") == 180
