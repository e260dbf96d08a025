"""graphql-transport-ws, message by message."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from schema.transport import Settings

from .world import ORIGIN, SECRET, Running, running

INIT = {"type": "connection_init", "payload": {"Authorization": "Bearer good"}}
ACK = {"type": "connection_ack"}
TRANSPORT = Subprotocol("graphql-transport-ws")


class Speaker:
    """A client that says and hears single messages."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def say(self, message: object) -> None:
        self.connection.send(json.dumps(message))

    def hear(self) -> Any:
        return json.loads(self.connection.recv(timeout=20))

    def closed(self) -> tuple[int, str]:
        """The close code and reason, after whatever else still comes."""
        with pytest.raises(ConnectionClosed) as closed:
            self._hear_on()
        frame = closed.value.rcvd
        assert frame is not None, "the socket was dropped without a close frame"
        return frame.code, frame.reason

    def _hear_on(self) -> None:
        while True:
            self.connection.recv(timeout=20)

    def subscribe(self, key: str, query: str, **more: object) -> None:
        self.say({"id": key, "type": "subscribe", "payload": {"query": query, **more}})

    def ready(self) -> "Speaker":
        self.say(INIT)
        assert self.hear() == ACK
        return self


@contextmanager
def opened(server: Running, **options: Any) -> Iterator[Speaker]:
    """A socket to the server, closed at the end of the block."""
    chosen = {"subprotocols": [TRANSPORT], "max_size": None, **options}
    with connect(server.socket, **chosen) as connection:
        yield Speaker(connection)


def next_of(key: str, data: object) -> dict[str, object]:
    return {"type": "next", "id": key, "payload": {"data": data}}


def complete_of(key: str) -> dict[str, object]:
    return {"type": "complete", "id": key}


# --- the handshake


def test_the_sub_protocol_is_agreed(served: Running) -> None:
    with opened(served) as speaker:
        assert speaker.connection.subprotocol == "graphql-transport-ws"


@pytest.mark.parametrize("offered", [None, ["graphql-ws"], ["subscriptions-transport-ws"]])
def test_another_sub_protocol_is_closed_4406(offered: Any, served: Running) -> None:
    with opened(served, subprotocols=offered) as speaker:
        assert speaker.closed()[0] == 4406


def test_ours_is_chosen_among_several(served: Running) -> None:
    offered = [Subprotocol("graphql-ws"), TRANSPORT]
    with opened(served, subprotocols=offered) as speaker:
        assert speaker.connection.subprotocol == TRANSPORT
        speaker.ready()


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ORIGIN + ":444"])
def test_another_origin_is_refused_at_the_handshake(origin: str, served: Running) -> None:
    with pytest.raises(InvalidStatus) as refused, opened(served, origin=origin):
        pass
    assert refused.value.response.status_code == 403


def test_an_allowed_origin_is_let_in(served: Running) -> None:
    with opened(served, origin=ORIGIN) as speaker:
        speaker.ready()


# --- signing in


@pytest.mark.parametrize(
    "payload",
    [{"Authorization": "Bearer good"}, {"authorization": "Bearer good"}, {"token": "good"}],
)
def test_a_token_in_the_payload_is_acknowledged(payload: object, served: Running) -> None:
    with opened(served) as speaker:
        speaker.say({"type": "connection_init", "payload": payload})
        assert speaker.hear() == ACK


@pytest.mark.parametrize(
    "init",
    [
        {"type": "connection_init"},
        {"type": "connection_init", "payload": None},
        {"type": "connection_init", "payload": {}},
        {"type": "connection_init", "payload": {"token": "bad"}},
        {"type": "connection_init", "payload": {"token": {"a": 1}}},
        {"type": "connection_init", "payload": {"token": "expired"}},
        {"type": "connection_init", "payload": {"Authorization": "Basic good"}},
    ],
)
def test_a_stranger_is_closed_4403(init: object, served: Running) -> None:
    with opened(served) as speaker:
        speaker.say(init)
        assert speaker.closed() == (4403, "Forbidden")


def test_a_token_in_the_handshake_does_not_count(served: Running) -> None:
    with opened(served, additional_headers={"Authorization": "Bearer good"}) as speaker:
        speaker.say({"type": "connection_init"})
        assert speaker.closed()[0] == 4403


def test_no_init_in_time_is_closed_4408(served: Running) -> None:
    with opened(served) as speaker:
        assert speaker.closed() == (4408, "Connection initialisation timeout")


