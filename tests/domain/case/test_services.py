"""The services of a plan: referred, taken on or declined, delivered, ended; needs matched with offers."""

from __future__ import annotations

from datetime import date

import pytest

from domain.case.plan import PlannedItem
from domain.case.report_state import Stage
from domain.case.service_delivery import (
    DeliverService,
    ServiceClosed,
    ServiceDelivered,
)
from domain.case.services import (
    AcceptService,
    MatchNeedWithService,
    NeedServiceMatched,
    ServiceAccepted,
    ServiceDeclined,
    ServiceReferred,
)
from domain.terms.plan import ItemStatus, PlanField, ServiceOutcome, ServiceType
from tests.domain.case.cast import (
    LI,
    TOWNSHIP_CQ,
    case_of,
    cq,
)
from tests.domain.case.on_scene import then
from tests.domain.case.placing import made
from tests.domain.case.planning import (
    ASSESSED,
    CENTRE,
    COUNSELLING_ID,
    GUIDANCE_ID,
    OTHER_CENTRE,
    OTHER_WORKER,
    PLANNED,
    SOCIAL_WORKER,
    accept,
    adopt,
    close_item,
    decline,
    deliver,
    refer,
)
from tests.dsl import an_id, given


@pytest.mark.clause("SH2020-4.3-c", "SH2020-3.4-a", "SH2020-3.5-b")
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


NAMED = {
    "CQ2016-3.4-b": "日间照料、课业辅导、自护教育、心理疏导",
    "CQ2016-3.5-b": "监护指导、心理疏导、行为矫治、社会融入、家庭关系调适",
    "CQ2016-5.1-d": "生活帮扶、日间照料、就学帮扶、医疗救治",
    "CQ2024-2.6-n": "居家环境改善",
    "CQ2024-2.7-b": "社会调查、心理疏导、亲情关爱、权益维护",
}
"""The services that a sentence names, as the plan calls them."""


@pytest.mark.clause("CQ2016-3.4-b", "CQ2016-3.5-b", "CQ2016-5.1-d", "CQ2024-2.6-n", "CQ2024-2.7-b")
@pytest.mark.parametrize("clause", NAMED)
def test_every_service_a_text_names_is_planned_referred_and_delivered_by_its_name(
    clause: str,
) -> None:
    by_name = {service.zh: service for service in ServiceType}
    for name in NAMED[clause].split("、"):
        item = PlannedItem(
            service=by_name[name], plan_field=PlanField.WELFARE, need=name, provider_unit_id=CENTRE
        )
        plan = adopt(items=(item,))
        item_id = made(plan, "item/0")
        taken_on = cq(AcceptService(item_id=item_id), at="2025-03-19 09:00", by=SOCIAL_WORKER)
        in_hand = then(ASSESSED, plan, refer(item_id), taken_on)
        done = DeliverService(item_id=item_id, service_note="一次")
        (told,) = given(*in_hand).when(cq(done, at="2025-03-25 09:00", by=SOCIAL_WORKER)).facts()
        assert isinstance(told, ServiceDelivered)
        assert told.service is by_name[name]
        cited = told.told.clauses if clause != "CQ2016-3.5-b" else in_hand[-2].told.clauses
        assert clause in cited
