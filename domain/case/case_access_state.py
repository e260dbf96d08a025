"""会商与查找 · What the rules know of who was let into a case for a time."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class CaseAccess:
    """Conferences that are called and not over."""

    conferences: frozenset[UUID] = frozenset()
