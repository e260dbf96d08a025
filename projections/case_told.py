"""保护个案 · How the case's rows are told: the head from the state after each event, the rest from the event itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, LiteralString
from uuid import UUID

from domain.case.clues import ClueReported
from domain.case.custody import CustodyChildInquiryMade
from domain.case.directing import ReportDirected
from domain.case.dispatch import PoliceDispatched, PoliceFindingRecorded
from domain.case.intake import ReportAccepted
from domain.case.notices import TownshipNotifiedByPolice
from domain.case.progress import progress_of
from domain.case.reports import ReportSubmitted
from domain.case.state import Case
from domain.divisions import Divisions
from domain.kernel import Event
from domain.periods import local_date
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.case import CaseChildRow, CaseRow
from projections.kernel import Projection, change, insert, sql
from projections.relations import give, refresh, take
from projections.timeline import changed_at

cases = Projection("case_file", zh="保护个案", en="Protection cases")


@cases.on_every
def born(r: Recorded, _event: Event[Any]) -> Iterator[Write]:
    """The row, at the first event of a case."""
    if r.version == 1 and isinstance(r.after, Case):
        yield insert(CaseRow, **_opened(r, r.after))


@cases.on_state(Case)
def head(r: Recorded, _event: Event[Any]) -> Iterator[Write]:
    """The head of the case, as its state says, and who holds it."""
    case = r.after
    if not isinstance(case, Case):
        return
    yield change(
        CaseRow,
        {"case_id": r.stream_id},
        report_progress=progress_of(case.stage).value,
        stage=case.stage.value,
        version=r.version,
        **changed_at(r),
        incident_place_id=case.incident_place,
        police_unit_id=case.intake.police_unit_id,
        township_unit_id=case.intake.township_unit_id,
        triggers=case.intake.triggers,
        into_case_id=case.intake.joined_case,
        closed_at=None if case.is_open else r.occurred_at,
    )
    yield from _children(r, case)
    yield from _relations(r, case)


def _opened(r: Recorded, case: Case) -> dict[str, Any]:
    return {
        "case_id": r.stream_id,
        "report_progress": progress_of(case.stage).value,
        "stage": case.stage.value,
        "version": r.version,
        "opened_at": r.occurred_at,
        "updated_at": r.recorded_at,
        "basis": "TEXT" if len(r.stamp.packs) > 1 else "PLATFORM_BASELINE",
    }


def _children(r: Recorded, case: Case) -> Iterator[Write]:
    for child_id in case.children:
        yield insert(CaseChildRow, case_id=r.stream_id, child_id=child_id)


def _relations(r: Recorded, case: Case) -> Iterator[Write]:
    """Who holds the case: the places it happened in and its children live in, the units it was addressed to."""
    day = local_date(r.occurred_at)
    if isinstance(r.event, ReportDirected):
        yield from _passed_on(r, case)
    if case.incident_place:
        for division in Divisions.load().path(case.incident_place, day):
            yield give(r.stream_id, f"I:{division}", "incident", r.event_id)
    if not case.is_open:
        yield take(r.stream_id, "addressed")
        for child_id in case.children:
            yield take(child_id, f"case:{r.stream_id}")
            yield from refresh(child_id)
        yield from _residence_of_children(r, case)
        yield from refresh(r.stream_id)
        return
    intake = case.intake
    units = {intake.police_unit_id, intake.township_unit_id, *intake.informed_unit_ids} - {None}
    for unit_id in sorted(units, key=str):
        yield give(r.stream_id, f"T:{unit_id}", "addressed", r.event_id)
        for child_id in case.children:
            yield give(child_id, f"T:{unit_id}", f"case:{r.stream_id}", r.event_id)
    if case.intake.reporter_id:
        yield give(r.stream_id, f"W:{case.intake.reporter_id}", "own_report", r.event_id)
    yield from _residence_of_children(r, case)
    yield from refresh(r.stream_id)
    for child_id in case.children:
        yield from refresh(child_id)


def _passed_on(r: Recorded, case: Case) -> Iterator[Write]:
    """Who had a report that belongs elsewhere, and the place it was taken to be at, have it no longer."""
    yield take(r.stream_id, "addressed")
    yield take(r.stream_id, "incident")
    for child_id in case.children:
        yield take(child_id, f"case:{r.stream_id}")


def _residence_of_children(r: Recorded, case: Case) -> Iterator[Write]:
    """The territory a concerned child lives in reaches the case as well; whoever is kept from the child, too."""
    for child_id in case.children:
        yield sql(
            "insert into access_relation (subject_id, token, reason, event_id) "
            "select %(case_id)s, token, 'child:' || %(child)s, %(event_id)s from access_relation "
            "where subject_id = %(child_id)s and (token like 'R:%%' or token like 'X:%%') "
            "on conflict do nothing",
            case_id=r.stream_id,
            child=str(child_id),
            child_id=child_id,
            event_id=r.event_id,
        )


@cases.on(ReportSubmitted)
def reported(r: Recorded, e: ReportSubmitted) -> Iterator[Write]:
    """What the report says, the reporter apart by class."""
    yield change(
        CaseRow,
        {"case_id": r.stream_id},
        facts_reported=e.situation,
        reporter_category=e.reporter_category,
        reporter_person_id=e.reporter_id,
        reporter_name=e.reporter_name,
        discovered_at=e.discovered_at,
        reported_at=e.reported_at,
    )


@cases.on(ClueReported)
def clue(r: Recorded, e: ClueReported) -> Iterator[Write]:
    """A clue is a beginning too."""
    yield change(CaseRow, {"case_id": r.stream_id}, facts_reported=e.clue_text)


@cases.on(CustodyChildInquiryMade)
def custody(r: Recorded, _e: CustodyChildInquiryMade) -> Iterator[Write]:
    """The organ that asked holds the case with those it tells."""
    if r.stamp.by.unit_id:
        yield give(r.stream_id, f"T:{r.stamp.by.unit_id}", "inquired", r.event_id)
        yield from refresh(r.stream_id)


@cases.on(ReportAccepted)
def accepted(r: Recorded, _e: ReportAccepted) -> Iterator[Write]:
    """The first report's acceptance counts for the interval; whoever accepts becomes a named worker."""
    yield first_of("accepted_at", r)
    yield give(r.stream_id, f"U:{r.stamp.by.person_id}", "accepted", r.event_id)
    yield from refresh(r.stream_id)


