"""Who is asked to take the child, in the order of the text, and the handover in writing (scenarios 1, 4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.case.candidates import (
    AskCareCandidate,
    CareCandidateAsked,
    CareCandidateDeclined,
    PlacementRequested,
    RecordCandidateDecline,
)
from domain.case.care_secured import CareSecured
from domain.case.handover import CompleteWrittenHandover, WrittenHandoverCompleted
from domain.case.report_state import Stage
from domain.case.which_child import the_child
from domain.kernel import Command
from domain.terms.emergency import (
    CareCandidate,
    DangerState,
    DeclineReason,
    EmergencyDuty,
    Finding,
)
from domain.terms.reports import Trigger
from domain.terms.units import UnitKind
from tests.domain.case.cast import (
    BROTHER,
    CIVIL_CQ,
    LI,
    STREET_CN,
    case_of,
    cn,
    cq,
)
from tests.domain.case.on_scene import (
    HASH,
    INJURED,
    ON_SCENE,
    after,
    call,
    escort,
    findings,
    of_two,
    on_scene_cq,
    then,
)
from tests.dsl import an_id, given, local

D = EmergencyDuty


def ask(kind: CareCandidate, **more: Any) -> AskCareCandidate:
    """Will you take the child in?"""
    return AskCareCandidate(candidate_kind=kind, **more)


def candidate(at: str) -> UUID:
    """The id of whoever was asked at this time."""
    return uuid5(an_id(f"case.ask_care_candidate@{at}"), "candidate")


NO_GUARDIAN = ask(CareCandidate.OTHER_GUARDIAN, nobody_of_this_kind=True)

AUNT_AT, COMMITTEE_AT = "2019-03-30 11:05", "2019-03-30 11:20"

AUNT = ask(CareCandidate.RELATIVE, candidate_name="姨妈")

COMMITTEE = ask(CareCandidate.RESIDENTIAL_COMMITTEE, candidate_name="万村居委会")

ASKED_AUNT = then(INJURED, cn(NO_GUARDIAN, at="2019-03-30 11:00"), cn(AUNT, at=AUNT_AT))


def decline(candidate_id: UUID, reason: DeclineReason) -> RecordCandidateDecline:
    """No."""
    return RecordCandidateDecline(candidate_id=candidate_id, decline_reason=reason)


def test_candidates_are_asked_in_the_order_of_the_text() -> None:
    given(*INJURED).when(cn(AUNT, at=AUNT_AT)).then_refused(
        "candidate_out_of_order", cites="CN2017-4.2-b", field="candidateKind"
    )
    history = then(INJURED, cn(NO_GUARDIAN, at="2019-03-30 11:00"))
    given(*history).when(cn(AUNT, at=AUNT_AT)).then(
        CareCandidateAsked(
            candidate_id=candidate(AUNT_AT),
            candidate_kind=CareCandidate.RELATIVE,
            candidate_name="姨妈",
        )
    )


def test_when_everybody_declined_the_street_places_the_child() -> None:
    aunt = cn(decline(candidate(AUNT_AT), DeclineReason.NO_WILL), at="2019-03-30 11:10")
    given(*ASKED_AUNT).when(aunt).then(
        CareCandidateDeclined(candidate_id=candidate(AUNT_AT), decline_reason=DeclineReason.NO_WILL)
    )
    history = then(ASKED_AUNT, aunt, cn(COMMITTEE, at=COMMITTEE_AT))
    committee = cn(
        decline(candidate(COMMITTEE_AT), DeclineReason.NO_CONDITIONS), at="2019-03-30 11:30"
    )
    given(*history).when(committee).then(
        CareCandidateDeclined(
            candidate_id=candidate(COMMITTEE_AT), decline_reason=DeclineReason.NO_CONDITIONS
        ),
        PlacementRequested(
            child_id=LI,
            placement_unit_kind=UnitKind.TOWNSHIP,
            placement_unit_id=STREET_CN.id,
            place_by=local("2019-03-30 12:00"),
        ),
    )
    case = after(history, committee)
    assert case.stage is Stage.NOTIFIED
    assert D.PLACE_CHILD in case.emergency.open_duties
    assert D.ASK_CARE_CANDIDATES not in case.emergency.open_duties


def test_somebody_still_thinking_holds_the_placement_back() -> None:
    history = then(ASKED_AUNT, cn(COMMITTEE, at=COMMITTEE_AT))
    one = cn(decline(candidate(COMMITTEE_AT), DeclineReason.NO_WILL), at="2019-03-30 11:30")
    assert len(given(*history).when(one).facts()) == 1


def test_nobody_found_at_all_is_declined_by_all() -> None:
    nobody = [
        cn(ask(kind, nobody_of_this_kind=True), at=f"2019-03-30 11:0{minute}")
        for minute, kind in enumerate(CareCandidate)
    ]
    history = then(INJURED, *nobody)
    assert isinstance(history[-1], PlacementRequested)


def test_a_candidate_declines_once_and_must_have_been_asked() -> None:
    aunt = cn(decline(candidate(AUNT_AT), DeclineReason.NO_WILL), at="2019-03-30 11:10")
    given(*then(ASKED_AUNT, aunt)).when(aunt).then_nothing()
    stranger = cn(decline(an_id("stranger"), DeclineReason.NO_WILL), at="2019-03-30 11:10")
    given(*ASKED_AUNT).when(stranger).then_refused("unknown_candidate", field="candidateId")


def test_elsewhere_civil_affairs_place_the_child() -> None:
    danger = cq(findings(dangers=(DangerState.UNATTENDED,)), at="2025-03-03 09:30")
    nobody = [
        cq(ask(kind, nobody_of_this_kind=True), at=f"2025-03-03 10:0{minute}")
        for minute, kind in enumerate(CareCandidate)
    ]
    history = then(ON_SCENE, danger, *nobody)
    assert history[-1] == PlacementRequested(
        child_id=LI,
        placement_unit_kind=UnitKind.DISTRICT_CIVIL_AFFAIRS,
        placement_unit_id=CIVIL_CQ.id,
        place_by=local("2025-03-03 10:32"),
    )
    assert case_of(*history).stage is Stage.HANDLING


ENDANGERED = then(
    on_scene_cq(Trigger.SUSPECTED_INFRINGEMENT, children=(LI, BROTHER)),
    of_two(findings(dangers=(DangerState.UNATTENDED,)), "09:30"),
)


def nobody_for(child_id: UUID | None, hour: int = 10) -> tuple[Command[Any], ...]:
    """Nobody of any kind is found to take this child in."""
    return tuple(
        of_two(ask(kind, child_id=child_id, nobody_of_this_kind=True), f"{hour}:0{minute}")
        for minute, kind in enumerate(CareCandidate)
    )


def test_the_aunt_of_one_child_takes_in_no_other() -> None:
    """联系其他监护人、亲属 (CN2017-4.2-b): a child's own; half-brothers have not the same."""
    aunt_of_li = (
        of_two(ask(CareCandidate.OTHER_GUARDIAN, nobody_of_this_kind=True), "10:00"),
        of_two(ask(CareCandidate.RELATIVE, candidate_name="姨妈", child_id=LI), "10:05"),
    )
    history = then(ENDANGERED, *aunt_of_li)
    committee = ask(CareCandidate.RESIDENTIAL_COMMITTEE, nobody_of_this_kind=True)
    given(*history).when(of_two(committee, "10:10")).then_refused("candidate_out_of_order")
    history = then(history, *nobody_for(BROTHER, hour=11))
    (wanted,) = (e for e in history if isinstance(e, PlacementRequested))
    assert wanted.child_id == BROTHER
    case = case_of(*history)
    assert case.emergency.to_place == {BROTHER}
    assert D.ASK_CARE_CANDIDATES in case.emergency.open_duties
    kept = case_of(*history, CareSecured(child_id=LI))
    assert D.ASK_CARE_CANDIDATES not in kept.emergency.open_duties
    assert D.PLACE_CHILD in kept.emergency.open_duties


