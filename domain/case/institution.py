"""机构接收 · The site takes the child in, or does not (CN2017-5.1-j: 及时接收).

Reception makes a decided placement active. A child whom the police bring before anybody decided is taken
in all the same: the reception itself begins the placement. A refusal goes to civil affairs at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from domain.case.placement_begun import activated
from domain.case.placement_rules import handover_for
from domain.case.placement_state import Placement
from domain.case.report_routing import unit_at
from domain.case.state import OPEN_OR_PLACED, Case
from domain.case.which_child import the_child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P2, P4_INJURY, P6_ADDRESS
from domain.terms.emergency import Finding
from domain.terms.placement import PlacementKind, PlacementStatus, ReceptionRefusal, SiteKind
from domain.terms.units import UnitKind

name_fields(
    receiving_staff=("接收工作人员", "Staff who received"),
    reception_refusal=("拒收原因", "Why it was not received"),
    reception_note=("拒收说明", "Explanation"),
)

NOT_THE_RECEIVING_UNIT = Refusal(
    "not_the_receiving_unit",
    zh="该儿童安置在另一场所",
    en="The child is placed at another site",
)


class ChildReceivedByInstitution(
    Event[Case], name="case.child_received_by_institution", zh="接收", en="Child received"
):
    """Staff, time and the child's state."""

    placement_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None
    placement_kind: Annotated[PlacementKind, P2]
    site_kind: Annotated[SiteKind, P6_ADDRESS]
    site_unit_id: Annotated[UUID | None, P6_ADDRESS] = None
    receiving_staff: Annotated[str, P6_ADDRESS]
    child_condition: Annotated[str, P4_INJURY]
    handover_id: Annotated[UUID | None, P0] = None

    def evolve(self, case: Case) -> Case:
        """The child is there; what nobody decided before begins with it."""
        placement = case.placement.of(self.placement_id) or Placement(
            placement_id=self.placement_id,
            child_id=self.child_id,
            kind=self.placement_kind,
            site_kind=self.site_kind,
            site_unit_id=self.site_unit_id,
        )
        received = replace(
            placement,
            received=True,
            site_unit_id=placement.site_unit_id or self.site_unit_id,
            handover_id=self.handover_id or placement.handover_id,
        )
        return replace(case, placement=case.placement.put(received))


class ReceiveChild(
    Command[Case],
    name="case.receive_child",
    zh="接收儿童",
    en="Receive the child",
    when=OPEN_OR_PLACED,
    clauses=("CN2017-5.1-j", "SH2020-4.2-k", "CQ2016-4.2-k", "SH2020-3.2-j"),
):
    """By the institution or site, on arrival."""

    child_id: Annotated[UUID | None, P2] = None
    site_kind: Annotated[SiteKind, P6_ADDRESS]
    receiving_staff: Annotated[str, P6_ADDRESS]
    child_condition: Annotated[str, P4_INJURY]
    handover_id: Annotated[UUID | None, P0] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Once; with the written handover where the text demands it."""
        child = the_child(case, self.child_id)
        placement = case.placement.running(child) or self._begun(case, child)
        self._is_meant(placement)
        if placement.received:
            return
        waits = placement.status is PlacementStatus.PROPOSED
        handover = handover_for(self, case, child, self.handover_id) if waits else None
        received = ChildReceivedByInstitution.of(
            self,
            child_id=child,
            placement_id=placement.placement_id,
            placement_kind=placement.kind,
            site_unit_id=self.by.unit_id,
            handover_id=handover,
        )
        yield received
        if waits:
            after = received.evolve(case)
            there = after.placement.of(placement.placement_id)
            assert there is not None, "a child that was received is placed"
            yield activated(self, after, there)

    def _begun(self, case: Case, child_id: UUID | None) -> Placement:
        """What the arrival is, if nobody decided: shelter after violence, else care after escort."""
        violence = Finding.DOMESTIC_VIOLENCE in case.emergency.findings_of(child_id)
        sheltered = violence or child_id in case.emergency.to_place
        return Placement(
            placement_id=self.new_id("placement"),
            child_id=child_id,
            kind=PlacementKind.PROTECTIVE if sheltered else PlacementKind.ESCORT_CARE,
            site_kind=self.site_kind,
            site_unit_id=self.by.unit_id,
        )

    def _is_meant(self, placement: Placement) -> None:
        if placement.site_unit_id is not None and self.by.unit_id != placement.site_unit_id:
            raise NOT_THE_RECEIVING_UNIT(field="childId")


class ChildReceptionRefused(
    Event[Case], name="case.child_reception_refused", zh="拒收", en="Child reception refused"
):
    """The site did not take the child in: civil affairs must place it at once (Q-05)."""

    placement_id: Annotated[UUID | None, P0] = None
    child_id: Annotated[UUID | None, P2] = None
    reception_refusal: Annotated[ReceptionRefusal, P2]
    reception_note: Annotated[str, P2]
    placement_unit_id: Annotated[UUID | None, P2] = None
    place_by: Annotated[datetime, P2]

    def evolve(self, case: Case) -> Case:
        """The placement still waits for a site; which one is not fixed any more."""
        placement = case.placement.of(self.placement_id) if self.placement_id else None
        if placement is None:
            return case
        waiting = replace(placement, site_unit_id=None)
        return replace(case, placement=case.placement.put(waiting))


class RefuseChildReception(
    Command[Case],
    name="case.refuse_child_reception",
    zh="拒收儿童",
    en="Refuse to receive the child",
    when=OPEN_OR_PLACED,
    clauses=("CN2017-5.1-j",),
):
    """By the institution or site, with the reason; kept for ever."""

    child_id: Annotated[UUID | None, P2] = None
    reception_refusal: Annotated[ReceptionRefusal, P2]
    reception_note: Annotated[str, P2]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """A child that was received is not refused any more: change its placement instead."""
        child = the_child(case, self.child_id)
        placement = case.placement.running(child)
        if placement is not None:
            other = placement.site_unit_id not in {None, self.by.unit_id}
            if other or placement.received or placement.in_care:
                raise NOT_THE_RECEIVING_UNIT(field="childId")
        minutes = timedelta(minutes=self.rules.minutes("at_once_minutes"))
        yield ChildReceptionRefused.of(
            self,
            child_id=child,
            placement_id=placement.placement_id if placement else None,
            placement_unit_id=unit_at(self, UnitKind.DISTRICT_CIVIL_AFFAIRS, case.place),
            place_by=self.occurred_at + minutes,
        )
