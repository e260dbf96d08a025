"""The support plan, its services, and when a case may close (scenario 1.10 and its "must not")."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.case.assessment import StartAssessment
from domain.case.assessment_result import CompleteAssessment
from domain.case.care_needed import CareNeedGround, FindCareNeed
from domain.case.care_secured import CareSecured, RecordCareSecured
from domain.case.closing import CaseClosed, CloseCase
from domain.case.institution import ReceiveChild
from domain.case.missing import StartMissingChildSearch
from domain.case.placement_guardianship import DecideProtectivePlacement
from domain.case.plan import AdoptPlan, PlanAdopted, PlannedItem, PlanRevised, RevisePlan
from domain.case.report_state import Stage
from domain.case.service_delivery import (
    CloseService,
    DeliverService,
    ServiceClosed,
    ServiceDelivered,
)
from domain.case.services import (
    AcceptService,
    DeclineService,
    MatchNeedWithService,
    NeedServiceMatched,
    ReferService,
    ServiceAccepted,
    ServiceDeclined,
    ServiceReferred,
)
from domain.case.state import Case
from domain.kernel import Command, Refused, decide
from domain.terms.emergency import Finding
from domain.terms.placement import SiteKind
from domain.terms.places import DivisionId
from domain.terms.plan import ItemStatus, PlanField, ServiceOutcome, ServiceType
from domain.terms.reports import Trigger
from tests.domain.case.cast import (
    BROTHER,
    HUANHUA,
    LI,
    MOTHER_BACK,
    TOWNSHIP_CQ,
    case_of,
    child,
    cn,
    cq,
    played,
)
from tests.domain.case.on_scene import INJURED_CN, findings, on_scene_cq, then
from tests.domain.case.placing import GOOD, made
from tests.domain.case.test_assessment import NOTIFIED, RUNNING, WHOLE
from tests.dsl import an_id, given, person

CENTRE = an_id("social-work centre")
OTHER_CENTRE = an_id("other centre")
SOCIAL_WORKER = person("social worker", "social_worker", unit_id=CENTRE)
OTHER_WORKER = person("other worker", "social_worker", unit_id=OTHER_CENTRE)
LEAD = person("township clerk", "township", unit_id=TOWNSHIP_CQ.id)

GUIDANCE = PlannedItem(
    service=ServiceType.GUARDIANSHIP_GUIDANCE,
    plan_field=PlanField.WELFARE,
    need="祖母缺少照护知识",
    provider_unit_id=CENTRE,
    item_due_on=date(2025, 4, 30),
)
COUNSELLING = PlannedItem(
    service=ServiceType.COUNSELLING, plan_field=PlanField.MEDICAL, need="情绪低落"
)
ASSESSED = then(RUNNING, cq(CompleteAssessment(**WHOLE), at="2025-03-14 09:00"))


def adopt(at: str = "2025-03-17 09:00", **more: Any) -> Command[Any]:
    """Guardianship guidance and counselling."""
    plan = AdoptPlan(**{"items": (GUIDANCE, COUNSELLING), "plan_opinion": "想和祖母住", **more})
    return cq(plan, at=at)


ADOPT = adopt()
PLANNED = then(ASSESSED, ADOPT)
GUIDANCE_ID, COUNSELLING_ID = made(ADOPT, "item/0"), made(ADOPT, "item/1")

# --- the plan -----------------------------------------------------------------------------------


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


ASSESSED_CN = then(
    INJURED_CN,
    cn(StartAssessment(), at="2019-04-01 09:00"),
    cn(
        CompleteAssessment(
            family_situation="单亲", guardianship_situation="母亲施暴", health_situation="擦伤"
        ),
        at="2019-04-08 09:00",
    ),
)
FIVE: dict[str, Any] = {
    "living_support": "低保", "medical_support": "少儿医保", "education_support": "不转学",
    "judicial_support": "法律服务", "welfare_support": "无需",
}  # fmt: skip


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


# --- services -----------------------------------------------------------------------------------


def refer(item: UUID = GUIDANCE_ID, at: str = "2025-03-18 09:00", **more: Any) -> Command[Any]:
    """To the provider of the plan."""
    referred = ReferService(**{"item_id": item, "referral_reason": "方案所列", **more})
    return cq(referred, at=at, by=LEAD)


def accept(at: str = "2025-03-19 09:00", **more: Any) -> Command[Any]:
    """The centre takes it on."""
    return cq(AcceptService(item_id=GUIDANCE_ID), at=at, **{"by": SOCIAL_WORKER, **more})


def deliver(at: str = "2025-03-25 09:00", **more: Any) -> Command[Any]:
    """One session."""
    given_ = DeliverService(
        item_id=GUIDANCE_ID,
        programme="童心相伴",
        service_note="上门指导一次",
        service_amount="2小时",
    )
    return cq(given_, at=at, **{"by": SOCIAL_WORKER, **more})


def close_item(
    item: UUID = GUIDANCE_ID,
    outcome: ServiceOutcome = ServiceOutcome.ACHIEVED,
    at: str = "2025-04-20 09:00",
    **more: Any,
) -> Command[Any]:
    """The end of a service."""
    closed = CloseService(item_id=item, service_outcome=outcome)
    return cq(closed, at=at, **{"by": SOCIAL_WORKER, **more})


def decline(reason: str = "人手不足", at: str = "2025-03-19 09:00", **more: Any) -> Command[Any]:
    """The centre does not."""
    said = DeclineService(item_id=GUIDANCE_ID, service_decline_reason=reason)
    return cq(said, at=at, **{"by": SOCIAL_WORKER, **more})


def test_a_service_is_referred_accepted_delivered_and_closed() -> None:
    given(*PLANNED).when(refer()).then(
        ServiceReferred(
            item_id=GUIDANCE_ID,
            child_id=LI,
            service=ServiceType.GUARDIANSHIP_GUIDANCE,
            provider_unit_id=CENTRE,
            referring_unit_id=TOWNSHIP_CQ.id,
            referral_reason="方案所列",
            item_due_on=date(2025, 4, 30),
        )
    )
    referred = then(PLANNED, refer())
    given(*referred).when(accept()).then(
        ServiceAccepted(item_id=GUIDANCE_ID, child_id=LI, provider_unit_id=CENTRE)
    )
    accepted = then(referred, accept())
    given(*accepted).when(deliver()).then(
        ServiceDelivered(
            item_id=GUIDANCE_ID,
            child_id=LI,
            service=ServiceType.GUARDIANSHIP_GUIDANCE,
            programme="童心相伴",
            delivered_on=date(2025, 3, 25),
            service_note="上门指导一次",
            service_amount="2小时",
        )
    )
    served = then(accepted, deliver())
    assert case_of(*served).stage is Stage.SERVING
    given(*served).when(close_item()).then(
        ServiceClosed(item_id=GUIDANCE_ID, child_id=LI, service_outcome=ServiceOutcome.ACHIEVED)
    )
    done = then(served, close_item())
    given(*done).when(deliver(at="2025-04-21 09:00")).then_refused("item_is_done")


def test_a_refusal_is_kept_and_another_provider_found() -> None:
    """CQ2016-4.3-c, SH2020-5.4-h: 推诿扯皮 must be visible."""
    referred = then(PLANNED, refer())
    given(*referred).when(decline(" ")).then_refused("decline_reason_missing")
    given(*referred).when(decline()).then(
        ServiceDeclined(
            item_id=GUIDANCE_ID,
            child_id=LI,
            provider_unit_id=CENTRE,
            service_decline_reason="人手不足",
        )
    )
    declined = then(referred, decline())
    item = case_of(*declined).plan.item(GUIDANCE_ID)
    assert item is not None
    assert (item.status, item.declined_by) == (ItemStatus.DECLINED, (CENTRE,))
    given(*declined).when(refer(at="2025-03-20 09:00")).then_refused("no_provider")
    again = refer(at="2025-03-20 09:00", provider_unit_id=OTHER_CENTRE)
    twice = then(declined, again, accept(at="2025-03-21 09:00", by=OTHER_WORKER))
    kept = case_of(*twice).plan.item(GUIDANCE_ID)
    assert kept is not None
    assert (kept.status, kept.declined_by) == (ItemStatus.ACCEPTED, (CENTRE,))


def test_only_the_provider_answers_for_its_service() -> None:
    referred = then(PLANNED, refer())
    accepted = then(referred, accept())
    given(*referred).when(accept(by=OTHER_WORKER)).then_refused("not_the_provider")
    given(*referred).when(decline(by=OTHER_WORKER)).then_refused("not_the_provider")
    given(*accepted).when(deliver(by=OTHER_WORKER)).then_refused("not_the_provider")
    given(*accepted).when(close_item(by=OTHER_WORKER)).then_refused("not_the_provider")


def test_a_service_goes_step_by_step() -> None:
    given(*PLANNED).when(refer(COUNSELLING_ID)).then_refused("no_provider")
    given(*PLANNED).when(refer(an_id("none"))).then_refused("unknown_item")
    given(*PLANNED).when(accept()).then_refused("not_referred")
    given(*PLANNED).when(decline()).then_refused("not_referred")
    referred = then(PLANNED, refer())
    given(*referred).when(refer(at="2025-03-19 08:00")).then_refused("referred_already")
    given(*referred).when(deliver()).then_refused("service_not_accepted")
    given(*then(referred, accept())).when(close_item()).then_refused("nothing_delivered")
    unneeded = close_item(outcome=ServiceOutcome.NO_LONGER_NEEDED)
    assert len(given(*referred).when(unneeded).facts()) == 1


def test_a_need_is_matched_with_an_offer() -> None:
    """CQ2016-3.4-i."""
    match = MatchNeedWithService(item_id=COUNSELLING_ID, offer="爱心童享筑梦行动")
    given(*PLANNED).when(cq(match, at="2025-03-18 09:00")).then(
        NeedServiceMatched(
            item_id=COUNSELLING_ID,
            child_id=LI,
            service=ServiceType.COUNSELLING,
            offer="爱心童享筑梦行动",
        )
    )
    nothing = MatchNeedWithService(item_id=an_id("none"), offer="爱心童享筑梦行动")
    given(*PLANNED).when(cq(nothing, at="2025-03-18 09:00")).then_refused("unknown_item")


# --- closing ------------------------------------------------------------------------------------

WITH_MOTHER = {LI: child(care=MOTHER_BACK)}
SECURED = CareSecured(child_id=LI)
ITEMS_DONE = then(
    PLANNED,
    close_item(GUIDANCE_ID, ServiceOutcome.NO_LONGER_NEEDED, "2025-04-20 09:00"),
    close_item(COUNSELLING_ID, ServiceOutcome.FAMILY_DECLINED, "2025-04-20 10:00"),
)
READY = (*ITEMS_DONE, SECURED)


def close(at: str = "2025-04-25 09:00", summary: str = "母亲已返回", **more: Any) -> Command[Any]:
    """The township closes."""
    return cq(CloseCase(closing_summary=summary), at=at, **{"linked": WITH_MOTHER, **more})


def test_a_case_closes_when_the_plan_is_done_and_the_child_has_somebody() -> None:
    given(*READY).when(close()).then(CaseClosed(closing_summary="母亲已返回"))
    assert case_of(*then(READY, close())).stage is Stage.CLOSED
    given(*then(READY, close())).when(close(at="2025-04-26 09:00")).then_refused("out_of_turn")
    given(*READY).when(close(summary=" ")).then_refused("closing_summary_missing")


def test_without_a_named_carer_it_does_not_close() -> None:
    """Scenario 1, must not: not before the carer is named."""
    given(*NOTIFIED).when(close(at="2025-03-06 09:00")).then_refused("out_of_turn")
    nobody = close(linked={LI: child()})
    given(*ITEMS_DONE).when(nobody).then_refused("no_named_carer", cites="CQ2016-4.2-c2")
    given(*READY).when(nobody).then_refused("no_named_carer")
    on_file_only = close()
    given(*ITEMS_DONE).when(on_file_only).then_refused("no_named_carer")


def test_a_placement_is_somebody_too() -> None:
    arrived = ReceiveChild(
        site_kind=SiteKind.RESCUE_MANAGEMENT_INSTITUTION,
        receiving_staff="值班员",
        child_condition="平稳",
    )
    placed = then(ITEMS_DONE, cq(arrived, at="2025-04-21 09:00"))
    (closed,) = given(*placed).when(close(linked={LI: child()})).facts()
    assert isinstance(closed, CaseClosed)


def test_what_is_open_keeps_the_case_open() -> None:
    given(*PLANNED, SECURED).when(close()).then_refused("plan_items_open")
    reassess = cq(StartAssessment(), at="2025-04-22 09:00")
    given(*then(READY, reassess)).when(close()).then_refused("assessment_running")
    waiting = cq(
        DecideProtectivePlacement(
            site_kind=SiteKind.WELFARE_INSTITUTION,
            placement_ground="再次独居",
            best_interest_reason=GOOD,
        ),
        at="2025-04-22 09:00",
    )
    given(*then(READY, waiting)).when(close()).then_refused("placement_pending")


def test_every_child_of_the_case_has_a_plan() -> None:
    both = on_scene_cq(Trigger.LIVING_ALONE, children=(LI, BROTHER))
    for_li = then(
        both,
        cq(findings(Finding.ACCIDENTAL_INJURY), at="2025-03-03 09:30"),
    )
    case = replace(
        case_of(*for_li),
        stage=Stage.PLANNED,
        plan=replace(case_of(*for_li).plan, adopted=frozenset({LI})),
    )
    _refuses(case, close(), "no_plan")


def test_the_township_must_have_been_told_where_the_text_says_so() -> None:
    """CQ2016-4.2-o demands it; CN2017 has no such sentence."""
    untold = replace(
        case_of(*READY),
        emergency=replace(case_of(*READY).emergency, township_notified=False),
    )
    _refuses(untold, close(), "township_not_notified", cites="CQ2016-4.2-o")
    in_cn = then(
        ASSESSED_CN,
        cn(AdoptPlan(**FIVE), at="2019-04-09 09:00"),
    )
    case = case_of(*in_cn, SECURED)
    assert not case.emergency.township_notified
    command = cn(CloseCase(closing_summary="母亲已改正"), at="2019-08-01 09:00", linked=WITH_MOTHER)
    (closed,) = decide(case, command)
    assert isinstance(closed, CaseClosed)


def test_a_need_of_care_closes_without_the_police_who_never_had_it() -> None:
    """CN2017-2-h: the township opened it itself, also where the text asks the police for a notice."""
    need = FindCareNeed(
        care_need_ground=CareNeedGround.GUARDIAN_ILL,
        care_need_note="祖母住院",
        incident_place=DivisionId(HUANHUA),
        children=(LI,),
    )
    planned = played(
        cq(need),
        cq(RecordCareSecured(), at="2025-03-03 10:00", linked=WITH_MOTHER),
        cq(StartAssessment(), at="2025-03-04 09:00"),
        cq(CompleteAssessment(**WHOLE), at="2025-03-14 09:00"),
        cq(AdoptPlan(plan_opinion="想等祖母回来"), at="2025-03-17 09:00"),
    )
    given(*planned).when(close(summary="祖母出院")).then(CaseClosed(closing_summary="祖母出院"))


def test_a_running_search_for_the_child_keeps_the_case_open() -> None:
    missing = cq(findings(Finding.MISSING), at="2025-04-22 09:00")
    search = cq(StartMissingChildSearch(last_seen_where="村口"), at="2025-04-22 09:10")
    lost = then(READY, missing, search)
    given(*lost, SECURED).when(close()).then_refused("emergency_not_finished")


def _refuses(case: Case, command: Command[Any], code: str, *, cites: str | None = None) -> None:
    with pytest.raises(Refused) as refusal:
        decide(case, command)
    assert refusal.value.code == code
    assert cites is None or cites in refusal.value.clauses
