"""What a case remembers of an emergency and of its plans: for whom, and what ends once there is care."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.case.emergency_state import (
    CandidateAsked,
    EmergencyState,
    Handover,
    MeasureTaken,
)
from domain.case.plan_state import PlanItem, PlanState
from domain.terms.emergency import CareCandidate, EmergencyDuty, Finding, OpinionSubject
from domain.terms.measures import MeasureKind
from domain.terms.plan import ItemStatus, ServiceType
from tests.domain.case.cast import BROTHER, FATHER, LI, MOTHER
from tests.dsl import an_id

EVERYTHING = EmergencyState(demanded=frozenset(EmergencyDuty), findings=frozenset(Finding))
WITH_THE_FAMILY = {
    EmergencyDuty.SECURE_CARE,
    EmergencyDuty.ORDER_PARENTS_BACK,
    EmergencyDuty.CONTACT_PARENTS,
    EmergencyDuty.NOTIFY_PARENTS,
    EmergencyDuty.ESCORT_CHILD,
    EmergencyDuty.ASK_CARE_CANDIDATES,
    EmergencyDuty.PLACE_CHILD,
}
"""What is settled by somebody who has the child, and nothing else."""


def test_care_settles_what_was_asked_for_want_of_it_once_every_child_has_it() -> None:
    half = EVERYTHING.with_care(LI, (LI, BROTHER))
    assert half.open_duties == EVERYTHING.open_duties
    assert half.findings == EVERYTHING.findings
    whole = half.with_care(BROTHER, (LI, BROTHER))
    assert set(EVERYTHING.open_duties) - set(whole.open_duties) == WITH_THE_FAMILY
    out_of_care = {
        Finding.LIVING_ALONE,
        Finding.GUARDIAN_INCAPABLE,
        Finding.GUARDIAN_NOT_PERFORMING,
    }
    assert EVERYTHING.findings - whole.findings == out_of_care


def test_a_new_finding_asks_anew_for_what_was_done() -> None:
    secured = EVERYTHING.did(EmergencyDuty.SECURE_CARE)
    assert EmergencyDuty.SECURE_CARE not in secured.open_duties
    assert EmergencyDuty.SECURE_CARE in secured.demands((EmergencyDuty.SECURE_CARE,)).open_duties
    assert EVERYTHING.open_duties == tuple(EmergencyDuty)


def test_what_was_done_for_an_unknown_child_is_done_for_the_one_it_turns_out_to_be() -> None:
    old = Handover(handover_id=an_id("old"), child_id=BROTHER, receiver_unit_id=None)
    new = Handover(handover_id=an_id("new"), child_id=None, receiver_unit_id=None)
    state = EmergencyState(
        escorted=frozenset({None, BROTHER}),
        opinions=frozenset({(None, OpinionSubject.PLACEMENT)}),
        handovers=(old, new),
    ).named(LI)
    assert state.escorted == {LI, BROTHER}
    assert state.has_heard(LI, OpinionSubject.PLACEMENT)
    assert not state.has_heard(LI, OpinionSubject.ESCORT_PLACE)
    assert not state.has_heard(BROTHER, OpinionSubject.PLACEMENT)
    assert state.handover_of(LI) == replace(new, child_id=LI)
    assert state.handover_of(BROTHER) == old
    assert state.handover_of(MOTHER) is None


def test_the_latest_handover_of_a_child_counts() -> None:
    first, second = (
        Handover(handover_id=an_id(name), child_id=LI, receiver_unit_id=None)
        for name in ("first", "second")
    )
    assert EmergencyState(handovers=(first, second)).handover_of(LI) == second


def test_who_was_asked_and_what_was_done_against_whom() -> None:
    aunt, uncle = (
        CandidateAsked(candidate_id=an_id(name), kind=kind)
        for name, kind in zip(("aunt", "uncle"), CareCandidate, strict=False)
    )
    state = EmergencyState(
        candidates=(aunt, uncle),
        measures=(
            MeasureTaken(subject_id=FATHER, kind=MeasureKind.CRITICISM),
            MeasureTaken(subject_id=MOTHER, kind=MeasureKind.WARNING_LETTER),
        ),
    )
    assert state.candidate(uncle.candidate_id) == uncle
    assert state.candidate(an_id("nobody")) is None
    assert not uncle.declined
    assert state.measures_against(FATHER) == {MeasureKind.CRITICISM}


def item(name: str, status: ItemStatus = ItemStatus.PLANNED, **more: object) -> PlanItem:
    """One service for Li."""
    given = {"child_id": LI, "service": ServiceType.COUNSELLING, **more}
    return PlanItem(item_id=an_id(name), status=status, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", ItemStatus)
def test_a_service_is_open_until_it_is_closed_or_withdrawn(status: ItemStatus) -> None:
    over = {ItemStatus.CLOSED, ItemStatus.WITHDRAWN}
    assert PlanState(items=(item("one", status),)).open_items == (
        () if status in over else (item("one", status),)
    )


def test_a_plan_keeps_its_other_services_and_is_the_childs_once_named() -> None:
    one, two = item("one"), item("two", child_id=None)
    plan = PlanState(adopted=frozenset({None, BROTHER})).put(one).put(two)
    delivered = replace(one, delivered=2)
    assert plan.put(delivered).items == (delivered, two)
    named = plan.named(LI)
    assert named.adopted == {LI, BROTHER}
    assert named.items == (one, replace(two, child_id=LI))
    assert plan.named(BROTHER).item(one.item_id) == one
