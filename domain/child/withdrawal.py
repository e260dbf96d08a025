"""人员撤离 · Somebody may no longer work with children: every child that was theirs is told to somebody else, at once.

The family reads that the pairing ended and who looks after the child now, never why (CQ2024-2.4-d, SH2024-2.5.15-d).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.child.file import ResponsibleWorkerAssigned, role_in_service
from domain.child.pairing import PairingEnded, due_now
from domain.child.state import Child
from domain.kernel import Command, Event
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P2
from domain.terms.school import PairingKind

name_fields(
    withdrawn_person_id=("不再负责的人员", "Who no longer looks after the child"),
    successor_person_id=("接替人员", "Who looks after the child now"),
)

NO_LONGER_SERVING = "结对人员不再任职"
"""All that is said: the ground stays with the authority that knows it."""


class ResponsibleWorkerWithdrawn(
    Event[Child],
    name="child.responsible_worker_withdrawn",
    zh="责任人结对已终止",
    en="Pairing with the responsible worker ended",
):
    withdrawn_person_id: Annotated[UUID, P2]

    def evolve(self, state: Child) -> Child:
        if state.file.responsible_person != self.withdrawn_person_id:
            return state
        return replace(state, file=replace(state.file, responsible_person=None))


class WithdrawPerson(
    Command[Child],
    name="child.withdraw_person",
    zh="终止人员与儿童的结对",
    en="End a person's pairings with the child",
    clauses=("CQ2024-2.4-d", "SH2024-2.5.15-d"),
    by_system=True,
):
    """Put by a ban. Where the child is left without a worker and a colleague serves, the colleague takes over."""

    withdrawn_person_id: Annotated[UUID, P2]
    successor_person_id: Annotated[UUID | None, P2] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        after = state
        for pair in state.school.pairs:
            if pair.person_id == self.withdrawn_person_id:
                ended = PairingEnded(
                    pairing_id=pair.pairing_id,
                    pairing_kind=PairingKind(pair.kind),
                    pairing_ended_because=NO_LONGER_SERVING,
                )
                after = ended.evolve(after)
                yield ended
        if after is not state:
            yield from due_now(self, after)
        if state.file.responsible_person != self.withdrawn_person_id:
            return
        yield ResponsibleWorkerWithdrawn.of(self)
        if self.successor_person_id is not None:
            yield ResponsibleWorkerAssigned(
                responsible_person_id=self.successor_person_id,
                responsible_role=role_in_service(self, self.successor_person_id),
            )
