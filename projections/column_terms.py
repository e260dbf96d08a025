"""取值 · Whose codes a column holds: the vocabularies by which a front end says a code in words.

A column of the name of an event's field holds what that field holds; the others are told here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from domain.case.report_state import Stage
from domain.child.care_state import EntrustedCareStatus
from domain.child.entitlement_state import EntitlementStatus
from domain.child.file_state import FileStatus
from domain.child.school_state import Schooling
from domain.fields import FieldSpec, types_in
from domain.kernel import EVENTS
from domain.labels import Term
from domain.rules_in_force import Basis
from domain.sensitivity import Sensitivity
from domain.terms.access import AccessPurpose, AccessReview, MatterKind
from domain.terms.care import CareConcern
from domain.terms.emergency import EmergencyDuty
from domain.terms.file import CategoryCode, FileSection, KeyTargetGround, SectionOnRecord
from domain.terms.intervention import Applicant, Ground, RevocationStage
from domain.terms.oversight import UnitDuty
from domain.terms.placement import PlacementKind, PlacementStatus
from domain.terms.plan import ItemStatus, PlanField
from domain.terms.reports import ReportProgress
from domain.terms.school import PairingKind, ReportAddressee
from domain.terms.units import UnitKind
from domain.terms.visits import (
    FollowUpGround,
    VisitContactChannel,
    VisitContactResult,
    VisitContactWith,
    VisitPresent,
)
from projections.readmodel import ReadModel


class TaskStatus(Term):
    """任务状态 · How far a task is; one that is over is in no queue."""

    CREATED = "CREATED", "待接受", "Not accepted yet"
    ACCEPTED = "ACCEPTED", "已接受", "Accepted"
    IN_PROGRESS = "IN_PROGRESS", "办理中", "In progress"
    ESCALATED = "ESCALATED", "已升级", "Gone up a level"
    COMPLETED = "COMPLETED", "已办结", "Done"
    ENDED = "ENDED", "已终止", "Ended without being done"
    REFUSED = "REFUSED", "已拒绝", "Refused"


class VisitKind(Term):
    """走访种类 · Contact, visit and follow-up of a child, in one list."""

    CONTACT = "CONTACT", "联系", "Contact"
    HOME_VISIT = "HOME_VISIT", "入户走访", "Home visit"
    FOLLOW_UP = "FOLLOW_UP", "跟踪回访", "Follow-up visit"


class MatterStatus(Term):
    """查阅事项状态 · How far a matter of access is."""

    OPEN = "OPEN", "办理中", "Open"
    APPROVED = "APPROVED", "已批准", "Approved"
    REVIEWED = "REVIEWED", "已复核", "Reviewed"
    ENDED = "ENDED", "已终止", "Ended"
    ERASED = "ERASED", "已销毁", "Erased"


class ObligationStatus(Term):
    """机构义务状态 · How a unit's duty of a period stands."""

    OPEN = "OPEN", "未完成", "Open"
    FULFILLED = "FULFILLED", "已完成", "Met"
    MISSED = "MISSED", "逾期未完成", "Missed"


TIER = "Tier"
"""The vocabulary of risk tiers: told by the scale, which is a rule pack."""
STREAM = "Stream"
"""The vocabulary of streams: what each is called is declared with it."""
DUE_BASIS = "DueBasis"
"""The vocabulary of what a due time rests on: told by the queues and the catalogue of parameters."""
TOLD_ELSEWHERE = {
    "tier": TIER,
    "proposed_tier": TIER,
    "cause_stream": STREAM,
    "due_basis": DUE_BASIS,
}
"""Columns whose codes no ``Term`` declares, whatever their table."""
COLUMN_TERMS: Mapping[str, tuple[type[Term], ...]] = {
    "access_grant.classes": (Sensitivity,),
    "access_order.order_kind": (MatterKind,),
    "access_order.order_purpose": (AccessPurpose,),
    "access_order.order_status": (MatterStatus,),
    "access_order.review_outcome": (AccessReview,),
    "case_file.basis": (Basis,),
    "case_file.open_duties": (EmergencyDuty,),
    "case_file.report_progress": (ReportProgress,),
    "case_file.stage": (Stage,),
    "child.categories": (CategoryCode,),
    "child.file_status": (FileStatus,),
    "child.key_targets": (KeyTargetGround,),
    "child.sections_kept": (FileSection, SectionOnRecord),
    "entitlement.status": (EntitlementStatus,),
    "entrusted_care.concern": (CareConcern,),
    "entrusted_care.status": (EntrustedCareStatus,),
    "obligation.duty_code": (UnitDuty,),
    "obligation.status": (ObligationStatus,),
    "placement.kind": (PlacementKind,),
    "placement.status": (PlacementStatus,),
    "plan_item.item_status": (ItemStatus,),
    "plan_item.plan_field": (PlanField,),
    "revocation.applicants_declined": (Applicant,),
    "revocation.applicants_told": (Applicant,),
    "revocation.grounds": (Ground,),
    "revocation.revocation_stage": (RevocationStage,),
    "schooling.acknowledged_by": (ReportAddressee,),
    "schooling.paired_kinds": (PairingKind,),
    "schooling.pairing_due": (PairingKind,),
    "schooling.schooling": (Schooling,),
    "unit.kind": (UnitKind,),
    "visit.channel": (VisitContactChannel,),
    "visit.kind": (VisitKind,),
    "visit.people_met": (VisitContactWith, VisitPresent),
    "visit.result": (VisitContactResult, FollowUpGround),
    "work_item.existence": (Sensitivity,),
    "work_item.status": (TaskStatus,),
}
"""Where the name alone does not say it."""


@cache
def by_field() -> Mapping[str, tuple[type[Term], ...]]:
    """The vocabularies of the fields of events, by name."""
    found = defaultdict[str, set[type[Term]]](set)
    for event in EVENTS.values():
        for spec in event.specs:
            inside = types_in(spec.type)
            found[spec.name] |= {t for t in inside if isinstance(t, type) and issubclass(t, Term)}
    return {name: tuple(sorted(terms, key=lambda t: t.__name__)) for name, terms in found.items()}


def vocabularies_of(model: type[ReadModel], spec: FieldSpec) -> tuple[str, ...]:
    """The names of the vocabularies a column holds codes of; none where it holds words, ids or other codes."""
    if str not in types_in(spec.type):
        return ()
    if spec.name in TOLD_ELSEWHERE:
        return (TOLD_ELSEWHERE[spec.name],)
    known = COLUMN_TERMS.get(f"{model.table}.{spec.name}") or by_field().get(spec.name, ())
    return tuple(term.__name__ for term in known)
