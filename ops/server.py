"""The server: the ASGI applications over a platform, one for each kind of process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Protocol

from graphql import GraphQLSchema
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

from authz.issuer import Issuer
from authz.signin import DemoIssuer, Signin
from ops.clock_worker import ClockWorker
from ops.decider import Decider
from ops.health import Health
from ops.journal_index import JournalIndex
from ops.metrics import MEDIA_TYPE, Figure, exposed, of_the_installation, of_the_process
from ops.platform import Platform
from ops.settings import Reads
from projections.journal import Seal
from projections.notes import Notes
from projections.pipeline import Pipelines
from projections.posts import Posts
from projections.registry import LATER
from schema.audience import Audiences
from schema.build import build, core
from schema.context import RequestContext, Services, wall_clock
from schema.execution import Execution
from schema.faults import coded
from schema.lanes import Lanes
from schema.plan.plans import Plans
from schema.signin import Door, same_rights
from schema.transport import GraphQLService
from schema.transport import Settings as TransportSettings
from schema.transport.admission import Places
from schema.transport.door import door_of
from schema.transport.graphiql import graphiql_routes
from schema.transport.http import graphql_routes

AUDIENCE = "yidang"
THREADS = 32
"""What blocks and is no command; and commands, in a process that decides them itself."""
HEARTBEAT_S = 5.0
DRAIN_S = 3.0
"""How long open streams and sockets have to say goodbye when the server stops."""


@dataclass(frozen=True)
class Trust:
    """Whose tokens count, and as whom they must address us."""

    audience: str = AUDIENCE
    issuers: tuple[Issuer, ...] = ()


class Straight(Starlette):
    """An application whose GraphQL endpoint is reached past its middleware: the endpoint answers every error itself,
    and an open stream keeps, and sends through, each layer that it came in by. What is not there is nowhere else: a
    redirection would be to whatever the request calls its host."""

    def __init__(self, graphql: Sequence[Route | WebSocketRoute], **options: Any) -> None:
        super().__init__(**options)
        self.router.redirect_slashes = False
        self.straight: dict[tuple[str, str], ASGIApp] = {
            ("websocket" if isinstance(route, WebSocketRoute) else "http", route.path): route.app
            for route in graphql
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What is asked of the endpoint, to the endpoint; the rest as any application."""
        straight = self.straight.get((scope["type"], scope.get("path", "")))
        await (straight or super().__call__)(scope, receive, send)


class Part(Protocol):
    """Something that runs beside the requests, in a thread of its own."""

    def start(self) -> None:
        """Begins."""

    def stop(self) -> None:
        """Ends."""


def demo_issuer(platform: Platform, host: str, audience: str = AUDIENCE) -> DemoIssuer:
    """The demo's issuer; refuses to exist off the loopback address."""
    return DemoIssuer(demo=True, host=host, audience=audience, seed=platform.secrets.token_key)


def application(  # noqa: PLR0913 - what one process runs
    platform: Platform,
    *,
    demo: bool,
    host: str,
    origins: frozenset[str] = frozenset(),
    trust: Trust | None = None,
    clocks: bool = True,
    projections: bool = True,
    beside: Sequence[Part] = (),
    decider: Decider | None = None,
    reads: Reads | None = None,
    places: Places | None = None,
    heartbeat: float = HEARTBEAT_S,
) -> Starlette:
    """The API. ``trust``: whose tokens count beside the demo's own.

    ``clocks``, ``projections``: whether this process also fires what is due and tells later read models;
    ``beside``: what else it runs; ``decider``: who decides commands, if not threads of this process;
    ``reads``: by which way queries are answered;
    ``places``: how many requests run and wait at once; ``heartbeat``: seconds between two looks at an idle stream's
    rights, should no word of them come.
    """
    schema = build()
    audiences = Audiences(core(schema), platform.policy.gate)
    reads = reads or Reads()
    plans = plans_of(platform, core(schema), reads)
    trust = trust or Trust()
    own = [demo_issuer(platform, host, trust.audience).issuer] if demo else []
    posts = Posts(platform.ways.writer_dsn)
    decides = None if decider is None else decider.decide
    services = replace(platform.services, decides=decides, posts=posts)
    door = Door(services, Signin(trust.audience, *trust.issuers, *own), posts)
    platform.policy.heed = door.rights.heard
    health = health_of(platform)
    service = GraphQLService(
        core(schema),
        Execution(core(schema), suggestions=demo, plans=plans, audiences=audiences),
        door.authenticate,
        still_allowed=door.still_allowed,
        watching=door.rights.watching,
        settings=TransportSettings(
            allowed_origins=origins,
            demo=demo,
            trusted=reads.trusted,
            stranger_introspection=demo,
            places=places or Places(),
            heartbeat=heartbeat,
            translate=coded,
            out_of_order=lambda: not health.database_answers,
        ),
        lanes=Lanes(reads.trusted),
        schema_of=audiences.schema,
        same_rights=same_rights,
    )
    parts: list[Part] = [health, platform.elsewhere, platform.policy, *beside]
    parts += [ClockWorker(platform)] if clocks else []
    parts += [platform.runner, JournalIndex(platform.ways.writer_dsn)] if projections else []

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_default_executor(
            ThreadPoolExecutor(THREADS, thread_name_prefix="blocking")
        )
        app.state.drain = lambda: service.drain(DRAIN_S)
        async with ways_in(platform, services, decider, posts, plans):
            start(parts)
            yield
            await stop(parts)

    def served() -> Iterator[Figure]:
        return of_the_process(service.admission, services, plans)

    return reached(
        service, health_routes(health, platform, decider, served), lifespan=lifespan, demo=demo
    )


