"""Streams that go on together: one answer for all, rights looked at once for those who share them, ends told each."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from graphql import DocumentNode, ExecutionResult

from schema.transport import Code, CodedError, SchemaExecution, Settings, outlet
from schema.transport.following import Follower, Handover, Standing, Told, end_all, tell_all
from schema.transport.service import NoLongerAllowed
from tests.patience import PATIENT_S

from .speaker import PING, Speaker, complete_of, next_of, opened
from .test_overload import drain
from .test_sse import Event, events_of, stream
from .world import SCHEMA, Caller, Running, World, running

WAIT_S = PATIENT_S
TOGETHER = "subscription{count(to:1)}"
"""In this server: one result of its own, then whatever the gathering tells."""
SETTINGS = Settings(heartbeat=0.1)


@dataclass
class Gathering:
    """Those who go on together. ``joined`` and ``left``: told to the test's thread."""

    ahead: int = 0
    """How often somebody who would join must read on first."""
    followers: list[Follower] = field(default_factory=list)
    tell: Callable[[Any], Told] | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def join(self, follower: Follower, tell: Callable[[Any], Told]) -> bool:
        if self.ahead:
            self.ahead -= 1
            return False
        follower.left = self._left
        self.followers.append(follower)
        self.tell = tell
        self.changed.set()
        return True

    def _left(self, follower: Follower) -> None:
        self.followers.remove(follower)
        self.changed.set()

    async def reaches(self, many: int) -> None:
        """Until so many follow."""
        async with asyncio.timeout(WAIT_S):
            while len(self.followers) != many:
                await self.changed.wait()
                self.changed.clear()

    async def told(self, data: object) -> None:
        assert self.tell is not None
        result = ExecutionResult({"count": data})
        await tell_all(self.tell(result), self.followers)

    async def ends(self, error: Exception) -> None:
        await end_all(error, self.followers)


class Together(SchemaExecution[Caller]):
    """Every subscription goes on together after its first result."""

    def __init__(self, world: World) -> None:
        super().__init__(SCHEMA, root_value=world)
        self.gathering = Gathering()

    async def subscribe(
        self,
        document: DocumentNode,
        operation_name: str | None,
        variables: dict[str, object],
        context: Caller,
    ) -> AsyncIterator[ExecutionResult | Handover] | ExecutionResult:
        del document, operation_name, variables, context

        async def source() -> AsyncIterator[ExecutionResult | Handover]:
            number = 0
            while True:
                yield ExecutionResult({"count": number})
                yield self.gathering
                number += 1

        return source()


@dataclass
class Server:
    """A server whose subscriptions go on together, and its gathering, from the test's thread."""

    running: Running
    gathering: Gathering

    def do(self, what: Any) -> None:
        found: Future[None] = asyncio.run_coroutine_threadsafe(what, self.running.loop)
        found.result(WAIT_S)

    def reaches(self, many: int) -> None:
        self.do(self.gathering.reaches(many))

    def told(self, data: object) -> None:
        self.do(self.gathering.told(data))


@contextmanager
def gathered(settings: Settings = SETTINGS) -> Iterator[Server]:
    made: list[Together] = []

    def execution(world: World) -> Together:
        made.append(Together(world))
        return made[0]

    with running(settings, execution=execution) as server:
        yield Server(server, made[0].gathering)


@contextmanager
def streamed(server: Server) -> Iterator[Iterator[Event]]:
    """An event stream whose first result has come."""
    with (
        httpx.Client(base_url=server.running.url, timeout=WAIT_S) as client,
        stream(client, TOGETHER) as answer,
    ):
        events = events_of(answer)
        assert heard(events) == ("next", {"data": {"count": 0}})
        yield events


def heard(events: Iterator[Event]) -> Event:
    return next(event for event in events if event[0] != "comment")


def subscribed(speaker: Speaker, key: str = "1") -> Speaker:
    speaker.subscribe(key, TOGETHER)
    assert speaker.hear() == next_of(key, {"count": 0})
    return speaker


def test_all_are_told_the_same_over_both_protocols() -> None:
    with gathered() as server, streamed(server) as one, streamed(server) as other:
        with opened(server.running) as speaker:
            subscribed(subscribed(speaker.ready()), "2")
            server.reaches(4)
            for data in ("儿童", 7):
                server.told(data)
                told = {"data": {"count": data}}
                assert heard(one) == heard(other) == ("next", told)
                both = [speaker.hear(), speaker.hear()]
                assert sorted(both, key=lambda m: m["id"]) == [
                    next_of("1", {"count": data}),
                    next_of("2", {"count": data}),
                ]
        server.reaches(2)


def test_who_is_behind_reads_on_and_then_joins() -> None:
    with gathered() as server:
        server.gathering.ahead = 2
        with streamed(server) as events:
            assert heard(events) == ("next", {"data": {"count": 1}})
            assert heard(events) == ("next", {"data": {"count": 2}})
            server.reaches(1)
            server.told(9)
            assert heard(events) == ("next", {"data": {"count": 9}})


def test_a_stream_that_follows_is_beaten_and_its_going_is_noticed() -> None:
    with gathered() as server:
        with streamed(server) as events:
            server.reaches(1)
            assert [next(events)[0] for _ in range(3)] == ["comment"] * 3
        server.reaches(0)


