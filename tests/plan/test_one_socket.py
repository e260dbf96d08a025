"""A socket signs in once and asks many things at once: each operation reads, and is journaled, by itself."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from graphql import ExecutionResult, parse

from ops.demo_world import BY_KEY
from schema.context import RequestContext
from schema.execution import Execution
from tests.plan.comparing import Reading

pytestmark = pytest.mark.postgres
WHO = BY_KEY["fj_township"]
AT_ONCE = 6


def _context(reading: Reading) -> RequestContext:
    return RequestContext(
        services=reading.services,
        assignment=reading.assignments[WHO.key],
        purpose=WHO.purpose,
        trace_id=uuid4().hex,
    )


def test_operations_at_once_are_each_journaled_with_their_own_document(reading: Reading) -> None:
    place = WHO.division or reading.assignments[WHO.key].division_id
    (child, *_) = reading.ids(
        f"select child_id from read.child where 'R:{place}' = any(tokens) order by 1"
    )
    asking = f'child(id: "{child}") {{ name workItems {{ taskId child {{ name }} }} }}'
    documents = [parse(f"{{ of{n}: {asking} }}") for n in range(AT_ONCE)]
    execution, context = Execution(reading.schema), _context(reading)

    async def asked() -> list[ExecutionResult]:
        async with asyncio.timeout(60):
            return await asyncio.gather(
                *(execution.execute(document, None, {}, context) for document in documents)
            )

    answers = reading.loop.run_until_complete(asked())
    assert [a.errors for a in answers] == [None] * AT_ONCE
    told = [next(iter((a.data or {}).values())) for a in answers]
    assert told[0]["name"]
    assert told == [told[0]] * AT_ONCE
    looks = reading.admin.execute(
        "select count(distinct operation) as n from sec.access_look where trace_id = %s and subject_id = %s",
        (context.trace_id, child),
    ).fetchone()
    assert looks == {"n": AT_ONCE}


def test_what_streams_read_stands_in_its_own_line_and_not_for_the_connections_of_all(
    reading: Reading,
) -> None:
    services = reading.services

    async def played() -> tuple[int, int, int]:
        line = asyncio.Semaphore(1)
        first, second = _context(reading), _context(reading)
        first.turn = second.turn = line
        await first.reads()
        before = services.pool.get_stats()["requests_num"]
        waiting = asyncio.create_task(second.reads())
        for _ in range(20):
            await asyncio.sleep(0)
        meanwhile = services.pool.get_stats()["requests_num"]
        await first.finish()
        await waiting
        after = services.pool.get_stats()["requests_num"]
        await second.finish()
        assert not line.locked()
        return before, meanwhile, after

    before, meanwhile, after = reading.loop.run_until_complete(played())
    assert meanwhile == before
    assert after == before + 1
