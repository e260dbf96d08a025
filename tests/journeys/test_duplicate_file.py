"""One child, one file (SH2020-3.2-g): of two files of the same child the township merges one into the other."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from ops.demo_world import BY_KEY, CHUNGUANG, OUYING
from tests.journeys.checks import common_checks
from tests.journeys.children import open_file
from tests.journeys.world import World

pytestmark = [pytest.mark.journey, pytest.mark.postgres]


def a_file(world: World, name: str, district: str = "fj", where: str = OUYING) -> UUID:
    """A boy, on file where he lives."""
    return open_file(
        world,
        f"{district}_director",
        child_name=name,
        sex="MALE",
        birth_on=date(2016, 2, 3),
        residence=world.place(where),
        area_type="RURAL" if where == OUYING else "SUBURBAN_RURAL",
        responsible_person_id=BY_KEY[f"{district}_director"].id,
    )


def test_a_duplicate_is_merged_into_the_file_that_remains(world: World) -> None:
    world.clock.set("2025-03-01 09:00")
    remains, duplicate = a_file(world, "施小宝"), a_file(world, "施小保")
    given = {"survivor_id": remains, "merged_because": "身份号码相同"}
    world.as_("fj_township").done("mergeDuplicateFile", duplicate, given)
    assert "child.duplicate_file_merged" in world.names(duplicate)
    assert "child.merged_file_taken_over" in world.names(remains)
    common_checks(world)


def test_a_file_elsewhere_is_not_named_by_who_cannot_see_it(world: World) -> None:
    world.clock.set("2025-03-01 09:00")
    here = a_file(world, "施小宝")
    for unseen in (a_file(world, "施小风", "cm", CHUNGUANG), UUID(int=1)):
        given = {"survivor_id": unseen, "merged_because": "身份号码相同"}
        world.as_("fj_township").not_found("mergeDuplicateFile", here, given)
