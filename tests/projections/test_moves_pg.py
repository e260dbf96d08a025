"""A child that moves: what was open with the offices of the old place is open with those of the new (D.9, A.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from domain.case.assessment import StartAssessment
from domain.case.assessment_questions import QuestionPut
from domain.case.dispatch import DispatchPolice, RecordPoliceFindings
from domain.case.intake import AcceptReport, FindReportUnfounded
from domain.case.notices import NotifyCivilAffairsForPlacement, NotifyTownship
from domain.case.orders import IssueProtectionOrder, OrderFamilyEducation
from domain.case.placement_state import Placement, PlacementState
from domain.case.report_state import Stage
from domain.case.state import Case
from domain.case.transfer import ReceiveCase, TransferCaseOut
from domain.child.closing import CloseFile, ReopenFile
from domain.child.corrections import DisavowEvent
from domain.child.disputes import RaiseJurisdictionDispute
from domain.child.entitlement_application import FileEntitlementApplication
from domain.child.places import AssignJurisdiction, RecordLocation
from domain.child.state import Child
from domain.child.transfer import ReceiveFile, TransferFileOut
from domain.child.village_move import FollowToVillage
from domain.kernel import Refused
from domain.terms.assessment import Contributor
from domain.terms.emergency import EscortDestination, Finding
from domain.terms.entitlements import AidApplicant, EntitlementType
from domain.terms.file import FileCloseReason
from domain.terms.intervention import OrderIssuer
from domain.terms.measures import MeasureSubject
from domain.terms.placement import PlacementKind, PlacementStatus
from domain.terms.places import AreaType, DivisionId, PlaceKind
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from domain.unit.posts import AppointPerson, RegisterUnit
from eventlog.casebook import Request
from ops.platform import retell_all
from projections.queues import QUEUES
from tests.database import Database
from tests.dsl import an_id
from tests.projections.moving import CAOTANG, LINJIANG, NAMES, ZIYANG, may_look, offices_on, whose
from tests.projections.snapshot import digests
from tests.projections.town import (
    CLERK,
    DIRECTOR,
    HUANHUA,
    OFFICER,
    SECRETS,
    Town,
    actor,
    filed,
    reported,
    unit_id,
    vetted,
)


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    with offices_on(database) as town:
        yield town


@pytest.fixture
def child(town: Town) -> UUID:
    """On file in Huanhua, applying for what three departments decide."""
    town.at("2025-03-03 09:00")
    child = filed(town, area_type=AreaType.RURAL)
    wanted = (
        EntitlementType.MINIMUM_LIVING,
        EntitlementType.EDU_AID,
        EntitlementType.HOUSING,
    )
    applied = FileEntitlementApplication(family_applicant=AidApplicant.GUARDIAN, applied_for=wanted)
    town.do(applied, child, CLERK)
    return child


def test_every_department_s_matters_follow_a_file_that_is_received(town: Town, child: UUID) -> None:
    assert whose(town, child)["Q-20"] == {"civil affairs", "education", "housing"}
    sent = TransferFileOut(
        to_division=DivisionId(LINJIANG), transfer_summary="随父母迁居", transfer_reason="迁居"
    )
    town.at("2025-03-05 09:00").do(sent, child, CLERK)
    assert whose(town, child)["Q-20"] == {"civil affairs", "education", "housing"}, "until received"
    receiver = actor("officer of Linjiang", Role.TOWNSHIP, "Linjiang")
    town.at("2025-03-06 09:00").do(ReceiveFile(), child, receiver)
    after = whose(town, child)
    there = {"education of Kaizhou", "civil affairs of Kaizhou"}
    assert after["Q-20"] == there, "where there is no office of housing, civil affairs stand in"
    assert set().union(*after.values()) == {"Linjiang", *there}
    live = digests(town)
    retell_all(town.platform.ways, SECRETS, lambda _: None)
    assert digests(town) == live


def test_a_new_residence_takes_tasks_and_worker_along_and_the_new_township_learns_of_it(
    town: Town, child: UUID
) -> None:
    before = whose(town, child)
    assert before["Q-09"] == {"village"}
    moved = RecordLocation(
        place_kind=PlaceKind.RESIDENCE, place_division=DivisionId(CAOTANG), area_type=AreaType.RURAL
    )
    town.at("2025-03-05 09:00").do(moved, child, DIRECTOR)
    after = whose(town, child)
    assert after == before | {"Q-09": {"Caotang"}, "Q-10": {"Caotang"}, "Q-83": {"Caotang"}} | {
        queue: {"Caotang"} for queue, owners in before.items() if owners == {"township"}
    }
    state = town.platform.casebook.state(Child, child)
    assert isinstance(state, Child)
    assert state.file.responsible_person is None
    named = {t["named_person_id"] for t in town.tasks("Q-09") if t["is_open"]}
    assert named == {an_id("officer of Caotang")}
    tokens = town.tokens("child", "child_id", child)
    gone = {f"T:{unit_id('township')}", f"T:{unit_id('village')}", f"U:{DIRECTOR.person_id}"}
    assert not tokens & gone
    live = digests(town)
    retell_all(town.platform.ways, SECRETS, lambda _: None)
    assert digests(town) == live


def test_a_decision_by_hand_takes_them_along_as_well(town: Town, child: UUID) -> None:
    decided = AssignJurisdiction(
        township_division=DivisionId(CAOTANG), jurisdiction_reason="长期随外祖母生活"
    )
    town.at("2025-03-05 09:00").do(decided, child, CLERK)
    after = whose(town, child)
    assert (after["Q-09"], after["Q-83"]) == ({"Caotang"}, {"Caotang"})
    assert "township" not in set().union(*after.values())


def test_another_place_that_leaves_the_child_where_it_is_moves_nothing(
    town: Town, child: UUID
) -> None:
    before = whose(town, child)
    hukou = RecordLocation(place_kind=PlaceKind.HUKOU, place_division=DivisionId(LINJIANG))
    town.at("2025-03-05 09:00").do(hukou, child, DIRECTOR)
    assert whose(town, child) == before


def test_a_dispute_is_for_the_superior_and_over_once_the_child_is_in_charge_of_another(
    town: Town, child: UUID
) -> None:
    """CN2017-2-g, CQ2024-4-d: no party decides it, and another place on file does not end it."""
    dispute = RaiseJurisdictionDispute(
        claiming_units=(unit_id("township"), unit_id("Caotang")), dispute_grounds="居住地不明"
    )
    town.at("2025-03-05 09:00").do(dispute, child, CLERK)
    assert whose(town, child)["Q-54"] == {"civil affairs"}
    hukou = RecordLocation(place_kind=PlaceKind.HUKOU, place_division=DivisionId(LINJIANG))
    town.at("2025-03-05 10:00").do(hukou, child, DIRECTOR)
    assert whose(town, child)["Q-54"] == {"civil affairs"}
    away = AssignJurisdiction(township_division=DivisionId(CAOTANG), jurisdiction_reason="推定")
    with pytest.raises(Refused) as refused:
        town.at("2025-03-05 11:00").do(away, child, CLERK)
    assert refused.value.code == "not_the_superior"
    moved = RecordLocation(
        place_kind=PlaceKind.RESIDENCE, place_division=DivisionId(CAOTANG), area_type=AreaType.RURAL
    )
    town.at("2025-03-05 12:00").do(moved, child, DIRECTOR)
    assert "Q-54" not in whose(town, child)


@pytest.mark.parametrize("serving", ["her director", None])
def test_in_another_village_of_the_township_its_own_director_takes_over(
    town: Town, child: UUID, serving: str | None
) -> None:
    """SH2020-5.3-f, CQ2016-6.2-f: each village has its director; the unit in charge stays the township."""
    before = whose(town, child)
    assert before["Q-09"] == {"village"}
    if serving:
        register = RegisterUnit(
            kind=UnitKind.VILLAGE_COMMITTEE,
            unit_name="Ziyang",
            division_id=DivisionId(ZIYANG),
        )
        request = Request(command=register, command_id=an_id("next"), stream_id=unit_id("Ziyang"))
        town.platform.casebook.perform(request)
        vetted(town, serving, Role.CHILD_DIRECTOR, unit_id("Ziyang"))
        appoint = AppointPerson(
            person_id=an_id(serving), person_name="董", role=Role.CHILD_DIRECTOR
        )
        town.do(appoint, unit_id("Ziyang"))
    moved = RecordLocation(
        place_kind=PlaceKind.RESIDENCE,
        place_division=DivisionId(ZIYANG),
        area_type=AreaType.RURAL,
    )
    town.at("2025-03-05 09:00").do(moved, child, DIRECTOR)
    after = whose(town, child)
    assert after["Q-09"] == after["Q-10"] == ({"Ziyang"} if serving else {"township"})
    assert after.get("Q-83") == (None if serving else {"township"})
    state = town.platform.casebook.state(Child, child)
    assert isinstance(state, Child)
    assert state.file.responsible_person == (an_id(serving) if serving else None)
    town.do(FollowToVillage(), child)
    assert whose(town, child) == after, "once"
    assert f"U:{DIRECTOR.person_id}" not in town.tokens("child", "child_id", child)
    live = digests(town)
    retell_all(town.platform.ways, SECRETS, lambda _: None)
    assert digests(town) == live


@pytest.mark.parametrize("where", [CAOTANG, ZIYANG], ids=["another township", "another village"])
def test_a_move_that_was_none_gives_the_child_back(town: Town, child: UUID, where: str) -> None:
    """C.2: what did not happen takes neither home nor worker from a child."""
    before, tokens = whose(town, child), town.tokens("child", "child_id", child)
    moved = RecordLocation(
        place_kind=PlaceKind.RESIDENCE, place_division=DivisionId(where), area_type=AreaType.RURAL
    )
    town.at("2025-03-05 09:00").do(moved, child, DIRECTOR)
    assert whose(town, child) != before
    state = town.platform.casebook.state(Child, child)
    assert isinstance(state, Child)
    home = state.file.place_of("RESIDENCE")
    assert home is not None
    assert home.event_id is not None
    wrong = DisavowEvent(target_event_id=home.event_id, disavowal_reason="记错了孩子")
    town.at("2025-03-06 09:00").do(wrong, child, DIRECTOR)
    state = town.platform.casebook.state(Child, child)
    assert isinstance(state, Child)
    assert (state.file.residence, state.file.responsible_person) == (HUANHUA, DIRECTOR.person_id)
    assert whose(town, child) == before
    assert town.tokens("child", "child_id", child) == tokens
    live = digests(town)
    retell_all(town.platform.ways, SECRETS, lambda _: None)
    assert digests(town) == live


SENT = TransferFileOut(
    to_division=DivisionId(LINJIANG), transfer_summary="随父母迁居", transfer_reason="迁居"
)


def test_a_transfer_is_over_where_the_child_is_a_third_unit_s_meanwhile(
    town: Town, child: UUID
) -> None:
    """D.9: nobody receives what the sender has no longer, nor goes on looking at it."""
    town.at("2025-03-05 09:00").do(SENT, child, CLERK)
    assert whose(town, child)["Q-82"] == {"Linjiang"}
    moved = RecordLocation(
        place_kind=PlaceKind.RESIDENCE, place_division=DivisionId(CAOTANG), area_type=AreaType.RURAL
    )
    town.at("2025-03-05 10:00").do(moved, child, DIRECTOR)
    town.at("2025-03-05 10:01")
    assert "Q-82" not in whose(town, child)
    assert may_look(town, child) == set()


def test_a_file_that_is_closed_is_shown_to_no_receiver_until_it_is_reopened(
    town: Town, child: UUID
) -> None:
    town.at("2025-03-05 09:00").do(SENT, child, CLERK)
    receiver = {f"G:referral:{unit_id('Linjiang')}"}
    town.at("2025-03-05 09:01")
    assert may_look(town, child) == receiver
    closed = CloseFile(file_close_reason=FileCloseReason.OPENED_IN_ERROR, close_note="误结")
    town.at("2025-03-06 09:00").do(closed, child, CLERK)
    town.at("2025-03-06 09:01")
    assert may_look(town, child) == set()
    town.at("2025-03-07 09:00").do(ReopenFile(reopened_because="核实在册"), child, CLERK)
    town.at("2025-03-07 09:01")
    assert whose(town, child)["Q-82"] == {"Linjiang"}
    assert may_look(town, child) == receiver


def found_beaten(town: Town) -> UUID:
    """A case in which the police have found violence at home."""
    case = reported(town)
    town.at("2025-03-03 09:10").do(AcceptReport(), case, OFFICER)
    town.at("2025-03-03 09:20").do(DispatchPolice(), case, OFFICER)
    beaten = RecordPoliceFindings(findings=(Finding.DOMESTIC_VIOLENCE,))
    town.at("2025-03-03 09:30").do(beaten, case, OFFICER)
    return case


def test_what_is_done_about_the_family_goes_with_the_case_and_the_scene_stays_with_its_police(
    town: Town,
) -> None:
    """An order is checked where the family lives now (CQ2024-3.3-b, D.9); the scene is for the police there."""
    case = found_beaten(town)
    father: dict[str, Any] = {"subject_kind": MeasureSubject.PARENT, "subject_id": an_id("father")}
    father |= {"order_issuer": OrderIssuer.COURT, "order_number": "1"}
    town.do(IssueProtectionOrder(**father, prohibitions=("接触",)), case, OFFICER)
    town.do(OrderFamilyEducation(**father), case, OFFICER)
    town.do(NotifyTownship(notice_text="继父殴打,请接办"), case, OFFICER)
    asked = QuestionPut(
        contributor=Contributor.VILLAGE_COMMITTEE,
        question="家里还有谁?",
        contributor_unit_id=unit_id("village"),
    )
    town.do(StartAssessment(questions=(asked,)), case, CLERK)
    sent = TransferCaseOut(
        to_division=DivisionId(LINJIANG), transfer_summary="随母迁居", transfer_reason="迁居"
    )
    town.at("2025-03-04 09:00").do(sent, case, CLERK)
    receiver = actor("officer of Linjiang", Role.TOWNSHIP, "Linjiang")
    town.at("2025-03-05 09:00").do(ReceiveCase(), case, receiver)
    owners: dict[str, set[str]] = {}
    for row in town.rows(
        "select queue, owner_unit_id from read.work_item where case_id = %(case)s and is_open",
        case=case,
    ):
        owners.setdefault(row["queue"], set()).add(NAMES[row["owner_unit_id"]])
    assert owners["Q-17-ORDER"] == {"women of Kaizhou", "police of Kaizhou"}
    assert owners["Q-26"] == {"women of Kaizhou"}
    assert owners["Q-55-COLLECT_EVIDENCE"] == {"police"}
    assert owners["Q-07"] >= {"Linjiang"}
    assert owners["Q-08"] == {"village"}, "it was asked for what it knows"


def test_whoever_had_to_place_the_child_leaves_with_the_case_that_another_place_received(
    town: Town,
) -> None:
    """D.9: the sender's own standing ends, also that of civil affairs who sent it and were asked to place."""
    case = found_beaten(town)
    asked = NotifyCivilAffairsForPlacement(
        placement_ground="继父殴打",
        proposed_site=EscortDestination.TEMPORARY_SHELTER,
        best_interest_reason="须离开施暴人",
    )
    town.do(asked, case, OFFICER)
    placing = (
        "select token from read.access_relation where reason = 'placing' and subject_id = %(case)s"
    )
    (here,) = town.rows(placing, case=case)
    assert here["token"] == f"T:{unit_id('civil affairs')}"
    sent = TransferCaseOut(
        to_division=DivisionId(LINJIANG), transfer_summary="随母迁居", transfer_reason="迁居"
    )
    bureau = actor("clerk of the bureau", Role.DISTRICT_CIVIL_AFFAIRS, "civil affairs")
    town.at("2025-03-04 09:00").do(sent, case, bureau)
    receiver = actor("officer of Linjiang", Role.TOWNSHIP, "Linjiang")
    town.at("2025-03-05 09:00").do(ReceiveCase(), case, receiver)
    (there,) = town.rows(placing, case=case)
    assert there["token"] == f"T:{unit_id('civil affairs of Kaizhou')}"
    town.at("2025-03-05 09:01")
    assert f"G:referral:{unit_id('civil affairs')}" in may_look(town, case)


