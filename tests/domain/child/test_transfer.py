"""A child's file goes to another place: sent, received, refused, taken back; somebody is in charge throughout."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.child.disputes import (
    DecideJurisdictionDispute,
    JurisdictionDisputeRaised,
)
from domain.child.places import ChildLocationRecorded, JurisdictionAssigned
from domain.child.state import Child
from domain.child.transfer import (
    FileReceived,
    FileTransferredOut,
    FileTransferRefused,
    FileTransferWithdrawn,
    ReceiveFile,
    RefuseFileTransfer,
    TransferFileOut,
    WithdrawFileTransfer,
)
from domain.context import Actor
from domain.directory import Unit
from domain.kernel import Event, replay
from domain.terms.places import PlaceKind
from tests.domain.child.family import (
    CAOTANG,
    CITY,
    COUNTY,
    DISTRICT,
    JIADING,
    JUYUAN,
    NOWHERE,
    TOWNSHIP,
    TOWNSHIP_HUKOU,
    cq,
    opening,
    told_by,
)
from tests.dsl import an_id, given, person

OPENED = told_by(cq(opening()))
LATER = "2025-03-05 09:00"
TRANSFER = an_id("transfer")


def of(unit: Unit, role: str = "township") -> Actor:
    return person(unit.name, role, unit_id=unit.id, division_id=unit.division_id)


def sent(to: str = CAOTANG, **more: Any) -> TransferFileOut:
    given: dict[str, Any] = {
        "to_division": to,
        "transfer_reason": "随祖父母迁居草堂镇",
        "transfer_summary": "父母外出,由祖父母照料,走访正常",
        "open_matters": ("入学衔接",),
    }
    return TransferFileOut(**{**given, **more})


def history(to: str = CAOTANG) -> tuple[Event[Child], ...]:
    out = given(*OPENED).when(cq(sent(to), LATER, by=of(TOWNSHIP))).facts()
    return (*OPENED, *out)


def test_it_waits_for_the_unit_of_the_place_and_the_sender_stays_in_charge() -> None:
    (out,) = given(*OPENED).when(cq(sent(), LATER, by=of(TOWNSHIP))).facts()
    assert isinstance(out, FileTransferredOut)
    assert (out.sending_unit_id, out.receiving_unit_id) == (TOWNSHIP.id, TOWNSHIP_HUKOU.id)
    assert out.receive_by == date(2025, 3, 8)
    assert out.open_matters == ("入学衔接",)
    state = replay(Child(id=an_id("subject")), (*OPENED, out))
    assert state.file.owner_unit_id == TOWNSHIP.id


def test_to_another_city_it_goes_to_the_civil_affairs_of_the_district_named() -> None:
    (out,) = given(*OPENED).when(cq(sent(JIADING), LATER, by=of(TOWNSHIP))).facts()
    assert isinstance(out, FileTransferredOut)
    assert out.receiving_unit_id == DISTRICT.id


def test_with_the_receipt_the_child_lives_there_and_is_theirs() -> None:
    received, here, assigned = (
        given(*history())
        .when(cq(ReceiveFile(place_address="草堂镇1号"), LATER, by=of(TOWNSHIP_HUKOU)))
        .facts()
    )
    assert isinstance(received, FileReceived)
    assert received.look_back_until == date(2026, 3, 5)
    assert here == ChildLocationRecorded(
        place_kind=PlaceKind.RESIDENCE, place_division=CAOTANG, place_address="草堂镇1号"
    )
    assert isinstance(assigned, JurisdictionAssigned)
    assert assigned.owner_unit_id == TOWNSHIP_HUKOU.id
    state = replay(Child(id=an_id("subject")), (*history(), received, here, assigned))
    assert (state.file.residence, state.file.owner_unit_id) == (CAOTANG, TOWNSHIP_HUKOU.id)
    assert (state.file.transfer, state.file.responsible_person) == (None, None)


def test_refused_it_is_a_dispute_before_the_common_superior() -> None:
    refusal = RefuseFileTransfer(refusal_ground="儿童仍居住在白帝镇")
    refused, raised = given(*history()).when(cq(refusal, LATER, by=of(TOWNSHIP_HUKOU))).facts()
    assert isinstance(refused, FileTransferRefused)
    assert refused.dispute_unit_id == COUNTY.id
    assert raised == JurisdictionDisputeRaised(
        claiming_units=(TOWNSHIP.id, TOWNSHIP_HUKOU.id),
        dispute_grounds="儿童仍居住在白帝镇",
        owner_unit_id=TOWNSHIP.id,
        superior_unit_id=COUNTY.id,
    )
    state = replay(Child(id=an_id("subject")), (*history(), refused, raised))
    assert (state.file.owner_unit_id, state.file.transfer) == (TOWNSHIP.id, None)
    decided = DecideJurisdictionDispute(township_division=CAOTANG, jurisdiction_reason="居住地已变")
    after = given(*history(), refused, raised).when(cq(decided, LATER, by=of(COUNTY))).facts()
    assert isinstance(after[-1], JurisdictionAssigned)
    assert after[-1].owner_unit_id == TOWNSHIP_HUKOU.id


def test_between_two_cities_the_senders_city_decides() -> None:
    refusal = RefuseFileTransfer(refusal_ground="未迁入")
    refused, _ = given(*history(JIADING)).when(cq(refusal, LATER, by=of(DISTRICT))).facts()
    assert isinstance(refused, FileTransferRefused)
    assert refused.dispute_unit_id == CITY.id


def test_the_sender_may_take_it_back_while_nobody_has_answered() -> None:
    (back,) = given(*history()).when(cq(WithdrawFileTransfer(), LATER, by=of(TOWNSHIP))).facts()
    assert isinstance(back, FileTransferWithdrawn)
    again = given(*history(), back).when(cq(sent(JUYUAN), LATER, by=of(TOWNSHIP)))
    assert again.facts()


def test_what_cannot_be_sent() -> None:
    here = of(TOWNSHIP)
    given(*OPENED).when(cq(sent(NOWHERE), LATER, by=here)).then_refused(
        "unknown_place", field="toDivision"
    )
    given(*OPENED).when(cq(sent("".join(opening().residence or "")), LATER, by=here)).then_refused(
        "transfer_nowhere", field="toDivision"
    )
    given(*OPENED).when(cq(sent(transfer_summary=" "), LATER, by=here)).then_refused(
        "transfer_incomplete", field="transferSummary"
    )
    given(*history()).when(cq(sent(JUYUAN), LATER, by=here)).then_refused(
        "transfer_pending", field="toDivision"
    )


@pytest.mark.parametrize("answer", [ReceiveFile(), RefuseFileTransfer(refusal_ground="不符")])
def test_only_whom_it_was_sent_to_answers(answer: Any) -> None:
    given(*history()).when(cq(answer, LATER, by=of(TOWNSHIP))).then_refused("not_receiving_unit")
    given(*OPENED).when(cq(answer, LATER, by=of(TOWNSHIP_HUKOU))).then_refused("no_transfer")


def test_a_refusal_says_why_and_only_the_sender_takes_back() -> None:
    bare = RefuseFileTransfer(refusal_ground=" ")
    given(*history()).when(cq(bare, LATER, by=of(TOWNSHIP_HUKOU))).then_refused(
        "transfer_refusal_ungrounded", field="refusalGround"
    )
    back = cq(WithdrawFileTransfer(), LATER, by=of(TOWNSHIP_HUKOU))
    given(*history()).when(back).then_refused("not_sending_unit")
    given(*OPENED).when(cq(WithdrawFileTransfer(), LATER, by=of(TOWNSHIP))).then_refused(
        "no_transfer"
    )
