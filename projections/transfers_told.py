"""移送的查阅 · Who may look at what while it is being handed over, and afterwards (D.9, scenario 17 line 13).

Before the receipt the unit it was sent to sees the fields of the transfer, for as long as it waits; with the receipt
the sender's own standing ends, and it may look at what it sent for a while, and no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.case.closing import CaseClosed
from domain.case.further_reports import CaseJoined
from domain.case.intake import ReportFoundUnfounded
from domain.case.state import OPEN_OR_FOLLOWED, Case
from domain.case.transfer import (
    CaseReceived,
    CaseTransferDecided,
    CaseTransferredOut,
    CaseTransferRefused,
    CaseTransferWithdrawn,
)
from domain.child.closing import DuplicateFileMerged, FileClosed, FileReopened
from domain.child.corrections import EventDisavowed
from domain.child.state import Child
from domain.child.transfer import (
    FileReceived,
    FileTransferredOut,
    FileTransferRefused,
    FileTransferWithdrawn,
)
from domain.divisions import Divisions
from domain.kernel import Event
from domain.periods import local_date
from domain.sensitivity import P0, P1, P2, P3
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections import at_rest
from projections.due import end_of
from projections.grants import Grant, ended, opened
from projections.kernel import Projection, sql
from projections.relations import refresh

transfers = Projection("transfer", zh="移送", en="Transfers")

TASK_FIELDS = (P0, P1, P2, P3)
"""Who the child is, what was handed over, and the coordination around it."""
WAITS = timedelta(days=3_650)
"""The grant ends with the answer; however late that comes, somebody can give it."""


@transfers.on(CaseTransferredOut, FileTransferredOut)
def sent(r: Recorded, e: Any) -> Iterator[Write]:
    """The receiving unit may look at the transfer, on the case and on the child it is about."""
    yield from _looks(r, e.transfer_id, e.receiving_unit_id, r.recorded_at + WAITS)


@transfers.on(
    CaseTransferWithdrawn, FileTransferWithdrawn, FileTransferRefused, CaseTransferRefused
)
def over(r: Recorded, e: Any) -> Iterator[Write]:
    """Nothing is left to answer."""
    yield ended(r, _reason(e.transfer_id))


@transfers.on(CaseTransferDecided)
def decided(r: Recorded, e: CaseTransferDecided) -> Iterator[Write]:
    """However it was decided, the grant of the proposal is over."""
    yield ended(r, _reason(e.transfer_id))


@transfers.on(CaseReceived, FileReceived)
def received(r: Recorded, e: Any) -> Iterator[Write]:
    """The sender leaves; what still stands is told by the state."""
    yield ended(r, _reason(e.transfer_id))
    case = f"case:{r.stream_id}"
    for subject_id in (r.stream_id, *r.concerns):
        yield sql(
            "delete from access_relation where subject_id = %(subject)s and (reason like 'child:%%' "
            "or (token = %(sender)s and reason in ('addressed', %(case)s)))",
            subject=subject_id,
            sender=f"T:{e.sending_unit_id}",
            case=case,
        )
        if r.stream == "case":
            yield _placed_elsewhere(r, subject_id, e.to_division)
        yield from refresh(subject_id)
    for unit_id in dict.fromkeys((e.sending_unit_id, _who_sent(r) or e.sending_unit_id)):
        yield from _looks(r, e.transfer_id, unit_id, end_of(e.look_back_until))


def _placed_elsewhere(r: Recorded, subject_id: UUID, place: str) -> Write:
    """Whoever had to place the child where the case was is out; civil affairs of the new place are in for them."""
    return sql(
        "with gone as (delete from access_relation a using unit u where a.subject_id = %(subject)s "
        "and a.reason = 'placing' and a.token = 'T:' || u.unit_id "
        "and not u.division_id = any(%(path)s::text[]) returning u.kind) "
        "insert into access_relation (subject_id, token, reason, event_id) "
        "select %(subject)s, 'T:' || n.unit_id, 'placing', %(event)s from unit n "
        "where n.kind = 'DISTRICT_CIVIL_AFFAIRS' and n.division_id = any(%(path)s::text[]) "
        "and exists (select from gone where gone.kind = n.kind) on conflict do nothing",
        subject=subject_id,
        path=list(Divisions.load().path(place, local_date(r.occurred_at))),
        event=r.event_id,
    )


def _who_sent(r: Recorded) -> UUID | None:
    """Who put the transfer, where that was not the unit in charge: civil affairs for their township."""
    case = r.before
    waiting = case.transfer if isinstance(case, Case) else None
    return waiting.sent_by_unit_id if waiting else None


@transfers.on(CaseClosed, CaseJoined, ReportFoundUnfounded)
def case_over(r: Recorded, _event: Event[Any]) -> Iterator[Write]:
    """With the case, and whoever is looked after in it, ends what was to be received."""
    case = r.after
    if isinstance(case, Case) and case.transfer is not None and not OPEN_OR_FOLLOWED.holds(case):
        yield ended(r, _reason(case.transfer.transfer_id))


@transfers.on(FileClosed, DuplicateFileMerged, FileReopened, EventDisavowed)
def file_rests(r: Recorded, _event: Event[Any]) -> Iterator[Write]:
    """So with a file, until that is reopened."""
    transfer = r.after.file.transfer if isinstance(r.after, Child) else None
    if transfer is None:
        return
    if at_rest.is_closed(r.after) and not at_rest.is_closed(r.before):
        yield ended(r, _reason(transfer.transfer_id))
    elif at_rest.reopened(r):
        yield from _looks(
            r, transfer.transfer_id, transfer.receiving_unit_id, r.recorded_at + WAITS
        )


def _looks(r: Recorded, transfer_id: UUID, unit_id: UUID, until: datetime) -> Iterator[Write]:
    grant = Grant(
        relation="referral",
        holders=(unit_id,),
        until=until,
        reason=_reason(transfer_id),
        classes=TASK_FIELDS,
    )
    yield from opened(r, grant, dict.fromkeys((r.stream_id, *r.concerns)))


def _reason(transfer_id: UUID) -> str:
    return f"transfer:{transfer_id}"