def test_with_a_case_ends_what_was_to_be_received_of_it_but_not_with_a_child_still_placed(
    town: Town,
) -> None:
    case = reported(town)
    town.at("2025-03-03 09:10").do(AcceptReport(), case, OFFICER)
    town.at("2025-03-03 09:20").do(DispatchPolice(), case, OFFICER)
    sent = TransferCaseOut(
        to_division=DivisionId(LINJIANG), transfer_summary="在外县", transfer_reason="事发在外县"
    )
    town.at("2025-03-03 09:30").do(sent, case, CLERK)
    town.at("2025-03-03 09:31")
    assert may_look(town, case) == {f"G:referral:{unit_id('Linjiang')}"}
    unfounded = FindReportUnfounded(unfounded_reason="走亲戚")
    town.at("2025-03-03 09:40").do(unfounded, case, OFFICER)
    town.at("2025-03-03 09:41")
    assert may_look(town, case) == set()
    placed = Placement(
        placement_id=an_id("placement"),
        child_id=None,
        kind=PlacementKind.SHORT_TERM,
        status=PlacementStatus.ACTIVE,
    )
    followed = Case(stage=Stage.CLOSED, placement=PlacementState(placements=(placed,)))
    (ends,) = (c for c in QUEUES["Q-82"].endings if c.event == "case.closed")
    assert ends.only is not None
    assert not ends.only(None, followed)
    assert ends.only(None, Case(stage=Stage.CLOSED))
