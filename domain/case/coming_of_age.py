"""成年或死亡 · With the child's coming of age, or its death, the guardianship over it is over, and with it what was
to be applied for. What is in court then is for the court to end; nobody else is appointed after it. Nobody supervises
the guardian of somebody of age, or dead, any more, a refusal to perform is over, and orders about bringing them
up are checked no longer; a protection order goes on.

No text says so: they are about children, and the platform's age of majority is the limit (``adult_age``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from domain.case.court import GuardianshipRevoked, without_grounds
from domain.case.non_performance import over
from domain.case.orders import FOR_MINORS
from domain.case.past_care import is_of_age, needs_no_guardian
from domain.case.state import Case
from domain.case.supervision import GuardianshipSupervisionEnded
from domain.case.whose_child import no_minor_left
from domain.child.closing import FileClosed
from domain.kernel import Command, Event, State
from domain.labels import name_fields
from domain.periods import local_date
from domain.reactions import Put, World, reaction
from domain.replacing import replace
from domain.sensitivity import P0, P2, P4
from domain.terms.file import FileCloseReason
from domain.terms.intervention import RevocationStage

name_fields(guardianship_restored=("监护人资格已恢复", "Guardianship restored"))

_LAPSES = frozenset(
    {RevocationStage.AWAIT_APPLICATION, RevocationStage.FALLBACK_DUE, RevocationStage.REVOKED}
)
"""What is in court is for the court to end."""


class RevocationLapsed(
    Event[Case],
    name="case.revocation_lapsed",
    zh="撤销事项不再需要",
    en="Revocation lapsed",
):
    """Nobody has to apply, or to have another guardian appointed, for somebody of age or dead."""

    revocation_id: Annotated[UUID, P0]
    child_id: Annotated[UUID, P2]

    def evolve(self, case: Case) -> Case:
        """Over; its grounds weigh no longer (RF-15)."""
        revocation = case.intervention.revocation(self.revocation_id)
        if revocation is None:
            return case
        lapsed = replace(revocation, stage=RevocationStage.LAPSED, lapsed_at=revocation.stage)
        return replace(
            case,
            intervention=case.intervention.put(lapsed),
            facts=without_grounds(case.facts, revocation),
        )


class LapseRevocation(
    Command[Case],
    name="case.lapse_revocation",
    zh="撤销事项不再需要",
    en="Let a revocation lapse",
    by_system=True,
    needs=("child",),
):
    """Put by the clock on the birthday, when a court revokes later, and when the file is closed for a death.

    ``guardianship_restored``: a court has given the guardianship back, so nobody else is to be appointed.
    """

    revocation_id: Annotated[UUID, P0]
    guardianship_restored: Annotated[bool, P0] = False

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Nothing where the court has it or has decided, or the birth has been corrected meanwhile."""
        revocation = case.intervention.revocation(self.revocation_id)
        if revocation is None or revocation.stage not in _LAPSES:
            return
        file = self.linked.get(revocation.child_id)
        if self.guardianship_restored or needs_no_guardian(file, self.rules, local_date(self.at)):
            yield RevocationLapsed.of(self, child_id=revocation.child_id)


