"""A seeded world for the plans: the demo's people and children, told through real commands, on one database."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg
import pytest
from graphql import DocumentNode, GraphQLSchema, parse
from psycopg.rows import dict_row

from authz.gate import Assignment
from ops.demo_world import PEOPLE, DemoPerson
from ops.platform import Platform, compose
from ops.seed import seed
from projections.notes import Notes
from projections.pipeline import Pipelines
from projections.reader import reader_pool
from schema.build import build, core
from schema.context import RequestContext, Services
from schema.execution import Execution
from schema.plan.plans import Plans
from schema.signin import assignment_of
from schema.transport.errors import mask
from tests.database import Database, Postgres, database_of
from tests.journeys.conftest import founded_template
from tests.journeys.wire import local
from tests.journeys.world import SECRETS, Clock, ways_of

__all__ = ["founded_template"]

JOURNAL = (
    "select person_id, assignment_id, role, unit_id, division_id, purpose, operation, outcome, door, act, obj, "
    "subject_id, relation, classes, withheld from sec.access_journal where trace_id = %s"
)


@dataclass(frozen=True)
class Answer:
    """What one way of answering gave: the bytes, and the rows it left in the journal."""

    body: bytes
    journal: frozenset[str]


@dataclass
class Reading:
    """The platform read in both ways. ``plan`` and ``reference`` answer the same question."""

    platform: Platform
    database: Database
    schema: GraphQLSchema
    services: Services
    loop: asyncio.AbstractEventLoop
    plans: Plans
    assignments: dict[str, Assignment]
    asked: int = 0

    def plan(self, who: DemoPerson, text: str, variables: dict[str, Any]) -> Answer | None:
        """By plan alone; None where there is none, or not for this request."""
        answered = self.plans.answered
        found = self.by(Execution(self.schema, plans=self.plans), who, text, variables)
        return found if self.plans.answered > answered else None

    def reference(self, who: DemoPerson, text: str, variables: dict[str, Any]) -> Answer:
        """By graphql-core alone."""
        return self.by(Execution(self.schema), who, text, variables)

    def by(
        self, execution: Execution, who: DemoPerson, text: str, variables: dict[str, Any]
    ) -> Answer:
        """The answer of one execution."""
        self.asked += 1
        context = RequestContext(
            services=self.services,
            assignment=self.assignments[who.key],
            purpose=who.purpose,
            trace_id=uuid4().hex,
        )
        document = parse(text)
        try:
            body = self.loop.run_until_complete(self._run(execution, document, variables, context))
        except psycopg.OperationalError:  # a loaded machine: the reader's own limit was reached
            return self.by(execution, who, text, variables)
        return Answer(body, self._journal(context.trace_id))

    async def _run(
        self,
        execution: Execution,
        document: DocumentNode,
        variables: dict[str, Any],
        context: RequestContext,
    ) -> bytes:
        async with asyncio.timeout(30):
            result = await execution.execute(document, None, variables, context)
        payload: dict[str, Any] = {"data": result.data, "extensions": result.extensions}
        if result.errors:
            payload["errors"] = [
                {**e, "extensions": {**e["extensions"], "traceId": ""}}  # type: ignore[dict-item]
                for e in mask(result.errors, suggestions=False)
            ]
        return orjson.dumps(payload)

    def _journal(self, trace_id: str) -> frozenset[str]:
        with psycopg.connect(self.database.admin_dsn, row_factory=dict_row) as conn:
            return frozenset(str(row) for row in conn.execute(JOURNAL, (trace_id,)))

    def ids(self, query: str) -> list[UUID]:
        """The first column of a query, asked as administrator."""
        with psycopg.connect(self.database.admin_dsn) as conn:
            return [row[0] for row in conn.execute(query.encode())]


@pytest.fixture(scope="session")
def seeded(postgres: Postgres, founded_template: Database) -> Iterator[Database]:
    """A database with the demo's forty children. Never written to again, but for the journal."""
    with database_of(postgres, founded_template.name) as clone:
        platform = compose(ways_of(clone), SECRETS, now=Clock(local("2025-06-02 08:00")))
        try:
            seed(platform, lambda _: None)
        finally:
            platform.close()
        with psycopg.connect(clone.admin_dsn, autocommit=True) as conn:
            conn.execute("analyze")
        yield clone


@pytest.fixture(scope="session")
def reading(seeded: Database) -> Iterator[Reading]:
    """Both ways over the seeded world."""
    with reading_on(seeded, seeded.reader_dsn) as made:
        yield made


class reading_on:  # noqa: N801 - used as a context manager
    """A ``Reading`` whose plans read over ``plans_dsn``."""

    def __init__(self, database: Database, plans_dsn: str, now: datetime | None = None) -> None:
        self._database, self._plans_dsn = database, plans_dsn
        self._now = now or local("2025-06-02 08:00")

    def __enter__(self) -> Reading:
        self._platform = compose(ways_of(self._database), SECRETS, now=Clock(self._now))
        self._loop = loop = asyncio.new_event_loop()
        services = self._platform.services
        schema = core(build())
        pipelines = Pipelines(self._plans_dsn, size=2, name="plans under test")
        self._plans = Plans(schema, pipelines, Notes(self._database.reader_dsn))
        loop.run_until_complete(self._platform.pool.open())
        loop.run_until_complete(self._plans.open())
        assignments = {p.key: assignment_of(services, p.assignment_id) for p in PEOPLE}
        return Reading(
            self._platform,
            self._database,
            schema,
            services,
            loop,
            self._plans,
            {key: a for key, a in assignments.items() if a is not None},
        )

    def __exit__(self, *_: object) -> None:
        self._loop.run_until_complete(self._plans.close())
        self._loop.run_until_complete(self._platform.pool.close())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()
        self._platform.close()


assert reader_pool
