"""A case goes to another place: one unit is responsible in every state, and a refusal is decided above."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.case.assessment import StartAssessment
from domain.case.assessment_questions import ContributeToAssessment, QuestionPut
from domain.case.notices import (
    CivilAffairsNotifiedForPlacement,
    NotifyCivilAffairsForPlacement,
    TownshipNotifiedByPolice,
)
from domain.case.placement_state import Aftercare, Placement, PlacementState
from domain.case.report_state import Stage
from domain.case.state import Case
from domain.case.transfer import (
    CaseReceived,
    CaseTransferDecided,
    CaseTransferredOut,
    CaseTransferRefused,
    CaseTransferWithdrawn,
    DecideCaseTransfer,
    ReceiveCase,
    RefuseCaseTransfer,
    TransferCaseOut,
    WithdrawCaseTransfer,
)
from domain.child.disputes import (
    DecideJurisdictionDispute,
    JurisdictionDisputeRaised,
)
from domain.context import Actor
from domain.directory import Unit
from domain.kernel import Event, decide
from domain.terms.assessment import Contributor
from domain.terms.emergency import Finding, NoticeGround
from domain.terms.placement import PlacementKind, PlacementStatus
from domain.terms.places import DivisionId
from domain.terms.reports import Trigger
from tests.domain.case.cast import (
    CAOTANG,
    CASE,
    CHANGNING,
    CIVIL_CN,
    CIVIL_CQ,
    DIRECTORY,
    HUANHUA,
    LI,
    TOWNSHIP_CQ,
    TOWNSHIP_HOME,
    Around,
    case_of,
    child,
    cq,
    played,
    report,
)
from tests.domain.case.on_scene import ALONE, NOTIFY, findings, on_scene_cq, then
from tests.dsl import an_id, given, person

REPORTED = played(cq(report(Trigger.LIVING_ALONE)))
LATER = "2025-03-04 09:00"


def of(unit: Unit, role: str = "district_civil_affairs") -> Actor:
    return person(unit.name, role, unit_id=unit.id, division_id=unit.division_id)


def sent(to: str = CHANGNING, **more: Any) -> TransferCaseOut:
    said: dict[str, Any] = {
        "to_division": DivisionId(to),
        "transfer_reason": "户籍地在长宁区",
        "transfer_summary": "儿童独自居住,已妥善照料",
    }
    return TransferCaseOut(**{**said, **more})


def history(to: str = CHANGNING) -> tuple[Event[Case], ...]:
    out = given(*REPORTED).when(cq(sent(to), LATER, by=of(CIVIL_CQ))).facts()
    return (*REPORTED, *out)


def test_it_waits_and_the_sender_holds_it() -> None:
    (out,) = given(*REPORTED).when(cq(sent(), LATER, by=of(CIVIL_CQ))).facts()
    assert isinstance(out, CaseTransferredOut)
    assert (out.sending_unit_id, out.receiving_unit_id) == (CIVIL_CQ.id, CIVIL_CN.id)
    assert out.receive_by == date(2025, 3, 7)
    before = case_of(*REPORTED)
    waiting = case_of(*REPORTED, out)
    assert (waiting.place, waiting.intake) == (before.place, before.intake)


def test_received_it_is_theirs_by_the_rules_of_their_place() -> None:
    (received,) = (
        given(*history())
        .when(cq(ReceiveCase(receipt_conditions="随案移交档案"), LATER, by=of(CIVIL_CN)))
        .facts()
    )
    assert isinstance(received, CaseReceived)
    assert received.look_back_until == date(2026, 3, 4)
    after = case_of(*history(), received)
    assert (after.place, after.incident_place) == (CHANGNING, HUANHUA)
    assert (after.intake.township_unit_id, after.transfer) == (CIVIL_CN.id, None)


def test_the_placement_of_a_received_case_is_asked_of_the_district_that_has_it() -> None:
    violent = then(
        on_scene_cq(Trigger.SUSPECTED_DV),
        cq(findings(Finding.DOMESTIC_VIOLENCE), at="2025-03-03 10:00"),
        cq(sent(), LATER, by=of(CIVIL_CQ)),
        cq(ReceiveCase(), LATER, by=of(CIVIL_CN)),
    )
    ask = NotifyCivilAffairsForPlacement(
        placement_ground="父亲施暴", best_interest_reason="远离施暴人"
    )
    (asked,) = given(*violent).when(cq(ask, "2025-03-04 10:00")).facts()
    assert isinstance(asked, CivilAffairsNotifiedForPlacement)
    assert asked.placement_unit_id == CIVIL_CN.id


def test_the_notice_of_the_police_leaves_a_received_case_where_it_is() -> None:
    """SH2020-4.2-o, CQ2016-4.2-o: who leads is told, and the township of the incident too."""
    moved = then(
        ALONE,
        cq(sent(CAOTANG), LATER, by=of(TOWNSHIP_CQ)),
        cq(ReceiveCase(), LATER, by=of(TOWNSHIP_HOME)),
    )
    told = given(*moved).when(cq(NOTIFY, "2025-03-04 10:00")).facts()
    assert [
        (e.notice_ground, e.township_unit_id)
        for e in told
        if isinstance(e, TownshipNotifiedByPolice)
    ] == [
        (NoticeGround.RECEIVED, TOWNSHIP_HOME.id),
        (NoticeGround.INCIDENT, TOWNSHIP_CQ.id),
    ]
    assert case_of(*moved, *told).intake.township_unit_id == TOWNSHIP_HOME.id


def test_who_has_received_the_case_answers_what_was_asked_of_the_lead() -> None:
    """D.9: what was open with the sender is the receiving unit's."""
    asked = QuestionPut(contributor=Contributor.RELATIVE, question="祖母能否照料?")
    moved = then(
        ALONE,
        cq(NOTIFY, "2025-03-03 11:30"),
        cq(StartAssessment(questions=(asked,)), "2025-03-03 12:00"),
        cq(sent(CAOTANG), LATER, by=of(TOWNSHIP_CQ)),
        cq(ReceiveCase(), LATER, by=of(TOWNSHIP_HOME)),
    )
    (question,) = case_of(*moved).assessment.questions
    answer = ContributeToAssessment(question_id=question.question_id, answer="能")
    (told,) = given(*moved).when(cq(answer, LATER, by=of(TOWNSHIP_HOME))).facts()
    assert told.name == "case.assessment_contribution_recorded"
    given(*moved).when(cq(answer, LATER, by=of(TOWNSHIP_CQ))).then_refused("not_asked_of_you")


