"""A child needs care and nobody has reported anything: the street opens the case itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.case.assessment import AssessmentStarted, StartAssessment
from domain.case.assessment_result import CompleteAssessment
from domain.case.care_needed import CareNeedFound, CareNeedGround, FindCareNeed
from domain.case.care_secured import NoteCareSecured
from domain.case.further_reports import JoinOpenCase
from domain.case.report_state import Stage
from domain.case.state import Case
from domain.kernel import Refused
from domain.risk import RiskFactor
from domain.terms.emergency import EmergencyDuty
from domain.terms.places import DivisionId
from tests.domain.case.cast import (
    BROTHER,
    CIVIL_CN,
    CIVIL_CQ,
    CLERK,
    DIRECTORY,
    HUANHUA,
    JIANGSU_ROAD,
    LI,
    STREET_CN,
    Around,
    case_of,
    child,
    cn,
    cq,
)
from tests.domain.case.on_scene import then
from tests.dsl import an_id, given, local

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


# --- two at once --------------------------------------------------------------------------------

FIRST, SECOND = an_id("need of the village"), an_id("need of the street")


def two_needs(second: FindCareNeed = NEED) -> Around:
    """The village and the street hear of it at the same time, and neither of the other."""
    story = Around(files=(child(), child(BROTHER)), directory=DIRECTORY, place=JIANGSU_ROAD)
    story.put(NEED, on=FIRST, at="2019-03-30 10:00")
    story.put(second, on=SECOND, at="2019-03-30 10:01")
    return story


def join(story: Around, at: str = "2019-03-30 10:10") -> None:
    """The second is a case of its own no longer."""
    story.put(JoinOpenCase(into_case_id=FIRST), on=SECOND, at=at, by=CLERK)


def test_two_needs_of_care_are_joined() -> None:
    story = two_needs(replace(NEED, care_need_ground=CareNeedGround.GUARDIAN_ILL))
    join(story)
    first, second = (story.states[case] for case in (FIRST, SECOND))
    assert isinstance(first, Case)
    assert isinstance(second, Case)
    assert (second.stage, second.intake.joined_case) == (Stage.CLOSED, FIRST)
    assert first.intake.linked_cases == (SECOND,)
    assert EmergencyDuty.SECURE_CARE in first.emergency.open_duties
    assert len([f for f in first.facts.facts if f.factor is RiskFactor.RF_37]) == 2


def test_nobody_is_lost_by_joining() -> None:
    """Where the other case arranges no care, or not for all of them, the need stays a case of its own."""
    more = two_needs(replace(NEED, children=(LI, BROTHER)))
    with pytest.raises(Refused, match="care_not_asked_there"):
        join(more)
    settled = two_needs()
    done = NoteCareSecured(child_id=LI)
    settled.put(done, on=FIRST, at="2019-03-30 10:05")
    with pytest.raises(Refused, match="care_not_asked_there"):
        join(settled)


def test_a_need_that_was_acted_on_is_joined_no_more() -> None:
    story = two_needs()
    story.put(NoteCareSecured(child_id=LI), on=SECOND, at="2019-03-30 10:05")
    with pytest.raises(Refused, match="out_of_turn"):
        join(story)
