"""The bare subscribers of the fan-out read what servers send, however the network cuts it."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from bench.fanout.clients import Socket, Sse, Subscriber, _frame

CHANGE = b'{"data":{"workQueue":{"kind":"CHANGED","position":7}}}'


@pytest.fixture
def peer() -> Iterator[tuple[Subscriber, socket.socket]]:
    """A subscriber, and the server's end of its connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = Subscriber(server.getsockname()[1], b"", resumes=False)
        theirs, _ = server.accept()
        theirs.settimeout(60)
        with theirs, made.socket:
            yield made, theirs


def test_events_that_are_cut_are_put_together(peer: tuple[Subscriber, socket.socket]) -> None:
    one, _ = peer
    sent = b"event: next\ndata: " + CHANGE + b"\n\n"
    found = []
    for cut in range(0, 3 * len(sent), 11):
        found += Sse(0, "").messages(one, (sent * 3)[cut : cut + 11])
    assert found == [sent[:-2]] * 3
    assert one.rest == b""


@pytest.mark.parametrize("size", [1, 125, 126, 300, 65_536])
def test_frames_of_every_length_are_read_whole(
    peer: tuple[Subscriber, socket.socket], size: int
) -> None:
    one, _ = peer
    one.upgraded = True
    named = b"" if size < 126 else size.to_bytes(2 if size < 65_536 else 8, "big")
    head = bytes((0x81, size if size < 126 else 126 if size < 65_536 else 127)) + named
    sent, found = (head + b"x" * size) * 2, []
    for cut in range(0, len(sent), 50):
        found += Socket(0, "").messages(one, sent[cut : cut + 50])
    assert found == [b"x" * size] * 2


def test_a_ping_is_answered_and_is_no_message(peer: tuple[Subscriber, socket.socket]) -> None:
    one, theirs = peer
    one.upgraded = True
    assert Socket(0, "").messages(one, b"\x89\x02hi") == []
    assert theirs.recv(100) == _frame(0x8A, b"hi")
