"""The parents tried, ordered back, told; the child heard, escorted, handed over (scenarios 1, 4)."""

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
from domain.case.dispatch import DispatchPolice
from domain.case.escort import ChildEscorted, EscortChild
from domain.case.handover import CompleteWrittenHandover, WrittenHandoverCompleted
from domain.case.intake import AcceptReport
from domain.case.opinion import ChildOpinionSought, SeekChildOpinion
from domain.case.parents import (
    AttemptParentContact,
    AttemptParentNotification,
    OrderParentsToReturn,
    ParentContactAttempted,
    ParentNotificationAttempted,
    ParentsOrderedToReturn,
    ParentsUnreachableRecorded,
    RecordParentsUnreachable,
)
from domain.case.report_state import Stage
from domain.case.which_child import the_child
from domain.kernel import Command, Event, Refused
from domain.risk import RiskFactor
from domain.terms.emergency import (
    CareCandidate,
    ContactMeans,
    ContactOutcome,
    DangerState,
    DeclineReason,
    EmergencyDuty,
    EscortDestination,
    Finding,
    OpinionSubject,
    ReturnDemand,
)
from domain.terms.reports import Trigger
from domain.terms.units import UnitKind
from tests.domain.case.cast import (
    CIVIL_CQ,
    FATHER,
    LI,
    MIAOZHEN,
    MOTHER,
    POLICE_CQ,
    STREET_CN,
    case_of,
    cn,
    cq,
    report,
    sh,
)
from tests.domain.case.test_emergency import (
    HASH,
    after,
    findings,
    on_scene_cn,
    on_scene_cq,
    on_scene_sh,
)
from tests.dsl import Asked, an_id, given, local

D = EmergencyDuty
To = EscortDestination


def then(history: tuple[Event[Any], ...], *commands: Command[Any]) -> tuple[Event[Any], ...]:
    """The history with what follows from these commands."""
    for command in commands:
        history = (*history, *given(*history).when(command).facts())
    return history


ON_SCENE = on_scene_cq(Trigger.LIVING_ALONE)
ALONE = then(ON_SCENE, cq(findings(Finding.LIVING_ALONE), at="2025-03-03 09:30"))
INJURED = then(
    on_scene_cn(),
    cn(
        findings(Finding.OTHER_INFRINGEMENT, dangers=(DangerState.SERIOUS_INJURY,)),
        at="2019-03-30 10:30",
    ),
)


def call(
    guardian: UUID | None,
    outcome: ContactOutcome = ContactOutcome.NO_ANSWER,
    at: str = "2025-03-03 09:40",
) -> Command[Any]:
    """The police ring."""
    attempt = AttemptParentContact(
        guardian_id=guardian, contact_means=ContactMeans.PHONE, contact_outcome=outcome
    )
    return cq(attempt, at=at)


NINE_FIFTY = "2025-03-03 09:50"
UNREACHABLE = cq(RecordParentsUnreachable(), at="2025-03-03 10:30")
TRIED = then(ALONE, call(FATHER), call(MOTHER), call(FATHER), call(MOTHER))


def test_every_attempt_is_a_fact() -> None:
    given(*ALONE).when(call(FATHER)).then(
        ParentContactAttempted(
            guardian_id=FATHER,
            contact_means=ContactMeans.PHONE,
            contact_outcome=ContactOutcome.NO_ANSWER,
        )
    )
    assert case_of(*TRIED).emergency.contacts == 4


def test_a_guardian_must_be_on_file() -> None:
    stranger = an_id("stranger")
    given(*ALONE).when(call(stranger)).then_refused("guardian_not_on_file", field="guardianId")


def test_each_parent_on_file_is_tried_before_they_are_unreachable() -> None:
    given(*ALONE).when(UNREACHABLE).then_refused("parent_not_yet_tried", cites="CQ2016-4.2-g")
    only_father = then(ALONE, call(FATHER))
    given(*only_father).when(UNREACHABLE).then_refused("parent_not_yet_tried")
    given(*TRIED).when(UNREACHABLE).then(
        ParentsUnreachableRecorded(
            attempts_made=4,
            duties=(D.ESCORT_CHILD, D.NOTIFY_PARENTS, D.SECURE_CARE),
            police_unit_id=POLICE_CQ.id,
            next_check_at=local("2025-03-04 10:30"),
        )
    )


