"""Children of the stories: files opened by the people whose work it is, guardians with their absences, categories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from ops.demo_world import BY_KEY, OUYING, UNIT_BY_KEY
from tests.journeys.world import World


@dataclass(frozen=True)
class ChildOfStory:
    """A child on file and its guardians by relation."""

    id: UUID
    guardians: dict[str, UUID]


def open_file(world: World, opener: str, **more: Any) -> UUID:
    """A child's file, opened by ``opener``; ``more`` are fields of the command."""
    return UUID(world.as_(opener).done("openChildFile", None, more)["id"])


def guardian(
    world: World, recorder: str, child_id: UUID, relation: str, name: str, **more: Any
) -> UUID:
    """A guardian on the child's file."""
    given = {"relation": relation, "guardian_name": name, **more}
    world.as_(recorder).done("recordGuardian", child_id, given)
    found = world.as_(recorder).child(child_id)
    assert found is not None
    (of_relation,) = [g for g in found["guardians"] if g["relation"] == relation]
    return UUID(of_relation["guardianId"])


def away(
    world: World, recorder: str, child_id: UUID, guardian_id: UUID, to: str, since: date
) -> None:
    """A guardian is away for work."""
    given = {
        "guardian_id": guardian_id,
        "absence_reason": "WORK",
        "away_from_on": since,
        "away_to": to,
    }
    world.as_(recorder).done("recordGuardianAbsence", child_id, given)


def left_behind_girl(world: World) -> ChildOfStory:
    """L. of scenario 1: nine years old, both parents away in Guangdong, no entrusted carer; key target as a girl."""
    child_id = open_file(
        world,
        "fj_director",
        child_name="冷小禾",
        sex="FEMALE",
        birth_on=date(2015, 6, 1),
        residence=world.place(OUYING),
        residence_address="欧营村三组12号",
        area_type="RURAL",
        hukou=world.place(OUYING),
        hukou_kind="AGRICULTURAL",
        school_unit_id=UNIT_BY_KEY["fj_school"].id,
        responsible_person_id=BY_KEY["fj_director"].id,
    )
    guardians = {}
    for relation, name, key in (
        ("FATHER", "冷大山", "fj_father"),
        ("MOTHER", "莫春花", "fj_mother"),
    ):
        guardians[relation] = guardian(
            world,
            "fj_director",
            child_id,
            relation,
            name,
            guardian_person_id=BY_KEY[key].id,
            guardian_phone="13800000000",
            guardian_hukou_kind="AGRICULTURAL",
            guardian_hukou=world.place(OUYING),
        )
        away(world, "fj_director", child_id, guardians[relation], "广东", date(2025, 2, 8))
    world.as_("fj_township").done("determineCategory", child_id, {"category": "LBC_CQ_URBAN_RURAL"})
    return ChildOfStory(child_id, guardians)
