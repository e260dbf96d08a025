"""限时授权 · How grants are told: each opens with the event that is its reason and closes with the one that ends it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from domain.access.audit import AuditOrderApproved, AuditOrderEnded, AuditOrderOpened
from domain.access.break_glass import BreakGlassUsed
from domain.access.break_glass_review import BreakGlassReviewed
from domain.access.contracts import SharingContractEnded
from domain.case.consultation import CaseConferenceCalled, CaseConferenceConcluded
from domain.case.disclosure import ReporterDisclosureOrdered
from domain.case.look_up import ChildLookedUp
from domain.child.clinic import ClinicAttendanceRecorded, ClinicReferralMade
from domain.child.closing import FileClosed, FileReopened
from domain.child.consent import ConsentWithdrawn
from domain.child.corrections import EventDisavowed
from domain.child.referral import (
    FileReferralAccepted,
    FileReferralCompleted,
    FileReferralDeclined,
    FileReferralRecalled,
    FileReferred,
)
from domain.child.sharing import InformationShared
from domain.child.state import Child
from domain.kernel import Event
from domain.periods import SHANGHAI, local_date
from domain.sensitivity import P0, P1, P2
from domain.terms.access import AccessPurpose, AccessReview
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections import at_rest
from projections.due import rules_of
from projections.grants import (
    EXISTENCE,
    Grant,
    also_as,
    classes_of,
    ended,
    opened,
    opened_with_cases,
    opened_with_children,
    opened_with_joined,
)
from projections.kernel import Projection, sql
from projections.relations import give, refresh

grants = Projection("access_grant", zh="限时授权", en="Time-limited access grants")

PROFILE = (P0, P1, P2)
"""Who it is, and whom to call."""


# ── 转介 Referral
@grants.on(FileReferred)
def referred(r: Recorded, e: FileReferred) -> Iterator[Write]:
    """Until it accepts, the other unit knows that there is something to accept."""
    grant = Grant(
        relation="referral",
        holders=(e.asked_unit_id,),
        until=e.open_until,
        reason=f"referral:{e.file_referral_id}",
        classes=EXISTENCE,
    )
    yield from opened(r, grant, (r.stream_id,))


@grants.on(FileReferralAccepted)
def accepted(r: Recorded, e: FileReferralAccepted) -> Iterator[Write]:
    """The listed fields, for the referral's purpose."""
    grant = Grant(
        relation="referral",
        holders=(e.asked_unit_id,),
        until=e.open_until,
        reason=f"referral:{e.file_referral_id}",
        classes=classes_of(e.referral_fields),
        purpose=e.referral_purpose,
    )
    yield from opened(r, grant, (r.stream_id,))


@grants.on(FileReferralDeclined, FileReferralRecalled, FileReferralCompleted)
def over(r: Recorded, e: Any) -> Iterator[Write]:
    """However it ended, it is closed."""
    yield ended(r, f"referral:{e.file_referral_id}")


@grants.on(InformationShared)
def shared(r: Recorded, e: InformationShared) -> Iterator[Write]:
    """What passed, to the unit it passed to."""
    grant = Grant(
        relation="referral",
        holders=(e.told_unit_id,),
        until=e.open_until,
        reason=f"contract:{e.contract_id}",
        second_reason=f"consent:{e.consent_id}" if e.consent_id else None,
        classes=classes_of(e.passed_fields),
        purpose=e.sharing_purpose,
    )
    yield from opened(r, grant, (r.stream_id,))


@grants.on(SharingContractEnded)
def contract_over(r: Recorded, _e: SharingContractEnded) -> Iterator[Write]:
    """Nothing more rests on it."""
    yield ended(r, f"contract:{r.stream_id}")


@grants.on(ConsentWithdrawn)
def consent_over(r: Recorded, e: ConsentWithdrawn) -> Iterator[Write]:
    """Nothing more rests on it."""
    yield ended(r, f"consent:{e.consent_id}")


# ── 就诊 Clinic: referred for a time; who came is the clinic's own patient
@grants.on(ClinicReferralMade)
def to_clinic(r: Recorded, e: ClinicReferralMade) -> Iterator[Write]:
    """Whom to expect; never why, which is the counsellor's own record."""
    days = timedelta(days=rules_of(r).days("clinic_access_days"))
    last = local_date(r.recorded_at) + days
    grant = Grant(
        relation="referral",
        holders=(e.clinic_unit_id,),
        until=datetime.combine(last, time(23, 59, 59), SHANGHAI),
        reason=f"clinic:{e.clinic_referral_id}",
        classes=PROFILE,
    )
    yield from opened(r, grant, (r.stream_id,))


