"""The door: admission of a request as the bytes of it come in, before anything is made of them.

A request of the ordinary shape (a POST of JSON to the endpoint, its length told, not long) is held until its body is
there, and then runs, waits without so much as a task of its own, or is refused with bytes that are nearly written. So
whoever is refused costs little, and who waits costs less. One whose head was seen before is answered from here as well,
in one piece. All other requests go the long way (uvicorn's, to ``http.py``), and so does one whose body keeps it
waiting, or whose answer is a stream; they are admitted there by the same rule.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from .front import END, Front, Known
from .http import ADMITTED, GIVEN, Admitted, given
from .lane import Ticket, Verdict
from .reply import Reply
from .service import GraphQLService
from .sse import EventStream

C = TypeVar("C")

WRITTEN_BYTES, UNSENT_BYTES = 4_096, 16_384
"""What is written ahead for one who does not read: here, and in the kernel (``ops.serve``)."""
UNHEARD_MS = 60_000
"""How long what was sent may stay unacknowledged; a subscriber is sent something every few seconds."""
LOOK_S = 0.05
"""Between the moment a connection seems idle and its end."""


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
    _known: Known | None = None
    """The request that is answered from here: nothing behind it is begun before it is answered."""
    _behind = b""
    _is_last = False
    _between = True
    """Whether the last request is read to its end and the next not begun."""
    _head = b""
    _knocked: tuple[Ticket, Verdict] | None = None
    _used_at = 0.0
    _looked_again = False
    _in_head = False
    """Whether a head is begun and its end not there yet."""
    _unread = 0
    """Bytes that the parser keeps to itself: of a head, or of what comes after a body in pieces."""
    _awaited = False
    """Whether it has to say soon what it wants."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Whoever does not read what they asked for has little written ahead for them."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=WRITTEN_BYTES)
        self._await()

    def data_received(self, data: bytes) -> None:
        """Some of a request, or all of it: one whose head was seen before is read no further."""
        self._looked_again = False
        if self._known is not None:
            self._behind += data
            if len(self._behind) > HIGH_WATER_LIMIT:
                self.flow.pause_reading()
            return
        if not self._between or self._is_busy():
            self._parse(data)
            return
        end = data.find(END) + len(END)
        self._head = data[:end]
        seen = self.front.seen.get(self._head)
        if seen is None or len(data) != end + seen.length:
            self._parse(data)
            return
        if self._awaited:
            self._came()
        ticket = self.front.ticket(seen.caller, data[end:])
        verdict = self.front.service.admission.knock(ticket, self)
        if verdict is not Verdict.RUNS and verdict is not Verdict.WAITS:
            self._tell(verdict, seen.origin)
        elif seen.plain:
            self._known = Known(seen, data, end, ticket)
            if verdict is Verdict.RUNS:
                self.granted()
        else:
            self._go_long(data, ticket, verdict)

    def _go_long(self, data: bytes, ticket: Ticket, verdict: Verdict) -> None:
        """The long way, for one who has knocked."""
        self._knocked = ticket, verdict
        self._parse(data)
        if self._knocked is not None:  # it was no such request after all
            self._knocked = None
            self.front.service.admission.leave(ticket)

    def _parse(self, data: bytes) -> None:
        """Takes it apart; what does not come to an end is not taken for ever."""
        self._unread += len(data)
        super().data_received(data)
        parser: object = self.parser
        if parser is None or self.transport.is_closing():  # handed over, or refused
            return
        if self._unread > self.front.settings.max_head_bytes:
            self._turn_away(self.front.head_too_long)
        elif self.timeout_keep_alive_task is None and not self._is_busy():
            self._await()

    def _await(self) -> None:
        if not self._awaited:
            self._awaited = True
            self.front.heads.begin(self)

    def _came(self) -> None:
        if self._awaited:
            self._awaited = False
            self.front.heads.end(self)

    def unasked(self) -> None:
        """Nothing is asked here in time."""
        self._awaited = False
        self._turn_away(self.front.head_late)

    def _turn_away(self, answer: Callable[[], Reply]) -> None:
        """Ends the connection; who was answered already, or asked nothing, is told nothing."""
        if self._in_head and not self._is_busy() and not self.transport.is_closing():
            server = self.server_state.default_headers
            self.transport.write(self.front.written(answer(), None, server, closing=True))
        self.transport.close()

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
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """What is asked is known."""
        self._in_head = False
        self._unread = 0
        if self._awaited:
            self._came()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Some of what is asked."""
        self._unread = 0
        super().on_body(body)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Uvicorn would begin with the headers alone."""
        headers = cycle.scope[GIVEN] = given(cycle.scope["headers"])  # type: ignore[literal-required]
        if self.front.is_too_long(cycle.scope):
            super()._start_asgi_task(cycle, self.front.tells_too_long)
        elif app is self.app and cycle.more_body and self.front.may_hold(cycle.scope, headers):
            self.held = Held(cycle, app, headers)
            self.front.bodies.begin(self)
        else:
            super()._start_asgi_task(cycle, app)

    def on_message_complete(self) -> None:
        """The body is there."""
        self._between = True
        self._unread = 0
        super().on_message_complete()
        held = self.held
        if held is not None and held.ticket is None:
            self.front.bodies.end(self)
            self._knock(held)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody waits any longer; what runs goes on to its end, for nobody."""
        self._came()
        held, self.held = self.held, None
        if held is not None:
            self.front.bodies.end(self)
            if held.ticket is not None:
                self.front.service.admission.leave(held.ticket)
        known = self._known
        if known is not None and (known.task is None or known.reply is not None):
            self._known = None
            self.front.service.admission.leave(known.ticket)
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """The server stops: what is being answered here is the last."""
        if self._known is None:
            super().shutdown()
        else:
            self._is_last = True

    def resume_writing(self) -> None:
        """The peer reads."""
        super().resume_writing()
        known = self._known
        if known is not None and known.reply is not None:
            self._send(known, known.reply)

    def timeout_keep_alive_handler(self) -> None:
        """Closes what nobody uses. Who was answered here meanwhile has used it; and a loop that is late looks once
        more, lest it close in the face of a request that is there already."""
        left = self._used_at + self.timeout_keep_alive - self.loop.time()
        if self._known is not None:
            self._keep_for(self.timeout_keep_alive)
        elif left > 0:
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

    def late(self) -> None:
        """It takes too long: what comes of it is that it was ended."""
        if self._known is not None and self._known.task is not None:
            self._known.task.cancel()

    def granted(self) -> None:
        """Begins what was held, in its place."""
        known = self._known
        if known is not None:
            known.task = self.loop.create_task(self.front.answered(known))
            self.tasks.add(known.task)  # type: ignore[arg-type]
            known.task.add_done_callback(self._answered)
            self.front.running.begin(self)
            return
        held, self.held = self.held, None
        if held is None or held.ticket is None:
            return
        held.cycle.scope[ADMITTED] = Admitted(held.ticket, bytes(held.cycle.body))  # type: ignore[literal-required]
        super()._start_asgi_task(held.cycle, self.front.in_its_place(held.app, held.ticket))

    def refused(self) -> None:
        """What was held is not done."""
        known, self._known = self._known, None
        if known is None:
            self._refuse(Verdict.FULL)
        elif not self.transport.is_closing():
            self._tell(Verdict.FULL, known.seen.origin, closing=self._is_last)
            self._go_on_behind()

    def _answered(self, task: asyncio.Task[Reply | EventStream[Any]]) -> None:
        known = self._known
        assert known is not None, "what runs here is let go of here"
        self.tasks.discard(task)
        self.front.running.end(self)
        reply = self.front.outcome(task)
        if self.transport.is_closing():
            self._known = None
        elif reply is None:
            self._known = None
            self._go_long(known.data, known.ticket, Verdict.RUNS)
            self._go_on_behind()
            return
        self.front.service.admission.leave(known.ticket)
        if self._known is None or reply is None:
            return
        if self.flow.write_paused:
            known.reply = reply
        else:
            self._send(known, reply)

    def _send(self, known: Known, reply: Reply) -> None:
        self._known = None
        server, origin = self.server_state.default_headers, known.seen.origin
        self.transport.write(self.front.written(reply, origin, server, closing=self._is_last))
        self.server_state.total_requests += 1
        self._rest(closing=self._is_last)
        self._go_on_behind()

    def _go_on_behind(self) -> None:
        """With what came while something was answered here; or, where that was the last, with nothing."""
        if self._is_last and self._is_busy():
            super().shutdown()
        data, self._behind = self._behind, b""
        if data and not self.transport.is_closing():
            self.flow.resume_reading()
            self.data_received(data)

    def _knock(self, held: Held) -> None:
        if self._knocked is None:
            caller = self.front.service.lanes.caller(held.headers)
            if held.cycle.keep_alive:
                self.front.remember(self._head, caller, held.cycle.scope, held.headers)
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
        server = self.server_state.default_headers
        self.transport.write(self.front.refused(verdict, origin, server, closing=closing))
        self._rest(closing=closing)

    def _rest(self, *, closing: bool) -> None:
        """After an answer."""
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
