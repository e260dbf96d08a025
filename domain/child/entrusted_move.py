"""迁居后的委托照护 · Entrusted care in another place: a written agreement where its text wants one (CQ2016-3.2-h)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from domain.child.care_state import CareState, EntrustedCareStatus
from domain.child.entrusted_care import village_of
from domain.child.places import move_in
from domain.child.standing import settled
from domain.child.state import Child
from domain.kernel import Command, Event, State
from domain.periods import local_date
from domain.reactions import Put, World, reaction
from domain.replacing import replace
from domain.sensitivity import P0, P2


class EntrustedCareAgreementDue(
    Event[Child],
    name="child.entrusted_care_agreement_due",
    zh="须补签委托监护协议",
    en="Agreement of entrusted care due",
):
    """The carer was named where no text asked for an agreement; where the child lives now one does."""

    carer_id: Annotated[UUID | None, P0]
    agreement_due_on: Annotated[date, P2]
    village_unit_id: Annotated[UUID | None, P2] = None

    def evolve(self, state: Child) -> Child:
        care = replace(state.care, agreement_required=True)
        if care.entrusted is EntrustedCareStatus.IN_FORCE:
            care = replace(care, entrusted=EntrustedCareStatus.DESIGNATED)
        return settled(replace(state, care=care), self)


class NoteAgreementDue(
    Command[Child],
    name="child.note_agreement_due",
    zh="提示签订委托监护协议",
    en="Note that an agreement of care is due",
    clauses=("CQ2016-3.2-h",),
    by_system=True,
):
    """Put after a move; nothing where the text asks for none, or an agreement is asked for or signed already."""

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if _unwritten(state.care) and self.rules.has("entrusted_agreement"):
            yield EntrustedCareAgreementDue(
                carer_id=state.care.carer_id,
                agreement_due_on=self.rules.on + timedelta(days=self.rules.days("agreement_days")),
                village_unit_id=village_of(self, state),
            )


def _unwritten(care: CareState) -> bool:
    return care.has_carer and not (care.agreement_required or care.agreement_signed)


@reaction
def agreement_follows(world: World, state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """A child that moves takes its carer along, and the text of the new place asks what it asks of any carer there."""
    moved = move_in(new)
    if moved is None or not _unwritten(world.child(state.id).care):
        return
    place, on = world.child(state.id).place, local_date(moved.told.occurred_at)
    if world.rules_at(place, on).has("entrusted_agreement"):
        yield Put(state.id, NoteAgreementDue())
