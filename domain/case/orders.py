"""司法监督措施 · Orders against a guardian, and whether they are carried out (CQ2024-3.3-b, SH2024-2.2.4-c).

家庭教育指导令, 监护督促令 and 人身安全保护令 are named without an issuer (domain model I.15): whoever of police,
procuratorate and court issued it, it is recorded, and the event says on what that rests. 执行力度: an order
is checked, and a breach is a duty of the police at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from domain.case.intervention import INTERVENING
from domain.case.intervention_state import OrderIssued
from domain.case.report_routing import unit_at
from domain.case.state import Case
from domain.case.whose_child import nobody_minor_on
from domain.codec import says_more
from domain.kernel import Command, Event, Message, Refusal
from domain.labels import name_fields
from domain.periods import add, local_date
from domain.replacing import replace
from domain.rulebook import Basis, Rules
from domain.sensitivity import P0, P1, P2, P4, P5
from domain.terms.intervention import OrderExecution, OrderIssuer, OrderKind
from domain.terms.measures import MeasureSubject
from domain.terms.units import UnitKind

name_fields(
    order_id=("令状", "Order"),
    order_kind=("令状种类", "Kind of order"),
    order_issuer=("出具机关", "Issued by"),
    order_number=("令状文号", "Number of the order"),
    order_until=("令状期限至", "Order runs until"),
    issuer_basis=("出具机关的依据", "On what the issuer rests"),
    prohibitions=("禁止事项", "What is prohibited"),
    order_check_on=("执行核查期限", "Check the execution by"),
    order_check_unit_id=("执行核查单位", "Unit that checks the execution"),
    order_execution=("执行情况", "Execution"),
    execution_note=("核查经过", "What the check found"),
    breach_unit_id=("违反令状处置单位", "Unit that answers the breach"),
    breach_answer_by=("违反令状处置时限", "Answer the breach by"),
)

ORDER_NUMBER_MISSING = Refusal(
    "order_number_missing", zh="须填写令状文号", en="The number of the order is needed"
)
ORDER_TERM_PAST = Refusal(
    "order_term_past", zh="令状期限不能早于出具之日", en="The term cannot end before it begins"
)
PROHIBITIONS_MISSING = Refusal(
    "prohibitions_missing", zh="保护令须写明禁止事项", en="Say what the order prohibits"
)
UNKNOWN_ORDER = Refusal("unknown_order", zh="没有此令状", en="There is no such order")

_CHECKED_BY = {
    OrderKind.FAMILY_EDUCATION: UnitKind.WOMENS_FEDERATION,
    OrderKind.GUARDIANSHIP_URGING: UnitKind.DISTRICT_CIVIL_AFFAIRS,
    OrderKind.PROTECTION: UnitKind.POLICE,
}


FOR_MINORS = frozenset({OrderKind.FAMILY_EDUCATION, OrderKind.GUARDIANSHIP_URGING})
"""About bringing up a child: moot once nobody is a minor. A protection order protects whoever it names."""


def issuer_basis(rules: Rules, kind: OrderKind, issuer: OrderIssuer) -> Basis:
    """Only SH2024-2.2.4-c names an issuer, the police; elsewhere the text is silent, and nobody is refused."""
    ordered = "ORDERED_FAMILY_EDUCATION" in rules.codes("guardian_measures")
    by_text = kind is OrderKind.FAMILY_EDUCATION and issuer is OrderIssuer.POLICE and ordered
    return Basis.TEXT if by_text else Basis.SILENT


def checked_by(kind: OrderKind) -> UnitKind:
    """Who checks the execution of an order."""
    return _CHECKED_BY[kind]


class Ordering(Message):
    """What every order says."""

    subject_kind: Annotated[MeasureSubject, P4]
    subject_id: Annotated[UUID, P4]
    order_issuer: Annotated[OrderIssuer, P4]
    order_number: Annotated[str, P5]
    order_until: Annotated[date | None, P4] = None


class Ordered(Ordering, Event[Case]):
    """With its id, the basis of its issuer, and who checks it by when."""

    order_id: Annotated[UUID, P0]
    issuer_basis: Annotated[Basis, P2]
    order_check_on: Annotated[date, P2]
    order_check_unit_id: Annotated[UUID | None, P2] = None
    of_age_on: Annotated[date | None, P1] = None
    """When the last of the children whose guardian this is comes of age; none where the order outlasts that."""

    def issued(self, case: Case, kind: OrderKind) -> Case:
        """In force from now on."""
        order = OrderIssued(
            order_id=self.order_id,
            kind=kind,
            subject_id=self.subject_id,
            issued_on=local_date(self.stamp.occurred_at) if self.stamp else None,
            until_on=self.order_until,
            check_on=self.order_check_on,
            of_age_on=self.of_age_on,
        )
        return replace(case, intervention=case.intervention.put_order(order))


class FamilyEducationOrdered(
    Ordered,
    name="case.family_education_ordered",
    zh="责令接受家庭教育指导",
    en="Education ordered",
    existence=P4,
    version=2,
):
    """The Women's Federation delivers it (Q-26)."""

    family_care_unit_id: Annotated[UUID | None, P2] = None
    family_care_by: Annotated[date, P2]

    def evolve(self, case: Case) -> Case:
        """Ordered."""
        return self.issued(case, OrderKind.FAMILY_EDUCATION)


