"""Following: streams that are told the same things share one answer, its bytes, and the look at their rights.

A source may yield a ``Handover`` in the place of a result. Whoever joins it needs no source of their own any more, no
task and no timer: what happens is told to all followers from one place (``tell_all``), each message built once; their
rights are looked at once for all who hold the same (``Standing``) before every delivery, at each turn of the wheel, and
at once when word comes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Iterable
from contextlib import AbstractContextManager
from typing import Any, Generic, Protocol, TypeVar

import orjson

from .outlet import Packed
from .websocket import text_frame
from .wheel import Wheel
from .wire import chunk
from .word import Word

C = TypeVar("C")
CHUNK = 200
"""Followers told before the loop turns: the server sends at the end of a turn, so the first wait for no others."""


def part(body: bytes) -> Packed:
    """A piece of an event stream."""
    message = {"type": "http.response.body", "body": body, "more_body": True}
    return Packed(message, chunk(body))


def said(text: bytes) -> Packed:
    """A message over a socket."""
    return Packed({"type": "websocket.send", "text": text.decode()}, text_frame(text))


class Told:
    """An answer as JSON, and the messages that carry it, each made once for all."""

    __slots__ = ("_event", "_nexts", "json")

    def __init__(self, json: bytes) -> None:
        self.json = json
        self._event: Packed | None = None
        self._nexts: dict[str, Packed] = {}

    @property
    def event(self) -> Packed:
        """As a server-sent event."""
        if self._event is None:
            self._event = part(b"event: next\ndata: " + self.json + b"\n\n")
        return self._event

    def next(self, key: str) -> Packed:
        """As the `next` of the operation of this id (graphql-transport-ws)."""
        found = self._nexts.get(key)
        if found is None:
            payload = orjson.Fragment(self.json)
            text = orjson.dumps({"type": "next", "id": key, "payload": payload})
            found = self._nexts[key] = said(text)
        return found


class Member(Protocol):
    """One whose rights are watched."""

    def end(self, error: Exception) -> None:
        """No more, and why: ``NoLongerAllowed``, or what kept us from looking."""


class Standing(Generic[C]):
    """The rights that one or many streams were opened with."""

    __slots__ = ("_again", "_looking", "_require", "_watching", "context", "key", "members")

    def __init__(self, key: Hashable, context: C, require: Callable[[C], Any]) -> None:
        self.key, self.context, self._require = key, context, require
        self.members: set[Member] = set()
        self._watching: AbstractContextManager[Word] | None = None
        self._looking: asyncio.Task[None] | None = None
        self._again = False

    def opened(self, watching: AbstractContextManager[Word]) -> None:
        """From now on it hears when its rights may have moved."""
        self._watching = watching
        watching.__enter__().heard = self.beat

    def closed(self) -> None:
        """Nobody is left."""
        if self._watching is not None:
            self._watching.__exit__(None, None, None)

    async def require(self) -> None:
        """Raises ``NoLongerAllowed`` once the rights are gone, or what kept us from looking."""
        await self._require(self.context)

    def beat(self) -> None:
        """Time to look, or word has come; a word that comes while we look is looked at as well."""
        self._again = True
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())

    async def _look(self) -> None:
        try:
            while self._again:
                self._again = False
                await self.require()
        except Exception as error:  # noqa: BLE001 - each stream says it in its own way
            for one in tuple(self.members):
                one.end(error)
        finally:
            self._looking = None


class Standings(Generic[C]):
    """Those of one service. ``key_of``: contexts with one key have their rights in common."""

    def __init__(
        self,
        require: Callable[[C], Any],
        watching: Callable[[C], AbstractContextManager[Word]],
        key_of: Callable[[C], Hashable],
        wheel: Wheel,
    ) -> None:
        self._require, self._watching, self._key_of = require, watching, key_of
        self._wheel = wheel
        self._held: dict[Hashable, Standing[C]] = {}

    def enter(self, context: C, one: Member) -> Standing[C]:
        """The standing of this context, which ``one`` holds until it leaves."""
        key = self._key_of(context)
        found = self._held.get(key)
        if found is None:
            found = self._held[key] = Standing(key, context, self._require)
            found.opened(self._watching(context))
            self._wheel.add(found)
        found.members.add(one)
        return found

    def leave(self, standing: Standing[C], one: Member) -> None:
        """No longer."""
        standing.members.discard(one)
        if not standing.members and self._held.get(standing.key) is standing:
            del self._held[standing.key]
            self._wheel.discard(standing)
            standing.closed()


class Follower:
    """One stream that follows. ``since`` and ``position`` belong to whom it follows: from where it is told."""

    __slots__ = ("left", "position", "since", "standing")

    def __init__(self, standing: Standing[Any]) -> None:
        self.standing = standing
        self.left: Callable[[Follower], None] | None = None
        """Called when it leaves, by itself or not."""
        self.since = self.position = 0

    def take(self, told: Told) -> None:
        """What happened."""
        raise NotImplementedError

    def end(self, error: Exception) -> None:
        """Nothing more will come, and why."""
        raise NotImplementedError

    def leave(self) -> None:
        """It follows no longer."""
        left, self.left = self.left, None
        if left is not None:
            left(self)


class Handover(Protocol):
    """What a source yields when many may go on together from here."""

    def join(self, follower: Follower, tell: Callable[[Any], Told]) -> bool:
        """False if the others are ahead: the source goes on. ``tell`` makes an answer of an execution's result."""


async def tell_all(told: Told, followers: Iterable[Follower]) -> None:
    """Tells each whose rights still stand; the others are told that they ended."""
    looked: dict[int, Exception | None] = {}
    for number, one in enumerate(tuple(followers)):
        if number % CHUNK == CHUNK - 1:
            await asyncio.sleep(0)
        key = id(one.standing)
        if key not in looked:
            looked[key] = await _found(one.standing)
        if one.left is None:  # meanwhile
            continue
        error = looked[key]
        if error is None:
            one.take(told)
        else:
            one.end(error)


async def end_all(error: Exception, followers: Iterable[Follower]) -> None:
    """Ends each: by this error, or by what is wrong with its rights, if that was only noticed from here first."""
    looked: dict[int, Exception | None] = {}
    for one in tuple(followers):
        key = id(one.standing)
        if key not in looked:
            looked[key] = await _found(one.standing)
        one.end(looked[key] or error)


async def _found(standing: Standing[Any]) -> Exception | None:
    try:
        await standing.require()
    except Exception as error:  # noqa: BLE001 - told to those it concerns
        return error
    return None