def test_each_child_is_placed_for_whom_nobody_was_found() -> None:
    history = then(ENDANGERED, *nobody_for(None))
    assert [e.child_id for e in history if isinstance(e, PlacementRequested)] == [LI, BROTHER]
    assert D.ASK_CARE_CANDIDATES not in case_of(*history).emergency.open_duties
    one = case_of(*history, CareSecured(child_id=BROTHER))
    assert one.emergency.to_place == {LI}
    assert D.PLACE_CHILD in one.emergency.open_duties
    both = case_of(*history, CareSecured(child_id=BROTHER), CareSecured(child_id=LI))
    assert D.PLACE_CHILD not in both.emergency.open_duties


def test_a_child_of_another_case_is_asked_for_there() -> None:
    stranger = ask(CareCandidate.OTHER_GUARDIAN, child_id=an_id("another child"))
    given(*ENDANGERED).when(of_two(stranger, "10:00")).then_refused(
        "child_not_in_case", field="childId"
    )


def test_found_in_danger_again_everybody_is_asked_again() -> None:
    cared = (CareSecured(child_id=LI), CareSecured(child_id=BROTHER))
    history = (*then(ENDANGERED, *nobody_for(None)), *cared)
    again = of_two(findings(dangers=(DangerState.SERIOUS_THREAT,)), "14:00")
    case = after(history, again)
    assert D.ASK_CARE_CANDIDATES in case.emergency.open_duties
    assert case.emergency.candidates == ()


