"""WebSocket below ASGI: what reaches an application of what a peer sends, in which order, and how connections end."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
import struct
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Queue
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from schema.transport.following import part, said
from schema.transport.outlet import Outlet
from schema.transport.websocket import Connection
from schema.transport.wire import wire_of

WAIT_S = 20.0
CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
LARGEST = 1_000
Play = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass
class Site:
    """A server of one application, and what that told the test."""

    port: int
    told: Queue[Any] = field(default_factory=Queue)
    loops: list[asyncio.AbstractEventLoop] = field(default_factory=list)


@contextmanager
def serving(play: Callable[[Site], Play]) -> Iterator[Site]:
    listener = socket.create_server(("127.0.0.1", 0))
    site = Site(listener.getsockname()[1])
    application = play(site)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            site.loops.append(asyncio.get_running_loop())
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
        else:
            await application(scope, receive, send)

    config = uvicorn.Config(
        app, ws=Connection, ws_max_size=LARGEST, log_config=None, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.should_exit = True
        thread.join(WAIT_S)
        listener.close()
        assert not thread.is_alive()


def keeping(site: Site) -> Play:
    """Accepts, and tells the test whatever comes, until the peer is gone."""

    async def play(_scope: Scope, receive: Receive, send: Send) -> None:
        site.told.put(await receive())
        await send({"type": "websocket.accept"})
        while True:
            message = await receive()
            site.told.put(message)
            if message["type"] == "websocket.disconnect":
                return

    return play


class Wire:
    """A client made of bytes."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), WAIT_S)
        self.rest = b""

    def asks(self, **headers: str) -> bytes:
        """Asks for the upgrade; the head of the answer."""
        key = base64.b64encode(os.urandom(16)).decode()
        given = {
            "Host": "here",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": key,
            "Sec-WebSocket-Version": "13",
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items() if value)
        self.socket.sendall(f"GET / HTTP/1.1\r\n{lines}\r\n".encode())
        while b"\r\n\r\n" not in self.rest:
            self._more()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        return head

    def say(self, *frames: bytes) -> None:
        self.socket.sendall(b"".join(frames))

    def hear(self) -> tuple[int, bytes]:
        """The next frame: its kind and payload."""
        while len(self.rest) < 2 or len(self.rest) < 2 + self.rest[1]:
            self._more()
        assert self.rest[1] < 126, "the tests say little"
        end = 2 + self.rest[1]
        frame, self.rest = self.rest[:end], self.rest[end:]
        assert frame[0] & 0x80, "whole messages only"
        return frame[0] & 0x0F, frame[2:]

    def is_over(self) -> bool:
        try:
            return not self.rest and self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def _more(self) -> None:
        data = self.socket.recv(65_536)
        assert data, "the server has closed"
        self.rest += data


@contextmanager
def wired(site: Site) -> Iterator[Wire]:
    wire = Wire(site.port)
    with wire.socket:
        yield wire


def frame(kind: int, payload: bytes = b"", *, last: bool = True, masked: bool = True) -> bytes:
    size, mask = len(payload), b"\x37\xfa\x21\x3d" if masked else b""
    named = struct.pack("!BH", 126, size) if size > 125 else bytes((size,))
    named = bytes((named[0] | 0x80 * masked,)) + named[1:]
    said = bytes(b ^ mask[n % 4] for n, b in enumerate(payload)) if masked else payload
    return bytes((kind | 0x80 * last,)) + named + mask + said


def code_of(payload: bytes) -> int:
    return int.from_bytes(payload[:2], "big")


def heard(site: Site) -> Any:
    return site.told.get(timeout=WAIT_S)


def test_messages_come_whole_and_in_order_however_they_are_cut() -> None:
    with serving(keeping) as site, wired(site) as wire:
        assert wire.asks().startswith(b"HTTP/1.1 101")
        assert heard(site) == {"type": "websocket.connect"}
        all_of_it = b"".join(
            [
                frame(TEXT, "儿童".encode()),
                frame(TEXT, "留守".encode()[:4], last=False),
                frame(PING, b"between"),
                frame(CONT, "留守".encode()[4:]),
                frame(BINARY, b"\0\1", last=False),
                frame(CONT, b"\2"),
                *(frame(TEXT, str(n).encode()) for n in range(50)),
            ]
        )
        for n in range(0, len(all_of_it), 7):
            wire.say(all_of_it[n : n + 7])
        said = [heard(site) for _ in range(53)]
        assert [m["text"] for m in said[:2]] == ["儿童", "留守"]
        assert said[2]["bytes"] == b"\0\1\2"
        assert [m["text"] for m in said[3:]] == [str(n) for n in range(50)]
        assert wire.hear() == (PONG, b"between")
        wire.say(frame(CLOSE, struct.pack("!H", 4001) + b"enough"))
        assert wire.hear() == (CLOSE, struct.pack("!H", 4001) + b"enough")
        assert heard(site) == {"type": "websocket.disconnect", "code": 4001, "reason": "enough"}
        assert wire.is_over()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (frame(TEXT, b"x", masked=False), 1002),
        (frame(0x0B), 1002),
        (frame(CONT, b"x"), 1002),
        (frame(TEXT, b"x", last=False) + frame(TEXT, b"y"), 1002),
        (frame(PING, b"x", last=False), 1002),
        (frame(PING, b"x" * 126), 1002),
        (frame(CLOSE, b"x"), 1002),
        (frame(TEXT, b"\xff"), 1007),
        (frame(TEXT, b"\xe5", last=False) + frame(CONT, b"x"), 1007),
        (frame(TEXT, b"x" * (LARGEST + 1)), 1009),
        (frame(TEXT, b"x" * LARGEST, last=False) + frame(CONT, b"x"), 1009),
    ],
)
def test_what_is_no_websocket_ends_it_with_the_code_of_why(wrong: bytes, code: int) -> None:
    with serving(keeping) as site, wired(site) as wire:
        wire.asks()
        assert heard(site)["type"] == "websocket.connect"
        wire.say(wrong)
        kind, payload = wire.hear()
        assert (kind, code_of(payload)) == (CLOSE, code)
        told = heard(site)
        assert (told["type"], told["code"]) == ("websocket.disconnect", code)
        assert wire.is_over()


