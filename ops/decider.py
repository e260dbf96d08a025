"""Commands decided in a process of their own, beside the one that serves: its loop shares its interpreter with nobody.

Python lends its interpreter to one thread at a time, and the loop of a web process lets go of it at every socket. With
commands in threads beside it, each of them some milliseconds of Python, a flood of refusals was answered at the pace of
the commands (ADR 0036). So a child is forked before anything is begun, and is put commands over a pair of sockets.

It ends when the other end of that does, however that came about; what it had in hand is decided to its end, or cut,
as when any process dies, and its command id tells which. Another is forked then (``ops.cradle``, ADR 0054); while there
is none the web process decides in its own threads.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import pickle
import select
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from io import BytesIO
from time import sleep
from typing import Any, Final, NoReturn

from authz.sealing import plain
from domain.kernel import COMMANDS, Command
from eventlog.errors import LogUnavailable
from ops.cradle import Cradle, NotForked
from ops.platform import Platform
from ops.turns import gives_way
from schema.context import Services
from schema.deciding import Decided, Deed, decided
from schema.faults import coded
from schema.transport.errors import Code, CodedError, log_failure, new_trace_id

logger = logging.getLogger("yidang.decider")
COMMAND_THREADS: Final = 32
"""How many commands are decided at once; they share flushes in the log (group commit)."""
SIZE_BYTES: Final = 4
ENDS_S: Final = 11.0
"""How long a child whose parent is gone may take to its end."""
LIVED_S: Final = 60.0
"""One that was lost after so long is followed by another at once; sooner, it may be lost of what it is."""
PAUSE_S, PAUSE_MAX_S = 1.0, 60.0
"""How long until the next then; twice as long each time, at most."""
YOUNG_MAX: Final = 10_000
"""Objects made and not let go of before the garbage collector looks for cycles among them. Python's own 700 are there
with some requests in flight, so that it looked all the time and found nothing: a twentieth of a web process's work."""
READY: Final = 0
"""The number of the one answer to nobody: the child can decide."""

Frame = tuple[int, Any]
Make = Callable[[], Platform]


class Decider(asyncio.Protocol):
    """The child, as its parent sees it, and whoever takes its place; used on the loop alone once it is open."""

    def __init__(self, cradle: Cradle) -> None:
        self._cradle = cradle
        self._transport: asyncio.Transport | None = None
        """Of a child that can decide."""
        self._coming: asyncio.Transport | None = None
        """Of one that may not be able to yet."""
        self._waiting: dict[int, asyncio.Future[Decided]] = {}
        self._put = READY
        self._came = Frames()
        self._ready: asyncio.Future[None] | None = None
        self._services: Services | None = None
        self._again: asyncio.Task[None] | None = None
        self._lost, self._since = 0, 0.0
        """How many were lost one soon after the other, and when the last one began."""

    @classmethod
    def beside(cls, make: Make) -> Decider | None:
        """Forks the child, which makes a platform of its own. None in a process that has threads already: what they
        hold would be held in the child for ever."""
        cradle = Cradle.begin(partial(_live, make=make))
        return None if cradle is None else cls(cradle)

    async def open(self, services: Services) -> None:
        """Returns when commands can be put. ``services`` decide while there is no child."""
        loop = asyncio.get_running_loop()
        self._services, self._ready = services, loop.create_future()
        try:
            await self._taken()
        except OSError:
            self.connection_lost(None)
        await self._ready

    async def close(self) -> None:
        """Ends the child, and whoever forked it."""
        self._services = None
        if self._again is not None:
            self._again.cancel()
            await asyncio.wait([self._again])
        if self._coming is not None:
            self._coming.close()
        await asyncio.get_running_loop().run_in_executor(None, self._cradle.end)

    async def _taken(self) -> None:
        """Takes up with the child that was asked for last. Raises OSError."""
        loop = asyncio.get_running_loop()
        ours = await loop.run_in_executor(None, self._cradle.given)
        ours.setblocking(False)  # noqa: FBT003 - the library's own
        self._since = loop.time()
        await loop.create_connection(lambda: self, sock=ours)

    async def _another(self, after_s: float) -> None:
        """Has one forked in the place of the one that was lost; not at once where that happens again and again."""
        while True:
            await asyncio.sleep(after_s)
            try:
                self._cradle.ask()
                await self._taken()
            except NotForked:
                after_s = min(PAUSE_MAX_S, 2 * after_s or PAUSE_S)
            except OSError as error:
                logger.error(  # noqa: TRY400 - what went wrong is its name
                    "no other decider (%s): commands are decided in threads from now on",
                    type(error).__name__,
                )
                return
            else:
                return

    @property
    def is_there(self) -> bool:
        """Whether there is a child that decides."""
        return self._transport is not None

    @property
    def would_be_followed(self) -> bool:
        """Whether there is anybody to fork another, should the child be lost."""
        return self._cradle.is_there

    async def decide(self, deed: Deed) -> Decided:
        """As ``schema.deciding.decided``, whatever it raises as a ``CodedError``; ``LogUnavailable`` when the child
        was lost meanwhile."""
        if self._transport is None:
            assert self._services is not None, "it was opened"
            return await self._services.decide_here(deed)
        self._put += 1
        number = self._put
        told: asyncio.Future[Decided] = asyncio.get_running_loop().create_future()
        self._waiting[number] = told
        try:
            self._transport.write(packed(number, _sent(deed)))
            return await told
        finally:
            del self._waiting[number]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The child is there; it says when it can decide."""
        self._coming, self._came = transport, Frames()  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Answers."""
        for number, answer in self._came.of(data):
            told = self._waiting.get(number)
            if number == READY:
                self._begins()
            elif told is None or told.done():  # whoever waited is gone
                continue
            elif isinstance(answer, CodedError):
                told.set_exception(answer)
            else:
                told.set_result(answer)

    def _begins(self) -> None:
        """The child can decide."""
        self._transport = self._coming
        if self._ready is not None and not self._ready.done():
            self._ready.set_result(None)
        elif self._lost:
            logger.warning("there is a decider again")

    def connection_lost(self, exc: Exception | None) -> None:
        """What was in hand may or may not be recorded; what comes is decided here until there is another."""
        del exc
        self._transport = self._coming = None
        for told in self._waiting.values():
            if not told.done():
                told.set_exception(LogUnavailable("unknown", "the decider was lost"))
        if self._ready is not None and not self._ready.done():
            self._ready.set_result(None)
        if self._services is None:
            return
        loop = asyncio.get_running_loop()
        lived = loop.time() - self._since >= LIVED_S
        self._lost = 1 if lived else self._lost + 1
        after_s = 0.0 if lived else min(PAUSE_MAX_S, PAUSE_S * 2 ** (self._lost - 1))
        logger.error("the decider was lost: commands are decided in threads until there is another")
        self._again = loop.create_task(self._another(after_s))


