"""队伍 · What the rules know of a unit's people: checks, vacancies, the director ratio, who was trained (D.10)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.replacing import replace
from domain.terms.workforce import DEPUTIES, CheckResult


@dataclass(frozen=True, kw_only=True)
class CheckHeld:
    """A check asked for one person and one role; ``result`` is None while the police have not answered."""

    check_id: UUID
    person_id: UUID
    role: str
    result: CheckResult | None = None


@dataclass(frozen=True, kw_only=True)
class OfficeHeld:
    """Somebody leading the station."""

    office_id: UUID
    office: str
    prosecutor: bool
    active: bool = True

    @property
    def prosecutor_deputy(self) -> bool:
        """检察官兼任副站长 (SH2024-2.1.1-c): a prosecutor who heads the station is no deputy of it."""
        return self.active and self.prosecutor and self.office in DEPUTIES


@dataclass(frozen=True, kw_only=True)
class WorkforceState:
    """Checks asked here, bans recorded here, posts found empty, officers of the station, trainings held."""

    checks: tuple[CheckHeld, ...] = ()
    bars: tuple[tuple[UUID, UUID, bool], ...] = ()
    """Bans recorded by this authority: id, person, whether it stands."""
    vacancies: frozenset[str] = frozenset()
    children: int = 0
    """Children on file in the village, each once."""
    breached: bool = False
    """More children than one director should have."""
    relieved: bool = False
    """A director more serves, or was appointed since then."""
    officers: tuple[OfficeHeld, ...] = ()
    trained: frozenset[tuple[int, str, UUID]] = frozenset()
    """Year, level and person of every training of directors held by this unit."""

    def check(self, check_id: UUID) -> CheckHeld | None:
        """The check of this id."""
        return next((c for c in self.checks if c.check_id == check_id), None)

    def check_of(self, person_id: UUID, role: str) -> CheckHeld | None:
        """The last check of a person for a role."""
        found = (c for c in reversed(self.checks) if (c.person_id, c.role) == (person_id, role))
        return next(found, None)

    def answered(self, check_id: UUID, result: CheckResult) -> WorkforceState:
        """With the answer to a check."""
        checks = tuple(
            replace(c, result=result) if c.check_id == check_id else c for c in self.checks
        )
        return replace(self, checks=checks)

    def without_check(self, person_id: UUID, role: str) -> WorkforceState:
        """An engagement that ended takes its check with it: the next one is asked anew."""
        checks = tuple(c for c in self.checks if (c.person_id, c.role) != (person_id, role))
        return replace(self, checks=checks)
