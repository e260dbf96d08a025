"""Who applies, and what the court decides (scenario 3, steps 5 and 6, and its variant of 2024)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.case.after_judgment import (
    GuardianRevoked,
    NoteGuardianAppointed,
    NoteGuardianRevoked,
    judgment_stands_on_file,
)
from domain.case.court import (
    GuardianshipRevoked,
    RecordGuardianshipRevocation,
    RecordRevocationDenial,
    RevocationDenied,
)
from domain.case.institution import ReceiveChild
from domain.case.intervention import step_of
from domain.case.measures import GuardianCriticised, RecordRepeatInfringement
from domain.case.new_guardian import AppointGuardian, GuardianAppointed
from domain.case.placement_guardianship import DecideProtectivePlacement
from domain.case.reports import SubmitReport
from domain.case.return_home import AppointGuardianshipSupervisor
from domain.case.return_possible import (
    NoteReturnPossible,
    ReturnFoundPossible,
    assessment_calls_for_a_supervisor,
)
from domain.case.revocation_application import (
    CivilAffairsFallbackTriggered,
    FileRevocationApplication,
    RevocationApplicationFiled,
    TriggerCivilAffairsFallback,
)
from domain.case.supervision import (
    GuardianshipSupervisionReported,
    ReportGuardianshipSupervision,
)
from domain.child.guardian_condition import GuardianshipCapacityAssessed
from domain.child.guardians import GuardianRecorded
from domain.child.state import Child
from domain.kernel import Command, Event
from domain.reactions import Put
from domain.risk import RiskFactor
from domain.terms.care import (
    CapacityAssessor,
    CapacityNextStep,
    CapacityResult,
    GuardianBasis,
    Kinship,
)
from domain.terms.intervention import (
    Applicant,
    AppointedGuardian,
    Ground,
    InterventionStep,
    Modality,
)
from domain.terms.measures import CriticisedBy, MeasureSubject
from domain.terms.placement import SiteKind
from domain.terms.reports import Trigger
from tests.domain.case.cast import (
    BROTHER,
    CIVIL_SH,
    FATHER,
    LI,
    MIAOZHEN,
    MOTHER,
    POLICE_SH,
    Around,
    case_of,
    noting,
    played,
    sh,
)
from tests.domain.case.cast import report as report_to_police
from tests.domain.case.revoking import (
    COURT,
    GIRL,
    GRANDFATHER,
    PROC,
    SCHOOL,
    UNCLE,
    VILLAGE,
    VIOLENT,
    VIOLENT_CN,
    VIOLENT_CQ,
    ground,
    in_cn,
    in_cq,
    in_sh,
)
from tests.domain.case.test_parents_and_escort import then
from tests.dsl import given, put, told

A = Applicant
GROUND = in_sh(ground(relatives=(GRANDFATHER,)))
REVOCATION = uuid5(GROUND.context.command_id, "revocation")
SHELTER = in_sh(
    DecideProtectivePlacement(
        site_kind=SiteKind.CHILD_WELFARE_INSTITUTION,
        site_address="崇明区某处",
        best_interest_reason="远离施暴者",
        placement_ground="父亲、叔叔施暴",
    ),
    at="2022-03-01 15:00",
)
PLACEMENT = uuid5(SHELTER.context.command_id, "placement")
PLACED = then(VIOLENT, SHELTER)
ESTABLISHED = then(PLACED, GROUND)


def fallback(at: str, put_: Any = in_sh, of: UUID = REVOCATION) -> Command[Any]:
    """The clock, as the next day begins."""
    command: Command[Any] = put_(TriggerCivilAffairsFallback(revocation_id=of), at=at)
    return command


FALLBACK = fallback("2022-06-10 00:00")


def application(applicant: Applicant = A.CIVIL_AFFAIRS, **more: Any) -> FileRevocationApplication:
    """An application in Chongming."""
    return FileRevocationApplication(
        **{
            "revocation_id": REVOCATION,
            "applicant": applicant,
            "applicant_unit_id": CIVIL_SH.id,
            "court_name": "崇明区人民法院",
            "application_reference": "(2022)沪0151民特1号",
            **more,
        }
    )


FILED = in_sh(application(), at="2022-06-20 10:00")
IN_COURT = then(ESTABLISHED, FALLBACK, FILED)


def revoke(at: str = "2022-08-01 10:00", **more: Any) -> Command[Any]:
    """The court revokes."""
    return in_sh(
        RecordGuardianshipRevocation(
            **{
                "revocation_id": REVOCATION,
                "judgment_reference": "(2022)沪0151民特1号判决",
                "judged_on": date(2022, 7, 29),
                **more,
            }
        ),
        at=at,
    )


REVOKED = then(IN_COURT, revoke())


# --- the fallback -------------------------------------------------------------------------------


def test_thirty_days_without_an_application_bind_civil_affairs() -> None:
    """SH2020-4.4-j: 民政部门应当依法向人民法院申请."""
    given(*ESTABLISHED).when(fallback("2022-06-09 23:59")).then_nothing()
    given(*ESTABLISHED).when(FALLBACK).then(
        CivilAffairsFallbackTriggered(
            revocation_id=REVOCATION,
            child_id=LI,
            waited_days=31,
            not_applied=(
                A.OTHER_QUALIFIED_GUARDIAN,
                A.VILLAGE_COMMITTEE,
                A.SCHOOL,
                A.MEDICAL,
                A.WOMENS_FED,
                A.DPF,
                A.MINORS_PROTECTION_ORG,
            ),
            modality=Modality.SHALL,
            application_by=date(2022, 7, 10),
            civil_affairs_unit_id=CIVIL_SH.id,
        )
    )
    due = then(ESTABLISHED, FALLBACK)
    assert step_of(case_of(*due), FATHER) is InterventionStep.FALLBACK_DUE
    given(*due).when(fallback("2022-06-11 00:00")).then_nothing()


def test_an_application_in_time_needs_no_fallback() -> None:
    filed = in_sh(application(A.VILLAGE_COMMITTEE), at="2022-06-01 10:00")
    given(*then(ESTABLISHED, filed)).when(FALLBACK).then_nothing()


@pytest.mark.parametrize(
    ("put_", "history", "at"),
    [(in_cq, VIOLENT_CQ, "2025-08-01 00:00"), (in_cn, VIOLENT_CN, "2019-08-01 00:00")],
)
def test_no_other_text_knows_a_fallback(
    put_: Any, history: tuple[Event[Any], ...], at: str
) -> None:
    established = put_(ground())
    revocation_id = uuid5(established.context.command_id, "revocation")
    given(*then(history, established)).when(fallback(at, put_, revocation_id)).then_nothing()


# --- the application ----------------------------------------------------------------------------


def test_civil_affairs_apply_because_they_shall_and_the_placement_is_linked() -> None:
    """SH2020-4.4-h: where the child is meanwhile stands in the application."""
    given(*then(ESTABLISHED, FALLBACK)).when(FILED).then(
        RevocationApplicationFiled(
            revocation_id=REVOCATION,
            application_id=uuid5(FILED.context.command_id, "application"),
            child_id=LI,
            guardian_id=FATHER,
            applicant=A.CIVIL_AFFAIRS,
            applicant_declared=A.CIVIL_AFFAIRS,
            applicant_unit_id=CIVIL_SH.id,
            modality=Modality.SHALL,
            grounds_applied=(Ground.GROUND_3,),
            court_name="崇明区人民法院",
            court_unit_id=COURT.id,
            application_reference="(2022)沪0151民特1号",
            placement_id=PLACEMENT,
        )
    )
    assert step_of(case_of(*IN_COURT), FATHER) is InterventionStep.IN_COURT


@pytest.mark.parametrize("kind", list(Applicant))
def test_no_application_is_rejected_for_its_applicant(kind: Applicant) -> None:
    """The list ends with 等: whom it does not name is recorded as OTHER with the law, and flagged."""
    listed = kind not in {A.OTHER, A.CLOSE_RELATIVE, A.RESIDENTIAL_COMMITTEE}
    command = in_sh(application(kind, legal_basis="民法典第三十六条"), at="2022-06-20 10:00")
    (event,) = given(*ESTABLISHED).when(command).facts()
    assert isinstance(event, RevocationApplicationFiled)
    assert event.flagged_for_court is not listed
    assert event.applicant is (kind if listed else A.OTHER)
    assert (event.applicant_declared, event.modality) == (kind, Modality.MAY)
    assert event.legal_basis == "民法典第三十六条"


def test_an_unlisted_applicant_shows_the_law() -> None:
    asked = given(*ESTABLISHED).when(in_sh(application(A.OTHER), at="2022-06-20 10:00"))
    asked.then_refused("standing_law_missing", field="legalBasis", cites="SH2020-4.4-g")


def test_an_application_needs_no_ground_established_here() -> None:
    """The court decides; against a guardian on file, not against the carer."""
    direct = application(revocation_id=None, guardian_id=FATHER, applicant=A.VILLAGE_COMMITTEE)
    (event,) = given(*PLACED).when(in_sh(direct, at="2022-06-01 10:00")).facts()
    assert isinstance(event, RevocationApplicationFiled)
    assert (event.guardian_id, event.grounds_applied) == (FATHER, ())
    (known,) = given(*ESTABLISHED).when(in_sh(direct, at="2022-06-01 10:00")).facts()
    assert known.revocation_id == REVOCATION  # type: ignore[attr-defined]
    carer = replace(direct, guardian_id=UNCLE)
    given(*PLACED).when(in_sh(carer, at="2022-06-01 10:00")).then_refused(
        "carer_has_no_guardianship"
    )
    nobody = replace(direct, guardian_id=None)
    given(*PLACED).when(in_sh(nobody, at="2022-06-01 10:00")).then_refused(
        "guardian_to_revoke_missing", field="guardianId"
    )


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        (
            {"applicant_unit_id": None, "applicant_name": " "},
            "applicant_name_missing",
            "applicantName",
        ),
        ({"court_name": " "}, "court_missing", "courtName"),
        ({"revocation_id": MOTHER}, "unknown_revocation", "revocationId"),
    ],
)
def test_an_application_is_whole(more: dict[str, Any], code: str, field: str) -> None:
    command = in_sh(application(**more), at="2022-06-20 10:00")
    given(*ESTABLISHED).when(command).then_refused(code, field=field)


def test_several_may_apply() -> None:
    second = in_sh(application(A.SCHOOL, applicant_unit_id=SCHOOL.id), at="2022-06-21 10:00")
    assert len(given(*IN_COURT).when(second).facts()) == 1
    case = case_of(*then(IN_COURT, second))
    revocation = case.intervention.revocation(REVOCATION)
    assert revocation is not None
    assert len(revocation.applications) == 2


# --- the judgment -------------------------------------------------------------------------------


def test_the_court_revokes_and_the_risk_stays_until_somebody_has_the_guardianship() -> None:
    given(*IN_COURT).when(revoke()).then(
        GuardianshipRevoked(
            revocation_id=REVOCATION,
            child_id=LI,
            guardian_id=FATHER,
            judgment_reference="(2022)沪0151民特1号判决",
            judged_on=date(2022, 7, 29),
            placement_id=PLACEMENT,
            civil_affairs_unit_id=CIVIL_SH.id,
        )
    )
    case = case_of(*REVOKED)
    assert step_of(case, FATHER) is InterventionStep.REVOKED
    assert case.facts.find(RiskFactor.RF_15) is not None
    again = in_sh(application(), at="2022-08-02 10:00")
    given(*REVOKED).when(again).then_refused("guardianship_already_revoked", field="revocationId")


def test_a_judgment_is_of_an_application_before_the_court() -> None:
    given(*ESTABLISHED).when(revoke()).then_refused("not_in_court", field="revocationId")
    given(*PLACED).when(revoke()).then_refused("unknown_revocation", field="revocationId")
    given(*IN_COURT).when(revoke(judgment_reference=" ")).then_refused(
        "judgment_missing", field="judgmentReference"
    )
    given(*IN_COURT).when(revoke(judged_on=date(2022, 8, 2))).then_refused(
        "judged_later", field="judgedOn"
    )


def deny(at: str = "2022-08-01 10:00", judged: date = date(2022, 7, 29)) -> Command[Any]:
    """The court denies."""
    denied = RecordRevocationDenial(
        revocation_id=REVOCATION,
        judgment_reference="(2022)沪0151民特1号裁定",
        judged_on=judged,
        denial_reason="情节未达严重程度",
    )
    return in_sh(denied, at=at)


def test_a_denial_ends_the_ground_and_one_may_apply_anew() -> None:
    (event,) = given(*IN_COURT).when(deny()).facts()
    assert isinstance(event, RevocationDenied)
    assert event.placement_id == PLACEMENT
    denied = then(IN_COURT, deny())
    case = case_of(*denied)
    assert case.facts.find(RiskFactor.RF_15) is None
    assert step_of(case, FATHER) is InterventionStep.RETURN_OR_SUPERVISE
    (anew,) = given(*denied).when(in_sh(application(), at="2022-09-01 10:00")).facts()
    assert anew.revocation_id != REVOCATION  # type: ignore[attr-defined]
    assert anew.guardian_id == FATHER  # type: ignore[attr-defined]


def test_after_a_denial_in_2024_a_supervisor_comes_first() -> None:
    """SH2024-2.2.6-b binds beside SH2020 then: the procuratorate is called on (Q-30)."""
    _, call = given(*IN_COURT).when(deny("2024-05-06 10:00", date(2024, 5, 6))).facts()
    assert call == ReturnFoundPossible(
        child_id=LI, supervision_unit_id=PROC.id, supervisor_by=date(2024, 5, 20)
    )
    denied = then(IN_COURT, deny("2024-05-06 10:00", date(2024, 5, 6)), supervisor())
    assert step_of(case_of(*denied), FATHER) is InterventionStep.RETURN_SUPERVISED


# --- another guardian ---------------------------------------------------------------------------


def appoint(at: str = "2022-08-02 10:00", **more: Any) -> Command[Any]:
    """The court appoints the grandfather."""
    appointed = AppointGuardian(
        **{
            "revocation_id": REVOCATION,
            "appointed": AppointedGuardian.RELATIVE,
            "appointed_name": GRANDFATHER,
            "appointed_relation": Kinship.PATERNAL_GRANDFATHER,
            "appointment_reference": "(2022)沪0151民特1号判决",
            "appointed_on": date(2022, 7, 29),
            "best_interest_reason": "祖父身体健康,孩子愿意随祖父生活",
            **more,
        }
    )
    return in_sh(appointed, at=at)


def test_the_grandfather_is_appointed_in_her_best_interest() -> None:
    given(*REVOKED).when(appoint()).then(
        GuardianAppointed(
            revocation_id=REVOCATION,
            child_id=LI,
            appointed=AppointedGuardian.RELATIVE,
            appointed_name=GRANDFATHER,
            appointed_relation=Kinship.PATERNAL_GRANDFATHER,
            appointment_reference="(2022)沪0151民特1号判决",
            appointed_on=date(2022, 7, 29),
            best_interest_reason="祖父身体健康,孩子愿意随祖父生活",
        )
    )
    case = case_of(*then(REVOKED, appoint()))
    assert step_of(case, FATHER) is InterventionStep.NEW_GUARDIAN
    assert case.facts.find(RiskFactor.RF_15) is None
    assert case.placement.is_placed(LI) == case_of(*REVOKED).placement.is_placed(LI)


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"best_interest_reason": " "}, "appointment_needs_best_interest", "bestInterestReason"),
        ({"appointed_name": " "}, "appointed_name_missing", "appointedName"),
        ({"appointed_guardian_id": FATHER}, "revoked_not_appointed", "appointedGuardianId"),
        ({"appointed_on": date(2022, 8, 3)}, "appointed_later", "appointedOn"),
        ({"revocation_id": MOTHER}, "unknown_revocation", "revocationId"),
    ],
)
def test_an_appointment_is_whole(more: dict[str, Any], code: str, field: str) -> None:
    given(*REVOKED).when(appoint(**more)).then_refused(code, field=field)


def test_nobody_is_appointed_before_the_revocation() -> None:
    given(*IN_COURT).when(appoint()).then_refused("guardianship_not_revoked", field="revocationId")


@pytest.mark.parametrize(
    ("kind", "relation"),
    [
        (AppointedGuardian.RELATIVE, Kinship.OTHER_RELATIVE),
        (AppointedGuardian.CIVIL_AFFAIRS, Kinship.CIVIL_AFFAIRS),
        (AppointedGuardian.COMMITTEE, Kinship.COMMITTEE),
    ],
)
def test_an_organ_may_be_appointed(kind: AppointedGuardian, relation: Kinship) -> None:
    command = appoint(appointed=kind, appointed_relation=None)
    (event,) = given(*REVOKED).when(command).facts()
    assert event.appointed_relation is relation  # type: ignore[attr-defined]


def test_a_repeat_of_the_former_guardian_weighs_no_longer() -> None:
    """RF-14 goes with the guardianship, unless somebody else was criticised as well."""

    def criticised(subject: UUID, at: str) -> Command[Any]:
        record = noting(
            GuardianCriticised,
            subject_kind=MeasureSubject.PARENT,
            subject_id=subject,
            criticised_by=CriticisedBy.POLICE,
            measure_ground="殴打",
        )
        return in_sh(record, at=at)

    again = in_sh(
        RecordRepeatInfringement(subject_id=FATHER, repeat_facts="再次殴打"), at="2022-03-20 10:00"
    )
    once = then(PLACED, criticised(FATHER, "2022-03-10 10:00"), again)
    assert case_of(*once).facts.find(RiskFactor.RF_14) is not None
    alone = then(once, GROUND, FALLBACK, FILED, revoke(), appoint())
    assert case_of(*alone).facts.find(RiskFactor.RF_14) is None
    both = then(once, criticised(UNCLE, "2022-03-21 10:00"), GROUND, FALLBACK, FILED, revoke())
    assert case_of(*then(both, appoint())).facts.find(RiskFactor.RF_14) is not None


# --- on the child's file ------------------------------------------------------------------------


def test_the_judgment_stands_on_the_file_in_the_same_breath() -> None:
    around = Around(files=(GIRL,))
    (revoked,) = given(*IN_COURT).when(revoke()).facts()
    case = case_of(*REVOKED)
    assert list(judgment_stands_on_file(around, case, (revoked,))) == [
        Put(LI, NoteGuardianRevoked(guardian_id=FATHER))
    ]
    (appointed,) = given(*REVOKED).when(appoint(appointed_person_id=MOTHER)).facts()
    (note,) = judgment_stands_on_file(around, case, (appointed,))
    assert note == Put(
        LI,
        NoteGuardianAppointed(
            appointed_name=GRANDFATHER,
            appointed_relation=Kinship.PATERNAL_GRANDFATHER,
            appointed_person_id=MOTHER,
            appointment_reference="(2022)沪0151民特1号判决",
        ),
    )
    (on_file,) = given(*REVOKED).when(appoint(appointed_guardian_id=MOTHER)).facts()
    assert not list(judgment_stands_on_file(around, case, (on_file,)))


def test_the_father_stays_on_record_and_is_a_guardian_no_longer() -> None:
    note = put(NoteGuardianRevoked(guardian_id=FATHER), at="2022-08-01 10:00")
    (event,) = note.decide(GIRL)
    assert event == GuardianRevoked(guardian_id=FATHER)
    after: Child = event.evolve(GIRL)
    father = after.care.guardian(FATHER)
    assert father is not None
    assert (father.revoked, father.unable, father.living) == (True, True, True)
    assert not list(note.decide(after))
    appointed = NoteGuardianAppointed(
        appointed_name=GRANDFATHER,
        appointed_relation=Kinship.PATERNAL_GRANDFATHER,
        appointment_reference="(2022)沪0151民特1号判决",
    )
    (recorded,) = put(appointed, at="2022-08-02 10:00").decide(after)
    assert isinstance(recorded, GuardianRecorded)
    assert (recorded.guardian_basis, recorded.basis_document) == (
        GuardianBasis.COURT_ORDER,
        "(2022)沪0151民特1号判决",
    )
    both = recorded.evolve(after)
    assert len(both.care.guardians) == 3
    assert both.care.able_guardian_at_home


# --- return under supervision -------------------------------------------------------------------


def supervisor(at: str = "2024-05-10 10:00") -> Command[Any]:
    """The procuratorate appoints one."""
    appointed = AppointGuardianshipSupervisor(supervisor_name="监督员", together_with="民政局")
    return in_sh(appointed, at=at)


def capacity(next_step: CapacityNextStep) -> Event[Any]:
    """What an assessment of the father found."""
    return told(
        GuardianshipCapacityAssessed(
            guardian_id=FATHER,
            assessors=(CapacityAssessor.PROCURATORATE,),
            capacity_result=CapacityResult.CAPABLE,
            capacity_reasons="已戒酒,居所稳定",
            capacity_next=next_step,
        )
    )


def test_an_assessment_that_she_can_return_calls_for_a_supervisor() -> None:
    receive = ReceiveChild(
        site_kind=SiteKind.CHILD_WELFARE_INSTITUTION,
        receiving_staff="保育员",
        child_condition="平稳",
    )
    received = then(PLACED, in_sh(receive, at="2022-03-02 10:00"))
    case = case_of(*received)
    around = Around(files=(GIRL,), cases=(case,))
    can = (capacity(CapacityNextStep.CAN_RETURN),)
    assert list(assessment_calls_for_a_supervisor(around, GIRL, can)) == [
        Put(case.id, NoteReturnPossible(child_id=LI))
    ]
    cannot = (capacity(CapacityNextStep.CANNOT_RETURN),)
    assert not list(assessment_calls_for_a_supervisor(around, GIRL, cannot))
    note = in_sh(NoteReturnPossible(child_id=LI), at="2024-05-06 10:00")
    given(*received).when(note).then(
        ReturnFoundPossible(
            child_id=LI, supervision_unit_id=PROC.id, supervisor_by=date(2024, 5, 20)
        )
    )
    given(*then(received, supervisor())).when(
        in_sh(NoteReturnPossible(child_id=LI), at="2024-05-11 10:00")
    ).then_nothing()
    before = in_sh(NoteReturnPossible(child_id=LI), at="2022-05-06 10:00")
    given(*received).when(before).then_nothing()
    stranger = in_sh(NoteReturnPossible(child_id=MOTHER), at="2024-05-06 10:00")
    given(*received).when(stranger).then_nothing()


def report(performs: bool = True, **more: Any) -> Command[Any]:  # noqa: FBT001, FBT002
    """What the supervisor found."""
    said = ReportGuardianshipSupervision(
        **{"supervision_findings": "按时接送,未再饮酒", "guardian_performs": performs, **more}
    )
    return in_sh(said, at="2024-06-10 10:00")


def test_the_supervisor_reports_and_a_guardian_who_fails_is_dissuaded_anew() -> None:
    supervised = then(PLACED, supervisor())
    given(*supervised).when(report()).then(
        GuardianshipSupervisionReported(
            child_id=LI, supervision_findings="按时接送,未再饮酒", guardian_performs=True
        )
    )
    (event,) = given(*supervised).when(report(performs=False)).facts()
    assert event.dissuading_unit_ids == (VILLAGE.id, POLICE_SH.id)  # type: ignore[attr-defined]
    given(*PLACED).when(report()).then_refused("out_of_turn")
    given(*supervised).when(report(supervision_findings=" ")).then_refused(
        "supervision_findings_missing", field="supervisionFindings"
    )


def test_a_supervisor_reports_on_the_guardian_they_watch() -> None:
    two = then(
        played(
            sh(replace(report_of_both(), children=(LI, BROTHER)), at="2022-03-01 10:00"),
        ),
        in_sh(
            AppointGuardianshipSupervisor(
                child_id=LI, supervisor_name="监督员", together_with="民政局"
            ),
            at="2024-05-10 10:00",
        ),
    )
    given(*two).when(report(child_id=BROTHER)).then_refused(
        "no_guardianship_supervisor", field="childId"
    )


def report_of_both() -> SubmitReport:
    """A report of two children in Chongming."""
    return report_to_police(Trigger.SUSPECTED_DV, discovered="2022-03-01 09:50", where=MIAOZHEN)
