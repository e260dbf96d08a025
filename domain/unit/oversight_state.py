"""督导 · What the rules know of inspections, hazards of sites, reports, opinion and extracts of a unit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.replacing import replace


class FindingStatus(StrEnum):
    """How far a finding has come."""

    FOUND = "FOUND"
    ORDERED = "ORDERED"
    COMPLETED = "COMPLETED"


@dataclass(frozen=True, kw_only=True)
class OversightState:
    """Findings by id, hazards by id (open or not), years reported and received, open opinion warnings."""

    findings: tuple[tuple[UUID, FindingStatus], ...] = ()
    hazards: tuple[tuple[UUID, bool], ...] = ()
    reported: frozenset[int] = frozenset()
    received: frozenset[int] = frozenset()
    opinions: tuple[tuple[UUID, bool], ...] = ()

    @property
    def open_findings(self) -> int:
        """Findings not yet put right."""
        return sum(status is not FindingStatus.COMPLETED for _, status in self.findings)

    def finding(self, finding_id: UUID) -> FindingStatus | None:
        """How a finding stands."""
        return dict(self.findings).get(finding_id)

    def with_finding(self, finding_id: UUID, status: FindingStatus) -> OversightState:
        """With a finding as it stands now."""
        return replace(self, findings=tuple({**dict(self.findings), finding_id: status}.items()))

    def with_hazard(self, hazard_id: UUID, *, is_open: bool) -> OversightState:
        """With a hazard of a site found or put right."""
        return replace(self, hazards=tuple({**dict(self.hazards), hazard_id: is_open}.items()))

    def with_opinion(self, warning_id: UUID, *, is_open: bool) -> OversightState:
        """With a public-opinion warning raised or answered."""
        return replace(self, opinions=tuple({**dict(self.opinions), warning_id: is_open}.items()))
