"""The village of scenario 8: thirty children on file in Chunguang, the people who come and go."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from domain.terms.roles import Role
from ops.demo_world import BY_KEY, CHUNGUANG, DemoPerson
from tests.journeys.children import away, guardian, open_file
from tests.journeys.telling import last
from tests.journeys.world import World

MS_P = DemoPerson("ms_p", "潘美华", Role.CHILD_DIRECTOR, "cm_village", "casework")
MR_K = DemoPerson("mr_k", "孔志强", Role.SOCIAL_WORKER, "cm_sw", "casework")
MR_K_IN_CHONGQING = DemoPerson("mr_k_cq", "孔志强", Role.SOCIAL_WORKER, "fj_sw", "casework")


def child_on_file(
    world: World, *, left_behind: bool, poor: bool, at: str = CHUNGUANG, prefix: str = "cm"
) -> UUID:
    """A child of the village, entered as left behind, as in difficulty, or both."""
    director, place = f"{prefix}_director", world.place(at)
    child_id = open_file(
        world,
        director,
        child_name="小朋友",
        sex="FEMALE",
        birth_on=date(2015, 6, 1),
        residence=place,
        area_type="SUBURBAN_RURAL",
        hukou=place,
        hukou_kind="AGRICULTURAL",
        responsible_person_id=BY_KEY[director].id,
    )
    township = world.as_(f"{prefix}_township")
    if left_behind:
        for relation in ("FATHER", "MOTHER"):
            parent = guardian(
                world,
                director,
                child_id,
                relation,
                "家长",
                guardian_hukou=place,
                guardian_hukou_kind="AGRICULTURAL",
                **_account(relation),
            )
            away(world, director, child_id, parent, "广东", date(2024, 7, 1))
        township.done("determineCategory", child_id, {"category": "LBC_RURAL_SH"})
    if poor:
        township.done("determineCategory", child_id, {"category": "DIFFICULTY_POVERTY"})
    return child_id


def _account(relation: str) -> dict[str, Any]:
    return {"guardian_person_id": BY_KEY["cm_father"].id} if relation == "FATHER" else {}


def thirty_children(world: World) -> list[UUID]:
    """18 left behind and 15 in difficulty, three of them in both groups."""
    return [child_on_file(world, left_behind=n < 18, poor=n >= 15) for n in range(30)]


def check_asked(world: World, asker: str, who: DemoPerson, person_id: UUID | None = None) -> UUID:
    """The employer asks for the check; answers the check's id."""
    unit = world.unit(who.unit)
    given = {"person_id": person_id or who.id, "person_name": who.name, "role": who.role}
    world.as_(asker).done("requestEmploymentCheck", unit, given)
    check: UUID = last(world, unit, "unit.employment_check_requested").check_id
    return check


def check_clear(world: World, police: str, who: DemoPerson, check_id: UUID) -> None:
    """The police answer that nothing stands against it."""
    given = {"check_id": check_id, "check_result": "CLEAR"}
    world.as_(police).done("completeEmploymentCheck", world.unit(who.unit), given)


def appointment(who: DemoPerson, person_id: UUID | None = None) -> dict[str, Any]:
    """The input of an appointment."""
    return {"person_id": person_id or who.id, "person_name": who.name, "role": who.role}


def employed(world: World, prefix: str, who: DemoPerson, person_id: UUID | None = None) -> None:
    """Checked, clear and appointed by civil affairs of the district."""
    check = check_asked(world, f"{prefix}_ca", who, person_id)
    check_clear(world, f"{prefix}_police_chief", who, check)
    world.as_(f"{prefix}_ca").done(
        "appointPerson",
        world.unit(who.unit),
        appointment(who, person_id),
        command_id=who.command_id,
    )
