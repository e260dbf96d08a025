"""GraphQL over HTTP (specification of September 2026), an ASGI application.

POST runs queries, mutations and (as an event stream) subscriptions; GET runs queries. Defence
against cross-site requests: only application/json is accepted, an Origin must be a known one, and
no cookie is ever read or set.
"""

import asyncio
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Generic, TypeVar

from starlette.requests import ClientDisconnect
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from .admission import full
from .documents import Prepared
from .errors import Code, CodedError, InvalidDocument
from .json_text import read_json
from .lane import Ticket
from .negotiation import GRAPHQL_RESPONSE, JSON, Wanted, is_json, wanted
from .parameters import Parameters, parameters_of, parameters_of_url
from .reply import VARY, Reply, allowing
from .service import Answer, GraphQLService
from .sse import EventStream
from .ws import graphql_socket

C = TypeVar("C")

METHODS = "GET, POST, OPTIONS"
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "authorization, content-type",
    "Access-Control-Max-Age": "600",
}
GIVEN, ADMITTED = "yidang.given", "yidang.admitted"
"""What the door has found out about a request: its headers, and the place it holds."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that holds a place already, and all of its body."""

    ticket: Ticket
    body: bytes


def given(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Header names, lower-case, to values; a header sent twice is joined and so no longer a valid token."""
    found: dict[str, str] = {}
    for name, value in headers:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


@dataclass(slots=True)
class Asked:
    """One request: its scope, what its headers say, and where its body comes from."""

    scope: Scope
    given: dict[str, str]
    receive: Receive

    @property
    def posted(self) -> bool:
        """Whether its parameters are in its body."""
        return bool(self.scope["method"] == "POST")


def graphql_routes(
    service: GraphQLService[C], path: str = "/graphql"
) -> list[Route | WebSocketRoute]:
    """The endpoint for HTTP, event streams and WebSocket at one path."""
    return [
        Route(path, endpoint=graphql_endpoint(service)),
        WebSocketRoute(path, endpoint=graphql_socket(service)),
    ]


def graphql_endpoint(service: GraphQLService[C]) -> ASGIApp:
    """The ASGI application that answers GET, POST and the preflight OPTIONS."""
    return GraphQLEndpoint(service)


class GraphQLEndpoint(Generic[C]):
    """One GraphQL service over HTTP; every answer is a GraphQL response or an event stream."""

    def __init__(self, service: GraphQLService[C]) -> None:
        self._service = service
        self._settings = service.settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; an exception here would be a fault of this module."""
        found: dict[str, str] | None = scope.get(GIVEN)
        asked = Asked(scope, given(scope["headers"]) if found is None else found, receive)
        origin = self._allowed_origin(asked.given)
        try:
            answer = await self._respond(asked)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - nothing may reach the client unmasked
            answer = self.refused(error)
        del asked  # a stream may be open for a day, and needs neither its headers nor its body
        if isinstance(answer, EventStream):
            await self._stream(answer, origin, (scope, receive, send))
        else:
            await answer.send(send, origin)

    async def _stream(
        self, stream: EventStream[C], origin: str | None, asgi: tuple[Scope, Receive, Send]
    ) -> None:
        with ExitStack() as held:
            try:
                held.enter_context(self._service.stream_slot())
                held.enter_context(self._service.stream_of(stream.context))
            except CodedError as error:
                await self.refused(error).send(asgi[2], origin)
                return
            stream.headers.update(VARY | allowing(origin))
            await stream(*asgi)

    async def _respond(self, asked: Asked) -> Reply | EventStream[C]:
        self._check_origin(asked.given)
        method = asked.scope["method"]
        if method == "OPTIONS":
            more = PREFLIGHT if self._allowed_origin(asked.given) is not None else {}
            return Reply(204, b"", None, {"Allow": METHODS, **more})
        if method not in {"GET", "POST"}:
            raise _not_allowed(METHODS)
        admitted: Admitted | None = asked.scope.get(ADMITTED)
        if admitted is not None:
            try:
                return await self._in_time(asked, admitted.body, admitted.ticket)
            finally:
                self._service.admission.leave(admitted.ticket)
        wanted(asked.given.get("accept"))
        raw = await self._raw(asked)
        lanes = self._service.lanes
        ticket = lanes.ticket(lanes.caller(asked.given), raw.decode(errors="replace"))
        async with self._service.admission.place(ticket):
            return await self._in_time(asked, raw, ticket)

    async def _in_time(self, asked: Asked, raw: bytes, ticket: Ticket) -> Reply | EventStream[C]:
        try:
            async with asyncio.timeout(self._settings.operation_timeout):
                return await self.answered(asked.given, raw, ticket, posted=asked.posted)
        except TimeoutError:
            raise full() from None

    async def answered(
        self, given: dict[str, str], raw: bytes, ticket: Ticket, *, posted: bool
    ) -> Reply | EventStream[C]:
        """The answer to one who has a place. ``raw``: a JSON body, or the query component of a URL. Its time is for the
        caller to bound."""
        accept = wanted(given.get("accept"))
        context = await self._service.signed_in(given)
        if context is None:
            stranger = self._service.answer_stranger(lambda: _parameters(raw, posted=posted))
            return self._reply(stranger, accept.json)
        self._service.lanes.signed_in(ticket, context)
        parameters = _parameters(raw, posted=posted)
        try:
            prepared = self._service.prepare(parameters, context)
        except (CodedError, InvalidDocument) as error:
            refused = self._service.refuse(error)
            if posted and accept.prefers_events:  # GraphQL over SSE: told inside the stream
                return EventStream(self._service, refused, context)
            return self._reply(refused, accept.json)
        self._service.bear_out(ticket, prepared, context)
        if not posted and not prepared.is_query:
            raise _not_allowed("POST")
        if self._streams(prepared, accept, posted=posted):
            return EventStream(self._service, (prepared, parameters), context)
        return self._reply(await self._service.ran(prepared, parameters, context), accept.json)

    def _streams(self, prepared: Prepared, accept: Wanted, *, posted: bool) -> bool:
        """Is the answer an event stream? A subscription must be, other operations may."""
        if prepared.is_subscription and not accept.events:
            raise CodedError(
                Code.BAD_USER_INPUT,
                zh="订阅须使用事件流或WebSocket",
                en="A subscription needs Accept: text/event-stream, or a WebSocket",
                status=406,
            )
        return posted and (prepared.is_subscription or accept.prefers_events)

    async def _raw(self, asked: Asked) -> bytes:
        """The body of a POST or the query component of a GET's URL, within size and time."""
        if not asked.posted:
            url: bytes = asked.scope["query_string"]
            if len(url) > self._settings.max_url_bytes:
                raise _bad(414, "网址过长，请使用POST", "The URL is too long, use POST")
            return url
        if not is_json(asked.given.get("content-type")):
            raise _bad(415, "只接受application/json（UTF-8）", f"Only {JSON} in UTF-8 is accepted")
        if (asked.given.get("content-encoding") or "identity").lower() != "identity":
            raise _bad(415, "不接受压缩的请求体", "A compressed body is not accepted")
        try:
            async with asyncio.timeout(self._settings.body_timeout):
                return await self._body(asked)
        except TimeoutError:
            raise _bad(408, "请求体接收超时", "The body did not arrive in time") from None

    async def _body(self, asked: Asked) -> bytes:
        limit = self._settings.max_body_bytes
        announced = asked.given.get("content-length") or "0"
        body, more = bytearray(), True
        too_long = not announced.isdecimal() or len(announced) > 9 or int(announced) > limit  # noqa: PLR2004
        try:
            while more and not too_long:
                chunk, more = await _chunk(asked.receive)
                body += chunk
                self._service.bodies_bytes += len(chunk)
                too_long = len(body) > limit
                if not too_long and self._service.bodies_bytes > self._settings.max_bodies_bytes:
                    raise full()
        finally:
            self._service.bodies_bytes -= len(body)
        if too_long:
            raise _bad(413, f"请求体最多{limit}字节", f"The body is limited to {limit} bytes")
        return bytes(body)

    def _allowed_origin(self, given: dict[str, str]) -> str | None:
        """Where the page is from that asks, if pages from there may."""
        origin = given.get("origin")
        return origin if origin in self._settings.allowed_origins else None

    def _check_origin(self, given: dict[str, str]) -> None:
        if "origin" in given and self._allowed_origin(given) is None:
            raise CodedError(
                Code.FORBIDDEN, zh="来源网站不在许可名单内", en="The Origin is not allowed"
            )

    def refused(self, error: BaseException) -> Reply:
        """The answer to an error, masked."""
        return self._reply(self._service.refuse(error), GRAPHQL_RESPONSE)

    def _reply(self, answer: Answer, media: str | None) -> Reply:
        """The response; a legacy client's media type is used for success only, as specified."""
        content, answer = self._service.encoded(answer)
        success = 200 <= answer.status < 300  # noqa: PLR2004
        return Reply(
            answer.status,
            content,
            media if media and success else GRAPHQL_RESPONSE,
            answer.headers,
        )


async def _chunk(receive: Receive) -> tuple[bytes, bool]:
    """Some of a body, and whether more comes. Raises ClientDisconnect."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    return message.get("body", b""), message.get("more_body", False)


def _parameters(raw: bytes, *, posted: bool) -> Parameters:
    return parameters_of(read_json(raw)) if posted else parameters_of_url(raw)


def _not_allowed(allow: str) -> CodedError:
    return CodedError(
        Code.BAD_USER_INPUT,
        zh="不支持此HTTP方法",
        en="The HTTP method is not allowed for this",
        status=405,
        headers={"Allow": allow},
    )


def head_too_long(limit: int) -> CodedError:
    """A head that goes on and on."""
    return _bad(431, f"请求头最多{limit}字节", f"The request's head is limited to {limit} bytes")


def head_late() -> CodedError:
    """A head that does not come to its end."""
    return _bad(408, "请求头接收超时", "The request's head did not arrive in time")


def _bad(status: int, zh: str, en: str) -> CodedError:
    """A refusal before the body is read whole: the connection is closed after it."""
    return CodedError(
        Code.BAD_USER_INPUT, zh=zh, en=en, status=status, headers={"Connection": "close"}
    )
