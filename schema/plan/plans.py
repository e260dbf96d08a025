"""The plans of a schema: which operations have one, and running a request through it."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

import orjson
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLSchema,
)

from authz.gate import Assignment, Gate
from authz.scope import Scope
from domain.bounded import Bounded
from projections.grants import held
from projections.joined import Rows
from projections.journal import told
from projections.notes import Notes
from projections.pipeline import Call, Failed, Lost, Pipelines, Value
from projections.shared import Results, Shared
from schema.context import RequestContext, wall_clock
from schema.plan.changes import tasks_of
from schema.plan.operation import Operation, operation_of
from schema.plan.reach import MANY
from schema.plan.roots import Plan
from schema.plan.run import (
    OPENS,
    OPENS_LOOKING,
    OPENS_LOOKING_REACHING,
    OPENS_REACHING,
    Run,
    Scoped,
)
from schema.plan.selection import Deopt, Rendering, Unfit
from schema.plan.told import Telling, own_context, taken_over
from schema.queue_changes import QueueChange
from schema.transport.errors import Code, log_failure

T = TypeVar("T")
Runs = Callable[[Plan, dict[str, Any], RequestContext, Scoped], Awaitable[T]]
"""A request put through a plan."""
OPERATIONS_MAX: Final = 1_000
CAPACITIES_MAX: Final = 2_000
UUID_TEXT: Final = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ANOTHER_VERSION: Final = frozenset({"42703", "26000"})
"""PostgreSQL's codes where the tables hold another version of what is rendered: no such column, nothing prepared."""


