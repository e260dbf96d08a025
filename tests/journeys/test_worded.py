"""What must be written says something: a text of blanks alone is refused by name, and nothing is recorded."""

from __future__ import annotations

import pytest

from tests.journeys.children import left_behind_girl
from tests.journeys.world import World


@pytest.mark.clause("SH2024-2.3.7-a")
@pytest.mark.parametrize("blank", ["", "  \n", "　"], ids=["nothing", "blanks", "wide blank"])
def test_a_log_that_says_nothing_is_none(story: World, blank: str) -> None:
    director, child = story.as_("fj_director"), left_behind_girl(story).id
    version = director.version("child", child)
    refused = director.refused(
        "says_nothing", "enterWorkLog", child, {"log_text": blank}, version=version
    )
    assert refused["field"] == "logText"
    director.done("enterWorkLog", child, {"log_text": "家访"}, version=version)
