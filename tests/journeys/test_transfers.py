"""A child and its case go to another district and to another city; nobody lets go before somebody has taken over."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from ops.demo_world import BY_KEY, CAOTANG, CHANGNING, CHUNGUANG, OUYING, XIANXIA
from tests.journeys.checks import common_checks
from tests.journeys.children import open_file
from tests.journeys.person import Answer
from tests.journeys.telling import due, line_of, seen, told
from tests.journeys.wire import local
from tests.journeys.world import World

pytestmark = [pytest.mark.journey, pytest.mark.postgres]

MISSED = {
    "report_channel": "PHONE",
    "reporter_category": "VILLAGE_COMMITTEE",
    "triggers": ["GUARDIAN_NOT_PERFORMING"],
    "situation": "孩子独自在家,监护人长期外出",
}


def child_on_file(world: World) -> UUID:
    """A boy who lives in Chunguang; his hukou is in Chongqing."""
    world.clock.set("2025-03-01 09:00")
    place = world.place(CHUNGUANG)
    return open_file(
        world,
        "cm_director",
        child_name="施小宝",
        sex="MALE",
        birth_on=date(2016, 2, 3),
        residence=place,
        area_type="SUBURBAN_RURAL",
        hukou=world.place(OUYING),
        responsible_person_id=BY_KEY["cm_director"].id,
    )


def case_of(world: World, child_id: UUID) -> UUID:
    """A case of his, accepted by the police of the place."""
    world.clock.set("2025-03-03 09:00")
    given = {
        **MISSED,
        "discovered_at": local("2025-03-03 08:30"),
        "incident_place": world.place(CHUNGUANG),
        "children": [child_id],
    }
    case_id = UUID(world.as_("cm_committee").done("submitReport", None, given)["id"])
    world.as_("cm_police").done("acceptReport", case_id)
    return case_id


def handover(world: World, to: str) -> Answer:
    """What the sender says."""
    return {
        "to_division": world.place(to),
        "transfer_reason": "随母亲迁居长宁",
        "transfer_summary": "母亲在长宁务工并已租住,原照料人年迈",
        "open_matters": ["转学", "下次走访"],
        "handover_document": "崇民移〔2025〕3号",
    }


def in_another_city(world: World, child_id: UUID) -> None:
    """Sent on from Changning to Chongqing, it is received by the texts of there."""
    street, county = world.as_("cn_township"), world.as_("fj_township")
    street.done("transferFileOut", child_id, handover(world, CAOTANG))
    county.done("receiveFile", child_id)
    for name in ("child.file_received", "child.location_recorded"):
        packs = {pack for pack, _ in world.events(child_id, name)[-1].stamp.packs}
        assert packs == {"PLATFORM", "CQ2016", "CQ2024"}
    (task,) = county.queue("fj_township", "Q-83")
    assert task["clauses"] == ["CQ2016-6.2-f", "CQ2024-4-d"]
    # What was due goes on by the texts of before until it is done once, then by those of there.
    director = world.as_("fj_director")
    county.done("assignResponsibleWorker", child_id, {"responsible_person_id": director.who.id})
    (task,) = director.queue("fj_village", "Q-09")
    assert task["clauses"] == ["SH2024-2.3.7-c", "SH2024-2.3.7-d", "SH2020-3.2-c"]
    phoned = {"contact_channel": "PHONE", "contact_with": ["CHILD"]}
    director.done("makeContact", child_id, phoned)
    (task,) = director.queue("fj_village", "Q-09")
    assert task["clauses"] == ["CQ2016-3.2-e", "CQ2024-4-f"]


def test_a_childs_file_goes_to_the_district_the_child_has_moved_to(world: World) -> None:
    child_id = child_on_file(world)
    sender, receiver = world.as_("cm_township"), world.as_("cn_township")
    assert receiver.child(child_id) is None
    world.clock.set("2025-03-03 09:00")
    sender.done("transferFileOut", child_id, handover(world, XIANXIA))
    # Before the receipt: the fields of the transfer, and nothing of health or justice; the sender acts on.
    (task,) = receiver.queue("cn_township", "Q-82")
    assert (due(task), task["childId"]) == ("2025-03-06", str(child_id))
    shown = receiver.child(child_id)
    assert shown is not None
    assert (shown["name"], shown["responsibleUnitId"]) == (
        "施小宝",
        str(world.unit("cm_township")),
    )
    assert shown["tierReasons"] is None
    worker = {"responsible_person_id": BY_KEY["cn_director"].id}
    receiver.not_found("assignResponsibleWorker", child_id, worker, version=1)
    assert world.as_("cn_ca").child(child_id) is None
    assert "receiveFile" in receiver.actions("child", child_id)
    assert "receiveFile" not in sender.actions("child", child_id)
    sender.refused("transfer_pending", "transferFileOut", child_id, handover(world, XIANXIA))
    # Nobody answers in time: it goes up in the receiving place, and the sender is still in charge.
    world.tick("2025-03-07 09:00")
    assert [t["childId"] for t in world.as_("cn_ca").queue("cn_ca", "Q-82")] == [str(child_id)]
    assert sender.child(child_id)["responsibleUnitId"] == str(world.unit("cm_township"))  # type: ignore[index]
    world.clock.set("2025-03-07 10:00")
    receiver.done("receiveFile", child_id, {"place_address": "仙霞路1号"})
    after = receiver.child(child_id)
    assert after is not None
    assert after["responsibleUnitId"] == str(world.unit("cn_township"))
    assert after["residenceId"] == world.place(XIANXIA)
    assert receiver.queue("cn_township", "Q-82") == []
    assert [t["childId"] for t in receiver.queue("cn_township", "Q-83")] == [str(child_id)]
    # The old unit may look at what it sent, and do nothing; its director is out.
    looking = sender.child(child_id)
    assert looking is not None
    assert looking["name"] == "施小宝"
    sender.not_found("assignResponsibleWorker", child_id, worker, version=1)
    owners = {t["ownerUnitId"] for t in after["workItems"]}
    assert str(world.unit("cm_village")) not in owners
    receiver.done("assignResponsibleWorker", child_id, worker)
    assert receiver.queue("cn_township", "Q-83") == []
    in_another_city(world, child_id)
    world.clock.set("2026-03-08 09:00")
    assert sender.child(child_id) is None
    common_checks(world)


def test_between_whom_it_goes_is_for_those_who_coordinate(world: World) -> None:
    """Who works on a child is of class P2 (A.2); who knows of the file alone learns that it was sent."""
    child_id = child_on_file(world)
    world.clock.set("2025-03-03 09:00")
    world.as_("cm_township").done("transferFileOut", child_id, handover(world, XIANXIA))
    units = {str(world.unit(key)) for key in ("cm_township", "cn_township")}
    for key, sees in (
        ("cm_township", True),
        ("cm_director", True),
        ("fj_director", False),
        ("fj_committee", False),
    ):
        sent = seen(line_of(world.as_(key), "child", child_id, "child.file_transferred_out"))
        assert "receiveBy" in sent, key
        assert (units <= {str(v) for v in sent.values()}) is sees, key


def test_a_case_is_refused_and_the_superior_decides(world: World) -> None:
    child_id = child_on_file(world)
    case_id = case_of(world, child_id)
    sender, receiver = world.as_("cm_ca"), world.as_("cn_ca")
    assert receiver.case(case_id) is None
    sender.done("transferCaseOut", case_id, handover(world, CHANGNING))
    (task,) = receiver.queue("cn_ca", "Q-82")
    shown = receiver.case(case_id)
    assert shown is not None
    assert shown["factsReported"] is None
    assert (task["caseId"], due(task)) == (str(case_id), "2025-03-06")
    ground = {"refusal_ground": "儿童仍居住在春光村"}
    world.as_("cm_township").not_found("refuseCaseTransfer", case_id, ground, version=1)
    receiver.done("refuseCaseTransfer", case_id, ground)
    # Nothing has changed hands: the sender has the case, the city has the dispute.
    assert receiver.case(case_id) is None
    assert told(world, case_id, "case.transfer_refused").refusal_ground == "儿童仍居住在春光村"
    assert "case.received" not in world.names(case_id)
    city = world.as_("sh_city_ca")
    assert [t["caseId"] for t in city.queue("sh_city_ca", "Q-54-CASE")] == [str(case_id)]
    assert [t["childId"] for t in city.queue("sh_city_ca", "Q-54")] == [str(child_id)]
    sender.refused("transfer_pending", "transferCaseOut", case_id, handover(world, CHANGNING))
    decision = {
        "township_division": world.place(XIANXIA),
        "jurisdiction_reason": "儿童已随母亲居住在仙霞",
    }
    city.done("decideJurisdictionDispute", child_id, decision)
    assert city.queue("sh_city_ca", "Q-54") == []
    # The child was decided to be the street's: the district it was sent to does not get the case.
    assert not told(world, case_id, "case.transfer_decided").transfer_stands
    assert city.queue("sh_city_ca", "Q-54-CASE") == []
    # Sent to the street, it is received, and what is open there is the street's.
    sender.done("transferCaseOut", case_id, handover(world, XIANXIA))
    street = world.as_("cn_township")
    street.done("receiveCase", case_id, {"receipt_conditions": "随案移交全部材料"})
    case = street.case(case_id)
    assert case is not None
    assert case["townshipUnitId"] == str(world.unit("cn_township"))
    assert "completeAssessment" not in sender.actions("case", case_id)
    common_checks(world)


def test_a_child_in_sudden_need_has_a_case_without_any_report(world: World) -> None:
    child_id = child_on_file(world)
    world.clock.set("2025-03-03 09:00")
    need = {
        "care_need_ground": "GUARDIAN_ILL",
        "care_need_note": "祖母突发疾病住院,父母在外地",
        "incident_place": world.place(CHUNGUANG),
        "children": [child_id],
    }
    town, village = world.as_("cm_township"), world.as_("cm_committee")
    elsewhere = {**need, "incident_place": world.place(OUYING), "children": []}
    village.not_found("findCareNeed", None, elsewhere)
    case_id = UUID(village.done("findCareNeed", None, need)["id"])
    (task,) = world.as_("cm_ca").queue("cm_ca", "Q-05")
    assert (task["caseId"], due(task)) == (str(case_id), "2025-03-03 09:30")
    assert task["clauses"] == ["SH2020-3.2-e"]
    case = town.case(case_id)
    assert case is not None
    assert case["townshipUnitId"] == str(world.unit("cm_township"))
    file = town.child(child_id)
    assert file is not None
    (deciding,) = [r for r in file["tierReasons"]["reasons"] if r["deciding"]]
    assert (file["tier"], deciding["rule"]) == ("R1", "R-E5")
    neighbours = {
        "site_kind": "VILLAGE_ARRANGED",
        "placed_with": "邻居沈阿姨",
        "best_interest_reason": "熟人,离学校近",
        "sudden_cause": "ILLNESS",
        "cause_facts": "祖母住院",
        "arranged_by": "VILLAGE_COMMITTEE",
    }
    village.done("arrangeTemporaryLivingCare", case_id, neighbours)
    assert world.as_("cm_ca").queue("cm_ca", "Q-05") == []
    (support,) = town.queue("cm_township", "Q-46")
    assert (due(support), support["clauses"]) == ("2025-03-03", ["SH2020-3.2-f"])
    file = town.child(child_id)
    assert file is not None
    assert "R-E5" not in {r["rule"] for r in file["tierReasons"]["reasons"]}
    common_checks(world)
