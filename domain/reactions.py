"""反应 · Reactions: what follows from facts by rule, in the same breath, on whichever stream it belongs to.

A reaction is pure: it sees what has just been decided and the states it touches, and puts system commands. The shell
decides those too and records everything together, so a tier that must rise at once rises with the very report that
raises it, or nothing is recorded at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from domain.kernel import Command, Event, State

if TYPE_CHECKING:
    from domain.case.state import Case
    from domain.child.state import Child
    from domain.directory import Directory
    from domain.divisions import Divisions
    from domain.rulebook import Rules


@dataclass(frozen=True)
class Put:
    """A command put by a reaction to one stream."""

    stream_id: UUID
    command: Command[Any]


class World(Protocol):
    """What a reaction may look at: states as they are after what has just been decided."""

    def child(self, child_id: UUID) -> Child:
        """A child's file."""

    def cases_of(self, child_id: UUID) -> tuple[Case, ...]:
        """The cases that concern a child."""

    def rules_at(self, place: str | None, on: date) -> Rules:
        """The rule packs in force at a place on a day."""

    @property
    def divisions(self) -> Divisions:
        """The administrative divisions."""

    @property
    def register(self) -> Directory:
        """The units and who serves in them, as before this decision."""

    def on_file_in(self, division_id: str) -> Mapping[UUID, frozenset[str]]:
        """The children with an open file that live in this very division, and their categories."""

    def pupils_of(self, school_unit_id: UUID) -> tuple[UUID, ...]:
        """The children with an open file at this school."""

    def home_before(self, child_id: UUID) -> str | None:
        """Where a child lived before this decision."""

    def charges_of(self, person_id: UUID) -> tuple[UUID, ...]:
        """The children a person is responsible for or paired with."""


Reaction = Callable[[World, State, tuple[Event[Any], ...]], Iterator[Put]]
REACTIONS: list[Reaction] = []


def reaction(rule: Reaction) -> Reaction:
    """Registers a reaction; all run after every decision, in the order they were declared."""
    REACTIONS.append(rule)
    return rule
