"""Subscriptions as a client reads them: one work queue over server-sent events or graphql-transport-ws."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any, Self

import httpx
from websockets.sync.client import connect
from websockets.typing import Subprotocol

WAIT_S = 60.0
"""How long a reader waits for something that must come."""
QUEUE = """subscription ($unit: UUID!, $queue: String, $resume: String, $where: WorkItemFilter) {
  workQueue(unit: $unit, queue: $queue, resume: $resume, where: $where) {
    kind position cursor taskId
    item { taskId queue status dueAt namedPersonId ownerUnitId caseId childId clauses duty { id quoteZh } }
  }
}"""

Change = dict[str, Any]


@dataclass
class Live:
    """An open subscription. Each change comes once, in order; waiting for one that does not come is an error."""

    results: Iterator[dict[str, Any]]

    def next(self) -> Change:
        """The next change; ``AssertionError`` if the stream tells an error or ends."""
        answer = next(self.results, None)
        assert answer is not None, "the stream has ended"
        assert not answer.get("errors"), answer
        change: Change = answer["data"]["workQueue"]
        return change

    def caught_up(self) -> list[Change]:
        """The snapshot, up to the word that it is complete (that word included)."""
        return self.until(lambda change: change["kind"] == "CAUGHT_UP")

    def until(self, wanted: Callable[[Change], bool]) -> list[Change]:
        """Changes up to and including the first that is ``wanted``."""
        seen: list[Change] = []
        while not seen or not wanted(seen[-1]):
            seen.append(self.next())
        return seen

    def ended(self) -> dict[str, Any] | None:
        """The error that ends the stream, or None if it just ends."""
        for answer in self.results:
            if answer.get("errors"):
                first: dict[str, Any] = answer["errors"][0]
                return first
        return None

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Change:
        return self.next()


@contextmanager
def over_sse(client: httpx.Client, variables: dict[str, Any], query: str = QUEUE) -> Iterator[Live]:
    """The subscription as an event stream (GraphQL over SSE, distinct connections mode)."""
    body = {"query": query, "variables": variables}
    headers = {"Accept": "text/event-stream"}
    with client.stream("POST", "/graphql", json=body, headers=headers) as answer:
        assert answer.status_code == 200, answer.status_code
        yield Live(_events(answer))


def _events(answer: httpx.Response) -> Iterator[dict[str, Any]]:
    name, until = "", monotonic() + WAIT_S
    for line in answer.iter_lines():
        assert monotonic() < until, "nothing came in time"
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data:") and name == "next":
            yield json.loads(line.removeprefix("data:"))
            until = monotonic() + WAIT_S
        elif name == "complete":
            return


@contextmanager
def over_ws(url: str, token: str, variables: dict[str, Any]) -> Iterator[Live]:
    """The subscription over a WebSocket, sub-protocol graphql-transport-ws."""
    protocol = Subprotocol("graphql-transport-ws")
    with connect(url, subprotocols=[protocol]) as socket:
        hello = {"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}
        socket.send(json.dumps(hello))
        assert json.loads(socket.recv(timeout=WAIT_S))["type"] == "connection_ack"
        payload = {"query": QUEUE, "variables": variables}
        socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))

        def results() -> Iterator[dict[str, Any]]:
            until = monotonic() + WAIT_S
            while True:  # heartbeats come as long as the socket is open
                message = json.loads(socket.recv(timeout=until - monotonic()))
                match message["type"]:
                    case "next":
                        yield message["payload"]
                        until = monotonic() + WAIT_S
                    case "error":
                        yield {"errors": message["payload"]}
                        return
                    case "ping":
                        socket.send(json.dumps({"type": "pong"}))
                    case other:
                        assert other in {"complete", "pong"}, message
                        if other == "complete":
                            return

        yield Live(results())
