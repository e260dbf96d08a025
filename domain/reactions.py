"""反应 · Reactions: what follows from facts by rule, in the same breath, on whichever stream it belongs to.

A reaction is pure: it sees what has just been decided and the states it touches, and puts system commands. The shell
decides those too and records everything together, so a tier that must rise at once rises with the very report that
raises it, or nothing is recorded at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from domain.kernel import Command, Event, State

if TYPE_CHECKING:
    from domain.case.state import Case
    from domain.child.state import Child


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


Reaction = Callable[[World, State, tuple[Event[Any], ...]], Iterator[Put]]
REACTIONS: list[Reaction] = []


def reaction(rule: Reaction) -> Reaction:
    """Registers a reaction; all run after every decision, in the order they were declared."""
    REACTIONS.append(rule)
    return rule
