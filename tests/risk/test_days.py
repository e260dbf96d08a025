"""Time alone: exact to the local day, and the next change is known beforehand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings

from domain.periods import SHANGHAI, Period
from domain.risk import CategoryOnFile, RiskFact, evaluate, next_change_at
from tests.risk.samples import LEFT_BEHIND, NOW, TODAY, any_sets, at, category_sets, fact

START = date(2025, 8, 31)


def first_of(day: date) -> datetime:
    return at(day, 0)


def tier_on(day: date, *facts: RiskFact) -> str:
    tier = evaluate(facts, (LEFT_BEHIND,), at(day)).tier
    assert tier is not None
    return tier.code


@pytest.mark.parametrize(
    ("one", "last_day", "before", "after"),
    [
        # R-H2: longer than 7 days
        (fact("RF-16", at(START)), START + timedelta(days=7), "R4", "R2"),
        # R-H4: within 6 months, clamped to the end of February
        (fact("RF-34", at(START)), date(2026, 2, 28), "R2", "R4"),
        (fact("RF-35", at(START), ended_on=date(2025, 8, 30)), date(2026, 2, 28), "R2", "R4"),
        (fact("RF-35", at(START), ended_on=date(2025, 8, 15)), date(2026, 2, 15), "R2", "R4"),
        # R-H8: informed without answer for 7 days
        (fact("RF-17", at(START), informed_on=START), START + timedelta(days=7), "R3", "R2"),
        # R-X1: twice the cadence since the last contact
        (
            fact("RF-38", at(START), cadence=Period(days=14)),
            START + timedelta(days=28),
            "R4",
            "R3",
        ),
        (fact("RF-38", at(START), cadence=Period(months=1)), date(2025, 10, 31), "R4", "R3"),
    ],
    ids=["H2", "H4 returned", "H4 clamped", "H4 placed", "H8", "X1 enhanced", "X1 normal"],
)
def test_the_last_day_still_belongs_to_the_span(
    one: RiskFact, last_day: date, before: str, after: str
) -> None:
    next_day = last_day + timedelta(days=1)
    assert tier_on(START, one) == before
    assert tier_on(last_day, one) == before
    assert tier_on(next_day, one) == after
    assert next_change_at([one], (LEFT_BEHIND,), at(START)) == first_of(next_day)
    assert next_change_at([one], (LEFT_BEHIND,), at(next_day)) is None


def test_the_day_is_the_local_day() -> None:
    gap = fact("RF-16", datetime(2025, 2, 28, 17, tzinfo=UTC))  # 1 March, 01:00 in Shanghai
    last = datetime(2025, 3, 8, 15, 59, tzinfo=UTC)
    assert evaluate([gap], (), last).rule_id == "R-L1"
    assert evaluate([gap], (), last + timedelta(minutes=1)).rule_id == "R-H2"
    assert next_change_at([gap], (), last) == datetime(2025, 3, 9, tzinfo=SHANGHAI)


def test_a_placement_that_lasts_is_watched_for_as_long() -> None:
    placed = fact("RF-35", at(date(2023, 1, 1)))
    assert tier_on(TODAY, placed) == "R2"
    assert next_change_at([placed], (), NOW) is None


def test_time_that_does_not_move_the_tier_is_no_change() -> None:
    gap = fact("RF-16")
    assert next_change_at([gap, fact("RF-02")], (), NOW) is None
    assert next_change_at([fact("RF-02")], (LEFT_BEHIND,), NOW) is None


def test_a_lapse_after_the_gap_is_the_second_change() -> None:
    facts = [fact("RF-38", cadence=Period(days=14)), fact("RF-16")]
    first = next_change_at(facts, (LEFT_BEHIND,), NOW)
    assert first == first_of(TODAY + timedelta(days=8))
    assert next_change_at(facts, (LEFT_BEHIND,), first) is None  # R2 is not lifted to R1


@settings(max_examples=150)
@given(facts=any_sets, categories=category_sets)
def test_the_next_change_is_the_one_that_comes(
    facts: list[RiskFact], categories: tuple[CategoryOnFile, ...]
) -> None:
    def tier(day: date) -> object:
        return evaluate(facts, categories, at(day)).tier

    due = next_change_at(facts, categories, NOW)
    ahead = (TODAY + timedelta(days=n) for n in range(1, 220))
    found = next((day for day in ahead if tier(day) != tier(TODAY)), None)
    assert due == (first_of(found) if found else None)
