"""停职 · A post that opens nothing while something is looked into: suspended at once, reinstated or ended afterwards.

Suspension is no finding. It takes every access away in the same breath as the fact, open streams too. Tasks are named
to somebody who serves; the children stay the person's own until the post ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.sensitivity import P0, P3
from domain.terms.roles import Role
from domain.unit.eligibility import VETTING, must_be_eligible
from domain.unit.posts import POST_HELD, UNKNOWN_ASSIGNMENT, with_active, without_check
from domain.unit.state import Unit

name_fields(reinstated_because=("复职理由", "Why the person is reinstated"))

NOT_SUSPENDED = Refusal(
    "assignment_not_suspended", zh="该任职未停职", en="This assignment is not suspended"
)


class AssignmentSuspended(
    Event[Unit], name="unit.assignment_suspended", zh="已停职", en="Assignment suspended"
):
    """ACTIVE → SUSPENDED: the access of this assignment is gone with it, and so is its clear check."""

    assignment_id: Annotated[UUID, P0]
    ground: Annotated[str, P3]

    def evolve(self, state: Unit) -> Unit:
        state = without_check(state, self.assignment_id)
        return with_active(state, self.assignment_id, active=False, suspended=True)


class SuspendAssignment(
    Command[Unit],
    name="unit.suspend_assignment",
    zh="停职",
    en="Suspend an assignment",
    clauses=VETTING,
):
    """Takes away all access of this assignment at once, open streams included, until it is reinstated or ended."""

    assignment_id: Annotated[UUID, P0]
    ground: Annotated[str, P3]

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        post = state.find(self.assignment_id)
        if post is None:
            raise UNKNOWN_ASSIGNMENT(field="assignmentId")
        if post.active:
            yield AssignmentSuspended.of(self)


class AssignmentReinstated(
    Event[Unit], name="unit.assignment_reinstated", zh="已复职", en="Assignment reinstated"
):
    """SUSPENDED → ACTIVE: what the post opens is open again from the next sign-in on."""

    assignment_id: Annotated[UUID, P0]
    reinstated_because: Annotated[str, P3]

    def evolve(self, state: Unit) -> Unit:
        return with_active(state, self.assignment_id, active=True)


class ReinstateAssignment(
    Command[Unit],
    name="unit.reinstate_assignment",
    zh="复职",
    en="Reinstate an assignment",
    clauses=VETTING,
):
    """A post close to children is given back as it is given: after a new clear check, and under no ban."""

    assignment_id: Annotated[UUID, P0]
    reinstated_because: Annotated[str, P3]

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        post = state.find(self.assignment_id)
        if post is None:
            raise UNKNOWN_ASSIGNMENT(field="assignmentId")
        if not post.suspended:
            raise NOT_SUSPENDED(field="assignmentId")
        must_be_eligible(self, state, post.person_id, Role(post.role))
        if any(
            p.active and (p.person_id, p.role) == (post.person_id, post.role) for p in state.posts
        ):
            raise POST_HELD(field="assignmentId")
        yield AssignmentReinstated.of(self)