@grants.on(ClinicAttendanceRecorded)
def patient(r: Recorded, e: ClinicAttendanceRecorded) -> Iterator[Write]:
    """The referral has done its work: the child is a patient of the clinic, and its record is the clinic's own."""
    reason = f"clinic:{e.clinic_referral_id}"
    yield sql(
        "insert into access_relation (subject_id, token, reason, event_id) "
        "select subject_id, 'E:' || split_part(grantee, ':', 3), 'patient', %(event_id)s "
        "from access_grant where reason = %(reason)s on conflict do nothing",
        event_id=r.event_id,
        reason=reason,
    )
    yield ended(r, reason)
    yield from refresh(r.stream_id)


@grants.on(FileClosed)
def no_patient(r: Recorded, _e: FileClosed) -> Iterator[Write]:
    """With the file ends what the platform shows a clinic."""
    yield sql(
        "delete from access_relation where subject_id = %(child_id)s and reason = 'patient'",
        child_id=r.stream_id,
    )
    yield from refresh(r.stream_id)


@grants.on(FileReopened, EventDisavowed)
def patient_again(r: Recorded, _e: Event[Any]) -> Iterator[Write]:
    """With the file comes back what it showed the clinics that the child has attended."""
    if not at_rest.reopened(r) or not isinstance(r.after, Child):
        return
    for unit_id in sorted(r.after.mind.patient_of, key=str):
        yield give(r.stream_id, f"E:{unit_id}", "patient", r.event_id)
    yield from refresh(r.stream_id)


# ── 会商、查找、调取 Conference, look-up, judicial order
@grants.on(CaseConferenceCalled)
def called(r: Recorded, e: CaseConferenceCalled) -> Iterator[Write]:
    """The case and its children, to whoever takes part, each for its own purpose."""
    for unit_id, purpose in zip(e.called_unit_ids, e.conference_purposes, strict=True):
        grant = Grant(
            relation="mdt",
            holders=(unit_id,),
            until=e.open_until,
            reason=f"conference:{e.case_conference_id}",
            purpose=purpose,
        )
        yield from opened_with_children(r, grant, r.stream_id)


@grants.on(CaseConferenceConcluded)
def concluded(r: Recorded, e: CaseConferenceConcluded) -> Iterator[Write]:
    """Off the agenda."""
    yield ended(r, f"conference:{e.case_conference_id}")


@grants.on(ChildLookedUp)
def looked_up(r: Recorded, e: ChildLookedUp) -> Iterator[Write]:
    """The one child that matched, to the officer who looked."""
    if e.looked_up_child_id is None:
        return
    grant = Grant(
        relation="look_up",
        holders=(e.user_assignment_id,),
        until=e.open_until,
        reason=f"case:{r.stream_id}",
        classes=PROFILE,
    )
    yield from opened(r, grant, (e.looked_up_child_id,))


@grants.on(ReporterDisclosureOrdered)
def disclosed(r: Recorded, e: ReporterDisclosureOrdered) -> Iterator[Write]:
    """Who reported, to the organ the order names."""
    grant = Grant(
        relation="order",
        holders=(e.disclosed_to_unit_id,),
        until=e.open_until,
        reason=f"disclosure:{r.event_id}",
    )
    yield from opened(r, grant, (r.stream_id,))


# ── 紧急调阅、审计 Emergency access, audit
@grants.on(BreakGlassUsed)
def broken(r: Recorded, e: BreakGlassUsed) -> Iterator[Write]:
    """One child and its cases, to the one capacity that asked, for an emergency and for a short while."""
    grant = Grant(
        relation="break_glass",
        holders=(e.user_assignment_id,),
        until=e.open_until,
        reason=f"order:{r.stream_id}",
        purpose=AccessPurpose.EMERGENCY,
    )
    yield from opened_with_cases(r, grant, e.child_id)


@grants.on(BreakGlassReviewed)
def reviewed(r: Recorded, e: BreakGlassReviewed) -> Iterator[Write]:
    """What was not justified is closed at once."""
    if e.review_outcome is AccessReview.NOT_JUSTIFIED:
        yield ended(r, f"order:{r.stream_id}")


@grants.on(AuditOrderOpened)
def ordered(r: Recorded, e: AuditOrderOpened) -> Iterator[Write]:
    """The case with its children and what was joined to it, or the child with its cases, to the named auditor."""
    grant = Grant(
        relation="oversight",
        holders=(e.auditor_assignment_id,),
        until=e.open_until,
        reason=f"order:{r.stream_id}",
        records_from=e.audited_from_on,
        records_to=e.audited_to_on,
    )
    if e.case_id is not None:
        yield from opened_with_children(r, grant, e.case_id)
        yield from opened_with_joined(r, grant, e.case_id)
    if e.child_id is not None:
        yield from opened_with_cases(r, grant, e.child_id)


@grants.on(AuditOrderApproved)
def approved(r: Recorded, _e: AuditOrderApproved) -> Iterator[Write]:
    """What only two people together may open."""
    yield also_as(r, f"order:{r.stream_id}", "second_approval")


@grants.on(AuditOrderEnded)
def audit_over(r: Recorded, _e: AuditOrderEnded) -> Iterator[Write]:
    """Closed."""
    yield ended(r, f"order:{r.stream_id}")
