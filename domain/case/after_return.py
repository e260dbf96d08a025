"""回归之后 · What a return means on the child's file, and what a follow-up there means for the case.

A returned child is a key target of civil affairs (SH2024-2.2.6-c). A follow-up visit entered on the
child's file counts for the aftercare of the case as well: nobody enters it twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from domain.case.aftercare import visited
from domain.case.return_home import ChildReturnedToFamily
from domain.case.state import Case
from domain.child.follow_up import FollowUpVisitMade
from domain.child.key_targets import flagged
from domain.child.state import Child
from domain.child.turns import ON_LEDGER
from domain.kernel import Command, Event, State
from domain.labels import name_fields
from domain.reactions import Put, World, reaction
from domain.sensitivity import P0, P3
from domain.terms.file import KeyTargetGround

name_fields(visit_note=("回访情况", "What the visit found"))


class NoteReturnHome(
    Command[Child],
    name="child.note_return_home",
    zh="登记回归家庭",
    en="Note the return to the family",
    when=ON_LEDGER,
    by_system=True,
    clauses=("SH2024-2.2.6-c",),
):
    """Put when a case returns the child to its family."""

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        """民政部门将其纳入重点关注对象: once."""
        if KeyTargetGround.RETURNED_HOME.value not in state.file.key_targets:
            yield flagged(self, state, KeyTargetGround.RETURNED_HOME)


class NoteFollowUp(
    Command[Case],
    name="case.note_follow_up",
    zh="登记跟踪回访",
    en="Note a follow-up visit",
    by_system=True,
    clauses=("SH2024-2.2.6-c", "CN2017-5.1-e"),
):
    """Put when the child was followed up on its file."""

    aftercare_id: Annotated[UUID, P0]
    visit_note: Annotated[str, P3]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Nothing where the aftercare is done."""
        aftercare = case.placement.aftercare(self.aftercare_id)
        if aftercare is not None and not aftercare.done:
            yield from visited(self, aftercare, self.visit_note)


@reaction
def return_makes_a_key_target(
    world: World, _state: State, events: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """Back home after intervention: flagged on the child's file at once."""
    for event in events:
        if not isinstance(event, ChildReturnedToFamily) or event.child_id is None:
            continue
        if event.key_target and ON_LEDGER.holds(world.child(event.child_id)):
            yield Put(event.child_id, NoteReturnHome())


@reaction
def follow_up_counts_as_aftercare(
    world: World, state: State, events: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """One visit, two accounts of it."""
    for event in events:
        if not isinstance(event, FollowUpVisitMade) or not event.child_seen:
            continue
        for case in world.cases_of(state.id):
            for aftercare in case.placement.aftercares:
                if aftercare.child_id == state.id and not aftercare.done:
                    note = NoteFollowUp(
                        aftercare_id=aftercare.aftercare_id,
                        visit_note=event.follow_up_finding,
                    )
                    yield Put(case.id, note)
