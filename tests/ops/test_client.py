"""The small client: what it does when a connection that was kept is closed under it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ops.client import Client

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 18\r\n\r\n{"data":{"a":"1"}}'


@contextmanager
def server(*answers: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Takes a connection for each answer, hears one request, tells the answer and closes without having said so."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for answer in answers:
                taken, _ = listener.accept()
                with taken:
                    heard.append(_request(taken))
                    taken.sendall(answer)

        thread = threading.Thread(target=serve, name="server that closes", daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", heard
        thread.join(30)
        assert not thread.is_alive()


def _request(taken: socket.socket) -> bytes:
    """One request, to the end of its body."""
    heard = b""
    while not heard.endswith(b"}"):
        heard += taken.recv(65536)
    return heard


def test_a_kept_connection_that_was_closed_is_made_anew() -> None:
    with server(ANSWER, ANSWER, ANSWER) as (url, heard):
        client = Client(url, "token")
        assert [client.ask("{a}", n=n) for n in range(3)] == [{"a": "1"}] * 3
        client.close()
    assert [b'"n": %d' % n in each for n, each in enumerate(heard)] == [True] * 3


def test_a_new_connection_that_is_closed_is_a_failure() -> None:
    with server(b"") as (url, heard):
        client = Client(url, "token")
        with pytest.raises(ConnectionError):
            client.ask("{a}")
    assert len(heard) == 1


def test_it_is_asked_anew_once_only() -> None:
    with server(ANSWER, b"") as (url, heard):
        client = Client(url, "token")
        client.ask("{a}")
        with pytest.raises(ConnectionError):
            client.ask("{a}")
    assert len(heard) == 2
