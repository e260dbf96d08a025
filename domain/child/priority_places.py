"""优先名额 · Places of programmes, given first to these children (SH2024-2.3.10-a, SH2024-2.3.10-b; Q-49).

The station sees who may have a place, and never why.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from domain.child.state import ON_FILE, Child
from domain.kernel import Record
from domain.labels import name_fields
from domain.sensitivity import P2
from domain.terms.entitlements import PriorityProgramme

name_fields(
    priority_programme=("项目", "Programme"),
    programme_name=("项目名称", "Name of the programme"),
    with_priority=("优先安排", "With priority"),
    allocated_from_on=("名额起始日", "Place from"),
    allocated_until_on=("名额截止日", "Place until"),
)


class PlaceAllocated(
    Record[Child],
    name="child.place_allocated",
    zh="名额已分配",
    en="Place allocated",
    act="child.allocate_place",
    does=("优先分配名额", "Allocate a place"),
    when=ON_FILE,
    clauses=("SH2024-2.3.10-a", "SH2024-2.3.10-b"),
):
    """Also to children who visit their parents in the city for the holidays."""

    priority_programme: Annotated[PriorityProgramme, P2]
    programme_name: Annotated[str | None, P2] = None
    with_priority: Annotated[bool, P2] = True
    allocated_from_on: Annotated[date | None, P2] = None
    allocated_until_on: Annotated[date | None, P2] = None
