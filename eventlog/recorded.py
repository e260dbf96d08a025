"""An event in its place: which stream, which step of its history, and the envelope around it (DESIGN §5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from domain.context import Stamp
from domain.kernel import Event, State
from domain.replacing import replace
from domain.rulebook import Rulebook


class Unreadable(Event[Any]):
    """Stands for an event this code cannot read: an unknown name, or a shape no upcast explains.

    It is never recorded. A reader of the log meets it, sets the stream aside and goes on (``projections.parking``).
    """

    @classmethod
    def named(cls, name: str, stamp: Stamp) -> Unreadable:
        """In the place of the event of this name."""
        made = cls(stamp=stamp)
        object.__setattr__(made, "name", name)
        return made


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One recorded event. ``originator_*`` are the library's words for the stream and its version."""

    originator_id: UUID
    originator_version: int
    event: Event[Any]
    concerns: tuple[UUID, ...] = ()
    """The children it is about."""
    position: int = 0
    """Its place in the whole log; 0 while it is being written."""
    after: State | None = field(default=None, compare=False, repr=False)
    """The stream as it stands once this has happened, so that a read model need not know how it got there."""
    before: State | None = field(default=None, compare=False, repr=False)
    """The stream as it stood until then, or until the append for a handler of states: what is the same is no news."""
    steps: tuple[Event[Any], ...] = field(default=(), compare=False, repr=False)
    """Where it is told: the events of the append on this stream, itself among them."""
    rulebook: Rulebook | None = field(default=None, compare=False, repr=False)
    """The rulebook by which it was decided, or a later one: it still has every version that was ever cited."""

    @property
    def stream(self) -> str:
        """``child``, ``case``, ``unit``, ``rules`` or ``access``."""
        return self.event.name.partition(".")[0]

    @property
    def stream_id(self) -> UUID:
        """The stream."""
        return self.originator_id

    @property
    def version(self) -> int:
        """Its step in the stream, from 1."""
        return self.originator_version

    @property
    def stamp(self) -> Stamp:
        """Who, when, by which command, under which packs and clauses."""
        return self.event.told

    @property
    def event_id(self) -> UUID:
        """The event's own id."""
        return self.event.told.event_id

    @property
    def occurred_at(self) -> datetime:
        """When it happened, as claimed."""
        return self.event.told.occurred_at

    @property
    def recorded_at(self) -> datetime:
        """When it was recorded."""
        return self.event.told.at

    def at(self, position: int) -> Recorded:
        """The same, now that its place in the log is known."""
        return replace(self, position=position)


def appends(recorded: Iterable[Recorded]) -> Iterator[list[Recorded]]:
    """What was recorded at once, in the order of the log: the events of each append, of whatever streams."""
    for _, append in groupby(recorded, key=lambda r: r.stamp.correlation_id):
        yield list(append)
