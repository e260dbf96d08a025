"""The limit of temporary guardianship: said, passed, excepted, and never the end of care (scenario 4.7)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.case.placement_begun import PlacementActivated
from domain.case.placement_limits import (
    ApproveGuardianshipLimitException,
    GuardianshipLimitExceeded,
    GuardianshipLimitExceptionApproved,
    GuardianshipLimitWarningIssued,
    MarkGuardianshipLimitExceeded,
    WarnGuardianshipLimit,
)
from domain.case.placement_start import StartShortTermGuardianship
from domain.kernel import Command
from domain.terms.emergency import Finding
from domain.terms.placement import (
    PlacementStatus,
    SiteKind,
)
from domain.terms.reports import Trigger
from tests.domain.case.cast import CIVIL_CN, LI, case_of, cn, cq
from tests.domain.case.on_scene import findings, on_scene_cq, then
from tests.domain.case.placing import (
    GOOD,
    HEARD,
    LIMIT,
    PLACED,
    PLACEMENT,
    handover,
    made,
    short_term,
)
from tests.dsl import an_id, given


def warn(at: str) -> Command[Any]:
    """The clock, shortly after midnight."""
    return cn(WarnGuardianshipLimit(placement_id=PLACEMENT), at=at)


def exceed(at: str) -> Command[Any]:
    """The clock on the day of the limit."""
    return cn(MarkGuardianshipLimitExceeded(placement_id=PLACEMENT), at=at)


def except_(at: str, until: date = date(2019, 5, 31), **more: Any) -> Command[Any]:
    """Civil affairs approve."""
    approved = ApproveGuardianshipLimitException(
        **{
            "placement_id": PLACEMENT,
            "exception_reason": "祖父正在办理来沪",
            "new_limit_on": until,
            **more,
        }
    )
    return cn(approved, at=at)


def test_the_limit_is_said_ten_and_three_days_before() -> None:
    given(*PLACED).when(warn("2019-04-19 00:05")).then_nothing()
    first = warn("2019-04-20 00:05")
    given(*PLACED).when(first).then(
        GuardianshipLimitWarningIssued(
            placement_id=PLACEMENT,
            child_id=LI,
            days_left=10,
            limit_on=LIMIT,
            civil_affairs_unit_id=CIVIL_CN.id,
        )
    )
    warned = then(PLACED, first)
    given(*warned).when(warn("2019-04-21 00:05")).then_nothing()
    (second,) = given(*warned).when(warn("2019-04-27 00:05")).facts()
    assert isinstance(second, GuardianshipLimitWarningIssued)
    assert second.days_left == 3
    given(*warned).when(warn("2019-04-30 00:05")).then_nothing()


def test_the_child_stays_placed_when_the_limit_passes() -> None:
    given(*PLACED).when(exceed("2019-04-29 23:59")).then_nothing()
    day = exceed("2019-04-30 00:05")
    given(*PLACED).when(day).then(
        GuardianshipLimitExceeded(
            placement_id=PLACEMENT,
            child_id=LI,
            days_over=0,
            limit_on=LIMIT,
            civil_affairs_unit_id=CIVIL_CN.id,
        )
    )
    over = then(PLACED, day)
    placement = case_of(*over).placement.running(LI)
    assert placement is not None
    assert placement.status is PlacementStatus.OVER_LIMIT
    assert case_of(*over).placement.is_placed(LI)
    given(*over).when(exceed("2019-05-01 00:05")).then_nothing()


def test_an_exception_after_the_day_is_visibly_late() -> None:
    """Scenario 4.7: approved on 2 May."""
    over = then(PLACED, exceed("2019-04-30 00:05"))
    late = except_("2019-05-02 10:00")
    given(*over).when(late).then(
        GuardianshipLimitExceptionApproved(
            placement_id=PLACEMENT,
            child_id=LI,
            exception_reason="祖父正在办理来沪",
            former_limit_on=LIMIT,
            limit_on=date(2019, 5, 31),
            warn_on=(date(2019, 5, 21), date(2019, 5, 28)),
            approved_late=True,
            days_late=2,
        )
    )
    extended = then(over, late)
    placement = case_of(*extended).placement.running(LI)
    assert placement is not None
    assert (placement.status, placement.limit_on) == (PlacementStatus.ACTIVE, date(2019, 5, 31))
    (again,) = given(*extended).when(exceed("2019-05-31 00:05")).facts()
    assert isinstance(again, GuardianshipLimitExceeded)
    (anew,) = given(*extended).when(warn("2019-05-21 00:05")).facts()
    assert isinstance(anew, GuardianshipLimitWarningIssued)


def test_an_exception_in_time_is_not_late() -> None:
    (approved,) = given(*PLACED).when(except_("2019-04-25 10:00")).facts()
    assert isinstance(approved, GuardianshipLimitExceptionApproved)
    assert (approved.approved_late, approved.days_late) == (False, 0)


def test_what_an_exception_needs() -> None:
    given(*PLACED).when(except_("2019-04-25 10:00", exception_reason=" ")).then_refused(
        "exception_reason_missing"
    )
    given(*PLACED).when(except_("2019-04-25 10:00", until=LIMIT)).then_refused(
        "new_limit_not_later", field="newLimitOn"
    )
    unknown = except_("2019-04-25 10:00", placement_id=an_id("nowhere"))
    given(*PLACED).when(unknown).then_refused("not_placed")


def test_a_placement_without_a_limit_needs_no_exception() -> None:
    alone = then(
        on_scene_cq(Trigger.LIVING_ALONE), cq(findings(Finding.LIVING_ALONE), at="2025-03-03 09:30")
    )
    start = cq(
        StartShortTermGuardianship(
            site_kind=SiteKind.WELFARE_INSTITUTION,
            best_interest_reason=GOOD,
            placement_ground="父母失联",
        ),
        at="2025-03-04 09:00",
    )
    placed = then(alone, start)
    asked = ApproveGuardianshipLimitException(
        placement_id=made(start), exception_reason="继续", new_limit_on=date(2025, 6, 1)
    )
    given(*placed).when(cq(asked, at="2025-04-01 09:00")).then_refused("placement_has_no_limit")
    clock = MarkGuardianshipLimitExceeded(placement_id=made(start))
    given(*placed).when(cq(clock, at="2026-04-01 09:00")).then_nothing()


@pytest.mark.parametrize(
    ("started", "limit"),
    [
        ("2019-03-31", date(2019, 4, 30)),
        ("2020-01-31", date(2020, 2, 29)),
        ("2019-04-15", date(2019, 5, 15)),
    ],
)
def test_a_month_is_counted_on_the_calendar_and_clamped(started: str, limit: date) -> None:
    history = then(HEARD, handover(at=f"{started} 09:00"))
    _, active = given(*history).when(short_term(at=f"{started} 10:00")).facts()
    assert isinstance(active, PlacementActivated)
    assert active.limit_on == limit
