"""The child heard, and escorted where the texts allow (scenarios 1, 4)."""

from __future__ import annotations

from typing import Any

from domain.case.dispatch import DispatchPolice
from domain.case.escort import ChildEscorted
from domain.case.intake import AcceptReport
from domain.case.opinion import ChildOpinionSought, SeekChildOpinion
from domain.kernel import Event, Refused
from domain.risk import RiskFactor
from domain.terms.emergency import (
    DangerState,
    EmergencyDuty,
    EscortDestination,
    Finding,
    OpinionSubject,
)
from domain.terms.reports import Trigger
from tests.domain.case.cast import (
    FATHER,
    LI,
    MIAOZHEN,
    case_of,
    cn,
    cq,
    report,
    sh,
)
from tests.domain.case.on_scene import (
    ALONE,
    INJURED,
    ON_SCENE,
    TRIED,
    UNREACHABLE,
    after,
    call,
    escort,
    findings,
    on_scene_cn,
    on_scene_sh,
    then,
)
from tests.dsl import Asked, given

D = EmergencyDuty

To = EscortDestination


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


def test_where_no_text_puts_the_parents_first_the_escort_waits_for_no_call() -> None:
    """CN2017-4.2-b: 公安机关联系其他监护人、亲属、居委会, and not the parents the child has run out of the care of."""
    alone = then(
        on_scene_cn(),
        cn(findings(Finding.LIVING_ALONE), at="2019-03-30 10:30"),
        cn(opinion(), at="2019-03-30 10:45"),
    )
    aunt = cn(escort(To.RELATIVE), at="2019-03-30 11:00")
    (event,) = given(*alone).when(aunt).facts()
    assert isinstance(event, ChildEscorted)


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