@cases.on(PoliceDispatched)
def dispatched(r: Recorded, _e: PoliceDispatched) -> Iterator[Write]:
    """Out; the first time counts for the interval."""
    yield first_of("dispatched_at", r)


@cases.on(PoliceFindingRecorded)
def found(r: Recorded, e: PoliceFindingRecorded) -> Iterator[Write]:
    """What the police found; that a further report proved unfounded takes nothing back."""
    if e.findings:
        yield change(CaseRow, {"case_id": r.stream_id}, findings=e.findings)


@cases.on(TownshipNotifiedByPolice)
def notified(r: Recorded, e: TownshipNotifiedByPolice) -> Iterator[Write]:
    """The first notice counts for the interval; every notified township holds the case."""
    yield first_of("township_notified_at", r)
    if e.township_unit_id:
        yield from _also_held(r, e.township_unit_id)


def first_of(moment: LiteralString, r: Recorded) -> Write:
    """When this happened to the case for the first time."""
    return sql(
        f"update case_file set {moment} = coalesce({moment}, %(at)s) where case_id = %(case_id)s",
        at=r.occurred_at,
        case_id=r.stream_id,
    )


def _also_held(r: Recorded, unit_id: UUID) -> Iterator[Write]:
    yield give(r.stream_id, f"T:{unit_id}", "addressed", r.event_id)
    yield from refresh(r.stream_id)
