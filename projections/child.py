"""儿童概况 · The child as people see it: one row a child, its guardians, its categories, its tier with the reasons."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from domain.sensitivity import (
    P0,
    P1,
    P1_PLACE,
    P2,
    P2_STANDING,
    P3,
    P3_SCHOOL,
    P4,
    P4_INJURY,
    P5,
    P5_OUTCOME,
)
from projections.readmodel import ReadModel


class ChildRow(
    ReadModel,
    table="child",
    obj="child",
    key=("child_id",),
    tokens=True,
    indexes=(
        "responsible_person_id, child_id",
        "school_unit_id, child_id",
        "residence_id",
        "id_number",
        "name, birth_on",
    ),
    fragments={
        "head": (
            "child_id",
            "name",
            "sex",
            "birth_on",
            "file_status",
            "categories",
            "cadence",
            "responsible_person_id",
            "next_contact_on",
            "next_home_visit_on",
        ),
        "card": ("child_id", "name", "sex", "birth_on", "categories", "cadence"),
    },
    zh="儿童概况",
    en="Child profile",
):
    """The head of a child's file. The care flag says *that* there is reason for care, never why (P2_STANDING)."""

    child_id: Annotated[UUID, P0]
    file_status: Annotated[str, P0]
    version: Annotated[int, P0]
    updated_at: Annotated[datetime, P0]
    name: Annotated[str | None, P1]
    sex: Annotated[str | None, P1]
    birth_on: Annotated[date | None, P1]
    id_number: Annotated[str | None, P1]
    residence_id: Annotated[str | None, P1_PLACE]
    address: Annotated[str | None, P1_PLACE]
    hukou_id: Annotated[str | None, P1_PLACE]
    area_type: Annotated[str | None, P2]
    categories: Annotated[tuple[str, ...], P2]
    key_targets: Annotated[tuple[str, ...], P2]
    has_care_flag: Annotated[bool, P2_STANDING]
    responsible_person_id: Annotated[UUID | None, P2]
    responsible_unit_id: Annotated[UUID | None, P2]
    school_unit_id: Annotated[UUID | None, P2]
    school_grade: Annotated[str | None, P3_SCHOOL]
    sections_kept: Annotated[tuple[str, ...], P2]
    cadence: Annotated[str, P2_STANDING]
    last_contact_on: Annotated[date | None, P2]
    last_home_visit_on: Annotated[date | None, P2]
    next_contact_on: Annotated[date | None, P2]
    next_home_visit_on: Annotated[date | None, P2]
    is_placed: Annotated[bool, P2_STANDING]
    tier: Annotated[str | None, P4]
    proposed_tier: Annotated[str | None, P4]
    tier_reasons: Annotated[dict[str, Any], P4]
    sealed_tier_reasons: Annotated[dict[str, Any] | None, P5]
    """Those that the child's own conduct gives. Who may not see them is told so, whether there are any or none."""


class GuardianRow(
    ReadModel,
    table="guardian",
    within="child",
    key=("guardian_id",),
    reach=P2,
    indexes=("child_id",),
    zh="监护人",
    en="Guardian",
):
    """A guardian on file: who, whether away, able, free, alive."""

    guardian_id: Annotated[UUID, P0]
    child_id: Annotated[UUID, P0]
    relation: Annotated[str, P2]
    guardian_basis: Annotated[str | None, P2]
    guardian_name: Annotated[str | None, P2]
    phone: Annotated[str | None, P2]
    person_id: Annotated[UUID | None, P2]
    life_status: Annotated[str, P3]
    is_away: Annotated[bool, P2]
    absence_reason: Annotated[str | None, P2]
    away_place: Annotated[str | None, P3]
    away_since_on: Annotated[date | None, P3]
    expected_back_on: Annotated[date | None, P3]
    is_incapable: Annotated[bool, P4]
    is_confined: Annotated[bool, P5_OUTCOME]
    is_revoked: Annotated[bool, P5_OUTCOME]


class EntrustedCareRow(
    ReadModel,
    table="entrusted_care",
    within="child",
    key=("child_id",),
    reach=P2,
    zh="委托照护",
    en="Entrusted care",
):
    """The present or last entrusted carer, and how far the arrangement has come (D.4)."""

    child_id: Annotated[UUID, P0]
    status: Annotated[str, P2]
    carer_id: Annotated[UUID | None, P2]
    carer_name: Annotated[str | None, P2]
    carer_relation: Annotated[str | None, P2]
    carer_phone: Annotated[str | None, P2]
    designated_on: Annotated[date | None, P2]
    agreement_due_on: Annotated[date | None, P2]
    agreement_signed_on: Annotated[date | None, P2]
    supervised_on: Annotated[date | None, P2]
    supervision_due_on: Annotated[date | None, P2]
    concern: Annotated[str | None, P3]


class VisitRow(
    ReadModel,
    table="visit",
    within="child",
    key=("event_id",),
    sort=("made_on",),
    reach=P2,
    dated=("made_on", "made_on"),
    indexes=("child_id, made_on",),
    zh="走访联系",
    en="Contacts and visits",
):
    """One contact (``CONTACT``), home visit (``HOME_VISIT``) or follow-up (``FOLLOW_UP``)."""

    event_id: Annotated[UUID, P0]
    child_id: Annotated[UUID, P0]
    kind: Annotated[str, P2]
    made_on: Annotated[date, P2]
    made_by_id: Annotated[UUID, P2]
    channel: Annotated[str | None, P2]
    result: Annotated[str | None, P2]
    people_met: Annotated[tuple[str, ...], P2]
    child_seen: Annotated[bool | None, P2]
    signs_seen: Annotated[tuple[str, ...], P4_INJURY]
    hazards_seen: Annotated[tuple[str, ...], P3]
    visit_notes: Annotated[str | None, P3]
    is_disavowed: Annotated[bool, P2]
    """A later record says that it did not happen."""


class CareArrangementRow(
    ReadModel,
    table="care_arrangement",
    within="child",
    key=("child_id",),
    reach=P2,
    zh="照料安排",
    en="Care arrangement",
):
    """How the child is cared for, and by whom in fact: often neither a guardian nor the entrusted carer."""

    child_id: Annotated[UUID, P0]
    arrangement: Annotated[str, P2]
    arrangement_from_on: Annotated[date | None, P2]
    actual_carer_name: Annotated[str | None, P2]
    actual_carer_relation: Annotated[str | None, P2]
    actual_carer_phone: Annotated[str | None, P2]


class HouseholdRow(
    ReadModel,
    table="household",
    within="child",
    key=("child_id",),
    reach=P3,
    zh="家庭情况",
    en="Household",
):
    """The household as last recorded (CQ2016-3.2-f); ``members`` holds name, relation and employment of each."""

    child_id: Annotated[UUID, P0]
    recorded_on: Annotated[date, P3]
    household_size: Annotated[int, P3]
    household_means: Annotated[tuple[str, ...], P3]
    housing: Annotated[str | None, P3]
    hardship_found: Annotated[bool, P3]
    members: Annotated[dict[str, Any], P3]
    household_note: Annotated[str | None, P3]
