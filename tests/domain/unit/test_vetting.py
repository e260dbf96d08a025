"""Employment checks: asked, answered, and only then a post close to children (D.10; scenario 8, steps 3 and 4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.directory import Directory
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from domain.terms.workforce import CheckResult
from domain.unit.posts import AppointPerson, AssignmentEnded, PersonAppointed
from domain.unit.vetting import (
    CompleteEmploymentCheck,
    EmploymentCheckCompleted,
    EmploymentCheckRequested,
    RequestEmploymentCheck,
)
from tests.domain.unit.cast import (
    DIRECTORY,
    FENGJIE,
    MS_P,
    POLICE,
    TOWNSHIP,
    VILLAGE_THERE,
    XIANGHUA,
    answered,
    appointed,
    asked,
    here,
    named,
    registered,
)
from tests.dsl import an_id, given

ASK = RequestEmploymentCheck(person_id=MS_P, person_name="潘女士", role=Role.CHILD_DIRECTOR)
CLEAR = CompleteEmploymentCheck(
    check_id=an_id(f"check of {MS_P}"), check_result=CheckResult.CLEAR, check_reference="查2025-18"
)
APPOINT = AppointPerson(person_id=MS_P, person_name="潘女士", role=Role.CHILD_DIRECTOR)
BARRED = Directory(DIRECTORY.units, (), frozenset({MS_P}))


def test_the_police_of_the_place_are_asked() -> None:
    (fact,) = given(VILLAGE_THERE).when(here(ASK)).facts()
    assert isinstance(fact, EmploymentCheckRequested)
    assert fact.checking_unit_ids == (POLICE,)
    assert fact.stamp is not None
    assert fact.stamp.clauses == ("SH2024-2.5.15-d",)


def test_the_employer_waits_for_the_answer_once_somebody_serves_there() -> None:
    (fact,) = given(VILLAGE_THERE, appointed(role=Role.VILLAGE_COMMITTEE)).when(here(ASK)).facts()
    assert isinstance(fact, EmploymentCheckRequested)
    assert fact.checking_unit_ids == (an_id("subject"), POLICE)


def test_asking_while_it_runs_changes_nothing() -> None:
    given(VILLAGE_THERE, asked()).when(here(ASK)).then_nothing()


def test_a_post_of_another_kind_of_unit_is_not_checked_here() -> None:
    teacher = replace(ASK, role=Role.CLASS_TEACHER)
    given(VILLAGE_THERE).when(here(teacher)).then_refused("role_not_of_unit", field="role")


def test_a_post_away_from_children_needs_no_check() -> None:
    clerk = replace(ASK, role=Role.TOWNSHIP)
    there = registered(UnitKind.TOWNSHIP, XIANGHUA)
    given(there).when(here(clerk, where=XIANGHUA)).then_refused("role_needs_no_check")


def test_nobody_under_a_ban_is_checked() -> None:
    given(VILLAGE_THERE).when(here(ASK, directory=BARRED)).then_refused(
        "person_barred", cites="SH2024-2.5.15-d", field="personId"
    )


def test_the_answer_is_kept() -> None:
    given(VILLAGE_THERE, asked()).when(here(CLEAR)).then(
        EmploymentCheckCompleted(
            check_id=CLEAR.check_id,
            person_id=MS_P,
            role=Role.CHILD_DIRECTOR,
            check_result=CheckResult.CLEAR,
            check_reference="查2025-18",
        )
    )


def test_the_same_answer_twice_changes_nothing_and_another_is_refused() -> None:
    history = given(VILLAGE_THERE, asked(), answered())
    history.when(here(CLEAR)).then_nothing()
    other = replace(CLEAR, check_result=CheckResult.NOT_CLEAR)
    history.when(here(other)).then_refused("check_already_answered", field="checkId")


def test_an_unknown_check_has_no_answer() -> None:
    given(VILLAGE_THERE).when(here(CLEAR)).then_refused("unknown_check", field="checkId")


def test_nobody_under_a_ban_is_ever_clear() -> None:
    given(VILLAGE_THERE, asked()).when(here(CLEAR, directory=BARRED)).then_refused(
        "person_barred", field="checkResult"
    )


@pytest.mark.parametrize(
    "history",
    [(), (asked(),), (asked(), answered(CheckResult.NOT_CLEAR))],
    ids=["candidate", "checking", "not clear"],
)
def test_no_post_close_to_children_before_a_clear_check(history: tuple[Any, ...]) -> None:
    given(VILLAGE_THERE, *history).when(here(APPOINT)).then_refused(
        "check_not_clear", cites="SH2024-2.5.15-d", field="personId"
    )


def test_chongqing_asks_by_its_own_clause_and_before_any_text_the_baseline_asks() -> None:
    in_chongqing = given(registered(UnitKind.VILLAGE_COMMITTEE, FENGJIE))
    in_chongqing.when(here(APPOINT, where=FENGJIE)).then_refused(
        "check_not_clear", cites="CQ2024-2.4-d"
    )
    before = in_chongqing.when(here(APPOINT, at="2015-02-10 09:00", where=FENGJIE))
    assert before.then_refused("check_not_clear").clauses == ()


def test_a_clear_check_opens_the_post() -> None:
    (fact,) = given(VILLAGE_THERE, asked(), answered()).when(here(APPOINT)).facts()
    assert isinstance(fact, PersonAppointed)
    assert fact.person_id == MS_P


def test_a_ban_after_the_check_closes_the_post_again() -> None:
    given(VILLAGE_THERE, asked(), answered()).when(here(APPOINT, directory=BARRED)).then_refused(
        "person_barred", field="personId"
    )


def test_a_check_ends_with_the_engagement() -> None:
    ended = AssignmentEnded(assignment_id=an_id(f"post of {MS_P}"), ground="离职")
    history = given(VILLAGE_THERE, asked(), answered(), appointed(MS_P), ended)
    history.when(here(APPOINT)).then_refused("check_not_clear")


def test_a_post_away_from_children_is_given_without_a_check() -> None:
    clerk = AppointPerson(person_id=MS_P, person_name="潘女士", role=Role.TOWNSHIP)
    facts = given(registered(UnitKind.TOWNSHIP, XIANGHUA)).when(here(clerk, where=XIANGHUA)).facts()
    assert named(facts) == ["person_appointed"]
    assert TOWNSHIP in DIRECTORY.units
