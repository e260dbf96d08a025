"""The children of those taken into custody: they are asked for, and cared for (scenario 4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.case.care_secured import (
    emergency_may_finish,
)
from domain.case.custody import (
    ArrangeTemporaryCareOnCustody,
    CustodyChildInquiryMade,
    MakeCustodyChildInquiry,
    TemporaryCareOnCustodyArranged,
)
from domain.case.report_state import Stage
from domain.risk import RiskFactor
from domain.terms.emergency import EmergencyDuty
from domain.terms.measures import (
    CustodyCarer,
    CustodyDecision,
)
from domain.terms.places import DivisionId
from tests.domain.case.cast import (
    CIVIL_CN,
    JIANGSU_ROAD,
    LI,
    MOTHER_BACK,
    STREET_CN,
    case_of,
    child,
    cn,
    cq,
)
from tests.domain.case.on_scene import (
    ALONE,
    after,
    then,
)
from tests.dsl import given, local, person


def inquiry(*, yes: bool) -> MakeCustodyChildInquiry:
    """Have you minor children in need of care?"""
    return MakeCustodyChildInquiry(
        custody_decision=CustodyDecision.ADMINISTRATIVE_DETENTION,
        custody_person="张某",
        has_minor_child=yes,
        incident_place=DivisionId(JIANGSU_ROAD),
        children=(LI,) if yes else (),
        custody_ends_on=date(2019, 4, 14) if yes else None,
    )


def test_a_child_of_whom_nobody_knows_where_it_is_is_for_the_district_of_the_organ() -> None:
    told = MakeCustodyChildInquiry(
        custody_decision=CustodyDecision.IMPRISONMENT,
        custody_person="张某",
        has_minor_child=True,
        child_description="儿子,约六岁,随父打工",
    )
    organ = person("warder", "case_organ", unit_id=CIVIL_CN.id)
    (made,) = given().when(cn(told, by=organ)).facts()
    assert isinstance(made, CustodyChildInquiryMade)
    assert (made.incident_place, made.care_unit_id) == (CIVIL_CN.division_id, CIVIL_CN.id)


def test_a_yes_starts_a_duty_at_once() -> None:
    history = then((), cn(inquiry(yes=True)))
    assert history == (
        CustodyChildInquiryMade(
            custody_decision=CustodyDecision.ADMINISTRATIVE_DETENTION,
            custody_person="张某",
            has_minor_child=True,
            custody_ends_on=date(2019, 4, 14),
            incident_place=DivisionId(JIANGSU_ROAD),
            children=(LI,),
            care_unit_id=CIVIL_CN.id,
            township_unit_id=STREET_CN.id,
            arrange_by=local("2019-03-30 10:30"),
        ),
    )
    case = case_of(*history)
    assert case.stage is Stage.NOTIFIED
    assert case.emergency.open_duties == (EmergencyDuty.SECURE_CARE,)
    assert case.facts.find(RiskFactor.RF_33) is not None
    assert not emergency_may_finish(case, {LI: child(care=MOTHER_BACK)})


def test_a_no_is_kept() -> None:
    case = case_of(*then((), cn(inquiry(yes=False))))
    assert case.stage is Stage.CLOSED
    assert case.facts.facts == ()


CARE = ArrangeTemporaryCareOnCustody(
    custody_carer=CustodyCarer.RELATIVE, carer_name="姨妈", custody_ends_on=date(2019, 4, 14)
)


def test_care_during_custody_has_a_name_and_is_reviewed_at_the_release() -> None:
    """CN2017-3.4-d: as said with the arrangement, else as the organ said when it asked."""
    history = then((), cn(inquiry(yes=True)))
    given(*history).when(cn(CARE, at="2019-03-30 10:20")).then(
        TemporaryCareOnCustodyArranged(
            child_id=LI,
            custody_carer=CustodyCarer.RELATIVE,
            carer_name="姨妈",
            custody_ends_on=date(2019, 4, 14),
            review_on=date(2019, 4, 14),
        )
    )
    case = after(history, cn(CARE, at="2019-03-30 10:20"))
    fact = case.facts.find(RiskFactor.RF_33)
    assert fact is not None
    assert fact.carer_named
    assert case.emergency.open_duties == ()
    assert emergency_may_finish(case, {})
    silent = cn(replace(CARE, custody_ends_on=None), at="2019-03-30 10:20")
    (arranged,) = given(*history).when(silent).facts()
    assert arranged.review_on == date(2019, 4, 14)  # type: ignore[attr-defined]
    nobody = cn(replace(CARE, carer_name=" "), at="2019-03-30 10:20")
    given(*history).when(nobody).then_refused("custody_carer_missing", field="carerName")
    given(*ALONE).when(cq(CARE, at="2025-03-03 10:00")).then_refused("out_of_turn")
