"""The search for the guardian, what rests on its failing, and the escort to the hukou place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.case.aftercare import (
    AftercarePlanOpened,
)
from domain.case.dispatch import SetEmergencyDutyAside
from domain.case.guardian_search import (
    AttemptGuardianSearch,
    CertifyGuardianSearchFailed,
    GuardianFound,
    GuardianSearchAttempted,
    GuardianSearchFailedCertified,
    GuardianSearchStarted,
    RecordGuardianFound,
    StartGuardianSearch,
)
from domain.case.hukou_escort import (
    CompleteHukouEscort,
    DecideHukouEscort,
    HukouEscortCompleted,
    HukouEscortDecided,
)
from domain.case.placement_begun import PlacementActivated
from domain.case.placement_guardianship import (
    LongerTermGuardianshipStarted,
    StartLongerTermGuardianship,
)
from domain.child.care_state import CareState
from domain.kernel import Command, decide
from domain.risk import RiskFactor
from domain.terms.emergency import EmergencyDuty, Finding
from domain.terms.placement import (
    EscortCondition,
    PlacementKind,
    PlacementStatus,
    SearchAgency,
    SiteKind,
)
from domain.terms.places import DivisionId
from tests.domain.case.cast import (
    CIVIL_CN,
    JIANGSU_ROAD,
    LI,
    POLICE_CN,
    case_of,
    child,
    cn,
)
from tests.domain.case.on_scene import findings, on_scene_cn, then
from tests.domain.case.placing import GOOD, HEARD, PLACED, PLACEMENT, handover, made
from tests.dsl import given, place

SEARCH = cn(StartGuardianSearch(), at="2019-04-02 09:00")
SEARCHING = then(PLACED, SEARCH)
SEARCH_ID = made(SEARCH, "search")


def attempt(at: str = "2019-04-10 09:00", **more: Any) -> Command[Any]:
    """The police look in the registers."""
    tried = AttemptGuardianSearch(
        **{"search_agency": SearchAgency.POLICE, "search_result": "户籍系统无匹配", **more}
    )
    return cn(tried, at=at)


CERTIFY = cn(
    CertifyGuardianSearchFailed(certificate_number="沪公长〔2019〕1号"), at="2019-04-20 09:00"
)


def test_three_agencies_search_together() -> None:
    """CN2017-4.3-g; the court has no unit here, so civil affairs stand in."""
    given(*PLACED).when(SEARCH).then(
        GuardianSearchStarted(
            search_id=SEARCH_ID,
            child_id=LI,
            search_agencies=(SearchAgency.CIVIL_AFFAIRS, SearchAgency.COURT, SearchAgency.POLICE),
            search_unit_ids=(CIVIL_CN.id, POLICE_CN.id),
            progress_by=date(2019, 5, 2),
        )
    )
    again = cn(StartGuardianSearch(), at="2019-04-03 09:00")
    given(*SEARCHING).when(again).then_refused("guardian_search_running")
    given(*SEARCHING).when(attempt(search_exhausted=True)).then(
        GuardianSearchAttempted(
            search_id=SEARCH_ID,
            child_id=LI,
            search_agency=SearchAgency.POLICE,
            search_result="户籍系统无匹配",
            search_exhausted=True,
            certificate_unit_id=POLICE_CN.id,
            progress_by=date(2019, 5, 10),
        )
    )
    given(*PLACED).when(attempt()).then_refused("no_guardian_search")


def test_the_police_certify_only_a_search_that_was_made() -> None:
    given(*PLACED).when(CERTIFY).then_refused("no_guardian_search")
    given(*SEARCHING).when(CERTIFY).then_refused("guardian_search_untried", cites="CN2017-4.3-e")
    given(*then(SEARCHING, attempt())).when(CERTIFY).then(
        GuardianSearchFailedCertified(
            search_id=SEARCH_ID,
            child_id=LI,
            certificate_number="沪公长〔2019〕1号",
            certified_on=date(2019, 4, 20),
        )
    )


def test_people_turn_up_even_after_a_certificate() -> None:
    found = cn(RecordGuardianFound(found_guardian="姑母", found_how="来电"), at="2019-04-25 09:00")
    given(*then(SEARCHING, attempt(), CERTIFY)).when(found).then(
        GuardianFound(search_id=SEARCH_ID, child_id=LI, found_guardian="姑母", found_how="来电")
    )
    over = then(SEARCHING, attempt(), found)
    given(*over).when(attempt(at="2019-04-26 09:00")).then_refused("no_guardian_search")
    given(*over).when(found).then_refused("no_guardian_search")
    given(*PLACED).when(found).then_refused("no_guardian_search")


ABANDONED = cn(
    findings(Finding.GUARDIAN_NOT_PERFORMING, Finding.DOMESTIC_VIOLENCE),
    at="2019-03-30 10:30",
)
FOUNDLING = {LI: child(care=CareState())}


def test_a_foundlings_guardian_is_searched_for_before_anybody_is_dissuaded() -> None:
    """CN2017-4.3-g: nobody knows whom to talk to; once found, whoever left the child is talked to (Q-17)."""
    lying = then(on_scene_cn(), ABANDONED)
    assert case_of(*lying).emergency.to_dissuade == {LI}
    search = cn(StartGuardianSearch(), at="2019-03-30 11:00", linked=FOUNDLING)
    searching = then(lying, search)
    assert not case_of(*searching).emergency.to_dissuade
    known = then(lying, cn(StartGuardianSearch(), at="2019-03-30 11:00"))
    assert case_of(*known).emergency.to_dissuade == {LI}
    found = cn(
        RecordGuardianFound(found_guardian="生母", found_how="来电"),
        at="2019-03-31 09:00",
    )
    assert case_of(*then(searching, found)).emergency.to_dissuade == {LI}
    again = cn(findings(Finding.OTHER_INFRINGEMENT), at="2019-03-30 12:00")
    assert not case_of(*then(searching, again)).emergency.to_dissuade


def test_a_second_search_forgets_nobody_who_is_to_be_dissuaded() -> None:
    lying = then(on_scene_cn(), ABANDONED)
    first = cn(StartGuardianSearch(), at="2019-03-30 11:00", linked=FOUNDLING)
    given_up = cn(CertifyGuardianSearchFailed(certificate_number="查字1号"), at="2019-04-25 09:00")
    found = cn(RecordGuardianFound(found_guardian="生母", found_how="来电"), at="2019-05-03 09:00")
    for second in (
        cn(StartGuardianSearch(), at="2019-05-01 09:00", linked=FOUNDLING),
        cn(StartGuardianSearch(), at="2019-05-01 09:00"),
    ):
        story = then(lying, first, attempt(), given_up, second, found)
        assert case_of(*story).emergency.to_dissuade == {LI}


def test_what_is_said_to_guardians_is_said_to_nobody_while_all_search() -> None:
    lying = then(on_scene_cn(), ABANDONED)
    searching = then(lying, cn(StartGuardianSearch(), at="2019-03-30 11:00", linked=FOUNDLING))
    duty = EmergencyDuty.CRITICISE_GUARDIAN
    aside = cn(
        SetEmergencyDutyAside(duty=duty, set_aside_reason="弃婴,监护人不明"), at="2019-03-30 11:30"
    )
    given(*lying).when(aside).then_refused("duty_cannot_be_set_aside")
    assert duty not in case_of(*then(searching, aside)).emergency.open_duties


def longer_term(**more: Any) -> Command[Any]:
    """Into the child-welfare institution."""
    start = StartLongerTermGuardianship(
        **{
            "site_kind": SiteKind.CHILD_WELFARE_INSTITUTION,
            "best_interest_reason": GOOD,
            "supporter_facts": "父母及近亲属均无法确定",
            **more,
        }
    )
    return cn(start, at="2019-04-29 10:00")


def test_longer_term_guardianship_rests_on_the_certificate() -> None:
    """CN2017-4.3-e, -f: its own clock of six months; the short-term placement is over."""
    moved = handover(at="2019-04-29 09:00")
    uncertified = then(SEARCHING, attempt(), moved)
    given(*uncertified).when(longer_term()).then_refused(
        "search_certificate_missing", cites="CN2017-4.3-e"
    )
    found = cn(RecordGuardianFound(found_guardian="姑母", found_how="来电"), at="2019-04-25 09:00")
    turned_up = then(SEARCHING, attempt(), CERTIFY, found, moved)
    given(*turned_up).when(longer_term()).then_refused("search_certificate_missing")
    ready = then(SEARCHING, attempt(), CERTIFY, moved)
    given(*ready).when(longer_term(supporter_facts=" ")).then_refused("supporter_facts_missing")
    started, active = given(*ready).when(longer_term()).facts()
    assert isinstance(started, LongerTermGuardianshipStarted)
    assert (started.search_id, started.follows_placement_id) == (SEARCH_ID, PLACEMENT)
    assert isinstance(active, PlacementActivated)
    assert active.placement_kind is PlacementKind.LONGER_TERM
    assert active.clock_from == date(2019, 4, 29)
    assert active.limit_on == date(2019, 10, 29)
    assert active.warn_on == (date(2019, 8, 30), date(2019, 9, 29), date(2019, 10, 22))
    case = case_of(*then(ready, longer_term()))
    before = case.placement.of(PLACEMENT)
    assert before is not None
    assert before.status is PlacementStatus.ENDED
    fact = case.facts.find(RiskFactor.RF_35)
    assert fact is not None
    assert fact.ended_on is None  # out of one, in another


# --- escort to the hukou place ------------------------------------------------------------------


def decide_escort(**more: Any) -> DecideHukouEscort:
    """To Anhui, where nobody here can be entrusted."""
    return DecideHukouEscort(
        **{
            "conditions_met": tuple(EscortCondition),
            "eligibility_reason": "无本市亲属,户籍地已联系",
            "best_interest_reason": "与户籍地亲属团聚",
            "receiving_authority": "安徽省某县民政局",
            **more,
        }
    )


def complete_escort(**more: Any) -> Command[Any]:
    """The other place has received him."""
    done = CompleteHukouEscort(
        **{
            "receiving_authority": "安徽省某县民政局",
            "receipt_reference": "接收回执2019-7",
            **more,
        }
    )
    return cn(done, at="2019-05-22 10:00")


ESCORT = cn(decide_escort(), at="2019-05-18 10:00")


@pytest.mark.parametrize("missing", list(EscortCondition))
def test_the_escort_needs_all_four_conditions(missing: EscortCondition) -> None:
    """CN2017-4.3-h."""
    met = tuple(c for c in EscortCondition if c is not missing)
    command = cn(decide_escort(conditions_met=met), at="2019-05-18 10:00")
    refused = (
        given(*PLACED)
        .when(command)
        .then_refused("escort_conditions_missing", cites="CN2017-4.3-h", field="conditionsMet")
    )
    assert refused.detail is not None
    assert refused.detail.zh == missing.zh


def test_who_has_a_local_hukou_is_not_escorted_away() -> None:
    without_reason = cn(decide_escort(eligibility_reason=" "), at="2019-05-18 10:00")
    given(*PLACED).when(without_reason).then_refused("escort_conditions_missing")
    file = child()
    for hukou, local_hukou in ((JIANGSU_ROAD, True), (place("重庆市/奉节县"), False)):
        linked = {LI: replace(file, file=replace(file.file, hukou=hukou))}
        command = cn(decide_escort(), at="2019-05-18 10:00", linked=linked)
        if local_hukou:
            given(*PLACED).when(command).then_refused("hukou_is_local")
        else:
            assert len(given(*PLACED).when(command).facts()) == 1
    given(*HEARD).when(ESCORT).then_refused("not_placed")


def test_the_city_meant_is_the_one_that_has_the_case_now() -> None:
    """CN2017-4.3-h: 非本市户籍, of a case that Changning has received from the city of the child's hukou."""
    file = replace(child(), file=replace(child().file, hukou=place("重庆市/奉节县")))
    received = replace(
        case_of(*PLACED),
        incident_place=DivisionId(place("重庆市/奉节县")),
        handled_place=DivisionId(JIANGSU_ROAD),
    )
    command = cn(decide_escort(), at="2019-05-18 10:00", linked={LI: file})
    assert len(decide(received, command)) == 1


