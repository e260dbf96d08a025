"""How a placement ends, who has the child then, and who keeps looking (scenarios 3 and 4.8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.case.after_return import (
    NoteFollowUp,
    NoteReturnHome,
    follow_up_counts_as_aftercare,
    return_makes_a_key_target,
)
from domain.case.aftercare import (
    AftercareCompleted,
    AftercarePlanOpened,
    AftercareVisitMade,
    OpenAftercarePlan,
    RecordAftercareVisit,
)
from domain.case.further_reports import ChildIdentified
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
from domain.case.institution import ReceiveChild
from domain.case.placement_begun import PlacementActivated
from domain.case.placement_care import StartEscortCare
from domain.case.placement_end import EndTemporaryGuardianship, TemporaryGuardianshipEnded
from domain.case.placement_guardianship import (
    LongerTermGuardianshipStarted,
    StartLongerTermGuardianship,
)
from domain.case.return_home import (
    AppointGuardianshipSupervisor,
    ChildReturnedToFamily,
    GuardianshipSupervisorAppointed,
    ReturnChildToFamily,
)
from domain.child.follow_up import FollowUpVisitMade
from domain.child.key_targets import KeyTargetFlagged
from domain.child.state import Child
from domain.kernel import Command, Event
from domain.reactions import Put
from domain.risk import RiskFactor
from domain.terms.emergency import Finding
from domain.terms.file import KeyTargetGround
from domain.terms.placement import (
    EndReason,
    EscortCondition,
    NextCare,
    PlacementKind,
    PlacementStatus,
    SearchAgency,
    SiteKind,
)
from domain.terms.plan import ServiceType
from domain.terms.reports import Trigger
from domain.terms.visits import FollowUpGround
from tests.domain.case.cast import (
    CIVIL_CN,
    CIVIL_SH,
    JIANGSU_ROAD,
    LI,
    MIAOZHEN,
    POLICE_CN,
    Around,
    case_of,
    child,
    cn,
    cq,
    report,
    sh,
)
from tests.domain.case.placing import GOOD, HEARD, PLACED, PLACEMENT, handover, made
from tests.domain.case.test_emergency import findings, on_scene_cq
from tests.domain.case.test_parents_and_escort import TRIED as TRIED_CQ
from tests.domain.case.test_parents_and_escort import UNREACHABLE, escort, then
from tests.domain.case.test_placement_clock import PROPOSED, receive
from tests.domain.case.test_placement_start import living_care
from tests.dsl import an_id, given, place, put

TO_GRANDFATHER = handover(at="2019-05-20 09:00")
MOVING = then(PLACED, TO_GRANDFATHER)


def end(at: str = "2019-05-20 10:00", **more: Any) -> Command[Any]:
    """He moves to his grandfather."""
    over = EndTemporaryGuardianship(
        **{
            "end_reason": EndReason.RELATIVE_TAKES_OVER,
            "next_care": NextCare.RELATIVE,
            "next_carer": "祖父",
            "best_interest_reason": "祖父有能力并愿意",
            **more,
        }
    )
    return cn(over, at=at)


def test_he_moves_to_his_grandfather_and_is_visited_for_a_year() -> None:
    """Scenario 4.8: handed over again; two-weekly for three months, then monthly."""
    ended, aftercare = given(*MOVING).when(end()).facts()
    assert ended == TemporaryGuardianshipEnded(
        placement_id=PLACEMENT,
        child_id=LI,
        end_reason=EndReason.RELATIVE_TAKES_OVER,
        next_care=NextCare.RELATIVE,
        next_carer="祖父",
        handover_id=made(TO_GRANDFATHER, "handover"),
        best_interest_reason="祖父有能力并愿意",
        ended_on=date(2019, 5, 20),
    )
    assert isinstance(aftercare, AftercarePlanOpened)
    assert aftercare.aftercare_id == made(end(), "aftercare")
    assert aftercare.placement_id == PLACEMENT
    assert aftercare.follow_up_unit_id == CIVIL_CN.id
    assert aftercare.aftercare_until == date(2020, 5, 20)
    assert aftercare.visits_on == (
        date(2019, 6, 3), date(2019, 6, 17), date(2019, 7, 1), date(2019, 7, 15),
        date(2019, 7, 29), date(2019, 8, 12), date(2019, 9, 20), date(2019, 10, 20),
        date(2019, 11, 20), date(2019, 12, 20), date(2020, 1, 20), date(2020, 2, 20),
        date(2020, 3, 20), date(2020, 4, 20), date(2020, 5, 20),
    )  # fmt: skip
    case = case_of(*then(MOVING, end()))
    placement = case.placement.of(PLACEMENT)
    assert placement is not None
    assert placement.status is PlacementStatus.AFTERCARE
    fact = case.facts.find(RiskFactor.RF_35)
    assert fact is not None
    assert fact.ended_on == date(2019, 5, 20)


def test_nobody_leaves_without_a_carer_or_a_handover() -> None:
    given(*MOVING).when(end(next_carer=" ")).then_refused(
        "next_carer_missing", cites="CN2017-2-c", field="nextCarer"
    )
    given(*PLACED).when(end()).then_refused("handover_missing")
    given(*MOVING).when(end(best_interest_reason=" ")).then_refused("placement_needs_best_interest")
    given(*HEARD).when(end()).then_refused("not_placed")
    of_age = end(next_care=NextCare.INDEPENDENT, next_carer=None, end_reason=EndReason.CAME_OF_AGE)
    assert len(given(*PLACED).when(of_age).facts()) == 2


def test_going_back_to_parents_is_a_decision_of_its_own() -> None:
    home = end(next_care=NextCare.PARENTS, next_carer="母亲")
    given(*MOVING).when(home).then_refused("return_is_its_own_decision", field="nextCare")
    no_fault = then(PROPOSED[:-1], living_care())
    back = EndTemporaryGuardianship(
        end_reason=EndReason.PARENTS_RETURNED,
        next_care=NextCare.PARENTS,
        next_carer="父亲",
        best_interest_reason="父亲已返回",
    )
    facts = given(*no_fault).when(sh(back, at="2022-03-09 10:00")).facts()
    assert [e.name for e in facts] == [
        "case.temporary_guardianship_ended", "case.aftercare_plan_opened",
    ]  # fmt: skip


def test_kin_care_after_an_escort_needs_no_aftercare() -> None:
    stay = StartEscortCare(site_kind=SiteKind.RELATIVE_HOME, best_interest_reason="由祖母照料")
    with_kin = then(
        TRIED_CQ,
        UNREACHABLE,
        cq(escort(), at="2025-03-03 11:00"),
        cq(stay, at="2025-03-03 12:00"),
    )
    back = EndTemporaryGuardianship(
        end_reason=EndReason.PARENTS_RETURNED,
        next_care=NextCare.PARENTS,
        next_carer="母亲",
        best_interest_reason="母亲已返回",
    )
    (ended,) = given(*with_kin).when(cq(back, at="2025-03-07 10:00")).facts()
    assert isinstance(ended, TemporaryGuardianshipEnded)


# --- aftercare ----------------------------------------------------------------------------------

AFTER = then(MOVING, end())
AFTERCARE = made(end(), "aftercare")


def visit(at: str, **more: Any) -> Command[Any]:
    """Civil affairs see him."""
    seen = RecordAftercareVisit(
        **{"aftercare_id": AFTERCARE, "child_seen": True, "visit_note": "适应良好", **more}
    )
    return cn(seen, at=at)


def test_a_visit_fulfils_its_day_and_those_missed_before() -> None:
    given(*AFTER).when(visit("2019-06-02 10:00")).then(
        AftercareVisitMade(
            aftercare_id=AFTERCARE,
            child_id=LI,
            visit_note="适应良好",
            next_visit_on=date(2019, 6, 17),
        )
    )
    (after_a_gap,) = given(*AFTER).when(visit("2019-07-16 10:00")).facts()
    assert isinstance(after_a_gap, AftercareVisitMade)
    assert after_a_gap.next_visit_on == date(2019, 7, 29)


def test_the_last_visit_completes_the_aftercare() -> None:
    last = visit("2020-05-20 10:00")
    made_, completed = given(*AFTER).when(last).facts()
    assert isinstance(made_, AftercareVisitMade)
    assert made_.next_visit_on is None
    assert completed == AftercareCompleted(aftercare_id=AFTERCARE, child_id=LI)
    done = then(AFTER, last)
    placement = case_of(*done).placement.of(PLACEMENT)
    assert placement is not None
    assert placement.status is PlacementStatus.CLOSED
    given(*done).when(visit("2020-05-21 10:00")).then_refused("aftercare_already_done")
    reopened = OpenAftercarePlan(aftercare_id=AFTERCARE)
    given(*done).when(cn(reopened, at="2020-05-21 10:00")).then_refused("aftercare_already_done")


def test_what_an_aftercare_visit_needs() -> None:
    given(*AFTER).when(visit("2019-06-03 10:00", child_seen=False)).then_refused("child_not_seen")
    given(*AFTER).when(visit("2019-06-03 10:00", aftercare_id=an_id("none"))).then_refused(
        "unknown_aftercare"
    )
    unknown = OpenAftercarePlan(aftercare_id=an_id("none"))
    given(*AFTER).when(cn(unknown, at="2019-06-03 10:00")).then_refused("unknown_aftercare")


def test_the_township_restates_the_plan_with_services_and_days() -> None:
    stated = OpenAftercarePlan(
        aftercare_id=AFTERCARE,
        aftercare_services=(ServiceType.COUNSELLING,),
        visits_on=(date(2019, 8, 1), date(2019, 6, 20)),
    )
    (opened,) = given(*AFTER).when(cn(stated, at="2019-05-22 10:00")).facts()
    assert isinstance(opened, AftercarePlanOpened)
    assert opened.visits_on == (date(2019, 6, 20), date(2019, 8, 1))
    assert opened.aftercare_until == date(2019, 8, 1)
    assert opened.aftercare_services == (ServiceType.COUNSELLING,)


def test_a_follow_up_on_the_childs_file_counts_as_well() -> None:
    case = case_of(*AFTER)
    around = Around(files=(child(),), cases=(case,))
    seen = FollowUpVisitMade(
        follow_up_ground=FollowUpGround.RETURNED_HOME,
        child_seen=True,
        follow_up_finding="适应良好",
        followed_since=date(2019, 5, 20),
    )
    note = NoteFollowUp(aftercare_id=AFTERCARE, visit_note="适应良好")
    assert list(follow_up_counts_as_aftercare(around, child(), (seen,))) == [Put(case.id, note)]
    unseen = replace(seen, child_seen=False)
    assert not list(follow_up_counts_as_aftercare(around, child(), (unseen,)))
    (visited,) = given(*AFTER).when(cn(note, at="2019-06-03 10:00")).facts()
    assert isinstance(visited, AftercareVisitMade)
    gone = NoteFollowUp(aftercare_id=an_id("none"), visit_note="适应良好")
    given(*AFTER).when(cn(gone, at="2019-06-03 10:00")).then_nothing()


# --- return to the family -----------------------------------------------------------------------

SHELTERED = then(PROPOSED, receive())


def at_home(**more: Any) -> ReturnChildToFamily:
    """Back to the father."""
    return ReturnChildToFamily(
        **{
            "returned_to": "父亲",
            "return_conditions": "接受家庭教育指导",
            "best_interest_reason": "监护能力评估可回归",
            **more,
        }
    )


def in_2024(*commands: Command[Any]) -> tuple[Event[Any], ...]:
    """A case of 2024 in Chongming: SH2020 and SH2024."""
    told = sh(
        report(Trigger.SUSPECTED_DV, discovered="2024-05-06 08:50", where=MIAOZHEN),
        at="2024-05-06 09:00",
    )
    return then((), told, *commands)


SUPERVISED = AppointGuardianshipSupervisor(
    supervisor_name="张某", together_with="民政局、妇联", supervised_until=date(2025, 5, 20)
)


def test_in_shanghai_2024_a_supervisor_comes_first() -> None:
    """Scenario 3, variant 2024; SH2024-2.2.6-b."""
    given(*in_2024()).when(sh(at_home(), at="2024-05-20 10:00")).then_refused(
        "guardianship_supervisor_missing", cites="SH2024-2.2.6-b"
    )
    appoint = sh(SUPERVISED, at="2024-05-18 10:00")
    given(*in_2024()).when(appoint).then(
        GuardianshipSupervisorAppointed(
            child_id=LI,
            supervisor_name="张某",
            together_with="民政局、妇联",
            supervised_until=date(2025, 5, 20),
        )
    )
    back = sh(at_home(), at="2024-05-20 10:00")
    returned, aftercare = given(*in_2024(appoint)).when(back).facts()
    assert returned == ChildReturnedToFamily(
        child_id=LI,
        returned_to="父亲",
        return_conditions="接受家庭教育指导",
        best_interest_reason="监护能力评估可回归",
        family_return_on=date(2024, 5, 20),
        key_target=True,
        key_target_unit_id=CIVIL_SH.id,
    )
    assert isinstance(aftercare, AftercarePlanOpened)
    assert aftercare.visits_on[0] == date(2024, 6, 3)
    facts = case_of(*in_2024(appoint, back)).facts
    fact = facts.find(RiskFactor.RF_34)
    assert fact is not None
    assert fact.child_id == LI


def test_before_2024_no_text_asks_for_a_supervisor() -> None:
    """2022 in Chongming: the return ends the placement."""
    back = sh(at_home(), at="2022-04-01 10:00")
    returned, _ = given(*SHELTERED).when(back).facts()
    assert isinstance(returned, ChildReturnedToFamily)
    case = case_of(*then(SHELTERED, back))
    assert case.placement.running(LI) is None
    ended = case.facts.find(RiskFactor.RF_35)
    assert ended is not None
    assert ended.ended_on == date(2022, 4, 1)
    nobody = sh(at_home(returned_to=" "), at="2022-04-01 10:00")
    given(*SHELTERED).when(nobody).then_refused("next_carer_missing", field="returnedTo")


def test_the_return_flags_the_child_on_its_file() -> None:
    returned = ChildReturnedToFamily(
        child_id=LI,
        returned_to="父亲",
        best_interest_reason="可回归",
        family_return_on=date(2024, 5, 20),
        key_target=True,
    )
    around = Around(files=(child(),))
    case = case_of(*in_2024())
    assert list(return_makes_a_key_target(around, case, (returned,))) == [Put(LI, NoteReturnHome())]
    not_named = replace(returned, key_target=False)
    assert not list(return_makes_a_key_target(around, case, (not_named,)))
    note = put(NoteReturnHome(), at="2024-05-20 10:00", where=MIAOZHEN)
    (flagged,) = note.decide(child())
    assert isinstance(flagged, KeyTargetFlagged)
    assert flagged.key_target_ground is KeyTargetGround.RETURNED_HOME
    once: Child = flagged.evolve(child())
    assert not list(note.decide(once))


# --- search for the guardian --------------------------------------------------------------------

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


def test_a_child_identified_later_keeps_its_placement() -> None:
    unknown = on_scene_cq(Trigger.LIVING_ALONE, children=(), child_description="约五岁女童")
    found = then(unknown, cq(findings(Finding.LIVING_ALONE), at="2025-03-03 09:30"))
    arrived = ReceiveChild(
        site_kind=SiteKind.RESCUE_MANAGEMENT_INSTITUTION,
        receiving_staff="值班员",
        child_condition="饥饿",
    )
    taken_in = then(found, cq(arrived, at="2025-03-03 13:00"))
    case = case_of(*taken_in, ChildIdentified(child_id=LI))
    assert case.placement.is_placed(LI)
    assert not case.placement.is_placed(None)