PLACEMENT = Placement(
    placement_id=an_id("placement"),
    child_id=LI,
    kind=PlacementKind.STATE_LONG_TERM,
    status=PlacementStatus.ACTIVE,
)
AFTERCARE = Aftercare(
    aftercare_id=an_id("aftercare"), child_id=LI, placement_id=None, visits_on=(date(2025, 4, 1),)
)


@pytest.mark.parametrize(
    "left",
    [PlacementState(placements=(PLACEMENT,)), PlacementState(aftercares=(AFTERCARE,))],
    ids=["placement", "aftercare"],
)
def test_what_outlives_its_case_follows_the_child(left: PlacementState) -> None:
    """CN2017-5.1-e."""
    over = replace(case_of(*REPORTED), stage=Stage.CLOSED)
    assert not TransferCaseOut.when.holds(over)
    case = replace(over, placement=left)
    (out,) = decide(case, cq(sent(), LATER, by=of(CIVIL_CQ)))
    waiting = out.evolve(case)
    (received,) = decide(waiting, cq(ReceiveCase(), LATER, by=of(CIVIL_CN)))
    assert received.evolve(waiting).place == CHANGNING


def test_within_the_county_it_goes_from_township_to_township() -> None:
    (out,) = given(*REPORTED).when(cq(sent(CAOTANG), LATER, by=of(TOWNSHIP_CQ))).facts()
    assert isinstance(out, CaseTransferredOut)
    assert out.receiving_unit_id == TOWNSHIP_HOME.id


def told(*files: Any) -> Around:
    """A refused case, and the files of the children it concerns."""
    story = Around(place=HUANHUA, directory=DIRECTORY, files=files)
    story.put(report(Trigger.LIVING_ALONE), at="2025-03-03 09:00", on=CASE)
    story.put(sent(CAOTANG), at=LATER, on=CASE, by=of(TOWNSHIP_CQ))
    refusal = RefuseCaseTransfer(refusal_ground="事发地和居住地均不在本镇")
    story.put(refusal, at=LATER, on=CASE, by=of(TOWNSHIP_HOME))
    return story


def facts(story: Around, kind: type[Event[Any]]) -> list[Any]:
    return [e for _, e in story.told if isinstance(e, kind)]


def test_refused_the_sender_goes_on_and_the_dispute_is_over_the_child() -> None:
    story = told(child())
    (refused,) = facts(story, CaseTransferRefused)
    assert refused.dispute_unit_id == CIVIL_CQ.id
    (raised,) = facts(story, JurisdictionDisputeRaised)
    assert raised.claiming_units == (TOWNSHIP_CQ.id, TOWNSHIP_HOME.id)


