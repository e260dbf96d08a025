"""期间 · The days a report is about, from a week to a year, and the days on which figures are published."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MINYEAR, date, timedelta

from projections.reports.grammar import Every

_MONTHS = {Every.LIVE: 1, Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}
_SPRING, _AUTUMN = 2, 9
_WRITTEN = re.compile(
    r"(?P<year>\d{4})(?:-(?:W(?P<week>0[1-9]|[1-4]\d|5[0-3])|Q(?P<quarter>[1-4])|(?P<term>SPRING|AUTUMN)|(?P<month>0[1-9]|1[0-2])))?\Z"
)


class BadPeriod(ValueError):
    """Not ``2025``, ``2025-Q3``, ``2025-10``, ``2025-W14`` or ``2025-AUTUMN``."""


@dataclass(frozen=True)
class Days:
    """From a first to a last day, both inclusive."""

    first: date
    last: date


def written(text: str) -> Days:
    """``2025``, ``2025-Q3``, ``2025-10``, ``2025-W14`` or ``2025-AUTUMN``; raises ``BadPeriod``."""
    match = _WRITTEN.match(text)
    if match is None or match["year"] == "0000":
        raise BadPeriod(text)
    year = int(match["year"])
    if match["week"]:
        return _week(year, int(match["week"]))
    if match["month"]:
        return _span(year, int(match["month"]), 1)
    if match["term"]:
        return _term(year, match["term"] == "AUTUMN")
    if match["quarter"]:
        return _span(year, 3 * int(match["quarter"]) - 2, 3)
    return _span(year, 1, 12)


def around(day: date, every: Every) -> Days:
    """The period of a report that holds a day."""
    if every is Every.SEMESTER:
        autumn = not _SPRING <= day.month < _AUTUMN
        return _term(day.year - (day.month < _SPRING), autumn)
    if every is Every.WEEK:
        return _week(*day.isocalendar()[:2])
    months = _MONTHS[every]
    return _span(day.year, (day.month - 1) // months * months + 1, months)


def published(day: date) -> date:
    """The last end of a month on or before a day: as of which those outside may ask."""
    following = day + timedelta(days=1)
    return day if following.day == 1 else day.replace(day=1) - timedelta(days=1)


def earlier_in_the_year(day: date) -> Iterator[date]:
    """The ends of months before this one, back to the end of the year before."""
    for month in range(day.month - 1, 0, -1):
        yield date(day.year, month, monthrange(day.year, month)[1])
    if day.year > MINYEAR:
        yield date(day.year - 1, 12, 31)


def _week(year: int, week: int) -> Days:
    """From a Monday to a Sunday; raises ``BadPeriod`` where the year has no such week."""
    try:
        first = date.fromisocalendar(year, week, 1)
        return Days(first, first + timedelta(days=6))
    except (ValueError, OverflowError) as none:
        raise BadPeriod(f"{year}-W{week}") from none


def _term(year: int, autumn: bool) -> Days:  # noqa: FBT001 - one of two
    """The school terms of the texts' two cities: from February, and from September into the next January."""
    if autumn:
        return Days(date(year, _AUTUMN, 1), date(year + 1, 1, 31))
    return _span(year, _SPRING, _AUTUMN - _SPRING)


def _span(year: int, month: int, months: int) -> Days:
    last = month + months - 1
    return Days(date(year, month, 1), date(year, last, monthrange(year, last)[1]))