def test_unreachable_parents_bring_escort_and_notification() -> None:
    history = then(TRIED, UNREACHABLE)
    case = case_of(*history)
    assert {D.ESCORT_CHILD, D.NOTIFY_PARENTS} <= set(case.emergency.open_duties)
    fact = case.facts.find(RiskFactor.RF_13)
    assert fact is not None
    assert not fact.escorted
    given(*history).when(UNREACHABLE).then_nothing()


def test_who_was_reached_is_not_unreachable() -> None:
    history = then(ALONE, call(FATHER), call(MOTHER, ContactOutcome.REACHED))
    given(*history).when(UNREACHABLE).then_refused("parent_was_reached")
    ordered = then(ALONE, call(FATHER), cq(OrderParentsToReturn(guardian_id=MOTHER), at=NINE_FIFTY))
    given(*ordered).when(UNREACHABLE).then_refused("parent_was_reached")


def test_a_child_without_a_file_needs_one_attempt_at_least() -> None:
    history = then(
        on_scene_cq(Trigger.LIVING_ALONE, children=()),
        cq(findings(Finding.LIVING_ALONE), at="2025-03-03 09:30"),
    )
    given(*history).when(UNREACHABLE).then_refused("parent_not_yet_tried")
    by_name = replace(
        AttemptParentContact(
            contact_means=ContactMeans.PHONE, contact_outcome=ContactOutcome.NO_ANSWER
        ),
        parent_name="母亲",
    )
    (event,) = given(*then(history, cq(by_name, at="2025-03-03 09:40"))).when(UNREACHABLE).facts()
    assert isinstance(event, ParentsUnreachableRecorded)


def test_one_of_several_children_may_be_meant() -> None:
    one = replace(RecordParentsUnreachable(), child_id=LI)
    (event,) = given(*TRIED).when(cq(one, at="2025-03-03 10:30")).facts()
    assert isinstance(event, ParentsUnreachableRecorded)
    assert event.child_id == LI


def test_parents_are_ordered_back_or_to_name_a_carer() -> None:
    order = OrderParentsToReturn(guardian_id=MOTHER, parent_reply="后天返回")
    given(*ALONE).when(cq(order, at="2025-03-05 10:00")).then(
        ParentsOrderedToReturn(
            guardian_id=MOTHER,
            return_demand=ReturnDemand.EITHER,
            parent_reply="后天返回",
            police_unit_id=POLICE_CQ.id,
            next_check_at=local("2025-03-06 10:00"),
        )
    )
    duties = after(ALONE, cq(order, at="2025-03-05 10:00")).emergency.open_duties
    assert D.ORDER_PARENTS_BACK not in duties
    assert {D.REPRIMAND_GUARDIAN, D.SECURE_CARE} <= set(duties)


def test_notification_goes_on_until_it_succeeds() -> None:
    def tell(outcome: ContactOutcome, at: str) -> Command[Any]:
        attempt = AttemptParentNotification(
            guardian_id=MOTHER, contact_means=ContactMeans.PHONE, contact_outcome=outcome
        )
        return cq(attempt, at=at)

    history = then(TRIED, UNREACHABLE, tell(ContactOutcome.NO_ANSWER, "2025-03-04 10:30"))
    assert D.NOTIFY_PARENTS in case_of(*history).emergency.open_duties
    reached = tell(ContactOutcome.REACHED, "2025-03-05 09:00")
    given(*history).when(reached).then(
        ParentNotificationAttempted(
            guardian_id=MOTHER,
            contact_means=ContactMeans.PHONE,
            contact_outcome=ContactOutcome.REACHED,
        )
    )
    case = after(history, reached)
    assert D.NOTIFY_PARENTS not in case.emergency.open_duties
    assert case.facts.find(RiskFactor.RF_13) is None


# --- escort ---------------------------------------------------------------------------------


def escort(to: EscortDestination = To.CLOSE_RELATIVE, **more: Any) -> EscortChild:
    """To the grandmother in the next village."""
    brought: dict[str, Any] = {
        "escort_destination": to,
        "escort_address": "邻村12号",
        "receiver_name": "祖母",
        "nearest_because": "步行十分钟",
        "best_interest_reason": "由祖母照料,不转学",
    }
    return EscortChild(**{**brought, **more})


