"""Orders against a guardian: who issued them, who checks them, what a breach asks for (CQ2024-3.3-b, SH2024-2.2.4)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.case.closing import CaseClosed
from domain.case.intervention import step_of
from domain.case.liability import CaseTransferredToJudiciary, LiabilityOutcomeRecorded
from domain.case.measures import (
    CriminalCaseOpened,
    GuardianCriticised,
    GuardianDissuaded,
    GuardianReprimanded,
    SecurityPenaltyImposed,
    WarningLetterIssued,
)
from domain.case.orders import (
    CheckOrderExecution,
    FamilyEducationOrdered,
    GuardianshipUrgingOrderIssued,
    IssueGuardianshipUrgingOrder,
    IssueProtectionOrder,
    OrderCommand,
    OrderExecutionChecked,
    OrderFamilyEducation,
    ProtectionOrderIssued,
)
from domain.kernel import Command, Event
from domain.rulebook import Basis
from domain.terms.intervention import (
    InterventionStep,
    JudiciaryOrgan,
    LiabilityKind,
    OrderExecution,
    OrderIssuer,
    OrderKind,
)
from domain.terms.measures import CriticisedBy, MeasureSubject, PenaltyClass
from tests.domain.case.cast import CIVIL_CQ, FATHER, POLICE_CQ, WOMEN_CQ, case_of, noting
from tests.domain.case.on_scene import then
from tests.domain.case.revoking import UNCLE, VIOLENT, VIOLENT_CQ, WOMEN, in_cq, in_sh
from tests.dsl import given, local, told

I = OrderIssuer  # noqa: E741
AGAINST_FATHER: dict[str, Any] = {"subject_kind": MeasureSubject.PARENT, "subject_id": FATHER}


def order(kind: type[OrderCommand], issuer: OrderIssuer = I.COURT, **more: Any) -> OrderCommand:
    """An order against the father."""
    values = {**AGAINST_FATHER, "order_issuer": issuer, "order_number": "(2025)渝令1号", **more}
    return kind(**values)


def id_of(command: Command[Any]) -> UUID:
    """The id of the order this command makes."""
    return uuid5(command.context.command_id, "order")


URGING = in_cq(order(IssueGuardianshipUrgingOrder))
URGED = then(VIOLENT_CQ, URGING)


def test_an_urging_order_is_checked_by_civil_affairs_within_thirty_days() -> None:
    given(*VIOLENT_CQ).when(URGING).then(
        GuardianshipUrgingOrderIssued(
            **AGAINST_FATHER,
            order_issuer=I.COURT,
            order_number="(2025)渝令1号",
            order_id=id_of(URGING),
            issuer_basis=Basis.SILENT,
            order_check_on=date(2025, 6, 9),
            order_check_unit_id=CIVIL_CQ.id,
            of_age_on=date(2031, 9, 1),
        )
    )


def test_a_protection_order_names_what_it_prohibits_and_is_checked_by_the_police() -> None:
    protect = in_cq(
        order(IssueProtectionOrder, prohibitions=("禁止接触",), order_until=date(2025, 5, 20))
    )
    (event,) = given(*VIOLENT_CQ).when(protect).facts()
    assert isinstance(event, ProtectionOrderIssued)
    assert (event.prohibitions, event.order_check_unit_id) == (("禁止接触",), POLICE_CQ.id)
    assert event.order_check_on == date(2025, 5, 20)
    blank = in_cq(order(IssueProtectionOrder, prohibitions=(" ",)))
    given(*VIOLENT_CQ).when(blank).then_refused("prohibitions_missing", field="prohibitions")


@pytest.mark.parametrize("issuer", list(OrderIssuer))
@pytest.mark.parametrize(
    "kind", [OrderFamilyEducation, IssueGuardianshipUrgingOrder, IssueProtectionOrder]
)
def test_no_text_of_chongqing_says_who_issues_so_nobody_is_refused(
    kind: type[OrderCommand], issuer: OrderIssuer
) -> None:
    more = {"prohibitions": ("禁止接触",)} if kind is IssueProtectionOrder else {}
    (event,) = given(*VIOLENT_CQ).when(in_cq(order(kind, issuer, **more))).facts()
    assert (event.issuer_basis, event.order_issuer) == (Basis.SILENT, issuer)  # type: ignore[attr-defined]
    assert Basis.SILENT.en == "silent in the texts"


@pytest.mark.parametrize(
    ("issuer", "at", "basis"),
    [
        (I.POLICE, "2024-05-06 10:00", Basis.TEXT),
        (I.COURT, "2024-05-06 10:00", Basis.SILENT),
        (I.POLICE, "2022-05-06 10:00", Basis.SILENT),
    ],
)
def test_in_shanghai_2024_the_text_names_the_police(
    issuer: OrderIssuer, at: str, basis: Basis
) -> None:
    """SH2024-2.2.4-c: 由公安机关…责令其接受家庭教育指导; the Women's Federation gets the task (Q-26)."""
    command = in_sh(order(OrderFamilyEducation, issuer), at=at)
    (event,) = given(*VIOLENT).when(command).facts()
    assert isinstance(event, FamilyEducationOrdered)
    assert event.issuer_basis is basis
    assert event.family_care_unit_id == WOMEN.id
    assert (event.family_care_by - event.told.occurred_at.date()).days == 7


