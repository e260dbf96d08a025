"""法院裁判 · The court revokes the guardianship or denies the application (SH2020-4.4-g).

Until then the child's placement stays linked to the court file, and each judgment says which placement it found
(SH2020-4.4-h). The guardian's own record is kept, whatever is decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.case.intervention import INTERVENING, UNKNOWN_REVOCATION
from domain.case.intervention_state import InterventionState, Revocation
from domain.case.past_care import needs_no_guardian
from domain.case.report_routing import unit_at
from domain.case.return_possible import supervisor_first
from domain.case.state import Case
from domain.factbook import FactBook
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.sensitivity import P0, P2, P5, P5_OUTCOME
from domain.terms.intervention import RevocationStage
from domain.terms.units import UnitKind

name_fields(
    judgment_reference=("裁判文书文号", "Reference of the judgment"),
    judged_on=("裁判日期", "Judged on"),
    denial_reason=("驳回理由", "Why it was denied"),
)

NOT_IN_COURT = Refusal(
    "not_in_court", zh="尚未向法院申请撤销", en="No application is before the court"
)
JUDGMENT_MISSING = Refusal(
    "judgment_missing", zh="须填写裁判文书文号", en="The reference of the judgment is needed"
)
JUDGED_LATER = Refusal(
    "judged_later", zh="裁判日期不能晚于发生之日", en="It cannot be judged later than it happened"
)


def in_court(case: Case, revocation_id: UUID) -> Revocation:
    """The revocation before the court; refuses any other."""
    revocation = case.intervention.revocation(revocation_id)
    if revocation is None:
        raise UNKNOWN_REVOCATION(field="revocationId")
    if revocation.stage is not RevocationStage.IN_COURT:
        raise NOT_IN_COURT(field="revocationId")
    return revocation


def at_stage(
    state: InterventionState, revocation_id: UUID, stage: RevocationStage
) -> InterventionState:
    """With this revocation so far; unchanged where it is unknown."""
    known = state.revocation(revocation_id)
    return state.put(replace(known, stage=stage)) if known else state


def without_grounds(facts: FactBook, revocation: Revocation | None) -> FactBook:
    """The grounds of this revocation weigh no longer (RF-15); those of another stay."""
    for event_id in revocation.ground_events if revocation else ():
        facts = facts.without(event_id)
    return facts


class GuardianshipRevoked(
    Event[Case], name="case.guardianship_revoked", zh="撤销监护人资格", en="Guardianship revoked"
):
    """The child has no guardian of this name any more; another must be appointed."""

    revocation_id: Annotated[UUID, P0]
    child_id: Annotated[UUID, P2]
    guardian_id: Annotated[UUID, P5_OUTCOME]
    judgment_reference: Annotated[str, P5]
    judged_on: Annotated[date, P5_OUTCOME]
    placement_id: Annotated[UUID | None, P0] = None
    civil_affairs_unit_id: Annotated[UUID | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """The risk stays until somebody else has the guardianship."""
        stage = RevocationStage.REVOKED
        return replace(case, intervention=at_stage(case.intervention, self.revocation_id, stage))


class RecordGuardianshipRevocation(
    Command[Case],
    name="case.record_guardianship_revocation",
    zh="登记撤销监护人资格",
    en="Record that guardianship is revoked",
    when=INTERVENING,
    clauses=("SH2020-4.4-g", "CQ2016-4.4-g", "CN2017-4.4.3-h"),
):
    """By the court, or civil affairs as a party."""

    revocation_id: Annotated[UUID, P0]
    judgment_reference: Annotated[str, P5]
    judged_on: Annotated[date, P5_OUTCOME]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Of an application that is before the court."""
        revocation = in_court(case, self.revocation_id)
        _judged(self.judgment_reference, self.judged_on, local_date(self.occurred_at))
        place = case.place
        yield GuardianshipRevoked.of(
            self,
            child_id=revocation.child_id,
            guardian_id=revocation.guardian_id,
            placement_id=placement_of(case, revocation),
            civil_affairs_unit_id=unit_at(self, UnitKind.DISTRICT_CIVIL_AFFAIRS, place),
        )


class RevocationDenied(
    Event[Case], name="case.revocation_denied", zh="驳回撤销申请", en="Revocation denied"
):
    """The guardian stays; the child returns, where the text says so under a supervisor (Q-30)."""

    revocation_id: Annotated[UUID, P0]
    child_id: Annotated[UUID, P2]
    guardian_id: Annotated[UUID, P5_OUTCOME]
    judgment_reference: Annotated[str, P5]
    judged_on: Annotated[date, P5_OUTCOME]
    denial_reason: Annotated[str, P5]
    placement_id: Annotated[UUID | None, P0] = None

    def evolve(self, case: Case) -> Case:
        """The court found no ground (RF-15); whatever else weighs stays."""
        revocation = case.intervention.revocation(self.revocation_id)
        stage = RevocationStage.DENIED
        return replace(
            case,
            intervention=at_stage(case.intervention, self.revocation_id, stage),
            facts=without_grounds(case.facts, revocation),
        )


class RecordRevocationDenial(
    Command[Case],
    name="case.record_revocation_denial",
    zh="登记驳回撤销申请",
    en="Record that the application is denied",
    when=INTERVENING,
    needs=("child",),
    clauses=("SH2020-4.4-g", "CQ2016-4.4-g", "CN2017-4.4.3-h", "SH2024-2.2.6-b"),
):
    """By the court, or civil affairs as a party."""

    revocation_id: Annotated[UUID, P0]
    judgment_reference: Annotated[str, P5]
    judged_on: Annotated[date, P5_OUTCOME]
    denial_reason: Annotated[str, P5]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Of an application that is before the court; only a child goes home."""
        revocation, today = in_court(case, self.revocation_id), local_date(self.occurred_at)
        _judged(self.judgment_reference, self.judged_on, today)
        yield RevocationDenied.of(
            self,
            child_id=revocation.child_id,
            guardian_id=revocation.guardian_id,
            placement_id=placement_of(case, revocation),
        )
        if not needs_no_guardian(self.linked.get(revocation.child_id), self.rules, today):
            yield from supervisor_first(self, case, revocation.child_id)


def placement_of(case: Case, revocation: Revocation) -> UUID | None:
    """The placement linked to the court file: where the child is while the court decides."""
    running = case.placement.running(revocation.child_id)
    return running.placement_id if running else None


def _judged(reference: str, on: date, today: date) -> None:
    if not reference.strip():
        raise JUDGMENT_MISSING(field="judgmentReference")
    if on > today:
        raise JUDGED_LATER(field="judgedOn")
