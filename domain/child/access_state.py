"""查阅与共享 · What the rules know of who may look at a file: referrals, consents, conflicts of interest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.replacing import replace
from domain.terms.access import AccessPurpose, SharedField


class ReferralStatus(StrEnum):
    """Where a referral stands; only an accepted one opens its fields."""

    MADE = "MADE"
    ACCEPTED = "ACCEPTED"
    OVER = "OVER"


@dataclass(frozen=True, kw_only=True)
class Referral:
    """The file, or a part of it, put into the hands of another unit for a time."""

    referral_id: UUID
    from_unit_id: UUID | None
    to_unit_id: UUID
    until: datetime
    fields: tuple[SharedField, ...]
    purpose: AccessPurpose
    status: ReferralStatus = ReferralStatus.MADE


@dataclass(frozen=True, kw_only=True)
class Consent:
    """What somebody agreed to be told to whom; ``withdrawn`` ends it for what comes."""

    consent_id: UUID
    fields: frozenset[SharedField]
    to_unit_id: UUID | None = None
    withdrawn: bool = False


@dataclass(frozen=True, kw_only=True)
class KeptAway:
    """A person or a unit that is kept from the child."""

    conflict_id: UUID
    kept_away_id: UUID


@dataclass(frozen=True, kw_only=True)
class AccessState:
    """Referrals and consents ever made, conflicts that stand."""

    referrals: tuple[Referral, ...] = ()
    consents: tuple[Consent, ...] = ()
    conflicts: tuple[KeptAway, ...] = ()

    @property
    def kept_away(self) -> frozenset[UUID]:
        """Who is kept from the child: people and units."""
        return frozenset(c.kept_away_id for c in self.conflicts)

    def referral(self, referral_id: UUID) -> Referral | None:
        """The referral of this id."""
        return next((r for r in self.referrals if r.referral_id == referral_id), None)

    def consent(self, consent_id: UUID) -> Consent | None:
        """The consent of this id, if it stands."""
        found = (c for c in self.consents if c.consent_id == consent_id and not c.withdrawn)
        return next(found, None)

    def settled(self, referral_id: UUID, status: ReferralStatus) -> AccessState:
        """With the referral at this status."""
        kept = tuple(
            replace(r, status=status) if r.referral_id == referral_id else r for r in self.referrals
        )
        return replace(self, referrals=kept)
