"""GraphQL over HTTP (specification of September 2026), served by Starlette.

POST runs queries, mutations and (as an event stream) subscriptions; GET runs queries. Defence
against cross-site requests: only application/json is accepted, an Origin must be a known one, and
no cookie is ever read or set.
"""

import asyncio
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from .admission import full
from .documents import Prepared
from .errors import Code, CodedError, InvalidDocument
from .json_text import read_json
from .lane import Ticket
from .negotiation import GRAPHQL_RESPONSE, JSON, Wanted, is_json, wanted
from .parameters import Parameters, parameters_of, parameters_of_url
from .service import Answer, GraphQLService
from .sse import EventStream
from .ws import graphql_socket

C = TypeVar("C")

METHODS = "GET, POST, OPTIONS"
NO_STORE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
VARY = {"Vary": "Origin, Accept"}
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


def allowing(origin: str | None) -> dict[str, str]:
    """CORS (Fetch standard) for an allowed origin; without credentials, as none exist."""
    return {} if origin is None else {"Access-Control-Allow-Origin": origin}


class Asked(Request):
    """A request whose headers are read once: a refusal should cost next to nothing."""

    @cached_property
    def given(self) -> dict[str, str]:
        """As the door has read them, if it did."""
        found: dict[str, str] | None = self.scope.get(GIVEN)
        return given(self.scope["headers"]) if found is None else found


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
        request = Asked(scope, receive)
        with ExitStack() as held:
            try:
                response = await self._respond(request)
                if isinstance(response, EventStream):
                    held.enter_context(self._service.stream_slot())
                    held.enter_context(self._service.stream_of(response.context))
            except ClientDisconnect:
                return
            except Exception as error:  # noqa: BLE001 - nothing may reach the client unmasked
                response = self._json(self._service.refuse(error), GRAPHQL_RESPONSE)
            self._allow_origin(request, response)
            del (
                request
            )  # a stream may be open for a day, and needs neither its headers nor its body
            await response(scope, receive, send)

    async def _respond(self, request: Asked) -> Response | EventStream[C]:
        self._check_origin(request)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": METHODS, **NO_STORE})
        if request.method not in {"GET", "POST"}:
            raise _not_allowed(METHODS)
        admitted: Admitted | None = request.scope.get(ADMITTED)
        if admitted is not None:
            try:
                return await self._in_time(request, admitted.body, admitted.ticket)
            finally:
                self._service.admission.leave(admitted.ticket)
        wanted(request.given.get("accept"))
        raw = await self._raw(request)
        lanes = self._service.lanes
        ticket = lanes.ticket(lanes.caller(request.given), raw.decode(errors="replace"))
        async with self._service.admission.place(ticket):
            return await self._in_time(request, raw, ticket)

    async def _in_time(
        self, request: Asked, raw: bytes, ticket: Ticket
    ) -> Response | EventStream[C]:
        accept = wanted(request.given.get("accept"))
        try:
            async with asyncio.timeout(self._settings.operation_timeout):
                return await self._admitted(request, accept, raw, ticket)
        except TimeoutError:
            raise full() from None

    async def _admitted(
        self, request: Asked, accept: Wanted, raw: bytes, ticket: Ticket
    ) -> Response | EventStream[C]:
        context = await self._service.identify(request.given)
        if context is None:
            stranger = self._service.answer_stranger(lambda: _parameters(request, raw))
            return self._json(stranger, accept.json)
        self._service.lanes.signed_in(ticket, context)
        return await self._run(request, accept, _parameters(request, raw), context, ticket)

    async def _run(
        self,
        request: Asked,
        accept: Wanted,
        parameters: Parameters,
        context: C,
        ticket: Ticket,
    ) -> Response | EventStream[C]:
        posted = request.method == "POST"
        try:
            prepared = self._service.prepare(parameters, context)
        except (CodedError, InvalidDocument) as error:
            refused = self._service.refuse(error)
            if posted and accept.prefers_events:  # GraphQL over SSE: told inside the stream
                return EventStream(self._service, refused, context)
            return self._json(refused, accept.json)
        self._service.bear_out(ticket, prepared, context)
        if not posted and not prepared.is_query:
            raise _not_allowed("POST")
        if self._streams(prepared, accept, posted=posted):
            return EventStream(self._service, (prepared, parameters), context)
        return self._json(await self._service.run(prepared, parameters, context), accept.json)

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

    async def _raw(self, request: Asked) -> bytes:
        """The body of a POST or the query component of a GET's URL, within size and time."""
        if request.method == "GET":
            url: bytes = request.scope["query_string"]
            if len(url) > self._settings.max_url_bytes:
                raise _bad(414, "网址过长，请使用POST", "The URL is too long, use POST")
            return url
        if not is_json(request.given.get("content-type")):
            raise _bad(415, "只接受application/json（UTF-8）", f"Only {JSON} in UTF-8 is accepted")
        if (request.given.get("content-encoding") or "identity").lower() != "identity":
            raise _bad(415, "不接受压缩的请求体", "A compressed body is not accepted")
        try:
            async with asyncio.timeout(self._settings.body_timeout):
                return await self._body(request)
        except TimeoutError:
            raise _bad(408, "请求体接收超时", "The body did not arrive in time") from None

    async def _body(self, request: Asked) -> bytes:
        limit = self._settings.max_body_bytes
        announced = request.given.get("content-length") or "0"
        body = bytearray()
        too_long = not announced.isdecimal() or len(announced) > 9 or int(announced) > limit  # noqa: PLR2004
        try:
            if not too_long:
                async for chunk in request.stream():
                    body += chunk
                    self._service.bodies_bytes += len(chunk)
                    if len(body) > limit:
                        too_long = True
                        break
                    if self._service.bodies_bytes > self._settings.max_bodies_bytes:
                        raise full()
        finally:
            self._service.bodies_bytes -= len(body)
        if too_long:
            raise _bad(413, f"请求体最多{limit}字节", f"The body is limited to {limit} bytes")
        return bytes(body)

    def _check_origin(self, request: Asked) -> None:
        origin = request.given.get("origin")
        if origin is not None and origin not in self._settings.allowed_origins:
            raise CodedError(
                Code.FORBIDDEN, zh="来源网站不在许可名单内", en="The Origin is not allowed"
            )

    def _allow_origin(self, request: Asked, response: Response | EventStream[C]) -> None:
        origin = request.given.get("origin")
        response.headers.update(VARY)
        if origin is None or origin not in self._settings.allowed_origins:
            return
        response.headers.update(allowing(origin))
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = "GET, POST"
            response.headers["Access-Control-Allow-Headers"] = "authorization, content-type"
            response.headers["Access-Control-Max-Age"] = "600"

    def _json(self, answer: Answer, media: str | None) -> Response:
        """The response; a legacy client's media type is used for success only, as specified."""
        content, answer = self._service.encoded(answer)
        success = 200 <= answer.status < 300  # noqa: PLR2004
        media = media if media and success else GRAPHQL_RESPONSE
        headers = {**NO_STORE, **answer.headers, "Content-Type": f"{media}; charset=utf-8"}
        return Response(content, answer.status, headers)


def _parameters(request: Asked, raw: bytes) -> Parameters:
    if request.method == "GET":
        return parameters_of_url(raw)
    return parameters_of(read_json(raw))


def _not_allowed(allow: str) -> CodedError:
    return CodedError(
        Code.BAD_USER_INPUT,
        zh="不支持此HTTP方法",
        en="The HTTP method is not allowed for this",
        status=405,
        headers={"Allow": allow},
    )


def _bad(status: int, zh: str, en: str) -> CodedError:
    """A refusal before the body is read whole: the connection is closed after it."""
    return CodedError(
        Code.BAD_USER_INPUT, zh=zh, en=en, status=status, headers={"Connection": "close"}
    )
