"""A story told day by day: commands put to streams in memory, with every reaction, as the shell does it.

``Story(place)`` keeps the states; ``.put(command, at=…)`` decides, records and lets the reactions follow. What was
recorded is returned, and ``.told`` has it all, so that a test can name what followed from what.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from domain.child.file_state import FileStatus
from domain.child.state import Child
from domain.context import SYSTEM, Actor
from domain.directory import Directory
from domain.divisions import Divisions
from domain.kernel import STREAMS, Command, Event, State, decide, evolve
from domain.reactions import REACTIONS, Put
from domain.rulebook import Rulebook, Rules, jurisdiction_of
from tests.dsl import an_id, knowing, put

ENOUGH = 250


@dataclass
class Story:
    """States by id, what was recorded on which stream, and where it plays."""

    place: str | None = None
    directory: Directory = field(default_factory=Directory)
    states: dict[UUID, State] = field(default_factory=dict)
    told: list[tuple[UUID, Event[Any]]] = field(default_factory=list)
    homes: dict[UUID, str | None] = field(default_factory=dict)

    def child(self, child_id: UUID) -> Child:
        """A child's file as it stands."""
        state = self._state(Child, child_id)
        assert isinstance(state, Child)
        return state

    def cases_of(self, child_id: UUID) -> tuple[Any, ...]:
        """The cases that concern a child."""
        return tuple(
            s for s in self.states.values() if s.stream == "case" and child_id in s.concerns
        )

    @property
    def divisions(self) -> Divisions:
        """The administrative divisions."""
        return Divisions.load()

    @property
    def register(self) -> Directory:
        """Who serves where."""
        return self.directory

    def rules_at(self, place: str | None, on: date) -> Rules:
        """The packs in force at a place on a day."""
        return Rulebook.load().in_force(jurisdiction_of(self.divisions, place, on), on)

    def on_file_in(self, division_id: str) -> dict[UUID, frozenset[str]]:
        """The children with an open file that live in a division, and their categories."""
        return {
            child.id: child.file.categories
            for child in self.states.values()
            if isinstance(child, Child)
            and child.file.status is FileStatus.OPEN
            and child.file.residence == division_id
        }

    def pupils_of(self, school_unit_id: UUID) -> tuple[UUID, ...]:
        """The children with an open file at a school."""
        return tuple(
            child.id
            for child in self.states.values()
            if isinstance(child, Child)
            and child.file.status is FileStatus.OPEN
            and child.file.school_unit_id == school_unit_id
        )

    def home_before(self, child_id: UUID) -> str | None:
        """Where a child lived when the present command was put."""
        return self.homes.get(child_id)

    def charges_of(self, person_id: UUID) -> tuple[UUID, ...]:
        """The children a person is responsible for or paired with."""
        return tuple(
            child.id
            for child in self.states.values()
            if isinstance(child, Child)
            and person_id
            in {child.file.responsible_person, *(p.person_id for p in child.school.pairs)}
        )

    def put(
        self,
        command: Command[Any],
        *,
        at: str,
        on: UUID | None = None,
        by: Actor = SYSTEM,
        occurred: str | None = None,
        late_because: str | None = None,
    ) -> tuple[Event[Any], ...]:
        """Everything that was recorded: the facts of the command, then those of the reactions."""
        subject = on or an_id("T.")
        children = [s for s in self.states.values() if isinstance(s, Child)]
        self.homes = {child.id: child.file.residence for child in children}
        first = an_id(f"{len(self.told)}/{at}")
        todo = [Put(subject, command)]
        recorded: list[Event[Any]] = []
        for n in range(ENOUGH):
            if not todo:
                return tuple(recorded)
            asked = todo.pop(0)
            state = self._state(asked.command.state_type, asked.stream_id)
            dressed = put(
                asked.command,
                by=SYSTEM if n else by,
                at=at,
                occurred=None if n else occurred,
                late_because=None if n else late_because,
                where=state.place or self.place,
                directory=self.directory,
                linked={s.id: s for s in self._linked(state, asked.command)},
                command_id=uuid5(first, str(n)),
            )
            before = (e for stream_id, e in self.told if stream_id == asked.stream_id)
            new = decide(state, knowing(dressed, before))
            for event in new:
                state = evolve(state, event)
                self.told.append((asked.stream_id, event))
            self.states[asked.stream_id] = state
            recorded += new
            if new:
                todo += [p for rule in REACTIONS for p in rule(self, state, new)]
        raise AssertionError("the reactions do not end")

    def tell(self, event: Event[Any], *, on: UUID | None = None) -> None:
        """A stamped fact from before the story, without reactions."""
        subject = on or an_id("T.")
        kind = STREAMS[event.name.partition(".")[0]]
        self.states[subject] = evolve(self._state(kind, subject), event)
        self.told.append((subject, event))

    def _linked(self, state: State, command: Command[Any]) -> list[State]:
        linked: list[State] = []
        for child_id in state.concerns:
            if "child" in command.needs:
                linked.append(self.child(child_id))
            if "case" in command.needs:
                linked += self.cases_of(child_id)
        named = (getattr(command, name, None) for name in command.child_fields)
        if "child" in command.needs:
            linked += [self.child(one) for one in named if isinstance(one, UUID)]
        return linked

    def _state(self, kind: type[State], stream_id: UUID) -> State:
        return self.states.get(stream_id) or kind(id=stream_id)
