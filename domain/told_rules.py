"""须告知的规定 · What the texts lay down for people to know, where no act waits for it (E.3, E.5).

Whoever reports is told what else is asked of them and whom they may call; a committee to whom a clue goes; a case
organ whether it must ask about children; a ledger which views and sections its text names. The lists of the texts end
with 等: none of them ever refuses anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.rules_in_force import Param, Rules

TOLD = (
    "reporter_duties",
    "voluntary_reporters",
    "clue_addressees",
    "hotlines",
    "living_alone_age_below",
    "custody_inquiry",
    "reception_hours",
    "temporary_sites",
    "placement_forms",
    "risk_tiers_required",
    "file_views",
    "file_sections",
    "targets_2027",
)
"""Their names, as the catalogue has them, in the order of the work."""


def told_of(rules: Rules) -> Iterator[Param]:
    """Each that a text or the platform sets here, with what stands behind it."""
    yield from (rules.get(name) for name in TOLD if rules.has(name))


def words_of(value: Any) -> list[str]:
    """A value as it is shown: each member of a list, a flag as yes or no, a number or a period as it is written."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, bool):
        return ["YES" if value else "NO"]
    return [str(value)]
