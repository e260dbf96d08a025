"""The site takes the child in, or says why not; a move to another site is no new beginning (scenario 4.7)."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.case.institution import (
    ChildReceivedByInstitution,
    ChildReceptionRefused,
    ReceiveChild,
    RefuseChildReception,
)
from domain.case.placement_begun import PlacementActivated
from domain.case.placement_change import (
    ChangePlacement,
    DailyCareEntrusted,
    EntrustDailyCare,
    PlacementChanged,
)
from domain.case.placement_guardianship import DecideProtectivePlacement
from domain.kernel import Command
from domain.terms.emergency import Finding
from domain.terms.placement import (
    DailyCareProvider,
    PlacementKind,
    PlacementStatus,
    ReceptionRefusal,
    SiteKind,
)
from domain.terms.reports import Trigger
from tests.domain.case.cast import CIVIL_SH, LI, case_of, cn, cq, sh
from tests.domain.case.on_scene import VIOLENT_SH, findings, on_scene_cq, then
from tests.domain.case.placing import (
    GOOD,
    HEARD,
    HOTEL,
    HOTEL_STAFF,
    LIMIT,
    PLACED,
    PLACEMENT,
    handover,
    made,
)
from tests.dsl import an_id, given, local, person

# --- the site -----------------------------------------------------------------------------------

SHELTER = an_id("child-welfare institution")
NURSE = person("nurse", "child_welfare_institution", unit_id=SHELTER)
DECIDED = sh(
    DecideProtectivePlacement(
        site_kind=SiteKind.CHILD_WELFARE_INSTITUTION,
        site_unit_id=SHELTER,
        placement_ground="家庭暴力",
        best_interest_reason=GOOD,
    ),
    at="2022-03-01 12:00",
)
PROPOSED = then(VIOLENT_SH, DECIDED)


def receive(at: str = "2022-03-01 14:00", **more: Any) -> Command[Any]:
    """The institution takes her in."""
    arrived = ReceiveChild(
        site_kind=SiteKind.CHILD_WELFARE_INSTITUTION,
        receiving_staff="值班护士",
        child_condition="背部淤青",
    )
    return sh(arrived, at=at, **{"by": NURSE, **more})


def refuse(**more: Any) -> Command[Any]:
    """The institution does not."""
    full = RefuseChildReception(
        reception_refusal=ReceptionRefusal.NO_CAPACITY, reception_note="床位已满"
    )
    return sh(full, at="2022-03-01 13:00", **{"by": NURSE, **more})


def test_reception_makes_the_placement_active() -> None:
    """Scenario 3.1."""
    received, active = given(*PROPOSED).when(receive()).facts()
    assert received == ChildReceivedByInstitution(
        placement_id=made(DECIDED),
        child_id=LI,
        placement_kind=PlacementKind.PROTECTIVE,
        site_kind=SiteKind.CHILD_WELFARE_INSTITUTION,
        site_unit_id=SHELTER,
        receiving_staff="值班护士",
        child_condition="背部淤青",
    )
    assert isinstance(active, PlacementActivated)
    assert active.active_on == date(2022, 3, 1)
    given(*then(PROPOSED, receive())).when(receive(at="2022-03-01 15:00")).then_nothing()
    stranger = person("other nurse", "child_welfare_institution", unit_id=an_id("elsewhere"))
    given(*PROPOSED).when(receive(by=stranger)).then_refused("not_the_receiving_unit")


def test_a_child_nobody_decided_about_is_received_all_the_same() -> None:
    """Law 10: the police bring it, the institution takes it in."""
    received, active = given(*VIOLENT_SH).when(receive()).facts()
    assert isinstance(received, ChildReceivedByInstitution)
    assert received.placement_kind is PlacementKind.PROTECTIVE
    assert isinstance(active, PlacementActivated)
    assert case_of(*then(VIOLENT_SH, receive())).placement.is_placed(LI)
    alone = then(
        on_scene_cq(Trigger.LIVING_ALONE), cq(findings(Finding.LIVING_ALONE), at="2025-03-03 09:30")
    )
    arrived = ReceiveChild(
        site_kind=SiteKind.RESCUE_MANAGEMENT_INSTITUTION,
        receiving_staff="值班员",
        child_condition="饥饿",
    )
    first, _ = given(*alone).when(cq(arrived, at="2025-03-03 13:00", by=NURSE)).facts()
    assert isinstance(first, ChildReceivedByInstitution)
    assert first.placement_kind is PlacementKind.ESCORT_CARE


def test_in_changning_a_reception_rests_on_the_handover() -> None:
    arrived = ReceiveChild(
        site_kind=SiteKind.HOTEL, receiving_staff="值班经理", child_condition="平稳"
    )
    command = cn(arrived, at="2019-03-31 10:00", by=HOTEL_STAFF)
    given(*HEARD).when(command).then_refused("handover_missing", cites="CN2017-4.2-c")
    received, _ = given(*then(HEARD, handover())).when(command).facts()
    assert isinstance(received, ChildReceivedByInstitution)
    assert received.handover_id == made(handover(), "handover")
    there = case_of(*then(HEARD, handover(), command)).placement.running(LI)
    assert there is not None
    assert there.handover_id == received.handover_id


def test_the_site_confirms_a_placement_that_is_active_already() -> None:
    arrived = ReceiveChild(
        site_kind=SiteKind.HOTEL, receiving_staff="值班经理", child_condition="平稳"
    )
    (received,) = given(*PLACED).when(cn(arrived, at="2019-03-31 11:00", by=HOTEL_STAFF)).facts()
    assert isinstance(received, ChildReceivedByInstitution)
    assert received.placement_id == PLACEMENT


def test_a_refusal_goes_to_civil_affairs_at_once() -> None:
    """CN2017-5.1-j: the child still needs a place, and any site may take it now."""
    given(*PROPOSED).when(refuse()).then(
        ChildReceptionRefused(
            placement_id=made(DECIDED),
            child_id=LI,
            reception_refusal=ReceptionRefusal.NO_CAPACITY,
            reception_note="床位已满",
            placement_unit_id=CIVIL_SH.id,
            place_by=local("2022-03-01 13:30"),
        )
    )
    refused = then(PROPOSED, refuse())
    placement = case_of(*refused).placement.running(LI)
    assert placement is not None
    assert (placement.status, placement.site_unit_id) == (PlacementStatus.PROPOSED, None)
    moved = ChangePlacement(
        site_kind=SiteKind.MINORS_PROTECTION_INSTITUTION,
        best_interest_reason=GOOD,
        change_reason="原机构拒收",
    )
    again = then(refused, sh(moved, at="2022-03-01 13:20"))
    running = case_of(*again).placement.running(LI)
    assert running is not None
    assert running.site_kind is SiteKind.MINORS_PROTECTION_INSTITUTION


def test_a_received_child_is_not_refused_any_more() -> None:
    late = RefuseChildReception(reception_refusal=ReceptionRefusal.OTHER, reception_note="反悔")
    given(*then(PROPOSED, receive())).when(sh(late, at="2022-03-01 16:00", by=NURSE)).then_refused(
        "not_the_receiving_unit"
    )
    without = sh(late, at="2022-03-01 11:30", by=NURSE)
    (refused,) = given(*VIOLENT_SH).when(without).facts()
    assert isinstance(refused, ChildReceptionRefused)
    assert refused.placement_id is None


# --- a move -------------------------------------------------------------------------------------


def move(at: str = "2019-04-10 10:00", **more: Any) -> Command[Any]:
    """To the street's own site."""
    changed = ChangePlacement(
        **{
            "site_kind": SiteKind.TEMPORARY_CARE_SITE,
            "best_interest_reason": GOOD,
            "change_reason": "酒店歇业",
            **more,
        }
    )
    return cn(changed, at=at)


