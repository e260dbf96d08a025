"""心理门诊 · Referred to a clinic, and attended: the fact alone (SH2024-2.1.2-c, SH2024-2.1.2-d, CQ2024-2.2-f)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.child.counselling import MONITORED_LATER
from domain.child.state import ON_FILE, Child
from domain.codec import says_more
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P2, P4_MIND
from domain.task_actions import mine
from domain.terms.school import MindReferral
from domain.terms.units import UnitKind

name_fields(
    clinic_referral_id=("转诊", "Referral to a clinic"),
    clinic_unit_id=("就诊机构", "Clinic"),
    clinic_name=("平台外就诊机构", "Clinic outside the platform"),
    referred_for=("转诊事由", "Referred for"),
    visited_clinic_on=("就诊日期", "Attended the clinic on"),
)

_GIVEN_BY = {
    MindReferral.CLINIC: frozenset({UnitKind.MEDICAL}),
    MindReferral.COMMUNITY_REHABILITATION: frozenset(
        {UnitKind.MEDICAL, UnitKind.SOCIAL_WORK_PROVIDER}
    ),
}
CLINIC_MISSING = Refusal("clinic_missing", zh="须写明就诊机构", en="Say which clinic")
UNKNOWN_REFERRAL = Refusal(
    "unknown_clinic_referral", zh="没有此项未就诊的转诊", en="There is no such open referral"
)


class ClinicReferralMade(
    Event[Child],
    name="child.clinic_referral_made",
    zh="已转诊",
    en="Referred to a clinic",
    existence=P4_MIND,
    version=2,
):
    clinic_referral_id: Annotated[UUID, P0]
    clinic_unit_id: Annotated[UUID | None, P4_MIND] = None
    clinic_name: Annotated[str | None, P4_MIND] = None
    referred_for: Annotated[MindReferral, P4_MIND] = MindReferral.CLINIC

    def evolve(self, state: Child) -> Child:
        mind, clinic = state.mind, self.clinic_unit_id
        kept = (*mind.referrals, self.clinic_referral_id)
        here = ((self.clinic_referral_id, clinic),) if clinic else ()
        mind = replace(mind, referrals=tuple(dict.fromkeys(kept)), clinics=(*mind.clinics, *here))
        return replace(state, mind=mind)


# At first a child was referred to clinics alone.
says_more("child.clinic_referral_made", 1)


class MakeClinicReferral(
    Command[Child],
    name="child.make_clinic_referral",
    zh="转诊",
    en="Refer to a clinic",
    when=ON_FILE,
    clauses=(
        "SH2024-2.1.2-c",
        "CQ2024-2.2-f",
        "SH2024-2.1.2-d",
        "CQ2024-2.2-b",
    ),
):
    """Why is the counsellor's and the clinic's own record, not the platform's.

    To community rehabilitation as well (SH2024-2.1.2-d): what it is for would tell of the illness, and is no item of a
    plan.
    """

    clinic_unit_id: Annotated[UUID | None, P4_MIND] = None
    clinic_name: Annotated[str | None, P4_MIND] = None
    referred_for: Annotated[MindReferral, P4_MIND] = MindReferral.CLINIC

    def decide(self, _child: Child) -> Iterator[Event[Child]]:
        if self.clinic_unit_id is not None:
            unit = self.directory.units.get(self.clinic_unit_id)
            if unit is None or unit.kind not in _GIVEN_BY[self.referred_for]:
                raise CLINIC_MISSING(field="clinicUnitId")
        elif not (self.clinic_name or "").strip():
            raise CLINIC_MISSING(field="clinicName")
        yield ClinicReferralMade.of(self, clinic_referral_id=self.new_id("referral"))


class ClinicAttendanceRecorded(
    Event[Child],
    name="child.clinic_attendance_recorded",
    zh="已就诊",
    en="Clinic attended",
    existence=P4_MIND,
):
    clinic_referral_id: Annotated[UUID, P0]
    visited_clinic_on: Annotated[date, P2]

    def evolve(self, state: Child) -> Child:
        mind, attended = state.mind, self.clinic_referral_id
        seen_by = {unit for referral, unit in mind.clinics if referral == attended}
        mind = replace(
            mind,
            referrals=tuple(r for r in mind.referrals if r != attended),
            patient_of=mind.patient_of | seen_by,
        )
        return replace(state, mind=mind)


class RecordClinicAttendance(
    Command[Child],
    name="child.record_clinic_attendance",
    zh="登记就诊",
    en="Record that the clinic was attended",
    when=ON_FILE,
    needs=("task",),
    clauses=("SH2024-2.1.2-c", "CQ2024-2.2-f"),
):
    """The clinic names its task: that the child was referred is no line of the file that it reads (P4_MIND)."""

    clinic_referral_id: Annotated[UUID | None, P0] = None
    task_id: Annotated[UUID | None, P0] = None
    visited_clinic_on: Annotated[date, P2]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        referral = self.clinic_referral_id
        if referral is None and self.task_id is not None:
            subject = mine(self, state).subject
            referral = next((r for r in state.mind.referrals if str(r) == subject), None)
        if referral is None or referral not in state.mind.referrals:
            raise UNKNOWN_REFERRAL(field="clinicReferralId")
        if self.visited_clinic_on > self.rules.on:
            raise MONITORED_LATER(field="visitedClinicOn")
        yield ClinicAttendanceRecorded(
            clinic_referral_id=referral, visited_clinic_on=self.visited_clinic_on
        )
