"""What a web process and its decider tell each other arrives as it was, in whatever pieces."""

from __future__ import annotations

import gc
import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authz.gate import Assignment
from domain.case.reports import SubmitReport
from domain.context import Precision
from domain.kernel import COMMANDS, OUT_OF_TURN
from ops.decider import Decider, Frames, collects, command_of, packed
from ops.platform import Platform
from schema.deciding import Asked, Decided, Deed
from schema.mutations import OccurrenceInput
from schema.outcomes import NOT_FOUND, REUSED, CommandDone, conflict, refused
from schema.transport.errors import Code, CodedError
from tests.domain.drawn import messages

WHO = UUID(int=7)
DEED = Deed(
    Asked(
        command=SubmitReport.__new__(SubmitReport),
        command_id=UUID(int=1),
        stream_id=UUID(int=2),
        expecting=3,
        occurrence=OccurrenceInput(
            at=datetime(2026, 1, 1, tzinfo=UTC), precision=Precision.DAY, late_because="补录𠮷"
        ),
    ),
    Assignment(id=WHO, person_id=WHO, role="teacher", division_id="cq00001"),
    "care",
    datetime(2026, 1, 2, tzinfo=UTC),
    "0" * 32,
)
ANSWERS = [
    Decided(CommandDone(id=WHO, stream="case", version=1, position=2, events=[WHO])),
    Decided(NOT_FOUND, ("case", "case.accept_report", WHO)),
    Decided(REUSED),
    Decided(conflict(4)),
    Decided(refused(OUT_OF_TURN(zh="尚未受理", en="not yet", field="at"))),
]


def again(what: Any) -> Any:
    """As it arrives."""
    ((number, arrived),) = Frames().of(packed(5, what))
    assert number == 5
    return arrived


def test_a_deed_arrives_as_it_was_put() -> None:
    asked = DEED.asked
    arrived = again(DEED)
    assert type(arrived.asked.command) is SubmitReport
    assert replace(arrived.asked, command=asked.command) == asked
    assert arrived.assignment == DEED.assignment
    assert (arrived.purpose, arrived.signed_in_at, arrived.trace_id) == (
        DEED.purpose,
        DEED.signed_in_at,
        DEED.trace_id,
    )


@pytest.mark.parametrize("name", sorted(COMMANDS))
@given(data=st.data())
@settings(max_examples=3, deadline=None)
def test_a_command_of_any_kind_can_be_put(name: str, data: st.DataObject) -> None:
    command = data.draw(messages(COMMANDS[name]))
    arrived = again(replace(DEED, asked=replace(DEED.asked, command=command))).asked.command
    assert type(arrived) is COMMANDS[name] is command_of(name)
    assert {s.name: getattr(arrived, s.name) for s in command.specs} == {
        s.name: getattr(command, s.name) for s in command.specs
    }


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_outcome_arrives_as_it_was(answer: Decided) -> None:
    assert again(answer) == answer


def test_an_error_arrives_with_all_it_says() -> None:
    error = CodedError(
        Code.BAD_USER_INPUT,
        zh="有误",
        en="Wrong",
        field="input.at",
        clauses=("CQ2016-4.2-g",),
        extra={"currentVersion": 3},
        status=409,
        headers={"Retry-After": "1"},
    )
    arrived = again(error)
    assert type(arrived) is CodedError
    assert vars(arrived) == vars(error)
    assert str(arrived) == str(error)


@given(st.lists(st.sampled_from(ANSWERS), max_size=6), st.lists(st.integers(0, 2_000)))
def test_pieces_make_the_whole(answers: list[Decided], cuts: list[int]) -> None:
    told = b"".join(packed(number, answer) for number, answer in enumerate(answers))
    frames, found = Frames(), []
    ends = sorted({min(cut, len(told)) for cut in cuts} | {len(told)})
    for begins, end in zip([0, *ends], ends, strict=False):
        found += list(frames.of(told[begins:end]))
    assert found == list(enumerate(answers))


def test_a_process_with_threads_has_no_child() -> None:
    """What another thread holds at that moment would be held in the child for ever."""
    ended = threading.Event()
    beside = threading.Thread(target=ended.wait)
    beside.start()

    def make() -> Platform:
        raise AssertionError("a child was made")

    try:
        assert Decider.beside(make) is None
    finally:
        ended.set()
        beside.join()


def test_what_was_made_for_the_start_is_not_looked_at_again() -> None:
    usual = gc.get_threshold()
    gc.disable()
    try:
        before = gc.get_freeze_count()
        collects()
        assert gc.isenabled()
        assert gc.get_freeze_count() > before
    finally:
        gc.enable()
        gc.set_threshold(*usual)
