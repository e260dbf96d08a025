"""申请撤销监护人资格 · The application to the court, and civil affairs as the last to apply (SH2020-4.4-j).

The lists of all three texts end with 等: an applicant of another kind is recorded as OTHER with the legal basis
and shown to the court as such. The platform rejects no application; the court decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from domain.case.intervention import INTERVENING, UNKNOWN_REVOCATION
from domain.case.intervention_state import Revocation
from domain.case.past_care import needs_no_guardian, of_age_on
from domain.case.report_routing import unit_at
from domain.case.revocation_applicants import (
    file_of,
    kinds_of,
    modality_of,
    must_be_guardian,
    rules_for,
)
from domain.case.revocation_notice import APPLICANT_NAME_MISSING
from domain.case.state import Case
from domain.codec import says_more
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.rulebook import Rules
from domain.sensitivity import P0, P1, P2, P4_INJURY, P5, P5_OUTCOME
from domain.terms.intervention import Applicant, Ground, Modality, RevocationStage
from domain.terms.units import UnitKind

name_fields(
    waited_days=("已等待天数", "Days waited"),
    not_applied=("未申请的主体", "Who did not apply"),
    application_id=("撤销申请", "Application"),
    applicant_declared=("申请人自述类别", "Kind as declared"),
    flagged_for_court=("提请法院审查申请资格", "The court is to look at the standing"),
    court_name=("受理法院", "Court"),
    court_unit_id=("受理法院机构", "The court's unit"),
    application_reference=("申请(立案)文号", "Reference of the application"),
    grounds_applied=("申请所据情形", "Grounds applied on"),
)

STANDING_LAW_MISSING = Refusal(
    "standing_law_missing",
    zh="文件未列明的申请主体须写明法律依据",
    en="An applicant no text names gives the legal basis of the application",
)
ALREADY_REVOKED = Refusal(
    "guardianship_already_revoked",
    zh="监护人资格已撤销",
    en="The guardianship is revoked already",
)
COURT_MISSING = Refusal("court_missing", zh="须写明受理法院", en="Name the court")
GUARDIAN_TO_REVOKE_MISSING = Refusal(
    "guardian_to_revoke_missing",
    zh="须指明撤销事项或监护人",
    en="Name the revocation or the guardian",
)
_DECIDED = frozenset({RevocationStage.REVOKED, RevocationStage.NEW_GUARDIAN})


class CivilAffairsFallbackTriggered(
    Event[Case],
    name="case.civil_affairs_fallback_triggered",
    zh="民政兜底申请",
    en="Civil affairs must apply",
):
    """Nobody applied in time: from now on 应当, a duty of district civil affairs (SH2020-4.4-j)."""

    revocation_id: Annotated[UUID, P0]
    child_id: Annotated[UUID, P2]
    waited_days: Annotated[int, P2]
    not_applied: Annotated[tuple[Applicant, ...], P2]
    modality: Annotated[Modality, P2] = Modality.SHALL
    application_by: Annotated[date, P2]
    civil_affairs_unit_id: Annotated[UUID | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """The fallback is due."""
        revocation = case.intervention.revocation(self.revocation_id)
        if revocation is None or revocation.stage is not RevocationStage.AWAIT_APPLICATION:
            return case
        due = replace(revocation, stage=RevocationStage.FALLBACK_DUE)
        return replace(case, intervention=case.intervention.put(due))


class TriggerCivilAffairsFallback(
    Command[Case],
    name="case.trigger_civil_affairs_fallback",
    zh="触发民政兜底申请",
    en="Trigger the fallback of civil affairs",
    by_system=True,
    needs=("child",),
    clauses=("SH2020-4.4-j",),
):
    """Put by the clock once the day of ``fallback_on`` is over."""

    revocation_id: Annotated[UUID, P0]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Nothing where somebody applied, it was said, the day is not over, or the child needs no guardian."""
        revocation, today = case.intervention.revocation(self.revocation_id), local_date(self.at)
        if revocation is None or revocation.stage is not RevocationStage.AWAIT_APPLICATION:
            return
        if revocation.fallback_on is None or today <= revocation.fallback_on:
            return
        waited = self.rules.days("revocation_fallback_days")
        days = self.rules.days("revocation_application_days")
        others = (t.kind for t in revocation.told if t.kind is not Applicant.CIVIL_AFFAIRS)
        file = self.linked.get(revocation.child_id)
        if needs_no_guardian(file, self.rules, today):
            return
        place = file.place if file is not None else None
        yield CivilAffairsFallbackTriggered(
            revocation_id=revocation.revocation_id,
            child_id=revocation.child_id,
            waited_days=waited + (today - revocation.fallback_on).days,
            not_applied=tuple(dict.fromkeys(others)),
            application_by=today + timedelta(days=days),
            civil_affairs_unit_id=unit_at(
                self, UnitKind.DISTRICT_CIVIL_AFFAIRS, place or case.place
            ),
        )


