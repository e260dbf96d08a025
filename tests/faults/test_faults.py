"""Everything that can break, breaks while people work: nothing promised is lost, doubled, or late unseen."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.faults.cluster import Cluster
from tests.faults.conftest import SEEDS, Install
from tests.faults.installation import Installation, at_work
from tests.faults.judge import TIMED, judge, settle, told
from tests.faults.ledger import now

RECOVERS_S = 5.0
"""From the end of the fault to the first answer to something asked after it: the goal of a run that is timed."""
BEGIN_S = 120.0
HOLDS_S = 4.5
WORKS_S = 1.0
Fault = Callable[[Installation, Cluster], float]


def is_commit(piece: bytes) -> bool:
    """PostgreSQL's word that a transaction was committed."""
    return b"COMMIT\x00" in piece


def is_answer(piece: bytes) -> bool:
    """An acknowledgement on its way to the client."""
    return b"CommandDone" in piece


def database_killed(here: Installation, cluster: Cluster) -> float:
    cluster.kill()
    here.shared.stop.wait(1.0)
    cluster.start()
    return now()


def database_frozen(here: Installation, cluster: Cluster) -> float:
    cluster.freeze()
    here.shared.stop.wait(HOLDS_S)
    cluster.thaw()
    return now()


def database_restarted(_here: Installation, cluster: Cluster) -> float:
    cluster.restart()
    return now()


def network_stalled(here: Installation, _cluster: Cluster) -> float:
    here.database.freeze()
    here.shared.stop.wait(HOLDS_S)
    here.database.thaw()
    return now()


def network_cut(here: Installation, _cluster: Cluster) -> float:
    here.database.cut()
    return now()


def commit_unanswered(here: Installation, _cluster: Cluster) -> float:
    before = here.database.lost
    here.database.lose_answers(is_commit, 5)
    assert here.ledger.wait_for(lambda: here.database.lost >= before + 5, BEGIN_S), (
        "no commits came"
    )
    return now()


def answers_lost(here: Installation, _cluster: Cluster) -> float:
    before = here.entrance.lost
    here.entrance.lose_answers(is_answer, 5)
    assert here.ledger.wait_for(lambda: here.entrance.lost >= before + 5, BEGIN_S), (
        "no answers came"
    )
    return now()


def web_killed(here: Installation, _cluster: Cluster) -> float:
    here.kill("web")
    here.start("web")
    return now()


def decider_killed(here: Installation, _cluster: Cluster) -> float:
    """Who decides beside the web process, in the midst of deciding; another is forked meanwhile."""
    while not here.shared.stop.is_set():
        try:
            os.kill(here.decider, signal.SIGKILL)
            break
        except (LookupError, ProcessLookupError, FileNotFoundError):
            here.shared.stop.wait(0.1)  # the next one is on its way
    return now()


def backend_killed(here: Installation, _cluster: Cluster) -> float:
    """One process of the server, that appends: the server throws everybody out and recovers by itself."""
    asked = "select pid from pg_stat_activity where application_name = 'yidang append' order by state, pid"
    with suppress(ProcessLookupError):
        os.kill(here.rows(asked)[0][0], signal.SIGKILL)
    return now()


def workers_killed(here: Installation, _cluster: Cluster) -> float:
    here.kill("clocks")
    here.kill("projections")
    here.start("clocks", "projections")
    return now()


def disk_full(here: Installation, cluster: Cluster) -> float:
    cluster.fill_disk()
    here.shared.stop.wait(HOLDS_S)
    cluster.free_disk()
    return now()


FAULTS: tuple[Fault, ...] = (
    database_killed,
    database_frozen,
    database_restarted,
    network_stalled,
    network_cut,
    commit_unanswered,
    answers_lost,
    web_killed,
    decider_killed,
    backend_killed,
    workers_killed,
)


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_breaks_nothing_promised_is_broken(
    seed: int, install: Install, cluster: Cluster
) -> None:
    faults = [*FAULTS, *([disk_full] if cluster.has_own_disk else [])]
    random.Random(seed).shuffle(faults)  # noqa: S311 - repeatable, not secret
    late: dict[str, float | None] = {}
    with install() as here, at_work(here, seed) as crew:
        assert here.ledger.wait_for(lambda: len(here.ledger.acks) >= 4, BEGIN_S), (
            "nobody could begin"
        )
        for fault in faults:
            recovered = here.ledger.first_ack_after(fault(here, cluster), BEGIN_S)
            if recovered is None or (TIMED and recovered > RECOVERS_S):
                late[fault.__name__] = recovered
            here.shared.stop.wait(WORKS_S)
        crew.quiet()
        found, quiet_at = settle(here)
        crew.go_home()
        found += judge(here, quiet_at)
    assert (told(found), late) == ({}, {})


def test_a_full_disk_was_tried(cluster: Cluster) -> None:
    if not cluster.has_own_disk:
        pytest.skip("needs root, to mount a small disk for the server")
    assert disk_full not in FAULTS
