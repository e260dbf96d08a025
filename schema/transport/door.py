"""The door: admission of a request as the bytes of it come in, before anything is made of them.

A request of the ordinary shape (a POST of JSON to the endpoint, its length told, not long) is held until its body is
there, and then runs, waits without so much as a task of its own, or is refused with bytes that are nearly written. So
whoever is refused costs little, and who waits costs less. All other requests go the long way (``http.py``), and so does
one whose body keeps it waiting; they are admitted there by the same rule.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import orjson
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from .admission import refusal
from .errors import CodedError, new_trace_id
from .http import ADMITTED, GIVEN, NO_STORE, VARY, Admitted, allowing, given
from .lane import Ticket, Verdict
from .negotiation import GRAPHQL_RESPONSE, is_json
from .service import GraphQLService

C = TypeVar("C")
Headers = Sequence[tuple[bytes, bytes]]

HOLD_S = 0.25
"""How long a body may take to come before its request goes the long way; most come with their headers."""
WRITTEN_BYTES, UNSENT_BYTES = 4_096, 16_384
"""What is written ahead for one who does not read: here, and in the kernel (``ops.serve``)."""
LOOK_S = 0.05
"""Between the moment a connection seems idle and its end."""
TRACE = "0" * 32
"""Stands for a trace id in an answer that is written beforehand."""


SEEN_MAX = 4_096
"""Heads that are remembered, about a kilobyte each."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a head says that was read before."""

    caller: str
    length: int
    origin: str | None


class Front(Generic[C]):
    """What the connections of one process share: whom they ask, and the refusals, written beforehand."""

    def __init__(self, service: GraphQLService[C], path: str = "/graphql") -> None:
        self.service = service
        self.path = path
        self.seen: dict[bytes, Seen] = {}
        self._standing: Headers = ()
        self._refusals: dict[tuple[Verdict, str | None, bool], tuple[bytes, bytes]] = {}
        self._trace = new_trace_id()[:16].encode()
        self._told = 0
        self._late: dict[Door, float] = {}
        self._watch: asyncio.TimerHandle | None = None

    def may_hold(self, scope: Any, headers: dict[str, str]) -> bool:
        """Whether a request is of the ordinary shape; what is not, is told so by the endpoint."""
        length, origin = headers.get("content-length", ""), headers.get("origin")
        return (
            scope["method"] == "POST"
            and scope["path"] == self.path
            and length.isdecimal()
            and len(length) < len(str(HIGH_WATER_LIMIT)) + 1
            and int(length) <= min(HIGH_WATER_LIMIT, self.service.settings.max_body_bytes)
            and is_json(headers.get("content-type"))
            and (origin is None or origin in self.service.settings.allowed_origins)
            and not headers.keys() & {"expect", "transfer-encoding", "content-encoding"}
        )

    def ticket(self, caller: str, body: bytes | bytearray) -> Ticket:
        """Of this caller's request."""
        return self.service.lanes.ticket(caller, body.decode(errors="replace"))

    def remember(self, head: bytes, caller: str, headers: dict[str, str]) -> None:
        """A head that can be told by its bytes: clients send the same again and again."""
        if head.endswith(b"\r\n\r\n"):
            length = int(headers["content-length"])
            self.seen[head] = Seen(caller, length, headers.get("origin"))
            if len(self.seen) > SEEN_MAX:
                del self.seen[next(iter(self.seen))]

    def refused(
        self, verdict: Verdict, origin: str | None, standing: Headers, *, closing: bool
    ) -> bytes:
        """A refusal as it is sent, with what the server tells in each answer (which it makes anew every second)."""
        if standing is not self._standing:
            self._standing = standing
            self._refusals.clear()
        known = self._refusals.get((verdict, origin, closing))
        if known is None:
            known = _written(refusal(verdict), origin, standing, closing=closing)
            self._refusals[verdict, origin, closing] = known
        self._told += 1
        return b"%b%b%016x%b" % (known[0], self._trace, self._told, known[1])

    def in_its_place(self, app: Any, ticket: Ticket) -> Any:
        """The application for one request, which leaves its place at the latest when it ends."""

        async def admitted(scope: Any, receive: Any, send: Any) -> None:
            try:
                await app(scope, receive, send)
            finally:
                self.service.admission.leave(ticket)

        return admitted

    def await_body(self, door: Door) -> None:
        """Looks after a door whose body is not there yet; one timer serves all."""
        loop = asyncio.get_running_loop()
        self._late[door] = loop.time() + HOLD_S
        if self._watch is None:
            self._watch = loop.call_later(HOLD_S, self._let_the_late_go_on)

    def forget(self, door: Door) -> None:
        """Its body is there, or it is gone."""
        self._late.pop(door, None)

    def _let_the_late_go_on(self) -> None:
        loop, self._watch = asyncio.get_running_loop(), None
        while self._late:
            door, until = next(iter(self._late.items()))
            if until > loop.time():
                self._watch = loop.call_at(until, self._let_the_late_go_on)
                return
            del self._late[door]
            door.go_on()


def _written(
    error: CodedError, origin: str | None, standing: Headers, *, closing: bool
) -> tuple[bytes, bytes]:
    """What comes before the trace id, and after it."""
    body = orjson.dumps({"errors": [error.formatted(TRACE)]})
    headers = {**NO_STORE, **error.headers, **VARY, **allowing(origin)}
    headers |= {"Connection": "close"} if closing else {}
    headers["Content-Type"] = f"{GRAPHQL_RESPONSE}; charset=utf-8"
    headers["Content-Length"] = str(len(body))
    lines = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    told = b"".join(b"%b: %b\r\n" % line for line in (*standing, *lines))
    before, _, after = body.partition(TRACE.encode())
    return STATUS_LINE[error.status] + told + b"\r\n" + before, after


