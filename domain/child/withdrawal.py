"""人员撤离 · Somebody may no longer work with children, or has left: the children that were theirs go to somebody else.

The family reads that the pairing ended and who looks after the child now, never why: who was barred and who took
another post leave alike, by the clauses that ask for somebody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated
from uuid import UUID

from domain.child.file import ResponsibleWorkerAssigned, role_in_service
from domain.child.pairing import PairingEnded, due_now
from domain.child.school_state import Pair
from domain.child.state import Child
from domain.directory import Post
from domain.kernel import Command, Event
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P2
from domain.terms.school import PAIRED_BY_SCHOOL, PairingKind

name_fields(
    left_unit_id=("离任单位", "Unit the person has left"),
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


SOMEBODY_ASKED_FOR = (
    "SH2020-3.3-b",
    "CQ2016-3.3-m",
    "CQ2024-2.6-b",
    "SH2024-2.1.2-a",
    "SH2024-2.3.9-b",
    "CQ2016-3.4-f",
    "CQ2016-6.2-f",
    "SH2020-5.3-f",
    "CN2017-5.1-ai",
)
"""By these a child has a teacher, a companion, a worker; by which a person left is nobody's business here."""


class Withdrawing(Command[Child]):
    """What ends with a person. Where a colleague serves, the colleague takes over; else the child waits for one."""

    withdrawn_person_id: Annotated[UUID, P2]
    successor_person_id: Annotated[UUID | None, P2] = None

    def of_the_person(self, state: Child) -> tuple[Pair, ...]:
        """The child's pairings with this person."""
        return tuple(p for p in state.school.pairs if p.person_id == self.withdrawn_person_id)

    def pairings_end(self, state: Child, pairs: Iterable[Pair]) -> Iterator[Event[Child]]:
        """These end, and what the school owes is due again."""
        after = state
        for pair in pairs:
            ended = PairingEnded(
                pairing_id=pair.pairing_id,
                pairing_kind=PairingKind(pair.kind),
                pairing_ended_because=NO_LONGER_SERVING,
            )
            after = ended.evolve(after)
            yield ended
        if after is not state:
            yield from due_now(self, after)

    def worker_ends(self, state: Child) -> Iterator[Event[Child]]:
        """Who was responsible is so no longer."""
        if state.file.responsible_person != self.withdrawn_person_id:
            return
        yield ResponsibleWorkerWithdrawn.of(self)
        if self.successor_person_id is not None:
            yield ResponsibleWorkerAssigned(
                responsible_person_id=self.successor_person_id,
                responsible_role=role_in_service(self, self.successor_person_id),
            )


class WithdrawPerson(
    Withdrawing,
    name="child.withdraw_person",
    zh="终止人员与儿童的结对",
    en="End a person's pairings with the child",
    clauses=SOMEBODY_ASKED_FOR,
    by_system=True,
):
    """Put by a ban: everything ends."""

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        yield from self.pairings_end(state, self.of_the_person(state))
        yield from self.worker_ends(state)


class NotePersonLeft(
    Withdrawing,
    name="child.note_person_left",
    zh="登记责任人员、结对人员离任",
    en="Note that a person has left a unit",
    clauses=SOMEBODY_ASKED_FOR,
    by_system=True,
):
    """Put where somebody's last post in a unit has ended: what rested on it ends, and nothing else."""

    left_unit_id: Annotated[UUID, P2]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        """A teacher's pairing rests on the child's school, any other on serving at all; the worker serves the home."""
        at_their_school = state.file.school_unit_id == self.left_unit_id
        elsewhere = self._elsewhere()
        ended = (
            pair
            for pair in self.of_the_person(state)
            if not elsewhere or (pair.kind in PAIRED_BY_SCHOOL and at_their_school)
        )
        yield from self.pairings_end(state, ended)
        if not self._serves_home(state, elsewhere):
            yield from self.worker_ends(state)

    def _elsewhere(self) -> list[Post]:
        """The posts the person still holds."""
        return [
            post
            for post in self.directory.posts
            if post.person_id == self.withdrawn_person_id
            and post.active
            and post.unit_id != self.left_unit_id
        ]

    def _serves_home(self, state: Child, posts: list[Post]) -> bool:
        home = state.file.residence
        if home is None:
            return bool(posts)
        path = self.divisions.path(home, self.rules.on)
        return any(post.division_id in path for post in posts)
