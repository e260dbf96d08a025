"""GraphQL over WebSocket, sub-protocol `graphql-transport-ws`, the whole of it.

The codes it closes with are in `closing`. A bad Origin is refused at the handshake, 403.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine, Mapping
from typing import Any, Final, Generic, TypeVar

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from .closing import CloseSocket, Disconnected, Gone, closing_of, turned_away
from .errors import Code, CodedError, code_of, log_failure, new_trace_id
from .following import Follower, Handover, Standing, Told, said
from .json_text import read_json
from .outlet import Outlet, TooSlow
from .parameters import Parameters, parameters_of
from .service import Answer, GraphQLService, Interrupted, NoLongerAllowed
from .settings import Settings

C = TypeVar("C")

PROTOCOL: Final = "graphql-transport-ws"
MAX_ID_LENGTH: Final = 128
LAST_ANSWERS: Final = 4.0  # seconds that running queries and mutations have when the server stops
CLOSE_TIMEOUT: Final = 1.0  # seconds; a peer that does not read is not waited for
Message = dict[str, object]
PING = said(b'{"type":"ping"}')


def graphql_socket(service: GraphQLService[C]) -> ASGIApp:
    """The ASGI application for WebSocket connections to the service."""
    return GraphQLSocket(service)


class GraphQLSocket(Generic[C]):
    """The handshake: Origin and sub-protocol; then one `Conversation`."""

    def __init__(self, service: GraphQLService[C]) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection to its end."""
        await receive()  # that it asks to be let in
        headers = [value for name, value in scope["headers"] if name == b"origin"]
        origin = headers[0].decode("latin-1") if headers else None
        if origin is not None and origin not in self._service.settings.allowed_origins:
            await send({"type": "websocket.close"})  # before accepting: HTTP 403
            return
        if PROTOCOL not in scope["subprotocols"]:
            await send({"type": "websocket.accept"})
            await send(closing_of(4406, "Subprotocol not acceptable"))
            return
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
        scope.clear()  # a socket may be open for a day, and needs nothing of its handshake
        await Conversation(self._service, receive, send).hold()


