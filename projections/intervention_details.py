"""监护干预明细 · Each revocation as its state says, and the court that holds the case once it is applied to.

Whoever is told of a revocation by a task sees it through the task; a parent never learns of it here (class P2).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from domain.case.court import placement_of
from domain.case.intervention_state import Revocation
from domain.case.liability import CaseTransferredToJudiciary
from domain.case.revocation import RevocationGroundEstablished
from domain.case.revocation_application import (
    CivilAffairsFallbackTriggered,
    RevocationApplicationFiled,
)
from domain.case.state import Case
from domain.kernel import Event
from domain.sensitivity import P0, P2, P4_INJURY, P5_OUTCOME
from domain.terms.intervention import Modality
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.case_details import prosecuted
from projections.kernel import Projection, change, insert
from projections.readmodel import ReadModel
from projections.relations import give, refresh

interventions = Projection("intervention_details", zh="监护干预明细", en="Interventions")


class RevocationRow(
    ReadModel,
    table="revocation",
    within="case",
    reach=P2,
    key=("revocation_id",),
    indexes=("case_id",),
    zh="撤销监护人资格",
    en="Revocation",
):
    """One guardian and one child: how far it has come, who was told, and where the child is meanwhile."""

    revocation_id: Annotated[UUID, P0]
    case_id: Annotated[UUID, P0]
    child_id: Annotated[UUID, P0]
    guardian_id: Annotated[UUID, P5_OUTCOME]
    revocation_stage: Annotated[str, P2]
    grounds: Annotated[tuple[str, ...], P4_INJURY]
    modality: Annotated[str | None, P2]
    application_by: Annotated[date | None, P2]
    fallback_on: Annotated[date | None, P2]
    applicants_told: Annotated[tuple[str, ...], P2]
    applicants_declined: Annotated[tuple[str, ...], P2]
    applications: Annotated[int, P2]
    placement_id: Annotated[UUID | None, P0]
    """Linked to the court file until the child has a guardian (SH2020-4.4-h)."""


@interventions.on_state(Case)
def standing(r: Recorded, _event: Event[Any]) -> Iterator[Write]:
    """Every revocation of the case as its state says."""
    case = r.after
    if isinstance(case, Case):
        for revocation in case.intervention.revocations:
            yield from _row(r, case, revocation)


def _row(r: Recorded, case: Case, revocation: Revocation) -> Iterator[Write]:
    yield insert(
        RevocationRow,
        revocation_id=revocation.revocation_id,
        case_id=r.stream_id,
        child_id=revocation.child_id,
        guardian_id=revocation.guardian_id,
        revocation_stage=revocation.stage,
        applications=0,
    )
    yield change(
        RevocationRow,
        {"revocation_id": revocation.revocation_id},
        revocation_stage=revocation.stage,
        grounds=[ground.value for ground, _ in revocation.grounds],
        fallback_on=revocation.fallback_on,
        applicants_told=[told.kind.value for told in revocation.told],
        applicants_declined=[told.kind.value for told in revocation.told if told.declined],
        applications=len(revocation.applications),
        placement_id=placement_of(case, revocation) if revocation.is_open else None,
    )


@interventions.on(RevocationGroundEstablished)
def due(r: Recorded, e: RevocationGroundEstablished) -> Iterator[Write]:
    """May or must, and until when."""
    yield from _timed(r, e.revocation_id, e.modality, e.application_by)


@interventions.on(CivilAffairsFallbackTriggered)
def fallback(r: Recorded, e: CivilAffairsFallbackTriggered) -> Iterator[Write]:
    """应当, from now on."""
    yield from _timed(r, e.revocation_id, e.modality, e.application_by)


def _timed(r: Recorded, revocation_id: UUID, modality: Modality, by: date) -> Iterator[Write]:
    """The row may not be there yet."""
    assert isinstance(r.after, Case)
    found = r.after.intervention.revocation(revocation_id)
    if found is not None:
        yield from _row(r, r.after, found)
        yield change(
            RevocationRow,
            {"revocation_id": revocation_id},
            modality=modality,
            application_by=by,
        )


@interventions.on(RevocationApplicationFiled)
def before_the_court(r: Recorded, e: RevocationApplicationFiled) -> Iterator[Write]:
    """The court holds the case and may look at the child."""
    if e.court_unit_id is None:
        return
    for subject_id in (r.stream_id, e.child_id):
        yield give(subject_id, f"T:{e.court_unit_id}", f"court:{e.revocation_id}", r.event_id)
        yield from refresh(subject_id)


@interventions.on(CaseTransferredToJudiciary)
def transferred(r: Recorded, e: CaseTransferredToJudiciary) -> Iterator[Write]:
    """As where a criminal case was opened: the procuratorate of the place holds the case."""
    yield from prosecuted(r, e)
