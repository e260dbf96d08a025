"""What the tests of categories ask for."""

from __future__ import annotations

from typing import Any

from domain.child.categories import (
    CategoryDetermined,
    DetermineCategory,
)
from domain.kernel import Event
from domain.terms.file import (
    CategoryCode,
)

SH, CQ, CQ_BOTH = (
    CategoryCode.LBC_RURAL_SH,
    CategoryCode.LBC_CQ_RURAL,
    CategoryCode.LBC_CQ_URBAN_RURAL,
)


def determine(code: CategoryCode, **more: Any) -> DetermineCategory:
    return DetermineCategory(category=code, **more)


def first(facts: tuple[Event[Any], ...]) -> CategoryDetermined:
    assert isinstance(facts[0], CategoryDetermined)
    return facts[0]
