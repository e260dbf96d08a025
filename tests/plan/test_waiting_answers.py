"""What an answer is while it waits for the journal: its bytes, and nothing of what it was read from."""

from __future__ import annotations

import asyncio
import gc
from uuid import uuid4

from graphql import parse

from ops.demo_world import BY_KEY
from projections.journal import Seen
from schema.context import RequestContext
from schema.execution import Execution
from schema.plan.run import Run
from tests.plan.comparing import Reading

DEADLINE_S = 120.0
CHILD = parse("query($id: UUID!) { child(id: $id) { name } }")


def alive() -> int:
    """Runs, and what they saw, that anything still holds."""
    gc.collect()
    return sum(isinstance(thing, Run | Seen) for thing in gc.get_objects())


async def waiting_and_done(reading: Reading, child: str) -> tuple[int, int, object]:
    """How many were alive before, and while the answer waited; and the answer's data."""
    who = BY_KEY["fj_ca"]
    context = RequestContext(
        services=reading.services,
        assignment=reading.assignments[who.key],
        purpose=who.purpose,
        trace_id=uuid4().hex,
    )
    notes = reading.plans._notes
    assert notes is not None
    before = alive()
    asked = asyncio.ensure_future(
        Execution(reading.schema, plans=reading.plans).execute(CHILD, None, {"id": child}, context)
    )
    async with asyncio.timeout(DEADLINE_S):
        while not notes._under_way:  # its looks are on their way
            assert not asked.done()
            await asyncio.sleep(0)
        meanwhile = alive()
        result = await asked
    return before, meanwhile, result.data


def test_nothing_but_the_answer_outlives_the_reading(reading: Reading) -> None:
    """Else each answer that waits is thousands of objects for the collector of cycles to look through."""
    child = str(reading.ids("select child_id from read.child order by 1")[0])
    answered = reading.plans.answered
    before, meanwhile, data = reading.loop.run_until_complete(waiting_and_done(reading, child))
    assert reading.plans.answered == answered + 1
    assert data is not None
    assert meanwhile == before
