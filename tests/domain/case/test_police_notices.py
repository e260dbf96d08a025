"""The township told, and civil affairs asked to place the child (scenarios 1, 3, 4)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.case.notices import (
    CivilAffairsNotifiedForPlacement,
    NoteTownshipNoticeOverdue,
    NotifyCivilAffairsForPlacement,
    TownshipNoticeOverdue,
    TownshipNotifiedByPolice,
)
from domain.case.report_state import Stage
from domain.terms.emergency import (
    EmergencyDuty,
    EscortDestination,
    Finding,
    NoticeGround,
)
from domain.terms.reports import Trigger
from tests.domain.case.cast import (
    CAOTANG,
    CIVIL_CQ,
    CIVIL_SH,
    DISTRICT_POLICE_CQ,
    LI,
    TOWNSHIP_CQ,
    TOWNSHIP_HOME,
    case_of,
    child,
    cn,
    cq,
    sh,
)
from tests.domain.case.on_scene import (
    ALONE,
    INJURED_CN,
    NOTIFY,
    VIOLENT_SH,
    after,
    findings,
    on_scene_cq,
    then,
)
from tests.dsl import given, local

D = EmergencyDuty

To = EscortDestination


def told_township(unit: UUID, ground: NoticeGround) -> TownshipNotifiedByPolice:
    """One township told on 3 March."""
    return TownshipNotifiedByPolice(
        township_unit_id=unit,
        notice_ground=ground,
        notice_text="女童独居,已护送至祖母处",
        take_over_by=date(2025, 3, 3),
    )


def test_the_township_of_the_incident_is_told() -> None:
    notice = told_township(TOWNSHIP_CQ.id, NoticeGround.INCIDENT)
    given(*ALONE).when(cq(NOTIFY, at="2025-03-03 11:30")).then(notice)
    case = case_of(*ALONE, notice)
    assert case.stage is Stage.NOTIFIED
    assert case.intake.township_unit_id == TOWNSHIP_CQ.id
    assert D.NOTIFY_TOWNSHIP not in case.emergency.open_duties
    assert D.ORDER_PARENTS_BACK in case.emergency.open_duties


def test_the_township_where_the_child_lives_is_told_too() -> None:
    elsewhere = cq(NOTIFY, at="2025-03-03 11:30", linked={LI: child(home=CAOTANG)})
    incident = told_township(TOWNSHIP_CQ.id, NoticeGround.INCIDENT)
    home = told_township(TOWNSHIP_HOME.id, NoticeGround.HOME)
    given(*ALONE).when(elsewhere).then(incident, home)
    assert case_of(*ALONE, incident, home).intake.township_unit_id == TOWNSHIP_CQ.id


@pytest.mark.clause("CQ2016-4.2-o")
def test_no_township_is_told_before_anything_is_found() -> None:
    on_scene = on_scene_cq(Trigger.LIVING_ALONE)
    given(*on_scene).when(cq(NOTIFY, at="2025-03-03 09:20")).then_refused("out_of_turn")


def test_a_township_not_told_within_a_day_is_noted_once() -> None:
    clock = NoteTownshipNoticeOverdue()
    given(*ALONE).when(cq(clock, at="2025-03-04 09:29")).then_nothing()
    overdue = TownshipNoticeOverdue(
        hours_waited=24,
        escalated_to_unit_id=DISTRICT_POLICE_CQ.id,
        informed_unit_id=CIVIL_CQ.id,
    )
    given(*ALONE).when(cq(clock, at="2025-03-04 09:30")).then(overdue)
    given(*ALONE, overdue).when(cq(clock, at="2025-03-05 09:30")).then_nothing()
    told = told_township(TOWNSHIP_CQ.id, NoticeGround.INCIDENT)
    given(*ALONE, told).when(cq(clock, at="2025-03-05 09:30")).then_nothing()
    assert NoteTownshipNoticeOverdue.by_system


def test_in_changning_no_notice_is_asked_for() -> None:
    assert D.NOTIFY_TOWNSHIP not in case_of(*INJURED_CN).emergency.open_duties
    clock = cn(NoteTownshipNoticeOverdue(), at="2019-04-30 10:00")
    given(*INJURED_CN).when(clock).then_nothing()


def ask_civil_affairs(**more: Any) -> NotifyCivilAffairsForPlacement:
    """Place the girl."""
    asked: dict[str, Any] = {
        "placement_ground": "遭父亲殴打",
        "best_interest_reason": "离开施暴人",
    }
    return NotifyCivilAffairsForPlacement(**{**asked, **more})


def test_civil_affairs_are_asked_to_place_the_child() -> None:
    site = To.MINORS_PROTECTION_INSTITUTION
    given(*VIOLENT_SH).when(sh(ask_civil_affairs(proposed_site=site), at="2022-03-01 11:00")).then(
        CivilAffairsNotifiedForPlacement(
            child_id=LI,
            placement_ground="遭父亲殴打",
            proposed_site=site,
            best_interest_reason="离开施暴人",
            placement_unit_id=CIVIL_SH.id,
            place_by=local("2022-03-01 11:30"),
        )
    )
    case = after(VIOLENT_SH, sh(ask_civil_affairs(), at="2022-03-01 11:00"))
    assert D.PLACE_CHILD in case.emergency.open_duties


def test_a_temporary_shelter_is_a_site_in_chongqing_and_not_in_shanghai() -> None:
    shelter = ask_civil_affairs(proposed_site=To.TEMPORARY_SHELTER)
    given(*VIOLENT_SH).when(sh(shelter, at="2022-03-01 11:00")).then_refused(
        "placement_site_not_allowed", cites="SH2020-4.2-k", field="proposedSite"
    )
    violent = then(
        on_scene_cq(Trigger.SUSPECTED_DV),
        cq(findings(Finding.DOMESTIC_VIOLENCE), at="2025-03-03 09:30"),
    )
    (event,) = given(*violent).when(cq(shelter, at="2025-03-03 10:00")).facts()
    assert isinstance(event, CivilAffairsNotifiedForPlacement)


def test_a_placement_is_asked_for_with_the_childs_good_in_mind() -> None:
    blank = ask_civil_affairs(best_interest_reason=" ")
    given(*ALONE).when(cq(blank, at="2025-03-03 10:00")).then_refused(
        "placement_needs_best_interest", cites="CQ2024-1-a", field="bestInterestReason"
    )
