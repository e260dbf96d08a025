"""The parents tried, ordered back, told (scenarios 1, 4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from domain.case.care_secured import NoteCareSecured
from domain.case.parents import (
    AttemptParentContact,
    AttemptParentNotification,
    OrderParentsToReturn,
    ParentContactAttempted,
    ParentNotificationAttempted,
    ParentsOrderedToReturn,
    ParentsUnreachableRecorded,
    RecordParentsUnreachable,
)
from domain.kernel import Command
from domain.risk import RiskFactor
from domain.terms.emergency import (
    ContactMeans,
    ContactOutcome,
    EmergencyDuty,
    Finding,
    ReturnDemand,
)
from domain.terms.reports import Trigger
from tests.domain.case.cast import (
    BROTHER,
    FATHER,
    LI,
    MOTHER,
    POLICE_CQ,
    case_of,
    cq,
)
from tests.domain.case.on_scene import (
    ALONE,
    HERS,
    NINE_FIFTY,
    TRIED,
    UNREACHABLE,
    after,
    call,
    escort,
    findings,
    of_two,
    on_scene_cq,
    then,
)
from tests.dsl import an_id, given, local

D = EmergencyDuty


def test_every_attempt_is_a_fact() -> None:
    given(*ALONE).when(call(FATHER)).then(
        ParentContactAttempted(
            guardian_id=FATHER,
            contact_means=ContactMeans.PHONE,
            contact_outcome=ContactOutcome.NO_ANSWER,
        )
    )
    assert case_of(*TRIED).emergency.attempts_for(frozenset({LI})) == 4


def test_a_guardian_must_be_on_file() -> None:
    stranger = an_id("stranger")
    given(*ALONE).when(call(stranger)).then_refused("guardian_not_on_file", field="guardianId")


def test_each_parent_on_file_is_tried_before_they_are_unreachable() -> None:
    given(*ALONE).when(UNREACHABLE).then_refused("parent_not_yet_tried", cites="CQ2016-4.2-g")
    only_father = then(ALONE, call(FATHER))
    given(*only_father).when(UNREACHABLE).then_refused("parent_not_yet_tried")
    given(*TRIED).when(UNREACHABLE).then(
        ParentsUnreachableRecorded(
            attempts_made=4,
            duties=(D.ESCORT_CHILD, D.NOTIFY_PARENTS, D.SECURE_CARE),
            police_unit_id=POLICE_CQ.id,
            next_check_at=local("2025-03-04 10:30"),
        )
    )


def test_unreachable_parents_bring_escort_and_notification() -> None:
    history = then(TRIED, UNREACHABLE)
    case = case_of(*history)
    assert {D.ESCORT_CHILD, D.NOTIFY_PARENTS} <= set(case.emergency.open_duties)
    fact = case.facts.find(RiskFactor.RF_13)
    assert fact is not None
    assert not fact.escorted
    given(*history).when(UNREACHABLE).then_nothing()


def test_who_was_reached_is_not_unreachable() -> None:
    history = then(ALONE, call(FATHER), call(MOTHER, ContactOutcome.REACHED))
    given(*history).when(UNREACHABLE).then_refused("parent_was_reached")
    ordered = then(ALONE, call(FATHER), cq(OrderParentsToReturn(guardian_id=MOTHER), at=NINE_FIFTY))
    given(*ordered).when(UNREACHABLE).then_refused("parent_was_reached")


def test_a_child_without_a_file_needs_one_attempt_at_least() -> None:
    history = then(
        on_scene_cq(Trigger.LIVING_ALONE, children=()),
        cq(findings(Finding.LIVING_ALONE), at="2025-03-03 09:30"),
    )
    given(*history).when(UNREACHABLE).then_refused("parent_not_yet_tried")
    by_name = replace(
        AttemptParentContact(
            contact_means=ContactMeans.PHONE, contact_outcome=ContactOutcome.NO_ANSWER
        ),
        parent_name="母亲",
    )
    (event,) = given(*then(history, cq(by_name, at="2025-03-03 09:40"))).when(UNREACHABLE).facts()
    assert isinstance(event, ParentsUnreachableRecorded)


def test_one_of_several_children_may_be_meant() -> None:
    one = replace(RecordParentsUnreachable(), child_id=LI)
    (event,) = given(*TRIED).when(cq(one, at="2025-03-03 10:30")).facts()
    assert isinstance(event, ParentsUnreachableRecorded)
    assert event.child_id == LI


def test_two_families_in_one_case_are_ordered_back_each_for_itself() -> None:
    """SH2020-4.2-d, CQ2016-4.2-d: an order to one family's parents does not answer for the other's."""
    both = then(
        on_scene_cq(Trigger.LIVING_ALONE, children=(LI, BROTHER)),
        of_two(findings(Finding.LIVING_ALONE), "10:00"),
        of_two(OrderParentsToReturn(guardian_id=MOTHER), "10:05"),
    )
    assert D.ORDER_PARENTS_BACK in case_of(*both).emergency.open_duties
    hers = of_two(OrderParentsToReturn(guardian_id=HERS), "10:10")
    assert D.ORDER_PARENTS_BACK not in after(both, hers).emergency.open_duties
    at_home = of_two(NoteCareSecured(child_id=BROTHER), "10:10")
    cared_for = after(both, at_home).emergency.open_duties
    assert D.ORDER_PARENTS_BACK not in cared_for
    assert D.SECURE_CARE in cared_for


def test_of_two_families_the_child_whose_parents_cannot_be_reached_is_escorted() -> None:
    """SH2020-4.2-g, CQ2016-4.2-g: the other child's parents were reached; nobody is escorted for them."""
    means = ContactMeans.PHONE
    there = ContactOutcome.REACHED
    reached = AttemptParentContact(guardian_id=HERS, contact_means=means, contact_outcome=there)
    history = then(
        on_scene_cq(Trigger.OUT_OF_GUARDIANSHIP, children=(LI, BROTHER)),
        of_two(findings(Finding.GUARDIAN_NOT_PERFORMING), "10:00"),
        of_two(reached, "10:02"),
        *(
            of_two(
                replace(reached, guardian_id=g, contact_outcome=ContactOutcome.NO_ANSWER), "10:05"
            )
            for g in (FATHER, MOTHER)
        ),
        of_two(RecordParentsUnreachable(child_id=LI), "10:10"),
    )
    assert D.ESCORT_CHILD in case_of(*history).emergency.open_duties
    other = after(history, of_two(escort(child_id=BROTHER), "10:20"))
    assert D.ESCORT_CHILD in other.emergency.open_duties
    hers = other.facts.find(RiskFactor.RF_13)
    assert hers is not None
    assert not hers.escorted
    case = after(history, of_two(escort(child_id=LI), "10:20"))
    assert D.ESCORT_CHILD not in case.emergency.open_duties
    assert [f.escorted for f in case.facts.facts if f.factor is RiskFactor.RF_13] == [True]


