"""个案明细 · What lies within a case: the assessment and its questions, the plan and its services, who joins.

Who is asked or serves holds the case as long as that lasts (relation ``team``). Placements: ``placement_details``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from domain.case.assessment import AssessmentOverdue, AssessmentStarted
from domain.case.assessment_questions import (
    AssessmentContributionAsked,
    AssessmentContributionRecorded,
)
from domain.case.assessment_result import AssessmentCompleted
from domain.case.further_reports import ChildIdentified
from domain.case.measures import CriminalCaseOpened
from domain.case.plan import PlanAdopted, Planned, PlanRevised
from domain.case.service_delivery import ServiceClosed, ServiceDelivered
from domain.case.services import ServiceAccepted, ServiceDeclined, ServiceReferred
from domain.case.state import Case
from domain.divisions import Divisions
from domain.kernel import Event
from domain.periods import local_date
from domain.terms.emergency import EmergencyDuty
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.case import CaseRow, ContributionRow, PlanItemRow, PlanRow
from projections.kernel import Projection, change, insert, sql, upsert
from projections.relations import give, joins, leaves, refresh

details = Projection("case_details", zh="个案明细", en="Details of cases")


@details.on_state(Case)
def duties_and_items(r: Recorded, _event: Event[Any]) -> Iterator[Write]:
    """What the emergency still demands, and every item of the plan, as the case's state says."""
    case = r.after
    if not isinstance(case, Case):
        return
    duties = tuple(duty for duty in EmergencyDuty if duty in case.emergency.open_duties)
    yield change(CaseRow, {"case_id": r.stream_id}, open_duties=duties if case.is_open else ())
    for item in case.plan.items:
        yield upsert(
            PlanItemRow,
            item_id=item.item_id,
            case_id=r.stream_id,
            child_id=item.child_id,
            service=item.service,
            provider_unit_id=item.provider_unit_id,
            item_status=item.status,
            due_on=item.due_on,
            times_delivered=item.delivered,
        )


# ── Assessment


@details.on(AssessmentStarted)
def begun(r: Recorded, e: AssessmentStarted) -> Iterator[Write]:
    """What is being assessed, by whom, until when; a later assessment begins anew."""
    plan = {
        "status": "RUNNING",
        "dimensions": [dimension.value for dimension in e.dimensions],
        "leadUnitId": str(e.lead_unit_id) if e.lead_unit_id else None,
        "completeBy": e.complete_by.isoformat(),
    }
    yield change(CaseRow, {"case_id": r.stream_id}, assessment=plan)


@details.on(AssessmentOverdue)
def overdue(r: Recorded, _e: AssessmentOverdue) -> Iterator[Write]:
    """Not completed in time."""
    yield _assessment(r, {"status": "OVERDUE"})


@details.on(AssessmentCompleted)
def assessed(r: Recorded, e: AssessmentCompleted) -> Iterator[Write]:
    """The result by dimension; whoever has not answered is no longer asked."""
    said = {
        "status": "COMPLETED",
        "safety": e.safety_situation,
        "family": e.family_situation,
        "guardianship": e.guardianship_situation,
        "health": e.health_situation,
        "hardship": e.hardship,
        "recommendedServices": [service.value for service in e.recommended_services],
    }
    yield _assessment(r, {name: value for name, value in said.items() if value is not None})
    yield change(CaseRow, {"case_id": r.stream_id}, assessed_at=r.occurred_at)
    assert isinstance(r.after, Case)
    for question in r.after.assessment.questions:
        yield from leaves(r, f"question:{question.question_id}")


def _assessment(r: Recorded, said: dict[str, Any]) -> Write:
    return sql(
        "update case_file_p4 set assessment = assessment || %(said)s where case_id = %(id)s",
        said=said,
        id=r.stream_id,
    )


@details.on(AssessmentContributionAsked)
def asked(r: Recorded, e: AssessmentContributionAsked) -> Iterator[Write]:
    """One question, for the unit asked and for those who lead; the unit joins the case until it has answered."""
    assert isinstance(r.after, Case)
    lead = r.after.assessment.lead_unit_id
    readers = {unit for unit in (e.contributor_unit_id, lead) if unit}
    yield insert(
        ContributionRow,
        request_id=e.question_id,
        case_id=r.stream_id,
        unit_id=e.contributor_unit_id or lead or r.stream_id,
        contributor=e.contributor,
        question=e.question,
        answer_by_on=e.answer_by,
        tokens=sorted(f"T:{unit}" for unit in readers),
    )
    if e.contributor_unit_id:
        yield from joins(r, e.contributor_unit_id, f"question:{e.question_id}")


