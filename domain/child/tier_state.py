"""风险等级 · The tier the child stands at, and what is proposed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain import risk


@dataclass(frozen=True, kw_only=True)
class TierState:
    """Tier codes are data of the scale in ``packs/risk.yaml`` (R1 the highest).

    ``stated``: the reasons the last event named, so that a changed explanation is told. ``weighed``: those a person
    had in sight who decided until ``review_on``.
    """

    tier: str | None = None
    rule_id: str | None = None
    proposed: str | None = None
    proposed_rule_id: str | None = None
    review_on: date | None = None
    weighed: frozenset[tuple[str, UUID]] = frozenset()
    stated: frozenset[tuple[str, UUID]] = frozenset()
    next_check_at: datetime | None = None

    @property
    def for_rules(self) -> risk.TierState:
        """As the risk rules ask for it."""
        return risk.TierState(
            code=self.tier or risk.NO_TIER,
            pending=self.proposed,
            weighed=self.weighed,
            review_on=self.review_on,
        )
