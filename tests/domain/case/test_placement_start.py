"""How a child comes into a placement: by which kind, on what ground, heard and handed over (scenario 4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.case.measures import GuardianCriticised
from domain.case.notices import NotifyCivilAffairsForPlacement
from domain.case.placement_begun import PlacementActivated
from domain.case.placement_guardianship import (
    DecideProtectivePlacement,
    DecideUnreformedGuardianPlacement,
    LongTermGuardianshipStarted,
    StartLongTermGuardianship,
)
from domain.case.placement_start import (
    ShortTermGuardianshipStarted,
    StartShortTermGuardianship,
)
from domain.kernel import Command
from domain.risk import RiskFactor
from domain.terms.emergency import EmergencyDuty, Finding, OpinionSubject
from domain.terms.measures import CriticisedBy, MeasureSubject
from domain.terms.placement import (
    CareForm,
    PlacementKind,
    PlacementStatus,
    SiteKind,
)
from domain.terms.plan import ServiceType
from domain.terms.reports import Trigger
from tests.domain.case.cast import (
    BROTHER,
    CIVIL_CN,
    LI,
    MOTHER,
    STREET_CN,
    case_of,
    cn,
    cq,
    noting,
    sh,
)
from tests.domain.case.on_scene import (
    INJURED_CN,
    VIOLENT_SH,
    findings,
    on_scene_cq,
    then,
)
from tests.domain.case.placing import (
    GOOD,
    HANDED_OVER,
    HEARD,
    HOTEL,
    PLACED,
    PLACEMENT,
    handover,
    living_care,
    made,
    opinion,
    short_term,
)
from tests.dsl import an_id, given

# --- short-term guardianship, Changning ---------------------------------------------------------


def test_the_street_places_him_in_a_hotel_for_a_month_in_principle() -> None:
    """Scenario 4.4: active on 31 March, limit 30 April, warnings ten and three days before."""
    given(*HANDED_OVER).when(short_term()).then(
        ShortTermGuardianshipStarted(
            placement_id=PLACEMENT,
            child_id=LI,
            site_kind=SiteKind.HOTEL,
            site_unit_id=HOTEL,
            site_address="江苏路某酒店",
            handover_id=made(handover(), "handover"),
            best_interest_reason=GOOD,
            placement_ground="母亲为唯一监护人且施暴",
            child_wishes="不去姨妈家",
            health_considered="擦伤,可正常生活",
            address_considered="距学校两站",
            school_considered="不转学",
        ),
        PlacementActivated(
            placement_id=PLACEMENT,
            child_id=LI,
            placement_kind=PlacementKind.SHORT_TERM,
            is_guardianship=True,
            active_on=date(2019, 3, 31),
            clock_from=date(2019, 3, 31),
            limit_on=date(2019, 4, 30),
            warn_on=(date(2019, 4, 20), date(2019, 4, 27)),
            assess_by=date(2019, 4, 1),
            services_owed=(
                ServiceType.GUARDIANSHIP_GUIDANCE,
                ServiceType.MEDICAL,
                ServiceType.COUNSELLING,
                ServiceType.BEHAVIOUR_CORRECTION,
                ServiceType.LEGAL_SERVICE,
            ),
            civil_affairs_unit_id=CIVIL_CN.id,
            plan_unit_id=STREET_CN.id,
            daily_care_unit_id=STREET_CN.id,
            schooling_unit_id=CIVIL_CN.id,  # no education bureau on the platform: civil affairs
            schooling_by=date(2019, 4, 3),
            family_care_unit_id=CIVIL_CN.id,
            family_care_by=date(2019, 4, 7),
            health_unit_id=CIVIL_CN.id,
        ),
    )
    case = case_of(*PLACED)
    assert case.placement.is_placed(LI)
    assert EmergencyDuty.PLACE_CHILD not in case.emergency.open_duties
    fact = case.facts.find(RiskFactor.RF_35)
    assert fact is not None
    assert (fact.child_id, fact.ended_on) == (LI, None)


@pytest.mark.parametrize(
    ("factor", "field"),
    [
        ("child_wishes", "childWishes"),
        ("health_considered", "healthConsidered"),
        ("address_considered", "addressConsidered"),
        ("school_considered", "schoolConsidered"),
    ],
)
def test_all_four_factors_are_looked_at(factor: str, field: str) -> None:
    given(*HANDED_OVER).when(short_term(**{factor: " "})).then_refused(
        "placement_factors_missing", cites="CN2017-4.3-c", field=field
    )


def test_he_is_heard_and_handed_over_first() -> None:
    given(*then(INJURED_CN, handover())).when(short_term()).then_refused(
        "placement_opinion_missing", cites="CN2017-4.2-d"
    )
    given(*HEARD).when(short_term()).then_refused("handover_missing", cites="CN2017-4.2-c")
    strange = short_term(handover_id=an_id("no handover"))
    given(*HANDED_OVER).when(strange).then_refused("unknown_handover", field="handoverId")
    asked = then(INJURED_CN, opinion(opinion_about=OpinionSubject.PLACEMENT), handover())
    assert len(given(*asked).when(short_term()).facts()) == 2


def test_a_placement_has_a_reason_and_one_place_at_a_time() -> None:
    given(*HANDED_OVER).when(short_term(best_interest_reason=" ")).then_refused(
        "placement_needs_best_interest", field="bestInterestReason"
    )
    twice = then(PLACED, handover(at="2019-04-01 09:00"))
    given(*twice).when(short_term(at="2019-04-01 10:00")).then_refused("already_placed")
    given(*HANDED_OVER).when(short_term(child_id=BROTHER)).then_refused("child_not_in_case")


@pytest.mark.clause("CQ2024-1-a", "CN2017-2-b")
def test_the_reason_is_asked_for_by_the_text_of_the_place() -> None:
    alone = then(
        on_scene_cq(Trigger.LIVING_ALONE), cq(findings(Finding.LIVING_ALONE), at="2025-03-03 09:30")
    )
    bare = StartShortTermGuardianship(
        site_kind=SiteKind.WELFARE_INSTITUTION, best_interest_reason=" ", placement_ground="失联"
    )
    for history, command, clause in (
        (alone, cq(bare, at="2025-03-04 09:00"), "CQ2024-1-a"),
        (HANDED_OVER, short_term(best_interest_reason=" "), "CN2017-2-b"),
    ):
        refused = (
            given(*history)
            .when(command)
            .then_refused("placement_needs_best_interest", field="bestInterestReason")
        )
        assert refused.clauses == (clause,)


@pytest.mark.clause("CQ2024-3.2-b")
def test_elsewhere_no_paper_and_no_factor_stands_before_care() -> None:
    """Chongqing 2025: 临时监护 without factors, paper or limit; before, the text was silent, and the child placed all
    the same (law 10)."""
    alone = then(
        on_scene_cq(Trigger.LIVING_ALONE), cq(findings(Finding.LIVING_ALONE), at="2025-03-03 09:30")
    )
    bare = StartShortTermGuardianship(
        site_kind=SiteKind.WELFARE_INSTITUTION,
        best_interest_reason="无人照料",
        placement_ground="父母失联",
    )
    started, active = given(*alone).when(cq(bare, at="2025-03-04 09:00")).facts()
    assert isinstance(started, ShortTermGuardianshipStarted)
    assert isinstance(active, PlacementActivated)
    assert (active.limit_on, active.warn_on) == (None, ())
    assert started.told.clauses == ("CQ2024-3.2-b", "CQ2024-1-a")
    assert cq(bare).rules.cite("placement_kinds", "SHORT_TERM") == ("CQ2024-3.2-b",)
    assert cq(bare, at="2024-06-13 09:00").rules.cite("placement_kinds", "SHORT_TERM") == ()


# --- guardianship taken over --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("site", "in_shanghai", "in_chongqing"),
    [
        (SiteKind.CHILD_WELFARE_INSTITUTION, True, False),
        (SiteKind.TEMPORARY_SHELTER, False, True),
        (SiteKind.WELFARE_INSTITUTION, False, True),
        (SiteKind.HOTEL, False, False),
    ],
)
def test_after_violence_only_the_sites_of_the_text(
    site: SiteKind,
    *,
    in_shanghai: bool,
    in_chongqing: bool,
) -> None:
    """SH2020-4.2-k and CQ2016-4.2-k."""
    shelter = DecideProtectivePlacement(
        site_kind=site, placement_ground="家庭暴力", best_interest_reason=GOOD
    )
    violent_cq = then(
        on_scene_cq(Trigger.SUSPECTED_DV),
        cq(findings(Finding.DOMESTIC_VIOLENCE), at="2025-03-03 09:30"),
    )
    for history, command, allowed in (
        (VIOLENT_SH, sh(shelter, at="2022-03-01 12:00"), in_shanghai),
        (violent_cq, cq(shelter, at="2025-03-03 12:00"), in_chongqing),
    ):
        if allowed:
            assert len(given(*history).when(command).facts()) == 1
        else:
            given(*history).when(command).then_refused("placement_site_not_allowed")


def test_a_shelter_follows_first_help_and_awaits_reception() -> None:
    shelter = sh(
        DecideProtectivePlacement(
            site_kind=SiteKind.CHILD_WELFARE_INSTITUTION,
            placement_ground="家庭暴力",
            best_interest_reason=GOOD,
        ),
        at="2022-03-03 09:00",
    )
    case = case_of(*then(VIOLENT_SH, living_care(), shelter))
    statuses = [p.status for p in case.placement.placements]
    assert statuses == [PlacementStatus.ENDED, PlacementStatus.PROPOSED]
    assert case.facts.find(RiskFactor.RF_37) is None


def unreformed(**more: Any) -> Command[Any]:
    """The parents do not perform, and did not reform."""
    placed = DecideUnreformedGuardianPlacement(
        **{
            "site_kind": SiteKind.CHILD_WELFARE_INSTITUTION,
            "placement_ground": "长期不履行监护职责",
            "best_interest_reason": GOOD,
            **more,
        }
    )
    return cn(placed, at="2019-03-31 10:00")


def test_who_is_to_be_unreformed_was_educated_by_the_police() -> None:
    """CN2017-3.4-a."""
    given(*HEARD).when(unreformed()).then_refused("police_education_missing", cites="CN2017-3.4-a")
    criticised = noting(
        GuardianCriticised,
        subject_kind=MeasureSubject.PARENT,
        subject_id=MOTHER,
        measure_ground="遗弃",
        criticised_by=CriticisedBy.POLICE,
    )
    educated = then(HEARD, cn(criticised, at="2019-03-31 09:00"))
    assert len(given(*educated).when(unreformed()).facts()) == 1
    earlier = unreformed(education_reference="2018年告诫书")
    assert len(given(*HEARD).when(earlier).facts()) == 1


def test_long_term_guardianship_has_no_limit() -> None:
    """CQ2024-3.2-b, SH2024-2.2.6-d."""
    alone = then(
        on_scene_cq(Trigger.LIVING_ALONE), cq(findings(Finding.LIVING_ALONE), at="2025-03-03 09:30")
    )
    long_term = StartLongTermGuardianship(
        site_kind=SiteKind.FOSTER_FAMILY,
        care_form=CareForm.FOSTER,
        placement_ground="父母均服刑",
        best_interest_reason=GOOD,
    )
    started, active = given(*alone).when(cq(long_term, at="2025-03-10 09:00")).facts()
    assert isinstance(started, LongTermGuardianshipStarted)
    assert isinstance(active, PlacementActivated)
    assert active.limit_on is None


def test_where_civil_affairs_are_the_guardian_four_kinds_of_support_are_owed() -> None:
    """SH2024-2.2.6-d: 养育、教育、医疗、心理辅导等支持和服务; in the months of the plan, and in Shanghai."""
    decided = StartLongTermGuardianship(
        site_kind=SiteKind.CHILD_WELFARE_INSTITUTION,
        care_form=CareForm.CHILD_WELFARE_INSTITUTION,
        placement_ground="父母均服刑",
        best_interest_reason=GOOD,
    )

    def owed(at: str) -> tuple[ServiceType, ...]:
        _, active = given(*VIOLENT_SH).when(sh(decided, at=at)).facts()
        assert isinstance(active, PlacementActivated)
        return active.services_owed

    assert set(owed("2024-03-04 09:00")) == {
        ServiceType.LIVING_SUPPORT,
        ServiceType.EDUCATION_SUPPORT,
        ServiceType.MEDICAL,
        ServiceType.COUNSELLING,
    }
    assert ServiceType.LIVING_SUPPORT not in owed("2023-03-06 09:00")


def test_two_children_two_placements() -> None:
    """Each child of a case has its own."""
    both = on_scene_cq(Trigger.LIVING_ALONE, children=(LI, BROTHER))
    found = then(both, cq(findings(Finding.LIVING_ALONE), at="2025-03-03 09:30"))
    nobody = StartLongTermGuardianship(
        site_kind=SiteKind.FOSTER_FAMILY,
        care_form=CareForm.FOSTER,
        placement_ground="父母失联",
        best_interest_reason=GOOD,
    )
    for_li, for_brother = (replace(nobody, child_id=c) for c in (LI, BROTHER))
    given(*found).when(cq(nobody, at="2025-03-04 09:00")).then_refused("which_child")
    case = case_of(
        *then(
            found,
            cq(for_li, at="2025-03-04 09:00"),
            cq(for_brother, at="2025-03-04 09:30"),
        )
    )
    assert case.placement.is_placed(LI)
    assert case.placement.is_placed(BROTHER)
    facts = [f.child_id for f in case.facts.facts if f.factor is RiskFactor.RF_35]
    assert facts == [LI, BROTHER]


def test_the_notice_to_civil_affairs_is_done_once_the_child_is_placed() -> None:
    asked = NotifyCivilAffairsForPlacement(placement_ground="家庭暴力", best_interest_reason=GOOD)
    wanted = then(VIOLENT_SH, sh(asked, at="2022-03-01 11:00"))
    assert EmergencyDuty.PLACE_CHILD in case_of(*wanted).emergency.open_duties
    placed = then(wanted, living_care())
    assert EmergencyDuty.PLACE_CHILD not in case_of(*placed).emergency.open_duties
