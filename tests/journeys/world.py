"""The journeys' world: a database of its own, the whole platform on a real socket, demo people, and a clock to set."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

import httpx
import psycopg
import uvicorn
from graphql import GraphQLSchema

from authz.signin import DemoIssuer
from eventlog.recorded import Recorded
from ops.clock_worker import fire_due
from ops.demo_world import BY_KEY, UNIT_BY_KEY, DemoPerson, division
from ops.platform import Platform, Ways, compose
from ops.secrets_file import Secrets
from ops.server import HEARTBEAT_S, Trust, application, demo_issuer
from projections.registry import LATER
from schema.transport.websocket import Connection
from tests.database import READER_PASSWORD, WRITER_PASSWORD, Database
from tests.journeys.narrowed import schemas
from tests.journeys.person import Person
from tests.journeys.wire import local

HOST = "127.0.0.1"
WAIT_S = 60.0
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""A client's own would read all certificates of the machine, and nobody here speaks TLS."""
SECRETS = Secrets(
    master_key=b"master-key-of-the-journeys-32-by",
    scope_key=b"scope-key-of-the-journeys-32-byt",
    token_key=b"token-key-of-the-journeys-32-byt",
    writer_password=WRITER_PASSWORD,
    reader_password=READER_PASSWORD,
)
BEHIND = (
    "select exists (select from unnest(%s::text[]) as named (projection) "
    "left join read.bookmark using (projection) where coalesce(position, 0) < %s)"
)


@dataclass
class Clock:
    """The platform's clock: it stands still until it is set."""

    now: datetime

    def __call__(self) -> datetime:
        """The present."""
        return self.now

    def set(self, text: str) -> None:
        """To ``"2025-03-03 08:40"`` in Asia/Shanghai."""
        self.now = local(text)

    def forward(self, **span: float) -> None:
        """On by ``minutes=…``, ``days=…``."""
        self.now += timedelta(**span)


@dataclass
class World:
    """One platform with its people. ``as_`` is how everything is done; the rest looks on from outside."""

    platform: Platform
    clock: Clock
    url: str
    issuer: DemoIssuer
    people: dict[str, Person] = field(default_factory=dict)

    @cached_property
    def schema_of(self) -> Callable[[str], GraphQLSchema]:
        """What exists for a role."""
        return schemas(self.platform.policy.gate)

    def as_(self, key: str, purpose: str | None = None) -> Person:
        """A demo person (``ops.demo_world``) at the API, with a token of the clock's now, for another ``purpose``."""
        return self.person(BY_KEY[key], purpose)

    def person(self, who: DemoPerson, purpose: str | None = None) -> Person:
        """Somebody at the API who is perhaps not of the demo: appointed by the story itself."""
        key = who.key if purpose is None else f"{who.key} for {purpose}"
        if key not in self.people:
            self.people[key] = Person(
                who=who,
                client=httpx.Client(base_url=self.url, timeout=WAIT_S, verify=NO_CERTIFICATES),
                token=lambda: self.token(who, purpose),
                unit_id=self.unit,
                version_in_log=self.version,
                url=self.url,
                log_head=self.head,
                schema_of=self.schema_of,
            )
        return self.people[key]

    def token(self, who: DemoPerson, purpose: str | None = None) -> str:
        """A token minted now."""
        aim = purpose or who.purpose
        return self.issuer.mint(who.id, who.assignment_id, aim, self.clock.now)

    def unit(self, key: str) -> UUID:
        """A demo unit's id."""
        return UNIT_BY_KEY[key].id

    def place(self, path: str) -> str:
        """A division's id, by its names from the province down."""
        return division(path)

    def tick(self, to: str | None = None) -> object:
        """Sets the clock and fires what is due by then."""
        if to is not None:
            self.clock.set(to)
        return fire_due(self.platform, self.clock.now)

    # ── From outside: what the log and the journal say

    def log(self, stream_id: UUID | str | None = None) -> list[Recorded]:
        """The recorded events in order: all, or those of one stream."""
        found: list[Recorded] = []
        while page := self.platform.store.read_on(found[-1].position if found else 0, 500):
            found += page
        return [r for r in found if stream_id is None or r.stream_id == UUID(str(stream_id))]

    def names(self, stream_id: UUID | str) -> list[str]:
        """The names of a stream's events, in order."""
        return [r.event.name for r in self.platform.store.history(UUID(str(stream_id)))]

    def events(self, stream_id: UUID | str, name: str) -> list[Any]:
        """The events of one name on a stream."""
        return [r for r in self.log(stream_id) if r.event.name == name]

    def head(self) -> int:
        """The last position of the log."""
        return int(self.sql("select coalesce(max(notification_id), 0) from es.event")[0][0])

    def told_later(self) -> None:
        """The projections that follow the log brought up to date, whoever is at it: the server tells them too."""
        head, names = self.head(), [projection.name for projection in LATER]
        with psycopg.connect(self.platform.ways.writer_dsn, autocommit=True) as conn:
            while self.sql(BEHIND, names, head)[0][0]:
                self.platform.runner.catch_up()
                for name in names:  # waits for whoever is in the middle of a batch
                    conn.execute("select pg_advisory_xact_lock(hashtext(%s))", (name,))

    def version(self, stream_id: UUID) -> int:
        """The version of a stream; 0 if there is none."""
        query = "select coalesce(max(originator_version), 0) from es.event where originator_id = %s"
        return int(self.sql(query, stream_id)[0][0])

    def sql(self, query: str, *params: object) -> list[tuple[Any, ...]]:
        """What the database holds, asked as its administrator."""
        return self._administrator.execute(query.encode(), params).fetchall()

    @cached_property
    def _administrator(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self.platform.ways.admin_dsn, autocommit=True)

    def close(self) -> None:
        """Gives the connections back."""
        self._administrator.close()
        for person in self.people.values():
            person.client.close()


def ways_of(database: Database) -> Ways:
    """The platform's ways into a test's database."""
    return Ways(
        admin_dsn=database.admin_dsn,
        writer_dsn=database.writer_dsn,
        reader_dsn=database.reader_dsn,
    )


@contextmanager
def world_on(
    database: Database,
    now: str = "2025-03-03 08:00",
    trust: Trust | None = None,
    heartbeat: float = HEARTBEAT_S,
) -> Iterator[World]:
    """The platform over a founded database, served until the block ends. ``trust``: beside the demo's own tokens.

    ``heartbeat``: seconds; longer than a test waits, and only what is told ends an idle stream.
    """
    clock = Clock(local(now))
    platform = compose(ways_of(database), SECRETS, now=clock)
    app = application(
        platform, demo=True, host=HOST, clocks=False, trust=trust, heartbeat=heartbeat
    )
    listener = socket.create_server((HOST, 0))
    url = f"http://{HOST}:{listener.getsockname()[1]}"
    config = uvicorn.Config(
        app, log_config=None, access_log=False, timeout_graceful_shutdown=1, ws=Connection
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [listener]}, name="server", daemon=True
    )
    thread.start()
    world = World(platform, clock, url, demo_issuer(platform, HOST))
    try:
        yield world
    finally:
        world.close()
        server.should_exit = True
        thread.join(WAIT_S)
        listener.close()
        platform.close()
        assert not thread.is_alive(), "the server does not end"
