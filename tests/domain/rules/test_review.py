"""What the owner of a jurisdiction's rules is told of, day by day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.directory import Directory, Unit
from domain.kernel import Event
from domain.rules.file import (
    EndCause,
    OpenRulesFile,
    ReviewRules,
    RuleConflictFound,
    RuleGapFound,
    RulePackEnded,
    RulePackEndingFound,
    RulesFileOpened,
)
from domain.rules.gaps import GapDecision, RulePackGapDecided
from domain.rules.packs import RulePackParameterSet
from domain.rules_in_force import Basis
from domain.terms.places import DivisionId
from domain.terms.units import UnitKind
from tests.dsl import an_id, given, place, put

SHANGHAI, CHANGNING, FENGJIE = place("上海市"), place("上海市/长宁区"), place("重庆市/奉节县")
CHONGQING = place("重庆市")
CITY = Unit(
    id=an_id("city"), kind=UnitKind.CITY_CIVIL_AFFAIRS, name="上海市民政局", division_id=SHANGHAI
)
DISTRICT = Unit(
    id=an_id("district"),
    kind=UnitKind.DISTRICT_CIVIL_AFFAIRS,
    name="长宁区民政局",
    division_id=CHANGNING,
)
UNITS = Directory.of([CITY, DISTRICT])


def reviewed(where: str, on: str, *history: Event[Any]) -> list[Event[Any]]:
    file = RulesFileOpened(jurisdiction_id=DivisionId(where))
    command = put(ReviewRules(), at=f"{on} 00:30", where=where, directory=UNITS)
    return list(given(file, *history).when(command).facts())


def test_a_file_is_opened_for_a_jurisdiction() -> None:
    opening = put(OpenRulesFile(jurisdiction_id=DivisionId(SHANGHAI)), where=SHANGHAI)
    given().when(opening).then(RulesFileOpened(jurisdiction_id=DivisionId(SHANGHAI)))


def test_the_end_is_told_a_hundred_and_eighty_days_ahead() -> None:
    found = [
        [e for e in reviewed(SHANGHAI, on) if isinstance(e, RulePackEndingFound)]
        for on in ("2025-07-03", "2025-07-04")
    ]
    assert found[0] == []
    (ending,) = found[1]
    assert (ending.pack_id, ending.last_day, ending.plan_only) == (
        "SH2020",
        date(2025, 12, 31),
        False,
    )
    assert ending.rule_owner_unit_id == CITY.id


def test_it_is_told_once() -> None:
    first = reviewed(SHANGHAI, "2025-07-04")
    assert reviewed(SHANGHAI, "2025-07-05", *first) == []


def test_the_end_itself_is_a_fact_and_leaves_gaps() -> None:
    before = reviewed(SHANGHAI, "2025-12-31")
    after = reviewed(SHANGHAI, "2026-01-01", *before)
    over = RulePackEnded(
        pack_id="SH2020", ended_on=date(2025, 12, 31), ended_because=EndCause.VALIDITY_END
    )
    assert over in after
    gaps = {e.topic: e for e in after if isinstance(e, RuleGapFound)}
    assert gaps["categories_left_behind"].topic_basis is Basis.DEFINITION_ENDED
    assert gaps["categories_left_behind"].rule_owner_unit_id == CITY.id
    assert reviewed(SHANGHAI, "2026-01-02", *before, *after) == []


def test_what_is_decided_is_asked_no_more() -> None:
    decided = RulePackGapDecided(
        jurisdiction_id=DivisionId(SHANGHAI),
        topic="categories_left_behind",
        from_on=date(2025, 12, 20),
        decision=GapDecision.STOP,
        decision_reason="另行规定",
    )
    set_anew = RulePackParameterSet(
        jurisdiction_id=DivisionId(SHANGHAI),
        pack_id="PLATFORM",
        parameter="categories_left_behind",
        parameter_value="3",
        silent_in_text=True,
        binding_from=date(2025, 12, 20),
        set_because="另行规定",
        approved_by_id=an_id("head"),
    )
    for answer in (decided, set_anew):
        after = reviewed(SHANGHAI, "2026-01-01", answer)
        asked = {e.topic for e in after if isinstance(e, RuleGapFound)}
        assert "categories_left_behind" not in asked
        assert asked


def test_a_district_is_asked_of_its_own_pack_only() -> None:
    found = reviewed(CHANGNING, "2022-08-01")
    assert [e.pack_id for e in found if isinstance(e, RulePackEnded)] == ["CN2017"]
    topics = {e.topic for e in found if isinstance(e, RuleGapFound)}
    assert "categories_in_difficulty" in topics
    assert "categories_left_behind" not in topics
    owners = {e.rule_owner_unit_id for e in found if isinstance(e, RuleGapFound)}
    assert owners == {DISTRICT.id}
    assert reviewed(FENGJIE, "2022-08-01") == []


def test_two_texts_that_differ_are_a_conflict() -> None:
    found = [e for e in reviewed(CHANGNING, "2021-03-01") if isinstance(e, RuleConflictFound)]
    assert {e.topic for e in found} >= {
        "failure_needs_serious_consequences",
        "revocation_modality",
    }
    assert all(set(e.pack_ids) == {"CN2017", "SH2020"} for e in found)


@pytest.mark.parametrize("on", ["2021-03-01", "2025-06-01"])
def test_one_text_alone_is_no_conflict(on: str) -> None:
    found = [e for e in reviewed(SHANGHAI, on) if isinstance(e, RuleConflictFound)]
    assert {p for e in found for p in e.pack_ids} <= {"SH2020", "SH2024"}
    assert on != "2021-03-01" or found == []
