"""The harness itself: a report over HTTP reaches the log, the readers and the journal, and refusals write nothing."""

from __future__ import annotations

from uuid import uuid4

from ops.demo_world import OUYING
from tests.journeys.checks import common_checks
from tests.journeys.wire import local
from tests.journeys.world import World


def test_a_report_is_read_by_the_police_and_noted_in_the_journal(world: World) -> None:
    world.clock.set("2025-03-03 08:55")
    report = {
        "report_channel": "ONLINE",
        "reporter_category": "SCHOOL",
        "discovered_at": local("2025-03-03 08:40"),
        "triggers": ["LIVING_ALONE"],
        "incident_place": world.place(OUYING),
        "child_description": "约九岁女童",
    }
    case_id = world.as_("fj_teacher").done("submitReport", None, report)["id"]
    case = world.as_("fj_police").case(case_id)
    assert case is not None
    assert case["triggers"] == ["LIVING_ALONE"]
    assert world.as_("cm_police").case(case_id) is None
    assert world.as_("fj_police").timeline("case", case_id)[0]["name"] == "case.report_submitted"
    world.as_("fj_police").refused("out_of_turn", "dispatchPolice", case_id)
    world.as_("cm_police").not_found("acceptReport", case_id)
    world.as_("cm_police").not_found("acceptReport", uuid4())
    common_checks(world)


def test_a_live_queue_begins_with_its_snapshot_over_both_transports(world: World) -> None:
    for over in ("sse", "ws"):
        with world.as_("fj_police").listen("fj_police", "Q-01", over=over) as live:
            assert [change["kind"] for change in live.caught_up()] == ["CAUGHT_UP"]
