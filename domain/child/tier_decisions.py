"""风险等级的人工决定 · What a person decides about a tier: confirm what is proposed, or decide otherwise (F.3).

Going down needs a person, a reason, a day of review, and why it is in the child's best interest.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from domain import risk
from domain.child.state import Child
from domain.child.tier import RiskTierAssigned, TierTold, code_of, explained, outlook_for
from domain.child.tier_outlook import Outlook
from domain.child.turns import ON_LEDGER
from domain.kernel import Command, Event, Refusal, Turn
from domain.periods import local_date
from domain.replacing import replace
from domain.risk import DEFAULT_SCALE, NO_TIER
from domain.sensitivity import P4
from domain.terms.tier import TierBasis, TierCode

TIER_PROPOSED: Turn[Child] = Turn(
    "tier_proposed",
    "有待确认的风险等级",
    "a risk tier waits to be confirmed",
    lambda c: c.tier.proposed is not None,
)
UNKNOWN_TIER = Refusal("unknown_tier", zh="等级表中没有此等级", en="The scale has no such tier")
TIER_OVERTAKEN = Refusal(
    "tier_proposal_overtaken",
    zh="事实已有变化,待确认的等级已不成立",
    en="The facts have changed: what was proposed no longer follows",
)
TIER_REASON_MISSING = Refusal(
    "tier_reason_missing",
    zh="下调或人工调整风险等级须说明理由",
    en="To lower or override a tier, say why",
    clauses=("CQ2024-3.1-c",),
)
REVIEW_MISSING = Refusal(
    "tier_review_missing",
    zh="下调或人工调整风险等级须定复核日期",
    en="To lower or override a tier, set a day of review",
    clauses=("CQ2024-3.1-d",),
)
REVIEW_PAST = Refusal(
    "tier_review_past", zh="复核日期须在今天之后", en="The day of review must lie ahead"
)
TIER_INTEREST_MISSING = Refusal(
    "tier_needs_best_interest",
    zh="下调风险等级须说明最有利于儿童的理由",
    en="To lower a tier, say why it is in the child's best interest",
    clauses=("CN2017-2-b", "CQ2024-1-a"),
)


def _said(text: str | None) -> bool:
    return bool((text or "").strip())


def _milder(tier: str | None, than: str | None) -> bool:
    """Whether ``tier`` is less urgent; no tier is the mildest of all."""
    ranks = {t.code: t.rank for t in DEFAULT_SCALE.tiers}
    lowest = len(ranks) + 1
    return ranks.get(tier or "", lowest) > ranks.get(than or "", lowest)


class ConfirmRiskTier(
    Command[Child],
    name="child.confirm_risk_tier",
    zh="确认风险等级",
    en="Confirm the risk tier",
    when=TIER_PROPOSED,
    clauses=("CQ2024-3.1-c", "CQ2024-3.1-d"),
    needs=("case",),
):
    """By the supervisor. The rules are asked once more: what no longer follows cannot be confirmed."""

    tier_reason: Annotated[str | None, P4] = None
    review_on: Annotated[date | None, P4] = None
    best_interest_reason: Annotated[str | None, P4] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        seen = outlook_for(self, state)
        tier = seen.assessed.tier.code if seen.assessed.tier else NO_TIER
        if tier != state.tier.proposed:
            raise TIER_OVERTAKEN()  # noqa: RSE102 - the call makes the exception
        if _milder(tier, state.tier.tier):
            check_reason(self.tier_reason)
            check_review(self, self.review_on)
            if not _said(self.best_interest_reason):
                raise TIER_INTEREST_MISSING(field="bestInterestReason")
        elif self.review_on is not None:
            check_review(self, self.review_on)
        yield RiskTierAssigned.of(
            self,
            tier=TierCode(tier),
            tier_before=TierCode(state.tier.tier or NO_TIER),
            tier_basis=TierBasis.CONFIRMED,
            tier_lifted=seen.assessed.lifted,
            **explained(checked_by(seen, self.review_on)),
        )


class RiskTierOverridden(
    TierTold,
    name="child.risk_tier_overridden",
    zh="风险等级人工调整",
    en="Risk tier overridden",
    existence=P4,
):
    """What a person decided against the rules, until the day of review or a reason nobody had in sight."""

    tier: Annotated[TierCode, P4]
    tier_before: Annotated[TierCode, P4]
    tier_reason: Annotated[str, P4]
    best_interest_reason: Annotated[str | None, P4] = None
    review_on: Annotated[date, P4]

    def evolve(self, state: Child) -> Child:
        return self.told_of(
            state,
            tier=code_of(self.tier),
            rule_id=None,
            proposed=None,
            proposed_rule_id=None,
            review_on=self.review_on,
            weighed=self.weighed,
        )


class OverrideRiskTier(
    Command[Child],
    name="child.override_risk_tier",
    zh="调整风险等级",
    en="Override the risk tier",
    when=ON_LEDGER,
    clauses=("CQ2024-3.1-c", "CQ2024-3.1-d"),
    needs=("case",),
):
    """By supervisor or township; also to keep a tier against a proposal."""

    tier: Annotated[TierCode, P4]
    tier_reason: Annotated[str, P4]
    review_on: Annotated[date, P4]
    best_interest_reason: Annotated[str | None, P4] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if DEFAULT_SCALE.find(self.tier) is None:
            raise UNKNOWN_TIER(field="tier")
        check_reason(self.tier_reason)
        check_review(self, self.review_on)
        seen = outlook_for(self, state)
        by_rule = seen.assessed.tier.code if seen.assessed.tier else None
        lowers = _milder(self.tier, state.tier.tier) or _milder(self.tier, by_rule)
        if lowers and not _said(self.best_interest_reason):
            raise TIER_INTEREST_MISSING(field="bestInterestReason")
        stands = (state.tier.tier, state.tier.review_on, state.tier.weighed, state.tier.proposed)
        if stands == (self.tier, self.review_on, seen.assessed.keys, None):
            return
        yield RiskTierOverridden.of(
            self,
            tier_before=TierCode(state.tier.tier or NO_TIER),
            **explained(checked_by(seen, self.review_on)),
        )


def check_reason(reason: str | None) -> None:
    """Refuses a decision without a reason."""
    if not _said(reason):
        raise TIER_REASON_MISSING(field="tierReason")


def check_review(command: Command[Child], review_on: date | None) -> None:
    """Refuses a decision without a day of review, or with one that is not ahead."""
    if review_on is None:
        raise REVIEW_MISSING(field="reviewOn")
    if review_on <= local_date(command.at):
        raise REVIEW_PAST(field="reviewOn")


def checked_by(seen: Outlook, review_on: date | None) -> Outlook:
    """The outlook with the day of review among the moments a clock must watch."""
    due = risk.review_due_at(risk.TierState(code=NO_TIER, review_on=review_on))
    moments = [m for m in (seen.next_check_at, due) if m is not None]
    return replace(seen, next_check_at=min(moments, default=None))
