"""An outline gives back the set it was made of, whatever has come in and gone out since; or says that it cannot."""

from __future__ import annotations

from random import Random
from uuid import UUID

import pytest

from schema.outline import PARTS, SURE, outline_in, outline_of, recalled, told


def some(draw: Random, many: int) -> set[UUID]:
    return {UUID(int=draw.getrandbits(128), version=4) for _ in range(many)}


@pytest.mark.parametrize("seed", range(8))
def test_what_was_in_view_is_found_again(seed: int) -> None:
    """However time, the tasks and the children have moved since."""
    draw = Random(seed)  # noqa: S311 - repeatable, not secret
    stayed, left, entered = some(draw, 60), some(draw, 20), some(draw, 20)
    moved_in_view, moved_outside, never = some(draw, 15), some(draw, 15), some(draw, 30)
    had = stayed | left | moved_in_view
    outline = outline_in(told(outline_of(had)))
    found = recalled(outline, stayed | entered, moved_in_view | moved_outside, left | never)
    assert found == had


def test_what_only_moved_is_found_in_a_queue_of_any_length() -> None:
    draw = Random(1)  # noqa: S311 - repeatable, not secret
    stayed, moved, never = some(draw, 3_000), some(draw, 50), some(draw, 3_000)
    kept = set(sorted(moved)[:20])
    assert recalled(outline_of(stayed | kept), stayed, moved, never) == stayed | kept


def test_where_it_cannot_be_said_nothing_is_missed() -> None:
    """What fits is told again, since it is not held for had; the rest is told as leaving, since it is."""
    draw = Random(2)  # noqa: S311 - repeatable, not secret
    stayed, entered, moved, never = (some(draw, SURE * PARTS) for _ in range(4))
    assert recalled(outline_of(stayed), stayed | entered, moved, never) == moved | never


def test_a_difference_that_no_task_makes_is_not_explained() -> None:
    """Of a task of which nobody knows any more everything in its part is told anew."""
    draw = Random(3)  # noqa: S311 - repeatable, not secret
    stayed, (lost,) = some(draw, 40), some(draw, 1)
    found = recalled(outline_of({*stayed, lost}), stayed, set(), set())
    part = lost.bytes[-1] % PARTS
    assert found == {task for task in stayed if task.bytes[-1] % PARTS != part}


@pytest.mark.parametrize("text", ["", "AAAA", "ß", "AAAA" * 40])
def test_what_is_no_outline_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        outline_in(text)