def test_pings_do_not_prolong_the_wait_for_init(served: Running) -> None:
    with opened(served) as speaker:
        speaker.say({"type": "ping"})
        assert speaker.hear() == {"type": "pong"}
        assert speaker.closed()[0] == 4408


def test_subscribing_before_init_is_closed_4401(served: Running) -> None:
    with opened(served) as speaker:
        speaker.subscribe("1", "{hello}")
        assert speaker.closed() == (4401, "Unauthorized")


def test_a_second_init_is_closed_4429(served: Running) -> None:
    with opened(served) as speaker:
        speaker.ready().say(INIT)
        assert speaker.closed()[0] == 4429


def test_two_inits_at_once_are_closed_4429(served: Running) -> None:
    with opened(served) as speaker:
        speaker.say(INIT)
        speaker.say(INIT)
        assert speaker.closed()[0] == 4429


@pytest.mark.parametrize(("token", "code"), [("busy", 1013), ("fault", 4500)])
def test_a_sign_in_that_cannot_be_checked_closes(token: str, code: int, served: Running) -> None:
    with opened(served) as speaker:
        speaker.say({"type": "connection_init", "payload": {"token": token}})
        closing = speaker.closed()
        assert closing[0] == code
        assert SECRET not in closing[1]


# --- malformed messages

MALFORMED = [
    "",
    "nonsense",
    "[1]",
    "7",
    "null",
    '"x"',
    "{}",
    '{"type":7}',
    '{"type":null}',
    '{"type":["ping"]}',
    '{"type":"start","id":"1","payload":{"query":"{hello}"}}',
    '{"type":"next","id":"1","payload":{}}',
    '{"type":"connection_terminate"}',
    '{"type":"ping","payload":"x"}',
    '{"type":"ping","type":"ping"}',
    '{"type":"pong","payload":[1]}',
    '{"type":"ping","payload":{"a":NaN}}',
    '{"type":"ping","payload":{"a":' + "9" * 5_000 + "}}",
    '{"type":"ping","payload":' + '{"a":' * 20_000,
    '{"type":"ping","payload":{"a":"\\ud840"}}',
    '{"type":"ping","payload":{"a":"\\u0000"}}',
    '{"type":"complete"}',
    '{"type":"complete","id":{}}',
    '{"type":"subscribe"}',
    '{"type":"subscribe","id":"1"}',
    '{"type":"subscribe","id":"1","payload":"{hello}"}',
    '{"type":"subscribe","id":"1","payload":{}}',
    '{"type":"subscribe","id":"1","payload":{"query":7}}',
    '{"type":"subscribe","id":"1","payload":{"query":"{hello}","variables":[]}}',
    '{"type":"subscribe","id":"1","payload":{"query":"{hello}","operationName":{}}}',
    '{"type":"subscribe","id":"1","payload":{"query":"{hello}","extensions":7}}',
    '{"type":"subscribe","id":"","payload":{"query":"{hello}"}}',
    '{"type":"subscribe","id":7,"payload":{"query":"{hello}"}}',
    '{"type":"subscribe","id":{"a":1},"payload":{"query":"{hello}"}}',
    '{"type":"subscribe","id":"' + "x" * 129 + '","payload":{"query":"{hello}"}}',
]


@pytest.mark.parametrize("frame", MALFORMED, ids=lambda frame: frame[:60] or "empty")
def test_a_malformed_message_is_closed_4400(frame: str, served: Running) -> None:
    with opened(served) as speaker:
        speaker.ready().connection.send(frame)
        code, reason = speaker.closed()
        assert code == 4400
        assert reason.startswith("Invalid message")


@pytest.mark.parametrize(
    "frame", ["", "[1]", "7", "null", '{"type":"x"}', '{"type":"connection_init","payload":"x"}']
)
def test_a_malformed_first_message_is_closed_4400(frame: str, served: Running) -> None:
    with opened(served) as speaker:
        speaker.connection.send(frame)
        assert speaker.closed()[0] == 4400


def test_a_binary_frame_is_closed_4400(served: Running) -> None:
    with opened(served) as speaker:
        speaker.ready().connection.send(b'{"type":"ping"}')
        assert speaker.closed()[0] == 4400


def test_too_large_a_message_is_closed_1009(served: Running) -> None:
    with opened(served) as speaker:
        speaker.ready().say({"type": "ping", "payload": {"a": "x" * 1_000_001}})
        assert speaker.closed()[0] == 1009


# --- operations


