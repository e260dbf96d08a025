"""Who applies to the court, and civil affairs as the last who must (scenario 3, step 5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid5

import pytest

from domain.case.intervention import step_of
from domain.case.revocation_application import (
    CivilAffairsFallbackTriggered,
    RevocationApplicationFiled,
)
from domain.kernel import Event
from domain.terms.intervention import (
    Applicant,
    Ground,
    InterventionStep,
    Modality,
)
from tests.domain.case.before_court import (
    ESTABLISHED,
    FALLBACK,
    FILED,
    IN_COURT,
    PLACED,
    PLACEMENT,
    REVOCATION,
    A,
    application,
    fallback,
)
from tests.domain.case.cast import (
    CIVIL_SH,
    FATHER,
    LI,
    MOTHER,
    case_of,
)
from tests.domain.case.on_scene import then
from tests.domain.case.revoking import (
    COURT,
    SCHOOL,
    UNCLE,
    VIOLENT_CN,
    VIOLENT_CQ,
    ground,
    in_cn,
    in_cq,
    in_sh,
)
from tests.dsl import given

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
            of_age_on=date(2031, 9, 1),
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
