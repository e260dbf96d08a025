"""The families of scenario 9: two brothers in Chongqing with their grandmother, a child in Shanghai with her aunt."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from ops.demo_world import BY_KEY, OUYING, YINGCHUN
from tests.journeys.children import ChildOfStory, away, guardian, open_file
from tests.journeys.world import World

GRANDMOTHER = {
    "carer_name": "莫阿秀",
    "carer_relation": "MATERNAL_GRANDMOTHER",
    "carer_birth_on": date(1951, 11, 20),
    "carer_person_id": BY_KEY["fj_grandmother"].id,
    "carer_phone": "13900000000",
}
DUTIES: dict[str, Any] = {
    "parents_duties": ["每周视频联系", "每月汇生活费"],
    "carer_duties": ["日常照料", "有事及时告知父母"],
    "signed_on": date(2023, 2, 10),
    "guided_by": "向国福",
    "witnessed_by": "冉秋萍",
}


def brother(world: World, name: str, born: date) -> ChildOfStory:
    """One of the brothers of (a), whose parents leave on 2023-02-06."""
    place = world.place(OUYING)
    child_id = open_file(
        world,
        "fj_director",
        child_name=name,
        sex="MALE",
        birth_on=born,
        residence=place,
        area_type="RURAL",
        hukou=place,
        hukou_kind="AGRICULTURAL",
    )
    parents = {}
    for relation, named, key in (
        ("FATHER", "冷大山", "fj_father"),
        ("MOTHER", "莫春花", "fj_mother"),
    ):
        parents[relation] = guardian(
            world, "fj_director", child_id, relation, named, guardian_person_id=BY_KEY[key].id
        )
        away(world, "fj_director", child_id, parents[relation], "浙江", date(2023, 2, 6))
    return ChildOfStory(child_id, parents)


def brothers(world: World) -> tuple[UUID, UUID]:
    """The two of (a): 9 and 7 years old."""
    world.clock.set("2023-02-06 09:00")
    elder = brother(world, "冷远山", date(2013, 9, 10))
    younger = brother(world, "冷远川", date(2015, 5, 1))
    return elder.id, younger.id


def designated(world: World) -> tuple[UUID, UUID]:
    """Both brothers with their grandmother named."""
    both = brothers(world)
    for child in both:
        world.as_("fj_mother").done(
            "designateEntrustedCarer", child, GRANDMOTHER | {"carer_capability": "CAPABLE"}
        )
    return both


AUNT = {
    "carer_name": "潘玉珍",
    "carer_relation": "UNCLE_OR_AUNT",
    "carer_age": 45,
    "carer_capability": "CAPABLE",
}
NO_DINNER = {"care_concern": "NEGLECTS", "concern_facts": "一周内三次未给孩子做晚饭"}


def six_year_old(world: World, born: date = date(2018, 4, 5)) -> ChildOfStory:
    """The child of (b): in the care of the aunt since 2024-09-02, no written agreement."""
    world.clock.set("2024-09-02 10:00")
    child_id = open_file(
        world,
        "jd_director",
        child_name="潘小满",
        sex="FEMALE",
        birth_on=born,
        residence=world.place(YINGCHUN),
        area_type="RURAL",
    )
    parents = {}
    for relation, name in (("FATHER", "潘建平"), ("MOTHER", "顾小芸")):
        parents[relation] = guardian(world, "jd_director", child_id, relation, name)
        away(world, "jd_director", child_id, parents[relation], "江苏", date(2024, 9, 2))
    world.as_("jd_committee").done("designateEntrustedCarer", child_id, AUNT)
    return ChildOfStory(child_id, parents)


def concern(world: World, child: ChildOfStory, **more: Any) -> None:
    """The neighbourhood committee says what is wrong, on 2024-11-01."""
    world.clock.set("2024-11-01 18:00")
    world.as_("jd_committee").done("raiseEntrustedCareConcern", child.id, NO_DINNER | more)


def informed(world: World, child: ChildOfStory, answer: str) -> None:
    """The parents are told, on the next day."""
    world.clock.set("2024-11-02 09:00")
    given = {
        "informed_guardians": list(child.guardians.values()),
        "care_means": "PHONE",
        "parents_answer": answer,
    }
    world.as_("jd_committee").done("informParentsOfCareConcern", child.id, given)
