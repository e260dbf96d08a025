"""A child needs care and nobody has reported anything: the street opens the case itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.case.assessment import AssessmentStarted, StartAssessment
from domain.case.assessment_result import CompleteAssessment
from domain.case.care_needed import CareNeedFound, CareNeedGround, FindCareNeed
from domain.case.report_state import Stage
from domain.terms.emergency import EmergencyDuty
from domain.terms.places import DivisionId
from tests.domain.case.cast import (
    CIVIL_CN,
    CIVIL_CQ,
    HUANHUA,
    JIANGSU_ROAD,
    LI,
    STREET_CN,
    case_of,
    cn,
    cq,
)
from tests.domain.case.on_scene import then
from tests.dsl import given, local

NEED = FindCareNeed(
    care_need_ground=CareNeedGround.SUDDEN_EVENT,
    care_need_note="母亲车祸入院,家中无其他成年人",
    incident_place=DivisionId(JIANGSU_ROAD),
    children=(LI,),
)
FOUND = CareNeedFound(
    care_need_ground=CareNeedGround.SUDDEN_EVENT,
    care_need_note="母亲车祸入院,家中无其他成年人",
    incident_place=DivisionId(JIANGSU_ROAD),
    children=(LI,),
    township_unit_id=STREET_CN.id,
    placing_unit_id=STREET_CN.id,
    care_secured_by=local("2019-03-30 10:30"),
)


def test_the_street_opens_the_case_and_care_is_secured_at_once() -> None:
    """CN2017-2-h, CN2017-4.3-c."""
    given().when(cn(NEED)).then(FOUND)


def test_elsewhere_civil_affairs_place_the_child() -> None:
    """CN2017-2-h, CN2017-4.3-c bind in Changning, and there no longer than the text."""
    need = replace(NEED, incident_place=DivisionId(HUANHUA))
    (found,) = given().when(cq(need)).facts()
    assert isinstance(found, CareNeedFound)
    assert found.placing_unit_id == CIVIL_CQ.id
    (later,) = given().when(cn(NEED, at="2023-03-30 10:00")).facts()
    assert isinstance(later, CareNeedFound)
    assert later.placing_unit_id == CIVIL_CN.id


def test_the_case_is_the_streets_with_the_duty_to_secure_care() -> None:
    case = case_of(FOUND)
    assert (case.stage, case.children) == (Stage.NOTIFIED, (LI,))
    assert case.intake.township_unit_id == STREET_CN.id
    assert EmergencyDuty.SECURE_CARE in case.emergency.demanded


def test_it_says_what_has_happened() -> None:
    silent = FindCareNeed(
        care_need_ground=CareNeedGround.GUARDIANS_WISH,
        care_need_note=" ",
        incident_place=DivisionId(JIANGSU_ROAD),
    )
    given().when(cn(silent)).then_refused("care_need_unsaid", field="careNeedNote")


@pytest.mark.clause("CQ2016-4.3-b")
def test_in_chongqing_a_second_assessment_waits_for_no_police_that_were_never_there() -> None:
    """CQ2016-4.3-a: 接到公安机关通报后 is of a case the police have in hand; this is the township's own."""
    need = replace(NEED, incident_place=DivisionId(HUANHUA))
    whole = CompleteAssessment(
        safety_situation="祖母家中安全",
        guardianship_situation="母亲住院,祖母照看",
        health_situation="健康",
    )
    once = then(
        (),
        cq(need, at="2025-03-03 09:00"),
        cq(StartAssessment(), at="2025-03-04 09:00"),
        cq(whole, at="2025-03-06 09:00"),
    )
    (again,) = given(*once).when(cq(StartAssessment(), at="2025-05-06 09:00")).facts()
    assert isinstance(again, AssessmentStarted)
