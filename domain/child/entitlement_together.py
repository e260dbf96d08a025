"""同步享受 · What comes with another entitlement the same day (SH2024-2.3.8-c, CN2017-3.2-b); adjusted standards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from domain.child.entitlement_decision import REASON_NEEDED, STANDARD_NEEDED, own_decision
from domain.child.entitlement_rules import cite, deciding_unit, the_item, with_item
from domain.child.entitlement_state import EntitlementStatus, Item
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3, P3_AID
from domain.terms.entitlements import EntitlementRoute, EntitlementType

name_fields(
    comes_with=("所依据的待遇", "The entitlement it comes with"),
    synchronise_by=("同步办理时限", "Synchronise by"),
    adjusted_from_on=("新标准执行日", "New standard from"),
    adjustment_basis=("调整依据", "Basis of the adjustment"),
)

NOT_HELD = Refusal("entitlement_not_held", zh="未享受该待遇", en="The child does not hold this one")


class EntitlementSynchronised(
    Event[Child], name="child.entitlement_synchronised", zh="待遇同步办理", en="Synchronised"
):
    """Eligible without a question of its own; the department decides the same day."""

    entitlement_item_id: Annotated[UUID, P0]
    newly_opened: Annotated[bool, P0] = True
    entitlement: Annotated[EntitlementType, P3_AID]
    comes_with: Annotated[EntitlementType, P3_AID]
    entitlement_unit_id: Annotated[UUID | None, P2] = None
    synchronise_by: Annotated[date, P2]

    def evolve(self, state: Child) -> Child:
        status = EntitlementStatus.ELIGIBLE
        found = state.entitlements.item(self.entitlement_item_id)
        item = replace(
            found or Item(item_id=self.entitlement_item_id, entitlement=None, status=status),
            entitlement=self.entitlement.value,
            status=status,
            route=EntitlementRoute.SYNCHRONISED.value,
            source=self.comes_with.value,
            unit_id=self.entitlement_unit_id,
            decide_by=self.synchronise_by,
        )
        return replace(state, entitlements=state.entitlements.put(item))


class SynchroniseEntitlements(
    Command[Child],
    name="child.synchronise_entitlements",
    zh="同步办理待遇",
    en="Synchronise entitlements",
    clauses=(
        "SH2024-2.3.8-c",
        "CN2017-3.2-b",
        "CN2017-5.1-h",
    ),
    by_system=True,
):
    """Put in the breath of the grant; silent about what is held, and about what the family has declined."""

    comes_with: Annotated[EntitlementType, P3_AID]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if self.comes_with not in self.rules.codes("entitlements_synchronised_from"):
            return
        if not state.entitlements.has(self.comes_with):
            return
        by = self.rules.on + timedelta(days=self.rules.days("entitlement_synchronise_days"))
        for code in sorted(self.rules.codes("entitlements_synchronised")):
            entitlement = EntitlementType(code)
            found = state.entitlements.current(entitlement)
            if found is not None and (
                found.held
                or found.status in {EntitlementStatus.APPLIED, EntitlementStatus.DECLINED}
            ):
                continue
            waiting = found if found is not None and found.undecided else None
            if waiting is not None and waiting.source == self.comes_with:
                continue  # it waits already, and not until a later day
            yield EntitlementSynchronised.of(
                self,
                entitlement_item_id=waiting.item_id if waiting else self.new_id(code),
                newly_opened=waiting is None,
                entitlement=entitlement,
                entitlement_unit_id=deciding_unit(self, state, entitlement),
                synchronise_by=by,
            )


class EntitlementStandardAdjusted(
    Event[Child],
    name="child.entitlement_standard_adjusted",
    zh="标准已调整",
    en="Standard adjusted",
):
    entitlement_item_id: Annotated[UUID, P0]
    entitlement: Annotated[EntitlementType, P3_AID]
    standard_version: Annotated[str, P3]
    adjusted_from_on: Annotated[date, P3]
    adjustment_basis: Annotated[str, P3]

    def evolve(self, state: Child) -> Child:
        return with_item(state, self.entitlement_item_id, standard=self.standard_version)


class AdjustEntitlementStandard(
    Command[Child],
    name="child.adjust_entitlement_standard",
    zh="调整待遇标准",
    en="Adjust the standard of an entitlement",
    when=ON_FILE,
    clauses=("CQ2024-2.5-e",),
):
    """按规定调整资助救助标准: the child's entitlement goes on by the new version."""

    entitlement: Annotated[EntitlementType, P3_AID]
    standard_version: Annotated[str, P3]
    adjusted_from_on: Annotated[date, P3]
    adjustment_basis: Annotated[str, P3]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        item = the_item(state, self.entitlement)
        if not item.held:
            raise NOT_HELD(field="entitlement")
        own_decision(self, item, self.entitlement)
        if not self.standard_version.strip():
            raise STANDARD_NEEDED(cite=cite(self, self.entitlement), field="standardVersion")
        if not self.adjustment_basis.strip():
            raise REASON_NEEDED(cite=cite(self, self.entitlement), field="adjustmentBasis")
        if item.standard != self.standard_version:
            yield EntitlementStandardAdjusted.of(self, entitlement_item_id=item.item_id)
