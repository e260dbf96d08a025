"""监护干预 · What the rules know of orders, refusals and revocations, guardian by guardian (D.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.replacing import replace
from domain.terms.intervention import (
    Applicant,
    Ground,
    OrderExecution,
    OrderKind,
    RevocationStage,
)

OPEN_REVOCATION = frozenset(
    {
        RevocationStage.AWAIT_APPLICATION,
        RevocationStage.FALLBACK_DUE,
        RevocationStage.IN_COURT,
        RevocationStage.REVOKED,
    }
)
"""Something is still to be done: an application, a judgment, another guardian."""


@dataclass(frozen=True, kw_only=True)
class NonPerformance:
    """拒不履行: one guardian's refusal, from the day it began (T-07)."""

    refusal_id: UUID
    subject_id: UUID
    since_on: date
    threshold_on: date
    notice_on: tuple[date, ...] = ()
    noticed_on: date | None = None
    """The latest notice day that was said."""
    reached: bool = False
    ended_on: date | None = None
    about_children: tuple[UUID, ...] = ()
    """Whose guardian refuses; none named where it is every child's of the case."""
    event_id: UUID | None = None
    """The event that began it: what the risk fact rests on (RF-04)."""
    of_age_on: date | None = None
    """When the last of those it is about comes of age."""
    lapsed: bool = False
    """It ended because nobody is a minor any more."""

    @property
    def running(self) -> bool:
        """It goes on."""
        return self.ended_on is None

    def lasted_to(self, threshold_on: date, today: date) -> bool:
        """Whether it went on up to that day."""
        return min(self.ended_on or today, today) >= threshold_on


@dataclass(frozen=True, kw_only=True)
class OrderIssued:
    """An order in force against one guardian; ``execution`` is what the last check found."""

    order_id: UUID
    kind: OrderKind
    subject_id: UUID
    issued_on: date | None = None
    until_on: date | None = None
    execution: OrderExecution | None = None
    check_on: date | None = None
    """When its execution is checked next; none where it is over."""
    lapsed: bool = False
    """Nobody is a minor any more whom it is about: it is checked no longer."""
    of_age_on: date | None = None
    """When the last of those it is about comes of age."""


@dataclass(frozen=True, kw_only=True)
class ApplicantTold:
    """Somebody told that they may, or must, apply."""

    notice_id: UUID
    kind: Applicant
    unit_id: UUID | None = None
    declined: bool = False


@dataclass(frozen=True, kw_only=True)
class Revocation:
    """Taking the guardianship of one child from one guardian; one process, whatever the grounds."""

    revocation_id: UUID
    child_id: UUID
    guardian_id: UUID
    stage: RevocationStage = RevocationStage.AWAIT_APPLICATION
    grounds: tuple[tuple[Ground, UUID | None], ...] = ()
    """Each with the event that established it."""
    told: tuple[ApplicantTold, ...] = ()
    fallback_on: date | None = None
    applications: tuple[UUID, ...] = ()
    of_age_on: date | None = None
    lapsed_at: RevocationStage | None = None
    """How far it had come when there was no minor any more."""

    @property
    def is_open(self) -> bool:
        """Not yet at its end."""
        return self.stage in OPEN_REVOCATION

    @property
    def ground_events(self) -> tuple[UUID, ...]:
        """The events the risk fact rests on."""
        return tuple(event for _, event in self.grounds if event is not None)

    def has(self, ground: Ground) -> bool:
        """Whether this ground is established."""
        return any(g is ground for g, _ in self.grounds)

    def notice(self, notice_id: UUID) -> ApplicantTold | None:
        """The notice of this id."""
        return next((t for t in self.told if t.notice_id == notice_id), None)


@dataclass(frozen=True, kw_only=True)
class InterventionState:
    """What has been ordered, refused, applied for and decided."""

    refusals: tuple[NonPerformance, ...] = ()
    orders: tuple[OrderIssued, ...] = ()
    criminal: frozenset[UUID] = frozenset()
    """Against whom a criminal case was opened or transferred."""
    criminal_references: frozenset[str] = frozenset()
    """The criminal cases that were opened; one may be against several."""
    repeats: tuple[tuple[UUID, ...], ...] = ()
    """Each repeated infringement: to which children; none named where it was to every child of the case."""
    held_liable: frozenset[UUID] = frozenset()
    """Of whom it is known what became of their liability."""
    revocations: tuple[Revocation, ...] = ()

    @property
    def is_running(self) -> bool:
        """A refusal lasts, an order is to be checked, a crime to be judged, or a guardianship at issue."""
        return (
            any(r.is_open for r in self.revocations)
            or any(r.running for r in self.refusals)
            or any(o.check_on is not None and not o.lapsed for o in self.orders)
            or not self.criminal <= self.held_liable
        )

    def infringements_before(self, child_id: UUID) -> int:
        """How many infringements of this child's rights came before the latest: repeats, further criminal cases."""
        repeats = sum(1 for children in self.repeats if not children or child_id in children)
        return max(repeats, len(self.criminal_references) - 1)

    def refusal(self, refusal_id: UUID) -> NonPerformance | None:
        """The refusal of this id."""
        return next((r for r in self.refusals if r.refusal_id == refusal_id), None)

    def refusal_of(self, subject_id: UUID) -> NonPerformance | None:
        """The latest refusal of this guardian."""
        return next((r for r in reversed(self.refusals) if r.subject_id == subject_id), None)

    def put_refusal(self, refusal: NonPerformance) -> InterventionState:
        """With this refusal as it now stands, last."""
        others = tuple(r for r in self.refusals if r.refusal_id != refusal.refusal_id)
        return replace(self, refusals=(*others, refusal))

    def order(self, order_id: UUID) -> OrderIssued | None:
        """The order of this id."""
        return next((o for o in self.orders if o.order_id == order_id), None)

    def orders_against(self, subject_id: UUID) -> tuple[OrderIssued, ...]:
        """The orders against this guardian, in the order of their last change."""
        return tuple(o for o in self.orders if o.subject_id == subject_id)

    def put_order(self, order: OrderIssued) -> InterventionState:
        """With this order as it now stands, last."""
        others = tuple(o for o in self.orders if o.order_id != order.order_id)
        return replace(self, orders=(*others, order))

    def revocation(self, revocation_id: UUID) -> Revocation | None:
        """The revocation of this id."""
        return next((r for r in self.revocations if r.revocation_id == revocation_id), None)

    def running(self, child_id: UUID | None, guardian_id: UUID) -> Revocation | None:
        """The open revocation of this guardian for this child."""
        mine = (
            r for r in self.revocations if (r.child_id, r.guardian_id) == (child_id, guardian_id)
        )
        return next((r for r in mine if r.is_open), None)

    def latest_of(self, guardian_id: UUID) -> Revocation | None:
        """The latest revocation against this guardian."""
        mine = (r for r in reversed(self.revocations) if r.guardian_id == guardian_id)
        return next(mine, None)

    def put(self, revocation: Revocation) -> InterventionState:
        """With this revocation as it now stands, last."""
        others = tuple(r for r in self.revocations if r.revocation_id != revocation.revocation_id)
        return replace(self, revocations=(*others, revocation))
