"""取证与就医 · Evidence, medical care, injury appraisal (SH2020-4.2-m, SH2020-4.2-n, CN2017-4.2-f).

Evidence itself stays with the police: here are its reference, its hash and who keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.case.handover import HASH_MALFORMED, SHA256
from domain.case.state import CASE_OPEN, POLICE_AT_WORK, Case
from domain.case.which_child import done_for_child
from domain.codec import says_more
from domain.kernel import Command, Event, Record, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P2, P4_INJURY, P5
from domain.terms.emergency import EmergencyDuty, InjuryClass
from domain.terms.units import UnitKind

name_fields(
    evidence_reference=("证据编号", "Evidence reference"),
    evidence_hash=("证据摘要(SHA-256)", "SHA-256 of the evidence"),
    evidence_custodian=("证据保管人", "Custodian of the evidence"),
    medical_institution=("医疗(鉴定)机构", "Medical institution"),
    medical_unit_id=("接收救治的医疗机构", "Hospital that receives the child"),
    medical_note=("就医情况", "Medical note"),
    injury_class=("伤情", "Injury"),
    treatment_note=("救治情况", "Treatment"),
)

EVIDENCE_INCOMPLETE = Refusal(
    "evidence_incomplete",
    zh="取证须写明证据编号和保管人",
    en="Evidence has a reference and a custodian",
)


NO_HOSPITAL = Refusal(
    "no_medical_institution", zh="此单位不是医疗机构", en="This unit is no medical institution"
)


class EvidenceCollected(
    Event[Case], name="case.evidence_collected", zh="调查取证", en="Evidence collected"
):
    """Reference, hash and custodian: never the evidence."""

    evidence_reference: Annotated[str, P5]
    evidence_hash: Annotated[str, P5]
    evidence_custodian: Annotated[str, P5]

    def evolve(self, case: Case) -> Case:
        """There is some."""
        return replace(case, emergency=case.emergency.did(EmergencyDuty.COLLECT_EVIDENCE))


class CollectEvidence(
    Command[Case],
    name="case.collect_evidence",
    zh="调查取证",
    en="Collect evidence",
    when=POLICE_AT_WORK,
    clauses=("SH2020-4.2-m", "CQ2016-4.2-m", "CN2017-4.2-f"),
):
    """为进一步采取干预措施、依法追究相关法律责任打下基础."""

    evidence_reference: Annotated[str, P5]
    evidence_hash: Annotated[str, P5]
    evidence_custodian: Annotated[str, P5]

    def decide(self, _case: Case) -> Iterator[Event[Case]]:
        """So that it can be found, and proved unchanged."""
        if not self.evidence_reference.strip() or not self.evidence_custodian.strip():
            clauses = self.rules.binding(*EmergencyDuty.COLLECT_EVIDENCE.clauses)
            raise EVIDENCE_INCOMPLETE(cite=clauses)
        if not SHA256.fullmatch(self.evidence_hash):
            raise HASH_MALFORMED(field="evidenceHash")
        yield EvidenceCollected.of(self)


class MedicalAssistanceGiven(
    Event[Case],
    name="case.medical_assistance_given",
    zh="协助就医",
    en="Medical assistance given",
    version=2,
):
    """The police helped the child to a doctor; a hospital with an account receives and treats (CN2017-5.1-z)."""

    child_id: Annotated[UUID | None, P2] = None
    medical_institution: Annotated[str, P4_INJURY]
    medical_note: Annotated[str | None, P4_INJURY] = None
    medical_unit_id: Annotated[UUID | None, P4_INJURY] = None

    def evolve(self, case: Case) -> Case:
        """Helped."""
        return done_for_child(case, EmergencyDuty.MEDICAL_HELP, self.child_id)


# At first a hospital was a name.
says_more("case.medical_assistance_given", 1)


class GiveMedicalAssistance(
    Command[Case],
    name="case.give_medical_assistance",
    zh="协助就医",
    en="Help with medical care",
    when=POLICE_AT_WORK,
    clauses=("SH2020-4.2-n", "CQ2016-4.2-n"),
):
    """To a hospital named by words, and where it has an account by its unit: then it records what it does."""

    child_id: Annotated[UUID | None, P2] = None
    medical_institution: Annotated[str, P4_INJURY]
    medical_note: Annotated[str | None, P4_INJURY] = None
    medical_unit_id: Annotated[UUID | None, P4_INJURY] = None

    def decide(self, _case: Case) -> Iterator[Event[Case]]:
        """A unit named is a medical institution."""
        if self.medical_unit_id is not None:
            unit = self.directory.units.get(self.medical_unit_id)
            if unit is None or unit.kind is not UnitKind.MEDICAL:
                raise NO_HOSPITAL(field="medicalUnitId")
        yield MedicalAssistanceGiven.of(self)


class InjuryAppraised(
    Record[Case],
    name="case.injury_appraised",
    zh="伤情鉴定",
    en="Injury appraised",
    act="case.appraise_injury",
    does=("鉴定伤情", "Appraise the injury"),
    when=CASE_OPEN,
    clauses=("SH2020-4.2-n", "CQ2016-4.2-n", "CN2017-5.1-aa"),
):
    """A result class; the court file may refer to it later."""

    child_id: Annotated[UUID | None, P2] = None
    medical_institution: Annotated[str, P4_INJURY]
    injury_class: Annotated[InjuryClass, P4_INJURY]

    def evolve(self, case: Case) -> Case:
        """Appraised, unless the result is still to come."""
        if self.injury_class is InjuryClass.PENDING:
            return case
        return done_for_child(case, EmergencyDuty.APPRAISE_INJURY, self.child_id)


class MedicalTreatmentProvided(
    Record[Case],
    name="case.medical_treatment_provided",
    zh="救治",
    en="Medical treatment provided",
    act="case.provide_medical_treatment",
    does=("接收救治", "Receive and treat the child"),
    when=CASE_OPEN,
    clauses=("CN2017-5.1-z",),
):
    """By the medical institution itself: the one the child was brought to, or whose doctor reported it."""

    child_id: Annotated[UUID | None, P2] = None
    medical_institution: Annotated[str, P4_INJURY]
    treatment_note: Annotated[str, P4_INJURY]

    def evolve(self, case: Case) -> Case:
        """Treated is helped."""
        return done_for_child(case, EmergencyDuty.MEDICAL_HELP, self.child_id)
