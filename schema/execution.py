"""Running an operation: one read transaction, the journal in the fate of the read, redactions beside the data."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from hashlib import sha256
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
)

from projections.journal import Door
from schema.context import RequestContext
from schema.objects import in_order
from schema.transport.execution import SchemaExecution

DOORS = {
    OperationType.MUTATION: Door.MUTATION,
    OperationType.SUBSCRIPTION: Door.SUBSCRIPTION,
    OperationType.QUERY: Door.QUERY,
}


class Execution(SchemaExecution[RequestContext]):
    """The transport's ``Execute`` over the schema, with the request's transaction around it."""

    def __init__(self, schema: GraphQLSchema, *, suggestions: bool = False) -> None:
        super().__init__(schema, suggestions=suggestions)

    async def execute(
        self,
        document: DocumentNode,
        operation_name: str | None,
        variables: dict[str, object],
        context: RequestContext,
    ) -> ExecutionResult:
        """A query or mutation; an answer whose view could not be journaled is not given."""
        asked(context, document)
        try:
            result = await super().execute(document, operation_name, variables, context)
            await context.finish()
        except BaseException as error:
            await context.abandon(error)
            raise
        return _told(result, context)

    async def subscribe(
        self,
        document: DocumentNode,
        operation_name: str | None,
        variables: dict[str, object],
        context: RequestContext,
    ) -> AsyncIterator[ExecutionResult] | ExecutionResult:
        """A subscription; every delivery is a read of its own."""
        asked(context, document)
        source = await super().subscribe(document, operation_name, variables, context)
        return source if isinstance(source, ExecutionResult) else _deliveries(source, context)


def asked(context: RequestContext, document: DocumentNode) -> None:
    """By which door, and with which document, for the journal: a digest finds a document again and tells no text."""
    kinds = {d.operation for d in document.definitions if isinstance(d, OperationDefinitionNode)}
    context.door = next((door for kind, door in DOORS.items() if kind in kinds), Door.QUERY)
    if document.loc is not None:
        context.operation = sha256(document.loc.source.body.encode()).hexdigest()[:16]


async def _deliveries(
    source: AsyncIterator[ExecutionResult], context: RequestContext
) -> AsyncGenerator[ExecutionResult, None]:
    try:
        async for result in source:
            await context.finish()
            yield _told(result, context)
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
