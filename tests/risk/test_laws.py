"""The properties F.3 asks to keep, for random sets of facts."""

from dataclasses import fields, replace

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from domain.risk import Access, Assessment, CategoryOnFile, RiskFact, RiskFactor, evaluate
from tests.risk.samples import NOW, any_sets, category_sets, risk_facts

Categories = tuple[CategoryOnFile, ...]
OFF_THE_SCALE = 99


def rank(assessment: Assessment) -> int:
    return assessment.tier.rank if assessment.tier else OFF_THE_SCALE


@settings(max_examples=500)
@given(facts=any_sets, categories=category_sets, data=st.data())
def test_the_order_of_the_facts_does_not_matter(
    facts: list[RiskFact], categories: Categories, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(facts))
    assert evaluate(facts, categories, NOW) == evaluate(shuffled, categories, NOW)


@settings(max_examples=600)
@given(facts=any_sets, more=risk_facts, categories=category_sets)
def test_a_further_fact_never_lowers_the_tier(
    facts: list[RiskFact], more: RiskFact, categories: Categories
) -> None:
    before = evaluate(facts, categories, NOW)
    event(f"from {rank(before)}")
    assert rank(evaluate([*facts, more], categories, NOW)) <= rank(before)


@settings(max_examples=500)
@given(facts=any_sets, categories=category_sets)
def test_a_further_category_never_lowers_the_tier(
    facts: list[RiskFact], categories: Categories
) -> None:
    assert rank(evaluate(facts, categories, NOW)) <= rank(evaluate(facts, (), NOW))


@settings(max_examples=500)
@given(facts=any_sets, categories=category_sets)
def test_the_cited_facts_alone_give_the_same_tier(
    facts: list[RiskFact], categories: Categories
) -> None:
    found = evaluate(facts, categories, NOW)
    cited = [f for f in facts if f.event_id in found.event_ids]
    kept = tuple(c for c in categories if c.event_id in found.event_ids)
    again = evaluate(cited, kept, NOW)
    assert (again.tier, again.rule_id, again.reasons) == (
        found.tier,
        found.rule_id,
        found.reasons,
    )


@settings(max_examples=500)
@given(facts=any_sets, categories=category_sets)
def test_without_the_cited_facts_what_remains_is_what_was_said(
    facts: list[RiskFact], categories: Categories
) -> None:
    found = evaluate(facts, categories, NOW)
    assume(found.rule_id not in {None, "R-L1"})
    deciding = {r.event_id for r in found.reasons if r.rule_id == found.rule_id}
    rest = evaluate([f for f in facts if f.event_id not in deciding], categories, NOW)
    assert rest.rule_id != found.rule_id
    assert rank(rest) >= rank(found)
    assert rest.rule_id in {None, "R-L1"} | {r.rule_id for r in found.also}


@settings(max_examples=500)
@given(facts=any_sets, categories=category_sets)
def test_a_suspicion_weighs_as_much_as_an_established_fact(
    facts: list[RiskFact], categories: Categories
) -> None:
    suspected = [replace(f, suspected=True) for f in facts]
    assert evaluate(suspected, categories, NOW) == evaluate(facts, categories, NOW)


@settings(max_examples=500)
@given(facts=any_sets, categories=category_sets)
def test_unknown_access_counts_as_access(facts: list[RiskFact], categories: Categories) -> None:
    known = [
        replace(f, access=Access.HAS_ACCESS) if f.access is Access.UNKNOWN else f for f in facts
    ]
    assert evaluate(known, categories, NOW) == evaluate(facts, categories, NOW)


@settings(max_examples=500)
@given(facts=any_sets, girl=risk_facts, categories=category_sets)
def test_being_a_girl_counts_only_by_the_rules_that_name_it(
    facts: list[RiskFact], girl: RiskFact, categories: Categories
) -> None:
    boy = [f for f in facts if f.factor is not RiskFactor.RF_26]
    girl = replace(girl, factor=RiskFactor.RF_26)
    before, after = evaluate(boy, categories, NOW), evaluate([*boy, girl], categories, NOW)
    if before.tier and before.tier != after.tier:
        assert after.rule_id in {"R-M3", "R-H9"}


def test_nothing_else_in_a_fact_says_whether_the_child_is_a_girl() -> None:
    assert not {"sex", "gender", "girl"} & {f.name for f in fields(RiskFact)}
