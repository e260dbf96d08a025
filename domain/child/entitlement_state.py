"""保障待遇 · What the rules know of the child's entitlements (state machine D.6), one item for each question asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.labels import Term
from domain.replacing import replace
from domain.terms.entitlements import EntitlementType, LegalAidCause


class EntitlementStatus(Term):
    """待遇状态 · How far an entitlement is, with what became of one that led to no grant (domain model D.6)."""

    INDICATED = "INDICATED", "有线索", "Indicated"
    ELIGIBLE = "ELIGIBLE", "符合条件", "Eligible"
    NOT_ELIGIBLE = "NOT_ELIGIBLE", "不符合条件", "Not eligible"
    APPLIED = "APPLIED", "已申请", "Applied for"
    ACTIVE = "ACTIVE", "享受中", "Granted"
    REVIEW = "REVIEW", "复核中", "Under review"
    REFUSED = "REFUSED", "未获批准", "Refused"
    DECLINED = "DECLINED", "已放弃", "Declined"
    ENDED = "ENDED", "已终止", "Ended"


UNDECIDED = frozenset(
    {EntitlementStatus.INDICATED, EntitlementStatus.ELIGIBLE, EntitlementStatus.APPLIED}
)
"""Somebody owes a decision."""
HELD = frozenset({EntitlementStatus.ACTIVE, EntitlementStatus.REVIEW})
"""The child has it; under review it goes on."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One entitlement asked for. ``entitlement`` None: hardship was found and nobody has said yet which one helps."""

    item_id: UUID
    entitlement: str | None
    status: EntitlementStatus
    route: str | None = None
    facts: frozenset[str] = frozenset()
    unit_id: UUID | None = None
    decide_by: date | None = None
    overdue: bool = False
    application_id: UUID | None = None
    source: str | None = None
    """The entitlement it came with, of a synchronised one."""
    standard: str | None = None
    from_on: date | None = None
    review_on: date | None = None
    ends_on: date | None = None
    ended_on: date | None = None

    @property
    def undecided(self) -> bool:
        """Somebody owes a decision."""
        return self.status in UNDECIDED

    @property
    def held(self) -> bool:
        """The child has it."""
        return self.status in HELD

    def held_on(self, day: date) -> bool:
        """Whether it was granted for this day."""
        began = self.from_on is not None and self.from_on <= day
        return began and (self.ended_on is None or day < self.ended_on)


@dataclass(frozen=True, kw_only=True)
class LegalAid:
    """A matter that waits for the justice department, and of which infringement it is (CN2017-5.1-t)."""

    legal_aid_id: UUID
    cause: LegalAidCause
    case_id: UUID | None = None
    infringement: int = 0

    def covers(self, case_id: UUID, infringement: int) -> bool:
        """Whether it is for this infringement told in a case; what somebody referred by hand is for the first."""
        if self.case_id is None:
            return self.cause is LegalAidCause.RIGHTS_INFRINGED and not infringement
        return (self.case_id, self.infringement) == (case_id, infringement)


@dataclass(frozen=True, kw_only=True)
class EntitlementState:
    """The child's items in the order they arose; what was paid once a year; services that are owed."""

    items: tuple[Item, ...] = ()
    paid_years: frozenset[int] = frozenset()
    """Years for which the culture subsidy was paid."""
    subsidy_on: date | None = None
    insured: frozenset[tuple[str, int]] = frozenset()
    insurance_check_on: date | None = None
    needs: tuple[UUID, ...] = ()
    """Needs of rehabilitation that wait for a service."""
    conditions: frozenset[str] = frozenset()
    """Disabilities and conditions the federation has heard of."""
    legal_aid: tuple[LegalAid, ...] = ()
    """Matters of legal aid that wait for the justice department."""
    legal_aid_given: frozenset[tuple[UUID, int]] = frozenset()
    """For which infringements told in which cases aid was given: what else is told of them asks for none."""

    def item(self, item_id: UUID) -> Item | None:
        """The item of this id."""
        return next((i for i in self.items if i.item_id == item_id), None)

    def current(self, entitlement: str | None) -> Item | None:
        """The latest item of this type."""
        return next((i for i in reversed(self.items) if i.entitlement == entitlement), None)

    @property
    def hint(self) -> Item | None:
        """Hardship was found, and nobody has said yet which entitlement helps."""
        found = self.current(None)
        indicated = found is not None and found.status is EntitlementStatus.INDICATED
        return found if indicated else None

    def has(self, entitlement: EntitlementType) -> bool:
        """The child holds this one now."""
        return any(i.held for i in self.items if i.entitlement == entitlement)

    def had_on(self, entitlement: EntitlementType, day: date) -> bool:
        """The child held this one on that day."""
        return any(i.held_on(day) for i in self.items if i.entitlement == entitlement)

    def put(self, item: Item) -> EntitlementState:
        """With this item as it now stands."""
        if self.item(item.item_id) is None:
            return replace(self, items=(*self.items, item))
        return replace(
            self, items=tuple(item if i.item_id == item.item_id else i for i in self.items)
        )

    def changed(self, item_id: UUID, **more: object) -> EntitlementState:
        """With other values for one item; nothing where there is none."""
        found = self.item(item_id)
        return self if found is None else self.put(replace(found, **more))
