"""去向保密: where a child lives and learns is kept from a family whose violence it was taken out of (A.1, A.2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from ops.demo_world import CHUNGUANG, UNIT_BY_KEY
from tests.journeys import rescuing
from tests.journeys.world import World

pytestmark = [pytest.mark.begins(2022), pytest.mark.postgres]

SAFE = "崇明北门路3号2楼"
WHERE = """query ($id: UUID!) { child(id: $id) { name birthOn cadence isPlaced hasCareFlag
  entitlements { entitlement status entitlementUnitId entitlementBy standardVersion }
  address residenceId hukouId areaType schoolUnitId schoolGrade responsibleUnitId responsiblePersonId nextContactOn
  lastHomeVisitOn categories guardians { guardianName } entrustedCare { carerName } visits { madeOn } } }"""
NAMES_NO_PLACE = {
    "cm_father": {"name", "birthOn", "cadence", "isPlaced", "hasCareFlag", "entitlements"},
    "cm_uncle": {"name", "birthOn"},
}
"""What a guardian and an entrusted carer read of a child that is kept from them."""
LEDGER = "query ($d: ID!) { childLedger(division: $d, first: 100) { nodes { childId } } }"
JOURNAL = "query ($id: UUID!) { accessJournal(subject: $id, first: 10) { nodes { unitName } } }"
FAMILY = ("cm_father", "cm_uncle")
HOLDERS = ("cm_township", "cm_director", "cm_ca")


def where(world: World, key: str, child: UUID) -> dict[str, Any]:
    """What somebody reads of where the child is."""
    found: dict[str, Any] = world.as_(key).read(WHERE, id=child)["child"]
    return found


def moved(world: World, child: UUID) -> None:
    """She is given another home, and another school."""
    home = {
        "place_kind": "RESIDENCE",
        "place_division": world.place(CHUNGUANG),
        "place_address": SAFE,
    }
    world.as_("cm_township").done("recordLocation", child, home)
    school = {"school_unit_id": UNIT_BY_KEY["jd_school"].id, "grade": "三年级"}
    world.as_("cm_township").done("recordEnrolment", child, school)
    aid = {"entitlement": "MINIMUM_LIVING", "basis_facts": ["MINIMUM_LIVING_CONDITIONS"]}
    world.as_("cm_ca").done("screenEntitlement", child, aid)


def nothing_of_it(world: World, key: str, child: UUID) -> None:
    """Who she is, and nothing of where: in the head, in what hangs on it, in the lines, in the journal."""
    reader = world.as_(key)
    found = where(world, key, child)
    assert found["name"] == "石小梅"
    named = {name for name, value in found.items() if value}
    assert named == NAMES_NO_PLACE.get(key, NAMES_NO_PLACE["cm_father"]), named
    for item in found.get("entitlements") or ():
        told = {name for name, value in item.items() if value is not None}
        assert told == {"entitlement", "status"}, told
    lines = reader.timeline("child", child)
    assert lines
    assert {(line["packs"], line["clauses"]) for line in lines} == {(None, None)}
    units = {str(UNIT_BY_KEY[u].id) for u in ("cm_school", "jd_school", "cm_township", "cm_rescue")}
    for secret in (SAFE, rescuing.SHELTER, world.place(CHUNGUANG), *units):
        assert secret not in str(lines) + str(found), secret
    assert reader.actions("child", child) == set()
    if "accessJournal" in reader.schema_of(reader.who.role).query_type.fields:  # type: ignore[union-attr]
        told = reader.ask(JOURNAL, id=child)["accessJournal"]
        assert not told or told["nodes"] == []


def test_the_family_knows_who_and_not_where(world: World) -> None:
    child = rescuing.girl_on_file(world)
    for key in FAMILY:
        assert where(world, key, child.id)["address"] == "春光村七组15号", key
        assert where(world, key, child.id)["schoolUnitId"] == str(UNIT_BY_KEY["cm_school"].id)
    case = rescuing.placed(world, child)
    moved(world, child.id)
    for key in FAMILY:
        nothing_of_it(world, key, child.id)
    for key in HOLDERS:
        found = where(world, key, child.id)
        assert (found["address"], found["schoolUnitId"]) == (
            SAFE,
            str(UNIT_BY_KEY["jd_school"].id),
        ), key
    assert world.as_("cm_father").case(case) is None


def test_who_is_put_on_file_later_is_family_too(world: World) -> None:
    child = rescuing.girl_on_file(world)
    rescuing.placed(world, child)
    changed = {
        "relation": "OTHER_RELATIVE",
        "guardian_name": "鲍秋月",
        "guardian_basis": "COURT_ORDER",
        "guardian_person_id": world.as_("jd_mother").who.id,
    }
    outcome = world.as_("cm_director").do("recordGuardian", child.id, changed)
    assert outcome["__typename"] == "CommandDone", outcome
    moved(world, child.id)
    nothing_of_it(world, "jd_mother", child.id)
