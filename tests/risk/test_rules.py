"""Every rule of F.3: a case that meets it, one that just does not, and what each fact is worth."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.periods import Period
from domain.risk import RULES, Access, Assessment, RiskFact, RiskFactor, evaluate
from tests.risk.samples import CHILD, EXAMPLES, LEFT_BEHIND, NOW, Example, days_ago, event, fact

ids = [f"{e.rule} {'+'.join(f.factor for f in e.facts)} {n}" for n, e in enumerate(EXAMPLES)]
each_example = pytest.mark.parametrize("example", EXAMPLES, ids=ids)


def assess(*facts: RiskFact) -> Assessment:
    return evaluate(facts, (LEFT_BEHIND,), NOW)


def code(assessment: Assessment) -> str | None:
    return assessment.tier.code if assessment.tier else None


def test_every_rule_has_an_example_or_a_test_of_its_own() -> None:
    assert {e.rule for e in EXAMPLES} == {r.id for r in RULES} - {"R-L1", "R-X1"}


@each_example
def test_rule_holds(example: Example) -> None:
    found = assess(*example.facts)
    assert (found.rule_id, code(found)) == (example.rule, example.tier)
    assert {(r.rule_id, r.factor, r.event_id) for r in found.reasons} == {
        (example.rule, f.factor, f.event_id) for f in example.facts
    }


@each_example
def test_rule_does_not_hold(example: Example) -> None:
    found = assess(*example.not_yet)
    assert example.rule not in {r.rule_id for r in (*found.reasons, *found.also)}


@each_example
def test_without_a_cited_fact_the_tier_moves(example: Example) -> None:
    cited = {r.event_id for r in assess(*example.facts).reasons}
    for gone in cited:
        rest = assess(*(f for f in example.facts if f.event_id != gone))
        assert rest.rule_id != example.rule
        assert code(rest) == example.without_one


def test_what_remains_is_said_before_it_happens() -> None:
    found = assess(fact("RF-02"), fact("RF-04"), fact("RF-24"))
    assert [r.rule_id for r in found.also] == ["R-H3", "R-M3"]
    assert assess(fact("RF-04"), fact("RF-24")).rule_id == "R-H3"


def test_the_first_rule_from_the_top_decides() -> None:
    found = assess(*(f for e in reversed(EXAMPLES) for f in e.facts))
    assert found.rule_id == "R-E1"


def test_the_explanation_names_rule_fact_event_and_clause() -> None:
    """Scenario 1, step 2: a nine-year-old alone in Chongqing."""
    packs = (("CQ2016", 1), ("CQ2024", 1))
    found = evaluate([fact("RF-01", packs=packs)], (LEFT_BEHIND,), NOW)
    [reason] = found.reasons
    assert reason.clauses == ("CQ2016-3.1-d", "CQ2016-4.1-b", "CQ2024-3.1-g")
    for text in (reason.label.zh, reason.label.en):
        for part in ("R-E2", "RF-01", str(event("RF-01")), "CQ2016-3.1-d"):
            assert part in text
    assert found.rule_ids == ("R-E2",)
    assert found.event_ids == (event("RF-01"),)
    assert found.clauses == reason.clauses


def test_a_fact_no_pack_in_force_names_is_a_platform_default() -> None:
    found = evaluate([fact("RF-09", packs=(("SH2020", 1),))], (), NOW)
    [reason] = found.reasons
    assert code(found) == "R1"
    assert reason.clauses == ()
    assert "平台默认，无条款" in reason.label.zh
    assert "platform default, no clause" in reason.label.en


def test_a_repeat_after_the_written_admonition_is_high_and_a_serious_injury_urgent() -> None:
    """Scenario 4, step 6."""
    again = (fact("RF-14"), fact("RF-08", handled=True, access=Access.NO_ACCESS))
    assert assess(*again).rule_id == "R-H1"
    assert assess(*again, fact("RF-09")).rule_id == "R-E3"


def test_after_the_stay_with_the_grandmother_medium_is_what_the_rules_say() -> None:
    """Scenario 1, step 11: kin care is neither RF-34 nor RF-35."""
    found = assess(fact("RF-18"), fact("RF-24"), fact("RF-26"))
    assert (found.rule_id, code(found)) == ("R-M3", "R3")
    assert {r.factor for r in found.reasons} == {"RF-24", "RF-26"}


@pytest.mark.parametrize("beside", [(), ("RF-18",), ("RF-38",)])
def test_a_girl_alone_stays_general(beside: tuple[str, ...]) -> None:
    """Neither the left-behind state itself nor an overdue visit is a second factor of hers."""
    others = (fact(factor, cadence=Period(months=1)) for factor in beside)
    found = assess(fact("RF-26"), *others)
    assert (found.rule_id, code(found)) == ("R-L1", "R4")


@pytest.mark.parametrize("factor", ["RF-16", "RF-28", "RF-33", "RF-13"])
def test_a_girl_with_any_other_factor_is_medium(factor: str) -> None:
    other = fact(factor, carer_named=True, escorted=True)
    assert code(assess(other)) == "R4"
    found = assess(fact("RF-26"), other)
    assert (found.rule_id, code(found)) == ("R-M3", "R3")


@pytest.mark.parametrize("factor", ["RF-06", "RF-08", "RF-10", "RF-11"])
@pytest.mark.parametrize(
    ("handled", "access", "expected"),
    [
        (False, Access.HAS_ACCESS, "R-E4"),
        (False, Access.UNKNOWN, "R-E4"),
        (False, Access.NO_ACCESS, "R-H5"),
        (True, Access.HAS_ACCESS, "R-H5"),
        (True, Access.UNKNOWN, "R-H5"),
        (True, Access.NO_ACCESS, "R-H5"),
    ],
)
@pytest.mark.parametrize("suspected", [True, False])
def test_violence_never_falls_between_the_rules(
    *, factor: str, handled: bool, access: Access, expected: str, suspected: bool
) -> None:
    found = assess(fact(factor, handled=handled, access=access, suspected=suspected))
    assert found.rule_id == expected


def test_three_different_factors_add_up_but_three_events_of_one_do_not() -> None:
    same = [replace(fact("RF-30"), event_id=UUID(int=n)) for n in (1, 2, 3)]
    assert assess(*same).rule_id == "R-M4"
    assert assess(*same, fact("RF-31"), fact("RF-24")).rule_id == "R-H9"


def test_a_rectified_hazard_does_not_add_up() -> None:
    two = (fact("RF-30"), fact("RF-31"))
    assert assess(*two, fact("RF-32")).rule_id == "R-H9"
    assert assess(*two, fact("RF-32", rectified=True)).rule_id == "R-M4"


def test_registered_and_nothing_more_is_general() -> None:
    found = assess()
    [reason] = found.reasons
    assert (found.rule_id, code(found)) == ("R-L1", "R4")
    assert (reason.category, reason.event_id) == ("LBC", LEFT_BEHIND.event_id)
    assert reason.clauses == ("CQ2016-1-a",)
    assert code(evaluate([fact("RF-18")], (), NOW)) == "R4"


@pytest.mark.parametrize("factor", list(RiskFactor))
def test_whatever_is_recorded_puts_a_child_on_the_scale(factor: RiskFactor) -> None:
    mild = fact(factor, days_ago(3650), carer_named=True, escorted=True, access=Access.NO_ACCESS)
    assert evaluate([mild], (), NOW).tier is not None


def test_nothing_recorded_is_no_tier() -> None:
    found = evaluate([], (), NOW)
    assert (found.tier, found.rule_id, found.reasons, found.also) == (None, None, (), ())


@pytest.mark.parametrize(
    ("factor", "base", "lifted"),
    [("RF-18", "R4", "R3"), ("RF-24", "R3", "R2"), ("RF-04", "R2", "R2"), ("RF-02", "R1", "R1")],
)
def test_a_lapse_of_contact_lifts_one_tier_but_not_to_urgent(
    factor: str, base: str, lifted: str
) -> None:
    assert code(assess(fact(factor))) == base
    found = assess(fact(factor), fact("RF-38"))
    assert code(found) == lifted
    assert found.lifted == (base != lifted)
    assert ("R-X1" in found.rule_ids) == found.lifted
    assert "R-X1" in {rule for rule, _ in found.keys}


def test_a_lapse_alone_is_not_safety() -> None:
    found = evaluate([fact("RF-38")], (), NOW)
    assert (code(found), found.rule_ids) == ("R3", ("R-L1", "R-X1"))


def test_facts_of_two_children_are_refused() -> None:
    other = replace(fact("RF-24"), child_id=UUID(int=8))
    with pytest.raises(ValueError, match="more than one child"):
        assess(fact("RF-24"), other)
    assert code(assess(fact("RF-24"), replace(other, child_id=None))) == "R3"
    assert fact("RF-24").child_id == CHILD


def test_times_without_a_zone_are_refused() -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        evaluate([], (), naive)
    with pytest.raises(ValueError, match="time zone"):
        fact("RF-01", naive)