class Conversation(Generic[C]):
    """One socket from acceptance to close. It reads; what runs has tasks, what only follows has none."""

    __slots__ = (
        "_finite",
        "_leaving",
        "_operations",
        "_pinged_at",
        "_reading",
        "_receive",
        "_running",
        "_send",
        "_service",
        "_why",
        "outlet",
        "standing",
    )

    def __init__(self, service: GraphQLService[C], receive: Receive, send: Send) -> None:
        self._service = service
        self._receive, self._send = receive, send
        self._operations: dict[str, asyncio.Task[None] | Following] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._finite: set[asyncio.Task[None]] = set()  # running queries and mutations
        self._pinged_at: float | None = None  # until the peer has said something since
        self._reading: asyncio.Task[None] | None = None
        self._why: Exception | None = None
        self._leaving: asyncio.Task[None] | None = None
        self.standing: Standing[C]
        self.outlet = Outlet(send, self._settings.send_timeout, self._lost)

    @property
    def _settings(self) -> Settings:
        return self._service.settings

    async def hold(self) -> None:
        """Serve until either side closes; all sources are closed when this returns."""
        try:
            with self._service.stream_slot():
                await self._converse()
        except CloseSocket as closing:
            await self._close(closing)
        except CodedError as error:
            await self._close(turned_away(error))
        except Gone:
            pass
        except Exception as error:  # noqa: BLE001 - never end a socket without a close code
            log_failure(new_trace_id(), Code.INTERNAL, error)
            await self._close(CloseSocket(4500, "Internal server error"))

    async def _converse(self) -> None:
        try:
            async with asyncio.timeout(self._settings.init_timeout):
                context = await self._greeted()
        except TimeoutError:
            raise CloseSocket(4408, "Connection initialisation timeout") from None
        place = self._service.stream_of(context)
        try:
            place.__enter__()
        except CodedError:
            raise CloseSocket(4429, "Too many connections") from None
        try:
            await self._say({"type": "connection_ack"})
            await self._serve(context)
        finally:
            place.__exit__(None, None, None)

    async def _serve(self, context: C) -> None:
        """Reads on; whatever ends the socket from elsewhere interrupts the reading and is raised here."""
        service = self._service
        self.standing = service.standings.enter(context, self)
        service.wheel.add(self)
        service.staying.add(self)
        if service.stopping.is_set():
            self.go_away()
        this = self._reading = asyncio.current_task()
        try:
            await self._read(context)
        except asyncio.CancelledError:
            if self._why is None or this is None or this.uncancel():
                raise
            raise self._why from None
        finally:
            self._reading = None
            service.staying.discard(self)
            service.wheel.discard(self)
            service.standings.leave(self.standing, self)
            await self._let_go()

    async def _let_go(self) -> None:
        """Whatever it runs and follows ends."""
        self.outlet.close()
        tasks = [*self._running, *([self._leaving] if self._leaving else [])]
        for one in (*self._operations.values(), *tasks):
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _end(self, why: Exception) -> None:
        """The socket ends; the first reason counts."""
        if self._why is None:
            self._why = why
            if self._reading is not None:
                self._reading.cancel()

    def _lost(self, error: Exception) -> None:
        """What was put could not be sent."""
        slow = isinstance(error, TooSlow)
        self._end(CloseSocket(1013, "Reading too slowly") if slow else Disconnected())

    def end(self, error: Exception) -> None:
        """Its rights are gone, or could not be looked at."""
        self._end(self._closing(error) or error)

    def _closing(self, error: Exception) -> CloseSocket | None:
        """How an error ends the whole socket, if it does."""
        if isinstance(error, NoLongerAllowed):
            return CloseSocket(4403, "Forbidden")
        passes = isinstance(error, Interrupted)
        if passes or code_of(self._service.refuse(error).errors[0]) is Code.UNAVAILABLE:
            return CloseSocket(1013, "Try again later")
        return None

    async def _greeted(self) -> C:
        """The context of a connection_init; pings are answered meanwhile."""
        while True:
            match await self._next_said():
                case {"type": "connection_init", **rest}:
                    return await self._signed_in(rest)
                case {"type": "subscribe"}:
                    raise CloseSocket(4401, "Unauthorized")
                case message:
                    await self._ping_or_pong(message)

    async def _signed_in(self, rest: Mapping[str, object]) -> C:
        payload = rest.get("payload")
        if not isinstance(payload, dict | None):
            raise CloseSocket(4400, "Invalid message: payload must be an object")
        presented = {name.lower(): value for name, value in (payload or {}).items()}
        lanes = self._service.lanes
        ticket = lanes.ticket(lanes.caller(presented), "")
        async with self._service.admission.place(ticket):  # signing in costs as much as a request
            context = await self._service.identify(presented)
            if context is None:
                raise CloseSocket(4403, "Forbidden")
            self._service.lanes.signed_in(ticket, context)
            return context

    def beat(self) -> None:
        """Pings the peer now and then; one from whom nothing is heard any more is let go, with all it follows."""
        now = asyncio.get_running_loop().time()
        if self._pinged_at is None:
            self._pinged_at = now
            self.outlet.put(PING)
        elif now - self._pinged_at >= self._settings.pong_within:
            self._end(CloseSocket(1013, "No answer to a ping"))

    def go_away(self) -> None:
        """When the server stops: let queries and mutations be answered, then tell the client to come back."""
        self._leaving = asyncio.create_task(self._leave())

    async def _leave(self) -> None:
        if self._finite:
            await asyncio.wait(self._finite, timeout=LAST_ANSWERS)
        self._end(CloseSocket(1012, "Service restart"))

    async def _read(self, context: C) -> None:
        while True:  # what was said is not kept while nothing is said
            await self._heard(await self._next_said(), context)

    async def _heard(self, said: Message, context: C) -> None:
        match said:
            case {"type": "connection_init"}:
                raise CloseSocket(4429, "Too many initialisation requests")
            case {"type": "subscribe", "id": str() as key, "payload": dict() as payload} if key:
                self._run(key, self._operate(key, self._admitted(key, payload), context))
            case {"type": "complete", "id": str() as key}:
                if key in self._operations:
                    self._operations.pop(key).cancel()
            case message:
                await self._ping_or_pong(message)

    def _run(self, key: str, operation: Coroutine[None, None, None]) -> None:
        task = self._operations[key] = asyncio.create_task(operation)
        self._running.add(task)
        task.add_done_callback(self._ran)

    def _ran(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            self._end(error)

    def _admitted(self, key: str, payload: Message) -> Parameters:
        if len(key) > MAX_ID_LENGTH:
            raise CloseSocket(4400, "Invalid message: id too long")
        if key in self._operations:
            raise CloseSocket(4409, "Subscriber for this id already exists")
        if len(self._operations) >= self._settings.max_subscriptions:
            raise CloseSocket(4429, "Too many operations")
        try:
            return parameters_of(payload)
        except CodedError:
            raise CloseSocket(4400, "Invalid message: malformed payload") from None

    async def _ping_or_pong(self, message: Message) -> None:
        payload = message.get("payload")
        match message:
            case {"type": "ping"} if payload is None:
                await self._say({"type": "pong"})
            case {"type": "ping"} if isinstance(payload, dict):
                await self._say({"type": "pong", "payload": payload})
            case {"type": "pong"} if isinstance(payload, dict | None):
                pass
            case _:
                raise CloseSocket(4400, "Invalid message")

    async def _operate(self, key: str, parameters: Parameters, context: C) -> None:
        """Run one operation to its `complete` or `error`; cancelled when the client completes."""
        try:
            await self._service.require_allowed(context)  # sign-in may be long ago
            prepared = self._service.prepare(parameters, context)
            if not prepared.is_subscription and (this := asyncio.current_task()):
                self._finite.add(this)
                this.add_done_callback(self._finite.discard)
            results = self._service.results(prepared, parameters, context)
            async with contextlib.aclosing(results):
                if await self._forward(key, results):
                    return
            self._forget(key)
            await self._say({"type": "complete", "id": key})
        except (NoLongerAllowed, Interrupted) as error:
            raise self._closing(error) or error from None
        except (CloseSocket, *Gone):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not reach the client
            await self._send_error(key, self._service.refuse(error))
        finally:
            self._forget(key)

    async def _forward(self, key: str, results: AsyncIterator[Answer | Handover]) -> bool:
        """Sends each result; true if its end is told already, or is for those to tell whom it follows now."""
        async for answer in results:
            if not isinstance(answer, Answer):
                following = Following(self, key)
                if answer.join(following, self._service.told):
                    self._operations[key] = following
                    return True
            elif answer.refused:
                await self._send_error(key, answer)
                return True
            else:
                await self._send_next(key, answer)
        return False

    def ended(self, key: str, error: Exception) -> None:
        """What it followed has ended: for this operation alone, or with all the socket carries."""
        closing = self._closing(error)
        if closing is not None:
            self._end(closing)
        elif key in self._operations:
            self._run(key, self._send_error(key, self._service.refuse(error)))

    def _forget(self, key: str) -> None:
        """Free an id, unless it has been taken anew since."""
        if self._operations.get(key) is asyncio.current_task():
            del self._operations[key]

    async def _send_next(self, key: str, answer: Answer) -> None:
        payload = orjson.Fragment(self._service.encoded(answer)[0])
        await self._say({"type": "next", "id": key, "payload": payload})

    async def _send_error(self, key: str, answer: Answer) -> None:
        self._forget(key)
        await self._say({"type": "error", "id": key, "payload": answer.errors})

    async def _next_said(self) -> Message:
        frame = await self._receive()
        if frame["type"] == "websocket.disconnect":
            raise Disconnected
        self._pinged_at = None
        text = frame.get("text")
        if text is None:
            raise CloseSocket(4400, "Invalid message: text frames only")
        content = text.encode()
        if len(content) > self._settings.max_body_bytes:
            raise CloseSocket(1009, "Message too big")
        try:
            message = read_json(content)
        except CodedError:
            raise CloseSocket(4400, "Invalid message: not valid JSON") from None
        if not isinstance(message, dict):
            raise CloseSocket(4400, "Invalid message: not an object")
        return message

    async def _say(self, message: Message) -> None:
        """Hand a message to the server, which waits while the peer does not read: bounded."""
        try:
            async with asyncio.timeout(self._settings.send_timeout):
                text = orjson.dumps(message).decode()
                await self._send({"type": "websocket.send", "text": text})
        except TimeoutError:
            raise CloseSocket(1013, "Reading too slowly") from None

    async def _close(self, closing: CloseSocket) -> None:
        # a server may also hold that it is too late to close
        with contextlib.suppress(*Gone, RuntimeError, TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await self._send(closing_of(closing.code, closing.reason))


class Following(Follower):
    """An operation that follows with others."""

    __slots__ = ("_conversation", "_key")

    def __init__(self, conversation: Conversation[Any], key: str) -> None:
        super().__init__(conversation.standing)
        self._conversation, self._key = conversation, key

    def take(self, told: Told) -> None:
        """What happened."""
        self._conversation.outlet.put(told.next(self._key))

    def end(self, error: Exception) -> None:
        """Nothing more will come, and why."""
        self.leave()
        self._conversation.ended(self._key, error)

    def cancel(self) -> None:
        """The client completes it."""
        self.leave()
