"""评定 · The tier of a child on a day, with its reasons, and the next day on which time alone
would change it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from domain.labels import Label
from domain.periods import SHANGHAI, local_date
from domain.risk.conditions import Cited, Situation
from domain.risk.factors import RiskFactor
from domain.risk.facts import CategoryOnFile, RiskFact
from domain.risk.rules import FLOOR, LIFT, RANKED, RULES, Rule
from domain.risk.scale import DEFAULT_NUMBERS, DEFAULT_SCALE, Numbers, Scale, Tier

_BY_ID = {rule.id: rule for rule in RULES}


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a rule holds: the rule, the fact or category, the event it came from, the clauses that
    name it.
    """

    rule_id: str
    factor: RiskFactor | None
    category: str | None
    event_id: UUID
    clauses: tuple[str, ...]
    """Of the packs in force on the day of the fact; empty means platform default, no clause."""

    @property
    def key(self) -> tuple[str, UUID]:
        """What a person has weighed when they have weighed this reason."""
        return self.rule_id, self.event_id

    @property
    def label(self) -> Label:
        """The reason as a sentence: rule, fact, source event, clause."""
        rule = _BY_ID[self.rule_id]
        clauses = ", ".join(self.clauses)
        what = str(self.factor or self.category)
        return Label(
            zh=f"{rule.id} {rule.zh}：{what} {self.factor.zh if self.factor else '类别'}，"
            f"事件 {self.event_id}，{clauses or '平台默认，无条款'}",
            en=f"{rule.id} {rule.en}: {what} {self.factor.en if self.factor else 'category'}, "
            f"event {self.event_id}, {clauses or 'platform default, no clause'}",
        )


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """What the rules say of a child on a day; ``tier`` and ``rule_id`` are none for a child
    nothing is recorded of.
    """

    tier: Tier | None
    rule_id: str | None
    """The first rule from the top that holds."""
    lifted: bool
    """Whether R-X1 moved the tier up from what that rule gives."""
    reasons: tuple[Reason, ...]
    """Of the deciding rule, and of R-X1 where it lifted the tier."""
    also: tuple[Reason, ...]
    """Of the other rules that hold: what would remain if the deciding facts fell away."""
    day: date
    scale: Scale

    @property
    def rule_ids(self) -> tuple[str, ...]:
        """The rules the tier rests on, to be stored with the assignment."""
        return tuple(dict.fromkeys(r.rule_id for r in self.reasons))

    @property
    def event_ids(self) -> tuple[UUID, ...]:
        """The fact events the tier rests on, to be stored with the assignment."""
        return tuple(dict.fromkeys(r.event_id for r in self.reasons))

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses of the facts the tier rests on."""
        return tuple(dict.fromkeys(c for r in self.reasons for c in r.clauses))

    @property
    def keys(self) -> frozenset[tuple[str, UUID]]:
        """Every reason in sight: what a person who now decides otherwise has weighed."""
        return frozenset(r.key for r in (*self.reasons, *self.also))


def _reason(rule: Rule, cited: Cited) -> Reason:
    return Reason(
        rule_id=rule.id,
        factor=cited.factor if isinstance(cited, RiskFact) else None,
        category=cited.code if isinstance(cited, CategoryOnFile) else None,
        event_id=cited.event_id,
        clauses=cited.clauses,
    )


def _reasons(rule: Rule, situation: Situation) -> tuple[Reason, ...]:
    """In an order that does not depend on the order of the facts."""

    def order(r: Reason) -> tuple[str, str, str, tuple[str, ...]]:
        return r.factor or "", r.category or "", str(r.event_id), r.clauses

    return tuple(sorted({_reason(rule, cited) for cited in rule.cites(situation)}, key=order))


def _situation(
    facts: Iterable[RiskFact], categories: Iterable[CategoryOnFile], day: date, numbers: Numbers
) -> Situation:
    standing = tuple(f for f in facts if f.stands)
    children = {f.child_id for f in standing if f.child_id is not None}
    if len(children) > 1:
        raise ValueError("facts of more than one child")
    return Situation(facts=standing, categories=tuple(categories), day=day, numbers=numbers)


def evaluate(
    facts: Iterable[RiskFact],
    categories: Iterable[CategoryOnFile],
    on: datetime,
    *,
    numbers: Numbers = DEFAULT_NUMBERS,
    scale: Scale = DEFAULT_SCALE,
) -> Assessment:
    """The tier of one child on the day of ``on``, by the first rule from the top that holds
    (domain model F.3).

    Deterministic: the order of the facts does not matter. Monotone: a further fact never makes the
    tier milder. Raises ``ValueError`` where ``on`` has no time zone or the facts are of more than
    one child.
    """
    return _assess(_situation(facts, categories, local_date(on), numbers), scale)


def _assess(situation: Situation, scale: Scale) -> Assessment:
    found = {rule: reasons for rule in RANKED if (reasons := _reasons(rule, situation))}
    if not found and (floor := _reasons(FLOOR, situation)):
        found = {FLOOR: floor}
    if not found:
        return Assessment(
            tier=None,
            rule_id=None,
            lifted=False,
            reasons=(),
            also=(),
            day=situation.day,
            scale=scale,
        )
    deciding, *others = found
    given = deciding.tier(scale)
    lift = _reasons(LIFT, situation)
    tier = scale.lifted(given) if lift else given
    lifted = tier != given
    return Assessment(
        tier=tier,
        rule_id=deciding.id,
        lifted=lifted,
        reasons=found[deciding] + (lift if lifted else ()),
        also=tuple(r for rule in others for r in found[rule]) + (() if lifted else lift),
        day=situation.day,
        scale=scale,
    )


def next_change_at(
    facts: Iterable[RiskFact],
    categories: Iterable[CategoryOnFile],
    on: datetime,
    *,
    numbers: Numbers = DEFAULT_NUMBERS,
    scale: Scale = DEFAULT_SCALE,
) -> datetime | None:
    """The next moment at which the tier changes though nothing happens (R-H2, R-H4, R-H8, R-X1),
    for a durable clock.

    Always the beginning of a local day after that of ``on``; none where time alone changes
    nothing. Raises like :func:`evaluate`.
    """
    facts, categories = tuple(facts), tuple(categories)
    today = _situation(facts, categories, local_date(on), numbers)
    turns = {rule.turns_on(fact, numbers) for rule in RULES for fact in today.facts}
    now = _assess(today, scale).tier
    for day in sorted(t for t in turns if t is not None and t > today.day):
        if _assess(_situation(facts, categories, day, numbers), scale).tier != now:
            return datetime.combine(day, time.min, SHANGHAI)
    return None