def test_an_order_is_whole() -> None:
    blank = in_cq(order(IssueGuardianshipUrgingOrder, order_number=" "))
    given(*VIOLENT_CQ).when(blank).then_refused("order_number_missing", field="orderNumber")
    past = in_cq(order(IssueGuardianshipUrgingOrder, order_until=date(2025, 5, 9)))
    given(*VIOLENT_CQ).when(past).then_refused("order_term_past", field="orderUntil")


def check(
    execution: OrderExecution, at: str = "2025-06-01 10:00", of: UUID | None = None
) -> Command[Any]:
    """What was found."""
    checked = CheckOrderExecution(
        order_id=of or id_of(URGING), order_execution=execution, execution_note="入户核查"
    )
    return in_cq(checked, at=at)


def test_a_breach_is_a_duty_of_the_police_at_once_and_is_checked_again() -> None:
    given(*URGED).when(check(OrderExecution.BREACHED)).then(
        OrderExecutionChecked(
            order_id=id_of(URGING),
            order_kind=OrderKind.GUARDIANSHIP_URGING,
            subject_id=FATHER,
            order_execution=OrderExecution.BREACHED,
            execution_note="入户核查",
            order_check_on=date(2025, 7, 1),
            order_check_unit_id=CIVIL_CQ.id,
            breach_unit_id=POLICE_CQ.id,
            breach_answer_by=local("2025-06-01 10:30"),
        )
    )


def test_an_order_complied_with_is_checked_until_its_term_ends() -> None:
    dated = in_cq(order(OrderFamilyEducation, order_until=date(2025, 6, 20)))
    running = then(VIOLENT_CQ, dated)
    (first,) = given(*running).when(check(OrderExecution.COMPLIED, of=id_of(dated))).facts()
    assert first.order_check_on == date(2025, 6, 20)  # type: ignore[attr-defined]
    assert first.order_check_unit_id == WOMEN_CQ.id  # type: ignore[attr-defined]
    last = check(OrderExecution.COMPLIED, at="2025-06-20 10:00", of=id_of(dated))
    (over,) = given(*running).when(last).facts()
    assert isinstance(over, OrderExecutionChecked)
    assert (over.order_check_on, over.breach_unit_id, over.breach_answer_by) == (None,) * 3


@pytest.mark.parametrize(
    ("at", "again"),
    [
        ("2025-06-01 10:00", date(2025, 7, 1)),
        ("2025-10-20 10:00", date(2025, 11, 10)),
        ("2025-11-10 10:00", None),
    ],
)
def test_an_order_that_says_no_term_is_checked_for_the_usual_one(
    at: str, again: date | None
) -> None:
    """执行力度 (CQ2024-3.3-b) without a period: once complied with is no leave to stop."""
    (event,) = given(*URGED).when(check(OrderExecution.COMPLIED, at=at)).facts()
    assert event.order_check_on == again  # type: ignore[attr-defined]


def test_only_an_order_there_is_is_checked() -> None:
    given(*VIOLENT_CQ).when(check(OrderExecution.COMPLIED)).then_refused(
        "unknown_order", field="orderId"
    )


def step(history: tuple[Event[Any], ...], *commands: Command[Any]) -> InterventionStep:
    """How far it has come with the father."""
    return step_of(case_of(*then(history, *commands)), FATHER)


