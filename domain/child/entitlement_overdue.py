"""应助尽助 · A child that qualifies and about whom nobody decides: the breach shows (CQ2024-1-e, SH2020-4.3-d)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.child.entitlement_rules import with_item
from domain.child.state import Child
from domain.kernel import Command, Event
from domain.periods import local_date
from domain.sensitivity import P0, P2, P3_AID
from domain.terms.entitlements import EntitlementType
from domain.terms.units import UnitKind


class EntitlementDecisionOverdue(
    Event[Child],
    name="child.entitlement_decision_overdue",
    zh="待遇认定逾期",
    en="Decision on assistance overdue",
):
    """``entitlement_by`` is the day that has passed."""

    entitlement_item_id: Annotated[UUID, P0]
    entitlement: Annotated[EntitlementType | None, P3_AID] = None
    entitlement_by: Annotated[date, P2]
    entitlement_unit_id: Annotated[UUID | None, P2] = None
    escalated_to_unit_id: Annotated[UUID | None, P2] = None

    def evolve(self, state: Child) -> Child:
        return with_item(state, self.entitlement_item_id, overdue=True)


class NoteEntitlementOverdue(
    Command[Child],
    name="child.note_entitlement_overdue",
    zh="登记待遇认定逾期",
    en="Note that a decision on assistance is overdue",
    clauses=("CQ2024-1-e", "SH2020-4.3-d", "CQ2016-4.3-f", "SH2024-2.3.8-a", "CN2017-5.1-ag"),
    by_system=True,
):
    """Put when the day is over; silent once it is decided, and about what is told already."""

    entitlement_item_id: Annotated[UUID, P0]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        item = state.entitlements.item(self.entitlement_item_id)
        if item is None or not item.undecided or item.overdue or item.decide_by is None:
            return
        if local_date(self.at) <= item.decide_by:
            return
        city = self.directory.owner_for(
            UnitKind.CITY_CIVIL_AFFAIRS, state.place, self.divisions, self.rules.on
        )
        yield EntitlementDecisionOverdue(
            entitlement_item_id=item.item_id,
            entitlement=EntitlementType(item.entitlement) if item.entitlement else None,
            entitlement_by=item.decide_by,
            entitlement_unit_id=item.unit_id,
            escalated_to_unit_id=city.id if city else None,
        )
