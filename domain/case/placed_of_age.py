"""被安置人成年 · Who comes of age in a placement is a child placed no longer: somebody ends it and sees what follows.

No text says when a placement ends by age. CN2017-5.1-e asks for what comes after it; until civil affairs decide, the
site still looks after whom it has.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from domain.case.further_reports import ChildIdentified
from domain.case.placement_begun import PlacementActivated
from domain.case.placement_state import Placement
from domain.case.report_routing import unit_at
from domain.case.state import Case
from domain.child.coming_of_age import CameOfAge
from domain.child.corrections import EventCorrected
from domain.child.state import Child
from domain.kernel import Command, Event, State
from domain.reactions import Put, World, reaction
from domain.replacing import replace
from domain.sensitivity import P0, P2
from domain.terms.units import UnitKind


class PlacedChildCameOfAge(
    Event[Case],
    name="case.placed_child_came_of_age",
    zh="被安置人已成年",
    en="The child placed came of age",
):
    """Civil affairs end the placement (Q-22-OVER)."""

    placement_id: Annotated[UUID, P0]
    child_id: Annotated[UUID, P2]
    civil_affairs_unit_id: Annotated[UUID | None, P2] = None

    def evolve(self, case: Case) -> Case:
        """Told once of each placement."""
        return _told(case, self.placement_id, of_age=True)


class PlacedChildStillMinor(
    Event[Case],
    name="case.placed_child_still_minor",
    zh="被安置人仍未成年",
    en="The child placed is still a minor",
):
    """By a birth that was corrected: the placement goes on as it did."""

    placement_id: Annotated[UUID, P0]
    child_id: Annotated[UUID, P2]

    def evolve(self, case: Case) -> Case:
        """To be told again when it is of age."""
        return _told(case, self.placement_id, of_age=False)


def _told(case: Case, placement_id: UUID, *, of_age: bool) -> Case:
    placement = case.placement.of(placement_id)
    if placement is None:
        return case
    return replace(case, placement=case.placement.put(replace(placement, of_age=of_age)))


class NoteAgeInPlacement(
    Command[Case],
    name="case.note_age_in_placement",
    zh="登记被安置人成年与否",
    en="Note whether a child placed is of age",
    by_system=True,
    needs=("child",),
    clauses=("CN2017-5.1-e",),
):
    """Put when the file tells that a child came of age, or tells its birth anew, and when somebody of age is placed."""

    child_id: Annotated[UUID, P2]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """What the file says, where it has not been told yet."""
        file = self.linked.get(self.child_id)
        placement = _told_otherwise(case, file)
        if placement is None or not isinstance(file, Child):
            return
        if file.file.of_age:
            yield PlacedChildCameOfAge.of(
                self,
                placement_id=placement.placement_id,
                civil_affairs_unit_id=unit_at(self, UnitKind.DISTRICT_CIVIL_AFFAIRS, case.place),
            )
        else:
            yield PlacedChildStillMinor.of(self, placement_id=placement.placement_id)


def _told_otherwise(case: Case, file: object) -> Placement | None:
    """The placement the child is in, if something else was told of its age than its file says."""
    placement = case.placement.running(file.id) if isinstance(file, Child) else None
    if placement is None or not isinstance(file, Child) or not placement.in_care:
        return None
    return placement if placement.of_age is not file.file.of_age else None


@reaction
def age_is_told_to_the_placement(
    world: World, state: State, events: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """The file says that somebody is of age, or the case that somebody is placed."""
    if isinstance(state, Child) and any(isinstance(e, CameOfAge | EventCorrected) for e in events):
        for case in world.cases_of(state.id):
            if _told_otherwise(case, state):
                yield Put(case.id, NoteAgeInPlacement(child_id=state.id))
    if isinstance(state, Case) and any(
        isinstance(e, PlacementActivated | ChildIdentified) for e in events
    ):
        for child_id in state.children:
            if _told_otherwise(state, world.child(child_id)):
                yield Put(state.id, NoteAgeInPlacement(child_id=child_id))
