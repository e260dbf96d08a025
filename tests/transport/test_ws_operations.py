"""graphql-transport-ws: operations and how they and the socket end."""

import json
import socket

import httpx
import pytest
from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed
from websockets.uri import parse_uri

from schema.transport import Settings
from tests.patience import PATIENT_S

from .speaker import INIT, TRANSPORT, complete_of, next_of, opened
from .world import SECRET, Running, running

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
    assert served.world.closed["twice"].wait(PATIENT_S)


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
        assert served.world.closed["enough"].wait(PATIENT_S)
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
        assert served.world.closed[f"many{number}"].wait(PATIENT_S)


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
    assert served.world.closed["left1"].wait(PATIENT_S)
    assert served.world.closed["left2"].wait(PATIENT_S)


def test_a_line_that_is_cut_closes_the_sources(served: Running) -> None:
    with opened(served) as speaker:
        speaker.ready().subscribe("1", 'subscription{forever(key:"line",size:10000)}')
        speaker.hear()
        speaker.connection.socket.shutdown(socket.SHUT_RDWR)
        assert served.world.closed["line"].wait(PATIENT_S)


def test_a_reader_that_does_not_read_is_cut_off(read: Running) -> None:
    """On a bare socket: a library's client reads ahead whether its user does or not."""
    protocol = ClientProtocol(parse_uri(read.socket), subprotocols=[TRANSPORT])
    query = 'subscription{forever(key:"sleeper",size:200000)}'
    with socket.create_connection(("127.0.0.1", read.port)) as connection:
        protocol.send_request(protocol.connect())
        connection.sendall(b"".join(protocol.data_to_send()))
        protocol.receive_data(connection.recv(4_096))
        for message in (INIT, {"id": "1", "type": "subscribe", "payload": {"query": query}}):
            protocol.send_text(json.dumps(message).encode())
        connection.sendall(b"".join(protocol.data_to_send()))
        assert read.world.closed["sleeper"].wait(
            PATIENT_S
        )  # while the connection is still open here


def test_rights_that_end_close_an_idle_socket_4403(served: Running) -> None:
    with opened(served) as speaker:
        speaker.ready().subscribe("1", 'subscription{forever(key:"gone")}')
        speaker.hear()
        served.world.callers[-1].allowed = False
        assert speaker.closed() == (4403, "Forbidden")
    assert served.world.closed["gone"].wait(PATIENT_S)


def test_no_delivery_and_no_query_after_the_rights_have_ended() -> None:
    with running(Settings(heartbeat=3600)) as server:
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


def test_rights_that_end_close_the_socket_whoever_notices_it(served: Running) -> None:
    with opened(served) as speaker:
        speaker.ready().subscribe("1", "subscription{ending}")
        assert speaker.hear() == next_of("1", {"ending": 1})
        with pytest.raises(ConnectionClosed) as closed:
            speaker.hear()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4403


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
        with httpx.Client(base_url=server.url, timeout=PATIENT_S) as visitor:
            headers = {"Authorization": "Bearer good"}
            assert visitor.post("/graphql", json={"query": "{hello}"}, headers=headers).is_success
