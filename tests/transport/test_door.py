"""Admission as the bytes come in: what is refused there is refused as elsewhere, costs next to nothing, and loses
nobody their place, their turn or their connection.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from time import monotonic
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from uvicorn.server import ServerState

from ops.serve import bounded_lines
from schema.lanes import Lanes
from schema.transport import GraphQLService, SchemaExecution, Settings, graphql_routes
from schema.transport.admission import Places
from schema.transport.door import UNHEARD_MS, UNSENT_BYTES, Door, door_of

from .counting import Calls
from .test_overload import WAIT_S, Crowd, crowd
from .world import HEADERS, ORIGIN, SCHEMA, Running, World, running

ONE = Places(running=1, kept_for_priority=0, kept_for_ordinary=0, waiting=1, wait=WAIT_S)
SHUT = Places(running=1, kept_for_priority=0, kept_for_ordinary=0, waiting=0)
CALLS_MAX = 60
"""Functions called to refuse a request whose head was seen before; the long way takes four times as many."""


def request(query: str, *lines: str, caller: str = "z1") -> bytes:
    body = json.dumps({"query": query}).encode()
    head = [
        "POST /graphql HTTP/1.1",
        "Host: x",
        "Authorization: Bearer good",
        f"X-Caller: {caller}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *lines,
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


@contextmanager
def spoken_to(server: Running) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.settimeout(WAIT_S)
        yield line


def heard(line: socket.socket) -> tuple[int, dict[str, str], dict[str, Any]]:
    """The next answer on this connection: status, headers, body."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        more = line.recv(1)
        assert more, "the connection is closed"
        head += more
    status, *lines = head.decode().rstrip().split("\r\n")
    headers = dict(text.split(": ", 1) for text in lines)
    body = b""
    while len(body) < int(headers["content-length"]):
        body += line.recv(int(headers["content-length"]) - len(body))
    return int(status.split()[1]), headers, json.loads(body)


def ask(line: socket.socket, sent: bytes) -> tuple[int, dict[str, str], dict[str, Any]]:
    line.sendall(sent)
    return heard(line)


@contextmanager
def full(places: Places = SHUT, **more: Any) -> Iterator[Crowd]:
    """A server all of whose places are taken."""
    with crowd(places, **more) as many:
        many.hold("a1")
        yield many


def test_a_refusal_at_the_door_is_the_same_as_one_further_in() -> None:
    with full() as many, spoken_to(many.server) as line:
        chunked = request("{hello}").split(b"\r\n\r\n", 1)
        head = re.sub(rb"Content-Length: \d+", b"Transfer-Encoding: chunked", chunked[0])
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(chunked[1]), chunked[1])
        further_in = ask(line, head + b"\r\n\r\n" + body)
        told = [ask(line, request("{hello}")) for _ in range(3)]
        for status, headers, answer in (further_in, *told):
            assert len(answer["errors"][0]["extensions"].pop("traceId")) == 32
            assert (status, headers.pop("date")[3]) == (503, ",")
        assert told == [further_in] * 3
        assert further_in[1]["retry-after"] == "1"


def test_each_refusal_has_a_trace_id_of_its_own() -> None:
    with full() as many, spoken_to(many.server) as line:
        told = [ask(line, request("{hello}"))[2] for _ in range(3)]
        assert len({t["errors"][0]["extensions"]["traceId"] for t in told}) == 3


def test_who_asks_too_much_at_once_is_throttled_also_when_known_already() -> None:
    with (
        crowd(Places(running=4, kept_for_priority=0, per_caller=1)) as many,
        spoken_to(many.server) as line,
    ):
        assert ask(line, request("{hello}", caller="a1"))[0] == 200
        many.hold("a1")
        for _ in range(2):
            status, headers, answer = ask(line, request("{hello}", caller="a1"))
            assert (status, headers["retry-after"]) == (429, "1")
            assert answer["errors"][0]["extensions"]["code"] == "THROTTLED"
        assert ask(line, request("{hello}", caller="b1"))[0] == 200


def test_a_known_head_with_another_body_is_another_request() -> None:
    with crowd() as many, spoken_to(many.server) as line:
        for name in ("one", "two", "six"):
            told = ask(line, request(f'{{hello(name:"{name}")}}'))
            assert told[2] == {"data": {"hello": f"hello {name}"}}


