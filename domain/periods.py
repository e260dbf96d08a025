"""期限 · Period arithmetic: how long a duty lasts and on which day it falls due.

Shanghai and Chongqing share one clock, so every day here is the local day of Asia/Shanghai.
Calendar months are added on the calendar and clamped to the last day of the month: 2019-03-31 plus
one month is 2019-04-30. "两周" is 14 days. The texts do not say how to count; this is the
platform's reading (domain model E.1, last paragraph).
"""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Final, TypeVar, overload

# A fixed offset, not a lookup of the time-zone database: China has kept +08:00 all year since 1992,
# every moment recorded here is later, and a machine without tzdata must give the same due dates.
SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")

D = TypeVar("D", bound=date)

_ISO_8601 = re.compile(
    r"P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?)?",
)


@dataclass(frozen=True, slots=True, order=False)
class Period:
    """A length of time as a rule states it: months, days and minutes apart (ISO 8601 duration)."""

    months: int = 0
    days: int = 0
    minutes: int = 0
    to_month_end: bool = field(default=False, compare=False)
    """By the calendar month: until its last day. It is as long as the same period that rolls."""

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read ``P1M``, ``P14D``, ``P2W``, ``P1Y``, ``PT30M``; raises ``ValueError`` otherwise."""
        match = _ISO_8601.fullmatch(text)
        if match is None:
            raise ValueError(f"not an ISO 8601 duration in whole units: {text!r}")
        part = {name: int(number or 0) for name, number in match.groupdict().items()}
        return cls(
            months=12 * part["years"] + part["months"],
            days=7 * part["weeks"] + part["days"],
            minutes=60 * part["hours"] + part["minutes"],
        )

    def __str__(self) -> str:
        """The shortest ISO 8601 form: ``P1M``, ``P14D``, ``PT30M``; the empty period is ``P0D``."""
        day = (f"{self.months}M" if self.months else "") + (f"{self.days}D" if self.days else "")
        time = f"T{self.minutes}M" if self.minutes else ""
        return f"P{day}{time}" if day or time else "P0D"


def local_date(moment: datetime) -> date:
    """The day it is in both cities at an aware moment; raises ``ValueError`` on a naive one."""
    return _aware(moment).astimezone(SHANGHAI).date()


@overload
def add(start: datetime, period: Period | str) -> datetime: ...
@overload
def add(start: date, period: Period | str) -> date: ...
def add(start: date, period: Period | str) -> date:
    """The day or moment one period later: months first (clamped), then days, then minutes.

    A moment is counted on the local calendar and keeps its own time zone. Raises ``ValueError``
    for a naive moment and for a period with minutes added to a plain day.
    """
    period = Period.parse(period) if isinstance(period, str) else period
    if isinstance(start, datetime):
        local = _aware(start).astimezone(SHANGHAI)
        later = _add_months(local, period.months) + timedelta(
            days=period.days, minutes=period.minutes
        )
        return later.astimezone(start.tzinfo)
    if period.minutes:
        raise ValueError(f"{period} has a time of day and cannot be added to the day {start}")
    day = _add_months(start, period.months) + timedelta(days=period.days)
    return _month_end(day) if period.to_month_end else day


def birthday(birth: date, age: int) -> date:
    """The day on which a person born on ``birth`` reaches ``age``.

    Born on 29 February, outside leap years: 1 March, the reading that keeps the child under the
    age longer.
    """
    year = birth.year + age
    if (birth.month, birth.day) == (2, 29) and not isleap(year):
        return date(year, 3, 1)
    return birth.replace(year=year)


def age_on(birth: date, day: date) -> int:
    """Completed years (周岁) on ``day``; raises ``ValueError`` when the person is not yet born."""
    if day < birth:
        raise ValueError(f"born on {birth}, after {day}")
    years = day.year - birth.year
    return years if birthday(birth, years) <= day else years - 1


def under(birth: date, age: int, day: date) -> bool:
    """不满…周岁: still under ``age`` on ``day``; on the birthday itself no longer (T-08)."""
    return day < birthday(birth, age)


def earlier(first: date, *others: date | None) -> date:
    """The earliest of the days given; None stands for "no such day"."""
    return min([first, *(day for day in others if day is not None)])


def next_due(
    last: date,
    interval: Period | str,
    *,
    switched_on: date | None = None,
    previous_due: date | None = None,
) -> date:
    """The next due day of a repeated duty, rolling from the last event that counts.

    When the cadence was tightened after that event, pass the day of the switch and the due day of
    the old cadence: due is the earlier of the old due day and the switch plus the new interval, so
    a switch never gives more time. When it was relaxed, pass neither: due is the last event plus
    the new interval. An event on or after the switch counts by itself. Raises ``ValueError`` when
    only one of the two days is given.
    """
    if (switched_on is None) != (previous_due is None):
        raise ValueError("a switch of cadence needs both its day and the previous due day")
    if switched_on is None or last >= switched_on:
        return add(last, interval)
    return earlier(add(switched_on, interval), previous_due)


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} has no time zone")
    return moment


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _add_months(day: D, months: int) -> D:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))
