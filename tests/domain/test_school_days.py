"""School days: working days outside the holidays of the packs."""

from __future__ import annotations

from datetime import date

import pytest

from domain import school_days
from domain.child.truancy import RecordTruancy
from tests.dsl import place, put

FENGJIE = place("重庆市/奉节县")


@pytest.mark.parametrize(
    ("start", "n", "day", "provisional"),
    [
        (date(2025, 3, 3), 0, date(2025, 3, 3), False),
        (date(2025, 3, 8), 0, date(2025, 3, 10), False),
        (date(2025, 3, 3), 10, date(2025, 3, 17), False),
        (date(2025, 6, 27), 2, date(2025, 9, 1), True),
        (date(2025, 1, 17), 1, date(2025, 2, 17), True),
    ],
)
def test_a_school_day_is_a_working_day_outside_the_holidays(
    start: date, n: int, day: date, *, provisional: bool
) -> None:
    command = put(RecordTruancy(absence_dates=(start,)), at="2025-09-10 09:00", where=FENGJIE)
    due = school_days.after(command, start, n)
    assert (due.day, due.provisional) == (day, provisional)


def test_the_first_and_the_last_day_of_a_holiday_belong_to_it() -> None:
    given = [date(2025, 6, 30), date(2025, 7, 1), date(2025, 8, 31), date(2025, 9, 1)]
    free = [school_days.in_holidays(("01-20/02-16", "07-01/08-31"), day) for day in given]
    assert free == [False, True, True, False]
