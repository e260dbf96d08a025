"""监护期限 · The clock of temporary guardianship: one month, six months, 原则上 (CN2017-4.3-d, CN2017-4.3-f).

The limit is soft. Passing it never ends the placement: the child stays protected, and the breach is a
fact for those who oversee. An exception approved late is visible as late.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.case.placement_begun import warnings_before
from domain.case.placement_rules import NOT_PLACED
from domain.case.placement_state import Placement
from domain.case.report_routing import unit_at
from domain.case.state import OPEN_OR_PLACED, Case
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.sensitivity import P0, P2, P4
from domain.terms.placement import PlacementStatus
from domain.terms.units import UnitKind

name_fields(
    days_left=("剩余天数", "Days left"),
    days_over=("超期天数", "Days over the limit"),
    former_limit_on=("原期限届满日期", "Former limit"),
    new_limit_on=("延长至", "Extended until"),
    exception_reason=("超期理由", "Why an exception"),
    approved_late=("逾期审批", "Approved late"),
    days_late=("逾期审批天数", "Days late"),
)

NO_LIMIT = Refusal(
    "placement_has_no_limit",
    zh="现行规定未对此类安置设定期限",
    en="No text limits this placement",
)
NEW_LIMIT_NOT_LATER = Refusal(
    "new_limit_not_later",
    zh="延长后的期限须晚于原期限和审批日",
    en="The new limit must lie after the old one and after today",
)
EXCEPTION_REASON_MISSING = Refusal(
    "exception_reason_missing", zh="须说明超期的理由", en="Say why the limit is passed"
)


class GuardianshipLimitWarningIssued(
    Event[Case],
    name="case.guardianship_limit_warning_issued",
    zh="期限预警",
    en="Limit warning issued",
):
    """The limit comes near: end, change or exception must be decided (Q-22)."""

    placement_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None
    days_left: Annotated[int, P2]
    limit_on: Annotated[date, P2]
    civil_affairs_unit_id: Annotated[UUID | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """Said for this day."""
        placement = case.placement.of(self.placement_id)
        if placement is None:
            return case
        on = local_date(self.stamp.occurred_at) if self.stamp else placement.limit_on
        return replace(case, placement=case.placement.put(replace(placement, warned_on=on)))


class WarnGuardianshipLimit(
    Command[Case],
    name="case.warn_guardianship_limit",
    zh="期限预警",
    en="Warn of the limit",
    by_system=True,
    clauses=("CN2017-4.3-d", "CN2017-4.3-f"),
):
    """Put by the clock on each of ``warn_on``."""

    placement_id: Annotated[UUID, P0]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Nothing once the placement is over, or on a day that was said already."""
        placement, today = _counting(case, self.placement_id), local_date(self.at)
        if placement is None or placement.limit_on is None or today >= placement.limit_on:
            return
        due = [d for d in placement.warn_on if d <= today]
        if due and (placement.warned_on is None or placement.warned_on < max(due)):
            yield GuardianshipLimitWarningIssued(
                placement_id=placement.placement_id,
                child_id=placement.child_id,
                days_left=(placement.limit_on - today).days,
                limit_on=placement.limit_on,
                civil_affairs_unit_id=_civil_affairs(self, case),
            )


class GuardianshipLimitExceeded(
    Event[Case], name="case.guardianship_limit_exceeded", zh="超期", en="Limit exceeded"
):
    """The limit is reached without a decision; the child stays placed."""

    placement_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None
    days_over: Annotated[int, P2]
    limit_on: Annotated[date, P2]
    civil_affairs_unit_id: Annotated[UUID | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """Over the limit, and in care."""
        placement = case.placement.of(self.placement_id)
        if placement is None:
            return case
        over = replace(placement, status=PlacementStatus.OVER_LIMIT)
        return replace(case, placement=case.placement.put(over))


class MarkGuardianshipLimitExceeded(
    Command[Case],
    name="case.mark_guardianship_limit_exceeded",
    zh="登记超期",
    en="Mark the limit as exceeded",
    by_system=True,
    clauses=("CN2017-4.3-d", "CN2017-4.3-f"),
):
    """Put by the clock on the day of ``limit_on``."""

    placement_id: Annotated[UUID, P0]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Nothing where it ended, was extended, or is marked already."""
        placement, today = _counting(case, self.placement_id), local_date(self.at)
        if placement is None or placement.limit_on is None or today < placement.limit_on:
            return
        yield GuardianshipLimitExceeded(
            placement_id=placement.placement_id,
            child_id=placement.child_id,
            days_over=(today - placement.limit_on).days,
            limit_on=placement.limit_on,
            civil_affairs_unit_id=_civil_affairs(self, case),
        )


class GuardianshipLimitExceptionApproved(
    Event[Case],
    name="case.guardianship_limit_exception_approved",
    zh="超期例外",
    en="Limit exception approved",
):
    """原则上 leaves room: civil affairs extend it, with a reason; who approved is who recorded it."""

    placement_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None
    exception_reason: Annotated[str, P4]
    former_limit_on: Annotated[date, P2]
    limit_on: Annotated[date, P2]
    warn_on: Annotated[tuple[date, ...], P2] = ()
    approved_late: Annotated[bool, P2] = False
    days_late: Annotated[int, P2] = 0

    def evolve(self, case: Case) -> Case:
        """Active again, until the new day."""
        placement = case.placement.of(self.placement_id)
        if placement is None:
            return case
        extended = replace(
            placement,
            status=PlacementStatus.ACTIVE,
            limit_on=self.limit_on,
            warn_on=self.warn_on,
        )
        return replace(case, placement=case.placement.put(extended))


class ApproveGuardianshipLimitException(
    Command[Case],
    name="case.approve_guardianship_limit_exception",
    zh="审批超期例外",
    en="Approve an exception to the limit",
    when=OPEN_OR_PLACED,
    clauses=("CN2017-4.3-d", "CN2017-4.3-f"),
):
    """By district civil affairs."""

    placement_id: Annotated[UUID, P0]
    exception_reason: Annotated[str, P4]
    new_limit_on: Annotated[date, P2]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Before or after the day; after it, it is late and says so."""
        placement = case.placement.of(self.placement_id)
        if placement is None or not placement.in_care:
            raise NOT_PLACED(field="placementId")
        if placement.limit_on is None:
            raise NO_LIMIT(field="placementId")
        if not self.exception_reason.strip():
            raise EXCEPTION_REASON_MISSING(field="exceptionReason")
        today = local_date(self.occurred_at)
        if self.new_limit_on <= max(placement.limit_on, today):
            raise NEW_LIMIT_NOT_LATER(field="newLimitOn")
        days = (today - placement.limit_on).days
        yield GuardianshipLimitExceptionApproved.of(
            self,
            child_id=placement.child_id,
            former_limit_on=placement.limit_on,
            limit_on=self.new_limit_on,
            warn_on=warnings_before(self.rules, placement.kind, self.new_limit_on),
            approved_late=days > 0,
            days_late=max(days, 0),
        )


def _counting(case: Case, placement_id: UUID) -> Placement | None:
    """The placement, while its clock counts and nothing has been said."""
    placement = case.placement.of(placement_id)
    counts = placement is not None and placement.status is PlacementStatus.ACTIVE
    return placement if counts else None


def _civil_affairs(command: Command[Case], case: Case) -> UUID | None:
    return unit_at(command, UnitKind.DISTRICT_CIVIL_AFFAIRS, case.place)
