"""护送户籍地 · The last way: to the civil affairs of the child's hukou place (CN2017-4.3-h, CN2017-4.3-i).

可, and only where four conditions hold together. It ends when the other place has received the child;
until then this one stays responsible.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from domain.case.aftercare import aftercare_from
from domain.case.placement_end import ended
from domain.case.placement_rules import decided_well, handover_for, in_care
from domain.case.report_routing import unit_at
from domain.case.state import OPEN_OR_PLACED, Case
from domain.case.which_child import the_child
from domain.child.state import Child
from domain.divisions import Level
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3, P4
from domain.terms.placement import EscortCondition
from domain.terms.units import UnitKind

name_fields(
    conditions_met=("已具备的条件", "Conditions met"),
    eligibility_reason=("符合条件的理由", "Why the conditions are met"),
    receiving_authority=("户籍地民政部门", "Civil affairs of the hukou place"),
    receipt_by=("接收回执时限", "Receipt by"),
    receipt_reference=("接收回执", "Receipt of the other place"),
    escort_completed_on=("护送完成日期", "Escort completed on"),
)

CONDITIONS_MISSING = Refusal(
    "escort_conditions_missing",
    zh="护送户籍地须同时具备规定的条件",
    en="An escort to the hukou place needs all its conditions together",
    clauses=("CN2017-4.3-h",),
)
HUKOU_IS_LOCAL = Refusal(
    "hukou_is_local",
    zh="该儿童为本市户籍,不适用护送户籍地",
    en="The child's hukou is in this city: it is not escorted away",
    clauses=("CN2017-4.3-h",),
)
ESCORT_NOT_DECIDED = Refusal(
    "hukou_escort_not_decided",
    zh="尚未决定护送户籍地",
    en="No escort to the hukou place was decided",
)
RECEIPT_MISSING = Refusal(
    "escort_receipt_missing",
    zh="须有户籍地民政部门的接收回执",
    en="The civil affairs of the hukou place must have received the child",
    clauses=("CN2017-4.3-i",),
)


class HukouEscortDecided(
    Event[Case], name="case.hukou_escort_decided", zh="决定护送户籍地", en="Hukou escort decided"
):
    """Civil affairs of both places hand over (Q-28); the child stays placed meanwhile."""

    placement_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None
    conditions_met: Annotated[tuple[EscortCondition, ...], P3]
    eligibility_reason: Annotated[str, P4]
    best_interest_reason: Annotated[str, P4]
    receiving_authority: Annotated[str, P2]
    civil_affairs_unit_id: Annotated[UUID | None, P2] = None
    receipt_by: Annotated[date, P2]

    def evolve(self, case: Case) -> Case:
        """Decided, not done."""
        placement = case.placement.of(self.placement_id)
        if placement is None:
            return case
        decided = replace(placement, escort_decided=True)
        return replace(case, placement=case.placement.put(decided))


class DecideHukouEscort(
    Command[Case],
    name="case.decide_hukou_escort",
    zh="决定护送户籍地",
    en="Decide on the escort to the hukou place",
    when=OPEN_OR_PLACED,
    needs=("child",),
    clauses=("CN2017-4.3-h", "CN2017-2-b"),
):
    """By district civil affairs, with the reason why 符合条件."""

    child_id: Annotated[UUID | None, P2] = None
    conditions_met: Annotated[tuple[EscortCondition, ...], P3]
    eligibility_reason: Annotated[str, P4]
    best_interest_reason: Annotated[str, P4]
    receiving_authority: Annotated[str, P2]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """All four conditions, and a file that does not say otherwise."""
        child = the_child(case, self.child_id)
        placement = in_care(case, child)
        named = self.rules.codes("hukou_escort_conditions") or frozenset(EscortCondition)
        for condition in EscortCondition:
            if condition in named and condition not in self.conditions_met:
                raise CONDITIONS_MISSING(field="conditionsMet", zh=condition.zh, en=condition.en)
        if not self.eligibility_reason.strip():
            raise CONDITIONS_MISSING(field="eligibilityReason")
        if self._is_local(case, child):
            raise HUKOU_IS_LOCAL(field="childId")
        decided_well(self, case, child, self.best_interest_reason)
        days = timedelta(days=self.rules.days("escort_receipt_days"))
        yield HukouEscortDecided.of(
            self,
            child_id=child,
            placement_id=placement.placement_id,
            civil_affairs_unit_id=unit_at(self, UnitKind.DISTRICT_CIVIL_AFFAIRS, case.place),
            receipt_by=local_date(self.occurred_at) + days,
        )

    def _is_local(self, case: Case, child_id: UUID | None) -> bool:
        file = self.linked.get(child_id) if child_id else None
        hukou = file.file.hukou if isinstance(file, Child) else None
        if hukou is None or case.place is None:
            return False
        on = local_date(self.occurred_at)
        here, there = (
            self.divisions.ancestor(place, Level.PROVINCE, on) for place in (case.place, hukou)
        )
        return here is not None and there is not None and here.id == there.id


class HukouEscortCompleted(
    Event[Case], name="case.hukou_escort_completed", zh="护送完成", en="Hukou escort completed"
):
    """The other place has the child and says so."""

    placement_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None
    receiving_authority: Annotated[str, P2]
    receipt_reference: Annotated[str, P2]
    handover_id: Annotated[UUID | None, P0] = None
    escort_completed_on: Annotated[date, P2]

    def evolve(self, case: Case) -> Case:
        """The placement here is over."""
        return ended(case, self.placement_id, self.escort_completed_on, self.handover_id)


class CompleteHukouEscort(
    Command[Case],
    name="case.complete_hukou_escort",
    zh="完成护送户籍地",
    en="Complete the escort to the hukou place",
    when=OPEN_OR_PLACED,
    clauses=("CN2017-4.3-h", "CN2017-4.3-i", "CN2017-4.2-c"),
):
    """By civil affairs or the rescue institution, with the receipt of the other place."""

    child_id: Annotated[UUID | None, P2] = None
    receiving_authority: Annotated[str, P2]
    receipt_reference: Annotated[str, P2]
    handover_id: Annotated[UUID | None, P0] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Decided before, handed over in writing, received there."""
        child = the_child(case, self.child_id)
        placement = in_care(case, child)
        if not placement.escort_decided:
            raise ESCORT_NOT_DECIDED(field="childId")
        if not self.receipt_reference.strip():
            raise RECEIPT_MISSING(field="receiptReference")
        handover = handover_for(self, case, child, self.handover_id)
        yield HukouEscortCompleted.of(
            self,
            child_id=child,
            placement_id=placement.placement_id,
            handover_id=handover,
            escort_completed_on=local_date(self.occurred_at),
        )
        if self.rules.flag("aftercare_required"):
            yield aftercare_from(self, case, child, placement.placement_id)
