"""The laws of the kernel over everything that is registered (design §10).

Replay equals live, also through the codec; evolve is total, also over tombstones and facts that nobody decided; asking
twice gives the same answer; a refusal leaves no trace; a version counts its events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.case.report_state import Stage
from domain.case.state import Case
from domain.child.state import Child
from domain.codec import REPORTER, SUBJECT, decode, encode, tombstone
from domain.factbook import FactBook
from domain.kernel import (
    COMMANDS,
    EVENTS,
    STREAMS,
    Command,
    Event,
    Refused,
    State,
    decide,
    evolve,
    open_to,
    replay,
)
from domain.risk import RiskFact, RiskFactor
from tests.domain.child.family import (
    DIRECTORY,
    HUANHUA,
    JIANGSU_ROAD,
    JUYUAN,
    li_left_behind,
    told_by,
)
from tests.domain.drawn import SOME_IDS, ids_in, messages, requests
from tests.dsl import an_id, local, person, put, told

SUBJECT_ID = an_id("subject")
KIN = an_id("somebody")
CASE = Case(
    id=an_id("something"),
    version=1,
    stage=Stage.HANDLING,
    children=(SUBJECT_ID,),
    facts=FactBook(
        (
            RiskFact(
                factor=RiskFactor.RF_01, event_id=an_id("report"), since=local("2025-03-03 08:00")
            ),
        )
    ),
)
FILE: Child = replay(Child(id=KIN), told_by(*li_left_behind("2024-12-01")))
PLACES = (HUANHUA, JUYUAN, JIANGSU_ROAD, None)
LIVES = settings(
    max_examples=40,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)
FEW = settings(max_examples=5, suppress_health_check=list(HealthCheck))


@dataclass
class Life:
    """One stream, lived command by command."""

    state: State
    place: str | None
    history: list[Event[Any]] = field(default_factory=list)
    asked: int = 0

    @property
    def ids(self) -> tuple[UUID, ...]:
        """Those that occur here, and a few that do not."""
        return tuple(dict.fromkeys((*ids_in(self.state), *SOME_IDS)))

    @property
    def day(self) -> str:
        """A later moment for every request: some a minute later, some a month."""
        minutes = self.asked * 17
        return f"2025-{3 + minutes // 400 % 9:02}-{1 + self.asked % 28:02} 09:{minutes % 60:02}"

    def dressed(self, command: Command[Any]) -> Command[Any]:
        """The request as the shell would put it."""
        last = self.state.last_occurred_at
        found = put(
            command,
            by=person("somebody", "township"),
            at=max(
                self.day,
                last.astimezone(local("2025-01-01 00:00").tzinfo).strftime("%Y-%m-%d %H:%M"),
            )
            if last
            else self.day,
            where=self.state.place
            if self.state.place in PLACES and self.state.place
            else self.place,
            directory=DIRECTORY,
            linked={s.id: s for s in around(self.state, command)},
            command_id=uuid5(SUBJECT_ID, str(self.asked)),
        )
        return replace(found, context=replace(found.context, occurred_at=found.context.at))

    def ask(self, command: Command[Any]) -> tuple[Event[Any], ...]:
        """What follows; a refusal is an answer, any other exception is a fault."""
        self.asked += 1
        request = self.dressed(command)
        before = repr(self.state)
        try:
            facts = decide(self.state, request)
        except Refused:
            facts = ()
            with pytest.raises(Refused):
                decide(self.state, request)
        else:
            again = decide(self.state, request)
            assert again == facts
            assert [e.stamp for e in again] == [e.stamp for e in facts]
        assert repr(self.state) == before
        for fact in facts:
            self.state = evolve(self.state, fact)
            self.history.append(fact)
        return facts


def around(state: State, command: Command[Any]) -> Iterator[State]:
    """The states a request needs, as the shell links them: an unknown child is an empty file."""
    named = getattr(command, "child_id", None)
    for child_id in dict.fromkeys((*state.concerns, *((named,) if named else ()))):
        if "child" in command.needs:
            yield FILE if child_id == KIN else Child(id=child_id)
        if "case" in command.needs and child_id in CASE.concerns:
            yield CASE


def in_turn(state: State) -> list[type[Command[Any]]]:
    """The commands that may be put now, those of clocks included."""
    return [c for c in COMMANDS.values() if c.state_type is type(state) and c.when.holds(state)]


def stored(event: Event[Any]) -> Event[Any]:
    """The event as it is read back from the log."""
    written = encode(event)
    read = decode(written.name, written.version, written.plain, written.boxes)
    return replace(read, stamp=event.stamp)


def forgotten(event: Event[Any]) -> Event[Any]:
    """The event as it is read back when all its keys are destroyed."""
    written = encode(event)
    lost = {SUBJECT: None, REPORTER: None}
    return replace(decode(written.name, written.version, written.plain, lost), stamp=event.stamp)


def empty(stream: str) -> State:
    """A stream of which nothing is known."""
    return STREAMS[stream](id=SUBJECT_ID)


@pytest.mark.parametrize("stream", sorted(STREAMS))
@LIVES
@given(data=st.data())
def test_what_is_lived_is_what_is_replayed(stream: str, data: st.DataObject) -> None:
    begun = data.draw(st.sampled_from(list(grown(stream))))
    life = Life(begun, data.draw(st.sampled_from(PLACES)))
    for _ in range(16):
        kinds = in_turn(life.state)
        if not kinds:
            break
        life.ask(data.draw(requests(kinds, life.ids)))
    assert life.state.version == begun.version + len(life.history)
    assert replay(begun, life.history) == life.state
    assert replay(begun, map(stored, life.history)) == life.state
    assert replay(begun, map(forgotten, life.history)).version == life.state.version
    stamps = [e.told.event_id for e in life.history]
    assert len(stamps) == len(set(stamps))


def grown(stream: str) -> Iterator[State]:
    """States to ask in: unknown, and with a history of the stream's own first facts."""
    yield empty(stream)
    if stream == "child":
        yield replace(FILE, id=SUBJECT_ID)
    if stream == "case":
        yield CASE