@details.on(AssessmentContributionRecorded)
def answered(r: Recorded, e: AssessmentContributionRecorded) -> Iterator[Write]:
    """Answered, and so no longer part of it."""
    yield change(
        ContributionRow,
        {"request_id": e.question_id},
        answer=e.answer,
        answered_at=r.occurred_at,
    )
    yield from leaves(r, f"question:{e.question_id}")


# ── Plan and services

_FIELDS = (
    "living_support",
    "medical_support",
    "education_support",
    "judicial_support",
    "welfare_support",
    "plan_opinion",
)


@details.on(PlanAdopted)
def adopted(r: Recorded, e: PlanAdopted) -> Iterator[Write]:
    """The child's plan with its items."""
    yield insert(
        PlanRow,
        plan_id=r.event_id,
        case_id=r.stream_id,
        child_id=e.child_id,
        adopted_on=local_date(r.occurred_at),
        plan_review_on=e.plan_review_on,
        **{name: getattr(e, name) for name in _FIELDS},
    )
    yield from _items(r, e, e.item_ids)


@details.on(PlanRevised)
def revised(r: Recorded, e: PlanRevised) -> Iterator[Write]:
    """A text left out stays as it was."""
    said = {name: getattr(e, name) for name in _FIELDS}
    yield change(
        PlanRow,
        {"case_id": r.stream_id, "child_id": e.child_id}
        if e.child_id
        else {"case_id": r.stream_id},
        plan_review_on=e.plan_review_on,
        **{name: text for name, text in said.items() if text is not None},
    )
    yield from _items(r, e, e.item_ids)


def _items(r: Recorded, e: Planned, item_ids: tuple[UUID, ...]) -> Iterator[Write]:
    """What each item is for; its course follows from the state."""
    for item_id, item in zip(item_ids, e.items, strict=False):
        yield upsert(
            PlanItemRow,
            item_id=item_id,
            case_id=r.stream_id,
            item_status="PLANNED",
            times_delivered=0,
            plan_field=item.plan_field,
            need=item.need,
        )


@details.on(ChildIdentified)
def named(r: Recorded, e: ChildIdentified) -> Iterator[Write]:
    """What was planned for a child nobody knew was planned for this child."""
    yield sql(
        "update plan set child_id = %(child_id)s where case_id = %(case_id)s and child_id is null",
        child_id=e.child_id,
        case_id=r.stream_id,
    )


@details.on(ServiceReferred)
def referred(r: Recorded, e: ServiceReferred) -> Iterator[Write]:
    """The provider sees whom it is to serve."""
    yield from joins(r, e.provider_unit_id, f"service:{e.item_id}")


@details.on(ServiceAccepted)
def accepted(r: Recorded, e: ServiceAccepted) -> Iterator[Write]:
    """Who accepts serves the child in person."""
    for subject in (r.stream_id, *r.concerns):
        yield give(subject, f"U:{r.stamp.by.person_id}", f"service:{e.item_id}", r.event_id)
        yield from refresh(subject)


@details.on(ServiceDelivered)
def delivered(_r: Recorded, e: ServiceDelivered) -> Iterator[Write]:
    """Once more."""
    yield change(PlanItemRow, {"item_id": e.item_id}, last_delivered_on=e.delivered_on)


@details.on(ServiceDeclined)
def declined(r: Recorded, e: ServiceDeclined) -> Iterator[Write]:
    """The provider is out again."""
    yield from leaves(r, f"service:{e.item_id}")


@details.on(ServiceClosed)
def service_over(r: Recorded, e: ServiceClosed) -> Iterator[Write]:
    """How it ended."""
    yield change(PlanItemRow, {"item_id": e.item_id}, service_outcome=e.service_outcome)
    yield from leaves(r, f"service:{e.item_id}")


# ── Prosecution


@details.on(CriminalCaseOpened)
def prosecuted(r: Recorded, _e: CriminalCaseOpened) -> Iterator[Write]:
    """The procuratorate of the place follows the investigation and so holds the case (SH2020-4.4-c)."""
    place, divisions = r.stamp.place, Divisions.load()
    if place is None or divisions.find(place) is None:
        return
    path = list(divisions.path(place, local_date(r.occurred_at)))
    for subject_id in (r.stream_id, *r.concerns):
        yield sql(
            "insert into access_relation (subject_id, token, reason, event_id) "
            "select %(subject_id)s, 'T:' || unit_id, 'criminal_case', %(event_id)s from unit "
            "where kind = 'PROCURATORATE' and division_id = any(%(path)s::text[]) "
            "order by array_position(%(path)s::text[], division_id::text) desc limit 1 "
            "on conflict do nothing",
            subject_id=subject_id,
            event_id=r.event_id,
            path=path,
        )
        yield from refresh(subject_id)
