"""Serving: one kind of process over uvicorn, with an end in good order, within seconds, on SIGTERM or Ctrl-C."""

from __future__ import annotations

import contextlib
import errno
import faulthandler
import gc
import os
import resource
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from time import sleep
from typing import Any, TypeVar

import psycopg
import uvicorn
from starlette.applications import Starlette

from ops.checkpointing import Checkpointer, anchor_in
from ops.clock_worker import ClockWorker
from ops.decider import Decider, collects
from ops.journal_index import JournalIndex
from ops.platform import Platform, Ways, compose, prepare
from ops.secrets_file import Secrets
from ops.server import Part, application, worker_application
from ops.settings import Refused, Settings
from ops.sign_in import trusted
from ops.turned_away import answer_of
from ops.turns import gives_way
from schema.transport.door import UNHEARD_MS, UNSENT_BYTES
from schema.transport.websocket import Connection

STOP_S = 11.0
"""A process that has not ended by then ends at once: whatever hangs, nothing acknowledged is lost. With the goodbye to
streams (``ops.server.DRAIN_S``) and the grace for requests this leaves a busy machine some seconds of its fifteen."""
LAST_S = 13
"""By then the kernel ends it (SIGALRM), whatever holds the interpreter."""
GRACE_S = 4
"""How long requests in hand may go on; none may take longer."""
ACCEPTED_AT_ONCE = 16
"""uvloop takes one connection of a listening socket in a turn of its loop, and under load a turn takes milliseconds:
callers would queue in the kernel for seconds, where nobody sees, refuses or prefers them."""
WAIT_S = 1.0
"""Between two tries to reach a database that is not there yet."""
Say = Callable[[str], None]
T = TypeVar("T")


class Kind(Enum):
    """The kinds of processes of one installation; any number of each may run."""

    WEB = "web"
    PROJECTIONS = "projections"
    CLOCKS = "clocks"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a process listens: an inherited listening socket, or an address. ``parent_fd`` closes with its parent."""

    host: str
    port: int
    listen_fd: int | None = None
    parent_fd: int | None = None

    def listener(self) -> socket.socket:
        """The listening socket. Raises ``Refused``."""
        if self.listen_fd is not None:
            return socket.socket(fileno=self.listen_fd)
        try:
            return socket.create_server((self.host, self.port), backlog=2048)
        except (OSError, OverflowError) as why:
            raise cannot_listen(self.host, self.port, why) from None


def cannot_listen(host: str, port: int, why: Exception) -> Refused:
    """Why nobody can listen there."""
    if isinstance(why, OSError) and why.errno == errno.EADDRINUSE:
        return Refused(f"端口被占用 · the port is taken: {port} (YIDANG_PORT)")
    reason = getattr(why, "strerror", None) or why
    return Refused(
        f"不能在此地址监听 · cannot listen at {host}:{port} (YIDANG_HOST, YIDANG_PORT): {reason}"
    )


class Server(uvicorn.Server):
    """uvicorn, which when told to stop lets streams say goodbye first, and lets us clean up after it."""

    def __init__(self, config: uvicorn.Config, app: Starlette) -> None:
        super().__init__(config)
        self._app = app

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """What was made for the start stays: the garbage collector need not look at it again and again."""
        await super().startup(sockets)
        collects()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """No new connections; subscribers are told to resume elsewhere; requests in hand are answered."""
        for server in self.servers:
            server.close()
        drain: Any = getattr(self._app.state, "drain", None)
        if drain is not None:
            await drain()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's, without raising the signal again at the end: the caller closes what it opened."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        ours = (signal.SIGINT, signal.SIGTERM)
        before = {each: signal.signal(each, self._told_to_stop) for each in ours}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    def _told_to_stop(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Begins to stop; within ``STOP_S`` the process is gone, and within ``LAST_S`` even if it no longer turns."""
        if not self.should_exit:
            self.should_exit = True
            signal.alarm(LAST_S)
            last = threading.Timer(STOP_S, os._exit, (1,))
            last.daemon = True
            last.start()


def serve(
    kind: Kind, settings: Settings, ways: Ways, secrets: Secrets, place: Place, say: Say
) -> int:
    """Makes the database ready, whichever process comes first, and runs until told to stop."""
    faulthandler.enable()  # a crash of native code says where; so does one of the child's
    gc.disable()  # until it serves: nothing of what is made for the start is garbage
    decider = begun(kind, lambda: composed_when_there(ways, secrets, lambda _: None))
    platform = composed_when_there(ways, secrets, say)
    try:
        run(application_of(kind, platform, settings, decider), place, say, kind.value)
    finally:
        platform.close()
    return 0


