"""监护人 · Guardians: who they are, where they are, whether they can (SH2020-1-b, SH2020-1-c, SH2020-2.2-a2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from domain.child.care_state import Guardian
from domain.child.entrusted_end import care_ended
from domain.child.places import known_place
from domain.child.standing import id_of, settled
from domain.child.state import ON_FILE, Child
from domain.codec import says_more
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3
from domain.terms.care import (
    PARENTS,
    AbsenceReason,
    CareEndReason,
    GuardianBasis,
    Industry,
    Kinship,
    LifeStatus,
)
from domain.terms.file import CategoryCode, HukouKind
from domain.terms.places import DivisionId

name_fields(
    guardian_id=("监护人", "Guardian"),
    guardian_name=("监护人姓名", "Guardian's name"),
    guardian_person_id=("监护人账号", "Guardian's account"),
    guardian_phone=("监护人电话", "Guardian's phone"),
    relation=("与儿童关系", "Relation to the child"),
    guardian_basis=("监护依据", "Basis of the guardianship"),
    basis_document=("依据文书", "Document of the basis"),
    life_status=("生存状况", "Whether living"),
    found_again=("重新找到", "Found again"),
    guardian_hukou=("监护人户籍地", "Guardian's hukou"),
    guardian_hukou_elsewhere=("监护人外省市户籍地", "Guardian's hukou in another province"),
    guardian_hukou_kind=("监护人户籍类型", "Kind of the guardian's hukou"),
    permit_number=("居住证号", "Residence permit"),
    permit_until=("居住证有效期至", "Residence permit valid until"),
    absence_reason=("外出原因", "Why away"),
    away_to=("外出地点", "Away to"),
    industry=("从事行业", "Industry"),
    employer_name=("用人单位", "Employer"),
    away_from_on=("外出日期", "Away from"),
    expected_back_on=("预计返回", "Expected back"),
    returned_on=("返回日期", "Returned on"),
    categories_in_question=("须复核类别", "Categories to review"),
)

UNKNOWN_GUARDIAN = Refusal(
    "unknown_guardian", zh="档案中没有该监护人", en="No such guardian is on file"
)
GUARDIAN_NAME_MISSING = Refusal(
    "guardian_name_missing", zh="须填写监护人姓名", en="The guardian's name is needed"
)
PARENT_ON_FILE = Refusal(
    "parent_already_on_file", zh="该父(母)已登记", en="This parent is on file already"
)
BASIS_MISSING = Refusal(
    "guardian_basis_missing",
    zh="父母以外的监护人须有法定依据",
    en="A guardian who is not a parent needs a legal basis",
)
ENTRUSTMENT_ONLY = Refusal(
    "entrustment_is_not_guardianship",
    zh="委托不产生监护权,请登记为受委托照护人",
    en="Entrustment gives no guardianship: record an entrusted carer",
)
STAYS_REVOKED = Refusal(
    "guardian_stays_revoked",
    zh="监护人资格已被撤销,恢复须登记人民法院的裁判",
    en="The qualification is revoked: record the judgment that restores it",
)
NOT_LIVING = Refusal(
    "guardian_not_living", zh="该监护人已死亡或失联", en="This guardian has died or cannot be found"
)
DEPARTURE_LATER = Refusal(
    "departure_in_future",
    zh="外出日期不能晚于办理之日",
    en="Nobody is away before leaving: record it on the day",
)
RETURN_LATER = Refusal(
    "return_in_future",
    zh="返回日期不能晚于办理之日",
    en="Nobody is back before returning: record it on the day",
)
RETURN_BEFORE = Refusal(
    "return_before_departure",
    zh="返回日期不能早于外出日期",
    en="The return cannot be before the departure",
)


def the_guardian(state: Child, guardian_id: UUID) -> Guardian:
    """The guardian of this id; refuses an unknown one."""
    found = state.care.guardian(guardian_id)
    if found is None:
        raise UNKNOWN_GUARDIAN(field="guardianId")
    return found


class GuardianRecorded(
    Event[Child],
    name="child.guardian_recorded",
    zh="监护人已登记",
    en="Guardian recorded",
    version=2,
):
    """``found_again``: who was held to be dead, or could not be found, is there."""

    guardian_id: Annotated[UUID, P0]
    relation: Annotated[Kinship, P2]
    guardian_basis: Annotated[GuardianBasis, P2]
    guardian_name: Annotated[str, P2]
    guardian_person_id: Annotated[UUID | None, P2] = None
    guardian_phone: Annotated[str | None, P2] = None
    basis_document: Annotated[str | None, P3] = None
    life_status: Annotated[LifeStatus, P3] = LifeStatus.LIVING
    guardian_hukou: Annotated[DivisionId | None, P2] = None
    guardian_hukou_elsewhere: Annotated[str | None, P2] = None
    guardian_hukou_kind: Annotated[HukouKind | None, P2] = None
    permit_number: Annotated[str | None, P2] = None
    permit_until: Annotated[date | None, P2] = None
    found_again: Annotated[bool, P3] = False

    def evolve(self, state: Child) -> Child:
        known = state.care.guardian(self.guardian_id)
        guardian = replace(
            known or Guardian(guardian_id=self.guardian_id, relation=self.relation.value),
            relation=self.relation.value,
            person_id=self.guardian_person_id,
            life=self.life_status.value,
            hukou=self.guardian_hukou,
            hukou_kind=self.guardian_hukou_kind,
            permit_until=self.permit_until,
            event_id=known.event_id if known else id_of(self),
        )
        care = state.care.with_guardian(guardian)
        if self.guardian_basis is GuardianBasis.COURT_ORDER and self.guardian_person_id:
            care = replace(care, removed=care.removed - {self.guardian_person_id})
        return settled(replace(state, care=care), self)


# At first nothing told that somebody had turned up again.
says_more("child.guardian_recorded", 1)

_TOGETHER = (("guardian_hukou", "guardian_hukou_elsewhere"), ("permit_number", "permit_until"))


class RecordGuardian(
    Command[Child],
    name="child.record_guardian",
    zh="登记监护人",
    en="Record a guardian",
    when=ON_FILE,
    needs=("history",),
    clauses=("SH2020-1-b", "SH2020-2.2-a", "SH2020-2.2-a2", "CQ2016-2.2-a"),
):
    """With the id of a guardian on file, that guardian's record is brought up to date: what is not said stays."""

    relation: Annotated[Kinship, P2]
    guardian_name: Annotated[str, P2]
    guardian_basis: Annotated[GuardianBasis | None, P2] = None
    guardian_id: Annotated[UUID | None, P0] = None
    guardian_person_id: Annotated[UUID | None, P2] = None
    guardian_phone: Annotated[str | None, P2] = None
    basis_document: Annotated[str | None, P3] = None
    life_status: Annotated[LifeStatus | None, P3] = None
    guardian_hukou: Annotated[DivisionId | None, P2] = None
    guardian_hukou_elsewhere: Annotated[str | None, P2] = None
    guardian_hukou_kind: Annotated[HukouKind | None, P2] = None
    permit_number: Annotated[str | None, P2] = None
    permit_until: Annotated[date | None, P2] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if not self.guardian_name.strip():
            raise GUARDIAN_NAME_MISSING(field="guardianName")
        known_place(self, self.guardian_hukou, "guardianHukou")
        known = None if self.guardian_id is None else the_guardian(state, self.guardian_id)
        gone = known is not None and not known.living
        if known is not None and known.revoked and self.guardian_basis is not None:
            raise STAYS_REVOKED(field="guardianBasis")
        by_court = self.guardian_basis is GuardianBasis.COURT_ORDER
        if self.guardian_person_id in state.care.removed and not by_court:
            raise STAYS_REVOKED(field="guardianPersonId")
        guardian_id = self.guardian_id or self.new_id("guardian")
        if self.relation in {Kinship.FATHER, Kinship.MOTHER} and any(
            g.relation == self.relation and g.guardian_id != guardian_id
            for g in state.care.guardians
        ):
            raise PARENT_ON_FILE(field="relation")
        before = self._before(state)
        kept = {} if before is None else self._kept(before)
        kept |= {"guardian_phone": self.guardian_phone or self._phone(state)}
        more = {"life_status": self.life_status or LifeStatus.LIVING, **kept}
        basis = self._basis(before)
        recorded = GuardianRecorded.of(self, guardian_id=guardian_id, guardian_basis=basis, **more)
        yield replace(recorded, found_again=gone and recorded.life_status is LifeStatus.LIVING)

    def _before(self, state: Child) -> GuardianRecorded | None:
        """What was recorded of this guardian last, and not disavowed."""
        told = (
            event
            for event in reversed(self._told(state))
            if isinstance(event, GuardianRecorded) and event.guardian_id == self.guardian_id
        )
        return next(told, None)

    def _phone(self, state: Child) -> str | None:
        """The number on file: of the guardian's record, or of a departure since."""
        phones = (
            event.guardian_phone
            for event in reversed(self._told(state))
            if isinstance(event, GuardianRecorded | GuardianAbsenceRecorded)
            and event.guardian_id == self.guardian_id
        )
        return next((phone for phone in phones if phone), None)

    def _told(self, state: Child) -> tuple[Event[Child], ...]:
        return tuple(e for e in self.history if id_of(e) not in state.file.disavowed)

    def _kept(self, before: GuardianRecorded) -> dict[str, Any]:
        """What stands because nothing else is said now; what belongs together is said, or stands, together."""
        of_basis = () if self._is_anew(before) else ("basis_document",)
        one_by_one = ("guardian_person_id", "life_status", "guardian_hukou_kind", *of_basis)
        groups = (*((name,) for name in one_by_one), *_TOGETHER)
        unsaid = (g for g in groups if all(getattr(self, name) is None for name in g))
        return {name: getattr(before, name) for group in unsaid for name in group}

    def _is_anew(self, before: GuardianRecorded) -> bool:
        """By another basis than was on file, or as another relation."""
        another = self.guardian_basis not in {None, before.guardian_basis}
        return another or self.relation is not before.relation

    def _basis(self, before: GuardianRecorded | None) -> GuardianBasis:
        """Parents are guardians by law; anybody else needs a basis, and entrustment is none."""
        basis, cite = self.guardian_basis, self.rules.binding("SH2020-2.2-a2")
        if basis is None and before is not None and not self._is_anew(before):
            return before.guardian_basis
        if basis is GuardianBasis.ENTRUSTMENT:
            raise ENTRUSTMENT_ONLY(cite=cite, field="guardianBasis")
        if self.relation in PARENTS:
            return basis or GuardianBasis.PARENT
        if basis is None or basis is GuardianBasis.PARENT:
            raise BASIS_MISSING(cite=cite, field="guardianBasis")
        return basis


