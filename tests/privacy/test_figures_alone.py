"""Statistics is for figures: it opens nobody's file, so that nobody is found past what is held back (A.2, P0)."""

from __future__ import annotations

import pytest

from ops.demo_world import OUYING
from tests.journeys.children import left_behind_girl
from tests.journeys.world import World

FIGURES = "query ($d: ID!) { riskDistribution(division: $d) { tier } }"
LIST = "{ ledger(first: 50) { nodes { childId } } }"
HISTORY = "query ($id: UUID!) { child(id: $id) { timeline(first: 5) { nodes { name } } } }"


@pytest.mark.parametrize("who", ["cq_city_ca", "fj_ca", "fj_township"])
def test_statistics_opens_no_single_file(story: World, who: str) -> None:
    child = left_behind_girl(story).id
    person = story.as_(who, "statistics")
    assert person.ask(LIST) == {"ledger": {"nodes": []}}
    assert person.ask(HISTORY, id=child) == {"child": None}


def test_figures_of_tiers_are_for_whom_the_report_of_risk_is(story: World) -> None:
    place = story.place(OUYING)
    for who, purpose in (
        ("fj_ca", "casework"),
        ("fj_ca", "statistics"),
        ("fj_township", "casework"),
    ):
        told = story.as_(who, purpose).ask(FIGURES, d=place)
        assert told["riskDistribution"] is not None
    for who, purpose in (("cq_city_ca", "statistics"), ("fj_committee", "casework")):
        found = story.as_(who, purpose).post(FIGURES, d=place)
        assert not (found.get("data") or {}).get("riskDistribution"), who
