"""Guardians: who is one, by which right, and what of them stays on file."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest

from domain.child.guardians import (
    GuardianRecorded,
    RecordGuardian,
    RecordGuardianAbsence,
)
from domain.terms.care import (
    AbsenceReason,
    GuardianBasis,
    Kinship,
    LifeStatus,
)
from tests.domain.child.family import (
    HUANHUA,
    after,
    cq,
    jd,
    parent,
    sh_opening,
    the_id,
    told_by,
)
from tests.domain.child.two_parents import FATHER, LATER, MOTHER, OPENED, TWO
from tests.dsl import an_id, given


def test_a_parent_is_a_guardian_by_law() -> None:
    mother_account = an_id("mother's account")
    given(*told_by(OPENED)).when(
        cq(
            parent(
                Kinship.MOTHER,
                guardian_person_id=mother_account,
                guardian_hukou=HUANHUA,
                guardian_phone="13800000000",
            ),
            "2025-03-03 09:01",
        )
    ).then(
        GuardianRecorded(
            guardian_id=told_by(OPENED, cq(parent(Kinship.MOTHER), "2025-03-03 09:01"))[
                -1
            ].guardian_id,  # type: ignore[attr-defined]
            relation=Kinship.MOTHER,
            guardian_basis=GuardianBasis.PARENT,
            guardian_name="母",
            guardian_person_id=mother_account,
            guardian_phone="13800000000",
            guardian_hukou=HUANHUA,
        )
    )


@pytest.mark.parametrize("basis", [None, GuardianBasis.PARENT])
def test_anybody_else_needs_a_legal_basis(basis: GuardianBasis | None) -> None:
    record = RecordGuardian(
        relation=Kinship.PATERNAL_GRANDFATHER, guardian_name="祖父", guardian_basis=basis
    )
    given(*told_by(jd(sh_opening()))).when(jd(record, "2024-07-01 10:00")).then_refused(
        "guardian_basis_missing", cites="SH2020-2.2-a2", field="guardianBasis"
    )
    refused = (
        given(*told_by(OPENED))
        .when(cq(record, "2025-03-03 10:00"))
        .then_refused("guardian_basis_missing")
    )
    assert refused.clauses == ()


def test_entrustment_is_no_guardianship() -> None:
    record = RecordGuardian(
        relation=Kinship.PATERNAL_GRANDFATHER,
        guardian_name="祖父",
        guardian_basis=GuardianBasis.ENTRUSTMENT,
    )
    given(*told_by(jd(sh_opening()))).when(jd(record, "2024-07-01 10:00")).then_refused(
        "entrustment_is_not_guardianship", cites="SH2020-2.2-a2", field="guardianBasis"
    )


def test_a_court_may_appoint_a_grandfather() -> None:
    record = RecordGuardian(
        relation=Kinship.PATERNAL_GRANDFATHER,
        guardian_name="祖父",
        guardian_basis=GuardianBasis.COURT_ORDER,
        basis_document="(2022)沪民监1号",
    )
    (recorded,) = given(*told_by(OPENED)).when(cq(record, "2025-03-03 10:00")).facts()
    assert isinstance(recorded, GuardianRecorded)
    assert recorded.guardian_basis is GuardianBasis.COURT_ORDER


def test_one_father_and_a_name_for_each() -> None:
    given(*told_by(*TWO)).when(cq(parent(Kinship.FATHER), LATER)).then_refused(
        "parent_already_on_file", field="relation"
    )
    given(*told_by(OPENED)).when(
        cq(RecordGuardian(relation=Kinship.FATHER, guardian_name=" "), LATER)
    ).then_refused("guardian_name_missing", field="guardianName")
    given(*told_by(OPENED)).when(
        cq(parent(Kinship.FATHER, guardian_hukou="cq99999"), LATER)
    ).then_refused("unknown_place", field="guardianHukou")


def test_a_guardian_on_file_is_brought_up_to_date() -> None:
    again = cq(parent(Kinship.MOTHER, guardian_id=MOTHER, life_status=LifeStatus.DECEASED), LATER)
    child = after(*TWO, again)
    assert [(g.relation, g.life) for g in child.care.guardians] == [
        ("FATHER", "LIVING"),
        ("MOTHER", "DECEASED"),
    ]
    given(*told_by(*TWO)).when(
        cq(parent(Kinship.MOTHER, guardian_id=an_id("nobody")), LATER)
    ).then_refused("unknown_guardian", field="guardianId")


def test_what_is_not_said_again_of_a_guardian_stays_on_file() -> None:
    """A new number takes away neither the account, by which the mother sees the file, nor the rest."""
    on_file: dict[str, Any] = {
        "guardian_person_id": an_id("the mother's account"),
        "guardian_phone": "13800000000",
        "guardian_hukou": HUANHUA,
        "permit_number": "证1",
        "permit_until": date(2026, 1, 1),
        "life_status": LifeStatus.UNTRACEABLE,
    }
    first = cq(parent(Kinship.MOTHER, **on_file), "2025-03-03 09:01")
    mother = the_id(told_by(OPENED, first), Kinship.MOTHER)
    again = parent(Kinship.MOTHER, guardian_id=mother, permit_number="证2", guardian_phone="139")
    history = told_by(OPENED, first, cq(again, LATER))
    changed = {"guardian_phone": "139", "permit_number": "证2", "permit_until": None}
    assert history[-1] == dataclasses.replace(
        GuardianRecorded(
            guardian_id=mother,
            relation=Kinship.MOTHER,
            guardian_basis=GuardianBasis.PARENT,
            guardian_name="母",
            **on_file | changed,
        ),
        stamp=history[-1].stamp,
    )
    back = cq(
        parent(Kinship.MOTHER, guardian_id=mother, life_status=LifeStatus.LIVING),
        "2025-03-11 09:00",
    )
    (recorded,) = given(*history).when(back).facts()
    assert isinstance(recorded, GuardianRecorded)
    assert recorded.life_status is LifeStatus.LIVING
    assert recorded.guardian_phone == "139"


def test_the_number_a_guardian_left_when_going_away_stays_on_file() -> None:
    leaving = RecordGuardianAbsence(
        guardian_id=FATHER,
        absence_reason=AbsenceReason.WORK,
        away_from_on=date(2025, 2, 6),
        guardian_phone="137",
    )
    again = cq(parent(Kinship.FATHER, guardian_id=FATHER), "2025-03-11 09:00")
    (recorded,) = given(*told_by(*TWO, cq(leaving, LATER))).when(again).facts()
    assert isinstance(recorded, GuardianRecorded)
    assert recorded.guardian_phone == "137"


def test_another_basis_does_not_keep_the_document_of_the_first() -> None:
    grandfather: dict[str, Any] = {
        "relation": Kinship.PATERNAL_GRANDFATHER,
        "guardian_name": "祖父",
    }
    by_court = RecordGuardian(
        **grandfather, guardian_basis=GuardianBasis.COURT_ORDER, basis_document="1号"
    )
    first = cq(by_court, "2025-03-03 09:01")
    his = the_id(told_by(OPENED, first), Kinship.PATERNAL_GRANDFATHER)
    for basis, document in (
        (None, "1号"),
        (GuardianBasis.COURT_ORDER, "1号"),
        (GuardianBasis.DESIGNATION, None),
    ):
        again = RecordGuardian(**grandfather, guardian_id=his, guardian_basis=basis)
        (recorded,) = given(*told_by(OPENED, first)).when(cq(again, LATER)).facts()
        assert isinstance(recorded, GuardianRecorded)
        assert recorded.guardian_basis is (basis or GuardianBasis.COURT_ORDER)
        assert recorded.basis_document == document
