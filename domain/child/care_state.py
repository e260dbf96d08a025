"""监护与照护 · What the rules know of guardians and of entrusted care (state machine D.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.labels import Term
from domain.replacing import replace
from domain.terms.care import NO_RELATIVES, PARENTS, AbsenceReason, ArrangementKind, LifeStatus


class EntrustedCareStatus(Term):
    """委托照护状态 · How far the entrusted care of a child is (domain model D.4)."""

    NONE = "NONE", "无", "None"
    NEEDED = "NEEDED", "须确定受委托人", "Needed"
    DESIGNATED = "DESIGNATED", "已确定受委托人", "Carer designated"
    IN_FORCE = "IN_FORCE", "协议已签", "Agreement in force"
    CONCERN = "CONCERN", "照护有问题", "A concern about the care"
    INFORMED = "INFORMED", "已告知父母", "Parents informed"
    ENDED = "ENDED", "已终止", "Ended"


CARED_FOR = frozenset(
    {
        EntrustedCareStatus.DESIGNATED,
        EntrustedCareStatus.IN_FORCE,
        EntrustedCareStatus.CONCERN,
        EntrustedCareStatus.INFORMED,
    }
)
"""A carer is in place, with or without a concern about the care."""


@dataclass(frozen=True, kw_only=True)
class Guardian:
    """One guardian on file. ``away`` while a recorded absence or confinement runs."""

    guardian_id: UUID
    relation: str
    person_id: UUID | None = None
    away: bool = False
    away_for: str | None = None
    away_from: date | None = None
    away_event: UUID | None = None
    confined: bool = False
    confined_from: date | None = None
    confined_event: UUID | None = None
    incapable: bool = False
    capacity_event: UUID | None = None
    severely_disabled: bool = False
    disability_event: UUID | None = None
    life: str = LifeStatus.LIVING
    revoked: bool = False
    """A court has taken the guardianship away; the record is kept."""
    restored_event: UUID | None = None
    """What says that a court has given it back."""
    hukou: str | None = None
    hukou_kind: str | None = None
    permit_until: date | None = None
    event_id: UUID | None = None

    @property
    def is_parent(self) -> bool:
        """Father or mother, by birth, by law or by marriage."""
        return self.relation in PARENTS

    @property
    def living(self) -> bool:
        """Alive and to be found."""
        return self.life == LifeStatus.LIVING

    @property
    def gone(self) -> bool:
        """Not with the child: away, or in confinement."""
        return self.living and (self.away or self.confined)

    @property
    def away_for_work(self) -> bool:
        """外出务工, the only absence the definitions ask for (SH2020-1-c, CQ2016-1-a)."""
        return self.living and self.away and self.away_for == AbsenceReason.WORK

    @property
    def unable(self) -> bool:
        """无监护能力; the dead, the untraceable and those a court has removed are no less unable."""
        return self.incapable or self.revoked or not self.living

    @property
    def able_at_home(self) -> bool:
        """With the child and able to look after it."""
        return not self.gone and not self.unable


@dataclass(frozen=True, kw_only=True)
class CareState:
    """Who cares for the child now."""

    guardians: tuple[Guardian, ...] = ()
    removed: frozenset[UUID] = frozenset()
    """Accounts of those whom a court has removed and who are guardians no longer: that was not undone by it."""
    entrusted: EntrustedCareStatus = EntrustedCareStatus.NONE
    carer_id: UUID | None = None
    carer_person_id: UUID | None = None
    carer_relation: str | None = None
    """Who the entrusted carer is to the child."""
    agreement_required: bool = False
    agreement_signed: bool = False
    of_age: bool = False
    """Past the age up to which the definition asks that somebody be entrusted with the child."""
    child_in_need: bool = False
    """A concern said that the child is in need now, and it is not settled yet."""
    supervise_by: date | None = None
    """When the entrusted care is supervised next."""
    supervised_on: date | None = None
    arrangement: str | None = None
    actual_carer_id: UUID | None = None

    @property
    def unburdened(self) -> EntrustedCareStatus:
        """How far the entrusted care has come where there is no concern about it."""
        waits = self.agreement_required and not self.agreement_signed
        return EntrustedCareStatus.DESIGNATED if waits else EntrustedCareStatus.IN_FORCE

    @property
    def revoked(self) -> frozenset[UUID]:
        """The accounts of all whom a court has removed and not restored."""
        return self.removed | {g.person_id for g in self.guardians if g.revoked and g.person_id}

    @property
    def parents(self) -> tuple[Guardian, ...]:
        """The parents on file."""
        return tuple(g for g in self.guardians if g.is_parent)

    @property
    def able_guardian_at_home(self) -> bool:
        """Some guardian is with the child and able."""
        return any(g.able_at_home for g in self.guardians)

    @property
    def parents_gone(self) -> bool:
        """Both away, or one away and the other incapable (CQ2016-3.1-c); a child taken along is with them."""
        if self.arrangement == ArrangementKind.TAKEN_ALONG:
            return False
        parents = self.parents
        return any(p.gone for p in parents) and all(p.gone or p.unable for p in parents)

    @property
    def has_carer(self) -> bool:
        """An entrusted carer is in place."""
        return self.entrusted in CARED_FOR

    @property
    def unguarded(self) -> bool:
        """RF-16: the parents are gone and no capable adult is entrusted or at home as a guardian, as is still asked."""
        looked_after = self.able_guardian_at_home or self.has_carer
        return self.parents_gone and not looked_after and not self.of_age

    @property
    def in_order(self) -> bool:
        """RF-18: the parents are gone and entrusted care is in order."""
        in_order = {EntrustedCareStatus.DESIGNATED, EntrustedCareStatus.IN_FORCE}
        return self.parents_gone and self.entrusted in in_order

    @property
    def incapable_and_alone(self) -> bool:
        """RF-03: a guardian has lost capacity and nobody else looks after the child."""
        lost = any(g.incapable and g.living for g in self.guardians)
        return lost and not self.has_named_carer

    @property
    def has_named_carer(self) -> bool:
        """A guardian at home who is able, or an entrusted carer: somebody the child is with (CQ2016-4.2-c2)."""
        return self.able_guardian_at_home or self.has_carer

    @property
    def with_no_relative(self) -> bool:
        """Entrusted to somebody who is not of the family, and no able guardian is at home."""
        entrusted = self.has_carer and self.carer_relation in NO_RELATIVES
        return entrusted and not self.able_guardian_at_home

    def guardian(self, guardian_id: UUID) -> Guardian | None:
        """The guardian of this id."""
        return next((g for g in self.guardians if g.guardian_id == guardian_id), None)

    def with_guardian(self, guardian: Guardian) -> CareState:
        """With ``guardian`` on file, in place of the one of the same id."""
        ids = [g.guardian_id for g in self.guardians]
        if guardian.guardian_id not in ids:
            return replace(self, guardians=(*self.guardians, guardian))
        kept = (guardian if g.guardian_id == guardian.guardian_id else g for g in self.guardians)
        return replace(self, guardians=tuple(kept))

    def changed(self, guardian_id: UUID, **more: object) -> CareState:
        """With other details for one guardian; unchanged where the id is unknown, so that evolve stays total."""
        found = self.guardian(guardian_id)
        return self.with_guardian(replace(found, **more)) if found else self
