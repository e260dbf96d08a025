"""How a WebSocket ends.

Close codes: 4400 malformed message, 4401 subscribed before sign-in, 4403 sign-in refused or rights
gone, 4406 sub-protocol missing, 4408 no connection_init in time, 4409 id in use, 4429 a second
connection_init, too many operations or too many sockets of one caller; 1009 too large a message,
1013 the reader is too slow, answers no ping, or the service is at its limit, 4500 a fault of ours.
"""

from __future__ import annotations

from .errors import Code, CodedError


class Disconnected(Exception):
    """The peer is gone."""


Gone = (Disconnected, OSError)
"""As it is told to who reads, and to who writes (ASGI, WebSocket 2.4)."""


class CloseSocket(Exception):
    """Close the socket with this code; the reason tells nothing of the data."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def turned_away(error: CodedError) -> CloseSocket:
    """Only who would be let in later is told to come back: a client that is told so goes on trying."""
    if error.code in {Code.UNAVAILABLE, Code.THROTTLED}:
        return CloseSocket(1013, "Try again later")
    return CloseSocket(4403, "Forbidden")


def closing_of(code: int, reason: str) -> dict[str, object]:
    """As ASGI has it."""
    return {"type": "websocket.close", "code": code, "reason": reason}
