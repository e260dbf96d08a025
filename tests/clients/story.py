"""What the clients' story begins with: somebody reports a child who lives alone."""

from __future__ import annotations

from uuid import UUID

from ops.demo_world import OUYING, division
from tests.journeys.wire import local
from tests.journeys.world import World

REPORT = {
    "report_channel": "ONLINE",
    "reporter_category": "SCHOOL",
    "discovered_at": local("2025-03-03 07:40"),
    "triggers": ["LIVING_ALONE"],
    "incident_place": division(OUYING),
    "child_description": "约九岁女童",
}


def reported(world: World) -> UUID:
    """A case that waits in queue Q-01 of the police."""
    return UUID(world.as_("fj_teacher").done("submitReport", None, REPORT)["id"])
