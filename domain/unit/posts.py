"""机构与岗位 · Units and posts: who serves where, in one capacity an assignment; an end takes effect at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.codec import says_more
from domain.kernel import PRESENT, Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P1, P2, P3
from domain.terms.places import DivisionId
from domain.terms.roles import ROLES_OF, Role
from domain.terms.units import UnitKind
from domain.terms.workforce import EmploymentType, RequiredPost
from domain.unit.eligibility import must_be_eligible
from domain.unit.state import PostHeld, Unit

name_fields(
    employment_type=("用工形式", "Type of employment"),
    kind=("类别", "Kind"),
    unit_name=("机构名称", "Unit name"),
    division_id=("行政区划", "Division"),
    assignment_id=("任职", "Assignment"),
    person_id=("人员", "Person"),
    person_name=("姓名", "Person's name"),
    role=("岗位", "Role"),
    ground=("事由", "Ground"),
)

UNKNOWN_ASSIGNMENT = Refusal(
    "unknown_assignment", zh="没有这项任职", en="There is no such assignment"
)
ROLE_NOT_OF_UNIT = Refusal(
    "role_not_of_unit", zh="该机构不设此岗位", en="A unit of this kind has no such post"
)
POST_HELD = Refusal(
    "post_already_held", zh="此人已任该岗位", en="This person already holds that post"
)


class UnitRegistered(Event[Unit], name="unit.registered", zh="机构已登记", en="Unit registered"):
    kind: Annotated[UnitKind, P0]
    unit_name: Annotated[str, P2]
    division_id: Annotated[DivisionId, P0]

    def evolve(self, state: Unit) -> Unit:
        return replace(state, kind=self.kind, division_id=self.division_id)


class RegisterUnit(
    Command[Unit],
    name="unit.register",
    zh="登记机构",
    en="Register a unit",
    opens=True,
    place_field="division_id",
    clauses=("CN2017-5.1-c", "CQ2024-3.4-a"),
):
    kind: Annotated[UnitKind, P0]
    unit_name: Annotated[str, P2]
    division_id: Annotated[DivisionId, P0]

    def decide(self, _state: Unit) -> Iterator[Event[Unit]]:
        yield UnitRegistered.of(self)


class PersonAppointed(
    Event[Unit],
    name="unit.person_appointed",
    zh="已任用",
    en="Person appointed",
    version=2,
):
    """``employment_type``: 专职 or 兼职, where whoever appoints says so (CQ2016-6.2-f)."""

    assignment_id: Annotated[UUID, P0]
    person_id: Annotated[UUID, P0]
    person_name: Annotated[str, P1]
    role: Annotated[Role, P0]
    division_id: Annotated[DivisionId | None, P0] = None
    employment_type: Annotated[EmploymentType | None, P2] = None

    def evolve(self, state: Unit) -> Unit:
        post = PostHeld(
            assignment_id=self.assignment_id, person_id=self.person_id, role=self.role.value
        )
        return replace(state, posts=(*state.posts, post))


# Whether somebody works there full or part time was asked of directors alone.
says_more("unit.person_appointed", 1)


class AdditionalDirectorAppointed(
    Event[Unit],
    name="unit.additional_director_appointed",
    zh="已增配儿童主任",
    en="Additional director appointed",
):
    """A director more while the village has more children than one director should have (SH2024-2.5.15-b)."""

    assignment_id: Annotated[UUID, P0]
    person_id: Annotated[UUID, P0]
    required_post: Annotated[RequiredPost, P0] = RequiredPost.ADDITIONAL_DIRECTOR

    def evolve(self, state: Unit) -> Unit:
        return replace(state, workforce=replace(state.workforce, relieved=True))


class AppointPerson(
    Command[Unit],
    name="unit.appoint_person",
    zh="任用人员",
    en="Appoint a person",
    when=PRESENT,
    clauses=(
        "CQ2016-6.2-f",
        "SH2020-5.3-e",
        "SH2020-5.3-f",
        "CN2017-5.1-ah",
        "CN2017-5.1-ai",
        "CQ2024-2.4-d",
        "SH2024-2.5.15-d",
    ),
):
    """A post close to children is given to nobody before a clear check (D.10).

    ``division_id`` narrows the post's territory below the unit's own, e.g. a director's village. Every village
    committee has somebody, full or part time: 明确落实村(居)民委员会专职、兼职工作人员 (CQ2016-6.2-f).
    """

    person_id: Annotated[UUID, P0]
    person_name: Annotated[str, P1]
    role: Annotated[Role, P0]
    division_id: Annotated[DivisionId | None, P0] = None
    employment_type: Annotated[EmploymentType | None, P2] = None

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        if state.kind is None or self.role not in ROLES_OF[state.kind]:
            raise ROLE_NOT_OF_UNIT(field="role")
        for post in state.posts:
            if post.active and (post.person_id, post.role) == (self.person_id, self.role.value):
                raise POST_HELD(field="personId")
        must_be_eligible(self, state, self.person_id, self.role)
        assignment_id = self.new_id("assignment")
        yield PersonAppointed.of(self, assignment_id=assignment_id)
        beside = state.serving(Role.CHILD_DIRECTOR) > 0  # who is the only one is none more
        if self.role is Role.CHILD_DIRECTOR and state.workforce.breached and beside:
            yield AdditionalDirectorAppointed.of(self, assignment_id=assignment_id)


def with_active(state: Unit, assignment_id: UUID, *, active: bool, suspended: bool = False) -> Unit:
    """The unit with one assignment in force, or not, or not for the time being."""
    posts = tuple(
        replace(p, active=active, suspended=suspended) if p.assignment_id == assignment_id else p
        for p in state.posts
    )
    return replace(state, posts=posts)


def without_check(state: Unit, assignment_id: UUID) -> Unit:
    """The check ends with the engagement: the next one is asked anew."""
    post = state.find(assignment_id)
    if post is None:
        return state
    return replace(state, workforce=state.workforce.without_check(post.person_id, post.role))


class AssignmentEnded(
    Event[Unit], name="unit.assignment_ended", zh="任职终止", en="Assignment ended"
):
    assignment_id: Annotated[UUID, P0]
    ground: Annotated[str, P3]

    def evolve(self, state: Unit) -> Unit:
        return with_active(
            without_check(state, self.assignment_id), self.assignment_id, active=False
        )


class EndAssignment(
    Command[Unit],
    name="unit.end_assignment",
    zh="终止任职",
    en="End an assignment",
    clauses=("CQ2024-2.4-d", "SH2024-2.5.15-d"),
):
    """Takes away all access of this assignment at the next request, open sockets included."""

    assignment_id: Annotated[UUID, P0]
    ground: Annotated[str, P3]

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        post = state.find(self.assignment_id)
        if post is None:
            raise UNKNOWN_ASSIGNMENT(field="assignmentId")
        if post.active or post.suspended:
            yield AssignmentEnded.of(self)
