"""The judge is judged: each defect that a hasty build has is found, by the word for what it breaks."""

from __future__ import annotations

from tests.faults.conftest import Install
from tests.faults.installation import Installation, at_work
from tests.faults.judge import judge, settle, told
from tests.faults.ledger import now
from tests.faults.test_faults import is_answer

BEGIN_S = 240.0
DISTRICTS = ("fj", "cm")
FORGOTTEN = (
    "select c.fires_at from read.clock c join es.clock_rung r using (clock_id, fires_at) "
    "where c.act = 'case.note_acceptance_overdue'"
)


def is_first_answer(piece: bytes) -> bool:
    """The acknowledgement of a report: asked again it is told twice. An acceptance the rules forbid a second time."""
    return is_answer(piece) and b'"version":1,' in piece


def planted(*names: str) -> tuple[str, ...]:
    """The arguments that plant these."""
    return tuple(word for name in names for word in ("--plant", name))


def a_timer_was_forgotten(here: Installation) -> bool:
    """Whether a report is overdue of which no worker knows any more."""
    return any(fires_at < here.clock() for (fires_at,) in here.rows(FORGOTTEN))


def began(here: Installation, acks: int = 4) -> None:
    """So many deeds have been acknowledged."""
    assert here.ledger.wait_for(lambda: len(here.ledger.acks) >= acks, BEGIN_S), "nothing began"


def ended_by_now(here: Installation) -> int:
    """How many tasks of the police ended: their reports were accepted."""
    return sum(ack.mutation == "acceptReport" for ack in here.ledger.acks)


def ended(here: Installation, many: int) -> None:
    """So many ended."""
    assert here.ledger.wait_for(lambda: ended_by_now(here) >= many, BEGIN_S), "nothing ended"


def test_an_acknowledgement_before_the_commit_is_found(install: Install) -> None:
    with (
        install(options=planted("acknowledges before the commit"), kinds=("web",)) as here,
        at_work(here, 1, DISTRICTS) as crew,
    ):
        began(here)
        here.kill("web")
        here.start("web")
        at = now()
        assert here.ledger.first_ack_after(at, BEGIN_S) is not None
        crew.quiet()
        here.stop("web")
        found = judge(here, here.clock(), retold=False)
    assert "lost" in told(found)


def test_a_build_that_knows_no_command_ids_is_found(install: Install) -> None:
    with (
        install(options=planted("knows no command id"), kinds=("web",)) as here,
        at_work(here, 1, DISTRICTS) as crew,
    ):
        began(here)
        here.entrance.lose_answers(is_first_answer, 2)
        assert here.ledger.wait_for(lambda: here.entrance.lost == 2, BEGIN_S)
        began(here, len(here.ledger.acks) + 4)
        crew.quiet()
        here.stop("web")
        found = judge(here, here.clock(), retold=False)
    assert "doubled" in told(found)


def test_live_only_streams_timers_in_memory_and_a_projector_that_stops_are_found(
    install: Install,
) -> None:
    """Three defects of three kinds of process, each with a finding of its own."""
    defects = planted(
        "subscriptions are live only", "timers are kept in memory", "poison stops the projector"
    )
    with (
        install(options=("--poison", *defects), speed=200.0) as here,
        at_work(here, 1, DISTRICTS) as crew,
    ):
        began(here, 6)
        assert here.ledger.wait_for(here.all_watch, BEGIN_S), "somebody never began to watch"
        for _ in range(2):
            here.kill("clocks")
            with crew.away():
                # What ends meanwhile changes no more: only a stream that resumes tells of it.
                ended(here, many=ended_by_now(here) + 2)
            here.start("clocks")
        # A report that nobody accepts must have fallen due whose timer the killed worker took with it.
        assert here.ledger.wait_for(lambda: a_timer_was_forgotten(here), BEGIN_S)
        crew.quiet()
        found, quiet_at = settle(here, ["poisoned"], within=12)
        found += judge(here, quiet_at, retold=False)
    kinds = told(found)
    assert {"missing", "never rung", "stands still"} <= set(kinds)


def test_poison_in_the_real_projector_parks_its_stream_alone(install: Install) -> None:
    with (
        install(options=("--poison",), kinds=("web", "projections", "clocks")) as here,
        at_work(here, 1, DISTRICTS) as crew,
    ):
        began(here, 12)
        crew.quiet()
        found, _ = settle(here, ["poisoned"])
        parked = here.rows("select distinct projection from read.parked")
    assert (told(found), parked) == ({}, [("poisoned",)])