def test_two_requests_in_one_packet_are_both_answered_in_order() -> None:
    with crowd() as many, spoken_to(many.server) as line:
        line.sendall(request('{hello(name:"1")}') + request('{hello(name:"2")}', caller="y1"))
        assert [heard(line)[2]["data"]["hello"] for _ in range(2)] == ["hello 1", "hello 2"]
    with full() as many, spoken_to(many.server) as line:
        for _ in range(2):
            line.sendall(request("{hello}") + request("{hello}", caller="y1"))
            assert [heard(line)[0] for _ in range(2)] == [503, 503]


@pytest.mark.parametrize("cut", [1, 60, -1])
def test_a_request_in_two_pieces_is_refused_or_answered_like_a_whole_one(cut: int) -> None:
    def pieces(line: socket.socket) -> int:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sent = request("{hello}")
        line.sendall(sent[:cut])
        line.sendall(sent[cut:])
        return heard(line)[0]

    with full() as many, spoken_to(many.server) as line:
        assert [pieces(line) for _ in range(3)] == [503] * 3
        many.let_go()
    with crowd() as many, spoken_to(many.server) as line:
        assert [pieces(line) for _ in range(3)] == [200] * 3


def test_who_goes_while_waiting_leaves_their_turn_to_others() -> None:
    with full(ONE) as many:
        with spoken_to(many.server) as gone:
            gone.sendall(request("{hello}", caller="g1"))
            until(many, waiting=1)
            assert many.answer("b1", "{hello}").status_code == 503
        until(many, waiting=0)
        with spoken_to(many.server) as stays:
            stays.sendall(request("{hello}", caller="s1"))
            until(many, waiting=1)
            many.let_go()
            assert heard(stays)[0] == 200


def until(many: Crowd, *, waiting: int) -> None:
    """Until so many wait."""
    admission = many.server.service.admission
    reached(many, lambda: len(admission._waiting) == waiting)


def reached(many: Crowd, holds: Callable[[], bool]) -> None:
    """Until it has come so far; the server is asked what needs no place meanwhile."""
    ends = monotonic() + WAIT_S
    while not holds():
        assert httpx.options(many.server.graphql, timeout=WAIT_S).status_code == 204
        assert monotonic() < ends


def test_every_place_is_given_back() -> None:
    with crowd() as many:
        for sent in (request("{hello}"), request("{faulty}"), request("{"), request("{nope}")):
            with spoken_to(many.server) as line:
                assert ask(line, sent)[0] in {200, 294, 400, 422}
        with spoken_to(many.server) as line:
            line.sendall(request('{held(key:"left")}'))
            assert many.server.world.entered.get(timeout=WAIT_S) == "left"
        many.let_go()
        assert many.answer("b1", "{hello}").status_code == 200
        admission = many.server.service.admission
        reached(many, lambda: admission.running_in_all == 0)  # who left was let go in a thread


def test_a_page_of_an_allowed_origin_may_read_its_refusal_and_no_other_may() -> None:
    with full(allowed_origins=frozenset({ORIGIN})) as many:
        body = {"query": "{hello}"}
        for _ in range(2):
            with httpx.Client(headers={**HEADERS, "Origin": ORIGIN}, timeout=WAIT_S) as client:
                refused = client.post(many.server.graphql, json=body)
            assert refused.status_code == 503
            assert refused.headers["access-control-allow-origin"] == ORIGIN
            assert "retry-after" in refused.headers
            assert refused.headers["access-control-expose-headers"] == "Retry-After"
        stranger = httpx.post(
            many.server.graphql,
            json=body,
            headers={"Origin": "https://x.example"},
            timeout=WAIT_S,
        )
        assert stranger.status_code == 403
        assert "access-control-allow-origin" not in stranger.headers


def test_who_wants_the_connection_closed_is_told_and_it_is() -> None:
    with full() as many:
        for _ in range(2):
            with spoken_to(many.server) as line:
                status, headers, _ = ask(line, request("{hello}", "Connection: close"))
                assert (status, headers["connection"]) == (503, "close")
                assert line.recv(1) == b""


