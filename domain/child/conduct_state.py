"""行为矫治 · What the rules know of serious misconduct: open conduct cases and who corrects (CQ2024-2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class ConductCase:
    """One matter, the event that opened it, and its programmes with their correctors."""

    conduct_id: UUID
    event_id: UUID | None = None
    programmes: tuple[tuple[UUID, UUID], ...] = ()
    in_special_education: bool = False

    @property
    def in_correction(self) -> bool:
        """Enrolled in help and correction, or placed for special education."""
        return bool(self.programmes) or self.in_special_education


@dataclass(frozen=True, kw_only=True)
class ConductState:
    """What is open; nothing of it shows outside (domain model A.2 rule 7)."""

    cases: tuple[ConductCase, ...] = ()

    def case(self, conduct_id: UUID) -> ConductCase | None:
        """The open matter of this id."""
        return next((c for c in self.cases if c.conduct_id == conduct_id), None)

    def kept(self, case: ConductCase) -> ConductState:
        """With this matter as it stands now."""
        others = tuple(c for c in self.cases if c.conduct_id != case.conduct_id)
        return ConductState(cases=(*others, case))

    def ended(self, conduct_id: UUID) -> ConductState:
        """Without this matter."""
        return ConductState(cases=tuple(c for c in self.cases if c.conduct_id != conduct_id))
