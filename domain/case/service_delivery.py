"""服务实施 · What a provider has done, each time, and how it ended (SH2020-3.4-a, CQ2016-3.4-b, CN2017-4.4-a)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.case.report_state import Stage
from domain.case.services import IN_HAND, changed, open_item, own_item
from domain.case.state import CASE_OPEN, Case
from domain.codec import says_more
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3
from domain.terms.plan import ItemStatus, ServiceOutcome, ServiceType
from domain.terms.safety import CareProgramme

name_fields(
    programme=("服务项目", "Programme"),
    delivered_on=("服务日期", "Delivered on"),
    service_note=("服务记录", "What was done"),
    service_amount=("服务量", "Amount"),
    service_outcome=("服务结果", "Outcome"),
    outcome_note=("结果说明", "About the outcome"),
)

SERVICE_NOT_ACCEPTED = Refusal(
    "service_not_accepted", zh="服务单位尚未接受", en="The provider has not accepted it yet"
)
NOTHING_DELIVERED = Refusal(
    "nothing_delivered",
    zh="尚无服务记录,不能认定服务结果",
    en="Nothing was delivered: there is no result to record",
)


class ServiceDelivered(
    Event[Case], name="case.service_delivered", zh="服务记录", en="Service delivered", version=2
):
    """The provider has done its part once more."""

    item_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None
    service: Annotated[ServiceType, P3]
    programme: Annotated[str | None, P3] = None
    delivered_on: Annotated[date, P2]
    service_note: Annotated[str, P3]
    service_amount: Annotated[str | None, P3] = None
    care_programme: Annotated[CareProgramme | None, P3] = None

    def evolve(self, case: Case) -> Case:
        """The case is being served."""
        item = case.plan.item(self.item_id)
        times = item.delivered + 1 if item else 1
        stage = Stage.SERVING if case.stage is Stage.PLANNED else case.stage
        return replace(
            changed(case, self.item_id, status=ItemStatus.IN_SERVICE, delivered=times),
            stage=stage,
        )


# The programme was words only.
says_more("case.service_delivered", 1)


class DeliverService(
    Command[Case],
    name="case.deliver_service",
    zh="记录服务",
    en="Record a service delivered",
    when=CASE_OPEN,
    clauses=(
        "SH2020-3.4-a",
        "SH2020-4.3-c",
        "CQ2016-3.4-b",
        "CQ2016-4.3-d",
        "CN2017-4.4-a",
        "CN2017-4.4.1-c",
        "CN2017-4.4.2-a",
        "SH2024-2.1.3-b",
        "SH2024-2.2.5-d",
        "SH2024-2.3.10-c",
        "CQ2024-2.2-g",
        "CQ2016-5.1-d",
        "CQ2024-2.6-n",
        "CQ2024-2.7-b",
        "CQ2024-3.2-c",
    ),
):
    """By the provider that accepted it, each time."""

    item_id: Annotated[UUID, P0]
    programme: Annotated[str | None, P3] = None
    service_note: Annotated[str, P3]
    service_amount: Annotated[str | None, P3] = None
    care_programme: Annotated[CareProgramme | None, P3] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Of a service in hand."""
        item = open_item(case, self.item_id)
        if item.status not in IN_HAND:
            raise SERVICE_NOT_ACCEPTED(field="itemId")
        own_item(self, item)
        yield ServiceDelivered.of(
            self,
            child_id=item.child_id,
            service=item.service,
            delivered_on=local_date(self.occurred_at),
        )


class ServiceClosed(Event[Case], name="case.service_closed", zh="服务结束", en="Service closed"):
    """One item of the plan is done with."""

    item_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None
    service_outcome: Annotated[ServiceOutcome, P3]
    outcome_note: Annotated[str | None, P3] = None

    def evolve(self, case: Case) -> Case:
        """Closed."""
        return changed(case, self.item_id, status=ItemStatus.CLOSED)


class CloseService(
    Command[Case],
    name="case.close_service",
    zh="结束服务",
    en="Close a service",
    when=CASE_OPEN,
    clauses=("SH2020-4.3-c", "CQ2016-4.3-c", "CQ2016-4.3-d", "CN2017-4.4-a"),
):
    """By the provider, with the outcome; what was achieved was delivered before."""

    item_id: Annotated[UUID, P0]
    service_outcome: Annotated[ServiceOutcome, P3]
    outcome_note: Annotated[str | None, P3] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """An open item; a result needs a delivery, 不再需要 and 家庭不接受 do not."""
        item = open_item(case, self.item_id)
        own_item(self, item)
        without = {ServiceOutcome.NO_LONGER_NEEDED, ServiceOutcome.FAMILY_DECLINED}
        if self.service_outcome not in without and not item.delivered:
            raise NOTHING_DELIVERED(field="serviceOutcome")
        yield ServiceClosed.of(self, child_id=item.child_id)
