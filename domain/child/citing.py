"""引用条款 · Which of several clauses may be cited here and on this day: only those of packs in force (law 5)."""

from __future__ import annotations

from domain.rules_in_force import Rules


def bound(rules: Rules, *clauses: str) -> tuple[str, ...]:
    """Of these clauses, those of the packs in force."""
    packs = {pack for pack, _ in rules.packs}
    return tuple(c for c in clauses if c.partition("-")[0] in packs)
