"""What an open stream hears when the rights behind it may have moved, without a task of its own to listen."""

from __future__ import annotations

import asyncio


class Word:
    """Waited for beside what a stream waits for anyway. Take it before looking: what moves meanwhile is told again."""

    __slots__ = ("coming",)

    def __init__(self) -> None:
        self.coming: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def tell(self) -> None:
        """Rights have moved. Only in the loop's own thread."""
        if not self.coming.done():
            self.coming.set_result(None)

    def take(self) -> None:
        """What was told is being looked at."""
        if self.coming.done():
            self.coming = asyncio.get_running_loop().create_future()
