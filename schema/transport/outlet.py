"""What goes out to one connection that follows something: at once, without a task, unless its reader is slow.

A message that is written already goes straight to the wire (``wire.py``). Where there is none, it is put into the
server's hands: its ``send`` is stepped, and as long as the peer reads it is over within that step. Only for a peer that
does not read is there a task, a bounded line of what waits behind it, and a time after which the peer is given up.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Generator, MutableMapping
from typing import Any

from starlette.types import Send

from .wire import wire_of

BEHIND_MAX = 1_000
"""Messages that wait for a reader who is slow; beyond that it is cut off and resumes where it was."""

Message = MutableMapping[str, Any]


class TooSlow(Exception):
    """The peer does not read, or not fast enough."""


class Packed:
    """A message as ASGI tells it, and as it goes over the wire: made once, for however many."""

    __slots__ = ("message", "written")

    def __init__(self, message: Message, written: bytes) -> None:
        self.message, self.written = message, written


class Outlet:
    """``put`` keeps the order of what it is given. ``failed`` is called once: too slow, or the peer is gone."""

    __slots__ = ("_behind", "_failed", "_send", "_sending", "_wire", "_within")

    def __init__(self, send: Send, within: float, failed: Callable[[Exception], None]) -> None:
        """``within``: seconds that one message may take."""
        self._send, self._within, self._failed = send, within, failed
        self._wire = wire_of(send)
        self._sending: asyncio.Task[None] | None = None
        self._behind: deque[Message] | None = None

    @property
    def is_behind(self) -> bool:
        """Whether something still waits to be taken by the peer."""
        return self._sending is not None

    def put(self, packed: Packed) -> None:
        """Sends it, now or after what waits already."""
        if self._behind is not None:
            self._behind.append(packed.message)
            if len(self._behind) > BEHIND_MAX:
                self._failed(TooSlow())
        elif self._wire is None or not self._wire(packed.written):
            self._hand_over(packed.message)

    def _hand_over(self, message: Message) -> None:
        going: Coroutine[Any, Any, None] = self._send(message)  # type: ignore[assignment]
        try:
            waits_for = going.send(None)
        except StopIteration:
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, this peer is lost and the others go on
            self._failed(error)
            return
        self._behind = deque()
        self._sending = asyncio.create_task(self._catch_up(_Rest(going, waits_for)))

    async def _catch_up(self, rest: _Rest) -> None:
        behind = self._behind
        assert behind is not None
        try:
            async with asyncio.timeout(self._within):
                await rest
            while behind:
                async with asyncio.timeout(self._within):
                    await self._send(behind.popleft())
        except TimeoutError:
            self._failed(TooSlow())
        except Exception as error:  # noqa: BLE001 - as above
            self._failed(error)
        else:
            self._behind = self._sending = None

    def close(self) -> None:
        """Nothing goes out any more of what waits."""
        if self._sending is not None:
            self._sending.cancel()


class _Rest:
    """A coroutine that was stepped once by hand and now waits; awaited, it goes on to its end."""

    __slots__ = ("_going", "_waits_for")

    def __init__(self, going: Coroutine[Any, Any, None], waits_for: Any) -> None:
        self._going, self._waits_for = going, waits_for

    def __await__(self) -> Generator[Any, Any, None]:
        going, waits_for = self._going, self._waits_for
        while True:
            error: BaseException | None = None
            try:
                yield waits_for
            except BaseException as thrown:  # noqa: BLE001 - handed to whom it is meant for
                error = thrown
            try:
                waits_for = going.send(None) if error is None else going.throw(error)
            except StopIteration:
                return