def test_the_child_is_brought_to_the_grandmother() -> None:
    history = then(TRIED, UNREACHABLE)
    given(*history).when(cq(escort(), at="2025-03-03 11:00")).then(
        ChildEscorted(
            child_id=LI,
            escort_destination=To.CLOSE_RELATIVE,
            escort_address="邻村12号",
            receiver_name="祖母",
            nearest_because="步行十分钟",
            best_interest_reason="由祖母照料,不转学",
        )
    )
    case = after(history, cq(escort(), at="2025-03-03 11:00"))
    assert D.ESCORT_CHILD not in case.emergency.open_duties
    assert D.SECURE_CARE in case.emergency.open_duties
    fact = case.facts.find(RiskFactor.RF_13)
    assert fact is not None
    assert fact.escorted


CQ_PLACES = {
    To.CLOSE_RELATIVE,
    To.VILLAGE_COMMITTEE,
    To.RESCUE_MANAGEMENT_INSTITUTION,
    To.WELFARE_INSTITUTION,
}
SH_PLACES = {
    To.CLOSE_RELATIVE,
    To.VILLAGE_COMMITTEE,
    To.MINORS_PROTECTION_INSTITUTION,
    To.CHILD_WELFARE_INSTITUTION,
}
CN_PLACES = {
    To.OTHER_GUARDIAN,
    To.RELATIVE,
    To.RESIDENTIAL_COMMITTEE,
    To.TEMPORARY_CARE_INSTITUTION,
}


def not_allowed(asked: Asked) -> bool:
    """Whether it is refused for its destination."""
    try:
        asked.facts()
    except Refused as refusal:
        return refusal.code == "destination_not_allowed"
    return False


def allowed(history: tuple[Event[Any], ...], dressed: Any, at: str) -> set[EscortDestination]:
    """The destinations that are not refused."""
    asked = given(*history)
    return {to for to in To if not not_allowed(asked.when(dressed(escort(to), at=at)))}


def test_each_text_offers_its_own_destinations() -> None:
    in_sh = then(on_scene_sh(), sh(findings(Finding.DOMESTIC_VIOLENCE), at="2022-03-01 10:30"))
    heard = then(INJURED, cn(opinion(), at="2019-03-30 10:45"))
    assert allowed(then(TRIED, UNREACHABLE), cq, "2025-03-03 11:00") == CQ_PLACES
    assert allowed(in_sh, sh, "2022-03-01 11:00") == SH_PLACES
    assert allowed(heard, cn, "2019-03-30 11:00") == CN_PLACES


def test_the_parents_come_first_only_where_a_child_is_merely_out_of_care() -> None:
    """上述两种情形联系不上父母的: alone, or with a guardian who cannot or does not care; never under violence."""
    early = sh(escort(), at="2022-03-01 11:00")
    for finding in (
        Finding.LIVING_ALONE,
        Finding.GUARDIAN_INCAPABLE,
        Finding.GUARDIAN_NOT_PERFORMING,
    ):
        merely = then(on_scene_sh(), sh(findings(finding), at="2022-03-01 10:30"))
        given(*merely).when(early).then_refused("parents_not_tried")
    violence = then(on_scene_sh(), sh(findings(Finding.DOMESTIC_VIOLENCE), at="2022-03-01 10:30"))
    assert given(*violence).when(early).facts()


def test_a_destination_outside_the_text_cites_it() -> None:
    history = then(TRIED, UNREACHABLE)
    shelter = cq(escort(To.TEMPORARY_SHELTER), at="2025-03-03 11:00")
    given(*history).when(shelter).then_refused(
        "destination_not_allowed", cites="CQ2016-4.2-g", field="escortDestination"
    )


def test_an_escort_says_why_it_is_near_and_good() -> None:
    history = given(*then(TRIED, UNREACHABLE))
    far = cq(escort(nearest_because=" "), at="2025-03-03 11:00")
    history.when(far).then_refused(
        "nearest_reason_missing", cites="CQ2016-4.2-g", field="nearestBecause"
    )
    silent = cq(escort(best_interest_reason=""), at="2025-03-03 11:00")
    refused = history.when(silent).then_refused(
        "escort_needs_best_interest", field="bestInterestReason"
    )
    assert refused.clauses == ("CQ2024-1-a",)


def test_the_parents_are_tried_before_the_child_is_taken_away() -> None:
    given(*ALONE).when(cq(escort(), at="2025-03-03 10:00")).then_refused(
        "parents_not_tried", cites="CQ2016-4.2-g"
    )
    once = then(ALONE, call(FATHER))
    (event,) = given(*once).when(cq(escort(), at="2025-03-03 10:00")).facts()
    assert isinstance(event, ChildEscorted)


