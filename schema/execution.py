"""Running an operation: one read transaction, the journal in the fate of the read, redactions beside the data."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLSchema

from schema.context import RequestContext
from schema.transport.execution import SchemaExecution


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
        source = await super().subscribe(document, operation_name, variables, context)
        return source if isinstance(source, ExecutionResult) else _deliveries(source, context)


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
        result.extensions = {**(result.extensions or {}), "redactions": redactions}
    return result
