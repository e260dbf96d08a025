"""属地争议 · Two places, two units: it goes to the common superior, and meanwhile nobody lets go of the child."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.child.places import REASON_MISSING, assigned, known_place, superior_decides
from domain.child.state import ON_FILE, Child
from domain.divisions import Level
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P2, P3
from domain.terms.places import DivisionId
from domain.terms.units import UnitKind

name_fields(
    dispute_grounds=("争议理由", "Grounds of the dispute"),
    claiming_units=("争议单位", "Units in dispute"),
    superior_unit_id=("共同上级", "Common superior"),
    decided_by_unit=("裁定单位", "Decided by"),
)

NO_DISPUTE = Refusal("no_dispute", zh="没有待裁定的属地争议", en="No dispute is open")


class JurisdictionDisputeRaised(
    Event[Child], name="child.jurisdiction_dispute_raised", zh="属地争议已提出", en="Dispute raised"
):
    claiming_units: Annotated[tuple[UUID, ...], P2]
    dispute_grounds: Annotated[str, P3]
    owner_unit_id: Annotated[UUID | None, P2]
    superior_unit_id: Annotated[UUID | None, P2]

    def evolve(self, state: Child) -> Child:
        return replace(
            state, file=replace(state.file, in_dispute=True, dispute_unit_id=self.superior_unit_id)
        )


class RaiseJurisdictionDispute(
    Command[Child],
    name="child.raise_jurisdiction_dispute",
    zh="提出属地争议",
    en="Raise a dispute over jurisdiction",
    when=ON_FILE,
    clauses=("CN2017-2-g",),
):
    """The unit in charge keeps acting until it is decided."""

    claiming_units: Annotated[tuple[UUID, ...], P2]
    dispute_grounds: Annotated[str, P3]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if state.file.in_dispute:
            return
        yield JurisdictionDisputeRaised.of(
            self,
            owner_unit_id=state.file.owner_unit_id,
            superior_unit_id=self._superior(state.file.owner_division),
        )

    def _superior(self, owner: str | None) -> UUID | None:
        """The district over all of them; the city where they lie in different districts."""
        units = (self.directory.units.get(u) for u in self.claiming_units)
        places = [u.division_id for u in units if u is not None] + ([owner] if owner else [])
        districts = {
            d.id if (d := self.divisions.ancestor(place, Level.DISTRICT)) else place
            for place in places
        }
        kind = UnitKind.CITY_CIVIL_AFFAIRS
        if len(districts) == 1:
            kind = UnitKind.DISTRICT_CIVIL_AFFAIRS
        found = self.directory.owner_for(kind, places[0], self.divisions) if places else None
        return found.id if found else None


class JurisdictionDisputeDecided(
    Event[Child],
    name="child.jurisdiction_dispute_decided",
    zh="属地争议已裁定",
    en="Dispute decided",
):
    township_division: Annotated[DivisionId, P2]
    jurisdiction_reason: Annotated[str, P3]
    decided_by_unit: Annotated[UUID | None, P2] = None

    def evolve(self, state: Child) -> Child:
        return replace(state, file=replace(state.file, in_dispute=False))


class DecideJurisdictionDispute(
    Command[Child],
    name="child.decide_jurisdiction_dispute",
    zh="裁定属地争议",
    en="Decide a dispute over jurisdiction",
    when=ON_FILE,
    clauses=("CN2017-2-g", "CQ2024-4-d"),
):
    township_division: Annotated[DivisionId, P2]
    jurisdiction_reason: Annotated[str, P3]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if not state.file.in_dispute:
            raise NO_DISPUTE(field="townshipDivision")
        superior_decides(self, state.file.dispute_unit_id)
        known_place(self, self.township_division, "townshipDivision")
        if not self.jurisdiction_reason.strip():
            raise REASON_MISSING(cite=self.rules.binding("CN2017-2-g"), field="jurisdictionReason")
        yield JurisdictionDisputeDecided.of(self, decided_by_unit=self.by.unit_id)
        new = assigned(
            self, state.file, decided=self.township_division, why=self.jurisdiction_reason
        )
        if new is not None:
            yield new
