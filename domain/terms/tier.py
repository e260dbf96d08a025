"""风险分级 · Codes of the risk scale. They are data of a scale, so names of their own over text, not enumerations."""

from __future__ import annotations

from typing import NewType

from domain.labels import Term

TierCode = NewType("TierCode", str)
"""A level of a scale, such as ``R1``; ``NONE`` for no level."""
RuleId = NewType("RuleId", str)
"""A risk rule, such as ``R-E2``."""
ScaleId = NewType("ScaleId", str)
"""A scale of levels."""
CategoryRef = NewType("CategoryRef", str)
"""A category on file; its codes are data of the rule packs."""


class TierBasis(Term):
    """等级依据 · On whose decision a tier stands."""

    AT_ONCE = "AT_ONCE", "规则立即上调", "Rose at once by rule"
    CONFIRMED = "CONFIRMED", "督导员确认", "Confirmed by the supervisor"
