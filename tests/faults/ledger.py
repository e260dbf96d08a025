"""What was promised: every acknowledgement, refusal and delivery that a client got, and how long it took."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from uuid import UUID


@dataclass(frozen=True)
class Ack:
    """The platform said: recorded."""

    mutation: str
    command_id: UUID
    stream_id: UUID
    version: int
    position: int
    asked_at: float
    at: float


@dataclass(frozen=True)
class Slow:
    """An answer that took longer than it may, or none at all; seconds."""

    what: str
    seconds: float


@dataclass(frozen=True)
class Delivery:
    """One change as a subscriber got it."""

    kind: str
    position: int
    task_id: UUID | None


@dataclass
class Subscribed:
    """All that one subscriber got, through every cut."""

    unit_id: UUID
    queue: str
    got: list[Delivery] = field(default_factory=list)
    times_resumed: int = 0


@dataclass
class Ledger:
    """Shared by all clients of a run."""

    acks: list[Ack] = field(default_factory=list)
    asked: dict[UUID, str] = field(default_factory=dict)
    refused: list[UUID] = field(default_factory=list)
    slow: list[Slow] = field(default_factory=list)
    uncoded: list[str] = field(default_factory=list)
    subscribed: list[Subscribed] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def ask(self, command_id: UUID, mutation: str) -> None:
        """Somebody means to do this once, however often it is sent."""
        with self._news:
            self.asked[command_id] = mutation

    def acknowledge(self, ack: Ack) -> None:
        """It was said to be recorded."""
        with self._news:
            self.acks.append(ack)
            self._news.notify_all()

    def refuse(self, command_id: UUID) -> None:
        """It was said that the rules forbid it: nothing may have been written."""
        with self._news:
            self.refused.append(command_id)

    def deliver(self, to: Subscribed, *got: Delivery) -> None:
        """A subscriber got these."""
        with self._news:
            to.got += got
            self._news.notify_all()

    def took(self, what: str, seconds: float, limit: float) -> None:
        """How long an answer took."""
        if seconds > limit:
            with self._news:
                self.slow.append(Slow(what, round(seconds, 2)))

    def answered_badly(self, what: str) -> None:
        """An answer without a code, or an internal error."""
        with self._news:
            self.uncoded.append(what)

    def wait_for(self, enough: Callable[[], bool], within: float) -> bool:
        """Whether it came true in time."""
        with self._news:
            return self._news.wait_for(enough, within)

    def first_ack_after(self, moment: float, within: float) -> float | None:
        """Seconds from the moment to the first acknowledgement of something asked after it."""

        def found() -> list[Ack]:
            return [a for a in self.acks if a.asked_at >= moment]

        if not self.wait_for(lambda: bool(found()), within):
            return None
        return min(a.at for a in found()) - moment


def now() -> float:
    """The one clock of the ledger."""
    return monotonic()
