"""What the findings asked for is done, or set aside with a reason; danger that is over (scenarios 1, 3)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.case.dispatch import (
    EmergencyDutySetAside,
    SetEmergencyDutyAside,
)
from domain.case.evidence import (
    CollectEvidence,
    EvidenceCollected,
    GiveMedicalAssistance,
    InjuryAppraised,
    MedicalTreatmentProvided,
)
from domain.case.state import Case
from domain.case.violence import (
    DomesticViolenceHandled,
    EndDanger,
    InfringementStopped,
    ProtectiveMeasureTaken,
)
from domain.directory import Directory, Unit
from domain.kernel import Command
from domain.risk import Access, RiskFactor
from domain.terms.emergency import (
    DangerState,
    EmergencyDuty,
    Finding,
    InjuryClass,
)
from domain.terms.units import UnitKind
from projections.queues import QUEUES
from tests.domain.case.cast import (
    DIRECTORY,
    FENGJIE,
    POLICE_CQ,
    cq,
    noting,
)
from tests.domain.case.on_scene import (
    HASH,
    ON_SCENE,
    after,
    findings,
)
from tests.dsl import an_id, given

D = EmergencyDuty


HURT = (
    *ON_SCENE,
    *given(*ON_SCENE).when(cq(findings(Finding.DOMESTIC_VIOLENCE), at="2025-03-03 09:30")).facts(),
)


def aside(duty: EmergencyDuty, reason: str = "未受伤") -> Command[Case]:
    """The duty is empty."""
    return cq(SetEmergencyDutyAside(duty=duty, set_aside_reason=reason), at="2025-03-03 10:00")


def test_a_duty_that_facts_make_empty_is_set_aside() -> None:
    given(*HURT).when(aside(D.APPRAISE_INJURY)).then(
        EmergencyDutySetAside(duty=D.APPRAISE_INJURY, set_aside_reason="未受伤")
    )
    assert D.APPRAISE_INJURY not in after(HURT, aside(D.APPRAISE_INJURY)).emergency.open_duties


def test_duties_to_the_childs_care_cannot_be_set_aside() -> None:
    given(*HURT).when(aside(D.SECURE_CARE)).then_refused(
        "duty_cannot_be_set_aside", cites="CQ2016-4.2-c2", field="duty"
    )
    given(*HURT).when(aside(D.APPRAISE_INJURY, " ")).then_refused("duty_cannot_be_set_aside")
    given(*HURT).when(aside(D.SEARCH_CHILD)).then_refused("duty_not_open", field="duty")


@pytest.mark.clause(
    "SH2020-4.2-n",
    "CQ2016-4.2-n",
    "CN2017-5.1-aa",
    "SH2020-3.1-d",
    "SH2020-4.2-l",
    "CQ2016-4.2-j",
    "CQ2016-4.2-l",
    "SH2024-2.2.4-b",
)
def test_stopping_protecting_helping_close_their_duties() -> None:
    case = after(
        HURT,
        cq(noting(InfringementStopped, act_stopped="殴打"), at="2025-03-03 10:00"),
        cq(
            noting(
                DomesticViolenceHandled,
                legal_basis="反家庭暴力法第十五条",
                measures_taken="带离加害人",
                suspect_access=Access.NO_ACCESS,
            ),
            at="2025-03-03 10:10",
        ),
        cq(
            CollectEvidence(
                evidence_reference="奉公物证2025-17",
                evidence_hash=HASH,
                evidence_custodian="物证室",
            ),
            at="2025-03-03 10:20",
        ),
        cq(GiveMedicalAssistance(medical_institution="医院"), at="2025-03-03 10:30"),
        cq(
            noting(InjuryAppraised, medical_institution="医院", injury_class=InjuryClass.SLIGHT),
            at="2025-03-03 11:00",
        ),
    )
    assert case.emergency.open_duties == (
        D.NOTIFY_TOWNSHIP,
        D.CRITICISE_GUARDIAN,
        D.SECURE_CARE,
    )
    fact = case.facts.find(RiskFactor.RF_06)
    assert fact is not None
    assert (fact.handled, fact.access) == (True, Access.NO_ACCESS)


def test_protection_closes_its_duty() -> None:
    hurt = cq(findings(Finding.OTHER_INFRINGEMENT), at="2025-03-03 09:30")
    protect = noting(ProtectiveMeasureTaken, protective_measure="民警陪护")
    case = after(ON_SCENE, hurt, cq(protect, at="2025-03-03 10:00"))
    assert D.PROTECT_CHILD not in case.emergency.open_duties


def test_a_pending_appraisal_is_still_to_come() -> None:
    pending = noting(InjuryAppraised, medical_institution="医院", injury_class=InjuryClass.PENDING)
    case = after(HURT, cq(pending, at="2025-03-03 11:00"))
    assert D.APPRAISE_INJURY in case.emergency.open_duties


HOSPITAL = Unit(
    id=an_id("奉节县人民医院"), kind=UnitKind.MEDICAL, name="奉节县人民医院", division_id=FENGJIE
)


@pytest.mark.clause("CN2017-5.1-z")
def test_the_hospital_a_child_is_brought_to_is_named_by_its_unit() -> None:
    """Then it has the task to receive and treat the child, and records itself what it did (Q-55-TREATMENT)."""
    around = Directory.of([*DIRECTORY.units.values(), HOSPITAL])
    for unit, refused in ((HOSPITAL, False), (POLICE_CQ, True)):
        help_ = GiveMedicalAssistance(medical_institution="人民医院", medical_unit_id=unit.id)
        asked = given(*HURT).when(cq(help_, at="2025-03-03 10:30", directory=around))
        if refused:
            asked.then_refused("no_medical_institution", field="medicalUnitId")
        else:
            (brought,) = asked.facts()
            (opens,) = QUEUES["Q-55-TREATMENT"].opens
            assert opens.only is not None
            assert opens.only(brought, None)
            assert brought.medical_unit_id == HOSPITAL.id  # type: ignore[attr-defined]


@pytest.mark.clause("CN2017-5.1-z")
def test_treatment_by_the_hospital_is_help() -> None:
    treated = noting(MedicalTreatmentProvided, medical_institution="医院", treatment_note="缝合")
    assert (
        D.MEDICAL_HELP not in after(HURT, cq(treated, at="2025-03-03 11:00")).emergency.open_duties
    )


@pytest.mark.clause("SH2020-4.2-m", "CN2017-4.2-f")
def test_evidence_is_a_reference_a_hash_and_a_custodian() -> None:
    whole = CollectEvidence(
        evidence_reference="奉公物证2025-17", evidence_hash=HASH, evidence_custodian="物证室"
    )
    given(*HURT).when(cq(whole, at="2025-03-03 10:20")).then(
        EvidenceCollected(
            evidence_reference="奉公物证2025-17", evidence_hash=HASH, evidence_custodian="物证室"
        )
    )
    blank = replace(whole, evidence_custodian=" ")
    given(*HURT).when(cq(blank, at="2025-03-03 10:20")).then_refused(
        "evidence_incomplete", cites="CQ2016-4.2-m"
    )
    short = replace(whole, evidence_hash="abc")
    given(*HURT).when(cq(short, at="2025-03-03 10:20")).then_refused(
        "hash_malformed", field="evidenceHash"
    )


def test_danger_that_is_over_no_longer_weighs() -> None:
    danger = cq(findings(dangers=(DangerState.SERIOUS_THREAT,)), at="2025-03-03 09:30")
    over = cq(EndDanger(danger_over_because="加害人被拘留"), at="2025-03-04 09:00")
    case = after(ON_SCENE, danger, over)
    assert case.facts.find(RiskFactor.RF_09) is None
    assert case.emergency.dangers == frozenset()
