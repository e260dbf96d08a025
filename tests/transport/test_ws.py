"""graphql-transport-ws: the handshake, signing in, and what is not a message."""

from time import monotonic
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from .speaker import ACK, INIT, TRANSPORT, WAIT_S, Speaker, opened
from .world import ORIGIN, SECRET, Running

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
        {"type": "connection_init", "payload": {"token": "barred"}},
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


def test_no_init_in_time_is_closed_4408(hasty: Running) -> None:
    with opened(hasty) as speaker:
        assert speaker.closed() == (4408, "Connection initialisation timeout")


def test_pings_do_not_prolong_the_wait_for_init(hasty: Running) -> None:
    with opened(hasty) as speaker, pytest.raises(ConnectionClosed) as closed:
        pinged_on(speaker)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4408


def pinged_on(speaker: Speaker) -> None:
    """As long as it is open; were it for that, it would be for ever."""
    ends = monotonic() + WAIT_S
    while monotonic() < ends:
        speaker.say({"type": "ping"})
        assert speaker.hear() == {"type": "pong"}


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


@pytest.mark.parametrize(("token", "code"), [("busy", 1013), ("throttled", 1013), ("fault", 4500)])
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