def test_a_move_is_handed_over_again_and_is_no_new_month() -> None:
    given(*PLACED).when(move()).then_refused("handover_missing", cites="CN2017-4.2-c")
    again = handover(at="2019-04-10 09:00")
    ready = then(PLACED, again)
    given(*ready).when(move()).then(
        PlacementChanged(
            placement_id=PLACEMENT,
            child_id=LI,
            site_kind=SiteKind.TEMPORARY_CARE_SITE,
            from_site_kind=SiteKind.HOTEL,
            from_site_unit_id=HOTEL,
            handover_id=made(again, "handover"),
            best_interest_reason=GOOD,
            change_reason="酒店歇业",
        )
    )
    placement = case_of(*then(ready, move())).placement.running(LI)
    assert placement is not None
    assert placement.limit_on == LIMIT
    assert placement.handover_id == made(again, "handover")
    arrived = ReceiveChild(
        site_kind=SiteKind.HOTEL, receiving_staff="值班经理", child_condition="平稳"
    )
    there = then(PLACED, cn(arrived, at="2019-03-31 11:00", by=HOTEL_STAFF))
    before = case_of(*there).placement.running(LI)
    after = case_of(*then(there, again, move())).placement.running(LI)
    assert (before and before.received, after and after.received) == (True, False)
    used = move(handover_id=made(handover(), "handover"))
    given(*ready).when(used).then_refused("unknown_handover")


def test_what_a_move_needs() -> None:
    ready = then(PLACED, handover(at="2019-04-10 09:00"))
    given(*ready).when(move(change_reason=" ")).then_refused("change_reason_missing")
    given(*ready).when(move(best_interest_reason="")).then_refused("placement_needs_best_interest")
    given(*HEARD).when(move()).then_refused("not_placed")


def test_daily_care_is_entrusted_to_somebody_named() -> None:
    """CN2017-4.4.1-a."""
    entrust = EntrustDailyCare(
        daily_care_provider=DailyCareProvider.PROFESSIONAL_ORGANISATION,
        provider_name="某社工站",
        daily_care_tasks="三餐、陪伴、接送",
    )
    given(*PLACED).when(cn(entrust, at="2019-03-31 12:00")).then(
        DailyCareEntrusted(
            placement_id=PLACEMENT,
            child_id=LI,
            daily_care_provider=DailyCareProvider.PROFESSIONAL_ORGANISATION,
            provider_name="某社工站",
            daily_care_tasks="三餐、陪伴、接送",
        )
    )
    nobody = EntrustDailyCare(daily_care_provider=DailyCareProvider.OTHER)
    given(*PLACED).when(cn(nobody, at="2019-03-31 12:00")).then_refused("provider_missing")
    given(*HEARD).when(cn(entrust, at="2019-03-31 12:00")).then_refused("not_placed")
