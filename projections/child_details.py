"""儿童档案明细 · What lies within a child's file: guardians, the entrusted carer, visits, why the tier is what it is."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import msgspec

from domain.child.contacts import ContactMade
from domain.child.entrusted_care import EntrustedCareAgreementSigned, EntrustedCarerDesignated
from domain.child.entrusted_concerns import EntrustedCareConcernRaised, EntrustedCarerReplaced
from domain.child.entrusted_end import EntrustedCareEnded
from domain.child.guardians import GuardianAbsenceRecorded, GuardianRecorded, ParentReturned
from domain.child.home_visits import HomeVisitMade
from domain.child.state import Child
from domain.child.tier import (
    RiskTierAssigned,
    RiskTierProposalWithdrawn,
    RiskTierProposed,
    RiskTierReassessed,
    TierTold,
)
from domain.child.tier_decisions import RiskTierOverridden
from domain.kernel import Event
from domain.periods import local_date
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.child import ChildRow, EntrustedCareRow, GuardianRow, VisitRow
from projections.kernel import Projection, change, insert, upsert

details = Projection("child_details", zh="儿童档案明细", en="Details of child files")


@details.on(GuardianRecorded)
def guardian(r: Recorded, e: GuardianRecorded) -> Iterator[Write]:
    """A guardian, or what is now known of one."""
    known = r.after.care.guardian(e.guardian_id) if isinstance(r.after, Child) else None
    yield upsert(
        GuardianRow,
        guardian_id=e.guardian_id,
        child_id=r.stream_id,
        relation=e.relation,
        guardian_name=e.guardian_name,
        phone=e.guardian_phone,
        person_id=e.guardian_person_id,
        is_away=bool(known and known.away),
    )


@details.on(GuardianAbsenceRecorded)
def away(_r: Recorded, e: GuardianAbsenceRecorded) -> Iterator[Write]:
    """Away, where to, since when."""
    yield _guardian(e.guardian_id, is_away=True, away_place=e.away_to, away_since_on=e.away_from_on)
    if e.guardian_phone:
        yield _guardian(e.guardian_id, phone=e.guardian_phone)


@details.on(ParentReturned)
def back(_r: Recorded, e: ParentReturned) -> Iterator[Write]:
    """Back to stay."""
    yield _guardian(e.guardian_id, is_away=False, away_place=None, away_since_on=None)


def _guardian(guardian_id: UUID, **values: object) -> Write:
    return change(GuardianRow, {"guardian_id": guardian_id}, **values)


@details.on(EntrustedCarerDesignated, EntrustedCarerReplaced)
def carer(r: Recorded, e: EntrustedCarerDesignated | EntrustedCarerReplaced) -> Iterator[Write]:
    """The carer of now; a replacement is told by the designation that comes with it."""
    if isinstance(e, EntrustedCarerReplaced):
        return
    yield upsert(
        EntrustedCareRow,
        child_id=r.stream_id,
        status=_status(r),
        carer_id=e.carer_id,
        carer_name=e.carer_name,
        carer_relation=e.carer_relation,
        designated_on=local_date(r.occurred_at),
        agreement_signed_on=None,
        concern=None,
    )


@details.on(EntrustedCareAgreementSigned)
def signed(r: Recorded, e: EntrustedCareAgreementSigned) -> Iterator[Write]:
    """The agreement of this carer."""
    yield _care(r, agreement_signed_on=e.signed_on)


@details.on(EntrustedCareConcernRaised)
def concern(r: Recorded, e: EntrustedCareConcernRaised) -> Iterator[Write]:
    """What is wrong, by its kind."""
    yield _care(r, concern=e.care_concern)


@details.on(EntrustedCareEnded)
def ended(r: Recorded, _e: EntrustedCareEnded) -> Iterator[Write]:
    """The last carer stays visible, as ended."""
    yield _care(r)


def _care(r: Recorded, **values: object) -> Write:
    return change(EntrustedCareRow, {"child_id": r.stream_id}, status=_status(r), **values)


def _status(r: Recorded) -> str:
    assert isinstance(r.after, Child)
    return r.after.care.entrusted.value


@details.on(ContactMade)
def contacted(r: Recorded, e: ContactMade) -> Iterator[Write]:
    """A contact."""
    yield insert(
        VisitRow,
        event_id=r.event_id,
        child_id=r.stream_id,
        kind="CONTACT",
        made_on=e.contacted_on,
        made_by_id=r.stamp.by.person_id,
        child_seen=None,
        visit_notes=e.visit_notes,
    )


@details.on(HomeVisitMade)
def visited(r: Recorded, e: HomeVisitMade) -> Iterator[Write]:
    """A home visit."""
    yield insert(
        VisitRow,
        event_id=r.event_id,
        child_id=r.stream_id,
        kind="HOME_VISIT",
        made_on=e.visited_on,
        made_by_id=r.stamp.by.person_id,
        child_seen=e.child_seen,
        visit_notes=e.visit_notes,
    )


@details.on(
    RiskTierAssigned,
    RiskTierProposed,
    RiskTierProposalWithdrawn,
    RiskTierReassessed,
    RiskTierOverridden,
)
def explained(r: Recorded, e: Event[Child]) -> Iterator[Write]:
    """Rule, fact, source event and clauses behind the tier, as the event itself says them."""
    assert isinstance(e, TierTold)
    reasons = {
        "scale": f"{e.scale_id}@{e.scale_version}",
        "reasons": msgspec.to_builtins(e.tier_reasons),
    }
    yield change(ChildRow, {"child_id": r.stream_id}, tier_reasons=reasons)
