"""Referral, sharing and conference over HTTP: who is let in sees what was listed, for its purpose, and no longer."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from ops.demo_world import BY_KEY, DAJINGENG, UNIT_BY_KEY
from tests.journeys.children import open_file
from tests.journeys.person import Answer, Person
from tests.journeys.telling import absent, last
from tests.journeys.world import World

LIST = ["IDENTITY", "CONTACTS", "CARE_NEEDS"]
BELOW = """subscription ($unit: UUID!) { workQueue(unit: $unit, queue: "Q-94") { kind item { child {
  childId name address residenceId areaType schoolUnitId cadence isPlaced guardians { guardianName } } } } }"""
"""The child as it hangs on a task, live."""
HELD = "{ viewer { grants { subjectId relation classes validTo child { name } case { caseId } } } }"


@pytest.fixture
def child(world: World) -> UUID:
    """A girl on file in Changning; a household note is on her file."""
    world.clock.set("2025-03-03 09:00")
    child_id = open_file(
        world,
        "cn_township",
        child_name="余小满",
        sex="FEMALE",
        birth_on=date(2013, 5, 1),
        residence=world.place(DAJINGENG),
        school_unit_id=UNIT_BY_KEY["cn_school"].id,
    )
    world.as_("cn_township").done(
        "recordGuardian",
        child_id,
        {"relation": "MOTHER", "guardian_name": "余秋", "guardian_phone": "13800000000"},
    )
    return child_id


def refer(world: World, child: UUID, to: str, **more: Any) -> Answer:
    given = {
        "referred_to_unit_id": UNIT_BY_KEY[to].id,
        "referral_fields": LIST,
        "referral_purpose": "CASEWORK",
        "referral_need": "户籍地接续帮扶",
        "referral_until_on": date(2025, 3, 20),
        **more,
    }
    return world.as_("cn_township").done("referFile", child, given)


def referral_of(world: World, child: UUID) -> UUID:
    made: UUID = last(world, child, "child.file_referred").file_referral_id
    return made


def test_a_unit_elsewhere_sees_the_listed_fields_once_it_accepts(world: World, child: UUID) -> None:
    """Scenario 17 line 13: not found, unless there is a task for it; then the task's fields."""
    abroad = world.as_("fj_ca")
    absent(abroad, "child", child)
    refer(world, child, "fj_ca")

    waiting = abroad.child(child)
    assert waiting is not None
    assert waiting["name"] is None  # that there is something to accept, and no more
    assert waiting["guardians"] == []
    (task,) = abroad.queue("fj_ca", "Q-94")
    assert task["childId"] == str(child)

    abroad.done("acceptFileReferral", child, {"file_referral_id": referral_of(world, child)})
    shown = abroad.child(child)
    assert shown is not None
    assert shown["name"] == "余小满"
    assert [g["guardianName"] for g in shown["guardians"]] == ["余秋"]
    assert shown["tier"] is None
    assert abroad.queue("fj_ca", "Q-94") == []
    mask = {
        line["sensitivity"] for one in abroad.timeline("child", child) for line in one["values"]
    }
    assert mask <= {
        "P0",
        "P0_PROCESS",
        "P1",
        "P2",
        "P3_CARE",
    }  # what the relation could open is more


def test_the_list_and_the_purpose_bound_what_the_policy_would_open(
    world: World, child: UUID
) -> None:
    away = world.as_("cm_ca", "emergency")
    with away.subscribe(BELOW, {"unit": str(away.unit_id("cm_ca"))}) as live:
        live.caught_up()
        refer(world, child, "cm_ca", referral_fields=["CARE_NEEDS"], referral_purpose="EMERGENCY")
        told = live.next()["item"]["child"]
    assert {name for name, value in told.items() if value} == {"childId"}, told
    away.done("acceptFileReferral", child, {"file_referral_id": referral_of(world, child)})
    found = away.child(child)
    assert found is not None
    assert found["name"] is None
    other_purpose = world.as_("cm_ca").child(child)  # the grant is for emergencies
    assert other_purpose is not None
    assert other_purpose["name"] is None
    held = {tuple(g["classes"]) for g in away.ask(HELD)["viewer"]["grants"]}
    assert held == {("P0", "P0_PROCESS", "P3_CARE")}
    casework = world.as_("cm_ca").ask(HELD)["viewer"]["grants"]
    assert {tuple(g["classes"]) for g in casework} == {("P0", "P0_PROCESS")}


@pytest.mark.parametrize("ending", ["decline", "recall", "complete"])
def test_a_referral_ends_with_its_reason_at_once(world: World, child: UUID, ending: str) -> None:
    refer(world, child, "fj_ca")
    abroad, named = world.as_("fj_ca"), {"file_referral_id": referral_of(world, child)}
    abroad.done("acceptFileReferral", child, named)
    assert (abroad.child(child) or {})["name"] == "余小满"
    world.clock.forward(minutes=1)
    if ending == "decline":
        abroad.done("declineFileReferral", child, {**named, "referral_closed_because": "已迁出"})
    elif ending == "recall":
        world.as_("cn_township").done(
            "recallFileReferral", child, {**named, "referral_closed_because": "不再需要"}
        )
    else:
        abroad.done("completeFileReferral", child, {**named, "referral_outcome": "已走访"})
    absent(abroad, "child", child)


