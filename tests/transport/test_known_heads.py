"""A request whose head was seen before is answered from the door: the same answer, with the same rights, sooner."""

from __future__ import annotations

import asyncio
import re
import socket
from typing import Any

import pytest

from schema.transport import Settings
from schema.transport.admission import Places
from schema.transport.door import UNSENT_BYTES, Door

from .counting import Calls
from .test_door import ONE, Wire, ask, door_onto, heard, request, spoken_to, until
from .test_overload import WAIT_S, crowd
from .world import running

SAVED = 150
"""Functions that need not be called for a request whose head was seen before."""
TRACE = re.compile(r"[0-9a-f]{32}")


def plain(told: tuple[int, dict[str, str], dict[str, Any]]) -> tuple[int, dict[str, str], str]:
    """Without what differs between any two answers."""
    status, headers, answer = told
    kept = {k: v for k, v in headers.items() if k != "date"}
    return status, kept, TRACE.sub("a trace", str(answer))


@pytest.mark.parametrize(
    "query",
    [
        "{hello}",
        "{faulty}",
        "{faultyRequired}",
        "{conflict}",
        "{unspeakable}",
        "{nope}",
        "{",
        'mutation{rename(name:"a")}',
        "query A{hello}query B{hello}",
    ],
)
@pytest.mark.parametrize(
    "lines", [(), ("Accept: application/json",), ("Accept: application/graphql-response+json",)]
)
def test_the_answer_is_the_same_as_the_long_way(query: str, lines: tuple[str, ...]) -> None:
    with crowd() as many, spoken_to(many.server) as line:
        told = [plain(ask(line, request(query, *lines))) for _ in range(4)]
        assert told[1:] == told[:1] * 3
        head, body = request(query, *lines).split(b"\r\n\r\n", 1)
        chunked = re.sub(rb"Content-Length: \d+", b"Transfer-Encoding: chunked", head)
        line.sendall(chunked + b"\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))
        assert plain(heard(line)) == told[0]


def test_a_token_is_asked_for_its_rights_at_every_request() -> None:
    with crowd() as many, spoken_to(many.server) as line:
        for n in range(1, 4):
            assert ask(line, request("{who}"))[0] == 200
            assert len(many.server.world.callers) == n
        bad = request("{who}").replace(b"Bearer good", b"Bearer evil")
        assert [ask(line, bad)[0] for _ in range(3)] == [401] * 3


def test_a_subscription_by_a_known_head_is_a_stream_and_gives_its_place_back() -> None:
    with crowd() as many, spoken_to(many.server) as line:
        sent = request("subscription{count(to:2)}", "Accept: */*")
        same_length = request("{hello}".ljust(len("subscription{count(to:2)}")), "Accept: */*")
        assert [ask(line, same_length)[0] for _ in range(2)] == [200, 200]
        for _ in range(2):
            line.sendall(sent)
            told = b""
            while not told.endswith(b"0\r\n\r\n"):
                told += line.recv(65_536)
            assert told.count(b"event: next") == 2
            assert b"text/event-stream" in told
            assert ask(line, same_length)[0] == 200, "and the connection goes on"
        assert many.server.service.admission.running_in_all == 0


def test_what_comes_while_one_is_answered_waits_for_it() -> None:
    with crowd() as many, spoken_to(many.server) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        held = request('{held(key:"k")}', caller="h1")
        many.let_go()
        assert ask(line, held)[0] == 200, "its head is known now"
        assert many.server.world.entered.get(timeout=WAIT_S) == "k"
        many.server.world.closed["held"].clear()
        line.sendall(held)
        assert many.server.world.entered.get(timeout=WAIT_S) == "k"
        for name in "abc":
            line.sendall(request(f'{{hello(name:"{name}")}}'))
        line.sendall(request("{", "Connection: close"))
        many.let_go()
        assert heard(line)[2]["data"] == {"held": "k"}
        assert [heard(line)[2]["data"]["hello"] for _ in range(3)] == [f"hello {n}" for n in "abc"]
        assert heard(line)[0] == 400
        assert line.recv(1) == b""


def test_who_goes_while_waiting_or_served_leaves_nothing_behind() -> None:
    with crowd(ONE) as many:
        held = request('{held(key:"k")}', caller="h1")
        many.let_go()
        with spoken_to(many.server) as line:
            assert ask(line, held)[0] == 200
        assert many.server.world.entered.get(timeout=WAIT_S) == "k"
        many.server.world.closed["held"].clear()
        with spoken_to(many.server) as runs:
            runs.sendall(held)
            assert many.server.world.entered.get(timeout=WAIT_S) == "k"
            with spoken_to(many.server) as waits:
                waits.sendall(held)
                until(many, waiting=1)
            until(many, waiting=0)
        many.let_go()
        with spoken_to(many.server) as line:
            assert ask(line, request("{hello}"))[0] == 200
        assert many.server.service.admission.running_in_all == 0


def test_who_waits_is_answered_in_turn_and_who_waits_too_long_is_refused() -> None:
    one = Places(running=1, kept_for_priority=0, kept_for_ordinary=0, wait=0.3)
    with crowd(one) as many, spoken_to(many.server) as line:
        assert ask(line, request("{hello}", caller="w1"))[0] == 200
        many.hold("a1")
        for _ in range(2):
            status, headers, _ = ask(line, request("{hello}", caller="w1"))
            assert (status, headers["retry-after"]) == (503, "1")
        many.let_go()
        assert ask(line, request("{hello}", caller="w1"))[0] == 200


def test_an_operation_that_takes_too_long_is_ended() -> None:
    with running(Settings(operation_timeout=0.2)) as server, spoken_to(server) as line:
        for _ in range(3):
            status, headers, answer = ask(line, request("{slow}"))
            assert (status, headers["retry-after"]) == (503, "1")
            assert answer["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
        assert ask(line, request("{hello}"))[0] == 200
        assert server.service.admission.running_in_all == 0


def test_what_is_answered_when_the_server_stops_is_the_last() -> None:
    with running(Settings()) as server, spoken_to(server) as line:
        held = request('{held(key:"k")}')
        server.world.closed["held"].set()
        assert ask(line, held)[0] == 200
        server.world.closed["held"].clear()
        assert server.world.entered.get(timeout=WAIT_S) == "k"
        line.sendall(held)
        assert server.world.entered.get(timeout=WAIT_S) == "k"
        doors = server.stop()
        server.world.closed["held"].set()
        status, headers, answer = heard(line)
        assert (status, headers["connection"]) == (200, "close")
        assert answer["data"] == {"held": "k"}
        assert line.recv(1) == b""
        assert doors == 1


def test_a_head_is_remembered_only_if_it_says_what_was_read() -> None:
    """A connection may carry more than one caller: what one of them sent must never stand for another."""
    asyncio.run(_only_if_it_says_so())


async def _only_if_it_says_so() -> None:
    asked = request("{who}")
    head, body = asked.split(b"\r\n\r\n", 1)
    door, wire = open_door()
    door.data_received(b"\r\n\r\n" + asked)
    await wire.answers(1)
    assert not door.front.seen, "its first line is none"

    door, wire = open_door()
    nobodys = b"GET /graphql?query={hello} HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body)
    door.data_received(nobodys + body)
    door.data_received(asked[: len(head) + 8])  # while the first is still being answered
    await wire.answers(1)
    door.data_received(asked[len(head) + 8 :])
    await wire.answers(1)
    assert nobodys not in door.front.seen
    door.data_received(nobodys + body)
    await wire.answers(1)
    statuses = [told[9:12] for told in wire.told if told.startswith(b"HTTP/1.1")]
    assert statuses == [b"401", b"200", b"401"]


class Line(Wire):
    """A wire on which answers are awaited."""

    def __init__(self) -> None:
        super().__init__()
        self.answered = asyncio.Semaphore(0)

    def pause_reading(self) -> None:
        """There is nothing to read but what a test gives."""

    def resume_reading(self) -> None:
        """As above."""

    def write(self, data: bytes) -> None:
        super().write(data)
        for _ in range(data.count(b"HTTP/1.1 ")):
            self.answered.release()

    async def answers(self, count: int) -> None:
        """Returns when so many more have begun."""
        async with asyncio.timeout(WAIT_S):
            for _ in range(count):
                await self.answered.acquire()


def open_door() -> tuple[Door, Line]:
    """One connection to a service."""
    line = Line()
    return door_onto(line, settings=Settings()), line


def test_an_answer_to_a_known_head_takes_few_calls() -> None:
    asyncio.run(_few_calls())


async def _few_calls() -> None:
    door, wire = open_door()
    await _calls(door, wire, "newcomer")  # the document is read, too
    new = [await _calls(door, wire, f"new {n}") for n in range(3)]
    known = [await _calls(door, wire, "new 1") for n in range(3)]
    assert min(new) - max(known) >= SAVED, (new, known)


async def _calls(door: Door, wire: Line, caller: str) -> int:
    """How many functions are called to answer, with all that the loop does meanwhile."""
    with Calls() as counted:
        door.data_received(request("{hello}", caller=caller))
        await wire.answers(1)
    return counted.many


def test_an_answer_waits_for_a_peer_that_does_not_read() -> None:
    asyncio.run(_unread())


async def _unread() -> None:
    door, wire = open_door()
    for _ in range(2):
        door.data_received(request("{hello}"))
        await wire.answers(1)
    told = len(wire.told)
    door.pause_writing()
    door.data_received(request("{hello}"))
    (task,) = door.tasks
    await asyncio.wait([task])
    await asyncio.sleep(0)
    door.data_received(request("{hello}"))
    assert len(wire.told) == told
    assert door.front.service.admission.running_in_all == 0, "it holds no place meanwhile"
    door.resume_writing()
    await wire.answers(2)
    assert len(wire.told[-1]) < UNSENT_BYTES
