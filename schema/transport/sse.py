"""GraphQL over server-sent events, distinct connections mode: one stream, one operation.

`event: next` carries each result, `event: complete` ends it, a comment line now and then keeps
proxies from closing an idle stream. When the client goes, the source is closed. When the server
stops or meets a fault that passes, the stream ends without `complete`: clients take that for a cut,
connect again and resume.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any, Generic, TypeVar

from starlette.datastructures import MutableHeaders
from starlette.types import Receive, Scope, Send

from .documents import Prepared
from .errors import Code, CodedError, code_of
from .following import Follower, Handover, Told, part
from .negotiation import EVENT_STREAM
from .outlet import Outlet, TooSlow
from .parameters import Parameters
from .service import Answer, GraphQLService, Interrupted, NoLongerAllowed
from .word import Word

C = TypeVar("C")

COMMENT = b":\n\n"
HEARTBEAT = part(COMMENT)
RESUME = b": stopping; resume with the last cursor\nretry: 1000\n\n"
GOODBYE_S = 1.0
"""A reader who does not read is not waited for at the end."""
COMPLETE = b"event: complete\ndata:\n\n"
HEADERS: Mapping[str, str] = {
    "Content-Type": f"{EVENT_STREAM}; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Accel-Buffering": "no",  # a proxy must hand each event on at once
}


class EventStream(Generic[C]):
    """The response to one operation; `what` is the operation, or the answer that refuses it."""

    def __init__(
        self,
        service: GraphQLService[C],
        what: tuple[Prepared, Parameters] | Answer,
        context: C,
    ) -> None:
        self._service = service
        self._what = what
        self.context = context
        self.headers = MutableHeaders(HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the operation completes, the client goes, or it reads too slowly."""
        following = await self._pulled(receive, send)
        if following is not None:
            del self._what, self.context, self.headers  # an idle stream keeps no more than it needs
            _strip(scope)
            last = await following.followed(receive)
            if last is not None:
                await self._farewell(send, last)

    async def _pulled(self, receive: Receive, send: Send) -> Following | None:
        """What comes from its own source; the stream that goes on with others, if it does."""
        pump = asyncio.create_task(self._pump(send))
        gone = asyncio.create_task(_disconnected(receive))
        stopping = asyncio.create_task(self._service.stopping.wait())
        tasks: tuple[asyncio.Task[Any], ...] = (pump, gone, stopping)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            told_to_stop = stopping.done() and not (pump.done() or gone.done())
            for task in tasks:
                task.cancel()
            outcome = (await asyncio.gather(*tasks, return_exceptions=True))[0]
        if isinstance(outcome, Following):
            if not gone.done() or gone.cancelled():
                return outcome
            outcome.close()
        elif told_to_stop:
            await self._farewell(send, Interrupted())
        elif isinstance(outcome, Exception) and not isinstance(outcome, OSError | TimeoutError):
            raise outcome
        return None

    async def _pump(self, send: Send) -> Following | None:
        start = {"type": "http.response.start", "status": 200, "headers": self.headers.raw}
        await send(start)
        await self._write(send, COMMENT)
        try:
            async with contextlib.aclosing(self._results()) as results:
                following = await self._forward(send, results)
        except (OSError, TimeoutError):
            raise  # the client is gone or too slow: there is nobody to tell
        except Exception as error:  # noqa: BLE001 - e.g. the rights could not be looked up
            await self._write(send, self._last(error), more=False)
            return None
        if following is None:
            await self._write(send, COMPLETE, more=False)
        return following

    async def _farewell(self, send: Send, error: Exception) -> None:
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(GOODBYE_S):
                await self._write(send, self._last(error), more=False)

    def _last(self, error: Exception) -> bytes:
        """The end of a stream: whether its client is to come back and resume, or why it ends."""
        if isinstance(error, Interrupted):
            return RESUME
        if isinstance(error, NoLongerAllowed):
            error = CodedError(Code.UNAUTHENTICATED, zh="登录已失效", en="No longer signed in")
            return self._next(self._service.refuse(error)) + COMPLETE
        answer = self._service.refuse(error)
        if code_of(answer.errors[0]) is Code.UNAVAILABLE:
            return RESUME
        return self._next(answer) + COMPLETE

    async def _forward(
        self, send: Send, results: AsyncIterator[Answer | Handover]
    ) -> Following | None:
        """Write each result as it comes; while none comes, look at the rights and comment."""
        with self._service.watching(self.context) as word:
            while True:
                coming = asyncio.ensure_future(anext(results, None))
                try:
                    while not await self._has_come(coming, word):
                        word.take()
                        await self._service.require_allowed(self.context)
                        await self._write(send, COMMENT)
                finally:
                    if not coming.done():
                        coming.cancel()
                    await asyncio.gather(coming, return_exceptions=True)  # so that its end is heard
                answer = coming.result()
                if answer is None:
                    return None
                if isinstance(answer, Answer):
                    await self._write(send, self._next(answer))
                elif (following := self._joined(send, answer)) is not None:
                    return following

    def _joined(self, send: Send, handover: Handover) -> Following | None:
        """The stream that follows, or None if it has to read on by itself."""
        made = Following(self._service, self.context, send)
        if handover.join(made, self._service.told):
            return made
        made.close()
        return None

    async def _has_come(self, coming: asyncio.Future[Answer | Handover | None], word: Word) -> bool:
        """Whether a result is there; else a heartbeat has passed, or rights have moved."""
        both: set[asyncio.Future[Any]] = {coming, word.coming}
        await asyncio.wait(both, timeout=self._heartbeat, return_when=asyncio.FIRST_COMPLETED)
        return coming.done()

    async def _results(self) -> AsyncGenerator[Answer | Handover, None]:
        if isinstance(self._what, Answer):
            yield self._what
            return
        prepared, parameters = self._what
        async with contextlib.aclosing(
            self._service.results(prepared, parameters, self.context)
        ) as results:
            async for answer in results:
                yield answer

    def _next(self, answer: Answer) -> bytes:
        return b"event: next\ndata: " + self._service.encoded(answer)[0] + b"\n\n"

    async def _write(self, send: Send, chunk: bytes, *, more: bool = True) -> None:
        async with asyncio.timeout(self._service.settings.send_timeout):
            await send({"type": "http.response.body", "body": chunk, "more_body": more})

    @property
    def _heartbeat(self) -> float:
        return self._service.settings.heartbeat


