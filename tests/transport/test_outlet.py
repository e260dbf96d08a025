"""What goes out without a task, what waits behind a slow reader, and when that reader is given up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, MutableMapping
from typing import Any

import pytest

from schema.transport.outlet import BEHIND_MAX, Outlet, Packed, TooSlow
from schema.transport.wheel import SPOKES, Wheel

WAIT_S = 20.0
Message = MutableMapping[str, Any]


class Peer:
    """A connection as a server hands it to an application: it takes messages as long as its peer ``reads``."""

    def __init__(self) -> None:
        self.reads, self.taken = asyncio.Event(), list[Message]()
        self.failures: asyncio.Queue[Exception] = asyncio.Queue()
        self.breaks = False
        self.reads.set()

    async def send(self, message: Message) -> None:
        if self.breaks:
            raise OSError("gone")
        await self.reads.wait()
        self.taken.append(message)

    def outlet(self, within: float = WAIT_S) -> Outlet:
        return Outlet(self.send, within, self.failures.put_nowait)


def played(play: Callable[[Peer], Coroutine[Any, Any, None]]) -> None:
    async def whole() -> None:
        async with asyncio.timeout(WAIT_S):
            await play(Peer())

    asyncio.run(whole())


def packed(message: Message) -> Packed:
    return Packed(message, b"")


def numbered(count: int) -> list[Message]:
    return [{"number": number} for number in range(count)]


def test_a_reader_who_reads_has_it_before_anything_else_runs() -> None:
    async def play(peer: Peer) -> None:
        outlet, tasks = peer.outlet(), asyncio.all_tasks()
        for message in numbered(3):
            outlet.put(packed(message))
        assert peer.taken == numbered(3)
        assert not outlet.is_behind
        assert asyncio.all_tasks() == tasks

    played(play)


def test_what_waits_for_a_slow_reader_comes_in_order() -> None:
    async def play(peer: Peer) -> None:
        outlet = peer.outlet()
        peer.reads.clear()
        for message in numbered(5):
            outlet.put(packed(message))
        assert outlet.is_behind
        peer.reads.set()
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))
        outlet.put(packed({"number": 5}))
        assert peer.taken == numbered(6)
        assert peer.failures.empty()

    played(play)


def test_who_does_not_read_is_given_up_after_a_while() -> None:
    async def play(peer: Peer) -> None:
        peer.reads.clear()
        peer.outlet(within=0.01).put(packed({}))
        assert isinstance(await peer.failures.get(), TooSlow)
        assert peer.taken == []

    played(play)


def test_no_more_waits_than_a_bound_however_long_the_reader_may_take() -> None:
    async def play(peer: Peer) -> None:
        outlet = peer.outlet()
        peer.reads.clear()
        for message in numbered(BEHIND_MAX + 1):
            outlet.put(packed(message))
        assert peer.failures.empty()
        outlet.put(packed({}))
        assert isinstance(peer.failures.get_nowait(), TooSlow)
        outlet.close()

    played(play)


@pytest.mark.parametrize("is_slow", [False, True])
def test_a_connection_that_is_gone_is_told(*, is_slow: bool) -> None:
    async def play(peer: Peer) -> None:
        outlet = peer.outlet()
        if is_slow:
            peer.reads.clear()
            outlet.put(packed({}))
            outlet.put(packed({}))
        peer.breaks = True
        peer.reads.set()
        if not is_slow:
            outlet.put(packed({}))
        assert isinstance(await peer.failures.get(), OSError)

    played(play)


class Beaten:
    """Counts its beats."""

    def __init__(self) -> None:
        self.beats, self.twice = 0, asyncio.Event()

    def beat(self) -> None:
        self.beats += 1
        if self.beats == 2:
            self.twice.set()


def test_everybody_on_the_wheel_has_a_beat_each_turn_and_who_left_has_none() -> None:
    async def play(_: Peer) -> None:
        wheel, many = Wheel(0.02), [Beaten() for _ in range(3 * SPOKES)]
        for one in many:
            wheel.add(one)
        wheel.discard(many[0])
        await asyncio.gather(*(one.twice.wait() for one in many[1:]))
        assert many[0].beats == 0
        assert max(one.beats for one in many) <= 3, "evenly"
        for one in many:
            wheel.discard(one)
        assert wheel._timer is None, "it does not turn for nobody"

    played(play)
