"""Left behind in rural Shanghai: four limbs, each met, missing or open (SH2020-1-a to 1-d)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.child.categories import (
    CategoryDetermined,
)
from domain.child.guardian_condition import AssessGuardianshipCapacity
from domain.child.guardians import RecordGuardian
from domain.kernel import Event
from domain.terms.care import (
    AbsenceReason,
    CapacityAssessor,
    CapacityResult,
    Kinship,
    LifeStatus,
)
from domain.terms.file import (
    CategoryBasis,
    CategoryGroup,
    ClauseId,
    CompetenceRoute,
    HukouKind,
    Limb,
)
from domain.terms.places import AreaType
from tests.domain.child.categories import SH, determine, first
from tests.domain.child.family import (
    DISTRICT,
    HUANHUA,
    SH_FARMER,
    STREET,
    both_away,
    gone,
    jd,
    sh_left_behind,
    sh_opening,
    the_id,
    told_by,
    with_parents,
)
from tests.dsl import given


def test_all_four_limbs_of_shanghai_are_met() -> None:
    facts = given(*told_by(*sh_left_behind())).when(jd(determine(SH), "2024-07-01 10:00")).facts()
    assert facts == (
        CategoryDetermined(
            category=SH,
            category_asked=SH,
            category_group=CategoryGroup.LBC,
            category_basis=CategoryBasis.TEXT,
            limbs_met=(
                Limb.AREA,
                Limb.CHILD_HUKOU,
                Limb.PARENTS_HUKOU,
                Limb.ABSENCE,
                Limb.AGE,
            ),
            definition_clauses=tuple(ClauseId(f"SH2020-1-{limb}") for limb in "abcd"),
            age_below=16,
            review_on=date(2030, 1, 2),
            review_unit_id=STREET.id,
            education_unit_id=DISTRICT.id,
            routes_met=(CompetenceRoute.RESIDENCE,),
            route_clauses=(ClauseId("SH2020-1-a"), ClauseId("SH2020-2.2-d")),
        ),
    )


@pytest.mark.parametrize(
    ("opened", "code", "clause"),
    [
        ({"area_type": AreaType.URBAN}, "category_area_not_met", "SH2020-1-a"),
        ({"area_type": AreaType.RURAL}, "category_area_not_met", "SH2020-1-a"),
        ({"area_type": None}, "category_area_not_met", "SH2020-1-a"),
        ({"hukou": HUANHUA}, "category_hukou_not_met", "SH2020-1-d"),
        (
            {"hukou": None, "hukou_elsewhere": "安徽省六安市"},
            "category_hukou_not_met",
            "SH2020-1-d",
        ),
        ({"birth_on": date(2008, 7, 1)}, "category_age_not_met", "SH2020-1-d"),
    ],
)
def test_a_limb_of_the_child_that_is_not_met_is_named(
    opened: dict[str, Any], code: str, clause: str
) -> None:
    history = told_by(*sh_left_behind(**opened))
    refused = (
        given(*history)
        .when(jd(determine(SH), "2024-07-01 10:00"))
        .then_refused(code, cites=clause, field="category")
    )
    assert refused.clauses == (clause,)


def test_under_sixteen_holds_until_the_day_before_the_birthday() -> None:
    history = told_by(*sh_left_behind(birth_on=date(2008, 7, 2)))
    assert (
        first(given(*history).when(jd(determine(SH), "2024-07-01 10:00")).facts()).limbs_open == ()
    )


PERMIT: dict[str, Any] = {
    "guardian_hukou_elsewhere": "安徽省六安市",
    "permit_until": date(2025, 12, 31),
}


@pytest.mark.parametrize(
    ("father", "mother", "met"),
    [
        (SH_FARMER, SH_FARMER, True),
        (SH_FARMER, PERMIT, True),
        (PERMIT, SH_FARMER, True),
        (SH_FARMER, {**PERMIT, "permit_until": date(2024, 7, 1)}, True),
        (SH_FARMER, {**PERMIT, "permit_until": date(2024, 6, 30)}, False),
        (SH_FARMER, {"guardian_hukou_elsewhere": "安徽省六安市"}, False),
        (PERMIT, PERMIT, False),
        ({**SH_FARMER, "guardian_hukou_kind": HukouKind.NON_AGRICULTURAL}, SH_FARMER, False),
        ({**SH_FARMER, "guardian_hukou_kind": None}, PERMIT, False),
    ],
)
def test_the_parents_hukou_or_permit(
    father: dict[str, Any], mother: dict[str, Any], *, met: bool
) -> None:
    commands = both_away(jd(sh_opening()), jd, "2024-07-01", father=father, mother=mother)
    asked = given(*told_by(*commands)).when(jd(determine(SH), "2024-07-01 10:00"))
    if met:
        assert Limb.PARENTS_HUKOU in first(asked.facts()).limbs_met
    else:
        asked.then_refused("category_parents_hukou_not_met", cites="SH2020-1-b")


def absences(father: AbsenceReason | None, mother: AbsenceReason | None) -> tuple[Event[Any], ...]:
    """The boy of Jiading with each parent away or not."""
    commands = list(
        with_parents(jd(sh_opening()), jd, "2024-07-01", father=SH_FARMER, mother=SH_FARMER)
    )
    facts = told_by(*commands)
    for minute, relation, reason in ((3, Kinship.FATHER, father), (4, Kinship.MOTHER, mother)):
        if reason is not None:
            leaving = gone(the_id(facts, relation), reason)
            commands.append(jd(leaving, f"2024-07-01 09:0{minute}"))
    return told_by(*commands)


def assessed(guardian: object, result: CapacityResult) -> AssessGuardianshipCapacity:
    return AssessGuardianshipCapacity(
        guardian_id=guardian,  # type: ignore[arg-type]
        assessors=(CapacityAssessor.CIVIL_AFFAIRS,),
        capacity_result=result,
        capacity_reasons="卧床不起",
    )


@pytest.mark.parametrize(
    ("father", "mother"),
    [
        (None, None),
        (AbsenceReason.WORK, None),
        (AbsenceReason.WORK, AbsenceReason.STUDY),
    ],
)
def test_one_parent_at_home_and_able_or_away_for_another_reason_is_no_absence(
    father: AbsenceReason | None, mother: AbsenceReason | None
) -> None:
    given(*absences(father, mother)).when(jd(determine(SH), "2024-07-01 10:00")).then_refused(
        "category_absence_not_met", cites="SH2020-1-c"
    )


@pytest.mark.parametrize(
    ("result", "met"),
    [(CapacityResult.INCAPABLE, True), (CapacityResult.LIMITED, False)],
)
def test_one_away_and_the_other_without_capacity(result: CapacityResult, *, met: bool) -> None:
    history = absences(AbsenceReason.WORK, None)
    mother = the_id(history, Kinship.MOTHER)
    (found,) = given(*history).when(jd(assessed(mother, result), "2024-07-01 09:30")).facts()
    asked = given(*history, found).when(jd(determine(SH), "2024-07-01 10:00"))
    if met:
        assert Limb.ABSENCE in first(asked.facts()).limbs_met
    else:
        asked.then_refused("category_absence_not_met")


@pytest.mark.parametrize("life", [LifeStatus.DECEASED, LifeStatus.UNTRACEABLE])
def test_a_dead_parent_is_no_less_unable_and_has_no_hukou_to_test(life: LifeStatus) -> None:
    commands = with_parents(
        jd(sh_opening()), jd, "2024-07-01", father=SH_FARMER, mother={"life_status": life}
    )
    facts = told_by(*commands)
    away = jd(gone(the_id(facts, Kinship.FATHER)), "2024-07-01 09:03")
    found = first(
        given(*told_by(*commands, away)).when(jd(determine(SH), "2024-07-01 10:00")).facts()
    )
    assert {Limb.ABSENCE, Limb.PARENTS_HUKOU} <= set(found.limbs_met)


def test_a_parent_not_on_file_leaves_the_absence_open() -> None:
    recorded = jd(
        RecordGuardian(relation=Kinship.FATHER, guardian_name="父", **SH_FARMER), "2024-07-01 09:01"
    )
    facts = told_by(jd(sh_opening()), recorded)
    away = jd(gone(the_id(facts, Kinship.FATHER)), "2024-07-01 09:03")
    given(*told_by(jd(sh_opening()), recorded, away)).when(
        jd(determine(SH), "2024-07-01 10:00")
    ).then_refused("category_absence_not_met")
