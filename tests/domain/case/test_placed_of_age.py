"""Whoever comes of age in a placement: civil affairs are told to end it, once, and not where the birth was wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.case.placed_of_age import (
    NoteAgeInPlacement,
    PlacedChildCameOfAge,
    PlacedChildStillMinor,
    age_is_told_to_the_placement,
)
from domain.case.placement_begun import PlacementActivated
from domain.child.coming_of_age import CameOfAge
from domain.child.corrections import EventCorrected
from domain.child.state import Child
from domain.kernel import Command, Event
from domain.reactions import Put
from domain.replacing import replace
from tests.domain.case.cast import CIVIL_CN, LI, Around, case_of, child, cn
from tests.domain.case.on_scene import then
from tests.domain.case.placing import HEARD, PLACED, PLACEMENT
from tests.domain.case.test_placement_end import MOVING, end
from tests.dsl import an_id, given

GROWN = replace(child(), file=replace(child().file, of_age=True))
MINOR = child()
CAME = CameOfAge(of_age_on=date(2019, 4, 10))
OLD = EventCorrected(
    target_event_id=an_id("e"), what_was_wrong="出生日期", birth_on=date(2003, 1, 1)
)


def look(file: Child, at: str = "2019-04-10 00:00") -> Command[Any]:
    return cn(NoteAgeInPlacement(child_id=LI), at=at, linked={LI: file})


def test_civil_affairs_are_told_of_whoever_comes_of_age_in_a_placement() -> None:
    of_age = PlacedChildCameOfAge(
        placement_id=PLACEMENT, child_id=LI, civil_affairs_unit_id=CIVIL_CN.id
    )
    given(*PLACED).when(look(MINOR)).then_nothing()
    given(*PLACED).when(look(GROWN)).then(of_age)
    known = then(PLACED, look(GROWN))
    given(*known).when(look(GROWN)).then_nothing()
    minor = PlacedChildStillMinor(placement_id=PLACEMENT, child_id=LI)
    given(*known).when(look(MINOR)).then(minor)
    given(*then(known, look(MINOR))).when(look(GROWN)).then(of_age)
    given(*HEARD).when(look(GROWN)).then_nothing()
    given(*then(MOVING, end())).when(look(GROWN, at="2019-06-01 00:00")).then_nothing()


ACTIVE = next(e for e in PLACED if isinstance(e, PlacementActivated))


@pytest.mark.parametrize(
    ("history", "file", "event", "asks"),
    [
        (PLACED, GROWN, CAME, True),
        (then(PLACED, look(GROWN)), MINOR, OLD, True),
        (PLACED, MINOR, OLD, False),
        (HEARD, GROWN, CAME, False),
    ],
)
def test_the_file_tells_the_case_where_somebody_is_placed(
    history: tuple[Event[Any], ...],
    file: Child,
    event: Event[Any],
    asks: bool,  # noqa: FBT001
) -> None:
    case = case_of(*history)
    world: Any = Around(files=(file,), cases=(case,))
    puts = list(age_is_told_to_the_placement(world, file, (event,)))
    assert puts == ([Put(case.id, NoteAgeInPlacement(child_id=LI))] if asks else [])


def test_somebody_of_age_who_is_placed_is_told_of_at_once() -> None:
    case = case_of(*PLACED)
    for file in (GROWN, MINOR):
        world: Any = Around(files=(file,), cases=(case,))
        puts = list(age_is_told_to_the_placement(world, case, (ACTIVE,)))
        assert puts == ([Put(case.id, NoteAgeInPlacement(child_id=LI))] if file is GROWN else [])
