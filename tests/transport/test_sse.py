"""GraphQL over server-sent events, distinct connections mode."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic
from typing import Any

import httpx
import pytest

from schema.transport import Settings
from tests.patience import PATIENT_S

from .world import HEADERS, SECRET, Running, running

WAIT_S = PATIENT_S

Event = tuple[str, Any]


def stream(client: httpx.Client, query: str, accept: str = "text/event-stream") -> Any:
    headers = {**HEADERS, "Accept": accept}
    return client.stream("POST", "/graphql", json={"query": query}, headers=headers)


def events_of(answer: httpx.Response) -> Iterator[Event]:
    """The events as the HTML standard reads them; ("comment", None) for a comment."""
    name, data = "", ""
    until = monotonic() + WAIT_S
    for line in answer.iter_lines():  # heartbeats come as long as the stream is open
        assert monotonic() < until, "nothing came in time"
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data:"):
            data = line[5:].strip()
        elif line == ":":
            name = "comment"
        elif name:
            until = until if name == "comment" else monotonic() + WAIT_S
            yield name, json.loads(data) if data else None
            name, data = "", ""


def told(events: Iterator[Event]) -> list[Event]:
    return [event for event in events if event[0] != "comment"]


def test_a_subscription_is_streamed_to_its_end(client: httpx.Client) -> None:
    with stream(client, "subscription{count(to:3)}") as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-accel-buffering"] == "no"
        assert told(events_of(answer)) == [
            ("next", {"data": {"count": 0}}),
            ("next", {"data": {"count": 1}}),
            ("next", {"data": {"count": 2}}),
            ("complete", None),
        ]


@pytest.mark.parametrize(
    ("query", "data"),
    [("{hello}", {"hello": "hello child"}), ('mutation{rename(name:"a")}', {"rename": "a"})],
)
def test_queries_and_mutations_are_one_event(
    query: str, data: object, client: httpx.Client
) -> None:
    with stream(client, query) as answer:
        assert told(events_of(answer)) == [("next", {"data": data}), ("complete", None)]


@pytest.mark.parametrize(
    "accept", ["application/graphql-response+json, text/event-stream", "*/*", "text/*"]
)
def test_a_subscription_is_streamed_wherever_a_stream_is_acceptable(
    accept: str, client: httpx.Client
) -> None:
    with stream(client, "subscription{count(to:0)}", accept) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "BAD_USER_INPUT"),
        ("{helo}", "BAD_USER_INPUT"),
        ("{again" * 16 + "{hello}" + "}" * 16, "BAD_USER_INPUT"),
        ("query A{hello} query B{hello}", "BAD_USER_INPUT"),
        ("subscription($n:Int!){count(to:$n)}", "BAD_USER_INPUT"),
        ("subscription{refusing}", "NOT_FOUND_OR_FORBIDDEN"),
    ],
)
def test_a_refused_operation_is_told_inside_the_stream(
    query: str, code: str, client: httpx.Client
) -> None:
    with stream(client, query) as answer:
        assert answer.status_code == 200
        (name, payload), end = told(events_of(answer))
    assert (name, end) == ("next", ("complete", None))
    assert "data" not in payload
    assert payload["errors"][0]["extensions"]["code"] == code


def test_a_broken_source_is_masked_and_completes(client: httpx.Client) -> None:
    with stream(client, "subscription{breaking}") as answer:
        first, (name, payload), end = told(events_of(answer))
    assert first == ("next", {"data": {"breaking": 1}})
    assert (name, end) == ("next", ("complete", None))
    assert payload["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert SECRET not in json.dumps(payload)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer bad"}, 401),
        ({**HEADERS, "Content-Type": "text/plain"}, 415),
        ({**HEADERS, "Origin": "https://evil.example"}, 403),
    ],
)
def test_a_request_that_may_not_be_read_is_refused_by_status(
    headers: dict[str, str], status: int, client: httpx.Client
) -> None:
    headers = {"Accept": "text/event-stream", "Content-Type": "application/json", **headers}
    content = b'{"query":"subscription{count}"}'
    answer = client.post("/graphql", content=content, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/graphql-response+json")


def test_an_idle_stream_carries_comments(client: httpx.Client) -> None:
    with stream(client, 'subscription{forever(key:"idle")}') as answer:
        events = events_of(answer)
        seen = [next(events)[0] for _ in range(5)]
    assert seen.count("next") == 1
    assert seen.count("comment") == 4


def test_when_the_client_goes_the_source_is_closed(client: httpx.Client, served: Running) -> None:
    with stream(client, 'subscription{forever(key:"left")}') as answer:
        events = events_of(answer)  # held: an iterator that is dropped closes the response
        next(event for event in events if event[0] == "next")
        assert not served.world.closed["left"].is_set()
    assert served.world.closed["left"].wait(WAIT_S)


def test_a_client_that_cuts_the_line_closes_the_source_too(served: Running) -> None:
    body = b'{"query":"subscription{forever(key:\\"cut\\",size:100)}"}'
    head = (
        "POST /graphql HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\n"
        "Accept: text/event-stream\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        connection.sendall(head.encode() + body)
        connection.recv(100)
    assert served.world.closed["cut"].wait(WAIT_S)


def test_a_reader_that_does_not_read_is_cut_off(read: Running) -> None:
    body = b'{"query":"subscription{forever(key:\\"slow\\",size:100000)}"}'
    head = (
        "POST /graphql HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\n"
        "Accept: text/event-stream\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", read.port)) as connection:
        connection.sendall(head.encode() + body)
        assert read.world.closed["slow"].wait(WAIT_S)  # while the connection is still open here


def test_rights_that_end_end_an_idle_stream(client: httpx.Client, served: Running) -> None:
    with stream(client, 'subscription{forever(key:"revoked")}') as answer:
        events = events_of(answer)
        next(event for event in events if event[0] == "next")
        served.world.callers[-1].allowed = False
        (name, payload), end = told(events)
    assert (name, end) == ("next", ("complete", None))
    assert payload["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert served.world.closed["revoked"].wait(WAIT_S)


@contextmanager
def watching(settings: Settings, query: str) -> Iterator[tuple[Running, Iterator[Event]]]:
    """A server of its own and a stream of it, its first event heard."""
    with ExitStack() as held:
        server = held.enter_context(running(settings))
        visitor = held.enter_context(httpx.Client(base_url=server.url, timeout=WAIT_S))
        events = events_of(held.enter_context(stream(visitor, query)))
        next(event for event in events if event[0] == "next")
        yield server, events


def test_no_delivery_after_the_rights_have_ended() -> None:
    settings = Settings(heartbeat=3600)  # only the check before a delivery can stop this one
    with watching(settings, 'subscription{gated(key:"gate")}') as (server, events):
        server.world.callers[-1].allowed = False
        server.world.closed["gate"].set()
        rest = told(events)
    assert "after" not in json.dumps(rest)
    assert rest[0][1]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_rights_that_end_are_told_as_that_whoever_notices_it(client: httpx.Client) -> None:
    with stream(client, "subscription{ending}") as answer:
        first, last, end = (e for e in events_of(answer) if e[0] != "comment")
    assert first == ("next", {"data": {"ending": 1}})
    assert last[1]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert end == ("complete", None)


def test_rights_that_cannot_be_read_end_the_stream_masked() -> None:
    query = 'subscription{forever(key:"unreadable")}'
    with watching(Settings(heartbeat=0.1), query) as (server, events):
        server.world.rights_readable = False
        (_, payload), end = told(events)
    assert end == ("complete", None)
    assert payload["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert SECRET not in json.dumps(payload)


def test_streams_are_counted_and_given_back() -> None:
    settings = Settings(max_streams=1)
    with running(settings) as server, httpx.Client(base_url=server.url, timeout=WAIT_S) as visitor:
        with stream(visitor, 'subscription{forever(key:"one")}') as first:
            events = events_of(first)
            next(event for event in events if event[0] == "next")
            with stream(visitor, "subscription{count}") as second:
                assert (second.status_code, second.headers["retry-after"]) == (429, "5")
                assert json.loads(second.read())["errors"][0]["extensions"]["code"] == "THROTTLED"
        assert server.world.closed["one"].wait(WAIT_S)
        headers = {**HEADERS, "Accept": "text/event-stream"}
        body = {"query": "subscription{count(to:0)}"}
        # the place is given back just after the source is closed: soon, not at once
        tries = (visitor.post("/graphql", json=body, headers=headers) for _ in range(1_000))
        assert 200 in (answer.status_code for answer in tries)
