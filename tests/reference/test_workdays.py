"""Working days: notices of known years, provisional answers, recomputing by a new notice."""

from datetime import date, timedelta

import pytest

from domain.workdays import BadNotice, CalendarDay, DayKind, DueDay, Workdays


@pytest.fixture(scope="module")
def workdays() -> Workdays:
    return Workdays.load()


def example_notice() -> list[CalendarDay]:
    """An invented notice for 2027: three days at new year, made up for on Saturday 9 January."""
    rest = [date(2027, 1, 1) + timedelta(days=n) for n in range(4)]
    return [
        *(CalendarDay(d, DayKind.REST, "元旦") for d in rest),
        CalendarDay(date(2027, 1, 9), DayKind.WORK, "元旦"),
        *(CalendarDay(date(2027, 1, d), DayKind.REST, "春节") for d in (14, 15)),
    ]


@pytest.mark.parametrize(
    ("day", "workday"),
    [
        (date(2026, 2, 13), True),  # Friday
        (date(2026, 2, 14), True),  # Saturday made a working day for 春节
        (date(2026, 2, 17), False),  # Tuesday, 春节
        (date(2026, 2, 21), False),  # Saturday
        (date(2020, 1, 31), False),  # Friday, 春节 lengthened that winter
        (date(2025, 10, 8), False),  # Wednesday, 国庆 and 中秋 together
        (date(2025, 10, 11), True),  # Saturday made a working day
        (date(2006, 12, 31), True),  # Sunday, by the notice for 2007
        (date(2018, 12, 31), False),  # Monday, by the notice for 2019
    ],
)
def test_days_of_known_years(workdays: Workdays, day: date, *, workday: bool) -> None:
    answer = workdays.is_workday(day)
    assert bool(answer) is answer.workday is workday
    assert not answer.provisional


def test_the_first_day_is_not_counted(workdays: Workdays) -> None:
    assert workdays.add(date(2026, 3, 2), 1) == DueDay(date(2026, 3, 3), provisional=False)


def test_a_count_skips_the_holiday_and_counts_the_make_up_days(workdays: Workdays) -> None:
    due = workdays.add(date(2026, 9, 18), 10)  # 20 Sep works, 25 to 27 Sep and 1 to 7 Oct rest
    assert due == DueDay(date(2026, 10, 9), provisional=False)


def test_nothing_to_count_gives_the_day_or_the_next_working_day(workdays: Workdays) -> None:
    assert workdays.add(date(2026, 9, 30), 0).day == date(2026, 9, 30)
    assert workdays.add(date(2026, 10, 1), 0).day == date(2026, 10, 8)
    assert workdays.on_or_after(date(2026, 10, 3)).day == date(2026, 10, 8)


def test_a_negative_count_is_refused(workdays: Workdays) -> None:
    with pytest.raises(ValueError, match="not negative"):
        workdays.add(date(2026, 3, 2), -1)


def test_beyond_the_notices_a_due_day_is_provisional_and_then_recomputed(
    workdays: Workdays,
) -> None:
    start = date(2026, 12, 20)
    assert workdays.add(start, 20) == DueDay(date(2027, 1, 18), provisional=True)
    informed = workdays.with_year(2027, example_notice())
    assert informed.add(start, 20) == DueDay(date(2027, 1, 20), provisional=False)
    assert workdays.add(start, 20).provisional  # the calendar it was made from is as before


def test_without_a_notice_weekends_and_statutory_holidays_rest(workdays: Workdays) -> None:
    for day in (date(2027, 1, 1), date(2027, 2, 8), date(2027, 6, 9), date(2027, 1, 2)):
        answer = workdays.is_workday(day)
        assert not answer
        assert answer.provisional
    assert workdays.is_workday(date(2027, 1, 4))
    assert workdays.is_workday(date(2027, 1, 4)).provisional


def test_the_last_days_of_a_year_wait_for_the_next_notice(workdays: Workdays) -> None:
    assert not workdays.is_workday(date(2026, 12, 28)).provisional
    assert workdays.is_workday(date(2026, 12, 29)).provisional
    assert not workdays.is_workday(date(2025, 12, 31)).provisional
    notice = [*example_notice(), CalendarDay(date(2026, 12, 31), DayKind.REST, "元旦")]
    informed = workdays.with_year(2027, notice)
    answer = informed.is_workday(date(2026, 12, 31))
    assert not answer
    assert not answer.provisional


def test_a_corrected_notice_replaces_the_first_one(workdays: Workdays) -> None:
    first = workdays.with_year(
        2027, [*example_notice(), CalendarDay(date(2026, 12, 31), DayKind.REST, "元旦")]
    )
    corrected = first.with_year(2027, example_notice()[:1])
    assert corrected.is_workday(date(2026, 12, 31))
    assert corrected.is_workday(date(2027, 1, 4))
    assert not corrected.is_workday(date(2027, 1, 9))
    assert not corrected.is_workday(date(2026, 10, 1))  # other years stay


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [CalendarDay(date(2026, 10, 1), DayKind.REST, "国庆节")],
        [CalendarDay(date(2026, 12, 31), DayKind.REST, "元旦")],
        [
            CalendarDay(date(2027, 1, 1), DayKind.REST, "元旦"),
            CalendarDay(date(2028, 1, 1), DayKind.REST, "元旦"),
        ],
    ],
)
def test_a_notice_of_another_year_is_refused(workdays: Workdays, rows: list[CalendarDay]) -> None:
    with pytest.raises(BadNotice):
        workdays.with_year(2027, rows)


def test_before_the_first_notice_answers_are_provisional(workdays: Workdays) -> None:
    assert workdays.is_workday(date(2003, 3, 3)).provisional


def test_counting_agrees_with_asking_every_day(workdays: Workdays) -> None:
    start = date(2025, 9, 20)
    for n in range(1, 120):
        due = workdays.add(start, n).day
        between = (start + timedelta(days=k) for k in range(1, (due - start).days + 1))
        assert sum(bool(workdays.is_workday(d)) for d in between) == n
        assert workdays.is_workday(due)
