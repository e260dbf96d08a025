"""Planted defects: what a build makes that does not know better. Each must be caught, or the judge judges nothing.

They live in the processes that the tests start, never in the platform.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import psycopg
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.case.reports import ReportSubmitted
from eventlog.casebook import Casebook, Done, Request
from eventlog.entries import CommandEntry, Write
from eventlog.recorded import Recorded
from eventlog.store import EventStore, Inline
from ops import serve
from ops.clock_worker import ClockWorker
from ops.platform import Platform
from ops.server import Straight
from projections import runner
from projections.inline import Inline as Telling
from projections.kernel import Projection
from projections.sending import Sender
from schema.queue_changes import LAST, cursor_of
from schema.transport.http import ADMITTED

EARLY_S = 600.0
"""How long before the commit the eager build acknowledges: it is killed long before."""


def _nothing(*_: object) -> None:
    """No change at this point."""


@dataclass(frozen=True)
class Plant:
    """Done to the platform before the application is made, and to the application after."""

    before: Callable[[Platform], None] = _nothing
    after: Callable[[Starlette, Platform], None] = _nothing


class EagerStore(EventStore):
    """Acknowledges first and writes a little later."""

    def append(
        self, new: Sequence[Recorded], *, command: CommandEntry, inline: Inline
    ) -> list[int]:
        """Positions as they will probably be."""
        head = self.recorder.max_notification_id() or 0

        def later() -> None:
            with suppress(Exception):
                EventStore.append(self, new, command=command, inline=inline)

        writing = threading.Timer(EARLY_S, later)
        writing.daemon = True
        writing.start()
        return list(range(head + 1, head + 1 + len(new)))


class ForgetfulCasebook(Casebook):
    """Knows no command ids: each request is a new one."""

    def perform(self, request: Request) -> Done:
        """As if the id had not been given."""
        return super().perform(replace(request, command_id=uuid4()))


class LiveOnly:
    """Subscriptions begin now, wherever the client left off."""

    def __init__(self, app: ASGIApp, dsn: str) -> None:
        self._app, self._dsn = app, dsn

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Rewrites the position of ``resume`` to the head of the log, in the body wherever it is."""

        async def changed() -> Any:
            message = await receive()
            if message["type"] != "http.request":
                return message
            return {**message, "body": self._live(message.get("body", b""))}

        admitted = scope.get(ADMITTED)
        if admitted is not None:
            scope[ADMITTED] = replace(admitted, body=self._live(admitted.body))
        await self._app(scope, changed, send)

    def _live(self, body: bytes) -> bytes:
        if b'"resume"' not in body:
            return body
        asked = json.loads(body)
        if (cursor := asked["variables"].get("resume")) is not None:
            _position, _task, rights = cursor.split(".")
            asked["variables"]["resume"] = cursor_of(self._head(), LAST, rights)
        return json.dumps(asked).encode()

    def _head(self) -> int:
        with psycopg.connect(self._dsn) as conn:
            row = conn.execute("select coalesce(max(notification_id), 0) from es.event").fetchone()
        assert row is not None
        return int(row[0])


class MemoryClocks(ClockWorker):
    """Remembers only the timers set while it runs."""

    def start(self) -> None:
        """Forgets what was set before."""
        with psycopg.connect(self._platform.ways.writer_dsn) as conn:
            conn.execute(
                "insert into es.clock_rung select clock_id, fires_at, act, 'no event followed', now() "
                "from clock on conflict do nothing"
            )
        super().start()


def tell_or_stop(sender: Sender, inline: Telling, events: Sequence[Recorded]) -> None:
    """Nothing is set aside."""
    for recorded in events:
        for projection in inline.projections:
            sender.send(list(projection.writes(recorded)))


def plant_poison(platform: Platform) -> None:
    """A later projection that cannot tell the reports of every third case."""
    poisoned = Projection("poisoned", zh="毒", en="Poisoned", inline=False)

    @poisoned.on(ReportSubmitted)
    def told(r: Recorded, _event: ReportSubmitted) -> Iterator[Write]:
        if r.stream_id.int % 3 == 0:
            raise ValueError("poison")
        yield from ()

    platform.runner._projections = (*platform.runner._projections, poisoned)


def _acknowledge_early(platform: Platform) -> None:
    platform.store.__class__ = EagerStore


def _forget_ids(platform: Platform) -> None:
    platform.casebook.__class__ = ForgetfulCasebook


def _remember_in_memory(_platform: Platform) -> None:
    serve.__dict__["ClockWorker"] = MemoryClocks


def _stop_at_poison(_platform: Platform) -> None:
    runner.tell = tell_or_stop


def _live_only(app: Starlette, platform: Platform) -> None:
    if isinstance(app, Straight):  # the web process
        for way, endpoint in app.straight.items():
            app.straight[way] = LiveOnly(endpoint, platform.ways.writer_dsn)


PLANTS = {
    "acknowledges before the commit": Plant(before=_acknowledge_early),
    "knows no command id": Plant(before=_forget_ids),
    "subscriptions are live only": Plant(after=_live_only),
    "timers are kept in memory": Plant(before=_remember_in_memory),
    "poison stops the projector": Plant(before=_stop_at_poison),
}
