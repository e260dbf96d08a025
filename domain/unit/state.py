"""机构 · A unit as the rules see it: what it is, where, and who serves in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from domain.kernel import State
from domain.terms.units import UnitKind
from domain.unit.obligation_state import ObligationState
from domain.unit.oversight_state import OversightState
from domain.unit.workforce_state import WorkforceState


@dataclass(frozen=True, kw_only=True)
class PostHeld:
    """One person serving in one role; ``active`` until ended, suspended or barred."""

    assignment_id: UUID
    person_id: UUID
    role: str
    active: bool = True
    suspended: bool = False


@dataclass(frozen=True, kw_only=True)
class DeskContact:
    """How its desk is reached: by everybody, and by other units."""

    phone: str | None = None
    hours: str | None = None
    desk: str | None = None


class Unit(State, stream="unit", zh="机构", en="Unit"):
    """An organisation with a territory and its posts (CQ2016-6.2-f: every duty has a named person)."""

    kind: UnitKind | None = None
    division_id: str | None = None
    posts: tuple[PostHeld, ...] = field(default=())
    workforce: WorkforceState = field(default_factory=WorkforceState)
    obligations: ObligationState = field(default_factory=ObligationState)
    oversight: OversightState = field(default_factory=OversightState)
    contact: DeskContact = field(default_factory=DeskContact)
    programmes: frozenset[UUID] = frozenset()
    """Programmes with places that are still to be given."""
    rosters: tuple[tuple[date, date], ...] = ()
    """The first and last days for which a boarding school has said who is on duty."""
    rostered_until: date | None = None
    """Up to which day that leaves nobody missing."""
    boards: bool = False
    """Whether a pupil on file is known to board here."""

    @property
    def place(self) -> str | None:
        """Its territory."""
        return self.division_id

    def find(self, assignment_id: UUID) -> PostHeld | None:
        """The post held under this assignment."""
        return next((p for p in self.posts if p.assignment_id == assignment_id), None)

    def serving(self, role: str) -> int:
        """How many people serve in a role."""
        return sum(p.active and p.role == role for p in self.posts)
