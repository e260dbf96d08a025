"""心理 · What the rules know of clinics: referrals that the child has not attended yet, and whose patient it is."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class MindState:
    """Open referrals by id, each with the clinic that has a unit here, and the clinics that were attended."""

    referrals: tuple[UUID, ...] = ()
    clinics: tuple[tuple[UUID, UUID], ...] = ()
    patient_of: frozenset[UUID] = frozenset()