def test_ping_is_answered_with_its_payload_and_pong_is_not(served: Running) -> None:
    with opened(served) as speaker:
        speaker.ready().say({"type": "pong", "payload": {"a": 1}})
        speaker.say({"type": "ping"})
        assert speaker.hear() == {"type": "pong"}
        speaker.say({"type": "ping", "payload": {"a": 1}})
        assert speaker.hear() == {"type": "pong", "payload": {"a": 1}}


@pytest.mark.parametrize(
    ("query", "data"),
    [
        ("{hello who}", {"hello": "hello child", "who": "good"}),
        ('mutation{rename(name:"a")}', {"rename": "a"}),
    ],
)
def test_a_query_or_mutation_is_one_next(query: str, data: object, served: Running) -> None:
    with opened(served) as speaker:
        speaker.ready().subscribe("1", query)
        assert speaker.hear() == next_of("1", data)
        assert speaker.hear() == complete_of("1")


def test_a_subscription_runs_to_its_end(served: Running) -> None:
    with opened(served) as speaker:
        query = "subscription C($n:Int){count(to:$n)}"
        speaker.ready().subscribe("a", query, variables={"n": 2}, operationName="C")
        heard = [speaker.hear() for _ in range(3)]
    assert heard == [next_of("a", {"count": 0}), next_of("a", {"count": 1}), complete_of("a")]


def test_an_id_is_free_again_after_its_end(served: Running) -> None:
    with opened(served) as speaker:
        speaker.ready()
        for query in ("{hello}", "{helo}", "{hello}"):
            speaker.subscribe("1", query)
            while speaker.hear()["type"] not in {"complete", "error"}:
                pass


def test_an_id_in_use_is_closed_4409(served: Running) -> None:
    with opened(served) as speaker:
        speaker.ready().subscribe("1", 'subscription{forever(key:"twice")}')
        assert speaker.hear() == next_of("1", {"forever": "first"})
        speaker.subscribe("1", "{hello}")
        assert speaker.closed()[0] == 4409
    assert served.world.closed["twice"].wait(20)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "BAD_USER_INPUT"),
        ("{helo}", "BAD_USER_INPUT"),
        ("{again" * 16 + "{hello}" + "}" * 16, "BAD_USER_INPUT"),
        ("query A{hello} query B{hello}", "BAD_USER_INPUT"),
        ("query($n:Int!){number(whole:$n)}", "BAD_USER_INPUT"),
        ("subscription($n:Int!){count(to:$n)}", "BAD_USER_INPUT"),
        ("subscription{refusing}", "NOT_FOUND_OR_FORBIDDEN"),
    ],
)
def test_an_error_ends_its_operation_alone(query: str, code: str, served: Running) -> None:
    with opened(served) as speaker:
        speaker.ready().subscribe("1", query)
        error = speaker.hear()
        assert (error["type"], error["id"]) == ("error", "1")
        assert error["payload"][0]["extensions"]["code"] == code
        speaker.subscribe("2", "{hello}")
        assert speaker.hear() == next_of("2", {"hello": "hello child"})
        assert speaker.hear() == complete_of("2")


def test_an_error_of_a_field_is_in_a_next(served: Running) -> None:
    with opened(served) as speaker:
        speaker.ready().subscribe("1", "{hello faulty}")
        payload = speaker.hear()["payload"]
        assert payload["data"] == {"hello": "hello child", "faulty": None}
        assert payload["errors"][0]["extensions"]["code"] == "INTERNAL"
        assert SECRET not in json.dumps(payload)


def test_a_broken_source_is_an_error_masked(served: Running) -> None:
    with opened(served) as speaker:
        speaker.ready().subscribe("1", "subscription{breaking}")
        assert speaker.hear() == next_of("1", {"breaking": 1})
        error = speaker.hear()
        assert error["type"] == "error"
        assert error["payload"][0]["extensions"]["code"] == "INTERNAL"
        assert SECRET not in json.dumps(error)


def test_complete_from_the_client_closes_the_source_and_nothing_follows(served: Running) -> None:
    with opened(served) as speaker:
        speaker.ready().subscribe("1", 'subscription{forever(key:"enough")}')
        assert speaker.hear() == next_of("1", {"forever": "first"})
        speaker.say({"type": "complete", "id": "1"})
        assert served.world.closed["enough"].wait(20)
        speaker.say({"type": "ping"})
        assert speaker.hear() == {"type": "pong"}


def test_complete_of_an_unknown_id_is_nothing(served: Running) -> None:
    with opened(served) as speaker:
        speaker.ready().say({"type": "complete", "id": "never"})
        speaker.say({"type": "ping"})
        assert speaker.hear() == {"type": "pong"}


