"""A small schema and a real server for the transport's tests: uvicorn on an ephemeral port."""

import asyncio
import queue
import socket
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

import strawberry
import uvicorn
from starlette.applications import Starlette

from ops.serve import bounded_lines
from ops.server import Straight
from schema.transport import (
    Code,
    CodedError,
    GraphQLService,
    SchemaExecution,
    Settings,
    bearer_token,
    graphiql_routes,
    graphql_routes,
)
from schema.transport.admission import Lanes
from schema.transport.door import door_of
from schema.transport.websocket import Connection

SECRET = "hidden-in-the-database"
ORIGIN = "https://console.example"
HEADERS = {"Authorization": "Bearer good"}
HELD_S = 120.0
"""What a test forgot to let go of ends by itself: a thread of the server's pool that waits for ever would keep the
server from ending."""
END_S = 180.0


@dataclass
class Caller:
    """Who signed in; `allowed` is switched by the tests to take the rights away."""

    name: str
    allowed: bool = True


class Events(defaultdict[str, threading.Event]):
    """An event for each key, the same one for every thread that asks. ``defaultdict`` alone may make two of a key that
    two threads ask for at once: who waits for the one would wait for ever."""

    def __init__(self) -> None:
        super().__init__(threading.Event)
        self._lock = threading.Lock()

    def __missing__(self, key: str) -> threading.Event:
        with self._lock:
            return self.setdefault(key, threading.Event())


@dataclass
class World:
    """What the tests and the server's thread share."""

    callers: list[Caller] = field(default_factory=list)
    closed: Events = field(default_factory=Events)
    executed: list[str] = field(default_factory=list)
    entered: queue.Queue[str] = field(default_factory=queue.Queue)
    rights_readable: bool = True

    async def authenticate(self, presented: Mapping[str, object]) -> Caller | None:
        token = bearer_token(presented)
        if token == "busy":
            raise CodedError(Code.UNAVAILABLE, headers={"Retry-After": "2"})
        if token == "barred":
            raise CodedError(Code.FORBIDDEN, en=SECRET)
        if token == "throttled":
            raise CodedError(Code.THROTTLED, headers={"Retry-After": "2"})
        if token == "expired":
            raise CodedError(Code.UNAUTHENTICATED, en=SECRET)
        if token == "fault":
            raise RuntimeError(SECRET)
        if token == "slow":
            loop = asyncio.get_running_loop()
            self.entered.put("sign-in")
            await loop.run_in_executor(None, self.closed["sign-in"].wait)
        elif token != "good":
            return None
        self.callers.append(Caller("good"))
        return self.callers[-1]

    async def still_allowed(self, caller: Caller) -> bool:
        if not self.rights_readable:
            raise RuntimeError(SECRET)
        return caller.allowed


Info = strawberry.Info


def world_of(info: Info) -> World:
    found = info.root_value
    assert isinstance(found, World)
    return found


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, info: Info, name: str = "child") -> str:
        world_of(info).executed.append(name)
        return f"hello {name}"

    @strawberry.field
    def number(self, whole: int = 0, broken: float = 0.0) -> float:
        return whole + broken

    @strawberry.field
    def who(self, info: Info) -> str:
        assert isinstance(info.context, Caller)
        return info.context.name

    @strawberry.field
    def again(self) -> "Query":
        return Query()

    @strawberry.field
    def faulty(self) -> str | None:
        raise RuntimeError(SECRET)

    @strawberry.field
    def faulty_required(self) -> str:
        raise RuntimeError(SECRET)

    @strawberry.field
    def conflict(self) -> str | None:
        raise CodedError(
            Code.CONFLICT,
            field="expectedVersion",
            clauses=["SH2020-1"],
            extra={"currentVersion": 7},
        )

    @strawberry.field
    async def slow(self) -> str:
        await asyncio.Event().wait()
        return "never"

    @strawberry.field
    async def held(self, info: Info, key: str) -> str:
        """Says that it runs, and answers once the test lets it."""
        world = world_of(info)
        world.entered.put(key)
        await asyncio.get_running_loop().run_in_executor(None, world.closed["held"].wait, HELD_S)
        return key

    @strawberry.field
    def unspeakable(self) -> str:
        return "\ud800"


