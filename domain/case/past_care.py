"""不再需要监护 · Whoever is of age needs no guardian any more, and a child that has died needs nobody.

No text says so: they are about children, and the platform's age of majority is the limit (``adult_age``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from domain.child.state import Child
from domain.periods import birthday
from domain.rulebook import Rules


def of_age_on(file: object, rules: Rules) -> date | None:
    """The day the child of this file comes of age; no file, or an unknown birth, says nothing."""
    birth = file.file.birth_on if isinstance(file, Child) else None
    return birthday(birth, rules.count("adult_age")) if birth else None


def is_of_age(file: object, rules: Rules, on: date) -> bool:
    """Whether the child of this file is known to be of age on a day."""
    adult_on = of_age_on(file, rules)
    return adult_on is not None and adult_on <= on


def needs_no_guardian(file: object, rules: Rules, on: date) -> bool:
    """Whether the child of this file has died, or is known to be of age on a day."""
    return isinstance(file, Child) and (file.file.died or is_of_age(file, rules, on))


def in_need_of_care(
    children: Collection[UUID], linked: Mapping[UUID, Any], rules: Rules, on: date
) -> frozenset[UUID]:
    """Of these children those who need somebody."""
    return frozenset(c for c in children if not needs_no_guardian(linked.get(c), rules, on))