@pytest.mark.parametrize(("whose", "stands"), [(CAOTANG, True), (HUANHUA, False)])
def test_the_case_goes_where_the_child_is_decided_to_belong(whose: str, *, stands: bool) -> None:
    story = told(child())
    decision = DecideJurisdictionDispute(
        township_division=DivisionId(whose), jurisdiction_reason="以实际居住地为准"
    )
    story.put(decision, at="2025-03-05 09:00", on=LI, by=of(CIVIL_CQ))
    (decided,) = facts(story, CaseTransferDecided)
    assert decided.transfer_stands is stands
    assert bool(facts(story, CaseReceived)) is stands
    case = story.states[CASE]
    assert isinstance(case, Case)
    assert (case.transfer, case.place) == (None, CAOTANG if stands else HUANHUA)


def test_without_a_file_the_superior_decides_on_the_case_itself() -> None:
    story = told()
    assert facts(story, JurisdictionDisputeRaised) == []
    decision = DecideCaseTransfer(transfer_stands=True, decision_grounds="由草堂镇承办")
    story.put(decision, at="2025-03-05 09:00", on=CASE, by=of(CIVIL_CQ))
    (received,) = facts(story, CaseReceived)
    assert received.receiving_unit_id == TOWNSHIP_HOME.id


def refused(ground: str = "不在本镇") -> tuple[Event[Case], ...]:
    out = history(CAOTANG)
    answer = cq(RefuseCaseTransfer(refusal_ground=ground), LATER, by=of(TOWNSHIP_HOME))
    return (*out, *given(*out).when(answer).facts())


def test_who_decides_and_how() -> None:
    decision = DecideCaseTransfer(transfer_stands=False, decision_grounds="退回")
    given(*history(CAOTANG)).when(cq(decision, LATER, by=of(CIVIL_CQ))).then_refused(
        "transfer_not_disputed"
    )
    given(*refused()).when(cq(decision, LATER, by=of(CIVIL_CN))).then_refused("not_the_superior")
    bare = DecideCaseTransfer(transfer_stands=False, decision_grounds="")
    given(*refused()).when(cq(bare, LATER, by=of(CIVIL_CQ))).then_refused(
        "transfer_decision_ungrounded", field="decisionGrounds"
    )
    given(*refused()).when(cq(ReceiveCase(), LATER, by=of(TOWNSHIP_HOME))).then_refused(
        "no_transfer"
    )


def test_the_sender_takes_it_back() -> None:
    (back,) = given(*history()).when(cq(WithdrawCaseTransfer(), LATER, by=of(CIVIL_CQ))).facts()
    assert isinstance(back, CaseTransferWithdrawn)
    assert case_of(*history(), back).transfer is None
    given(*history()).when(cq(WithdrawCaseTransfer(), LATER, by=of(CIVIL_CN))).then_refused(
        "not_sending_unit"
    )


def test_civil_affairs_take_back_what_they_sent_for_their_township() -> None:
    ours = then(
        ALONE,
        cq(NOTIFY, "2025-03-03 11:30"),
        cq(sent(), LATER, by=of(CIVIL_CQ)),
    )
    waiting = case_of(*ours).transfer
    assert waiting is not None
    assert waiting.sending_unit_id == TOWNSHIP_CQ.id
    for unit in (CIVIL_CQ, TOWNSHIP_CQ):
        back = cq(WithdrawCaseTransfer(), LATER, by=of(unit))
        assert case_of(*then(ours, back)).transfer is None
    stranger = cq(WithdrawCaseTransfer(), LATER, by=of(TOWNSHIP_HOME))
    given(*ours).when(stranger).then_refused("not_sending_unit")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"to": "cq99999"}, "unknown_place"),
        ({"to": HUANHUA}, "transfer_nowhere"),
        ({"transfer_reason": ""}, "transfer_incomplete"),
    ],
)
def test_what_cannot_be_sent(wrong: dict[str, Any], code: str) -> None:
    given(*REPORTED).when(cq(sent(**wrong), LATER, by=of(TOWNSHIP_CQ))).then_refused(code)
    if code == "transfer_nowhere":
        again = cq(sent(CAOTANG), LATER, by=of(CIVIL_CQ))
        given(*history()).when(again).then_refused("transfer_pending")


def test_nobody_else_answers() -> None:
    for answer in (ReceiveCase(), RefuseCaseTransfer(refusal_ground="不符")):
        given(*history()).when(cq(answer, LATER, by=of(CIVIL_CQ))).then_refused(
            "not_receiving_unit"
        )
    bare = cq(RefuseCaseTransfer(refusal_ground=""), LATER, by=of(CIVIL_CN))
    given(*history()).when(bare).then_refused("transfer_refusal_ungrounded")
