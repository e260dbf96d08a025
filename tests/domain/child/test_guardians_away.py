"""A guardian is away, and is back: the risk facts that follow (RF-16, RF-18), and the care that ends."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.child.care_state import EntrustedCareStatus
from domain.child.categories import DetermineCategory
from domain.child.entrusted_care import DesignateEntrustedCarer
from domain.child.entrusted_end import EntrustedCareEnded
from domain.child.guardian_condition import AssessGuardianshipCapacity
from domain.child.guardians import (
    GuardianAbsenceRecorded,
    ParentReturned,
    RecordGuardian,
    RecordGuardianAbsence,
    RecordParentReturn,
)
from domain.child.household import RecordCareArrangement
from domain.kernel import Command
from domain.risk import RiskFactor, evaluate
from domain.terms.care import (
    AbsenceReason,
    ArrangementKind,
    CapacityAssessor,
    CapacityNextStep,
    CapacityResult,
    CareEndReason,
    CarerCapability,
    GuardianBasis,
    Industry,
    Kinship,
    LifeStatus,
)
from domain.terms.file import CategoryCode
from projections.child import GuardianRow
from tests.domain.child.family import (
    after,
    cq,
    gone,
    li_left_behind,
    parent,
    sh_left_behind,
    told_by,
)
from tests.domain.child.two_parents import FATHER, LATER, MOTHER, TWO
from tests.dsl import an_id, given, local

AWAY = li_left_behind()


def grandmother() -> Command[Any]:
    return cq(
        DesignateEntrustedCarer(
            carer_name="祖母",
            carer_relation=Kinship.PATERNAL_GRANDMOTHER,
            carer_age=71,
            carer_capability=CarerCapability.CAPABLE,
        ),
        "2025-03-07 09:00",
    )


def test_an_absence_says_where_and_in_which_industry() -> None:
    leaving = RecordGuardianAbsence(
        guardian_id=FATHER,
        absence_reason=AbsenceReason.WORK,
        away_from_on=date(2025, 2, 6),
        away_to="广东东莞",
        industry=Industry.CONSTRUCTION,
    )
    given(*told_by(*TWO)).when(cq(leaving, LATER)).then(
        GuardianAbsenceRecorded(
            guardian_id=FATHER,
            absence_reason=AbsenceReason.WORK,
            away_from_on=date(2025, 2, 6),
            away_to="广东东莞",
            industry=Industry.CONSTRUCTION,
        )
    )


def test_where_a_guardian_is_away_is_told_on_the_timeline_as_on_the_file() -> None:
    said = {s.name: s.sensitivity for s in GuardianAbsenceRecorded.specs}
    on_file = {s.name: s.sensitivity for s in GuardianRow.specs}
    for field, column in (("away_to", "away_place"), ("away_from_on", "away_since_on")):
        assert said[field] is on_file[column], field
    assert said["expected_back_on"] is on_file["expected_back_on"]


def test_only_a_living_guardian_on_file_goes_away() -> None:
    given(*told_by(*TWO)).when(cq(gone(an_id("nobody")), LATER)).then_refused("unknown_guardian")
    dead = cq(parent(Kinship.MOTHER, guardian_id=MOTHER, life_status=LifeStatus.DECEASED), LATER)
    given(*told_by(*TWO, dead)).when(cq(gone(MOTHER), "2025-03-11 09:00")).then_refused(
        "guardian_not_living", field="guardianId"
    )


# --- RF-16 and RF-18


def test_both_away_and_nobody_entrusted_is_rf_16_and_after_seven_days_r2() -> None:
    child = after(*AWAY)
    fact = child.facts.find(RiskFactor.RF_16)
    assert fact is not None
    assert fact.event_id == told_by(*AWAY)[-1].told.event_id
    assert fact.since == local("2025-03-03 09:04")
    assert child.care.entrusted is EntrustedCareStatus.NEEDED
    assert not child.care.has_named_carer

    def tier(day: str) -> str | None:
        found = evaluate(child.facts.facts, (), local(day))
        return f"{found.tier.code} {found.rule_id}" if found.tier else None

    assert tier("2025-03-10 12:00") == "R4 R-L1"
    assert tier("2025-03-11 12:00") == "R2 R-H2"


def test_a_carer_in_place_is_rf_18_instead() -> None:
    child = after(*AWAY, grandmother())
    assert child.facts.find(RiskFactor.RF_16) is None
    assert child.facts.find(RiskFactor.RF_18)
    assert child.care.has_named_carer


def test_one_away_and_the_other_at_home_is_neither() -> None:
    child = after(*TWO, cq(gone(FATHER), LATER))
    assert child.facts.facts == ()
    assert child.care.has_named_carer


def test_one_away_and_the_other_incapable_is_rf_16_and_rf_03() -> None:
    incapable = cq(
        AssessGuardianshipCapacity(
            guardian_id=MOTHER,
            assessors=(CapacityAssessor.TOWNSHIP,),
            capacity_result=CapacityResult.INCAPABLE,
            capacity_reasons="重病卧床",
            capacity_next=CapacityNextStep.SUPPORT,
        ),
        LATER,
    )
    child = after(*TWO, cq(gone(FATHER), "2025-03-09 09:00"), incapable)
    assert {f.factor for f in child.facts.facts} == {RiskFactor.RF_16, RiskFactor.RF_03}


def test_a_court_appointed_guardian_at_home_is_care_enough() -> None:
    appointed = cq(
        RecordGuardian(
            relation=Kinship.PATERNAL_GRANDFATHER,
            guardian_name="祖父",
            guardian_basis=GuardianBasis.COURT_ORDER,
        ),
        LATER,
    )
    assert after(*AWAY, appointed).facts.find(RiskFactor.RF_16) is None


def test_a_child_taken_along_is_with_its_parents() -> None:
    along = cq(RecordCareArrangement(arrangement=ArrangementKind.TAKEN_ALONG), LATER)
    assert after(*AWAY, along).facts.find(RiskFactor.RF_16) is None


# --- the return


def back(guardian: object, at: str = LATER) -> Command[Any]:
    return cq(
        RecordParentReturn(guardian_id=guardian, returned_on=date(2025, 3, 10)),  # type: ignore[arg-type]
        at,
    )


def test_a_return_ends_the_absence_and_asks_for_a_review_of_the_category() -> None:
    left_behind = (
        *AWAY,
        cq(DetermineCategory(category=CategoryCode.LBC_CQ_RURAL), "2025-03-03 10:00"),
    )
    given(*told_by(*left_behind)).when(back(MOTHER)).then(
        ParentReturned(
            guardian_id=MOTHER,
            returned_on=date(2025, 3, 10),
            categories_in_question=(CategoryCode.LBC_CQ_RURAL,),
        )
    )
    child = after(*left_behind, back(MOTHER))
    assert child.facts.find(RiskFactor.RF_16) is None
    assert child.care.entrusted is EntrustedCareStatus.NONE


def test_entrusted_care_ends_with_the_return_of_an_able_parent() -> None:
    history = told_by(*AWAY, grandmother())
    carer = after(*AWAY, grandmother()).care.carer_id
    given(*history).when(back(MOTHER)).then(
        ParentReturned(guardian_id=MOTHER, returned_on=date(2025, 3, 10)),
        EntrustedCareEnded(carer_id=carer, care_end_reason=CareEndReason.PARENT_RETURNED),
    )


def test_the_return_of_an_incapable_parent_does_not_end_it() -> None:
    incapable = cq(
        AssessGuardianshipCapacity(
            guardian_id=MOTHER,
            assessors=(CapacityAssessor.TOWNSHIP,),
            capacity_result=CapacityResult.INCAPABLE,
            capacity_reasons="重病卧床",
            capacity_next=CapacityNextStep.SUPPORT,
        ),
        "2025-03-06 09:00",
    )
    given(*told_by(*AWAY, incapable, grandmother())).when(back(MOTHER)).then(
        ParentReturned(guardian_id=MOTHER, returned_on=date(2025, 3, 10))
    )


def test_who_is_not_away_does_not_return() -> None:
    given(*told_by(*TWO)).when(back(MOTHER)).then_nothing()
    given(*told_by(*TWO)).when(back(an_id("nobody"))).then_refused("unknown_guardian")


def test_grandparents_boarding_and_migrant_hukou_are_no_risk_by_themselves() -> None:
    child = after(*sh_left_behind(hukou=None, hukou_elsewhere="安徽省"))
    assert {f.factor for f in child.facts.facts} == {RiskFactor.RF_16}


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2026, 1, 20), "return_in_future"),
        (date(2025, 3, 11), "return_in_future"),
        (date(2015, 12, 31), "return_before_departure"),
    ],
)
def test_a_return_lies_between_the_departure_and_today(day: date, code: str) -> None:
    there = RecordParentReturn(guardian_id=MOTHER, returned_on=day)
    given(*told_by(*AWAY, grandmother())).when(cq(there, LATER)).then_refused(
        code, field="returnedOn"
    )


def test_nobody_is_away_before_leaving() -> None:
    planned = RecordGuardianAbsence(
        guardian_id=FATHER, absence_reason=AbsenceReason.WORK, away_from_on=date(2025, 3, 11)
    )
    given(*told_by(*TWO)).when(cq(planned, LATER)).then_refused(
        "departure_in_future", field="awayFromOn"
    )