def test_a_referral_ends_by_the_platforms_clock(world: World, child: UUID) -> None:
    refer(world, child, "fj_ca")
    abroad = world.as_("fj_ca")
    abroad.done("acceptFileReferral", child, {"file_referral_id": referral_of(world, child)})
    world.clock.set("2025-03-20 23:59")
    assert abroad.child(child) is not None
    world.clock.set("2025-03-21 00:00")  # the server's clock has long passed both
    absent(abroad, "child", child)
    abroad.not_found(
        "acceptFileReferral", child, {"file_referral_id": referral_of(world, child)}, version=9
    )


def test_what_a_client_adds_to_the_list_is_refused_and_opens_nothing(
    world: World, child: UUID
) -> None:
    """Authorization notes §8, 30: the list is the referring unit's, and no field of it is protected."""
    query = """mutation ($id: UUID!, $v: Int!, $c: UUID!, $u: UUID!) { referFile(id: $id, expectedVersion: $v,
      commandId: $c, input: {referredToUnitId: $u, referralFields: [REPORTER], referralPurpose: CASEWORK,
      referralNeed: "n", referralUntilOn: "2025-03-20"}) { __typename } }"""
    answer = world.as_("cn_township").post(
        query, id=child, v=1, c=UUID(int=7), u=UNIT_BY_KEY["fj_ca"].id
    )
    assert "errors" in answer
    assert world.events(child, "child.file_referred") == []


def contract(world: World, maker: str, **more: Any) -> UUID:
    given = {
        "from_kind": "DISTRICT_EDUCATION",
        "to_kind": "POLICE",
        "sharing_purpose": "INVESTIGATION",
        "contract_fields": ["IDENTITY", "DROPOUT", "ATTENDANCE"],
        "contract_until_on": date(2025, 12, 31),
        "contract_place": world.place("上海市/长宁区"),
        **more,
    }
    return UUID(world.as_(maker).done("makeSharingContract", None, given)["id"])


def sharing(contract_id: UUID, **more: Any) -> dict[str, Any]:
    return {
        "contract_id": contract_id,
        "shared_to_unit_id": UNIT_BY_KEY["cn_police"].id,
        "wanted_fields": ["IDENTITY", "DROPOUT", "HOUSEHOLD_INCOME"],
        "statutory_clause": "CN2017-5.1-b",
        **more,
    }


def test_education_and_police_share_dropout_and_never_income(world: World, child: UUID) -> None:
    """Scenario 17 line 14: 相关信息; the contract drops what it does not name."""
    agreed = contract(world, "cn_ca")
    school, police = world.as_("cn_head"), world.as_("cn_police")
    absent(police, "child", child)
    school.done("shareInformation", child, sharing(agreed))

    told = last(world, child, "child.information_shared")
    assert [f.value for f in told.passed_fields] == ["IDENTITY", "DROPOUT"]
    assert [f.value for f in told.dropped_fields] == ["HOUSEHOLD_INCOME"]
    found = police.child(child)
    assert found is not None
    assert found["name"] == "余小满"
    query = "query ($id: UUID!) { child(id: $id) { household { housing } } }"
    assert police.ask(query, id=child)["child"]["household"] is None
    held = police.ask(HELD)["viewer"]["grants"]
    assert [(g["child"], g["case"]) for g in held] == [({"name": "余小满"}, None)]
    classes = {c for g in held for c in g["classes"]}
    assert classes == {"P0", "P0_PROCESS", "P1", "P1_PLACE", "P3_SCHOOL"}

    world.clock.forward(minutes=1)
    order = world.as_("cn_ca").ask(
        "query ($id: UUID!) { accessOrder(id: $id) { version orderStatus contractFields } }",
        id=agreed,
    )["accessOrder"]
    assert order["orderStatus"] == "OPEN"
    world.as_("cn_ca").done(
        "endSharingContract", agreed, {"contract_end_reason": "调整"}, version=order["version"]
    )
    absent(police, "child", child)
    school.refused("no_sharing_contract", "shareInformation", child, sharing(agreed))


def test_what_rests_on_a_consent_ends_with_it(world: World, child: UUID) -> None:
    agreed = contract(world, "cn_ca")
    world.as_("cn_ca").done(
        "recordConsent",
        child,
        {
            "consent_giver": "GUARDIAN",
            "consent_giver_name": "余秋",
            "consent_fields": ["DROPOUT"],
            "consent_purpose": "INVESTIGATION",
            "consent_on": date(2025, 3, 3),
        },
    )
    consent = last(world, child, "child.consent_recorded").consent_id
    given = sharing(agreed, consent_id=consent, statutory_clause=None)
    world.as_("cn_head").done("shareInformation", child, given)
    told = last(world, child, "child.information_shared")
    assert [f.value for f in told.passed_fields] == ["DROPOUT"]  # identity was not agreed to
    police = world.as_("cn_police")
    assert police.child(child) is not None
    world.clock.forward(minutes=1)
    world.as_("cn_ca").done("withdrawConsent", child, {"consent_id": consent})
    absent(police, "child", child)


def test_a_contract_is_for_its_parties(world: World, child: UUID) -> None:
    agreed = contract(world, "cn_ca", to_kind="DISTRICT_CIVIL_AFFAIRS")
    refused: Person = world.as_("cn_head")
    refused.refused("no_sharing_contract", "shareInformation", child, sharing(agreed))
    world.as_("fj_ca").not_found("endSharingContract", agreed, {}, version=1)
    assert BY_KEY["fj_ca"].unit != BY_KEY["cn_ca"].unit
