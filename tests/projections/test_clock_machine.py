"""Clocks and queues under a random life: reports, deeds, people who take, hand over, refuse, send on, leave and come
back; jumps of time either way, crashes, two workers. Nothing is ever without an owner (law 10).
"""

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
from domain.context import Actor
from domain.kernel import BACKDATED, COMMANDS, Command, Refused
from domain.terms.places import DivisionId
from domain.terms.reports import ReportChannel, ReporterCategory, Trigger
from domain.terms.roles import Role
from domain.unit.posts import AppointPerson, EndAssignment
from ops.clock_worker import LATE, STANDS, fire_due
from ops.platform import Platform, retell_all
from tests.database import Database, Postgres, database_of
from tests.dsl import an_id, local
from tests.projections.town import (
    BAIDI,
    OFFICER,
    SECRETS,
    TEACHER,
    UNITS,
    Town,
    actor,
    platform_at,
    town_on,
    unit_id,
)

SECOND = actor("second officer", Role.POLICE, "police")
OFFICIAL = actor("official", Role.DISTRICT_CIVIL_AFFAIRS, "civil affairs")
OVERDUE = "case.report_acceptance_overdue"
OFFICERS = ("officer", "second officer")


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
    @rule(
        pick=st.integers(0, 99),
        what=st.sampled_from(("refuse", "reassign")),
        to=st.sampled_from(sorted(UNITS)),
    )
    def somebody_refuses_or_sends_on(self, pick: int, what: str, to: str) -> None:
        """The task is left as it was, with the reason; the duty is open in another unit's queue."""
        task = self._pick(pick)
        given: dict[str, Any] = {"task_id": task["task_id"], "task_reason": "另有管辖"}
        by = Actor(person_id=OFFICIAL.person_id, role=OFFICIAL.role, unit_id=task["owner_unit_id"])
        if what == "reassign":
            given["to_unit_id"] = unit_id(to)
            by = OFFICIAL
        if not self._done(f"case.{what}_task", task, given, by):
            return  # it is there already, nobody stands above, or the clock was set back
        left = self._task(task["task_id"])
        assert (left["is_open"], left["refusal_reason"]) == (False, "另有管辖")
        heirs = {t["owner_unit_id"] for t in self._open_tasks() if t["duty_id"] == task["duty_id"]}
        assert heirs - {task["owner_unit_id"]}

    @precondition(lambda self: self._open_tasks())
    @rule(pick=st.integers(0, 99))
    def somebody_ticks_it_off(self, pick: int) -> None:
        """A task is done by its deed: whoever holds it may not simply say so."""
        task = self._pick(pick)
        by = Actor(person_id=OFFICER.person_id, role=OFFICER.role, unit_id=task["owner_unit_id"])
        given = {"task_id": task["task_id"], "outcome_text": "已办"}
        assert not self._done("case.complete_task", task, given, by)
        assert self._task(task["task_id"])["is_open"]

    @rule(who=st.sampled_from(OFFICERS))
    def somebody_leaves_or_comes(self, who: str) -> None:
        """Their work stays with the unit, and with somebody there as long as there is somebody."""
        post = self._post_of(who)
        try:
            if post is None:
                come = AppointPerson(person_id=an_id(who), person_name=who, role=Role.POLICE)
                self.town.do(come, unit_id("police"))
            else:
                self.town.do(EndAssignment(assignment_id=post, ground="调离"), unit_id("police"))
        except Refused as refusal:
            if refusal.code != BACKDATED.code:
                raise

    @precondition(lambda self: self._open_tasks() and self._post_of("officer"))
    @rule(pick=st.integers(0, 99), what=st.sampled_from(("accept", "hand_over")))
    def somebody_takes_or_hands_over(self, pick: int, what: str) -> None:
        """The named person changes; the unit never loses it."""
        task = self._pick(pick)
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
        """Every case that is not accepted is somebody's own duty, and the unit is one there is; accepted, nobody's."""
        open_tasks = self._open_tasks()
        assert {t["owner_unit_id"] for t in open_tasks} <= {unit_id(key) for key in UNITS}
        own = {t["case_id"] for t in open_tasks if not t["supervises"]}
        assert own == self.reported.keys() - self.accepted.keys()

    @invariant()
    def a_unit_that_has_somebody_names_somebody_of_its_own(self) -> None:
        """Whoever left, and whoever was named."""
        serving = (
            "select from read.post p where p.unit_id = w.owner_unit_id and p.standing = 'ACTIVE'"
        )
        assert (
            self.town.rows(
                f"select w.task_id, w.named_person_id from read.work_item w where w.is_open "
                f"and exists ({serving}) and not exists ({serving} and p.person_id = w.named_person_id)"
            )
            == []
        )

    @invariant()
    def what_moved_on_is_told_to_whom_it_left(self) -> None:
        """Whose queue a task is in is whose it was told to be; whoever had it before has been told that it left."""
        assert (
            self.town.rows(
                "select w.task_id from read.work_item w join read.duty d using (task_id) where w.is_open "
                "and (d.told_unit_id, d.told_person_id) is distinct from (w.owner_unit_id, w.named_person_id)"
            )
            == []
        )

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
            "select w.*, d.duty_id, d.supervises from read.work_item w join read.duty d using (task_id) "
            "where w.is_open and w.queue = 'Q-01' order by w.task_id"
        )

    def _pick(self, pick: int) -> dict[str, Any]:
        tasks = self._open_tasks()
        return tasks[pick % len(tasks)]

    def _done(self, act: str, task: dict[str, Any], given: dict[str, Any], by: Actor) -> bool:
        """Whether the rules let it be done."""
        command: Command[Any] = COMMANDS[act](**given)
        try:
            self.town.do(command, task["cause_stream_id"], by)
        except Refused:
            return False
        return True

    def _post_of(self, who: str) -> UUID | None:
        found = self.town.rows(
            "select assignment_id from read.post where person_id = %(id)s and standing = 'ACTIVE'",
            id=an_id(who),
        )
        return found[0]["assignment_id"] if found else None

    def _task(self, task_id: UUID) -> dict[str, Any]:
        (found,) = self.town.rows("select * from read.work_item where task_id = %(id)s", id=task_id)
        return found

    def _due(self) -> int:
        (row,) = self.town.rows(_DUE, now=self.town.now[0])
        return int(row["n"])

    def _read_models(self) -> list[list[dict[str, Any]]]:
        tables = ("clock", "work_item", "duty", "task_left", "timeline", "case_file")
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
            stateful_step_count=30,
            phases=(
                Phase.generate,
            ),  # a life takes seconds: it is told as it was, not made shorter
            suppress_health_check=list(HealthCheck),
        ),
    )