HANDOVER = CompleteWrittenHandover(
    giver_name="民警李某",
    receiver_name="居委会主任",
    handover_place="居委会办公室",
    handed_over_at=local("2019-03-30 11:30"),
    child_condition="左臂包扎,情绪稳定",
    belongings="书包一个",
    giver_signed=True,
    receiver_signed=True,
    handover_hash=HASH,
)


def test_a_written_handover_is_whole() -> None:
    at = "2019-03-30 11:35"
    handover_id = uuid5(an_id(f"case.complete_written_handover@{at}"), "handover")
    given(*INJURED).when(cn(HANDOVER, at=at)).then(
        WrittenHandoverCompleted(
            handover_id=handover_id,
            child_id=LI,
            giver_name="民警李某",
            receiver_name="居委会主任",
            handover_place="居委会办公室",
            handed_over_at=local("2019-03-30 11:30"),
            child_condition="左臂包扎,情绪稳定",
            belongings="书包一个",
            handover_hash=HASH,
        )
    )
    case = after(INJURED, cn(HANDOVER, at=at))
    assert D.WRITTEN_HANDOVER not in case.emergency.open_duties
    handover = case.emergency.handover_of(LI)
    assert handover is not None
    assert handover.handover_id == handover_id


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("giverName", {"giver_name": " "}),
        ("receiverName", {"receiver_name": ""}),
        ("handoverPlace", {"handover_place": ""}),
        ("childCondition", {"child_condition": ""}),
        ("belongings", {"belongings": ""}),
    ],
)
def test_a_handover_with_a_blank_is_refused(field: str, values: dict[str, Any]) -> None:
    given(*INJURED).when(cn(replace(HANDOVER, **values), at="2019-03-30 11:35")).then_refused(
        "handover_incomplete", cites="CN2017-4.2-c", field=field
    )


@pytest.mark.parametrize(
    ("code", "field", "values"),
    [
        ("handover_unsigned", "giverSigned", {"giver_signed": False}),
        ("handover_unsigned", "receiverSigned", {"receiver_signed": False}),
        ("handover_in_future", "handedOverAt", {"handed_over_at": local("2019-03-30 11:36")}),
        ("hash_malformed", "handoverHash", {"handover_hash": "xyz"}),
    ],
)
def test_a_handover_is_signed_past_and_provable(
    code: str, field: str, values: dict[str, Any]
) -> None:
    given(*INJURED).when(cn(replace(HANDOVER, **values), at="2019-03-30 11:35")).then_refused(
        code, field=field
    )


def test_what_was_done_for_a_nameless_child_was_done_for_the_one_identified() -> None:
    nameless = then(
        on_scene_cq(Trigger.LIVING_ALONE, children=()),
        cq(findings(Finding.LIVING_ALONE), at="2025-03-03 09:30"),
        call(None),
        cq(escort(), at="2025-03-03 10:00"),
    )
    case = case_of(*nameless)
    assert the_child(case, None) is None
    assert case.emergency.escorted == {None}
    assert case.emergency.named(LI).escorted == {LI}
