"""A WebSocket client that says and hears single messages."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.patience import PATIENT_S

from .world import Running

WAIT_S = PATIENT_S

INIT = {"type": "connection_init", "payload": {"Authorization": "Bearer good"}}
ACK = {"type": "connection_ack"}
PING = {"type": "ping"}
TRANSPORT = Subprotocol("graphql-transport-ws")


class Speaker:
    """A client that says and hears single messages."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def say(self, message: object) -> None:
        self.connection.send(json.dumps(message))

    def hear(self) -> Any:
        """The next message that is no heartbeat; a heartbeat is answered, as every client does."""
        while (message := self.hear_all()) == PING:
            self.say({"type": "pong"})
        return message

    def hear_all(self) -> Any:
        """The next message, whatever it is."""
        return json.loads(self.connection.recv(timeout=WAIT_S))

    def closed(self) -> tuple[int, str]:
        """The close code and reason, after whatever else still comes."""
        with pytest.raises(ConnectionClosed) as closed:
            self._hear_on()
        frame = closed.value.rcvd
        assert frame is not None, "the socket was dropped without a close frame"
        return frame.code, frame.reason

    def _hear_on(self) -> None:
        until = monotonic() + WAIT_S
        while True:  # heartbeats come as long as the socket is open
            self.connection.recv(timeout=until - monotonic())

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