def reached(
    service: GraphQLService[RequestContext],
    health: Sequence[Route],
    *,
    lifespan: Lifespan[Starlette],
    demo: bool,
) -> Starlette:
    """Where everything is: the endpoint, how the process is, and with the demo its pages."""

    async def front(_request: Request) -> Response:
        return RedirectResponse("/graphiql")

    routes: list[BaseRoute] = [*graphql_routes(service), *health]
    if demo:
        routes += [Route("/", front), *graphiql_routes()]
    made = Straight(graphql_routes(service), routes=routes, lifespan=lifespan)
    made.state.door = door_of(service)
    return made


@asynccontextmanager
async def ways_in(
    platform: Platform,
    services: Services,
    decider: Decider | None,
    posts: Posts,
    plans: Plans | None,
) -> AsyncIterator[None]:
    """What the loop reaches the database by, and the decider, open."""
    if decider is not None:
        await decider.open(services)
    await platform.pool.open()
    await platform.feed.start()
    await posts.open()
    if plans is not None:
        await plans.open()
    yield
    if decider is not None:
        await decider.close()
    if plans is not None:
        await plans.close()
    await posts.close()
    await platform.feed.stop()
    await platform.pool.close(timeout=1.0)


def plans_of(platform: Platform, schema: GraphQLSchema, reads: Reads) -> Plans | None:
    """The compiled plans over connections of their own."""
    if not reads.planned:
        return None
    dsn = platform.ways.reader_dsn
    pipelines = Pipelines(dsn, size=reads.connections, name="yidang plans")
    notes = Notes(dsn, Seal(platform.secrets.scope_key, wall_clock)) if reads.journaled else None
    return Plans(schema, pipelines, notes, shared=reads.shared)


def worker_application(platform: Platform, parts: Sequence[Part]) -> Starlette:
    """A process that answers nobody: its parts, and how it is."""
    health = health_of(platform)
    running: list[Part] = [health, platform.elsewhere, platform.policy, *parts]

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        start(running)
        yield
        await stop(running)

    return Starlette(routes=health_routes(health, platform), lifespan=lifespan)


def health_of(platform: Platform) -> Health:
    """What looks after this platform."""
    return Health(platform.ways.writer_dsn, [p.name for p in LATER], platform.casebook.now)


def health_routes(
    health: Health,
    platform: Platform,
    decider: Decider | None = None,
    served: Callable[[], Iterable[Figure]] = tuple,
) -> list[Route]:
    """``/livez``: the process turns. ``/readyz``: it can serve, or why not; where it decides commands, if it does,
    and whether a child that is lost is followed by another. ``/metrics``: the same in figures, and whom it ``served``.
    All answer at once in any fault."""

    async def live(_request: Request) -> Response:
        return JSONResponse({"live": True})

    async def ready(_request: Request) -> Response:
        is_ready, told = health.told()
        told["policy"] = platform.policy.told()
        if decider is not None:
            told["decides"] = "child" if decider.is_there else "threads"
            told["deciderReplaceable"] = decider.would_be_followed
        return JSONResponse(told, status_code=200 if is_ready else 503)

    async def metrics(_request: Request) -> Response:
        is_ready, told = health.told()
        figures = [*of_the_installation(ready=is_ready, told=told), *served()]
        return Response(exposed(figures), media_type=MEDIA_TYPE)

    return [Route("/livez", live), Route("/readyz", ready), Route("/metrics", metrics)]


def start(parts: Sequence[Part]) -> None:
    """Starts them in order."""
    for part in parts:
        part.start()


async def stop(parts: Sequence[Part]) -> None:
    """Stops them side by side: the slowest sets the time, not the sum."""
    with ThreadPoolExecutor(max(1, len(parts)), thread_name_prefix="stop") as pool:
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(pool, part.stop) for part in parts))
