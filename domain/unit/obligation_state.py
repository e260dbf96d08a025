"""周期义务 · What the rules know of a unit's duties that come back every period (T-13 … T-18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.replacing import replace
from domain.terms.oversight import DutyCode, DutyPeriod

SPRING, AUTUMN = 2, 9
"""The months in which the half years of a school begin, each of which ends with a holiday."""


def half_year(day: date) -> date:
    """The first day of the school's half year that holds this day."""
    if day.month >= AUTUMN:
        return date(day.year, AUTUMN, 1)
    return date(day.year, SPRING, 1) if day.month >= SPRING else date(day.year - 1, AUTUMN, 1)


@dataclass(frozen=True, kw_only=True)
class Obligation:
    """One duty of one period. ``presumed``: by the usual holidays, until the school calendar names this one."""

    obligation_id: UUID
    code: DutyCode
    period: DutyPeriod
    from_on: date
    due_on: date | None
    needed: int = 1
    done: int = 0
    missed: bool = False
    presumed: bool = False
    warned: bool = False

    @property
    def fulfilled(self) -> bool:
        """As many times as the text asks."""
        return self.done >= self.needed

    def covers(self, day: date) -> bool:
        """Whether ``day`` lies in this very period: a third-quarter activity never fills the second.

        A presumed end refuses nobody: what was done in the half year counts.
        """
        if self.due_on is None or self.presumed:
            return half_year(day) == self.from_on
        return self.from_on <= day <= self.due_on


@dataclass(frozen=True, kw_only=True)
class ObligationState:
    """The years opened so far, the duties owed, the holidays known."""

    year: int = 0
    owed: tuple[Obligation, ...] = ()
    holidays: frozenset[tuple[DutyPeriod, date]] = frozenset()
    """The period before a holiday, such as ``2025-SUMMER``, and the holiday's first day."""

    def find(self, obligation_id: UUID) -> Obligation | None:
        """The obligation of this id."""
        return next((o for o in self.owed if o.obligation_id == obligation_id), None)

    def due_for(self, code: str, day: date) -> Obligation | None:
        """The obligation of this code whose period holds ``day``: an open one first, a later before an older."""
        owed = sorted(self.owed, key=lambda o: (o.due_on is None, -o.from_on.toordinal()))
        fits = [o for o in owed if o.code == code and o.covers(day)]
        return next((o for o in fits if not o.fulfilled), fits[0] if fits else None)

    def holiday(self, period: str) -> date | None:
        """The first day of the holiday that ends a period, if the calendar is known."""
        return max((day for name, day in self.holidays if name == period), default=None)

    def put(self, changed: Obligation) -> ObligationState:
        """With this obligation as it is now, or added."""
        if self.find(changed.obligation_id) is None:
            return replace(self, owed=(*self.owed, changed))
        owed = tuple(changed if o.obligation_id == changed.obligation_id else o for o in self.owed)
        return replace(self, owed=owed)
