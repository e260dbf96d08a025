"""风险分级 · The explainable risk tier: pure functions of facts, a day and a scale (domain model
F).

CQ2024-3.1-c demands 分级划定风险 but gives neither levels nor criteria, and Shanghai has no tiers
at all; so the scale, the mapping of rules to tiers and every number are a platform default
(``domain/packs/risk.yaml``), while the facts are the documents' own and cite their clauses. No
scoring, no free text; sex counts only where a document names it (RF-26).
"""

from domain.risk.evaluate import Assessment, Reason, evaluate, next_change_at
from domain.risk.factors import RiskFactor
from domain.risk.facts import Access, CategoryOnFile, RiskFact
from domain.risk.proposal import NO_TIER, Proposal, ProposalKind, TierState, proposal, review_due_at
from domain.risk.rules import RULES, Rule, RuleBasis
from domain.risk.scale import (
    DEFAULT_NUMBERS,
    DEFAULT_SCALE,
    PARAMETERS,
    Numbers,
    Parameter,
    Response,
    Scale,
    Tier,
)

__all__ = [
    "DEFAULT_NUMBERS",
    "DEFAULT_SCALE",
    "NO_TIER",
    "PARAMETERS",
    "RULES",
    "Access",
    "Assessment",
    "CategoryOnFile",
    "Numbers",
    "Parameter",
    "Proposal",
    "ProposalKind",
    "Reason",
    "Response",
    "RiskFact",
    "RiskFactor",
    "Rule",
    "RuleBasis",
    "Scale",
    "Tier",
    "TierState",
    "evaluate",
    "next_change_at",
    "proposal",
    "review_due_at",
]
