"""风险分级 · The tier of a child: risen at once, proposed, restated (CQ2024-3.1-c 分级划定风险).

Every event explains itself: rule, fact, source event, clause, and the scale it speaks of. What a person decides is in
``tier_decisions``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from domain.child.overdue import township_of
from domain.child.state import Child
from domain.child.tier_outlook import ALONE_BELOW, Outlook, Verdict, outlook, verdict
from domain.kernel import Command, Event, Value
from domain.labels import name_fields
from domain.replacing import replace
from domain.risk import NO_TIER, Reason, RiskFactor
from domain.sensitivity import P0, P4, P5
from domain.terms.file import ClauseId
from domain.terms.tier import CategoryRef, RuleId, ScaleId, TierBasis, TierCode
from domain.terms.units import UnitKind

name_fields(
    tier=("风险等级", "Risk tier"),
    tier_before=("原风险等级", "Risk tier before"),
    tier_basis=("等级依据", "On whose decision"),
    tier_lowers=("是否下调", "Whether it lowers"),
    tier_lifted=("因逾期未联系上调", "Lifted for want of contact"),
    tier_reasons=("评定依据", "Reasons of the rules"),
    sealed_tier_reasons=("评定依据(涉罪错行为)", "Reasons of the rules that are sealed"),
    tier_reason=("调整理由", "Reason given"),
    rule_id=("规则", "Rule"),
    factor=("风险因素", "Risk factor"),
    event_id=("事实所出事件", "Event of the fact"),
    clauses=("条款", "Clauses"),
    deciding=("起决定作用", "Deciding"),
    tier_unit_id=("负责确认单位", "Unit that confirms"),
    alerted_unit_ids=("提示单位", "Units alerted"),
    scale_id=("等级表", "Scale"),
    scale_version=("等级表版本", "Version of the scale"),
    review_on=("复核日期", "Review on"),
    next_check_at=("下次核查时间", "Next check at"),
    best_interest_reason=("最有利于儿童的理由", "Best-interest reason"),
)


class TierReason(Value):
    """Why a rule holds. ``deciding``: the tier rests on it; else it would remain if the deciding ones fell away."""

    rule_id: Annotated[RuleId, P4]
    factor: Annotated[RiskFactor | None, P4] = None
    category: Annotated[CategoryRef | None, P4] = None
    event_id: Annotated[UUID, P4]
    clauses: Annotated[tuple[ClauseId, ...], P4] = ()
    deciding: Annotated[bool, P4] = True

    @property
    def key(self) -> tuple[str, UUID]:
        """As the risk rules know it."""
        return self.rule_id, self.event_id


SEALED = frozenset({RiskFactor.RF_29})
"""The child's own offending is no reason that a reader of tiers may see (domain model A.2 rule 7)."""


def _reason(reason: Reason, *, deciding: bool) -> TierReason:
    return TierReason(
        rule_id=RuleId(reason.rule_id),
        factor=reason.factor,
        category=CategoryRef(reason.category) if reason.category else None,
        event_id=reason.event_id,
        clauses=tuple(ClauseId(c) for c in reason.clauses),
        deciding=deciding,
    )


def explained(seen: Outlook) -> dict[str, Any]:
    """The fields in which every tier event explains itself."""
    assessed = seen.assessed
    deciding = [_reason(r, deciding=True) for r in assessed.reasons]
    reasons = (*deciding, *(_reason(r, deciding=False) for r in assessed.also))
    return {
        "tier_reasons": tuple(r for r in reasons if r.factor not in SEALED),
        "sealed_tier_reasons": tuple(r for r in reasons if r.factor in SEALED),
        "scale_id": ScaleId(assessed.scale.id),
        "scale_version": assessed.scale.version,
        "next_check_at": seen.next_check_at,
    }


def code_of(tier: str | None) -> str | None:
    """A tier as the state keeps it: none for "no tier"."""
    return None if tier in {None, NO_TIER} else tier


class TierTold(Event[Child]):
    """What all tier events share: the explanation. That there is one tells of a report or a finding in the minute it
    comes: who may be the one suspected learns nothing of it."""

    tier_reasons: Annotated[tuple[TierReason, ...], P4] = ()
    sealed_tier_reasons: Annotated[tuple[TierReason, ...], P5] = ()
    scale_id: Annotated[ScaleId, P0]
    scale_version: Annotated[int, P0]
    next_check_at: Annotated[datetime | None, P4] = None

    @property
    def reasons(self) -> tuple[TierReason, ...]:
        """All of them, the sealed ones included."""
        return (*self.tier_reasons, *self.sealed_tier_reasons)

    @property
    def rule_ids(self) -> tuple[str, ...]:
        """The rules the tier rests on."""
        return tuple(dict.fromkeys(r.rule_id for r in self.reasons if r.deciding))

    @property
    def fact_event_ids(self) -> tuple[UUID, ...]:
        """The events of the facts the tier rests on."""
        return tuple(dict.fromkeys(r.event_id for r in self.reasons if r.deciding))

    @property
    def weighed(self) -> frozenset[tuple[str, UUID]]:
        """Every reason in sight."""
        return frozenset(r.key for r in self.reasons)

    def told_of(self, state: Child, **more: Any) -> Child:
        """The state with the explanation, and what else has changed."""
        tier = replace(
            state.tier,
            stated=frozenset(r.key for r in self.reasons if r.deciding),
            next_check_at=self.next_check_at,
            **more,
        )
        return replace(state, tier=tier)