class GuardianAbsenceRecorded(
    Event[Child], name="child.guardian_absence_recorded", zh="外出已登记", en="Absence recorded"
):
    guardian_id: Annotated[UUID, P0]
    absence_reason: Annotated[AbsenceReason, P2]
    away_from_on: Annotated[date, P3]
    away_to: Annotated[str | None, P3] = None
    industry: Annotated[Industry | None, P3] = None
    employer_name: Annotated[str | None, P3] = None
    expected_back_on: Annotated[date | None, P3] = None
    guardian_phone: Annotated[str | None, P2] = None

    def evolve(self, state: Child) -> Child:
        care = state.care.changed(
            self.guardian_id,
            away=True,
            away_for=self.absence_reason.value,
            away_from=self.away_from_on,
            away_event=id_of(self),
        )
        return settled(replace(state, care=care), self, by_departure=True)


class RecordGuardianAbsence(
    Command[Child],
    name="child.record_guardian_absence",
    zh="登记监护人外出",
    en="Record a guardian's absence",
    when=ON_FILE,
    clauses=("SH2020-1-c", "CQ2016-1-a", "CQ2016-3.1-b", "SH2020-3.1-f"),
):
    """Put again when somebody moves on to another place; no text sets a least time of absence."""

    guardian_id: Annotated[UUID, P0]
    absence_reason: Annotated[AbsenceReason, P2]
    away_from_on: Annotated[date, P3]
    away_to: Annotated[str | None, P3] = None
    industry: Annotated[Industry | None, P3] = None
    employer_name: Annotated[str | None, P3] = None
    expected_back_on: Annotated[date | None, P3] = None
    guardian_phone: Annotated[str | None, P2] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if not the_guardian(state, self.guardian_id).living:
            raise NOT_LIVING(field="guardianId")
        if self.away_from_on > self.rules.on:
            raise DEPARTURE_LATER(field="awayFromOn")
        yield GuardianAbsenceRecorded.of(self)