REPRIMAND = noting(GuardianReprimanded, **AGAINST_FATHER, measure_ground="殴打")
MEASURES: list[tuple[Command[Any], InterventionStep]] = [
    (
        noting(GuardianDissuaded, **AGAINST_FATHER, measure_ground="饮酒不归"),
        InterventionStep.DISSUADED,
    ),
    (
        noting(
            GuardianCriticised,
            **AGAINST_FATHER,
            criticised_by=CriticisedBy.POLICE,
            measure_ground="殴打",
        ),
        InterventionStep.POLICE_STEP,
    ),
    (REPRIMAND, InterventionStep.POLICE_STEP),
    (
        noting(WarningLetterIssued, **AGAINST_FATHER, letter_number="1", measure_ground="殴打"),
        InterventionStep.POLICE_STEP,
    ),
    (
        noting(
            SecurityPenaltyImposed,
            **AGAINST_FATHER,
            penalty_class=PenaltyClass.DETENTION,
            penalty_reference="行罚 1号",
        ),
        InterventionStep.PENALISED,
    ),
    (
        noting(CriminalCaseOpened, **AGAINST_FATHER, criminal_reference="刑立 1号"),
        InterventionStep.CRIMINAL,
    ),
    (
        noting(
            CaseTransferredToJudiciary,
            **AGAINST_FATHER,
            transferred_to=JudiciaryOrgan.PROCURATORATE,
            criminal_reference="移诉 1号",
        ),
        InterventionStep.CRIMINAL,
    ),
]


@pytest.mark.parametrize(("command", "expected"), MEASURES)
def test_the_steps_are_read_off_the_measures(
    command: Command[Any], expected: InterventionStep
) -> None:
    assert step(VIOLENT) is InterventionStep.OBSERVED
    history = then(VIOLENT, in_sh(command))
    assert step(history) is expected
    assert step_of(case_of(*history), UNCLE) is InterventionStep.OBSERVED


def test_an_order_stands_above_measures_and_says_how_it_went() -> None:
    warned = then(VIOLENT_CQ, in_cq(REPRIMAND))
    ordered = then(warned, URGING)
    assert step(ordered) is InterventionStep.ORDERED
    assert step(ordered, check(OrderExecution.BREACHED)) is InterventionStep.BREACHED
    assert step(ordered, check(OrderExecution.COMPLIED)) is InterventionStep.COMPLIED


def test_what_is_under_way_with_a_guardian_outlives_the_case() -> None:
    """CQ2024-3.3-b, SH2024-2.2.6-b: an order is checked and its breach answered when the case is long closed."""
    closed = told(CaseClosed(closing_summary="已结"))
    given(*VIOLENT_CQ, closed).when(in_cq(REPRIMAND, at="2025-06-03 10:00")).then_refused(
        "out_of_turn"
    )
    ordered = then((*URGED, closed), check(OrderExecution.BREACHED))
    (answer,) = given(*ordered).when(in_cq(REPRIMAND, at="2025-06-03 10:00")).facts()
    assert isinstance(answer, GuardianReprimanded)
    over = then(ordered, check(OrderExecution.COMPLIED, at="2025-11-10 10:00"))
    given(*over).when(in_cq(REPRIMAND, at="2025-11-11 10:00")).then_refused("out_of_turn")
    crime = noting(CriminalCaseOpened, **AGAINST_FATHER, criminal_reference="刑立 1号")
    accused = (*then(VIOLENT_CQ, in_cq(crime)), closed)
    judged = noting(
        LiabilityOutcomeRecorded,
        **AGAINST_FATHER,
        liability=LiabilityKind.CRIMINAL,
        liability_reference="刑初 1号",
    )
    given(*then(accused, in_cq(judged))).when(in_cq(judged)).then_refused("out_of_turn")


def test_what_became_of_the_liability_is_kept() -> None:
    """SH2020-3.1-e; of carers too."""
    outcome = noting(
        LiabilityOutcomeRecorded,
        subject_kind=MeasureSubject.ENTRUSTED_CARER,
        subject_id=UNCLE,
        liability=LiabilityKind.ADMINISTRATIVE,
        liability_reference="行罚 2号",
    )
    (event,) = given(*VIOLENT).when(in_sh(outcome)).facts()
    assert isinstance(event, LiabilityOutcomeRecorded)
    assert (event.subject_id, event.liability) == (UNCLE, LiabilityKind.ADMINISTRATIVE)
    assert event.told.clauses == ("SH2020-3.1-e",)
