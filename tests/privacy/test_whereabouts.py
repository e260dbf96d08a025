"""去向保密: where a child lives and learns is kept from a family whose violence it was taken out of (A.1, A.2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from authz.gate import Gate
from authz.policy import committed
from domain.fields import holds_text, types_in
from domain.kernel import EVENTS
from domain.terms.file import ClauseId
from domain.terms.places import DivisionId
from ops.demo_world import CHUNGUANG, UNIT_BY_KEY
from projections.readmodel import READ_MODELS
from tests.authz.people import row, somebody
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
LEDGER = """query ($d: ID, $s: UUID) { ledger(division: $d, school: $s, first: 100) {
  nodes { childId } } }"""
THEN = "query ($id: UUID!) { childAsKnown(id: $id) { name address residenceId schoolUnitId } }"
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


def found_by_no_question(world: World, key: str, child: UUID) -> None:
    """Neither by a filter that asks where, nor by the file as it was, nor by a report that asks who is competent."""
    seeker, school = world.as_(key), UNIT_BY_KEY["jd_school"].id
    listed = {"childId": str(child)}
    assert listed in seeker.ask(LEDGER)["ledger"]["nodes"]
    for where in ({"d": world.place(CHUNGUANG)}, {"s": school}, {"s": UNIT_BY_KEY["cm_school"].id}):
        answer = seeker.post(LEDGER, **where)
        assert answer.get("errors") or answer["data"]["ledger"]["nodes"] == [], where
    then = seeker.read(THEN, id=child)["childAsKnown"]
    assert {name for name, value in then.items() if value} == {"name"}
    told = {
        "report_channel": "PHONE",
        "reporter_category": "CITIZEN",
        "discovered_at": world.clock.now,
        "triggers": ["LIVING_ALONE"],
        "situation": "孩子不知去向",
        "children": [child],
    }
    mine = seeker.done("submitReport", None, told)["id"]
    read = str(seeker.case(mine)) + str(seeker.timeline("case", mine))
    assert "case.report_submitted" in read
    units = [str(UNIT_BY_KEY[u].id) for u in ("cm_police", "cm_township", "jd_school")]
    assert [secret for secret in (*units, world.place(CHUNGUANG), "SH2020") if secret in read] == []


def test_the_family_knows_who_and_not_where(world: World) -> None:
    child = rescuing.girl_on_file(world)
    for key in FAMILY:
        assert where(world, key, child.id)["address"] == "春光村七组15号", key
        assert where(world, key, child.id)["schoolUnitId"] == str(UNIT_BY_KEY["cm_school"].id)
    at_home = world.as_("cm_father").ask(LEDGER, d=world.place(CHUNGUANG))["ledger"]["nodes"]
    assert at_home == [{"childId": str(child.id)}]
    case = rescuing.placed(world, child)
    moved(world, child.id)
    for key in FAMILY:
        nothing_of_it(world, key, child.id)
    found_by_no_question(world, "cm_father", child.id)
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


SAYS_WHO = {"child_name", "name", "called_name", "id_number", "id_remarks", "sex"}
CODES = {"file_status", "cadence", "entitlement", "status", "entitlement_route"}
"""Words that a family which is kept away may read: who the child is, and codes that are the same everywhere."""


def test_no_value_that_is_open_to_a_family_kept_away_names_a_place() -> None:
    """Of all events of a file, and of all rows that hang on one: no words but these, no unit, division or clause."""
    mother, gate = somebody("guardian"), Gate(committed())
    classes = gate.mask(mother, "child", row(mother, "own_child"), "family")
    events = {kind.__name__: kind.specs for n, kind in EVENTS.items() if n.startswith("child.")}
    rows = {
        m.__name__: m.specs
        for m in READ_MODELS.values()
        if not m.private and "child" in {m.obj, m.within}
    }
    open_to_her = [
        (of, spec)
        for of, specs in (events | rows).items()
        for spec in specs
        if spec.sensitivity in classes
    ]
    assert len(open_to_her) > len(events)
    for of, spec in open_to_her:
        assert not types_in(spec.type) & {DivisionId, ClauseId}, (of, spec.name)
        assert "unit_id" not in spec.name, (of, spec.name)
        assert spec.name in SAYS_WHO | CODES or not holds_text(spec.type), (of, spec.name)
