"""Thousands of subscribers in one light process: bare sockets over epoll, no GraphQL client, no asyncio.

    python -m bench.fanout.clients KIND PORT FILE

KIND is ``sse`` or ``ws`` (graphql-transport-ws); FILE holds JSON: ``{"query": …, "subscribers": [{"token": …,
"variables": {…}}, …]}``; whoever has ``resume`` among the variables comes back after a cut, with the last cursor.
Speaks with its parent in lines: how many have caught up, now and then, and ``ready`` once all have; then
``await POSITION MANY`` is answered, when so many have seen that position, with the moments (monotonic nanoseconds, the
same clock in all processes of a machine) at which they did, sorted; ``dump`` answers all that was seen since, by
position. It ends with its input.
"""

from __future__ import annotations

import base64
import os
import select
import socket
import sys
from collections import defaultdict, deque
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, monotonic_ns
from typing import Any

import orjson

OPENING = 8
"""Subscriptions opened at once; a server is asked no faster than it lets people in."""
RECEIVED = 1 << 16
REFUSED = (b"HTTP/1.1 503", b"HTTP/1.1 429")
"""Come back later: it is asked again after ``LATER_S``."""
OPENED = (b"HTTP/1.1 200", b"HTTP/1.1 101")
LATER_S = 0.1
TELL_EACH = 25
"""After so many more that have caught up the parent is told."""
MOVED = (b'"kind":"CHANGED"', b'"kind":"LEFT"')
CAUGHT_UP = b'"kind":"CAUGHT_UP"'
POSITION = b'"position":'
CURSOR = b'"cursor":"'
TEXT, PING = 0x81, 0x89
SHORT, MEDIUM = 126, 127
"""Payload lengths from which the frame names the length apart (RFC 6455, 5.2)."""


class Subscriber:
    """One connection. ``rest``: what has come of a message that is not whole yet."""

    __slots__ = ("asked", "caught_up", "request", "rest", "resumes", "socket", "upgraded")

    def __init__(self, port: int, request: bytes, *, resumes: bool) -> None:
        self.resumes = resumes
        self.asked: dict[str, Any] = {}
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.settimeout(0)
        self.request = request
        self.rest = b""
        self.caught_up = self.upgraded = False

    @property
    def goes_on(self) -> bool:
        """Whether it comes back: no snapshot is sent, and nothing says that it has caught up."""
        return self.asked["variables"].get("resume") is not None

    def keep(self, message: bytes) -> None:
        """Where to resume from, if it ever does."""
        if self.resumes:
            begin = message.index(CURSOR) + len(CURSOR)
            self.asked["variables"]["resume"] = message[begin : message.index(b'"', begin)].decode()