class Plans:
    """``answer`` gives the result of a planned operation, or None where graphql-core is to execute it."""

    def __init__(
        self,
        schema: GraphQLSchema,
        pipelines: Pipelines,
        notes: Notes | None,
        *,
        rendering: Rendering = Rendering.WHOLE,
        shared: bool = True,
    ) -> None:
        self._rendering = rendering
        self._schema, self._pipelines, self._notes = schema, pipelines, notes
        self._shared = Shared[tuple[Scoped, Plan], _Read](pipelines, _opening) if shared else None
        self.flushes = None if notes is None else notes.flushes
        self._coming = nullcontext if notes is None else notes.coming
        self._operations: OrderedDict[
            tuple[int, str | None], tuple[DocumentNode, Operation | None]
        ] = OrderedDict()
        self._scoped = Bounded[Scope, Scoped](CAPACITIES_MAX)
        """The reach of each capacity, by the scope that the gate keeps for it."""
        self._near = Bounded[tuple[int, str], tuple[Gate, Assignment, Scoped]](CAPACITIES_MAX)
        """The same by the identity of the assignment: sign-in keeps one as long as its post stands as it did."""
        self.answered = self.left = self.faults = self.unfit = 0
        """How many requests plans answered, left to graphql-core, left to it by a fault of ours; and how many were
        answered from the columns because a rendered fragment was not theirs to see."""

    async def open(self) -> None:
        """Connects, now or as soon as there is a server."""
        await self._pipelines.open()
        if self._notes is not None:
            await self._notes.open()

    async def close(self) -> None:
        """Gives the connections back."""
        await self._pipelines.close()
        if self._notes is not None:
            await self._notes.close()

    def forget(self) -> None:
        """Compiles everything anew from now on."""
        self._operations.clear()
        self._scoped.clear()
        self._near.clear()

    def operation(self, document: DocumentNode, name: str | None = None) -> Operation | None:
        """The operation of a document that is asked for; documents are kept by the transport, so one is known by its
        identity."""
        key = id(document), name
        kept = self._operations.get(key)
        if kept is not None and kept[0] is document:
            return kept[1]
        made = operation_of(self._schema, document, name)
        self._operations[key] = (document, made)
        if len(self._operations) > OPERATIONS_MAX:
            self._operations.popitem(last=False)
        return made

    async def answer(
        self,
        document: DocumentNode,
        operation_name: str | None,
        variables: Mapping[str, object],
        context: RequestContext,
    ) -> ExecutionResult | None:
        """The result, its ``data`` already JSON; None where there is no plan, or not for this request."""
        operation = self.operation(document, operation_name)
        if operation is None or not operation.is_query:
            return None
        return await self._attempted(operation, variables, context, self._run)

    async def tell(
        self,
        document: DocumentNode,
        operation_name: str | None,
        variables: Mapping[str, object],
        context: RequestContext,
        changes: Sequence[QueueChange],
    ) -> list[ExecutionResult] | None:
        """What a subscription tells of these changes, in their order: read in one segment, with one note in the journal
        before any of it is told. None where graphql-core is to tell them."""
        operation = self.operation(document, operation_name)
        if operation is None or operation.is_query:
            return None
        tells = partial(self._tell, changes)
        return await self._attempted(operation, variables, context, tells)

    async def _attempted(
        self,
        operation: Operation,
        variables: Mapping[str, object],
        context: RequestContext,
        runs: Runs[T],
    ) -> T | None:
        """By a plan; None where there is none, where it is not for this request, or where it failed."""
        try:
            result = await self._by_plan(operation, operation.coerced(variables), context, runs)
        except (Deopt, Failed, Lost):
            self.left += 1
            return None
        except Exception as error:  # noqa: BLE001 - a fault of a plan must not be a fault of the answer
            self.faults += 1
            log_failure(context.trace_id, Code.INTERNAL, error)
            return None
        self.answered += result is not None
        return result

    async def _by_plan(
        self, operation: Operation, values: dict[str, Any], context: RequestContext, runs: Runs[T]
    ) -> T | None:
        """By the plan with the most that is rendered; by one with less for whoever may not be shown all of it."""
        plan = operation.plan(self._schema, values, self._rendering)
        if plan is None:
            return None
        scoped = self._scope(context)
        while plan is not None and plan.rendering:
            if scoped.fits(plan):
                try:
                    return await runs(plan, values, context, scoped)
                except Unfit:
                    scoped.unfit(plan)
                    self.unfit += 1
                except Failed as failed:
                    if failed.sqlstate not in ANOTHER_VERSION:
                        raise
                    scoped.unfit(plan)  # until the tables are retold
            plan = operation.plan(self._schema, values, Rendering(plan.rendering - 1))
        return None if plan is None else await runs(plan, values, context, scoped)

    async def _run(
        self, plan: Plan, values: dict[str, Any], context: RequestContext, scoped: Scoped
    ) -> ExecutionResult:
        with self._coming():
            data, looks, redactions = await self._read_out(plan, values, context, scoped)
        await self._journal(looks)
        return _result(data, redactions)

    async def _tell(
        self,
        changes: Sequence[QueueChange],
        plan: Plan,
        values: dict[str, Any],
        context: RequestContext,
        scoped: Scoped,
    ) -> list[ExecutionResult]:
        assert plan.tells is not None, "the plan of a subscription"
        services = context.services
        run = Run(scoped, values, services.scope_key, services.now(), tasks_of(changes))
        async with context.turn or nullcontext():
            with self._coming():
                if any(change.item is not None for change in changes):
                    await self._read(plan, run)
                texts = [run.taken(plan.tells(change, run)) for change in changes]
                looks = self._looks(run, context)
        await self._journal(looks)
        return [_result(data, redactions) for data, redactions in texts]

    async def _read_out(
        self, plan: Plan, values: dict[str, Any], context: RequestContext, scoped: Scoped
    ) -> tuple[bytes, str | None, list[dict[str, Any]]]:
        """The JSON of ``data``, the looks at it, and what was held back; nothing else of the request outlives this, so
        that the answers which wait for the journal are few objects, and no work for the collector of cycles."""
        run = Run(scoped, values, context.services.scope_key, context.services.now())
        if plan.resolves:
            text = await self._worked_out(plan, run, context)
        else:
            await self._read(plan, run)
            text = plan.write(run)
        return run.encoded(text), self._looks(run, context), run.redactions

    def _looks(self, run: Run, context: RequestContext) -> str | None:
        """What the journal is told of a request; None where nothing is written down."""
        if self._notes is None:
            return None
        return told(run.scoped.viewer_of(context), run.looks(), context.trace_id)

    async def _journal(self, looks: str | None) -> None:
        """Returns when it is written."""
        if looks is not None and self._notes is not None:
            await self._notes.put(looks)

    async def _worked_out(self, plan: Plan, run: Run, context: RequestContext) -> str:
        """The JSON of ``data`` of which resolvers work out something: they are asked with a context of their own."""
        own = own_context(context, run.scoped.scope)
        telling = Telling(own, run.variables)
        try:
            await plan.work_out(run, telling)
            await self._read(plan, run)
            text = await run.filled(plan.write(run), telling)
            taken_over(own, run)
        finally:
            await own.give_up()
        return text

    async def _read(self, plan: Plan, run: Run) -> None:
        if not plan.statements:
            return
        params, scoped = run.scoped.params(plan, run), run.scoped
        few = scoped.may_reach_few(params, plan.reaches)
        opened, answers = await self._put(plan, run, params, few=few)
        if few and opened.get_value(0, opened.nfields - 1) == MANY:
            scoped.reaches_many(params, plan.reaches)
            opened, answers = await self._put(plan, run, params, few=False)
        granted = opened.get_value(0, 0)
        if granted:
            run.grants = held(granted.decode())
        run.take(plan.statements, answers)

    async def _put(self, plan: Plan, run: Run, params: Sequence[Value], *, few: bool) -> Results:
        """The results of the opening and of each statement. What looks how much is within reach is read by itself, as
        its answer is of one request's own filters."""
        kind, read = (run.scoped, plan), _Read(run, params, few)
        calls = _calls(plan, params, few=few)
        if few or self._shared is None:
            opened, *results = await self._pipelines.put([_opening(kind, [read]), *calls])
            return opened, [Rows.all_of(result) for result in results]
        return await self._shared.put(kind, read, calls)

    def _scope(self, context: RequestContext) -> Scoped:
        """The reach of a capacity, remembered while policy and assignment are the same."""
        gate: Gate = context.services.gate()
        a = context.assignment
        near = (id(a), context.purpose)
        known = self._near.get(near)
        if known is not None and known[0] is gate and known[1] is a:
            return known[2]
        scope = gate.scope(a, context.purpose)
        made = self._scoped.get(scope)
        if made is None:
            made = self._scoped[scope] = Scoped(gate, a, context.purpose)
        self._near[near] = gate, a, made
        return made


