"""Suspension: a post opens nothing until it is reinstated after a new check, or ended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.directory import Directory
from domain.kernel import Event
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from domain.unit.posts import AssignmentEnded, EndAssignment
from domain.unit.state import Unit
from domain.unit.suspension import (
    AssignmentReinstated,
    AssignmentSuspended,
    ReinstateAssignment,
    SuspendAssignment,
)
from tests.domain.unit.cast import (
    CHUNGUANG,
    DIRECTORY,
    MR_K,
    VILLAGE_THERE,
    answered,
    appointed,
    asked,
    here,
    registered,
)
from tests.dsl import an_id, given, told

POST = an_id(f"post of {MR_K}")
OFFICE = registered(UnitKind.DISTRICT_CIVIL_AFFAIRS, CHUNGUANG)
CLERK = appointed(MR_K, Role.DISTRICT_CIVIL_AFFAIRS)
CHECKED = (VILLAGE_THERE, asked(MR_K), answered(person_id=MR_K), appointed(MR_K))
SUSPEND = SuspendAssignment(assignment_id=POST, ground="核查举报")
SUSPENDED: Event[Unit] = AssignmentSuspended(assignment_id=POST, ground="核查举报")
BACK = ReinstateAssignment(assignment_id=POST, reinstated_because="查无此事")
REINSTATED: Event[Unit] = AssignmentReinstated(assignment_id=POST, reinstated_because="查无此事")


@pytest.mark.clause("CQ2024-2.4-d", "SH2024-2.5.15-d")
def test_a_post_is_suspended_once_and_an_unknown_one_never() -> None:
    given(OFFICE, CLERK).when(here(SUSPEND)).then(SUSPENDED)
    given(OFFICE, CLERK, SUSPENDED).when(here(SUSPEND)).then_nothing()
    for command in (SUSPEND, BACK):
        given(OFFICE).when(here(command)).then_refused("unknown_assignment", field="assignmentId")


def test_who_is_suspended_does_not_serve() -> None:
    state = Unit(id=an_id("unit"))
    for fact in (OFFICE, CLERK, SUSPENDED):
        state = told(fact).evolve(state)
    assert state.serving(Role.DISTRICT_CIVIL_AFFAIRS) == 0
    assert told(REINSTATED).evolve(state).serving(Role.DISTRICT_CIVIL_AFFAIRS) == 1


def test_a_post_is_given_back_to_whom_it_was_taken_from() -> None:
    given(OFFICE, CLERK, SUSPENDED).when(here(BACK)).then(REINSTATED)
    for facts in (
        (),
        (SUSPENDED, REINSTATED),
        (SUSPENDED, AssignmentEnded(assignment_id=POST, ground="调离")),
    ):
        given(OFFICE, CLERK, *facts).when(here(BACK)).then_refused(
            "assignment_not_suspended", field="assignmentId"
        )


def test_nobody_holds_the_post_twice_by_coming_back() -> None:
    again = replace(CLERK, assignment_id=an_id("a second post"))
    given(OFFICE, CLERK, SUSPENDED, again).when(here(BACK)).then_refused(
        "post_already_held", field="assignmentId"
    )


def test_a_post_close_to_children_is_given_back_after_a_new_check_and_to_nobody_under_a_ban() -> (
    None
):
    given(*CHECKED, SUSPENDED).when(here(BACK)).then_refused("check_not_clear", field="personId")
    checked = (*CHECKED, SUSPENDED, asked(MR_K), answered(person_id=MR_K))
    given(*checked).when(here(BACK)).then(REINSTATED)
    barred = Directory.of(DIRECTORY.units.values(), barred=[MR_K])
    given(*checked).when(here(BACK, directory=barred)).then_refused(
        "person_barred", field="personId"
    )


def test_a_suspended_post_may_end() -> None:
    end = EndAssignment(assignment_id=POST, ground="解聘")
    over: Event[Unit] = AssignmentEnded(assignment_id=POST, ground="解聘")
    given(OFFICE, CLERK, SUSPENDED).when(here(end)).then(over)
    given(OFFICE, CLERK, SUSPENDED, over).when(here(end)).then_nothing()
