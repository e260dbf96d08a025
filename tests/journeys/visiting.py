"""The girl T. of scenario 7: her file, the director's contacts and visits, what the school writes."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from domain.terms.visits import HomeHazardKind, InfringementSign
from ops.demo_world import BY_KEY, UNIT_BY_KEY, YINGCHUN
from tests.journeys.children import ChildOfStory, away, guardian, open_file
from tests.journeys.person import Answer
from tests.journeys.world import World

CHECKLIST = {
    "signs_checked": list(InfringementSign),
    "hazards_checked": [h for h in HomeHazardKind if h is not HomeHazardKind.OTHER],
}
NOTE = "近两周两次离家不归,与校外人员往来"


def girl_on_file(world: World) -> ChildOfStory:
    """T., 13, left behind; her file is opened on 2024-07-01 with Mr D. as her director."""
    world.clock.set("2024-07-01 09:00")
    place = world.place(YINGCHUN)
    child_id = open_file(
        world,
        "jd_director",
        child_name="陶一诺",
        sex="FEMALE",
        birth_on=date(2011, 3, 8),
        residence=place,
        area_type="SUBURBAN_RURAL",
        hukou=place,
        hukou_kind="AGRICULTURAL",
        responsible_person_id=BY_KEY["jd_director"].id,
        school_unit_id=UNIT_BY_KEY["jd_school"].id,
    )
    parents = {}
    for relation, name in (("FATHER", "陶建国"), ("MOTHER", "范小妹")):
        parents[relation] = guardian(
            world,
            "jd_director",
            child_id,
            relation,
            name,
            guardian_hukou=place,
            guardian_hukou_kind="AGRICULTURAL",
        )
        away(world, "jd_director", child_id, parents[relation], "广东", date(2024, 7, 1))
    named = {"carer_name": "陶阿婆", "carer_relation": "PATERNAL_GRANDMOTHER", "carer_age": 66}
    world.as_("jd_committee").done(
        "designateEntrustedCarer", child_id, named | {"carer_capability": "CAPABLE"}
    )
    world.as_("jd_township").done("determineCategory", child_id, {"category": "LBC_RURAL_SH"})
    return ChildOfStory(child_id, parents)


def visited(world: World, child_id: UUID, at: str, **more: Any) -> Answer:
    """Mr D. visits her at home: the child seen, the checklist complete."""
    world.tick(at)
    given = {"child_seen": True, "visit_present": ["CARER"], **CHECKLIST, **more}
    return world.as_("jd_director").done("makeHomeVisit", child_id, given)


def contacted(world: World, child_id: UUID, at: str) -> Answer:
    """Mr D. phones her."""
    world.tick(at)
    given = {"contact_channel": "PHONE", "contact_with": ["CHILD"]}
    return world.as_("jd_director").done("makeContact", child_id, given)


def concern(world: World, child_id: UUID, at: str = "2024-08-10 10:00") -> UUID:
    """The class teacher records abnormal behaviour; answers the concern's id."""
    world.tick(at)
    given = {"behaviour_concern": "RUNNING_AWAY", "concern_source": "TEACHER", "concern_note": NOTE}
    world.as_("jd_teacher").done("recordBehaviourConcern", child_id, given)
    recorded = world.events(child_id, "child.behaviour_concern_recorded")[-1]
    return UUID(str(recorded.event.concern_id))


def due_days(world: World, child_id: UUID) -> tuple[str, str, str]:
    """Class, next contact and next home visit as Mr D. reads them."""
    file = world.as_("jd_director").child(child_id)
    assert file is not None
    return file["cadence"], file["nextContactOn"], file["nextHomeVisitOn"]
