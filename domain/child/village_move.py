"""村内责任人 · A child that moves within the township: the village it now lives in looks after it (SH2020-5.3-f).

Another township is told by the jurisdiction (``places``). Here the unit in charge stays, and would not hear of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.child.file import worker_of_village
from domain.child.places import move_in
from domain.child.state import Child
from domain.child.withdrawal import ResponsibleWorkerWithdrawn
from domain.kernel import Command, Event, State
from domain.reactions import Put, World, reaction
from domain.terms.units import UnitKind


class FollowToVillage(
    Command[Child],
    name="child.follow_to_village",
    zh="随迁变更责任人",
    en="Let the worker of the new village take over",
    by_system=True,
):
    """Put after a move. Only the village's own worker changes with the village; anybody else stays who they are."""

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        worker, home = state.file.responsible_person, state.file.residence
        if worker is None or home is None or not self._of_another_village(worker, home):
            return
        yield ResponsibleWorkerWithdrawn(withdrawn_person_id=worker)
        successor = worker_of_village(self, home)
        if successor is not None:
            yield successor

    def _of_another_village(self, worker: Any, home: str) -> bool:
        path = self.divisions.path(home, self.rules.on)
        posts = [p for p in self.directory.posts if p.person_id == worker and p.active]
        units = [self.directory.units.get(p.unit_id) for p in posts if p.unit_id is not None]
        return bool(units) and all(
            u is not None and u.kind is UnitKind.VILLAGE_COMMITTEE and u.division_id not in path
            for u in units
        )


@reaction
def village_follows(world: World, state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """Where the residence is another and the unit in charge is the same as before."""
    if move_in(new) is None or not isinstance(state, Child):
        return
    home, before = state.file.residence, world.home_before(state.id)
    if home is None or before is None or home == before:
        return
    if state.file.owner_division in world.divisions.path(home):
        yield Put(state.id, FollowToVillage())
