"""What leaves a live view without being done is told as leaving, and nothing of what became of it (issue 6, item 3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from authz.current import publish
from authz.policy import SOURCE
from domain.kernel import COMMANDS
from ops.demo_world import BY_KEY
from tests.authz.test_current_policy import until
from tests.journeys.children import ChildOfStory, left_behind_girl
from tests.journeys.live import Change
from tests.journeys.living_alone import reported
from tests.journeys.world import World

RELEASE = SOURCE.read_text(encoding="utf-8")
BY_TERRITORY = next(
    line
    for line in RELEASE.splitlines()
    if line.startswith("@territory district_civil_affairs | residence") and "P0 P1 P2" in line
)
WITHOUT = RELEASE.replace(BY_TERRITORY + "\n", "")
ORDER = "依信访事项核查"


def about(task: str) -> Callable[[Change], bool]:
    return lambda change: change["taskId"] == task


def left_only(change: Change, task: str) -> None:
    assert (change["kind"], change["taskId"], change["item"]) == ("LEFT", task, None)


def visit_of(snapshot: list[Change], child: UUID) -> Change:
    (found,) = [c for c in snapshot if (c["item"] or {}).get("childId") == str(child)]
    return found


def given_to(world: World, girl: ChildOfStory, key: str) -> None:
    worker = {"responsible_person_id": BY_KEY[key].id}
    world.as_("fj_township").done("assignResponsibleWorker", girl.id, worker)


def test_a_task_whose_owner_changes_in_place_leaves_the_old_queue_and_comes_to_the_new(
    world: World,
) -> None:
    girl = left_behind_girl(world)
    old, new = world.as_("fj_director"), world.as_("fj_supervisor")
    with old.listen("fj_village", "Q-09") as here, new.listen("fj_township", "Q-09") as there:
        snapshot = here.caught_up()
        task, start = visit_of(snapshot, girl.id)["taskId"], snapshot[-1]
        assert [c["kind"] for c in there.caught_up()] == ["CAUGHT_UP"]
        world.clock.forward(minutes=5)
        given_to(world, girl, "fj_supervisor")
        gone = here.until(about(task))[-1]
        left_only(gone, task)
        come = there.next()
        assert (come["kind"], come["taskId"]) == ("CHANGED", task)
        assert come["position"] == gone["position"]
    with old.listen("fj_village", "Q-09", resume=start["cursor"]) as again:
        missed = again.until(about(task))
        assert missed[-1] == gone, "who was away is told the same, once"
    with old.listen("fj_village", "Q-09", resume=gone["cursor"]) as later:
        given_to(world, girl, "fj_director")
        back = later.next()
    assert (back["kind"], back["taskId"]) == ("CHANGED", task)


def test_who_is_kept_from_a_child_sees_its_tasks_leave_and_the_others_go_on(world: World) -> None:
    girl = left_behind_girl(world)
    officer, chief = world.as_("fj_police"), world.as_("fj_township")
    reported(world, girl)
    with officer.listen("fj_police", "Q-01") as kept, chief.listen("fj_police", "Q-01") as others:
        snapshot = kept.caught_up()
        task, start = visit_of(snapshot, girl.id)["taskId"], snapshot[-1]["cursor"]
        others.caught_up()
        away = {"kept_away_id": BY_KEY["fj_police"].id, "conflict_ground": "FAMILY"}
        world.as_("fj_township").done("declareConflict", girl.id, away)
        gone, still = kept.next(), others.next()
    left_only(gone, task)
    assert (still["kind"], still["taskId"]) == ("CHANGED", task)
    with officer.listen("fj_police", "Q-01", resume=start) as again:
        assert again.next() == gone


def test_a_policy_that_takes_the_right_away_takes_the_items_away_and_gives_them_back(
    world: World,
) -> None:
    girl = left_behind_girl(world)
    township, dsn = world.as_("fj_township"), world.platform.ways.admin_dsn
    reported(world, girl)
    with township.listen("fj_police", "Q-01", over="ws") as live:
        item, caught_up = live.caught_up()
        publish(dsn, WITHOUT, COMMANDS, origin="OPERATOR")
        left_only(live.next(), item["taskId"])
        publish(dsn, RELEASE, COMMANDS, origin="OPERATOR")
        back = live.next()
        assert (back["kind"], back["taskId"]) == ("CHANGED", item["taskId"])
        assert back["item"]["queue"] == "Q-01"
    with township.listen("fj_police", "Q-01", resume=caught_up["cursor"]) as same:
        reported(world, girl)
        assert same.next()["kind"] == "CHANGED", "the same rights again: no reason to begin anew"


def test_who_comes_back_with_other_rights_is_told_to_forget_and_begins_anew(world: World) -> None:
    girl = left_behind_girl(world)
    township, dsn = world.as_("fj_township"), world.platform.ways.admin_dsn
    reported(world, girl)
    with township.listen("fj_police", "Q-01") as live:
        item, caught_up = live.caught_up()
    version = publish(dsn, WITHOUT, COMMANDS, origin="OPERATOR")
    with township.listen("fj_police", "Q-01") as live:
        until(lambda: world.platform.policy.gate().policy.version == version)
        begun = live.caught_up()
    with township.listen("fj_police", "Q-01", resume=caught_up["cursor"]) as live:
        reset, *rest = live.caught_up()
    assert (reset["kind"], reset["cursor"], reset["item"]) == ("RESET", None, None)
    assert [c["kind"] for c in rest] == ["CAUGHT_UP"]
    assert item["taskId"] not in {c["taskId"] for c in (reset, *rest)}
    assert begun[-1]["kind"] == "CAUGHT_UP"


def test_an_order_that_runs_out_takes_its_items_along_without_any_event(world: World) -> None:
    girl = left_behind_girl(world)
    case = reported(world, girl)
    auditor = world.as_("auditor")
    until = {
        "audit_purpose": ORDER,
        "audit_until_on": date(2025, 3, 5),
        "audited_from_on": date(2025, 3, 1),
        "audited_to_on": date(2025, 3, 31),
        "case_id": case,
    }
    auditor.done("openAuditOrder", None, until)
    with auditor.listen("fj_police", "Q-01") as live:
        item, _ = live.caught_up()
        head = world.head()
        world.clock.set("2025-03-06 00:01")
        left_only(live.next(), item["taskId"])
        assert world.head() == head, "nothing was recorded: time alone ended it"


def test_the_queues_of_a_unit_can_be_followed_as_one(world: World) -> None:
    girl = left_behind_girl(world)
    police = world.as_("fj_police")
    with police.listen("fj_police", None) as live:
        live.caught_up()
        case = reported(world, girl)
        come = live.next()
        assert (come["kind"], come["item"]["queue"]) == ("CHANGED", "Q-01")
        police.done("acceptReport", case)
        moved: dict[str, Any] = {c["taskId"]: c for c in (live.next(), live.next())}
    assert moved[come["taskId"]]["kind"] == "LEFT"
    (other,) = [c for task, c in moved.items() if task != come["taskId"]]
    assert other["item"]["queue"] == "Q-03"
