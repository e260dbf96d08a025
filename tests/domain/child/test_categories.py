"""Categories: every limb of every definition, judged by the pack of the day; the baseline where no text defines."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.child.categories import (
    CategoryDetermined,
    CategoryReviewDue,
    DetermineCategory,
    NoteCategoryReviewDue,
)
from domain.child.guardian_condition import AssessGuardianshipCapacity
from domain.child.guardians import RecordGuardian
from domain.child.key_targets import KeyTargetFlagged
from domain.kernel import Event
from domain.risk import RiskFactor
from domain.terms.care import (
    AbsenceReason,
    CapacityAssessor,
    CapacityResult,
    Kinship,
    LifeStatus,
)
from domain.terms.file import (
    CategoryBasis,
    CategoryCode,
    CategoryGroup,
    ClauseId,
    Difficulty,
    DifficultyCause,
    HukouKind,
    KeyTargetGround,
    Limb,
    Sex,
)
from domain.terms.places import AreaType
from tests.domain.child.family import (
    CAOTANG,
    DISTRICT,
    EDUCATION,
    HUANHUA,
    JIADING,
    JIANGSU_ROAD,
    SCHOOL,
    SH_FARMER,
    STREET,
    TOWNSHIP,
    after,
    both_away,
    cn,
    cq,
    gone,
    jd,
    li_left_behind,
    opening,
    sh_left_behind,
    sh_opening,
    the_id,
    told_by,
    with_parents,
)
from tests.dsl import given

SH, CQ, CQ_BOTH = (
    CategoryCode.LBC_RURAL_SH,
    CategoryCode.LBC_CQ_RURAL,
    CategoryCode.LBC_CQ_URBAN_RURAL,
)


def determine(code: CategoryCode, **more: Any) -> DetermineCategory:
    return DetermineCategory(category=code, **more)


def first(facts: tuple[Event[Any], ...]) -> CategoryDetermined:
    assert isinstance(facts[0], CategoryDetermined)
    return facts[0]


# --- Shanghai: four limbs (SH2020-1-a … 1-d)


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


# --- Chongqing: absence and age; rural in 2016, urban and rural from 2024


def test_rural_chongqing_asks_for_area_absence_and_age_and_flags_the_girl() -> None:
    history = told_by(*li_left_behind(school_unit_id=SCHOOL))
    determined, flagged = given(*history).when(cq(determine(CQ), "2025-03-03 10:00")).facts()
    assert isinstance(determined, CategoryDetermined)
    assert determined.category_basis is CategoryBasis.TEXT
    assert determined.limbs_met == (Limb.AREA, Limb.ABSENCE, Limb.AGE)
    assert determined.definition_clauses == ("CQ2016-1-a",)
    assert (determined.review_on, determined.review_unit_id) == (date(2031, 4, 2), TOWNSHIP.id)
    assert (determined.education_unit_id, determined.school_unit_id) == (EDUCATION.id, SCHOOL)
    assert isinstance(flagged, KeyTargetFlagged)
    assert flagged.key_target_ground is KeyTargetGround.GIRL


def test_the_urban_child_of_chongqing_is_left_behind_by_assumption_from_2024() -> None:
    history = told_by(*li_left_behind(area_type=AreaType.URBAN, sex=Sex.MALE))
    given(*history).when(cq(determine(CQ), "2025-03-03 10:00")).then_refused(
        "category_area_not_met", cites="CQ2016-1-a"
    )
    (determined,) = given(*history).when(cq(determine(CQ_BOTH), "2025-03-03 10:00")).facts()
    assert isinstance(determined, CategoryDetermined)
    assert determined.category_basis is CategoryBasis.ASSUMPTION
    assert determined.limbs_met == (Limb.ABSENCE, Limb.AGE)
    assert determined.definition_clauses == ("CQ2024-0-c", "CQ2016-1-a")


def test_before_2024_chongqing_knows_no_urban_category() -> None:
    history = told_by(*li_left_behind("2023-02-06"))
    given(*history).when(cq(determine(CQ_BOTH), "2023-02-06 10:00")).then_refused(
        "category_not_defined_here", cites="CQ2016-1-a", field="category"
    )


def test_a_late_recorded_fact_is_judged_by_its_own_day() -> None:
    history = told_by(*li_left_behind("2023-02-06"))
    late = cq(
        determine(CQ_BOTH),
        "2025-03-03 10:00",
        occurred="2024-06-13 10:00",
    )
    given(*history).when(late).then_refused("category_not_defined_here")
    on_the_day = cq(determine(CQ_BOTH), "2025-03-03 10:00", occurred="2024-06-14 10:00")
    assert first(given(*history).when(on_the_day).facts()).category is CQ_BOTH


def test_the_category_of_the_other_city_is_not_defined_here() -> None:
    given(*told_by(*li_left_behind())).when(cq(determine(SH), "2025-03-03 10:00")).then_refused(
        "category_not_defined_here"
    )


def test_no_hukou_limb_in_chongqing() -> None:
    history = told_by(*li_left_behind(hukou=None, hukou_elsewhere="四川省达州市"))
    assert (
        first(given(*history).when(cq(determine(CQ), "2025-03-03 10:00")).facts()).limbs_open == ()
    )


# --- Changning: three classes of children in difficulty


POOR = {"causes": (DifficultyCause.POVERTY,), "difficulties": (Difficulty.SCHOOLING,)}
DISABLED = {"causes": (DifficultyCause.DISABILITY,), "difficulties": (Difficulty.NURSING,)}
UNSAFE = {"causes": (DifficultyCause.GUARDIANSHIP,), "difficulties": (Difficulty.SAFETY,)}
CLASSES = (
    (CategoryCode.DIFFICULTY_POVERTY, POOR, "CN2017-1-a", RiskFactor.RF_24),
    (CategoryCode.DIFFICULTY_DISABILITY, DISABLED, "CN2017-1-b", RiskFactor.RF_20),
    (CategoryCode.DIFFICULTY_GUARDIANSHIP, UNSAFE, "CN2017-1-c", RiskFactor.RF_05),
)


def changning(**more: Any) -> tuple[Event[Any], ...]:
    return told_by(cn(sh_opening(residence=JIANGSU_ROAD, birth_on=date(2008, 1, 1), **more)))


@pytest.mark.parametrize(("code", "told", "clause", "factor"), CLASSES)
def test_each_class_needs_its_cause_and_a_difficulty_of_it(
    code: CategoryCode, told: dict[str, Any], clause: str, factor: RiskFactor
) -> None:
    found = first(given(*changning()).when(cn(determine(code, **told), "2019-03-30 11:00")).facts())
    assert (found.category, found.category_group) == (code, CategoryGroup.CID)
    assert found.category_basis is CategoryBasis.TEXT
    assert found.definition_clauses == (clause,)
    assert found.limbs_met == (Limb.CAUSE, Limb.DIFFICULTY)
    assert (found.age_below, found.review_on) == (None, None)
    child = after(
        cn(sh_opening(residence=JIANGSU_ROAD, birth_on=date(2008, 1, 1))),
        cn(determine(code, **told), "2019-03-30 11:00"),
    )
    assert child.facts.source(factor) == found.told.event_id


@pytest.mark.parametrize(("code", "told", "clause", "factor"), CLASSES)
def test_a_class_without_its_cause_or_difficulty_is_refused(
    code: CategoryCode, told: dict[str, Any], clause: str, factor: RiskFactor
) -> None:
    assert factor
    given(*changning()).when(
        cn(determine(code, causes=(DifficultyCause.ILLNESS,)), "2019-03-30 11:00")
    ).then_refused("category_cause_not_met", cites=clause)
    given(*changning()).when(
        cn(determine(code, causes=told["causes"]), "2019-03-30 11:00")
    ).then_refused("category_difficulty_missing", cites=clause)


def test_the_hukou_of_the_child_is_not_asked_in_changning() -> None:
    history = changning(hukou=HUANHUA)
    poor = cn(determine(CategoryCode.DIFFICULTY_POVERTY, **POOR), "2019-03-30 11:00")
    assert first(given(*history).when(poor).facts()).limbs_open == ()


def test_a_child_may_be_left_behind_and_in_difficulty() -> None:
    commands = (
        *li_left_behind(),
        cq(determine(CQ), "2025-03-03 10:00"),
        cq(
            determine(CategoryCode.IN_DIFFICULTY, causes=(DifficultyCause.ILLNESS,)),
            "2025-03-03 10:01",
        ),
    )
    child = after(*commands)
    assert child.file.categories == {"LBC_CQ_RURAL", "IN_DIFFICULTY"}
    assert child.facts.find(RiskFactor.RF_25)


def test_asking_twice_changes_nothing() -> None:
    history = told_by(*li_left_behind(), cq(determine(CQ), "2025-03-03 10:00"))
    given(*history).when(cq(determine(CQ), "2025-03-03 10:01")).then_nothing()


# --- Visitors


def test_a_child_who_joins_its_parents_in_shanghai_for_the_holidays() -> None:
    visiting = told_by(jd(opening(residence=JIADING, hukou=CAOTANG, area_type=None)))
    found = first(
        given(*visiting)
        .when(jd(determine(CategoryCode.REUNITING_VISITOR), "2024-07-05 09:00"))
        .facts()
    )
    assert (found.category_group, found.category_basis) == (
        CategoryGroup.VISITOR,
        CategoryBasis.TEXT,
    )
    assert found.definition_clauses == ("SH2024-2.3.10-b",)


def test_where_the_text_is_silent_on_visitors_the_label_says_so() -> None:
    found = first(
        given(*told_by(cq(opening())))
        .when(cq(determine(CategoryCode.REUNITING_VISITOR), "2025-03-03 10:00"))
        .facts()
    )
    assert found.category_basis is CategoryBasis.SILENT
    assert found.definition_clauses == ()


# --- No definition in force: the platform's baseline, labelled, never refused (law 10)


def test_after_sh2020_ended_left_behind_children_are_entered_under_the_baseline() -> None:
    facts = given(*told_by(*sh_left_behind())).when(jd(determine(SH), "2026-01-01 10:00")).facts()
    found = first(facts)
    assert (found.category, found.category_asked) == (CategoryCode.LEFT_BEHIND, SH)
    assert found.category_basis is CategoryBasis.DEFINITION_ENDED
    assert found.limbs_met == (Limb.ABSENCE, Limb.AGE)
    assert found.definition_clauses == ()


def test_on_its_last_day_sh2020_still_defines() -> None:
    found = first(
        given(*told_by(*sh_left_behind())).when(jd(determine(SH), "2025-12-31 10:00")).facts()
    )
    assert (found.category, found.category_basis) == (SH, CategoryBasis.TEXT)


def test_the_baseline_notes_what_is_not_met_and_refuses_nobody() -> None:
    history = told_by(jd(sh_opening()))
    found = first(given(*history).when(jd(determine(SH), "2026-01-01 10:00")).facts())
    assert found.category is CategoryCode.LEFT_BEHIND
    assert found.limbs_open == (Limb.ABSENCE,)


@pytest.mark.parametrize(
    ("here", "at", "basis"),
    [
        (cn, "2023-03-30 11:00", CategoryBasis.DEFINITION_ENDED),
        (jd, "2024-07-01 11:00", CategoryBasis.PLATFORM_BASELINE),
        (cq, "2025-03-03 11:00", CategoryBasis.PLATFORM_BASELINE),
    ],
)
def test_children_in_difficulty_without_a_definition_in_force(
    here: Any, at: str, basis: CategoryBasis
) -> None:
    poor = determine(CategoryCode.DIFFICULTY_POVERTY, **POOR)
    history = told_by(here(sh_opening(birth_on=date(2012, 1, 1)), "2019-03-30 10:00"))
    found = first(given(*history).when(here(poor, at)).facts())
    assert (found.category, found.category_basis) == (CategoryCode.IN_DIFFICULTY, basis)
    assert found.category_asked is CategoryCode.DIFFICULTY_POVERTY


def test_before_any_text_the_baseline_stands_alone() -> None:
    history = told_by(*li_left_behind("2016-06-29"))
    found = first(given(*history).when(cq(determine(CQ), "2016-06-29 10:00")).facts())
    assert (found.category, found.category_basis) == (
        CategoryCode.LEFT_BEHIND,
        CategoryBasis.PLATFORM_BASELINE,
    )


# --- The review before the birthday


def test_the_clock_asks_for_a_review_sixty_days_before_the_birthday() -> None:
    history = told_by(*li_left_behind(), cq(determine(CQ), "2025-03-03 10:00"))
    note = NoteCategoryReviewDue(category=CQ)
    given(*history).when(cq(note, "2031-04-01 00:00")).then_nothing()
    given(*history).when(cq(note, "2031-04-02 00:00")).then(
        CategoryReviewDue(category=CQ, review_unit_id=TOWNSHIP.id)
    )


def test_no_review_of_a_category_the_child_is_not_in_or_that_has_no_age() -> None:
    given(*told_by(cq(opening()))).when(
        cq(NoteCategoryReviewDue(category=CQ), "2031-04-02 00:00")
    ).then_nothing()
    poor = cn(determine(CategoryCode.DIFFICULTY_POVERTY, **POOR), "2019-03-30 11:00")
    facts = given(*changning()).when(poor).facts()
    given(*changning(), *facts).when(
        cn(NoteCategoryReviewDue(category=CategoryCode.DIFFICULTY_POVERTY), "2019-05-01 00:00")
    ).then_nothing()


def test_a_category_is_determined_of_an_open_file() -> None:
    given().when(cq(determine(CQ))).then_refused("out_of_turn")
