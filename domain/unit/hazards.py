"""隐患排查 · Hazards of places where children are: inspected, found, put right (C.12; SH2024-2.4.13)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.kernel import Command, Event, Record, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3
from domain.terms.safety import HazardSite, SiteHazardTopic, VenueAction, VenueKind
from domain.unit.state import Unit

name_fields(
    hazard_site=("场所类别", "Kind of site"),
    inspected_site_name=("受检场所", "Site inspected"),
    inspected_site_unit_id=("受检单位", "Unit inspected"),
    site_hazard_topics=("检查内容", "What was looked at"),
    hazards_found=("发现隐患数", "Hazards found"),
    site_hazard_id=("场所隐患", "Hazard of a site"),
    site_hazard_topic=("隐患类别", "Topic of the hazard"),
    site_hazard_note=("隐患情况", "The hazard"),
    rectify_by_on=("整改期限", "Put right by"),
    site_rectification=("整改情况", "How it was put right"),
    venue_kind=("场所类型", "Kind of venue"),
    venue_name=("场所名称", "Venue"),
    venue_action=("处理措施", "What was done"),
    children_found=("违规接纳儿童数", "Children found there"),
)

UNKNOWN_SITE_HAZARD = Refusal(
    "unknown_site_hazard", zh="没有这项场所隐患", en="There is no such hazard"
)
HAZARD_DUE_PAST = Refusal(
    "hazard_due_past", zh="整改期限不能早于发现之日", en="The time limit lies before the finding"
)
SITE_HAZARDS = (
    "SH2024-2.4.13-a",
    "SH2024-2.4.13-b",
    "CQ2024-2.6-e",
    "CQ2024-2.6-k",
    "CQ2016-3.3-j",
)


class HazardInspectionDone(
    Record[Unit],
    name="unit.hazard_inspection_done",
    zh="风险隐患检查已开展",
    en="Hazard inspection done",
    act="unit.inspect_site_hazards",
    does=("登记风险隐患检查", "Record a hazard inspection"),
    clauses=(*SITE_HAZARDS, "CQ2024-2.4-e"),
):
    """Fire, school bus, food, disaster, water, guards; bullying prevention is inspected like the rest."""

    hazard_site: Annotated[HazardSite, P0]
    inspected_site_name: Annotated[str, P2]
    site_hazard_topics: Annotated[tuple[SiteHazardTopic, ...], P0]
    hazards_found: Annotated[int, P0] = 0
    inspected_site_unit_id: Annotated[UUID | None, P0] = None


class HazardFound(
    Event[Unit], name="unit.site_hazard_found", zh="发现场所隐患", en="Hazard of a site found"
):
    site_hazard_id: Annotated[UUID, P0]
    hazard_site: Annotated[HazardSite, P0]
    inspected_site_name: Annotated[str, P2]
    site_hazard_topic: Annotated[SiteHazardTopic, P0]
    site_hazard_note: Annotated[str, P2]
    rectify_by_on: Annotated[date, P0]
    inspected_site_unit_id: Annotated[UUID | None, P0] = None

    def evolve(self, state: Unit) -> Unit:
        oversight = state.oversight.with_hazard(self.site_hazard_id, is_open=True)
        return replace(state, oversight=oversight)


class FindSiteHazard(
    Command[Unit],
    name="unit.find_site_hazard",
    zh="登记场所隐患",
    en="Record a hazard of a site",
    clauses=SITE_HAZARDS,
):
    hazard_site: Annotated[HazardSite, P0]
    inspected_site_name: Annotated[str, P2]
    site_hazard_topic: Annotated[SiteHazardTopic, P0]
    site_hazard_note: Annotated[str, P2]
    rectify_by_on: Annotated[date, P0]
    inspected_site_unit_id: Annotated[UUID | None, P0] = None

    def decide(self, _state: Unit) -> Iterator[Event[Unit]]:
        if self.rectify_by_on < self.rules.on:
            raise HAZARD_DUE_PAST(field="rectifyByOn")
        yield HazardFound.of(self, site_hazard_id=self.new_id("hazard"))


class HazardRectified(
    Event[Unit], name="unit.site_hazard_rectified", zh="场所隐患已整改", en="Hazard rectified"
):
    site_hazard_id: Annotated[UUID, P0]
    site_rectification: Annotated[str, P2]

    def evolve(self, state: Unit) -> Unit:
        oversight = state.oversight.with_hazard(self.site_hazard_id, is_open=False)
        return replace(state, oversight=oversight)


class RectifySiteHazard(
    Command[Unit],
    name="unit.rectify_site_hazard",
    zh="登记场所隐患整改",
    en="Record that a hazard was put right",
    clauses=SITE_HAZARDS,
):
    site_hazard_id: Annotated[UUID, P0]
    site_rectification: Annotated[str, P2]

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        is_open = dict(state.oversight.hazards).get(self.site_hazard_id)
        if is_open is None:
            raise UNKNOWN_SITE_HAZARD(field="siteHazardId")
        if is_open:
            yield HazardRectified.of(self)


class ProhibitedVenueIncidentRecorded(
    Record[Unit],
    name="unit.prohibited_venue_incident_recorded",
    zh="违规接纳儿童已查处",
    en="Prohibited venue incident recorded",
    act="unit.record_prohibited_venue_incident",
    does=("登记场所违规接纳儿童", "Record a venue that took children in"),
    clauses=("CQ2024-2.6-g",),
):
    """What was done about the venue. A child found there is a fact of that child's own file."""

    venue_kind: Annotated[VenueKind, P0]
    venue_name: Annotated[str, P3]
    venue_action: Annotated[VenueAction, P2]
    children_found: Annotated[int, P2]
