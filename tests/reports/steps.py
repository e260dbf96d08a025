"""A story as steps with their times: whatever order it is told in, it happens in the order of the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from domain.kernel import Command, Record
from tests.projections.town import Town

Step = tuple[str, Callable[[], object]]
"""Something that happens at a time, such as ``2025-03-04 09:00``."""


def happen(town: Town, steps: Iterable[Step]) -> None:
    """Each step in its time; of two at the same time the one told first."""
    for when, happens in sorted(steps, key=lambda step: step[0]):
        town.at(when)
        happens()


def noted(record: type[Record[Any]], **given: Any) -> Command[Any]:
    """The command that notes a record down."""
    return record.Command(**given)
