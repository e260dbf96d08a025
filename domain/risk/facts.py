"""What the rules look at: a fact as it stands on a child's file, reduced to the few answers F.3
asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.labels import Term
from domain.periods import Period
from domain.risk.factors import RiskFactor
from domain.sensitivity import P0, Sensitivity


class Access(Term):
    """嫌疑人能否接触儿童 · Whether the person suspected of violence or infringement can still get to the child."""

    HAS_ACCESS = "HAS_ACCESS", "可接触儿童", "Has access to the child"
    NO_ACCESS = "NO_ACCESS", "无法接触儿童", "Has no access to the child"
    UNKNOWN = "UNKNOWN", "不明", "Not known"


@dataclass(frozen=True, kw_only=True)
class CategoryOnFile:
    """A category the child is registered under, and the event that entered it."""

    code: str
    event_id: UUID
    clauses: tuple[str, ...] = ()
    """The clauses of its definition, in the pack it was entered under."""


@dataclass(frozen=True, kw_only=True)
class RiskFact:
    """One risk factor that stands open, since when, and what is known about it.

    Only facts that have not ended are facts; one that proved unfounded or is over is left out.
    Every default is what is to be assumed while nothing is recorded, so that silence never makes a
    child look safer. Raises ``ValueError`` where ``since`` has no time zone.
    """

    factor: RiskFactor
    event_id: UUID
    """The event that recorded it: what the explanation cites."""
    since: datetime
    """When it began; for RF-38 the last contact that counts, for RF-34 the return to the family."""
    child_id: UUID | None = None
    packs: tuple[tuple[str, int], ...] | None = None
    """The rule packs in force on the day of the fact; where given, only their clauses are cited."""
    suspected: bool = False
    """Suspected, not yet established. No rule asks: a suspicion is enough (F.3, R-E4)."""
    access: Access = Access.UNKNOWN
    """RF-06, RF-08, RF-10, RF-11: of the suspected person. Not known counts as access."""
    handled: bool = False
    """RF-06, RF-08, RF-10, RF-11: the police have dealt with it."""
    carer_named: bool = False
    """RF-33, RF-37: somebody is recorded who looks after the child."""
    in_emergency: bool = True
    """RF-13: the emergency in which the parents could not be reached is still open."""
    escorted: bool = False
    """RF-13: the child has been brought to somebody."""
    informed_on: date | None = None
    """RF-17: the day the parents were told of the concern."""
    answered: bool = False
    """RF-17: the parents have answered since."""
    persuasion_failed: bool = False
    """RF-27: persuading the child to return to school has failed."""
    in_correction: bool = False
    """RF-29: enrolled in help and correction (帮教矫治)."""
    rectified: bool = False
    """RF-32: the hazard has been removed."""
    ended_on: date | None = None
    """RF-35: the day temporary guardianship ended; none while it lasts."""
    cadence: Period | None = None
    """RF-38: the contact cadence that binds; where none is known the lapse counts at once."""
    existence: Sensitivity = P0
    """What it tells to know of it: as much as to know that its event happened."""

    def __post_init__(self) -> None:
        """A moment without a zone belongs to no day."""
        if self.since.utcoffset() is None:
            raise ValueError(f"{self.factor}: since needs a time zone")

    @property
    def stands(self) -> bool:
        """Whether it still weighs on the child: a rectified hazard does not."""
        return not (self.factor is RiskFactor.RF_32 and self.rectified)

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses that name it, of the packs in force on its own day; empty means platform
        default.
        """
        if self.packs is None:
            return self.factor.clauses
        bound = {pack for pack, _ in self.packs}
        return tuple(c for c in self.factor.clauses if c.partition("-")[0] in bound)
