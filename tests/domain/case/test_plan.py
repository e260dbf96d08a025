"""The support plan: what it answers, when it is reviewed, how it is revised (scenario 1.10)."""

from __future__ import annotations

from datetime import date

import pytest

from domain.case.assessment_result import CompleteAssessment
from domain.case.plan import AdoptPlan, PlanAdopted, PlannedItem, PlanRevised, RevisePlan
from domain.case.report_state import Stage
from domain.terms.plan import ItemStatus, PlanField, ServiceType
from tests.domain.case.cast import (
    LI,
    case_of,
    cn,
    cq,
)
from tests.domain.case.on_scene import then
from tests.domain.case.placing import made
from tests.domain.case.planning import (
    ADOPT,
    ASSESSED,
    ASSESSED_CN,
    COUNSELLING,
    COUNSELLING_ID,
    FIVE,
    GUIDANCE,
    GUIDANCE_ID,
    PLANNED,
    adopt,
)
from tests.domain.case.test_assessment import RUNNING, WHOLE
from tests.dsl import an_id, given


def test_the_plan_follows_the_assessment_and_is_reviewed_each_quarter() -> None:
    given(*ASSESSED).when(ADOPT).then(
        PlanAdopted(
            child_id=LI,
            items=(GUIDANCE, COUNSELLING),
            item_ids=(GUIDANCE_ID, COUNSELLING_ID),
            plan_opinion="想和祖母住",
            plan_review_on=date(2025, 6, 17),
        )
    )
    case = case_of(*PLANNED)
    assert case.stage is Stage.PLANNED
    assert [i.service for i in case.plan.open_items] == [
        ServiceType.GUARDIANSHIP_GUIDANCE, ServiceType.COUNSELLING,
    ]  # fmt: skip
    given(*RUNNING).when(ADOPT).then_refused("assessment_not_completed")
    given(*PLANNED).when(adopt(at="2025-03-18 09:00")).then_refused("plan_already_adopted")


@pytest.mark.parametrize(
    ("left_out", "field"),
    [
        ("living_support", "livingSupport"),
        ("medical_support", "medicalSupport"),
        ("education_support", "educationSupport"),
        ("judicial_support", "judicialSupport"),
        ("welfare_support", "welfareSupport"),
    ],
)
def test_changning_answers_all_five_fields(left_out: str, field: str) -> None:
    """CN2017-2-d; an item of the field answers it as well."""
    four = {k: v for k, v in FIVE.items() if k != left_out}
    command = cn(AdoptPlan(**four), at="2019-04-09 09:00")
    given(*ASSESSED_CN).when(command).then_refused(
        "plan_field_missing", cites="CN2017-2-d", field=field
    )
    item = PlannedItem(
        service=ServiceType.OTHER,
        plan_field=PlanField(left_out.removesuffix("_support").upper()),
        need="见事项",
    )
    with_item = cn(AdoptPlan(**four, items=(item,)), at="2019-04-09 09:00")
    assert len(given(*ASSESSED_CN).when(with_item).facts()) == 1


def test_a_plan_is_revised_with_a_reason() -> None:
    added = PlannedItem(service=ServiceType.TUTORING, plan_field=PlanField.EDUCATION, need="数学")
    revise = RevisePlan(
        items=(added,), withdrawn=(COUNSELLING_ID,), revision_reason="学校已提供心理辅导"
    )
    command = cq(revise, at="2025-06-17 09:00")
    given(*PLANNED).when(command).then(
        PlanRevised(
            child_id=LI,
            items=(added,),
            item_ids=(made(command, "item/0"),),
            withdrawn=(COUNSELLING_ID,),
            revision_reason="学校已提供心理辅导",
            plan_review_on=date(2025, 9, 17),
        )
    )
    items = case_of(*then(PLANNED, command)).plan.open_items
    assert [i.service for i in items] == [ServiceType.GUARDIANSHIP_GUIDANCE, ServiceType.TUTORING]
    given(*then(PLANNED, command)).when(cq(revise, at="2025-06-18 09:00")).then_refused(
        "item_is_done", field="withdrawn"
    )


@pytest.mark.clause("SH2024-2.1.2-d")
def test_no_plan_tells_of_an_illness_of_the_mind() -> None:
    """精神障碍社区康复服务 would name it to all who help the child: it is referred on the child's file."""
    rehabilitation = PlannedItem(
        service=ServiceType.COMMUNITY_MENTAL_REHAB,
        plan_field=PlanField.MEDICAL,
        need="社区康复",
    )
    code = "mental_rehabilitation_is_apart"
    given(*ASSESSED).when(adopt(items=(rehabilitation,))).then_refused(code, field="items")
    revised = RevisePlan(items=(rehabilitation,), revision_reason="出院")
    given(*PLANNED).when(cq(revised, at="2025-04-01 09:00")).then_refused(code, field="items")
    whole = CompleteAssessment(
        **{**WHOLE, "recommended_services": (ServiceType.COMMUNITY_MENTAL_REHAB,)}
    )
    given(*RUNNING).when(cq(whole, at="2025-03-14 09:00")).then_refused(
        code, field="recommendedServices"
    )


def test_what_a_revision_needs() -> None:
    bare = RevisePlan(revision_reason=" ")
    given(*PLANNED).when(cq(bare, at="2025-06-17 09:00")).then_refused("revision_reason_missing")
    strange = RevisePlan(withdrawn=(an_id("none"),), revision_reason="调整")
    given(*PLANNED).when(cq(strange, at="2025-06-17 09:00")).then_refused("unknown_item")
    early = RevisePlan(revision_reason="调整")
    given(*ASSESSED).when(cq(early, at="2025-06-17 09:00")).then_refused("no_plan")


def test_after_erasure_an_item_without_words_is_no_open_item() -> None:
    told = PlanAdopted(item_ids=(an_id("item"),), items=(), plan_review_on=date(2025, 6, 17))
    case = told.evolve(case_of(*ASSESSED))
    (item,) = case.plan.items
    assert item.status is ItemStatus.WITHDRAWN
