"""Running an operation: one read transaction, the journal in the fate of the read, redactions beside the data."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLSchema,
    OperationType,
    get_operation_ast,
)
from graphql.execution import Executor, execute_subscription_event

from domain.bounded import Bounded
from projections.journal import Door
from schema import fanout
from schema.audience import Audiences
from schema.channel import Ready, Together
from schema.context import RequestContext
from schema.objects import in_order
from schema.plan.plans import Plans
from schema.queue_changes import QueueChange
from schema.transport.execution import SchemaExecution
from schema.transport.following import Handover

DOORS = {
    OperationType.MUTATION: Door.MUTATION,
    OperationType.SUBSCRIPTION: Door.SUBSCRIPTION,
    OperationType.QUERY: Door.QUERY,
}
DOCUMENTS_MAX = 1_000
"""Documents whose digest is kept."""


class Execution(SchemaExecution[RequestContext]):
    """The transport's ``Execute`` over the schema, with the request's transaction around it."""

    def __init__(
        self,
        schema: GraphQLSchema,
        *,
        suggestions: bool = False,
        plans: Plans | None = None,
        audiences: Audiences | None = None,
    ) -> None:
        super().__init__(schema, suggestions=suggestions)
        self._plans, self._audiences = plans, audiences
        self._known = Bounded[tuple[int, str | None], tuple[DocumentNode, Door, str | None]](
            DOCUMENTS_MAX
        )

    def schema_of(self, context: RequestContext) -> GraphQLSchema:
        """What exists for the audience of whoever asks."""
        whole = super().schema_of(context)
        return whole if self._audiences is None else self._audiences.schema(context)

    async def execute(
        self,
        document: DocumentNode,
        operation_name: str | None,
        variables: dict[str, object],
        context: RequestContext,
    ) -> ExecutionResult:
        """A query or mutation; an answer whose view could not be journaled is not given."""
        context = context.for_one_operation()
        self._asked(context, document, operation_name)
        if self._plans is not None:
            planned = await self._plans.answer(document, operation_name, variables, context)
            if planned is not None:
                return planned
        async with context.finishing():
            result = await super().execute(document, operation_name, variables, context)
        return _told(result, context)

    async def subscribe(
        self,
        document: DocumentNode,
        operation_name: str | None,
        variables: dict[str, object],
        context: RequestContext,
    ) -> AsyncIterator[ExecutionResult | Handover] | ExecutionResult:
        """A subscription; a change that many see alike is read and answered once for all of them."""
        context = context.renewed(context.assignment)
        context.turn = context.services.answering
        self._asked(context, document, operation_name)
        question = fanout.asked(document, operation_name, variables, context)

        def answers(shared: RequestContext) -> fanout.Answer:
            shared.turn = context.services.answering
            self._asked(shared, document, operation_name)
            executor = self.executor(document, operation_name, variables, shared)
            assert isinstance(executor, Executor), "the same operation was opened just now"
            asks = Asks(self._plans, document, operation_name, variables, executor, shared)
            return partial(fanout.answered, question=question, answer=asks.answered)

        def answer(executor: Executor[Any]) -> Any:
            event = executor.root_value
            if isinstance(event, Ready):
                return Together(event, question, answers)
            asks = Asks(self._plans, document, operation_name, variables, executor, context)
            return _alone(event, question, asks.answered)

        source = await self.answering(document, operation_name, variables, context, answer)
        return source if isinstance(source, ExecutionResult) else _deliveries(source, context)

    def _asked(self, context: RequestContext, document: DocumentNode, name: str | None) -> None:
        """For the journal: by which door, and with which document. Documents are kept by the transport, so one is known
        by its identity."""
        known = self._known.get((id(document), name))
        if known is None or known[0] is not document:
            known = self._known[id(document), name] = document, *asked(document, name)
        _, context.door, context.operation = known


@dataclass(frozen=True)
class Asks:
    """What a subscription asks of each change, by a plan where there is one, else by graphql-core."""

    plans: Plans | None
    document: DocumentNode
    operation_name: str | None
    variables: dict[str, object]
    executor: Executor[Any]
    context: RequestContext

    async def answered(self, changes: Sequence[QueueChange]) -> list[ExecutionResult]:
        """The answers to what has come together, with rights computed anew."""
        if self.plans is not None:
            told = await self.plans.tell(
                self.document, self.operation_name, self.variables, self.context, changes
            )
            if told is not None:
                return told
        return await self._by_reference(changes)

    async def _by_reference(self, changes: Sequence[QueueChange]) -> list[ExecutionResult]:
        """One after another, in one transaction and with one note in the journal."""
        context = self.context
        context._scope = None  # noqa: SLF001 - nested fields are read with rights computed anew
        told = []
        async with context.finishing():
            for change in changes:
                result = execute_subscription_event(self.executor.build_per_event_executor(change))
                done = await result if isinstance(result, Awaitable) else result
                told.append(_told(done, context))
        return told


async def _alone(
    change: QueueChange, question: fanout.Question, answer: fanout.Answer
) -> ExecutionResult:
    (told,) = await fanout.answered((change,), question, answer)
    return told


def asked(document: DocumentNode, name: str | None = None) -> tuple[Door, str | None]:
    """By which door, and a digest: it finds a document again and tells no text."""
    operation = get_operation_ast(document, name)
    door = Door.QUERY if operation is None else DOORS[operation.operation]
    if document.loc is None:
        return door, None
    return door, sha256(document.loc.source.body.encode()).hexdigest()[:16]


async def _deliveries(
    source: AsyncIterator[ExecutionResult], context: RequestContext
) -> AsyncGenerator[ExecutionResult | Handover, None]:
    try:
        async for result in source:
            yield result
    finally:
        close: Any = getattr(source, "aclose", None)
        if close is not None:
            await close()
        await context.finish()


def _told(result: ExecutionResult, context: RequestContext) -> ExecutionResult:
    redactions, context.redactions = context.redactions, []
    if redactions:
        shown = in_order(redactions, result.data)
        result.extensions = {**(result.extensions or {}), "redactions": shown}
    return result
