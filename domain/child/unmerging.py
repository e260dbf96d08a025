"""并档撤销 · A merge that was recorded by mistake: the file that remained says so (D.7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from domain.child.corrections import EventDisavowed
from domain.child.state import Child
from domain.kernel import Command, Event, State
from domain.reactions import Put, World, reaction
from domain.replacing import replace
from domain.sensitivity import P0


class MergedFileGivenBack(
    Event[Child],
    name="child.merged_file_given_back",
    zh="并档已撤销",
    en="Merged file given back",
):
    """The file of ``merged_id`` stands for itself again."""

    merged_id: Annotated[UUID, P0]

    def evolve(self, state: Child) -> Child:
        took_over = state.file.took_over - {self.merged_id}
        return replace(state, file=replace(state.file, took_over=took_over))


class GiveBackMergedFile(
    Command[Child],
    name="child.give_back_merged_file",
    zh="撤销并档",
    en="Give back a merged file",
    clauses=("SH2020-3.2-g",),
    by_system=True,
):
    """Put when the merge is disavowed on the file that was merged."""

    merged_id: Annotated[UUID, P0]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if self.merged_id in state.file.took_over:
            yield MergedFileGivenBack.of(self)


@reaction
def tell_the_survivor_it_was_another(
    _world: World, state: State, events: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """Without this its timeline went on saying that the other had been taken over."""
    if not isinstance(state, Child) or state.file.unmerged_from is None:
        return
    if any(isinstance(event, EventDisavowed) for event in events):
        yield Put(state.file.unmerged_from, GiveBackMergedFile(merged_id=state.id))
