"""风险评定依据 · What the risk rules say of a child now, from its file and its cases (domain model F.3).

The one place that decides which facts count, and what is to be done about an assessment; pure, so that the reaction
can ask it after every event and the command again when it is put.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum, auto
from typing import TYPE_CHECKING
from uuid import UUID

from domain import risk
from domain.child.file_state import FileStatus
from domain.child.state import Child
from domain.child.visits_state import Rhythm
from domain.periods import SHANGHAI, Period, birthday, local_date
from domain.replacing import replace
from domain.risk import (
    DEFAULT_NUMBERS,
    DEFAULT_SCALE,
    Assessment,
    CategoryOnFile,
    Numbers,
    Proposal,
    ProposalKind,
    RiskFact,
    RiskFactor,
    Scale,
)
from domain.risk.conditions import contact_lapsed

if TYPE_CHECKING:
    from domain.case.state import Case

ALONE_BELOW = "living_alone_age_below"
ENDS_BY_TIME = frozenset({RiskFactor.RF_34, RiskFactor.RF_35})
"""Facts that outlive their case, because time itself ends them (R-H4)."""


class Verdict(Enum):
    """What an outlook asks to be recorded."""

    NOTHING = auto()
    RISE = auto()
    PROPOSE = auto()
    WITHDRAW = auto()
    RESTATE = auto()


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """An assessment, what follows from it, and when time alone would change it."""

    assessed: Assessment
    proposal: Proposal
    next_check_at: datetime | None

    @property
    def stated(self) -> frozenset[tuple[str, UUID]]:
        """The reasons the assessed tier rests on."""
        return frozenset(r.key for r in self.assessed.reasons)


def facts_of(child: Child, cases: Iterable[Case]) -> tuple[RiskFact, ...]:
    """The facts that stand open on the file and on its cases.

    A closed case can close no fact any more: of it only what time ends counts on.
    """
    own = child.facts.facts
    others = (f for case in cases for f in case.facts.facts if case.is_open or _ends_by_time(f))
    return tuple(f for f in (*own, *others) if f.child_id in {None, child.id})


def _of_age_alone(child: Child, alone_below: int) -> date | None:
    """From which day on nobody of this age is forbidden to live alone; None while the birth is not known."""
    born = child.file.birth_on
    return birthday(born, alone_below) if born is not None else None


def _by_age(facts: Iterable[RiskFact], of_age_on: date | None, day: date) -> Iterator[RiskFact]:
    """RF-01 is of those under the age (CQ2016-3.1-d); of an older child it is that guardianship is missing (RF-05)."""
    older = of_age_on is not None and day >= of_age_on
    for fact in facts:
        alone = fact.factor is RiskFactor.RF_01
        yield replace(fact, factor=RiskFactor.RF_05) if alone and older else fact


def _ends_by_time(fact: RiskFact) -> bool:
    if fact.factor is RiskFactor.RF_35:
        return fact.ended_on is not None
    return fact.factor in ENDS_BY_TIME


def _lapses(child: Child) -> Iterator[RiskFact]:
    """RF-38 from the last contact. After a tightening both intervals run, so that it never gives more time."""
    rhythm, by_rule = child.visits.contact, child.visits.by_rule
    since, event = _last(rhythm)
    if not child.visits.in_force or by_rule.every is None or since is None or event is None:
        return
    if by_rule.before is None or by_rule.switched_on is None or since >= by_rule.switched_on:
        yield _lapse(event, since, by_rule.every)
        return
    yield _lapse(event, since, by_rule.before)
    yield _lapse(event, by_rule.switched_on, by_rule.every)


def _last(rhythm: Rhythm) -> tuple[date | None, UUID | None]:
    """The last contact that counts, or the opening of the file."""
    if rhythm.last_on is None or (rhythm.begun_on is not None and rhythm.last_on < rhythm.begun_on):
        return rhythm.begun_on, rhythm.begun_event
    return rhythm.last_on, rhythm.last_event


def _lapse(event: UUID, since: date, cadence: Period) -> RiskFact:
    noon = datetime.combine(since, time(12), SHANGHAI)
    return RiskFact(factor=RiskFactor.RF_38, event_id=event, since=noon, cadence=cadence)


def _lapsed(fact: RiskFact, day: date, numbers: Numbers) -> bool:
    over = contact_lapsed(fact, numbers)
    return over is not None and day >= over


def categories_of(child: Child) -> tuple[CategoryOnFile, ...]:
    """The categories the child is entered under."""
    return tuple(
        CategoryOnFile(code=c.code, event_id=c.event_id or child.id, clauses=c.clauses)
        for c in child.file.held
    )


def outlook(
    child: Child,
    cases: Iterable[Case],
    at: datetime,
    *,
    alone_below: int,
    numbers: Numbers = DEFAULT_NUMBERS,
    scale: Scale = DEFAULT_SCALE,
) -> Outlook:
    """What the rules say of the child at this moment; by other numbers or another scale to rehearse them.

    ``alone_below``: the age under which the packs of its place let no child live alone.
    """
    today, of_age_on = local_date(at), _of_age_alone(child, alone_below)
    known = tuple(_by_age(facts_of(child, cases), of_age_on, today))
    categories, lapses = categories_of(child), tuple(_lapses(child))
    facts, current = (*known, *lapses), child.tier.for_rules
    # a contact not yet lapsed is no reason for a tier where nothing else is recorded
    spoken = (
        facts if known or categories else tuple(f for f in lapses if _lapsed(f, today, numbers))
    )
    assessed = risk.evaluate(spoken, categories, at, numbers=numbers, scale=scale)
    proposed = risk.proposal(current, assessed)
    if proposed.kind is ProposalKind.PROPOSE_CONFIRM and child.file.status is FileStatus.CLOSED:
        # nobody is asked about a closed file; that a tier rises at once still holds
        stale = current.pending is not None
        proposed = Proposal(kind=ProposalKind.NOTHING, stale_pending=stale)
    if proposed.kind is ProposalKind.RISE_AT_ONCE:
        current = replace(current, review_on=None)
    turns = (
        risk.next_change_at(facts, categories, at, numbers=numbers, scale=scale),
        risk.review_due_at(current),
        _comes_of_age(known, of_age_on),
    )
    ahead = [t for t in turns if t is not None and t > at]
    return Outlook(assessed=assessed, proposal=proposed, next_check_at=min(ahead, default=None))


def _comes_of_age(facts: Iterable[RiskFact], of_age_on: date | None) -> datetime | None:
    """When RF-01 is over by age alone, where it stands."""
    if of_age_on is None or all(f.factor is not RiskFactor.RF_01 for f in facts):
        return None
    return datetime.combine(of_age_on, time(), SHANGHAI)


def verdict(child: Child, seen: Outlook, at: datetime) -> Verdict:
    """What is to be recorded: nothing, where everything has been said already."""
    if seen.proposal.kind is ProposalKind.RISE_AT_ONCE:
        return Verdict.RISE
    if seen.proposal.kind is ProposalKind.PROPOSE_CONFIRM:
        return Verdict.PROPOSE
    if seen.proposal.stale_pending:
        return Verdict.WITHDRAW
    told, wanted = child.tier.next_check_at, seen.next_check_at
    passed = told is not None and told <= at
    # a check that comes too early is harmless, so a later day is no news: else every contact would be told twice
    sooner = wanted is not None and (told is None or wanted < told)
    if seen.stated != child.tier.stated or passed or sooner:
        return Verdict.RESTATE
    return Verdict.NOTHING