@dataclass(slots=True, eq=False)
class Held:
    """A request at the door, none of it begun. ``ticket``: once it has knocked."""

    cycle: RequestResponseCycle
    app: Any
    headers: dict[str, str]
    ticket: Ticket | None = None


class Door(HttpToolsProtocol):
    """One connection. ``front``: set by ``door_of``."""

    front: Front[Any]
    held: Held | None = None
    _between = True
    """Whether the last request is read to its end and the next not begun."""
    _head = b""
    _knocked: tuple[Ticket, Verdict] | None = None
    _used_at = 0.0
    _looked_again = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Whoever does not read what they asked for has little written ahead for them."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=WRITTEN_BYTES)

    def data_received(self, data: bytes) -> None:
        """Some of a request, or all of it: one whose head was seen before and who is refused is read no further."""
        self._looked_again = False
        if not self._between or self._is_busy():
            super().data_received(data)
            return
        end = data.find(b"\r\n\r\n") + 4
        self._head = data[:end]
        seen = self.front.seen.get(self._head)
        if seen is None or len(data) != end + seen.length:
            super().data_received(data)
            return
        ticket = self.front.ticket(seen.caller, data[end:])
        verdict = self.front.service.admission.knock(ticket, self)
        if verdict is Verdict.RUNS or verdict is Verdict.WAITS:
            self._knocked = ticket, verdict
            super().data_received(data)
            if self._knocked is not None:  # it was no such request after all
                self._knocked = None
                self.front.service.admission.leave(ticket)
        else:
            self._tell(verdict, seen.origin)

    def _is_busy(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # none before the first
        return cycle is not None and not cycle.response_complete

    def handle_websocket_upgrade(self) -> None:
        """Another protocol goes on: what remains of this one is let go of, and not left to the garbage collector."""
        super().handle_websocket_upgrade()
        self.parser = None  # type: ignore[assignment]  # it refers to us

    def on_message_begin(self) -> None:
        """More of a request than nothing."""
        self._between = False
        super().on_message_begin()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Uvicorn would begin with the headers alone."""
        headers = cycle.scope[GIVEN] = given(cycle.scope["headers"])  # type: ignore[literal-required]
        if app is self.app and cycle.more_body and self.front.may_hold(cycle.scope, headers):
            self.held = Held(cycle, app, headers)
            self.front.await_body(self)
        else:
            super()._start_asgi_task(cycle, app)

    def on_message_complete(self) -> None:
        """The body is there."""
        self._between = True
        super().on_message_complete()
        held = self.held
        if held is not None and held.ticket is None:
            self.front.forget(self)
            self._knock(held)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody waits any longer."""
        held, self.held = self.held, None
        if held is not None:
            self.front.forget(self)
            if held.ticket is not None:
                self.front.service.admission.leave(held.ticket)
        super().connection_lost(exc)

    def timeout_keep_alive_handler(self) -> None:
        """Closes what nobody uses. Who was refused meanwhile has used it; and a loop that is late looks once more, lest
        it close in the face of a request that is there already."""
        left = self._used_at + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._keep_for(left)
        elif not self._looked_again:
            self._looked_again = True
            self._keep_for(LOOK_S)
        else:
            super().timeout_keep_alive_handler()

    def go_on(self) -> None:
        """The long way, for one whose body keeps it waiting."""
        held, self.held = self.held, None
        if held is not None:
            super()._start_asgi_task(held.cycle, held.app)

    def granted(self) -> None:
        """Begins what was held, in its place."""
        held, self.held = self.held, None
        if held is None or held.ticket is None:
            return
        held.cycle.scope[ADMITTED] = Admitted(held.ticket, bytes(held.cycle.body))  # type: ignore[literal-required]
        super()._start_asgi_task(held.cycle, self.front.in_its_place(held.app, held.ticket))

    def refused(self) -> None:
        """What was held is not done."""
        self._refuse(Verdict.FULL)

    def _knock(self, held: Held) -> None:
        if self._knocked is None:
            caller = self.front.service.lanes.caller(held.headers)
            if held.cycle.keep_alive:
                self.front.remember(self._head, caller, held.headers)
            self._head = b""  # a second request of the same bytes received has another
            held.ticket = self.front.ticket(caller, held.cycle.body)
            verdict = self.front.service.admission.knock(held.ticket, self)
        else:
            (held.ticket, verdict), self._knocked = self._knocked, None
        if verdict is Verdict.RUNS:
            self.granted()
        elif verdict is not Verdict.WAITS:
            self._refuse(verdict)

    def _refuse(self, verdict: Verdict) -> None:
        """Answers what was held, as uvicorn ends an answer."""
        held, self.held = self.held, None
        if held is None or self.transport.is_closing():
            return
        held.cycle.response_started = held.cycle.response_complete = True
        self._tell(verdict, held.headers.get("origin"), closing=not held.cycle.keep_alive)
        self.on_response_complete()

    def _tell(self, verdict: Verdict, origin: str | None, *, closing: bool = False) -> None:
        standing = self.server_state.default_headers
        self.transport.write(self.front.refused(verdict, origin, standing, closing=closing))
        if closing:
            self.transport.close()
            return
        self._used_at = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._keep_for(self.timeout_keep_alive)

    def _keep_for(self, seconds: float) -> None:
        handler = self.timeout_keep_alive_handler
        self.timeout_keep_alive_task = self.loop.call_later(seconds, handler)


def door_of(service: GraphQLService[C], path: str = "/graphql") -> type[Door]:
    """The protocol class by which uvicorn serves this service."""
    front = Front(service, path)
    return type("Door", (Door,), {"front": front})
