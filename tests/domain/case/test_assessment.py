"""The assessment: who leads it, who is asked what, and that nothing mandatory stays empty (scenario 1.9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.case.assessment import (
    AssessmentOverdue,
    AssessmentStarted,
    NoteAssessmentOverdue,
    StartAssessment,
)
from domain.case.assessment_questions import (
    AskForContribution,
    AssessmentContributionAsked,
    AssessmentContributionOverdue,
    AssessmentContributionRecorded,
    ContributeToAssessment,
    NoteContributionOverdue,
    QuestionPut,
)
from domain.case.assessment_result import (
    AssessmentCompleted,
    CompleteAssessment,
    EntitlementScreened,
)
from domain.case.notices import NotifyTownship
from domain.case.report_state import Stage
from domain.child.file_state import FileState, FileStatus
from domain.child.state import Child
from domain.kernel import Command
from domain.risk import RiskFactor
from domain.terms.assessment import Contributor, Dimension
from domain.terms.emergency import Finding
from domain.terms.entitlements import EntitlementType
from domain.terms.plan import ServiceType
from tests.domain.case.cast import (
    CIVIL_CN,
    CIVIL_CQ,
    LI,
    POLICE_CN,
    POLICE_CQ,
    STREET_CN,
    TOWNSHIP_CQ,
    VILLAGE_CQ,
    case_of,
    cn,
    cq,
    sh,
)
from tests.domain.case.on_scene import ALONE, INJURED_CN, findings, on_scene_cq, on_scene_sh, then
from tests.domain.case.placing import made
from tests.dsl import an_id, given, person

NOTIFIED = then(ALONE, cq(NotifyTownship(notice_text="女童独居"), at="2025-03-03 11:30"))
SCHOOL = an_id("school of Li")
CLINIC = an_id("clinic")
IN_SCHOOL: dict[Any, Any] = {
    LI: Child(id=LI, version=1, file=FileState(status=FileStatus.OPEN, school_unit_id=SCHOOL))
}

VILLAGER = person("village clerk", "village_committee", unit_id=VILLAGE_CQ.id)
HEAD = person("school head", "school_head", unit_id=SCHOOL)
DOCTOR = person("doctor", "medical", unit_id=CLINIC)
LEAD = person("township clerk", "township", unit_id=TOWNSHIP_CQ.id)


def start(at: str = "2025-03-10 09:00", **more: Any) -> Command[Any]:
    """With a question each to village committee, school and hospital."""
    asked = StartAssessment(
        questions=(
            QuestionPut(contributor=Contributor.VILLAGE_COMMITTEE, question="近邻照看情况?"),
            QuestionPut(contributor=Contributor.SCHOOL, question="在校表现?"),
            QuestionPut(
                contributor=Contributor.MEDICAL,
                question="健康状况?",
                contributor_unit_id=CLINIC,
            ),
            QuestionPut(contributor=Contributor.RELATIVE, question="祖母能否照料?"),
        )
    )
    return cq(asked, at=at, linked=IN_SCHOOL, **more)


START = start()
RUNNING = then(NOTIFIED, START)
VILLAGE_Q, SCHOOL_Q, CLINIC_Q, KIN_Q = (made(START, f"question/{n}") for n in range(4))
WHOLE: dict[str, Any] = {
    "safety_situation": "独居两周,夜间无人",
    "guardianship_situation": "父母外出,祖母愿意照料",
    "health_situation": "偏瘦,情绪低落",
}


def test_the_township_leads_with_civil_affairs_and_police() -> None:
    """SH2020-4.3-a and CQ2016-4.3-a: three dimensions, ten working days."""
    started, *questions = given(*NOTIFIED).when(START).facts()
    assert started == AssessmentStarted(
        assessment_id=made(START, "assessment"),
        lead_unit_id=TOWNSHIP_CQ.id,
        partner_unit_ids=(CIVIL_CQ.id, POLICE_CQ.id),
        dimensions=(Dimension.SAFETY, Dimension.GUARDIANSHIP, Dimension.HEALTH),
        complete_by=date(2025, 3, 24),
        overseer_unit_id=CIVIL_CQ.id,
    )
    units = [q.contributor_unit_id for q in questions if isinstance(q, AssessmentContributionAsked)]
    assert units == [VILLAGE_CQ.id, SCHOOL, CLINIC, None]
    assert questions[0] == AssessmentContributionAsked(
        question_id=VILLAGE_Q,
        contributor=Contributor.VILLAGE_COMMITTEE,
        contributor_unit_id=VILLAGE_CQ.id,
        question="近邻照看情况?",
        answer_by=date(2025, 3, 13),
        named_by_text=True,
    )
    assert case_of(*RUNNING).stage is Stage.ASSESSING


def test_in_changning_the_street_assesses_with_the_police_alone() -> None:
    """CN2017-4.3-a: family situation instead of safety; no notice is waited for."""
    command = cn(StartAssessment(), at="2019-04-01 09:00")
    (started,) = given(*INJURED_CN).when(command).facts()
    assert started == AssessmentStarted(
        assessment_id=made(command, "assessment"),
        lead_unit_id=STREET_CN.id,
        partner_unit_ids=(POLICE_CN.id,),
        dimensions=(Dimension.FAMILY, Dimension.GUARDIANSHIP, Dimension.HEALTH),
        complete_by=date(2019, 4, 16),  # Tomb-sweeping day on the 5th is no working day
        overseer_unit_id=CIVIL_CN.id,
    )


def test_the_last_day_is_provisional_beyond_the_calendar() -> None:
    (started,) = given(*NOTIFIED).when(cq(StartAssessment(), at="2039-03-07 09:00")).facts()
    assert isinstance(started, AssessmentStarted)
    assert started.date_provisional


def test_where_the_text_speaks_of_a_notice_it_comes_first() -> None:
    given(*ALONE).when(start()).then_refused("notice_comes_first", cites="CQ2016-4.2-o")
    violent = then(on_scene_sh(), sh(findings(Finding.DOMESTIC_VIOLENCE), at="2022-03-01 10:30"))
    given(*violent).when(sh(StartAssessment(), at="2022-03-02 09:00")).then_refused(
        "notice_comes_first", cites="SH2020-4.2-o"
    )


def test_one_assessment_at_a_time() -> None:
    given(*RUNNING).when(start(at="2025-03-11 09:00")).then_refused("assessment_running")
    given(*on_scene_cq()[:1]).when(start()).then_refused("out_of_turn")


def test_kindergartens_help_only_where_the_text_names_them() -> None:
    """SH2020-4.3-b names them, CQ2016-4.3-b does not; asking is free in both."""
    ask = AskForContribution(
        contributor=Contributor.KINDERGARTEN, question="入园情况?", contributor_unit_id=CLINIC
    )
    (in_cq,) = given(*RUNNING).when(cq(ask, at="2025-03-11 09:00")).facts()
    (in_sh,) = given(*RUNNING).when(sh(ask, at="2025-03-11 09:00")).facts()
    assert isinstance(in_cq, AssessmentContributionAsked)
    assert isinstance(in_sh, AssessmentContributionAsked)
    assert (in_cq.named_by_text, in_sh.named_by_text) == (False, True)


def test_each_unit_answers_what_it_was_asked() -> None:
    answer = ContributeToAssessment(question_id=SCHOOL_Q, answer="常迟到,成绩中等")
    given(*RUNNING).when(cq(answer, at="2025-03-11 10:00", by=HEAD)).then(
        AssessmentContributionRecorded(
            question_id=SCHOOL_Q,
            contributor=Contributor.SCHOOL,
            contributor_unit_id=SCHOOL,
            answer="常迟到,成绩中等",
        )
    )
    given(*RUNNING).when(cq(answer, at="2025-03-11 10:00", by=DOCTOR)).then_refused(
        "not_asked_of_you", cites="CQ2016-4.3-b", field="questionId"
    )


def test_the_lead_writes_down_what_a_relative_says() -> None:
    answer = ContributeToAssessment(question_id=KIN_Q, answer="愿意照料")
    (said,) = given(*RUNNING).when(cq(answer, at="2025-03-11 10:00", by=LEAD)).facts()
    assert said.name == "case.assessment_contribution_recorded"
    given(*RUNNING).when(cq(answer, at="2025-03-11 10:00", by=HEAD)).then_refused(
        "not_asked_of_you"
    )


def test_a_question_is_answered_once_and_with_words() -> None:
    answer = ContributeToAssessment(question_id=CLINIC_Q, answer="健康")
    once = then(RUNNING, cq(answer, at="2025-03-11 10:00", by=DOCTOR))
    given(*once).when(cq(answer, at="2025-03-12 10:00", by=DOCTOR)).then_refused(
        "question_already_answered"
    )
    empty = ContributeToAssessment(question_id=CLINIC_Q, answer="  ")
    given(*RUNNING).when(cq(empty, at="2025-03-11 10:00", by=DOCTOR)).then_refused(
        "empty_question", field="answer"
    )
    unknown = ContributeToAssessment(question_id=an_id("no question"), answer="健康")
    given(*RUNNING).when(cq(unknown, at="2025-03-11 10:00", by=DOCTOR)).then_refused(
        "unknown_question"
    )
    nothing = AskForContribution(contributor=Contributor.POLICE, question=" ")
    given(*RUNNING).when(cq(nothing, at="2025-03-11 10:00")).then_refused("empty_question")


@pytest.mark.parametrize("missing", list(WHOLE))
def test_it_is_not_complete_while_a_dimension_is_empty(missing: str) -> None:
    """Scenario 1.9."""
    command = CompleteAssessment(**{**WHOLE, missing: " "})
    given(*RUNNING).when(cq(command, at="2025-03-14 09:00")).then_refused(
        "dimension_missing", cites="CQ2016-4.3-a"
    )


def test_changning_asks_for_the_family_and_not_for_safety() -> None:
    running = then(INJURED_CN, cn(StartAssessment(), at="2019-04-01 09:00"))
    no_family = CompleteAssessment(**WHOLE)
    refused = (
        given(*running)
        .when(cn(no_family, at="2019-04-08 09:00"))
        .then_refused("dimension_missing", cites="CN2017-4.3-a", field="familySituation")
    )
    assert refused.detail is not None
    assert refused.detail.zh == "家庭处境"
    whole = CompleteAssessment(**{**WHOLE, "safety_situation": None}, family_situation="单亲")
    (done,) = given(*running).when(cn(whole, at="2019-04-08 09:00")).facts()
    assert isinstance(done, AssessmentCompleted)


def test_hardship_opens_the_question_of_assistance() -> None:
    """Scenario 1.10: Q-20 for county civil affairs, within twenty working days."""
    hard = CompleteAssessment(
        **WHOLE,
        recommended_services=(ServiceType.GUARDIANSHIP_GUIDANCE, ServiceType.COUNSELLING),
        hardship=True,
        hardship_facts="低收入,无稳定来源",
        entitlements=(EntitlementType.TEMP_AID,),
    )
    command = cq(hard, at="2025-03-14 09:00")
    given(*RUNNING).when(command).then(
        AssessmentCompleted(
            **WHOLE,
            assessment_id=made(START, "assessment"),
            recommended_services=(ServiceType.GUARDIANSHIP_GUIDANCE, ServiceType.COUNSELLING),
            hardship=True,
        ),
        EntitlementScreened(
            child_id=LI,
            entitlements=(EntitlementType.TEMP_AID,),
            hardship_facts="低收入,无稳定来源",
            entitlement_unit_id=CIVIL_CQ.id,
            entitlement_by=date(2025, 4, 14),
        ),
    )
    case = case_of(*then(RUNNING, command))
    assert case.facts.find(RiskFactor.RF_24) is not None
    assert case.assessment.completed
    assert not case.assessment.running


def test_hardship_needs_facts_and_ends_when_no_longer_found() -> None:
    bare = CompleteAssessment(**WHOLE, hardship=True)
    given(*RUNNING).when(cq(bare, at="2025-03-14 09:00")).then_refused(
        "hardship_facts_missing", cites="CQ2016-4.3-f"
    )
    hard = CompleteAssessment(**WHOLE, hardship=True, hardship_facts="低收入")
    again = then(
        RUNNING,
        cq(hard, at="2025-03-14 09:00"),
        start(at="2025-06-16 09:00"),
        cq(CompleteAssessment(**WHOLE), at="2025-06-20 09:00"),
    )
    assert case_of(*again).facts.find(RiskFactor.RF_24) is None


def test_a_later_assessment_leaves_the_stage_alone() -> None:
    serving = replace(case_of(*RUNNING), stage=Stage.SERVING)
    started = AssessmentStarted(
        assessment_id=an_id("second"),
        dimensions=(Dimension.SAFETY,),
        complete_by=date(2025, 7, 1),
    )
    assert started.evolve(serving).stage is Stage.SERVING


def test_the_clock_says_once_that_it_is_late() -> None:
    late = cq(NoteAssessmentOverdue(), at="2025-03-25 00:05")
    given(*RUNNING).when(late).then(
        AssessmentOverdue(
            assessment_id=made(START, "assessment"),
            complete_by=date(2025, 3, 24),
            overseer_unit_id=CIVIL_CQ.id,
        )
    )
    given(*RUNNING).when(cq(NoteAssessmentOverdue(), at="2025-03-24 23:59")).then_nothing()
    given(*then(RUNNING, late)).when(
        cq(NoteAssessmentOverdue(), at="2025-03-26 00:05")
    ).then_nothing()
    done = then(RUNNING, cq(CompleteAssessment(**WHOLE), at="2025-03-14 09:00"))
    given(*done).when(late).then_nothing()


def test_the_clock_says_once_that_a_contributor_is_late() -> None:
    late = cq(NoteContributionOverdue(question_id=VILLAGE_Q), at="2025-03-14 00:05")
    given(*RUNNING).when(late).then(
        AssessmentContributionOverdue(
            question_id=VILLAGE_Q,
            contributor_unit_id=VILLAGE_CQ.id,
            answer_by=date(2025, 3, 13),
            overseer_unit_id=CIVIL_CQ.id,
        )
    )
    given(*then(RUNNING, late)).when(late).then_nothing()
    early = cq(NoteContributionOverdue(question_id=VILLAGE_Q), at="2025-03-13 18:00")
    given(*RUNNING).when(early).then_nothing()
    unknown = cq(NoteContributionOverdue(question_id=an_id("no question")), at="2025-03-14 00:05")
    given(*RUNNING).when(unknown).then_nothing()
    answered = cq(
        ContributeToAssessment(question_id=VILLAGE_Q, answer="邻居偶尔送饭"),
        at="2025-03-11 10:00",
        by=VILLAGER,
    )
    given(*then(RUNNING, answered)).when(late).then_nothing()
