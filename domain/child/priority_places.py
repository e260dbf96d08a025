"""优先名额 · Places of programmes, given first to these children (SH2024-2.3.10-a, SH2024-2.3.10-b; Q-49).

The station sees who may have a place, and never why.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from domain.child.places import PERIOD_REVERSED
from domain.child.state import ON_FILE, Child
from domain.codec import says_more
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.sensitivity import P2, P3
from domain.terms.entitlements import PriorityProgramme
from domain.terms.file import CategoryGroup

name_fields(
    priority_programme=("项目", "Programme"),
    programme_name=("项目名称", "Name of the programme"),
    with_priority=("优先安排", "With priority"),
    priority_group=("优先依据的对象群体", "Group that has the priority"),
    allocated_from_on=("名额起始日", "Place from"),
    allocated_until_on=("名额截止日", "Place until"),
)

NO_PRIORITY = Refusal(
    "no_priority_for_child",
    zh="该儿童不属于该项目优先安排的对象",
    en="Places of this programme are not given first to this child",
)
BY_RIGHT = (CategoryGroup.LBC, CategoryGroup.CID)
"""优先满足农村留守儿童和困境儿童需求."""
IN_THE_HOLIDAYS = frozenset({PriorityProgramme.HOLIDAY_SERVICE, PriorityProgramme.SUMMER_CARE})
"""节假日、寒暑假期…向…来沪与父母团聚儿童倾斜: of these programmes alone."""


class PlaceAllocated(
    Event[Child],
    name="child.place_allocated",
    zh="名额已分配",
    en="Place allocated",
    version=2,
):
    """``priority_group``: why the child comes first, for those who keep the file; the provider is not told."""

    priority_programme: Annotated[PriorityProgramme, P2]
    programme_name: Annotated[str | None, P2] = None
    with_priority: Annotated[bool, P2] = True
    allocated_from_on: Annotated[date | None, P2] = None
    allocated_until_on: Annotated[date | None, P2] = None
    priority_group: Annotated[CategoryGroup | None, P3] = None


# At first nobody asked whether the child is one of those who come first.
says_more("child.place_allocated", 1)


class AllocatePlace(
    Command[Child],
    name="child.allocate_place",
    zh="优先分配名额",
    en="Allocate a place",
    when=ON_FILE,
    clauses=("SH2024-2.3.10-a", "SH2024-2.3.10-b"),
):
    """To left-behind children and children in difficulty first; in the holidays to visitors of their parents, too."""

    priority_programme: Annotated[PriorityProgramme, P2]
    programme_name: Annotated[str | None, P2] = None
    with_priority: Annotated[bool, P2] = True
    allocated_from_on: Annotated[date | None, P2] = None
    allocated_until_on: Annotated[date | None, P2] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        first, last = self.allocated_from_on, self.allocated_until_on
        if first and last and last < first:
            raise PERIOD_REVERSED(field="allocatedUntilOn")
        group = self._group(state) if self.with_priority else None
        cite = self.rules.binding("SH2024-2.3.10-a", "SH2024-2.3.10-b")
        if self.with_priority and group is None and cite:
            raise NO_PRIORITY(cite=cite, field="withPriority")
        yield PlaceAllocated.of(self, priority_group=group)

    def _group(self, state: Child) -> CategoryGroup | None:
        """The group of the child that the text favours for such a programme."""
        held = {category.group for category in state.file.held}
        visiting = self.priority_programme in IN_THE_HOLIDAYS
        favoured = (*BY_RIGHT, CategoryGroup.VISITOR) if visiting else BY_RIGHT
        return next((group for group in favoured if group.value in held), None)
