"""移送司法与追究责任 · The case goes to the judiciary, and what became of it (SH2020-4.4-c, SH2020-3.1-e)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from domain.case.intervention import INTERVENING
from domain.case.state import Case
from domain.kernel import Record
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P5, P5_OUTCOME
from domain.terms.intervention import JudiciaryOrgan, LiabilityKind
from domain.terms.measures import Accused

name_fields(
    transferred_to=("移送机关", "Transferred to"),
    liability=("追究责任种类", "Kind of liability"),
    liability_reference=("处理文书文号", "Reference of the outcome"),
    liability_note=("处理结果", "The outcome"),
)


class CaseTransferredToJudiciary(
    Record[Case],
    name="case.transferred_to_judiciary",
    zh="移送司法机关",
    en="Case transferred to the judiciary",
    existence=P5_OUTCOME,
    act="case.transfer_to_judiciary",
    does=("移送司法机关", "Transfer the case to the judiciary"),
    when=INTERVENING,
    clauses=("SH2020-4.4-c", "CQ2016-4.4-c", "CN2017-4.4.3-c", "SH2020-4.1-g"),
):
    """The reference is for police, procuratorate and court alone."""

    subject_kind: Annotated[Accused, P5]
    subject_id: Annotated[UUID, P5]
    transferred_to: Annotated[JudiciaryOrgan, P5]
    criminal_reference: Annotated[str, P5]

    def evolve(self, case: Case) -> Case:
        """A crime is suspected (D.3, CRIMINAL)."""
        criminal = case.intervention.criminal | {self.subject_id}
        return replace(case, intervention=replace(case.intervention, criminal=criminal))


class LiabilityOutcomeRecorded(
    Record[Case],
    name="case.liability_outcome_recorded",
    zh="追究责任结果",
    en="Outcome on liability recorded",
    existence=P5_OUTCOME,
    act="case.record_liability_outcome",
    does=("登记追究责任结果", "Record the outcome on liability"),
    when=INTERVENING,
    clauses=(
        "SH2020-3.1-e",
        "CQ2016-3.1-h",
        "CN2017-3.4-b",
        "CN2017-5.1-r",
        "CQ2024-3.3-c",
    ),
):
    """By police or court; guardians, carers and whoever else infringed. Staff are to be barred (CQ2024-2.4-d)."""

    subject_kind: Annotated[Accused, P5_OUTCOME]
    subject_id: Annotated[UUID, P5_OUTCOME]
    liability: Annotated[LiabilityKind, P5_OUTCOME]
    liability_reference: Annotated[str, P5]
    liability_note: Annotated[str | None, P5] = None

    def evolve(self, case: Case) -> Case:
        """Nothing is to be waited for from police or court against this person."""
        known = case.intervention.held_liable | {self.subject_id}
        return replace(case, intervention=replace(case.intervention, held_liable=known))
