"""Erasure: only what is over can be erased, and a case that concerns another child keeps its key."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from domain.access.erasure import ChildErased, EraseChild, noted_on_the_file
from domain.access.state import AccessOrder
from domain.case.report_state import Stage
from domain.case.state import Case
from domain.child.closing import NoteFileErased
from domain.child.file_state import FileStatus
from domain.child.state import Child
from domain.context import Actor
from domain.kernel import State
from domain.reactions import Put, World
from domain.terms.places import DivisionId
from tests.dsl import an_id, given, person, place, put

CHILD, OTHER = an_id("child"), an_id("another child")
BASIS = "个人信息保护法第四十七条"
HOME = DivisionId(place("上海市/长宁区"))
OFFICIAL: Actor = person("official", "district_civil_affairs")


def file(status: FileStatus = FileStatus.CLOSED, key: UUID = CHILD, **more: Any) -> Child:
    child = Child(id=key, version=1)
    return replace(child, file=replace(child.file, status=status, residence=HOME, **more))


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


def goes_with(*scopes: UUID) -> ChildErased:
    return ChildErased(child_id=CHILD, legal_basis=BASIS, key_scopes=scopes, order_place=HOME)


def test_with_a_file_go_those_that_were_merged_into_it_and_still_are() -> None:
    one, two, undone = an_id("one"), an_id("two"), an_id("undone")
    theirs = case("case of the duplicate", two)
    linked = (
        file(took_over=frozenset({one, undone})),
        file(key=one, merged_into=CHILD, took_over=frozenset({two})),
        file(key=two, merged_into=one),
        file(FileStatus.OPEN, undone),
    )
    given().when(asked(*linked, theirs)).then(goes_with(CHILD, one, two, theirs.id))


def test_a_case_of_two_goes_with_the_second_that_is_erased() -> None:
    shared, with_a_third = (
        case("shared", CHILD, OTHER),
        case("of three", CHILD, OTHER, an_id("third")),
    )
    before = file(key=OTHER, erased=frozenset({OTHER}))
    given().when(asked(file(), shared, with_a_third, before)).then(goes_with(CHILD, shared.id))


def test_what_is_erased_is_not_erased_again_but_what_came_later_is() -> None:
    gone, later = case("gone", CHILD), case("later", CHILD)
    erased = file(erased=frozenset({CHILD, gone.id}))
    given().when(asked(erased, gone)).then_refused("already_erased", field="childId")
    given().when(asked(erased, gone, later)).then(goes_with(later.id))


def test_each_file_says_that_it_was_erased() -> None:
    class Files:
        """What there is under each id."""

        def child(self, stream_id: UUID) -> State:
            return file() if stream_id == CHILD else case("own case", CHILD)

    scopes = (CHILD, an_id("own case"))
    puts = noted_on_the_file(cast("World", Files()), AccessOrder(id=CHILD), (goes_with(*scopes),))
    assert [*puts] == [Put(CHILD, NoteFileErased(key_scopes=scopes))]
