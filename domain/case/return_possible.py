"""可回归家庭 · The child can go home: where the text says so, a guardianship supervisor first (SH2024-2.2.6-b, Q-30).

It is found by an assessment of the guardian's capacity, which stands on the child's file, or by a court that
denies the revocation. Either way the procuratorate hears of it on the case.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from domain.case.report_routing import unit_at
from domain.case.state import Case
from domain.child.guardian_condition import GuardianshipCapacityAssessed
from domain.kernel import Command, Event, State
from domain.labels import name_fields
from domain.periods import local_date
from domain.reactions import Put, World, reaction
from domain.sensitivity import P2
from domain.terms.care import CapacityNextStep
from domain.terms.units import UnitKind

name_fields(
    supervision_unit_id=("指定监护监督员的机关", "Organ that appoints the supervisor"),
    supervisor_by=("指定监护监督员时限", "Appoint the supervisor by"),
)


class ReturnFoundPossible(
    Event[Case], name="case.return_found_possible", zh="可回归家庭", en="Return found possible"
):
    """A supervisor must be appointed before the child goes home."""

    child_id: Annotated[UUID, P2]
    supervision_unit_id: Annotated[UUID | None, P2] = None
    supervisor_by: Annotated[date, P2]


def supervisor_first(
    command: Command[Case], case: Case, child_id: UUID
) -> Iterator[ReturnFoundPossible]:
    """The call for a supervisor; nothing where no text asks for one, or one is appointed."""
    asked = command.rules.flag("return_needs_supervisor")
    if not asked or child_id in case.placement.supervised:
        return
    days = timedelta(days=command.rules.days("supervisor_days"))
    yield ReturnFoundPossible(
        child_id=child_id,
        supervision_unit_id=unit_at(command, UnitKind.PROCURATORATE, case.place),
        supervisor_by=local_date(command.occurred_at) + days,
    )


class NoteReturnPossible(
    Command[Case],
    name="case.note_return_possible",
    zh="登记可回归家庭",
    en="Note that the child can return",
    by_system=True,
    clauses=("SH2024-2.2.6-b",),
):
    """Put when an assessment finds that the child can return."""

    child_id: Annotated[UUID, P2]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """For a child of this case."""
        if self.child_id in case.children:
            yield from supervisor_first(self, case, self.child_id)


@reaction
def assessment_calls_for_a_supervisor(
    world: World, state: State, events: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """可回归家庭的, found of the guardian of a child who is placed."""
    for event in events:
        if not isinstance(event, GuardianshipCapacityAssessed):
            continue
        if event.capacity_next is CapacityNextStep.CAN_RETURN:
            for case in world.cases_of(state.id):
                if case.placement.is_placed(state.id):
                    yield Put(case.id, NoteReturnPossible(child_id=state.id))
