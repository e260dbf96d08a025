"""安置与风险 · The risk facts that a placement opens and changes: RF-34, RF-35, RF-37, child by child."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from domain.case.placement_state import Placement
from domain.factbook import FactBook
from domain.kernel import Event
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.terms.placement import PlacementKind


def guardianship_begins(facts: FactBook, placement: Placement, event: Event[Any]) -> FactBook:
    """In temporary guardianship (CN2017-5.1-e), or, after a sudden event, with a carer (RF-37)."""
    if placement.kind is PlacementKind.TEMP_LIVING_CARE:
        return facts.opened(RiskFactor.RF_37, event, child_id=placement.child_id, carer_named=True)
    if not placement.is_guardianship:
        return facts
    facts = _without(facts, RiskFactor.RF_35, placement.child_id)
    return facts.opened(RiskFactor.RF_35, event, child_id=placement.child_id)


def guardianship_ends(facts: FactBook, placement: Placement, on: date | None) -> FactBook:
    """Just out of it: the fact stays for the months of key attention (R-H4)."""
    facts = _without(facts, RiskFactor.RF_37, placement.child_id)
    ended = (
        replace(f, ended_on=on)
        if f.factor is RiskFactor.RF_35 and f.child_id in {None, placement.child_id}
        else f
        for f in facts.facts
    )
    return FactBook(tuple(ended))


def returned_home(facts: FactBook, child_id: UUID | None, event: Event[Any]) -> FactBook:
    """Back in the family after intervention (SH2024-2.2.6-b)."""
    return _without(facts, RiskFactor.RF_34, child_id).opened(
        RiskFactor.RF_34, event, child_id=child_id
    )


def _without(facts: FactBook, factor: RiskFactor, child_id: UUID | None) -> FactBook:
    left = (f for f in facts.facts if not (f.factor is factor and f.child_id in {None, child_id}))
    return FactBook(tuple(left))
