"""The server: the ASGI application over a platform, and how a process runs it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from authz.signin import DemoIssuer, Signin
from ops.clock_worker import ClockWorker
from ops.platform import Platform
from schema.build import build, core
from schema.execution import Execution
from schema.signin import Door
from schema.transport import GraphQLService
from schema.transport import Settings as TransportSettings
from schema.transport.graphiql import graphiql_routes
from schema.transport.http import graphql_routes

AUDIENCE = "yidang"
COMMAND_THREADS = 32
"""How many commands are decided at once; they share flushes in the log (group commit)."""


def demo_issuer(platform: Platform, host: str) -> DemoIssuer:
    """The demo's issuer; refuses to exist off the loopback address."""
    return DemoIssuer(demo=True, host=host, audience=AUDIENCE, seed=platform.secrets.token_key)


def application(
    platform: Platform,
    *,
    demo: bool,
    host: str,
    origins: frozenset[str] = frozenset(),
    clocks: bool = True,
) -> Starlette:
    """The whole HTTP application. ``clocks``: whether this process also fires what is due."""
    schema = build()
    issuers = [demo_issuer(platform, host).issuer] if demo else []
    door = Door(platform.services, Signin(AUDIENCE, *issuers))
    service = GraphQLService(
        core(schema),
        Execution(core(schema), suggestions=demo),
        door.authenticate,
        still_allowed=door.still_allowed,
        settings=TransportSettings(allowed_origins=origins, demo=demo, stranger_introspection=demo),
    )
    worker = ClockWorker(platform) if clocks else None

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_default_executor(
            ThreadPoolExecutor(COMMAND_THREADS, thread_name_prefix="command")
        )
        await platform.pool.open()
        await platform.feed.start()
        if worker:
            worker.start()
        platform.runner.start()
        yield
        platform.runner.stop()
        if worker:
            worker.stop()
        await platform.feed.stop()
        await platform.pool.close()

    async def live(_request: Request) -> Response:
        return JSONResponse({"live": True})

    async def ready(_request: Request) -> Response:
        loop = asyncio.get_running_loop()
        try:
            parked = await loop.run_in_executor(None, platform.lookup.parked)
        except Exception:  # noqa: BLE001 - whatever is wrong, the answer is "not ready"
            return JSONResponse({"ready": False}, status_code=503)
        return JSONResponse({"ready": True, "parked": len(parked)})

    async def front(_request: Request) -> Response:
        return RedirectResponse("/graphiql")

    routes = [
        *graphql_routes(service),
        Route("/livez", live),
        Route("/readyz", ready),
    ]
    if demo:
        routes += [Route("/", front), *graphiql_routes()]
    return Starlette(routes=routes, lifespan=lifespan)
