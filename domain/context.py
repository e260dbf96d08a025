"""What the shell puts on a command: who asks, when, and what the rules may look at (law 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from domain.labels import Term

if TYPE_CHECKING:
    from domain.directory import Directory
    from domain.divisions import Divisions
    from domain.kernel import Event
    from domain.rulebook import Rules
    from domain.tasks import TaskView
    from domain.unit.annual_figures import TakenFigures
    from domain.workdays import Workdays

NOBODY = UUID(int=0)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Precision(Term):
    """时间精度 · How exactly the time of a fact is known."""

    MINUTE = "MINUTE", "到分", "To the minute"
    DAY = "DAY", "到日", "To the day"
    MONTH = "MONTH", "到月", "To the month"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts, in the one capacity they act in: one assignment, so one role, one unit, one division."""

    person_id: UUID = NOBODY
    role: str = "system"
    unit_id: UUID | None = None
    division_id: str | None = None
    assignment_id: UUID | None = None


SYSTEM = Actor()


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What is recorded beside every event: the envelope of the log, as far as the decision knows it."""

    event_id: UUID
    by: Actor
    at: datetime
    """When it was recorded."""
    occurred_at: datetime
    precision: Precision = Precision.MINUTE
    late_because: str | None = None
    """Why it is entered after a later fact; free text, sealed like a P3 value."""
    on_behalf_of: UUID | None = None
    command_id: UUID = NOBODY
    causation_id: UUID | None = None
    correlation_id: UUID | None = None
    place: str | None = None
    packs: tuple[tuple[str, int], ...] = ()
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Context:
    """The surroundings of one command. Tests build one by hand; the shell builds it from the request."""

    by: Actor = SYSTEM
    at: datetime = EPOCH
    occurred_at: datetime = EPOCH
    precision: Precision = Precision.MINUTE
    late_because: str | None = None
    on_behalf_of: UUID | None = None
    signed_in_at: datetime | None = None
    """When the actor last proved who they are (``auth_time``); None where the issuer does not say."""
    command_id: UUID = NOBODY
    causation_id: UUID | None = None
    correlation_id: UUID | None = None
    place: str | None = None
    _rules: Rules | None = None
    _workdays: Workdays | None = None
    _divisions: Divisions | None = None
    _directory: Directory | None = None
    linked: Mapping[UUID, Any] = field(default_factory=dict)
    """The states the command ``needs``: child files a case concerns, or the open cases of a child, by id."""
    figures: TakenFigures | None = None
    """The figures a command that ``needs`` them names by their day; None while they are not complete."""
    history: tuple[Event[Any], ...] = ()
    """What was ever recorded on its stream, for a command that ``needs`` it; in order."""
    task: TaskView | None = None
    """The task a command that ``needs`` one names; None where there is no such task."""

    @property
    def rules(self) -> Rules:
        """The rule packs in force at the place on the day it occurred."""
        assert self._rules is not None, "this command was put without rule packs"
        return self._rules

    @property
    def workdays(self) -> Workdays:
        """The working-day calendar."""
        assert self._workdays is not None, "this command was put without a calendar"
        return self._workdays

    @property
    def divisions(self) -> Divisions:
        """The administrative divisions."""
        assert self._divisions is not None, "this command was put without divisions"
        return self._divisions

    @property
    def directory(self) -> Directory:
        """The units and who serves in them."""
        assert self._directory is not None, "this command was put without a directory"
        return self._directory

    def stamp(self, index: int, clauses: tuple[str, ...]) -> Stamp:
        """The stamp of the ``index``-th event of this command: the same again when the command is retried."""
        packs = self._rules.packs if self._rules else ()
        if self._rules is not None:  # cite only what binds here and on that day
            bound = {pack for pack, _ in packs}
            clauses = tuple(c for c in clauses if c.partition("-")[0] in bound)
        return Stamp(
            event_id=uuid5(self.command_id, f"event/{index}"),
            by=self.by,
            at=self.at,
            occurred_at=self.occurred_at,
            precision=self.precision,
            late_because=self.late_because,
            on_behalf_of=self.on_behalf_of,
            command_id=self.command_id,
            causation_id=self.causation_id,
            correlation_id=self.correlation_id,
            place=self.place,
            packs=tuple(packs),
            clauses=clauses,
        )


NOWHERE = Context()
