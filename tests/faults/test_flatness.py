"""The soak judges itself: what climbs is found, what trembles is not."""

from __future__ import annotations

import pytest

from tests.faults.flatness import LOOKS_MIN, Looks, climb


def looks(memory: list[float], lag: list[float]) -> Looks:
    made = Looks()
    for mb, events in zip(memory, lag, strict=True):
        made.add({"web": mb}, events)
    return made


FLAT = [200.0, 203.0, 199.0, 201.0, 202.0, 200.0, 201.0, 200.0]
STILL = [0.0, 3.0, 1.0, 0.0, 2.0, 0.0, 1.0, 0.0]
FILLED = [100.0, 150.0, 180.0, 199.0, 201.0, 202.0, 200.0, 201.0]


def test_what_trembles_is_flat() -> None:
    assert list(looks(FLAT, STILL).findings()) == []
    assert list(looks(FILLED, STILL).findings()) == [], "caches that fill, and then are full"
    assert climb([5.0, 5.0, 5.0]) == 0.0
    assert climb([0.0, 1.0, 2.0]) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("memory", "lag", "word"),
    [
        ([200.0 + 10 * n for n in range(8)], STILL, "memory of web climbs by 30 MB"),
        (FLAT, [20.0 * n for n in range(8)], "lag climbs by 140 events"),
        (FLAT, [900.0] * 8, "lag is 900 events at the end"),
        (FLAT[: LOOKS_MIN - 1], STILL[: LOOKS_MIN - 1], "only 7 looks"),
    ],
)
def test_what_climbs_is_found(memory: list[float], lag: list[float], word: str) -> None:
    assert any(word in finding for finding in looks(memory, lag).findings())
