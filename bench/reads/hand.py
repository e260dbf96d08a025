"""The limit: SQL written by hand, its JSON sent as it comes, over the same pipelined driver and HTTP server.

It knows no signed-in person, no policy, no row rule and no journal. ``POST /graphql`` takes ``{"operation": "Q1",
"variables": {…}}``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.reads.operations import OPERATIONS
from projections.pipeline import Pipelines, Statement


def hand(dsn: str) -> Starlette:
    """The application over a role that row security does not bind."""
    pipelines = Pipelines(dsn, size=2, name="bench by hand")
    known = {o.name: (Statement(o.sql.encode()), o.parameters) for o in OPERATIONS}

    async def answer(request: Request) -> Response:
        asked = orjson.loads(await request.body())
        statement, names = known[asked["operation"]]
        given = [asked["variables"][name].encode() for name in names]
        (result,) = await pipelines.put([(statement, given)])
        data = result.get_value(0, 0) or b"null"
        return Response(b'{"data":' + data + b"}", media_type="application/json")

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await pipelines.open()
        yield
        await pipelines.close()

    return Starlette(routes=[Route("/graphql", answer, methods=["POST"])], lifespan=lifespan)
