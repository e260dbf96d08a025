"""另行指定监护人 · The court appoints another guardian, in the child's best interest (SH2020-4.4-i).

What the court decides stands on the child's file in the same breath: the guardian it took the guardianship from
is kept on record as such, and the new one is a guardian from that day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.case.court import at_stage, without_grounds
from domain.case.escort import BEST_INTEREST
from domain.case.intervention import INTERVENING, UNKNOWN_REVOCATION
from domain.case.intervention_state import Revocation
from domain.case.state import Case
from domain.factbook import FactBook
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.sensitivity import P0, P1, P2, P4, P5
from domain.terms.care import Kinship
from domain.terms.intervention import AppointedGuardian, RevocationStage
from domain.terms.measures import MeasureKind

name_fields(
    appointed=("指定的监护人类别", "Kind of guardian appointed"),
    appointed_name=("指定的监护人", "Guardian appointed"),
    appointed_relation=("指定的监护人与儿童关系", "Relation of the guardian appointed"),
    appointed_person_id=("指定的监护人账号", "Account of the guardian appointed"),
    appointed_unit_id=("指定的监护组织", "Organisation appointed"),
    appointed_guardian_id=("指定的在档监护人", "Guardian on file who is appointed"),
    appointment_reference=("指定监护文书文号", "Reference of the appointment"),
    appointed_on=("指定日期", "Appointed on"),
)

GUARDIANSHIP_NOT_REVOKED = Refusal(
    "guardianship_not_revoked",
    zh="监护人资格尚未撤销",
    en="The guardianship is not revoked yet",
)
APPOINTMENT_NEEDS_BEST_INTEREST = Refusal(
    "appointment_needs_best_interest",
    zh="指定监护人须说明最有利于被监护人的理由",
    en="Say why this guardian is in the child's best interest",
)
APPOINTED_NAME_MISSING = Refusal(
    "appointed_name_missing", zh="须写明指定的监护人", en="Name the guardian appointed"
)
REVOKED_NOT_APPOINTED = Refusal(
    "revoked_not_appointed",
    zh="不能指定被撤销资格的监护人",
    en="Whose guardianship was revoked is not appointed",
)
APPOINTED_LATER = Refusal(
    "appointed_later",
    zh="指定日期不能晚于发生之日",
    en="It cannot be appointed later than it happened",
)
_LADDER = frozenset({MeasureKind.CRITICISM, MeasureKind.WARNING_LETTER})


class GuardianAppointed(
    Event[Case], name="case.guardian_appointed", zh="指定监护人", en="Guardian appointed"
):
    """Somebody has the guardianship again; the placement may end (D.2)."""

    revocation_id: Annotated[UUID, P0]
    child_id: Annotated[UUID, P2]
    appointed: Annotated[AppointedGuardian, P2]
    appointed_name: Annotated[str, P1]
    appointed_relation: Annotated[Kinship, P2]
    appointed_person_id: Annotated[UUID | None, P2] = None
    appointed_unit_id: Annotated[UUID | None, P2] = None
    appointed_guardian_id: Annotated[UUID | None, P2] = None
    appointment_reference: Annotated[str, P5]
    appointed_on: Annotated[date, P2]
    best_interest_reason: Annotated[str, P4]

    def evolve(self, case: Case) -> Case:
        """What the former guardian did weighs no longer (RF-15, RF-14)."""
        revocation = case.intervention.revocation(self.revocation_id)
        stage = RevocationStage.NEW_GUARDIAN
        after = replace(case, intervention=at_stage(case.intervention, self.revocation_id, stage))
        facts = without_grounds(case.facts, revocation)
        return replace(after, facts=_without_repeats(case, facts, revocation))


def _without_repeats(case: Case, facts: FactBook, revocation: Revocation | None) -> FactBook:
    """RF-14 goes when nobody else in the case was ever criticised or admonished."""
    if revocation is None:
        return facts
    warned = {m.subject_id for m in case.emergency.measures if m.kind in _LADDER}
    others = warned - {revocation.guardian_id}
    return facts if others else facts.closed(RiskFactor.RF_14)


class AppointGuardian(
    Command[Case],
    name="case.appoint_guardian",
    zh="登记指定监护人",
    en="Record the guardian appointed",
    when=INTERVENING,
    clauses=(
        "SH2020-4.4-i",
        "CQ2016-4.4-h",
        "CN2017-4.4.3-h",
        "CN2017-2-b",
        "CQ2024-1-a",
    ),
):
    """By the court, or civil affairs on its order."""

    revocation_id: Annotated[UUID, P0]
    appointed: Annotated[AppointedGuardian, P2]
    appointed_name: Annotated[str, P1]
    appointed_relation: Annotated[Kinship | None, P2] = None
    appointed_person_id: Annotated[UUID | None, P2] = None
    appointed_unit_id: Annotated[UUID | None, P2] = None
    appointed_guardian_id: Annotated[UUID | None, P2] = None
    appointment_reference: Annotated[str, P5]
    appointed_on: Annotated[date, P2]
    best_interest_reason: Annotated[str, P4]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """按照最有利于被监护人的原则: after the revocation, with the reason."""
        revocation = case.intervention.revocation(self.revocation_id)
        if revocation is None:
            raise UNKNOWN_REVOCATION(field="revocationId")
        if revocation.stage is not RevocationStage.REVOKED:
            raise GUARDIANSHIP_NOT_REVOKED(field="revocationId")
        if not self.best_interest_reason.strip():
            raise APPOINTMENT_NEEDS_BEST_INTEREST(
                cite=self.rules.binding("SH2020-4.4-i", *BEST_INTEREST),
                field="bestInterestReason",
            )
        if not self.appointed_name.strip():
            raise APPOINTED_NAME_MISSING(field="appointedName")
        if self.appointed_guardian_id == revocation.guardian_id:
            raise REVOKED_NOT_APPOINTED(field="appointedGuardianId")
        if self.appointed_on > local_date(self.occurred_at):
            raise APPOINTED_LATER(field="appointedOn")
        relation = self.appointed_relation or _RELATION[self.appointed]
        yield GuardianAppointed.of(self, child_id=revocation.child_id, appointed_relation=relation)


_RELATION = {
    AppointedGuardian.RELATIVE: Kinship.OTHER_RELATIVE,
    AppointedGuardian.OTHER_PERSON: Kinship.OTHER_ADULT,
    AppointedGuardian.COMMITTEE: Kinship.COMMITTEE,
    AppointedGuardian.CIVIL_AFFAIRS: Kinship.CIVIL_AFFAIRS,
    AppointedGuardian.OTHER_ORGAN: Kinship.OTHER_ADULT,
}