class Wire:
    """What a door writes to, without a network."""

    def __init__(self) -> None:
        self.told: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.told.append(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def set_write_buffer_limits(self, high: int) -> None:
        assert high < UNSENT_BYTES

    def get_extra_info(self, _name: str, default: object = None) -> object:
        return default


def door_onto(wire: Wire, **given: Any) -> Door:
    """The door of a service, on one connection without a network; ``given``: what the service is made with."""
    world = World()
    service: GraphQLService[Any] = GraphQLService(
        SCHEMA,
        SchemaExecution(SCHEMA, root_value=world),
        world.authenticate,
        **given,
    )
    app = Starlette(routes=graphql_routes(service))
    config = uvicorn.Config(app, http=door_of(service), log_config=None)
    config.load()
    made: Any = config.http_protocol_class
    door: Door = made(config=config, server_state=ServerState(), app_state={})
    transport: Any = wire
    door.connection_made(transport)
    return door


def shut_door() -> tuple[Door, Wire]:
    """One connection to a service that is out of order."""
    wire = Wire()
    return door_onto(wire, settings=Settings(out_of_order=lambda: True), lanes=Lanes()), wire


def calls(door: Door, sent: bytes) -> int:
    """How many functions are called to refuse this."""
    with Calls() as counted:
        door.data_received(sent)
    return counted.many


def test_who_was_refused_before_is_refused_with_next_to_no_work() -> None:
    asyncio.run(_refused_before())


async def _refused_before() -> None:
    door, wire = shut_door()
    short, long = request("{ hello }"), request("{ hello } #" + "submitReports " * 2_000)
    first = [calls(door, sent) for sent in (short, long)]
    again = [calls(door, sent) for sent in (short, long)]
    assert [b"HTTP/1.1 503" in told for told in wire.told] == [True] * 4
    assert max(again) <= CALLS_MAX < min(first)
    assert not wire.closed


def test_a_connection_that_was_used_lately_is_not_closed_and_one_that_was_not_is() -> None:
    asyncio.run(_used_lately())


async def _used_lately() -> None:
    door, wire = shut_door()
    for _ in range(2):
        door.data_received(request("{hello}"))
    door.timeout_keep_alive_handler()
    assert not wire.closed, "it was refused only now"
    door._used_at -= 1_000.0
    door.timeout_keep_alive_handler()
    assert not wire.closed, "the loop may be late: a request may be there already"
    door.timeout_keep_alive_handler()
    assert wire.closed


def test_a_later_head_that_does_not_end_is_408() -> None:
    with running(Settings(head_timeout=0.3)) as server, spoken_to(server) as line:
        for _ in range(2):
            assert ask(line, request("{hello}"))[0] == 200
        assert ask(line, request("{hello}")[:30])[0] == 408
        assert line.recv(1) == b""


def test_what_comes_after_a_body_in_pieces_is_not_taken_for_ever() -> None:
    asyncio.run(_after_a_body())


async def _after_a_body() -> None:
    wire = Wire()
    door = door_onto(wire)
    head, _ = request("").split(b"Content-Length")
    door.data_received(head + b"Transfer-Encoding: chunked\r\n\r\n")
    door.data_received(b"0\r\nX-A: ")
    for _ in range(4):
        assert not wire.closed
        door.data_received(b"a" * 10_000)
    assert wire.closed
    assert wire.told == [], "another answer may have begun"
    door.connection_lost(None)
    await asyncio.gather(*door.tasks)


def test_little_is_written_ahead_for_who_does_not_read() -> None:
    query = 'subscription{forever(key:"unread",size:1000)}'
    with running(Settings(send_timeout=0.5)) as server, socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        line.settimeout(WAIT_S)
        line.connect(("127.0.0.1", server.port))
        line.sendall(request(query, "Accept: text/event-stream"))
        assert server.world.closed["unread"].wait(WAIT_S), "it was cut off"
        unread = 0
        while some := line.recv(65_536):
            unread += len(some)
        assert unread < 4 * UNSENT_BYTES, "and not after megabytes"


def test_connections_inherit_how_little_the_kernel_holds_and_how_long_it_tries() -> None:
    with closing(bounded_lines(socket.create_server(("127.0.0.1", 0)))) as listener:
        with socket.create_connection(listener.getsockname()) as _line:
            made, _ = listener.accept()
            with made:
                bounds = [
                    made.getsockopt(socket.IPPROTO_TCP, option)
                    for option in (socket.TCP_NOTSENT_LOWAT, socket.TCP_USER_TIMEOUT)
                ]
        assert bounds == [UNSENT_BYTES, UNHEARD_MS]
