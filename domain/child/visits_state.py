"""走访联系 · What the rules know of contacts and visits, and of what they brought to light."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from domain.periods import Period, add, next_due
from domain.replacing import replace
from domain.terms.visits import CadenceClass


@dataclass(frozen=True, kw_only=True)
class CadenceBasis:
    """What a cadence rests on: the facts, and what the tier demands at least."""

    causes: frozenset[UUID] = frozenset()
    enhanced_by_tier: bool = False
    contact_at_most: Period | None = None
    home_visit_at_most: Period | None = None


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """One repeated duty: how often, when last done, when next due.

    ``before`` and ``switched_on``: the interval that held until it was tightened, for what happened before that day;
    both None unless the last change tightened it.
    """

    every: Period | None = None
    before: Period | None = None
    switched_on: date | None = None
    begun_on: date | None = None
    begun_event: UUID | None = None
    last_on: date | None = None
    last_event: UUID | None = None
    next_on: date | None = None
    told_overdue: date | None = None
    """The due day whose passing has been recorded."""

    def due_after(self, done_on: date, every: Period) -> date:
        """Due again after it was done on ``done_on``; an entry from before a tightening gets no more time by it."""
        if self.switched_on is None or self.before is None:
            return add(done_on, every)
        before = add(done_on, self.before)
        return next_due(done_on, every, switched_on=self.switched_on, previous_due=before)

    def done(self, on: date, event: UUID | None, next_on: date | None) -> Rhythm:
        """With a fact that meets the duty; a late entry of an earlier one leaves the last as it is."""
        if self.last_on is not None and on < self.last_on:
            return self
        return replace(self, last_on=on, last_event=event, next_on=next_on)

    def paced(self, every: Period, next_on: date, switched_on: date, event: UUID | None) -> Rhythm:
        """With another interval from ``switched_on`` on."""
        begun = (
            self
            if self.next_on is not None
            else replace(self, every=None, begun_on=switched_on, begun_event=event)
        )
        tighter = begun.every is not None and _length(every) < _length(begun.every)
        kept = begun.every == every
        return replace(
            begun,
            every=every,
            next_on=next_on,
            before=begun.before if kept else begun.every if tighter else None,
            switched_on=begun.switched_on if kept else switched_on if tighter else None,
        )

    def stopped(self) -> Rhythm:
        """Without a next due day: the duty has ended."""
        return replace(self, every=None, before=None, switched_on=None, next_on=None)


@dataclass(frozen=True, kw_only=True)
class RuleInterval:
    """The contact interval of the texts alone, for the lapse of R-X1.

    What a tier asks for must not keep that tier up.
    """

    every: Period | None = None
    before: Period | None = None
    switched_on: date | None = None

    def paced(self, every: Period, on: date) -> RuleInterval:
        """With another interval; the one before is kept where it was longer."""
        if every == self.every:
            return self
        tighter = self.every is not None and _length(every) < _length(self.every)
        return RuleInterval(
            every=every,
            before=self.every if tighter else None,
            switched_on=on if tighter else None,
        )


def _length(period: Period) -> int:
    """To compare two intervals only."""
    return period.months * 30 + period.days


@dataclass(frozen=True, kw_only=True)
class Concern:
    """A concern about mind or behaviour that is open."""

    concern_id: UUID
    event_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Hazard:
    """A hazard that is not rectified."""

    hazard_id: UUID
    kind: str
    event_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A problem found on a visit; it stays open until it is solved."""

    problem_id: UUID
    solved: bool = False


@dataclass(frozen=True, kw_only=True)
class WarningOnFile:
    """A warning and the fact it was raised for."""

    warning_id: UUID
    cause: UUID | None = None
    closed: bool = False


@dataclass(frozen=True, kw_only=True)
class VisitsState:
    """The cadence, the two duties, and what is open from them."""

    cadence: str = CadenceClass.NORMAL
    basis: CadenceBasis | None = None
    """What the cadence in force rests on; None while there is no duty to visit."""
    contact: Rhythm = field(default_factory=Rhythm)
    home_visit: Rhythm = field(default_factory=Rhythm)
    by_rule: RuleInterval = field(default_factory=RuleInterval)
    concerns: tuple[Concern, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[WarningOnFile, ...] = ()
    followed_since: date | None = None
    follow_up_on: date | None = None
    """Until when the child is to be seen again; none where it is followed up no longer."""

    @property
    def in_force(self) -> bool:
        """Whether the director has the duty to contact and visit."""
        return self.basis is not None

    @property
    def last_contact_on(self) -> date | None:
        """The last day with a contact that counts."""
        return self.contact.last_on

    @property
    def last_home_visit_on(self) -> date | None:
        """The last day with a home visit."""
        return self.home_visit.last_on

    @property
    def next_contact_on(self) -> date | None:
        """The last day on which the next contact is in time."""
        return self.contact.next_on

    @property
    def next_home_visit_on(self) -> date | None:
        """The last day on which the next home visit is in time."""
        return self.home_visit.next_on

    def concern(self, concern_id: UUID) -> Concern | None:
        """The open concern of this id."""
        return next((c for c in self.concerns if c.concern_id == concern_id), None)

    def hazard(self, hazard_id: UUID) -> Hazard | None:
        """The hazard of this id that is not rectified."""
        return next((h for h in self.hazards if h.hazard_id == hazard_id), None)

    def problem(self, problem_id: UUID) -> Problem | None:
        """The problem of this id."""
        return next((p for p in self.problems if p.problem_id == problem_id), None)

    def warning(self, warning_id: UUID) -> WarningOnFile | None:
        """The warning of this id."""
        return next((w for w in self.warnings if w.warning_id == warning_id), None)

    def warned_of(self, cause: UUID | None) -> bool:
        """Whether a warning was raised for this fact."""
        return cause is not None and any(w.cause == cause for w in self.warnings)
