"""期间 · The days a report is about: a month, a quarter, a year, and the days on which figures are published."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from projections.reports.grammar import Every

_MONTHS = {Every.LIVE: 1, Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}
_WRITTEN = re.compile(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?\Z")


class BadPeriod(ValueError):
    """Not ``2025``, ``2025-Q3`` or ``2025-10``."""


@dataclass(frozen=True)
class Days:
    """From a first to a last day, both inclusive."""

    first: date
    last: date


def written(text: str) -> Days:
    """``2025``, ``2025-Q3`` or ``2025-10``; raises ``BadPeriod``."""
    match = _WRITTEN.match(text)
    if match is None or match["year"] == "0000":
        raise BadPeriod(text)
    year = int(match["year"])
    if match["month"]:
        return _span(year, int(match["month"]), 1)
    if match["quarter"]:
        return _span(year, 3 * int(match["quarter"]) - 2, 3)
    return _span(year, 1, 12)


def around(day: date, every: Every) -> Days:
    """The period of a report that holds a day."""
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
    yield date(day.year - 1, 12, 31)


def _span(year: int, month: int, months: int) -> Days:
    last = month + months - 1
    return Days(date(year, month, 1), date(year, last, monthrange(year, last)[1]))
