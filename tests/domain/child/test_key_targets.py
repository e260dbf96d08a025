"""Key targets: flagged by ground, by the pack of the place; verified by those it names; the girl of Chongqing at R4."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.child.categories import DetermineCategory
from domain.child.corrections import CorrectEvent, DisavowEvent
from domain.child.household import HouseholdRecorded
from domain.child.key_targets import (
    ClearKeyTarget,
    FlagKeyTarget,
    KeyTargetCleared,
    KeyTargetFlagged,
    KeyTargetVerified,
    VerifyKeyTarget,
)
from domain.child.records import RecordDisability
from domain.kernel import Event
from domain.risk import CategoryOnFile, RiskFactor, evaluate
from domain.terms.care import DisabilityDegree, DisabilityKind
from domain.terms.file import (
    CategoryCode,
    KeyTargetGround,
    KeyTargetResult,
    KeyTargetVerifier,
    Sex,
)
from tests.domain.child.family import (
    CHANGNING_CIVIL,
    COUNTY,
    JIANGSU_ROAD,
    TOWNSHIP,
    after,
    cn,
    cq,
    jd,
    li_left_behind,
    noted,
    sh_left_behind,
    sh_opening,
    told_by,
)
from tests.dsl import given, local

CQ = CategoryCode.LBC_CQ_RURAL
DETERMINED = (*li_left_behind(), cq(DetermineCategory(category=CQ), "2025-03-03 10:00"))
LATER = "2025-03-04 09:00"


def flags(facts: tuple[Event[Any], ...]) -> list[KeyTargetGround]:
    return [e.key_target_ground for e in facts if isinstance(e, KeyTargetFlagged)]


def test_a_left_behind_girl_of_chongqing_is_flagged_for_a_monthly_verification() -> None:
    flagged = told_by(*DETERMINED)[-1]
    assert flagged == KeyTargetFlagged(
        key_target_ground=KeyTargetGround.GIRL,
        verify_by_on=date(2025, 4, 3),
        verifying_unit_id=TOWNSHIP.id,
        joint_unit_id=COUNTY.id,
    )


def test_her_tier_stays_r4_with_a_carer_in_order_or_none_recorded_for_a_day() -> None:
    child = after(*DETERMINED)
    assert child.facts.find(RiskFactor.RF_26)
    entered = [
        CategoryOnFile(code=c.code, event_id=c.event_id, clauses=c.clauses)
        for c in child.file.held
        if c.event_id
    ]
    girl_alone = [f for f in child.facts.facts if f.factor is RiskFactor.RF_26]
    tier = evaluate(girl_alone, entered, local("2025-03-03 12:00")).tier
    assert tier is not None
    assert tier.code == "R4"


def test_a_boy_is_not_flagged_and_in_shanghai_no_text_names_girls() -> None:
    boy = (*li_left_behind(sex=Sex.MALE), cq(DetermineCategory(category=CQ), "2025-03-03 10:00"))
    assert flags(told_by(*boy)) == []
    girl = (
        *sh_left_behind(sex=Sex.FEMALE),
        jd(DetermineCategory(category=CategoryCode.LBC_RURAL_SH), "2024-07-01 10:00"),
    )
    assert flags(told_by(*girl)) == []
    assert after(*girl).facts.find(RiskFactor.RF_26) is None


def test_a_poor_and_a_disabled_child_are_flagged_in_chongqing() -> None:
    household = cq(
        noted(HouseholdRecorded, household_size=4, hardship_found=True), "2025-03-03 09:30"
    )
    boy = (
        *li_left_behind(sex=Sex.MALE),
        household,
        cq(DetermineCategory(category=CQ), "2025-03-03 10:00"),
    )
    assert flags(told_by(*boy)) == [KeyTargetGround.POVERTY]
    for kind in (DisabilityKind.LIMB, DisabilityKind.PSYCHIATRIC):
        record = RecordDisability(disability_kind=kind, disability_degree=DisabilityDegree.GRADE_4)
        given_now = given(*told_by(*boy)).when(cq(record, LATER)).facts()
        assert flags(given_now) == [KeyTargetGround.DISABILITY]
        unheld = given(*told_by(*li_left_behind())).when(cq(record, LATER)).facts()
        assert flags(unheld) == []


def corrected(history: tuple[Any, ...], sex: Sex) -> Any:
    """The sex was entered wrongly."""
    opening = told_by(*history)[0].told.event_id
    fix = CorrectEvent(target_event_id=opening, what_was_wrong="性别录错", sex=sex)
    return cq(fix, "2025-03-08 09:00")


def test_a_girl_entered_as_a_boy_is_a_key_target_once_that_is_corrected() -> None:
    boy = (*li_left_behind(sex=Sex.MALE), cq(DetermineCategory(category=CQ), "2025-03-03 10:00"))
    child = after(*boy, corrected(boy, Sex.FEMALE))
    assert child.file.key_targets == {"GIRL"}
    assert child.facts.find(RiskFactor.RF_26)


def test_a_boy_entered_as_a_girl_is_none_once_that_is_corrected() -> None:
    facts = told_by(*DETERMINED, corrected(DETERMINED, Sex.MALE))
    assert facts[-1] == KeyTargetCleared(
        key_target_ground=KeyTargetGround.GIRL, clear_reason="性别录错"
    )
    assert after(*DETERMINED, corrected(DETERMINED, Sex.MALE)).facts.find(RiskFactor.RF_26) is None


def test_a_correction_of_something_else_flags_nobody_again() -> None:
    cleared = cq(
        ClearKeyTarget(key_target_ground=KeyTargetGround.GIRL, clear_reason="已稳定"), LATER
    )
    opening = told_by(*DETERMINED)[0].told.event_id
    fix = CorrectEvent(
        target_event_id=opening, what_was_wrong="生日录错", birth_on=date(2014, 6, 1)
    )
    history = (*DETERMINED, cleared, cq(fix, "2025-03-08 09:00"))
    assert after(*history).file.key_targets == frozenset()


def poor(at: str, **more: Any) -> Any:
    """The household was recorded, in hardship unless said otherwise."""
    return cq(noted(HouseholdRecorded, **{"household_size": 3, "hardship_found": True, **more}), at)


def test_hardship_found_after_the_category_makes_a_key_target() -> None:
    history = (*DETERMINED, poor("2025-03-08 09:00"))
    assert flags(told_by(*history)) == [KeyTargetGround.GIRL, KeyTargetGround.POVERTY]
    again = told_by(*history, poor("2025-03-09 09:00"))
    assert len(flags(again)) == 2
    cleared = cq(
        ClearKeyTarget(key_target_ground=KeyTargetGround.POVERTY, clear_reason="已脱困"),
        "2025-03-10 09:00",
    )
    later = told_by(*history, cleared, poor("2025-03-11 09:00"))
    assert len(flags(later)) == 2, "the person who cleared it knew of the hardship"


def test_a_ground_that_was_none_takes_its_flag_with_it() -> None:
    """Found before the category or after it; what a person has flagged stands on its own."""
    before = (
        *li_left_behind(),
        poor("2025-03-03 09:30"),
        cq(DetermineCategory(category=CQ), "2025-03-03 10:00"),
    )
    by_hand = cq(FlagKeyTarget(key_target_ground=KeyTargetGround.POVERTY), LATER)
    for history, kept in (
        (before, {"GIRL"}),
        ((*DETERMINED, poor("2025-03-08 09:00")), {"GIRL"}),
        ((*DETERMINED, by_hand, poor("2025-03-08 09:00")), {"GIRL", "POVERTY"}),
    ):
        (found,) = (e for e in told_by(*history) if isinstance(e, HouseholdRecorded))
        gone = DisavowEvent(target_event_id=found.told.event_id, disavowal_reason="记错了户")
        child = after(*history, cq(gone, "2025-03-12 09:00"))
        assert child.file.key_targets == kept
        assert (child.facts.find(RiskFactor.RF_24) is not None) is ("POVERTY" in kept)


def test_a_ground_the_text_does_not_name_is_entered_as_other_with_a_reason() -> None:
    shanghai = told_by(*sh_left_behind())
    at = "2024-07-02 09:00"
    given(*shanghai).when(
        jd(FlagKeyTarget(key_target_ground=KeyTargetGround.GIRL), at)
    ).then_refused("ground_not_listed", cites="SH2020-3.2-i", field="keyTargetGround")
    given(*shanghai).when(
        jd(FlagKeyTarget(key_target_ground=KeyTargetGround.OTHER), at)
    ).then_refused("flag_reason_missing", field="flagReason")
    facts = (
        given(*shanghai)
        .when(
            jd(FlagKeyTarget(key_target_ground=KeyTargetGround.OTHER, flag_reason="邻居反映"), at)
        )
        .facts()
    )
    assert flags(facts) == [KeyTargetGround.OTHER]
    returned = jd(FlagKeyTarget(key_target_ground=KeyTargetGround.RETURNED_HOME), at)
    assert flags(given(*shanghai).when(returned).facts()) == [KeyTargetGround.RETURNED_HOME]


def test_other_is_open_where_the_text_names_one_ground_only() -> None:
    history = told_by(jd(sh_opening(), "2026-02-01 09:00"))
    other = jd(
        FlagKeyTarget(key_target_ground=KeyTargetGround.OTHER, flag_reason="邻居反映"),
        "2026-02-02 09:00",
    )
    assert flags(given(*history).when(other).facts()) == [KeyTargetGround.OTHER]


def test_flagging_twice_and_clearing_what_is_not_flagged_change_nothing() -> None:
    given(*told_by(*DETERMINED)).when(
        cq(FlagKeyTarget(key_target_ground=KeyTargetGround.GIRL), LATER)
    ).then_nothing()
    given(*told_by(*DETERMINED)).when(
        cq(ClearKeyTarget(key_target_ground=KeyTargetGround.OTHER, clear_reason="无"), LATER)
    ).then_nothing()


def test_clearing_ends_the_flag_and_its_risk_fact() -> None:
    clear = cq(
        ClearKeyTarget(key_target_ground=KeyTargetGround.GIRL, clear_reason="随父母迁居"), LATER
    )
    given(*told_by(*DETERMINED)).when(clear).then(
        KeyTargetCleared(key_target_ground=KeyTargetGround.GIRL, clear_reason="随父母迁居")
    )
    child = after(*DETERMINED, clear)
    assert child.file.key_targets == frozenset()
    assert child.facts.find(RiskFactor.RF_26) is None


def verify(
    *kinds: KeyTargetVerifier,
    ground: KeyTargetGround = KeyTargetGround.GIRL,
    result: KeyTargetResult = KeyTargetResult.CONFIRMED,
) -> VerifyKeyTarget:
    return VerifyKeyTarget(
        key_target_ground=ground,
        verified_by_kinds=kinds,
        key_target_result=result,
        verification_findings="照料落实",
    )


@pytest.mark.parametrize(
    "kind",
    [
        KeyTargetVerifier.PARTY_CADRE,
        KeyTargetVerifier.RESIDENT_CADRE,
        KeyTargetVerifier.SOCIAL_WORKER,
    ],
)
def test_in_chongqing_one_of_three_verifies(kind: KeyTargetVerifier) -> None:
    given(*told_by(*DETERMINED)).when(cq(verify(kind), LATER)).then(
        KeyTargetVerified(
            key_target_ground=KeyTargetGround.GIRL,
            verified_by_kinds=(kind,),
            key_target_result=KeyTargetResult.CONFIRMED,
            verification_findings="照料落实",
            verify_by_on=date(2025, 4, 4),
        )
    )


@pytest.mark.clause("CQ2016-3.2-m")
def test_in_chongqing_others_who_visit_do_as_well_and_a_desk_does_not() -> None:
    """…等方式: the list is open, and what is on it are visits."""
    (verified,) = (
        given(*told_by(*DETERMINED)).when(cq(verify(KeyTargetVerifier.OTHER), LATER)).facts()
    )
    assert isinstance(verified, KeyTargetVerified)
    for kinds in ((KeyTargetVerifier.TOWNSHIP,), ()):
        given(*told_by(*DETERMINED)).when(cq(verify(*kinds), LATER)).then_refused(
            "verifier_not_listed", cites="CQ2016-3.2-m", field="verifiedByKinds"
        )


def test_in_shanghai_civil_affairs_and_the_township_verify_together() -> None:
    flag = jd(
        FlagKeyTarget(key_target_ground=KeyTargetGround.OTHER, flag_reason="邻居反映"),
        "2024-07-02 09:00",
    )
    history = told_by(*sh_left_behind(), flag)
    at, other = "2024-07-10 09:00", KeyTargetGround.OTHER
    civil, township = KeyTargetVerifier.CIVIL_AFFAIRS, KeyTargetVerifier.TOWNSHIP
    for alone in (civil, township):
        given(*history).when(jd(verify(alone, ground=other), at)).then_refused(
            "joint_verification_missing", cites="SH2020-3.2-i", field="verifiedByKinds"
        )
    (verified,) = given(*history).when(jd(verify(civil, township, ground=other), at)).facts()
    assert isinstance(verified, KeyTargetVerified)
    assert verified.verify_by_on == date(2024, 8, 10)


def test_where_no_text_names_a_verifier_anybody_may() -> None:
    flag = cn(FlagKeyTarget(key_target_ground=KeyTargetGround.POVERTY), "2019-03-30 11:00")
    opened = cn(sh_opening(residence=JIANGSU_ROAD, birth_on=date(2010, 1, 1)))
    history = told_by(opened, flag)
    (flagged,) = (e for e in history if isinstance(e, KeyTargetFlagged))
    assert flagged.joint_unit_id == CHANGNING_CIVIL.id
    check = verify(KeyTargetVerifier.OTHER, ground=KeyTargetGround.POVERTY)
    (verified,) = given(*history).when(cn(check, "2019-04-10 09:00")).facts()
    assert isinstance(verified, KeyTargetVerified)


def test_no_further_verification_once_the_ground_is_gone() -> None:
    done = verify(KeyTargetVerifier.SOCIAL_WORKER, result=KeyTargetResult.NO_LONGER)
    (verified,) = given(*told_by(*DETERMINED)).when(cq(done, LATER)).facts()
    assert isinstance(verified, KeyTargetVerified)
    assert verified.verify_by_on is None


def test_only_a_key_target_is_verified() -> None:
    given(*told_by(*DETERMINED)).when(
        cq(verify(KeyTargetVerifier.SOCIAL_WORKER, ground=KeyTargetGround.POVERTY), LATER)
    ).then_refused("not_a_key_target", field="keyTargetGround")