class GuardianshipUrgingOrderIssued(
    Ordered,
    name="case.guardianship_urging_order_issued",
    zh="监护督促令",
    en="Urging order",
    existence=P4,
    version=2,
):
    """To perform the guardianship."""

    def evolve(self, case: Case) -> Case:
        """Ordered."""
        return self.issued(case, OrderKind.GUARDIANSHIP_URGING)


class ProtectionOrderIssued(
    Ordered,
    name="case.protection_order_issued",
    zh="人身安全保护令",
    en="Protection order",
    existence=P4,
    version=2,
):
    """To keep away, and what else is prohibited."""

    prohibitions: Annotated[tuple[str, ...], P5]

    def evolve(self, case: Case) -> Case:
        """Ordered."""
        return self.issued(case, OrderKind.PROTECTION)


# At first an order was checked on when nobody was a minor any more.
says_more("case.family_education_ordered", 1)
says_more("case.guardianship_urging_order_issued", 1)
says_more("case.protection_order_issued", 1)


class OrderCommand(Ordering, Command[Case]):
    """What is asked of every order."""

    def of_this(self, case: Case, kind: OrderKind) -> dict[str, object]:
        """The rest of the event, once the order is whole."""
        today = local_date(self.occurred_at)
        if not self.order_number.strip():
            raise ORDER_NUMBER_MISSING(field="orderNumber")
        if self.order_until is not None and self.order_until < today:
            raise ORDER_TERM_PAST(field="orderUntil")
        check_on = today + timedelta(days=self.rules.days("order_check_days"))
        return {
            "order_id": self.new_id("order"),
            "issuer_basis": issuer_basis(self.rules, kind, self.order_issuer),
            "order_check_on": min(check_on, self.order_until or check_on),
            "order_check_unit_id": unit_at(self, _CHECKED_BY[kind], case.place),
            "of_age_on": nobody_minor_on(self, case, self.subject_id)
            if kind in FOR_MINORS
            else None,
        }


class OrderFamilyEducation(
    OrderCommand,
    name="case.order_family_education",
    zh="责令接受家庭教育指导",
    en="Order family education",
    when=INTERVENING,
    needs=("child",),
    clauses=("SH2024-2.2.4-c", "CQ2024-3.3-b"),
):
    """情况严重的 (SH2024-2.2.4-c); as a 家庭教育指导令 in Chongqing."""

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """The Women's Federation hears of it in the same breath (SH2024-2.2.4-d)."""
        rest = self.of_this(case, OrderKind.FAMILY_EDUCATION)
        days = self.rules.days("placement_family_care_days")
        yield FamilyEducationOrdered.of(
            self,
            **rest,
            family_care_unit_id=unit_at(self, UnitKind.WOMENS_FEDERATION, case.place),
            family_care_by=local_date(self.occurred_at) + timedelta(days=days),
        )


