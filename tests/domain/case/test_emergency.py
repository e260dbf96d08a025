"""The police go out, find what there is, and the branches open by the texts in force."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.case.dispatch import (
    DispatchPolice,
    EmergencyDutySetAside,
    PoliceDispatched,
    PoliceFindingRecorded,
    SetEmergencyDutyAside,
)
from domain.case.duties import duties_of
from domain.case.evidence import (
    CollectEvidence,
    EvidenceCollected,
    GiveMedicalAssistance,
    InjuryAppraised,
    MedicalTreatmentProvided,
)
from domain.case.intake import AcceptReport
from domain.case.measures import GuardianCriticised
from domain.case.report_state import Stage
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
    InfringementKind,
    InjuryClass,
)
from domain.terms.measures import CriticisedBy, MeasureKind, MeasureSubject
from domain.terms.reports import Trigger
from domain.terms.units import UnitKind
from projections.queues import QUEUES
from tests.domain.case.cast import (
    DIRECTORY,
    FATHER,
    FENGJIE,
    MIAOZHEN,
    OFFICER,
    POLICE_CQ,
    VILLAGE_CQ,
    cn,
    cq,
    noting,
    played,
    report,
    sh,
)
from tests.domain.case.on_scene import (
    HASH,
    ON_SCENE,
    after,
    findings,
    on_scene_cn,
    on_scene_cq,
    on_scene_sh,
)
from tests.dsl import an_id, given, local

D = EmergencyDuty


def open_in_cq(*found: Finding, **more: Any) -> tuple[EmergencyDuty, ...]:
    """What these findings leave to do in Chongqing."""
    command = cq(findings(*found, **more), at="2025-03-03 09:30")
    return after(ON_SCENE, command).emergency.open_duties


def test_police_go_out_ten_minutes_after_accepting() -> None:
    accepted = ON_SCENE[:2]
    given(*accepted).when(cq(DispatchPolice(), at="2025-03-03 09:10")).then(
        PoliceDispatched(dispatched_unit_id=POLICE_CQ.id, minutes_to_dispatch=10)
    )
    other = DispatchPolice(dispatched_unit_id=an_id("another station"))
    (event,) = given(*accepted).when(cq(other, at="2025-03-03 09:10")).facts()
    assert isinstance(event, PoliceDispatched)
    assert event.dispatched_unit_id == an_id("another station")
    given(*ON_SCENE[:1]).when(cq(DispatchPolice())).then_refused("out_of_turn")


def test_living_alone_asks_for_order_and_reprimand() -> None:
    given(*ON_SCENE).when(
        cq(findings(Finding.LIVING_ALONE), at="2025-03-03 09:30", by=OFFICER)
    ).then(
        PoliceFindingRecorded(
            findings=(Finding.LIVING_ALONE,),
            duties=(
                D.ORDER_PARENTS_BACK,
                D.NOTIFY_TOWNSHIP,
                D.REPRIMAND_GUARDIAN,
                D.SECURE_CARE,
            ),
            village_unit_id=VILLAGE_CQ.id,
            township_notice_due_at=local("2025-03-04 09:30"),
        )
    )
    assert after(ON_SCENE, cq(findings(Finding.LIVING_ALONE), at="2025-03-03 09:30")).stage is (
        Stage.HANDLING
    )


@pytest.mark.parametrize(
    ("finding", "duties"),
    [
        (Finding.MISSING, (D.SEARCH_CHILD, D.NOTIFY_TOWNSHIP, D.SECURE_CARE)),
        (Finding.GUARDIAN_INCAPABLE, (D.CONTACT_PARENTS, D.NOTIFY_TOWNSHIP, D.SECURE_CARE)),
        (
            Finding.GUARDIAN_NOT_PERFORMING,
            (D.CONTACT_PARENTS, D.NOTIFY_TOWNSHIP, D.CRITICISE_GUARDIAN, D.SECURE_CARE),
        ),
        (
            Finding.DOMESTIC_VIOLENCE,
            (
                D.STOP_INFRINGEMENT,
                D.MEDICAL_HELP,
                D.NOTIFY_TOWNSHIP,
                D.HANDLE_VIOLENCE,
                D.COLLECT_EVIDENCE,
                D.APPRAISE_INJURY,
                D.CRITICISE_GUARDIAN,
                D.SECURE_CARE,
            ),
        ),
        (
            Finding.OTHER_INFRINGEMENT,
            (
                D.STOP_INFRINGEMENT,
                D.MEDICAL_HELP,
                D.PROTECT_CHILD,
                D.NOTIFY_TOWNSHIP,
                D.COLLECT_EVIDENCE,
                D.APPRAISE_INJURY,
                D.SECURE_CARE,
            ),
        ),
        (
            Finding.ACCIDENTAL_INJURY,
            (
                D.MEDICAL_HELP,
                D.PROTECT_CHILD,
                D.NOTIFY_TOWNSHIP,
                D.COLLECT_EVIDENCE,
                D.APPRAISE_INJURY,
                D.SECURE_CARE,
            ),
        ),
    ],
)
def test_each_finding_opens_its_own_branch(
    finding: Finding, duties: tuple[EmergencyDuty, ...]
) -> None:
    assert open_in_cq(finding) == duties


def test_a_guardian_who_neglects_is_to_be_criticised_in_chongqing_since_2024() -> None:
    """应当予以批评教育 (CQ2024-3.3-a); elsewhere and before, violence alone is answered so."""
    command = findings(Finding.GUARDIAN_NOT_PERFORMING)
    assert D.CRITICISE_GUARDIAN in open_in_cq(Finding.GUARDIAN_NOT_PERFORMING)
    in_shanghai = after(on_scene_sh(), sh(command, at="2022-03-01 10:30")).emergency
    assert D.CRITICISE_GUARDIAN not in in_shanghai.open_duties
    before = duties_of(
        (Finding.GUARDIAN_NOT_PERFORMING,), (), cq(command, at="2024-06-13 09:30").rules
    )
    assert before == (D.CONTACT_PARENTS, D.NOTIFY_TOWNSHIP, D.SECURE_CARE)


@pytest.mark.clause("CQ2024-3.3-a")
@pytest.mark.parametrize("by", CriticisedBy)
def test_whoever_of_the_three_criticises_has_done_what_was_to_be_done(by: CriticisedBy) -> None:
    told = {"subject_kind": MeasureSubject.PARENT, "subject_id": FATHER, "criticised_by": by}
    case = after(
        ON_SCENE,
        cq(findings(Finding.GUARDIAN_NOT_PERFORMING), at="2025-03-03 09:30"),
        cq(noting(GuardianCriticised, measure_ground="半年未联系", **told), at="2025-03-03 15:00"),
    )
    assert D.CRITICISE_GUARDIAN not in case.emergency.open_duties
    taken = case.emergency.measures_against(FATHER)
    assert (MeasureKind.CRITICISM in taken) == (by is CriticisedBy.POLICE), "the ladder is theirs"


def test_branches_run_side_by_side() -> None:
    both = open_in_cq(Finding.LIVING_ALONE, Finding.DOMESTIC_VIOLENCE)
    assert set(both) == {
        *open_in_cq(Finding.LIVING_ALONE),
        *open_in_cq(Finding.DOMESTIC_VIOLENCE),
    }


def test_shanghai_demands_criticism_and_reprimand_for_violence() -> None:
    command = sh(findings(Finding.DOMESTIC_VIOLENCE), at="2022-03-01 10:30")
    duties = after(on_scene_sh(), command).emergency.open_duties
    assert {D.CRITICISE_GUARDIAN, D.REPRIMAND_GUARDIAN} <= set(duties)


def test_changning_asks_for_candidates_opinion_and_handover_in_danger() -> None:
    danger = findings(Finding.OTHER_INFRINGEMENT, dangers=(DangerState.SERIOUS_INJURY,))
    duties = after(on_scene_cn(), cn(danger, at="2019-03-30 10:30")).emergency.open_duties
    assert duties == (
        D.STOP_INFRINGEMENT,
        D.MEDICAL_HELP,
        D.PROTECT_CHILD,
        D.ASK_CARE_CANDIDATES,
        D.SEEK_CHILD_OPINION,
        D.WRITTEN_HANDOVER,
        D.COLLECT_EVIDENCE,
        D.APPRAISE_INJURY,
        D.SECURE_CARE,
    )


def test_danger_weighs_in_every_city() -> None:
    danger = cq(findings(dangers=(DangerState.UNATTENDED,)), at="2025-03-03 09:30")
    case = after(ON_SCENE, danger)
    assert case.facts.find(RiskFactor.RF_09) is not None
    assert D.ASK_CARE_CANDIDATES in case.emergency.open_duties
    assert D.SEEK_CHILD_OPINION not in case.emergency.open_duties


def test_a_case_without_a_pack_in_force_has_its_branches_all_the_same() -> None:
    told = report(Trigger.LIVING_ALONE, where=MIAOZHEN, discovered="2027-01-04 08:40")
    history = played(
        sh(told, at="2027-01-04 09:00"),
        sh(AcceptReport(), at="2027-01-04 09:05"),
        sh(DispatchPolice(), at="2027-01-04 09:10"),
    )
    case = after(history, sh(findings(Finding.LIVING_ALONE), at="2027-01-04 09:30"))
    assert case.emergency.open_duties == (D.ORDER_PARENTS_BACK, D.NOTIFY_TOWNSHIP, D.SECURE_CARE)


def test_nothing_found_is_no_finding() -> None:
    given(*ON_SCENE).when(cq(findings(), at="2025-03-03 09:30")).then_refused(
        "no_finding", field="findings"
    )


def test_what_was_reported_and_is_not_so_no_longer_weighs() -> None:
    found = findings(Finding.GUARDIAN_NOT_PERFORMING, not_confirmed=(Trigger.LIVING_ALONE,))
    case = after(ON_SCENE, cq(found, at="2025-03-03 09:30"))
    assert case.facts.find(RiskFactor.RF_01) is None
    assert case.facts.find(RiskFactor.RF_04) is not None


def test_a_finding_confirms_the_suspicion_it_began_with() -> None:
    history = on_scene_cq(Trigger.SUSPECTED_DV)
    found = findings(Finding.DOMESTIC_VIOLENCE, suspect_access=Access.HAS_ACCESS)
    facts = after(history, cq(found, at="2025-03-03 09:30")).facts.facts
    assert [(f.factor, f.suspected, f.access) for f in facts] == [
        (RiskFactor.RF_06, False, Access.HAS_ACCESS),
        (RiskFactor.RF_06, False, Access.HAS_ACCESS),
    ]
    assert facts[0].event_id == history[0].told.event_id


@pytest.mark.parametrize(
    ("kind", "factor"),
    [
        (InfringementKind.SEXUAL_ABUSE, RiskFactor.RF_10),
        (InfringementKind.SELLING, RiskFactor.RF_10),
        (InfringementKind.USED_FOR_CRIME, RiskFactor.RF_11),
    ],
)
def test_grave_infringements_weigh_by_themselves(
    kind: InfringementKind, factor: RiskFactor
) -> None:
    found = findings(Finding.OTHER_INFRINGEMENT, infringements=(kind, InfringementKind.ABUSE))
    assert after(ON_SCENE, cq(found, at="2025-03-03 09:30")).facts.find(factor) is not None


def test_the_same_finding_again_asks_nothing_new_and_a_new_one_asks_anew() -> None:
    first = cq(findings(Finding.OTHER_INFRINGEMENT), at="2025-03-03 09:30")
    helped = cq(GiveMedicalAssistance(medical_institution="奉节县人民医院"), at="2025-03-03 10:00")
    again = cq(findings(Finding.OTHER_INFRINGEMENT), at="2025-03-03 10:30")
    case = after(ON_SCENE, first, helped, again)
    assert D.MEDICAL_HELP not in case.emergency.open_duties
    hurt = cq(findings(Finding.ACCIDENTAL_INJURY), at="2025-03-03 11:00")
    case = after(ON_SCENE, first, helped, again, hurt)
    assert D.MEDICAL_HELP in case.emergency.open_duties


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
