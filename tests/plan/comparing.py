"""The two ways of answering side by side, and what random operations ask for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg
from graphql import DocumentNode, GraphQLSchema, parse
from psycopg.rows import dict_row

from authz.gate import Assignment
from domain.clauses import CLAUSES
from domain.terms.roles import Role
from ops.demo_world import PEOPLE, UNIT_BY_KEY, DemoPerson, division
from ops.platform import Platform, compose
from projections.journal import Seal
from projections.notes import Notes
from projections.pipeline import Pipelines
from schema.build import build, core
from schema.context import RequestContext, Services, wall_clock
from schema.execution import Execution
from schema.plan.plans import Plans
from schema.plan.selection import Rendering
from schema.signin import assignment_of
from schema.transport.errors import mask
from tests.database import Database
from tests.dsl import an_id
from tests.journeys.wire import local
from tests.journeys.world import SECRETS, Clock, ways_of
from tests.plan.operations import Known

NOW = local("2025-06-02 08:00")
ABSENT = (
    DemoPerson("no_organ", "", Role.CASE_ORGAN, "fj_police", "investigation"),
    DemoPerson("no_counsellor", "", Role.SCHOOL_COUNSELLOR, "fj_school", "schooling"),
    DemoPerson("no_hotline", "", Role.HOTLINE_OPERATOR, "fj_township", "casework"),
    DemoPerson("no_reporter", "", Role.REPORTER, "fj_township", "casework"),
    DemoPerson("no_child", "", Role.CHILD_SELF, "fj_village", "family"),
    DemoPerson("no_health", "", Role.DISTRICT_HEALTH, "fj_township", "treatment"),
    DemoPerson("no_system", "", Role.SYSTEM, "fj_township", "casework"),
)
"""Roles in which nobody serves in the demo."""
ROLES = [
    *(p for p in PEOPLE if p.key.startswith(("fj_", "cn_", "auditor", "citizen"))),
    *(p for p in PEOPLE if p.role in {Role.INSPECTOR, Role.CITY_CIVIL_AFFAIRS}),
    *(p for p in PEOPLE if p.role is Role.TECHNICAL_ADMINISTRATOR),
    *ABSENT,
]
"""Every role there is, most of them over children they stand in some relation to."""
NAMED = "select distinct named_person_id from read.work_item where named_person_id is not null order by 1"
IDENTITIES = "select name, birth_on from read.child where name is not null order by 1 limit 2"
JOURNAL = (
    "select person_id, assignment_id, role, unit_id, division_id, purpose, operation, outcome, door, act, obj, "
    "subject_id, relation, classes, withheld from sec.access_look where trace_id = %s"
)


@dataclass(frozen=True)
class Answer:
    """What one way of answering gave: the bytes, and the rows it left in the journal."""

    body: bytes
    journal: tuple[str, ...]
    """In no order of their own; what was told twice is here twice."""


@dataclass
class Reading:
    """The platform read in both ways. ``plan`` and ``reference`` answer the same question."""

    platform: Platform
    database: Database
    schema: GraphQLSchema
    services: Services
    loop: asyncio.AbstractEventLoop
    plans: Plans
    lesser: dict[Rendering, Plans]
    """Plans that render less: those that read columns only, and those that write pages themselves."""
    assignments: dict[str, Assignment]
    admin: psycopg.Connection[dict[str, Any]]
    asked: int = 0

    @property
    def faults(self) -> int:
        """How many requests were left to the reference by a fault of a plan, so far."""
        return self.plans.faults + sum(plans.faults for plans in self.lesser.values())

    def plan(
        self,
        who: DemoPerson,
        text: str,
        variables: dict[str, Any],
        *,
        plans: Plans | None = None,
    ) -> Answer | None:
        """By plan alone, with rendered fragments by default; None where there is none, or not for this request."""
        by = plans or self.plans
        answered = by.answered
        found = self.by(Execution(self.schema, plans=by), who, text, variables)
        return found if by.answered > answered else None

    def reference(self, who: DemoPerson, text: str, variables: dict[str, Any]) -> Answer:
        """By graphql-core alone."""
        return self.by(Execution(self.schema), who, text, variables)

    def by(
        self,
        execution: Execution,
        who: DemoPerson,
        text: str,
        variables: dict[str, Any],
        again: int = 3,
        *,
        operation: str | None = None,
    ) -> Answer:
        """The answer of one execution, of several operations the one of this name."""
        self.asked += 1
        context = self.context(who)
        document = parse(text)
        try:
            ran = self._run(execution, document, operation, variables, context)
            body = self.loop.run_until_complete(ran)
        except psycopg.OperationalError:  # a loaded machine: the reader's own limit was reached
            if not again:
                raise
            return self.by(execution, who, text, variables, again - 1, operation=operation)
        return Answer(body, self._journal(context.trace_id))

    def at_once(self, who: DemoPerson, text: str, asked: Sequence[dict[str, Any]]) -> list[Answer]:
        """One document asked for by one person several times in one moment, each with variables of its own."""
        execution, document = Execution(self.schema, plans=self.plans), parse(text)
        contexts = [self.context(who) for _ in asked]
        self.asked += len(asked)

        async def all_of() -> list[bytes]:
            runs = zip(asked, contexts, strict=True)
            return await asyncio.gather(
                *(self._run(execution, document, None, given, context) for given, context in runs)
            )

        bodies = self.loop.run_until_complete(all_of())
        return [
            Answer(body, self._journal(context.trace_id))
            for body, context in zip(bodies, contexts, strict=True)
        ]

    async def _run(
        self,
        execution: Execution,
        document: DocumentNode,
        operation: str | None,
        variables: dict[str, Any],
        context: RequestContext,
    ) -> bytes:
        async with asyncio.timeout(30):
            result = await execution.execute(document, operation, variables, context)
        payload: dict[str, Any] = {"data": result.data, "extensions": result.extensions}
        if result.errors:
            payload["errors"] = [
                {**e, "extensions": {**e["extensions"], "traceId": ""}}  # type: ignore[dict-item]
                for e in mask(result.errors, suggestions=False)
            ]
        return orjson.dumps(payload)

    def _journal(self, trace_id: str) -> tuple[str, ...]:
        return tuple(sorted(str(row) for row in self.admin.execute(JOURNAL, (trace_id,))))

    def context(self, who: DemoPerson) -> RequestContext:
        """A request of theirs."""
        return RequestContext(
            services=self.services,
            assignment=self.assignments[who.key],
            purpose=who.purpose,
            trace_id=uuid4().hex,
        )

    def ids(self, query: str) -> list[UUID]:
        """The first column of a query, asked as administrator."""
        return [next(iter(row.values())) for row in self.admin.execute(query.encode())]


class ReadingOn:
    """A ``Reading`` whose plans read over ``plans_dsn``."""

    def __init__(self, database: Database, plans_dsn: str, now: datetime | None = None) -> None:
        self._database, self._plans_dsn = database, plans_dsn
        self._now = now or NOW

    def __enter__(self) -> Reading:
        self._admin = psycopg.connect(
            self._database.admin_dsn, row_factory=dict_row, autocommit=True
        )
        self._platform = compose(ways_of(self._database), SECRETS, now=Clock(self._now))
        self._loop = loop = asyncio.new_event_loop()
        services = self._platform.services
        schema = core(build())
        pipelines = Pipelines(self._plans_dsn, size=2, name="plans under test")
        notes = Notes(self._database.reader_dsn, Seal(SECRETS.scope_key, wall_clock))
        self._plans = Plans(schema, pipelines, notes)
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
            {
                most: Plans(schema, pipelines, notes, rendering=most)
                for most in (Rendering.RUNS, Rendering.COLUMNS)
            },
            {key: a for key, a in assignments.items() if a is not None} | made_up(),
            self._admin,
        )

    def __exit__(self, *_: object) -> None:
        self._loop.run_until_complete(self._plans.close())
        self._loop.run_until_complete(self._platform.pool.close())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()
        self._platform.close()
        self._admin.close()


def made_up() -> dict[str, Assignment]:
    """Posts in the roles nobody serves in."""
    found = {}
    for who in ABSENT:
        unit = UNIT_BY_KEY[who.unit]
        place = division(unit.division)
        found[who.key] = Assignment(
            id=who.assignment_id,
            person_id=who.id,
            role=who.role,
            unit_id=unit.id,
            division_id=place,
        )
    return found


def known_in(reading: Reading) -> Known:
    """What there is to be asked for, and something that is not."""
    found = Known(
        children=[*reading.ids("select child_id from read.child order by 1"), an_id("nobody")],
        cases=[*reading.ids("select case_id from read.case_file order by 1"), an_id("no case")],
        units=[
            UNIT_BY_KEY[k].id for k in ("fj_township", "fj_village", "fj_police", "cn_township")
        ],
        queues=[
            str(q) for q in reading.ids("select distinct queue from read.work_item order by 1")
        ],
        schools=[UNIT_BY_KEY[k].id for k in ("fj_school", "cn_school")],
        clauses=[*sorted(CLAUSES)[:5], "none"],
        divisions=[
            *(str(d) for d in reading.ids("select distinct division_id from read.unit order by 1")),
            "",
            "nowhere",
        ],
        orders=[*reading.ids("select order_id from read.access_order order by 1"), an_id("none")],
        tasks=[
            *reading.ids("select task_id from read.work_item order by queue, task_id limit 40"),
            an_id("no task"),
        ],
        services=[
            *(
                str(s)
                for s in reading.ids("select distinct service from read.open_need order by 1")
            ),
            "none",
        ],
        people=[*reading.ids(NAMED), an_id("nobody")],
        identities=[
            (row["name"], str(row["birth_on"])) for row in reading.admin.execute(IDENTITIES)
        ],
    )
    found.cursors = cursors(reading, found)
    return found


def cursors(reading: Reading, known: Known) -> dict[str, list[str]]:
    """Cursors of real pages."""
    out: dict[str, list[str]] = {}
    for who in ROLES[:6]:
        texts = [
            f'{{ child(id: "{c}") {{ timeline(first: 3) {{ edges {{ cursor }} }} }} }}'
            for c in known.children[:4]
        ]
        texts += ["{ viewer { caseload(first: 4) { edges { cursor } } } }"]
        texts += [
            f'{{ workQueue(unit: "{u}", queue: "{q}", first: 3) {{ edges {{ cursor }} }} }}'
            for u in known.units[:2]
            for q in known.queues[:6]
        ]
        for text in texts:
            data = orjson.loads(reading.reference(who, text, {}).body)["data"] or {}
            (top,) = data.values()
            page = (top or {}).get("timeline") or (top or {}).get("caseload") or top or {}
            kind = {"timeline": "TimelineLineConnection", "caseload": "ChildConnection"}
            name = next((kind[k] for k in kind if k in text), "WorkItemConnection")
            out.setdefault(name, []).extend(e["cursor"] for e in page.get("edges", []))
    out["AccessEntryConnection"] = list(journal_cursors(reading, known))
    return out


def journal_cursors(reading: Reading, known: Known) -> Iterator[str]:
    """Cursors in the journals of children, which were looked at before."""
    for who in (p for p in ROLES if p.key in {"fj_ca", "cn_ca"}):
        for child in known.children:
            text = f'{{ accessJournal(subject: "{child}") {{ edges {{ cursor }} }} }}'
            reading.reference(who, f'{{ child(id: "{child}") {{ name }} }}', {})
            page = orjson.loads(reading.reference(who, text, {}).body)["data"]["accessJournal"]
            yield from (e["cursor"] for e in (page or {}).get("edges", [])[:2])


def differing(reading: Reading, asked: Iterable[tuple[str, dict[str, object]]]) -> int:
    """How many of these operations the ways answer differently, over all roles."""
    found = 0
    for who, (text, variables) in product(ROLES, asked):
        try:
            both(reading, who, text, variables)
        except AssertionError:
            found += 1
    return found


def both(reading: Reading, who: DemoPerson, text: str, variables: dict[str, object]) -> bool:
    """Whether there was a plan; what it gives however much is rendered and what graphql-core gives is compared."""
    before = reading.faults
    planned = reading.plan(who, text, variables)
    lesser = [reading.plan(who, text, variables, plans=p) for p in reading.lesser.values()]
    assert reading.faults == before, (who.key, text, variables)
    assert lesser == [planned, planned], (who.key, text, variables)
    if planned is None:
        return False
    reference = reading.reference(who, text, variables)
    parted = _where_they_part(planned.body, reference.body)
    assert planned.body == reference.body, (parted, who.key, text, variables)
    assert planned.journal == reference.journal, (who.key, text, variables)
    return True


def _where_they_part(one: bytes, other: bytes) -> tuple[bytes, bytes]:
    """What each says from a little before the first byte that is not the same."""
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    begin = max(0, same - 80)
    return one[begin : same + 200], other[begin : same + 200]
