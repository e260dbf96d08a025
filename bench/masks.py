"""What masking costs a field: the rows of a queue page written with the viewer's masks, and with everything open.

One request is run through its plan and its rows are kept; then the answer is written from them again and again, both
ways in turn, in processor time. The difference, divided by the fields written, is what a mask costs one.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from time import process_time
from typing import Any

from graphql import parse

from authz.gate import Assignment, Standing
from bench.city.__main__ import SECRETS, ways_to
from bench.reads.open import EVERYTHING
from ops.platform import compose
from projections.journal import Seen
from projections.pipeline import Pipelines
from schema.build import build, core
from schema.context import RequestContext
from schema.plan.plans import Plans
from schema.plan.roots import Plan
from schema.plan.run import Run

TIMES = 300
ROUNDS = 9


class Kept(Plans):
    """Plans that keep the rows of the last request."""

    last: tuple[Plan, Run] | None = None

    async def _read(self, plan: Plan, run: Run) -> None:
        await super()._read(plan, run)
        self.last = plan, run


class Open(Run):
    """A run in which everything is open and nothing is noted."""

    def look(self, obj: str, subject: str, tokens: str | None) -> Any:  # noqa: ARG002
        """Everything."""
        return EVERYTHING

    def looked_at(self, obj: str, rows: Any) -> Any:  # noqa: ARG002
        """Everything."""
        return {EVERYTHING}

    def masks(self, obj: str, rows: Any, tokens: int, about: Any = ()) -> Any:  # noqa: ARG002
        """Everything."""
        return [EVERYTHING] * len(rows)


def mask_us(
    admin: str, viewer: Mapping[str, Any], document: str, given: Mapping[str, str]
) -> list[float]:
    """Microseconds a field, round by round."""
    plan, run, fields = asyncio.run(_kept(admin, viewer, document, given))
    slots = ("scoped", "variables", "cursor_key", "moment", "rows", "pages", "grants")
    told = {slot: getattr(run, slot) for slot in slots}

    def masked() -> None:
        plan.write(Run(**told))

    def opened() -> None:
        plan.write(Open(**told))

    masked()
    opened()
    return [(_took(masked) - _took(opened)) * 1e6 / fields for _ in range(ROUNDS)]


def _took(write: Callable[[], None]) -> float:
    began = process_time()
    for _ in range(TIMES):
        write()
    return (process_time() - began) / TIMES


async def _kept(
    admin: str, viewer: Mapping[str, Any], document: str, given: Mapping[str, str]
) -> tuple[Plan, Run, int]:
    platform = compose(ways_to(admin), SECRETS)
    plans = Kept(core(build()), Pipelines(platform.ways.reader_dsn, size=1, name="masks"), None)
    try:
        await plans.open()
        assignment = Assignment(
            id=viewer["assignment_id"],
            person_id=viewer["person_id"],
            role=viewer["role"],
            unit_id=viewer["unit_id"],
            division_id=viewer["division_id"],
            standing=Standing(viewer["standing"]),
        )
        context = RequestContext(
            services=platform.services, assignment=assignment, purpose="casework"
        )
        result = await plans.answer(parse(document), None, given, context)
        assert plans.last is not None, "the operation has a plan"
        assert result is not None
        plan, run = plans.last
        told = replace(run, seen=Seen(), _told=[])
        return plan, run, _leaves(json.loads(told.encoded(plan.write(told))))
    finally:
        await plans.close()
        platform.close()


def _leaves(value: Any) -> int:
    """How many fields an answer has."""
    if isinstance(value, dict):
        return sum(map(_leaves, value.values()))
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return sum(map(_leaves, value))
    return 1
