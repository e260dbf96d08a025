"""GraphQL over server-sent events, distinct connections mode: one stream, one operation.

`event: next` carries each result, `event: complete` ends it, a comment line now and then keeps
proxies from closing an idle stream. When the client goes, the source is closed. When the server
stops or meets a fault that passes, the stream ends without `complete`: clients take that for a cut,
connect again and resume.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any, Generic, TypeVar

from starlette.datastructures import MutableHeaders
from starlette.types import Receive, Scope, Send

from .documents import Prepared
from .errors import Code, CodedError, code_of
from .negotiation import EVENT_STREAM
from .parameters import Parameters
from .service import Answer, GraphQLService, Interrupted, NoLongerAllowed
from .word import Word

C = TypeVar("C")

COMMENT = b":\n\n"
RESUME = b": stopping; resume after the last position\nretry: 1000\n\n"
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
        del scope
        pump = asyncio.create_task(self._pump(send))
        gone = asyncio.create_task(_disconnected(receive))
        stopping = asyncio.create_task(self._service.stopping.wait())
        tasks: tuple[asyncio.Task[object], ...] = (pump, gone, stopping)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            told_to_stop = stopping.done() and not (pump.done() or gone.done())
            for task in tasks:
                task.cancel()
            outcome = (await asyncio.gather(*tasks, return_exceptions=True))[0]
        if told_to_stop:
            with contextlib.suppress(OSError, TimeoutError):
                await self._write(send, RESUME, more=False)
        elif isinstance(outcome, Exception) and not isinstance(outcome, OSError | TimeoutError):
            raise outcome

    async def _pump(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.headers.raw}
        await send(start)
        await self._write(send, COMMENT)
        try:
            async with contextlib.aclosing(self._results()) as results:
                await self._forward(send, results)
        except NoLongerAllowed:
            gone = CodedError(Code.UNAUTHENTICATED, zh="登录已失效", en="No longer signed in")
            await self._write(send, self._next(self._service.refuse(gone)))
        except Interrupted:
            await self._write(send, RESUME, more=False)
            return
        except (OSError, TimeoutError):
            raise  # the client is gone or too slow: there is nobody to tell
        except Exception as error:  # noqa: BLE001 - e.g. the rights could not be looked up
            answer = self._service.refuse(error)
            if code_of(answer.errors[0]) is Code.UNAVAILABLE:
                await self._write(send, RESUME, more=False)
                return
            await self._write(send, self._next(answer))
        await self._write(send, COMPLETE, more=False)

    async def _forward(self, send: Send, results: AsyncIterator[Answer]) -> None:
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
                    return
                await self._write(send, self._next(answer))

    async def _has_come(self, coming: asyncio.Future[Answer | None], word: Word) -> bool:
        """Whether a result is there; else a heartbeat has passed, or rights have moved."""
        both: set[asyncio.Future[Any]] = {coming, word.coming}
        await asyncio.wait(both, timeout=self._heartbeat, return_when=asyncio.FIRST_COMPLETED)
        return coming.done()

    async def _results(self) -> AsyncGenerator[Answer, None]:
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


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
