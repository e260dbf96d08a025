"""规则空档 · Gaps: a pack ended or a clause is silent; the rule owner decides, and the decision is a fact (law 10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated

from domain.kernel import Command, Event
from domain.labels import Term, name_fields
from domain.rules.state import RulesFile
from domain.sensitivity import P0, P2
from domain.terms.places import DivisionId

name_fields(
    jurisdiction_id=("适用地区", "Jurisdiction"),
    topic=("事项", "Topic"),
    decision=("决定", "Decision"),
    from_on=("自", "From"),
    decision_reason=("决定理由", "Reason for the decision"),
)


class GapDecision(Term):
    """What the owner decides while the texts say nothing."""

    KEEP_PROCESS = "KEEP_PROCESS", "沿用原流程", "Keep the old process"
    USE_OTHER_PACK = "USE_OTHER_PACK", "适用其他规则包", "Use another pack"
    STOP = "STOP", "停止适用", "Stop"


class RulePackGapDecided(
    Event[RulesFile], name="rules.gap_decided", zh="规则空档已处置", en="Rule-pack gap decided"
):
    jurisdiction_id: Annotated[DivisionId, P0]
    topic: Annotated[str, P2]
    from_on: Annotated[date, P0]
    decision: Annotated[GapDecision, P0]
    decision_reason: Annotated[str, P2]

    def evolve(self, state: RulesFile) -> RulesFile:
        return replace(state, division_id=self.jurisdiction_id)


class DecideRulePackGap(
    Command[RulesFile],
    name="rules.decide_gap",
    zh="处置规则空档",
    en="Decide a rule-pack gap",
    opens=True,
    place_field="jurisdiction_id",
    clauses=("SH2020-6-a", "SH2024-0-c"),
):
    """Recorded while a pack ended or says nothing: children are served on the platform baseline meanwhile."""

    jurisdiction_id: Annotated[DivisionId, P0]
    topic: Annotated[str, P2]
    from_on: Annotated[date, P0]
    decision: Annotated[GapDecision, P0]
    decision_reason: Annotated[str, P2]

    def decide(self, _state: RulesFile) -> Iterator[Event[RulesFile]]:
        yield RulePackGapDecided.of(self)