def _result(data: bytes, redactions: list[dict[str, Any]]) -> ExecutionResult:
    extensions = {"redactions": redactions} if redactions else None
    return ExecutionResult(orjson.Fragment(data), None, extensions)  # type: ignore[arg-type]


def _calls(plan: Plan, params: Sequence[Value], *, few: bool) -> list[Call]:
    """The statements of a request; ``few``: those that read among what is reached."""
    many = plan.reaches and not few
    return [(s.for_many if many else s.statement, s.taken(params)) for s in plan.statements]


def _opening(kind: tuple[Scoped, Plan], reads: Sequence[_Read]) -> Call:
    """The opening of the scope for reads of one capacity with one plan, at the latest of their moments, with all that
    they look at. Where there may be ``few`` there is one read, and what is reached by it."""
    (scoped, plan), (first, *_) = kind, reads
    moment = max([read.run.moment for read in reads])
    opens = scoped.opens(first.run.cursor_key, wall_clock(), moment, plan.asks)
    reached = [first.params[i] for i in plan.reaches] if first.few else []
    if not plan.looks:
        return (OPENS_REACHING, (*opens, *reached)) if first.few else (OPENS, opens)
    ids = [read.params[i] or b"" for read in reads for i in plan.looks]
    said = b"{" + b",".join([i for i in ids if UUID_TEXT.fullmatch(i)]) + b"}"
    return OPENS_LOOKING_REACHING if first.few else OPENS_LOOKING, (*opens, said, *reached)


@dataclass(slots=True, eq=False)
class _Read:
    """What one request reads."""

    run: Run
    params: Sequence[Value]
    few: bool
