"""Care without fault: whoever steps in when a guardian cannot, an institution asked, kin after an escort, custody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from domain.case.care_needed import CareNeedGround, FindCareNeed
from domain.case.care_secured import CareSecured
from domain.case.custody import ArrangeTemporaryCareOnCustody, MakeCustodyChildInquiry
from domain.case.placement_begun import PlacementActivated
from domain.case.placement_care import (
    AcceptInstitutionalEntrustment,
    StartCustodyCare,
    StartEscortCare,
    SupportTemporaryCare,
    TemporaryCareSupported,
    TemporaryLivingCareArranged,
)
from domain.case.placement_end import EndTemporaryGuardianship
from domain.case.state import Case
from domain.kernel import Command
from domain.risk import RiskFactor
from domain.terms.measures import CustodyCarer, CustodyDecision
from domain.terms.placement import (
    Arranger,
    EndReason,
    NextCare,
    PlacementStatus,
    SiteKind,
)
from domain.terms.places import DivisionId
from tests.domain.case.cast import (
    JIANGSU_ROAD,
    LI,
    MIAOZHEN,
    MOTHER,
    STREET_CN,
    TOWNSHIP_SH,
    case_of,
    child,
    cn,
    cq,
    played,
    sh,
)
from tests.domain.case.on_scene import (
    TRIED,
    UNREACHABLE,
    VIOLENT_SH,
    escort,
    then,
)
from tests.domain.case.placing import (
    HANDED_OVER,
    handover,
    living_care,
    made,
    opinion,
)
from tests.dsl import an_id, given

HOME: dict[str, Any] = {"site_kind": SiteKind.RELATIVE_HOME, "best_interest_reason": "由祖母照料"}


def test_the_village_looks_after_a_child_whose_guardian_is_ill() -> None:
    """SH2020-3.2-e and -f: no fault, no limit; the township supports the same day (Q-46)."""
    arranged, active = given(*VIOLENT_SH).when(living_care()).facts()
    assert isinstance(arranged, TemporaryLivingCareArranged)
    assert (arranged.support_unit_id, arranged.support_by) == (TOWNSHIP_SH.id, date(2022, 3, 2))
    assert isinstance(active, PlacementActivated)
    assert (active.limit_on, active.is_guardianship) == (None, False)
    case = case_of(*then(VIOLENT_SH, living_care()))
    sudden = case.facts.find(RiskFactor.RF_37)
    assert sudden is not None
    assert sudden.carer_named
    assert case.facts.find(RiskFactor.RF_35) is None


def test_civil_affairs_need_no_support_of_the_township() -> None:
    by_bureau = living_care(arranged_by=Arranger.CIVIL_AFFAIRS)
    arranged, _ = given(*VIOLENT_SH).when(by_bureau).facts()
    assert isinstance(arranged, TemporaryLivingCareArranged)
    assert (arranged.support_unit_id, arranged.support_by) == (None, None)


def test_the_township_of_the_childs_domicile_supports_wherever_it_was_found() -> None:
    """SH2020-3.2-e: 被监护人住所地的村(居)民委员会…应当; its township supports (SH2020-3.2-f)."""

    def supporting(*, home: str, **more: Any) -> object:
        elsewhere = replace(living_care(**more).context, linked={LI: child(home=home)})
        command = replace(living_care(**more), context=elsewhere)
        arranged, _ = given(*VIOLENT_SH).when(command).facts()
        assert isinstance(arranged, TemporaryLivingCareArranged)
        return arranged.support_unit_id

    assert supporting(home=JIANGSU_ROAD) == STREET_CN.id
    assert supporting(home=JIANGSU_ROAD, domicile=DivisionId(MIAOZHEN)) == TOWNSHIP_SH.id


def test_support_goes_to_a_care_that_there_is() -> None:
    support = sh(SupportTemporaryCare(care_support="送餐、护理员一名"), at="2022-03-02 15:00")
    given(*VIOLENT_SH).when(support).then_refused("not_placed")
    given(*then(VIOLENT_SH, living_care())).when(support).then(
        TemporaryCareSupported(
            placement_id=made(living_care()), child_id=LI, care_support="送餐、护理员一名"
        )
    )


def entrusted(**more: Any) -> Command[Any]:
    """The mother asks civil affairs to take the child for a time."""
    asked = AcceptInstitutionalEntrustment(
        **{
            "site_kind": SiteKind.CHILD_WELFARE_INSTITUTION,
            "guardian_id": MOTHER,
            "entrustment_reason": "住院三个月",
            "best_interest_reason": "无其他亲属",
            **more,
        }
    )
    return sh(asked, at="2022-03-02 09:00", linked={LI: child()})


def test_an_institution_takes_the_child_because_the_guardian_asks() -> None:
    (accepted,) = given(*VIOLENT_SH).when(entrusted()).facts()
    assert accepted.name == "case.institutional_entrustment_accepted"
    placement = case_of(*then(VIOLENT_SH, entrusted())).placement.running(LI)
    assert placement is not None
    assert placement.status is PlacementStatus.PROPOSED
    assert not placement.is_guardianship
    given(*VIOLENT_SH).when(entrusted(guardian_id=an_id("stranger"))).then_refused(
        "guardian_not_on_file"
    )


def test_staying_with_the_grandmother_after_an_escort_is_kin_care() -> None:
    """Scenario 1.11: neither RF-34 nor RF-35."""
    command = cq(StartEscortCare(**HOME), at="2025-03-03 12:00")
    given(*TRIED).when(command).then_refused("not_escorted")
    escorted = then(TRIED, UNREACHABLE, cq(escort(), at="2025-03-03 11:00"))
    _, active = given(*escorted).when(command).facts()
    assert isinstance(active, PlacementActivated)
    assert (active.is_guardianship, active.schooling_by) == (False, None)
    assert case_of(*then(escorted, command)).facts.find(RiskFactor.RF_35) is None
    shelter = StartEscortCare(
        site_kind=SiteKind.RESCUE_MANAGEMENT_INSTITUTION, best_interest_reason="无亲属"
    )
    away = then(escorted, cq(shelter, at="2025-03-03 12:00"))
    assert case_of(*away).facts.find(RiskFactor.RF_35) is not None


def test_care_during_custody_is_reviewed_at_the_expected_release() -> None:
    """CN2017-3.4-d."""
    inquiry = MakeCustodyChildInquiry(
        custody_decision=CustodyDecision.ADMINISTRATIVE_DETENTION,
        custody_person="李某",
        has_minor_child=True,
        incident_place=DivisionId(JIANGSU_ROAD),
        children=(LI,),
    )
    asked = then(played(cn(inquiry, at="2019-05-06 09:00")), opinion(at="2019-05-06 10:00"))
    ready = then(asked, handover(at="2019-05-06 11:00"))
    care = StartCustodyCare(
        site_kind=SiteKind.MINORS_PROTECTION_INSTITUTION,
        custody_ends_on=date(2019, 5, 20),
        best_interest_reason="无亲属可托",
    )
    _, active = given(*ready).when(cn(care, at="2019-05-06 12:00")).facts()
    assert isinstance(active, PlacementActivated)
    assert (active.review_on, active.limit_on) == (date(2019, 5, 20), None)
    given(*HANDED_OVER).when(cn(care, at="2019-05-06 12:00")).then_refused("out_of_turn")
    placed = then(ready, cn(care, at="2019-05-06 12:00"))
    released = EndTemporaryGuardianship(
        end_reason=EndReason.CUSTODY_ENDED,
        next_care=NextCare.PARENTS,
        next_carer="李某",
        best_interest_reason="母亲已回家",
    )
    home = then(placed, handover(at="2019-05-20 09:00"), cn(released, at="2019-05-20 10:00"))
    assert case_of(*placed).facts.find(RiskFactor.RF_33) is not None
    assert case_of(*home).facts.find(RiskFactor.RF_33) is None


def sudden(ground: CareNeedGround, **more: Any) -> Command[Any]:
    """The grandmother is in hospital, of a sudden; nobody else is in the house."""
    need = FindCareNeed(
        **{
            "care_need_ground": ground,
            "care_need_note": "祖母突发疾病住院",
            "incident_place": DivisionId(MIAOZHEN),
            "children": (LI,),
            **more,
        }
    )
    return sh(need)


def without_carer(case: Case, factor: RiskFactor) -> list[UUID | None]:
    """For whom of the children the fact stands with no carer named (R-E5)."""
    return [f.child_id for f in case.facts.facts if f.factor is factor and not f.carer_named]


def test_whom_a_sudden_event_leaves_with_nobody_is_in_danger_until_somebody_cares() -> None:
    """SH2020-3.2-e; a guardian who asks beforehand is still there."""
    found = played(sudden(CareNeedGround.GUARDIAN_ILL))
    assert without_carer(case_of(*found), RiskFactor.RF_37) == [None]
    cared_for = case_of(*then(found, living_care()), CareSecured(child_id=LI))
    assert without_carer(cared_for, RiskFactor.RF_37) == []
    assert cared_for.facts.find(RiskFactor.RF_37) is not None
    with_aunt = case_of(*found, CareSecured(child_id=LI))
    assert with_aunt.facts.find(RiskFactor.RF_37) is None
    asked = case_of(*played(sudden(CareNeedGround.GUARDIANS_WISH)))
    assert asked.facts.find(RiskFactor.RF_37) is None


def test_of_two_left_by_a_detention_the_one_without_a_carer_is_still_in_danger() -> None:
    """CN2017-3.4-d, child by child; in an institution a carer is named as well."""
    other = an_id("brother")
    inquiry = MakeCustodyChildInquiry(
        custody_decision=CustodyDecision.IMPRISONMENT,
        custody_person="李某",
        has_minor_child=True,
        incident_place=DivisionId(JIANGSU_ROAD),
        children=(LI, other),
    )
    asked = played(cn(inquiry, at="2019-05-06 09:00"))
    aunt = ArrangeTemporaryCareOnCustody(
        child_id=LI, custody_carer=CustodyCarer.RELATIVE, carer_name="姨妈"
    )
    arranged = then(asked, cn(aunt, at="2019-05-06 10:00"))
    assert without_carer(case_of(*arranged), RiskFactor.RF_33) == [other]
    both = case_of(*arranged, CareSecured(child_id=other))
    assert without_carer(both, RiskFactor.RF_33) == []
