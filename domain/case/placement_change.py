"""变更安置 · Another site for the same placement, and who looks after daily life there.

The clock runs on: a move is no new month (CN2017-4.3-d). A child changes hands in writing again where
the text says so (CN2017-4.2-c).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.case.placement_rules import NOT_PLACED, Placing, decided_well, handover_for, in_care
from domain.case.state import OPEN_OR_PLACED, Case
from domain.case.which_child import the_child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3_CARE, P4, P6_ADDRESS
from domain.terms.placement import DailyCareProvider, SiteKind

name_fields(
    from_site_kind=("原安置场所类别", "Kind of the former site"),
    from_site_unit_id=("原安置场所", "Former site"),
    change_reason=("变更理由", "Why it changes"),
    daily_care_provider=("日常照顾受托方类别", "Kind of provider"),
    provider_unit_id=("服务单位", "Provider"),
    provider_name=("服务单位名称", "Name of the provider"),
    daily_care_tasks=("日常照顾内容", "What daily care comprises"),
)

CHANGE_REASON_MISSING = Refusal(
    "change_reason_missing", zh="须说明变更安置的理由", en="Say why the placement changes"
)
PROVIDER_MISSING = Refusal(
    "provider_missing", zh="须写明受托的单位", en="Say to whom it is entrusted"
)


class PlacementChanged(
    Placing, Event[Case], name="case.placement_changed", zh="变更安置", en="Placement changed"
):
    """The child stays placed, elsewhere."""

    placement_id: Annotated[UUID, P0]
    from_site_kind: Annotated[SiteKind, P6_ADDRESS]
    from_site_unit_id: Annotated[UUID | None, P6_ADDRESS] = None
    change_reason: Annotated[str, P4]

    def evolve(self, case: Case) -> Case:
        """Same kind, same clock, another site."""
        placement = case.placement.of(self.placement_id)
        if placement is None:
            return case
        moved = replace(
            placement,
            site_kind=self.site_kind,
            site_unit_id=self.site_unit_id,
            received=False,
            handover_id=self.handover_id or placement.handover_id,
        )
        return replace(case, placement=case.placement.put(moved))


class ChangePlacement(
    Placing,
    Command[Case],
    name="case.change_placement",
    zh="变更安置",
    en="Change the placement",
    when=OPEN_OR_PLACED,
    clauses=("CQ2024-3.2-b", "SH2024-2.2.6-d", "CN2017-4.2-c", "CN2017-2-b"),
):
    """By township or civil affairs; also for a site that refused to receive the child."""

    change_reason: Annotated[str, P4]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """With a reason, the child heard, and a new handover where it changes hands."""
        child = the_child(case, self.child_id)
        placement = case.placement.running(child)
        if placement is None:
            raise NOT_PLACED(field="childId")
        if not self.change_reason.strip():
            raise CHANGE_REASON_MISSING(field="changeReason")
        decided_well(self, case, child, self.best_interest_reason)
        there = placement.in_care
        handover = handover_for(self, case, child, self.handover_id) if there else None
        yield PlacementChanged.of(
            self,
            child_id=child,
            placement_id=placement.placement_id,
            from_site_kind=placement.site_kind,
            from_site_unit_id=placement.site_unit_id,
            handover_id=handover,
        )


class DailyCareEntrusted(
    Event[Case], name="case.daily_care_entrusted", zh="委托日常照顾", en="Daily care entrusted"
):
    """Somebody sees to the child's daily life; they learn its name, times, place and alerts only."""

    placement_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None
    daily_care_provider: Annotated[DailyCareProvider, P2]
    provider_unit_id: Annotated[UUID | None, P2] = None
    provider_name: Annotated[str | None, P2] = None
    daily_care_tasks: Annotated[str | None, P3_CARE] = None


class EntrustDailyCare(
    Command[Case],
    name="case.entrust_daily_care",
    zh="委托日常照顾",
    en="Entrust daily care",
    when=OPEN_OR_PLACED,
    clauses=("CN2017-4.4.1-a",),
):
    """由所在街道(镇)委托居委会、专业服务机构等照顾儿童的日常生活."""

    child_id: Annotated[UUID | None, P2] = None
    daily_care_provider: Annotated[DailyCareProvider, P2]
    provider_unit_id: Annotated[UUID | None, P2] = None
    provider_name: Annotated[str | None, P2] = None
    daily_care_tasks: Annotated[str | None, P3_CARE] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Of a child in placement, to somebody named."""
        child = the_child(case, self.child_id)
        placement = in_care(case, child)
        if self.provider_unit_id is None and not (self.provider_name or "").strip():
            raise PROVIDER_MISSING(field="providerUnitId")
        yield DailyCareEntrusted.of(self, child_id=child, placement_id=placement.placement_id)
