"""What an operator watches: right, complete, and nothing that leads to anybody."""

from __future__ import annotations

import asyncio
import re
from time import monotonic

from ops.health import Health
from ops.metrics import Figure, exposed, of_the_installation
from projections.journal import Seal
from projections.notes import Notes
from projections.pipeline import Lost
from projections.registry import LATER
from schema.context import wall_clock
from schema.transport.admission import Admission, Places
from schema.transport.lane import Ticket, Verdict
from tests.database import Database
from tests.projections.town import reported, town_on

LINE = re.compile(r'yidang_[a-z_]+(\{[a-z]+="\w+"\})? [0-9.e+-]+')
WAIT_S = 60.0


class Nobody:
    """Waits, and is told."""

    def granted(self) -> None:
        """Goes in."""

    def refused(self) -> None:
        """Goes away."""


def told(text: str) -> dict[str, float]:
    """The figures by their names; a line of any other form is an error."""
    lines = [line for line in text.splitlines() if not line.startswith("# ")]
    assert all(LINE.fullmatch(line) for line in lines), lines
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_a_figure_is_one_value_or_one_for_each_name() -> None:
    figures = [
        Figure("parked", "搁置 · set aside", 2),
        Figure(
            "refused_total", "被挡 · turned away", {"full": 3, "throttled": 1}, "why", counts=True
        ),
    ]
    assert exposed(figures).splitlines() == [
        "# HELP yidang_parked 搁置 · set aside",
        "# TYPE yidang_parked gauge",
        "yidang_parked 2",
        "# HELP yidang_refused_total 被挡 · turned away",
        "# TYPE yidang_refused_total counter",
        'yidang_refused_total{why="full"} 3',
        'yidang_refused_total{why="throttled"} 1',
    ]


def test_what_was_never_seen_is_left_out() -> None:
    figures = told(
        exposed(of_the_installation(ready=False, told={"ready": False, "seenSecondsAgo": 4.0}))
    )
    assert figures == {"yidang_ready": 0, "yidang_seen_seconds_ago": 4}


def test_the_installation_is_told_as_it_stands(database: Database) -> None:
    with town_on(database) as town:
        reported(town)
        health = Health(
            town.platform.ways.writer_dsn, [p.name for p in LATER], town.platform.casebook.now
        )
        health.start()
        try:
            until = monotonic() + WAIT_S
            while not health.told()[0]:
                assert monotonic() < until
            is_ready, seen = health.told()
        finally:
            health.stop()
    figures = told(exposed(of_the_installation(ready=is_ready, told=seen)))
    assert figures["yidang_ready"] == figures["yidang_log_writable"] == 1
    assert figures["yidang_log_head"] > 0
    assert {f'yidang_projection_lag_events{{projection="{p.name}"}}' for p in LATER} <= {*figures}
    assert 0 < figures["yidang_database_connections"] < figures["yidang_database_connections_most"]
    assert figures["yidang_clocks_due"] >= 0


def test_whoever_is_turned_away_is_counted_by_why() -> None:
    async def story() -> None:
        places = Places(
            running=9, kept_for_priority=8, kept_for_ordinary=0, waiting=1, per_caller=1
        )
        admission = Admission(places)
        asked = [Ticket(caller=who, group=who) for who in ("a", "a", "b", "c")]
        verdicts = [admission.knock(ticket, Nobody()) for ticket in asked]
        assert verdicts == [Verdict.RUNS, Verdict.THROTTLED, Verdict.WAITS, Verdict.FULL]
        assert (admission.running_in_all, admission.waiting_in_all) == (1, 1)
        assert admission.refused == {Verdict.THROTTLED: 1, Verdict.FULL: 1}

    asyncio.run(story())


def test_a_batch_of_the_journal_that_was_not_written_is_counted() -> None:
    async def story() -> None:
        notes = Notes("", Seal(b"k" * 32, wall_clock))  # no connection was ever opened
        try:
            async with asyncio.timeout(WAIT_S):
                await notes.put("[]")
        except Lost:
            assert (notes.flushes.written, notes.flushes.failed) == (0, 1)
        else:
            raise AssertionError("written to nowhere")

    asyncio.run(story())
