"""从业禁止 · Bans: a person barred anywhere leaves every child-facing post everywhere, at once (D.10).

The ban is recorded by the authority that knows of it, on its own record; its ground stays there and reaches nobody
else. What follows in the units that employ the person follows by rule, in the same breath. That somebody is barred is
an outcome of justice: for the authority, the employer and civil affairs of the place.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P5, P5_OUTCOME
from domain.terms.roles import Role
from domain.terms.workforce import CHILD_FACING
from domain.unit.eligibility import VETTING
from domain.unit.posts import with_active
from domain.unit.state import Unit

name_fields(
    bar_id=("从业禁止", "Employment ban"),
    bar_ground=("禁止依据", "Ground of the ban"),
    barred_until_on=("禁止至", "Barred until"),
    lifted_because=("解除理由", "Why it is lifted"),
)

BAR_STANDS = Refusal(
    "bar_already_recorded", zh="此人的从业禁止已登记", en="A ban on this person stands already"
)
UNKNOWN_BAR = Refusal("unknown_bar", zh="没有这项从业禁止", en="There is no such ban")
BAR_GROUND_MISSING = Refusal(
    "bar_ground_missing", zh="须载明从业禁止的依据", en="Say what the ban rests on"
)


class EmploymentBarRecorded(
    Event[Unit],
    name="unit.employment_bar_recorded",
    zh="从业禁止已登记",
    en="Ban recorded",
    existence=P5_OUTCOME,
):
    bar_id: Annotated[UUID, P0]
    person_id: Annotated[UUID, P5_OUTCOME]
    bar_ground: Annotated[str, P5]
    barred_until_on: Annotated[date | None, P5] = None

    def evolve(self, state: Unit) -> Unit:
        bars = (*state.workforce.bars, (self.bar_id, self.person_id, True))
        return replace(state, workforce=replace(state.workforce, bars=bars))


class RecordEmploymentBar(
    Command[Unit],
    name="unit.record_employment_bar",
    zh="登记从业禁止",
    en="Record an employment ban",
    clauses=VETTING,
):
    """``bar_ground`` refers to the judgment or decision; it is never told to those who only lose the person."""

    person_id: Annotated[UUID, P5_OUTCOME]
    bar_ground: Annotated[str, P5]
    barred_until_on: Annotated[date | None, P5] = None

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        if not self.bar_ground.strip():
            raise BAR_GROUND_MISSING(
                cite=self.rules.cite("entry_check_required"), field="barGround"
            )
        if any(person == self.person_id and stands for _, person, stands in state.workforce.bars):
            raise BAR_STANDS(field="personId")
        yield EmploymentBarRecorded.of(self, bar_id=self.new_id("bar"))


class EmploymentBarLifted(
    Event[Unit],
    name="unit.employment_bar_lifted",
    zh="从业禁止已解除",
    en="Ban lifted",
    existence=P5_OUTCOME,
):
    """The person may be checked again; no post comes back by itself."""

    bar_id: Annotated[UUID, P0]
    person_id: Annotated[UUID, P5_OUTCOME]
    lifted_because: Annotated[str, P5]

    def evolve(self, state: Unit) -> Unit:
        bars = tuple(
            (i, who, stands and i != self.bar_id) for i, who, stands in state.workforce.bars
        )
        return replace(state, workforce=replace(state.workforce, bars=bars))


class LiftEmploymentBar(
    Command[Unit],
    name="unit.lift_employment_bar",
    zh="解除从业禁止",
    en="Lift an employment ban",
    clauses=VETTING,
):
    """A ban that ended or was recorded against the wrong person."""

    bar_id: Annotated[UUID, P0]
    lifted_because: Annotated[str, P5]

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        for bar_id, person_id, stands in state.workforce.bars:
            if bar_id == self.bar_id:
                if stands:
                    yield EmploymentBarLifted.of(self, person_id=person_id)
                return
        raise UNKNOWN_BAR(field="barId")


class AssignmentBarred(
    Event[Unit],
    name="unit.assignment_barred",
    zh="任职因从业禁止终止",
    en="Assignment barred",
    existence=P5_OUTCOME,
):
    """ACTIVE → BARRED: the access of this assignment is gone with it."""

    assignment_id: Annotated[UUID, P0]
    person_id: Annotated[UUID, P5_OUTCOME]
    role: Annotated[Role, P0]

    def evolve(self, state: Unit) -> Unit:
        workforce = state.workforce.without_check(self.person_id, self.role.value)
        state = replace(state, workforce=workforce)
        return with_active(state, self.assignment_id, active=False)


class BarPerson(
    Command[Unit],
    name="unit.bar_person",
    zh="因从业禁止终止任职",
    en="End the posts of a barred person",
    clauses=VETTING,
    by_system=True,
):
    """Put by the ban itself to every unit in which the person serves close to children."""

    person_id: Annotated[UUID, P5_OUTCOME]

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        for post in state.posts:
            if post.active and post.person_id == self.person_id and post.role in CHILD_FACING:
                yield AssignmentBarred(
                    assignment_id=post.assignment_id,
                    person_id=post.person_id,
                    role=Role(post.role),
                )
