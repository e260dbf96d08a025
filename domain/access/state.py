"""查阅 · The access stream: one matter of who may look, what may pass between agencies, or what is to be forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.kernel import State, Turn
from domain.terms.access import AccessPurpose, AccessReview, MatterKind, SharedField
from domain.terms.units import UnitKind


@dataclass(frozen=True, kw_only=True)
class BreakGlass:
    """One emergency access: by whom, until when, who reviews it, and what came of the review."""

    user_person_id: UUID
    user_unit_id: UUID | None
    open_until: datetime
    review_unit_id: UUID | None
    used_at: datetime | None = None
    reason: str = ""
    """What was written; a tombstone once it is destroyed."""
    outcome: AccessReview | None = None
    answered_for: bool = False

    @property
    def settled(self) -> bool:
        """Whether nothing more will be said of it: judged, and answered for where it was not justified."""
        return self.outcome is AccessReview.JUSTIFIED or self.answered_for


@dataclass(frozen=True, kw_only=True)
class Audit:
    """One audit order: whose, until when, and who approved it a second time."""

    auditor_person_id: UUID
    open_until: datetime
    approved_by_id: UUID | None = None
    ended: bool = False


@dataclass(frozen=True, kw_only=True)
class Contract:
    """What one kind of agency may tell another, for what, until when."""

    from_kind: UnitKind
    to_kind: UnitKind
    purpose: AccessPurpose
    fields: frozenset[SharedField]
    until: datetime
    ended: bool = False

    def stands(self, at: datetime) -> bool:
        """Whether it may still be used."""
        return not self.ended and at < self.until


class AccessOrder(State, stream="access", zh="查阅事项", en="Access order"):
    """One matter: an emergency access, an audit order, a sharing contract, or the erasure of a child's values."""

    kind: MatterKind | None = None
    place_id: str | None = None
    child_id: UUID | None = None
    children: tuple[UUID, ...] = ()
    break_glass: BreakGlass | None = None
    audit: Audit | None = None
    contract: Contract | None = None
    erased: bool = False

    @property
    def settled(self) -> bool:
        """Whether the matter is over, so that its words may go with the child's when the child is erased."""
        if self.break_glass is not None:
            return self.break_glass.settled
        return self.audit is None or self.audit.ended

    @property
    def place(self) -> str | None:
        """Where the child lives, or the case happened."""
        return self.place_id

    @property
    def concerns(self) -> tuple[UUID, ...]:
        """The child, or the children of the case."""
        return self.children or ((self.child_id,) if self.child_id else ())


EMERGENCY_ACCESS: Turn[AccessOrder] = Turn(
    "emergency_access", "紧急调阅", "emergency access", lambda o: o.break_glass is not None
)
AUDIT_ORDER: Turn[AccessOrder] = Turn(
    "audit_order", "审计令", "audit order", lambda o: o.audit is not None
)
SHARING_CONTRACT: Turn[AccessOrder] = Turn(
    "sharing_contract", "信息共享约定", "sharing contract", lambda o: o.contract is not None
)
