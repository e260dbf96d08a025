"""One timer for all open streams: each gets its beat once a turn, and the beats are spread evenly over it."""

from __future__ import annotations

import asyncio
from typing import Protocol

SPOKES = 20


class Beating(Protocol):
    """What is on the wheel."""

    def beat(self) -> None:
        """A turn has passed. Must not raise."""


class Wheel:
    """``turn``: seconds. It turns only while something is on it."""

    def __init__(self, turn: float) -> None:
        self._turn = turn
        self._spokes: list[set[Beating]] = [set() for _ in range(SPOKES)]
        self._at = self._next = 0
        self._timer: asyncio.TimerHandle | None = None

    def add(self, one: Beating) -> None:
        """Its first beat comes within a turn."""
        self._spokes[self._next].add(one)
        self._next = (self._next + 1) % SPOKES
        if self._timer is None:
            self._wait()

    def discard(self, one: Beating) -> None:
        """No beat any more."""
        for spoke in self._spokes:
            spoke.discard(one)
        if self._timer is not None and not any(self._spokes):
            self._timer.cancel()
            self._timer = None

    def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._turn / SPOKES, self._go_on)

    def _go_on(self) -> None:
        self._wait()
        self._at = (self._at + 1) % SPOKES
        for one in tuple(self._spokes[self._at]):
            one.beat()
