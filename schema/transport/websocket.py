"""WebSocket (RFC 6455) below ASGI, for connections of which thousands are idle.

Handshake, frames and closing are those of the ``websockets`` library (sans-I/O); this class puts them on a transport of
uvicorn's and speaks ASGI to the application. Of a connection that is open it keeps the state of its frames, and nothing
of its handshake; lines and events to wait for exist only while somebody waits. What goes to many is handed over as a
frame that is written already (``put``). No extension is offered: a compressor is memory for each connection, and
lengths that tell of secrets.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from uvicorn.config import Config
from uvicorn.protocols.utils import ClientDisconnected, get_local_addr, get_remote_addr, is_ssl
from uvicorn.server import ServerState
from websockets.exceptions import InvalidState
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import OPEN, SERVER, Protocol
from websockets.server import ServerProtocol

if TYPE_CHECKING:
    from starlette.types import Message

log = logging.getLogger("uvicorn.error")
CLOSE_S = 10.0
"""How long the peer may take to answer a close frame."""
NORMAL, NO_CODE, ABNORMAL, RESTART, NOT_TEXT = 1000, 1005, 1006, 1012, 1007
"""Close codes (RFC 6455, 7.4.1)."""


def text_frame(text: bytes) -> bytes:
    """One text message of a server, as it goes over the wire."""
    return Frame(Opcode.TEXT, text).serialize(mask=False)


class Connection(asyncio.Protocol):
    """One connection; uvicorn hands it over with the request that asks for the upgrade."""

    __slots__ = (
        "_app_state",
        "_config",
        "_conn",
        "_inbox",
        "_is_closing",
        "_is_lost",
        "_is_open",
        "_parts",
        "_reader",
        "_reading_paused",
        "_response",
        "_server",
        "_timer",
        "_transport",
        "_writable",
    )

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._config, self._server, self._app_state = config, server_state, app_state
        self._conn: Protocol = ServerProtocol(max_size=config.ws_max_size, logger=log)
        self._transport: asyncio.Transport
        self._response: Response | None = None
        """Until the application accepts: the answer to the handshake."""
        self._is_open = self._is_closing = self._is_lost = self._reading_paused = False
        self._inbox: deque[Message] | None = None
        self._reader: asyncio.Future[None] | None = None
        self._writable: asyncio.Event | None = None
        """While the peer does not read: set when it does again."""
        self._parts: list[bytes] | None = None
        """Of a message in several frames, of which not all have come."""
        self._timer: asyncio.TimerHandle | None = None

    # --- what the transport tells

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Counted among the server's connections."""
        self._transport = transport
        self._server.connections.add(self)  # type: ignore[arg-type]

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody waits for the peer any longer."""
        self._server.connections.discard(self)
        self._is_lost = True
        self._heard(
            {"type": "websocket.disconnect", "code": NO_CODE if self._is_open else ABNORMAL}
        )
        self.resume_writing()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if exc is None:
            self._transport.close()

    def pause_writing(self) -> None:
        """The peer does not read."""
        if self._writable is None:
            self._writable = asyncio.Event()

    def resume_writing(self) -> None:
        """It does again, or never will."""
        if self._writable is not None:
            self._writable.set()
            self._writable = None

    def data_received(self, data: bytes) -> None:
        """Some of a frame, or many; what the library answers by itself (pong, close) is sent."""
        conn = self._conn
        conn.receive_data(data)
        for event in conn.events_received():
            if isinstance(event, Request):
                self._asked(event)
            elif isinstance(event, Frame):
                self._framed(event)
        if self._is_lost or self._transport.is_closing():
            return
        self._flush()
        if conn.parser_exc is not None:
            self._failed()

    def shutdown(self) -> None:
        """The server stops."""
        if self._is_open and not self._is_closing:
            self._heard({"type": "websocket.disconnect", "code": RESTART})
            self._conn.send_close(RESTART)
            self._flush()
        elif not self._is_open:
            self._refuse(500, "Internal Server Error")
        self._transport.close()

    # --- what the peer says

    def _asked(self, request: Request) -> None:
        assert isinstance(self._conn, ServerProtocol)
        response = self._conn.accept(request)
        if response.status_code != 101:  # noqa: PLR2004 - Switching Protocols
            self._is_closing = True
            self._conn.send_response(response)
            self._flush()
            self._transport.close()
            return
        self._response = response
        self._heard({"type": "websocket.connect"})
        loop = asyncio.get_running_loop()
        task = loop.create_task(self._run(self._scope(request)))
        task.add_done_callback(self._server.tasks.discard)
        self._server.tasks.add(task)

    def _scope(self, request: Request) -> dict[str, Any]:
        path, _, query = request.path.partition("?")
        root, headers = self._config.root_path, request.headers
        offered = headers.get_all("Sec-WebSocket-Protocol")
        state, self._app_state = self._app_state.copy(), {}
        return {
            "type": "websocket",
            "asgi": {"version": self._config.asgi_version, "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": "wss" if is_ssl(self._transport) else "ws",
            "server": get_local_addr(self._transport),
            "client": get_remote_addr(self._transport),
            "root_path": root,
            "path": root + unquote(path),
            "raw_path": (root + path).encode("ascii"),
            "query_string": query.encode("ascii"),
            "headers": [(k.encode("ascii"), v.encode("latin-1")) for k, v in headers.raw_items()],
            "subprotocols": [one.strip() for line in offered for one in line.split(",")],
            "state": state,
            "extensions": {},
        }

    def _framed(self, frame: Frame) -> None:
        if frame.opcode is Opcode.CLOSE:
            self._closed()
        elif self._is_closing or frame.opcode in {Opcode.PING, Opcode.PONG}:
            return  # whoever closed reads no further; pings are answered by the library
        elif frame.opcode is Opcode.CONT:
            assert self._parts is not None, "the library sees to the order of frames"
            self._parts.append(bytes(frame.data))
            if frame.fin:
                (kind, *parts), self._parts = self._parts, None
                self._said(kind == b"text", b"".join(parts))
        elif frame.fin:
            self._said(frame.opcode is Opcode.TEXT, bytes(frame.data))
        else:
            self._parts = [b"text" if frame.opcode is Opcode.TEXT else b"", bytes(frame.data)]

    def _said(self, is_text: bool, data: bytes) -> None:  # noqa: FBT001 - the kind of frame
        if not is_text:
            self._heard({"type": "websocket.receive", "bytes": data})
        else:
            try:
                self._heard({"type": "websocket.receive", "text": data.decode()})
            except UnicodeDecodeError:
                self._conn.fail(NOT_TEXT, "invalid UTF-8")
                self._flush()
                self._failed()
                return
        if not self._reading_paused:  # until the application has taken it
            self._reading_paused = True
            self._transport.pause_reading()

    def _closed(self) -> None:
        if self._is_closing:
            if self._timer is not None:  # it answers our close
                self._timer.cancel()
                self._timer = None
                self._transport.close()
            return
        received = self._conn.close_rcvd
        assert received is not None
        told = {"code": received.code, "reason": received.reason}
        self._heard({"type": "websocket.disconnect", **told})
        self._flush()
        self._transport.close()

    def _failed(self) -> None:
        """What it sent is no WebSocket any more, and it has been told so."""
        sent, self._is_closing = self._conn.close_sent, True
        told = {"code": sent.code, "reason": sent.reason} if sent else {"code": ABNORMAL}
        self._heard({"type": "websocket.disconnect", **told})
        self._transport.close()

    # --- what the application is told, and says

    def _heard(self, message: Message) -> None:
        if self._inbox is None:
            self._inbox = deque()
        self._inbox.append(message)
        if self._reader is not None:
            if not self._reader.done():
                self._reader.set_result(None)
            self._reader = None

    async def _run(self, scope: dict[str, Any]) -> None:
        try:
            await self._config.loaded_app(scope, self.receive, self.send)
        except ClientDisconnected:
            pass
        except BaseException:
            log.exception("Exception in ASGI application\n")
            self._refuse(500, "Internal Server Error")
        else:
            if not (self._is_open or self._is_closing):
                log.error("ASGI callable returned without completing handshake.")
                self._refuse(500, "Internal Server Error")
        if self._timer is None:
            self._transport.close()

    async def receive(self) -> Message:
        """The next thing that the peer does. To be awaited by one at a time."""
        while self._inbox is None:
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        message = self._inbox.popleft()
        if not self._inbox:
            self._inbox = None
            if self._reading_paused:
                self._reading_paused = False
                self._transport.resume_reading()
        return message

    def put(self, frame: bytes) -> bool:
        """Sends a frame that is written already, at once; false unless the connection is open and its peer reads."""
        if self._writable is not None or not self._is_open or self._conn.state is not OPEN:
            return False
        if self._is_lost or self._transport.is_closing():
            return False
        self._transport.write(frame)
        return True

    async def send(self, message: Message) -> None:
        """Waits while the peer does not read. Raises ``ClientDisconnected`` (an OSError) once it is gone."""
        while self._writable is not None:
            await self._writable.wait()
        if self._is_lost:
            raise ClientDisconnected
        kind = message["type"]
        if kind == "websocket.accept" and self._response is not None:
            self._accept(message)
        elif kind == "websocket.close" and self._response is not None:
            self._heard({"type": "websocket.disconnect", "code": ABNORMAL})
            self._refuse(403, "")
            self._transport.close()
        elif self._is_closing:
            raise ClientDisconnected
        elif not self._is_open:
            raise RuntimeError(f"{kind} comes too early")
        elif kind == "websocket.send":
            self._tell(message)
        elif kind == "websocket.close":
            self._close(message.get("code", NORMAL), message.get("reason") or "")
        else:
            raise RuntimeError(f"{kind} is not of a socket")

    def _accept(self, message: Message) -> None:
        response, self._response = self._response, None
        assert response is not None
        assert isinstance(self._conn, ServerProtocol)
        del response.headers["Date"]  # the server's own are among its headers
        for name, value in (*self._server.default_headers, *message.get("headers", ())):
            response.headers[name.decode("latin-1")] = value.decode("latin-1")
        chosen = message.get("subprotocol")
        if chosen:
            response.headers["Sec-WebSocket-Protocol"] = chosen
        if self._transport.is_closing():
            return
        self._conn.send_response(response)
        self._flush()
        self._is_open = True
        # from here on without the request, which the one that read it keeps
        early = bytes(self._conn.reader.buffer)
        self._conn = Protocol(SERVER, state=OPEN, max_size=self._config.ws_max_size, logger=log)
        if early:
            self.data_received(early)

    def _tell(self, message: Message) -> None:
        data, text = message.get("bytes"), message.get("text")
        try:
            if data is not None:
                self._conn.send_binary(data)
            elif text is not None:
                self._conn.send_text(text.encode())
        except InvalidState:
            raise ClientDisconnected from None
        self._flush()

    def _close(self, code: int, reason: str) -> None:
        if self._transport.is_closing():
            return
        try:
            self._conn.send_close(code, reason)
        except InvalidState:
            raise ClientDisconnected from None
        self._heard({"type": "websocket.disconnect", "code": code, "reason": reason})
        self._flush()
        self._is_closing = True
        if self._reading_paused:
            self._reading_paused = False
            self._transport.resume_reading()
        self._timer = asyncio.get_running_loop().call_later(CLOSE_S, self._transport.close)

    def _refuse(self, status: int, text: str) -> None:
        """An answer to the handshake that is none of a socket; nothing if it is answered already."""
        if self._is_open or self._is_closing or not isinstance(self._conn, ServerProtocol):
            return
        self._is_closing, self._response = True, None
        self._conn.send_response(self._conn.reject(status, text))
        self._flush()

    def _flush(self) -> None:
        written = b"".join(self._conn.data_to_send())
        if written and not self._transport.is_closing():
            self._transport.write(written)
