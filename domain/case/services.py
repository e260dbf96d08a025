"""专业服务 · Referred, accepted or declined, delivered, closed (SH2020-4.3-c, CQ2016-4.3-c, CN2017-4.4-a).

Who declined stays on record: 推诿扯皮 is a ground of accountability (SH2020-5.4-h). Only the provider a
service was referred to answers for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from domain.case.plan import ITEM_IS_DONE, UNKNOWN_ITEM
from domain.case.plan_state import PlanItem
from domain.case.state import CASE_OPEN, Case
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3
from domain.terms.plan import ItemStatus, ServiceType

name_fields(
    provider_unit_id=("服务单位", "Provider"),
    referral_reason=("转介理由", "Why it is referred"),
    service_decline_reason=("不接受的理由", "Why it is declined"),
    referring_unit_id=("转介单位", "Unit that refers"),
    offer=("可提供的服务", "Offer"),
)

NO_PROVIDER = Refusal("no_provider", zh="须指明服务单位", en="Say to which unit it is referred")
REFERRED_ALREADY = Refusal(
    "referred_already", zh="该事项已转介,待对方答复", en="It is with a provider already"
)
NOT_REFERRED = Refusal(
    "not_referred", zh="该事项未在转介中", en="It is not waiting for a provider's answer"
)
NOT_THE_PROVIDER = Refusal(
    "not_the_provider", zh="该事项由另一单位承办", en="Another unit provides this service"
)
DECLINE_REASON_MISSING = Refusal(
    "decline_reason_missing",
    zh="不接受转介须说明理由",
    en="Say why the referral is declined",
    clauses=("CQ2016-4.3-c", "SH2020-5.4-h"),
)

IN_HAND = frozenset({ItemStatus.ACCEPTED, ItemStatus.IN_SERVICE})


def open_item(case: Case, item_id: UUID) -> PlanItem:
    """The item, while something is left to do; refuses otherwise."""
    item = case.plan.item(item_id)
    if item is None:
        raise UNKNOWN_ITEM(field="itemId")
    if not item.is_open:
        raise ITEM_IS_DONE(field="itemId")
    return item


def own_item(command: Command[Case], item: PlanItem) -> None:
    """Only the provider answers; where the provider is no unit here, whoever may act on the case."""
    if item.provider_unit_id is not None and command.by.unit_id != item.provider_unit_id:
        raise NOT_THE_PROVIDER(field="itemId")


def changed(case: Case, item_id: UUID, **more: Any) -> Case:
    """The case with this item changed; nothing where there is no such item."""
    item = case.plan.item(item_id)
    if item is None:
        return case
    return replace(case, plan=case.plan.put(replace(item, **more)))


class ServiceReferred(Event[Case], name="case.service_referred", zh="转介", en="Service referred"):
    """A provider is asked to take this on."""

    item_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None
    service: Annotated[ServiceType, P3]
    provider_unit_id: Annotated[UUID, P2]
    referring_unit_id: Annotated[UUID | None, P2] = None
    referral_reason: Annotated[str, P3]
    item_due_on: Annotated[date | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """It waits for the provider."""
        return changed(
            case,
            self.item_id,
            status=ItemStatus.REFERRED,
            provider_unit_id=self.provider_unit_id,
        )


class ReferService(
    Command[Case],
    name="case.refer_service",
    zh="转介服务",
    en="Refer a service",
    when=CASE_OPEN,
    clauses=(
        "SH2020-4.3-c",
        "SH2020-3.5-b",
        "CQ2016-4.3-c",
        "CQ2016-4.3-d",
        "CN2017-4.4-a",
        "CQ2016-3.5-b",
        "CQ2024-2.2-b",
    ),
):
    """To the provider of the plan, or another."""

    item_id: Annotated[UUID, P0]
    provider_unit_id: Annotated[UUID | None, P2] = None
    referral_reason: Annotated[str, P3]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """One provider at a time; a new one after a refusal."""
        item = open_item(case, self.item_id)
        if item.status in IN_HAND | {ItemStatus.REFERRED}:
            raise REFERRED_ALREADY(field="itemId")
        provider = self.provider_unit_id or item.provider_unit_id
        if provider is None:
            raise NO_PROVIDER(field="providerUnitId")
        yield ServiceReferred.of(
            self,
            child_id=item.child_id,
            service=item.service,
            provider_unit_id=provider,
            referring_unit_id=self.by.unit_id,
            item_due_on=item.due_on,
        )


class ServiceAccepted(
    Event[Case], name="case.service_accepted", zh="接受转介", en="Service accepted"
):
    """The provider takes it on."""

    item_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None
    provider_unit_id: Annotated[UUID | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """In hand."""
        return changed(case, self.item_id, status=ItemStatus.ACCEPTED)


class AcceptService(
    Command[Case],
    name="case.accept_service",
    zh="接受转介",
    en="Accept a service",
    when=CASE_OPEN,
    clauses=("CQ2016-4.3-c", "SH2020-4.3-c"),
):
    """By the provider it was referred to."""

    item_id: Annotated[UUID, P0]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """While it waits for an answer."""
        item = open_item(case, self.item_id)
        if item.status is not ItemStatus.REFERRED:
            raise NOT_REFERRED(field="itemId")
        own_item(self, item)
        yield ServiceAccepted.of(
            self, child_id=item.child_id, provider_unit_id=item.provider_unit_id
        )


class ServiceDeclined(
    Event[Case], name="case.service_declined", zh="拒绝转介", en="Service declined"
):
    """The provider declined; the township must find another."""

    item_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None
    provider_unit_id: Annotated[UUID | None, P2] = None
    service_decline_reason: Annotated[str, P3]

    def evolve(self, case: Case) -> Case:
        """Kept on record, and open again."""
        item = case.plan.item(self.item_id)
        if item is None:
            return case
        declined = (*item.declined_by, self.provider_unit_id)
        return changed(
            case,
            self.item_id,
            status=ItemStatus.DECLINED,
            provider_unit_id=None,
            declined_by=declined,
        )


class DeclineService(
    Command[Case],
    name="case.decline_service",
    zh="拒绝转介",
    en="Decline a service",
    when=CASE_OPEN,
    clauses=("CQ2016-4.3-c", "SH2020-5.4-h"),
):
    """By the provider it was referred to, with the reason."""

    item_id: Annotated[UUID, P0]
    service_decline_reason: Annotated[str, P3]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """While it waits for an answer."""
        item = open_item(case, self.item_id)
        if item.status is not ItemStatus.REFERRED:
            raise NOT_REFERRED(field="itemId")
        own_item(self, item)
        if not self.service_decline_reason.strip():
            raise DECLINE_REASON_MISSING(field="serviceDeclineReason")
        yield ServiceDeclined.of(
            self, child_id=item.child_id, provider_unit_id=item.provider_unit_id
        )


class NeedServiceMatched(
    Event[Case],
    name="case.need_service_matched",
    zh="需求与服务对接",
    en="Need matched with service",
):
    """A need of the plan and an offer were brought together; the child is not named to the offerer."""

    item_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None
    service: Annotated[ServiceType, P3]
    offer: Annotated[str, P3]
    provider_unit_id: Annotated[UUID | None, P2] = None


class MatchNeedWithService(
    Command[Case],
    name="case.match_need_with_service",
    zh="需求与服务对接",
    en="Match a need with a service",
    when=CASE_OPEN,
    clauses=("CQ2016-3.4-i",),
):
    """By the Women's Federation with the other mass organisations."""

    item_id: Annotated[UUID, P0]
    offer: Annotated[str, P3]
    provider_unit_id: Annotated[UUID | None, P2] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Of a need that is still open; the referral is another step."""
        item = open_item(case, self.item_id)
        yield NeedServiceMatched.of(self, child_id=item.child_id, service=item.service)
