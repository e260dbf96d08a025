"""From acknowledged to seen: of moves that were told together the later one counts, and nothing may be lost."""

from __future__ import annotations

import pytest

from bench.fanout.steady import lags_of

MS = 1_000_000


def test_each_move_is_seen_when_it_or_a_later_one_is_told() -> None:
    acks = {10: 0, 11: 5 * MS, 14: 20 * MS}
    seen = {11: [7 * MS, 9 * MS], 14: [21 * MS, 22 * MS]}
    assert sorted(lags_of(acks, seen, 2)) == [1, 2, 2, 4, 7, 9]


@pytest.mark.parametrize(
    "seen", [{11: [7 * MS, 9 * MS]}, {11: [7 * MS, 9 * MS], 14: [21 * MS]}, {}]
)
def test_a_move_that_not_all_were_told_is_an_error(seen: dict[int, list[int]]) -> None:
    with pytest.raises(RuntimeError, match="at 14"):
        list(lags_of({10: 0, 14: 20 * MS}, seen, 2))
