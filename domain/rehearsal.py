"""试运行 · What a changed rule pack would move for one child, decided by the rules themselves and recorded nowhere.

Both the present rules and the changed ones are put to the child as it stands today, so that only their difference is
told: a tier, a visiting cadence, the next due days, a category that would lose or gain its definition. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.case.state import Case
from domain.child.cadence import SetCadenceClass
from domain.child.state import Child
from domain.child.tier_outlook import ALONE_BELOW, outlook
from domain.child.visits_state import Rhythm
from domain.context import Context
from domain.divisions import Divisions
from domain.kernel import decide, evolve
from domain.labels import Term
from domain.periods import add, local_date, under
from domain.replacing import replace
from domain.risk import DEFAULT_NUMBERS, DEFAULT_SCALE, NO_TIER, Numbers, Scale
from domain.rules_in_force import Rules
from domain.workdays import Workdays


class Moved(Term):
    """变动内容 · What of a child would be another under the changed rules."""

    TIER = "TIER", "风险等级", "Risk tier"
    CADENCE = "CADENCE", "走访频次", "Visiting cadence"
    CONTACT_DUE = "CONTACT_DUE", "下次联系期限", "Next contact due"
    HOME_VISIT_DUE = "HOME_VISIT_DUE", "下次入户走访期限", "Next home visit due"
    CATEGORY = "CATEGORY", "类别", "Category"
    TASK_DUE = "TASK_DUE", "任务时限", "Due date of a task"


class Direction(Term):
    """变动方向 · More is a higher tier, more visits, an earlier day, a category gained; less is the other way."""

    MORE = "MORE", "加强", "More"
    LESS = "LESS", "放宽", "Less"


@dataclass(frozen=True, kw_only=True)
class Move:
    """One thing that would be another for one child. ``before`` and ``after``: codes, or how much sooner or later."""

    child_id: UUID | None
    what: Moved
    direction: Direction
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """What judges: the packs in force at the child's place, and the risk scale with its numbers."""

    rules: Rules
    numbers: Numbers = DEFAULT_NUMBERS
    scale: Scale = DEFAULT_SCALE


@dataclass(frozen=True, kw_only=True)
class _Stand:
    """How a child would stand."""

    tier: str
    rank: int
    cadence: str
    apart: tuple[date | None, date | None]
    """Until when the next contact and the next home visit would be due for somebody visited today."""
    contact_on: date | None
    home_visit_on: date | None
    categories: frozenset[str]


def moves(
    child: Child, cases: Iterable[Case], at: datetime, *, present: RuleSet, changed: RuleSet
) -> Iterator[Move]:
    """What would be another for this child at this moment; nothing where both sets of rules say the same."""
    known = tuple(cases)
    before, after = (_stand(child, known, at, one) for one in (present, changed))
    if before.tier != after.tier:
        yield _move(child, Moved.TIER, before.tier, after.tier, more=after.rank < before.rank)
    if before.cadence != after.cadence:
        more = any(_earlier(*one) for one in zip(after.apart, before.apart, strict=True))
        yield _move(child, Moved.CADENCE, before.cadence, after.cadence, more=more)
    yield from _due(child, Moved.CONTACT_DUE, before.contact_on, after.contact_on)
    yield from _due(child, Moved.HOME_VISIT_DUE, before.home_visit_on, after.home_visit_on)
    for code in sorted(before.categories - after.categories):
        yield _move(child, Moved.CATEGORY, code, "NONE", more=False)
    for code in sorted(after.categories - before.categories):
        yield _move(child, Moved.CATEGORY, "NONE", code, more=True)


def _stand(child: Child, cases: tuple[Case, ...], at: datetime, by: RuleSet) -> _Stand:
    context = Context(
        at=at,
        occurred_at=at,
        place=child.place,
        _rules=by.rules,
        _workdays=Workdays.load(),
        _divisions=Divisions.load(),
        late_because="试运行",
    )
    command = replace(SetCadenceClass(counted_from=local_date(at)), context=context)
    state = child
    for event in decide(child, command):
        state = evolve(state, event)
    alone_below = by.rules.count(ALONE_BELOW)
    seen = outlook(state, cases, at, alone_below=alone_below, numbers=by.numbers, scale=by.scale)
    tier = seen.assessed.tier
    visits = state.visits
    return _Stand(
        tier=tier.code if tier else NO_TIER,
        rank=tier.rank if tier else len(by.scale.tiers) + 1,
        cadence=f"{visits.cadence} {visits.contact.every} {visits.home_visit.every}",
        apart=(_next(visits.contact, at), _next(visits.home_visit, at)),
        contact_on=visits.next_contact_on,
        home_visit_on=visits.next_home_visit_on,
        categories=frozenset(_defined(child, by.rules, local_date(at))),
    )


def _next(rhythm: Rhythm, at: datetime) -> date | None:
    return add(local_date(at), rhythm.every) if rhythm.every else None


def _defined(child: Child, rules: Rules, today: date) -> Iterator[str]:
    """The categories the child is entered under that these rules define for somebody of its age."""
    known = rules.categories()
    for held in child.file.held:
        definition = known.get(held.code)
        if definition is None:
            continue
        age_below, birth = definition.age_below, child.file.birth_on
        if age_below is None or birth is None or under(birth, age_below, today):
            yield held.code


def _due(child: Child, what: Moved, before: date | None, after: date | None) -> Iterator[Move]:
    if before != after:
        more = _earlier(after, before)
        yield _move(child, what, _days(before, before), _days(before, after), more=more)


def _days(before: date | None, day: date | None) -> str:
    """How far from the present day, so that moves of one kind count together: ``-16D``, ``0D``, ``NONE``."""
    if day is None:
        return "NONE"
    return f"{(day - before).days:+d}D" if before and day != before else "0D"


def _earlier(one: date | None, other: date | None) -> bool:
    return one is not None and (other is None or one < other)


def _move(child: Child, what: Moved, before: str, after: str, *, more: bool) -> Move:
    direction = Direction.MORE if more else Direction.LESS
    return Move(child_id=child.id, what=what, direction=direction, before=before, after=after)
