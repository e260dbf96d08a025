"""资格筛查: indicated, screened on facts and age, screened again on new facts only (D.6, T-09, T-11, I.25)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.child.entitlement_application import DeclineEntitlement
from domain.child.entitlement_decision import RefuseEntitlement
from domain.child.entitlement_screening import (
    EntitlementIndicated,
    EntitlementScreened,
    IndicateEntitlements,
)
from domain.child.entitlement_state import EntitlementStatus
from domain.child.state import Child
from domain.divisions import Divisions
from domain.kernel import Command, decide, evolve, replay
from domain.risk import RiskFactor
from domain.rulebook import Rulebook, jurisdiction_of
from domain.terms.entitlements import AidApplicant
from domain.terms.units import UnitKind
from tests.domain.child.aid import (
    A_CHILD,
    DISABLED,
    EDUCATION,
    HOUSING,
    F,
    T,
    apply,
    changning,
    changning_child,
    day,
    jiading,
    jiading_child,
    screen,
)
from tests.domain.child.family import CHANGNING_CIVIL, CHILD, JIANGSU_ROAD, JUYUAN, after, told_by
from tests.dsl import given


def screened(command: Command[Any], *before: Command[Any]) -> EntitlementScreened:
    (fact,) = given(*told_by(*(before or (A_CHILD,)))).when(command).facts()
    assert isinstance(fact, EntitlementScreened)
    return fact


def test_a_match_is_eligible_and_somebody_owes_a_decision() -> None:
    fact = screened(changning(screen(T.MINIMUM_LIVING, F.MINIMUM_LIVING_CONDITIONS)))
    assert (fact.eligible, fact.age_fits, fact.newly_opened) == (True, True, True)
    assert fact.entitlement_unit_id == CHANGNING_CIVIL.id
    assert fact.entitlement_by == date(2019, 4, 29)
    assert not fact.date_provisional


def test_the_day_is_provisional_where_the_calendar_is_not_published() -> None:
    child = jiading_child()
    fact = screened(
        jiading(screen(T.BASIC_LIVING, F.BASIC_LIVING_CONDITIONS), "2026-12-20 09:00"), child
    )
    assert fact.date_provisional


FIVE = (
    F.VISUAL_DISABILITY,
    F.HEARING_DISABILITY,
    F.SPEECH_DISABILITY,
    F.INTELLECTUAL_DISABILITY,
    F.LIMB_DISABILITY,
)
ANY = (*FIVE, F.PSYCHIATRIC_DISABILITY, F.MULTIPLE_DISABILITY)
"""残疾儿童, whichever disability it is; whoever has several has one of the five."""
DESTITUTE = (F.NO_LABOUR, F.NO_MEANS)
OF_CHANGNING: tuple[tuple[str, T, tuple[tuple[F, ...], ...], tuple[tuple[F, ...], ...]], ...] = (
    ("CN2017-3.1-a", T.MINIMUM_LIVING, ((F.MINIMUM_LIVING_CONDITIONS,),), ((F.SUDDEN_HARDSHIP,),)),
    (
        "CN2017-3.1-b",
        T.HARDSHIP_SUPPORT,
        ((*DESTITUTE, F.NO_SUPPORTER), (*DESTITUTE, F.SUPPORTER_INCAPABLE)),
        (DESTITUTE, (F.NO_LABOUR, F.NO_SUPPORTER), (F.NO_MEANS, F.NO_SUPPORTER)),
    ),
    ("CN2017-3.1-c0", T.SCATTERED_ORPHAN, ((F.BOTH_PARENTS_DEAD,),), ((F.ECONOMIC_HARDSHIP,),)),
    ("CN2017-3.1-c", T.SCATTERED_ORPHAN, ((F.RAISED_BY_OTHERS,),), ((F.SUPPORTER_INCAPABLE,),)),
    (
        "CN2017-3.2-b",
        T.MEDICAL_AID,
        (
            (F.MINIMUM_LIVING_FAMILY,),
            (F.LOW_INCOME_FAMILY,),
            (F.HARDSHIP_SUPPORTED,),
            (F.RAISED_BY_OTHERS,),
            (F.BOTH_PARENTS_DEAD,),
        ),
        ((F.ECONOMIC_HARDSHIP,),),
    ),
    ("CN2017-3.3-a", T.EDU_AID, ((F.ECONOMIC_HARDSHIP,),), ((F.HEARING_DISABILITY,),)),
    ("CN2017-3.3-b", T.FREE_EDUCATION, tuple((f,) for f in ANY), ((F.ECONOMIC_HARDSHIP,),)),
    (
        "CN2017-3.5.2-a",
        T.REHABILITATION,
        tuple((f,) for f in (*FIVE, F.MULTIPLE_DISABILITY, F.AUTISM)),
        ((F.PSYCHIATRIC_DISABILITY,),),
    ),
    (
        "CN2017-3.5.2-b",
        T.TOMORROW_PLAN,
        tuple((F.BOTH_PARENTS_DEAD, f) for f in ANY),
        ((F.LIMB_DISABILITY,), (F.BOTH_PARENTS_DEAD,)),
    ),
    ("CN2017-5.1-w", T.HOUSING, ((F.HOUSING_CONDITIONS,),), ((F.ECONOMIC_HARDSHIP,),)),
)
OF_THE_PLAN = tuple(
    ("SH2024-2.3.8-d", subsidy, tuple((f,) for f in (*ANY, F.AUTISM)), ((F.ECONOMIC_HARDSHIP,),))
    for subsidy in (T.SURGERY_SUBSIDY, T.DEVICE_SUBSIDY, T.TRAINING_SUBSIDY)
)


@pytest.mark.parametrize(
    ("clause", "entitlement", "enough", "too_little"),
    [*OF_CHANGNING, *OF_THE_PLAN],
    ids=lambda v: v if isinstance(v, str) else None,
)
def test_the_facts_are_those_of_the_text(
    clause: str,
    entitlement: T,
    enough: tuple[tuple[F, ...], ...],
    too_little: tuple[tuple[F, ...], ...],
) -> None:
    """Each of the alternatives is enough, and nothing short of one; the clause stands behind it."""
    here, child = changning, changning_child("2015-05-04")
    if clause.startswith("SH2024"):
        here, child = jiading, jiading_child()
    for facts, eligible in [(f, True) for f in enough] + [(f, False) for f in too_little]:
        command = here(screen(entitlement, *facts))
        assert screened(command, child).eligible is eligible, facts
        assert clause in command.rules.cite("entitlements", entitlement)


@pytest.mark.parametrize(
    ("entitlement", "fact", "unit"),
    [
        (T.EDU_AID, F.ECONOMIC_HARDSHIP, EDUCATION),
        (T.FREE_EDUCATION, F.HEARING_DISABILITY, EDUCATION),
        (T.HOUSING, F.HOUSING_CONDITIONS, HOUSING),
        (T.SURGERY_SUBSIDY, F.HEARING_DISABILITY, DISABLED),
        (T.MINIMUM_LIVING, F.MINIMUM_LIVING_CONDITIONS, CHANGNING_CIVIL),
    ],
)
def test_each_department_decides_its_own(entitlement: T, fact: F, unit: Any) -> None:
    assert screened(changning(screen(entitlement, fact))).entitlement_unit_id == unit.id


@pytest.mark.parametrize(("at", "fits"), [("2019-11-19", True), ("2019-11-20", False)])
def test_support_of_the_destitute_is_for_those_under_sixteen(at: str, *, fits: bool) -> None:
    """T-09: on the sixteenth birthday no longer."""
    command = screen(T.HARDSHIP_SUPPORT, F.NO_LABOUR, F.NO_MEANS, F.NO_SUPPORTER)
    fact = screened(changning(command, f"{at} 09:00"), changning_child("2003-11-20"))
    assert (fact.age_fits, fact.eligible) == (fits, fits)
    assert (fact.entitlement_by is not None) is fits


@pytest.mark.parametrize(("born", "fits"), [("2012-05-02", True), ("2012-04-01", False)])
def test_nought_to_six_is_until_the_seventh_birthday(born: str, *, fits: bool) -> None:
    """T-11: six years and eleven months is within; the boundary is a number of the pack."""
    command = changning(screen(T.REHABILITATION, F.HEARING_DISABILITY), "2019-04-01 09:00")
    assert screened(command, changning_child(born)).eligible is fits


def test_the_age_of_another_text_binds_nowhere_else() -> None:
    command = screen(T.HARDSHIP_SUPPORT, F.NO_LABOUR, F.NO_MEANS, F.NO_SUPPORTER)
    assert screened(jiading(command), jiading_child("2007-01-01")).eligible


def test_facts_must_be_named() -> None:
    given(*told_by(A_CHILD)).when(changning(screen(T.MINIMUM_LIVING))).then_refused(
        "basis_facts_missing", cites="CN2017-3.1-a", field="basisFacts"
    )


def test_asking_twice_changes_nothing() -> None:
    first = changning(screen(T.MINIMUM_LIVING, F.MINIMUM_LIVING_CONDITIONS))
    again = changning(screen(T.MINIMUM_LIVING, F.MINIMUM_LIVING_CONDITIONS), "2019-04-02 09:00")
    given(*told_by(A_CHILD, first)).when(again).then_nothing()


def test_what_was_refused_is_screened_again_on_new_facts_only() -> None:
    history = (
        A_CHILD,
        changning(screen(T.MEDICAL_AID, F.LOW_INCOME_FAMILY)),
        changning(apply(T.MEDICAL_AID), "2019-04-02 09:00"),
        changning(
            RefuseEntitlement(entitlement=T.MEDICAL_AID, entitlement_reason="收入超过标准"),
            "2019-04-10 09:00",
        ),
    )
    same = changning(screen(T.MEDICAL_AID, F.LOW_INCOME_FAMILY), "2019-05-01 09:00")
    given(*told_by(*history)).when(same).then_refused("entitlement_facts_unchanged")
    new = changning(screen(T.MEDICAL_AID, F.MINIMUM_LIVING_FAMILY), "2019-05-01 09:00")
    assert screened(new, *history).eligible


def test_who_cannot_be_supported_is_a_risk_fact() -> None:
    """RF-36, and nothing says that the child is an orphan (I.25)."""
    command = changning(screen(T.SCATTERED_ORPHAN, F.RAISED_BY_OTHERS))
    child = after(A_CHILD, command)
    assert child.facts.find(RiskFactor.RF_36) is not None
    assert "孤" not in T.SCATTERED_ORPHAN.zh
    assert "orphan" not in T.SCATTERED_ORPHAN.en.lower()
    assert F.BOTH_PARENTS_DEAD not in {*screened(command).basis_facts}


def test_the_basic_living_allowance_is_proposed_without_application_in_shanghai() -> None:
    command = screen(T.BASIC_LIVING, F.BASIC_LIVING_CONDITIONS)
    assert screened(jiading(command), jiading_child()).proposed_without_application
    assert not screened(changning(command)).proposed_without_application


# ── Indicated by an assessment


def indicated(child: Child, *entitlements: T) -> tuple[Any, ...]:
    command = IndicateEntitlements(entitlements=entitlements, hardship_facts="父亲失业")
    return decide(child, changning(command, "2019-05-06 09:00"))


@pytest.mark.clause("SH2020-4.3-d", "CQ2016-4.3-f", "CN2017-3.1-a", "SH2024-2.3.8-a", "CQ2024-1-e")
def test_hardship_opens_an_item_for_each_type_that_was_named() -> None:
    first, second = indicated(after(A_CHILD), T.MINIMUM_LIVING, T.EDU_AID)
    assert isinstance(first, EntitlementIndicated)
    assert (first.entitlement, second.entitlement) == (T.MINIMUM_LIVING, T.EDU_AID)
    assert (first.entitlement_unit_id, second.entitlement_unit_id) == (
        CHANGNING_CIVIL.id,
        EDUCATION.id,
    )
    assert first.entitlement_by == date(2019, 6, 3)


def test_hardship_without_a_type_is_one_item_that_screening_takes_over() -> None:
    child = after(A_CHILD)
    (hint,) = indicated(child)
    assert hint.entitlement is None
    child = evolve(child, hint)
    screening = screen(T.TEMP_AID, F.SUDDEN_HARDSHIP)
    (fact,) = decide(child, changning(screening, "2019-05-20 09:00"))
    assert isinstance(fact, EntitlementScreened)
    assert fact.entitlement_item_id == hint.entitlement_item_id
    assert not fact.newly_opened
    assert fact.entitlement_by == day("2019-06-03"), "screening gives no more time"


def test_an_assessment_says_nothing_new_of_what_is_in_hand_or_declined() -> None:
    in_hand = changning(screen(T.MINIMUM_LIVING, F.MINIMUM_LIVING_CONDITIONS))
    assert indicated(after(A_CHILD, in_hand), T.MINIMUM_LIVING) == ()
    said_no = DeclineEntitlement(
        entitlement=T.MINIMUM_LIVING, declined_by_whom=AidApplicant.GUARDIAN
    )
    declined = after(A_CHILD, in_hand, changning(said_no, "2019-04-03 09:00"))
    item = declined.entitlements.current(T.MINIMUM_LIVING)
    assert item is not None
    assert item.status is EntitlementStatus.DECLINED
    assert indicated(declined, T.MINIMUM_LIVING) == ()


def test_every_row_of_the_packs_is_a_type_facts_a_unit_and_an_age_that_exist() -> None:
    divisions = Divisions.load()
    for where, on in ((JIANGSU_ROAD, day("2019-06-01")), (JUYUAN, day("2024-06-01"))):
        rules = Rulebook.load().in_force(jurisdiction_of(divisions, where, on), on)
        rows = rules.table("entitlements")
        assert set(rows) == set(T)
        for row in rows.values():
            assert {F(f) for f in row.facts | row.any_facts}
            assert UnitKind(row.unit)
            assert row.age_parameter is None or rules.count(row.age_parameter)
    assert replay(Child(id=CHILD), ()).entitlements.items == ()
