"""given(history).when(command).then(facts): the sentence every rule is tested in.

``put(command, …)`` dresses a command in the context the shell would give it: who, when, where, and the packs in force
there on that day. ``told(event, …)`` dresses a fact in a stamp, for histories whose times or authors matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest

import domain.actions  # noqa: F401 - registers the domain
from domain.context import NOBODY, SYSTEM, Actor, Context
from domain.directory import Directory
from domain.divisions import Divisions
from domain.kernel import Command, Event, Refused, State, decide, replay
from domain.rulebook import Rulebook, jurisdiction_of
from domain.unit.annual_figures import TakenFigures
from domain.workdays import Workdays

LOCAL = ZoneInfo("Asia/Shanghai")
SPACE = UUID("8f9a4a1e-0000-4000-8000-000000000001")


def local(text: str) -> datetime:
    """``"2025-03-03 08:40"`` in Asia/Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def an_id(name: str) -> UUID:
    """The same id for the same name, in every test."""
    return uuid5(SPACE, name)


def person(name: str, role: str = "child_director", **more: Any) -> Actor:
    """Somebody in one capacity."""
    return Actor(person_id=an_id(name), role=role, **more)


@cache
def place(full_name: str) -> str:
    """The stable id of a division by its names, e.g. ``"重庆市/奉节县"``."""
    divisions = Divisions.load()
    found: str | None = None
    for name in full_name.split("/"):
        hits = divisions.search(name, within=found, limit=50)
        exact = [d for d in hits if d.name == name]
        found = exact[0].id
    assert found
    return found


def put(  # noqa: PLR0913 - a sentence with many optional parts
    command: Command[Any],
    *,
    by: Actor = SYSTEM,
    at: str = "2025-03-03 09:00",
    occurred: str | None = None,
    where: str | None = None,
    late_because: str | None = None,
    directory: Directory | None = None,
    linked: Mapping[UUID, State] | None = None,
    figures: TakenFigures | None = None,
    command_id: UUID | None = None,
) -> Command[Any]:
    """The command as the shell would put it; ``where`` is a division id, ``at``/``occurred`` local times."""
    when = local(occurred or at)
    divisions = Divisions.load()
    jurisdiction = jurisdiction_of(divisions, where, when.date())
    context = Context(
        by=by,
        at=local(at),
        occurred_at=when,
        late_because=late_because,
        command_id=command_id or an_id(f"{type(command).name}@{at}"),
        place=where,
        _rules=Rulebook.load().in_force(jurisdiction, when.date()),
        _workdays=Workdays.load(),
        _divisions=divisions,
        _directory=directory or Directory(),
        linked=linked or {},
        figures=figures,
    )
    return replace(command, context=context)


def knowing(command: Command[Any], history: Iterable[Event[Any]]) -> Command[Any]:
    """The command with what was recorded on its stream before, as the shell gives it where it is needed."""
    return replace(command, context=replace(command.context, history=tuple(history)))


def told(
    event: Event[Any],
    *,
    by: Actor = SYSTEM,
    at: str = "2025-03-03 09:00",
    recorded: str | None = None,
) -> Event[Any]:
    """A fact with the stamp it would have got."""
    context = Context(
        by=by,
        at=local(recorded or at),
        occurred_at=local(at),
        command_id=an_id(f"{event.name}@{at}"),
    )
    return replace(event, stamp=context.stamp(0, ()))


@dataclass(frozen=True)
class given:  # noqa: N801  (reads as a word in a sentence)
    """The history; ``.state()`` is what it adds up to."""

    history: tuple[Event[Any], ...]

    def __init__(self, *history: Event[Any]) -> None:
        object.__setattr__(self, "history", history)

    def when(self, command: Command[Any]) -> Asked:
        """What is asked; a command without context gets a plain one."""
        dressed = command if command.context.command_id != NOBODY else put(command)
        return Asked(self.history, dressed)

    def state(self, empty: State) -> Any:
        """The state this history tells."""
        return replay(empty, self.history)


@dataclass(frozen=True)
class Asked:
    """A question put to a history."""

    history: tuple[Event[Any], ...]
    command: Command[Any]

    def facts(self) -> tuple[Event[Any], ...]:
        """What follows."""
        empty = self.command.state_type(id=an_id("subject"))
        return decide(replay(empty, self.history), knowing(self.command, self.history))

    def then(self, *expected: Event[Any]) -> None:
        """Exactly these facts follow."""
        assert self.facts() == expected

    def then_nothing(self) -> None:
        """It already stands so."""
        self.then()

    def then_refused(
        self, code: str, *, cites: str | None = None, field: str | None = None
    ) -> Refused:
        """The rules say no, with this code (and this clause, about this field)."""
        with pytest.raises(Refused) as refusal:
            self.facts()
        assert refusal.value.code == code
        assert cites is None or cites in refusal.value.clauses
        assert field is None or refusal.value.field == field
        return refusal.value
