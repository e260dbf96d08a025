"""A policy published while people are at work: the next request, and every open socket, follow it."""

from __future__ import annotations

import json
from time import monotonic

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from authz.current import publish
from authz.policy import SOURCE
from domain.kernel import COMMANDS
from tests.authz.test_current_policy import until
from tests.journeys.world import World

WAIT_S = 60.0
RELEASE = SOURCE.read_text(encoding="utf-8")
DIRECTOR = next(line for line in RELEASE.splitlines() if line.startswith("@role child_director "))


def heard_to_the_end(socket: ClientConnection) -> None:
    """Whatever comes, heartbeats above all."""
    until = monotonic() + WAIT_S
    while True:
        socket.recv(timeout=until - monotonic())


def test_a_purpose_taken_away_closes_open_sockets_and_the_next_request(world: World) -> None:
    assert DIRECTOR.endswith("| casework")
    without = RELEASE.replace(DIRECTOR, DIRECTOR.replace("| casework", "| oversight"))
    director = world.as_("fj_director")
    url = world.url.replace("http", "ws", 1) + "/graphql"
    with connect(url, subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
        hello = {
            "type": "connection_init",
            "payload": {"Authorization": f"Bearer {director.token()}"},
        }
        socket.send(json.dumps(hello))
        assert json.loads(socket.recv(timeout=WAIT_S))["type"] == "connection_ack"
        version = publish(world.platform.ways.admin_dsn, without, COMMANDS, origin="OPERATOR")
        with pytest.raises(ConnectionClosed) as closed:
            heard_to_the_end(socket)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4403
    assert world.platform.policy.gate().policy.version == version
    answer = director.post("{ viewer { role } }")
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    publish(world.platform.ways.admin_dsn, RELEASE, COMMANDS, origin="OPERATOR")
    until(lambda: "errors" not in director.post("{ viewer { role } }"))


def test_a_refused_policy_is_told_at_readyz_and_nothing_changes(world: World) -> None:
    ready = f"{world.url}/readyz"
    version = httpx.get(ready, timeout=WAIT_S).json()["policy"]["version"]
    world.sql(
        "insert into sec.policy (version, source, origin) values ('bad', '', 'OPERATOR') returning no"
    )
    until(lambda: bool(httpx.get(ready, timeout=WAIT_S).json()["policy"]["alarms"]))
    assert httpx.get(ready, timeout=WAIT_S).json()["policy"] == {
        "version": version,
        "alarms": ["refused bad"],
    }
    assert world.as_("fj_director").ask("{ viewer { role } }")