def test_a_child_in_danger_does_not_wait_for_the_parents() -> None:
    danger = findings(Finding.LIVING_ALONE, dangers=(DangerState.UNATTENDED,))
    history = then(ON_SCENE, cq(danger, at="2025-03-03 09:30"))
    (event,) = given(*history).when(cq(escort(), at="2025-03-03 09:45")).facts()
    assert isinstance(event, ChildEscorted)


def test_without_a_pack_in_force_the_baseline_offers_places() -> None:
    told = report(Trigger.LIVING_ALONE, where=MIAOZHEN, discovered="2027-01-04 08:40")
    history = then(
        (),
        sh(told, at="2027-01-04 09:00"),
        sh(AcceptReport(), at="2027-01-04 09:05"),
        sh(DispatchPolice(), at="2027-01-04 09:10"),
        sh(findings(dangers=(DangerState.UNATTENDED,)), at="2027-01-04 09:30"),
    )
    assert allowed(history, sh, "2027-01-04 10:00") == {
        To.CLOSE_RELATIVE,
        To.VILLAGE_COMMITTEE,
        To.MINORS_PROTECTION_INSTITUTION,
        To.RESCUE_MANAGEMENT_INSTITUTION,
        To.CHILD_WELFARE_INSTITUTION,
        To.TEMPORARY_CARE_INSTITUTION,
    }


# --- Changning: opinion, candidates, handover --------------------------------------------------


def opinion(**more: Any) -> SeekChildOpinion:
    """Not to the aunt."""
    asked: dict[str, Any] = {
        "opinion_about": OpinionSubject.ESCORT_PLACE,
        "able_to_express": True,
        "child_words": "不去姨妈家",
        "opinion_followed": True,
    }
    return SeekChildOpinion(**{**asked, **more})


def test_in_changning_the_child_is_asked_first() -> None:
    to_committee = cn(escort(To.RESIDENTIAL_COMMITTEE), at="2019-03-30 11:00")
    given(*INJURED).when(to_committee).then_refused("child_opinion_missing", cites="CN2017-4.2-d")
    heard = then(INJURED, cn(opinion(), at="2019-03-30 10:45"))
    (event,) = given(*heard).when(to_committee).facts()
    assert isinstance(event, ChildEscorted)
    assert event.duties == (D.WRITTEN_HANDOVER,)


def test_unable_to_express_is_an_answer() -> None:
    unable = opinion(able_to_express=False, child_words=None, opinion_followed=None)
    heard = then(INJURED, cn(unable, at="2019-03-30 10:45"))
    to_committee = cn(escort(To.RESIDENTIAL_COMMITTEE), at="2019-03-30 11:00")
    assert len(given(*heard).when(to_committee).facts()) == 1
    assert D.SEEK_CHILD_OPINION not in case_of(*heard).emergency.open_duties


def test_an_opinion_on_something_else_is_none_on_the_place() -> None:
    other = opinion(opinion_about=OpinionSubject.PLACEMENT)
    heard = then(INJURED, cn(other, at="2019-03-30 10:45"))
    assert D.SEEK_CHILD_OPINION in case_of(*heard).emergency.open_duties
    to_committee = cn(escort(To.RESIDENTIAL_COMMITTEE), at="2019-03-30 11:00")
    given(*heard).when(to_committee).then_refused("child_opinion_missing")


def test_the_childs_own_words_are_kept() -> None:
    at = "2019-03-30 10:45"
    given(*INJURED).when(cn(opinion(), at=at)).then(
        ChildOpinionSought(
            child_id=LI,
            opinion_about=OpinionSubject.ESCORT_PLACE,
            able_to_express=True,
            child_words="不去姨妈家",
            opinion_followed=True,
        )
    )
    given(*INJURED).when(cn(opinion(child_words=" "), at=at)).then_refused(
        "child_words_missing", cites="CN2017-4.2-d", field="childWords"
    )
    given(*INJURED).when(cn(opinion(opinion_followed=False), at=at)).then_refused(
        "not_followed_needs_reason", field="notFollowedBecause"
    )


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
        placement_unit_kind=UnitKind.DISTRICT_CIVIL_AFFAIRS,
        placement_unit_id=CIVIL_CQ.id,
        place_by=local("2025-03-03 10:32"),
    )
    assert case_of(*history).stage is Stage.HANDLING


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