class NoteWardOfAge(
    Command[Case],
    name="case.note_ward_of_age",
    zh="监护监督不再需要",
    en="Note that a supervised guardian's child needs no guardian any more",
    by_system=True,
    needs=("child",),
    clauses=("SH2024-2.2.6-b",),
):
    """Put by the clock on the birthday, and when the file is closed for a death."""

    child_id: Annotated[UUID, P2]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Nothing where nobody supervises, or the birth has been corrected meanwhile."""
        if self.child_id not in case.placement.supervised:
            return
        file, today = self.linked.get(self.child_id), local_date(self.at)
        if needs_no_guardian(file, self.rules, today):
            adult = is_of_age(file, self.rules, today)
            yield GuardianshipSupervisionEnded(
                child_id=self.child_id, came_of_age=adult, child_died=not adult
            )


class OrderLapsed(
    Event[Case],
    name="case.order_lapsed",
    zh="令状不再需要",
    en="Order lapsed",
    existence=P4,
):
    """Nobody is left, or a minor any more, whom the guardian is ordered to bring up."""

    order_id: Annotated[UUID, P0]

    def evolve(self, case: Case) -> Case:
        """It is checked no longer."""
        order = case.intervention.order(self.order_id)
        if order is None:
            return case
        lapsed = replace(order, lapsed=True)
        return replace(case, intervention=case.intervention.put_order(lapsed))


class LapseOrder(
    Command[Case],
    name="case.lapse_order",
    zh="令状不再需要",
    en="Let an order lapse",
    by_system=True,
    needs=("child",),
    clauses=("CQ2024-3.3-b", "SH2024-2.2.4-c"),
):
    """Put by the clock when the last of this guardian's children comes of age, and when one has died."""

    order_id: Annotated[UUID, P0]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Once; nothing where a birth has been corrected meanwhile, or there is another child."""
        order = case.intervention.order(self.order_id)
        if order is None or order.lapsed:
            return
        if no_minor_left(self, case, order.subject_id, local_date(self.at)):
            yield OrderLapsed.of(self)


class NonPerformanceLapsed(
    Event[Case],
    name="case.non_performance_lapsed",
    zh="拒不履行因成年或死亡终止",
    en="Non-performance lapsed",
):
    """There is no guardianship left to perform; that it was refused is not undone."""

    refusal_id: Annotated[UUID, P0]
    subject_id: Annotated[UUID, P2]
    refusal_ended_on: Annotated[date, P2]

    def evolve(self, case: Case) -> Case:
        """The clock of the six months stops."""
        refusal = case.intervention.refusal(self.refusal_id)
        if refusal is None:
            return case
        return over(case, replace(refusal, ended_on=self.refusal_ended_on, lapsed=True))


class LapseNonPerformance(
    Command[Case],
    name="case.lapse_non_performance",
    zh="拒不履行因成年或死亡终止",
    en="Let a refusal lapse",
    by_system=True,
    needs=("child",),
    clauses=("SH2020-4.4-e", "CQ2016-4.4-e", "CN2017-4.4.3-e"),
):
    """Put by the clock when the last of this guardian's children comes of age, and when one has died."""

    refusal_id: Annotated[UUID, P0]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Once; nothing where a birth has been corrected meanwhile, or there is another child."""
        refusal, today = case.intervention.refusal(self.refusal_id), local_date(self.at)
        if refusal is None or not refusal.running:
            return
        if no_minor_left(self, case, refusal.subject_id, today):
            yield NonPerformanceLapsed.of(
                self, subject_id=refusal.subject_id, refusal_ended_on=today
            )


@reaction
def revoked_of_somebody_of_age(
    _world: World, state: State, events: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """The court has decided on somebody who came of age meanwhile: no other guardian is to be appointed."""
    for event in events:
        if isinstance(event, GuardianshipRevoked):
            yield Put(state.id, LapseRevocation(revocation_id=event.revocation_id))


@reaction
def what_was_for_a_child_that_died(
    world: World, state: State, events: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """A child has died: nobody asks any longer who may or must apply for it, supervises, or checks an order for it."""
    for event in events:
        if isinstance(event, FileClosed) and event.file_close_reason is FileCloseReason.DECEASED:
            for case in world.cases_of(state.id):
                yield from _over_with(case, state.id)


def _over_with(case: Case, child_id: UUID) -> Iterator[Put]:
    for one in case.intervention.revocations:
        if one.child_id == child_id and one.stage in _LAPSES:
            yield Put(case.id, LapseRevocation(revocation_id=one.revocation_id))
    if child_id in case.placement.supervised:
        yield Put(case.id, NoteWardOfAge(child_id=child_id))
    for order in case.intervention.orders:
        if order.kind in FOR_MINORS and not order.lapsed:
            yield Put(case.id, LapseOrder(order_id=order.order_id))
    for refusal in case.intervention.refusals:
        if refusal.running:
            yield Put(case.id, LapseNonPerformance(refusal_id=refusal.refusal_id))
