"""A refusal under load costs next to nothing: counted in calls, which no busy machine changes."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from schema.lanes import INTAKE, Lanes
from schema.transport import GraphQLService, SchemaExecution, Settings
from schema.transport.http import graphql_endpoint
from schema.transport.trusted import Trust, TrustedDocuments, document_id

from .counting import Calls
from .world import SCHEMA, World

CALLS_MAX = 240
"""Of Python and C functions, from the request to its 503; serving it takes many thousands."""


def calls(query: str) -> int:
    """How many functions are called to refuse this document while the service is out of order."""
    world = World()
    service: GraphQLService[Any] = GraphQLService(
        SCHEMA,
        SchemaExecution(SCHEMA, root_value=world),
        world.authenticate,
        settings=Settings(out_of_order=lambda: True),
        lanes=Lanes(),
    )
    app, body = graphql_endpoint(service), json.dumps({"query": query}).encode()
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": [
            (b"host", b"127.0.0.1"),
            (b"content-type", b"application/json"),
            (b"accept", b"application/graphql-response+json"),
            (b"authorization", b"Bearer " + b"e" * 400),
            (b"content-length", str(len(body)).encode()),
        ],
    }
    counted = Calls()
    said: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        said.append(message)

    async def refused() -> None:
        await app(dict(scope), receive, send)
        said.clear()
        with counted:
            await app(dict(scope), receive, send)

    asyncio.run(refused())
    assert said[0]["status"] == 503
    assert dict(said[0]["headers"])[b"retry-after"] == b"1"
    return counted.many


def test_a_refusal_takes_few_calls_and_no_more_for_a_long_document() -> None:
    few = calls("{ hello }")
    assert few < CALLS_MAX
    assert calls("{ hello } #" + "submitReports " * 30_000) <= few + 5


@pytest.mark.parametrize("name", sorted(INTAKE))
def test_whoever_reports_is_known_by_the_words_of_the_document(name: str) -> None:
    lanes = Lanes()
    caller = lanes.caller({"authorization": "Bearer aaaa"})
    assert lanes.ticket(caller, f"mutation {{ {name} {{ id }} }}").priority
    assert not lanes.ticket(caller, "mutation { escortChild { id } }").priority


@pytest.mark.parametrize("name", sorted(INTAKE))
def test_whoever_reports_by_a_trusted_document_is_known_by_its_id(name: str) -> None:
    report, other = f"mutation {{ {name} {{ id }} }}", "mutation { escortChild { id } }"
    lanes = Lanes(TrustedDocuments(Trust.REQUIRE, {document_id(t): t for t in (report, other)}))
    caller = lanes.caller({"authorization": "Bearer aaaa"})
    asked = '{"documentId":"sha256:%s"}'
    assert lanes.ticket(caller, asked % document_id(report)).priority
    assert not lanes.ticket(caller, asked % document_id(other)).priority