class Following(Follower):
    """An event stream that follows with others. It waits for one thing: that its client goes."""

    __slots__ = ("_error", "_outlet", "_service", "_waiting")

    def __init__(self, service: GraphQLService[C], context: C, send: Send) -> None:
        super().__init__(service.standings.enter(context, self))
        self._service: GraphQLService[Any] = service
        self._outlet = Outlet(send, service.settings.send_timeout, self.end)
        self._waiting: asyncio.Task[Any] | None = None
        self._error: Exception | None = None
        service.wheel.add(self)
        service.staying.add(self)

    async def followed(self, receive: Receive) -> Exception | None:
        """Until the client goes (None) or it ends, and why; None too where there is nobody to tell."""
        this = asyncio.current_task()
        if self._service.stopping.is_set():
            self.go_away()
        try:
            if self._error is None:
                self._waiting = this
                await _disconnected(receive)
        except asyncio.CancelledError:
            if self._error is None or this is None or this.uncancel():
                raise
        finally:
            unread = self._outlet.is_behind
            self._waiting = None
            self.close()
        told = not unread and not isinstance(self._error, OSError | TooSlow)
        return self._error if told else None

    def take(self, told: Told) -> None:
        """What happened."""
        self._outlet.put(told.event)

    def beat(self) -> None:
        """A comment, unless there is more that its client has not read."""
        if not self._outlet.is_behind:
            self._outlet.put(HEARTBEAT)

    def go_away(self) -> None:
        """The server stops: come back later."""
        self.end(Interrupted())

    def end(self, error: Exception) -> None:
        """Nothing more will come, and why."""
        if self._error is None:
            self._error = error
            self.leave()
            if self._waiting is not None:
                self._waiting.cancel()

    def close(self) -> None:
        """It leaves whatever it is part of."""
        self.leave()
        self._outlet.close()
        self._service.wheel.discard(self)
        self._service.staying.discard(self)
        self._service.standings.leave(self.standing, self)


def _strip(scope: Scope) -> None:
    """Of a request that is answered for a day the server needs the method alone."""
    method, headers = scope["method"], scope["headers"]
    scope.clear()
    scope["method"] = method
    if isinstance(headers, list):
        headers.clear()  # the server has the list too


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
