"""Grounds of revocation by text, and everybody who may or must apply told at once (scenario 3, steps 3 and 4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.case.intervention import step_of
from domain.case.measures import GuardianDissuaded
from domain.case.non_performance import EndNonPerformance, StartNonPerformance
from domain.case.revocation import EstablishRevocationGround, RevocationGroundEstablished
from domain.case.revocation_notice import (
    DeclineRevocationApplication,
    NotifyRevocationApplicant,
    RevocationApplicantDeclined,
    RevocationApplicantNotified,
)
from domain.child.state import Child
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
from domain.terms.measures import MeasureSubject
from tests.domain.case.cast import CIVIL_SH, FATHER, LI, MOTHER, case_of, noting
from tests.domain.case.revoking import (
    CLINIC,
    DPF,
    GIRL,
    GIRL_CN,
    GRANDFATHER,
    RESCUE,
    SCHOOL,
    UNCLE,
    VILLAGE,
    VIOLENT,
    VIOLENT_CN,
    VIOLENT_CQ,
    WOMEN,
    E,
    girl,
    ground,
    in_cn,
    in_cq,
    in_sh,
)
from tests.domain.case.test_parents_and_escort import then
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


# --- ground 1 -----------------------------------------------------------------------------------

UNSUPERVISED = (E.UNSUPERVISED, E.IN_DANGER, E.NOT_REFORMED)


def dissuade(at: str, put: Any = in_sh) -> Command[Any]:
    """The village committee dissuades the father."""
    record = noting(
        GuardianDissuaded,
        subject_kind=MeasureSubject.PARENT,
        subject_id=FATHER,
        measure_ground="留女儿独自在家",
    )
    command: Command[Any] = put(record, at=at)
    return command


def test_ground_1_needs_an_earlier_education_of_this_guardian() -> None:
    alone = in_sh(ground(Ground.GROUND_1, *UNSUPERVISED))
    given(*VIOLENT).when(alone).then_refused(
        "no_earlier_education", field="guardianId", cites="SH2020-4.4-d"
    )
    educated = then(VIOLENT, dissuade("2022-04-01 10:00"))
    (first, *_) = given(*educated).when(alone).facts()
    assert isinstance(first, RevocationGroundEstablished)


def test_education_in_an_earlier_case_of_the_child_counts() -> None:
    earlier = replace(
        case_of(*then(VIOLENT, dissuade("2022-04-01 10:00"))), id=an_id("an earlier case")
    )
    linked: dict[UUID, Any] = {LI: GIRL, earlier.id: earlier}
    command = in_sh(ground(Ground.GROUND_1, *UNSUPERVISED), linked=linked)
    assert given(*VIOLENT).when(command).facts()


@pytest.mark.parametrize("missing", UNSUPERVISED)
def test_ground_1_needs_every_element(missing: E) -> None:
    left = tuple(e for e in UNSUPERVISED if e is not missing)
    educated = then(VIOLENT, dissuade("2022-04-01 10:00"))
    refused = (
        given(*educated)
        .when(in_sh(ground(Ground.GROUND_1, *left)))
        .then_refused("ground_element_missing", field="elements", cites="SH2020-4.4-d")
    )
    assert refused.detail is not None
    assert refused.detail.zh == missing.zh


def aged(years: int) -> Child:
    """A child of Fengjie who is this old on 2025-05-10."""
    return girl(GIRL_CQ_HOME, SCHOOL, "LBC", birth_on=date(2025 - years, 5, 9))


GIRL_CQ_HOME = "".join(VIOLENT_CQ[0].told.place or "")


@pytest.mark.parametrize(("years", "refused"), [(15, False), (16, False), (17, True)])
def test_ground_1_in_chongqing_ends_after_sixteen(years: int, refused: bool) -> None:  # noqa: FBT001
    """十六周岁以下 includes sixteen until the rule owner decides otherwise (T-10)."""
    educated = then(VIOLENT_CQ, dissuade("2025-04-01 10:00", in_cq))
    asked = given(*educated).when(in_cq(ground(Ground.GROUND_1, *UNSUPERVISED), file=aged(years)))
    if refused:
        asked.then_refused("too_old_for_ground", field="childId", cites="CQ2016-4.4-d")
    else:
        assert asked.facts()


def test_elsewhere_and_without_a_birth_date_no_age_is_asked() -> None:
    educated = then(VIOLENT, dissuade("2022-04-01 10:00"))
    old = girl(GIRL.file.residence or "", SCHOOL, "LBC", birth_on=date(2005, 5, 9))
    assert given(*educated).when(in_sh(ground(Ground.GROUND_1, *UNSUPERVISED), file=old)).facts()
    in_chongqing = then(VIOLENT_CQ, dissuade("2025-04-01 10:00", in_cq))
    unknown = girl(GIRL_CQ_HOME, SCHOOL, "LBC", birth_on=None)
    command = in_cq(ground(Ground.GROUND_1, *UNSUPERVISED), file=unknown)
    assert given(*in_chongqing).when(command).facts()


# --- ground 2 -----------------------------------------------------------------------------------

REFUSES = (E.REFUSED, E.WITHOUT_MEANS)


def refused_since(since: date, at: str = "2022-05-01 10:00") -> Command[Any]:
    """He refuses from that day."""
    started = StartNonPerformance(
        subject_kind=MeasureSubject.PARENT,
        subject_id=FATHER,
        refused_since_on=since,
        refusal_facts="不寄生活费",
    )
    return in_sh(started, at=at)


@pytest.mark.parametrize(
    ("since", "enough"), [(date(2021, 11, 10), True), (date(2021, 11, 11), False)]
)
def test_ground_2_needs_six_months_to_the_day(since: date, enough: bool) -> None:  # noqa: FBT001
    history = then(VIOLENT, refused_since(since))
    asked = given(*history).when(in_sh(ground(Ground.GROUND_2, *REFUSES)))
    if enough:
        assert asked.facts()
    else:
        asked.then_refused("six_months_not_reached", field="guardianId", cites="SH2020-4.4-e")


def test_ground_2_needs_a_refusal_on_record_and_a_child_without_means() -> None:
    given(*VIOLENT).when(in_sh(ground(Ground.GROUND_2, *REFUSES))).then_refused(
        "six_months_not_reached"
    )
    long = then(VIOLENT, refused_since(date(2021, 1, 1)))
    refused = (
        given(*long)
        .when(in_sh(ground(Ground.GROUND_2, E.REFUSED)))
        .then_refused("ground_element_missing", field="elements")
    )
    assert refused.detail is not None
    assert refused.detail.zh == "生活无着"


@pytest.mark.parametrize(
    ("until", "enough"), [(date(2022, 4, 1), True), (date(2022, 3, 31), False)]
)
def test_a_refusal_that_is_over_counts_if_it_lasted(until: date, enough: bool) -> None:  # noqa: FBT001
    started = refused_since(date(2021, 10, 1), at="2022-04-02 10:00")
    refusal_id = uuid5(started.context.command_id, "refusal")
    over = EndNonPerformance(refusal_id=refusal_id, refusal_ended_on=until, performing_how="已返家")
    history = then(VIOLENT, started, in_sh(over, at="2022-04-03 10:00"))
    asked = given(*history).when(in_sh(ground(Ground.GROUND_2, *REFUSES)))
    if enough:
        assert asked.facts()
    else:
        asked.then_refused("six_months_not_reached")


# --- grounds 3 and 4 ----------------------------------------------------------------------------


@pytest.mark.parametrize("deed", [E.VIOLENCE, E.ABUSE, E.ABANDONMENT])
def test_ground_3_is_one_deed_and_serious_harm(deed: E) -> None:
    assert given(*VIOLENT_CQ).when(in_cq(ground(Ground.GROUND_3, deed, E.SERIOUS_HARM))).facts()
    given(*VIOLENT_CQ).when(in_cq(ground(Ground.GROUND_3, deed))).then_refused(
        "ground_element_missing", cites="CQ2016-4.4-f"
    )


def test_ground_3_without_a_deed_is_none() -> None:
    given(*VIOLENT).when(in_sh(ground(Ground.GROUND_3, E.SERIOUS_HARM))).then_refused(
        "ground_element_missing", field="elements"
    )


def test_only_shanghai_leaves_ground_3_open_at_its_end() -> None:
    """等严重侵害被监护人合法权益行为 (SH2020-4.4-f); CQ2016-4.4-f is closed."""
    other = ground(Ground.GROUND_3, E.OTHER_SERIOUS_INFRINGEMENT)
    assert given(*VIOLENT).when(in_sh(other)).facts()
    given(*VIOLENT_CQ).when(in_cq(other)).then_refused("ground_element_missing")
    given(*VIOLENT_CN).when(in_cn(other)).then_refused("ground_element_missing")


def test_only_changning_knows_ground_4_and_it_needs_its_law() -> None:
    """CN2017-4.4.3-g."""
    law = ground(Ground.GROUND_4, legal_basis="民法总则第三十六条")
    (first, *_) = given(*VIOLENT_CN).when(in_cn(law)).facts()
    assert isinstance(first, RevocationGroundEstablished)
    given(*VIOLENT_CN).when(in_cn(ground(Ground.GROUND_4))).then_refused(
        "ground_law_missing", field="legalBasis", cites="CN2017-4.4.3-g"
    )
    given(*VIOLENT).when(in_sh(law)).then_refused(
        "ground_not_in_text", field="revocationGround", cites="SH2020-4.4-d"
    )
    given(*VIOLENT_CQ).when(in_cq(law)).then_refused("ground_not_in_text")


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