def test_a_peer_that_is_gone_without_a_word_is_told() -> None:
    with serving(keeping) as site:
        with wired(site) as wire:
            wire.asks()
            assert heard(site)["type"] == "websocket.connect"
        assert heard(site) == {"type": "websocket.disconnect", "code": 1005}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec_WebSocket_Version": "12"}, b"400"),
        ({"Sec_WebSocket_Key": ""}, b"400"),
        ({"Sec_WebSocket_Key": "short"}, b"400"),
    ],
)
def test_a_handshake_that_is_none_never_reaches_the_application(
    headers: dict[str, str], status: bytes
) -> None:
    with serving(keeping) as site, wired(site) as wire:
        assert wire.asks(**headers).split()[1] == status
        assert site.told.empty()


def test_a_compressor_is_not_agreed_to_and_a_protocol_only_if_chosen() -> None:
    def choosing(site: Site) -> Play:
        async def play(scope: Scope, receive: Receive, send: Send) -> None:
            await receive()
            site.told.put(scope["subprotocols"])
            await send({"type": "websocket.accept", "subprotocol": "b"})
            await send({"type": "websocket.close", "code": 4000})

        return play

    with serving(choosing) as site, wired(site) as wire:
        offered = {
            "Sec_WebSocket_Extensions": "permessage-deflate",
            "Sec_WebSocket_Protocol": "a, b",
        }
        head = wire.asks(**offered).lower()
        assert heard(site) == ["a", "b"]
        assert b"\r\nsec-websocket-protocol: b" in head
        assert b"extensions" not in head
        assert head.count(b"\r\ndate: ") == 1
        kind, payload = wire.hear()
        assert (kind, code_of(payload)) == (CLOSE, 4000)
        wire.say(frame(CLOSE, payload))
        assert wire.is_over()


def test_who_is_let_in_and_fails_is_cut_and_who_is_not_gets_an_answer() -> None:
    def failing(_site: Site) -> Play:
        async def play(_scope: Scope, receive: Receive, _send: Send) -> None:
            await receive()
            raise ValueError("a fault of ours")

        return play

    with serving(failing) as site, wired(site) as wire:
        assert wire.asks().startswith(b"HTTP/1.1 500")
        assert wire.is_over() or wire.rest == b"Internal Server Error"


@pytest.mark.parametrize("kind", ["event stream", "socket"])
def test_what_is_written_already_goes_out_between_what_is_sent(kind: str) -> None:
    packed = said(b"written") if kind == "socket" else part(b"written")
    waiting = said(b"waited") if kind == "socket" else part(b"waited")

    def putting(site: Site) -> Play:
        async def play(scope: Scope, receive: Receive, send: Send) -> None:
            is_socket = scope["type"] == "websocket"
            await receive()
            if is_socket:
                await send({"type": "websocket.accept"})
            outlet = Outlet(send, WAIT_S, site.told.put)
            way = wire_of(send)
            assert way is not None
            if not is_socket:
                site.told.put(way(packed.written))  # no answer has begun
                await send({"type": "http.response.start", "status": 200})
            outlet.put(waiting)
            await send(waiting.message)
            outlet.put(packed)
            site.told.put(outlet.is_behind)
            last = {"type": "http.response.body", "body": b"", "more_body": False}
            await send({"type": "websocket.close"} if is_socket else last)
            site.told.put(way(packed.written))  # it has ended

        return play

    with serving(putting) as site, wired(site) as wire:
        if kind == "socket":
            wire.asks()
            assert [wire.hear() for _ in range(3)] == [
                (TEXT, b"waited"),
                (TEXT, b"waited"),
                (TEXT, b"written"),
            ]
            assert wire.hear()[0] == CLOSE
        else:
            wire.socket.sendall(b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
            answer = b""
            while more := wire.socket.recv(65_536):
                answer += more
            assert answer.endswith(
                b"\r\n\r\n6\r\nwaited\r\n6\r\nwaited\r\n7\r\nwritten\r\n0\r\n\r\n"
            )
            assert heard(site) is False
        assert [heard(site), heard(site)] == [False, False]


def test_a_way_that_something_lies_in_is_not_taken() -> None:
    async def send(_message: Any) -> None:
        raise AssertionError("nothing is sent")

    assert wire_of(send) is None
