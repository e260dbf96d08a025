"""发放 · What is paid, and the culture subsidy of every first of June (CN2017-3.5.1-a, T-12).

Who has it is judged on the day itself: every child of a family on minimum living allowance on that day, once a year.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from domain.child.entitlement_rules import deciding_unit
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date, under
from domain.provisions import PeriodicDuty, PeriodicWarning
from domain.replacing import replace
from domain.sensitivity import P2, P3, P3_AID
from domain.terms.entitlements import EntitlementType

name_fields(
    paid_on=("发放日期", "Paid on"),
    paid_yuan=("发放金额(元)", "Amount paid (yuan)"),
    paid_year=("发放年度", "Year it is paid for"),
)

DUTY = "CULTURE_SUBSIDY"
NOT_GRANTED = Refusal(
    "payment_without_grant", zh="未享受该待遇,不能发放", en="It is paid only of what is held"
)
PAID_LATER = Refusal("paid_later", zh="发放日期不能晚于办理之日", en="It cannot be paid already")
AMOUNT_MISSING = Refusal("paid_amount_missing", zh="须写明发放金额", en="Say how much was paid")


def _duty(command: Command[Child]) -> tuple[PeriodicDuty, PeriodicWarning] | None:
    return command.rules.periodic_duties().get(DUTY)


def subsidy_days(command: Command[Child], from_on: date) -> tuple[date | None, tuple[date, ...]]:
    """The first day of the subsidy on or after this one, and the days on which its list is made."""
    found = _duty(command)
    if found is None or found[0].due is None:
        return None, ()
    month, day = map(int, found[0].due.split("-"))
    on = date(from_on.year, month, day)
    if on < from_on:
        on = on.replace(year=on.year + 1)
    return on, tuple(on - timedelta(days=n) for n in found[1].days_before)


class EntitlementPaid(Event[Child], name="child.entitlement_paid", zh="已发放", en="Paid"):
    """One payment."""

    entitlement: Annotated[EntitlementType, P3_AID]
    paid_on: Annotated[date, P3_AID]
    paid_yuan: Annotated[int, P3]


class CultureSubsidyPaid(
    Event[Child], name="child.culture_subsidy_paid", zh="文化福利补贴已发放", en="Subsidy paid"
):
    """By the standard of the day, once a year; the next first of June follows from it."""

    entitlement: Annotated[EntitlementType, P3_AID]
    paid_on: Annotated[date, P3_AID]
    paid_year: Annotated[int, P3_AID]
    subsidy_on: Annotated[date | None, P2] = None
    subsidy_list_on: Annotated[tuple[date, ...], P2] = ()

    def evolve(self, state: Child) -> Child:
        held = state.entitlements
        paid = held.paid_years | {self.paid_year}
        next_on = self.subsidy_on or held.subsidy_on
        return replace(state, entitlements=replace(held, paid_years=paid, subsidy_on=next_on))


class RecordEntitlementPayment(
    Command[Child],
    name="child.record_entitlement_payment",
    zh="登记发放",
    en="Record a payment",
    when=ON_FILE,
    clauses=("CN2017-3.1-a", "CN2017-3.1-b", "CN2017-3.1-c", "CQ2024-2.5-e"),
):
    """Of an entitlement that is held."""

    entitlement: Annotated[EntitlementType, P3_AID]
    paid_on: Annotated[date, P3_AID]
    paid_yuan: Annotated[int, P3]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if not state.entitlements.had_on(self.entitlement, self.paid_on):
            raise NOT_GRANTED(field="entitlement")
        if self.paid_on > self.rules.on:
            raise PAID_LATER(field="paidOn")
        if self.paid_yuan <= 0:
            raise AMOUNT_MISSING(field="paidYuan")
        yield EntitlementPaid.of(self)


class CultureSubsidyListed(
    Event[Child], name="child.culture_subsidy_listed", zh="列入文化福利补贴名单", en="Listed"
):
    subsidy_on: Annotated[date, P2]
    entitlement_unit_id: Annotated[UUID | None, P2] = None


class ListForCultureSubsidy(
    Command[Child],
    name="child.list_for_culture_subsidy",
    zh="列入文化福利补贴名单",
    en="List for the culture subsidy",
    clauses=("CN2017-3.5.1-a",),
    by_system=True,
):
    """Thirty days ahead, of the families that have it by then; who comes later is paid all the same."""

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        on = owed_on(self, state)
        if on is not None and local_date(self.at) < on and state.entitlements.has(_SOURCE):
            unit = deciding_unit(self, state, EntitlementType.CULTURE_SUBSIDY)
            yield CultureSubsidyListed(subsidy_on=on, entitlement_unit_id=unit)


class PayCultureSubsidy(
    Command[Child],
    name="child.pay_culture_subsidy",
    zh="发放文化福利补贴",
    en="Pay the culture subsidy",
    clauses=("CN2017-3.5.1-a",),
    by_system=True,
):
    """每年“六一”: put by the clock on the day; a second time in the year it says nothing."""

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        on = owed_on(self, state)
        if on is None or local_date(self.at) < on:
            return
        if state.entitlements.had_on(_SOURCE, on) and _is_child(self, state, on):
            next_on, listed = subsidy_days(self, on + timedelta(days=1))
            yield CultureSubsidyPaid(
                entitlement=EntitlementType.CULTURE_SUBSIDY,
                paid_on=on,
                paid_year=on.year,
                subsidy_on=next_on,
                subsidy_list_on=listed,
            )


_SOURCE = EntitlementType.MINIMUM_LIVING


def owed_on(command: Command[Child], state: Child) -> date | None:
    """The day of the next subsidy; None where no text in force gives one, or the year's is paid."""
    on = state.entitlements.subsidy_on
    if on is None or _duty(command) is None:
        return None
    return None if on.year in state.entitlements.paid_years else on


def _is_child(command: Command[Child], state: Child, on: date) -> bool:
    born = state.file.birth_on
    return born is None or under(born, command.rules.count("adult_age"), on)