class Sse:
    """GraphQL over server-sent events, distinct connections."""

    def __init__(self, port: int, query: str) -> None:
        self._port, self._query = port, query

    def opened(self, token: str, variables: dict[str, Any]) -> Subscriber:
        """Connected, and asked."""
        body = orjson.dumps({"query": self._query, "variables": variables})
        head = (
            "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n"
            f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        made = Subscriber(self._port, b"", resumes="resume" in variables)
        made.socket.send(head.encode() + body)
        return made

    def is_open(self, one: Subscriber, data: bytes) -> bool:  # noqa: ARG002 - as of a socket
        """Whether the stream has begun."""
        return data.startswith(b"HTTP/1.1 200")

    def messages(self, one: Subscriber, data: bytes) -> list[bytes]:
        """The events that are whole: each ends with an empty line."""
        parts = (one.rest + data).split(b"\n\n")
        one.rest = parts.pop()
        return parts


class Socket:
    """graphql-transport-ws, frames of one subscription."""

    def __init__(self, port: int, query: str) -> None:
        self._port, self._query = port, query

    def opened(self, token: str, variables: dict[str, Any]) -> Subscriber:
        """Connected; the rest is sent when the server has agreed."""
        init = {"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}
        asked = {"query": self._query, "variables": variables}
        subscribe = {"type": "subscribe", "id": "1", "payload": asked}
        frames = _frame(TEXT, orjson.dumps(init)), _frame(TEXT, orjson.dumps(subscribe))
        made = Subscriber(self._port, frames[1], resumes="resume" in variables)
        key = base64.b64encode(os.urandom(16)).decode()
        made.socket.send(
            "GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode()
        )
        made.rest = frames[0]  # until upgraded: what to send then
        return made

    def is_open(self, one: Subscriber, data: bytes) -> bool:  # noqa: ARG002 - as of a stream
        """Whether it is signed in, and has asked."""
        return one.upgraded and not one.request

    def messages(self, one: Subscriber, data: bytes) -> list[bytes]:
        """The frames that are whole; pings are answered."""
        if not one.upgraded:
            assert data.startswith(b"HTTP/1.1 101"), data[:200]
            one.upgraded = True
            one.socket.send(one.rest)
            one.rest, data = b"", data.partition(b"\r\n\r\n")[2]
        data = one.rest + data
        found, at = [], 0
        for kind, payload, end in _frames(data):
            at = end
            if kind == PING:
                one.socket.send(_frame(0x8A, payload))
            elif payload.startswith(b'{"type":"ping"'):
                one.socket.send(_frame(TEXT, b'{"type":"pong"}'))
            elif one.request and b'"connection_ack"' in payload:
                one.socket.send(one.request)
                one.request = b""
            else:
                found.append(payload)
        one.rest = data[at:]
        return found


def _frame(kind: int, payload: bytes) -> bytes:
    """A masked frame, as clients send them; the mask is zero, which leaves the payload as it is."""
    size = len(payload)
    named = b"" if size < SHORT else size.to_bytes(2, "big")
    head = bytes((kind, 0x80 | (SHORT if named else size)))
    return head + named + b"\0\0\0\0" + payload


def _frames(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Kind, payload and end of each frame of a server that is whole."""
    at = 0
    while len(data) - at >= 2:  # noqa: PLR2004
        size, begin = data[at + 1], at + 2
        if size == SHORT:
            size, begin = int.from_bytes(data[begin : begin + 2], "big"), begin + 2
        elif size == MEDIUM:
            size, begin = int.from_bytes(data[begin : begin + 8], "big"), begin + 8
        if begin + size > len(data):
            return
        yield data[at], data[begin : begin + size], begin + size
        at = begin + size


class Audience:
    """All of them, and what they have seen."""

    def __init__(self, protocol: Sse | Socket, told: list[dict[str, Any]]) -> None:
        self._protocol, self._to_open = protocol, deque(told)
        self._poll = select.epoll()
        self._all: dict[int, Subscriber] = {}
        self._opening = self._caught_up = 0
        self._ready = False
        self._later: deque[tuple[float, dict[str, Any]]] = deque()
        """Who was refused, and when to ask again."""
        self._seen: dict[int, list[int]] = defaultdict(list)
        self._awaited: tuple[int, int] | None = None
        self._poll.register(0, select.EPOLLIN)

    def run(self) -> None:
        """Until the parent closes our input."""
        self._open_more()
        while True:
            for fd, _ in self._poll.poll(LATER_S if self._later else None):
                if fd == 0:
                    if not self._heard():
                        return
                else:
                    self._read(self._all[fd])
            while self._later and self._later[0][0] <= monotonic():
                self._to_open.append(self._later.popleft()[1])
            self._open_more()

    def _open_more(self) -> None:
        while self._to_open and self._opening < OPENING:
            asked = self._to_open.popleft()
            one = self._protocol.opened(**asked)
            one.asked = {**asked, "variables": dict(asked["variables"])}
            self._all[one.socket.fileno()] = one
            self._opening += 1
            self._poll.register(one.socket.fileno(), select.EPOLLIN)

    def _read(self, one: Subscriber) -> None:
        data = _received(one.socket)
        now = monotonic_ns()
        if not one.caught_up and data.startswith(REFUSED):
            self._ask_again(one)
            return
        if data.startswith(b"HTTP/1.1 ") and not data.startswith(OPENED):
            raise SystemExit(f"not let in: {data!r}")
        if not data:
            if not one.resumes:
                raise SystemExit(f"a subscription ended: {one.rest!r}")
            self._ask_again(one)  # as a client should: from the last position it has seen
            return
        for message in self._protocol.messages(one, data):
            if any(kind in message for kind in MOVED):
                begin = message.index(POSITION) + len(POSITION)
                position = int(message[begin : message.index(b",", begin)])
                self._seen[position].append(now)
                one.keep(message)
                self._tell_awaited()
            elif b'"errors"' in message:
                raise SystemExit(message.decode())
            elif not one.caught_up and CAUGHT_UP in message:
                one.keep(message)
                self._let_in(one)
        if one.goes_on and not one.caught_up and self._protocol.is_open(one, data):
            self._let_in(one)

    def _ask_again(self, one: Subscriber) -> None:
        self._poll.unregister(one.socket.fileno())
        del self._all[one.socket.fileno()]
        one.socket.close()
        self._opening -= not one.caught_up
        self._caught_up -= one.caught_up
        self._later.append((monotonic() + LATER_S, one.asked))

    def _let_in(self, one: Subscriber) -> None:
        one.caught_up = True
        self._opening -= 1
        self._caught_up += 1
        if self._ready:
            return
        if self._opening or self._to_open or self._later:
            if self._caught_up % TELL_EACH == 0:
                _say(b"%d" % self._caught_up)
        else:
            self._ready = True
            _say(b"ready")

    def _heard(self) -> bool:
        line = sys.stdin.readline().split()
        match line:
            case ["await", position, many]:
                self._awaited = int(position), int(many)
                self._tell_awaited()
            case ["dump"]:
                _say(orjson.dumps({str(p): sorted(at) for p, at in self._seen.items()}))
                self._seen.clear()
            case _:
                return False
        return True

    def _tell_awaited(self) -> None:
        if self._awaited is None:
            return
        position, many = self._awaited
        if len(self._seen[position]) >= many:
            self._awaited = None
            _say(orjson.dumps(sorted(self._seen.pop(position))))


def _received(connection: socket.socket) -> bytes:
    """What has come; nothing where the connection has ended, in whatever way."""
    try:
        return connection.recv(RECEIVED)
    except ConnectionResetError:
        return b""


def _say(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    kind, port, file = sys.argv[1:]
    given = orjson.loads(Path(file).read_bytes())
    protocol = (Sse if kind == "sse" else Socket)(int(port), given["query"])
    Audience(protocol, given["subscribers"]).run()
