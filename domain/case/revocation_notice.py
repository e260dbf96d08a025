"""告知申请人 · Everybody who may or must apply is told, and says no where they do not (SH2020-4.4-g).

Where the text says 要 (CQ2016-4.4-g, CN2017-4.4.3-h) a refusal is kept and the duty stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from domain.case.intervention import INTERVENING, UNKNOWN_REVOCATION
from domain.case.intervention_state import ApplicantTold
from domain.case.revocation_applicants import APPLY, Eligible, file_of, modality_of, rules_for
from domain.case.state import Case
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.sensitivity import P0, P1, P2, P4
from domain.terms.intervention import Applicant, Modality, RevocationStage

name_fields(
    revocation_id=("撤销事项", "Revocation"),
    application_by=("申请时限", "Apply by"),
    notice_id=("告知事项", "Notice"),
    applicant=("申请主体类别", "Kind of applicant"),
    applicant_name=("申请人姓名(名称)", "Name of the applicant"),
    applicant_unit_id=("申请单位", "Applying unit"),
    applicant_guardian_id=("其他监护人", "Another guardian on file"),
    modality=("申请要求", "May or must"),
    application_decline_reason=("不申请的理由", "Why no application is made"),
)

UNKNOWN_NOTICE = Refusal(
    "unknown_notice", zh="没有告知过此申请人", en="Nobody was told by such a notice"
)
APPLICANT_NAME_MISSING = Refusal(
    "applicant_name_missing", zh="须写明申请人", en="Say who the applicant is"
)
_AWAITED = frozenset({RevocationStage.AWAIT_APPLICATION, RevocationStage.FALLBACK_DUE})


@dataclass(frozen=True, kw_only=True)
class Opened:
    """The revocation somebody is told of: may or must, and until when."""

    revocation_id: UUID
    child_id: UUID
    modality: Modality
    application_by: date


class RevocationApplicantNotified(
    Event[Case],
    name="case.revocation_applicant_notified",
    zh="告知申请人",
    en="Applicant notified",
):
    """Told that they may, or must, apply, and until when (Q-29)."""

    revocation_id: Annotated[UUID, P0]
    notice_id: Annotated[UUID, P0]
    child_id: Annotated[UUID, P2]
    applicant: Annotated[Applicant, P2]
    applicant_unit_id: Annotated[UUID | None, P2] = None
    applicant_guardian_id: Annotated[UUID | None, P2] = None
    applicant_name: Annotated[str | None, P1] = None
    modality: Annotated[Modality, P2]
    application_by: Annotated[date, P2]

    def evolve(self, case: Case) -> Case:
        """Told."""
        revocation = case.intervention.revocation(self.revocation_id)
        if revocation is None:
            return case
        told = ApplicantTold(
            notice_id=self.notice_id, kind=self.applicant, unit_id=self.applicant_unit_id
        )
        revocation = replace(revocation, told=(*revocation.told, told))
        return replace(case, intervention=case.intervention.put(revocation))


def told_to(
    command: Command[Case], revocation: Opened, one: Eligible, number: int
) -> RevocationApplicantNotified:
    """The notice to one who may apply."""
    return RevocationApplicantNotified(
        revocation_id=revocation.revocation_id,
        notice_id=command.new_id(f"notice/{number}"),
        child_id=revocation.child_id,
        applicant=one.kind,
        applicant_unit_id=one.unit_id,
        applicant_guardian_id=one.guardian_id,
        applicant_name=one.name,
        modality=revocation.modality,
        application_by=revocation.application_by,
    )


class NotifyRevocationApplicant(
    Command[Case],
    name="case.notify_revocation_applicant",
    zh="告知可申请撤销的人",
    en="Notify a further applicant",
    when=INTERVENING,
    needs=("child",),
    clauses=APPLY,
):
    """By civil affairs, to somebody found later; the lists end with 等, so any kind may be told."""

    revocation_id: Annotated[UUID, P0]
    applicant: Annotated[Applicant, P2]
    applicant_unit_id: Annotated[UUID | None, P2] = None
    applicant_name: Annotated[str | None, P1] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """While the revocation is open."""
        revocation = case.intervention.revocation(self.revocation_id)
        if revocation is None or not revocation.is_open:
            raise UNKNOWN_REVOCATION(field="revocationId")
        if self.applicant_unit_id is None and not (self.applicant_name or "").strip():
            raise APPLICANT_NAME_MISSING(field="applicantName")
        rules = rules_for(self, file_of(self, case, revocation.child_id))
        days = timedelta(days=rules.days("revocation_application_days"))
        yield RevocationApplicantNotified.of(
            self,
            notice_id=self.new_id("notice"),
            child_id=revocation.child_id,
            modality=modality_of(rules),
            application_by=local_date(self.occurred_at) + days,
        )


class RevocationApplicantDeclined(
    Event[Case], name="case.revocation_applicant_declined", zh="不申请", en="Applicant declined"
):
    """Kept with its reason; where the text says 要 the duty stays open all the same."""

    revocation_id: Annotated[UUID, P0]
    notice_id: Annotated[UUID, P0]
    applicant: Annotated[Applicant, P2]
    applicant_unit_id: Annotated[UUID | None, P2] = None
    modality: Annotated[Modality, P2]
    application_decline_reason: Annotated[str, P4]

    def evolve(self, case: Case) -> Case:
        """Said no."""
        revocation = case.intervention.revocation(self.revocation_id)
        if revocation is None:
            return case
        told = tuple(
            replace(t, declined=True) if t.notice_id == self.notice_id else t
            for t in revocation.told
        )
        revocation = replace(revocation, told=told)
        return replace(case, intervention=case.intervention.put(revocation))


class DeclineRevocationApplication(
    Command[Case],
    name="case.decline_revocation_application",
    zh="登记不申请撤销",
    en="Record that no application is made",
    when=INTERVENING,
    needs=("child",),
    clauses=APPLY,
):
    """By the unit told, or by civil affairs for a person."""

    revocation_id: Annotated[UUID, P0]
    notice_id: Annotated[UUID, P0]
    application_decline_reason: Annotated[str, P4]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Once, by one who was told, while an application is awaited."""
        revocation = case.intervention.revocation(self.revocation_id)
        if revocation is None or revocation.stage not in _AWAITED:
            raise UNKNOWN_REVOCATION(field="revocationId")
        told = revocation.notice(self.notice_id)
        if told is None:
            raise UNKNOWN_NOTICE(field="noticeId")
        if told.declined:
            return
        rules = rules_for(self, file_of(self, case, revocation.child_id))
        shall = revocation.stage is RevocationStage.FALLBACK_DUE
        last = shall and told.kind is Applicant.CIVIL_AFFAIRS
        modality = Modality.SHALL if last else modality_of(rules)
        yield RevocationApplicantDeclined.of(
            self, applicant=told.kind, applicant_unit_id=told.unit_id, modality=modality
        )