class RiskTierAssigned(
    TierTold,
    name="child.risk_tier_assigned",
    zh="风险等级已划定",
    en="Risk tier assigned",
    existence=P4,
):
    """At once by rule for R1 and R2; otherwise confirmed by the supervisor, with a reason when it goes down."""

    tier: Annotated[TierCode, P4]
    tier_before: Annotated[TierCode, P4] = TierCode(NO_TIER)
    tier_basis: Annotated[TierBasis, P4]
    tier_lifted: Annotated[bool, P4] = False
    tier_reason: Annotated[str | None, P4] = None
    best_interest_reason: Annotated[str | None, P4] = None
    review_on: Annotated[date | None, P4] = None
    alerted_unit_ids: Annotated[tuple[UUID, ...], P4] = ()

    def evolve(self, state: Child) -> Child:
        return self.told_of(
            state,
            tier=code_of(self.tier),
            rule_id=next(iter(self.rule_ids), None),
            proposed=None,
            proposed_rule_id=None,
            review_on=self.review_on,
            weighed=self.weighed if self.review_on else frozenset(),
        )


class RiskTierProposed(
    TierTold,
    name="child.risk_tier_proposed",
    zh="风险等级待确认",
    en="Risk tier proposed",
    existence=P4,
):
    """It waits for the supervisor; the tier that stands goes on standing."""

    tier: Annotated[TierCode, P4]
    tier_before: Annotated[TierCode, P4] = TierCode(NO_TIER)
    tier_lowers: Annotated[bool, P4]
    tier_lifted: Annotated[bool, P4] = False
    tier_unit_id: Annotated[UUID | None, P4] = None

    def evolve(self, state: Child) -> Child:
        rule_id = next(iter(self.rule_ids), None)
        return self.told_of(state, proposed=self.tier, proposed_rule_id=rule_id)


class RiskTierProposalWithdrawn(
    TierTold,
    name="child.risk_tier_proposal_withdrawn",
    zh="等级提请已撤回",
    en="Proposal withdrawn",
    existence=P4,
):
    """The facts have changed before anybody decided."""

    def evolve(self, state: Child) -> Child:
        return self.told_of(state, proposed=None, proposed_rule_id=None)


class RiskTierReassessed(
    TierTold,
    name="child.risk_tier_reassessed",
    zh="风险已重新评定",
    en="Risk reassessed",
    existence=P4,
):
    """The tier is what it was; the reasons, or the day of the next check, are others."""

    def evolve(self, state: Child) -> Child:
        return self.told_of(state)


class ReassessTier(
    Command[Child],
    name="child.reassess_tier",
    zh="重新评定风险",
    en="Reassess the risk",
    clauses=("CQ2024-3.1-c", "CQ2024-3.1-d"),
    needs=("case",),
    by_system=True,
):
    """Put by a reaction when the facts have changed, and by a clock at ``next_check_at``."""

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        seen = outlook_for(self, state)
        said, tier = explained(seen), TierCode(seen.proposal.code)
        before = TierCode(state.tier.tier or NO_TIER)
        match verdict(state, seen, self.at):
            case Verdict.RISE:
                yield RiskTierAssigned(
                    tier=tier,
                    tier_before=before,
                    tier_basis=TierBasis.AT_ONCE,
                    tier_lifted=seen.assessed.lifted,
                    alerted_unit_ids=tuple(self._alerted(state)),
                    **said,
                )
            case Verdict.PROPOSE:
                yield RiskTierProposed(
                    tier=tier,
                    tier_before=before,
                    tier_lowers=seen.proposal.lowers,
                    tier_lifted=seen.assessed.lifted,
                    tier_unit_id=township_of(self, state),
                    **said,
                )
            case Verdict.WITHDRAW:
                yield RiskTierProposalWithdrawn(**said)
            case Verdict.RESTATE:
                yield RiskTierReassessed(**said)
            case Verdict.NOTHING:
                return

    def _alerted(self, child: Child) -> Iterable[UUID]:
        """Township and district civil affairs (domain model F.2)."""
        district = self.directory.owner_for(
            UnitKind.DISTRICT_CIVIL_AFFAIRS, child.place, self.divisions
        )
        found = (township_of(self, child), district.id if district else None)
        return dict.fromkeys(u for u in found if u is not None)


def outlook_for(command: Command[Child], state: Child) -> Outlook:
    """What the rules say of the child as the command is put, by the packs of its place."""
    alone_below = command.rules.count(ALONE_BELOW)
    return outlook(state, cases_in(command), command.at, alone_below=alone_below)


def cases_in(command: Command[Child]) -> tuple[Any, ...]:
    """The child's cases, as the shell has put them on the command."""
    return tuple(s for s in command.linked.values() if s.stream == "case")
