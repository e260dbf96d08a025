"""后续保障 · After a placement ends, somebody keeps looking after the child (CN2017-5.1-e, SH2024-2.2.6-c).

The plan opens in the same breath as the placement ends, with the days of its visits; the township may
restate it with services. How often and how long is not said in any text: pack data.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.case.mind_apart import nothing_of_the_mind
from domain.case.placement_state import Aftercare
from domain.case.report_routing import unit_at
from domain.case.state import Case
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import Period, add, local_date
from domain.replacing import replace
from domain.rulebook import Rules
from domain.sensitivity import P0, P2, P3
from domain.terms.placement import PlacementStatus
from domain.terms.plan import ServiceType
from domain.terms.units import UnitKind

name_fields(
    aftercare_id=("后续保障", "Aftercare"),
    visits_on=("回访日期", "Days of the visits"),
    aftercare_until=("保障期至", "Until"),
    aftercare_services=("后续服务", "Services of the aftercare"),
    follow_up_unit_id=("回访单位", "Unit that follows up"),
    visit_note=("回访情况", "What the visit found"),
    child_seen=("是否见到儿童", "Child seen"),
    next_visit_on=("下次回访日期", "Next visit on"),
)

UNKNOWN_AFTERCARE = Refusal(
    "unknown_aftercare", zh="没有此后续保障", en="There is no such aftercare"
)
AFTERCARE_DONE = Refusal(
    "aftercare_already_done", zh="后续保障已完成", en="The aftercare is done already"
)
CHILD_NOT_SEEN = Refusal(
    "child_not_seen", zh="回访须见到儿童", en="A follow-up visit sees the child"
)


class AftercarePlanOpened(
    Event[Case], name="case.aftercare_plan_opened", zh="后续保障", en="Aftercare plan opened"
):
    """Visits on these days, by civil affairs (Q-31); restated, it replaces what was planned."""

    aftercare_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None
    placement_id: Annotated[UUID | None, P0] = None
    visits_on: Annotated[tuple[date, ...], P2]
    aftercare_until: Annotated[date, P2]
    aftercare_services: Annotated[tuple[ServiceType, ...], P3] = ()
    follow_up_unit_id: Annotated[UUID | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """The placement is over, the care goes on."""
        opened = Aftercare(
            aftercare_id=self.aftercare_id,
            child_id=self.child_id,
            placement_id=self.placement_id,
            visits_on=self.visits_on,
        )
        return _settle(case, opened, PlacementStatus.AFTERCARE)


def aftercare_from(
    command: Command[Case],
    case: Case,
    child_id: UUID | None,
    placement_id: UUID | None,
    services: tuple[ServiceType, ...] = (),
) -> AftercarePlanOpened:
    """The plan that opens today."""
    nothing_of_the_mind(command.rules, services, "aftercareServices")
    today = local_date(command.occurred_at)
    return AftercarePlanOpened(
        aftercare_id=command.new_id("aftercare"),
        child_id=child_id,
        placement_id=placement_id,
        visits_on=visit_days(command.rules, today),
        aftercare_until=add(today, command.rules.duration("aftercare_span")),
        aftercare_services=services,
        follow_up_unit_id=unit_at(command, UnitKind.DISTRICT_CIVIL_AFFAIRS, case.place),
    )


def visit_days(rules: Rules, start: date) -> tuple[date, ...]:
    """Close together at first, then further apart, until the aftercare ends."""
    until = add(start, rules.duration("aftercare_span"))
    first_end = min(add(start, rules.duration("follow_up_first_span")), until)
    later_end = min(add(first_end, rules.duration("follow_up_later_span")), until)
    return (
        *_every(start, rules.duration("follow_up_first_interval"), first_end),
        *_every(first_end, rules.duration("follow_up_later_interval"), later_end),
    )


def _every(start: date, interval: Period, until: date) -> Iterator[date]:
    times = 1
    day = add(start, interval)
    while start < day <= until:
        yield day
        times += 1
        day = add(start, Period(months=interval.months * times, days=interval.days * times))


class OpenAftercarePlan(
    Command[Case],
    name="case.open_aftercare_plan",
    zh="制定后续保障方案",
    en="State the aftercare plan",
    clauses=("CN2017-5.1-e", "SH2024-2.2.6-c"),
):
    """By the township: which services go on, and other days if these do not fit."""

    aftercare_id: Annotated[UUID, P0]
    aftercare_services: Annotated[tuple[ServiceType, ...], P3] = ()
    visits_on: Annotated[tuple[date, ...], P2] = ()

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Of an aftercare that runs; without days of its own the planned ones stay."""
        aftercare = case.placement.aftercare(self.aftercare_id)
        if aftercare is None:
            raise UNKNOWN_AFTERCARE(field="aftercareId")
        if aftercare.done:
            raise AFTERCARE_DONE(field="aftercareId")
        nothing_of_the_mind(self.rules, self.aftercare_services, "aftercareServices")
        days = tuple(sorted(set(self.visits_on))) or aftercare.visits_on
        yield AftercarePlanOpened.of(
            self,
            child_id=aftercare.child_id,
            placement_id=aftercare.placement_id,
            visits_on=days,
            aftercare_until=max(days),
            follow_up_unit_id=unit_at(self, UnitKind.DISTRICT_CIVIL_AFFAIRS, case.place),
        )


