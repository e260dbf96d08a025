"""Packs that must not load, by themselves or beside the others."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.packfile import PLATFORM, PackError, pack_from, read_pack
from domain.rulebook import PACK_IDS, Basis, Jurisdiction, Rulebook

BOOK = Rulebook.load()

SOUND: dict[str, Any] = {
    "id": "SH2020",
    "version": 2,
    "groups": ["LBC"],
    "jurisdiction": {"province": "310000000000"},
    "valid": {"from": date(2021, 1, 1), "to": None, "mark": "text", "clauses": ["SH2020-6-a"]},
    "parameters": {},
}

BREAKS = {
    "unknown parameter": {
        "accept_minuets": {"value": 1, "mark": "text", "clauses": ["SH2020-4.2-a"]}
    },
    "no mark": {"citizen_reward": {"value": True, "clauses": ["SH2020-4.1-i"]}},
    "unknown clause id": {
        "citizen_reward": {"value": True, "mark": "text", "clauses": ["SH2020-4.1-zz"]}
    },
    "clause of another document": {
        "citizen_reward": {"value": True, "mark": "text", "clauses": ["CQ2016-4.1-e"]}
    },
    "no clause is cited": {"citizen_reward": {"value": True, "mark": "text"}},
    "not of type bool": {
        "citizen_reward": {"value": 1, "mark": "text", "clauses": ["SH2020-4.1-i"]}
    },
    "not a whole number": {
        "refusal_months": {"value": -6, "mark": "text", "clauses": ["SH2020-4.4-e"]}
    },
    "ISO 8601": {
        "bulletin_interval": {"value": "quarterly", "mark": "text", "clauses": ["SH2020-5.4-e"]}
    },
    "is not a valid Mark": {
        "citizen_reward": {"value": True, "mark": "law", "clauses": ["SH2020-4.1-i"]}
    },
    "unknown keys": {
        "citizen_reward": {"value": True, "mark": "text", "clauses": ["SH2020-4.1-i"], "unit": "h"}
    },
    "has the word 立即": {
        "accept_minutes": {"mark": "platform_default", "word": "立即", "clauses": ["SH2020-4.2-a"]}
    },
    "name the word": {"accept_minutes": {"mark": "platform_default", "clauses": ["SH2020-4.2-a"]}},
    "leave the value": {"accept_minutes": {"mark": "text", "clauses": ["SH2020-4.2-a"]}},
    "what the owner decides": {
        "citizen_reward": {"value": True, "mark": "owner_decides", "clauses": ["SH2020-4.1-i"]}
    },
    "has members, not": {
        "reporters": {"value": "SCHOOL", "mark": "text", "clauses": ["SH2020-4.1-a"]}
    },
    "has no field colour": {
        "placement_kinds": {
            "mark": "text",
            "rows": {"PROTECTIVE": {"clauses": ["SH2020-4.2-k"], "colour": "red"}},
        }
    },
}


@pytest.mark.parametrize("complaint", BREAKS)
def test_a_pack_that_breaks_its_schema_does_not_load(complaint: str) -> None:
    with pytest.raises(PackError, match=f"SH2020.*{complaint}"):
        pack_from(SOUND | {"parameters": BREAKS[complaint]})


def test_a_member_without_a_clause_does_not_load() -> None:
    members = {"SPECIAL_DUTY": "SH2020-4.1-b", "CLOSE_CONTACT": []}
    with pytest.raises(PackError, match="no clause is cited"):
        pack_from(SOUND | {"parameters": {"reporters": {"mark": "text", "members": members}}})


@pytest.mark.parametrize("change", [{"id": "BJ2020"}, {"id": None}, {"version": "1"}])
def test_a_pack_needs_a_document_and_a_version(change: dict[str, Any]) -> None:
    with pytest.raises(PackError):
        pack_from(SOUND | change)


def test_the_platform_cannot_claim_to_be_a_text() -> None:
    claim = {"citizen_reward": {"value": True, "mark": "text"}}
    with pytest.raises(PackError, match="defaults of its own"):
        pack_from(
            SOUND
            | {
                "id": PLATFORM,
                "jurisdiction": None,
                "parameters": claim,
                "valid": {"from": None, "to": None, "mark": "platform_default"},
            }
        )


def test_a_name_set_twice_in_the_file_does_not_load(tmp_path: Path) -> None:
    file = tmp_path / "SH2020.yaml"
    file.write_text("id: SH2020\nversion: 1\nversion: 2\n", encoding="utf-8")
    with pytest.raises(PackError, match="set twice"):
        read_pack(file)


# --- packs against each other -------------------------------------------------------------------


def test_every_pack_is_in_the_book_once() -> None:
    assert {pack.id for pack in BOOK.all_packs} == set(PACK_IDS)
    with pytest.raises(PackError, match="given twice"):
        Rulebook.of([*BOOK.all_packs, BOOK.pack("SH2020")])


def test_a_book_needs_the_baseline_everywhere_and_always() -> None:
    with pytest.raises(PackError, match="everywhere and always"):
        Rulebook.of([BOOK.pack("SH2020")])
    baseline = BOOK.pack(PLATFORM)
    with pytest.raises(PackError, match="everywhere and always"):
        BOOK.replacing(replace(baseline, jurisdiction=Jurisdiction("310000000000")))


def test_a_layer_needs_its_base() -> None:
    with pytest.raises(PackError, match="layered on unknown CQ2016"):
        Rulebook.of([BOOK.pack("CQ2024"), BOOK.pack(PLATFORM)])


def test_a_layer_is_stronger_than_its_base_whatever_the_dates() -> None:
    layer = BOOK.pack("CQ2024")
    early = replace(layer, validity=replace(layer.validity, first=date(2016, 1, 1)))
    here = BOOK.replacing(early).in_force(Jurisdiction("500000000000"), date(2020, 1, 1))
    assert [pack for pack, _ in here.packs] == ["CQ2024", "CQ2016", PLATFORM]


def test_a_definition_is_ended_though_an_assumption_built_on_it_stays() -> None:
    base = BOOK.pack("CQ2016")
    ended = replace(base, validity=replace(base.validity, last=date(2026, 6, 30)))
    book, place = BOOK.replacing(ended), Jurisdiction("500000000000")
    assert book.in_force(place, date(2026, 6, 30)).basis("categories_left_behind") is Basis.TEXT
    after = book.in_force(place, date(2026, 7, 1))
    assert after.basis("categories_left_behind") is Basis.DEFINITION_ENDED
    assert "LBC_CQ_URBAN_RURAL" in after.categories()


def test_a_word_without_any_number_does_not_load() -> None:
    baseline = BOOK.pack(PLATFORM)
    without = {name: p for name, p in baseline.provisions.items() if name != "accept_minutes"}
    with pytest.raises(PackError, match="accept_minutes: no value"):
        BOOK.replacing(replace(baseline, provisions=without))


def test_a_changed_pack_can_be_rehearsed_without_touching_the_book() -> None:
    raw = deepcopy(SOUND)
    raw["parameters"]["accept_minutes"] = {
        "value": 10,
        "mark": "platform_default",
        "word": "及时受理",
        "clauses": ["SH2020-4.2-a"],
    }
    rehearsed = BOOK.replacing(pack_from(raw))
    place, day = Jurisdiction("310000000000", "310116000000"), date(2022, 3, 1)
    assert rehearsed.in_force(place, day).minutes("accept_minutes") == 10
    assert rehearsed.in_force(place, day).packs == (("SH2020", 2), (PLATFORM, 1))
    assert BOOK.in_force(place, day).minutes("accept_minutes") == 30


def test_asking_for_a_pack_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        BOOK.pack("BJ2020")


@pytest.mark.parametrize("name", ["periodic_duties", "periodic_warnings"])
def test_days_of_the_year_exist(name: str) -> None:
    for pack in BOOK.all_packs:
        if name not in pack.provisions:
            continue
        for row in pack.provisions[name].value.values():
            for day in [getattr(row, "due", None), *getattr(row, "month_days", ())]:
                assert day is None or date.fromisoformat(f"2025-{day}").year == 2025
