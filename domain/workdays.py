"""Working days of the Chinese calendar, and due dates counted in them.

The State Council's yearly notice names the rest days and the make-up working days of a year. For a
year without a notice the statutory holidays and the weekends are all that is known, so every
answer that looks at such a day is ``provisional``: load the notice by ``with_year`` and ask again.
Source: ``data/SOURCES.md``; counting: 民法典 art. 201 (the first day is not counted) and 203 (a
last day that is a holiday gives way to the day after it).
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from domain.replacing import replace

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)
_SPILL = timedelta(days=3)  # how far a notice reaches into the year before (see Workdays.known)


class DayKind(StrEnum):
    """What a notice says about a day."""

    REST = "REST"
    WORK = "WORK"


class BadNotice(ValueError):
    """The rows of a notice do not fit its year."""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day named by a notice, and the holiday it is named for."""

    day: date
    kind: DayKind
    name: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a day is a working day; true exactly when it is."""

    workday: bool
    provisional: bool

    def __bool__(self) -> bool:
        """Answer as a condition: ``if workdays.is_workday(day)``."""
        return self.workday


@dataclass(frozen=True, slots=True)
class DueDay:
    """A computed day; ``provisional`` if a day counted on the way may still change."""

    day: date
    provisional: bool


@dataclass(frozen=True, slots=True, eq=False)
class Workdays:
    """The calendar as known: the days of the notices by day, and the years that have one."""

    named: Mapping[date, CalendarDay]
    years: frozenset[int]
    statutory: Mapping[date, str]

    @classmethod
    def load(cls) -> "Workdays":
        """Give the calendar of ``data/calendar``; the files are read once a process."""
        return _load()

    def with_year(self, year: int, rows: Iterable[CalendarDay]) -> "Workdays":
        """Give the calendar with the notice of a year, instead of an earlier one of that year.

        A notice may name days at the end of the year before. Raises ``BadNotice`` if a row lies
        elsewhere, or if none lies in the year.
        """
        new = {row.day: row for row in rows}
        strange = [d for d in new if d.year != year and not (d.year == year - 1 and _late(d))]
        if strange or not any(d.year == year for d in new):
            message = f"not a notice for {year}: {[d.isoformat() for d in strange] or 'no day'}"
            raise BadNotice(message)
        kept = {
            day: row
            for day, row in self.named.items()
            if (day + _SPILL).year != year  # what an earlier notice of the year may have named
        }
        return replace(self, named=MappingProxyType(kept | new), years=self.years | {year})

    def known(self, day: date) -> bool:
        """Tell whether notices settle the day.

        The last days of a year are settled by the notice of the next one: that of 2007 made 30 and
        31 December 2006 working days, that of 2019 made 31 December 2018 a rest day.
        """
        return day.year in self.years and (not _late(day) or day.year + 1 in self.years)

    def is_workday(self, day: date) -> Answer:
        """Tell whether a day is a working day."""
        named = self.named.get(day)
        if named is not None:
            return Answer(named.kind is DayKind.WORK, provisional=not self.known(day))
        holiday = day.year not in self.years and day in self.statutory
        rest = holiday or day.weekday() >= _SATURDAY
        return Answer(not rest, provisional=not self.known(day))

    def add(self, day: date, n: int) -> DueDay:
        """Give the n-th working day after a day, the day itself not counted.

        ``n = 0`` gives the day itself, or the first working day after it.
        """
        if n < 0:
            message = f"a number of working days is not negative: {n}"
            raise ValueError(message)
        if n == 0:
            return self.on_or_after(day)
        provisional = False
        while n:
            day += _ONE_DAY
            answer = self.is_workday(day)
            provisional |= answer.provisional
            n -= answer.workday
        return DueDay(day, provisional)

    def on_or_after(self, day: date) -> DueDay:
        """Give the day if it is a working day, otherwise the first one after it."""
        answer = self.is_workday(day)
        provisional = answer.provisional
        while not answer:
            day += _ONE_DAY
            answer = self.is_workday(day)
            provisional |= answer.provisional
        return DueDay(day, provisional)


def _late(day: date) -> bool:
    """Tell whether the notice of the next year may name the day: the year's last three days."""
    return (day + _SPILL).year > day.year


def _rows(name: str) -> Iterator[list[str]]:
    text = files("data").joinpath("calendar", name).read_text(encoding="utf-8")
    rows = csv.reader(io.StringIO(text))
    next(rows)
    return rows


@cache
def _load() -> Workdays:
    named = {
        day: CalendarDay(day, DayKind(kind), name)
        for day, kind, name in (
            (date.fromisoformat(text), kind, name) for text, kind, name in _rows("cn_workdays.csv")
        )
    }
    statutory = {date.fromisoformat(day): name for day, _, name in _rows("cn_statutory.csv")}
    return Workdays(
        MappingProxyType(named),
        frozenset(d.year for d in named),
        MappingProxyType(statutory),
    )
