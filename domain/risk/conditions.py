"""When a rule is true of a child: the situation on one day, the days on which time turns a rule,
the conditions.

Source: domain model F.3. Every condition is monotone on its own: it looks for facts, never for the
absence of one, so a further fact can only make more rules true.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from domain.periods import Period, add, local_date
from domain.risk.factors import RiskFactor as F
from domain.risk.facts import CategoryOnFile, RiskFact
from domain.risk.scale import Numbers

Cited = RiskFact | CategoryOnFile
INFRINGEMENTS = (F.RF_06, F.RF_08, F.RF_10, F.RF_11)
VULNERABILITIES = tuple(f for f in F if F.RF_19 <= f <= F.RF_32)
"""RF-19 … RF-32, the factors that add up (R-H9); the ids have one width, so they compare as text.
"""


@dataclass(frozen=True, kw_only=True)
class Situation:
    """A child on one day: the open facts, the categories, and the numbers in force."""

    facts: tuple[RiskFact, ...]
    categories: tuple[CategoryOnFile, ...]
    day: date
    numbers: Numbers

    def having(self, *factors: F) -> tuple[RiskFact, ...]:
        """The facts of these factors."""
        return tuple(f for f in self.facts if f.factor in factors)


Turn = Callable[[RiskFact, Numbers], date | None]
"""The first day on which the mere passing of time changes what a rule makes of a fact; none where
it never does.
"""


def never(_fact: RiskFact, _numbers: Numbers) -> date | None:
    return None


# --- the days on which time turns a rule; the conditions below ask the same functions


def _day_past(start: date, period: Period) -> date:
    """The first day on which ``period`` is over: its last day still belongs to it, as with a
    visit's due day.
    """
    return add(start, period) + timedelta(days=1)


def _times(period: Period, number: int) -> Period:
    return Period(months=period.months * number, days=period.days * number)


def care_gap_over(fact: RiskFact, numbers: Numbers) -> date | None:
    """R-H2: the first day without entrusted care beyond the days allowed."""
    if fact.factor is not F.RF_16:
        return None
    return _day_past(local_date(fact.since), Period(days=numbers.care_gap_days))


def aftercare_over(fact: RiskFact, numbers: Numbers) -> date | None:
    """R-H4: the first day beyond the months of key attention; none while the placement lasts."""
    months = Period(months=numbers.aftercare_months)
    if fact.factor is F.RF_34:
        return _day_past(local_date(fact.since), months)
    if fact.factor is F.RF_35 and fact.ended_on is not None:
        return _day_past(fact.ended_on, months)
    return None


def answer_overdue(fact: RiskFact, numbers: Numbers) -> date | None:
    """R-H8: the first day beyond the days the parents had to answer."""
    if fact.factor is not F.RF_17 or fact.informed_on is None or fact.answered:
        return None
    return _day_past(fact.informed_on, Period(days=numbers.no_answer_days))


def contact_lapsed(fact: RiskFact, numbers: Numbers) -> date | None:
    """R-X1: the first day beyond the multiple of the cadence since the last contact."""
    if fact.factor is not F.RF_38 or fact.cadence is None:
        return None
    return _day_past(local_date(fact.since), _times(fact.cadence, numbers.lapse_multiple))


# --- conditions


def standing(*factors: F) -> Callable[[Situation], tuple[Cited, ...]]:
    return lambda s: s.having(*factors)


def where(
    test: Callable[[RiskFact], bool], *factors: F
) -> Callable[[Situation], tuple[Cited, ...]]:
    return lambda s: tuple(f for f in s.having(*factors) if test(f))


def since(turn: Turn) -> Callable[[Situation], tuple[Cited, ...]]:
    """Facts whose day has come."""
    return lambda s: tuple(
        f for f in s.facts if (day := turn(f, s.numbers)) is not None and s.day >= day
    )


def in_aftercare(s: Situation) -> tuple[Cited, ...]:
    def runs(fact: RiskFact) -> bool:
        over = aftercare_over(fact, s.numbers)
        return over is None or s.day < over

    return tuple(f for f in s.having(F.RF_34, F.RF_35) if runs(f))


def accumulated(s: Situation) -> tuple[Cited, ...]:
    facts = s.having(*VULNERABILITIES)
    enough = len({f.factor for f in facts}) >= s.numbers.accumulation_factors
    return facts if enough else ()


def hardship_or_girl(s: Situation) -> tuple[Cited, ...]:
    girl = s.having(F.RF_26)
    # RF-18 is only the left-behind state itself and RF-38 the system's own failing:
    # a girl with nothing but these is still "a girl alone"
    others = tuple(f for f in s.facts if f.factor not in {F.RF_18, F.RF_26, F.RF_38})
    return girl + others if girl and others else s.having(F.RF_24)


def registered(s: Situation) -> tuple[Cited, ...]:
    # whatever is recorded keeps the child on the scale, also a fact that no rule above names
    return tuple(f for f in s.facts if f.factor is not F.RF_38) + s.categories or s.facts


def lapsed_contact(s: Situation) -> tuple[Cited, ...]:
    def lapsed(fact: RiskFact) -> bool:
        day = contact_lapsed(fact, s.numbers)
        return day is None or s.day >= day

    return tuple(f for f in s.having(F.RF_38) if lapsed(f))
