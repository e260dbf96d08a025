"""A memory that is full forgets, and never holds more than it may."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.bounded import Bounded


@given(st.integers(1, 5), st.lists(st.integers(0, 9)))
def test_it_never_holds_more_than_it_may_and_always_what_came_last(
    most: int, came: list[int]
) -> None:
    kept = Bounded[int, str](most)
    for key in came:
        kept[key] = str(key)
        assert len(kept) <= most
        assert kept[key] == str(key)


def test_full_it_forgets_all_and_a_known_key_makes_it_forget_nothing() -> None:
    kept = Bounded[str, int](2)
    kept["a"], kept["b"] = 1, 2
    kept["b"] = 3
    assert kept == {"a": 1, "b": 3}
    kept["c"] = 4
    assert kept == {"c": 4}
