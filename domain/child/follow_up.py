"""跟踪回访 · Follow-up visits after the return home or a placement (SH2024-2.2.6-c, CN2017-5.1-e)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from domain.child.state import Child
from domain.child.turns import ON_LEDGER
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import add, local_date
from domain.replacing import replace
from domain.risk import RiskFact, RiskFactor
from domain.rules_in_force import Rules
from domain.sensitivity import P2, P3
from domain.terms.visits import FollowUpGround

name_fields(
    follow_up_ground=("回访事由", "Followed up after"),
    follow_up_finding=("回访情况", "What the follow-up found"),
    followed_since=("回访起始日期", "Followed up since"),
    next_follow_up_on=("下次回访期限", "Next follow-up by"),
    child_seen=("是否见到儿童", "Child seen"),
)

FINDING_MISSING = Refusal(
    "follow_up_finding_missing",
    zh="须写明回访情况",
    en="Say what the follow-up found",
    clauses=("SH2024-2.2.6-c",),
)


class FollowUpVisitMade(
    Event[Child], name="child.follow_up_visit_made", zh="已跟踪回访", en="Follow-up visit made"
):
    """``next_follow_up_on`` is empty when the time of following up is over; a child not seen is due as before."""

    follow_up_ground: Annotated[FollowUpGround, P2]
    child_seen: Annotated[bool, P2]
    follow_up_finding: Annotated[str, P3]
    followed_since: Annotated[date, P2]
    next_follow_up_on: Annotated[date | None, P2] = None

    def evolve(self, state: Child) -> Child:
        since, due = self.followed_since, self.next_follow_up_on
        return replace(state, visits=replace(state.visits, followed_since=since, follow_up_on=due))


class MakeFollowUpVisit(
    Command[Child],
    name="child.make_follow_up_visit",
    zh="记录跟踪回访",
    en="Record a follow-up visit",
    when=ON_LEDGER,
    clauses=("SH2024-2.2.6-c", "CN2017-5.1-e"),
    needs=("case",),
):
    """定期 without a number: more often in the first months, then monthly, by the platform's default."""

    follow_up_ground: Annotated[FollowUpGround, P2]
    child_seen: Annotated[bool, P2]
    follow_up_finding: Annotated[str, P3]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if not self.follow_up_finding.strip():
            raise FINDING_MISSING(field="followUpFinding")
        on = local_date(self.occurred_at)
        since = self._since(state, on)
        due = next_follow_up(since, on, self.rules) if self.child_seen else _as_before(state, since)
        yield FollowUpVisitMade.of(self, followed_since=since, next_follow_up_on=due)

    def _since(self, state: Child, on: date) -> date:
        """The return or the end of the placement as the files tell it, else the first follow-up."""
        facts = [*state.facts.facts, *(f for s in self.linked.values() for f in s.facts.facts)]
        begun = [d for f in facts if (d := _begun(f, self.follow_up_ground)) and d <= on]
        return max(begun, default=state.visits.followed_since or on)


def _begun(fact: RiskFact, ground: FollowUpGround) -> date | None:
    if ground is FollowUpGround.RETURNED_HOME:
        return local_date(fact.since) if fact.factor is RiskFactor.RF_34 else None
    return fact.ended_on if fact.factor is RiskFactor.RF_35 else None


def _as_before(state: Child, since: date) -> date | None:
    """When the child was due before; from the first day on where it was never seen since the return."""
    return state.visits.follow_up_on if state.visits.followed_since == since else since


def next_follow_up(since: date, on: date, rules: Rules) -> date | None:
    """The next one after ``on``, counted from ``since``; None once both spans are over."""
    first_until = add(since, rules.duration("follow_up_first_span"))
    until = add(first_until, rules.duration("follow_up_later_span"))
    early = on < first_until
    due = add(on, rules.duration(f"follow_up_{'first' if early else 'later'}_interval"))
    return due if due <= until else None