def run(app: Starlette, place: Place, say: Say, name: str) -> None:
    """Runs an application until the process is told to stop, or its parent is gone."""
    as_many_files_as_allowed()
    listener = bounded_lines(place.listener())
    host, port = listener.getsockname()[:2]
    config = uvicorn.Config(
        app,
        http=getattr(app.state, "door", "auto"),
        log_level="warning",
        access_log=False,
        server_header=False,
        ws=Connection,
        ws_max_size=1_000_000,
        ws_ping_interval=None,  # the protocol has pings of its own
        timeout_graceful_shutdown=GRACE_S,
    )
    server = Server(config, app)
    if place.parent_fd is not None:
        _end_with_parent(server, place.parent_fd)
    say(f"服务已启动 · {name} at http://{host}:{port}")
    server.run(sockets=copies(listener))


def bounded_lines(listener: socket.socket) -> socket.socket:
    """Its connections keep little that was not sent: else the kernel takes megabytes for each who does not read. And
    they end when nothing is acknowledged for so long (RFC 5482): a phone that lost its network says no goodbye, and
    the kernel alone would go on trying for a quarter of an hour."""
    bounds = {"TCP_NOTSENT_LOWAT": UNSENT_BYTES, "TCP_USER_TIMEOUT": UNHEARD_MS}
    for name, most in bounds.items():
        if hasattr(socket, name):  # not everywhere
            listener.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), most)
    return listener


def copies(listener: socket.socket) -> list[socket.socket]:
    """The listening socket and further names of it, each of which takes one connection a turn of the loop."""
    return [listener, *(listener.dup() for _ in range(ACCEPTED_AT_ONCE - 1))]


def as_many_files_as_allowed() -> None:
    """Each open stream and socket is a file; many machines allow 1,024 until a process asks for more."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed != most:
        with contextlib.suppress(ValueError, OSError):  # macOS allows less than it says
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def begun(kind: Kind, make: Callable[[], Platform]) -> Decider | None:
    """What a process does before it begins anything else. One that is put commands forks who decides them; all others
    let those go first who answer."""
    if kind in {Kind.WEB, Kind.ALL}:
        return Decider.beside(make)
    gives_way()
    return None


def application_of(
    kind: Kind, platform: Platform, settings: Settings, decider: Decider | None = None
) -> Starlette:
    """What a process of this kind runs."""
    checkpoints = Checkpointer(platform, anchor_in(settings.state))
    if kind is Kind.PROJECTIONS:
        index = JournalIndex(platform.ways.writer_dsn)
        return worker_application(platform, [platform.runner, index])
    if kind is Kind.CLOCKS:
        parts: list[Part] = [ClockWorker(platform), checkpoints]
        return worker_application(platform, parts)
    alone = kind is Kind.ALL
    return application(
        platform,
        demo=settings.demo,
        host=settings.host,
        origins=settings.allowed_origins,
        trust=trusted(settings),
        clocks=alone,
        projections=alone,
        beside=[checkpoints] if alone else [],
        decider=decider,
        reads=settings.reads,
        places=settings.places,
    )


def prepare_when_there(ways: Ways, secrets: Secrets, say: Say) -> None:
    """The database made ready as soon as there is one: processes may start before it."""

    def make_ready() -> None:
        try:
            psycopg.connect(ways.admin_dsn, connect_timeout=3).close()
        except psycopg.OperationalError:
            answer = answer_of(ways.admin_dsn)
            if answer is not None and answer.is_for_good:
                raise Refused(
                    "数据库拒绝 YIDANG_DATABASE_URL 所给的用户、口令或库名 · the database turns away the user, the "
                    f"password or the name of the database in YIDANG_DATABASE_URL: {answer.words} ({answer.state})"
                ) from None
            raise
        prepare(ways, secrets, say)

    _when_there(make_ready, say)


def composed_when_there(
    ways: Ways,
    secrets: Secrets,
    say: Say,
    make: Callable[[Ways, Secrets], Platform] = compose,
) -> Platform:
    """The platform over a database made ready, however often that goes away meanwhile."""

    def made() -> Platform:
        prepare_when_there(ways, secrets, say)
        return make(ways, secrets)

    return _when_there(made, say)


def _when_there(do: Callable[[], T], say: Say) -> T:
    waited = False
    while True:
        try:
            return do()
        except psycopg.OperationalError:
            if not waited:
                say("等待数据库 · waiting for the database")
            waited = True
            sleep(WAIT_S)


def _end_with_parent(server: Server, parent_fd: int) -> None:
    """Nobody writes to the pipe: it ends when the parent does, however it ended."""

    def watch() -> None:
        os.read(parent_fd, 1)
        server.end()

    threading.Thread(target=watch, name="parent", daemon=True).start()
