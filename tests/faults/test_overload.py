"""A flood of one role from processes of their own: everybody is answered, what is refused says when to come back,
memory stays bounded, and reports and the police get through. Counts alone: ``make overload`` measures the time.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

import httpx
import pytest

from tests.faults.conftest import Install
from tests.faults.flood import Heard, Kind, Plan
from tests.faults.installation import Installation
from tests.faults.load import REFUSED, Load, Phase, played, quantile
from tests.faults.overload import MEMORY_MB, Judged, judged
from tests.faults.soak import memory_mb

CALLERS = 150
SECONDS = 12.0
DEEDS = 5
TRIES = 10
"""How often somebody who is told to come back does so before they call it shut."""
RESULT_S = 500.0


def tries(here: Installation, kind: Kind, deeds: int = DEEDS) -> list[int]:
    """How often each of some deeds had to be asked for before it was accepted; one after the other."""
    found: list[int] = []
    for _ in range(deeds):
        for n in range(1, TRIES + 1):
            heard = played(Plan(here.port, 0.0, [kind], seed=n + TRIES * len(found), each=1))
            if heard.statuses() == {200: 1}:
                found.append(n)
                break
        else:
            found.append(TRIES + 1)
    return found


def test_a_flood_of_one_role_is_answered_and_starves_nobody(install: Install) -> None:
    with install(kinds=("web",), speed=1.0, proxied=False) as here, ThreadPoolExecutor(4) as pool:
        load, web = Load(here), here.processes["web"].pid
        kinds = load.at(township=1, police=1, report=1)
        for kind in kinds:  # what is done for the first time takes longer
            assert tries(here, kind, deeds=1) <= [TRIES]
        before = memory_mb(web)
        plans = [Plan(here.port, SECONDS, kinds[:1], seed=n, callers=CALLERS) for n in (1, 2)]
        flooding: Future[Phase] = pool.submit(played, *plans)
        through = [pool.submit(tries, here, kind) for kind in kinds[1:]]
        assert [max(each.result(RESULT_S)) <= TRIES for each in through] == [True, True]
        flood = flooding.result(RESULT_S)
        assert memory_mb(web) - before < MEMORY_MB
        (heard,) = flood.heard.values()
        assert set(flood.statuses()) <= {200, *REFUSED}, "everybody is answered, with a code"
        assert flood.statuses()[200] > 0
        assert flood.statuses()[503] > 0, "it was a flood"
        assert heard.without_retry_after == 0
        assert set(heard.codes) <= {"UNAVAILABLE", "THROTTLED"}
        assert httpx.get(f"{here.shared.url}/livez", timeout=120).status_code == 200
        assert tries(here, kinds[0], deeds=1) <= [TRIES], "and afterwards all is as before"


def phase(seconds: float, **statuses: list[int]) -> Phase:
    """What was heard, each answer after a tenth of a second."""
    return Phase(seconds, {k: Heard(s, [0.1] * len(s)) for k, s in statuses.items()})


def misses(found: Judged) -> set[str]:
    return {name for name, _, met in found.lines if not met}


MOST = phase(1.0, township=[200] * 100)
WELL = phase(1.0, township=[200] * 80 + [503] * 500, report=[200] * 5, police=[200] * 5)
AFTER = phase(1.0, township=[200] * 10)


def test_the_judge_of_an_overload_is_content_with_what_is_well() -> None:
    found = judged(MOST, WELL, AFTER, 10.0)
    assert (misses(found), found.all_met) == (set(), True)


@pytest.mark.parametrize(
    ("flood", "after", "memory", "missed"),
    [
        (phase(2.0, **{k: h.statuses for k, h in WELL.heard.items()}), AFTER, 0.0, "goodput"),
        (WELL, AFTER, 151.0, "memory of the web process"),
        (WELL, phase(1.0, township=[200, 503]), 0.0, "three seconds later"),
        (
            phase(1.0, township=[200] * 90 + [0], report=[200], police=[200]),
            AFTER,
            0.0,
            "answers other than 200, 429, 503",
        ),
        (
            phase(1.0, township=[200] * 90, report=[200, 503], police=[200]),
            AFTER,
            0.0,
            "report: accepted through the flood",
        ),
    ],
    ids=["goodput", "memory", "after", "unanswered", "starved"],
)
def test_the_judge_of_an_overload_sees(
    flood: Phase, after: Phase, memory: float, missed: str
) -> None:
    found = judged(MOST, flood, after, memory)
    assert missed in misses(found)
    assert not found.all_met


def test_a_quantile_of_few_values_is_one_of_them() -> None:
    assert quantile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert quantile([1.0], 0.99) == 1.0
    assert quantile([], 0.5) == 0.0
