"""One timer for all who wait equally long: the first who came is the first to be late."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Patience(Generic[K]):
    """``late`` is told of each who was begun and not ended within ``seconds``."""

    def __init__(self, seconds: float, late: Callable[[K], None]) -> None:
        self._seconds, self._late = seconds, late
        self._until: dict[K, float] = {}
        self._watch: asyncio.TimerHandle | None = None

    def begin(self, one: K) -> None:
        """From now on."""
        loop = asyncio.get_running_loop()
        self._until[one] = loop.time() + self._seconds
        if self._watch is None:
            self._watch = loop.call_later(self._seconds, self._look)

    def end(self, one: K) -> None:
        """No longer; whoever is not waited for is let be."""
        self._until.pop(one, None)

    def _look(self) -> None:
        loop, self._watch = asyncio.get_running_loop(), None
        while self._until:
            one, until = next(iter(self._until.items()))
            if until > loop.time():
                self._watch = loop.call_at(until, self._look)
                return
            del self._until[one]
            self._late(one)
