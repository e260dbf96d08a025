"""审计 · Audit orders: a case is read for a purpose and a time; protected values need two people (A.1 AUD).

The order is open to the one auditor it names. Justice and protection-critical values (P5, P6) open when another person
has approved it too. What is taken out of the platform is a fact of its own: scope, hash, recipient.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from domain.access.state import AUDIT_ORDER, AccessOrder, Audit
from domain.capacity import post_of
from domain.case.state import Case
from domain.child.state import Child
from domain.codec import says_more
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import SHANGHAI, local_date
from domain.replacing import replace
from domain.sensitivity import P0, P2
from domain.terms.access import MatterKind
from domain.terms.places import DivisionId

name_fields(
    case_id=("个案", "Case"),
    audited_children=("所涉儿童", "Children concerned"),
    auditor_assignment_id=("审计岗位", "Capacity of the auditor"),
    audit_until_on=("审计截止日期", "Audit until"),
    audit_purpose=("审计事由", "Why it is audited"),
    audited_from_on=("审计期间起日", "Audited from"),
    audited_to_on=("审计期间止日", "Audited to"),
    approved_by_id=("批准人", "Approved by"),
    audit_end_reason=("结束理由", "Why it ends"),
    export_scope=("导出范围", "Scope of the export"),
    export_hash=("导出文件摘要", "Hash of the export"),
    export_recipient=("导出接收方", "Recipient of the export"),
)

ACCOUNTABLE = ("SH2020-5.4-e", "SH2020-5.4-h", "CQ2016-6.3-d")
AUDIT_WHAT = Refusal(
    "audit_needs_subject", zh="须指明一个个案或一名儿童", en="Name one case or one child"
)
AUDIT_PURPOSE_MISSING = Refusal("audit_purpose_missing", zh="须写明审计事由", en="Say why")
AUDIT_TOO_LONG = Refusal(
    "audit_period_invalid",
    zh="审计期限须在今天之后且不超过最长期限",
    en="The audit ends after today and within the longest time an order may run",
)
AUDITED_BACKWARDS = Refusal(
    "audited_period_backwards",
    zh="审计期间的止日不得早于起日",
    en="The period audited does not end before it begins",
)
ANOTHER_APPROVES = Refusal(
    "second_approval_by_another",
    zh="二次批准须由另一人作出",
    en="The second approval is another person's",
)
APPROVED_ALREADY = Refusal("audit_approved_already", zh="已二次批准", en="It is approved already")
AUDIT_OVER = Refusal("audit_order_over", zh="审计令已结束", en="The order is over")
NOT_YOUR_ORDER = Refusal(
    "not_your_audit_order", zh="非本人的审计令", en="It is another auditor's order"
)


class AuditOrderOpened(
    Event[AccessOrder],
    name="access.audit_order_opened",
    zh="审计令已开立",
    en="Audit order opened",
    version=2,
):
    """``audited_from_on``, ``audited_to_on``: what happened, stood or was recorded between them is open, nothing else.

    Orders of before had no such period: they opened everything.
    """

    child_id: Annotated[UUID | None, P0] = None
    case_id: Annotated[UUID | None, P0] = None
    audited_children: Annotated[tuple[UUID, ...], P0] = ()
    auditor_assignment_id: Annotated[UUID, P0]
    audit_purpose: Annotated[str, P2]
    audited_from_on: Annotated[date | None, P2] = None
    audited_to_on: Annotated[date | None, P2] = None
    open_until: Annotated[datetime, P0]
    order_place: Annotated[DivisionId | None, P2] = None

    def evolve(self, state: AccessOrder) -> AccessOrder:
        audit = Audit(
            auditor_person_id=self.stamp.by.person_id if self.stamp else self.auditor_assignment_id,
            open_until=self.open_until,
        )
        return replace(
            state,
            kind=MatterKind.AUDIT,
            child_id=self.child_id,
            children=self.audited_children,
            place_id=self.order_place,
            audit=audit,
        )


# Before, an order named no period.
says_more("access.audit_order_opened", 1)


class OpenAuditOrder(
    Command[AccessOrder],
    name="access.open_audit_order",
    zh="开立审计令",
    en="Open an audit order",
    opens=True,
    needs=("child", "named_case"),
    clauses=ACCOUNTABLE,
):
    """One case with its children, or one child with its cases; what is of the period audited, both days included."""

    names_unseen = True

    audit_purpose: Annotated[str, P2]
    audit_until_on: Annotated[date, P2]
    audited_from_on: Annotated[date, P2]
    audited_to_on: Annotated[date, P2]
    child_id: Annotated[UUID | None, P0] = None
    case_id: Annotated[UUID | None, P0] = None

    def decide(self, _state: AccessOrder) -> Iterator[Event[AccessOrder]]:
        subject = self._subject()
        if not self.audit_purpose.strip():
            raise AUDIT_PURPOSE_MISSING(field="auditPurpose")
        today = local_date(self.at)
        last = today + timedelta(days=self.rules.days("audit_order_days"))
        if not today <= self.audit_until_on <= last:
            raise AUDIT_TOO_LONG(field="auditUntilOn")
        if self.audited_to_on < self.audited_from_on:
            raise AUDITED_BACKWARDS(field="auditedToOn")
        yield AuditOrderOpened.of(
            self,
            audited_children=subject.concerns,
            auditor_assignment_id=post_of(self.by),
            open_until=datetime.combine(self.audit_until_on, time(23, 59, 59), SHANGHAI),
            order_place=subject.place,
        )

    def _subject(self) -> Case | Child:
        named = self.child_id or self.case_id
        if named is None or (self.child_id and self.case_id):
            raise AUDIT_WHAT(field="caseId")
        subject = self.linked.get(named)
        if not isinstance(subject, Case | Child) or not subject.version:
            raise AUDIT_WHAT(field="childId" if self.child_id else "caseId")
        return subject


class AuditOrderApproved(
    Event[AccessOrder],
    name="access.audit_order_approved",
    zh="审计令已二次批准",
    en="Audit order approved twice",
):
    approved_by_id: Annotated[UUID, P2]

    def evolve(self, state: AccessOrder) -> AccessOrder:
        if state.audit is None:
            return state
        return replace(state, audit=replace(state.audit, approved_by_id=self.approved_by_id))


class ApproveAuditOrder(
    Command[AccessOrder],
    name="access.approve_audit_order",
    zh="二次批准审计令",
    en="Approve an audit order a second time",
    when=AUDIT_ORDER,
    clauses=ACCOUNTABLE,
):
    """Opens reporter identity, evidence references, placement address and custody answers to the auditor (A.2)."""

    def decide(self, state: AccessOrder) -> Iterator[Event[AccessOrder]]:
        audit = _running(self, state)
        if audit.auditor_person_id == self.by.person_id:
            raise ANOTHER_APPROVES()  # noqa: RSE102 - a refusal makes its exception
        if audit.approved_by_id is not None:
            raise APPROVED_ALREADY()  # noqa: RSE102 - a refusal makes its exception
        yield AuditOrderApproved(approved_by_id=self.by.person_id)


class AuditOrderEnded(
    Event[AccessOrder], name="access.audit_order_ended", zh="审计令已结束", en="Audit order ended"
):
    audit_end_reason: Annotated[str | None, P2] = None

    def evolve(self, state: AccessOrder) -> AccessOrder:
        if state.audit is None:
            return state
        return replace(state, audit=replace(state.audit, ended=True))


class EndAuditOrder(
    Command[AccessOrder],
    name="access.end_audit_order",
    zh="结束审计令",
    en="End an audit order",
    when=AUDIT_ORDER,
    clauses=ACCOUNTABLE,
):
    """Everything it opened is closed with this very fact."""

    audit_end_reason: Annotated[str | None, P2] = None

    def decide(self, state: AccessOrder) -> Iterator[Event[AccessOrder]]:
        _running(self, state)
        yield AuditOrderEnded.of(self)


class NoteAuditOrderOver(
    Command[AccessOrder],
    name="access.note_audit_order_over",
    zh="审计令到期",
    en="Note that an audit order is over",
    when=AUDIT_ORDER,
    clauses=ACCOUNTABLE,
    by_system=True,
):
    """Put by the clock when its time is over: what it opened is closed already, and now on record as ended."""

    def decide(self, state: AccessOrder) -> Iterator[Event[AccessOrder]]:
        audit = state.audit
        if audit is not None and not audit.ended and self.at >= audit.open_until:
            yield AuditOrderEnded()


class TimelineExported(
    Event[AccessOrder], name="access.timeline_exported", zh="时间线已导出", en="Timeline exported"
):
    """``export_hash``: SHA-256 of the file as it left, in hex; its watermark names this event's command."""

    export_scope: Annotated[str, P2]
    export_hash: Annotated[str, P2]
    export_recipient: Annotated[str, P2]


class RecordTimelineExport(
    Command[AccessOrder],
    name="access.record_timeline_export",
    zh="登记时间线导出",
    en="Record the export of a timeline",
    when=AUDIT_ORDER,
    clauses=("SH2024-4.3-c",),
    by_system=True,
):
    """Put by the platform with the export it makes: no file leaves unrecorded."""

    export_scope: Annotated[str, P2]
    export_hash: Annotated[str, P2]
    export_recipient: Annotated[str, P2]

    def decide(self, state: AccessOrder) -> Iterator[Event[AccessOrder]]:
        audit = _running(self, state)
        if audit.auditor_person_id != self.by.person_id:
            raise NOT_YOUR_ORDER()  # noqa: RSE102 - a refusal makes its exception
        yield TimelineExported.of(self)


def _running(command: Command[AccessOrder], state: AccessOrder) -> Audit:
    """The order, if it still runs."""
    audit = state.audit
    assert audit is not None
    if audit.ended or command.at >= audit.open_until:
        raise AUDIT_OVER()  # noqa: RSE102 - a refusal makes its exception
    return audit