def test_two_families_in_one_case_are_reached_each_for_itself() -> None:
    """SH2020-4.2-g and h, CQ2016-4.2-g and h: the parents of each child."""

    def tried(who: UUID, outcome: ContactOutcome = ContactOutcome.NO_ANSWER) -> Command[Any]:
        means = ContactMeans.PHONE
        return AttemptParentContact(guardian_id=who, contact_means=means, contact_outcome=outcome)

    unreachable = then(
        on_scene_cq(Trigger.OUT_OF_GUARDIANSHIP, children=(LI, BROTHER)),
        of_two(findings(Finding.GUARDIAN_NOT_PERFORMING), "10:00"),
        of_two(tried(FATHER), "10:05"),
        of_two(tried(MOTHER), "10:06"),
        of_two(RecordParentsUnreachable(child_id=LI), "10:10"),
        of_two(tried(HERS), "10:25"),
        of_two(RecordParentsUnreachable(child_id=BROTHER), "10:30"),
    )
    assert case_of(*unreachable).emergency.parents_unreachable == {LI, BROTHER}
    one = then(unreachable, of_two(tried(FATHER, ContactOutcome.REACHED), "10:35"))
    case = case_of(*one)
    assert case.emergency.parents_unreachable == {BROTHER}
    assert {D.CONTACT_PARENTS, D.NOTIFY_PARENTS} <= set(case.emergency.open_duties)
    assert {f.child_id for f in case.facts.facts if f.factor is RiskFactor.RF_13} == {BROTHER}
    both = after(one, of_two(tried(HERS, ContactOutcome.REACHED), "10:40"))
    assert not {D.CONTACT_PARENTS, D.NOTIFY_PARENTS} & set(both.emergency.open_duties)
    assert both.facts.find(RiskFactor.RF_13) is None


def test_parents_are_ordered_back_or_to_name_a_carer() -> None:
    order = OrderParentsToReturn(guardian_id=MOTHER, parent_reply="后天返回")
    given(*ALONE).when(cq(order, at="2025-03-05 10:00")).then(
        ParentsOrderedToReturn(
            guardian_id=MOTHER,
            return_demand=ReturnDemand.EITHER,
            parent_reply="后天返回",
            police_unit_id=POLICE_CQ.id,
            next_check_at=local("2025-03-06 10:00"),
        )
    )
    duties = after(ALONE, cq(order, at="2025-03-05 10:00")).emergency.open_duties
    assert D.ORDER_PARENTS_BACK not in duties
    assert {D.REPRIMAND_GUARDIAN, D.SECURE_CARE} <= set(duties)


@pytest.mark.clause("SH2020-4.2-h")
def test_notification_goes_on_until_it_succeeds() -> None:
    def tell(outcome: ContactOutcome, at: str) -> Command[Any]:
        attempt = AttemptParentNotification(
            guardian_id=MOTHER, contact_means=ContactMeans.PHONE, contact_outcome=outcome
        )
        return cq(attempt, at=at)

    history = then(TRIED, UNREACHABLE, tell(ContactOutcome.NO_ANSWER, "2025-03-04 10:30"))
    assert D.NOTIFY_PARENTS in case_of(*history).emergency.open_duties
    reached = tell(ContactOutcome.REACHED, "2025-03-05 09:00")
    given(*history).when(reached).then(
        ParentNotificationAttempted(
            guardian_id=MOTHER,
            contact_means=ContactMeans.PHONE,
            contact_outcome=ContactOutcome.REACHED,
        )
    )
    case = after(history, reached)
    assert D.NOTIFY_PARENTS not in case.emergency.open_duties
    assert case.facts.find(RiskFactor.RF_13) is None
