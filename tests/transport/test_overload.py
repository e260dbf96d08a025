"""More asked than can be done: who runs, who waits, who is told to come back, over real sockets."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from schema.transport import Settings
from schema.transport.admission import Places
from schema.transport.documents import Prepared
from schema.transport.lane import Ticket
from tests.patience import PATIENT_S

from .speaker import opened
from .world import HEADERS, Caller, Running, running

WAIT_S = PATIENT_S
PLACES = Places(
    running=4, kept_for_priority=2, kept_for_ordinary=1, waiting=4, wait=WAIT_S, per_caller=3
)


class ByHeader:
    """Caller, group and lane as the request says; what names `first` claims priority, `rename` deserves it."""

    def caller(self, presented: Mapping[str, object]) -> str:
        return str(presented.get("x-caller"))

    def ticket(self, caller: str, text: str) -> Ticket:
        return Ticket(caller=caller, group=caller[0], priority="first" in text)

    def ticket_of(self, context: Caller, text: str) -> Ticket:
        del context
        return Ticket(caller="socket", group="socket", priority="first" in text)

    def signed_in(self, ticket: Ticket, context: Caller) -> None:
        """Nothing is remembered."""

    def goes_first(self, prepared: Prepared, context: Caller) -> bool:
        del context
        return not prepared.is_query or "held" in str(
            prepared.document.loc and prepared.document.loc.source.body
        )


@dataclass
class Crowd:
    """Callers of one server, each request on a thread of its own."""

    server: Running
    pool: ThreadPoolExecutor

    def ask(self, caller: str, query: str) -> Future[httpx.Response]:
        """Begins a request of this caller."""
        return self.pool.submit(self.answer, caller, query)

    def answer(self, caller: str, query: str) -> httpx.Response:
        """The answer to one request on a connection of its own."""
        headers = {**HEADERS, "x-caller": caller}
        return httpx.post(
            self.server.graphql, json={"query": query}, headers=headers, timeout=WAIT_S
        )

    def hold(self, *callers: str, words: str = "") -> list[Future[httpx.Response]]:
        """Requests that run until they are let go; they do run when this returns."""
        held = []
        for caller in callers:
            held.append(self.ask(caller, f'{{held(key:"{caller}{words}")}}'))
            assert self.server.world.entered.get(timeout=WAIT_S) == f"{caller}{words}"
        return held

    def let_go(self) -> None:
        """Everything that is held answers."""
        self.server.world.closed["held"].set()


@contextmanager
def crowd(places: Places = PLACES, **more: Any) -> Iterator[Crowd]:
    settings = Settings(places=places, **more)
    with (
        running(settings, lanes=ByHeader()) as server,
        ThreadPoolExecutor(64) as pool,
    ):
        made = Crowd(server, pool)
        try:
            yield made
        finally:
            made.let_go()


def code_of(answer: httpx.Response) -> str:
    return str(answer.json()["errors"][0]["extensions"]["code"])


def test_a_caller_who_asks_too_much_at_once_is_throttled() -> None:
    with crowd(Places(running=8, kept_for_priority=0, per_caller=2)) as many:
        many.hold("a1", "a1")
        refused = many.answer("a1", "{hello}")
        assert (refused.status_code, code_of(refused)) == (429, "THROTTLED")
        assert refused.headers["retry-after"] == "1"
        assert many.answer("b1", "{hello}").status_code == 200


def test_what_does_not_run_waits_and_what_cannot_wait_is_refused_at_once() -> None:
    with crowd() as many:
        held = many.hold("a1", "b1")  # the ordinary lane is full
        more = [many.ask(f"{'cdefghij'[n]}1", "{hello}") for n in range(7)]
        refused = []
        for done in as_completed(more, timeout=WAIT_S):
            refused.append(done.result())
            if len(refused) == 3:
                break
        assert {(r.status_code, code_of(r)) for r in refused} == {(503, "UNAVAILABLE")}
        assert {r.headers["retry-after"] for r in refused} == {"1"}
        many.let_go()
        assert Counter(f.result(WAIT_S).status_code for f in (*held, *more)) == {200: 6, 503: 3}


def test_who_waits_too_long_is_refused() -> None:
    with crowd(Places(running=1, kept_for_priority=0, kept_for_ordinary=0, wait=0.1)) as many:
        many.hold("a1")
        refused = many.answer("b1", "{hello}")
        assert (refused.status_code, code_of(refused)) == (503, "UNAVAILABLE")
        many.let_go()
    assert refused.headers["retry-after"] == "1"


def test_a_flood_leaves_the_priority_lane_free() -> None:
    with crowd() as many:
        many.hold("a1", "a2")
        flood = [many.ask(f"a{3 + n}", "{hello}") for n in range(8)]
        first = many.answer("p1", 'mutation{rename(name:"first")}')
        assert first.status_code == 200
        assert many.server.world.executed == ["rename first"]
        assert [f.result(WAIT_S).status_code for f in _first(flood, 4)] == [503] * 4
        many.let_go()
        assert Counter(f.result(WAIT_S).status_code for f in flood) == {200: 4, 503: 4}


def test_a_group_that_floods_gives_way_to_another_group() -> None:
    with crowd() as many:
        held = many.hold("a1", "a2")
        flood = [many.ask(f"a{3 + n}", "{hello}") for n in range(6)]
        assert [f.result(WAIT_S).status_code for f in _first(flood, 2)] == [503, 503]
        other = many.ask("b1", "{hello}")
        assert [f.result(WAIT_S).status_code for f in _first(flood, 3)] == [503] * 3
        many.let_go()
        assert other.result(WAIT_S).status_code == 200
        assert Counter(f.result(WAIT_S).status_code for f in (*held, *flood)) == {200: 5, 503: 3}


def _first(futures: list[Future[httpx.Response]], n: int) -> list[Future[httpx.Response]]:
    found = []
    for future in as_completed(futures, timeout=WAIT_S):
        found.append(future)
        if len(found) == n:
            break
    return found


def test_naming_what_goes_first_in_vain_takes_no_priority_place() -> None:
    with crowd() as many:
        many.hold("p1", "p2", words=" first")  # two of the three priority places
        many.hold("a1")
        assert many.answer("b1", "{hello} # first").status_code == 200
        lanes = many.server.service.admission
        assert (lanes.running_first, lanes.running_in_all) == (2, 3)


def test_requests_that_are_only_half_sent_take_nobody_s_place() -> None:
    head = (
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\nX-Caller: h1\r\n"
        b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    )
    with crowd() as many, ExitStack() as sockets:
        for _ in range(200):
            half = sockets.enter_context(socket.create_connection(("127.0.0.1", many.server.port)))
            half.sendall(head)
        assert many.answer("b1", "{hello}").status_code == 200


def test_bodies_in_memory_are_bounded() -> None:
    with crowd(max_bodies_bytes=150_000) as many, ExitStack() as sockets:
        halves = [
            sockets.enter_context(socket.create_connection(("127.0.0.1", many.server.port)))
            for _ in range(3)
        ]
        head = b"POST /graphql HTTP/1.1\r\nHost: x\r\nX-Caller: h\r\nContent-Type: application/json\r\n"
        for half in halves:
            half.settimeout(WAIT_S)
            half.sendall(head + b"Content-Length: 90000\r\n\r\n" + b" " * 80_000)
        answered = [_status(half) for half in halves[1:]]
        assert b"503" in answered[0] or b"503" in answered[1]


def _status(half: socket.socket) -> bytes:
    with suppress(TimeoutError):
        return half.recv(4096).split(b"\r\n")[0]
    return b""


def test_operations_on_a_socket_are_admitted_like_requests() -> None:
    places = Places(running=1, kept_for_priority=0, kept_for_ordinary=0, wait=0.1)
    with crowd(places) as many, opened(many.server) as speaker:
        speaker.ready()
        many.hold("a1")
        speaker.subscribe("1", "{hello}")
        message = speaker.hear()
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"]["code"] == "UNAVAILABLE"
        many.let_go()


def test_while_the_service_is_out_of_order_nobody_waits() -> None:
    broken = threading.Event()
    with crowd(out_of_order=broken.is_set) as many:
        assert many.answer("a1", "{hello}").status_code == 200
        broken.set()
        refused = many.answer("a1", "{hello}")
        assert (refused.status_code, code_of(refused)) == (503, "UNAVAILABLE")


def drain(server: Running) -> None:
    """As a process does that is told to stop."""
    loop = server.loop
    asyncio.run_coroutine_threadsafe(server.service.drain(WAIT_S), loop).result(WAIT_S)


def test_a_stopping_server_sends_event_streams_away_without_completing_them() -> None:
    with crowd() as many:
        headers = {**HEADERS, "Accept": "text/event-stream", "x-caller": "a1"}
        body = {"query": 'subscription{forever(key:"stop")}'}
        with httpx.stream(
            "POST", many.server.graphql, json=body, headers=headers, timeout=WAIT_S
        ) as answer:
            lines = answer.iter_lines()
            assert next(line for line in lines if line.startswith("data:"))
            drain(many.server)
            rest = "\n".join(lines)
        assert "retry: 1000" in rest
        assert "event: complete" not in rest
        assert many.server.world.closed["stop"].wait(WAIT_S)


def test_a_stopping_server_begins_nothing_new() -> None:
    with crowd() as many:
        (held,) = many.hold("a1")
        drain(many.server)
        refused = many.answer("a2", "{hello}")
        assert (refused.status_code, code_of(refused)) == (503, "UNAVAILABLE")
        many.let_go()
        assert held.result(WAIT_S).status_code == 200, "what was in hand is answered"


@pytest.mark.parametrize("busy", [False, True])
def test_a_stopping_server_closes_sockets_1012_after_the_answers_in_hand(*, busy: bool) -> None:
    with crowd() as many, opened(many.server) as speaker:
        speaker.ready().subscribe("1", 'subscription{forever(key:"stop")}')
        assert speaker.hear()["type"] == "next"
        if busy:
            speaker.subscribe("2", '{held(key:"last")}')
            assert many.server.world.entered.get(timeout=WAIT_S) == "last"
            draining = many.pool.submit(drain, many.server)
            many.let_go()
            assert speaker.hear() == {
                "id": "2",
                "type": "next",
                "payload": json.loads('{"data":{"held":"last"}}'),
            }
        else:
            draining = many.pool.submit(drain, many.server)
        assert speaker.closed() == (1012, "Service restart")
        draining.result(WAIT_S)