def test_operations_run_side_by_side(served: Running) -> None:
    with opened(served) as speaker:
        speaker.ready().subscribe("idle", 'subscription{forever(key:"beside")}')
        assert speaker.hear() == next_of("idle", {"forever": "first"})
        speaker.subscribe("2", "{hello}")
        assert speaker.hear() == next_of("2", {"hello": "hello child"})


def test_too_many_operations_are_closed_4429(served: Running) -> None:
    with opened(served) as speaker:
        speaker.ready()
        for number in range(5):
            speaker.subscribe(str(number), f'subscription{{forever(key:"many{number}")}}')
            assert speaker.hear()["type"] == "next"
        speaker.subscribe("one more", "{hello}")
        assert speaker.closed() == (4429, "Too many operations")
    for number in range(5):
        assert served.world.closed[f"many{number}"].wait(20)


def test_a_flood_of_subscribes_is_closed(served: Running) -> None:
    with opened(served) as speaker:
        speaker.ready()
        try:
            for number in range(1_000):
                speaker.subscribe(str(number), "{slow}")
        except ConnectionClosed:
            pass
        assert speaker.closed()[0] == 4429


# --- endings


def test_when_the_client_closes_all_sources_are_closed(served: Running) -> None:
    with opened(served) as speaker:
        speaker.ready()
        for key in ("left1", "left2"):
            speaker.subscribe(key, f'subscription{{forever(key:"{key}")}}')
            speaker.hear()
    assert served.world.closed["left1"].wait(20)
    assert served.world.closed["left2"].wait(20)


def test_a_line_that_is_cut_closes_the_sources(served: Running) -> None:
    with opened(served) as speaker:
        speaker.ready().subscribe("1", 'subscription{forever(key:"line",size:10000)}')
        speaker.hear()
        speaker.connection.socket.shutdown(socket.SHUT_RDWR)
        assert served.world.closed["line"].wait(20)


def test_a_reader_that_does_not_read_is_cut_off(served: Running) -> None:
    """On a bare socket: a library's client reads ahead whether its user does or not."""
    protocol = ClientProtocol(parse_uri(served.socket), subprotocols=[TRANSPORT])
    query = 'subscription{forever(key:"sleeper",size:200000)}'
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        protocol.send_request(protocol.connect())
        connection.sendall(b"".join(protocol.data_to_send()))
        protocol.receive_data(connection.recv(4_096))
        for message in (INIT, {"id": "1", "type": "subscribe", "payload": {"query": query}}):
            protocol.send_text(json.dumps(message).encode())
        connection.sendall(b"".join(protocol.data_to_send()))
        assert served.world.closed["sleeper"].wait(20)  # while the connection is still open here


def test_rights_that_end_close_an_idle_socket_4403(served: Running) -> None:
    with opened(served) as speaker:
        speaker.ready().subscribe("1", 'subscription{forever(key:"gone")}')
        speaker.hear()
        served.world.callers[-1].allowed = False
        assert speaker.closed() == (4403, "Forbidden")
    assert served.world.closed["gone"].wait(20)


def test_no_delivery_and_no_query_after_the_rights_have_ended() -> None:
    with running(Settings(heartbeat=60)) as server:
        with opened(server) as speaker:
            speaker.ready().subscribe("1", 'subscription{gated(key:"gate")}')
            assert speaker.hear() == next_of("1", {"gated": "before"})
            server.world.callers[-1].allowed = False
            server.world.closed["gate"].set()
            with pytest.raises(ConnectionClosed) as closed:
                speaker.hear()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 4403
        with opened(server) as speaker:
            speaker.ready()
            server.world.callers[-1].allowed = False
            speaker.subscribe("1", "{hello}")
            assert speaker.closed()[0] == 4403
        assert server.world.executed == []


def test_rights_that_cannot_be_read_close_the_socket() -> None:
    with running(Settings(heartbeat=0.1)) as server, opened(server) as speaker:
        speaker.ready()
        server.world.rights_readable = False
        code, reason = speaker.closed()
        assert (code, SECRET in reason) == (4500, False)


def test_sockets_are_counted_with_streams() -> None:
    with running(Settings(max_streams=1)) as server:
        with opened(server) as first:
            first.ready()
            with opened(server) as second:
                assert second.closed()[0] == 1013
        with httpx.Client(base_url=server.url) as visitor:
            headers = {"Authorization": "Bearer good"}
            assert visitor.post("/graphql", json={"query": "{hello}"}, headers=headers).is_success