class Frames:
    """What comes in pieces, whole: a size, and so many bytes of pickle, from a process that is ours."""

    def __init__(self) -> None:
        self._had = bytearray()

    def of(self, data: bytes) -> Iterator[Frame]:
        """The frames that are whole now."""
        had = self._had
        had += data
        while len(had) >= SIZE_BYTES:
            end = SIZE_BYTES + int.from_bytes(had[:SIZE_BYTES], "big")
            if len(had) < end:
                return
            frame: Frame = pickle.loads(memoryview(had)[SIZE_BYTES:end])  # noqa: S301 - of our own child or parent
            del had[:end]
            yield frame


class _Pickler(pickle.Pickler):
    """Commands are known by name: many a class of them is derived from its event, and has no place of its own."""

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, type) and issubclass(obj, Command):
            return command_of, (obj.name,)
        return NotImplemented


def command_of(name: str) -> type[Command[Any]]:
    """By its name, in any process."""
    return COMMANDS[name]


def packed(number: int, what: Deed | Decided | CodedError | None) -> bytes:
    """A frame."""
    text = BytesIO()
    _Pickler(text, pickle.HIGHEST_PROTOCOL).dump((number, what))
    body = text.getvalue()
    return len(body).to_bytes(SIZE_BYTES, "big") + body


def _sent(deed: Deed) -> Deed:
    """Without what each process has of its own: the seal of relations that name nobody."""
    return replace(deed, assignment=replace(deed.assignment, seal=plain))


def _live(theirs: socket.socket, make: Make) -> NoReturn:
    """The child's life. Signals are its parent's, who tells by its end."""
    status = 1
    try:
        gives_way()
        threading.Thread(target=_end_after, args=(theirs,), daemon=True).start()
        platform = make()
        parts = (platform.elsewhere, platform.policy)
        for part in parts:
            part.start()
        collects()
        _decide(theirs, platform.services)
        for part in parts:
            part.stop()
        platform.close()
        status = 0
    except Exception as error:  # noqa: BLE001 - told before it ends of it
        log_failure(new_trace_id(), Code.INTERNAL, error)
    finally:
        os._exit(status)


def collects() -> None:
    """From now on the garbage collector looks at what is new, and now and then: what was made for the start stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_MAX, *gc.get_threshold()[1:])
    gc.enable()


def _end_after(theirs: socket.socket) -> None:
    """Whatever hangs: with nobody at the other end it ends."""
    other = select.poll()
    other.register(theirs, 0)
    other.poll()
    sleep(ENDS_S)
    os._exit(1)


def _decide(theirs: socket.socket, services: Services) -> None:
    """Until there is nobody to decide for."""
    came, turn = Frames(), threading.Lock()

    def tell(number: int, answer: Decided | CodedError | None) -> None:
        with turn, suppress(OSError):  # whoever asked is gone
            theirs.sendall(packed(number, answer))

    def one(number: int, deed: Deed) -> None:
        sealed = replace(deed, assignment=replace(deed.assignment, seal=services.seal))
        tell(number, _answer(services, sealed))

    tell(READY, None)
    with ThreadPoolExecutor(COMMAND_THREADS, thread_name_prefix="command") as pool:
        while data := _received(theirs):
            for number, deed in came.of(data):
                pool.submit(partial(one, number, deed))


def _received(theirs: socket.socket) -> bytes:
    with suppress(ConnectionError):
        return theirs.recv(1 << 16)
    return b""


def _answer(services: Services, deed: Deed) -> Decided | CodedError:
    """A fault is told of here, where it can be found, and answered as what it means to a client."""
    try:
        return decided(services, deed)
    except CodedError as error:
        return error
    except Exception as error:  # noqa: BLE001 - told, and answered
        meant = coded(error) or CodedError(Code.INTERNAL)
        log_failure(deed.trace_id, meant.code, error)
        return meant
