"""Calendar arithmetic: months that clamp, days of two cities, ages, and the switch of cadence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.periods import (
    SHANGHAI,
    Period,
    add,
    age_on,
    birthday,
    earlier,
    local_date,
    next_due,
    under,
)

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
MONTHS = st.integers(0, 240)
INTERVALS = st.sampled_from(["P1D", "P7D", "P14D", "P1M", "P2M", "P3M", "P6M", "P12M"])


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("P1M", Period(months=1)),
        ("P1Y", Period(months=12)),
        ("P1Y2M3D", Period(months=14, days=3)),
        ("P14D", Period(days=14)),
        ("P2W", Period(days=14)),
        ("PT30M", Period(minutes=30)),
        ("PT24H", Period(minutes=1440)),
        ("P1DT2H5M", Period(days=1, minutes=125)),
    ],
)
def test_durations_are_read(text: str, period: Period) -> None:
    assert Period.parse(text) == period


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "1M", "P1.5M", "P-1M", "PT30S", "P1M2Y", "30"]
)
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="ISO 8601"):
        Period.parse(text)


@given(st.builds(Period, MONTHS, st.integers(0, 400), st.integers(0, 4000)))
def test_what_is_written_is_read_again(period: Period) -> None:
    assert Period.parse(str(period)) == period


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        ("2019-03-31", "P1M", "2019-04-30"),
        ("2019-04-30", "P1M", "2019-05-30"),
        ("2024-01-31", "P1M", "2024-02-29"),
        ("2023-01-31", "P1M", "2023-02-28"),
        ("2024-08-31", "P6M", "2025-02-28"),
        ("2024-12-15", "P2M", "2025-02-15"),
        ("2024-02-29", "P12M", "2025-02-28"),
        ("2024-07-01", "P2M", "2024-09-01"),
        ("2024-08-20", "P14D", "2024-09-03"),
        ("2024-12-31", "P1D", "2025-01-01"),
        ("2024-01-31", "P1M1D", "2024-03-01"),
    ],
)
def test_months_clamp_and_days_do_not(start: str, period: str, end: str) -> None:
    assert add(date.fromisoformat(start), period) == date.fromisoformat(end)


def test_minutes_are_added_to_a_moment() -> None:
    start = datetime(2025, 3, 3, 23, 50, tzinfo=SHANGHAI)
    assert add(start, "PT30M") == datetime(2025, 3, 4, 0, 20, tzinfo=SHANGHAI)


def test_a_month_is_counted_on_the_local_calendar_and_the_zone_is_kept() -> None:
    start = datetime(2019, 3, 30, 17, 0, tzinfo=UTC)  # 31 March, 01:00 in Shanghai
    end = add(start, "P1M")
    assert end == datetime(2019, 4, 30, 1, 0, tzinfo=SHANGHAI)
    assert end.tzinfo is UTC


def test_minutes_do_not_fit_a_plain_day() -> None:
    with pytest.raises(ValueError, match="time of day"):
        add(date(2025, 3, 3), "PT30M")


@pytest.mark.parametrize("use", [local_date, lambda moment: add(moment, "P1M")])
def test_a_moment_without_a_zone_is_refused(use: Callable[[datetime], object]) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        use(datetime(2025, 3, 3, 9, 0))  # noqa: DTZ001 - the point of the test


def test_the_local_day_turns_at_four_in_the_afternoon_utc() -> None:
    assert local_date(datetime(2020, 12, 31, 15, 59, tzinfo=UTC)) == date(2020, 12, 31)
    assert local_date(datetime(2020, 12, 31, 16, 0, tzinfo=UTC)) == date(2021, 1, 1)


@pytest.mark.law
@given(DAYS, DAYS, MONTHS)
def test_adding_months_keeps_the_order_of_days(first: date, second: date, months: int) -> None:
    period = Period(months=months)
    first, second = sorted((first, second))
    assert add(first, period) <= add(second, period)


@pytest.mark.law
@given(DAYS, MONTHS, MONTHS)
def test_a_longer_period_never_ends_earlier(day: date, shorter: int, longer: int) -> None:
    shorter, longer = sorted((shorter, longer))
    assert add(day, Period(months=shorter)) <= add(day, Period(months=longer))


@pytest.mark.law
@given(DAYS, MONTHS)
def test_adding_months_never_skips_a_month(day: date, months: int) -> None:
    end = add(day, Period(months=months))
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    assert end.day <= day.day
    assert end.day == day.day or (end + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        ("2015-06-01", "2025-03-03", 9),
        ("2009-03-04", "2025-03-03", 15),
        ("2009-03-03", "2025-03-03", 16),
        ("2012-02-29", "2013-02-28", 0),
        ("2012-02-29", "2013-03-01", 1),
        ("2012-02-29", "2028-02-28", 15),
        ("2012-02-29", "2028-02-29", 16),
    ],
)
def test_age_in_completed_years(birth: str, day: str, age: int) -> None:
    assert age_on(date.fromisoformat(birth), date.fromisoformat(day)) == age


def test_nobody_has_an_age_before_birth() -> None:
    with pytest.raises(ValueError, match="born"):
        age_on(date(2025, 3, 4), date(2025, 3, 3))


def test_under_sixteen_ends_on_the_sixteenth_birthday() -> None:
    born = date(2003, 11, 20)
    assert under(born, 16, date(2019, 11, 19))
    assert not under(born, 16, date(2019, 11, 20))


def test_a_leap_day_child_stays_under_seven_until_the_first_of_march() -> None:
    born = date(2012, 2, 29)
    assert birthday(born, 7) == date(2019, 3, 1)
    assert under(born, 7, date(2019, 2, 28))
    assert not under(born, 7, date(2019, 3, 1))


@pytest.mark.law
@given(st.dates(date(1990, 1, 1), date(2030, 12, 31)), st.integers(0, 60), st.integers(0, 22000))
def test_under_an_age_and_the_age_agree(birth: date, age: int, days: int) -> None:
    day = birth + timedelta(days=days)
    assert under(birth, age, day) == (age_on(birth, day) < age)


def test_the_earlier_day_ignores_days_that_do_not_exist() -> None:
    assert earlier(date(2024, 8, 20), None, date(2024, 8, 10)) == date(2024, 8, 10)
    assert earlier(date(2024, 8, 20), None) == date(2024, 8, 20)


# Scenario 7: file of 2024-07-01, home visit on 07-20, enhanced from 08-10.
@pytest.mark.parametrize(
    ("last", "interval", "switched_on", "previous_due", "due"),
    [
        ("2024-07-01", "P1M", None, None, "2024-08-01"),
        ("2024-07-01", "P2M", None, None, "2024-09-01"),
        ("2024-07-20", "P1M", None, None, "2024-08-20"),
        ("2024-07-20", "P2M", None, None, "2024-09-20"),
        ("2024-07-20", "P14D", "2024-08-10", "2024-08-20", "2024-08-20"),
        ("2024-07-20", "P1M", "2024-08-10", "2024-09-20", "2024-09-10"),
        ("2024-08-20", "P14D", "2024-08-10", "2024-08-20", "2024-09-03"),
        ("2024-08-10", "P14D", "2024-08-10", "2024-08-20", "2024-08-24"),
        ("2025-01-03", "P1M", None, None, "2025-02-03"),
    ],
    ids=[
        "contact after opening",
        "home visit after opening",
        "contact after a visit",
        "home visit after a visit",
        "old contact day is earlier",
        "switch brings the home visit forward",
        "a contact after the switch",
        "a contact on the day of the switch",
        "back to normal",
    ],
)
def test_next_due(
    last: str, interval: str, switched_on: str | None, previous_due: str | None, due: str
) -> None:
    read = date.fromisoformat
    assert next_due(
        read(last),
        interval,
        switched_on=read(switched_on) if switched_on else None,
        previous_due=read(previous_due) if previous_due else None,
    ) == read(due)


@pytest.mark.parametrize(
    "half", [{"switched_on": date(2024, 8, 10)}, {"previous_due": date(2024, 8, 20)}]
)
def test_half_a_switch_is_a_mistake(half: dict[str, date]) -> None:
    with pytest.raises(ValueError, match="needs both"):
        next_due(date(2024, 7, 20), "P1M", **half)


@pytest.mark.law
@given(DAYS, INTERVALS, INTERVALS, st.integers(1, 90))
def test_a_switch_never_gives_more_time(last: date, old: str, new: str, waited: int) -> None:
    previous = add(last, old)
    switched = last + timedelta(days=waited)
    due = next_due(last, new, switched_on=switched, previous_due=previous)
    assert due <= previous
    assert due <= add(switched, new)
