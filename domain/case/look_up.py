"""紧急查找 · Police with an open emergency look a child up: who it is, and whom to call (A.1 POL, scenario 17 line 18).

It is no break-glass: the open case is the reason. It is logged with its purpose, opens identity and contacts of exactly
the one child that matches, for a short while, and nothing where none or several match.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from domain.capacity import post_of
from domain.case.state import CASE_OPEN, Case
from domain.child.state import Child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.sensitivity import P0, P1, P2

name_fields(
    looked_up_child_id=("查找到的儿童", "Child found"),
    look_up_purpose=("查找目的", "Why the child is looked up"),
)

NOTHING_TO_GO_BY = Refusal(
    "look_up_needs_identity",
    zh="须写明证件号,或姓名和出生日期",
    en="Give the id number, or name and birth date",
)
LOOK_UP_WHY = Refusal(
    "look_up_purpose_missing",
    zh="须写明查找目的",
    en="Say what the look-up is for",
    clauses=("SH2024-4.3-c",),
)


class ChildLookedUp(
    Event[Case], name="case.child_looked_up", zh="已紧急查找", en="Child looked up"
):
    """``looked_up_child_id`` None: no child on file matches, or more than one."""

    looked_up_child_id: Annotated[UUID | None, P1] = None
    look_up_purpose: Annotated[str, P2]
    user_unit_id: Annotated[UUID | None, P2] = None
    user_assignment_id: Annotated[UUID, P0]
    open_until: Annotated[datetime, P0]


class LookUpChild(
    Command[Case],
    name="case.look_up_child",
    zh="紧急查找儿童",
    en="Look a child up",
    when=CASE_OPEN,
    needs=("matching",),
    clauses=("SH2020-4.2-b", "CQ2016-4.2-b", "CN2017-4.2-a"),
):
    look_up_purpose: Annotated[str, P2]
    wanted_name: Annotated[str | None, P1] = None
    wanted_birth_on: Annotated[date | None, P1] = None
    wanted_id_number: Annotated[str | None, P1] = None

    def decide(self, _state: Case) -> Iterator[Event[Case]]:
        if not self.look_up_purpose.strip():
            raise LOOK_UP_WHY(field="lookUpPurpose")
        if not self.wanted_id_number and not (self.wanted_name and self.wanted_birth_on):
            raise NOTHING_TO_GO_BY(field="wantedName")
        found = [s for s in self.linked.values() if isinstance(s, Child) and s.version]
        yield ChildLookedUp.of(
            self,
            looked_up_child_id=found[0].id if len(found) == 1 else None,
            user_unit_id=self.by.unit_id,
            user_assignment_id=post_of(self.by),
            open_until=self.at + timedelta(minutes=self.rules.minutes("look_up_minutes")),
        )
