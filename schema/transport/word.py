"""What an open stream hears when the rights behind it may have moved, without a task of its own to listen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Word:
    """Waited for beside what a stream waits for anyway, or ``heard`` is called. Take it before looking: what moves
    meanwhile is told again."""

    __slots__ = ("_coming", "heard")

    def __init__(self) -> None:
        self._coming: asyncio.Future[None] | None = None
        self.heard: Callable[[], None] | None = None

    @property
    def coming(self) -> asyncio.Future[None]:
        """Done once there is word."""
        if self._coming is None:
            self._coming = asyncio.get_running_loop().create_future()
        return self._coming

    def tell(self) -> None:
        """Rights have moved. Only in the loop's own thread."""
        if self.heard is not None:
            self.heard()
        elif not self.coming.done():
            self.coming.set_result(None)

    def take(self) -> None:
        """What was told is being looked at."""
        if self.coming.done():
            self._coming = None
