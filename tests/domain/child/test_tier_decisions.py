"""What a person decides about a tier: lowering, overriding, and how long it holds (F.3)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.child.cadence import CadenceClassSet
from domain.child.tier import (
    ReassessTier,
    RiskTierAssigned,
)
from domain.child.tier_decisions import ConfirmRiskTier, RiskTierOverridden
from domain.risk import RiskFactor
from domain.terms.reports import Trigger
from domain.terms.tier import TierBasis
from tests.domain.case.cast import report
from tests.domain.child.jiading import SUPERVISOR, T, call, dues, only, visit
from tests.domain.child.tier_story import (
    GOOD,
    REASON,
    alone,
    going_down,
    left_behind,
    overriding,
    refused,
    tier,
    with_fact,
)
from tests.dsl import an_id, local


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"tier_reason": " "}, "tier_reason_missing", "tierReason"),
        ({"tier_reason": None}, "tier_reason_missing", "tierReason"),
        ({"review_on": None}, "tier_review_missing", "reviewOn"),
        ({"review_on": date(2025, 3, 21)}, "tier_review_past", "reviewOn"),
        ({"best_interest_reason": None}, "tier_needs_best_interest", "bestInterestReason"),
    ],
    ids=["blank", "reason", "review", "past", "interest"],
)
def test_lowering_needs_reason_review_and_best_interest(
    changed: dict[str, Any], code: str, field: str
) -> None:
    no = refused(going_down(), ConfirmRiskTier(**{**REASON, **changed}), "2025-03-21 09:00")
    assert (no.code, no.field) == (code, field)
    if code == "tier_needs_best_interest":
        assert no.clauses == ("CN2017-2-b", "CQ2024-1-a")


def test_the_supervisor_lowers_with_a_day_of_review() -> None:
    story = going_down()
    facts = story.put(ConfirmRiskTier(**REASON), at="2025-03-21 09:00", by=SUPERVISOR)
    confirmed = only(facts, RiskTierAssigned)
    assert (confirmed.tier, confirmed.tier_before) == ("R4", "R1")
    assert confirmed.tier_basis is TierBasis.CONFIRMED
    assert (confirmed.tier_reason, confirmed.best_interest_reason) == ("祖母已受委托照护", GOOD)
    assert confirmed.next_check_at == local("2025-04-21 00:00")
    assert tier(story) == ("R4", None)
    assert story.child(T).visits.contact.every is not None
    assert only(facts, CadenceClassSet).contact_every.period.months == 1


def test_a_lowered_tier_never_asks_for_a_visit_sooner() -> None:
    story = left_behind()
    story.put(visit(), at="2025-03-02 10:00")
    alone(story, "2025-03-25 08:55")
    assert dues(story) == ("2025-03-26", "2025-04-25")
    story.put(overriding("R2"), at="2025-03-25 15:00", by=SUPERVISOR)
    # a week after the last contact was 9 March: more than the daily contact of R1 asked for
    assert dues(story) == ("2025-03-26", "2025-04-08")
    story.put(call(), at="2025-03-25 16:00", occurred="2025-03-10 10:00", late_because="补录")
    assert dues(story)[0] == "2025-03-26"


def test_only_what_is_proposed_can_be_confirmed() -> None:
    no = refused(left_behind(), ConfirmRiskTier(**REASON), "2025-03-02 09:00")
    assert no.code == "out_of_turn"


def test_what_no_longer_follows_is_not_confirmed() -> None:
    story = going_down()
    with_fact(story, RiskFactor.RF_24, "2025-03-20 12:00")
    no = refused(story, ConfirmRiskTier(**REASON), "2025-03-21 09:00")
    assert no.code == "tier_proposal_overtaken"


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"code": "R9"}, "unknown_tier", "tier"),
        ({"tier_reason": ""}, "tier_reason_missing", "tierReason"),
        ({"review_on": date(2025, 3, 3)}, "tier_review_past", "reviewOn"),
        ({"best_interest_reason": " "}, "tier_needs_best_interest", "bestInterestReason"),
    ],
    ids=["tier", "reason", "review", "interest"],
)
def test_an_override_is_reasoned_and_reviewed(
    changed: dict[str, Any], code: str, field: str
) -> None:
    story = left_behind()
    alone(story)
    no = refused(story, overriding(**changed), "2025-03-03 12:00")
    assert (no.code, no.field) == (code, field)


def test_going_up_needs_no_best_interest() -> None:
    story = left_behind()
    up = overriding("R2", best_interest_reason=None)
    decided = only(story.put(up, at="2025-03-02 09:00", by=SUPERVISOR), RiskTierOverridden)
    assert (decided.tier, decided.tier_before) == ("R2", "NONE")


def test_an_override_holds_until_its_review() -> None:
    story = left_behind()
    alone(story)
    decided = only(
        story.put(overriding(), at="2025-03-03 12:00", by=SUPERVISOR), RiskTierOverridden
    )
    assert decided.next_check_at == local("2025-05-01 00:00")
    assert tier(story) == ("R3", None)
    assert story.put(overriding(), at="2025-03-03 12:30", by=SUPERVISOR) == ()
    story.put(call(), at="2025-04-20 09:00")
    assert tier(story) == ("R3", None)
    back = story.put(ReassessTier(), at="2025-05-01 00:00")
    assert only(back, RiskTierAssigned).tier == "R1"


def test_a_reason_nobody_had_in_sight_ends_an_override() -> None:
    story = left_behind()
    alone(story)
    story.put(overriding(), at="2025-03-03 12:00", by=SUPERVISOR)
    other = an_id("second case of T.")
    said = report(Trigger.SUSPECTED_DV, children=(T,), discovered="2025-03-05 08:40")
    risen = only(story.put(said, at="2025-03-05 09:00", on=other), RiskTierAssigned)
    assert (risen.tier, risen.tier_before) == ("R1", "R3")
    assert story.child(T).tier.review_on is None
