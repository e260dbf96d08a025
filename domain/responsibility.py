"""任务分工 · Which bodies of the city answer for a task of the three-year plan (SH2024-5-b, domain model A.4).

The division of work is data of the pack; the clauses of a task of work say which of its tasks it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from domain.provisions import Phase, Responsibility
from domain.rulebook import Rulebook
from domain.terms.oversight import CityBody

PLAN = "SH2024"


def division_of_work() -> Mapping[str, Responsibility]:
    """The tasks of the plan by code, ``TASK_01`` … ``TASK_18``."""
    rows: Mapping[str, Responsibility] = (
        Rulebook.load().pack(PLAN).provisions["responsible_bodies"].value
    )
    return rows


def tasks_of(clauses: Iterable[str]) -> tuple[str, ...]:
    """The tasks of the plan that some clauses belong to: ``SH2024-2.3.9-a`` to ``TASK_09``."""
    cited = tuple(clauses)
    return tuple(
        code
        for code, row in division_of_work().items()
        if any(one.startswith(f"{PLAN}-{row.section}-") for one in cited)
    )


def bodies_for(clauses: Iterable[str]) -> tuple[CityBody, ...]:
    """Who answers for what these clauses ask, in the order of the term."""
    rows = division_of_work()
    named = {body for code in tasks_of(clauses) for body in rows[code].bodies}
    return tuple(body for body in CityBody if body.value in named)


def phase_on(day: date) -> str | None:
    """The phase of the plan a day lies in; None before it began and after its months."""
    phases: Mapping[str, Phase] = (
        Rulebook.load().pack(PLAN).provisions["implementation_phases"].value
    )
    return next((code for code, phase in phases.items() if phase.holds(day)), None)
