"""儿童档案明细 · What lies within a child's file: guardians, visits, why the tier is what it is.

Names and words come from the event that said them; what is so *now* (who is away, unable, confined) comes from
the state after it, so that a correction reaches every row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import msgspec

from domain.case.after_judgment import GuardianRevoked
from domain.child.care_state import Guardian
from domain.child.contacts import ContactMade
from domain.child.corrections import EventCorrected, EventDisavowed
from domain.child.follow_up import FollowUpVisitMade
from domain.child.guardian_condition import (
    GuardianConfined,
    GuardianReleased,
    GuardianshipCapacityAssessed,
)
from domain.child.guardians import GuardianAbsenceRecorded, GuardianRecorded, ParentReturned
from domain.child.guardianship_end import GuardianshipEnded, GuardianshipRestored
from domain.child.home_visits import HomeVisitMade
from domain.child.screening import ChildScreened
from domain.child.state import Child
from domain.child.tier import (
    RiskTierAssigned,
    RiskTierProposalWithdrawn,
    RiskTierProposed,
    RiskTierReassessed,
    TierReason,
    TierTold,
)
from domain.child.tier_decisions import RiskTierOverridden
from domain.kernel import Event
from domain.periods import local_date
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.child import ChildRow, GuardianRow, VisitRow
from projections.kernel import Projection, change, insert, remove, sql, upsert

details = Projection("child_details", zh="儿童档案明细", en="Details of child files")


# ── Identity


@details.on(ChildScreened, EventCorrected)
def identified(r: Recorded, e: Event[Child]) -> Iterator[Write]:
    """What a screening knows of the child before it has a file, and what a correction puts right."""
    assert isinstance(e, ChildScreened | EventCorrected)
    said = {"name": e.child_name, "sex": e.sex, "birth_on": e.birth_on}
    if isinstance(e, EventCorrected):
        said["id_number"] = e.id_number
    known = {column: value for column, value in said.items() if value is not None}
    if known:
        yield change(ChildRow, {"child_id": r.stream_id}, **known)


@details.on(EventDisavowed)
def disavowed(r: Recorded, e: EventDisavowed) -> Iterator[Write]:
    """It did not happen: a visit stays, marked; a guardian who never was one goes; what rested on it falls away."""
    yield change(VisitRow, {"event_id": e.target_event_id}, is_disavowed=True)
    child = r.after
    assert isinstance(child, Child)
    yield sql(
        "delete from guardian where child_id = %(child_id)s and not guardian_id = any(%(kept)s)",
        child_id=r.stream_id,
        kept=[g.guardian_id for g in child.care.guardians],
    )
    for guardian in child.care.guardians:
        yield from _standing(guardian)


# ── Guardians


@details.on(GuardianRecorded)
def guardian_recorded(r: Recorded, e: GuardianRecorded) -> Iterator[Write]:
    """A guardian, or what is now known of one."""
    found = _guardian_of(r, e.guardian_id)
    yield upsert(
        GuardianRow,
        guardian_id=e.guardian_id,
        child_id=r.stream_id,
        relation=e.relation,
        guardian_basis=e.guardian_basis,
        guardian_name=e.guardian_name,
        phone=e.guardian_phone,
        person_id=e.guardian_person_id,
        life_status=e.life_status,
        is_away=found.away,
        is_incapable=found.incapable,
        is_confined=found.confined,
        is_revoked=found.revoked,
    )


@details.on(GuardianAbsenceRecorded)
def away(r: Recorded, e: GuardianAbsenceRecorded) -> Iterator[Write]:
    """Away, where to, since when, until when."""
    yield change(
        GuardianRow,
        {"guardian_id": e.guardian_id},
        away_place=e.away_to,
        away_since_on=e.away_from_on,
        expected_back_on=e.expected_back_on,
        **({"phone": e.guardian_phone} if e.guardian_phone else {}),
    )
    yield from _standing(_guardian_of(r, e.guardian_id))


_STANDS_OTHERWISE = (
    ParentReturned,
    GuardianshipCapacityAssessed,
    GuardianConfined,
    GuardianReleased,
    GuardianRevoked,
    GuardianshipRestored,
)


@details.on(*_STANDS_OTHERWISE)
def stands_otherwise(r: Recorded, e: Event[Child]) -> Iterator[Write]:
    """Back, able or unable, confined or free, removed by a court or a guardian again."""
    assert isinstance(e, _STANDS_OTHERWISE)
    yield from _standing(_guardian_of(r, e.guardian_id))


@details.on(GuardianshipEnded)
def guardianship_over(_r: Recorded, e: GuardianshipEnded) -> Iterator[Write]:
    """Whose guardianship is over is among the guardians on file no longer; the timeline tells of it."""
    yield remove(GuardianRow, guardian_id=e.guardian_id)


def _guardian_of(r: Recorded, guardian_id: UUID) -> Guardian:
    assert isinstance(r.after, Child)
    return r.after.care.guardian(guardian_id) or Guardian(guardian_id=guardian_id, relation="")


def _standing(guardian: Guardian) -> Iterator[Write]:
    """Away, able, free, as the state says; whoever is here is at no other place."""
    here = (
        {}
        if guardian.away
        else {"away_place": None, "away_since_on": None, "expected_back_on": None}
    )
    yield change(
        GuardianRow,
        {"guardian_id": guardian.guardian_id},
        is_away=guardian.away,
        absence_reason=guardian.away_for,
        is_incapable=guardian.incapable,
        is_confined=guardian.confined,
        is_revoked=guardian.revoked,
        **here,
    )


# ── Contacts and visits


@details.on(ContactMade)
def contacted(r: Recorded, e: ContactMade) -> Iterator[Write]:
    """A contact, also one that did not come about."""
    yield _visit(
        r,
        kind="CONTACT",
        made_on=e.contacted_on,
        channel=e.contact_channel,
        result=e.contact_result,
        people_met=e.contact_with,
        visit_notes=e.visit_notes,
    )


@details.on(HomeVisitMade)
def visited(r: Recorded, e: HomeVisitMade) -> Iterator[Write]:
    """A home visit."""
    yield _visit(
        r,
        kind="HOME_VISIT",
        made_on=e.visited_on,
        people_met=e.visit_present,
        child_seen=e.child_seen,
        signs_seen=e.signs_seen,
        hazards_seen=e.hazards_seen,
        visit_notes=e.visit_notes,
    )


@details.on(FollowUpVisitMade)
def followed_up(r: Recorded, e: FollowUpVisitMade) -> Iterator[Write]:
    """A follow-up after a return home or a placement."""
    yield _visit(
        r,
        kind="FOLLOW_UP",
        made_on=local_date(r.occurred_at),
        result=e.follow_up_ground,
        child_seen=e.child_seen,
        visit_notes=e.follow_up_finding,
    )


def _visit(r: Recorded, **values: object) -> Write:
    return insert(
        VisitRow,
        event_id=r.event_id,
        child_id=r.stream_id,
        made_by_id=r.stamp.by.person_id,
        is_disavowed=False,
        **values,
    )


# ── Tier


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
    yield change(
        ChildRow,
        {"child_id": r.stream_id},
        tier_reasons=_said(e, e.tier_reasons),
        sealed_tier_reasons=_said(e, e.sealed_tier_reasons) if e.sealed_tier_reasons else None,
    )


def _said(e: TierTold, reasons: Iterable[TierReason]) -> Any:
    """The scale, and what speaks for the tier on it."""
    return msgspec.to_builtins(
        {
            "scale": f"{e.scale_id}@{e.scale_version}",
            "reasons": [
                {
                    "rule": reason.rule_id,
                    "factor": reason.factor,
                    "category": reason.category,
                    "event": reason.event_id,
                    "clauses": reason.clauses,
                    "deciding": reason.deciding,
                }
                for reason in reasons
            ],
        }
    )
