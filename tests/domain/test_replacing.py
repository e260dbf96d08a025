"""A changed value is equal to one made with the change, and shares nothing that was worked out of the old one."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pytest

from domain.child.file_state import FileState, FileStatus
from domain.kernel import STREAMS, State
from domain.replacing import replace


@dataclass(frozen=True)
class Checked:
    lowest: int

    def __post_init__(self) -> None:
        if self.lowest < 0:
            raise ValueError("below nothing")


@dataclass(frozen=True)
class WorkedOut:
    number: int

    @cached_property
    def double(self) -> int:
        return 2 * self.number


@dataclass(frozen=True, slots=True)
class Slotted:
    number: int


@dataclass(frozen=True)
class Numbered:
    number: int
    made: str = field(init=False, default="here")


def test_only_what_is_named_is_changed() -> None:
    before = FileState(status=FileStatus.OPEN, sex="FEMALE", flags=())
    after = replace(before, sex=None, in_dispute=True)
    assert after == dataclasses.replace(before, sex=None, in_dispute=True)
    assert (before.sex, before.in_dispute) == ("FEMALE", False)
    assert hash(after) == hash(dataclasses.replace(before, sex=None, in_dispute=True))
    with pytest.raises(dataclasses.FrozenInstanceError):
        after.sex = "MALE"  # type: ignore[misc]


@pytest.mark.parametrize("kind", STREAMS.values(), ids=STREAMS)
def test_every_state_is_changed_as_the_library_would(kind: type[State]) -> None:
    for spec in dataclasses.fields(kind):
        given: dict[str, Any] = {spec.name: object()}
        assert vars(replace(kind(), **given)) == vars(dataclasses.replace(kind(), **given))


@pytest.mark.parametrize("value", [FileState(), Slotted(1), Checked(1)])
def test_a_name_that_is_no_field_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        replace(value, no_such_field=1)


def test_what_is_checked_when_made_is_checked_when_changed() -> None:
    assert replace(Checked(1), lowest=2) == Checked(2)
    with pytest.raises(ValueError, match="below nothing"):
        replace(Checked(1), lowest=-1)


def test_what_was_worked_out_of_the_old_is_not_taken_over() -> None:
    one = WorkedOut(1)
    assert one.double == 2
    assert replace(one, number=2).double == 4


def test_other_kinds_of_value_are_left_to_the_library() -> None:
    assert replace(Slotted(1), number=2) == Slotted(2)
    assert replace(Numbered(1), number=2) == Numbered(2)
    with pytest.raises(ValueError, match="init=False"):
        replace(Numbered(1), made="there")
