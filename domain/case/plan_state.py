"""帮扶方案 · What the rules know of the support plans: one a child, each with its items (SH2020-3.2-a)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.replacing import replace
from domain.terms.plan import ItemStatus, ServiceType

DONE = frozenset({ItemStatus.CLOSED, ItemStatus.WITHDRAWN})


@dataclass(frozen=True, kw_only=True)
class PlanItem:
    """One service of a plan, and everybody who declined it: refusals are kept (D.8)."""

    item_id: UUID
    child_id: UUID | None
    service: ServiceType
    provider_unit_id: UUID | None = None
    due_on: date | None = None
    status: ItemStatus = ItemStatus.PLANNED
    declined_by: tuple[UUID | None, ...] = ()
    delivered: int = 0

    @property
    def is_open(self) -> bool:
        """Neither closed nor withdrawn."""
        return self.status not in DONE


@dataclass(frozen=True, kw_only=True)
class PlanState:
    """The plans of the case."""

    adopted: frozenset[UUID | None] = frozenset()
    """The children a plan has been adopted for; none while nobody knows who the child is."""
    items: tuple[PlanItem, ...] = ()

    def item(self, item_id: UUID) -> PlanItem | None:
        """The item of this id."""
        return next((i for i in self.items if i.item_id == item_id), None)

    def put(self, item: PlanItem) -> PlanState:
        """With this item as it now stands."""
        if self.item(item.item_id) is None:
            return replace(self, items=(*self.items, item))
        items = tuple(item if i.item_id == item.item_id else i for i in self.items)
        return replace(self, items=items)

    def named(self, child_id: UUID) -> PlanState:
        """What was planned for a child nobody knew was planned for this child."""
        return replace(
            self,
            adopted=frozenset(child_id if c is None else c for c in self.adopted),
            items=tuple(
                replace(i, child_id=child_id) if i.child_id is None else i for i in self.items
            ),
        )

    @property
    def open_items(self) -> tuple[PlanItem, ...]:
        """What is still to be done."""
        return tuple(i for i in self.items if i.is_open)
