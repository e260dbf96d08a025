"""Categories in Chongqing and Changning, of visitors, under the baseline, and their review before the birthday."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.child.categories import CategoryDetermined
from domain.child.category_review import CategoryReviewDue, NoteCategoryReviewDue
from domain.child.key_targets import KeyTargetFlagged
from domain.kernel import Event
from domain.risk import RiskFactor
from domain.terms.file import (
    CategoryBasis,
    CategoryCode,
    CategoryGroup,
    Difficulty,
    DifficultyCause,
    KeyTargetGround,
    Limb,
    Sex,
)
from domain.terms.places import AreaType
from tests.domain.child.categories import CQ, CQ_BOTH, SH, determine, first
from tests.domain.child.family import (
    CAOTANG,
    EDUCATION,
    HUANHUA,
    JIADING,
    JIANGSU_ROAD,
    SCHOOL,
    TOWNSHIP,
    after,
    cn,
    cq,
    jd,
    li_left_behind,
    opening,
    sh_left_behind,
    sh_opening,
    told_by,
)
from tests.dsl import given

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
    assert (found.age_below, found.review_on) == (None, date(2025, 11, 2)), "before majority"
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


@pytest.mark.parametrize(("code", "told", "clause", "factor"), CLASSES)
def test_another_difficulty_is_entered_in_words_where_the_list_is_open(
    code: CategoryCode, told: dict[str, Any], clause: str, factor: RiskFactor
) -> None:
    """CN2017-1-a, -b: 生活、就医、就学等困难; CN2017-1-c says what it is that failing guardianship leads to."""
    assert factor
    other = told | {"difficulties": (Difficulty.OTHER,)}
    history = given(*changning())
    history.when(cn(determine(code, **other), "2019-03-30 11:00")).then_refused(
        "other_difficulty_unsaid", field="factsNote"
    )
    said = cn(determine(code, **other, facts_note="冬季无取暖"), "2019-03-30 11:00")
    if code is CategoryCode.DIFFICULTY_GUARDIANSHIP:
        history.when(said).then_refused("category_difficulty_missing", cites=clause)
    else:
        assert first(history.when(said).facts()).difficulties == (Difficulty.OTHER,)


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
