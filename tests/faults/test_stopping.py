"""A web process is told to stop in the midst of everything: a flood, people at work, streams, and readers who never
read. It is gone in time, and whoever it sent away has everything from the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from tests.faults.conftest import Install
from tests.faults.flood import Plan
from tests.faults.installation import STOP_S, Installation, at_work
from tests.faults.judge import TIMED, judge, settle, told
from tests.faults.ledger import now
from tests.faults.load import Load, Phase, played, silent_readers

CALLERS = 30
SECONDS = 10.0
"""Of the flood: it goes on while the process stops, and after."""
BEGIN_S = 120.0
DISTRICTS = ("fj", "cm")
FLOODED = 100
"""So many must have been let in or sent away before the process is told to stop."""


@contextmanager
def flooded(here: Installation, load: Load) -> Iterator[Future[Phase]]:
    """As many as there are callers ask at once, for a while."""
    plan = Plan(here.port, SECONDS, load.at(township=1), seed=1, callers=CALLERS)
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(played, plan)


def test_a_web_process_stops_in_time_under_load_and_nobody_loses_anything(install: Install) -> None:
    with install(speed=1.0) as here, at_work(here, 1, DISTRICTS) as crew:
        assert here.ledger.wait_for(lambda: len(here.ledger.acks) >= 4, BEGIN_S), "nothing began"
        load = Load(here)
        with silent_readers(load), flooded(here, load) as flood:
            at = now()
            assert here.ledger.first_ack_after(at, BEGIN_S) is not None, "it works beside the flood"
            here.stop("web")
            stopped = here.stopped_within["web"]
            here.start("web")
            assert flood.result(BEGIN_S).statuses().total() > FLOODED
        at = now()
        assert here.ledger.first_ack_after(at, BEGIN_S) is not None
        crew.quiet()
        found, quiet_at = settle(here)
        crew.go_home()
        found += judge(here, quiet_at, retold=False)
    slow = [each for each in found if each.kind != "slow answer"]  # a flood has its own goals
    assert told(slow) == {}
    assert not TIMED or stopped <= STOP_S, stopped
