"""上课日 · School days: working days outside the winter and summer holidays.

The holidays are pack data with the platform's usual terms, ``MM-DD/MM-DD`` each, since a school's own calendar names
only the day a holiday begins; a day that was counted across one is therefore provisional.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.kernel import Command
from domain.workdays import DueDay


def after(command: Command[Any], start: date, n: int) -> DueDay:
    """The ``n``-th school day after ``start``; with none, the day itself or the first working day after it."""
    holidays = command.rules.sequence("school_holidays")
    due = command.workdays.add(start, 0) if n == 0 else DueDay(start, provisional=False)
    provisional = due.provisional
    while n:
        due = command.workdays.add(due.day, 1)
        away = in_holidays(holidays, due.day)
        provisional |= due.provisional or away
        n -= not away
    return DueDay(due.day, provisional)


def in_holidays(holidays: tuple[str, ...], day: date) -> bool:
    """Whether a day lies in one of the holidays, the last day included."""
    said = f"{day:%m-%d}"
    return any(first <= said <= last for first, _, last in (h.partition("/") for h in holidays))
