"""Steps of the entitlements: a child, what its family needs and applies for, what the departments grant."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from ops.demo_world import BY_KEY, DAJINGENG, YINGCHUN
from tests.journeys.children import guardian, open_file
from tests.journeys.person import Answer
from tests.journeys.world import World

OFFICE = {
    "cn": (DAJINGENG, "cn_director", "cn_worker"),
    "jd": (YINGCHUN, "jd_director", "jd_director"),
}
"""Where the child lives, who opens the file, who is responsible: in Changning a community worker (CN2017-5.1-ai)."""


def child_of(world: World, city: str, name: str, born: date) -> UUID:
    """A child on file whose mother has an account."""
    path, director, worker = OFFICE[city]
    place = world.place(path)
    child_id = open_file(
        world,
        director,
        child_name=name,
        sex="FEMALE",
        birth_on=born,
        residence=place,
        area_type="URBAN",
        hukou=place,
        responsible_person_id=BY_KEY[worker].id,
    )
    guardian(
        world,
        director,
        child_id,
        "MOTHER",
        "万晓琳",
        guardian_person_id=BY_KEY[f"{city}_mother"].id,
    )
    return child_id


def screened(world: World, who: str, child_id: UUID, entitlement: str, *facts: str) -> None:
    """Found eligible."""
    given = {"entitlement": entitlement, "basis_facts": list(facts)}
    world.as_(who).done("screenEntitlement", child_id, given)


def needed(world: World, who: str, child_id: UUID, kind: str, fact: str) -> None:
    """A need of rehabilitation, so that the federation has the child in its queue."""
    given = {"rehabilitation_kinds": [kind], "need_facts": [fact]}
    world.as_(who).done("recordRehabilitationNeed", child_id, given)


def applied(world: World, who: str, child_id: UUID, *entitlements: str) -> None:
    """One form."""
    given = {"family_applicant": "GUARDIAN", "applied_for": list(entitlements), "voluntary": True}
    world.as_(who).done("fileEntitlementApplication", child_id, given)


def grant(entitlement: str, from_on: date, **more: Any) -> Answer:
    """What a grant says."""
    return {
        "entitlement": entitlement,
        "standard_version": "2019-1",
        "granted_from_on": from_on,
        "entitlement_reason": "符合规定条件",
        **more,
    }


def tasks(world: World, who: str, unit: str, queue: str, child_id: UUID) -> list[Answer]:
    """The open tasks of a queue about one child."""
    found = world.as_(who).queue(unit, queue)
    return [task for task in found if task["childId"] == str(child_id)]


def entitlements(world: World, who: str, child_id: UUID) -> Any:
    """The child's entitlements as this person sees them; None where the child is absent for them."""
    query = """query ($id: UUID!) { child(id: $id) { entitlements {
      entitlement status entitlementBy isOverdue standardVersion entitlementRoute } } }"""
    child = world.as_(who).ask(query, id=child_id)["child"]
    return child and child["entitlements"]