class RevocationApplicationFiled(
    Event[Case],
    name="case.revocation_application_filed",
    zh="申请撤销监护人资格",
    en="Application to revoke filed",
    version=2,
):
    """In court. The placement of that day is linked to the court file (SH2020-4.4-h)."""

    revocation_id: Annotated[UUID, P0]
    application_id: Annotated[UUID, P0]
    child_id: Annotated[UUID, P2]
    guardian_id: Annotated[UUID, P5_OUTCOME]
    applicant: Annotated[Applicant, P2]
    applicant_declared: Annotated[Applicant, P2]
    applicant_name: Annotated[str | None, P1] = None
    applicant_unit_id: Annotated[UUID | None, P2] = None
    legal_basis: Annotated[str | None, P5] = None
    flagged_for_court: Annotated[bool, P2] = False
    modality: Annotated[Modality, P2]
    grounds_applied: Annotated[tuple[Ground, ...], P4_INJURY] = ()
    court_name: Annotated[str, P5]
    court_unit_id: Annotated[UUID | None, P2] = None
    application_reference: Annotated[str | None, P5] = None
    placement_id: Annotated[UUID | None, P0] = None
    of_age_on: Annotated[date | None, P1] = None

    def evolve(self, case: Case) -> Case:
        """Several may apply; the first brings it to court."""
        known = case.intervention.revocation(self.revocation_id) or Revocation(
            revocation_id=self.revocation_id,
            child_id=self.child_id,
            guardian_id=self.guardian_id,
        )
        filed = replace(
            known,
            stage=RevocationStage.IN_COURT,
            applications=(*known.applications, self.application_id),
            of_age_on=self.of_age_on,
            lapsed_at=None,
        )
        return replace(case, intervention=case.intervention.put(filed))


# At first nothing told whether there was a child to be placed.
says_more("case.revocation_application_filed", 1)


class FileRevocationApplication(
    Command[Case],
    name="case.file_revocation_application",
    zh="申请撤销监护人资格",
    en="File an application to revoke",
    when=INTERVENING,
    needs=("child",),
    clauses=(
        "SH2020-4.4-g",
        "SH2020-4.4-h",
        "SH2020-4.4-j",
        "CQ2016-4.4-g",
        "CN2017-4.4.3-h",
    ),
):
    """By the applicant, or entered by civil affairs; also where no ground was established here."""

    revocation_id: Annotated[UUID | None, P0] = None
    child_id: Annotated[UUID | None, P2] = None
    guardian_id: Annotated[UUID | None, P5_OUTCOME] = None
    applicant: Annotated[Applicant, P2]
    applicant_name: Annotated[str | None, P1] = None
    applicant_unit_id: Annotated[UUID | None, P2] = None
    legal_basis: Annotated[str | None, P5] = None
    court_name: Annotated[str, P5]
    court_unit_id: Annotated[UUID | None, P2] = None
    application_reference: Annotated[str | None, P5] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """向人民法院申请: by anybody; whom no text names shows the law."""
        revocation = self._revocation(case)
        file = file_of(self, case, revocation.child_id)
        rules = rules_for(self, file)
        listed = self.applicant in kinds_of(rules)
        self._is_whole(listed=listed)
        placement = case.placement.running(revocation.child_id)
        place = file.place or case.place
        yield RevocationApplicationFiled.of(
            self,
            revocation_id=revocation.revocation_id,
            application_id=self.new_id("application"),
            child_id=revocation.child_id,
            guardian_id=revocation.guardian_id,
            applicant=self.applicant if listed else Applicant.OTHER,
            applicant_declared=self.applicant,
            flagged_for_court=not listed,
            modality=self._modality(revocation, rules),
            grounds_applied=tuple(ground for ground, _ in revocation.grounds),
            court_unit_id=self.court_unit_id or unit_at(self, UnitKind.COURT, place),
            placement_id=placement.placement_id if placement else None,
            of_age_on=of_age_on(file, rules),
        )

    def _is_whole(self, *, listed: bool) -> None:
        if self.applicant_unit_id is None and not (self.applicant_name or "").strip():
            raise APPLICANT_NAME_MISSING(field="applicantName")
        if not self.court_name.strip():
            raise COURT_MISSING(field="courtName")
        if not listed and not (self.legal_basis or "").strip():
            cite = self.rules.cite("revocation_applicants")
            raise STANDING_LAW_MISSING(cite=cite, field="legalBasis")

    def _modality(self, revocation: Revocation, rules: Rules) -> Modality:
        due = revocation.stage is RevocationStage.FALLBACK_DUE
        if due and self.applicant is Applicant.CIVIL_AFFAIRS:
            return Modality.SHALL
        return modality_of(rules)

    def _revocation(self, case: Case) -> Revocation:
        """The process meant, or a new one; after a denial one may apply anew."""
        known = self._named(case)
        if known is not None and known.stage in _DECIDED:
            raise ALREADY_REVOKED(field="revocationId")
        if known is not None and known.stage is not RevocationStage.DENIED:
            return known
        child_id = known.child_id if known else self.child_id
        guardian_id = known.guardian_id if known else self.guardian_id
        if guardian_id is None:
            raise GUARDIAN_TO_REVOKE_MISSING(field="guardianId")
        file = file_of(self, case, child_id)
        must_be_guardian(file, guardian_id, self.rules)
        revocation_id = self.new_id("revocation")
        return Revocation(revocation_id=revocation_id, child_id=file.id, guardian_id=guardian_id)

    def _named(self, case: Case) -> Revocation | None:
        if self.revocation_id is not None:
            known = case.intervention.revocation(self.revocation_id)
            if known is None:
                raise UNKNOWN_REVOCATION(field="revocationId")
            return known
        if self.guardian_id is None:
            return None
        return case.intervention.running(file_of(self, case, self.child_id).id, self.guardian_id)
