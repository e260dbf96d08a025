"""One decision: the command put to its stream with all it needs to know, and what follows from it by rule."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count
from typing import Any, Protocol
from uuid import UUID, uuid5

from domain.child.file_state import FileStatus
from domain.child.places import UNKNOWN_PLACE
from domain.child.state import Child
from domain.context import NOBODY, SYSTEM, Context
from domain.directory import Directory
from domain.divisions import Divisions
from domain.fields import camel, types_in
from domain.kernel import STREAMS, Command, Event, State, decide, evolve
from domain.naming import named_children
from domain.periods import local_date
from domain.reactions import REACTIONS, Put
from domain.rulebook import Rulebook, Rules, jurisdiction_of
from domain.tasks import TaskView
from domain.terms.places import DivisionId
from domain.unit.annual_figures import TakenFigures
from domain.worded import worded
from domain.workdays import Workdays
from eventlog.recorded import Recorded
from eventlog.request import Absent, Request, Stale
from eventlog.store import EventStore

REACTIONS_DEEP = 25
"""A longer chain of system commands after one request is a loop in the rules, not a case."""
MATCHED_BY = ("wanted_name", "wanted_birth_on", "wanted_id_number")
"""What a command that needs ``matching`` children says of the one it looks for."""


class Links(Protocol):
    """What the shell asks of inline read models, which are never behind the log."""

    def cases_of(self, child_id: UUID) -> tuple[UUID, ...]:
        """The cases that concern a child."""

    def task(self, task_id: UUID) -> TaskView | None:
        """The task as it stands, if there is one."""

    def task_held(self, unit_id: UUID, stream_id: UUID, subject: str) -> TaskView | None:
        """The open task of a unit on this stream about this matter."""

    def on_file_in(self, division_id: str) -> dict[UUID, frozenset[str]]:
        """The children with an open file that live in this very division, and their categories."""

    def pupils_of(self, school_unit_id: UUID) -> tuple[UUID, ...]:
        """The children with an open file at this school."""

    def home_of(self, child_id: UUID) -> str | None:
        """Where a child lives."""

    def charges_of(self, person_id: UUID) -> tuple[UUID, ...]:
        """The children a person is responsible for or paired with."""

    def matching(
        self, name: str | None, birth_on: date | None, id_number: str | None
    ) -> tuple[UUID, ...]:
        """The children on file of this id number, or of this name and birth date."""

    def emergencies_of(self, person_id: UUID) -> tuple[UUID, ...]:
        """The emergency accesses a person used last, the latest first."""

    def annual_figures(self, path: tuple[str, ...], day: date, rules: Rules) -> TakenFigures | None:
        """The figures of a district as of a day; None while not everything recorded by then is counted."""


@dataclass(kw_only=True)
class Book:
    """Where a decision finds what it needs to know."""

    store: EventStore
    rulebook: Callable[[], Rulebook]
    workdays: Workdays
    divisions: Divisions
    directory: Callable[[], Directory]
    links: Links
    now: Callable[[], datetime]

    def rules_at(self, place: str | None, on: date) -> Rules:
        """The rule packs in force at a place on a day."""
        return self.rulebook().in_force(jurisdiction_of(self.divisions, place, on), on)


class Decision:
    """One decision with its reactions: the states it touches and the events it makes."""

    def __init__(self, book: Book, request: Request, stream_id: UUID) -> None:
        self.book, self.request, self.stream_id = book, request, stream_id
        self.at, self.rulebook, self.epoch = book.now(), book.rulebook(), book.store.epoch
        self.states: dict[UUID, State] = {}
        self.recorded: list[Recorded] = []

    def run(self, command: Command[Any]) -> None:
        """Decides the command, then what follows from it, until nothing more follows."""
        self._check_version(command)
        self._check_places(command)
        todo: deque[tuple[Put, int]] = deque([(Put(self.stream_id, command), 0)])
        for n in count():
            if not todo:
                return
            put, depth = todo.popleft()
            assert depth < REACTIONS_DEEP, f"reactions to {type(command).name} do not end"
            new = self._decide(put, n)
            if new:
                following = self._reactions(self.states[put.stream_id], new)
                todo += [(follows, depth + 1) for follows in following]

    def _check_version(self, command: Command[Any]) -> None:
        state = self._state(command.state_type, self.stream_id)
        if not command.opens and state.version == 0:
            raise Absent
        expecting = self.request.expecting
        if expecting is not None and expecting != state.version:
            raise Stale(state.version)

    def _check_places(self, command: Command[Any]) -> None:
        """A division that does not exist is a mistake of the input, wherever it stands."""
        for spec in type(command).specs:
            given = getattr(command, spec.name)
            named = given if isinstance(given, tuple) else (given,)
            if DivisionId not in types_in(spec.type):
                continue
            for division in named:
                if division is not None and self.book.divisions.find(division) is None:
                    raise UNKNOWN_PLACE(field=camel(spec.name))

    def _decide(self, put: Put, n: int) -> tuple[Event[Any], ...]:
        state = self._state(put.command.state_type, put.stream_id)
        command = replace(put.command, context=self._context(state, put.command, n))
        new = decide(state, command) if n else worded(state, command)
        for event in new:
            before, state = state, evolve(state, event)
            self.recorded.append(
                Recorded(
                    originator_id=put.stream_id,
                    originator_version=state.version,
                    event=event,
                    concerns=state.concerns,
                    after=state,
                    before=before,
                    rulebook=self.rulebook,
                )
            )
        self.states[put.stream_id] = state
        return new

    def _context(self, state: State, command: Command[Any], n: int) -> Context:
        request = self.request
        occurred = request.occurred_at or self.at
        place = command.done_at(state)
        if command.place_field:
            place = getattr(command, command.place_field) or place or self._presumed(command)
        reacting = n > 0
        return Context(
            by=SYSTEM if reacting else request.actor,
            at=self.at,
            occurred_at=self.at if reacting else occurred,
            precision=request.precision,
            late_because=None if reacting else request.late_because,
            on_behalf_of=None if reacting else request.on_behalf_of,
            signed_in_at=None if reacting else request.signed_in_at,
            command_id=uuid5(request.command_id, f"reaction/{n}")
            if reacting
            else request.command_id,
            causation_id=self.recorded[0].event_id if reacting else request.causation_id,
            correlation_id=request.command_id,
            place=place,
            _rules=self.rules_at(place, local_date(occurred)),
            _workdays=self.book.workdays,
            _divisions=self.book.divisions,
            _directory=self.book.directory(),
            linked={s.id: s for s in self._linked(state, command)},
            history=self._history(state.id) if "history" in command.needs else (),
            task=self._task(state, command),
            figures=self._figures(state, command),
        )

    def _presumed(self, command: Command[Any]) -> str | None:
        if not command.presumes_place:
            return None
        homes = (self.child(child_id).place for child_id in named_children(command))
        unit = self.register.units.get(self.request.actor.unit_id or NOBODY)
        return next((home for home in homes if home), unit.division_id if unit else None)

    def _figures(self, state: State, command: Command[Any]) -> TakenFigures | None:
        day: date | None = getattr(command, "figures_as_of_on", None)
        if "figures" not in command.needs or day is None or state.place is None:
            return None
        path = self.book.divisions.path(state.place, day)
        return self.book.links.annual_figures(path, day, self.book.rules_at(state.place, day))

    def _task(self, state: State, command: Command[Any]) -> TaskView | None:
        unit = self.request.actor.unit_id
        if "own_question" in command.needs and unit is not None:
            asked = str(getattr(command, "question_id", ""))
            return self.book.links.task_held(unit, state.id, asked)
        named = getattr(command, "task_id", None) if "task" in command.needs else None
        return self.book.links.task(named) if named else None

    def _history(self, stream_id: UUID) -> tuple[Event[Any], ...]:
        """All of a stream, what this decision has made included."""
        made = (r for r in self.recorded if r.stream_id == stream_id)
        return tuple(r.event for r in (*self.book.store.history(stream_id), *made))

    def _linked(self, state: State, command: Command[Any]) -> Iterator[State]:
        if "contract" in command.needs and (contract := getattr(command, "contract_id", None)):
            yield self._state(STREAMS["access"], contract)
        if "named_case" in command.needs and (named_case := getattr(command, "case_id", None)):
            yield self._state(STREAMS["case"], named_case)
        if "own_emergencies" in command.needs:
            for order_id in self.book.links.emergencies_of(self.request.actor.person_id):
                yield self._state(STREAMS["access"], order_id)
        if "matching" in command.needs:
            wanted = (getattr(command, name, None) for name in MATCHED_BY)
            yield from map(self.child, self.book.links.matching(*wanted))
        yield from self._children((*state.concerns, *named_children(command)), command.needs)

    def _children(self, named: Iterable[UUID], needs: frozenset[str]) -> Iterator[State]:
        wanted = list(dict.fromkeys(named))
        for child_id in wanted:
            if "merged" in needs:  # those too
                took_over = sorted(self.child(child_id).file.took_over)
                wanted += [i for i in took_over if i not in wanted]
            if "child" in needs:
                yield self.child(child_id)
            cases = self.cases_of(child_id) if "case" in needs else ()
            yield from cases
            if "fellows" in needs:
                yield from (self.child(i) for case in cases for i in case.children)

    def _reactions(self, state: State, new: tuple[Event[Any], ...]) -> list[Put]:
        return [put for rule in REACTIONS for put in rule(self, state, new)]

    def _state(self, kind: type[State], stream_id: UUID) -> State:
        if stream_id not in self.states:
            self._saw({stream_id: self.book.store.state(kind, stream_id)})
        return self.states[stream_id]

    def _saw(self, read: Mapping[UUID, State]) -> None:
        """These states are decided on. What was recorded before has happened before, whatever this process's clock
        says (ADR 0085): the moment of this decision is no earlier than the last thing on any stream it rests on."""
        self.states |= read
        lasts = (state.last_occurred_at for state in read.values())
        self.at = max([self.at, *(last for last in lasts if last is not None)])

    def child(self, child_id: UUID) -> Any:
        """A child's file as it stands in this decision."""
        return self._state(STREAMS["child"], child_id)

    def rules_at(self, place: str | None, on: date) -> Rules:
        """The rule packs in force at a place on a day."""
        return self.rulebook.in_force(jurisdiction_of(self.divisions, place, on), on)

    @property
    def divisions(self) -> Divisions:
        """The administrative divisions."""
        return self.book.divisions

    @property
    def register(self) -> Directory:
        """The units and who serves in them, as before this decision."""
        return self.book.directory()

    def on_file_in(self, division_id: str) -> dict[UUID, frozenset[str]]:
        """The open files of a division as they stand in this decision, those it changed included."""
        found = dict(self.book.links.on_file_in(division_id))
        for child_id, state in self.states.items():
            if isinstance(state, Child):
                found.pop(child_id, None)
                if state.file.status is FileStatus.OPEN and state.file.residence == division_id:
                    found[child_id] = state.file.categories
        return found

    def pupils_of(self, school_unit_id: UUID) -> tuple[UUID, ...]:
        """The children with an open file at this school, as before this decision."""
        return self.book.links.pupils_of(school_unit_id)

    def home_before(self, child_id: UUID) -> str | None:
        """Where a child lived before this decision."""
        return self.book.links.home_of(child_id)

    def charges_of(self, person_id: UUID) -> tuple[UUID, ...]:
        """The children a person is responsible for or paired with."""
        return self.book.links.charges_of(person_id)

    def cases_of(self, child_id: UUID) -> tuple[Any, ...]:
        """The child's cases as they stand in this decision, those being opened included."""
        known = dict.fromkeys(self.book.links.cases_of(child_id))
        here = {
            i: None
            for i, s in list(self.states.items())
            if s.stream == "case" and child_id in s.concerns
        }
        kind, unread = STREAMS["case"], [i for i in known if i not in self.states]
        self._saw(self.book.store.states(kind, unread) if unread else {})
        return tuple(self.states[i] for i in (known | here))
