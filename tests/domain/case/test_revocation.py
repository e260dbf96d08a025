"""A ground is established, and everybody who may or must apply is told at once (scenario 3, steps 3 and 4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.case.intervention import step_of
from domain.case.revocation import EstablishRevocationGround, RevocationGroundEstablished
from domain.case.revocation_notice import (
    DeclineRevocationApplication,
    NotifyRevocationApplicant,
    RevocationApplicantDeclined,
    RevocationApplicantNotified,
)
from domain.kernel import Command, Event
from domain.risk import RiskFactor
from domain.rulebook import Basis
from domain.terms.care import LifeStatus
from domain.terms.intervention import (
    Applicant,
    Ground,
    InterventionStep,
    Modality,
)
from tests.domain.case.cast import CIVIL_SH, FATHER, LI, MOTHER, case_of
from tests.domain.case.on_scene import then
from tests.domain.case.revoking import (
    CLINIC,
    DPF,
    GIRL,
    GIRL_CN,
    GRANDFATHER,
    RESCUE,
    SCHOOL,
    UNCLE,
    UNSUPERVISED,
    VILLAGE,
    VIOLENT,
    VIOLENT_CN,
    VIOLENT_CQ,
    WOMEN,
    E,
    dissuade,
    girl,
    ground,
    in_cn,
    in_cq,
    in_sh,
)
from tests.dsl import an_id, given

A = Applicant
GROUND = in_sh(ground(relatives=(GRANDFATHER,)))
REVOCATION = uuid5(GROUND.context.command_id, "revocation")
ESTABLISHED = then(VIOLENT, GROUND)


def notice_id(number: int, command: Command[Any] = GROUND) -> UUID:
    """The id of the notice with this number."""
    return uuid5(command.context.command_id, f"notice/{number}")


def told(history: tuple[Event[Any], ...], command: Command[Any]) -> list[tuple[str, str]]:
    """Whom it tells, and how."""
    facts = given(*history).when(command).facts()
    notices = [f for f in facts if isinstance(f, RevocationApplicantNotified)]
    return [(n.applicant.value, n.modality.value) for n in notices]


def test_the_ground_is_established_against_the_father() -> None:
    """2022-05-10: thirty days for the others, until 2022-06-09; then civil affairs must (SH2020-4.4-j)."""
    (first, *_) = given(*VIOLENT).when(GROUND).facts()
    assert first == RevocationGroundEstablished(
        revocation_id=REVOCATION,
        child_id=LI,
        guardian_id=FATHER,
        revocation_ground=Ground.GROUND_3,
        elements=(E.VIOLENCE, E.SERIOUS_HARM),
        ground_facts="多次殴打,致左臂骨折",
        ground_evidence=("伤情鉴定 2022-031",),
        ground_basis=Basis.TEXT,
        modality=Modality.MAY,
        application_by=date(2022, 6, 9),
        fallback_on=date(2022, 6, 9),
        civil_affairs_unit_id=CIVIL_SH.id,
        of_age_on=date(2031, 9, 1),
    )
    assert {"SH2020-4.4-f", "SH2020-4.4-g"} <= set(first.told.clauses)
    case = case_of(*ESTABLISHED)
    fact = case.facts.find(RiskFactor.RF_15)
    assert fact is not None
    assert (fact.event_id, fact.child_id) == (first.told.event_id, LI)
    assert step_of(case, FATHER) is InterventionStep.AWAIT_APPLICATION


def test_in_shanghai_all_eight_kinds_that_exist_may_apply() -> None:
    _, *notices = given(*VIOLENT).when(GROUND).facts()
    expected = [
        (A.OTHER_QUALIFIED_GUARDIAN, None, GRANDFATHER),
        (A.VILLAGE_COMMITTEE, VILLAGE.id, None),
        (A.SCHOOL, SCHOOL.id, None),
        (A.MEDICAL, CLINIC.id, None),
        (A.WOMENS_FED, WOMEN.id, None),
        (A.DPF, DPF.id, None),
        (A.MINORS_PROTECTION_ORG, RESCUE.id, None),
        (A.CIVIL_AFFAIRS, CIVIL_SH.id, None),
    ]
    assert notices == [
        RevocationApplicantNotified(
            revocation_id=REVOCATION,
            notice_id=notice_id(number),
            child_id=LI,
            applicant=kind,
            applicant_unit_id=unit,
            applicant_name=name,
            modality=Modality.MAY,
            application_by=date(2022, 6, 9),
        )
        for number, (kind, unit, name) in enumerate(expected)
    ]


def test_in_chongqing_three_kinds_must() -> None:
    """CQ2016-4.4-g: 近亲属、村(居)民委员会、区县民政部门…要; no fallback."""
    command = in_cq(ground(relatives=(GRANDFATHER,)))
    assert told(VIOLENT_CQ, command) == [
        ("CLOSE_RELATIVE", "MUST"),
        ("VILLAGE_COMMITTEE", "MUST"),
        ("CIVIL_AFFAIRS", "MUST"),
    ]
    (first, *_) = given(*VIOLENT_CQ).when(command).facts()
    assert first.fallback_on is None  # type: ignore[attr-defined]


def test_in_changning_seven_kinds_must_as_far_as_they_exist() -> None:
    """CN2017-4.4.3-h; no hospital and no federation has a unit here."""
    command = in_cn(ground(relatives=(GRANDFATHER,)))
    assert told(VIOLENT_CN, command) == [
        ("CLOSE_RELATIVE", "MUST"),
        ("RESIDENTIAL_COMMITTEE", "MUST"),
        ("SCHOOL", "MUST"),
        ("CIVIL_AFFAIRS", "MUST"),
    ]


def test_the_text_about_the_childs_own_group_binds() -> None:
    """Changning 2021: SH2020 is about left-behind children, CN2017 about children in difficulty."""
    at = "2021-05-10 10:00"
    (cid, *_) = given(*VIOLENT_CN).when(in_cn(ground(), at=at)).facts()
    assert (cid.modality, cid.fallback_on) == (Modality.MUST, None)  # type: ignore[attr-defined]
    lbc = girl(GIRL_CN.file.residence or "", SCHOOL, "LBC")
    (other, *_) = given(*VIOLENT_CN).when(in_cn(ground(), at=at, file=lbc)).facts()
    assert other.modality is Modality.MAY  # type: ignore[attr-defined]
    assert other.fallback_on == date(2021, 6, 9)  # type: ignore[attr-defined]


def test_where_no_text_speaks_the_ground_is_recorded_and_says_so() -> None:
    """Chongming 2026: SH2020 has ended. Nobody is held to apply, everybody who could is told."""
    command = in_sh(ground(), at="2026-03-01 10:00")
    (first, *notices) = given(*VIOLENT).when(command).facts()
    assert isinstance(first, RevocationGroundEstablished)
    assert first.ground_basis is Basis.DEFINITION_ENDED
    assert (first.modality, first.fallback_on) == (Modality.MAY, None)
    assert len(notices) == 8


def test_another_able_guardian_on_file_is_told_too() -> None:
    file = girl(GIRL.file.residence or "", SCHOOL, "LBC", mother=LifeStatus.LIVING)
    _, first, *_ = given(*VIOLENT).when(in_sh(ground(), file=file)).facts()
    assert isinstance(first, RevocationApplicantNotified)
    assert (first.applicant, first.applicant_guardian_id) == (A.OTHER_QUALIFIED_GUARDIAN, MOTHER)


def test_an_entrusted_carer_has_no_guardianship_to_revoke() -> None:
    """Scenario 3.3: for the uncle the end of the care is offered instead."""
    refused = (
        given(*VIOLENT)
        .when(in_sh(ground(guardian=UNCLE)))
        .then_refused("carer_has_no_guardianship", field="guardianId", cites="SH2020-4.4-g")
    )
    assert refused.detail is not None
    assert "child.end_entrusted_care" in refused.detail.en


def test_a_guardian_and_a_child_on_file_are_meant() -> None:
    given(*VIOLENT).when(in_sh(ground(guardian=an_id("somebody else")))).then_refused(
        "unknown_guardian", field="guardianId"
    )
    given(*VIOLENT).when(in_sh(ground(), file=replace(GIRL, version=0))).then_refused(
        "revocation_needs_child", field="childId"
    )


def test_a_further_ground_tells_nobody_twice() -> None:
    again = in_sh(ground(), at="2022-05-11 10:00")
    given(*ESTABLISHED).when(again).then_refused(
        "ground_already_established", field="revocationGround"
    )
    dissuaded = then(ESTABLISHED, dissuade("2022-05-11 10:00"))
    more = in_sh(ground(Ground.GROUND_1, *UNSUPERVISED), at="2022-05-20 10:00")
    (second,) = given(*dissuaded).when(more).facts()
    assert isinstance(second, RevocationGroundEstablished)
    assert (second.revocation_id, second.fallback_on) == (REVOCATION, date(2022, 6, 9))
    facts = case_of(*then(dissuaded, more)).facts.facts
    assert [f.factor for f in facts].count(RiskFactor.RF_15) == 2


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"ground_facts": " "}, "ground_facts_missing", "groundFacts"),
        ({"ground_evidence": ()}, "ground_evidence_missing", "groundEvidence"),
    ],
)
def test_a_ground_is_shown(more: dict[str, Any], code: str, field: str) -> None:
    given(*VIOLENT).when(in_sh(ground(**more))).then_refused(code, field=field)


# --- further applicants, and who does not apply -------------------------------------------------


def test_somebody_found_later_is_told_as_well() -> None:
    aunt = NotifyRevocationApplicant(
        revocation_id=REVOCATION, applicant=A.OTHER, applicant_name="姨妈"
    )
    command = in_sh(aunt, at="2022-05-20 10:00")
    given(*ESTABLISHED).when(command).then(
        RevocationApplicantNotified(
            revocation_id=REVOCATION,
            notice_id=uuid5(command.context.command_id, "notice"),
            child_id=LI,
            applicant=A.OTHER,
            applicant_name="姨妈",
            modality=Modality.MAY,
            application_by=date(2022, 6, 19),
        )
    )
    nobody = replace(aunt, applicant_name=" ")
    given(*ESTABLISHED).when(in_sh(nobody)).then_refused(
        "applicant_name_missing", field="applicantName"
    )
    given(*VIOLENT).when(in_sh(aunt)).then_refused("unknown_revocation", field="revocationId")


def decline(number: int, at: str = "2022-05-15 10:00") -> Command[Any]:
    """One who was told does not apply."""
    said = DeclineRevocationApplication(
        revocation_id=REVOCATION,
        notice_id=notice_id(number),
        application_decline_reason="由民政部门申请更合适",
    )
    return in_sh(said, at=at)


def test_who_does_not_apply_says_so_once() -> None:
    given(*ESTABLISHED).when(decline(2)).then(
        RevocationApplicantDeclined(
            revocation_id=REVOCATION,
            notice_id=notice_id(2),
            applicant=A.SCHOOL,
            applicant_unit_id=SCHOOL.id,
            modality=Modality.MAY,
            application_decline_reason="由民政部门申请更合适",
        )
    )
    declined = then(ESTABLISHED, decline(2))
    given(*declined).when(decline(2, at="2022-05-16 10:00")).then_nothing()
    given(*ESTABLISHED).when(decline(9)).then_refused("unknown_notice", field="noticeId")
    given(*VIOLENT).when(decline(2)).then_refused("unknown_revocation", field="revocationId")


def test_where_the_text_says_must_declining_is_kept_as_such() -> None:
    established = in_cq(ground())
    history = then(VIOLENT_CQ, established)
    said = DeclineRevocationApplication(
        revocation_id=uuid5(established.context.command_id, "revocation"),
        notice_id=notice_id(0, established),
        application_decline_reason="不愿出面",
    )
    (event,) = given(*history).when(in_cq(said, at="2025-05-12 10:00")).facts()
    assert event.modality is Modality.MUST  # type: ignore[attr-defined]


def test_the_claim_may_be_put_only_in_turn() -> None:
    assert EstablishRevocationGround.when.name == "intervening"
    given().when(in_sh(ground())).then_refused("out_of_turn")
