"""Clocks and queues under a random life: reports, deeds, hand-overs, jumps of time either way, crashes, two workers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from domain.case.intake import AcceptReport
from domain.case.reports import SubmitReport
from domain.kernel import BACKDATED, COMMANDS, Command, Refused
from domain.terms.places import DivisionId
from domain.terms.reports import ReportChannel, ReporterCategory, Trigger
from domain.terms.roles import Role
from ops.clock_worker import LATE, STANDS, fire_due
from ops.platform import Platform, retell_all
from tests.database import Database, Postgres, database_of
from tests.dsl import local
from tests.projections.town import (
    BAIDI,
    OFFICER,
    SECRETS,
    TEACHER,
    Town,
    actor,
    platform_at,
    town_on,
    unit_id,
)

SECOND = actor("second officer", Role.POLICE, "police")
OVERDUE = "case.report_acceptance_overdue"


class ClocksAndQueues(RuleBasedStateMachine):
    """One township over a database of its own."""

    open_database: ClassVar[Callable[[], Any]]

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.database: Database = self.stack.enter_context(type(self).open_database())
        now = [local("2025-03-03 08:00")]
        platform = self.stack.enter_context(platform_at(self.database, now))
        self.town = Town(platform, now, number=1_000)
        self.process = ExitStack()
        self.stack.push(self._end_process)
        self.second: Platform = self._begin_process()
        self.reported: dict[UUID, Any] = {}
        self.accepted: dict[UUID, Any] = {}

    def teardown(self) -> None:
        """What was retold is what was lived, and the database goes."""
        try:
            before = self._read_models()
            retell_all(self.town.platform.ways, SECRETS, lambda _: None)
            assert self._read_models() == before
        finally:
            self.stack.close()

    # ── what happens

    @rule()
    def report(self) -> None:
        """A child that lives alone."""
        telling = SubmitReport(
            report_channel=ReportChannel.IN_PERSON,
            reporter_category=ReporterCategory.SCHOOL,
            discovered_at=self.town.now[0],
            triggers=(Trigger.LIVING_ALONE,),
            situation="一个人住",
            incident_place=DivisionId(BAIDI),
        )
        case = self.town.do(telling, by=TEACHER).stream_id
        self.reported[case] = self.town.now[0]

    @precondition(lambda self: self.reported.keys() - self.accepted.keys())
    @rule(pick=st.integers(0, 99))
    def accept(self, pick: int) -> None:
        """The deed completes the task, in time or late."""
        waiting = sorted(self.reported.keys() - self.accepted.keys())
        case = waiting[pick % len(waiting)]
        try:
            self.town.do(AcceptReport(), case, OFFICER)
        except Refused as refusal:
            if refusal.code != BACKDATED.code:
                raise
            return  # while the clock stands before what is recorded, a person must say why
        self.accepted[case] = self.town.now[0]

    @rule(minutes=st.sampled_from((1, 7, 29, 31, 60, 24 * 60, 30 * 24 * 60)))
    def time_passes(self, minutes: int) -> None:
        """Also a month of being down."""
        self.town.now[0] += timedelta(minutes=minutes)

    @rule(minutes=st.sampled_from((1, 20)))
    def the_clock_is_set_back(self, minutes: int) -> None:
        """As an operator's mistake does."""
        self.town.now[0] -= timedelta(minutes=minutes)

    @rule(by_second=st.booleans())
    def clocks_ring(self, *, by_second: bool) -> None:
        """By either worker; then nothing that is due is left, unless it was set aside in the open."""
        platform = self.second if by_second else self.town.platform
        fired = fire_due(platform, self.town.now[0])
        assert not fired.busy
        assert self._due() == 0
        assert fire_due(self.town.platform, self.town.now[0]).count == 0

    @rule()
    def a_process_is_killed(self) -> None:
        """And another begins with nothing but the database."""
        self.process.close()
        self.second = self._begin_process()

    @precondition(lambda self: self._open_tasks())
    @rule(pick=st.integers(0, 99), what=st.sampled_from(("accept", "hand_over")))
    def somebody_takes_or_hands_over(self, pick: int, what: str) -> None:
        """The named person changes; the unit never loses it."""
        tasks = self._open_tasks()
        task = tasks[pick % len(tasks)]
        owner = task["owner_unit_id"]
        given: dict[str, Any] = {"task_id": task["task_id"]}
        if what == "hand_over":
            given |= {"to_person_id": SECOND.person_id, "task_reason": "交班"}
        command: Command[Any] = COMMANDS[f"case.{what}_task"](**given)
        try:
            self.town.do(command, task["cause_stream_id"], OFFICER)
        except Refused:
            return  # not of this unit, or taken already: the rules say so
        after = self._task(task["task_id"])
        assert after["owner_unit_id"] == owner
        assert after["named_person_id"] in {OFFICER.person_id, SECOND.person_id}

    # ── what always holds

    @invariant()
    def each_moment_rang_once_and_none_too_early(self) -> None:
        """Whatever the clock did."""
        rows = self.town.rows(
            "select k.case_id, k.recorded_at, c.reported_at from read.timeline k "
            "join read.case_file c on c.case_id = k.case_id where k.name = %(name)s",
            name=OVERDUE,
        )
        assert all(n == 1 for n in Counter(row["case_id"] for row in rows).values())
        for row in rows:
            assert row["recorded_at"] - row["reported_at"] >= timedelta(minutes=30) - LATE
            accepted = self.accepted.get(row["case_id"])
            assert accepted is None or accepted >= row["recorded_at"] - timedelta(minutes=21)

    @invariant()
    def nothing_open_is_without_an_owner(self) -> None:
        """And every case that is not accepted is in the queue of the police."""
        open_tasks = self._open_tasks()
        assert all(task["owner_unit_id"] is not None for task in open_tasks)
        police = {t["case_id"] for t in open_tasks if t["owner_unit_id"] == unit_id("police")}
        assert self.reported.keys() - self.accepted.keys() <= police

    @invariant()
    def nothing_was_set_aside(self) -> None:
        """No projection and no clock met what it could not tell."""
        assert self.town.rows("select * from read.parked") == []

    # ── from outside

    def _begin_process(self) -> Platform:
        return self.process.enter_context(platform_at(self.database, self.town.now))

    def _end_process(self, *_: object) -> None:
        self.process.close()

    def _open_tasks(self) -> list[dict[str, Any]]:
        return self.town.rows(
            "select * from read.work_item where is_open and queue = 'Q-01' order by task_id"
        )

    def _task(self, task_id: UUID) -> dict[str, Any]:
        (found,) = self.town.rows("select * from read.work_item where task_id = %(id)s", id=task_id)
        return found

    def _due(self) -> int:
        (row,) = self.town.rows(_DUE, now=self.town.now[0])
        return int(row["n"])

    def _read_models(self) -> list[list[dict[str, Any]]]:
        tables = ("clock", "work_item", "duty", "timeline", "case_file")
        return [
            self.town.rows(f"select * from read.{table} t order by t::text") for table in tables
        ]


_DUE = "select count(*) as n from read.clock k where k.fires_at <= %(now)s and " + STANDS.replace(
    "from parked", "from read.parked"
)


def test_clocks_and_queues_hold_through_any_life(
    postgres: Postgres, template_database: Database
) -> None:
    with database_of(postgres, template_database.name) as founded:
        with town_on(founded):
            pass  # its units and people are in every clone
        live_in_clones_of(postgres, founded)


def live_in_clones_of(postgres: Postgres, founded: Database) -> None:
    """A few lives, each in a database of its own."""

    class Here(ClocksAndQueues):
        """On this session's server."""

        open_database = staticmethod(lambda: database_of(postgres, founded.name))

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=4,
            stateful_step_count=25,
            phases=(
                Phase.generate,
            ),  # a life takes seconds: it is told as it was, not made shorter
            suppress_health_check=list(HealthCheck),
        ),
    )