class IssueGuardianshipUrgingOrder(
    OrderCommand,
    name="case.issue_guardianship_urging_order",
    zh="出具监护督促令",
    en="Issue a guardianship-urging order",
    when=INTERVENING,
    needs=("child",),
    clauses=("CQ2024-3.3-b",),
):
    """By procuratorate, court or police."""

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Recorded, whoever issued it."""
        rest = self.of_this(case, OrderKind.GUARDIANSHIP_URGING)
        yield GuardianshipUrgingOrderIssued.of(self, **rest)


class IssueProtectionOrder(
    OrderCommand,
    name="case.issue_protection_order",
    zh="出具人身安全保护令",
    en="Issue a protection order",
    when=INTERVENING,
    needs=("child",),
    clauses=("CQ2024-3.3-b",),
):
    """Usually by the court; the text does not say."""

    prohibitions: Annotated[tuple[str, ...], P5]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """With what it prohibits."""
        if not any(one.strip() for one in self.prohibitions):
            raise PROHIBITIONS_MISSING(field="prohibitions")
        yield ProtectionOrderIssued.of(self, **self.of_this(case, OrderKind.PROTECTION))


class OrderExecutionChecked(
    Event[Case],
    name="case.order_execution_checked",
    zh="令状执行核查",
    en="Execution checked",
    existence=P4,
):
    """Complied with, or breached: then the police answer at once."""

    order_id: Annotated[UUID, P0]
    order_kind: Annotated[OrderKind, P4]
    subject_id: Annotated[UUID, P4]
    order_execution: Annotated[OrderExecution, P4]
    execution_note: Annotated[str, P5]
    order_check_on: Annotated[date | None, P2] = None
    """The next check: of an order that runs on, or was breached."""
    order_check_unit_id: Annotated[UUID | None, P2] = None
    breach_unit_id: Annotated[UUID | None, P2] = None
    breach_answer_by: Annotated[datetime | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """As the check found."""
        order = case.intervention.order(self.order_id)
        if order is None:
            return case
        order = replace(order, execution=self.order_execution, check_on=self.order_check_on)
        return replace(case, intervention=case.intervention.put_order(order))


class CheckOrderExecution(
    Command[Case],
    name="case.check_order_execution",
    zh="核查令状执行情况",
    en="Check the execution of an order",
    when=INTERVENING,
    clauses=("CQ2024-3.3-b",),
):
    """By police, Women's Federation or civil affairs."""

    order_id: Annotated[UUID, P0]
    order_execution: Annotated[OrderExecution, P4]
    execution_note: Annotated[str, P5]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """运用执行力度: checked again while it runs, and whenever it was breached."""
        order = case.intervention.order(self.order_id)
        if order is None:
            raise UNKNOWN_ORDER(field="orderId")
        breached = self.order_execution is OrderExecution.BREACHED
        answer = timedelta(minutes=self.rules.minutes("at_once_minutes"))
        place = case.place
        yield OrderExecutionChecked.of(
            self,
            order_kind=order.kind,
            subject_id=order.subject_id,
            order_check_on=self._next(order, breached=breached),
            order_check_unit_id=unit_at(self, _CHECKED_BY[order.kind], place),
            breach_unit_id=unit_at(self, UnitKind.POLICE, place) if breached else None,
            breach_answer_by=self.occurred_at + answer if breached else None,
        )

    def _next(self, order: OrderIssued, *, breached: bool) -> date | None:
        if order.lapsed:
            return None
        today = local_date(self.occurred_at)
        check_on = today + timedelta(days=self.rules.days("order_check_days"))
        if breached:
            return check_on
        until = order.until_on
        if until is None and order.issued_on is not None:
            until = add(order.issued_on, self.rules.duration("order_span"))
        return min(check_on, until) if until is not None and until > today else None
