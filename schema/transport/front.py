"""What the connections of one process share: heads that were read before, and answers that are nearly written.

A head that was seen before, to the byte, says what it said: it is kept with what was read from it, and not taken apart
again. What it presents is verified, and what it asks is admitted, at every request anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import orjson
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from .admission import full, refusal
from .errors import CodedError, new_trace_id
from .http import GraphQLEndpoint, head_late, head_too_long
from .lane import Ticket, Verdict
from .negotiation import GRAPHQL_RESPONSE, is_json, wanted
from .patience import Patience
from .reply import Line, Reply, standing
from .service import GraphQLService
from .sse import EventStream

C = TypeVar("C")
Headers = Sequence[Line]

HOLD_S = 0.25
"""How long a body may take to come before its request goes the long way; most come with their headers."""
TRACE = "0" * 32
"""Stands for a trace id in an answer that is written beforehand."""
SEEN_MAX = 4_096
"""Heads that are remembered, with what they say about three kilobytes each."""
END = b"\r\n\r\n"


class Waits(Hashable, Protocol):
    """A connection, as far as the front looks after it."""

    def unasked(self) -> None:
        """Its head keeps it waiting."""

    def go_on(self) -> None:
        """Its body keeps it waiting."""

    def late(self) -> None:
        """Its answer keeps it waiting."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a head says that was read before. ``plain``: whether one answer is wanted, and no stream of them."""

    caller: str
    length: int
    origin: str | None
    given: dict[str, str]
    plain: bool


@dataclass(slots=True, eq=False)
class Known:
    """A request by such a head, complete. ``task``: once it runs; ``reply``: until the peer reads."""

    seen: Seen
    data: bytes
    begins: int
    ticket: Ticket
    task: asyncio.Task[Reply | EventStream[Any]] | None = None
    reply: Reply | None = None


