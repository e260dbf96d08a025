"""A fact put into the log as a history has it: the projections hear what a test says has happened, and nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from domain.fields import FieldSpec
from domain.kernel import EVENTS, PRESENT, Command, Event, State, Turn
from ops.golden import sample_of
from tests.projections.town import Town


class Tell(Command[State]):
    """Answers with the facts it is given; it has no name, so it is no action of the platform."""

    facts: tuple[Event[Any], ...] = ()
    name: ClassVar[str] = "told by a test"
    specs: ClassVar[tuple[FieldSpec, ...]] = ()
    when: ClassVar[Turn[Any]] = PRESENT
    clauses: ClassVar[tuple[str, ...]] = ()
    opens: ClassVar[bool] = False
    place_field: ClassVar[str | None] = None
    needs: ClassVar[frozenset[str]] = frozenset()
    by_system: ClassVar[bool] = True

    def decide(self, _state: State) -> Iterator[Event[Any]]:
        yield from self.facts


def past(name: str, **values: Any) -> Event[Any]:
    """An event of this name as a history has it, every field filled, these as given."""
    return replace(sample_of(EVENTS[name]), **values)


def told(town: Town, stream: UUID, *facts: Event[Any], state: type[State]) -> None:
    """The facts happen on the stream, now."""
    command = Tell(facts=facts)
    command.__class__.state_type = state
    town.do(command, stream)
