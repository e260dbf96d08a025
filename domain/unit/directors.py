"""儿童主任 · Directors: who they are, and one more where a village has more than thirty children (SH2024-2.5.15).

Each child on file is counted once, whichever groups it belongs to. Thirty is not more than thirty; the thirty-first
child is. Every count is kept, so a file that was closed by mistake and reopened shows as the gap it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from domain.kernel import Command, Event, Refusal, Turn
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P2
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from domain.terms.workforce import DirectorBackground, EmploymentType, RequiredPost
from domain.unit.state import Unit

name_fields(
    director_background=("儿童主任身份", "Background of the director"),
    preferred_background=("属优先人选", "Of a preferred background"),
    children_counted=("在册儿童数", "Children on file"),
    ratio_limit=("增配门槛", "Limit"),
    extra_directors=("应增配人数", "Directors to add"),
    appointing_unit_id=("负责配备单位", "Unit to appoint"),
    appoint_by_on=("配备期限", "Appoint by"),
)

RATIO = ("SH2024-2.5.15-b",)
AT_ANY_TIME: Turn[Unit] = Turn("at_any_time", "任何时候", "at any time", lambda _unit: True)
NOT_A_DIRECTOR = Refusal(
    "not_a_director", zh="该任职不是在任儿童主任", en="This is no director in office"
)


class ChildDirectorRegistered(
    Event[Unit],
    name="unit.child_director_registered",
    zh="儿童主任已登记入册",
    en="Child director registered",
):
    """Whom the text prefers is recorded; nobody is refused for it (SH2024-2.5.15-a)."""

    assignment_id: Annotated[UUID, P0]
    director_background: Annotated[DirectorBackground, P2]
    employment_type: Annotated[EmploymentType, P2]
    preferred_background: Annotated[bool, P2] = False


class RegisterChildDirector(
    Command[Unit],
    name="unit.register_child_director",
    zh="登记儿童主任身份",
    en="Register the director's background",
    clauses=("SH2020-5.3-f", "SH2024-2.5.15-a", "SH2024-2.5.15-c", "CQ2016-6.2-f", "SH2020-5.3-g"),
):
    """The ledger of directors: what the person appointed is besides, and how they are employed."""

    assignment_id: Annotated[UUID, P0]
    director_background: Annotated[DirectorBackground, P2]
    employment_type: Annotated[EmploymentType, P2]

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        post = state.find(self.assignment_id)
        if post is None or not post.active or post.role != Role.CHILD_DIRECTOR:
            raise NOT_A_DIRECTOR(field="assignmentId")
        preferred = self.director_background in self.rules.codes("director_backgrounds")
        yield ChildDirectorRegistered.of(self, preferred_background=preferred)


class DirectorCaseloadCounted(
    Event[Unit],
    name="unit.director_caseload_counted",
    zh="在册儿童数变动",
    en="Children on file counted",
):
    """How many children are on file in the village now: the history of the ratio."""

    children_counted: Annotated[int, P2]

    def evolve(self, state: Unit) -> Unit:
        workforce = replace(state.workforce, children=self.children_counted)
        return replace(state, workforce=workforce)


class DirectorRatioBreached(
    Event[Unit],
    name="unit.director_ratio_breached",
    zh="儿童数超过增配门槛",
    en="Director ratio breached",
):
    """How many to add the text does not say; the number is the platform's, less those who serve beside the one."""

    children_counted: Annotated[int, P2]
    ratio_limit: Annotated[int, P0]
    extra_directors: Annotated[int, P0]
    appointing_unit_id: Annotated[UUID | None, P0] = None
    appoint_by_on: Annotated[date | None, P0] = None
    required_post: Annotated[RequiredPost, P0] = RequiredPost.ADDITIONAL_DIRECTOR

    def evolve(self, state: Unit) -> Unit:
        relieved = self.extra_directors == 0
        return replace(state, workforce=replace(state.workforce, breached=True, relieved=relieved))


class DirectorRatioRestored(
    Event[Unit],
    name="unit.director_ratio_restored",
    zh="儿童数回到增配门槛以内",
    en="Director ratio restored",
):
    """Nobody is dismissed because of it."""

    children_counted: Annotated[int, P2]
    required_post: Annotated[RequiredPost, P0] = RequiredPost.ADDITIONAL_DIRECTOR

    def evolve(self, state: Unit) -> Unit:
        return replace(state, workforce=replace(state.workforce, breached=False, relieved=False))


class CountChildren(
    Command[Unit],
    name="unit.count_children",
    zh="核算在册儿童数",
    en="Count the children on file",
    when=AT_ANY_TIME,
    clauses=RATIO,
    by_system=True,
):
    """Put whenever a file of the village opens, closes or moves (T-20); it never stands in a file's way."""

    children_counted: Annotated[int, P2]

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        rules, count = self.rules, self.children_counted
        if state.kind is None or not rules.has("director_ratio_above"):
            return
        if count != state.workforce.children:
            yield DirectorCaseloadCounted.of(self)
        limit = rules.count("director_ratio_above")
        if count > limit and not state.workforce.breached:
            appointing, by_on = who_appoints(self, state)
            yield DirectorRatioBreached.of(
                self,
                ratio_limit=limit,
                extra_directors=max(rules.count("extra_directors") - beside_the_one(state), 0),
                appointing_unit_id=appointing,
                appoint_by_on=by_on,
            )
        if count <= limit and state.workforce.breached:
            yield DirectorRatioRestored.of(self)


def beside_the_one(state: Unit) -> int:
    """增配: how many directors serve beside the one there is anyway."""
    return max(state.serving(Role.CHILD_DIRECTOR) - 1, 0)


def who_appoints(command: Command[Unit], state: Unit) -> tuple[UUID | None, date]:
    """The township of the place, and until when (Q-34)."""
    rules = command.rules
    unit = command.directory.owner_for(UnitKind.TOWNSHIP, state.place, command.divisions, rules.on)
    by_on = rules.on + timedelta(days=rules.days("appointment_days"))
    return (unit.id if unit else None), by_on
