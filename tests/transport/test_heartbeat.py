"""Who is still there: our own pings, dead peers, how many streams one caller may hold, a flood of sign-ins."""

from __future__ import annotations

import json
from contextlib import ExitStack

import httpx
import pytest

from schema.transport import Settings
from schema.transport.admission import OneLane, Places
from schema.transport.lane import Ticket
from tests.patience import PATIENT_S

from .speaker import ACK, PING, Speaker, next_of, opened
from .world import HEADERS, Caller, Running, running

FOREVER = 'subscription{forever(key:"%s")}'


class ByName(OneLane):
    """A caller is who signed in."""

    def ticket_of(self, context: object, text: str) -> Ticket:
        del text
        assert isinstance(context, Caller)
        return Ticket(caller=context.name, group="all")


def test_the_server_pings_and_a_peer_that_answers_stays() -> None:
    with running(Settings(heartbeat=0.05)) as server, opened(server) as speaker:
        speaker.ready()
        for _ in range(5):
            assert speaker.hear_all() == PING
            speaker.say({"type": "pong"})
        speaker.subscribe("1", "{hello}")
        assert speaker.hear() == next_of("1", {"hello": "hello child"})


def test_a_peer_that_is_silent_after_a_ping_is_dropped_with_what_it_follows() -> None:
    with running(Settings(heartbeat=0.05)) as server, opened(server) as speaker:
        speaker.ready().subscribe("1", FOREVER % "dead")
        assert speaker.hear() == next_of("1", {"forever": "first"})
        object.__setattr__(server.service.settings, "pong_within", 0.3)  # from now on it is silent
        assert speaker.closed() == (1013, "No answer to a ping")
        assert server.world.closed["dead"].wait(PATIENT_S), "its source is closed"


def test_whatever_a_peer_says_is_a_sign_of_life() -> None:
    with running(Settings(heartbeat=0.05)) as server, opened(server) as speaker:
        speaker.ready()
        pings = 0
        while pings < 3:
            speaker.say({"type": "ping"})
            pings += speaker.hear_all() == PING
        assert pings == 3, "a ping comes only after the one before was answered by something"


@pytest.mark.parametrize("kind", ["event streams", "sockets"])
def test_a_caller_holds_so_many_streams_and_others_go_on(kind: str) -> None:
    settings = Settings(places=Places(streams_per_caller=2))
    with (
        running(settings, lanes=ByName()) as server,
        httpx.Client(base_url=server.url, timeout=PATIENT_S) as client,
        ExitStack() as held,
    ):
        first = [held.enter_context(opened(server)).ready() for _ in range(2)]
        if kind == "sockets":
            with opened(server) as third:
                third.say({"type": "connection_init", "payload": HEADERS})
                assert third.closed() == (4429, "Too many connections")
        else:
            refused = _streamed(client)
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
            assert refused.json()["errors"][0]["extensions"]["code"] == "THROTTLED"
        assert client.post("/graphql", json={"query": "{hello}"}, headers=HEADERS).is_success
        first[0].connection.close()
        # the place is given back just after the socket is closed: soon, not at once
        assert any(_streamed(client).status_code == 200 for _ in range(1_000))


def _streamed(client: httpx.Client) -> httpx.Response:
    headers = {**HEADERS, "Accept": "text/event-stream"}
    return client.post("/graphql", json={"query": "subscription{count(to:0)}"}, headers=headers)


def test_a_flood_of_sign_ins_is_refused_early_and_requests_in_hand_go_on() -> None:
    places = Places(running=2, kept_for_priority=0, kept_for_ordinary=0, waiting=1, wait=0.2)
    with running(Settings(places=places)) as server, ExitStack() as held:
        slow = [held.enter_context(opened(server)) for _ in range(2)]
        for number, speaker in enumerate(slow):
            _init(speaker, "slow", f"caller {number}")
            assert server.world.entered.get(timeout=PATIENT_S) == "sign-in"
        for number in range(5):
            with opened(server) as late:
                _init(late, "good", f"late {number}")
                assert late.closed() == (1013, "Try again later")
        assert len(server.world.callers) == 0, "nobody was signed in for them"
        server.world.closed["sign-in"].set()
        assert [speaker.hear() for speaker in slow] == [ACK, ACK]
        _signs_in_again(server)


def _init(speaker: Speaker, token: str, name: str) -> None:
    payload = {"Authorization": f"Bearer {token}", "name": name}
    speaker.connection.send(json.dumps({"type": "connection_init", "payload": payload}))


def _signs_in_again(server: Running) -> None:
    with opened(server) as speaker:
        speaker.ready()