def test_the_escort_ends_when_the_other_place_has_received_him() -> None:
    """The sending place stays responsible until then (CN2017-4.3-i)."""
    given(*PLACED).when(ESCORT).then(
        HukouEscortDecided(
            placement_id=PLACEMENT,
            child_id=LI,
            conditions_met=tuple(EscortCondition),
            eligibility_reason="无本市亲属,户籍地已联系",
            best_interest_reason="与户籍地亲属团聚",
            receiving_authority="安徽省某县民政局",
            civil_affairs_unit_id=CIVIL_CN.id,
            receipt_by=date(2019, 5, 21),
        )
    )
    decided = then(PLACED, ESCORT)
    assert case_of(*decided).placement.is_placed(LI)
    given(*PLACED).when(complete_escort()).then_refused("hukou_escort_not_decided")
    given(*decided).when(complete_escort(receipt_reference=" ")).then_refused(
        "escort_receipt_missing", cites="CN2017-4.3-i"
    )
    given(*decided).when(complete_escort()).then_refused("handover_missing")
    handed = handover(at="2019-05-22 09:00")
    completed, aftercare = given(*then(decided, handed)).when(complete_escort()).facts()
    assert completed == HukouEscortCompleted(
        placement_id=PLACEMENT,
        child_id=LI,
        receiving_authority="安徽省某县民政局",
        receipt_reference="接收回执2019-7",
        handover_id=made(handed, "handover"),
        escort_completed_on=date(2019, 5, 22),
    )
    assert isinstance(aftercare, AftercarePlanOpened)
    over = case_of(*then(decided, handed, complete_escort()))
    assert over.placement.running(LI) is None
