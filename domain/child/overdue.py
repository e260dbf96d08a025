"""走访逾期 · A contact or visit that was not made in time (SH2024-2.3.7-c), told by a clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.child.state import Child
from domain.child.visits_state import Rhythm
from domain.kernel import Command, Event
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.sensitivity import P2
from domain.terms.units import UnitKind
from domain.terms.visits import VisitObligation

name_fields(
    visit_obligation=("走访义务", "Duty of visiting"),
    visit_due_on=("应完成日期", "Was due on"),
    escalated_to_unit_id=("升级至", "Escalated to"),
)


def township_of(command: Command[Child], child: Child) -> UUID | None:
    """The township in charge of the child, by the file or by where it lives."""
    if child.file.owner_unit_id is not None:
        return child.file.owner_unit_id
    found = command.directory.owner_for(UnitKind.TOWNSHIP, child.place, command.divisions)
    return found.id if found else None


def rhythm_of(child: Child, obligation: VisitObligation) -> Rhythm:
    """The duty meant."""
    visits = child.visits
    return visits.contact if obligation is VisitObligation.CONTACT else visits.home_visit


VISITING = (
    "SH2024-2.3.7-c",
    "SH2024-2.3.7-d",
    "SH2020-3.2-c",
    "CQ2016-3.2-e",
    "CQ2024-4-f",
    "CN2017-5.1-aj",
)
"""Only the first two give a number; the others ask for regular visits all the same."""


class VisitOverdue(Event[Child], name="child.visit_overdue", zh="走访逾期", en="Visit overdue"):
    """The supervisor's unit is told."""

    visit_obligation: Annotated[VisitObligation, P2]
    visit_due_on: Annotated[date, P2]
    escalated_to_unit_id: Annotated[UUID | None, P2] = None

    def evolve(self, state: Child) -> Child:
        told = replace(rhythm_of(state, self.visit_obligation), told_overdue=self.visit_due_on)
        if self.visit_obligation is VisitObligation.CONTACT:
            return replace(state, visits=replace(state.visits, contact=told))
        return replace(state, visits=replace(state.visits, home_visit=told))


class NoteVisitOverdue(
    Command[Child],
    name="child.note_visit_overdue",
    zh="登记走访逾期",
    en="Note a visit overdue",
    clauses=VISITING,
    by_system=True,
):
    """Put on the day after the due day; nothing where it was done meanwhile, or is told already."""

    visit_obligation: Annotated[VisitObligation, P2]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        rhythm = rhythm_of(state, self.visit_obligation)
        due = rhythm.next_on
        if due is None or due == rhythm.told_overdue or local_date(self.at) <= due:
            return
        yield VisitOverdue(
            visit_obligation=self.visit_obligation,
            visit_due_on=due,
            escalated_to_unit_id=township_of(self, state),
        )
