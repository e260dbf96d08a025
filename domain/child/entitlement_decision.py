"""认定 · Granting and refusing, with the reason and the standard; 免申即享; 同步享受 (D.6, SH2024-2.3.8-a … 2.5.18-b).

A department decides on what is its own to decide: housing never learns why a child needs rehabilitation.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.child.entitlement_payment import subsidy_days
from domain.child.entitlement_rules import (
    cite,
    last_days,
    rule_of,
    the_item,
    with_item,
    young_enough,
)
from domain.child.entitlement_state import EntitlementStatus, Item
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Message, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3, P3_AID, P4
from domain.terms.care import CareMeans
from domain.terms.entitlements import EntitlementRoute, EntitlementType
from domain.terms.roles import ROLES_OF, Role
from domain.terms.units import UnitKind

name_fields(
    standard_version=("标准版本", "Version of the standard"),
    granted_from_on=("享受起始日", "Granted from"),
    entitlement_reason=("认定理由", "Reason of the decision"),
    child_uplift_yuan=("对儿童提高的金额(元)", "Uplift for the child (yuan)"),
    uplift_reason=("提高救助水平的理由", "Why that uplift"),
    entitlement_review_on=("待遇复核日期", "Review the entitlement on"),
    entitlement_ends_on=("待遇到期日", "Ends with age on"),
    proof_data=("证明数据", "Data that prove it"),
    family_notified_on=("告知家庭日期", "Family notified on"),
    family_notice_means=("告知方式", "How the family was told"),
    subsidy_on=("文化福利补贴发放日", "Day of the culture subsidy"),
    subsidy_list_on=("补贴名单日期", "Days on which the list is made"),
)

VOLUNTARY_APPLICATION_NEEDED = Refusal(
    "voluntary_application_needed",
    zh="该待遇须家庭自愿提出申请",
    en="A voluntary application is needed",
)
APPLICATION_NEEDED = Refusal(
    "application_needed", zh="须先提出申请或协助申请", en="An application comes first"
)
NOT_UNDECIDED = Refusal(
    "entitlement_not_undecided", zh="没有待认定的事项", en="There is nothing to decide"
)
NOT_ELIGIBLE_HERE = Refusal(
    "entitlement_not_eligible", zh="不符合条件", en="The conditions are not met"
)
AGE_PASSED = Refusal(
    "entitlement_age_passed", zh="已年满规定年龄", en="Not under the age of the text any more"
)
REASON_NEEDED = Refusal(
    "entitlement_reason_missing", zh="须写明认定理由", en="The decision needs its reason"
)
STANDARD_NEEDED = Refusal(
    "standard_version_missing",
    zh="须写明所依据的标准版本",
    en="Say by which version of the standard",
)
UPLIFT_NEEDED = Refusal(
    "child_uplift_missing",
    zh="须说明对儿童提高救助水平的金额和理由",
    en="Say by how much it is raised for the child, and why",
)
NOT_DECIDING_UNIT = Refusal(
    "not_deciding_unit", zh="该待遇由其他部门认定", en="Another department decides on this one"
)
PROOF_MISSING = Refusal("proof_data_missing", zh="须写明证明数据", en="Say which data prove it")
NOTICE_MISSING = Refusal("family_notice_missing", zh="须告知家庭", en="The family must be told")


class Grant(Message):
    """What a grant says."""

    standard_version: Annotated[str, P3]
    granted_from_on: Annotated[date, P3_AID]
    entitlement_reason: Annotated[str, P3]
    child_uplift_yuan: Annotated[int | None, P3] = None
    uplift_reason: Annotated[str | None, P3] = None


class Granted(Grant, Event[Child]):
    """A grant, by whichever route; the days that follow from it for the clocks."""

    entitlement_item_id: Annotated[UUID, P0]
    entitlement: Annotated[EntitlementType, P3_AID]
    entitlement_review_on: Annotated[date | None, P2] = None
    entitlement_ends_on: Annotated[date | None, P2] = None
    subsidy_on: Annotated[date | None, P2] = None
    subsidy_list_on: Annotated[tuple[date, ...], P2] = ()
    entitlement_route: Annotated[EntitlementRoute, P2]

    def evolve(self, state: Child) -> Child:
        after = with_item(
            state,
            self.entitlement_item_id,
            status=EntitlementStatus.ACTIVE,
            route=self.entitlement_route.value,
            overdue=False,
            standard=self.standard_version,
            from_on=self.granted_from_on,
            review_on=self.entitlement_review_on,
            ends_on=self.entitlement_ends_on,
            ended_on=None,
        )
        if self.subsidy_on is None:
            return after
        entitlements = replace(after.entitlements, subsidy_on=self.subsidy_on)
        return replace(after, entitlements=entitlements)


class EntitlementGranted(Granted, name="child.entitlement_granted", zh="待遇已认定", en="Granted"):
    """纳入保障范围, on application, assisted or synchronised."""


class EntitlementGrantedWithoutApplication(
    Granted,
    name="child.entitlement_granted_without_application",
    zh="免申即享已认定",
    en="Granted without application",
):
    proof_data: Annotated[str, P4]
    family_notified_on: Annotated[date, P2]
    family_notice_means: Annotated[CareMeans, P2]


def own_decision(command: Command[Child], item: Item, entitlement: EntitlementType) -> None:
    """Refuses a department that this is not for; whoever was routed to may decide, whatever it is."""
    roles = ROLES_OF[UnitKind(rule_of(command, entitlement).unit)]
    routed = command.by.unit_id is not None and command.by.unit_id == item.unit_id
    if command.by.role in {Role.SYSTEM, *roles} or routed:
        return
    raise NOT_DECIDING_UNIT(cite=cite(command, entitlement), field="entitlement")


class Deciding(Grant, Command[Child]):
    """What both ways of granting check: whose decision, age, reason, standard, uplift for the child."""

    entitlement: Annotated[EntitlementType, P3_AID]

    def checked(self, state: Child, item: Item) -> None:
        """Refuses what no grant may lack."""
        cited, on = cite(self, self.entitlement), max(self.rules.on, self.granted_from_on)
        own_decision(self, item, self.entitlement)
        if not young_enough(self, state, self.entitlement, on):
            raise AGE_PASSED(cite=cited, field="grantedFromOn")
        if not self.entitlement_reason.strip():
            raise REASON_NEEDED(cite=cited, field="entitlementReason")
        if not self.standard_version.strip():
            raise STANDARD_NEEDED(cite=cited, field="standardVersion")
        if rule_of(self, self.entitlement).uplift:
            self._uplift(cited)

    def _uplift(self, cited: tuple[str, ...]) -> None:
        """适当提高对儿童的救助水平 (CN2017-3.1-d, SH2024-2.3.8-a)."""
        if self.child_uplift_yuan is None:
            raise UPLIFT_NEEDED(cite=cited, field="childUpliftYuan")
        if not (self.uplift_reason or "").strip():
            raise UPLIFT_NEEDED(cite=cited, field="upliftReason")

    def days(self, state: Child) -> dict[str, object]:
        """The days that follow: review and end by age, the culture subsidy of a family on minimum living."""
        review_on, ends_on = last_days(self, state, self.entitlement)
        found: dict[str, object] = {
            "entitlement_review_on": review_on,
            "entitlement_ends_on": ends_on,
        }
        if self.entitlement is EntitlementType.MINIMUM_LIVING:
            on, listed = subsidy_days(self, max(self.granted_from_on, _new_year(self.rules.on)))
            found |= {"subsidy_on": on, "subsidy_list_on": listed}
        return found


def _new_year(day: date) -> date:
    return day.replace(month=1, day=1)


class GrantEntitlement(
    Deciding,
    name="child.grant_entitlement",
    zh="认定待遇",
    en="Grant an entitlement",
    when=ON_FILE,
    clauses=(
        "CN2017-3.1-a",
        "CN2017-3.1-b",
        "CN2017-3.1-c",
        "CN2017-3.1-d",
        "CN2017-3.2-b",
        "CN2017-3.3-a",
        "CN2017-3.3-b",
        "CN2017-5.1-ag",
        "CN2017-5.1-w",
        "SH2020-4.3-d",
        "CQ2016-4.3-f",
        "CQ2016-5.1-c",
        "SH2024-2.3.8-a",
        "SH2024-2.3.8-d",
        "CQ2024-2.5-e",
        "CQ2016-3.3-e",
        "CQ2016-3.3-f",
        "CN2017-3.1-c0",
        "CN2017-3.5.2-b",
        "CQ2024-2.8-c",
    ),
):
    """On an application, or of what came with another entitlement; some on voluntary application only."""

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        only = self.rules.codes("entitlements_on_application")
        item = state.entitlements.current(self.entitlement)
        applied = item is not None and item.status is EntitlementStatus.APPLIED
        if self.entitlement in only and not applied:
            cited = self.rules.cite("entitlements_on_application", self.entitlement)
            raise VOLUNTARY_APPLICATION_NEEDED(cite=cited, field="entitlement")
        item = undecided_item(state, self.entitlement)
        together = item.route == EntitlementRoute.SYNCHRONISED
        if not applied and not together:
            raise APPLICATION_NEEDED(cite=cite(self, self.entitlement), field="entitlement")
        self.checked(state, item)
        yield EntitlementGranted.of(
            self,
            entitlement_item_id=item.item_id,
            entitlement_route=EntitlementRoute(item.route or EntitlementRoute.APPLICATION),
            **self.days(state),
        )


class GrantEntitlementWithoutApplication(
    Deciding,
    name="child.grant_entitlement_without_application",
    zh="免申即享认定",
    en="Grant without application",
    when=ON_FILE,
    clauses=("SH2024-2.5.18-b", "SH2024-2.3.8-a"),
):
    """Civil affairs confirms what the data prove, and the family is told (SH2024-2.5.18-b)."""

    proof_data: Annotated[str, P4]
    family_notified_on: Annotated[date | None, P2] = None
    family_notice_means: Annotated[CareMeans | None, P2] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        topic = "entitlements_without_application"
        if self.entitlement in self.rules.codes("entitlements_on_application"):
            cited = self.rules.cite("entitlements_on_application", self.entitlement)
            raise VOLUNTARY_APPLICATION_NEEDED(cite=cited, field="entitlement")
        if self.entitlement not in self.rules.codes(topic):
            raise APPLICATION_NEEDED(cite=self.rules.cite(topic), field="entitlement")
        item = undecided_item(state, self.entitlement)
        if item.status is EntitlementStatus.INDICATED:
            raise NOT_ELIGIBLE_HERE(cite=cite(self, self.entitlement), field="entitlement")
        self.checked(state, item)
        cited = self.rules.cite(topic, self.entitlement)
        if not self.proof_data.strip():
            raise PROOF_MISSING(cite=cited, field="proofData")
        if self.family_notified_on is None or self.family_notice_means is None:
            raise NOTICE_MISSING(cite=cited, field="familyNotifiedOn")
        yield EntitlementGrantedWithoutApplication.of(
            self,
            entitlement_item_id=item.item_id,
            entitlement_route=EntitlementRoute.WITHOUT_APPLICATION,
            **self.days(state),
        )


def undecided_item(state: Child, entitlement: EntitlementType) -> Item:
    """The item that waits for a decision."""
    item = the_item(state, entitlement)
    if not item.undecided:
        raise NOT_UNDECIDED(field="entitlement")
    return item


class EntitlementRefused(
    Event[Child], name="child.entitlement_refused", zh="不予认定", en="Refused"
):
    entitlement_item_id: Annotated[UUID, P0]
    entitlement: Annotated[EntitlementType, P3_AID]
    entitlement_reason: Annotated[str, P3]
    standard_version: Annotated[str | None, P3] = None

    def evolve(self, state: Child) -> Child:
        return with_item(
            state, self.entitlement_item_id, status=EntitlementStatus.REFUSED, overdue=False
        )


class RefuseEntitlement(
    Command[Child],
    name="child.refuse_entitlement",
    zh="不予认定待遇",
    en="Refuse an entitlement",
    when=ON_FILE,
    clauses=("CN2017-5.1-ag", "SH2024-2.3.8-a", "CQ2024-2.5-e"),
):
    """With the reason, each item by itself; new facts open the question again."""

    entitlement: Annotated[EntitlementType, P3_AID]
    entitlement_reason: Annotated[str, P3]
    standard_version: Annotated[str | None, P3] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        item = undecided_item(state, self.entitlement)
        own_decision(self, item, self.entitlement)
        if not self.entitlement_reason.strip():
            raise REASON_NEEDED(cite=cite(self, self.entitlement), field="entitlementReason")
        yield EntitlementRefused.of(self, entitlement_item_id=item.item_id)