@strawberry.type
class Mutation:
    @strawberry.mutation
    def rename(self, info: Info, name: str) -> str:
        world_of(info).executed.append(f"rename {name}")
        return name


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int = 3) -> AsyncIterator[int]:
        for number in range(to):
            yield number

    @strawberry.subscription
    async def forever(self, info: Info, key: str, size: int = 0) -> AsyncIterator[str]:
        """One item and then none (size 0), or items of `size` characters without end."""
        try:
            yield "first"
            while size:
                yield "x" * size
            await asyncio.Event().wait()
        finally:
            world_of(info).closed[key].set()

    @strawberry.subscription
    async def gated(self, info: Info, key: str) -> AsyncIterator[str]:
        """Each item waits until the test opens the gate."""
        loop = asyncio.get_running_loop()
        yield "before"
        await loop.run_in_executor(None, world_of(info).closed[key].wait, HELD_S)
        yield "after"

    @strawberry.subscription
    async def breaking(self) -> AsyncIterator[int]:
        yield 1
        raise RuntimeError(SECRET)

    @strawberry.subscription
    async def ending(self, info: Info) -> AsyncIterator[int]:
        """One item; then the source notices itself that the caller's rights are gone."""
        yield 1
        assert isinstance(info.context, Caller)
        info.context.allowed = False
        raise CodedError(Code.FORBIDDEN)

    @strawberry.subscription
    async def refusing(self, info: Info) -> AsyncIterator[int]:
        if isinstance(info.context, Caller):
            raise CodedError(Code.NOT_FOUND_OR_FORBIDDEN)
        yield 1


SCHEMA = strawberry.Schema(Query, Mutation, Subscription)._schema


@dataclass
class Running:
    """A server that answers at `url`, until the `with` block ends."""

    url: str
    port: int
    world: World
    service: GraphQLService[Caller]
    loops: list[asyncio.AbstractEventLoop]
    server: uvicorn.Server

    def stop(self) -> int:
        """Tells every connection that the server stops; how many there are."""

        async def told() -> int:
            open_now = list(self.server.server_state.connections)
            for connection in open_now:
                connection.shutdown()
            return len(open_now)

        return asyncio.run_coroutine_threadsafe(told(), self.loop).result(END_S)

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The server's event loop."""
        return self.loops[0]

    @property
    def graphql(self) -> str:
        return f"{self.url}/graphql"

    @property
    def socket(self) -> str:
        return f"ws://127.0.0.1:{self.port}/graphql"


@contextmanager
def running(
    settings: Settings,
    *,
    own_origin: bool = False,
    lanes: Lanes[Caller] | None = None,
    execution: Callable[[World], SchemaExecution[Caller]] | None = None,
) -> Iterator[Running]:
    """Serve the world; `own_origin` also allows pages of the server itself."""
    listener = socket.create_server(("127.0.0.1", 0))  # listening: no need to wait for the thread
    bounded_lines(listener)
    port = listener.getsockname()[1]
    if own_origin:
        settings = Settings(
            allowed_origins=frozenset({f"http://127.0.0.1:{port}"}),
            stranger_introspection=settings.stranger_introspection,
        )
    world = World()
    made = execution or (lambda world: SchemaExecution(SCHEMA, root_value=world))
    service = GraphQLService(
        SCHEMA,
        made(world),
        world.authenticate,
        still_allowed=world.still_allowed,
        settings=settings,
        lanes=lanes,
    )
    loops: list[asyncio.AbstractEventLoop] = []

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        loops.append(asyncio.get_running_loop())
        yield

    routes = [*graphql_routes(service), *graphiql_routes()]
    app = Straight(graphql_routes(service), routes=routes, lifespan=lifespan)
    config = uvicorn.Config(
        app,
        http=door_of(service),
        ws=Connection,
        log_config=None,
        timeout_graceful_shutdown=1,
        access_log=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield Running(f"http://127.0.0.1:{port}", port, world, service, loops, server)
    finally:
        server.should_exit = True
        thread.join(END_S)
        listener.close()
        assert not thread.is_alive(), "the server does not end"
