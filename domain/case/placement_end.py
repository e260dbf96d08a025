"""安置终止 · Temporary guardianship or care ends, and somebody has the child (CN2017-5.1-e, CN2017-2-c).

A child goes back to parents from whom it was taken only by ``ReturnChildToFamily``: that has rules of
its own (SH2024-2.2.6-b).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.case.aftercare import aftercare_from
from domain.case.past_care import of_age_on
from domain.case.placement_facts import guardianship_ends
from domain.case.placement_rules import decided_well, handover_for, in_care
from domain.case.state import OPEN_OR_PLACED, Case
from domain.case.which_child import the_child
from domain.child.state import Child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.sensitivity import P0, P1, P2, P3, P4
from domain.terms.placement import EndReason, NextCare, PlacementStatus
from domain.terms.plan import ServiceType

name_fields(
    end_reason=("终止原因", "Why it ends"),
    next_care=("后续照料安排", "Who has the child next"),
    next_carer=("后续照料人", "Name of who has the child next"),
    ended_on=("终止日期", "Ended on"),
)

NEXT_CARER_MISSING = Refusal(
    "next_carer_missing",
    zh="终止安置须写明后续照料人",
    en="Nobody leaves a placement without a carer",
    clauses=("CN2017-2-c",),
)
NOT_OF_AGE = Refusal(
    "not_of_age",
    zh="儿童尚未成年,不能独立生活",
    en="The child is not of age: it does not live on its own",
    clauses=("CN2017-2-c",),
)
CHILD_LIVES = Refusal(
    "child_is_living",
    zh="儿童档案未以死亡结档,须有后续照料人",
    en="The file was not closed for the child's death: somebody has to have the child",
    clauses=("CN2017-2-c",),
)
RETURN_IS_ITS_OWN_DECISION = Refusal(
    "return_is_its_own_decision",
    zh="回归家庭须另行办理",
    en="A return to the family is decided on its own",
    clauses=("SH2024-2.2.6-b",),
)


class TemporaryGuardianshipEnded(
    Event[Case],
    name="case.temporary_guardianship_ended",
    zh="临时监护(照料)终止",
    en="Temporary guardianship ended",
):
    """Why, and who has the child now."""

    placement_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None
    end_reason: Annotated[EndReason, P2]
    next_care: Annotated[NextCare, P2]
    next_carer: Annotated[str | None, P1] = None
    handover_id: Annotated[UUID | None, P0] = None
    best_interest_reason: Annotated[str, P4]
    ended_on: Annotated[date, P2]

    def evolve(self, case: Case) -> Case:
        """Over; the months of key attention begin (RF-35), and a detention that has ended weighs no longer (RF-33)."""
        after = ended(case, self.placement_id, self.ended_on, self.handover_id)
        if self.end_reason is not EndReason.CUSTODY_ENDED:
            return after
        facts = after.facts.over_for(RiskFactor.RF_33, {self.child_id}, case.children)
        return replace(after, facts=facts)


def ended(case: Case, placement_id: UUID | None, on: date, handover_id: UUID | None = None) -> Case:
    """The case with this placement over."""
    placement = case.placement.of(placement_id) if placement_id else None
    if placement is None:
        return case
    over = replace(
        placement,
        status=PlacementStatus.ENDED,
        ended_on=on,
        handover_id=handover_id or placement.handover_id,
    )
    facts = guardianship_ends(case.facts, placement, on)
    return replace(case, placement=case.placement.put(over), facts=facts)


class EndTemporaryGuardianship(
    Command[Case],
    name="case.end_temporary_guardianship",
    zh="终止临时监护",
    en="End the temporary guardianship",
    when=OPEN_OR_PLACED,
    needs=("child",),
    clauses=("CN2017-5.1-e", "CN2017-4.2-c", "CN2017-2-b", "CN2017-2-c", "CQ2024-1-a"),
):
    """By township or civil affairs; the aftercare opens in the same breath."""

    child_id: Annotated[UUID | None, P2] = None
    end_reason: Annotated[EndReason, P2]
    next_care: Annotated[NextCare, P2]
    next_carer: Annotated[str | None, P1] = None
    handover_id: Annotated[UUID | None, P0] = None
    best_interest_reason: Annotated[str, P4]
    aftercare_services: Annotated[tuple[ServiceType, ...], P3] = ()

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """To somebody named, handed over in writing where the text says so; to nobody where the child has died."""
        child = the_child(case, self.child_id)
        if self.next_care is NextCare.NOBODY:
            yield self._with_the_death(case, child)
            return
        placement = in_care(case, child)
        if self.next_care is NextCare.PARENTS and placement.is_guardianship:
            raise RETURN_IS_ITS_OWN_DECISION(field="nextCare")
        alone = self.next_care is NextCare.INDEPENDENT
        if alone and self._is_a_minor(child):
            raise NOT_OF_AGE(field="nextCare")
        if not alone and not (self.next_carer or "").strip():
            raise NEXT_CARER_MISSING(field="nextCarer")
        decided_well(self, case, child, self.best_interest_reason)
        handover = None if alone else handover_for(self, case, child, self.handover_id)
        yield TemporaryGuardianshipEnded.of(
            self,
            child_id=child,
            placement_id=placement.placement_id,
            handover_id=handover,
            ended_on=local_date(self.occurred_at),
        )
        kin_care = placement.site_kind.kin and not placement.is_guardianship
        if self.rules.flag("aftercare_required") and not kin_care:
            yield aftercare_from(self, case, child, placement.placement_id, self.aftercare_services)

    def _with_the_death(self, case: Case, child_id: UUID | None) -> TemporaryGuardianshipEnded:
        """Also of a placement the child did not live to see."""
        file = self.linked.get(child_id) if child_id else None
        if not isinstance(file, Child) or not file.file.died:
            raise CHILD_LIVES(field="nextCare")
        placement = case.placement.running(child_id) or in_care(case, child_id)
        return TemporaryGuardianshipEnded.of(
            self,
            child_id=child_id,
            placement_id=placement.placement_id,
            end_reason=EndReason.DIED,
            handover_id=None,
            ended_on=local_date(self.occurred_at),
        )

    def _is_a_minor(self, child_id: UUID | None) -> bool:
        """Known by the file; a birth nobody knows keeps nobody in a placement."""
        file = self.linked.get(child_id) if child_id else None
        adult_on = of_age_on(file, self.rules)
        return adult_on is not None and adult_on > local_date(self.occurred_at)
