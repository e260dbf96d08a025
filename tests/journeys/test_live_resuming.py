"""Whoever comes back under a filter that time or the child moves goes on from any position: what fits no longer has
left, what has come to fit arrives, nothing is told twice. With other rights one begins anew, and has all there is.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any
from uuid import UUID

import pytest

from authz.current import publish
from domain.kernel import COMMANDS
from ops.demo_world import LINZHENG, OUYING
from tests.authz.test_current_policy import until
from tests.journeys.children import left_behind_girl
from tests.journeys.live import Change, Live
from tests.journeys.test_live_leaving import RELEASE, WITHOUT
from tests.journeys.test_queue_views import GIRLS, cases, report, task_of
from tests.journeys.world import World

__all__ = ["cases"]
LATE, IN_TIME = {"overdue": True}, {"overdue": False}


class Seen:
    """What a client has in view, and every change it was told."""

    def __init__(self, tasks: set[str] | None = None) -> None:
        self.tasks = set(tasks or ())
        self.changes: list[Change] = []

    def take(self, change: Change) -> None:
        """A change that says something new."""
        self.changes.append(change)
        task = change["taskId"]
        match change["kind"]:
            case "SNAPSHOT":
                assert task not in self.tasks
                self.tasks.add(task)
            case "CHANGED":
                self.tasks.add(task)
            case left:
                assert (left, change["item"]) == ("LEFT", None)
                self.tasks.remove(task)

    def until(self, live: Live, tasks: set[str]) -> None:
        """Reads on until just these are in view."""
        while self.tasks != tasks:
            self.take(live.next())

    @property
    def told(self) -> list[tuple[str, str]]:
        return sorted((c["kind"], c["taskId"]) for c in self.changes)


def begun(world: World, where: dict[str, Any], key: str = "fj_police") -> tuple[Seen, str]:
    """The open items under a filter, and the cursor that follows them."""
    seen = Seen()
    with world.as_(key).listen("fj_police", "Q-01", where=where) as live:
        *items, caught_up = live.caught_up()
    for item in items:
        seen.take(item)
    return seen, caught_up["cursor"]


def tasks_of(world: World, some: list[UUID]) -> list[str]:
    return [str(task_of(world, case)) for case in some]


def test_what_time_alone_has_moved_is_told_to_who_was_away(world: World, cases: list[UUID]) -> None:
    first, second, third, fourth = tasks_of(world, cases)
    police = world.as_("fj_police")
    late, at = begun(world, LATE)
    in_time, then = begun(world, IN_TIME)
    assert (late.tasks, in_time.tasks) == ({first}, {second, third, fourth})
    head = world.head()
    world.clock.set("2025-03-03 09:51")
    for where, seen, cursor, now, kind in (
        (LATE, late, at, {first, second, third}, "CHANGED"),
        (IN_TIME, in_time, then, {fourth}, "LEFT"),
    ):
        back = Seen(seen.tasks)
        with police.listen("fj_police", "Q-01", where=where, resume=cursor) as live:
            back.until(live, now)
        assert back.told == sorted([(kind, second), (kind, third)])
    assert world.head() == head, "nothing was recorded"


def test_one_resumes_from_every_position_of_a_filtered_stream(
    world: World, cases: list[UUID]
) -> None:
    """Cut after each change in turn: whoever comes back has in the end what all others have, and nothing twice."""
    first, second, third, fourth = tasks_of(world, cases)
    police, marks = world.as_("fj_police"), []
    seen, cursor = begun(world, LATE)
    marks.append((cursor, set(seen.tasks)))
    with police.listen("fj_police", "Q-01", where=LATE, resume=cursor) as live:

        def reached(tasks: set[str]) -> None:
            while seen.tasks != tasks:
                seen.take(live.next())
                marks.append((seen.changes[-1]["cursor"], set(seen.tasks)))

        world.clock.set("2025-03-03 09:51")
        reached({first, second, third})
        police.done("acceptReport", cases[1])
        reached({first, third})
        world.clock.set("2025-03-03 10:01")
        reached({first, third, fourth})
    assert len(marks) == 5
    with ExitStack() as stack:
        readers = []
        for cursor, tasks in marks:
            listening = police.listen("fj_police", "Q-01", where=LATE, resume=cursor)
            readers.append((stack.enter_context(listening), Seen(tasks)))
            readers[-1][1].until(readers[-1][0], {first, third, fourth})
        police.done("acceptReport", cases[0])
        for live, back in readers:
            back.take(live.next())
            assert back.changes[-1]["kind"] == "LEFT"
            assert back.tasks == {third, fourth}, "and nothing else was on its way"
            told = [(c["position"], c["taskId"]) for c in back.changes]
            assert len(told) == len(set(told))
            assert [p for p, _ in told] == sorted(p for p, _ in told)


def test_what_moved_and_what_time_moved_meanwhile_are_both_told_once(
    world: World, cases: list[UUID]
) -> None:
    first, second, third, _ = tasks_of(world, cases)
    police = world.as_("fj_police")
    seen, cursor = begun(world, LATE)
    police.done("acceptReport", cases[0])
    world.clock.set("2025-03-03 09:51")
    police.done("acceptCaseTask", cases[2], {"task_id": UUID(third)})
    back = Seen(seen.tasks)
    with police.listen("fj_police", "Q-01", where=LATE, resume=cursor) as live:
        back.until(live, {second, third})
        police.done("acceptReport", cases[1])
        back.take(live.next())
    assert back.tasks == {third}
    assert back.told == sorted(
        [("LEFT", first), ("CHANGED", second), ("CHANGED", third), ("LEFT", second)]
    )


def tier(world: World, value: str) -> None:
    world.sql(
        "update read.child_p4 set tier = %s where child_id = %s returning 1",
        value,
        GIRLS[id(world)].id,
    )


def test_what_the_child_has_moved_is_told_to_who_was_away(world: World, cases: list[UUID]) -> None:
    township, where = world.as_("fj_township"), {"tier": "R1"}
    everything = set(tasks_of(world, cases))
    tier(world, "R1")
    seen, cursor = begun(world, where, "fj_township")
    assert seen.tasks == everything
    tier(world, "R2")
    with township.listen("fj_police", "Q-01", where=where, resume=cursor) as live:
        gone = Seen(seen.tasks)
        gone.until(live, set())
    assert gone.told == sorted(("LEFT", task) for task in everything)
    tier(world, "R1")
    with township.listen(
        "fj_police", "Q-01", where=where, resume=gone.changes[-1]["cursor"]
    ) as live:
        back = Seen()
        back.until(live, everything)
    assert back.told == sorted(("CHANGED", task) for task in everything)
    with township.listen(
        "fj_police", "Q-01", where=where, resume=back.changes[-1]["cursor"]
    ) as live:
        case = report(world, "09:35")
        come = live.next()
    assert come["item"]["caseId"] == str(case), "where nothing moved nothing is told again"


def test_a_child_that_lives_elsewhere_now_leaves_a_filter_by_home(
    world: World, cases: list[UUID]
) -> None:
    home, police = {"division": world.place(OUYING)}, world.as_("fj_police")
    seen, cursor = begun(world, home)
    world.sql(
        "update read.child set tokens = array_replace(tokens, %s, %s) where child_id = %s returning 1",
        f"R:{world.place(OUYING)}",
        f"R:{world.place(LINZHENG)}",
        GIRLS[id(world)].id,
    )
    with police.listen("fj_police", "Q-01", where=home, resume=cursor) as live:
        back = Seen(seen.tasks)
        back.until(live, set())
    assert back.told == sorted(("LEFT", task) for task in tasks_of(world, cases))


def test_who_comes_later_than_time_did_has_nothing_twice_of_what_others_are_told(
    world: World, cases: list[UUID]
) -> None:
    first, second, third, fourth = tasks_of(world, cases)
    police = world.as_("fj_police")
    with police.listen("fj_police", "Q-01", where=LATE) as early:
        one, two = Seen(), Seen()
        for item in early.caught_up()[:-1]:
            one.take(item)
        world.clock.set("2025-03-03 09:51")
        with police.listen("fj_police", "Q-01", where=LATE) as later:
            for item in later.caught_up()[:-1]:
                two.take(item)
            assert two.tasks == {first, second, third}
            one.until(early, two.tasks)
            world.clock.set("2025-03-03 10:01")
            one.until(early, {*two.tasks, fourth})
            two.take(later.next())
    assert two.changes[-1]["taskId"] == fourth
    assert one.told == sorted(
        [("SNAPSHOT", first), *(("CHANGED", task) for task in (second, third, fourth))]
    )


@pytest.mark.parametrize("where", [None, LATE], ids=["whole", "overdue"])
def test_rights_that_were_lost_or_gained_meanwhile_begin_anew_with_all_there_is(
    world: World, where: dict[str, Any] | None
) -> None:
    GIRLS[id(world)] = left_behind_girl(world)
    case = report(world, "09:00")
    world.clock.set("2025-03-03 09:31")
    task, township = str(task_of(world, case)), world.as_("fj_township")
    dsn = world.platform.ways.admin_dsn

    def comes_back(cursor: str) -> tuple[list[tuple[str, str | None]], str]:
        with township.listen("fj_police", "Q-01", resume=cursor, where=where) as live:
            told = live.caught_up()
        return [(c["kind"], c["taskId"]) for c in told], told[-1]["cursor"]

    with township.listen("fj_police", "Q-01", where=where) as live:
        items = live.caught_up()
    assert [c["taskId"] for c in items] == [task, None]
    in_force(world, publish(dsn, WITHOUT, COMMANDS, origin="OPERATOR"))
    lost, cursor = comes_back(items[-1]["cursor"])
    assert lost == [("RESET", None), ("CAUGHT_UP", None)]
    in_force(world, publish(dsn, RELEASE, COMMANDS, origin="OPERATOR"))
    gained, cursor = comes_back(cursor)
    assert gained == [("RESET", None), ("SNAPSHOT", task), ("CAUGHT_UP", None)]
    with world.as_("fj_police").listen("fj_police", "Q-01", resume=cursor, where=where) as live:
        assert live.next()["kind"] == "RESET", "in another capacity one has other rights"
    del GIRLS[id(world)]


def in_force(world: World, version: str) -> None:
    until(lambda: world.platform.policy.gate().policy.version == version)


def test_what_is_no_queue_is_not_followed(world: World) -> None:
    with world.as_("fj_police").listen("fj_police", "Q01") as live:
        error = live.ended()
    assert error is not None
    told = error["extensions"]
    assert (told["code"], told["field"]) == ("BAD_USER_INPUT", "queue")
