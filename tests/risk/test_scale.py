"""The scale, the numbers and the factors are data, marked as what they are."""

from copy import deepcopy
from importlib.resources import files
from typing import Any

import pytest
import yaml

from domain.clauses import CLAUSES
from domain.periods import Period
from domain.risk import (
    DEFAULT_NUMBERS,
    DEFAULT_SCALE,
    PARAMETERS,
    RULES,
    Numbers,
    RiskFactor,
    RuleBasis,
    evaluate,
)
from domain.risk.scale import read_scale
from tests.risk.samples import NOW, fact


@pytest.fixture
def data() -> dict[str, Any]:
    text = files("domain").joinpath("packs/risk.yaml").read_text("utf-8")
    return deepcopy(yaml.safe_load(text))


def test_all_factors_of_the_catalogue_are_there_with_labels_and_clauses() -> None:
    assert [f.value for f in RiskFactor] == [f"RF-{n:02}" for n in range(1, 39)]
    for factor in RiskFactor:
        assert factor.zh
        assert factor.en
        assert factor.clauses
        assert set(factor.clauses) <= CLAUSES.keys()
        assert factor.name == factor.value.replace("-", "_")


def test_all_rules_are_there_in_order() -> None:
    letters = {"E": 6, "H": 9, "M": 4, "L": 1, "X": 1}
    assert [r.id for r in RULES] == [
        f"R-{letter}{n}" for letter, last in letters.items() for n in range(1, last + 1)
    ]
    for rule in RULES:
        assert rule.zh
        assert rule.en
        assert set(rule.clauses) <= CLAUSES.keys()
        assert bool(rule.clauses) == (rule.basis is RuleBasis.DOCUMENT)


def test_every_rule_but_the_lift_has_a_tier() -> None:
    assert list(DEFAULT_SCALE.rules) == [r.id for r in RULES[:-1]]
    assert RULES[0].tier(DEFAULT_SCALE).code == "R1"


def test_the_default_tiers() -> None:
    assert [(t.code, t.zh, t.colour, t.acts_at_once) for t in DEFAULT_SCALE.tiers] == [
        ("R1", "紧急", "red", True),
        ("R2", "高", "orange", True),
        ("R3", "中", "yellow", False),
        ("R4", "一般", "blue", False),
    ]
    assert [t.contact for t in DEFAULT_SCALE.tiers] == [Period(days=1), Period(days=7), None, None]
    assert DEFAULT_SCALE.tiers[1].home_visit == Period(days=14)
    assert [t.cadence_class for t in DEFAULT_SCALE.tiers[2:]] == ["ENHANCED", "NORMAL"]


def test_each_response_says_what_stands_behind_it() -> None:
    responses = [r for t in DEFAULT_SCALE.tiers for r in t.responses]
    assert {r.mark for r in responses} == {"document", "platform_default"}
    for response in responses:
        assert bool(response.clauses) == (response.mark == "document")
        assert set(response.clauses) <= CLAUSES.keys()
    assert set(DEFAULT_SCALE.clauses) <= CLAUSES.keys()


def test_each_number_is_marked_as_a_default_of_the_platform() -> None:
    assert {p.rule for p in PARAMETERS} == {"R-H2", "R-H4", "R-H8", "R-H9", "R-X1"}
    assert {p.mark for p in PARAMETERS} == {"platform_default"}
    assert (
        Numbers(
            care_gap_days=7,
            aftercare_months=6,
            no_answer_days=7,
            accumulation_factors=3,
            lapse_multiple=2,
        )
        == DEFAULT_NUMBERS
    )


@pytest.mark.parametrize("wrong", [0, -1, True, 1.5])
def test_a_number_that_makes_no_sense_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match="care_gap_days"):
        Numbers(**{**vars(DEFAULT_NUMBERS), "care_gap_days": wrong})


def test_other_numbers_give_other_answers() -> None:
    two = Numbers(**{**vars(DEFAULT_NUMBERS), "accumulation_factors": 2})
    facts = [fact("RF-30"), fact("RF-31")]
    assert evaluate(facts, (), NOW, numbers=two).rule_id == "R-H9"
    assert evaluate(facts, (), NOW).rule_id == "R-M4"


def test_a_city_may_have_three_levels_with_its_own_codes(data: dict[str, Any]) -> None:
    names = {"R1": "red", "R2": "amber", "R3": "amber", "R4": "green"}
    data["tiers"] = [
        {**data["tiers"][n], "code": code, "rank": rank}
        for rank, (n, code) in enumerate([(0, "red"), (2, "amber"), (3, "green")], start=1)
    ]
    data["rules"] = {rule: names[code] for rule, code in data["rules"].items()}
    data["lift"]["up_to"] = "amber"
    scale = read_scale(data)

    def code(*factors: str) -> str | None:
        tier = evaluate([fact(f) for f in factors], (), NOW, scale=scale).tier
        return tier.code if tier else None

    assert (code("RF-02"), code("RF-04"), code("RF-24"), code("RF-18")) == (
        "red",
        "amber",
        "amber",
        "green",
    )
    assert code("RF-18", "RF-38") == "amber"
    assert code("RF-04", "RF-38") == "amber"


def test_a_scale_that_is_not_monotone_is_refused(data: dict[str, Any]) -> None:
    data["rules"]["R-H1"] = "R3"
    with pytest.raises(ValueError, match="milder"):
        read_scale(data)


def test_a_rule_on_an_unknown_tier_is_refused(data: dict[str, Any]) -> None:
    data["lift"]["up_to"] = "R9"
    with pytest.raises(ValueError, match="R9"):
        read_scale(data)


def test_ranks_with_a_gap_are_refused(data: dict[str, Any]) -> None:
    data["tiers"][3]["rank"] = 5
    with pytest.raises(ValueError, match="ranks"):
        read_scale(data)


def test_a_slip_in_the_data_is_not_swallowed(data: dict[str, Any]) -> None:
    data["tiers"][0]["responses"][0]["公安机关立即处置"] = None
    with pytest.raises(TypeError):
        read_scale(data)
