"""统计 · Figures: how many children stand at which tier, small cells held back against differencing (P0, A.2)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial

import strawberry

from authz.words import Purpose
from domain.periods import local_date
from domain.risk import DEFAULT_SCALE
from schema.objects import Info
from schema.words_asked import DIVISION

RISK = "statistics.risk"


@strawberry.type(
    description="分级人数 · One tier and how many children; null where the figure is held back."
)
class TierCount:
    """``children`` is null for a small cell, and for a second one that would give it away."""

    tier: str
    zh: str
    en: str
    children: int | None


def held_back(counts: Mapping[str, int], below: int) -> dict[str, int | None]:
    """The counts with cells below ``below`` held back; a lone one takes the next smallest with it.

    A zero is a figure like any other small one: it would tell that nobody is there.
    """
    small = {tier for tier, n in counts.items() if n < below}
    if len(small) == 1 and len(counts) > 1:
        rest = [tier for tier in counts if tier not in small]
        small.add(min(rest, key=lambda tier: (counts[tier], tier)))
    return {tier: None if tier in small else n for tier, n in counts.items()}


async def risk_distribution(info: Info, division: strawberry.ID) -> list[TierCount] | None:
    """The figures of a division, for those who may see report S-19; null otherwise, as if there were none."""
    context, services = info.context, info.context.services
    place = DIVISION.word(str(division), "division")
    found = services.divisions.get(place)
    tokens = frozenset(f"R:{d}" for d in services.divisions.path(place))
    ask = partial(services.gate().permits, context.assignment, RISK, "statistics", tokens)
    if not any(ask(p).allowed for p in (context.purpose, Purpose.STATISTICS.value)):
        return None
    raw = await asyncio.get_running_loop().run_in_executor(None, services.lookup.tier_counts, found)
    day = local_date(services.now())
    below = services.rules_at(place, day).count("small_cell_below")
    tiers = DEFAULT_SCALE.tiers
    shown = held_back({t.code: raw.get(t.code, 0) for t in tiers}, below)
    return [TierCount(tier=t.code, zh=t.zh, en=t.en, children=shown[t.code]) for t in tiers]