def test_a_socket_that_follows_is_pinged_and_can_complete() -> None:
    with gathered() as server, opened(server.running) as speaker:
        subscribed(speaker.ready())
        server.reaches(1)
        for _ in range(3):
            assert speaker.hear_all() == PING
            speaker.say({"type": "pong"})
        speaker.say({"type": "complete", "id": "1"})
        server.reaches(0)
        subscribed(speaker)
        speaker.subscribe("2", "{hello}")
        assert speaker.hear() == next_of("2", {"hello": "hello child"})
        assert speaker.hear() == complete_of("2")
        server.reaches(1)
    with gathered(Settings(heartbeat=5)) as server:
        with opened(server.running) as speaker:
            subscribed(speaker.ready())
            server.reaches(1)
        server.reaches(0)


@pytest.mark.parametrize("told", [False, True])
def test_rights_that_end_end_what_follows_idle_or_told(*, told: bool) -> None:
    heartbeat = 5.0 if told else 0.1
    with gathered(Settings(heartbeat=heartbeat)) as server, streamed(server) as events:
        server.reaches(1)
        with opened(server.running) as speaker:
            subscribed(speaker.ready())
            server.reaches(2)
            for caller in server.running.world.callers:
                caller.allowed = False
            if told:
                server.told(SECRET_OF_ANOTHER)
            _, payload = heard(events)
            assert payload["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
            assert "data" not in payload
            assert heard(events) == ("complete", None)
            assert speaker.closed() == (4403, "Forbidden")
        server.reaches(0)


SECRET_OF_ANOTHER = "told to nobody"


@pytest.mark.parametrize("passes", [True, False])
def test_an_end_is_told_as_what_it_is(*, passes: bool) -> None:
    error: Exception = CodedError(Code.UNAVAILABLE) if passes else CodedError(Code.FORBIDDEN)
    with gathered() as server, streamed(server) as events, opened(server.running) as speaker:
        subscribed(speaker.ready())
        server.reaches(2)
        server.do(server.gathering.ends(error))
        if passes:  # cut, so that the client comes back and resumes
            assert [e for e in events if e[0] != "comment"] == []
            assert speaker.closed() == (1013, "Try again later")
        else:
            assert heard(events)[1]["errors"][0]["extensions"]["code"] == "FORBIDDEN"
            assert heard(events) == ("complete", None)
            assert speaker.hear()["payload"][0]["extensions"]["code"] == "FORBIDDEN"
            speaker.subscribe("1", "{hello}")
            assert speaker.hear() == next_of("1", {"hello": "hello child"}), "the id is free again"
        server.reaches(0)


def test_an_end_of_rights_is_told_as_that_whoever_notices_it() -> None:
    """The view that all follow reads with rights anew, and may find that they ended before the streams do."""
    with gathered(Settings(heartbeat=5)) as server, streamed(server) as events:
        with opened(server.running) as speaker:
            subscribed(speaker.ready())
            server.reaches(2)
            for caller in server.running.world.callers:
                caller.allowed = False
            server.do(server.gathering.ends(CodedError(Code.FORBIDDEN)))
            assert heard(events)[1]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
            assert heard(events) == ("complete", None)
            assert speaker.closed() == (4403, "Forbidden")
        server.reaches(0)


def test_a_server_that_stops_sends_those_who_follow_away() -> None:
    with gathered() as server, streamed(server) as events, opened(server.running) as speaker:
        subscribed(speaker.ready())
        server.reaches(2)
        drain(server.running)
        assert [e for e in events if e[0] != "comment"] == []
        assert speaker.closed() == (1012, "Service restart")
        server.reaches(0)


@pytest.mark.parametrize("kind", ["event stream", "socket"])
def test_who_does_not_read_is_cut_off_and_the_others_go_on(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For how much waits for them, not for how long: that the others may take as well."""
    monkeypatch.setattr(outlet, "BEHIND_MAX", 20)
    large = "x" * 400_000
    with gathered() as server, streamed(server) as events:
        server.reaches(1)
        with unread(server, kind):
            server.reaches(2)
            rounds = 0
            while len(server.gathering.followers) == 2:
                server.told(large)
                assert heard(events) == ("next", {"data": {"count": large}})
                rounds += 1
            assert rounds > 1
        server.told("after")
        assert heard(events) == ("next", {"data": {"count": "after"}})


@contextmanager
def unread(server: Server, kind: str) -> Iterator[None]:
    """A subscriber that joins and never reads again."""
    if kind == "socket":
        with opened(server.running, max_queue=1, close_timeout=0.1) as speaker:
            subscribed(speaker.ready())
            yield
        return
    body = json.dumps({"query": TOGETHER}).encode()
    head = (
        "POST /graphql HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\n"
        "Accept: text/event-stream\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.running.port)) as connection:
        connection.sendall(head.encode() + body)
        yield


class Listener(Follower):
    """Keeps what it is told."""

    def __init__(self, standing: Standing[Any]) -> None:
        super().__init__(standing)
        self.heard: list[Told] = []
        self.error: Exception | None = None
        self.left = lambda _: None

    def take(self, told: Told) -> None:
        self.heard.append(told)

    def end(self, error: Exception) -> None:
        self.error = error


def test_rights_are_looked_at_once_for_all_who_share_them() -> None:
    looked: list[str] = []

    async def require(name: str) -> None:
        looked.append(name)
        if name == "gone":
            raise NoLongerAllowed

    standings = {name: Standing(name, name, require) for name in ("here", "gone")}
    many = [Listener(standings[name]) for name in ("here", "gone", "here", "gone", "here")]
    told = Told(b'{"data":{"count":1}}')
    asyncio.run(tell_all(told, many))
    assert looked == ["here", "gone"]
    assert [one.heard for one in many] == [[told], [], [told], [], [told]]
    assert [type(one.error) for one in many if one.error] == [NoLongerAllowed] * 2
    assert many[0].heard[0].event is many[2].heard[0].event, "the bytes are made once"
    assert told.next("1") is told.next("1")
