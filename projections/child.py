"""儿童概况 · The child as people see it: one row a child, its guardians, its categories, its tier with the reasons."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from domain.sensitivity import P0, P1, P2, P3, P4
from projections.readmodel import ReadModel


class ChildRow(
    ReadModel,
    table="child",
    obj="child",
    key=("child_id",),
    tokens=True,
    indexes=("responsible_person_id", "residence_id"),
    zh="儿童概况",
    en="Child profile",
):
    """The head of a child's file. The care flag says *that* there is reason for care, never why (P2)."""

    child_id: Annotated[UUID, P0]
    file_status: Annotated[str, P0]
    version: Annotated[int, P0]
    updated_at: Annotated[datetime, P0]
    name: Annotated[str | None, P1]
    sex: Annotated[str | None, P1]
    birth_on: Annotated[date | None, P1]
    id_number: Annotated[str | None, P1]
    residence_id: Annotated[str | None, P1]
    address: Annotated[str | None, P1]
    hukou_id: Annotated[str | None, P1]
    area_type: Annotated[str | None, P2]
    categories: Annotated[tuple[str, ...], P2]
    key_targets: Annotated[tuple[str, ...], P2]
    has_care_flag: Annotated[bool, P2]
    responsible_person_id: Annotated[UUID | None, P2]
    responsible_unit_id: Annotated[UUID | None, P2]
    school_unit_id: Annotated[UUID | None, P2]
    school_grade: Annotated[str | None, P3]
    cadence: Annotated[str, P2]
    last_contact_on: Annotated[date | None, P2]
    last_home_visit_on: Annotated[date | None, P2]
    next_contact_on: Annotated[date | None, P2]
    next_home_visit_on: Annotated[date | None, P2]
    is_placed: Annotated[bool, P2]
    tier: Annotated[str | None, P4]
    proposed_tier: Annotated[str | None, P4]
    tier_reasons: Annotated[dict[str, Any], P4]


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
    """A guardian on file, and whether away."""

    guardian_id: Annotated[UUID, P0]
    child_id: Annotated[UUID, P0]
    relation: Annotated[str, P2]
    guardian_name: Annotated[str | None, P2]
    phone: Annotated[str | None, P2]
    person_id: Annotated[UUID | None, P2]
    is_away: Annotated[bool, P2]
    away_place: Annotated[str | None, P3]
    away_since_on: Annotated[date | None, P3]


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
    designated_on: Annotated[date | None, P2]
    agreement_signed_on: Annotated[date | None, P2]
    concern: Annotated[str | None, P3]


class VisitRow(
    ReadModel,
    table="visit",
    within="child",
    key=("event_id",),
    sort=("made_on",),
    reach=P2,
    indexes=("child_id, made_on",),
    zh="走访联系",
    en="Contacts and visits",
):
    """One contact or home visit."""

    event_id: Annotated[UUID, P0]
    child_id: Annotated[UUID, P0]
    kind: Annotated[str, P2]
    made_on: Annotated[date, P2]
    made_by_id: Annotated[UUID, P2]
    child_seen: Annotated[bool | None, P2]
    visit_notes: Annotated[str | None, P3]
