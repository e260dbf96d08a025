"""心理 · What the rules know of clinics: referrals that the child has not attended yet."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class MindState:
    """Open referrals by id."""

    referrals: tuple[UUID, ...] = ()
