"""Steps of the support plan: adopted for Li, its services referred, taken on, delivered and ended."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from domain.case.assessment import StartAssessment
from domain.case.assessment_result import CompleteAssessment
from domain.case.plan import AdoptPlan, PlannedItem
from domain.case.service_delivery import (
    CloseService,
    DeliverService,
)
from domain.case.services import (
    AcceptService,
    DeclineService,
    ReferService,
)
from domain.kernel import Command
from domain.terms.plan import PlanField, ServiceOutcome, ServiceType
from tests.domain.case.cast import (
    TOWNSHIP_CQ,
    cn,
    cq,
)
from tests.domain.case.on_scene import INJURED_CN, then
from tests.domain.case.placing import made
from tests.domain.case.test_assessment import RUNNING, WHOLE
from tests.dsl import an_id, person

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
