"""照料明细 · Who looks after the child: the entrusted carer (D.4), the carer in fact, the household."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from domain.child.care_state import EntrustedCareStatus
from domain.child.corrections import EventDisavowed
from domain.child.entrusted_care import (
    EntrustedCareAgreementSigned,
    EntrustedCarerDesignated,
)
from domain.child.entrusted_concerns import EntrustedCareConcernRaised, EntrustedCarerSupported
from domain.child.entrusted_supervision import EntrustedCareSupervised
from domain.child.household import CareArrangementRecorded, HouseholdRecorded
from domain.child.state import Child
from domain.kernel import Event
from domain.periods import local_date
from domain.risk import RiskFactor
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.child import CareArrangementRow, EntrustedCareRow, HouseholdRow
from projections.kernel import Projection, change, upsert

care = Projection("care_details", zh="照料明细", en="Care of children")


NOBODY: dict[str, Any] = dict.fromkeys(
    s.name for s in EntrustedCareRow.specs if s.name not in {"child_id", "status"}
)


CARER = ("carer_id", "carer_name", "carer_relation", "carer_phone", "designated_on")


@care.on_state(Child)
def entrusted_care(r: Recorded, _event: Event[Any]) -> Iterator[Write]:
    """How far the entrusted care has come (D.4), as the state says. The last carer stays visible, as ended."""
    child = r.after
    if not isinstance(child, Child):
        return
    status = child.care.entrusted
    if status is EntrustedCareStatus.NONE:
        if not _had_none(r):
            yield change(EntrustedCareRow, {"child_id": r.stream_id}, status=status)
    elif status is EntrustedCareStatus.NEEDED:
        yield upsert(EntrustedCareRow, child_id=r.stream_id, status=status, **NOBODY)
    else:
        yield upsert(EntrustedCareRow, child_id=r.stream_id, status=status)


def _had_none(r: Recorded) -> bool:
    """Whether there was none before either, and only one event in between, which therefore told of none."""
    before = r.before
    if not isinstance(before, Child) or before.version != r.version - 1:
        return False
    return before.care.entrusted is EntrustedCareStatus.NONE


@care.on(EntrustedCarerDesignated)
def designated(r: Recorded, e: EntrustedCarerDesignated) -> Iterator[Write]:
    """The carer of now; a replacement is told by the designation that comes with it."""
    yield upsert(
        EntrustedCareRow,
        child_id=r.stream_id,
        status=EntrustedCareStatus.DESIGNATED,
        carer_id=e.carer_id,
        carer_name=e.carer_name,
        carer_relation=e.carer_relation,
        carer_phone=e.carer_phone,
        designated_on=local_date(r.occurred_at),
        agreement_due_on=e.agreement_due_on,
        agreement_signed_on=None,
        supervised_on=None,
        supervision_due_on=e.supervision_due_on,
        concern=None,
    )


@care.on(EntrustedCareAgreementSigned)
def signed(r: Recorded, e: EntrustedCareAgreementSigned) -> Iterator[Write]:
    """The agreement of this carer."""
    yield _care(
        r,
        agreement_signed_on=e.signed_on,
        agreement_due_on=None,
        supervision_due_on=e.supervision_due_on,
    )


@care.on(EntrustedCareSupervised)
def supervised(r: Recorded, e: EntrustedCareSupervised) -> Iterator[Write]:
    """Looked after by the committee, and when again."""
    yield _care(r, supervised_on=local_date(r.occurred_at), supervision_due_on=e.supervision_due_on)


@care.on(EntrustedCareConcernRaised)
def concern(r: Recorded, e: EntrustedCareConcernRaised) -> Iterator[Write]:
    """What is wrong, by its kind."""
    yield _care(r, concern=e.care_concern)


@care.on(EntrustedCarerSupported)
def supported(r: Recorded, e: EntrustedCarerSupported) -> Iterator[Write]:
    """Helped and kept: the concern is settled."""
    yield _care(r, concern=None, supervision_due_on=e.supervision_due_on)


@care.on(EventDisavowed)
def disavowed(r: Recorded, e: EventDisavowed) -> Iterator[Write]:
    """The carer of before, with whom nothing is agreed that was agreed with another; or the same, unburdened."""
    now = e.care_again
    if now is None:
        return
    child, before = r.after, r.before
    assert isinstance(child, Child)
    known = isinstance(before, Child) and before.care.carer_id == now.carer_id
    values: dict[str, Any] = {} if known else dict(NOBODY)
    values |= {n: getattr(now, n) for n in CARER}
    if child.facts.find(RiskFactor.RF_17) is None:
        values["concern"] = None
    if not now.agreement_signed:
        values["agreement_signed_on"] = None
    yield _care(r, **values)


def _care(r: Recorded, **values: object) -> Write:
    return change(EntrustedCareRow, {"child_id": r.stream_id}, **values)


@care.on(CareArrangementRecorded)
def arranged(r: Recorded, e: CareArrangementRecorded) -> Iterator[Write]:
    """How the child is cared for, and by whom in fact."""
    yield upsert(
        CareArrangementRow,
        child_id=r.stream_id,
        arrangement=e.arrangement,
        arrangement_from_on=e.arrangement_from_on,
        actual_carer_name=e.actual_carer_name,
        actual_carer_relation=e.actual_carer_relation,
        actual_carer_phone=e.actual_carer_phone,
    )


@care.on(HouseholdRecorded)
def household(r: Recorded, e: HouseholdRecorded) -> Iterator[Write]:
    """The household as last recorded; hardship as it stands, where the record is silent about it."""
    poor = e.hardship_found
    if poor is None:
        poor = isinstance(r.after, Child) and r.after.file.hardship_event is not None
    members = [
        {"name": m.member_name, "relation": m.member_relation, "employment": m.member_employment}
        for m in e.household_members
    ]
    yield upsert(
        HouseholdRow,
        child_id=r.stream_id,
        recorded_on=local_date(r.occurred_at),
        household_size=e.household_size,
        household_means=e.household_means,
        housing=e.housing,
        hardship_found=poor,
        members={"members": msgspec.to_builtins(members)},
        household_note=e.household_note,
    )
