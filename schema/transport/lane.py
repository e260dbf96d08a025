"""Who asks to be admitted, and the lane they run and wait in."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol


class Verdict(Enum):
    """What becomes of one who asks to be admitted."""

    RUNS = "runs"
    WAITS = "waits"
    THROTTLED = "throttled"
    FULL = "full"

    __hash__ = object.__hash__  # there is one of each: no need to ask its name's


class Turn(Protocol):
    """Whoever waits for a place, and is told one of two things, once."""

    def granted(self) -> None:
        """The place is theirs, until they leave."""

    def refused(self) -> None:
        """Others went before, or it took too long: the service is full, and they have left."""


class Stage(Enum):
    """How far a ticket has come."""

    OUTSIDE = "outside"
    WAITING = "waiting"
    RUNNING = "running"


@dataclass(slots=True, eq=False)
class Ticket:
    """Who asks. ``caller`` is one person in one capacity, ``group`` those who share a turn."""

    caller: str
    group: str
    priority: bool = False
    stage: Stage = Stage.OUTSIDE
    turn: Turn | None = None
    until: float = 0.0
    """By the clock of the loop: how long it waits."""


@dataclass(slots=True)
class Lane:
    """The requests of one lane: by group, how many run and which wait, oldest first."""

    limit: int
    held: int = 0
    """Places, of all groups together."""
    running: Counter[str] = field(default_factory=Counter)
    waiting: dict[str, deque[Ticket]] = field(default_factory=dict)
    waiting_in_all: int = 0
    """How many wait, of all groups together."""

    def has_room(self) -> bool:
        """Whether one more may run, as far as this lane goes."""
        return self.held < self.limit

    def begin(self, group: str) -> None:
        """One more of this group runs."""
        self.running[group] += 1
        self.held += 1

    def end(self, group: str) -> None:
        """One of this group runs no more."""
        self.running[group] -= 1
        self.held -= 1

    def queue(self, ticket: Ticket) -> None:
        """To the end of its group."""
        self.waiting.setdefault(ticket.group, deque()).append(ticket)
        self.waiting_in_all += 1

    def next(self) -> Ticket | None:
        """Out of the queue: the oldest of the group that holds the fewest places."""
        if not self.waiting:
            return None
        group = min(self.waiting, key=lambda name: self.running[name])
        return self._take(group, newest=False)

    def give_way(self, to: str) -> Ticket | None:
        """Out of the full queue: the newest of the group that waits most, unless that is ``to`` itself."""
        if self.waiting.keys() <= {to}:
            return None  # nobody else waits
        longest = max(self.waiting, key=lambda name: len(self.waiting[name]))
        if len(self.waiting[longest]) <= len(self.waiting.get(to, ())) + 1:
            return None
        return self._take(longest, newest=True)

    def leave(self, ticket: Ticket) -> None:
        """One that waits no longer."""
        queue = self.waiting.get(ticket.group)
        if queue and ticket in queue:
            queue.remove(ticket)
            self._shorter(queue, ticket.group)

    def _take(self, group: str, *, newest: bool) -> Ticket:
        queue = self.waiting[group]
        ticket = queue.pop() if newest else queue.popleft()
        self._shorter(queue, group)
        return ticket

    def _shorter(self, queue: deque[Ticket], group: str) -> None:
        self.waiting_in_all -= 1
        if not queue:
            del self.waiting[group]
