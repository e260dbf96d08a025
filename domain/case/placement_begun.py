"""安置生效 · A placement begins, and becomes active with its clock and its duties (D.2).

Every kind begins with its own event (``PlacementBegun`` and its children); the child's being there is one
event for all of them, ``PlacementActivated``, from which clocks and queues are told.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Annotated, Any, ClassVar
from uuid import UUID

from domain.case.placement_facts import guardianship_begins, guardianship_ends
from domain.case.placement_rules import Placing
from domain.case.placement_state import Placement
from domain.case.report_routing import unit_at
from domain.case.state import Case
from domain.kernel import Command, Event
from domain.labels import name_fields
from domain.periods import add, local_date
from domain.replacing import replace
from domain.rulebook import Rules
from domain.sensitivity import P0, P2, P3
from domain.terms.placement import PlacementKind, PlacementStatus
from domain.terms.plan import ServiceType
from domain.terms.units import UnitKind

name_fields(
    active_on=("安置生效日期", "Placed on"),
    clock_from=("期限起算日期", "Clock runs from"),
    limit_on=("期限届满日期", "Limit"),
    warn_on=("预警日期", "Days of warning"),
    review_on=("复核日期", "Review on"),
    is_guardianship=("属临时监护", "Is guardianship"),
    services_owed=("安置期间应提供的服务", "Services owed"),
    assess_by=("评估启动时限", "Start the assessment by"),
    plan_unit_id=("方案制定单位", "Unit that plans"),
    daily_care_unit_id=("日常照顾安排单位", "Unit that sees to daily care"),
    schooling_unit_id=("就学保障单位", "Unit that sees to schooling"),
    schooling_by=("就学落实时限", "Schooling by"),
    family_care_unit_id=("关爱服务单位", "Unit that comforts and guides"),
    family_care_by=("关爱服务时限", "Comfort and guidance by"),
    health_unit_id=("健康指导单位", "Unit that guides on health"),
    civil_affairs_unit_id=("民政部门", "Civil affairs"),
)


class PlacementBegun(Placing, Event[Case]):
    """What the beginning of every kind says; the kinds are its children."""

    placement_id: Annotated[UUID, P0]
    follows_placement_id: Annotated[UUID | None, P0] = None

    begins: ClassVar[PlacementKind]

    def evolve(self, case: Case) -> Case:
        """Decided; the placement it follows is over."""
        state, facts = case.placement, case.facts
        before = state.of(self.follows_placement_id) if self.follows_placement_id else None
        on = local_date(self.stamp.occurred_at) if self.stamp else None
        if before is not None:
            state = state.put(replace(before, status=PlacementStatus.ENDED, ended_on=on))
            facts = guardianship_ends(facts, before, on)
        placement = Placement(
            placement_id=self.placement_id,
            child_id=self.child_id,
            kind=self.begins,
            site_kind=self.site_kind,
            site_unit_id=self.site_unit_id,
            handover_id=self.handover_id,
            clock_from=before.clock_from if before else None,
        )
        return replace(case, placement=state.put(placement), facts=facts)


class PlacementActivated(
    Event[Case], name="case.placement_activated", zh="安置生效", en="Placement active"
):
    """The child is there: the clock runs, and others owe their part (CN2017-4.4-a … 4.4.2-b)."""

    placement_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None
    placement_kind: Annotated[PlacementKind, P2]
    is_guardianship: Annotated[bool, P2] = False
    active_on: Annotated[date, P2]
    clock_from: Annotated[date, P2]
    limit_on: Annotated[date | None, P2] = None
    warn_on: Annotated[tuple[date, ...], P2] = ()
    review_on: Annotated[date | None, P2] = None
    assess_by: Annotated[date | None, P2] = None
    services_owed: Annotated[tuple[ServiceType, ...], P3] = ()
    civil_affairs_unit_id: Annotated[UUID | None, P2] = None
    plan_unit_id: Annotated[UUID | None, P2] = None
    daily_care_unit_id: Annotated[UUID | None, P2] = None
    schooling_unit_id: Annotated[UUID | None, P2] = None
    schooling_by: Annotated[date | None, P2] = None
    family_care_unit_id: Annotated[UUID | None, P2] = None
    family_care_by: Annotated[date | None, P2] = None
    health_unit_id: Annotated[UUID | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """Placed; that it is cared for follows in ``care_secured``."""
        placement = case.placement.of(self.placement_id)
        if placement is None:
            return case
        active = replace(
            placement,
            status=PlacementStatus.ACTIVE,
            started_on=self.active_on,
            clock_from=self.clock_from,
            limit_on=self.limit_on,
            warn_on=self.warn_on,
            review_on=self.review_on,
        )
        return replace(
            case,
            placement=case.placement.put(active),
            emergency=case.emergency.placed(placement.child_id),
            facts=guardianship_begins(case.facts, active, self),
        )


def activated(
    command: Command[Case], case: Case, placement: Placement, *, review_on: date | None = None
) -> PlacementActivated:
    """The placement as it becomes active today: clock by the pack, duties to the units at the place."""
    today = local_date(command.occurred_at)
    clock_from = _clock_from(command.rules, placement, today)
    limit_on = limit_of(command.rules, placement.kind, clock_from)
    owed = placement.is_guardianship and not placement.site_kind.kin
    start = timedelta(days=command.rules.days("assessment_start_days"))
    return PlacementActivated(
        placement_id=placement.placement_id,
        child_id=placement.child_id,
        placement_kind=placement.kind,
        is_guardianship=placement.is_guardianship,
        active_on=today,
        clock_from=clock_from,
        limit_on=limit_on,
        warn_on=warnings_before(command.rules, placement.kind, limit_on),
        review_on=review_on,
        assess_by=None if case.assessment.begun else today + start,
        civil_affairs_unit_id=unit_at(command, UnitKind.DISTRICT_CIVIL_AFFAIRS, case.place),
        **(_duties(command, case, placement.kind, today) if owed else {}),
    )


def _clock_from(rules: Rules, placement: Placement, today: date) -> date:
    """Each placement by its own clock, unless the owner decides that a later one goes on counting."""
    if placement.clock_from is None or rules.flag("placement_clocks_separate"):
        return today
    return placement.clock_from


def limit_of(rules: Rules, kind: PlacementKind, start: date) -> date | None:
    """One month from 2019-03-31 is 2019-04-30; none where the text is silent."""
    limit = rules.placement(kind.clock).limit
    return add(start, limit) if limit else None


def warnings_before(rules: Rules, kind: PlacementKind, limit_on: date | None) -> tuple[date, ...]:
    """The days on which the approaching limit is said."""
    if limit_on is None:
        return ()
    longer = kind is PlacementKind.LONGER_TERM
    days = rules.numbers("longer_term_warn_days" if longer else "short_term_warn_days")
    return tuple(sorted(limit_on - timedelta(days=n) for n in days))


def _services(rules: Rules, kind: PlacementKind) -> tuple[ServiceType, ...]:
    """养育、教育、医疗、心理辅导 where civil affairs are the guardian (SH2024-2.2.6-d); else what the texts name."""
    named: Collection[str] = ()
    if kind is PlacementKind.STATE_LONG_TERM:
        named = rules.codes("state_guardianship_support")
    named = (
        named or {s for s in ServiceType if rules.cite("services", s)} or rules.codes("services")
    )
    return tuple(s for s in ServiceType if s in named)


def _duties(command: Command[Case], case: Case, kind: PlacementKind, today: date) -> dict[str, Any]:
    place, rules = case.place, command.rules
    township = unit_at(command, UnitKind.TOWNSHIP, place)
    return {
        "services_owed": _services(rules, kind),
        "plan_unit_id": case.intake.township_unit_id or township,
        "daily_care_unit_id": case.intake.township_unit_id or township,
        "schooling_unit_id": unit_at(command, UnitKind.DISTRICT_EDUCATION, place),
        "schooling_by": today + timedelta(days=rules.days("placement_schooling_days")),
        "family_care_unit_id": unit_at(command, UnitKind.WOMENS_FEDERATION, place),
        "family_care_by": today + timedelta(days=rules.days("placement_family_care_days")),
        "health_unit_id": unit_at(command, UnitKind.DISTRICT_HEALTH, place),
    }