class ParentReturned(
    Event[Child], name="child.parent_returned", zh="父母已返回", en="Parent returned"
):
    guardian_id: Annotated[UUID, P0]
    returned_on: Annotated[date, P2]
    categories_in_question: Annotated[tuple[CategoryCode, ...], P2] = ()
    """Left-behind categories whose absence no longer stands: the township reviews them (D.7)."""

    def evolve(self, state: Child) -> Child:
        care = state.care.changed(
            self.guardian_id, away=False, away_for=None, away_from=None, away_event=None
        )
        return settled(replace(state, care=care), self)


class RecordParentReturn(
    Command[Child],
    name="child.record_parent_return",
    zh="登记父母返回",
    en="Record a parent's return",
    when=ON_FILE,
    clauses=("SH2020-1-c", "CQ2016-1-a", "SH2020-4.2-d", "CQ2016-4.2-d"),
):
    """To stay, not for a visit. Entrusted care ends with the return of a parent who is able (D.4)."""

    guardian_id: Annotated[UUID, P0]
    returned_on: Annotated[date, P2]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        guardian = the_guardian(state, self.guardian_id)
        if not guardian.away:
            return
        if self.returned_on > self.rules.on:
            raise RETURN_LATER(field="returnedOn")
        if guardian.away_from is not None and self.returned_on < guardian.away_from:
            raise RETURN_BEFORE(field="returnedOn")
        back = ParentReturned.of(self)
        after = back.evolve(state)
        at_home = any(p.able_at_home for p in after.care.parents)
        asked = (c.code for c in state.file.held if c.group == "LBC" and at_home)
        yield replace(back, categories_in_question=tuple(CategoryCode[c] for c in asked))
        if guardian.is_parent and at_home and state.care.has_carer:
            yield care_ended(after, CareEndReason.PARENT_RETURNED)
