"""The judge of a recovery: in time, late, or never."""

from __future__ import annotations

import pytest

from tests.faults.recovery import GOAL_S, Recovery, recovered, told


@pytest.mark.parametrize(
    ("served", "met"), [(0.2, True), (GOAL_S, True), (GOAL_S + 0.1, False), (None, False)]
)
def test_what_serves_in_time_has_recovered(served: float | None, *, met: bool) -> None:
    found = Recovery(1.0, served)
    assert found.met is met
    (line,) = told({"web": found})
    assert line.startswith("met" if met else "MISSED")


def test_a_recovery_is_counted_from_the_restart() -> None:
    happened: list[str] = []

    def again() -> bool:
        happened.append("look")
        return len(happened) > 3

    found = recovered(lambda: happened.append("kill"), again, lambda: len(happened) > 3)
    assert happened[0] == "kill"
    assert found.met
