"""时限 · Until when a duty runs: by the event's own word, or by the packs in force at its place on its day.

A day means its end in local time: what is due on the fifth is in time until 23:59:59.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from domain.divisions import Divisions
from domain.labels import Label
from domain.packfile import Mark
from domain.parameters import PARAMETERS, Shape
from domain.periods import SHANGHAI, add, local_date
from domain.rulebook import Rulebook, Rules, jurisdiction_of
from domain.workdays import Workdays
from eventlog.recorded import Recorded
from projections.queue_grammar import Due

PLATFORM_BASELINE = "platform baseline"
_BETWEEN = " · "
STANDS_BEHIND: Mapping[str, Label] = MappingProxyType(
    {
        **{mark.value: Label(mark.zh, mark.en) for mark in Mark},
        PLATFORM_BASELINE: Label("平台基线", "Baseline of the platform: no text in force speaks"),
    }
)
"""What the second part of a basis is called: whose word the time is."""


@dataclass(frozen=True)
class DueMoment:
    """The moment, the parameter behind it with its mark, and whether the calendar may still change it."""

    at: datetime
    basis: str
    provisional: bool = False


@lru_cache(maxsize=4_096)
def _rules(place: str | None, on: date) -> Rules:
    return Rulebook.load().in_force(jurisdiction_of(Divisions.load(), place, on), on)


def rules_of(r: Recorded) -> Rules:
    """The packs in force where the event happened, on the day it happened, at the versions it cites."""
    place, on = r.stamp.place, local_date(r.occurred_at)
    if r.rulebook is None or not r.rulebook.changes:
        return _rules(place, on)
    where = jurisdiction_of(Divisions.load(), place, on)
    return r.rulebook.as_cited(where, on, r.stamp.packs)


def end_of(day: date) -> datetime:
    """The last second of a local day."""
    return datetime.combine(day, time(23, 59, 59), SHANGHAI)


def due_moment(due: Due, r: Recorded, *, cited: bool) -> DueMoment | None:
    """Until when; None where the event's own field says that nothing is due. ``cited``: a text asks for it."""
    provisional = bool(getattr(r.event, "date_provisional", False))
    if due.field is not None:
        told = _moment(getattr(r.event, due.field))
        if told is not None:
            return DueMoment(told, _basis(due, r, cited=cited), provisional)
        if not due.else_computed:
            return None
    moment, uncertain = counted(due.parameter, rules_of(r), r.occurred_at)
    return DueMoment(moment, _basis(due, r, cited=cited), provisional or uncertain)


def _moment(value: Any) -> datetime | None:
    """A moment, the end of a day, or the first of several."""
    if isinstance(value, tuple):
        return min((m for m in map(_moment, value) if m is not None), default=None)
    if isinstance(value, datetime) or value is None:
        return value
    return end_of(value)


def _basis(due: Due, r: Recorded, *, cited: bool) -> str:
    rules = rules_of(r)
    told = cited and rules.has(due.parameter)
    behind = rules.get(due.parameter).mark.value if told else PLATFORM_BASELINE
    return _BETWEEN.join((due.parameter, behind))


def parameter_of(basis: str) -> str:
    """The parameter behind a due time, of what its basis is written as."""
    return basis.partition(_BETWEEN)[0]


def bases(parameters: Iterable[str]) -> dict[str, Label]:
    """Every basis that a due time by one of these parameters may have, and what it is called."""
    return {
        _BETWEEN.join((name, behind)): Label(
            f"{PARAMETERS[name].zh}({whose.zh})", f"{PARAMETERS[name].en} ({whose.en})"
        )
        for name in parameters
        for behind, whose in STANDS_BEHIND.items()
    }


Counting = Callable[[Rules, str, datetime], datetime]
_COUNTED: dict[Shape, Counting] = {
    Shape.MINUTES: lambda rules, name, at: at + timedelta(minutes=rules.minutes(name)),
    Shape.HOURS: lambda rules, name, at: at + timedelta(hours=rules.hours(name)),
    Shape.DAYS: lambda rules, name, at: end_of(local_date(at) + timedelta(days=rules.days(name))),
    Shape.DURATION: lambda rules, name, at: end_of(add(local_date(at), rules.duration(name))),
}


def counted(name: str, rules: Rules, start: datetime) -> tuple[datetime, bool]:
    """The moment a parameter leads to, and whether the calendar may still change it."""
    shape = PARAMETERS[name].shape
    if shape is Shape.WORKING_DAYS:
        day = Workdays.load().add(local_date(start), rules.working_days(name))
        return end_of(day.day), day.provisional
    return _COUNTED[shape](rules, name, start), False
