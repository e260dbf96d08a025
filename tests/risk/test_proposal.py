"""Up to the urgent tiers at once; everything else, and every way down, waits for a person."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.risk import (
    NO_TIER,
    Assessment,
    ProposalKind,
    RiskFact,
    TierState,
    evaluate,
    proposal,
    review_due_at,
)
from tests.risk.samples import LEFT_BEHIND, NOW, TODAY, at, fact

RISE, ASK, NOTHING = ProposalKind
BY_TIER = {"R1": "RF-02", "R2": "RF-04", "R3": "RF-24", "R4": "RF-18"}


def assess(*facts: RiskFact, on: date = TODAY) -> Assessment:
    return evaluate(facts, (LEFT_BEHIND,), at(on))


@pytest.mark.parametrize(
    ("current", "assessed", "kind", "lowers"),
    [
        (None, "R1", RISE, False),
        (None, "R2", RISE, False),
        (None, "R3", ASK, False),
        (None, "R4", ASK, False),
        ("R2", "R1", RISE, False),
        ("R4", "R1", RISE, False),
        ("R3", "R2", RISE, False),
        ("R4", "R3", ASK, False),
        ("R1", "R2", ASK, True),
        ("R1", "R4", ASK, True),
        ("R3", "R4", ASK, True),
    ],
)
def test_moves(*, current: str | None, assessed: str, kind: ProposalKind, lowers: bool) -> None:
    state = TierState(code=current) if current else None
    found = proposal(state, assess(fact(BY_TIER[assessed])))
    assert (found.kind, found.code, found.lowers) == (kind, assessed, lowers)
    assert not found.stale_pending


@pytest.mark.parametrize("code", ["R1", "R2", "R3", "R4"])
def test_the_same_tier_is_no_news(code: str) -> None:
    found = proposal(TierState(code=code), assess(fact(BY_TIER[code])))
    assert found.kind is NOTHING
    assert not found.stale_pending


def test_a_child_nothing_is_left_of_leaves_the_scale_only_by_a_person() -> None:
    empty = evaluate([], (), NOW)
    assert proposal(None, empty).kind is NOTHING
    found = proposal(TierState(code="R4"), empty)
    assert (found.kind, found.tier, found.code, found.lowers) == (ASK, None, NO_TIER, True)
    assert proposal(TierState(code="R4", pending=NO_TIER), empty).kind is NOTHING


def test_a_tier_of_another_scale_is_no_tier() -> None:
    assert proposal(TierState(code="黄"), assess(fact("RF-24"))).kind is ASK
    assert proposal(TierState(code="黄"), assess(fact("RF-02"))).kind is RISE


def test_a_proposal_is_made_once() -> None:
    waits = TierState(code="R1", pending="R3")
    assert proposal(waits, assess(fact("RF-24"))).kind is NOTHING


def test_a_proposal_is_overtaken() -> None:
    waits = TierState(code="R1", pending="R3")
    other = proposal(waits, assess(fact("RF-18")))
    assert (other.kind, other.code, other.stale_pending) == (ASK, "R4", True)
    back = proposal(waits, assess(fact("RF-02")))
    assert (back.kind, back.stale_pending) == (NOTHING, True)
    risen = proposal(TierState(code="R3", pending="R4"), assess(fact("RF-02")))
    assert (risen.kind, risen.stale_pending) == (RISE, True)


def held(code: str, weighed: Assessment) -> TierState:
    return TierState(code=code, weighed=weighed.keys, review_on=TODAY + timedelta(days=30))


def test_what_a_person_decided_holds_until_the_date_of_review() -> None:
    gap = fact("RF-16", at(TODAY - timedelta(days=8)))
    state = held("R3", assess(gap))
    last = TODAY + timedelta(days=30)
    assert proposal(state, assess(gap, on=last)).kind is NOTHING
    assert proposal(state, assess(gap, on=last + timedelta(days=1))).kind is RISE
    assert review_due_at(state) == at(last + timedelta(days=1), 0)
    assert review_due_at(TierState(code="R3")) is None


def test_a_new_fact_speaks_at_once() -> None:
    known = fact("RF-04")
    state = held("R3", assess(known))
    assert proposal(state, assess(known)).kind is NOTHING
    assert proposal(state, assess(known, fact("RF-02"))).kind is RISE
    assert proposal(state, assess(known, fact("RF-03"))).kind is RISE


def test_a_known_fact_that_time_makes_worse_speaks_at_once() -> None:
    gap = fact("RF-16")
    state = held("R4", assess(gap))
    assert proposal(state, assess(gap, on=TODAY + timedelta(days=7))).kind is NOTHING
    assert proposal(state, assess(gap, on=TODAY + timedelta(days=8))).kind is RISE


def test_a_known_fact_that_gets_worse_speaks_at_once() -> None:
    dropout = fact("RF-27")
    state = held("R4", assess(dropout))
    worse = replace(dropout, persuasion_failed=True)
    assert proposal(state, assess(worse)).kind is RISE


def test_what_would_remain_was_weighed_too() -> None:
    """Lowered by a person with both facts in sight; the graver one ends: still nothing new."""
    state = held("R3", assess(fact("RF-02"), fact("RF-04")))
    assert proposal(state, assess(fact("RF-04"))).kind is NOTHING
