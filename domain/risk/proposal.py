"""What follows from an assessment: act at once, ask a person, or nothing (domain model F.3,
properties to keep).

A rise to a tier that acts at once needs nobody. Everything else waits for the child supervisor;
going down always needs a person, a reason and a date for review. What a person has decided holds
until that date, unless a reason turns up that was not there when they decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from domain.labels import Term
from domain.periods import SHANGHAI
from domain.risk.evaluate import Assessment
from domain.risk.scale import Tier

NO_TIER = "NONE"
"""The code of a proposal to take a child off the scale: no fact and no category is left."""


class ProposalKind(Term):
    """等级建议 · What is to be done about an assessment."""

    RISE_AT_ONCE = "RISE_AT_ONCE", "立即上调", "Rises at once"
    PROPOSE_CONFIRM = "PROPOSE_CONFIRM", "提请确认", "Waits for a person to confirm"
    NOTHING = "NOTHING", "不变", "No change"


@dataclass(frozen=True, kw_only=True)
class TierState:
    """The tier a child is on, and what a person has decided about it."""

    code: str
    pending: str | None = None
    """The code of a proposal that waits for a person."""
    weighed: frozenset[tuple[str, UUID]] = frozenset()
    """``Assessment.keys`` at the time a person decided."""
    review_on: date | None = None
    """The last day on which that decision stands unasked."""


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What is to be done, and with what."""

    kind: ProposalKind
    tier: Tier | None = None
    """The tier to move to; none with ``NOTHING``, and where the child is to be taken off the
    scale.
    """
    lowers: bool = False
    """Whether a person must give a reason and a date for review."""
    stale_pending: bool = False
    """Whether an earlier proposal that still waits is overtaken."""

    @property
    def code(self) -> str:
        """The code to store as ``TierState.pending``."""
        return self.tier.code if self.tier else NO_TIER


def _held(current: TierState, assessed: Assessment) -> bool:
    """Whether a person's decision still stands and has seen all of these reasons.

    Also those of a rule further down that would put the child higher than it stands: a new suspicion must not hide
    behind an older fact of the same tier that has been weighed.
    """
    if current.review_on is None or assessed.day > current.review_on:
        return False
    scale, known = assessed.scale, assessed.scale.find(current.code)
    graver = (
        r
        for r in assessed.also
        if r.rule_id in scale.rules
        and (known is None or scale.tier_by_rule(r.rule_id).rank < known.rank)
    )
    return {r.key for r in (*assessed.reasons, *graver)} <= current.weighed


def proposal(current: TierState | None, assessed: Assessment) -> Proposal:
    """What follows from ``assessed`` for a child on ``current``; a code of another scale counts as
    no tier yet.
    """
    nothing = Proposal(kind=ProposalKind.NOTHING)
    if current is not None and _held(current, assessed):
        return nothing
    known = assessed.scale.find(current.code) if current else None
    pending = current.pending if current else None
    if assessed.tier == known:
        return Proposal(kind=ProposalKind.NOTHING, stale_pending=pending is not None)
    tier = assessed.tier
    rises = tier is not None and (known is None or tier.rank < known.rank)
    if tier is not None and rises and tier.acts_at_once:
        return Proposal(
            kind=ProposalKind.RISE_AT_ONCE, tier=tier, stale_pending=pending is not None
        )
    asked = Proposal(
        kind=ProposalKind.PROPOSE_CONFIRM,
        tier=tier,
        lowers=not rises,
        stale_pending=pending is not None,
    )
    return nothing if pending == asked.code else asked


def review_due_at(current: TierState) -> datetime | None:
    """The moment from which a person's decision no longer stands unasked, for a durable clock."""
    if current.review_on is None:
        return None
    return datetime.combine(current.review_on + timedelta(days=1), time.min, SHANGHAI)