class AftercareVisitMade(
    Event[Case], name="case.aftercare_visit_made", zh="后续回访", en="Aftercare visit made"
):
    """The child was visited after the placement."""

    aftercare_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None
    visit_note: Annotated[str, P3]
    next_visit_on: Annotated[date | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """The next one is due on ``next_visit_on``; after the last there is none."""
        aftercare = case.placement.aftercare(self.aftercare_id)
        if aftercare is None:
            return case
        later = self.next_visit_on
        left = tuple(d for d in aftercare.visits_on if later is not None and d >= later)
        return _settle(case, replace(aftercare, visits_on=left), PlacementStatus.AFTERCARE)


class AftercareCompleted(
    Event[Case], name="case.aftercare_completed", zh="后续保障完成", en="Aftercare completed"
):
    """The last visit was made."""

    aftercare_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """The placement is done with."""
        aftercare = case.placement.aftercare(self.aftercare_id)
        if aftercare is None:
            return case
        return _settle(case, replace(aftercare, visits_on=()), PlacementStatus.CLOSED)


class RecordAftercareVisit(
    Command[Case],
    name="case.record_aftercare_visit",
    zh="记录后续回访",
    en="Record an aftercare visit",
    clauses=("CN2017-5.1-e", "SH2024-2.2.6-c"),
):
    """By civil affairs, also after the case was closed."""

    aftercare_id: Annotated[UUID, P0]
    child_seen: Annotated[bool, P2]
    visit_note: Annotated[str, P3]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """It fulfils the earliest open day, and those missed before it."""
        aftercare = case.placement.aftercare(self.aftercare_id)
        if aftercare is None:
            raise UNKNOWN_AFTERCARE(field="aftercareId")
        if aftercare.done:
            raise AFTERCARE_DONE(field="aftercareId")
        if not self.child_seen:
            raise CHILD_NOT_SEEN(field="childSeen")
        yield from visited(self, aftercare, self.visit_note)


def visited(command: Command[Case], aftercare: Aftercare, note: str) -> Iterator[Event[Case]]:
    """A visit made today; after the last one the aftercare is complete."""
    today = local_date(command.occurred_at)
    left = [d for d in aftercare.visits_on[1:] if d > today]
    yield AftercareVisitMade(
        aftercare_id=aftercare.aftercare_id,
        child_id=aftercare.child_id,
        visit_note=note,
        next_visit_on=min(left, default=None),
    )
    if not left:
        yield AftercareCompleted(aftercare_id=aftercare.aftercare_id, child_id=aftercare.child_id)


def _settle(case: Case, aftercare: Aftercare, status: PlacementStatus) -> Case:
    state = case.placement.put_aftercare(aftercare)
    placement = state.of(aftercare.placement_id) if aftercare.placement_id else None
    if placement is not None:
        state = state.put(replace(placement, status=status))
    return replace(case, placement=state)
