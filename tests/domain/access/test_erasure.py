"""Erasure: only what is over can be erased, and a case that concerns another child keeps its key."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from domain.access.erasure import ChildErased, EraseChild
from domain.case.report_state import Stage
from domain.case.state import Case
from domain.child.file_state import FileStatus
from domain.child.state import Child
from domain.context import Actor
from domain.kernel import State
from domain.terms.places import DivisionId
from tests.dsl import an_id, given, person, place, put

CHILD, OTHER = an_id("child"), an_id("another child")
BASIS = "个人信息保护法第四十七条"
HOME = DivisionId(place("上海市/长宁区"))
OFFICIAL: Actor = person("official", "district_civil_affairs")


def file(status: FileStatus = FileStatus.CLOSED) -> Child:
    child = Child(id=CHILD, version=1)
    return replace(child, file=replace(child.file, status=status, residence=HOME))


def case(name: str, *children: UUID, stage: Stage = Stage.CLOSED) -> Case:
    return Case(id=an_id(name), version=1, stage=stage, children=children)


def asked(*linked: State) -> EraseChild:
    command = put(
        EraseChild(child_id=CHILD, legal_basis=BASIS),
        by=OFFICIAL,
        linked={state.id: state for state in linked},
    )
    assert isinstance(command, EraseChild)
    return command


def test_the_keys_of_the_file_and_of_its_own_cases_go() -> None:
    own, shared = case("own case", CHILD), case("shared case", CHILD, OTHER)
    given().when(asked(file(), own, shared)).then(
        ChildErased(child_id=CHILD, legal_basis=BASIS, key_scopes=(CHILD, own.id), order_place=HOME)
    )


def test_a_dormant_file_may_be_erased() -> None:
    given().when(asked(file(FileStatus.DORMANT))).then(
        ChildErased(child_id=CHILD, legal_basis=BASIS, key_scopes=(CHILD,), order_place=HOME)
    )


def test_an_open_file_is_not_erased() -> None:
    given().when(asked(file(FileStatus.OPEN))).then_refused("file_still_open", field="childId")


def test_a_file_with_an_open_case_is_not_erased() -> None:
    running = case("running case", CHILD, stage=Stage.HANDLING)
    given().when(asked(file(), running)).then_refused("file_still_open", field="childId")
