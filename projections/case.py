"""保护个案 · The case as people see it: its head, the children it concerns, its placements, its plan."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from domain.sensitivity import (
    P0,
    P0_PROCESS,
    P2,
    P3,
    P4,
    P4_INJURY,
    P6_ADDRESS,
    P6_REPORTER,
)
from projections.readmodel import ReadModel


class CaseRow(
    ReadModel,
    table="case_file",
    obj="case",
    key=("case_id",),
    tokens=True,
    asked_by=("CQ2016-4.3-c",),
    zh="保护个案",
    en="Protection case",
):
    """The head of a case. The times are those of the interval table (scenario 18.3)."""

    case_id: Annotated[UUID, P0]
    report_progress: Annotated[str, P0]
    """What whoever reported is told, as by a receipt (``domain.case.progress``)."""
    stage: Annotated[str, P0_PROCESS]
    version: Annotated[int, P0]
    opened_at: Annotated[datetime, P0]
    updated_at: Annotated[datetime, P0_PROCESS]
    closed_at: Annotated[datetime | None, P0]
    incident_place_id: Annotated[str | None, P2]
    police_unit_id: Annotated[UUID | None, P2]
    township_unit_id: Annotated[UUID | None, P2]
    triggers: Annotated[tuple[str, ...], P4]
    findings: Annotated[tuple[str, ...], P4_INJURY]
    open_duties: Annotated[tuple[str, ...], P4_INJURY]
    """What the emergency still demands, most urgent first; "township not notified" is one of them."""
    facts_reported: Annotated[str | None, P4_INJURY]
    reporter_category: Annotated[str | None, P6_REPORTER]
    reporter_person_id: Annotated[UUID | None, P6_REPORTER]
    reporter_name: Annotated[str | None, P6_REPORTER]
    discovered_at: Annotated[datetime | None, P2]
    reported_at: Annotated[datetime | None, P0]
    accepted_at: Annotated[datetime | None, P0]
    dispatched_at: Annotated[datetime | None, P2]
    township_notified_at: Annotated[datetime | None, P2]
    assessed_at: Annotated[datetime | None, P2]
    assessment: Annotated[dict[str, Any], P4]
    into_case_id: Annotated[UUID | None, P2]
    """The open case that this report was joined to; what becomes of it is told there."""
    basis: Annotated[str | None, P0_PROCESS]


class CaseChildRow(
    ReadModel,
    table="case_child",
    within="case",
    key=("case_id", "child_id"),
    indexes=("child_id",),
    zh="个案所涉儿童",
    en="Children of a case",
):
    """Which children a case concerns."""

    case_id: Annotated[UUID, P0]
    child_id: Annotated[UUID, P0]


class PlacementRow(
    ReadModel,
    table="placement",
    within="case",
    key=("placement_id",),
    reach=P2,
    indexes=("case_id", "child_id"),
    zh="安置",
    en="Placement",
):
    """A placement with its clock. The site and its address protect a child: class P6, in columns of their own."""

    placement_id: Annotated[UUID, P0]
    case_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P0]
    kind: Annotated[str, P2]
    status: Annotated[str, P2]
    is_guardianship: Annotated[bool, P2]
    site_kind: Annotated[str | None, P6_ADDRESS]
    site_unit_id: Annotated[UUID | None, P6_ADDRESS]
    address: Annotated[str | None, P6_ADDRESS]
    placed_with: Annotated[str | None, P6_ADDRESS]
    started_on: Annotated[date | None, P2]
    clock_from: Annotated[date | None, P2]
    limit_on: Annotated[date | None, P2]
    limit_exceeded: Annotated[bool, P2]
    """The limit passed without a decision; an exception approved afterwards takes it back."""
    extended_to_on: Annotated[date | None, P2]
    review_on: Annotated[date | None, P2]
    ended_on: Annotated[date | None, P2]
    end_reason: Annotated[str | None, P2]
    next_care: Annotated[str | None, P2]


class PlanRow(
    ReadModel,
    table="plan",
    within="case",
    key=("plan_id",),
    reach=P3,
    indexes=("case_id",),
    zh="帮扶方案",
    en="Support plan",
):
    """The support plan of one child: five fields of protection, the child's word, the day of review (CN2017-2-d)."""

    plan_id: Annotated[UUID, P0]
    case_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P0]
    adopted_on: Annotated[date, P2]
    plan_review_on: Annotated[date, P2]
    living_support: Annotated[str | None, P3]
    medical_support: Annotated[str | None, P3]
    education_support: Annotated[str | None, P3]
    judicial_support: Annotated[str | None, P3]
    welfare_support: Annotated[str | None, P3]
    plan_opinion: Annotated[str | None, P3]


class PlanItemRow(
    ReadModel,
    table="plan_item",
    within="case",
    key=("item_id",),
    reach=P3,
    indexes=("case_id",),
    forgets=("service", "provider_unit_id", "due_on"),
    zh="帮扶事项",
    en="Plan item",
):
    """One item of the support plan, and how far it has come."""

    item_id: Annotated[UUID, P0]
    case_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P0]
    service: Annotated[str | None, P3]
    plan_field: Annotated[str | None, P3]
    need: Annotated[str | None, P3]
    provider_unit_id: Annotated[UUID | None, P3]
    item_status: Annotated[str, P2]
    due_on: Annotated[date | None, P2]
    times_delivered: Annotated[int, P2]
    last_delivered_on: Annotated[date | None, P2]
    service_outcome: Annotated[str | None, P3]


class ContributionRow(
    ReadModel,
    table="contribution",
    obj="case",
    key=("request_id",),
    tokens=True,
    indexes=("case_id",),
    forgets=("question",),
    zh="协助评估",
    en="Assessment contribution",
):
    """One question to one contributor: seen by the contributor asked and by those who lead the assessment.

    The question is of class P0 because nobody else is given the row; in the timeline it is of class P4.
    """

    request_id: Annotated[UUID, P0]
    case_id: Annotated[UUID, P0]
    unit_id: Annotated[UUID, P0]
    contributor: Annotated[str, P0]
    question: Annotated[str | None, P0]
    answer_by_on: Annotated[date | None, P0]
    answer: Annotated[str | None, P4]
    answered_at: Annotated[datetime | None, P2]
