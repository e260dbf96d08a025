"""走访频次 · How often the director contacts and visits, and by when (T-01 … T-04, SH2024-2.3.7-c, SH2024-2.3.7-d).

The class follows from facts, never from a choice: 严重 is asked of parents only, not of the child. Packs that say
定期 without a number take the platform's. A tier may shorten an interval and never lengthens one (domain model F.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Self
from uuid import UUID

from domain.child.file_state import FileStatus
from domain.child.standing import id_of
from domain.child.state import Child
from domain.child.visits_state import CadenceBasis, Rhythm
from domain.kernel import Command, Event, Value
from domain.labels import name_fields
from domain.periods import Period, add, local_date, next_due, under
from domain.replacing import replace
from domain.risk import DEFAULT_SCALE, RiskFactor
from domain.rules_in_force import Rules
from domain.sensitivity import P2, P2_STANDING, P4
from domain.terms.visits import CadenceClass

name_fields(
    months=("月", "Months"),
    days=("天", "Days"),
    cadence=("走访频次等级", "Cadence class"),
    cadence_causes=("频次依据事项", "Facts behind the cadence"),
    counted_from=("起算日期", "Counted from"),
    switched_on=("变更日期", "Changed on"),
    contact_every=("联系周期", "Contact interval"),
    home_visit_every=("入户走访周期", "Home-visit interval"),
    contact_by_rule=("规定联系周期", "Contact interval by rule"),
    next_contact_on=("下次联系期限", "Next contact by"),
    contact_warn_on=("联系预警日期", "Warn of the contact on"),
    next_home_visit_on=("下次入户走访期限", "Next home visit by"),
    home_visit_warn_on=("入户走访预警日期", "Warn of the home visit on"),
)

FACTORS = {
    "PARENT_SEVERE_PHYSICAL_OR_INTELLECTUAL_DISABILITY": RiskFactor.RF_19,
    "CHILD_PHYSICAL_OR_INTELLECTUAL_DISABILITY": RiskFactor.RF_20,
    "CHILD_PSYCH_OR_BEHAVIOUR_ABNORMAL": RiskFactor.RF_21,
}
"""The situations of SH2024-2.3.7-d as the risk facts they are."""


class Interval(Value):
    """A length of time on the calendar: whole months, then days."""

    months: Annotated[int, P2] = 0
    days: Annotated[int, P2] = 0

    @classmethod
    def of(cls, period: Period) -> Self:
        """The interval of a rule."""
        return cls(months=period.months, days=period.days)

    @property
    def period(self) -> Period:
        """To be added to a day."""
        return Period(months=self.months, days=self.days)


@dataclass(frozen=True, kw_only=True)
class Cadence:
    """A cadence by the rules in force: class, facts, intervals, and how many days before to warn."""

    cadence: CadenceClass
    causes: tuple[UUID, ...]
    contact: Period
    home_visit: Period
    contact_by_rule: Period
    """Of the class that the facts alone give, whatever the tier asks for."""
    contact_warn_days: int
    home_visit_warn_days: int


def is_visited(child: Child, rules: Rules, today: date) -> bool:
    """Whether anybody has to contact and visit by this file: of a minor, or of a child that is still in a category.

    As of the day it is asked, not of the day that the ``rules`` are of: nobody is visited on a day that is past.

    Every text visits children; the end of a category is decided, and until then it stands (D.7). A child in a placement
    is visited all the same: SH2024-2.3.7-c asks it for every child on file and no text gives it to the site, nor tells
    a village where a child is kept safe. Where it lives for long is told as its residence, and its visits go there.
    """
    file, adult = child.file, rules.count("adult_age")
    minor = file.birth_on is None or under(file.birth_on, adult, today)
    return file.status is FileStatus.OPEN and (minor or bool(file.held))


def cadence_basis(child: Child) -> CadenceBasis:
    """What a cadence rests on, so that a change of it can be seen without the rules."""
    tier = DEFAULT_SCALE.find(child.tier.tier or "")
    # a tier above one that is visited more often is never visited less
    below = [t for t in DEFAULT_SCALE.tiers if tier is not None and t.rank >= tier.rank]
    return CadenceBasis(
        causes=frozenset(f.event_id for f in child.facts.facts if f.factor in FACTORS.values()),
        enhanced_by_tier=any(t.cadence_class == CadenceClass.ENHANCED for t in below),
        contact_at_most=tier.contact if tier else None,
        home_visit_at_most=tier.home_visit if tier else None,
    )


def cadence_for(child: Child, rules: Rules) -> Cadence:
    """The cadence of a child by the rules in force, shortened where its tier asks for more."""
    basis = cadence_basis(child)
    wanted = {FACTORS.get(code) for code in rules.codes("enhanced_cadence_facts")}
    causes = tuple(f.event_id for f in child.facts.facts if f.factor in wanted)
    enhanced = bool(causes) or basis.enhanced_by_tier
    kind = CadenceClass.ENHANCED if enhanced else CadenceClass.NORMAL
    name = kind.lower()
    contact = rules.duration(f"contact_interval_{name}")
    home_visit = rules.duration(f"home_visit_interval_{name}")
    return Cadence(
        cadence=kind,
        causes=causes,
        contact=_counted(_shorter(contact, basis.contact_at_most, rules.on), rules),
        home_visit=_counted(_shorter(home_visit, basis.home_visit_at_most, rules.on), rules),
        contact_by_rule=rules.duration(
            "contact_interval_enhanced" if causes else "contact_interval_normal"
        ),
        contact_warn_days=rules.days(f"contact_{name}_warn_days"),
        home_visit_warn_days=rules.days(f"home_visit_{name}_warn_days"),
    )


def _counted(every: Period, rules: Rules) -> Period:
    """每个月: rolling, or by the calendar month, as the rule owner decides (I.16); weeks always roll."""
    by_month = bool(every.months) and not every.days and not rules.flag("cadence_rolling")
    return replace(every, to_month_end=by_month)


def _shorter(by_rule: Period, at_most: Period | None, on: date) -> Period:
    if at_most is None or add(on, by_rule) <= add(on, at_most):
        return by_rule
    return at_most


def warn_on(due: date | None, days: int, known_on: date) -> date | None:
    """Some days before it is due, and not before it is known; a short interval may warn on its own due day."""
    if due is None:
        return None
    return min(due, max(known_on, due - timedelta(days=days)))


def due_after(rhythm: Rhythm, done_on: date, every: Period) -> date | None:
    """Due again after a fact on ``done_on``, never sooner; one from before the duty, or the last one, moves nothing."""
    before_last = rhythm.last_on is not None and done_on < rhythm.last_on
    before_duty = rhythm.begun_on is not None and done_on < rhythm.begun_on
    if rhythm.next_on is None or before_last or before_duty:
        return rhythm.next_on
    return max(rhythm.next_on, rhythm.due_after(done_on, every))


def due_again(rhythm: Rhythm, every: Period) -> date | None:
    """Due after the last fact that still stands, or after the beginning of the duty; nothing where none runs."""
    if rhythm.every is None or rhythm.begun_on is None:
        return None
    return rhythm.due_after(max(rhythm.last_on or rhythm.begun_on, rhythm.begun_on), every)


def due_on_switch(rhythm: Rhythm, every: Period, since: date) -> date:
    """The first due day of a new interval: from the opening, tightened without more time, relaxed without less."""
    if rhythm.next_on is None or rhythm.every is None:
        return add(since, every)
    last = rhythm.last_on or rhythm.begun_on or since
    last = max(last, rhythm.begun_on or last)
    if every == rhythm.every:
        return rhythm.next_on
    if add(since, every) < add(since, rhythm.every):
        return next_due(last, every, switched_on=since, previous_due=rhythm.next_on)
    return max(rhythm.next_on, add(last, every))


class CadenceClassSet(
    Event[Child],
    name="child.cadence_class_set",
    zh="走访频次已确定",
    en="Cadence class set",
    existence=P4,
):
    """The head and the tasks tell the director how often, never why; that it changed in this minute tells why."""

    cadence: Annotated[CadenceClass, P2_STANDING]
    cadence_causes: Annotated[tuple[UUID, ...], P2] = ()
    switched_on: Annotated[date, P2]
    contact_every: Annotated[Interval, P2]
    home_visit_every: Annotated[Interval, P2]
    contact_by_rule: Annotated[Interval, P2]
    next_contact_on: Annotated[date, P2]
    contact_warn_on: Annotated[date | None, P2] = None
    next_home_visit_on: Annotated[date, P2]
    home_visit_warn_on: Annotated[date | None, P2] = None

    def evolve(self, state: Child) -> Child:
        visits, event, on = state.visits, id_of(self), self.switched_on
        contact, home = self.contact_every.period, self.home_visit_every.period
        visits = replace(
            visits,
            cadence=self.cadence,
            basis=cadence_basis(state),
            contact=visits.contact.paced(contact, self.next_contact_on, on, event),
            home_visit=visits.home_visit.paced(home, self.next_home_visit_on, on, event),
            by_rule=visits.by_rule.paced(self.contact_by_rule.period, on),
        )
        return replace(state, visits=visits)


class VisitingEnded(
    Event[Child], name="child.visiting_ended", zh="定期走访终止", en="Regular visiting ended"
):
    """The file is dormant or closed, or its child of age: nothing falls due any more."""

    def evolve(self, state: Child) -> Child:
        visits = state.visits
        visits = replace(
            visits,
            cadence=CadenceClass.NORMAL,
            basis=None,
            contact=visits.contact.stopped(),
            home_visit=visits.home_visit.stopped(),
        )
        return replace(state, visits=visits)


class SetCadenceClass(
    Command[Child],
    name="child.set_cadence_class",
    zh="确定走访频次",
    en="Set the cadence class",
    clauses=("SH2024-2.3.7-c", "SH2024-2.3.7-d", "SH2020-3.2-c", "CQ2016-3.2-e", "CQ2024-4-f"),
    by_system=True,
):
    """``counted_from``: the day the file was opened, or the fact was recorded."""

    counted_from: Annotated[date, P2]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        visits, since = state.visits, self.counted_from
        if not is_visited(state, self.rules, local_date(self.at)):
            if visits.in_force:
                yield VisitingEnded()
            return
        new = cadence_for(state, self.rules)
        stands = (visits.contact.every, visits.home_visit.every, visits.basis)
        if stands == (new.contact, new.home_visit, cadence_basis(state)):
            return
        contact = due_on_switch(visits.contact, new.contact, since)
        home_visit = due_on_switch(visits.home_visit, new.home_visit, since)
        yield CadenceClassSet(
            cadence=new.cadence,
            cadence_causes=new.causes,
            switched_on=since,
            contact_every=Interval.of(new.contact),
            home_visit_every=Interval.of(new.home_visit),
            contact_by_rule=Interval.of(new.contact_by_rule),
            next_contact_on=contact,
            contact_warn_on=warn_on(contact, new.contact_warn_days, since),
            next_home_visit_on=home_visit,
            home_visit_warn_on=warn_on(home_visit, new.home_visit_warn_days, since),
        )
