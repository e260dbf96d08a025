"""演示个案 · Scenario 1 played through the HTTP API of a running server, actor by actor, each with their own token.

A nine-year-old girl has lived alone for two weeks and her parents cannot be reached. Time is compressed: everything is
recorded as happening now, on a new child each time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from socket import socket

import uvicorn

from authz.signin import DemoIssuer
from domain.periods import local_date
from ops import demo_world
from ops.client import ApiError, is_live
from ops.demo_stage import Stage, Unexpected
from ops.demo_story import Story
from ops.platform import Ways, compose, prepare
from ops.secrets_file import Secrets
from ops.server import AUDIENCE, application
from ops.settings import Settings
from schema.transport.websocket import Connection

START_S = 30.0
"""How long a server started for the play may take to answer."""
MISFORTUNES = (Unexpected, ApiError, LookupError, OSError)


def play(settings: Settings, ways: Ways, secrets: Secrets, say: Callable[[str], None]) -> int:
    """Plays it against the server at ``settings.url``, or one started for the play. 0: all as expected."""
    if not settings.demo:
        say("仅演示模式可用 · in demo mode only (YIDANG_MODE=demo)")
        return 2
    issuer = DemoIssuer(demo=True, host=settings.host, audience=AUDIENCE, seed=secrets.token_key)
    now = datetime.now(UTC)  # noqa: TID251 - a play is in the present
    with ExitStack() as stack:
        if is_live(settings.url):
            say(f"服务 · server {settings.url}")
        else:
            say(f"临时启动服务 · starting a server for the play at {settings.url}")
            stack.enter_context(_serving(settings, ways, secrets, say))
        stage = Stage(
            settings.url,
            lambda who: issuer.mint(who.id, who.assignment_id, who.purpose, now),
            say,
        )
        stack.callback(stage.close)
        try:
            Story(stage, now, local_date(now)).tell()
        except MISFORTUNES as fault:
            say(f"\n✗ 与预期不符 · not as expected: {fault}")
            return 1
    return 0


@contextmanager
def _serving(
    settings: Settings, ways: Ways, secrets: Secrets, say: Callable[[str], None]
) -> Iterator[None]:
    """A server of our own on the settings' port, until the play is over."""
    prepare(ways, secrets, say)
    platform = compose(ways, secrets)
    demo_world.found(platform.casebook)
    started = threading.Event()

    class Server(uvicorn.Server):
        """Says when it listens."""

        async def startup(self, sockets: list[socket] | None = None) -> None:
            await super().startup(sockets)
            started.set()

    config = uvicorn.Config(
        application(platform, demo=True, host=settings.host),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        ws=Connection,
        timeout_graceful_shutdown=5,
    )
    server = Server(config)
    thread = threading.Thread(target=server.run, name="server of the play", daemon=True)
    thread.start()
    try:
        if not started.wait(START_S):
            raise Unexpected("the server did not start")
        yield
    finally:
        server.should_exit = True
        thread.join(START_S)
        platform.close()