@pytest.mark.parametrize("name", sorted(COMMANDS))
@FEW
@given(data=st.data())
def test_every_request_is_answered_or_refused(name: str, data: st.DataObject) -> None:
    kind = COMMANDS[name]
    for state in grown(kind.state_type.stream):
        life = Life(state, data.draw(st.sampled_from(PLACES)))
        life.ask(data.draw(messages(kind, life.ids)))
        assert life.state.version == state.version + len(life.history)


def drawn_history(stream: str) -> st.SearchStrategy[list[Event[Any]]]:
    """Facts in whatever order, that nobody ever decided."""
    kinds = sorted(
        (e for e in EVENTS.values() if e.state_type.stream == stream), key=lambda e: e.name
    )
    return st.lists(st.sampled_from(kinds).flatmap(messages), min_size=1, max_size=8)


def evolved(stream: str, history: Iterable[Event[Any]]) -> None:
    """No fact is refused, and what may be done next can be told of any state."""
    state = empty(stream)
    for n, fact in enumerate(history, 1):
        state = evolve(state, fact)
        assert state.version == n
    assert {c.name for c in open_to(state)} <= set(COMMANDS)
    assert state.place is None or isinstance(state.place, str)
    assert isinstance(state.concerns, tuple)


@pytest.mark.parametrize("stream", sorted(STREAMS))
@LIVES
@given(data=st.data())
def test_evolve_takes_any_history(stream: str, data: st.DataObject) -> None:
    history = data.draw(drawn_history(stream))
    evolved(stream, history)
    stamped = [told(e, at=f"2025-03-{n + 1:02} 09:00") for n, e in enumerate(history)]
    evolved(stream, stamped)
    evolved(stream, map(forgotten, stamped))


@pytest.mark.parametrize("name", sorted(EVENTS))
@FEW
@given(data=st.data())
def test_every_fact_is_taken_and_read_back(name: str, data: st.DataObject) -> None:
    kind = EVENTS[name]
    fact = told(data.draw(messages(kind)))
    assert stored(fact) == fact
    for state in grown(kind.state_type.stream):
        assert evolve(state, fact).version == state.version + 1
        assert evolve(state, forgotten(fact)).version == state.version + 1
    tombstones = kind(
        **{s.name: tombstone(s.type) for s in kind.specs if not is_code(s.type)}
        | {s.name: getattr(fact, s.name) for s in kind.specs if is_code(s.type)}
    )
    for state in grown(kind.state_type.stream):
        assert evolve(state, tombstones).version == state.version + 1


def is_code(plain: Any) -> bool:
    """Whether a type is never sealed, so never reads as a tombstone."""
    try:
        tombstone(plain)
    except (KeyError, TypeError):
        return True
    return False


def test_the_laws_are_held_over_something() -> None:
    assert set(STREAMS) == {"access", "case", "child", "rules", "unit"}
    assert {c.state_type.stream for c in COMMANDS.values()} == set(STREAMS)
    assert {e.state_type.stream for e in EVENTS.values()} == set(STREAMS)
