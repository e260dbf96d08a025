"""What a telling sets aside is parked once it is kept: a transaction rolled back takes its row with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from domain.kernel import Event
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.inline import Aside, Inline
from projections.kernel import PROJECTIONS, Projection, sql
from tests.domain.child.family import li_left_behind, told_by
from tests.dsl import an_id

HISTORY = told_by(*li_left_behind())
CHILD, OTHER = an_id("this child"), an_id("another child")
NONE: frozenset[str] = frozenset()


def first_of(stream: Any) -> list[Recorded]:
    return [Recorded(originator_id=stream, originator_version=1, event=HISTORY[0], position=1)]


@pytest.fixture
def inline() -> Iterator[Inline]:
    """Two projections: one has a fault, the other writes a line."""
    faulty = Projection("test_faulty", zh="测试", en="For the test")
    sound = Projection("test_sound", zh="测试", en="For the test")

    @faulty.on(type(HISTORY[0]))
    def fails(_r: Recorded, _e: Event[Any]) -> Iterator[Write]:
        yield from ()
        raise ValueError("a fault of the projection's")

    @sound.on(type(HISTORY[0]))
    def writes(_r: Recorded, _e: Event[Any]) -> Iterator[Write]:
        yield sql("select 1")

    yield Inline([faulty, sound])
    for each in (faulty, sound):
        del PROJECTIONS[each.name]


def test_what_was_rolled_back_is_set_aside_again_with_its_row(inline: Inline) -> None:
    """A batch that failed for a neighbour is told once more, request by request."""
    aside: Aside = set()
    once = inline.without(NONE, first_of(CHILD), aside)
    assert (len(once), aside, inline.parked) == (2, {("test_faulty", CHILD)}, set())
    again: Aside = set()
    assert len(inline.without(NONE, first_of(CHILD), again)) == 2
    inline.keep(again)
    assert inline.parked == {("test_faulty", CHILD)}
    assert len(inline.without(NONE, first_of(CHILD), set())) == 1, "parked: nothing more is said"


def test_what_moves_elsewhere_while_it_looks_is_looked_for_again(inline: Inline) -> None:
    """Another process parks the stream just after this one has read who is parked."""
    there: Aside = set()

    def look() -> Aside:
        found = set(there)
        if not there:
            there.add(("test_sound", CHILD))
            inline.moved_elsewhere(CHILD)
        return found

    inline.look = look
    inline.moved_elsewhere(CHILD)
    assert len(inline.without(NONE, first_of(CHILD), set())) == 2
    assert len(inline.without(NONE, first_of(CHILD), set())) == 1, "what the other parked is parked"


def test_what_was_not_to_be_read_is_looked_for_again(inline: Inline) -> None:
    asked: list[str] = []

    def look() -> Aside:
        asked.append("who is parked")
        if len(asked) == 1:
            raise OSError
        return set()

    inline.look = look
    inline.moved_elsewhere(CHILD)
    with pytest.raises(OSError):
        inline.without(NONE, first_of(CHILD), set())
    inline.without(NONE, first_of(CHILD), set())
    assert len(asked) == 2


def test_a_suspicion_that_did_not_help_forgets_no_earlier_park(inline: Inline) -> None:
    inline.keep({("test_faulty", CHILD), ("test_sound", OTHER)})
    for suspects in inline.ways_out():  # none of them is kept: the database refuses each
        inline.without(suspects, first_of(CHILD), set())
    assert inline.parked == {("test_faulty", CHILD), ("test_sound", OTHER)}
