"""个案明细 · What lies within a case: questions of the assessment and its result, placements, the plan, and who joins.

Who is asked, places, receives or serves holds the case as long as that lasts (relation ``team`` or ``placed``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from domain.case.assessment_questions import (
    AssessmentContributionAsked,
    AssessmentContributionRecorded,
)
from domain.case.assessment_result import AssessmentCompleted
from domain.case.candidates import PlacementRequested
from domain.case.notices import CivilAffairsNotifiedForPlacement
from domain.case.placement_begun import PlacementBegun
from domain.case.placement_change import PlacementChanged
from domain.case.placement_state import Placement
from domain.case.services import ServiceAccepted, ServiceDeclined, ServiceReferred
from domain.case.service_delivery import ServiceClosed
from domain.case.state import Case
from domain.kernel import Event
from domain.terms.placement import PlacementStatus
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.case import CaseRow, ContributionRow, PlacementRow, PlanItemRow
from projections.child import ChildRow
from projections.kernel import Projection, change, sql, upsert
from projections.relations import give, refresh, take

details = Projection("case_details", zh="个案明细", en="Details of cases")


@details.on_every
def placements_and_plan(r: Recorded, e: Event[Any]) -> Iterator[Write]:
    """Every placement and every item of the plan, as the case's state says."""
    case = r.after
    if not isinstance(case, Case):
        return
    for placement in case.placement.placements:
        yield from _placement(r, placement)
        if placement.child_id:
            placed = case.placement.is_placed(placement.child_id)
            yield change(ChildRow, {"child_id": placement.child_id}, is_placed=placed)
    if isinstance(e, PlacementBegun | PlacementChanged):
        yield change(PlacementRow, {"placement_id": e.placement_id}, address=e.site_address)
    for item in case.plan.items:
        yield upsert(
            PlanItemRow,
            item_id=item.item_id,
            case_id=r.stream_id,
            service=item.service,
            provider_unit_id=item.provider_unit_id,
            item_status=item.status,
            due_on=item.due_on,
        )


def _placement(r: Recorded, placement: Placement) -> Iterator[Write]:
    over = placement.status is PlacementStatus.OVER_LIMIT
    yield upsert(
        PlacementRow,
        placement_id=placement.placement_id,
        case_id=r.stream_id,
        child_id=placement.child_id,
        kind=placement.kind,
        status=placement.status,
        site_unit_id=placement.site_unit_id,
        started_on=placement.started_on,
        limit_on=placement.limit_on,
        limit_exceeded=over,
        ended_on=placement.ended_on,
    )
    subjects = [r.stream_id, *((placement.child_id,) if placement.child_id else ())]
    reason = f"placement:{placement.placement_id}"
    for subject in subjects:
        yield take(subject, reason)
        if placement.site_unit_id and placement.ended_on is None:
            yield give(subject, f"L:{placement.site_unit_id}", reason, r.event_id)
        yield from refresh(subject)


@details.on(AssessmentContributionAsked)
def asked(r: Recorded, e: AssessmentContributionAsked) -> Iterator[Write]:
    """One question, for the unit asked and for those who lead; the unit joins the case until it has answered."""
    assert isinstance(r.after, Case)
    readers = (e.contributor_unit_id, r.after.assessment.lead_unit_id)
    yield sql(
        "insert into contribution (request_id, case_id, unit_id, question, tokens) values "
        "(%(id)s, %(case)s, %(unit)s, %(question)s, %(tokens)s) on conflict do nothing",
        id=e.question_id,
        case=r.stream_id,
        unit=e.contributor_unit_id or r.after.assessment.lead_unit_id or r.stream_id,
        question=e.question,
        tokens=sorted({f"T:{unit}" for unit in readers if unit}),
    )
    if e.contributor_unit_id:
        yield from _joins(r, e.contributor_unit_id, f"question:{e.question_id}")


@details.on(AssessmentContributionRecorded)
def answered(r: Recorded, e: AssessmentContributionRecorded) -> Iterator[Write]:
    """Answered, and so no longer part of it."""
    yield change(
        ContributionRow,
        {"request_id": e.question_id},
        answer=e.answer,
        answered_at=r.occurred_at,
    )
    yield from _leaves(r, f"question:{e.question_id}")


@details.on(AssessmentCompleted)
def assessed(r: Recorded, e: AssessmentCompleted) -> Iterator[Write]:
    """The result by dimension; whoever has not answered is no longer asked."""
    said = {
        "safety": e.safety_situation,
        "family": e.family_situation,
        "guardianship": e.guardianship_situation,
        "health": e.health_situation,
        "hardship": e.hardship,
        "recommendedServices": [service.value for service in e.recommended_services],
    }
    result = {name: value for name, value in said.items() if value is not None}
    yield change(CaseRow, {"case_id": r.stream_id}, assessed_at=r.occurred_at, assessment=result)
    assert isinstance(r.after, Case)
    for question in r.after.assessment.questions:
        yield from _leaves(r, f"question:{question.question_id}")


@details.on(CivilAffairsNotifiedForPlacement, PlacementRequested)
def placing(
    r: Recorded, e: CivilAffairsNotifiedForPlacement | PlacementRequested
) -> Iterator[Write]:
    """Whoever must place the child holds the case."""
    if e.placement_unit_id:
        yield from _joins(r, e.placement_unit_id, "placing")


@details.on(ServiceReferred)
def referred(r: Recorded, e: ServiceReferred) -> Iterator[Write]:
    """The provider sees whom it is to serve."""
    yield from _joins(r, e.provider_unit_id, f"service:{e.item_id}")


@details.on(ServiceAccepted)
def accepted(r: Recorded, e: ServiceAccepted) -> Iterator[Write]:
    """Who accepts serves the child in person."""
    for subject in _subjects(r):
        person = r.stamp.by.person_id
        yield give(subject, f"U:{person}", f"service:{e.item_id}", r.event_id)
        yield from refresh(subject)


@details.on(ServiceDeclined, ServiceClosed)
def service_over(r: Recorded, e: ServiceDeclined | ServiceClosed) -> Iterator[Write]:
    """Declined or done: the provider is out again."""
    yield from _leaves(r, f"service:{e.item_id}")


def _subjects(r: Recorded) -> tuple[UUID, ...]:
    return (r.stream_id, *r.concerns)


def _joins(r: Recorded, unit_id: UUID, reason: str) -> Iterator[Write]:
    for subject in _subjects(r):
        yield give(subject, f"T:{unit_id}", reason, r.event_id)
        yield from refresh(subject)


def _leaves(r: Recorded, reason: str) -> Iterator[Write]:
    for subject in _subjects(r):
        yield take(subject, reason)
        yield from refresh(subject)
