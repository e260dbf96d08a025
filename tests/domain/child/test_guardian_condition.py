"""Capacity, severe disability and confinement of guardians (RF-03, RF-19, RF-33)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.child.entrusted_care import DesignateEntrustedCarer
from domain.child.guardian_condition import (
    AssessGuardianshipCapacity,
    GuardianConfined,
    GuardianDisabilityRecorded,
    GuardianReleased,
    GuardianshipCapacityAssessed,
    RecordGuardianConfinement,
    RecordGuardianDisability,
    RecordGuardianRelease,
)
from domain.child.guardians import RecordGuardian
from domain.context import Actor
from domain.kernel import Command
from domain.risk import RiskFactor, evaluate
from domain.terms.care import (
    CapacityAssessor,
    CapacityNextStep,
    CapacityResult,
    CarerCapability,
    ConfinementKind,
    DisabilityDegree,
    DisabilityKind,
    GuardianBasis,
    Kinship,
)
from domain.terms.roles import Role
from tests.domain.child.family import (
    COUNTY,
    after,
    cq,
    gone,
    jd,
    opening,
    sh_opening,
    the_id,
    told_by,
    with_parents,
)
from tests.dsl import an_id, given, local

CQ_TWO = with_parents(cq(opening()), cq, "2025-03-03", father={}, mother={})
SH_TWO = with_parents(jd(sh_opening()), jd, "2024-07-01", father={}, mother={})
CQ_MOTHER = the_id(told_by(*CQ_TWO), Kinship.MOTHER)
CQ_FATHER = the_id(told_by(*CQ_TWO), Kinship.FATHER)
SH_FATHER = the_id(told_by(*SH_TWO), Kinship.FATHER)
LATER = "2025-03-10 09:00"


def assess(*assessors: CapacityAssessor, **more: Any) -> AssessGuardianshipCapacity:
    usual: dict[str, Any] = {
        "guardian_id": SH_FATHER,
        "capacity_result": CapacityResult.LIMITED,
        "capacity_reasons": "酗酒",
        "capacity_next": CapacityNextStep.SUPPORT,
    }
    return AssessGuardianshipCapacity(assessors=assessors, **{**usual, **more})


@pytest.mark.parametrize(
    "who",
    [
        CapacityAssessor.CIVIL_AFFAIRS,
        CapacityAssessor.POLICE,
        CapacityAssessor.PROCURATORATE,
        CapacityAssessor.COURT,
    ],
)
def test_in_shanghai_each_of_four_departments_may_assess(who: CapacityAssessor) -> None:
    given(*told_by(*SH_TWO)).when(jd(assess(who), "2024-08-01 09:00")).then(
        GuardianshipCapacityAssessed(
            guardian_id=SH_FATHER,
            assessors=(who,),
            capacity_result=CapacityResult.LIMITED,
            capacity_reasons="酗酒",
            capacity_next=CapacityNextStep.SUPPORT,
        )
    )


def test_in_shanghai_the_township_alone_does_not() -> None:
    for who in ((CapacityAssessor.TOWNSHIP,), ()):
        given(*told_by(*SH_TWO)).when(jd(assess(*who), "2024-08-01 09:00")).then_refused(
            "assessor_not_named", cites="SH2024-2.2.6-a", field="assessors"
        )
    together = assess(CapacityAssessor.TOWNSHIP, CapacityAssessor.POLICE)
    assert given(*told_by(*SH_TWO)).when(jd(together, "2024-08-01 09:00")).facts()


@pytest.mark.clause("SH2024-2.2.6-a")
def test_where_departments_are_named_nobody_records_an_assessment_in_anothers_name() -> None:
    def by(role: Role, *assessors: CapacityAssessor) -> Any:
        return jd(assess(*assessors), "2024-08-01 09:00", by=Actor(role=role))

    on_file = given(*told_by(*SH_TWO))
    for role, who in (
        (Role.TOWNSHIP, (CapacityAssessor.CIVIL_AFFAIRS,)),
        (Role.TOWNSHIP, (CapacityAssessor.TOWNSHIP, CapacityAssessor.POLICE)),
        (Role.POLICE, (CapacityAssessor.COURT,)),
    ):
        on_file.when(by(role, *who)).then_refused(
            "assessor_not_oneself", cites="SH2024-2.2.6-a", field="assessors"
        )
    assert on_file.when(by(Role.POLICE, CapacityAssessor.POLICE, CapacityAssessor.COURT)).facts()


def test_in_chongqing_the_text_names_nobody() -> None:
    by_township = assess(CapacityAssessor.TOWNSHIP, guardian_id=CQ_MOTHER)
    assert given(*told_by(*CQ_TWO)).when(cq(by_township, LATER)).facts()
    nobody = cq(assess(guardian_id=CQ_MOTHER), LATER)
    given(*told_by(*CQ_TWO)).when(nobody).then_refused("assessor_not_named")


def test_a_result_needs_reasons_and_a_guardian_on_file() -> None:
    police = CapacityAssessor.POLICE
    given(*told_by(*SH_TWO)).when(
        jd(assess(police, capacity_reasons=" "), "2024-08-01 09:00")
    ).then_refused("capacity_reasons_missing", field="capacityReasons")
    given(*told_by(*SH_TWO)).when(
        jd(assess(police, guardian_id=an_id("nobody")), "2024-08-01 09:00")
    ).then_refused("unknown_guardian")


@pytest.mark.clause("CQ2024-2.1-d")
@pytest.mark.parametrize("result", [CapacityResult.LIMITED, CapacityResult.INCAPABLE])
def test_in_chongqing_a_result_that_falls_short_says_what_follows(result: CapacityResult) -> None:
    silent = assess(
        CapacityAssessor.TOWNSHIP,
        guardian_id=CQ_MOTHER,
        capacity_result=result,
        capacity_next=None,
    )
    given(*told_by(*CQ_TWO)).when(cq(silent, at=LATER)).then_refused(
        "capacity_next_missing", cites="CQ2024-2.1-d", field="capacityNext"
    )
    for follows in (CapacityNextStep.SUPPORT, CapacityNextStep.NONE):
        answered = cq(replace(silent, capacity_next=follows), at=LATER)
        (told,) = given(*told_by(*CQ_TWO)).when(answered).facts()
        assert isinstance(told, GuardianshipCapacityAssessed)
        assert told.capacity_next is follows
    police = assess(CapacityAssessor.POLICE, capacity_result=result, capacity_next=None)
    (elsewhere,) = given(*told_by(*SH_TWO)).when(jd(police, at=LATER)).facts()
    assert isinstance(elsewhere, GuardianshipCapacityAssessed)
    assert elsewhere.capacity_next is CapacityNextStep.NONE


def test_a_later_assessment_may_find_capacity_again() -> None:
    def found(result: CapacityResult, at: str) -> Command[Any]:
        police = CapacityAssessor.POLICE
        return cq(assess(police, guardian_id=CQ_MOTHER, capacity_result=result), at)

    lost = (
        *CQ_TWO,
        cq(gone(CQ_FATHER), "2025-03-04 09:00"),
        found(CapacityResult.INCAPABLE, LATER),
    )
    assert after(*lost).facts.find(RiskFactor.RF_03)
    again = found(CapacityResult.CAPABLE, "2025-04-10 09:00")
    assert after(*lost, again).facts.facts == ()


def test_an_incapable_parent_beside_an_able_one_is_no_risk_fact() -> None:
    one = cq(
        assess(
            CapacityAssessor.POLICE,
            guardian_id=CQ_MOTHER,
            capacity_result=CapacityResult.INCAPABLE,
        ),
        LATER,
    )
    assert after(*CQ_TWO, one).facts.facts == ()


# --- RF-19: a severe physical or intellectual disability of a parent, and no other


def disability(kind: DisabilityKind, degree: DisabilityDegree, **more: Any) -> Command[Any]:
    usual: dict[str, Any] = {"guardian_id": SH_FATHER}
    return jd(
        RecordGuardianDisability(
            disability_kind=kind, disability_degree=degree, **{**usual, **more}
        ),
        "2024-08-01 09:00",
    )


@pytest.mark.parametrize(
    ("kind", "degree", "counts"),
    [
        (DisabilityKind.LIMB, DisabilityDegree.GRADE_1, True),
        (DisabilityKind.INTELLECTUAL, DisabilityDegree.GRADE_2, True),
        (DisabilityKind.VISUAL, DisabilityDegree.GRADE_1, True),
        (DisabilityKind.LIMB, DisabilityDegree.GRADE_3, False),
        (DisabilityKind.LIMB, DisabilityDegree.GRADE_4, False),
        (DisabilityKind.PSYCHIATRIC, DisabilityDegree.GRADE_1, False),
    ],
)
@pytest.mark.clause("SH2024-2.3.7-d")
def test_of_a_parent_only_a_severe_one_counts(
    kind: DisabilityKind, degree: DisabilityDegree, *, counts: bool
) -> None:
    record = disability(kind, degree)
    (recorded,) = given(*told_by(*SH_TWO)).when(record).facts()
    assert recorded == GuardianDisabilityRecorded(
        guardian_id=SH_FATHER, disability_kind=kind, disability_degree=degree
    )
    assert bool(after(*SH_TWO, record).facts.find(RiskFactor.RF_19)) is counts


def test_a_psychiatric_disability_of_a_parent_leaves_the_one_of_the_body() -> None:
    severe = disability(DisabilityKind.LIMB, DisabilityDegree.GRADE_1)
    mind = disability(DisabilityKind.PSYCHIATRIC, DisabilityDegree.GRADE_2)
    assert after(*SH_TWO, severe, mind).facts.find(RiskFactor.RF_19) is not None


def test_a_disability_that_is_over_closes_it() -> None:
    severe = disability(DisabilityKind.LIMB, DisabilityDegree.GRADE_1)
    over = jd(
        RecordGuardianDisability(
            guardian_id=SH_FATHER,
            disability_kind=DisabilityKind.LIMB,
            disability_degree=DisabilityDegree.GRADE_1,
            disability_over=True,
        ),
        "2024-09-01 09:00",
    )
    assert after(*SH_TWO, severe, over).facts.find(RiskFactor.RF_19) is None


def test_of_a_grandfather_who_is_guardian_it_does_not_count() -> None:
    appointed = jd(
        RecordGuardian(
            relation=Kinship.PATERNAL_GRANDFATHER,
            guardian_name="祖父",
            guardian_basis=GuardianBasis.COURT_ORDER,
        ),
        "2024-07-02 09:00",
    )
    grandfather = the_id(told_by(*SH_TWO, appointed), Kinship.PATERNAL_GRANDFATHER)
    severe = disability(DisabilityKind.LIMB, DisabilityDegree.GRADE_1, guardian_id=grandfather)
    assert after(*SH_TWO, appointed, severe).facts.find(RiskFactor.RF_19) is None


def test_a_disability_of_nobody_on_file() -> None:
    given(*told_by(*SH_TWO)).when(
        disability(DisabilityKind.LIMB, DisabilityDegree.GRADE_1, guardian_id=an_id("nobody"))
    ).then_refused("unknown_guardian")


# --- RF-33: confinement


def confine(guardian: object, at: str = LATER) -> Command[Any]:
    return cq(
        RecordGuardianConfinement(
            guardian_id=guardian,  # type: ignore[arg-type]
            confinement_kind=ConfinementKind.DETENTION,
            confined_from_on=date(2025, 3, 10),
        ),
        at,
    )


def test_a_confined_guardian_with_the_other_at_home_leaves_a_named_carer() -> None:
    given(*told_by(*CQ_TWO)).when(confine(CQ_FATHER)).then(
        GuardianConfined(
            guardian_id=CQ_FATHER,
            confinement_kind=ConfinementKind.DETENTION,
            confined_from_on=date(2025, 3, 10),
            carer_recorded=True,
            care_unit_id=COUNTY.id,
        )
    )
    fact = after(*CQ_TWO, confine(CQ_FATHER)).facts.find(RiskFactor.RF_33)
    assert fact is not None
    assert fact.carer_named


def test_nobody_left_to_care_is_r1_until_somebody_is_named() -> None:
    alone = (*CQ_TWO, cq(gone(CQ_MOTHER), "2025-03-04 09:00"), confine(CQ_FATHER))
    child = after(*alone)
    fact = child.facts.find(RiskFactor.RF_33)
    assert fact is not None
    assert not fact.carer_named
    found = evaluate(child.facts.facts, (), local("2025-03-10 12:00"))
    assert found.tier is not None
    assert (found.tier.code, found.rule_id) == ("R1", "R-E5")
    confined = told_by(*alone)[-1]
    assert isinstance(confined, GuardianConfined)
    assert confined.carer_recorded is False
    carer = cq(
        DesignateEntrustedCarer(
            carer_name="姑母",
            carer_relation=Kinship.UNCLE_OR_AUNT,
            carer_birth_on=date(1985, 1, 1),
            carer_capability=CarerCapability.CAPABLE,
        ),
        "2025-03-11 09:00",
    )
    cared = after(*alone, carer).facts.find(RiskFactor.RF_33)
    assert cared is not None
    assert cared.carer_named


def test_release_closes_it_and_nothing_happens_twice() -> None:
    free = cq(
        RecordGuardianRelease(guardian_id=CQ_FATHER, released_on=date(2025, 3, 20)),
        "2025-03-20 09:00",
    )
    held = (*CQ_TWO, confine(CQ_FATHER))
    given(*told_by(*held)).when(free).then(
        GuardianReleased(guardian_id=CQ_FATHER, released_on=date(2025, 3, 20))
    )
    assert after(*held, free).facts.find(RiskFactor.RF_33) is None
    given(*told_by(*CQ_TWO)).when(free).then_nothing()
    given(*told_by(*held)).when(confine(CQ_FATHER, "2025-03-11 09:00")).then_nothing()
    given(*told_by(*CQ_TWO)).when(confine(an_id("nobody"))).then_refused("unknown_guardian")


@pytest.mark.parametrize(
    ("day", "code"), [(21, "release_in_future"), (9, "release_before_confinement")]
)
def test_a_release_lies_between_the_confinement_and_today(day: int, code: str) -> None:
    free = RecordGuardianRelease(guardian_id=CQ_FATHER, released_on=date(2025, 3, day))
    given(*told_by(*CQ_TWO, confine(CQ_FATHER))).when(cq(free, "2025-03-20 09:00")).then_refused(
        code, field="releasedOn"
    )


def test_nobody_is_confined_before_the_day() -> None:
    given(*told_by(*CQ_TWO)).when(confine(CQ_FATHER, "2025-03-09 09:00")).then_refused(
        "confinement_in_future", field="confinedFromOn"
    )
