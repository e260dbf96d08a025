"""规则空档 · Gaps: a pack ended or a clause is silent; the rule owner decides, and the decision is a fact (law 10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from domain.kernel import PRESENT, Command, Event, Refusal
from domain.labels import Term, name_fields
from domain.parameters import PARAMETERS
from domain.replacing import replace
from domain.rules.file import own_pack
from domain.rules.packs import OWNER_REASON_MISSING, RULES_NOT_RETROACTIVE, own_rules
from domain.rules.state import RulesFile
from domain.sensitivity import P0, P2
from domain.terms.places import DivisionId

name_fields(
    decision=("决定", "Decision"),
    from_on=("自", "From"),
    decision_reason=("决定理由", "Reason for the decision"),
)

UNKNOWN_TOPIC = Refusal(
    "unknown_topic", zh="没有此事项或规则包", en="There is no such topic or pack"
)
NOTHING_TO_KEEP = Refusal(
    "nothing_to_keep",
    zh="没有已失效的规定可以沿用",
    en="No rule of this place has ended that could be kept",
)


class GapDecision(Term):
    """规则缺口的决定 · What the owner decides while the texts say nothing."""

    KEEP_PROCESS = "KEEP_PROCESS", "沿用原流程", "Keep the old process"
    USE_OTHER_PACK = "USE_OTHER_PACK", "适用其他规则包", "Use another pack"
    STOP = "STOP", "停止适用", "Stop"


class RulePackGapDecided(
    Event[RulesFile], name="rules.gap_decided", zh="规则空档已处置", en="Rule-pack gap decided"
):
    """Kept, what the ended pack said binds on as the owner's decision; else the baseline or another pack stands."""

    jurisdiction_id: Annotated[DivisionId, P0]
    topic: Annotated[str, P2]
    from_on: Annotated[date, P0]
    decision: Annotated[GapDecision, P0]
    decision_reason: Annotated[str, P2]

    def evolve(self, state: RulesFile) -> RulesFile:
        return replace(
            state, division_id=self.jurisdiction_id, decided=state.decided | {self.topic}
        )


class DecideRulePackGap(
    Command[RulesFile],
    name="rules.decide_gap",
    zh="处置规则空档",
    en="Decide a rule-pack gap",
    when=PRESENT,
    clauses=("SH2020-6-a", "SH2024-0-c"),
):
    """On a topic, or on what follows the end of a pack as a whole; children are served on the baseline meanwhile."""

    topic: Annotated[str, P2]
    from_on: Annotated[date, P0]
    decision: Annotated[GapDecision, P0]
    decision_reason: Annotated[str, P2]

    def decide(self, state: RulesFile) -> Iterator[Event[RulesFile]]:
        own_rules(self, state)
        whole = own_pack(self.rules, self.topic)
        if self.topic not in PARAMETERS and whole is None:
            raise UNKNOWN_TOPIC(field="topic")
        if self.from_on < self.rules.on:
            raise RULES_NOT_RETROACTIVE(field="fromOn")
        if not self.decision_reason.strip():
            raise OWNER_REASON_MISSING(field="decisionReason")
        keeps = self.decision is GapDecision.KEEP_PROCESS
        if keeps and whole is None and not self.rules.ended_on(self.topic):
            raise NOTHING_TO_KEEP(field="decision")
        assert state.division_id is not None
        yield RulePackGapDecided.of(self, jurisdiction_id=DivisionId(state.division_id))
