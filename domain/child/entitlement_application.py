"""申请 · Filing for entitlements: one form for several, each decided by itself (SH2024-2.5.18-a, CN2017-5.1-ak).

Some are given on voluntary application only, with the family's consent (CN2017-3.2-c). A family may say no:
that is kept, and nobody owes a decision any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.child.entitlement_rules import decide_by, deciding_unit, the_item, with_item
from domain.child.entitlement_state import EntitlementStatus, Item
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Record, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3, P3_AID
from domain.terms.entitlements import ONE_OFF, AidApplicant, EntitlementRoute, EntitlementType
from domain.terms.roles import Role

name_fields(
    entitlement_application_id=("待遇申请编号", "Application"),
    family_applicant=("家庭申请人", "AidApplicant"),
    applied_for=("申请待遇", "Entitlements applied for"),
    voluntary=("自愿申请并同意", "Voluntary, with consent"),
    help_with_application=("协助内容", "Help with the application"),
    application_note=("申请说明", "Note on the application"),
    declined_by_whom=("放弃人", "Who declines"),
    decline_words=("放弃说明", "What they said"),
    was_held=("放弃前已享受", "It was held before"),
)

NOTHING_APPLIED_FOR = Refusal(
    "nothing_applied_for", zh="须选择申请的待遇", en="Say what is applied for"
)
CONSENT_NEEDED = Refusal(
    "voluntary_consent_needed",
    zh="该待遇须家庭自愿提出申请并同意",
    en="This one is given on voluntary application only, with consent",
)
NOTHING_TO_DECLINE = Refusal(
    "nothing_to_decline", zh="没有可放弃的待遇", en="There is nothing to decline"
)
ASSISTING = frozenset(
    {
        Role.COMMUNITY_WORKER,
        Role.CHILD_DIRECTOR,
        Role.VILLAGE_COMMITTEE,
        Role.CHILD_SUPERVISOR,
        Role.TOWNSHIP,
        Role.SOCIAL_WORKER,
    }
)
"""Who files for the family, not for itself."""


class EntitlementApplicationAssisted(
    Record[Child],
    name="child.entitlement_application_assisted",
    zh="已协助申请",
    en="Application assisted",
    act="child.assist_entitlement_application",
    does=("协助申请保障待遇", "Assist an application"),
    when=ON_FILE,
    clauses=("CN2017-5.1-ak", "CN2017-5.1-ag"),
):
    """What a worker explained and helped with, whether or not the family then files."""

    family_applicant: Annotated[AidApplicant, P2]
    applied_for: Annotated[tuple[EntitlementType, ...], P3_AID]
    help_with_application: Annotated[str, P3]


class EntitlementApplicationFiled(
    Event[Child],
    name="child.entitlement_application_filed",
    zh="申请已提交",
    en="Application filed",
):
    """One form; what it asks for is opened item by item, each for the department that decides."""

    entitlement_application_id: Annotated[UUID, P0]
    family_applicant: Annotated[AidApplicant, P2]
    applied_for: Annotated[tuple[EntitlementType, ...], P3_AID]
    voluntary: Annotated[bool, P2]
    entitlement_route: Annotated[EntitlementRoute, P2]
    application_note: Annotated[str | None, P3] = None


class EntitlementItemApplied(
    Event[Child],
    name="child.entitlement_item_applied",
    zh="申请事项待认定",
    en="Item of an application",
):
    """``entitlement_by`` stays the earlier day: an application never gives the department more time."""

    entitlement_item_id: Annotated[UUID, P0]
    newly_opened: Annotated[bool, P0] = True
    entitlement_application_id: Annotated[UUID, P0]
    entitlement: Annotated[EntitlementType, P3_AID]
    entitlement_route: Annotated[EntitlementRoute, P2]
    entitlement_unit_id: Annotated[UUID | None, P2] = None
    entitlement_by: Annotated[date, P2]
    date_provisional: Annotated[bool, P0] = False

    def evolve(self, state: Child) -> Child:
        status = EntitlementStatus.APPLIED
        found = state.entitlements.item(self.entitlement_item_id)
        item = replace(
            found or Item(item_id=self.entitlement_item_id, entitlement=None, status=status),
            entitlement=self.entitlement.value,
            status=status,
            route=self.entitlement_route.value,
            application_id=self.entitlement_application_id,
            unit_id=self.entitlement_unit_id,
            decide_by=self.entitlement_by,
        )
        return replace(state, entitlements=state.entitlements.put(item))


class FileEntitlementApplication(
    Command[Child],
    name="child.file_entitlement_application",
    zh="申请保障待遇",
    en="Apply for entitlements",
    when=ON_FILE,
    clauses=(
        "SH2024-2.5.18-a",
        "CN2017-5.1-ak",
        "CN2017-3.2-c",
        "CN2017-5.1-ag",
        "CQ2024-2.9-b",
    ),
):
    """By the family, or by a worker for it. What is in hand or held already is not asked for twice."""

    family_applicant: Annotated[AidApplicant, P2]
    applied_for: Annotated[tuple[EntitlementType, ...], P3_AID]
    voluntary: Annotated[bool, P2] = True
    application_note: Annotated[str | None, P3] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if not self.applied_for:
            raise NOTHING_APPLIED_FOR(field="appliedFor")
        only_on_application = self.rules.codes("entitlements_on_application")
        for entitlement in self.applied_for:
            if entitlement in only_on_application and not self.voluntary:
                cited = self.rules.cite("entitlements_on_application", entitlement)
                raise CONSENT_NEEDED(cite=cited, field="voluntary")
        items = tuple(self._items(state))
        if items:
            yield EntitlementApplicationFiled.of(
                self,
                entitlement_application_id=self.new_id("application"),
                entitlement_route=self._route(),
            )
            yield from items

    def _route(self) -> EntitlementRoute:
        return (
            EntitlementRoute.ASSISTED if self.by.role in ASSISTING else EntitlementRoute.APPLICATION
        )

    def _items(self, state: Child) -> Iterator[EntitlementItemApplied]:
        for n, entitlement in enumerate(dict.fromkeys(self.applied_for)):
            found = state.entitlements.current(entitlement)
            if found is not None and not self._open_to(found, entitlement):
                continue
            item = self._item(state, entitlement, n, found)
            yield item
            state = item.evolve(state)

    def _open_to(self, found: Item, entitlement: EntitlementType) -> bool:
        if found.status is EntitlementStatus.APPLIED:
            return False
        return not found.held or entitlement in ONE_OFF

    def _item(
        self, state: Child, entitlement: EntitlementType, n: int, found: Item | None
    ) -> EntitlementItemApplied:
        due, unit = decide_by(self), deciding_unit(self, state, entitlement)
        waiting = found if found is not None and found.undecided else state.entitlements.hint
        by = due.day
        if waiting is not None and waiting.decide_by is not None:
            by = min(by, waiting.decide_by)
        return EntitlementItemApplied(
            entitlement_item_id=waiting.item_id if waiting else self.new_id(f"item/{n}"),
            newly_opened=waiting is None or waiting.unit_id != unit,
            entitlement_application_id=self.new_id("application"),
            entitlement=entitlement,
            entitlement_route=self._route(),
            entitlement_unit_id=unit,
            entitlement_by=by,
            date_provisional=due.provisional,
        )


class EntitlementDeclined(
    Event[Child], name="child.entitlement_declined", zh="家庭已放弃", en="Family declined"
):
    """Stored, and no duty is left that would press the family."""

    entitlement_item_id: Annotated[UUID, P0]
    entitlement: Annotated[EntitlementType, P3_AID]
    declined_by_whom: Annotated[AidApplicant, P2]
    decline_words: Annotated[str | None, P3] = None
    was_held: Annotated[bool, P3_AID] = False

    def evolve(self, state: Child) -> Child:
        ended = local_date(self.stamp.occurred_at) if self.stamp and self.was_held else None
        return with_item(
            state, self.entitlement_item_id, status=EntitlementStatus.DECLINED, ended_on=ended
        )


class DeclineEntitlement(
    Command[Child],
    name="child.decline_entitlement",
    zh="放弃保障待遇",
    en="Decline an entitlement",
    when=ON_FILE,
    clauses=("CN2017-3.2-c", "SH2024-2.5.18-b"),
):
    """By the family, whenever it likes; it may still apply later."""

    entitlement: Annotated[EntitlementType, P3_AID]
    declined_by_whom: Annotated[AidApplicant, P2]
    decline_words: Annotated[str | None, P3] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        item = the_item(state, self.entitlement)
        if item.status is EntitlementStatus.DECLINED:
            return
        if not (item.undecided or item.held):
            raise NOTHING_TO_DECLINE(field="entitlement")
        yield EntitlementDeclined.of(self, entitlement_item_id=item.item_id, was_held=item.held)
