"""The shortest way out: bytes that are written already, straight into the transport of a connection.

ASGI's ``send`` builds what it sends anew for each connection: a chunk or a frame around the same bytes, a coroutine,
the checks of a response. What goes to thousands is built once (``following.Told``) and written here. Where a ``send``
is not ours or uvicorn's own, because something lies between, there is no such way, and ASGI's is taken.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import Send
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from .websocket import Connection

Wire = Callable[[bytes], bool]
"""Writes at once what is whole in itself; false where ASGI's way must be taken: the peer does not read, or is gone."""


def wire_of(send: Send) -> Wire | None:
    """The way behind ``send``, if there is one."""
    server = getattr(send, "__self__", None)
    if type(server) is Connection:
        return server.put
    if type(server) is RequestResponseCycle:
        return _Chunks(server)
    return None


def chunk(body: bytes) -> bytes:
    """A piece of an answer whose length nobody knows (RFC 9112, 7.1)."""
    return b"%x\r\n%b\r\n" % (len(body), body)


class _Chunks:
    """An answer in chunks that has begun and not ended."""

    __slots__ = ("_cycle",)

    def __init__(self, cycle: RequestResponseCycle) -> None:
        self._cycle = cycle

    def __call__(self, written: bytes) -> bool:
        cycle = self._cycle
        goes_on = cycle.chunked_encoding and not (cycle.disconnected or cycle.response_complete)
        if not goes_on or cycle.flow.write_paused or cycle.transport.is_closing():
            return False
        cycle.transport.write(written)
        return True