class Front(Generic[C]):
    """Whom the connections ask."""

    def __init__(self, service: GraphQLService[C], path: str = "/graphql") -> None:
        self.service = service
        self.path = path
        self.seen: dict[bytes, Seen] = {}
        self.settings = settings = service.settings
        self.heads = Patience[Waits](settings.head_timeout, lambda door: door.unasked())
        """The doors at which nothing is asked yet."""
        self.bodies = Patience[Waits](HOLD_S, lambda door: door.go_on())
        """The doors whose body is not there yet."""
        self.running = Patience[Waits](settings.operation_timeout, lambda door: door.late())
        """The doors whose request is being answered."""
        self._endpoint = GraphQLEndpoint(service)
        self._standing: Headers = ()
        self._refusals: dict[tuple[Verdict, str | None, bool], tuple[bytes, bytes]] = {}
        self._heads: dict[tuple[int, str | None, str | None], bytes] = {}
        self._trace = new_trace_id()[:16].encode()
        self._told = 0

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

    def is_too_long(self, scope: Any) -> bool:
        """Whether a head is longer than may be, also when it came at once."""
        said = len(scope["raw_path"]) + len(scope["query_string"])
        for name, value in scope["headers"]:
            said += len(name) + len(value)
        return said > self.settings.max_head_bytes

    async def tells_too_long(self, _scope: Any, _receive: Any, send: Any) -> None:
        """Answers whoever's head is."""
        await self.head_too_long().send(send, None)

    def head_too_long(self) -> Reply:
        """The answer to it."""
        return self._endpoint.refused(head_too_long(self.settings.max_head_bytes))

    def head_late(self) -> Reply:
        """The answer to a head that does not come to its end."""
        return self._endpoint.refused(head_late())

    def ticket(self, caller: str, body: bytes | bytearray) -> Ticket:
        """Of this caller's request."""
        return self.service.lanes.ticket(caller, body.decode(errors="replace"))

    def remember(self, head: bytes, caller: str, scope: Any, given: dict[str, str]) -> None:
        """A head that can be told by its bytes: clients send the same again and again. Only one that says what was
        read, and nothing else: it will be answered by what was read."""
        if not self._says(head, scope["headers"]):
            return
        length, origin = int(given["content-length"]), given.get("origin")
        self.seen[head] = Seen(caller, length, origin, given, _wants_one(given.get("accept")))
        if len(self.seen) > SEEN_MAX:
            del self.seen[next(iter(self.seen))]

    def _says(self, head: bytes, headers: Headers) -> bool:
        first, *lines = head.removesuffix(END).split(b"\r\n")
        parted = [line.partition(b":") for line in lines]
        read = [(name.lower(), value.strip(b" \t")) for name, _, value in parted]
        posts = first == b"POST %b HTTP/1.1" % self.path.encode()
        return head.endswith(END) and posts and read == list(headers)

    async def answered(self, known: Known) -> Reply | EventStream[C]:
        """The answer to a request that has a place."""
        body = known.data[known.begins :]
        return await self._endpoint.answered(known.seen.given, body, known.ticket, posted=True)

    def outcome(self, task: asyncio.Task[Reply | EventStream[Any]]) -> Reply | None:
        """What came of it; None where it is a stream."""
        if task.cancelled():
            return self._endpoint.refused(full())
        error = task.exception()
        if error is not None:
            return self._endpoint.refused(error)
        result = task.result()
        return result if isinstance(result, Reply) else None

    def written(self, reply: Reply, origin: str | None, server: Headers, *, closing: bool) -> bytes:
        """An answer as it is sent, with what the server tells in each (which it makes anew every second)."""
        self._renew(server)
        kind = (reply.status, reply.media, origin)
        head = self._heads.get(kind)
        if head is None:
            alike = (*server, *standing(reply.media, origin))
            head = self._heads[kind] = STATUS_LINE[reply.status] + _told(alike)
        if not reply.headers and not closing:
            return b"%bcontent-length: %d\r\n\r\n%b" % (head, len(reply.content), reply.content)
        lines = [line for line in reply.lines(origin) if line[0] != b"connection"]
        lines += [(b"connection", b"close")] if closing else []
        return STATUS_LINE[reply.status] + _told((*server, *lines)) + b"\r\n" + reply.content

    def refused(
        self, verdict: Verdict, origin: str | None, server: Headers, *, closing: bool
    ) -> bytes:
        """A refusal as it is sent."""
        self._renew(server)
        known = self._refusals.get((verdict, origin, closing))
        if known is None:
            known = _written(refusal(verdict), origin, server, closing=closing)
            self._refusals[verdict, origin, closing] = known
        self._told += 1
        return b"%b%b%016x%b" % (known[0], self._trace, self._told, known[1])

    def _renew(self, server: Headers) -> None:
        if server is not self._standing:
            self._standing = server
            self._refusals.clear()
            self._heads.clear()

    def in_its_place(self, app: Any, ticket: Ticket) -> Any:
        """The application for one request, which leaves its place at the latest when it ends."""

        async def admitted(scope: Any, receive: Any, send: Any) -> None:
            try:
                await app(scope, receive, send)
            finally:
                self.service.admission.leave(ticket)

        return admitted


def _wants_one(accept: str | None) -> bool:
    try:
        return not wanted(accept).prefers_events
    except CodedError:
        return False


def _told(lines: Sequence[Line]) -> bytes:
    return b"".join([b"%b: %b\r\n" % line for line in lines])


def _written(
    error: CodedError, origin: str | None, server: Headers, *, closing: bool
) -> tuple[bytes, bytes]:
    """What comes before the trace id, and after it."""
    body = orjson.dumps({"errors": [error.formatted(TRACE)]})
    reply = Reply(error.status, body, GRAPHQL_RESPONSE, error.headers)
    lines = [*server, *reply.lines(origin)]
    lines += [(b"connection", b"close")] if closing else []
    before, _, after = body.partition(TRACE.encode())
    return STATUS_LINE[error.status] + _told(lines) + b"\r\n" + before, after
