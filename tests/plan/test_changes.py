"""What is told of a live queue's changes: the same bytes and the same journal by plan and by graphql-core."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from graphql import ExecutionResult, Executor, parse, validate

from domain.terms.roles import Role
from ops.demo_world import UNIT_BY_KEY, DemoPerson
from projections.journal import Door
from schema.build import build, core
from schema.context import RequestContext
from schema.execution import Asks, Execution
from schema.plan.explain import explained
from schema.plan.plans import Plans
from schema.queue_changes import LAST, Place, QueueChange, gone
from schema.queue_reads import changes
from schema.transport.errors import CodedError
from tests.plan.comparing import ABSENT, ROLES, Reading
from tests.plan.operations import Drawing, Known

ROUNDS = 6
EACH = 8
QUEUE = """subscription ($unit: UUID!, $queue: String, $more: Boolean!) { live: workQueue(unit: $unit, queue: $queue) {
  __typename kind at: position cursor taskId ...Told item @include(if: $more) { queue escalation } } }
fragment Told on QueueChange { item { taskId status dueAt namedPersonId trail
  duty { id quoteZh } child { childId name address guardians { guardianName phone } } case { caseId stage } } }"""
STANDING = [
    who for who in ROLES if who not in ABSENT and who.role is not Role.TECHNICAL_ADMINISTRATOR
]
"""Whoever has a post that reads work: a live read looks it up anew."""


def context_of(reading: Reading, who: DemoPerson) -> RequestContext:
    return RequestContext(
        services=reading.services,
        assignment=reading.assignments[who.key],
        purpose=who.purpose,
        trace_id=uuid4().hex,
        door=Door.SUBSCRIPTION,
    )


def said(results: Sequence[ExecutionResult]) -> list[bytes]:
    return [orjson.dumps({"data": r.data, "extensions": r.extensions}) for r in results]


def snapshot(
    reading: Reading, who: DemoPerson, text: str, variables: dict[str, Any], plans: Plans | None
) -> tuple[list[bytes], tuple[str, ...]]:
    """All that a reader is told until it is up to date, and what the journal has of it."""
    context = context_of(reading, who)

    async def read() -> list[bytes]:
        execution = Execution(reading.schema, plans=plans)
        source = await execution.subscribe(parse(text), None, variables, context)
        if isinstance(source, ExecutionResult):
            return [str(source.errors).encode()]
        told: list[ExecutionResult] = []
        try:
            async for each in source:
                if not isinstance(each, ExecutionResult):
                    break  # from here on it would be told with others
                told.append(each)
        except CodedError as error:
            return [error.code.encode()]
        finally:
            await source.aclose()  # type: ignore[attr-defined]
        assert not any(each.errors for each in told)
        return said(told)

    told = reading.loop.run_until_complete(read())
    return told, reading._journal(context.trace_id)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_random_subscriptions(reading: Reading, known: Known, number: int) -> None:
    planned = reading.plans.answered
    for i in range(EACH):
        seed = 5_000 + number * EACH + i
        drawn, who = (
            Drawing(reading.schema, known, seed).subscription(),
            STANDING[seed % len(STANDING)],
        )
        by_plan = snapshot(reading, who, drawn.text, drawn.variables, reading.plans)
        assert by_plan == snapshot(reading, who, drawn.text, drawn.variables, None), drawn
    assert reading.plans.answered > planned + EACH / 2
    assert not reading.faults


def moved_in(reading: Reading, who: DemoPerson, unit: UUID) -> list[QueueChange]:
    """What has moved in all of a unit's queues since the log began, and one task that has left."""

    async def read() -> list[QueueChange]:
        turn, context = asyncio.Semaphore(1), context_of(reading, who)
        now = reading.services.now()
        found = await changes(context, Place(unit, None), (0, LAST), now, turn)
        return [*found.changes, gone(uuid4(), 1, found.rights)]

    return reading.loop.run_until_complete(read())


def answers(
    reading: Reading,
    who: DemoPerson,
    moved: Sequence[QueueChange],
    plans: Plans | None,
    variables: dict[str, Any],
) -> tuple[list[bytes], tuple[str, ...]]:
    """The answers to changes that came together, and what the journal has of them."""
    context, document = context_of(reading, who), parse(QUEUE)

    async def ask() -> list[bytes]:
        executor = Execution(reading.schema).executor(document, None, variables, context)
        assert isinstance(executor, Executor)
        asks = Asks(plans, document, None, variables, executor, context)
        return said(await asks.answered(moved))

    told = reading.loop.run_until_complete(ask())
    return told, reading._journal(context.trace_id)


@pytest.mark.parametrize("more", [True, False])
@pytest.mark.parametrize("who", STANDING, ids=lambda w: w.key)
def test_changes_that_come_together(reading: Reading, who: DemoPerson, more: bool) -> None:  # noqa: FBT001
    assert not validate(reading.schema, parse(QUEUE))
    unit = UNIT_BY_KEY[who.unit].id
    variables = {"unit": str(unit), "queue": None, "more": more}
    moved, planned = moved_in(reading, who, unit)[-40:], reading.plans.answered
    by_plan = answers(reading, who, moved, reading.plans, variables)
    assert reading.plans.answered == planned + 1
    assert by_plan == answers(reading, who, moved, None, variables)
    assert len(by_plan[0]) == len(moved)


def test_an_item_that_has_moved_on_is_told_as_it_was_read(reading: Reading) -> None:
    who = next(w for w in STANDING if w.key == "fj_township")
    unit = UNIT_BY_KEY[who.unit].id
    variables = {"unit": str(unit), "queue": None, "more": True}
    moved = moved_in(reading, who, unit)[-4:]
    assert moved[0].item is not None
    moved[0].item.row |= {"position": moved[0].position - 1, "escalation": 77}
    planned = reading.plans.answered
    told, _ = answers(reading, who, moved, reading.plans, variables)
    assert reading.plans.answered == planned
    assert b'"escalation":77' in told[0]
    assert not reading.faults


def test_the_items_of_all_changes_are_one_statement_and_can_be_looked_at() -> None:
    (head, *told) = list(explained(core(build()), QUEUE))[1:]
    assert "编译计划 · compiled plan" in head
    said = [line for line in told if "from work_item left join lateral" in line]
    assert "work_item.task_id = any($" in said[0]
    assert "select child.* from child" in said[0]
